"""A line of code that assigns something: how it is met, and what is found of it."""

from __future__ import annotations

import ast
from typing import Final, NamedTuple, Protocol

import msgspec

from derive.auditing.code.edits import Edit
from derive.auditing.code.language.code_values import CodeValue, Unread, UnreadError
from derive.expression.tree import Expr
from derive.model.arrays.grids import ExprArray
from derive.spec.claims.code_cells import CodeCell

#: A cell of a notebook, and a line.
Key = tuple[int, int]
#: The longest line of code that a report repeats.
SHOWN: Final = 120


class CodeLine(msgspec.Struct, eq=False):
    """A line of code that assigns something.

    Attributes:
        cell: the cell that it stands in.
        number: its line there, counted from 1.
        target: what is assigned to, as it is written.
        value: the code of the value.
        entries: the quantities that it means, cell by cell; empty where none is found.
        cells: what it gives, cell by cell.
        right: whether that is so.
        edit: the change that makes it right, if one does.
        undefined: names in it that nothing is assigned to by then.
        digits: to how many decimals it is rounded; None where it is not.
        read: the lines whose results it goes on with.
        why: why it cannot be judged.
        shapes: whether that is for arrays which do not go together.
        local: whether it stands in a function, which may give back what it works out.
        guess: whether it is no quantity that its name surely says, so that it may be something on the way to one.
        named: of such a line, whether its name says that it is a quantity, of whatever size.
        meant: the quantities that its name says.
        begun: whether later lines go on with it under the same name.
        opposite: whether it is taken as a quantity with its sign turned, which may be a mistake.
        path: of a part of what the value gives, as of a list, where it is in that.
        met: what is assigned to, how often it has been by then, and how long the path to it is; of a part of it, too.
        done: how many updates are left behind by then, each of which does the same.
        early: the lines that go on with what it changes as it was before, by which it stands too early.
        astray: that its shape does not go with that by which it is the derivative, as a sentence; empty where it does.
    """

    cell: CodeCell
    number: int
    target: str
    value: ast.expr
    entries: tuple[str, ...] = ()
    cells: tuple[Expr, ...] = ()
    right: bool = True
    edit: Edit | None = None
    undefined: tuple[str, ...] = ()
    digits: int | None = None
    read: tuple[CodeLine, ...] = ()
    why: str = ""
    shapes: bool = False
    local: bool = False
    guess: bool = False
    named: bool = False
    meant: tuple[str, ...] = ()
    begun: bool = False
    opposite: bool = False
    path: tuple[int | str, ...] = ()
    met: tuple[str, int, int] = ("", 0, 0)
    done: int = 0
    early: tuple[CodeLine, ...] = ()
    astray: str = ""

    @property
    def key(self) -> Key:
        """What tells it from all others, also when the script is read again; in a loop it is one."""
        return self.cell.number, self.place

    @property
    def is_copy(self) -> bool:
        """Whether it gives something another name."""
        return isinstance(self.value, ast.Name | ast.Attribute | ast.Subscript)

    @property
    def code(self) -> str:
        """The line as it is shown."""
        text = ast.unparse(self.value)
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

    @property
    def place(self) -> int:
        """The line of the file, or of the cell of a notebook."""
        return self.cell.first + self.number - 1

    @property
    def said(self) -> str:
        """Where it stands, in words."""
        return f"cell {self.cell.number}, line {self.place}" if self.cell.number else f"line {self.place}"


class Assigned(msgspec.Struct, frozen=True):
    """One assignment, as it is met.

    Attributes:
        target: what is assigned to, as it is written: ``dCost_dw6``, ``self.W1``, ``w[0]``.
        value: the syntax of the value; of ``w -= x`` that of ``w - x``.
        line: its line in the cell, counted from 1.
        local: whether it stands in a function.
        old: what the target stood for before; None where it is new.
        goes_on: whether a line below goes on with it under the same name, as ``z += b`` does,
            perhaps in the next turn of a loop.
        path: of a part of what the value gives, as one of several names takes it, where it is in that.
        masked: whether nothing speaks against it that it is no quantity yet, as a line below changes such of its
            entries as a condition picks, or a list is made longer.
    """

    target: str
    value: ast.expr
    line: int
    local: bool
    old: CodeValue | None = None
    goes_on: bool = False
    masked: bool = False
    path: tuple[int | str, ...] = ()


class Listener(Protocol):
    """Is told of each assignment, and says what the name means from then on."""

    def assigned(self, made: Assigned, value: CodeValue | UnreadError) -> CodeValue:
        """Take in an assignment, with its value or why that cannot be read."""

    def filled(self, grid: ExprArray) -> ExprArray:
        """Take in an array after an entry of it was assigned to, and say what it means from then on."""

    def parameter(self, name: str, number: ExprArray) -> ExprArray:
        """Take in a number that a function is given under a name, and say what it means there."""

    def printed(self, call: ast.Call) -> None:
        """Take in what is printed outside of loops and functions."""

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        """Take in that a statement is passed over."""


class Passed(NamedTuple):
    """A statement that is passed over.

    Attributes:
        cell: the cell that it stands in.
        number: its line there, counted from 1.
        target: what it assigns to.
        code: what it assigns.
        why: why it is passed over, as a phrase.
    """

    cell: CodeCell
    number: int
    target: str
    code: str
    why: str


class Nobody:
    """Is told of assignments, and takes them as they are."""

    def filled(self, grid: ExprArray) -> ExprArray:
        """The array as it is."""
        return grid

    def parameter(self, name: str, number: ExprArray) -> ExprArray:
        """The number as it is."""
        return number

    def printed(self, call: ast.Call) -> None:
        """Nothing is kept."""

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        """Nothing is kept."""

    def assigned(self, made: Assigned, value: CodeValue | UnreadError) -> CodeValue:
        """The value as it is."""
        return Unread(value.what) if isinstance(value, UnreadError) else value


NOBODY: Final = Nobody()
