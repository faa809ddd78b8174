"""What the names of a script say: ``dCost_dw6``, ``sigmoid_of_hidden_neuron_O0``, ``self.dW1``, ``grads["b2"]``."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Final

import msgspec

from derive.auditing.code.code_lines import Assigned
from derive.auditing.code.families import Families
from derive.auditing.code.language.code_values import ShapesError
from derive.auditing.code.language.numpy_shapes import broadcast
from derive.auditing.code.language.statements import says_cost
from derive.auditing.reading.names import names_of
from derive.auditing.reckoning.quantities import Quantities
from derive.catalogue.roles import INPUT, OUTPUT
from derive.expression.tree import Name, names
from derive.model.arrays.grids import ExprArray, Shape
from derive.model.references import derivative_name, read, split_updates, state_name, updated_name

#: The ways in which a derivative is called: by what it is by alone, or by both.
_BOTH: Final = re.compile(
    r"(?:d|∂|del|partial)_?(?P<of>\w+?)_?_(?:d|by|wrt|over)_?(?P<by>\w+)|d(?P<of2>[A-Za-z]\w*?)d(?P<by2>[A-Za-z]\w*)"
)
_ONE: Final = re.compile(
    r"(?:d|g|grad|gradient|gradients|nabla|deriv|derivative|delta)_(?:of_|wrt_|by_|for_|the_)*(?P<by>\w+)"
    r"|(?P<by2>\w+?)_(?:grad|gradient|derivative|delta|error_signal)|[dg](?P<by3>[A-Za-z]\w*)|delta(?P<by4>[A-Z]\w*)"
)
_NEW: Final = re.compile(r"(?:new|updated|next)_?(?P<of>\w+)|(?P<of2>\w+?)_?(?:new|updated|next|after|plus)")
#: The last word of a long name, where it is a letter or short word with a number.
_LAST: Final = re.compile(r"(?:.*_)?([A-Za-z]{1,6}_?\d+)")
_COST: Final = re.compile(r"(?:.*_)?(cost|loss|mse|error|e|l|c|j)\d*", re.IGNORECASE)
_KEY: Final = re.compile(r"(.*)\[['\"](\w+)['\"]\]")
#: An entry of an array by its number.
_ENTRY: Final = re.compile(r"(.+)(\[\d+\])")
_OF_GRADIENTS: Final = re.compile(r"(?:.*\.)?(?:(?:d|g|gs)\d*|grad\w*|nabla\w*|deriv\w*)")


class Named(msgspec.Struct, frozen=True):
    """What a name says that it stands for.

    Attributes:
        entries: the quantities, cell by cell.
        sure: whether it says so without doubt.
    """

    entries: tuple[str, ...]
    sure: bool


class Naming:
    """Reads the names of one script.

    Args:
        quantities: what can be meant.
        held: the quantities that a name of the script stands for where the reading is, if it is an array of some.
    """

    def __init__(self, quantities: Quantities, held: Callable[[str], tuple[str, ...]]) -> None:
        self.quantities, self.held = quantities, held
        self.result = quantities.graph.result
        self.known = names_of(quantities)
        #: What each name of the script meant first, with the shape of it.
        self.meant: dict[str, tuple[str, ...]] = {}
        #: The names that stand for several things, as those of a loop or of several objects.
        self.ambiguous: set[str] = set()
        #: By the quantities, the shape in which the script has them first.
        self.shapes: dict[frozenset[str], tuple[Shape, tuple[str, ...]]] = {}

    def learn(self, target: str, entries: tuple[str, ...], shape: Shape) -> None:
        """Keep what a name means."""
        before = self.meant.setdefault(base(target), entries)
        if {split_updates(entry)[0] for entry in before} != {split_updates(entry)[0] for entry in entries}:
            self.ambiguous.add(base(target))
        self.shapes.setdefault(frozenset(entries), (shape, entries))

    def is_own(self, target: str, held: object) -> bool:
        """Whether a name stands first for the quantities that it holds now, but for updates of them."""
        if not isinstance(held, ExprArray) or not all(isinstance(cell, Name) for cell in held.cells):
            return False
        first = self.meant.get(base(target), ())
        return [split_updates(name)[0] for name in first] == [split_updates(name)[0] for name in held.names]

    def goes_astray(self, entries: tuple[str, ...], shape: Shape) -> tuple[Shape, tuple[str, ...]] | None:
        """Of gradients whose array does not go with that by which they are, how they would; None of all others.

        So a column meets a row, which gives a matrix, or a matrix one that is turned over.
        """
        refs = [read(entry.removeprefix("-")) for entry in entries]
        if not all(ref.by and ref.of in (self.result, *self.quantities.solution.model.sample_costs) for ref in refs):
            return None
        parameters = tuple(ref.by for ref in refs)
        own, order = self.shapes.get(frozenset(parameters), (shape, parameters))
        by = dict(zip(parameters, entries, strict=True))
        try:
            size = prod(broadcast(own, shape))
        except ShapesError:
            size = 0
        return None if size == len(entries) else (own, tuple(by[name] for name in order))

    def readings(self, target: str, shape: Shape, size: int, *, old: tuple[str, ...] = ()) -> Iterator[Named]:
        """What a name may mean, the surest first.

        Args:
            target: the name, as it is written.
            shape: the shape of what is assigned.
            size: how many entries that has.
            old: what the name meant before, if all of that are parameters.
        """
        entry = _ENTRY.fullmatch(target)
        name, index = (base(entry[1]), entry[2]) if entry is not None else (base(target), "")
        if old and len(old) == size:
            yield from self._all(tuple(updated_name(*_next(entry)) for entry in old), sure=True)
        for of, by in _derivatives(name):
            for named in self._by_variable(of, f"{by}{index}", size):
                yield Named(named.entries, sure=self._is_sure(name, of, f"{by}{index}"))
        new = _NEW.fullmatch(name)
        if new is not None:
            entries = self.meant.get(new["of"] or new["of2"], ())
            # What else is new is worked out from new parameters, which have the names of the old ones by then.
            if len(entries) == size and all(entry in self.quantities.graph.given for entry in entries):
                yield from self._all(tuple(updated_name(*_next(entry)) for entry in entries), sure=True)
        if size == 1 and not index:
            yield from self._alone(target, name)
        elif size == 1 and target in self.quantities:
            yield Named((target,), sure=False)

    def _by_variable(self, of: str, by: str, size: int) -> Iterator[Named]:
        entries = tuple(entry.removeprefix("-") for entry in self._variable(by))
        if len(entries) != size or len(set(entries)) != size or any("/" in entry for entry in entries):
            return
        above = self.result if not of or _COST.fullmatch(of) else ""
        if not above:
            others = self._variable(of)
            if len(others) == size:
                pairs = zip(others, entries, strict=True)
                bases = tuple(derivative_name(split_updates(a)[0], split_updates(b)[0]) for a, b in pairs)
                yield from self._all(bases, sure=True)
            return
        bases = tuple(split_updates(entry)[0] for entry in entries)
        yield from self._all(tuple(derivative_name(above, entry) for entry in bases), sure=True)
        costs, graph = self.quantities.solution.model.sample_costs, self.quantities.graph
        own = [next((cost for cost in costs if entry in graph.depends_on(cost)), "") for entry in bases]
        model = self.quantities.solution.model
        if all(own) and all(entry not in graph.given or model.is_a(entry, INPUT) for entry in bases):
            # of each sample's own cost
            names = (derivative_name(cost, entry) for cost, entry in zip(own, bases, strict=True))
            yield from self._all(tuple(names), sure=True)

    def _is_sure(self, name: str, of: str, by: str) -> bool:
        """Whether a name is surely the derivative: ``dW1``, ``dCost_dz3``; ``delta_out`` is by what comes before."""
        if any(each in self.ambiguous and not self.held(each) for each in (of, by)):
            return False
        if of:
            return True
        model, entries = self.quantities.solution.model, self._variable(by)
        if name == f"d{by}":
            return True
        if any(entry in model.quantities and model.is_a(entry, OUTPUT) for entry in entries):
            return False  # many call so what comes before the output
        return "delta" not in name.lower()

    def _variable(self, name: str) -> tuple[str, ...]:
        """What a name within a name means: that of the script, however it is capitalised: ``ypred`` is ``y_pred``.

        Of a list it may be the singular, or the first letter: ``grad_W[l]`` beside ``Ws[l]``, ``nabla_b`` beside
        ``biases``.
        """
        if found := self._written(name):
            return found
        stem, index = _parted(name)
        stems = dict.fromkeys(_parted(known)[0] for known in self.meant)
        alike = [known for known in stems if _plain(known) in (_plain(stem), *([f"{_plain(stem)}s"] if index else ()))]
        if not alike and len(stem) == 1:
            alike = [known for known in stems if _plain(known).startswith(_plain(stem)) and _plain(known).endswith("s")]
        return self._written(f"{alike[0]}{index}") if len(alike) == 1 else ()

    def _written(self, name: str) -> tuple[str, ...]:
        """What a name of the script stands for, itself or as an attribute, or what it meant first."""
        for written in (f"self.{name}", name):
            if held := self.held(written):
                return held
        return self.meant.get(name, ())

    def _alone(self, target: str, name: str) -> Iterator[Named]:
        derivative = any(True for _ in _derivatives(name))
        for text in dict.fromkeys((target, name)):
            found = self.known(text).name
            if found is not None and found in self.quantities:
                yield Named((found,), sure=derivative and "/" in found and "_d" in text)
        last = None if derivative else _LAST.fullmatch(name)
        if last is not None and (found := self.known(last[1]).name) is not None and found in self.quantities:
            yield Named((found,), sure=False)
        if says_cost(name):
            yield Named((self.result,), sure=False)

    def _all(self, entries: tuple[str, ...], *, sure: bool) -> Iterator[Named]:
        if all(entry in self.quantities for entry in entries):
            yield Named(entries, sure)

    def quantity(self, name: str) -> str | None:
        """The quantity that a name means by itself."""
        return next((found.entries[0] for found in self._alone(name, base(name))), None)


class Readings:
    """What the names that a script assigns to may mean, by what they stood for before and by how it has its gradients.

    Args:
        naming: what the names say.
        families: the quantities of the model, as arrays.
    """

    def __init__(self, naming: Naming, families: Families) -> None:
        self.naming, self.families = naming, families

    def of(self, made: Assigned, shape: tuple[int, ...], size: int, *, steps: bool = False) -> list[Named]:
        """What a name may mean, with the signs that the script gives to gradients.

        Args:
            made: what is assigned.
            shape: its shape.
            size: how many entries it has.
            steps: whether gradients go into it, so that it may be a new value of parameters that have such a name.
        """
        old: tuple[str, ...] = ()
        if isinstance(made.old, ExprArray) and is_named(made.old):
            held = made.old.names
            training = self.families.solution.training
            if training is not None and all(name.split("+")[0] in training.moved for name in held):
                old = held
        if not old and not self.naming.held(made.target) and steps:
            old = self._parameters(made.target)
        found = (
            Named(tuple(map(self._here, each.entries)), each.sure)
            for each in self.naming.readings(made.target, shape, size, old=old)
        )
        known = self.families.quantities
        return [each for each in found if all(name.removeprefix("-") in known for name in each.entries)]

    def _parameters(self, target: str) -> tuple[str, ...]:
        """The parameters that a name of another function stands for."""
        training, meant = self.families.solution.training, self.naming.meant.get(base(target), ())
        known = training is not None and all(name in training.moved for name in meant)
        return tuple(map(self.families.later, meant)) if known else ()

    def _here(self, name: str) -> str:
        """A quantity where the script is: of its updates the next, its gradients those of the batch."""
        ref, training, file = read(name), self.families.solution.training, self.families.solution.file
        if ref.updates > 1:  # what it was before is known
            return name
        model = self.families.solution.model
        costs = (*model.graph.results, *model.sample_costs)
        batch = file.update.batch if file.update is not None and ref.of in costs else None
        if training is not None and batch and ref.by in training.moved:
            return self.families.later(updated_name(state_name("g", ref.by), 1))
        return self.families.later(self.families.signed(name))

    def of_function(self, called: ast.expr) -> Named | None:
        """What a function gives by its own name: the cost, as ``mse(y, out)`` does."""
        name = ast.unparse(called.func) if isinstance(called, ast.Call) else ""
        return Named((self.naming.result,), sure=False) if says_cost(name) else None

    def resized(self, made: Assigned, grid: ExprArray | None) -> Named | None:
        """What an update means whose step is of another size than what it changes; where None is given, of no size."""
        old, training = made.old, self.families.solution.training
        if not isinstance(old, ExprArray) or training is None:
            return None
        if grid is not None and len(old.cells) == len(grid.cells):
            return None
        held = [name for name in old.names if split_updates(name)[0] in training.moved] if is_named(old) else []
        steps = grid is None or any("/" in name for cell in grid.cells for name in names(cell))
        new = tuple(updated_name(*_next(name)) for name in held)
        known = len(held) == len(old.cells) and steps and all(name in self.families.quantities for name in new)
        return Named(new, sure=True) if known else None

    def surely(self, made: Assigned) -> Named | None:
        """What a name means without doubt, whatever its size is."""
        for size in {len(family.entries) for family in self.families.worked}:
            for named in self.naming.readings(made.target, (), size):
                if named.sure:
                    return Named(tuple(map(self._here, named.entries)), sure=True)
        return None


def surest(readings: Sequence[Named]) -> Named | None:
    """The one that says so without doubt, or the first."""
    return next((each for each in readings if each.sure), readings[0] if readings else None)


def _parted(name: str) -> tuple[str, str]:
    """A name and the index of an entry behind it."""
    entry = _ENTRY.fullmatch(name)
    return (entry[1], entry[2]) if entry is not None else (name, "")


def _plain(name: str) -> str:
    """A name without what people leave out or write otherwise within longer ones."""
    return name.lower().replace("_", "")


def is_named(grid: ExprArray) -> bool:
    """Whether all entries of an array are quantities by themselves."""
    return all(isinstance(cell, Name) for cell in grid.cells)


def _next(name: str) -> tuple[str, int]:
    base, updates = split_updates(name)
    return base, updates + 1


def base(target: str) -> str:
    """A name without the object that it belongs to; of an entry of a dict its key."""
    key = _KEY.fullmatch(target)
    if key is not None:
        said = key[2].startswith("d") and len(key[2]) > 1  # the name of the entry says it itself
        return f"grad_{key[2]}" if _OF_GRADIENTS.fullmatch(key[1]) and not said else key[2]
    return target.rsplit(".", 1)[-1].strip("_")


def _derivatives(name: str) -> Iterator[tuple[str, str]]:
    """The parts of a name that may be a derivative: what it is of, empty for the cost, and what it is by."""
    for match in (_BOTH.fullmatch(name), _ONE.fullmatch(name)):
        if match is not None:
            found: Mapping[str, str | None] = match.groupdict()
            by = next((text for key, text in found.items() if key.startswith("by") and text), "")
            of = next((text for key, text in found.items() if key.startswith("of") and text), "")
            yield of, by
