"""A forward pass over the definitions with any number of digits, in which one given number can be moved.

It shares no derivative with the derivation, nor its arithmetic: each formula is worked out by
:mod:`derive.proof.numeric.functions`. When a number is moved, only what it reaches is worked out again, and of a sum
only the terms that change, where these are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from heapq import heappop, heappush
from operator import mul
from typing import NamedTuple

import mpmath
from mpmath.libmp import from_man_exp

from derive.expression.tree import Expr, Name, Product
from derive.proof.numeric.functions import AnyReal, Changed, NoValueError, NumericFormula, Piece
from derive.proof.numeric.plan import Plan, Reckoned, beside, without_sign


class Moved(NamedTuple):
    """The forward pass with one number moved.

    Attributes:
        result: the result.
        pieces: the piece that each function lies on, of those that the number reaches.
        untouched: whether the result, and each part where it is a sum of named parts, has not changed.
        swallowed: whether a change was lost on the way because it lies beyond the last digit, or may have been.
    """

    result: AnyReal
    pieces: tuple[Piece, ...]
    untouched: bool
    swallowed: bool


#: Rows of numbers as whole multiples of one power of two, by the row of their names; None where that is too long.
_Aligned = dict[tuple[str, ...], tuple[list[int], int] | None]


class ForwardPass:
    """The forward pass of a model.

    Args:
        plan: how it is worked out.
        digits: with how many digits.

    Attributes:
        values: the value of every quantity that reaches the result, or is given.

    Raises:
        NoValueError: a value does not exist, or not with so few digits.
    """

    def __init__(self, plan: Plan, digits: int) -> None:
        self.m = m = mpmath.MPContext()  # a context of its own: no other precision is touched
        m.dps = digits
        self.plan = plan
        self._formulas: dict[int, NumericFormula] = {}
        self.rows: _Aligned = {}
        #: The passes with a weighted sum moved, by how far.
        self._shared: dict[tuple[str, AnyReal], Moved] = {}
        self.values: dict[str, AnyReal] = {name: self._number(value) for name, value in plan.graph.given.items()}
        for reckoned in plan.order:
            self.values[reckoned.name] = self._whole(reckoned, self.values, self.rows)
        self.result = self.values[plan.result]

    def _number(self, value: Decimal) -> AnyReal:
        return self.m.mpf(str(value))

    def _finite(self, value: AnyReal) -> AnyReal:
        if not self.m.isfinite(value):
            raise NoValueError("a value that is not finite")
        return value

    def _formula(self, expr: Expr) -> NumericFormula:
        key = id(expr)  # what the definitions are made of lives as long as they do
        if key not in self._formulas:
            self._formulas[key] = NumericFormula(expr, self.m)
        return self._formulas[key]

    def _whole(
        self, reckoned: Reckoned, values: Mapping[str, AnyReal], rows: _Aligned, still: Iterable[tuple[str, ...]] = ()
    ) -> AnyReal:
        """The value of a definition; a weighted sum is exact until it is rounded once.

        Args:
            reckoned: the definition.
            values: the values of its arguments.
            rows: what is known of rows of such values.
            still: the rows that have not changed.
        """
        if reckoned.function is not None:
            return self._finite(reckoned.function.value(self.m, values[reckoned.arguments[0]], {}))
        if not reckoned.is_weighted:
            return self._finite(self._formula(reckoned.expr).value(values))
        single = reckoned.single
        rest = values[single[0]] if len(single) == 1 else self.m.fsum(values[name] for name in single)
        if not reckoned.lefts:
            return rest
        lefts, rights = reckoned.sides
        left = self._row(lefts, self.values, self.rows) if lefts in still else self._row(lefts, values, rows)
        right = self._row(rights, self.values, self.rows) if rights in still else self._row(rights, values, rows)
        if left is None or right is None:
            pairs = ((values[one], values[other]) for one, other in zip(reckoned.lefts, reckoned.rights, strict=True))
            return self.m.fdot(pairs) + rest
        # mpmath's own ``fdot`` gives the same, five times as slowly.
        total = sum(map(mul, left[0], right[0]))
        return self.m.make_mpf(from_man_exp(total, left[1] + right[1], self.m.prec, "n")) + rest

    def _row(
        self, side: tuple[str, ...], values: Mapping[str, AnyReal], rows: _Aligned
    ) -> tuple[list[int], int] | None:
        if side not in rows:
            rows[side] = _aligned([values[name] for name in side], 4 * self.m.prec)
        return rows[side]

    def size(self, name: str) -> AnyReal:
        """How fast what uses a given number moves with it, at most: by what it is multiplied, if that tells."""
        own = abs(self.values[name])
        found = self.m.zero
        for term in self.plan.occurrences(name):
            others = beside(term, name)
            if others is None:  # it is moved by a part of itself
                found = max(found, 1 / own if own else self.m.one)
            else:
                found = max(found, abs(self.m.fprod(self._formula(other).value(self.values) for other in others)))
        return found or self.m.one

    def is_unfed(self, name: str) -> bool:
        """Whether a given number is multiplied by 0 wherever it stands, with so many digits."""
        return all(
            any(not self._formula(other).value(self.values) for other in beside(term, name) or ())
            for term in self.plan.occurrences(name)
        )

    def step(self, name: str, digits: int) -> AnyReal:
        """How far to move a given number, so that what uses it moves by 10^(−digits)."""
        return self._move(digits) / self.size(name)

    def _move(self, digits: int) -> AnyReal:
        return self.m.ldexp(1, -int(3.32 * digits))

    def ends(self, name: str, digits: int, shares: Iterable[float]) -> tuple[AnyReal, list[Moved]]:
        """How far a given number is moved, and the pass with it moved by each share of that: powers of two.

        Where it enters one weighted sum alone, all else moves with that: the numbers of a neuron share the passes in
        which its sum is moved by 10^(−digits).

        Raises:
            NoValueError: a value does not exist, or not with so few digits.
        """
        step = self.step(name, digits)
        shared = self._shift(name, digits)
        if shared is None:
            return step, [self.moved(name, share * step) for share in shares]
        total, shift = shared
        ends: list[Moved] = []
        for share in shares:
            amount = share * shift
            if (total, amount) not in self._shared:
                self._shared[total, amount] = self.moved(total, amount)
            ends.append(self._shared[total, amount])
        return step, ends

    def _shift(self, name: str, digits: int) -> tuple[str, AnyReal] | None:
        """The weighted sum that a given number moves, alone and visibly, and how far; None where there is no such."""
        entered = self.plan.only_sum(name)
        if entered is None:
            return None
        total, factor = entered[0].name, entered[1]
        shift = self._move(digits) * (self.m.sign(self.values[factor]) if factor else 1)
        return (total, shift) if self.values[total] + shift / 2 != self.values[total] else None

    def moved(self, name: str, amount: AnyReal) -> Moved:
        """The pass with a number moved by an amount; only what it reaches is worked out again.

        Raises:
            NoValueError: a value does not exist, or not with so few digits.
        """
        values = Changed(self.values)
        values[name] = self.values[name] + amount
        pieces: list[Piece] = []
        swallowed = False
        changed: dict[int, list[str]] = {}
        waiting: list[int] = []

        def tell(argument: str) -> None:
            for user in self.plan.users[argument]:
                if user in changed:
                    changed[user].append(argument)
                else:
                    changed[user] = [argument]
                    heappush(waiting, user)

        tell(name)
        rows: _Aligned = {}
        while waiting:
            place = heappop(waiting)
            reckoned = self.plan.order[place]
            new = self._again(reckoned, changed[place], values, rows, pieces)
            if new._mpf_ != self.values[reckoned.name]._mpf_:
                values[reckoned.name] = new
                tell(reckoned.name)
            elif not swallowed:
                swallowed = self._is_lost(reckoned, changed[place], values)
        untouched = not any(part in values for part in self.plan.parts)
        return Moved(values[self.plan.result], tuple(pieces), untouched, swallowed)

    def _again(
        self, reckoned: Reckoned, changed: list[str], values: Changed, rows: _Aligned, pieces: list[Piece]
    ) -> AnyReal:
        """The value of a definition some of whose arguments have changed."""
        if reckoned.function is not None:
            pieces.append(reckoned.function.piece(values[reckoned.arguments[0]], {}))
            return self._whole(reckoned, values, rows)
        fresh = len(changed) - (changed[0] in self.plan.graph.given)
        places: list[int] = []
        if len(reckoned.terms) == 1 and not reckoned.is_weighted:
            value, piece = self._formula(reckoned.expr).value_and_piece(values)
            pieces.append(piece)
            return self._finite(value)
        if not reckoned.is_weighted or 2 * fresh <= reckoned.moving:
            places = sorted({place for name in changed for place in reckoned.holding[name]})
        if not reckoned.is_weighted:
            pieces += (self._formula(reckoned.terms[place]).piece(values) for place in places)
        if len(reckoned.terms) == 1 or 2 * fresh > reckoned.moving or (fresh and not reckoned.lefts):
            return self._whole(reckoned, values, rows, [side for side in reckoned.given if changed[0] not in side])
        total = self.values[reckoned.name]
        for place in places:
            old, new = (self._term(reckoned, place, known) for known in (self.values, values))
            total = (total - old) + new
        return total

    def _term(self, reckoned: Reckoned, place: int, values: Mapping[str, AnyReal]) -> AnyReal:
        if not reckoned.is_weighted:
            if values is self.values and len(reckoned.terms) == 1:
                return self.values[reckoned.name]
            return self._formula(reckoned.terms[place]).value(values)
        count = len(reckoned.lefts)
        if place < count:
            return values[reckoned.lefts[place]] * values[reckoned.rights[place]]
        return values[reckoned.single[place - count]]

    def _is_lost(self, reckoned: Reckoned, changed: list[str], values: Changed) -> bool:
        """Whether a definition has stayed the same although its terms have changed, or may have."""
        if reckoned.function is not None:
            return not reckoned.function.piece(values[reckoned.arguments[0]], {})[0]
        changes: list[tuple[AnyReal, AnyReal]] = []
        for place in sorted({place for name in changed for place in reckoned.holding[name]}):
            term = reckoned.terms[place]
            if reckoned.is_weighted and place < len(reckoned.lefts):
                left, right = reckoned.lefts[place], reckoned.rights[place]
                sides = [(known[left], known[right]) for known in (values, self.values)]
                changes += (sides[0], (-sides[1][0], sides[1][1]))
                is_still = sides[0] == sides[1] or not all(sides[0])
            else:
                old, new = (self._term(reckoned, place, known) for known in (self.values, values))
                changes += ((new, self.m.one), (-old, self.m.one))
                is_still = old == new and not self._formula(term).stays(values, changed)
            if is_still and self._may_move(term, changed):
                return True
        # Changes may cancel, as those of equal neurons with opposite weights do; fdot is exact until it rounds.
        return bool(self.m.fdot(changes))

    def _may_move(self, term: Expr, changed: Iterable[str]) -> bool:
        """Whether no factor of a term beside those that have changed is 0 without any rounding."""
        bare, moved = without_sign(term), set(map(Name, changed))
        others = bare.factors if isinstance(bare, Product) else ()
        return not any(isinstance(other, Name) and self._is_nought(other) for other in others if other not in moved)

    def _is_nought(self, expr: Expr) -> bool:
        """Whether a value is 0 without any rounding: given so, or by a constant piece, or made of such zeros."""
        match without_sign(expr):
            case Name(name):
                if self.values[name]:
                    return False
                reckoned = self.plan.definitions.get(name)
                if reckoned is None:
                    return True
                if len(reckoned.arguments) == 1:
                    (argument,) = reckoned.arguments
                    return self._is_constant(reckoned) or self._is_nought(Name(argument))
                return all(map(self._is_nought, reckoned.terms))
            case Product(factors):
                return any(map(self._is_nought, factors))
            case _:
                return False

    def _is_constant(self, reckoned: Reckoned) -> bool:
        """Whether a definition is constant where it stands."""
        if reckoned.function is not None:
            return bool(reckoned.function.piece(self.values[reckoned.arguments[0]], {})[0])
        return bool(self._formula(reckoned.expr).piece(self.values)[0])


def _aligned(numbers: list[AnyReal], most: int) -> tuple[list[int], int] | None:
    """Numbers as whole multiples of one power of two, exactly; None where that takes more than so many bits."""
    parts = [number._mpf_ for number in numbers]
    used = [(exponent, exponent + bits) for _, mantissa, exponent, bits in parts if mantissa]
    low = min((bottom for bottom, _ in used), default=0)
    if max((top for _, top in used), default=0) - low > most:
        return None
    sizes = [mantissa << (exponent - low) if mantissa else 0 for _, mantissa, exponent, _ in parts]
    return [-size if part[0] else size for size, part in zip(sizes, parts, strict=True)], low
