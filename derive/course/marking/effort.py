"""How much work a line takes: counted in operations that have something to be worked out.

An earlier mistake can leave nothing to do: where an output came out as 1, its slope is 0, and so is every derivative
behind it. A line came easy if a 0 or a 1 that it goes on from, or a factor that is gone, has made it 0; or if with the
student's numbers it takes less than half of the operations that it takes with the true ones. A sum of many terms of
which one is gone takes about the same work, and what is a copy of another line is one whatever that line says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from derive.auditing.reckoning.evaluate import ValueOf, arithmetic, compiled
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.worlds import World
from derive.expression.tree import Call, Cases, Expr, Group, Name, Negative, Power, Product, Quotient, Sum, names

_ONE: Final = Decimal(1)


class Effort:
    """Compares the work that the lines of one paper took with that which they ask for.

    Args:
        quantities: of the network.
        stated: the numbers that the paper goes on from, by plain name: those that are wrong, or follow from such.
    """

    def __init__(self, quantities: Quantities, stated: Mapping[str, Decimal]) -> None:
        self.quantities = quantities
        self.theirs, self.true = World(quantities, fixed=stated), World(quantities)

    def came_easy(self, name: str) -> bool:
        """Whether the numbers that a line goes on from have left little of its work."""
        formula = self.quantities.formula(name)
        if formula is None:
            return False
        with arithmetic():
            try:
                work = _operations(formula, self.true)
                if work and not self.theirs.of(formula) and self.true.of(formula) and self._is_gone(formula):
                    return True
                return 2 * _operations(formula, self.theirs) < work
            except ArithmeticError:  # a number of the paper leads to none
                return False

    def _is_gone(self, formula: Expr) -> bool:
        """Whether a formula that comes to 0 shows it at a glance; to see which case holds is work."""
        match _bare(formula):
            case Name():
                return True
            case Call() | Cases():
                return False
            case Product(factors):
                return any(not self.theirs.of(factor) and self._is_gone(factor) for factor in factors)
            case Quotient(numerator, _):
                return self._is_gone(numerator)
            case _:
                return any(
                    abs(self.theirs(name)) in (0, 1) and self.theirs(name) != self.true(name) for name in names(formula)
                )


def _bare(expr: Expr) -> Expr:
    """An expression without what stands around it: brackets, and a sign before it."""
    while isinstance(expr, Group | Negative):
        expr = expr.body if isinstance(expr, Group) else expr.operand
    return expr


def _operations(expr: Expr, values: ValueOf) -> int:
    """How many operations of an expression do more than to pass a number on."""

    def value(part: Expr) -> Decimal:
        return compiled(part)(values, None)

    def joined(parts: Sequence[Expr]) -> int:
        return sum(_operations(part, values) for part in parts) + max(0, len(parts) - 1)

    match expr:
        case Group(body) | Negative(body):
            return _operations(body, values)
        case Sum(terms):
            return joined([term for term in terms if value(term)])
        case Product(factors):
            gone = [factor for factor in factors if not value(factor)]
            if gone:
                return min(_operations(factor, values) for factor in gone)
            # Of a factor that comes to 1 only the product is saved, not what it takes to see that; -1 turns a sign.
            many = sum(value(factor) != _ONE for factor in factors)
            return sum(_operations(factor, values) for factor in factors) + max(0, many - 1)
        case Quotient(numerator, denominator):
            if not value(numerator):
                return _operations(numerator, values)
            return joined([numerator] if value(denominator) == _ONE else [numerator, denominator])
        case Power(base, exponent):
            trivial = abs(value(base)) in (0, _ONE) or value(exponent) == _ONE
            return _operations(base, values) + (not trivial)
        case Call(_, arguments):
            trivial = not any(map(value, arguments))
            return sum(_operations(argument, values) for argument in arguments) + (not trivial)
        case Cases():
            return 1  # to see which case holds is the work
        case _:
            return 0
