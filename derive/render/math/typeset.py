"""The decisions that all typeset notations share: where a fraction is stacked, what is bracketed, what needs no dot.

A printer of one notation (TeX, Typst, MathML) says how each piece is written. Of three styles ``display``, on a line of
its own, stacks fractions; ``inline``, in text, writes all but ½ with a slash; ``script``, in what is small, all.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import copy
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar, Literal, Self

from derive.document.blocks import Equation, Item, Row, Sign
from derive.expression.functions import CONSTANTS, FUNCTIONS, Function
from derive.expression.printing import Printer
from derive.expression.tree import (
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
    Product,
    Quotient,
    Sized,
    Sum,
    Transposed,
)
from derive.model.symbols import GREEK, Accent, AnySymbol, DerivativeSymbol, Symbol
from derive.render.math.coefficients import bears_power, is_coefficient, is_negative, is_scientific, takes_coefficient

MathStyle = Literal["display", "inline", "script"]

_RUNS = re.compile(r"[^\W\d_]+|\d+|\s+|.", re.DOTALL)


class TypesetPrinter(Printer):
    """Base of the printers that lay formulas out.

    Args:
        symbols: how each quantity is typeset, by plain name.
        inline: whether the formulas stand within running text.
    """

    #: How the signs between expressions are written.
    signs: ClassVar[Mapping[Sign, str]]
    #: What stands between factors.
    #: What stands between the arguments of a function.
    comma: ClassVar[str] = ", "
    #: What stands before the first sign of a line, where lines are aligned.
    align: ClassVar[str] = "&"
    #: What ends a line of an equation.
    line_end: ClassVar[str]
    #: What indents a line that continues the one above, before its first operator.
    indent: ClassVar[str]

    def __init__(self, symbols: Mapping[str, AnySymbol], *, inline: bool = False) -> None:
        self.symbols = symbols
        self.style: MathStyle = "inline" if inline else "display"
        self._names: dict[str, str] = {}

    @cached_property
    def script(self) -> Self:
        """The printer of what stands small: exponents, and the parts of a stacked fraction."""
        if self.style == "script":
            return self
        small = copy.copy(self)
        small.style, small._names = "script", {}
        return small

    # Equations and formulas

    def formula(self, items: Sequence[Item]) -> str:
        """Expressions joined by their signs, on one line."""
        return " ".join(self._pieces(items))

    def equation(self, equation: Equation) -> str:
        """The lines of a displayed equation, aligned at their first sign when there are several."""
        left, rows = self.show(equation.left), equation.rows
        if len(rows) == 1:
            return f"{left} {self.formula(rows[0].items)}"
        # The source is aligned as well, unless the left side is so long that the lines would become hard to read.
        margin = " " * (len(left) if len(left) <= 40 else 3)
        lines = [f"{margin if index else left} {self.align}{self.line(row)}" for index, row in enumerate(rows)]
        return f"{self.line_end}\n".join(lines)

    def line(self, row: Row) -> str:
        """A line of an equation by itself, without its left side."""
        if not row.continued:
            return self.formula(row.items)
        (_, first), *others = row.items
        terms = first.terms if isinstance(first, Sum) else (first,)
        return " ".join([self.indent, self.joined(terms), *self._pieces(others)])

    def _pieces(self, items: Sequence[Item]) -> Iterator[str]:
        for sign, expr in items:
            if sign:
                yield self.signs[sign]
            yield self.show(expr)

    # Quantities

    def name(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            symbol = self.symbols[name]
            known = self._names[name] = (
                self.derivative(symbol) if isinstance(symbol, DerivativeSymbol) else self.symbol(symbol)
            )
        return known

    def symbol(self, symbol: Symbol) -> str:
        """A quantity's sign with all that stands below and above it."""
        above = self._marks(symbol.superscript)
        if symbol.updates:
            above += self.updated("+" if symbol.updates == 1 else f"(+{symbol.updates})")
        base = self.letters(symbol.base)
        base = self.accented(base, symbol.accent) if symbol.accent else base
        return self.indexed(base, self._marks(symbol.subscript), above, symbol.superscript != "")

    def updated(self, mark: str) -> str:
        """What stands above a quantity after updates: a plus, and in brackets their number where there are several."""
        return mark

    def letters(self, word: str) -> str:
        """A letter, a Greek letter by its name, or a word."""
        if word in GREEK:
            return self.greek(word)
        return word if len(word) == 1 and word.isalpha() else self.word(word)

    def _marks(self, text: str) -> str:
        """A subscript or superscript: words are set as words, letters and digits as they are."""
        return self.mark_separator.join(self._mark(run) for run in _RUNS.findall(text))

    def _mark(self, run: str) -> str:
        if run.isalpha():
            return self.letters(run)
        return self.space if run.isspace() else self.sign(run)

    def derivative(self, symbol: DerivativeSymbol) -> str:
        """A derivative: stacked on a line of its own, with a slash elsewhere."""
        over = self.differential(self.symbol(symbol.of), partial=symbol.partial)
        under = self.differential(self.symbol(symbol.by), partial=symbol.partial)
        return self.fraction(over, under) if self.style == "display" else self.slashed(over, under)

    # Nodes

    def number(self, number: Number) -> str:
        mantissa, _, exponent = number.text.lower().removeprefix("+").partition("e")
        return self.scientific(mantissa, str(int(exponent))) if exponent else mantissa

    def term(self, term: Expr) -> str:
        return self.bracketed(term) if self._starts_with_minus(term) else super().term(term)

    def factor(self, factor: Expr) -> str:
        if self._has_slash(factor) or is_scientific(factor):
            return self.bracketed(factor)
        if isinstance(factor, Entrywise) and factor.operation != "power":
            return self.bracketed(factor)
        return super().factor(factor)

    def product(self, factors: tuple[Expr, ...]) -> str:
        first, *others = factors
        if others and is_coefficient(first) and takes_coefficient(others[0]):
            head = self.juxtaposed(self.factor(first), self.factor(others[0]))
            return self.dot.join([head, *map(self.factor, others[1:])])
        return self.dot.join(map(self.factor, factors))

    def quotient(self, numerator: Expr, denominator: Expr) -> str:
        numbers = isinstance(numerator, Number) and isinstance(denominator, Number)
        if self.style == "display" or (self.style == "inline" and numbers):
            return self.fraction(self.script.show(numerator), self.script.show(denominator))
        return self.slashed(self._over_slash(numerator), self._under_slash(denominator))

    def power(self, base: Expr, exponent: Expr) -> str:
        if isinstance(base, Call) and bears_power(base, exponent):
            name = self.lifted(self.operator(FUNCTIONS[base.function]), exponent)
            return self.applied(name, self.comma.join(map(self.show, base.arguments)))
        return self.lifted(self.show(base) if self._is_atomic(base) else self.bracketed(base), exponent)

    def lifted(self, closed: str, exponent: Expr) -> str:
        return self.raised(closed, self.script.show(exponent))

    def call(self, function: str, arguments: tuple[Expr, ...]) -> str:
        if function in CONSTANTS:
            return self.greek(function)
        if function == "exp":
            return self.raised("e", self.script.show(arguments[0]))
        if function == "sqrt":
            return self.root(self.show(arguments[0]))
        if function == "abs":
            return self.magnitude(self.show(arguments[0]))
        return self.applied(self.operator(FUNCTIONS[function]), self.comma.join(map(self.show, arguments)))

    def bracketed(self, body: Expr) -> str:
        return self.brackets(self.show(body))

    # Arrays

    def of_arrays(self, expr: Expr) -> str:
        match expr:
            case Transposed(operand):
                return self.turned(self._base(operand))
            case MatrixProduct(factors):
                return self.beside.join(map(self._matrix_factor, factors))
            case Entrywise("power", (base, exponent)):
                above = self.script.show(exponent)
                apart = " " if above[:1].isalpha() else ""  # from a sign that is told by a word
                return self.raised(self._base(base), f"{self.entrywise_times}{apart}{above}")
            case Entrywise(operation, operands):
                sign = self.entrywise_times if operation == "times" else self.entrywise_over
                return f" {sign} ".join(map(self._matrix_factor, operands))
            case Applied("ones" | "zeros" | "eye" as function, _, _):
                return self.bold({"ones": "1", "zeros": "0", "eye": "I"}[function])
            case Applied(function, arguments, options):
                return self.applied(self._function(function, dict(options)), self.comma.join(map(self.show, arguments)))
            case Matrix(rows):
                return self.matrix(rows)
            case Dots(direction):
                return self.dots[direction]
            case Sized(Applied("ones" | "zeros" | "eye") as body, shape):  # which nothing but its size tells
                return self.sized(self.show(body), shape)
            case Sized(body, shape):
                # Within another, names go without: of a matrix of which parts are left out nothing else tells it.
                told = self.style == "display" or isinstance(body, Matrix)
                return self.sized(self.show(body), shape) if told else self.show(body)
            case _:
                return super().of_arrays(expr)

    def _function(self, function: str, options: Mapping[str, str]) -> str:
        """A function's name before its arguments; below it stands what it goes over, and how."""
        lines = {"0": "columns", "1": "rows"}.get(options.get("axis", ""), "")
        windows = (f"{key} {options[key]}" for key in ("stride", "padding") if key in options)
        below = ", ".join(filter(None, (lines, *windows)))
        known = function in FUNCTIONS and FUNCTIONS[function].word and not below
        return self.operator(FUNCTIONS[function]) if known else self.upright(function.replace("_", " "), below)

    def _matrix_factor(self, factor: Expr) -> str:
        """An operand beside another matrix."""
        if isinstance(factor, Sum | Negative | Cases | Product | Entrywise) or self._has_slash(factor):
            return self.bracketed(factor)
        return self.show(factor)

    def _base(self, base: Expr) -> str:
        """What bears a sign at its upper right."""
        inner = base.body if isinstance(base, Sized) else base
        plain = isinstance(inner, Matrix | Applied) or (isinstance(inner, Name) and self._is_atomic(inner))
        return self.show(base) if plain else self.bracketed(base)

    # What needs brackets in which style

    def _has_slash(self, expr: Expr) -> bool:
        """Whether the outermost sign of an expression is a slash, so that a sign beside it could be misread."""
        match expr:
            case Name(name) | Sized(Name(name)) if self.style != "display":
                return isinstance(self.symbols[name], DerivativeSymbol)
            case Quotient(Number(), Number()):
                return self.style == "script"
            case Quotient():
                return self.style != "display"
            case _:
                return False

    def _starts_with_minus(self, expr: Expr) -> bool:
        return self._has_slash(expr) and isinstance(expr, Quotient) and is_negative(expr.numerator)

    def _over_slash(self, expr: Expr) -> str:
        if isinstance(expr, Negative):
            return self.negated(self._over_slash(expr.operand))
        return self.bracketed(expr) if isinstance(expr, Sum | Cases) or self._has_slash(expr) else self.show(expr)

    def _under_slash(self, expr: Expr) -> str:
        return self.bracketed(expr) if isinstance(expr, Product) else self.factor(expr)

    def _is_atomic(self, base: Expr) -> bool:
        """Whether an exponent at this base cannot be misread."""
        match base:
            case Number():
                return not base.negative and not is_scientific(base)
            case Name(name):
                symbol = self.symbols[name]
                return isinstance(symbol, Symbol) and not symbol.superscript and not symbol.updates
            case Call(function, _):
                return function in ("abs", *CONSTANTS)  # at a root it would stand under its line
            case _:
                return isinstance(base, Group)

    # How one notation writes the pieces

    #: How a space within a subscript is written.
    space: ClassVar[str]
    #: What the source needs between the runs of a subscript, so that they are not read as one name.
    mark_separator: ClassVar[str] = ""

    @abstractmethod
    def greek(self, name: str) -> str:
        """A Greek letter."""

    @abstractmethod
    def word(self, word: str) -> str:
        """Several letters that are one name."""

    @abstractmethod
    def sign(self, sign: str) -> str:
        """Digits, or a sign such as a comma or bracket, in a subscript or superscript."""

    @abstractmethod
    def accented(self, base: str, accent: Accent) -> str:
        """A letter with a sign over it."""

    @abstractmethod
    def indexed(self, base: str, below: str, above: str, above_first: bool) -> str:
        """A letter with what stands below and above; both may be empty."""

    @abstractmethod
    def differential(self, quantity: str, *, partial: bool) -> str:
        """A small change of a quantity: dx or ∂x."""

    @abstractmethod
    def fraction(self, over: str, under: str) -> str:
        """A stacked fraction."""

    @abstractmethod
    def slashed(self, over: str, under: str) -> str:
        """A fraction on one line."""

    @abstractmethod
    def scientific(self, mantissa: str, exponent: str) -> str:
        """A number with a power of ten."""

    @abstractmethod
    def juxtaposed(self, coefficient: str, factor: str) -> str:
        """A coefficient before what it multiplies, without a dot."""

    @abstractmethod
    def raised(self, base: str, exponent: str) -> str:
        """A power."""

    @abstractmethod
    def root(self, radicand: str) -> str:
        """A square root."""

    @abstractmethod
    def magnitude(self, body: str) -> str:
        """An absolute value."""

    def operator(self, function: Function) -> str:
        """A function's name before its arguments; ``exp``, ``sqrt`` and ``abs`` have their own forms."""
        return function.word

    @abstractmethod
    def applied(self, function: str, arguments: str) -> str:
        """A function before its arguments."""

    #: What stands between matrices that are multiplied.
    beside: ClassVar[str]
    #: The signs of products and quotients entry by entry.
    entrywise_times: ClassVar[str]
    entrywise_over: ClassVar[str]
    #: What stands for entries that are left out, by the direction in which they are.
    dots: ClassVar[Mapping[str, str]]

    @abstractmethod
    def turned(self, base: str) -> str:
        """A matrix with the sign that turns it over."""

    @abstractmethod
    def bold(self, sign: str) -> str:
        """The sign of an array of ones or zeros, or of the identity."""

    @abstractmethod
    def upright(self, word: str, below: str) -> str:
        """The name of a function that is no single sign, and what it goes over."""

    @abstractmethod
    def matrix(self, rows: Sequence[Sequence[Expr]]) -> str:
        """Entries in rows and columns, in square brackets."""

    @abstractmethod
    def sized(self, body: str, shape: tuple[int, ...]) -> str:
        """An array with its size below it."""

    @abstractmethod
    def brackets(self, body: str) -> str:
        """Round brackets, as tall as what they hold."""
