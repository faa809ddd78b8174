"""The quantities that an array of a script may be: arrays of the model, derivatives by them; and which a formula is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from math import prod
from typing import Final

import msgspec

from derive.auditing.code.language.code_values import count_parts, worked_out
from derive.auditing.code.language.work_done import EXACTLY, WorkDone
from derive.auditing.code.prints import Print, Prints, Roughly, near
from derive.auditing.reckoning.evaluate import compiled
from derive.auditing.reckoning.identity import Points
from derive.auditing.reckoning.quantities import Quantities
from derive.calculus.solution import Worked
from derive.catalogue.optimizers import STATES
from derive.catalogue.roles import INPUT, TARGET
from derive.expression.tree import Expr, Name, Negative, Number, Sum, negative_of, sum_of
from derive.model.arrays.grids import ExprArray, Shape, places, position
from derive.model.references import derivative_name, read, split_updates, state_name, updated_name
from derive.model.writings.dense_arrays import in_arrays

#: At so many points formulas are compared first: some near the file's numbers, some far from them.
_POINTS: Final = (0, 1, 2, 3, 4)
#: So many digits of the values there are compared.
_DIGITS: Final = ".22e"


class Family(msgspec.Struct, frozen=True):
    """Quantities that belong together as an array.

    Attributes:
        name: what the array is called, as ``dCost/dW1``.
        shape: its shape.
        entries: their plain names, the last index fastest.
        given: whether they are numbers of the file.
    """

    name: str
    shape: Shape
    entries: tuple[str, ...]
    given: bool = False

    def orders(self, shape: Shape) -> Iterator[tuple[str, ...]]:
        """The entries as they stand in an array of a shape, which may be turned over or have axes of 1.

        A square matrix may stand in it either way; where the array does not have such a shape, in none.
        """
        own, other = _long(self.shape), _long(shape)
        if own == other or (len(self.entries) == prod(shape) and (len(shape) <= 1 or prod(shape) == 1)):
            yield self.entries
        if own == other[::-1] and len(own) > 1:
            yield tuple(self.entries[position(place[::-1], own)] for place in places(other))


class Families:
    """The quantities of a model, by what they are equal to.

    Args:
        solution: the model, worked out.
        quantities: its quantities.
        points: where formulas are compared.
        effort: what has been worked out for the script.
        turned: whether the script works with the gradients' signs turned, as one does that adds its steps.
    """

    def __init__(
        self, solution: Worked, quantities: Quantities, points: Points, effort: WorkDone, *, turned: bool = False
    ) -> None:
        self.solution, self.quantities, self.points, self.turned = solution, quantities, points, turned
        self.effort = effort
        self.graph = solution.model.graph
        #: After so many updates the script is.
        self.at = 0
        self._shifted: dict[int, tuple[Family, ...]] = {}
        self._prints: dict[int, Prints] = {}
        self.worlds = [points.worlds[number] for number in _POINTS]
        #: The file's own numbers.
        self.own = points.own

    @cached_property
    def given(self) -> tuple[Family, ...]:
        """The numbers of the file, as arrays, as rows of these, and one by one; the learning rate among them."""
        found = [family for family in self._arrays if family.given]
        rows = [
            Family(
                f"{family.name}[{at}]", family.shape[1:], family.entries[start : start + family.shape[1]], given=True
            )
            for family in found
            if len(family.shape) == 2 and family.shape[0] > 1
            for at, start in enumerate(range(0, len(family.entries), family.shape[1]))
        ]
        columns = [
            Family(f"{family.name}[:,{at}]", family.shape[:1], family.entries[at :: family.shape[1]], given=True)
            for family in found
            if len(family.shape) == 2 and family.shape[1] > 1
            for at in range(family.shape[1])
        ]
        shared = [  # of a bias that all neurons of a layer share, once for each of them
            Family(stage.biases.name, (stage.size,), stage.biases.entries * stage.size, given=True)
            for network in self.solution.model.networks[:1]
            for stage in network.stages
            if stage.shares_bias
        ]
        single = [Family(name, (), (name,), given=True) for name in self.graph.given]
        rate = self.solution.model.learning_rate
        return (*found, *rows, *columns, *shared, *single, *((Family(rate, (), (rate,), given=True),) if rate else ()))

    @cached_property
    def given_values(self) -> frozenset[Decimal]:
        """All numbers that are given, the learning rate among them."""
        return frozenset(value for family in self.given for value in self.values_of(family))

    def later(self, name: str) -> str:
        """A quantity where the script is, after its updates so far."""
        sign = "-" * name.startswith("-")
        return f"{sign}{self.quantities.updates.later(name.removeprefix('-'), self.at)}"

    @property
    def worked(self) -> tuple[Family, ...]:
        """What is worked out where the script is."""
        if self.at not in self._shifted:
            families = (
                msgspec.structs.replace(each, entries=tuple(map(self.later, each.entries))) for each in self._worked
            )
            self._shifted[self.at] = tuple(each for each in families if self._are_known(each))
        return self._shifted[self.at]

    def _are_known(self, family: Family) -> bool:
        return not self.at or all(name.removeprefix("-") in self.quantities for name in family.entries)

    @cached_property
    def _worked(self) -> tuple[Family, ...]:
        """What is worked out: arrays, derivatives by them, slopes of what is applied to them, new values, states."""
        arrays = self._arrays
        found = [family for family in arrays if not family.given]
        found += [Family(name, (), (name,)) for family in found if len(family.entries) > 1 for name in family.entries]
        for family in arrays:
            if family.entries[0] not in self._targets:
                found += self._gradients(family)
        for family in arrays:
            slopes = [self._slope(entry) for entry in family.entries]
            if all(slopes):
                found.append(Family(f"slope of {family.name}", family.shape, tuple(map(str, slopes))))
            names = tuple(updated_name(entry, 1) for entry in family.entries)
            if family.given and all(name in self.quantities for name in names):
                found.append(Family(f"{family.name}+", family.shape, names))
            for state in STATES:  # among them the gradient that a batch's update takes
                used = tuple(updated_name(state_name(state, entry), 1) for entry in family.entries)
                if family.given and all(name in self.quantities for name in used):
                    found.append(Family(f"{state}_{family.name}+", family.shape, used))
        return tuple(found)

    @cached_property
    def _targets(self) -> frozenset[str]:
        """What nobody asks for the derivative by."""
        return frozenset(self.solution.model.of(TARGET))

    def _gradients(self, family: Family) -> Iterator[Family]:
        """The derivatives by an array: of the results, and of each sample's own cost by what is that sample's."""
        for result in self.graph.results:
            names = tuple(derivative_name(result, entry) for entry in family.entries)
            if all(name in self.quantities for name in names):
                yield Family(f"d{result}/d{family.name}", family.shape, tuple(map(self.signed, names)))
        costs = self.solution.model.sample_costs
        if costs and (not family.given or self.solution.model.is_a(family.entries[0], INPUT)):
            own = [
                next((cost for cost in costs if entry in self.graph.depends_on(cost)), "") for entry in family.entries
            ]
            names = tuple(derivative_name(cost, entry) for cost, entry in zip(own, family.entries, strict=True))
            if all(own) and all(name in self.quantities for name in names):
                yield Family(f"dCost[s]/d{family.name}", family.shape, tuple(map(self.signed, names)))

    def signed(self, name: str) -> str:
        """A quantity as the script has it: a gradient with its sign turned, where it works with these."""
        return f"-{name}" if self.turned and self._is_gradient(name) else name

    def any_fits(self, shape: Shape) -> bool:
        """Whether some of the quantities make an array of a shape."""
        return any(True for family in (*self.given, *self.worked) for _ in family.orders(shape))

    def shape(self, entries: Sequence[str]) -> Shape:
        """The shape of the array that some quantities are, in whichever order."""
        wanted = set(entries)
        return next((family.shape for family in self.worked if set(family.entries) == wanted), (len(entries),))

    def _is_gradient(self, name: str) -> bool:
        ref = read(name)
        return bool(ref.by) and not ref.updates and ref.of in (*self.graph.results, *self.solution.model.sample_costs)

    def _slope(self, name: str) -> str | None:
        """The derivative of what a function is applied to: ``dO0/dz0`` of ``O0``."""
        definition = self.graph.definitions.get(name)
        if definition is None or len(definition.own_steps) != 1:
            return None
        return derivative_name(name, definition.own_steps[0])

    @cached_property
    def _arrays(self) -> tuple[Family, ...]:
        model = self.solution.model
        arrays = model.arrays or (in_arrays(model, self.solution.file).arrays if model.is_dense else {})
        found = [
            Family(
                array.name, array.shape, array.entries, given=all(name in self.graph.given for name in array.entries)
            )
            for array in arrays.values()
        ]
        return (*found, *self._with_biases())

    def _with_biases(self) -> Iterator[Family]:
        """The weights of a layer with its biases as their last column, or first, as by an input that is always 1."""
        for network in self.solution.model.networks[:1]:
            for stage in network.stages:
                biases, weights = stage.biases.entries, stage.weights.entries
                if len(biases) == stage.size and not stage.shares_bias:
                    width = len(weights) // stage.size
                    rows = [weights[at : at + width] for at in range(0, len(weights), width)]
                    shape = (stage.size, width + 1)
                    last = tuple(name for row, bias in zip(rows, biases, strict=True) for name in (*row, bias))
                    first = tuple(name for row, bias in zip(rows, biases, strict=True) for name in (bias, *row))
                    yield Family(f"{stage.weights.name}|{stage.biases.name}", shape, last, given=True)
                    yield Family(f"{stage.biases.name}|{stage.weights.name}", shape, first, given=True)

    @property
    def _known(self) -> Prints:
        """The quantities where the script is, by their values at some points."""
        if self.at not in self._prints:
            self._prints[self.at] = Prints(self._by_print())
        return self._prints[self.at]

    def _by_print(self) -> dict[Print, list[str]]:
        found: dict[Print, list[str]] = {}
        worked = (name for family in self.worked for name in family.entries)
        listed = (name for name in self.quantities.listed if split_updates(name)[1] <= 1)
        single = (self.later(self.signed(name)) for name in listed if read(name).by not in self._targets)
        known = (name for name in single if not self.at or name.removeprefix("-") in self.quantities)
        for name in dict.fromkeys((*known, *worked)):
            mark = self.mark(meaning(name))
            if mark is not None:
                found.setdefault(mark, []).append(name)
        return found

    def may_equal(self, expr: Expr) -> bool:
        """Whether a formula comes to about what a quantity does at one point; quicker to refute than :meth:`equal`."""
        value = self._rough(expr)
        return value is None or self._known.is_near(value)

    @cached_property
    def _rough(self) -> Roughly:
        return Roughly(self.worlds[0])

    @cached_property
    def _rough_own(self) -> Roughly:
        return Roughly(self.own)

    def may_be_one(self, name: str, expr: Expr) -> bool:
        """Whether a formula comes to about what a quantity does with the file's own numbers; quick to refute."""
        one, other = self._rough_own(Name(name)), self._rough_own(expr)
        return one is None or other is None or near(one, other)

    def mark(self, expr: Expr) -> Print | None:
        """The values of a formula at some points; None where it has none there, or is the same at all of them."""
        marks = self.points.marks
        if expr not in marks:
            marks[expr] = self._mark(expr)
        return marks[expr]

    def _mark(self, expr: Expr) -> Print | None:
        self.effort.spent += EXACTLY * count_parts(expr)
        evaluate = compiled(expr)
        values = [world.attempt(evaluate) for world in self.worlds]
        if len(set(values)) == 1:  # as a rectifier that is shut at all of these
            values = [world.attempt(evaluate) for world in self.points.worlds]
        known = [value for value in values if value is not None]
        if len(known) < 3 or (len(set(known)) == 1 and not isinstance(expr, Name)):
            return None
        return tuple("" if value is None else format(value, _DIGITS) for value in values)

    def equal(self, expr: Expr) -> tuple[str, ...]:
        """The quantities that a formula is equal to whatever the given numbers are."""
        mark = self.mark(expr) if expr in self.points.marks or self.may_equal(expr) else None
        found = () if mark is None else tuple(self._known.by_print.get(mark, ()))
        own = entry_of(expr)
        return tuple(dict.fromkeys((own, *found))) if own in found else found

    @cached_property
    def _terms(self) -> frozenset[Print | None]:
        """The values of what the cost is the sum of, as of a penalty."""
        formula = self.quantities.formula(self.graph.result)
        terms = formula.terms if isinstance(formula, Sum) else ()
        rest = (sum_of(terms[1:]),) if len(terms) > 2 else ()
        return frozenset(self._mark(term) for term in (*terms, *rest)) - {None}

    def is_term(self, expr: Expr) -> bool:
        """Whether a formula is a term of the cost, or all but the first."""
        return bool(self._terms) and self.mark(expr) in self._terms

    def is_one(self, name: str, expr: Expr) -> bool:
        """Whether a formula is a quantity."""
        return self.points.equal(name.removeprefix("-"), negative_of(expr) if name.startswith("-") else expr)

    def matching(self, grid: ExprArray) -> Iterator[tuple[str, ...]]:
        """The quantities that an array is, cell by cell, the most likely first."""
        options = [self.equal(cell) for cell in grid.cells]
        if not all(options):
            return
        found = []
        for family in self.worked:
            found += [
                entries
                for entries in family.orders(grid.shape)
                if all(name in row for name, row in zip(entries, options, strict=True))
            ]
        yield from sorted(found, key=lambda entries: self.quantities.same_as(entries[0].removeprefix("-")) is not None)
        yield tuple(row[0] for row in options)

    def values_of(self, family: Family) -> tuple[Decimal, ...]:
        """The numbers of a family that is given."""
        given = self.graph.given
        rate = self.solution.file.update
        return tuple(
            given[name] if name in given else (rate.learning_rate if rate is not None else Decimal(0))
            for name in family.entries
        )


def sign_turned(entry: str) -> str:
    """A quantity with its sign turned once more."""
    return entry.removeprefix("-") if entry.startswith("-") else f"-{entry}"


def turned_over(grid: ExprArray) -> ExprArray:
    """An array with all signs turned."""
    return ExprArray(grid.shape, tuple(map(negative_of, grid.cells)))


def meaning(entry: str) -> Expr:
    """A quantity, or one with its sign turned, as a formula."""
    return Negative(Name(entry[1:])) if entry.startswith("-") else Name(entry)


def entry_of(expr: Expr) -> str:
    """The quantity that a formula is by itself, perhaps with its sign turned; empty where it is none."""
    match expr:
        case Name(name):
            return name
        case Negative(Name(name)):
            return f"-{name}"
        case _:
            return ""


def numbers_of(cells: Iterable[Expr]) -> tuple[Decimal, ...] | None:
    """The numbers of cells that are written out; None where one is not."""
    found = []
    for cell in cells:
        if not isinstance(cell, Number):
            return None
        found.append(cell.value)
    return tuple(found)


def scaled(grid: ExprArray) -> ExprArray:
    """An array with the numbers that its cells come to, where all come to one: data divided by its largest."""
    numbers = [worked_out(cell) for cell in grid.cells] if grid.shape else []
    if not numbers or None in numbers:
        return grid
    return ExprArray(grid.shape, tuple(Number(format(number, "f")) for number in numbers if number is not None))


def _long(shape: Sequence[int]) -> Shape:
    """A shape as that of a matrix, without axes of 1 at its beginning beyond."""
    kept = tuple(shape)
    while len(kept) > 2 and kept[0] == 1:
        kept = kept[1:]
    if len(kept) == 2 and 1 in kept:
        return (max(kept),)
    return kept
