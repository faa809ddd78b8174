"""What a program says that works a page out again: its statements as plain data, and after which block each stands.

No programming language is known here. Expressions are the trees that the page shows; a renderer writes them as code.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from derive.expression.tree import Expr


class Rounding(msgspec.Struct, frozen=True):
    """How each result is rounded before it is carried on.

    Attributes:
        decimals: digits after the point, or None.
        significant: significant digits, or None; exactly one of both is set.
        ties_up: whether ties go away from zero; otherwise to the even digit.
    """

    decimals: int | None
    significant: int | None
    ties_up: bool


class Numbers(msgspec.Struct, frozen=True):
    """What the program calculates with.

    Attributes:
        digits: how many digits its decimals carry; None where binary floats do.
        rounding: how each result is rounded; None where full precision is carried.
    """

    digits: int | None = None
    rounding: Rounding | None = None


class Function(msgspec.Struct, frozen=True):
    """A function that the program defines once.

    Attributes:
        name: what it is called, as the file calls it; unique in the program.
        formula: its value, over ``z``.
        says: what it does, as a sentence.
    """

    name: str
    formula: Expr
    says: str


class Printed(msgspec.Struct, frozen=True):
    """A value as the page prints it.

    Attributes:
        text: the number, in plain text.
        exact: whether it is exactly what is carried.
    """

    text: str
    exact: bool


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
    printed: Printed | None
    applies: tuple[str, str] | None = None
    chain: Expr | None = None
    equals: tuple[str, ...] = ()


class Check(msgspec.Struct, frozen=True, tag=True):
    """A quantity that has been worked out already is held against what is printed under another name."""

    name: str
    label: str
    printed: Printed


class Train(msgspec.Struct, frozen=True, tag=True):
    """Several updates, one after another.

    Attributes:
        steps: how many.
        forward, backward: what is worked out in each.
        moves: the new value of each parameter that moves, under its old name.
        cost: the plain name of the cost.
        costs: what the page says the cost is after how many updates.
    """

    steps: int
    forward: tuple[Compute, ...]
    backward: tuple[Compute, ...]
    moves: tuple[Compute, ...]
    cost: str
    costs: tuple[tuple[int, Printed], ...]


Statement = Given | Remark | Compute | Check | Train


class Program(msgspec.Struct, frozen=True):
    """A whole program.

    Attributes:
        numbers: what it calculates with.
        functions: those it defines itself.
        calls: the functions of formulas that it calls.
        parts: its statements, by the position on the page of the block that they stand behind.
    """

    numbers: Numbers
    functions: tuple[Function, ...]
    calls: frozenset[str]
    parts: Mapping[int, tuple[Statement, ...]]
