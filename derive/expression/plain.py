"""Plain text: the notation of the JSON, of messages and of formulas in files, which :func:`parse` reads again."""

# ruff: noqa: D102 (the methods are described in the base class)

from __future__ import annotations

from derive.expression.functions import CONSTANTS
from derive.expression.printing import Printer
from derive.expression.tree import (
    Applied,
    Call,
    Cases,
    Dots,
    Entrywise,
    Expr,
    Group,
    MatrixProduct,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sized,
    Stacked,
    Sum,
    Transposed,
)


class PlainPrinter(Printer):
    """Prints with ASCII operators, as Python would read them: ``dCost/dz3 * w6``, ``(-0.5)**2``."""

    def number(self, number: Number) -> str:
        return number.text

    def name(self, name: str) -> str:
        return name

    def product(self, factors: tuple[Expr, ...]) -> str:
        return " * ".join(map(self.factor, factors))

    def quotient(self, numerator: Expr, denominator: Expr) -> str:
        over = self.show(numerator) if isinstance(numerator, Product) else self.factor(numerator)
        if isinstance(denominator, Quotient | Product | Sum | Negative | Cases) or "/" in self.show(denominator):
            return f"{over} / {self.bracketed(denominator)}"
        return f"{over} / {self.factor(denominator)}"

    def power(self, base: Expr, exponent: Expr) -> str:
        atomic = isinstance(base, Number) and not base.negative and "e" not in base.text
        atomic = atomic or (isinstance(base, Name) and "/" not in base.name) or isinstance(base, Group | Call)
        under = self.show(base) if atomic else self.bracketed(base)
        simple = isinstance(exponent, Number | Name) and not self.show(exponent).startswith("-")
        return f"{under}**{self.show(exponent) if simple else self.bracketed(exponent)}"

    def call(self, function: str, arguments: tuple[Expr, ...]) -> str:
        if function in CONSTANTS:
            return function
        return f"{function}({', '.join(map(self.show, arguments))})"

    def bracketed(self, body: Expr) -> str:
        return f"({self.show(body)})"

    def _side(self, side: Expr) -> str:
        return self.bracketed(side) if isinstance(side, Cases) else self.show(side)

    def cases(self, cases: Cases) -> str:
        parts = [
            f"{self.term(value)} if {self._side(test.left)} {test.relation} {self._side(test.right)} else "
            for value, test in cases.branches
        ]
        return "".join(parts) + self.term(cases.otherwise)

    def factor(self, factor: Expr) -> str:
        return self.bracketed(factor) if isinstance(factor, MatrixProduct | Entrywise) else super().factor(factor)

    def of_arrays(self, expr: Expr) -> str:
        match expr:
            case Transposed(Name(name)) if "/" not in name:
                return f"{name}.T"
            case Transposed(operand):
                return f"{self.bracketed(operand)}.T"
            case MatrixProduct((first, *others)):
                return " @ ".join([self.factor(first), *map(self._behind_at, others)])
            case Sized(body):
                return self.show(body)
            case Dots():
                return "..."
            case Entrywise("power", (base, exponent)):
                return self.power(base, exponent)
            case Entrywise(operation, (first, *others)):
                sign = "*" if operation == "times" else "/"
                return f" {sign} ".join([self.factor(first), *map(self.factor, others)])
            case Stacked(items):
                return f"[{', '.join(map(self.show, items))}]"
            case Applied(function, arguments, options):
                inside = [*map(self.show, arguments), *(f"{name}={value}" for name, value in options)]
                return f"{function}({', '.join(inside)})"
            case _:
                return super().of_arrays(expr)

    def _behind_at(self, factor: Expr) -> str:
        """A factor behind ``@``: a derivative's slash would part it."""
        slashed = isinstance(factor, Name) and "/" in factor.name
        return self.bracketed(factor) if slashed or isinstance(factor, Quotient) else self.factor(factor)


_PRINTER = PlainPrinter()


def plain(expr: Expr) -> str:
    """An expression in plain text."""
    return _PRINTER.show(expr)
