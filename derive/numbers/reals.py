"""Operations on real numbers, in decimal arithmetic that knows whether a result is exact.

Sums, products and whole powers of exact decimals are exact, as by hand. Quotients and functions are worked out to the
given number of digits where they do not end. ``decimal`` rounds each operation correctly; the functions it lacks come
from mpmath.
"""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce

from derive.expression.functions import ALL_FUNCTIONS
from derive.numbers.elementary import AT_ZERO, FUNCTIONS, beside, from_mpmath
from derive.numbers.real import NOUGHT, ONE, RATIO_BITS, TOO_LARGE, ZERO, Real, ValueRangeError, context_of, ends

#: How many digits a sum must keep to be trusted.
TRUSTED_DIGITS = 27

#: A sum of which no more than this many digits are left has none that is sure.
_NOISE_DIGITS = 3

#: A sine or cosine needs π to as many digits as its argument has before the point: not of more than this.
_LONGEST_ANGLE = 5000

#: How many values of functions are remembered.
_REMEMBERED = 256

#: Closer to 0 than anything that can be written.
_VANISHED = Decimal((0, (0,), decimal.MIN_ETINY))

_HALF = Decimal("0.5")


class Reals:
    """Operations at one precision.

    Args:
        digits: how many significant digits inexact results carry.
        exact_digits: how many digits an exact result may grow to before it is rounded and called inexact.
    """

    def __init__(self, digits: int = 50, exact_digits: int = 2000) -> None:
        self.digits = digits
        self.context = context_of(digits)
        #: The same, for results of which nobody asks whether they are exact.
        self.loose = context_of(digits)
        #: Rounds so that a later rounding to fewer digits, and every comparison, comes out as for the number itself.
        self.sticky = context_of(digits, decimal.ROUND_05UP)
        self.wide = context_of(max(exact_digits, digits))
        #: Whether a sum has lost so many digits that fewer than :data:`TRUSTED_DIGITS` of it are sure.
        self.cancelled = False
        #: Whether a number was too large to be written.
        self.overflowed = False
        #: exp(−z) occurs in a sigmoid and twice in its derivative: it is worked out once.
        self._known: dict[tuple[str, Decimal], Real] = {}

    def _settle(self, value: Decimal, context: decimal.Context, *, exact: bool) -> Real:
        """A result with what the context knows of it."""
        inexact = context.flags[decimal.Inexact]
        if inexact:
            context.clear_flags()
            self.overflowed |= value.is_infinite()
            if exact and context is self.wide:
                return Real(self.loose.plus(value), exact=False)
        return Real(value, exact and not inexact)

    def add(self, terms: Sequence[Real]) -> Real:
        """The sum: the exact terms apart from the others, each rounded once per addition."""
        wide = self.wide
        total: Decimal | None = None
        rests: list[Real] = []
        for term in terms:
            part, exact, ratio, near, rest = term
            if not exact:
                if ratio is not None:
                    whole = self._add_ratios(terms)
                    if whole is not None:
                        return whole
                if near is None or rest is None:
                    rests.append(term)
                    continue
                rests.append(rest)
                part = near
            total = part if total is None else wide.add(total, part)
        if wide.flags[decimal.Inexact]:
            wide.clear_flags()
            return self._far_apart(terms)
        if not rests:
            assert total is not None
            return Real(total, exact=True)
        left = self._add_inexact(rests)
        return left if total is None else self._beside(total, left)

    def _add_ratios(self, terms: Sequence[Real]) -> Real | None:
        ratios = [term.fraction for term in terms]
        known = [ratio for ratio in ratios if ratio is not None]
        return self._rational(sum(known, Fraction(0))) if len(known) == len(ratios) else None

    def _add_inexact(self, terms: list[Real]) -> Real:
        if len(terms) == 1:
            return terms[0]
        add, total = self.loose.add, NOUGHT
        largest: int | None = None
        for index, (value, exact, _, near, _) in enumerate(terms):
            if exact or near is not None:
                return self.add(terms)
            total = add(total, value) if index else value
            if value:
                size = value.adjusted()
                largest = size if largest is None or size > largest else largest
        if largest is not None:
            lost = largest - total.adjusted() if total else self.digits
            if lost > self.digits - TRUSTED_DIGITS:
                self.cancelled = True
                if lost > self.digits - _NOISE_DIGITS:
                    total = NOUGHT
        return Real(total, exact=False)

    def _far_apart(self, terms: Sequence[Real]) -> Real:
        """A sum whose exact parts lie so far apart that it has too many digits: the larger ones, and the rest."""
        parts: list[Real] = []
        for term in terms:
            whole = term.near is None or term.rest is None
            parts += [term] if whole else [Real(term.near or NOUGHT, exact=True), *filter(None, [term.rest])]
        exact = sorted((part for part in parts if part.exact), key=lambda real: real.value.copy_abs(), reverse=True)
        rests = [part for part in parts if not part.exact]
        total = NOUGHT
        for part in exact:
            longer = self.wide.add(total, part.value)
            if self.wide.flags[decimal.Inexact]:
                self.wide.clear_flags()
                rests.append(part)
            else:
                total = longer
        return self._beside(total, self._add_inexact(rests))

    def _beside(self, near: Decimal, rest: Real) -> Real:
        """An exact number plus a rest, kept apart where the rest is the smaller one."""
        if not near:
            return rest
        if not rest.value and not rest.vanished:  # 0, or no digit of it is known
            return Real(near, exact=True) if rest.exact else Real(self.loose.plus(near), exact=False)
        value = self._beyond(near, rest)
        if rest.value.is_infinite():
            return Real(value, exact=False)
        if rest.value and rest.value.adjusted() > min(near.adjusted(), value.adjusted()):
            lost = rest.value.adjusted() - value.adjusted() if value else self.digits
            self.cancelled |= not rest.exact and lost > self.digits - TRUSTED_DIGITS
            return Real(value if lost < self.digits - _NOISE_DIGITS else NOUGHT, exact=False)
        return Real(value, exact=False, near=near, rest=rest)

    def _beyond(self, near: Decimal, rest: Real) -> Decimal:
        """The sum as one decimal, on the right side of the exact number however small the rest is."""
        small = rest.value
        if rest.vanished:
            small = Decimal((int(small.is_signed()), (1,), near.adjusted() - 9 * self.digits - len(str(near))))
        return self.sticky.add(near, small)

    def multiply(self, left: Real, right: Real) -> Real:
        """The product; 0 times anything is exactly 0."""
        one, left_exact, left_ratio, left_near, _ = left
        other, right_exact, right_ratio, right_near, _ = right
        if left_exact and right_exact:
            return self._settle(self.wide.multiply(one, other), self.wide, exact=True) if one and other else ZERO
        if (left_exact and not one) or (right_exact and not other):
            return ZERO
        if left_ratio is not None or right_ratio is not None:
            first, second = left.fraction, right.fraction
            if first is not None and second is not None:
                return self._rational(first * second)
        if left_near is not None or right_near is not None:
            product = self._multiply_apart(left, right)
            if product is not None:
                return product
        value = self.loose.multiply(one, other)
        self.overflowed |= value.is_infinite()
        return Real(value, exact=False)

    def _multiply_apart(self, left: Real, right: Real) -> Real | None:
        """(a + r)·(b + s) = a·b + (a·s + b·r + r·s), where a and b are exact."""
        (a, r), (b, s) = _parts(left), _parts(right)
        if a is None or b is None:
            return None
        near = self.wide.multiply(a, b)
        if self.wide.flags[decimal.Inexact]:
            self.wide.clear_flags()
            return None
        if s is None and r is not None and r.near is None and not r.exact:  # a weight times an output
            return self._beside(near, Real(self.loose.multiply(b, r.value), exact=False))
        rests: list[Real] = []
        if s is not None:
            rests.append(self.multiply(Real(a, exact=True), s))
        if r is not None:
            rests.append(self.multiply(Real(b, exact=True), r))
        if r is not None and s is not None:
            rests.append(self.multiply(r, s))
        return self._beside(near, self._add_inexact(rests))

    def divide(self, over: Real, under: Real) -> Real:
        """The quotient."""
        if not over.value and over.exact and under.value:
            return ZERO
        if not under.value:
            if under.vanished and over.value:
                raise ValueRangeError(TOO_LARGE)
            raise decimal.DivisionByZero
        first, second = over.fraction, under.fraction
        if first is not None and second is not None:
            return self._rational(first / second)
        whole = self._settle(
            self.context.divide(over.value, under.value), self.context, exact=over.exact and under.exact
        )
        return whole if whole.exact else self._divide_apart(over, under) or whole

    def _divide_apart(self, over: Real, under: Real) -> Real | None:
        """(a + r)/(b + s) = q + (r − q·s)/(b + s), where q = a/b ends; None where the quotient is not close to q."""
        (a, r), (b, s) = _parts(over), _parts(under)
        if a is None or b is None:
            return None
        near = self.context.divide(a, b)
        if self.context.flags[decimal.Inexact]:
            self.context.clear_flags()
            return None
        rests = [] if r is None else [r]
        if s is not None:
            rests.append(self.multiply(Real(near.copy_negate(), exact=True), s))
        if not rests:
            return None
        rest = self.divide(self._add_inexact(rests), Real(under.value, exact=False))
        if rest.value.copy_abs() > self.loose.multiply(near.copy_abs(), _HALF):
            return None
        return self._beside(near, rest)

    def _rational(self, ratio: Fraction) -> Real:
        """A quotient of whole numbers: exact where it ends within the digits that are exact."""
        over, under = Decimal(ratio.numerator), Decimal(ratio.denominator)
        if ends(ratio.denominator):
            result = self._settle(self.wide.divide(over, under), self.wide, exact=True)
            if result.exact:
                return result
        short = max(ratio.numerator.bit_length(), ratio.denominator.bit_length()) <= RATIO_BITS
        value = self._settle(self.context.divide(over, under), self.context, exact=False).value
        return Real(value, exact=False, ratio=ratio if short else None)

    def power(self, base: Real, exponent: Real) -> Real:
        """A power: exact for a whole, non-negative exponent."""
        exact = base.exact and exponent.exact
        whole = exponent.value == exponent.value.to_integral_value()
        if base.ratio is not None and exponent.exact and whole and abs(exponent.value) <= 100:
            return self._rational(base.ratio ** int(exponent.value))
        if whole and 0 <= exponent.value <= 1000:
            if not exponent.value:
                return Real(ONE, exact=True)
            if base.near is not None or base.vanished:
                return self._repeated(base, int(exponent.value))
            context = self.wide if exact else self.context
            return self._settle(context.power(base.value, exponent.value), context, exact=exact)
        if whole and exponent.value < 0:
            return self.divide(Real(ONE, exact=True), self.power(base, exponent.negated()))
        if base.vanished:
            if exponent.value < 0:
                raise ValueRangeError(TOO_LARGE)
            return base
        if base.value < 0:
            what = "a negative number to a power that is no whole number"
            raise ValueRangeError(what, "a number that is 0 or more, or a whole power")
        return self._settle(self.context.power(base.value, exponent.value), self.context, exact=False)

    def _repeated(self, base: Real, times: int) -> Real:
        """A power by squaring."""
        result = Real(ONE, exact=True)
        while times:
            if times % 2:
                result = self.multiply(result, base)
            times //= 2
            if times:
                base = self.multiply(base, base)
        return result

    def compare(self, left: Real, right: Real) -> int:
        """−1, 0 or 1, as the first number is smaller than, equal to or larger than the second."""
        if left.value != right.value:
            return -1 if left.value < right.value else 1
        if left.exact and right.exact:
            return 0
        return self.add([left, right.negated()]).sign

    def call(self, function: str, arguments: Sequence[Real]) -> Real:
        """The value of a function."""
        match function:
            case "max" | "min":
                beaten = 1 if function == "max" else -1
                return reduce(lambda best, other: other if self.compare(other, best) == beaten else best, arguments)
            case "abs":
                return arguments[0].negated() if arguments[0].value.is_signed() else arguments[0]
            case "sign":
                return Real(Decimal(arguments[0].sign), exact=True)
            case "sqrt":
                return self._sqrt(arguments[0])
            case "pi":
                return Real(from_mpmath("pi", None, self.digits), exact=False)
            case "log":
                return self._log(arguments[0])
        return self._function(function, arguments[0])

    def _sqrt(self, square: Real) -> Real:
        if square.value < 0:
            raise ValueRangeError("the square root of a negative number", "a number that is 0 or more")
        root = self._settle(self.context.sqrt(square.value), self.context, exact=square.exact)
        if square.near is None or square.rest is None:
            return square if square.vanished and not square.value.is_signed() else root
        near = self.context.sqrt(square.near)
        if self.context.flags[decimal.Inexact]:
            self.context.clear_flags()
            return root
        return self._beside(near, self.divide(square.rest, self.add([Real(near, exact=True), root])))

    def _log(self, argument: Real) -> Real:
        value = argument.value
        if argument.near == 1 and argument.rest is not None:
            return self._function("log1p", argument.rest)
        if argument.exact and value == 1:
            return ZERO
        if argument.vanished and not value.is_signed():
            raise ValueRangeError("the logarithm of a number too close to 0 to be written")
        if value <= 0:
            what = f"the logarithm of {'0' if not argument.sign else 'a negative number'}"
            raise ValueRangeError(what, "a number above 0")
        found = self._function("log", argument)
        if not argument.exact and (not found.value or found.value.adjusted() < TRUSTED_DIGITS - self.digits):
            self.cancelled = True  # next to 1, a logarithm lives on the last digits of its argument
        return found

    def _function(self, function: str, argument: Real) -> Real:
        value = argument.value
        if not value:
            near = AT_ZERO.get(function)
            if near is not None and (argument.exact or argument.vanished):
                return Real(near, exact=True) if argument.exact else self._vanishing(function, near, argument)
        if function in ("sin", "cos") and value.adjusted() >= (_LONGEST_ANGLE if argument.exact else self.digits):
            name = "sine" if function == "sin" else "cosine"
            raise ValueRangeError(f"the {name} of a number with too many digits before its point")
        key = (function, value)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._worked_out(function, value)
        return known

    def _vanishing(self, function: str, near: Decimal, argument: Real) -> Real:
        """A function next to 0: all that matters is on which side of its value there the result lies."""
        course = ALL_FUNCTIONS[function].course
        falls = course == "falls" or (function == "cos" and not argument.value.is_signed())
        rest = argument.negated() if falls else argument
        return self._beside(near, Real(rest.value.copy_abs(), exact=False) if course == "valley" else rest)

    def _worked_out(self, function: str, value: Decimal) -> Real:
        if value.is_infinite() and function != "exp":
            limit = ALL_FUNCTIONS[function].limit
            if not limit:
                raise ValueRangeError(TOO_LARGE)
            return self._beside(
                Decimal(limit).copy_sign(value), Real(_VANISHED.copy_sign(value).copy_negate(), exact=False)
            )
        parts = beside(function, value, self.digits)
        if parts is not None:
            near, rest = parts
            return self._beside(near, Real(rest or _VANISHED.copy_sign(rest), exact=False))
        found = FUNCTIONS[function](value, self.digits)
        self.overflowed |= found.is_infinite()
        return Real(found or _VANISHED.copy_sign(found), exact=False)


def _parts(real: Real) -> tuple[Decimal | None, Real | None]:
    """A number as an exact one and what is to be added to it: (None, …) where nothing exact is known of it."""
    if real.exact:
        return real.value, None
    return real.near, real.rest
