"""What a file asks of its model: what is differentiated, by what, and which parameters stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from derive.catalogue.roles import PARAMETER
from derive.errors import Fault, Path, nearest
from derive.expression.tree import Name
from derive.model.arrays.grids import ExprArray, said
from derive.model.references import array_of, entry_name, index_of, tidied
from derive.model.writings.equations.blocks import WorkedMember
from derive.model.writings.equations.members import Members
from derive.model.writings.equations.scope import Scope
from derive.spec.settings import NetworkFile

_OF: Final = ("model", "of")
_WRT: Final = ("model", "wrt")


class Questions:
    """What is asked.

    Args:
        lost: names whose own line or table is at fault: nothing is said of them.
        whole: whether every equation has been worked out; where one has not, only names that are none are told.

    Attributes:
        results: what is differentiated, by plain name; none where nothing is.
        wanted: what it is differentiated by.
        faults: names that are none, arrays where a number is wanted.
    """

    def __init__(
        self,
        file: NetworkFile,
        scope: Scope,
        members: Members,
        worked: Sequence[WorkedMember],
        lost: frozenset[str] = frozenset(),
        *,
        whole: bool = True,
    ) -> None:
        assert file.model is not None
        self.file, self.scope, self.members, self.worked = file, scope, members, worked
        self.lost, self.whole = lost, whole
        self.faults: list[Fault] = []
        #: By name as written: an array, a member, an entry.
        self.grids: dict[str, ExprArray] = {}
        for data in scope.given:
            self._enter(data.name, data.key, data.grid)
        for one in worked:
            self._enter(*one.member.handle, one.names)
        self.results = self._results(file.model.of)
        self.wanted = self._wanted(file.model.wrt)
        self._check_frozen()

    def _enter(self, name: str, key: tuple[int, ...] | None, grid: ExprArray) -> None:
        self.grids[entry_name(name, *(key or ()))] = grid
        for cell in grid.cells if grid.shape else ():
            assert isinstance(cell, Name)
            self.grids[entry_name(name, *index_of(cell.name))] = ExprArray((), (cell,))

    @property
    def title(self) -> str:
        """What a page of the model is called."""
        if not self.results:
            return "A forward pass"
        *most, last = self.results
        return f"{', '.join(most)} and {last} by the chain rule" if most else f"{last} by the chain rule"

    def _results(self, of: str | tuple[str, ...] | None) -> tuple[str, ...]:
        if of is None:
            return self._last() if self.worked else ()
        if isinstance(of, str):
            return tuple(filter(None, (self._number(of, _OF),)))
        return tuple(filter(None, (self._number(name, (*_OF, at)) for at, name in _names(of))))

    def _last(self) -> tuple[str, ...]:
        equation = max((one.member.equation for one in self.worked), key=lambda equation: equation.number)
        found = [one for one in self.worked if one.member.equation.number == equation.number]
        names = found[-1].names
        cell = names.cells[-1]
        assert isinstance(cell, Name)
        running = any(place.index for place in equation.left or ())
        if (names.shape or running) and self.whole:
            what = "a family" if running else said(names.shape)
            expected = f'one number to differentiate, as of = "{cell.name}"'
            hint = _vector_of_one(cell) if names.shape == (1,) else ""
            self.faults.append(Fault(equation.path, f'"{equation.name}", the last equation, is {what}', expected, hint))
        return (cell.name,)

    def _number(self, name: str, path: Path) -> str:
        key = tidied(name)
        grid = self.grids.get(key)
        if grid is None and self._is_lost(key):
            return ""
        if grid is None:
            what, hint = "which is no name here", nearest(key, self.grids)
            if self.scope.is_family(key):
                some = next((each for each in self.grids if each != key and array_of(each) == key), "")
                what, hint = "a family", f'write "{some}"' if some else ""
            self.faults.append(
                Fault(path, f'"{name}", {what}', "the name of one number that an equation defines", hint)
            )
            return ""
        cell = grid.cells[0]
        assert isinstance(cell, Name)
        if grid.shape:
            hint = _vector_of_one(cell) if grid.shape == (1,) else f"write {cell.name}"
            self.faults.append(Fault(path, f'"{name}", {said(grid.shape)}', "one number", hint))
        elif cell in self.scope.given_values:
            self.faults.append(Fault(path, f'"{name}", which is given', "a number that an equation defines"))
        return cell.name

    def _of_table(self, *, learnt: bool) -> list[str]:
        found: list[str] = []
        for data in self.scope.given:
            if (data.role == PARAMETER) == learnt and data.name not in self.scope.used_as_index:
                found += data.grid.names
        return found

    @property
    def _asks_nothing(self) -> bool:
        """Whether nothing is to be differentiated."""
        return self.file.model is not None and self.file.model.of == ()

    def _wanted(self, wrt: tuple[str, ...] | None) -> tuple[str, ...]:
        parameters = self._of_table(learnt=True)
        if self._asks_nothing and self.file.update is None:
            return ()
        if wrt is None:
            return tuple(parameters or self._of_table(learnt=False))
        found: list[str] = []
        for at, name in _names(wrt):
            key = tidied(name)
            if name in ("parameters", "given") and name not in self.grids:
                found += self._of_table(learnt=name == "parameters")
            elif key in self.results and Name(key) not in self.scope.given_values:
                expected = "names of what it is worked out from"
                self.faults.append(Fault((*_WRT, at), f'"{name}", which is what is differentiated', expected))
            elif key in self.grids:
                found += self.grids[key].names
            elif self.scope.is_family(key):
                for (other, _), member in self.members.all.items():
                    if other == key:
                        found += [cell for one in self.worked if one.member is member for cell in one.names.names]
            elif not self._is_lost(key):
                expected = 'a name of the file, "parameters" or "given"'
                hint = nearest(key, [*self.grids, "parameters", "given"])
                self.faults.append(Fault((*_WRT, at), f'"{name}", which is no name here', expected, hint))
        if self.file.update is not None:
            found += parameters  # which move, so that their derivatives are needed
        return tuple(name for name in dict.fromkeys(found) if name not in self.results)

    def _check_frozen(self) -> None:
        update = self.file.update
        if update is None:
            return
        learnt = {cell for data in self.scope.given if data.role == PARAMETER for cell in data.grid.names}
        if not learnt and self.lost.isdisjoint(self.file.parameters):
            expected = "a table [parameters] with what is learnt"
            self.faults.append(Fault(("update",), "an update of a file without parameters", expected))
        elif self._asks_nothing:
            expected = 'what the updates lower, as of = "E", or no table [update]'
            self.faults.append(Fault(("update",), "an update where nothing is differentiated", expected))
        names = [name for name, grid in self.grids.items() if learnt.issuperset(grid.names)]
        for at, name in _names(update.frozen):
            if learnt and tidied(name) not in names and array_of(tidied(name)) not in self.lost:
                some = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
                hint = nearest(tidied(name), names[:1000])
                path = ("update", "frozen", at)
                self.faults.append(Fault(path, f'"{name}"', f"the name of a parameter ({some})", hint))

    def _is_lost(self, key: str) -> bool:
        """Whether nothing is known of a name because a line or a table is at fault."""
        base = array_of(key)
        return not self.whole and (base in self.lost or self.scope.knows(base))


def _names(items: Iterable[object]) -> Iterator[tuple[int, str]]:
    """The names of a list with their places; what is none has been told."""
    return ((at, item) for at, item in enumerate(items) if isinstance(item, str))


def _vector_of_one(cell: Name) -> str:
    return f"a vector of 1 is no number: {cell.name}, or a list instead of a list of lists above"
