"""Displayed derivations: what stands on which line, and where a long line breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from derive.calculus.values import Value
from derive.calculus.working import Working
from derive.document.blocks import Equation, Item, Row
from derive.document.brackets import INDENT, Atom, atoms, ends_of_lines, joined
from derive.document.figures.measure import number_width, text_width
from derive.document.words.phrasing import value_sign
from derive.expression.tree import (
    Applied,
    Call,
    Cases,
    Closed,
    Dots,
    Entrywise,
    Expr,
    Further,
    Group,
    Matrix,
    MatrixProduct,
    Name,
    Negative,
    Number,
    Opened,
    Power,
    Product,
    Quotient,
    Sized,
    Sum,
    Transposed,
    children,
)
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol

#: The width of a line in units of the letters' size: the text of a page of A4, 160 mm, at 11 points.
LINE = 41.2

#: What a sign takes with the space around it.
_SIGN = 1.9

#: The size of what stands below or above a sign.
SCRIPT = 0.72

#: More terms of a sum over arrays, or of any on a brief page, are not told: so many first ones and the last are.
_MOST_TERMS, _FIRST = 24, 2

#: What is wider than this part of the room is taken apart where a formula of brackets breaks.
_PART = 0.6

#: What "rows" and "columns" take below a function.
_BELOW = 1.5

#: What a character of the size below an array takes.
_SIZE = 0.4

#: The widths of so many expressions are kept.
_KEPT = 256


class _Part(NamedTuple):
    """A term, perhaps in a bracket that begins with it, behind some factors, or ends with it; or a factor of one.

    The product is one entry by entry where that is said.
    """

    term: Expr
    factors: tuple[Expr, ...] = ()
    inside: bool = False
    last: bool = False
    entrywise: bool = False


def _joined(parts: Sequence[_Part]) -> Iterator[Expr]:
    """The terms of one line: brackets and products that do not begin and end in it are half there."""
    within: list[Expr] = []
    factors: tuple[Expr, ...] = ()
    entrywise = False
    for part in _multiplied(parts):
        if not part.inside:
            yield part.term
            continue
        factors, entrywise = part.factors or factors, part.entrywise
        within.append(part.term)
        if part.last:
            whole = (*factors, Sum(tuple(within)))
            product = Entrywise("times", whole) if entrywise else Product(whole)
            yield product if factors else Closed(tuple(within))
            within, factors = [], ()
    if factors:
        yield Opened(factors, tuple(within), entrywise)
    else:
        yield from within


def _multiplied(parts: Sequence[_Part]) -> Sequence[_Part]:
    """The parts of one line, with the factors of one product in one part."""
    found: list[_Part] = []
    for part in parts:
        before = found[-1].term if found else None
        if isinstance(part.term, Further) and isinstance(before, Product | Further):
            found[-1] = found[-1]._replace(term=replace(before, factors=(*before.factors, *part.term.factors)))
        else:
            found.append(part)
    return found


class Equations:
    """Sets derivations.

    Args:
        symbols: how quantities are typeset, for the width that they take.
    """

    def __init__(self, symbols: Mapping[str, AnySymbol]) -> None:
        self.symbols = symbols
        #: The widths of the last expressions, by identity: to hash a tree takes as long as to measure it. Each is kept
        #: beside its width, so that no other can have its identity.
        self._widths: dict[int, tuple[Expr, float]] = {}

    def display(self, left: Expr, lines: Iterable[Sequence[Item]]) -> Equation:
        """A derivation of ``left``, one row per line; lines that are too long are broken before a term or a factor."""
        room = LINE - self.width(left) - _SIGN
        rows: list[Row] = []
        for line in lines:
            rows += self._broken(tuple(line), room)
        return Equation(left, tuple(rows))

    def product(self, factors: Sequence[Expr]) -> Equation:
        """A product by itself, without a sign between sides, broken between factors where it is too long."""
        first, *others = factors
        return self.display(first, [[("", Further(tuple(others)))]])

    def nested(self, left: Expr, expr: Expr) -> Equation:
        """A formula that is one bracket within another, broken in as many of these as it takes."""
        room = LINE - self.width(left) - _SIGN
        of = list(atoms(expr, lambda part: self.width(part) > _PART * room))
        rows, start = [], 0
        for end in ends_of_lines(of, list(map(self._atom_width, of)), room):
            rows.append(Row((("" if start else "=", joined(of[start:end])),), continued=start > 0))
            start = end
        return Equation(left, tuple(rows))

    def _atom_width(self, atom: Atom) -> float:
        before = 0.0
        for bracket in atom.opens:
            before += sum(map(self.width, bracket.factors)) + _around() + self._head(bracket.function)
        behind = sum(_around() + (0 if bracket.exponent is None else 1) for bracket in atom.closes)
        return before + self.width(atom.term) + behind + _SIGN

    def derivation(self, left: Name, formulas: Iterable[Expr], working: Working) -> Equation:
        """Symbols first, then numbers: each formula on a line of its own, then the lines of the working.

        The last exact value and its rounded form share a line, and a short derivation takes one line altogether.
        """
        lines: list[list[Item]] = []
        for formula in formulas:
            if not lines or lines[-1][-1][1] != formula:
                lines.append([("=", formula)])
        if working.instead is not None:
            lines.append([("=", working.instead)])
        for index, (sign, expr) in enumerate(working.lines):
            last = index == len(working.lines) - 1
            if last and index and isinstance(working.lines[index - 1][1], Number):
                lines[-1].append((sign, expr))
            elif lines[-1][-1][1] != expr:
                lines.append([(sign, expr)])
        return replace(self.display(left, lines), about=left.name)

    def long_sum(self, left: Name, formulas: Iterable[Expr], value: Value) -> Equation:
        """A derivation of many terms, of which only the first and the last stand there."""
        lines: list[Sequence[Item]] = [[("=", ends(formula))] for formula in dict.fromkeys(formulas)]
        return replace(self.display(left, [*lines, [(value_sign(value), Number(value.shown))]]), about=left.name)

    def one_line(self, left: Name, formulas: Sequence[Expr], working: Working) -> Equation:
        """A derivation on a single line where it fits, else one like :meth:`derivation`."""
        equation = self.derivation(left, formulas, working)
        items = tuple(item for row in equation.rows for item in row.items)
        if any(row.continued for row in equation.rows) or self.width(left) + self.width_of(items) > LINE:
            return replace(equation, compact=True)
        return replace(equation, rows=(Row(items),), compact=True)

    def _broken(self, items: tuple[Item, ...], room: float) -> list[Row]:
        if self.width_of(items) <= room:
            return [Row(items)]
        if len(items) > 1:
            return [row for item in items for row in self._broken((item,), room)]
        sign, expr = items[0]
        parts = [
            part for term in (expr.terms if isinstance(expr, Sum) else (expr,)) for part in self._parts(term, room)
        ]
        if len(parts) == 1:
            return [Row(items)]
        widths = [self.width(part.term) + sum(map(self.width, part.factors)) + _SIGN for part in parts]
        rows: list[Row] = []
        start = 0
        for end in _balanced(widths, room):
            piece = Sum(tuple(_joined(parts[start:end])))
            rows.append(Row((("" if rows else sign, piece),), continued=bool(rows), parts=end - start))
            start = end
        return rows

    def _parts(self, term: Expr, room: float) -> Iterator[_Part]:
        """Where a line may break: behind a term, and within a product that is too long.

        It is broken in the bracket that it ends with, or between its factors.
        """
        match term:
            case Product((*factors, Sum(inner))) | Entrywise("times", (*factors, Sum(inner))) if (
                self.width(term) > room
            ):
                entrywise = isinstance(term, Entrywise)
                for place, each in enumerate(inner):
                    before, last = () if place else tuple(factors), place == len(inner) - 1
                    yield _Part(each, before, inside=True, last=last, entrywise=entrywise)
            case Product((first, *others)) if self.width(term) > room:
                yield _Part(Product((first,)))
                yield from self._parts(Further(tuple(others)), 0)
            case Further(factors) if self.width(term) > room:
                for factor in factors:
                    yield _Part(Further((factor,)))
            case _:
                yield _Part(term)

    def width_of(self, items: tuple[Item, ...]) -> float:
        """About how wide expressions are with the signs before them."""
        return sum(self.width(expr) + _SIGN for _, expr in items)

    def width(self, expr: Expr) -> float:
        """About how wide an expression is, in units of the letters' size."""
        known = self._widths.get(id(expr))
        if known is None:
            if len(self._widths) >= _KEPT:
                self._widths.clear()
            known = self._widths[id(expr)] = expr, self._width(expr)
        return known[1]

    def _width(self, expr: Expr) -> float:
        match expr:
            case Number(text):
                return number_width(text)
            case Name(plain):
                return self._symbol(self.symbols[plain])
            case Quotient(numerator, denominator):
                return max(self.width(numerator), self.width(denominator)) + 0.3
            case Power(base, exponent):
                return self.width(base) + 0.6 + SCRIPT * self.width(exponent)
            case Call("exp", (argument,)):
                return 0.5 + SCRIPT * self.width(argument)
            case Call(function, arguments):
                return text_width(function) + 1 + sum(map(self.width, arguments))
            case Cases(branches, otherwise):
                values = [*(value for value, _ in branches), otherwise]
                tests = max(self.width(test.left) + self.width(test.right) for _, test in branches)
                return max(map(self.width, values)) + tests + 5
            case Group() | Negative():
                return 0.8 + sum(map(self.width, children(expr)))
            case Sum(terms) | Product(terms) | Further(terms):
                gap = 1.3 if isinstance(expr, Sum) else 0.75
                brackets = sum(_around(term) for term in terms if _bracketed(term, factor=not isinstance(expr, Sum)))
                return sum(map(self.width, terms)) + gap * (len(terms) - 1) + brackets
            case Matrix(rows):
                columns = zip(*rows, strict=True)
                return 0.2 + sum(max(map(self.on_a_line, column)) + 1 for column in columns)
            case Sized(body, shape):
                return max(self.width(body), _SIZE * len("×".join(map(str, shape))))
            case Transposed(operand):
                return self.width(operand) + 0.6
            case MatrixProduct(factors):
                bracketed = Sum | Negative | Product | Entrywise
                brackets = sum(_around(factor) for factor in factors if isinstance(factor, bracketed))
                return sum(map(self.width, factors)) + 0.3 * (len(factors) - 1) + brackets
            case Entrywise(_, operands):
                brackets = sum(
                    _around(operand) for operand in operands if isinstance(operand, Sum | Negative | Product)
                )
                return sum(map(self.width, operands)) + 1.3 * (len(operands) - 1) + brackets
            case Applied(function, arguments, options):
                name = text_width(function) + (_BELOW if options else 0)
                return name + _around(*arguments) + sum(self.width(argument) + 0.4 for argument in arguments)
            case Opened(factors, terms, entrywise, function):
                parts = (*factors, Sum(terms))
                return self._head(function) + self.width(Entrywise("times", parts) if entrywise else Product(parts))
            case Closed(terms, exponent):
                return self.width(Sum(terms)) + (0.8 if exponent is None else 1.8)
            case _:
                return 1.0

    def _head(self, function: Expr | None) -> float:
        """What the function before a bracket takes, if there is one."""
        return 0 if function is None else self.width(function) - sum(map(self.width, children(function)))

    def on_a_line(self, expr: Expr) -> float:
        """The same within a line and in an entry of a matrix, where fractions are written with a slash."""
        match expr:
            case Name(plain) if isinstance(symbol := self.symbols[plain], DerivativeSymbol):
                return 1.6 + self._symbol(symbol.of) + self._symbol(symbol.by)
            case Quotient(numerator, denominator):
                return self._beside_slash(numerator) + self._beside_slash(denominator) + 0.5
            case Negative(operand):
                return 0.8 + self.on_a_line(operand)
            case Product(factors):
                return sum(map(self._as_factor, factors)) + 0.75 * (len(factors) - 1)
            case Sum(terms):
                return sum(map(self.on_a_line, terms)) + _SIGN * (len(terms) - 1)
            case _:
                return self.width(expr)

    def _beside_slash(self, expr: Expr) -> float:
        """The same with the brackets of what stands above or below a slash."""
        if isinstance(expr, Negative):
            return 0.8 + self._beside_slash(expr.operand)
        return self._as_factor(expr) + (0 if isinstance(expr, Name | Number | Sum) else 0.8)

    def _as_factor(self, expr: Expr) -> float:
        """The same with the brackets of a factor."""
        derivative = isinstance(expr, Name) and isinstance(self.symbols[expr.name], DerivativeSymbol)
        return self.on_a_line(expr) + (0.8 if derivative or isinstance(expr, Sum) else 0)

    def _symbol(self, symbol: AnySymbol) -> float:
        match symbol:
            case DerivativeSymbol(of, by, _):
                return 0.85 + max(self._symbol(of), self._symbol(by))
            case Symbol(base, subscript, superscript, updates):
                after = f"(+{updates})" if updates > 1 else "+" * updates
                script = max(text_width(subscript), text_width(superscript + after))
                letters = text_width(base) if len(base) > 1 else 0.72 if base in "mwMW" else 0.55
                return letters + SCRIPT * script
            case _:
                raise AssertionError(symbol)


def is_long_sum(expr: Expr) -> bool:
    """Whether a formula has more terms than a brief page tells."""
    match expr:
        case Sum(terms):
            return len(terms) > _MOST_TERMS
        case Quotient(over, _):
            return is_long_sum(over)
        case _:
            return False


def ends(expr: Expr) -> Expr:
    """A long sum with dots for the terms in its middle."""
    match expr:
        case Sum(terms) if len(terms) > _MOST_TERMS:
            return Sum((*terms[:_FIRST], Dots("across"), terms[-1]))
        case Quotient(over, under):
            return Quotient(ends(over), under)
        case _:
            return expr


def _balanced(widths: Sequence[float], room: float) -> list[int]:
    """Where to break a sum: as few lines as fit, about equally long, so that no term is left alone on the last one."""

    def breaks(limit: float) -> list[int]:
        ends, used = [], 0.0
        for index, width in enumerate(widths):
            if used and used + width > limit:
                ends.append(index)
                used = INDENT
            used += width
        return [*ends, len(widths)]

    widest = breaks(room)
    limit = room
    while len(breaks(limit * 0.97)) == len(widest) and limit > max(widths):
        limit *= 0.97
    return breaks(limit)


def _bracketed(expr: Expr, *, factor: bool) -> bool:
    return (
        isinstance(expr, Sum)
        or (isinstance(expr, Number) and expr.negative)
        or (factor and isinstance(expr, Negative | Product))
    )


def _around(*inside: Expr) -> float:
    """What a pair of brackets takes: more where it is higher than a line."""
    return 1.5 if any(map(_is_tall, inside)) else 0.8


def _is_tall(expr: Expr) -> bool:
    return isinstance(expr, Matrix | Quotient | Cases) or any(map(_is_tall, children(expr)))
