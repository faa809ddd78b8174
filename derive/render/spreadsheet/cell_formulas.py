"""Formulas as the cells of a spreadsheet hold them: ``1/(1+EXP(-(Forward!D5)))``."""

# ruff: noqa: D102 (the methods are described in the base class)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from derive.expression.printing import Printer
from derive.expression.tree import Call, Cases, Condition, Expr, Group, Name, Number, Product, Sum, rebuild

#: What a function is called where it is not its own name in capitals.
_CALLED: Final = {"log": "LN"}
_RELATIONS: Final = {"==": "=", "!=": "<>"}

#: Excel takes 8192 letters in a formula and 255 arguments of a function.
LONGEST: Final = 8000
MOST_ARGUMENTS: Final = 250


class CellPrinter(Printer):
    """Prints for spreadsheets, where a minus sign binds closer than a power and ``a^b^c`` goes from the left.

    Args:
        cells: where each quantity stands, by its plain name.
    """

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells

    def number(self, number: Number) -> str:
        return f"{number.value:.15g}".upper() if len(number.text) > 15 else number.text.upper()

    def name(self, name: str) -> str:
        return self.cells[name]

    def negated(self, operand: str) -> str:
        return f"-({operand})"

    def sum(self, terms: tuple[Expr, ...]) -> str:
        return super().sum(terms).replace(" ", "")

    def product(self, factors: tuple[Expr, ...]) -> str:
        return "*".join(map(self.factor, factors))

    def quotient(self, numerator: Expr, denominator: Expr) -> str:
        over = self.show(numerator) if isinstance(numerator, Product) else self.factor(numerator)
        return f"{over}/{self._atom(denominator)}"

    def power(self, base: Expr, exponent: Expr) -> str:
        return f"{self._atom(base)}^{self._atom(exponent)}"

    def _atom(self, expr: Expr) -> str:
        """An expression that nothing beside it can part."""
        atomic = isinstance(expr, Name | Call | Group) or (isinstance(expr, Number) and not expr.negative)
        return self.show(expr) if atomic else self.bracketed(expr)

    def call(self, function: str, arguments: tuple[Expr, ...]) -> str:
        inside = ",".join(map(self.show, arguments))
        if function == "pi":
            return "PI()"
        if function == "log1p":  # LN(1 + u) loses the digits of a small u
            return f"(2*ATANH(({inside})/(2+({inside}))))"
        return f"{_CALLED.get(function, function.upper())}({inside})"

    def bracketed(self, body: Expr) -> str:
        return f"({self.show(body)})"

    def cases(self, cases: Cases) -> str:
        tests = "".join(f"IF({self._test(test)},{self.show(value)}," for value, test in cases.branches)
        return f"{tests}{self.show(cases.otherwise)}{')' * len(cases.branches)}"

    def _test(self, test: Condition) -> str:
        relation = _RELATIONS.get(test.relation, test.relation)
        return f"{self.bracketed(test.left)}{relation}{self.bracketed(test.right)}"


#: Takes what is to be worked out in a cell of its own, and gives that cell a name.
Aside = Callable[[Expr], Name]


def fitted(expr: Expr, printer: CellPrinter, aside: Aside) -> Expr:
    """A formula that a cell can hold; what is too long for it is worked out in cells of its own.

    Args:
        expr: the formula.
        printer: what will print it.
        aside: called for what is worked out elsewhere; its cell is known to the printer from then on.
    """
    many = isinstance(expr, Call) and len(expr.arguments) > MOST_ARGUMENTS
    if not many and len(printer.show(expr)) <= LONGEST:
        return expr

    def short(part: Expr) -> Expr:
        return fitted(part, printer, aside)

    match expr:
        case Sum(terms):
            return short(Sum(tuple(aside(Sum(group)) for group in _groups(tuple(map(short, terms)), printer))))
        case Product(factors):
            return short(
                Product(tuple(aside(Product(group)) for group in _groups(tuple(map(short, factors)), printer)))
            )
        case Call(("max" | "min") as function, arguments):
            groups = _groups(tuple(map(short, arguments)), printer)
            return short(Call(function, tuple(aside(Call(function, group)) for group in groups)))
        case _:
            return rebuild(expr, lambda part: part if isinstance(part, Name | Number) else aside(short(part)))


def _groups(parts: Sequence[Expr], printer: CellPrinter) -> Iterator[tuple[Expr, ...]]:
    """Operands in their order, as many together as a cell can hold."""
    group: list[Expr] = []
    length = 0
    for part in parts:
        more = len(printer.show(part)) + 4  # its operator, and brackets
        if group and (length + more > LONGEST or len(group) == MOST_ARGUMENTS):
            yield tuple(group)
            group, length = [], 0
        group.append(part)
        length += more
    if group:
        yield tuple(group)
