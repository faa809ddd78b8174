"""Local derivatives: of a definition with respect to one of its arguments.

A derivative is written by our rules (:mod:`derive.calculus.differentiate`) and is SymPy's. For the shapes of
``derivatives.json`` the two have been shown equal once (``python -m tests.calculus.derivatives --write``); for any
other SymPy is asked, and where it cannot show them equal, its own form is taken. So a network of the catalogue does not
wait for SymPy.

Each shape of term is differentiated once. The names in a term are replaced by placeholders, so that the ten thousand
products of a large network are one derivative: that of ``p0·p1`` with respect to ``p1``.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import msgspec

from derive.calculus.differentiate import chosen, differentiate, norm_changed, squared, with_one_changed
from derive.calculus.written import added, multiplied
from derive.errors import FormulaError
from derive.expression.plain import plain
from derive.expression.tree import (
    ONE,
    ZERO,
    Call,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    children,
    names,
    rebuild,
    substitute,
    walk,
)
from derive.model.graph import ClosedForm, Definition
from derive.model.writings.typed import Typed, typed_out


def local_derivative(definition: Definition, argument: str) -> ClosedForm:
    """The derivative of a definition with respect to one of its arguments, the others held fixed.

    Args:
        definition: the definition.
        argument: a name that it uses.

    Returns:
        The closed form that the definition brings, or its derivative term by term in the order of the definition.
    """
    closed = definition.closed_forms.get(argument)
    return closed or open_form(definition, terms_by_name(definition.expr).get(argument, ()), argument)


def open_form(definition: Definition, terms: Sequence[Term], argument: str) -> ClosedForm:
    """The derivative of a definition that brings no closed form, from those of its terms that hold the argument."""
    typed = typed_out(definition.expr)
    if typed is not None and typed.template.derivative is not None:
        found = _of_typed(typed, typed.template.derivative, definition.name, argument)
        if typed.inner != Name(argument):
            return found
        return msgspec.structs.replace(found, worked=derivative_of_terms(terms, argument))
    return ClosedForm(_by_own_name(definition, derivative_of_terms(terms, argument)))


def _of_typed(typed: Typed, slope: ClosedForm, name: str, argument: str) -> ClosedForm:
    """The derivative of a sigmoid or tanh that is typed out: s·(1 − s) times that of what it is applied to."""
    letters = {"z": typed.inner, "O": Name(name)}
    change = derivative_of_terms(terms_by_name(typed.inner)[argument], argument)
    shown, stable = (
        None if form is None else multiplied(substitute(form, letters), change) for form in (slope.shown, slope.stable)
    )
    assert shown is not None
    return ClosedForm(shown, stable)


def _by_own_name(definition: Definition, derivative: Expr) -> Expr:
    """A derivative with the definition's own expression written by its name: that of a = tanh(z) is 1 − a²."""
    if isinstance(definition.expr, Name | Number) or isinstance(derivative, Name | Number):
        return derivative
    if derivative == definition.expr:
        return Name(definition.name)
    return rebuild(derivative, lambda node: _by_own_name(definition, node))


def local_derivatives(definition: Definition, wanted: Container[str]) -> Iterator[tuple[str, ClosedForm]]:
    """The derivatives of a definition with respect to those of its arguments that are wanted."""
    terms = terms_by_name(definition.expr)
    for argument in names(definition.expr):
        if argument not in wanted:
            continue
        closed = definition.closed_forms.get(argument)
        yield argument, closed or open_form(definition, terms[argument], argument)


#: A term of a sum without idle brackets, and its sign.
Term = tuple[Expr, int]


#: A factor that is a longer sum than this is multiplied out, so that each derivative is found in its own few terms.
_LONG: Final = 8


def terms_by_name(expr: Expr) -> Mapping[str, Sequence[Term]]:
    """For each name in a sum, the terms that contain it: a weighted sum of n inputs is read once, not n times."""
    found: dict[str, list[Term]] = {}
    for bare, sign in _terms(expr):
        parts = _multiplied_out(bare)
        if parts is None:
            for name in names(bare):
                found.setdefault(name, []).append((bare, sign))
            continue
        outside, inside = parts
        for name in outside:
            found.setdefault(name, []).append((bare, sign))
        for part, inner in inside:
            for name in names(part):
                if name not in outside:
                    found.setdefault(name, []).append((part, sign * inner))
    return found


def _terms(expr: Expr) -> Iterator[Term]:
    """The terms of a sum, or the one of anything else, without signs and idle brackets."""
    for term in expr.terms if isinstance(expr, Sum) else (expr,):
        bare, sign = (term.operand, -1) if isinstance(term, Negative) else (term, 1)
        yield (bare.body if isinstance(bare, Group) else bare), sign


def _multiplied_out(term: Expr) -> tuple[frozenset[str], Sequence[Term]] | None:
    """Of a long sum times or by something else: the names in that, and the terms of the product.

    Returns:
        None where a term is nothing such, or names stand on both sides.
    """
    around: tuple[Expr, ...]
    match term:
        case Quotient(Sum(inside), under) if len(inside) > _LONG:
            around, total = (under,), term.numerator
        case Product(factors):
            long = [factor for factor in factors if isinstance(factor, Sum) and len(factor.terms) > _LONG]
            if len(long) != 1:
                return None
            (total,) = long
            around = tuple(factor for factor in factors if factor is not total)
        case _:
            return None
    outside = frozenset(name for part in around for name in names(part))
    if not outside.isdisjoint(names(total)):
        return None

    def times(part: Expr) -> Expr:
        if isinstance(term, Quotient):
            return Quotient(part, term.denominator)
        assert isinstance(term, Product)
        return Product(tuple(part if factor is total else factor for factor in term.factors))

    return outside, [(times(part), sign) for part, sign in _terms(total)]


def derivative_of_terms(terms: Sequence[Term], argument: str) -> Expr:
    """The derivative of a sum, term by term in its order."""
    derivatives = [_differentiated(term if sign > 0 else Negative(term), argument) for term, sign in terms]
    return derivatives[0] if len(derivatives) == 1 else added(derivatives)


def _differentiated(term: Expr, argument: str) -> Expr:
    """The derivative of a term.

    What is the largest of several, and a norm, is differentiated by itself, and the rest of the term by it: at a tie,
    and at 0, SymPy has no derivative to show ours equal to.
    """
    if isinstance(term, Call) and _is_choice(term):
        return _of_choice(term, argument)
    parts = tuple(_choices(term, argument))
    if not parts:
        return _smooth(term, argument)
    letters: dict[Expr, Name] = {part: Name(f"choice {at}") for at, part in enumerate(dict.fromkeys(parts))}
    outside = _replaced(term, letters)
    meant = {letter.name: part for part, letter in letters.items()}
    products = [_smooth(outside, argument)] if argument in names(outside) else []
    for part, letter in letters.items():
        outer = substitute(_smooth(outside, letter.name), meant)
        products.append(multiplied(outer, _differentiated(part, argument)))
    return added(substitute(product, meant) for product in products)


def _choices(term: Expr, argument: str) -> Iterator[Call]:
    """The outermost norms, and largest or smallest of several, that an argument moves."""
    if isinstance(term, Call) and _is_choice(term):
        if argument in names(term):
            yield term
        return
    for child in children(term):
        yield from _choices(child, argument)


def _is_choice(node: Call) -> bool:
    return (node.function in ("max", "min") and len(node.arguments) > 2) or bool(squared(node))


def _replaced(expr: Expr, letters: Mapping[Expr, Name]) -> Expr:
    if isinstance(expr, Call) and expr in letters:
        return letters[expr]
    return expr if isinstance(expr, Name | Number) else rebuild(expr, lambda child: _replaced(child, letters))


def _of_choice(choice: Call, argument: str) -> Expr:
    bases = squared(choice)
    parts = bases or choice.arguments
    changed: list[Expr] = [ZERO] * len(parts)
    for place in _places(parts).get(argument, ()):
        changed[place] = _of_part(parts[place], argument)
    return norm_changed(choice, changed) if bases else chosen(choice, changed)


@lru_cache(maxsize=16)
def _places(parts: tuple[Expr, ...]) -> Mapping[str, Sequence[int]]:
    """By name, which of some expressions hold it."""
    found: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        for name in names(part):
            found.setdefault(name, []).append(place)
    return found


def _of_part(part: Expr, argument: str) -> Expr:
    if isinstance(part, Name):  # mostly: an entry of an array
        return ONE if part.name == argument else ZERO
    return _differentiated(part, argument) if argument in names(part) else ZERO


def _smooth(term: Expr, argument: str) -> Expr:
    if isinstance(term, Product) and len(term.factors) > _LONG:  # of which one factor changes, mostly
        moving = _places(term.factors)[argument]
        if len(moving) == 1:
            return with_one_changed(term.factors, moving[0], _of_part(term.factors[moving[0]], argument))
    held = placeholders(term)
    shape = substitute(term, {name: Name(placeholder) for name, placeholder in held.items()})
    try:
        derivative = _of_shape(shape, held[argument])
    except (TypeError, ValueError):  # no way to write it, or no number in it: 1/0 compared with z
        raise FormulaError(f'"{plain(term)}", whose derivative cannot be written', "a smooth formula") from None
    return substitute(derivative, {placeholder: Name(name) for name, placeholder in held.items()})


def placeholders(term: Expr) -> dict[str, str]:
    """What stands for each name of a term in its shape."""
    return {name: f"p{index}" for index, name in enumerate(names(term))}


@cache
def proved() -> Mapping[str, Mapping[str, str]]:
    """The derivatives that SymPy has been asked for: by shape and placeholder, as they are written."""
    text = Path(__file__).with_name("derivatives.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, dict[str, str]])


@lru_cache(maxsize=256)
def _of_shape(shape: Expr, argument: str) -> Expr:
    written = differentiate(shape, argument)
    known = proved().get(plain(shape), {}).get(argument)
    return written if known == plain(written) else shown(shape, argument)


def shown(shape: Expr, argument: str) -> Expr:
    """The written form of a derivative if SymPy shows it equal; else SymPy's own, as where most of the written cancels.

    Raises:
        TypeError, ValueError: there is no derivative, or no way to write it.
    """
    from derive.calculus.by_sympy import SympyDerivative

    written = differentiate(shape, argument)
    own = SympyDerivative(shape, argument)
    if not own.equals(written):
        return own.form()
    try:
        form = own.form()
    except ValueError:  # it can only be written our way
        return written
    return form if 2 * _size(form) <= _size(written) else written


def _size(expr: Expr) -> int:
    return sum(1 for _ in walk(expr))
