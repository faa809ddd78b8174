"""Steps of the backward pass over arrays: each stands for the steps of all entries of one array.

The formula of a step is put together from the rules of the operations (:mod:`derive.calculus.matrices.pullback`) and
held, entry by entry, against the formulas that the chain rule over numbers gives. Where a rule is missing or does not
give the same, the step has the formulas of its entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from derive.calculus.matrices.equality import equal
from derive.calculus.matrices.lookup import Lookup
from derive.calculus.matrices.pullback import NoRuleError, Pullback
from derive.calculus.steps import Step
from derive.catalogue.roles import COST_PART
from derive.errors import FormulaError
from derive.expression.tree import ONE, Applied, Expr, Name, Number, Product, Stacked, Sum, names, substitute, sum_of
from derive.model.arrays.grids import ExprArray, Shape
from derive.model.graph import Array
from derive.model.model import Model
from derive.model.references import array_of, derivative_name, entry_name, index_of, read


class MatrixStep(msgspec.Struct, frozen=True):
    """One numbered step of the backward pass over arrays.

    Attributes:
        number: counted from 1.
        target: the plain name of the derivative: ``dE/dW``; of an activation ``dA/dZ``, entry by entry.
        of, variable: what is differentiated, and the array by which.
        goal: the result on whose way back it is found.
        shape: the shape of the array.
        entries: the steps of its entries, the last index fastest.
        formula: the derivative, over arrays known by then.
        through: the equations through which the array leads to the result, in the order of the formula.
        by_entries: whether the formula is those of the entries, as it is where an operation has no rule.
    """

    number: int
    target: str
    of: str
    variable: str
    goal: str
    shape: Shape
    entries: tuple[Step, ...]
    formula: Expr
    through: tuple[str, ...] = ()
    by_entries: bool = False

    @property
    def section(self) -> str:
        """The key of the section of the outline that it belongs to."""
        return self.entries[0].section

    @property
    def rule(self) -> str:
        """What kind of step it is: that of its entries."""
        return self.entries[0].rule

    @property
    def uses(self) -> tuple[str, ...]:
        """The names in the formula."""
        return names(self.formula)


#: A step of the matrix view: of an array, or of a number.
AnyStep = MatrixStep | Step


def matrix_steps(model: Model, steps: Sequence[Step]) -> tuple[AnyStep, ...]:
    """The steps of the matrix view: those of the entries of one array as one.

    Args:
        model: the model.
        steps: the steps over numbers.
    """
    found = list(_Grouping(model, steps).steps())
    if model.each:  # what all samples share comes behind each sample's own: here at the end of its layer
        layer_of = {inner.key: layer.key for layer in model.outline.sections for inner in layer.all}
        layers = list(dict.fromkeys(layer_of[step.section] for step in found))
        found.sort(key=lambda step: layers.index(layer_of[step.section]))
    return tuple(msgspec.structs.replace(step, number=number) for number, step in enumerate(found, start=1))


class _Reached:
    """What the equations between a result and the arrays add to the derivatives by these.

    Attributes:
        adding: by array, row or entry, what is added at which place within it, equation by equation.
        without_rule: the bases of the names of what an equation without a rule uses.
    """

    def __init__(self) -> None:
        self.adding: dict[str, list[tuple[tuple[int, ...], Expr]]] = {}
        self.without_rule: set[str] = set()

    def note(self, target: str, expr: Expr | None) -> None:
        """Note what is added to the derivative by a target, which is told with all that the target is a part of."""
        base, index = array_of(target), index_of(target)
        if expr is None:
            self.without_rule.add(base)
            return
        for depth in range(len(index) + 1):
            whole = entry_name(base, *index[:depth])
            self.adding.setdefault(whole, []).append((index[depth:], expr))


class _Grouping:
    def __init__(self, model: Model, steps: Sequence[Step]) -> None:
        self.model, self.all = model, steps
        self.lookup = Lookup(model)
        self.expander = self.lookup.expander()
        self.pullback = Pullback(self.expander, model.first_index, model.differentiated_by)
        self.array_of = {entry: array.name for array in model.arrays.values() for entry in array.entries}
        #: What has one step together: arrays, and families whose members stand side by side.
        self.together = {**model.arrays, **{array.name: array for array in self._families()}}
        late: str | None = ""
        while late is not None:
            self.together.pop(late, None)
            self.group_of = {entry: array.name for array in self.together.values() for entry in array.entries}
            late = self._late()
        definitions = model.graph.definitions.items()
        #: What is a number whatever is put in: an entry that is masked, a derivative that is 0.
        self.constants = {name: each.expr for name, each in definitions if isinstance(each.expr, Number)}
        self.constants |= {step.target: step.result for step in steps if isinstance(step.result, Number)}
        #: What has a value: all quantities, and the derivatives that are found.
        self.known = {*model.quantities, *(name for step in steps for name in (step.target, *step.equals))}
        self._reached: dict[str, _Reached] = {}

    def steps(self) -> Iterator[AnyStep]:
        """Each group where the last of its entries stands; what is no entry, or alone, as it is."""
        groups = self._groups()
        whole = {name for name, group in groups.items() if self._is_whole(group)}
        for step in self.all:
            name = self._group(step)
            if name not in whole:
                yield step
            elif groups[name][-1] is step:
                yield self._joined(groups[name])

    def _groups(self) -> dict[str, list[Step]]:
        groups: dict[str, list[Step]] = {}
        for step in self.all:
            groups.setdefault(self._group(step), []).append(step)
        return groups

    def _late(self) -> str | None:
        """What cannot have one step together: a step uses one of its entries before the last of them is found."""
        groups = self._groups()
        last = {self._group(step): place for place, step in enumerate(self.all)}
        whole = {group for group, steps in groups.items() if self._is_whole(steps)}
        found: dict[str, tuple[int, Step]] = {}
        for place, step in enumerate(self.all):
            group = self._group(step)
            at = last[group] if group in whole else place
            found |= dict.fromkeys((step.target, *step.equals), (at, step))
        for step in self.all:
            for at, used in (found[name] for name in step.uses if name in found):
                if at >= found[step.target][0]:
                    return self.group_of[used.variable]
        return None

    def _group(self, step: Step) -> str:
        """What the step of an entry is a part of: the derivative by its array."""
        return derivative_name(self._of(step), self.group_of.get(step.variable, step.variable))

    def _of(self, step: Step) -> str:
        """What is differentiated: the result, the costs of all samples, or an array."""
        if step.of == step.goal:
            return self.model.each if step.of in self.model.sample_costs else step.of
        return self.group_of.get(step.of, step.of)

    def _is_whole(self, group: Sequence[Step]) -> bool:
        """Whether some steps are those of all entries of an array, each once."""
        array = self.together.get(self.group_of.get(group[0].variable, ""))
        return array is not None and sorted(step.variable for step in group) == sorted(array.entries)

    def _joined(self, group: Sequence[Step]) -> MatrixStep:
        first = group[0]
        array = self.together[self.group_of[first.variable]]
        by_entry = {step.variable: step for step in group}
        steps = tuple(by_entry[entry] for entry in array.entries)
        grid = ExprArray(array.shape, tuple(step.result for step in steps))
        of = self._of(first)
        goal = self.model.each if first.goal in self.model.sample_costs else first.goal
        candidates = self._own(of) if first.rule == "activation" else self._formulas(array.name, goal)
        formula = next((each for each in candidates if self._gives(each, grid)), None)
        by_entries = formula is None
        return MatrixStep(
            0, derivative_name(of, array.name), of, array.name, goal, array.shape, steps,
            nested(grid) if formula is None else formula, self._through(steps), by_entries,
        )  # fmt: skip

    def _gives(self, formula: Expr, grid: ExprArray) -> bool:
        """Whether a formula is, entry by entry, what the steps over numbers give, of numbers that are found."""
        try:
            expanded = self.expander.expand(formula)
        except FormulaError:
            return False
        found = all(name in self.known for cell in expanded.cells for name in names(cell))
        return found and equal(expanded, grid, self.constants)

    def _families(self) -> Iterator[Array]:
        """Families of which no member is worked out from another."""
        for array in self.model.families.values():
            used = {name for entry in array.entries for name in self.model.graph.arguments.get(entry, ())}
            if self.model.graph.depends_on(*used).isdisjoint(array.entries):
                yield array

    def _through(self, steps: Sequence[Step]) -> tuple[str, ...]:
        """The equations that use an array, by what they define."""
        users = dict.fromkeys(path.through for step in steps for path in step.paths)
        return tuple(dict.fromkeys(self.group_of.get(user, user) for user in users))

    def _own(self, name: str) -> Iterator[Expr]:
        """The slope of a function that goes entry by entry, by its argument; of a family, as of its first member."""
        formulas = self.model.formulas
        member = name if name in formulas else self._first_members.get(array_of(name))
        if member is not None:
            slope = self.pullback.slope(name, _as_wholes(formulas[member], index_of(member)[len(index_of(name)) :]))
            if slope is not None:
                yield slope

    @cached_property
    def _first_members(self) -> Mapping[str, str]:
        """The first member of each family."""
        return {array_of(member): member for member in reversed([*self.model.formulas])}

    def _first(self, name: str) -> str:
        return self.model.arrays[name].entries[0]

    # The derivative by an array

    def _formulas(self, array: str, goal: str) -> Iterator[Expr]:
        """What all that uses an array adds to the derivative by it, in the forms it may have; none without a rule."""
        if goal not in self._reached:
            self._reached[goal] = self._walk(goal)
        found: list[Expr] = []
        parts: dict[tuple[int, ...], list[Expr]] = {}
        if array_of(array) in self._reached[goal].without_rule:
            return
        for index, expr in self._reached[goal].adding.get(array, ()):
            if index:
                parts.setdefault(index, []).append(expr)
            else:
                found.append(expr)
        if not parts:
            yield sum_of(tuple(_flat(found)))
            return
        first, terms = next(iter(parts.items()))
        if not found:  # of numbers side by side each may come about as the first does
            yield sum_of(tuple(_flat(_as_wholes(term, first) for term in terms)))
        scattered = self._scattered(self.together[array].shape, parts)
        if scattered is not None:
            yield sum_of(tuple(_flat((*found, scattered))))

    def _walk(self, goal: str) -> _Reached:
        """What reaches each array, row or entry, equation by equation."""
        model = self.model
        if model.each:
            return self._walk_samples(goal)
        reaching = model.graph.reaching(goal)
        reached = _Reached()
        for name, entries in self._defined():
            if reaching.isdisjoint(entries) or model.is_a(entries[0], COST_PART):  # told with the cost
                continue
            for target, expr in self._through_equation(name, entries, goal):
                reached.note(target, expr)
        return reached

    def _walk_samples(self, goal: str) -> _Reached:
        """The same for arrays of all samples: back from the cost of each, and to parameters with each one's share."""
        model, reached = self.model, _Reached()
        (share,) = {step.contributions.share for step in self.all if step.contributions is not None} or {ONE}
        formulas: list[tuple[str, Expr, Expr]] = [(goal, model.formulas[goal], ONE)]
        formulas += [
            (name, formula, Name(derivative_name(model.each, name)))
            for name, formula in model.formulas.items()
            if name in model.arrays
        ]
        for name, formula, upstream in formulas:
            try:
                pairs = list(self.pullback.through(name, formula, upstream, self._own_step(name, formula)))
            except (NoRuleError, FormulaError):
                continue  # then what it gives is not the derivative, and the entries are told
            for target, expr in pairs:
                whole = expr if share == ONE or goal in (model.each, name) else Product((share, expr))
                reached.note(target, whole)
        return reached

    def _through_equation(self, name: str, entries: Sequence[str], goal: str) -> Sequence[tuple[str, Expr | None]]:
        formula = self.model.formulas.get(name)
        upstream = ONE if name == goal else Name(derivative_name(goal, name))
        if formula is not None:
            try:
                return list(self.pullback.through(name, formula, upstream, self._own_step(name, formula)))
            except (NoRuleError, FormulaError):
                pass  # no rule: what it uses is told entry by entry
        used = dict.fromkeys(used for entry in entries for used in self.model.graph.arguments[entry])
        return [(base, None) for base in dict.fromkeys(map(array_of, used))]

    def _defined(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """All equations, in order: what each defines, and its entries."""
        for name in self.model.graph.definitions:
            array = self.array_of.get(name)
            if array is None:
                yield name, (name,)
            elif self._first(array) == name:
                yield array, self.model.arrays[array].entries

    def _own_step(self, name: str, formula: Expr) -> str:
        """The derivative of an activation by its argument, where that has a step of its own."""
        first = self._first(name) if name in self.model.arrays else name
        definition = self.model.graph.definitions.get(first)
        used = names(formula)
        if definition is None or len(definition.own_steps) != 1 or len(used) != 1:
            return ""
        return derivative_name(name, used[0])

    def _scattered(self, shape: Shape, parts: Mapping[tuple[int, ...], Sequence[Expr]]) -> Expr | None:
        """Derivatives by rows or entries, each in its place, and zeros where nothing is added."""
        depth = {len(index) for index in parts}
        if len(depth) > 1:
            return None
        (deep,) = depth
        first, rest = self.model.first_index, shape[deep:]

        def at(place: tuple[int, ...]) -> Expr:
            if len(place) < deep:
                return Stacked(tuple(at((*place, index + first)) for index in range(shape[len(place)])))
            found = parts.get(place)
            if found is not None:
                return sum_of(tuple(_flat(found)))
            return Applied("zeros", tuple(Number(str(length)) for length in rest)) if rest else Number("0")

        return at(())


def _as_wholes(expr: Expr, index: tuple[int, ...]) -> Expr:
    """A formula of the members with an index, with whole families and arrays in their place."""

    def whole(name: str) -> str:
        return (
            entry_name(array_of(name), *index_of(name)[: -len(index)])
            if index_of(name)[-len(index) :] == index
            else name
        )

    def meant(name: str) -> Expr:
        ref = read(name)
        return Name(derivative_name(whole(ref.of), whole(ref.by)) if ref.by else whole(name))

    return substitute(expr, {name: meant(name) for name in names(expr)}) if index else expr


def _flat(terms: Iterable[Expr]) -> Iterator[Expr]:
    for term in terms:
        yield from term.terms if isinstance(term, Sum) else (term,)


def nested(grid: ExprArray) -> Expr:
    """An array of formulas as a list, or as a list of lists."""
    if not grid.shape:
        return grid.number
    return Stacked(tuple(nested(grid.at((index,))) for index in range(grid.shape[0])))
