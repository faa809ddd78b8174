"""The value of every quantity, twice: at full precision, and as it is carried and printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Literal

import msgspec

from derive.calculus.identities import always_zero
from derive.expression.tree import Expr, names
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real, ValueRangeError
from derive.numbers.rounding import MOST_ZEROS, RoundingPolicy, scientific

#: Digits of full precision that are promised; results are worked out with more until these are sure.
PROMISED_DIGITS = 25

#: Full precision is tried with more and more digits, up to this many. sigmoid(±2000) needs about 900.
_PRECISIONS = (50, 80, 200, 500, 1200, 3000)

#: An exact result longer than this is rounded, so that long calculations do not drag thousands of digits along.
_EXACT_DIGITS = 120

_ALL_DIGITS = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_DIFFERENCES = Context(prec=50, Emax=MAX_EMAX, Emin=MIN_EMIN)
_FIFTEEN_DIGITS = Context(prec=15, Emax=MAX_EMAX, Emin=MIN_EMIN)

Loss = Literal["erased", "hollow"]


class Value(msgspec.Struct, frozen=True):
    """A quantity's value.

    Attributes:
        exact: at full precision, whatever is shown.
        carried: what later steps go on with: the same, or under ``each-step`` the printed number.
        shown: what is printed, in plain text.
        loss: ``erased`` where rounding turned it into 0, ``hollow`` where few digits are left.
    """

    exact: Real
    carried: Real
    shown: str
    loss: Loss | None = None


class Formula(msgspec.Struct, frozen=True):
    """How a quantity is worked out: by ``stable``, where there is one, at full precision, else by ``expr``."""

    name: str
    expr: Expr
    stable: Expr | None = None


class Blunted(msgspec.Struct, frozen=True):
    """A quantity that rounding took to where a formula has no value: a probability to 0.

    Attributes:
        name: the quantity.
        exact: its value.
        carried: what is carried on of it.
        digits: so many digits of it would give the formula a value; None where that takes more than a file may ask for.
    """

    name: str
    exact: Real
    carried: Decimal
    digits: int | None


class QuantityError(ValueRangeError):
    """A value that does not exist, with the quantity that it was to be.

    Args:
        name: the quantity.
        what: what was met, as a phrase.
        expected: what would have had a value, as a phrase.
        rounded: whether it is met only because values were rounded.
        blunted: of what it is worked out from that whose rounding is to blame, if it is one alone.
    """

    def __init__(
        self, name: str, what: str, expected: str = "", *, rounded: bool, blunted: Blunted | None = None
    ) -> None:
        self.name, self.rounded, self.blunted = name, rounded, blunted
        super().__init__(what, expected)

    @classmethod
    def of(cls, name: str, error: ValueRangeError, *, rounded: bool, blunted: Blunted | None = None) -> QuantityError:
        """That a quantity has no value, because of what was met on the way to it."""
        return cls(name, error.what, error.expected, rounded=rounded, blunted=blunted)


def full_precision(
    given: Mapping[str, Real], formulas: Sequence[Formula], policy: RoundingPolicy, promised: int = PROMISED_DIGITS
) -> dict[str, Real]:
    """Every quantity to at least so many digits, or exactly.

    The formulas are worked out twice, the second time with more digits; where the two differ, cancellation has eaten
    the digits (1 − O of a saturated neuron), and more are taken.

    Args:
        given: the numbers that the formulas begin with.
        formulas: in an order in which each uses only earlier quantities.
        policy: how numbers are rounded: what it prints is sure too.
        promised: how many significant digits must be sure.

    Raises:
        QuantityError: a quantity has no value.
    """
    zeros: frozenset[int] | None = None

    def compute(arithmetic: Arithmetic) -> dict[str, Real]:
        nonlocal zeros
        arithmetic.zeros = zeros or ()
        values = evaluate_all(arithmetic, given, formulas)
        if zeros is None and arithmetic.lost_sums:
            zeros = always_zero(arithmetic.lost_sums, given, formulas)
        return values

    return sure(compute, policy, promised=promised)


def sure(
    compute: Callable[[Arithmetic], dict[str, Real]],
    policy: RoundingPolicy,
    precisions: tuple[int, ...] = _PRECISIONS,
    promised: int = PROMISED_DIGITS,
) -> dict[str, Real]:
    """What a computation gives at the first precision at which its promised digits are sure.

    Args:
        compute: works everything out in an arithmetic, by name.
        policy: how numbers are rounded: what it prints is sure too.
        precisions: with how many significant digits it is tried, one after the other; at the last, what comes is taken.
        promised: how many significant digits must be sure.

    Raises:
        QuantityError: a quantity has no value at the last precision.
    """
    before: dict[str, Real] | None = None
    for base in precisions:
        digits = base + promised - PROMISED_DIGITS
        try:
            arithmetic = Arithmetic(digits, max(_EXACT_DIGITS, digits))
            now = compute(arithmetic)
        except QuantityError:
            # ln(1 − O) of an output that is 1 as far as these digits go; with more it may not be.
            if base == precisions[-1]:
                raise
            continue
        if (
            before
            and not arithmetic.cancelled
            and all(_agree(before[name], real, policy, promised) for name, real in now.items())
        ):
            return now
        before = now
    assert before is not None
    return before


def _agree(before: Real, now: Real, policy: RoundingPolicy, promised: int) -> bool:
    """Whether two values agree in all digits that are promised, and in all that the policy prints."""
    if now.exact:
        return True
    if now.vanished and before.vanished:
        return True
    if not now.value or not before.value:
        return False  # an inexact 0: all digits were lost, or it truly is 0 and more digits will not help
    difference = _DIFFERENCES.subtract(before.value, now.value)
    last = now.value.adjusted() - max(promised, (policy.significant or 0) + 5)
    if policy.decimals is not None:
        last = min(last, -policy.decimals - 5)
    return not difference or difference.adjusted() < last


def evaluate_all(arithmetic: Arithmetic, given: Mapping[str, Real], formulas: Iterable[Formula]) -> dict[str, Real]:
    """The value of each formula, in order; given values first.

    Raises:
        QuantityError: a formula has no value.
    """
    values = dict(given)
    with arithmetic.remembering():
        for formula in formulas:
            expr = formula.expr if formula.stable is None else formula.stable
            try:
                values[formula.name] = arithmetic.evaluate(expr, values)
            except ValueRangeError as error:
                raise QuantityError.of(formula.name, error, rounded=False) from None
    return values


def without_value(given: Mapping[str, Real], formulas: Sequence[Formula]) -> list[QuantityError]:
    """All formulas that have no value, though all that they are worked out from has one, in their order.

    Args:
        given: the numbers that the formulas begin with.
        formulas: in an order in which each uses only earlier quantities.
    """
    found: list[QuantityError] = []
    for digits in _PRECISIONS:
        values, found = dict(given), []
        arithmetic = Arithmetic(digits, max(_EXACT_DIGITS, digits))
        for formula in formulas:
            if not all(name in values for name in names(formula.expr)):
                continue
            try:
                values[formula.name] = arithmetic.evaluate(formula.stable or formula.expr, values)
            except ValueRangeError as error:
                found.append(QuantityError.of(formula.name, error, rounded=False))
        if not found:
            break
    return found


def printed(
    given: Mapping[str, Decimal], formulas: Iterable[Formula], exact: Mapping[str, Real], policy: RoundingPolicy
) -> dict[str, Value]:
    """Every quantity with what is carried and what is printed.

    Args:
        given: the author's numbers.
        formulas: in an order in which each uses only earlier quantities.
        exact: every quantity at full precision.
        policy: how numbers are rounded.
    """
    values = {name: Value(exact[name], exact[name], policy.given(number)) for name, number in given.items()}
    return values | follow(values, formulas, exact, policy)


def follow(
    known: Mapping[str, Value], formulas: Iterable[Formula], exact: Mapping[str, Real], policy: RoundingPolicy
) -> dict[str, Value]:
    """The values of formulas over known values, without those known.

    Args:
        known: the values there are, as carried and printed.
        formulas: in an order in which each uses only these and earlier ones.
        exact: the value of every formula at full precision.
        policy: how numbers are rounded.

    Raises:
        QuantityError: a formula has no value, perhaps only because values before it were rounded.
    """
    carried = {name: value.carried for name, value in known.items()} if policy.each_step else {}
    found: dict[str, Value] = {}
    for formula in formulas:
        name = formula.name
        if policy.each_step:
            try:
                result = _carried_either_way(formula, carried, policy)
                value = from_carried(result, exact[name], policy)
            except ValueRangeError as error:
                blunted = _blunted(formula, carried, exact, policy)
                raise QuantityError.of(name, error, rounded=True, blunted=blunted) from None
            carried[name] = value.carried
        else:
            try:
                value = from_carried(exact[name], exact[name], policy)
            except ValueRangeError as error:
                raise QuantityError.of(name, error, rounded=False) from None
        found[name] = value
    return found


def _blunted(
    formula: Formula, carried: Mapping[str, Real], exact: Mapping[str, Real], policy: RoundingPolicy
) -> Blunted | None:
    """The one quantity in a formula without a value whose rounding is to blame."""

    def has_value(name: str, instead: Real) -> bool:
        with suppress(ValueRangeError):
            _carried_either_way(formula, {**carried, name: instead}, policy)
            return True
        return False

    for name in names(formula.expr):
        own = exact[name]
        if carried[name].value == own.value or not has_value(name, own):
            continue
        finer = (policy.with_digits(count) for count in range(policy.digits + 1, MOST_ZEROS + 1))
        digits = next((each.digits for each in finer if has_value(name, each.carried(own))), None)
        return Blunted(name, own, carried[name].value, digits)
    return None


def _carried_either_way(formula: Formula, carried: Mapping[str, Real], policy: RoundingPolicy) -> Real:
    """The value of a formula as it is shown; where that is out of reach, as exp(10³⁰) is, of the stable one."""
    try:
        return carried_result(formula.expr, carried, policy)
    except ValueRangeError:
        if formula.stable is None:
            raise
        return carried_result(formula.stable, carried, policy)


def carried_result(expr: Expr, carried: Mapping[str, Real], policy: RoundingPolicy) -> Real:
    """The value of a formula over carried numbers, with as many digits as it takes to round it rightly."""
    before: Decimal | None = None
    for digits in _PRECISIONS:
        arithmetic = Arithmetic(digits + policy.digits)
        result = arithmetic.evaluate(expr, carried)
        if result.exact:
            break
        now = policy.rounded(result.value)
        if now == before and not arithmetic.cancelled:
            break
        before = now
    return result


def from_carried(result: Real, exact: Real, policy: RoundingPolicy) -> Value:
    """A value as it is printed, and carried on: under ``each-step`` as printed, else at full precision.

    Args:
        result: what was worked out from carried values.
        exact: the quantity at full precision.
        policy: how numbers are rounded.
    """
    true = exact.exact and result.exact and result.value == exact.value
    shown = policy.shown(result.value, exact=true)
    carried = Real(Decimal(shown), exact=True) if policy.each_step else result
    return Value(exact, carried, shown, _loss(exact, shown, policy))


def _loss(exact: Real, shown: str, policy: RoundingPolicy) -> Loss | None:
    """What rounding did to a value: nothing to speak of, left it too few digits, or turned it into 0."""
    if not exact.sign:
        return None
    printed_value = Decimal(shown)
    if not printed_value:
        return "erased"
    if policy.decimals is None or printed_value == exact.value:
        return None
    return "hollow" if 2 * policy.kept_digits(shown) < policy.decimals else None


def exact_text(real: Real) -> str:
    """A value at full precision, in plain text: all digits where it ends, else 15 significant ones."""
    value, exact = real.value, real.exact
    if not value:
        return "0"
    value = value.normalize(_ALL_DIGITS) if exact else _FIFTEEN_DIGITS.plus(value)
    if value.adjusted() < -7 or value.adjusted() > (25 if exact else 14):
        return scientific(value)
    return format(value, "f")
