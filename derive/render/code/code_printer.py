"""Formulas as a program has them, and the names that it gives to quantities."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from derive.expression.functions import CONSTANTS, FUNCTIONS
from derive.expression.plain import PlainPrinter
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    over_and_under,
    product_of,
    rebuild,
    walk,
)

#: Python's functions, types and constants that a quantity should not hide from a reader who goes on with the program.
_BUILTINS = frozenset(
    "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex "
    "copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals "
    "hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min next "
    "object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str "
    "sum super tuple type vars zip".split()
)

#: What may not stand in the name of a variable.
_OUTSIDE = re.compile("[^A-Za-z0-9_]")


class Variables:
    """Gives each quantity a variable: its plain name where Python allows it, and never one that is taken.

    Args:
        taken: the program's own names.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = {*taken, *_BUILTINS, *FUNCTIONS, *CONSTANTS}
        self.known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        """The variable of a quantity."""
        variable = self.known.get(name)
        if variable is None:
            variable = _OUTSIDE.sub("_", name.replace("+", "_new").replace("]", ""))
            # Names that begin with two underscores, or end so, are Python's.
            variable = f"v{variable}" if variable.startswith("_") or not variable.isidentifier() else variable
            while variable in self.taken or keyword.iskeyword(variable) or keyword.issoftkeyword(variable):
                variable += "_"
            self.taken.add(variable)
            self.known[name] = variable
        return variable


class Dialect(msgspec.Struct, frozen=True):
    """How a program calls what is not an operator.

    Attributes:
        calls: the functions and constants of formulas, as they are called.
        decimal: whether numbers are decimals.
    """

    calls: Mapping[str, str]
    decimal: bool = False

    def literal(self, text: str) -> str:
        """A number by itself."""
        if self.decimal:
            return f"Decimal({text})" if _is_whole(text) and len(text) < 10 else f'Decimal("{text}")'
        # NumPy's functions take no whole number that is longer than a machine's.
        return f"{text}.0" if _is_whole(text) and len(text) > 15 else text


_PLAIN = {name: name for name in (*FUNCTIONS, *CONSTANTS)}

#: Binary floats with Python's own functions.
MATH = Dialect(_PLAIN)
#: Binary floats with NumPy's functions.
NUMPY = Dialect(_PLAIN | {"pi": "np.pi"} | {name: f"np.{row.numpy}" for name, row in FUNCTIONS.items() if row.numpy})
#: Decimals, with functions that the program defines.
DECIMAL = Dialect(_PLAIN, decimal=True)


class _Bare(Number, frozen=True):
    """A whole number beside a decimal, which makes one of it: ``1 - O0``."""


class CodePrinter(PlainPrinter):
    """Prints ``1 / (1 + np.exp(-z))``.

    Args:
        name_of: the variable of each quantity.
        dialect: how functions and numbers are written.
    """

    def __init__(self, name_of: Callable[[str], str], dialect: Dialect) -> None:
        self.name_of = name_of
        self.dialect = dialect

    def code(self, expr: Expr) -> str:
        """A formula."""
        return self.show(self.prepared(expr))

    def prepared(self, expr: Expr) -> Expr:
        """A formula in the form that it is printed in."""
        expr = _divided_last(expr)
        return _with_bare(expr) if self.dialect.decimal else expr

    def number(self, number: Number) -> str:
        return number.text if isinstance(number, _Bare) else self.dialect.literal(number.text)

    def name(self, name: str) -> str:
        return self.name_of(name)

    def call(self, function: str, arguments: tuple[Expr, ...]) -> str:
        name = self.dialect.calls[function]
        return name if function in CONSTANTS else f"{name}({', '.join(map(self.show, arguments))})"


def _is_whole(text: str) -> bool:
    return text.lstrip("-").isdigit()


def _divided_last(expr: Expr) -> Expr:
    """Products with fractions as one fraction: ½·(y − O)² is written (y - O)**2 / 2."""
    node = rebuild(expr, _divided_last)
    if isinstance(node, Product):
        over, under = over_and_under(node.factors)
        return Quotient(product_of(over), product_of(under)) if under else node
    return node


def _with_bare(expr: Expr, *, beside: bool = False) -> Expr:
    """The formula with whole numbers bare where they stand beside a decimal.

    Elsewhere they would stay whole numbers, and 1/2 of these is a binary float.
    """
    match expr:
        case Number(text):
            return _Bare(text) if beside and _is_whole(text) else expr
        case Negative() | Group():
            return rebuild(expr, lambda child: _with_bare(child, beside=beside))
        case Sum() | Product() | Quotient() | Power():
            decimals = any(map(_is_decimal, children(expr)))
            return rebuild(expr, lambda child: _with_bare(child, beside=decimals))
        case Cases(branches, otherwise):
            return Cases(
                tuple(
                    (
                        _with_bare(value),
                        Condition(
                            _with_bare(test.left, beside=True), test.relation, _with_bare(test.right, beside=True)
                        ),
                    )
                    for value, test in branches
                ),
                _with_bare(otherwise),
            )
        case _:
            return rebuild(expr, _with_bare)


def _is_decimal(expr: Expr) -> bool:
    return any(
        isinstance(node, Name | Call) or (isinstance(node, Number) and not _is_whole(node.text)) for node in walk(expr)
    )
