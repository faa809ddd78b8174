"""Formulas in the words of a teacher at the board: the alternative text of equations.

Brackets are spoken only where the meaning would change without them; a comma stands where a voice would pause.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from derive.document.blocks import Equation, Item, Row, Sign
from derive.expression.functions import CONSTANTS, FUNCTIONS
from derive.expression.printing import Printer
from derive.expression.tree import (
    ONE,
    Applied,
    Call,
    Cases,
    Dots,
    Entrywise,
    Expr,
    Group,
    Matrix,
    MatrixProduct,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Relation,
    Sized,
    Sum,
    Transposed,
)
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol

_SIGNS: dict[Sign, str] = {"=": "equals", "≈": "approximately equals", "←": "becomes"}

_RELATIONS: dict[Relation, str] = {
    ">": "is greater than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
    "==": "equals",
    "!=": "is not",
}

_POWERS = {"2": "squared", "3": "cubed"}

_LAYER = re.compile(r"\((\w+)\)")


#: Indices are spoken as words, so that they are not taken for numbers: "w six times 0.9".
_INDICES = "zero one two three four five six seven eight nine ten eleven twelve".split()


class SpeechPrinter(Printer):
    """Says ``the derivative of the cost with respect to w six``.

    Args:
        symbols: how each quantity is typeset, by plain name.
        cost: the plain name of the cost, which is called so whatever its sign; "" where there is none.
    """

    dot = " times "

    def __init__(self, symbols: Mapping[str, AnySymbol], cost: str = "") -> None:
        self.symbols = symbols
        self.cost = symbols[cost] if cost else None

    def formula(self, items: Sequence[Item]) -> str:
        """Expressions joined by their signs."""
        return " ".join(f"{_SIGNS[sign]} {self.show(expr)}" if sign else self.show(expr) for sign, expr in items)

    def equation(self, equation: Equation) -> str:
        """A displayed equation as one sentence, with a pause after each line."""
        return f"{self.show(equation.left)} {self.further(equation.rows)}"

    def further(self, rows: Sequence[Row]) -> str:
        """The same without its left side."""
        return ", ".join(map(self._line, rows))

    def _line(self, row: Row) -> str:
        if not row.continued:
            return self.formula(row.items)
        (_, first), *others = row.items
        terms = first.terms if isinstance(first, Sum) else (first,)
        return " ".join(filter(None, [self.joined(terms), self.formula(others)]))

    def name(self, name: str) -> str:
        symbol = self.symbols[name]
        if isinstance(symbol, DerivativeSymbol):
            kind = "partial derivative" if symbol.partial else "derivative"
            return f"the {kind} of {self._symbol(symbol.of)} with respect to {self._symbol(symbol.by)}"
        return self._symbol(symbol)

    def _symbol(self, symbol: Symbol) -> str:
        """A quantity: ``w six``, ``w 11 of layer 1``, ``the cost after the update``."""
        layer = _LAYER.fullmatch(symbol.superscript)
        above = f"of layer {layer[1]}" if layer else f"superscript {symbol.superscript}" if symbol.superscript else ""
        after = {0: "", 1: "after the update"}.get(symbol.updates, f"after {symbol.updates} updates")
        if msgspec.structs.replace(symbol, updates=0) == self.cost:
            return " ".join(filter(None, ["the cost", after]))
        below = symbol.subscript.replace(",", " ").replace("_", " ")
        if below.isdecimal() and not above and int(below) < len(_INDICES):
            below = _INDICES[int(below)]
        return " ".join(filter(None, [symbol.base.replace("_", " "), symbol.accent, below, above, after]))

    def number(self, number: Number) -> str:
        mantissa, _, exponent = number.text.lower().removeprefix("+").partition("e")
        return _signed(mantissa) + (f" times 10 to the power of {_signed(str(int(exponent)))}" if exponent else "")

    def show(self, expr: Expr) -> str:
        match expr:
            case Group(body):  # spoken where it is needed, and by whom it is needed
                return self.show(body)
            case Negative(operand):
                return f"minus {self.term(operand)}"
            case _:
                return super().show(expr)

    def sum(self, terms: tuple[Expr, ...]) -> str:
        pause = " " if all(map(self._is_short, terms[:-1])) else ", "
        return pause.join([self.show(terms[0]), *map(self.joined_term, terms[1:])])

    def joined_term(self, term: Expr) -> str:
        if isinstance(term, Negative):
            return f"minus {self.term(term.operand)}"
        return f"plus {self.term(term)}"

    def term(self, term: Expr) -> str:
        body = _ungrouped(term)
        return self.bracketed(body) if isinstance(body, Sum | Negative | Cases) else self.show(body)

    def factor(self, factor: Expr) -> str:
        body = _ungrouped(factor)
        return self.bracketed(body) if isinstance(body, Sum | Negative | Cases | Product) else self.show(body)

    def product(self, factors: tuple[Expr, ...]) -> str:
        pause = " times " if all(map(self._is_one_factor, factors[:-1])) else ", times "
        return pause.join(map(self.factor, factors))

    def quotient(self, numerator: Expr, denominator: Expr) -> str:
        if numerator == ONE and denominator == Number("2"):
            return "one half"
        over = "one" if numerator == ONE else self._clear(numerator)
        return f"{over} over {self._clear(denominator)}"

    def power(self, base: Expr, exponent: Expr) -> str:
        return self.lifted(self.show(base) if self._is_short(base) else self.bracketed(_ungrouped(base)), exponent)

    def lifted(self, closed: str, exponent: Expr) -> str:
        known = isinstance(exponent, Number) and _POWERS.get(exponent.text)
        return f"{closed} {known}" if known else f"{closed} to the power of {self._clear(exponent)}"

    def call(self, function: str, arguments: tuple[Expr, ...]) -> str:
        if function in CONSTANTS:
            return function
        if function == "exp":
            return f"e to the power of {self._clear(arguments[0])}"
        return FUNCTIONS[function].said(tuple(map(self._clear, arguments)))

    def half_open(self, body: str) -> str:
        return f"open bracket {body}"

    def half_closed(self, body: str) -> str:
        return f"{body} close bracket"

    def bracketed(self, body: Expr) -> str:
        return f"open bracket {self.show(body)} close bracket"

    def cases(self, cases: Cases) -> str:
        parts = [
            f"{self.show(value)} if {self.show(test.left)} {_RELATIONS[test.relation]} {self.show(test.right)}"
            for value, test in cases.branches
        ]
        return ", ".join([*parts, f"otherwise {self.show(cases.otherwise)}"])

    def of_arrays(self, expr: Expr) -> str:
        match expr:
            case Transposed(operand):
                return f"{self._clear(operand)} transposed"
            case MatrixProduct(factors):
                return " times ".join(map(self.factor, factors))
            case Entrywise("power", (base, exponent)):
                return f"{self.power(base, exponent)} entry by entry"
            case Entrywise(operation, operands):
                word = " times, entry by entry, " if operation == "times" else " divided, entry by entry, by "
                return word.join(map(self.factor, operands))
            case Applied("ones" | "zeros" as function, (Number(length), *_), _):
                return f"a vector of {length} {function}"
            case Applied("eye", (Number(length),), _):
                return f"the identity of {length} rows"
            case Applied(function, arguments, options):
                over = {"0": " along the columns", "1": " along the rows"}.get(dict(options).get("axis", ""), "")
                return f"{function.replace('_', ' ')}{over} of {' and '.join(map(self._clear, arguments))}"
            case Matrix(rows):
                lines = "; ".join(", ".join(map(self.show, row)) for row in rows)
                return f"the matrix {lines}, end of matrix"
            case Dots():
                return "and so on"
            case Sized(body, _):
                return self.show(body)
            case _:
                return super().of_arrays(expr)

    def _is_short(self, expr: Expr) -> bool:
        """Whether an expression is heard as one thing, so that what follows is not taken for a part of it."""
        match expr:
            case Number():
                return not expr.negative and "e" not in expr.text.lower()
            case Name(name):
                return isinstance(self.symbols[name], Symbol)
            case Negative(operand):
                return self._is_short(operand)
            case Group(body):
                return isinstance(body, Sum)  # its brackets are spoken
            case Call(function, _):
                return function in CONSTANTS
            case _:
                return False

    def _is_one_factor(self, expr: Expr) -> bool:
        """Whether an expression is heard as one factor: also a negative number, as its sign may be the product's."""
        return self._is_short(expr) or (isinstance(expr, Number) and "e" not in expr.text.lower())

    def _clear(self, expr: Expr) -> str:
        """What follows "over", "to the power of" or "of": in brackets when it is more than one thing."""
        body = _ungrouped(expr)
        inner = body.operand if isinstance(body, Negative) else body
        return (
            self.show(body)
            if isinstance(inner, Number | Name | Call | Power | Sized | Matrix)
            else self.bracketed(body)
        )


def _ungrouped(expr: Expr) -> Expr:
    while isinstance(expr, Group):
        expr = expr.body
    return expr


def _signed(number: str) -> str:
    return f"minus {number[1:]}" if number.startswith("-") else number
