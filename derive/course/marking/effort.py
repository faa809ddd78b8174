"""How much work a line takes: counted in operations that have something to be worked out.

An earlier mistake can leave nothing to do: where an output came out as 1, its slope is 0, and so is every derivative
behind it. A line came easy if a 0 or a 1 that it goes on from, or a factor that is gone, has made it 0; or if with the
student's numbers it takes less than half of the operations that it takes with the true ones. A sum of many terms of
which one is gone takes about the same work.
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
                if not self.theirs.of(formula) and self.true.of(formula):
                    return self._is_gone(formula)
                return 2 * _operations(formula, self.theirs) < _operations(formula, self.true)
            except ArithmeticError:  # a number of the paper leads to none
                return False

    def _is_gone(self, formula: Expr) -> bool:
        """Whether a formula that comes to 0 shows it at a glance; to see which case holds is work."""
        kind = _bare(formula)
        if isinstance(kind, Call | Cases):
            return False
        return isinstance(kind, Name | Product | Quotient) or any(
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
            if not all(map(value, factors)):
                return 0
            return joined([factor for factor in factors if abs(value(factor)) != _ONE])
        case Quotient(numerator, denominator):
            if not value(numerator):
                return 0
            return joined([numerator] if abs(value(denominator)) == _ONE else [numerator, denominator])
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
