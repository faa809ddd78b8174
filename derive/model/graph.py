"""The graph of named definitions: the only model there is.

A model is a list of definitions in the order a person would write them, each over earlier names::

    z0 = (x0·w0) + (x1·w1) + b0
    O0 = 1/(1 + exp(−z0))
    …
    Cost = ½(y − O3)²
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property

import msgspec

from derive.catalogue.roles import Role
from derive.errors import Path
from derive.expression.tree import Expr, names
from derive.model.references import array_of


class ClosedForm(msgspec.Struct, frozen=True):
    """A derivative in the form it is shown in.

    Attributes:
        shown: the derivative, over any names known by then (a sigmoid's is ``O·(1 − O)``).
        stable: an equal expression that loses no digits, for full precision; None where ``shown`` is as good.
        worked: the derivative before it was brought into this form; None where there is nothing between.
    """

    shown: Expr
    stable: Expr | None = None
    worked: Expr | None = None


class Definition(msgspec.Struct, frozen=True):
    """A quantity and how it is worked out.

    Attributes:
        name: the plain name of what is defined.
        expr: its value, over earlier names.
        stable: an equal expression that loses no digits, for full precision; None where ``expr`` is as good.
        closed_forms: by argument, the derivative in the form it is to be shown in; arguments that are left out are
            differentiated as they come.
        own_steps: the arguments with respect to which its derivative is a step of its own: that of an output by its net
            input. The derivative is named, not written out, in the chains that use it.
        applies: the row of the catalogue of activations or costs that it applies; the author's own formula, if that is
            none; "" where it applies nothing.
        source: where in the file it was written.
        between_numbers: whether it and all that its equation names are numbers of their own, not entries of an array
            that is named as a whole: its local derivatives are then quantities too.
        along_rows: the entries of a vector that goes along the rows of a square matrix in the equation of which this is
            the first entry; by its shape it could go along the columns as well.
    """

    name: str
    expr: Expr
    stable: Expr | None = None
    closed_forms: Mapping[str, ClosedForm] = {}
    own_steps: tuple[str, ...] = ()
    applies: str = ""
    source: Path = ()
    between_numbers: bool = False
    along_rows: tuple[Expr, ...] = ()


#: The least and the most that a number may be, both included; None where there is no such.
Bounds = tuple[Decimal | None, Decimal | None]


class Quantity(msgspec.Struct, frozen=True):
    """What a name of the model stands for.

    Attributes:
        name: the plain name.
        role: what it is to a reader.
        label: what it belongs to, in words: ``3``, ``2 of layer 1``, ``h1`` of neurons; "" where it has none.
        bounds: what it may be, where it is given.
        note: what the author says that it is; "" where nothing.
    """

    name: str
    role: Role
    label: str = ""
    bounds: Bounds = (None, None)
    note: str = ""


class Array(msgspec.Struct, frozen=True):
    """A view of some quantities as an array.

    Attributes:
        name: what the array is called.
        shape: how many entries it has along each dimension.
        entries: their plain names, the last index fastest.
        role: what they are to a reader.
    """

    name: str
    shape: tuple[int, ...]
    entries: tuple[str, ...]
    role: Role

    def at(self, *place: int) -> str:
        """The entry at a place, counted from 0 along each dimension; one that all share is at each."""
        number = 0
        for index, length in zip(place, self.shape, strict=False):
            number = number * length + index
        return self.entries[number]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The entries by the rows of a matrix."""
        return tuple(map(self.row, range(self.shape[0])))

    def row(self, number: int) -> tuple[str, ...]:
        """The entries in a row of a matrix, counted from 0."""
        width = self.shape[1]
        return self.entries[width * number : width * (number + 1)]


class Graph:
    """Named values that are given, and definitions over them.

    Args:
        given: the values that are given, as written, by plain name.
        definitions: in an order in which each uses only earlier names.
        results: the quantities whose derivatives are wanted, each by itself; none where nothing is differentiated.
    """

    def __init__(
        self, given: Mapping[str, Decimal], definitions: tuple[Definition, ...], results: tuple[str, ...]
    ) -> None:
        self.given = given
        self.definitions = {definition.name: definition for definition in definitions}
        self.results = results
        self._behind: dict[str, frozenset[str]] = {}

    @property
    def result(self) -> str:
        """The quantity that the model is for: the first of the results, or what is defined last."""
        return self.results[0] if self.results else next(reversed(self.definitions))

    @cached_property
    def arguments(self) -> Mapping[str, tuple[str, ...]]:
        """For each definition, the names it uses, in order."""
        return {name: names(definition.expr) for name, definition in self.definitions.items()}

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """For each quantity, the definitions that use it, in order."""
        users: dict[str, list[str]] = {name: [] for name in (*self.given, *self.definitions)}
        for user, arguments in self.arguments.items():
            for argument in arguments:
                users[argument].append(user)
        return {name: tuple(found) for name, found in users.items()}

    def is_differentiated(self, name: str) -> bool:
        """Whether the derivatives of a quantity are over all paths: of a result, or a part with its name, as E[1] of E.

        Those of any other are local where its equation names the other quantity.
        """
        return not {name, array_of(name)}.isdisjoint(self.results)

    def is_named_twice(self, of: str, by: str) -> bool:
        """Whether an equation names what it depends on through something else that it names as well."""
        arguments = self.arguments.get(of, ())
        return by in arguments and any(other in self.behind(by) for other in arguments if other != by)

    def behind(self, name: str) -> frozenset[str]:
        """All quantities that depend on one, itself among them."""
        found = self._behind.get(name)
        if found is None:
            seen = {name}
            for user, arguments in self.arguments.items():
                if not seen.isdisjoint(arguments):
                    seen.add(user)
            found = self._behind[name] = frozenset(seen)
        return found

    def depends_on(self, *names: str) -> frozenset[str]:
        """All quantities that some are worked out from, themselves among them."""
        return _along(self.arguments, names)

    def reaching(self, result: str) -> frozenset[str]:
        """All quantities that a result is worked out from, itself among them.

        An output is worked out from its net input whatever its formula says, which may be a constant.
        """
        own = {name: definition.own_steps for name, definition in self.definitions.items()}
        return _along({name: (*arguments, *own[name]) for name, arguments in self.arguments.items()}, (result,))

    def leads_to(self, names: Iterable[str]) -> frozenset[str]:
        """All quantities that some are used in, however far on, themselves among them; as :attr:`reaching`."""
        seen = set(names)
        for name, arguments in self.arguments.items():
            if not seen.isdisjoint((*arguments, *self.definitions[name].own_steps)):
                seen.add(name)
        return frozenset(seen)


def _along(edges: Mapping[str, tuple[str, ...]], start: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(edges.get(current, ()))
    return frozenset(seen)
