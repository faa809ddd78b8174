"""What a program needs to calculate with, so that it finds what the page says: tried out before it is promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, Overflow, localcontext
from typing import Any

from msgspec.structs import replace

from derive.calculus.rules import COUNT
from derive.calculus.solution import Worked
from derive.calculus.values import Value
from derive.document.program.scalars import number_text
from derive.document.program.statements import Check, Compute, Given, ProgramNumbers, ProgramRounding, Statement, Train
from derive.document.words.phrasing import value_sign
from derive.expression.tree import Expr
from derive.model.references import updated_name
from derive.numbers.replay import BINARY, Machine, Replay, context, decimals, prepared
from derive.numbers.rounding import RoundingPolicy

#: Decimals are tried with more and more digits. A sigmoid of -2000 takes about 900 to be told from 0.
_DIGITS = (60, 100, 200, 500, 1200, 3000)

#: How many digits a value has that is taken from the page.
_TAKEN_DIGITS = 60

#: How near a binary float must come to the true value, in units of the last printed place, and where the page shows the
#: true value, relative to it. A program that another machine runs is a little off from what is found here.
_NEAR = Decimal("0.0005")
_NEAR_EXACT = Decimal("1e-11")
#: The same for decimals, which are the same on every machine.
_NEARER = Decimal("1e-9")
_NEARER_EXACT = Decimal("1e-22")

#: Powers of ten beyond which binary floats have few digits left, or none.
_FAR = 290

#: Stands for the updates among what a program misses.
UPDATES = "the updates"

#: How many digits a program prints of what it has found, in binary floats and in decimals.
BINARY_DIGITS, DECIMAL_DIGITS = 12, 25

#: What goes wrong in an arithmetic that cannot hold a number: overflow, a division by what has become 0, a logarithm.
_FAILURES = (ArithmeticError, ValueError, TypeError)


class Trial:
    """The statements of a program, to be run with different kinds of numbers.

    Args:
        solution: what they should find.
        statements: all of them, in order.
    """

    def __init__(self, solution: Worked, statements: Iterable[Statement]) -> None:
        self.solution = solution
        self.statements = tuple(statements)
        self.policy = solution.policy
        self.known: dict[str, Value] = dict(solution.values)
        if solution.training is not None:
            cost = solution.model.graph.result
            self.known |= {updated_name(cost, done): value for done, value in solution.training.costs}

    def formulas(self) -> Iterator[Expr]:
        """Every formula of the program."""
        for statement in self.statements:
            if isinstance(statement, Compute):
                yield statement.formula
            elif isinstance(statement, Train):
                yield from (line.formula for lines in (statement.moves, *statement.batches) for line in lines)

    def missed(self, numbers: ProgramNumbers, *, taking: bool = False) -> frozenset[str]:
        """The quantities that a program with such numbers does not find as they are printed.

        Args:
            numbers: what it calculates with.
            taking: whether it goes on with the page's value of what it does not find.

        Raises:
            ArithmeticError, ValueError: the numbers cannot hold a value; not where values are taken.
        """
        return self._run(numbers, {}, taking=taking)

    def outcome(self, numbers: ProgramNumbers) -> tuple[frozenset[str], Mapping[str, str]]:
        """What a program with such numbers does not find, and what it prints of each quantity at full precision.

        It goes on with the page's value of what it does not find, which is what stands for it here too.
        """
        values: dict[str, Any] = {name: value.exact.value for name, value in self.known.items()}
        missed = self._run(numbers, values, taking=True)
        cost = self.solution.model.graph.result
        if updated_name(cost, 1) in values:
            values[f"{cost}+1"] = values[updated_name(cost, 1)]
        if numbers.digits is None:
            return missed, {name: f"{float(value):.{BINARY_DIGITS}g}" for name, value in values.items()}
        with localcontext(context(numbers.digits, boundless=numbers.boundless)):
            return missed, {name: f"{value:.{DECIMAL_DIGITS}g}" for name, value in values.items()}

    def _run(self, numbers: ProgramNumbers, found: dict[str, Any], *, taking: bool) -> frozenset[str]:
        digits, boundless = numbers.digits, numbers.boundless
        machine = BINARY if digits is None else decimals(digits, boundless=boundless)
        with localcontext(context(digits or 60, boundless=boundless)):
            return frozenset(self._missed(machine, self._carry(numbers), numbers, found, taking=taking))

    def taken(self, name: str, numbers: ProgramNumbers) -> str:
        """The page's value of a quantity, for a program to go on with."""
        value = self.known[name]
        if numbers.rounding is not None:
            return value.shown
        return number_text(context(_TAKEN_DIGITS).normalize(value.exact.value))

    def _carry(self, numbers: ProgramNumbers) -> Callable[[Any], Any]:
        """What is carried on of a result."""
        if numbers.rounding is None:
            return lambda value: value
        mode = ROUND_HALF_UP if numbers.rounding.ties_up else ROUND_HALF_EVEN
        if numbers.rounding.decimals is not None:
            unit = Decimal(1).scaleb(-numbers.rounding.decimals)
            return lambda value: Decimal(value).quantize(unit, mode)
        short = Context(prec=numbers.rounding.significant, rounding=mode, Emax=MAX_EMAX, Emin=MIN_EMIN)
        return lambda value: short.plus(Decimal(value))

    def _missed(
        self,
        machine: Machine,
        carry: Callable[[Any], Any],
        numbers: ProgramNumbers,
        found_values: dict[str, Any],
        *,
        taking: bool,
    ) -> Iterator[str]:
        near = self._near(machine)
        failures = _FAILURES if taking else ()
        values = {name: machine.number(str(value)) for name, value in self.solution.model.graph.given.items()}
        for statement in self.statements:
            match statement:
                case Given(values=given):
                    values |= {name: machine.number(text) for name, text in given}
                case Compute(name=name, formula=formula, equals=equals):
                    found = True
                    try:
                        value = carry(prepared(formula, machine)(values))
                        found = statement.printed is None or near(value, self.known[name])
                    except failures:
                        found = False
                    if not found:
                        yield name
                        if taking:
                            value = machine.number(self.taken(name, numbers))
                    values |= dict.fromkeys((name, *equals), value)
                    found_values[name] = value
                case Check(name=name, label=label):
                    found_values[label] = values[name]
                    if not near(values[name], self.known[label]):
                        yield label
                case Train():
                    try:
                        for label, value in _trained(statement, values, machine, carry):
                            found_values[label] = value
                            # A program compares all costs of a loop as rounded ones.
                            if not near(value, self.known[label], loop=True):
                                yield label
                    except failures:
                        yield UPDATES

    def _near(self, machine: Machine) -> Callable[..., bool]:
        if self.policy.each_step:
            return lambda found, value, **_: found == Decimal(value.shown)
        near, near_exact = (_NEAR, _NEAR_EXACT) if machine is BINARY else (_NEARER, _NEARER_EXACT)

        def is_near(found: Any, value: Value, *, loop: bool = False) -> bool:
            wanted = value.exact.value
            if machine is BINARY and wanted and abs(wanted.adjusted()) > _FAR:
                return False
            off = abs(Decimal(found) - wanted)
            if value_sign(value) == "=" and not loop:
                return off <= near_exact * abs(wanted)
            return off <= near * Decimal(1).scaleb(int(Decimal(value.shown).as_tuple().exponent))

        return is_near


def _trained(
    train: Train, values: dict[str, Any], machine: Machine, carry: Callable[[Any], Any]
) -> Iterator[tuple[str, Any]]:
    """Makes the updates on ``values``; the cost at each mark."""

    def ready(lines: Iterable[Compute]) -> list[tuple[tuple[str, ...], Replay]]:
        return [((line.name, *line.equals), prepared(line.formula, machine)) for line in lines]

    batches = [ready(batch) for batch in train.batches] or [[]]
    backward, ahead = ready(train.backward), [*ready(train.moves), *ready(train.forward)]
    marks = {done for done, _ in train.costs}
    for done in range(1, train.steps + 1):
        values[COUNT] = machine.number(str(done))
        for names, worked in (*backward, *batches[(done - 1) % len(batches)], *ahead):
            value = carry(worked(values))
            for name in names:
                values[name] = value
        if done in marks:
            yield updated_name(train.cost, done), values[train.cost]


def numbers_that_reach(trial: Trial) -> ProgramNumbers:
    """The plainest numbers with which a program finds what is printed: binary floats, or so many decimal digits.

    Where none finds all, those that find most.
    """
    rounding = _rounding(trial.policy)
    choices = [ProgramNumbers(digits, rounding) for digits in _DIGITS]
    if rounding is None:
        choices.insert(0, ProgramNumbers())
    for numbers in choices:
        with suppress(*_FAILURES):
            try:
                missed, reaching = trial.missed(numbers), numbers
            except Overflow:
                reaching = replace(numbers, boundless=True)
                missed = trial.missed(reaching)
            if not missed:
                return reaching
    last = [ProgramNumbers(digits, rounding, boundless=True) for digits in _DIGITS]
    return min(last, key=lambda numbers: len(trial.missed(numbers, taking=True)))


def _rounding(policy: RoundingPolicy) -> ProgramRounding | None:
    return ProgramRounding(policy.decimals, policy.significant, policy.ties_up) if policy.each_step else None
