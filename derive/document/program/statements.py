"""What a program says that works a page out again: its statements as plain data, and after which block each stands.

No programming language is known here. Expressions are the trees that the page shows; a renderer writes them as code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from derive.calculus.rules import COUNT
from derive.expression.tree import Expr

#: What the number of the update is called in the formulas of a loop.
NUMBER_OF_UPDATE: Final = COUNT

ArrayKind = Literal["number", "vector", "matrix"]

#: What is done with whole arrays: a matrix times a vector, with and without biases; a function of each element; the way
#: back through a matrix; element times element; each of one with each of the other; the sum; nothing; a formula of
#: all elements or, with the same for the others, of those that move; the first element.
OperationName = Literal[
    "weigh", "weigh and add", "each", "back", "times", "outer", "total", "same", "formula", "formula of some", "first"
]


class ProgramRounding(msgspec.Struct, frozen=True):
    """How each result is rounded before it is carried on.

    Attributes:
        decimals: digits after the point, or None.
        significant: significant digits, or None; exactly one of both is set.
        ties_up: whether ties go away from zero; otherwise to the even digit.
    """

    decimals: int | None
    significant: int | None
    ties_up: bool


class ProgramNumbers(msgspec.Struct, frozen=True):
    """What the program calculates with.

    Attributes:
        digits: how many digits its decimals carry; None where binary floats do.
        rounding: how each result is rounded; None where full precision is carried.
        boundless: whether a decimal that is too large to be written becomes infinite; else it ends the program.
    """

    digits: int | None = None
    rounding: ProgramRounding | None = None
    boundless: bool = False


class ProgramFunction(msgspec.Struct, frozen=True):
    """A function that the program defines once.

    Attributes:
        name: what it is called, as the file calls it; unique in the program.
        formula: its value, over its arguments.
        says: what it does, as a sentence.
        arguments: their names.
    """

    name: str
    formula: Expr
    says: str
    arguments: tuple[str, ...] = ("z",)


class PrintedValue(msgspec.Struct, frozen=True):
    """A value as the page prints it.

    Attributes:
        text: the number, in plain text.
        exact: whether it is exactly what is carried.
        vanished: whether it is not 0, but closer to it than any number that can be written.
    """

    text: str
    exact: bool
    vanished: bool = False


class Given(msgspec.Struct, frozen=True, tag=True):
    """Values that are given: numbers as text, by plain name."""

    title: str
    values: tuple[tuple[str, str], ...]


class Remark(msgspec.Struct, frozen=True, tag=True):
    """Words before the statements that follow."""

    text: str


class Compute(msgspec.Struct, frozen=True, tag=True):
    """One quantity is worked out, and held against what is printed.

    Attributes:
        name: its plain name.
        formula: its value, over quantities known by then.
        printed: what the page says; None where it says nothing, or the program cannot reach it.
        applies: the function and the quantity it is applied to, where that is what ``formula`` is; else None.
        chain: the chain rule in symbols, where it says more than the formula; else None.
        equals: what else the same number is.
    """

    name: str
    formula: Expr
    printed: PrintedValue | None
    applies: tuple[str, str] | None = None
    chain: Expr | None = None
    equals: tuple[str, ...] = ()


class Take(msgspec.Struct, frozen=True, tag=True):
    """A quantity that the program cannot work out is taken from the page, so that what follows can be worked out.

    Attributes:
        name: its plain name.
        text: its value, with as many digits as are carried.
        equals: what else the same number is.
    """

    name: str
    text: str
    equals: tuple[str, ...] = ()


class Check(msgspec.Struct, frozen=True, tag=True):
    """A quantity that has been worked out already is held against what is printed under another name."""

    name: str
    label: str
    printed: PrintedValue


class Train(msgspec.Struct, frozen=True, tag=True):
    """Several updates, one after another.

    Attributes:
        steps: how many.
        forward, backward: what is worked out in each.
        moves: the new value of each parameter that moves, under its old name, behind those of its states; the number
            of the update is :data:`NUMBER_OF_UPDATE`.
        rule: how they move, in a sentence.
        cost: the plain name of the cost.
        costs: what the page says the cost is after how many updates.
        batches: where an update takes some samples alone, the gradients of one update after the other, in turn.
    """

    steps: int
    forward: tuple[Compute, ...]
    backward: tuple[Compute, ...]
    moves: tuple[Compute, ...]
    rule: str
    cost: str
    costs: tuple[tuple[int, PrintedValue], ...]
    batches: tuple[tuple[Compute, ...], ...] = ()


class GivenArray(msgspec.Struct, frozen=True, tag=True):
    """Given values that stand together in one variable.

    Attributes:
        variable: what it is called.
        rows: the numbers as text: one row is a vector, several are a matrix; a single number is one for all.
        kind: which of these it is.
        names: the plain names of the same values, which may have variables of their own already.
    """

    variable: str
    rows: tuple[tuple[str, ...], ...]
    kind: ArrayKind
    names: tuple[tuple[str, ...], ...]


class Operate(msgspec.Struct, frozen=True, tag=True):
    """A whole array is worked out, and held against what is printed.

    Attributes:
        variable: what it is called.
        operation: what is done.
        operands: the variables, or first the function, that it is done with.
        label: what it is, for whoever reads of it.
        printed: what the page says of each element, row by row; empty where it is not compared.
        formula: of an operation that is one, over variables; of some elements, the first operand is what the others
            stay, and the second says with 1 and 0 which move.
    """

    variable: str
    operation: OperationName
    operands: tuple[str, ...]
    label: str = ""
    printed: tuple[tuple[PrintedValue, ...], ...] = ()
    formula: Expr | None = None


class TrainArrays(msgspec.Struct, frozen=True, tag=True):
    """Several updates of whole arrays: see :class:`Train`."""

    steps: int
    body: tuple[Remark | Operate, ...]
    cost: str
    label: str
    costs: tuple[tuple[int, PrintedValue], ...]


Statement = Given | Remark | Compute | Take | Check | Train | GivenArray | Operate | TrainArrays


class WholeLayers(msgspec.Struct, frozen=True):
    """The gradients found once more with arrays, for programs that have these.

    Attributes:
        place: the block that the statements stand behind.
        functions: those that they use beside the program's own.
        statements: over the variables of the program.
    """

    place: int
    functions: tuple[ProgramFunction, ...]
    statements: tuple[Statement, ...]


class Program(msgspec.Struct, frozen=True):
    """A whole program.

    Attributes:
        numbers: what it calculates with.
        functions: those it defines itself.
        calls: the functions of formulas that it calls.
        parts: its statements, by the position on the page of the block that they stand behind.
        whole_layers: the gradients once more, where its statements take one quantity at a time; else None.
        found: by the name of a quantity, what such numbers come to where they are not rounded, as a program prints it;
            of the cost of a loop by its name with the number of updates, also of one.
    """

    numbers: ProgramNumbers
    functions: tuple[ProgramFunction, ...]
    calls: frozenset[str]
    parts: Mapping[int, tuple[Statement, ...]]
    whole_layers: WholeLayers | None = None
    found: Mapping[str, str] = {}
