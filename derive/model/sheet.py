"""The sheet: the one pen with which every model is written.

::

    sheet = Sheet()
    with sheet.section("layer-1", "hidden layer"):
        with sheet.section("neuron-0", "neuron 0", folds=("b0",)):
            sheet.define("z0", weighted_sum, NET_INPUT)
            sheet.define("O0", sigmoid, OUTPUT, own_steps=("z0",))

A way of writing is a function from a file to a sheet; all that follows reads the model that the sheet gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import msgspec

from derive.catalogue.roles import Role
from derive.errors import Path
from derive.expression.tree import Expr
from derive.model.graph import Bounds, Definition, Graph, Quantity
from derive.model.outline import Section


class _Open(msgspec.Struct):
    """A section that is being written."""

    key: str
    title: str
    backwards: bool
    owns: tuple[str, ...]
    folds: tuple[str, ...]
    abreast: bool = False
    says: str = ""
    at: tuple[str, str] | None = None
    parts: list[_Open | str] = []


class Sheet:
    """A model on which is still written.

    Attributes:
        given: the numbers that are given, by plain name.
        quantities: what each name stands for.
        definitions: in the order in which they were written.
    """

    def __init__(self) -> None:
        self.given: dict[str, Decimal] = {}
        self.quantities: dict[str, Quantity] = {}
        self.definitions: list[Definition] = []
        self._root = _Open("model", "", backwards=True, owns=(), folds=())
        self._open = [self._root]

    @contextmanager
    def section(
        self,
        key: str,
        title: str = "",
        *,
        backwards: bool = False,
        owns: Iterable[str] = (),
        folds: Iterable[str] = (),
        abreast: bool = False,
        says: str = "",
        at: tuple[str, str] | None = None,
    ) -> Iterator[None]:
        """What is defined within belongs together; see :class:`derive.model.outline.Section`.

        ``owns`` is what it owns although all its users stand in one section within it: the bias of a layer of one.
        """
        opened = _Open(key, title, backwards, tuple(owns), tuple(folds), abreast, says, at)
        self._open[-1].parts.append(opened)
        self._open.append(opened)
        try:
            yield
        finally:
            self._open.pop()

    def give(self, name: str, value: Decimal, role: Role, label: str = "", *, bounds: Bounds = (None, None)) -> str:
        """Take in a number that is given, and return its name; the rest is that of :class:`Quantity`."""
        self.given[name] = value
        self.quantities[name] = Quantity(name, role, label, bounds)
        return name

    def define(self, name: str, expr: Expr, role: Role, label: str = "", source: Path = ()) -> str:
        """Define a quantity over those that stand on the sheet, and return its name."""
        return self.add(Definition(name, expr, source=source), role, label)

    def add(self, definition: Definition, role: Role, label: str = "") -> str:
        """As :meth:`define`, with all that is known of how the quantity is worked out."""
        self.definitions.append(definition)
        self.quantities[definition.name] = Quantity(definition.name, role, label)
        self._open[-1].parts.append(definition.name)
        return definition.name

    def annotate(self, name: str, note: str) -> None:
        """Note what the author says that a quantity is."""
        self.quantities[name] = msgspec.structs.replace(self.quantities[name], note=note)

    def graph(self, *results: str) -> Graph:
        """The definitions; ``results`` are differentiated, each by itself."""
        return Graph(self.given, tuple(self.definitions), results)

    def outline(self, graph: Graph, wanted: Iterable[str]) -> Section:
        """How the definitions belong together; a wanted number belongs to the smallest section with all its users."""
        homes: dict[str, tuple[_Open, ...]] = {}
        named: dict[str, _Open] = {}

        def note(section: _Open, above: tuple[_Open, ...]) -> None:
            named.update(dict.fromkeys(section.owns, section))
            for part in section.parts:
                if isinstance(part, str):
                    homes[part] = (*above, section)
                else:
                    note(part, (*above, section))

        note(self._root, ())
        owned: dict[int, list[str]] = {}
        for name in wanted:
            if name in graph.definitions:
                continue  # its derivative is found where it stands
            if name in named:
                owned.setdefault(id(named[name]), []).append(name)
                continue
            ways = [homes[user] for user in graph.users[name]] or [(self._root,)]
            common = [level[0] for level in zip(*ways, strict=False) if all(each is level[0] for each in level)]
            owned.setdefault(id(common[-1]), []).append(name)
        place = {name: number for number, name in enumerate(graph.definitions)}
        within: dict[str, dict[str, int]] = {}
        listed = {name: number for number, name in enumerate(wanted)}

        def by_use(name: str) -> tuple[int, int]:
            """What is used later comes earlier on the way back; of one user's numbers, as they stand in it."""
            if not graph.users[name]:
                return 0, 0
            user = max(graph.users[name], key=place.__getitem__)
            home = homes[user][-1]
            if home.abreast:  # entries of one array: as they are listed
                first = next(part for part in home.parts if isinstance(part, str))
                return -place[first], listed[name]
            if user not in within:
                within[user] = {argument: number for number, argument in enumerate(graph.arguments[user])}
            return -place[user], within[user][name]

        def closed(section: _Open) -> Section:
            parts = tuple(part if isinstance(part, str) else closed(part) for part in section.parts)
            owns = tuple(sorted(owned.get(id(section), ()), key=by_use))
            return Section(
                section.key,
                section.title,
                parts,
                section.backwards,
                owns,
                section.folds,
                section.abreast,
                section.says,
                section.at,
            )

        return closed(self._root)
