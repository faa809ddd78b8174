"""How the quantities of equations are typeset: indices below, or above; an array's own close together."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import msgspec

from derive.errors import Fault, Path, nearest
from derive.expression.tree import Name
from derive.model.arrays.grids import ExprArray, places
from derive.model.references import entry_name
from derive.model.symbols import Symbol, symbol_of
from derive.model.writings.equations.blocks import WorkedMember
from derive.model.writings.equations.grammar import indices, plain
from derive.model.writings.equations.scope import Indices, Scope
from derive.model.writings.equations.script import EquationLine
from derive.spec.settings import NetworkFile


class Looks:
    """The symbols of all quantities.

    Attributes:
        symbols: by plain name.
        faults: indices above that are none, names that are renamed and none, quantities that look alike.
    """

    def __init__(self, file: NetworkFile, scope: Scope, equations: Sequence[EquationLine]) -> None:
        self.scope = scope
        self.symbols: dict[str, Symbol] = {}
        self.faults: list[Fault] = [*_unknown_above(file, scope), *_renamed(file, scope)]
        self._seen: dict[Symbol, tuple[str, str]] = {}
        self._told: set[tuple[str, str]] = set()
        #: By name, the places of indices that are written above.
        self._above: dict[str, set[int]] = {}
        for equation in equations:
            self._note_above(equation, frozenset(file.notation.above))

    def _note_above(self, equation: EquationLine, above: frozenset[str]) -> None:
        if not above:
            return
        for position, place in enumerate(equation.left or ()):
            if place.index in above:
                self._above.setdefault(equation.name, set()).add(position)
        for node in ast.walk(equation.formula):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                for position, index in enumerate(indices(node)):
                    if any(isinstance(part, ast.Name) and plain(part.id) in above for part in ast.walk(index)):
                        self._above.setdefault(plain(node.value.id), set()).add(position)

    def see(self, worked: Sequence[WorkedMember]) -> None:
        """Give all quantities their symbols."""
        for data in self.scope.given:
            wide = _is_wide([data.key or ()])
            self._see(data.name, data.key or (), data.grid, wide=wide, path=data.path)
        handles = [one.member.handle for one in worked]
        far = {name for name, key in handles if _is_wide([key or ()])}
        for one, (name, key) in zip(worked, handles, strict=True):
            self._see(name, key or (), one.names, wide=name in far, path=one.member.equation.path)
        for name in (*self.scope.families, *self.scope.given_members):
            self.symbols.setdefault(self.scope.shown(name), symbol_of(self.scope.shown(name)))

    def _see(self, name: str, key: Indices, names: ExprArray, *, wide: bool, path: Path) -> None:
        root = symbol_of(self.scope.shown(name))
        above = self._above.get(name, set())
        spaced = _is_wide([[length + self.scope.first - 1 for length in names.shape]])
        for place, cell in zip(places(names.shape), names.cells, strict=True):
            assert isinstance(cell, Name)
            entry = [index + self.scope.first for index in place]
            symbol = self._symbol(root, above, (key, wide), (entry, spaced))
            self.symbols[cell.name] = symbol
            self._compare(symbol, name, cell.name, path)
        for depth in range(len(names.shape)):  # the array, and what stands at the first of its indices
            for place in places(names.shape[:depth]):
                entry = [index + self.scope.first for index in place]
                symbol = self._symbol(root, above, (key, wide), (entry, spaced))
                self.symbols[entry_name(self.scope.shown(name), *key, *entry)] = symbol

    def _symbol(self, root: Symbol, above: set[int], *groups: tuple[Sequence[int], bool]) -> Symbol:
        """A sign with indices, group by group; with commas in those groups that need them."""
        over: list[str] = []
        below: list[str] = []
        at = 0
        for group, loose in groups:
            stays = [index for place, index in enumerate(group, at) if place not in above]
            over += [str(index) for place, index in enumerate(group, at) if place in above]
            below.append((",", "")[not loose].join(map(str, stays)))
            at += len(group)
        return msgspec.structs.replace(
            root,
            subscript=",".join(filter(None, (root.subscript, *below))),
            superscript=f"({','.join(over)})" if over else root.superscript,
        )

    def _compare(self, symbol: Symbol, name: str, shown: str, path: Path) -> None:
        other = self._seen.setdefault(symbol, (name, shown))
        if other[1] != shown and (pair := (other[0], name)) not in self._told:
            self._told.add(pair)
            found = f'"{shown}", which looks like "{other[1]}" where it is typeset'
            expected = "names that look different, with other letters or other indices"
            self.faults.append(Fault(path, found, expected))


def _is_wide(keys: Sequence[Sequence[int]]) -> bool:
    """Whether indices need a comma between them: one of them has more than one digit, or a sign."""
    return any(not 0 <= index <= 9 for key in keys for index in key)


def _unknown_above(file: NetworkFile, scope: Scope) -> Iterator[Fault]:
    for position, index in enumerate(file.notation.above):
        if isinstance(index, str) and index not in scope.indices:  # what is no name has been told
            found = f'"{index}", which is no index here'
            yield Fault(("notation", "above", position), found, "an index of [index]", nearest(index, scope.indices))


def _renamed(file: NetworkFile, scope: Scope) -> Iterator[Fault]:
    known = [name for name in scope.names if name not in scope.indices]
    for old, new in file.notation.rename.items():
        path: Path = ("notation", "rename", old)
        if old not in known:
            expected = "the name of a quantity or array; those of entries, derivatives and new values follow from it"
            yield Fault(path, f'"{old}", which is no name here', expected, nearest(old, known))
        elif new in known and new not in file.notation.rename:
            yield Fault(path, f'"{new}", which is a name of the file already', "a name of its own for each quantity")
        elif list(file.notation.rename.values()).count(new) > 1:
            yield Fault(path, f'"{new}", which two quantities are renamed to', "a name of its own for each quantity")
