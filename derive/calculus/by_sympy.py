"""SymPy's own derivative of a formula, and whether a written form of it is equal.

Equal means shown to be: the two are the same to SymPy, or their difference expands to 0 over a common denominator, in
each of the cases of both. Values at points prove nothing here. What would take long is not tried.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import sympy

from derive.expression.symbolic import from_sympy, symbol, to_sympy
from derive.expression.tree import Call, Expr, Name, Number, rebuild, substitute, walk

#: The most cases that are told apart: a comparison doubles them.
_MOST_CASES = 64
#: The most terms that an expression may expand to.
_MOST_TERMS = 3000


class SympyDerivative:
    """SymPy's derivative of a formula by a name.

    SymPy makes Dirac's delta of signs. But a sign is a constant on either side of its jump, and |u| changes with u as
    sign(u) does: where a formula has signs, both are held as symbols, d|u| = sign(u)·du, and sign(u)² is 1.

    Args:
        formula: what is differentiated.
        argument: the name.

    Raises:
        TypeError, ValueError: there is no number in it: 1/0 compared with a name.
    """

    def __init__(self, formula: Expr, argument: str) -> None:
        self._meant: dict[str, Expr] = {}
        self._names: dict[Expr, str] = {}
        nodes = tuple(walk(formula))
        self._decimals = any(isinstance(node, Number) and "." in node.text for node in nodes)
        self._holds_signs = any(isinstance(node, Call) and node.function == "sign" for node in nodes)
        if self._holds_signs:
            self._value = self._over_symbols(formula, argument)
        else:
            self._value = sympy.diff(to_sympy(formula), symbol(argument))

    def form(self) -> Expr:
        """SymPy's form, as a tree.

        Raises:
            ValueError: it cannot be written.
        """
        return substitute(from_sympy(self._value, decimals=self._decimals), self._meant)

    def equals(self, written: Expr) -> bool:
        """Whether a written form is shown to be equal; nothing is to what is no number, 1/0."""
        if self._value.has(sympy.zoo, sympy.nan):
            return False
        try:
            other = to_sympy(self._held(written) if self._holds_signs else written)
        except (TypeError, ValueError):
            return False
        return bool(other == self._value) or _always_zero(other - self._value)

    def _over_symbols(self, formula: Expr, argument: str) -> Any:
        inner = {
            operand: self._symbols(operand)
            for node in walk(formula)
            if isinstance(node, Call) and node.function in ("abs", "sign")
            for operand in node.arguments
        }
        whole = to_sympy(self._held(formula))
        total = sympy.diff(whole, symbol(argument))
        for operand, (size, sign) in inner.items():
            by_size = sympy.diff(whole, symbol(size))
            if by_size != 0:
                total += by_size * symbol(sign) * self._over_symbols(operand, argument)
        signs = {symbol(sign) for _, sign in inner.values()}
        return total.replace(
            lambda part: part.is_Pow and part.base in signs and part.exp.is_Integer,
            lambda part: part.base if part.exp.is_odd else sympy.Integer(1),
        )

    def _symbols(self, operand: Expr) -> tuple[str, str]:
        index = self._names.setdefault(operand, str(len(self._names)))
        size, sign = f"a{index}", f"s{index}"
        self._meant |= {size: Call("abs", (operand,)), sign: Call("sign", (operand,))}
        return size, sign

    def _held(self, expr: Expr) -> Expr:
        if isinstance(expr, Call) and expr.function in ("abs", "sign"):
            size, sign = self._symbols(expr.arguments[0])
            return Name(size if expr.function == "abs" else sign)
        return expr if isinstance(expr, Name | Number) else rebuild(expr, self._held)


def _always_zero(difference: Any) -> bool:
    """Whether a difference is 0 whichever of its conditions hold, and whatever signs its sizes have."""
    choices = _choices(difference)
    if prod(map(len, choices.values())) > _MOST_CASES:
        return False
    return all(
        _is_zero(_settled(difference, dict(zip(choices, chosen, strict=True)))) for chosen in product(*choices.values())
    )


def _choices(expression: Any) -> dict[Any, tuple[int, ...]]:
    """What has to be told apart: comparisons, of each pair of opposites one, and signs of what has a size."""
    choices: dict[Any, tuple[int, ...]] = {}
    for part in sorted(expression.atoms(sympy.core.relational.Relational), key=sympy.default_sort_key):
        choices[_one_of_two(part)[0]] = (True, False)
    for part in sorted(expression.atoms(sympy.Abs, sympy.sign), key=sympy.default_sort_key):
        choices[_positive(part.args[0])] = (1, -1, 0)
    return choices


def _one_of_two(test: Any) -> tuple[Any, bool]:
    """A comparison or its opposite, whichever comes first, and whether it is the opposite."""
    here, there = test.canonical, test.negated.canonical
    first = min(here, there, key=sympy.default_sort_key)
    return first, first != here


def _positive(expression: Any) -> Any:
    """An expression or its negative, whichever SymPy writes without a minus."""
    return -expression if expression.could_extract_minus_sign() else expression


def _settled(expression: Any, chosen: dict[Any, int]) -> Any:
    """An expression with each of its cases and signs decided."""
    if isinstance(expression, sympy.Piecewise):
        for value, test in expression.args:
            if _holds(test, chosen):
                return _settled(value, chosen)
        return sympy.nan
    if isinstance(expression, sympy.sign | sympy.Abs):
        inner = expression.args[0]
        first = _positive(inner)
        sign = chosen[first] if first == inner else -chosen[first]
        return sympy.Integer(sign) if isinstance(expression, sympy.sign) else sign * _settled(inner, chosen)
    if not expression.args:
        return expression
    return expression.func(*(_settled(part, chosen) for part in expression.args))


def _holds(test: Any, chosen: dict[Any, int]) -> bool:
    if isinstance(test, sympy.core.relational.Relational):
        first, opposite = _one_of_two(test)
        return bool(chosen[first]) != opposite
    if isinstance(test, sympy.And | sympy.Or):
        parts = [_holds(part, chosen) for part in test.args]
        return all(parts) if isinstance(test, sympy.And) else any(parts)
    if isinstance(test, sympy.ITE):
        which, then, otherwise = test.args
        return _holds(then if _holds(which, chosen) else otherwise, chosen)
    if isinstance(test, sympy.Not):
        return not _holds(test.args[0], chosen)
    return bool(test)


def _is_zero(difference: Any) -> bool:
    if difference.is_Number:
        return bool(difference == 0)
    if _terms(difference) <= _MOST_TERMS and (sympy.expand(difference) == 0 or sympy.powsimp(difference) == 0):
        return True
    above, _ = sympy.fraction(sympy.together(difference))
    return bool(_terms(above) <= _MOST_TERMS and sympy.expand(above) == 0)


def _terms(expression: Any) -> int:
    """How many terms an expression expands to, about; of more than are tried, not all are counted."""
    count = 1
    if expression.is_Add:
        count = sum(map(_terms, expression.args))
    elif expression.is_Mul:
        for part in expression.args:
            count = min(count * _terms(part), _MOST_TERMS + 1)
    elif expression.is_Pow and expression.exp.is_Integer and expression.base.is_Add:
        count = int(_terms(expression.base) ** min(abs(int(expression.exp)), 30))
    return min(count, _MOST_TERMS + 1)
