"""Plain text: the notation of the JSON, of messages and of formulas in files, which :func:`parse` reads again."""

# ruff: noqa: D102 (the methods are described in the base class)

from __future__ import annotations

from derive.expression.functions import CONSTANTS
from derive.expression.printing import Printer
from derive.expression.tree import Call, Cases, Expr, Group, Name, Negative, Number, Product, Quotient, Sum


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


_PRINTER = PlainPrinter()


def plain(expr: Expr) -> str:
    """An expression in plain text."""
    return _PRINTER.show(expr)
