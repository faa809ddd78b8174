"""A formula that is one bracket within another, over several lines: where it may break, and what stands on each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from derive.expression.tree import (
    Applied,
    Call,
    Closed,
    Expr,
    Further,
    Negative,
    Opened,
    Power,
    Product,
    Sum,
    children,
    product_of,
    rebuild,
)

#: How far a line that continues another is indented, in units of the letters' size.
INDENT = 2.0

#: What it costs, in lines, that one ends within a bracket, that it ends behind a short beginning of one, and that it
#: has room left; what is short.
_DEPTH, _ALONE, _FREE = 0.2, 0.5, 0.1
_SHORT = 6.0

#: Functions that are written without a bracket around what they are applied to.
_UNBRACKETED = ("exp", "sqrt", "abs")


class Bracket(NamedTuple):
    """What stands before a sum in a bracket, and behind it.

    Attributes:
        negative, further: whether a minus sign stands before it, or the sign of a product.
        factors: what stands before it.
        function: the whole of what the sum is the argument of, where it is one's.
        exponent: what the bracket is raised to, if it is.
    """

    negative: bool = False
    further: bool = False
    factors: tuple[Expr, ...] = ()
    function: Expr | None = None
    exponent: Expr | None = None

    def opened(self, terms: list[Expr]) -> Expr:
        """Its beginning, with the terms that fit."""
        return self._signed(Opened(self.factors, tuple(terms), function=self.function))

    def whole(self, terms: list[Expr]) -> Expr:
        """All of it."""
        inner: Expr = Sum(tuple(terms))
        if self.function is not None:
            inner = rebuild(self.function, lambda _: Sum(tuple(terms)))
        return self._signed(
            product_of((*self.factors, inner if self.exponent is None else Power(inner, self.exponent)))
        )

    def _signed(self, expr: Expr) -> Expr:
        if self.further:
            return Further((expr,))
        return Negative(expr) if self.negative else expr


class Atom(NamedTuple):
    """A term or factor before which a line may begin.

    Attributes:
        opens: the brackets that it stands first in, the outermost first.
        closes: those that it stands last in, the innermost first.
    """

    term: Expr
    opens: tuple[Bracket, ...] = ()
    closes: tuple[Bracket, ...] = ()


def atoms(expr: Expr, is_wide: Callable[[Expr], bool], *, further: bool = False) -> Iterator[Atom]:
    """A formula taken apart: a sum before its terms, what is wide in the bracket that it ends with or before factors.

    Args:
        expr: the formula.
        is_wide: what is to be taken apart as well.
        further: whether it is a factor behind another.
    """
    if isinstance(expr, Sum) and not further:
        for term in expr.terms:
            yield from atoms(term, is_wide)
        return
    found = _bracket(expr, further=further) if is_wide(expr) else None
    match expr:
        case Product(factors) if is_wide(expr) and (found is None or any(map(is_wide, factors[:-1]))):
            first, *others = factors
            yield from atoms(Product((first,)) if isinstance(first, Sum) else first, is_wide)
            for factor in others:
                yield from atoms(factor, is_wide, further=True)
        case _ if found is not None:
            bracket, inner = found
            within = list(atoms(inner, is_wide))
            within[0] = within[0]._replace(opens=(bracket, *within[0].opens))
            within[-1] = within[-1]._replace(closes=(*within[-1].closes, bracket))
            yield from within
        case _:
            yield Atom(Further((expr,)) if further else expr)


def _bracket(expr: Expr, *, further: bool) -> tuple[Bracket, Sum] | None:
    """What a formula ends with, if that is a sum in a bracket."""
    negative, body = (True, expr.operand) if isinstance(expr, Negative) else (False, expr)
    *factors, inner = body.factors if isinstance(body, Product) else (body,)
    inner, exponent = (inner.base, inner.exponent) if isinstance(inner, Power) else (inner, None)
    function = None
    if exponent is None and isinstance(inner, Call | Applied) and inner.function not in _UNBRACKETED:
        function, (inner, *others) = inner, children(inner)
        if others:
            return None
    if not isinstance(inner, Sum):
        return None
    return Bracket(negative, further, tuple(factors), function, exponent), inner


def ends_of_lines(of: Sequence[Atom], widths: Sequence[float], room: float) -> list[int]:
    """Where lines end: few lines, outside of brackets rather than within, and not behind the first sign in one.

    Args:
        of: what is broken.
        widths: how wide each is.
        room: how wide a line may be.
    """
    depths = [*accumulate((len(atom.opens) - len(atom.closes) for atom in of), initial=0)]
    best = [(0.0, len(of))] * (len(of) + 1)
    for start in reversed(range(len(of))):
        used = INDENT if start else 0.0
        found: list[tuple[float, int]] = []
        for end in range(start + 1, len(of) + 1):
            used += widths[end - 1]
            if used > room and found:
                break
            alone = bool(of[end - 1].opens) and widths[end - 1] < _SHORT
            costs = 1 + (end < len(of)) * (_DEPTH * depths[end] + _ALONE * alone) + _FREE * (1 - used / room) ** 2
            found.append((costs + best[end][0], end))
        best[start] = min(found)
    ends = [best[0][1]]
    while ends[-1] < len(of):
        ends.append(best[ends[-1]][1])
    return ends


def joined(of: Iterable[Atom]) -> Sum:
    """What stands on one line: brackets that do not begin and end in it are half there."""
    levels: list[list[Expr]] = [[]]
    brackets: list[Bracket] = []
    for atom in of:
        for bracket in atom.opens:
            brackets.append(bracket)
            levels.append([])
        _put(levels[-1], atom.term)
        for bracket in atom.closes:
            inside = levels.pop()
            if brackets:
                _put(levels[-1], brackets.pop().whole(inside))
            else:
                levels = [[Closed(tuple(inside), bracket.exponent)]]
    while brackets:
        inside = levels.pop()
        _put(levels[-1], brackets.pop().opened(inside))
    return Sum(tuple(levels[0]))


def _put(terms: list[Expr], term: Expr) -> None:
    """Puts a term behind others; a factor of a product goes on the one before."""
    if isinstance(term, Further) and terms and not isinstance(terms[-1], Closed):
        before = terms.pop()
        if isinstance(before, Further):
            term = Further((*before.factors, *term.factors))
        else:
            term = Product((*(before.factors if isinstance(before, Product) else (before,)), *term.factors))
    terms.append(term)
