"""What rounding erased or hollowed out: told where it happens, and collected at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from derive.calculus.rounding import RoundingPolicy
from derive.calculus.solution import Solution
from derive.calculus.steps import Step
from derive.calculus.values import Value
from derive.document.blocks import Block, Content, Heading, Note, Paragraph, Table
from derive.document.forward import is_saturated
from derive.document.phrasing import capital, count, counted, listed, say, sentence, step_link
from derive.document.precision import TOO_SMALL, full_precision
from derive.expression.tree import Name, Number
from derive.model.naming import derivative_name

#: The most decimals that a file may ask for.
_MOST_DECIMALS = 50


class Losses:
    """Tells what rounding took.

    Args:
        solution: the worked network.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.number_of = {step.target: step.number for step in solution.steps}

    def note(self, step: Step) -> Note | None:
        """The remark behind a step whose value rounding damaged, or None."""
        value = self.solution.values[step.target]
        if value.loss is None:
            return None
        full = full_precision(value, self.solution.policy)
        inherited = [name for name in step.uses if name in self.number_of and self._loss(name) == "erased"]
        because = self._because(step, inherited)
        if value.exact.vanished:
            return Note("This value is not 0.", say(f"It is {TOO_SMALL}", because))
        if value.loss == "erased":
            return Note(
                "Rounding has erased this value.",
                say("At full precision it is ", full, ", not ", Number("0"), because, self._remedy(value)),
            )
        left = self.solution.policy.kept_digits(value.shown)
        return Note(
            "Rounding has hollowed this value out.",
            sentence(
                "Only {left} of it {are} left; at full precision it is {full}. What is computed from it is no better.",
                left=count(left, "significant digit"),
                are="is" if left == 1 else "are",
                full=full,
            )
            + self._remedy(value),
        )

    def _loss(self, name: str) -> str | None:
        return self.solution.values[name].loss

    def _because(self, step: Step, inherited: list[str]) -> Content:
        if inherited:
            links = [say(step_link(self.number_of[name])) for name in inherited]
            return say(": it inherits the zero of ", listed(links), ".")
        if step.kind == "net_input" and step.neuron is not None:
            neuron = self.solution.model.network.layers[step.layer].neurons[step.neuron]
            slope = derivative_name(neuron.output, neuron.net_input)
            if is_saturated(self.solution.values[slope].exact.value):
                return say(f": neuron {neuron.label} is saturated, so that its slope ", Name(slope), " is tiny.")
        return say(".")

    def _remedy(self, value: Value) -> Content:
        if self.solution.policy.decimals is None:
            return ()
        digits = _worth_keeping(value, self.solution.policy)
        decimals = digits - 1 - value.exact.value.adjusted()
        if decimals > _MOST_DECIMALS:
            return say(" Significant digits instead of decimals would keep it.")
        return say(f" {capital(counted(decimals))} decimals would keep {counted(digits)} significant digits of it.")

    def summary_note(self, steps: Sequence[Step]) -> Note:
        """The remark behind a table of steps."""
        parts = [
            say(
                Name(step.target),
                " is ",
                full_precision(self.solution.values[step.target], self.solution.policy),
            )
            for step in steps[:8]
        ]
        more = "" if len(steps) <= 8 else f" (and {len(steps) - 8} more)"
        return Note(
            "Rounding has damaged values in this table.",
            say("At full precision ", listed(parts), more, "."),
        )

    def blocks(self) -> Iterator[Block]:
        """The collection at the end of the page."""
        values = self.solution.values
        aliases = self._aliases()
        lost = [(name, value) for name, value in values.items() if value.loss is not None and name not in aliases]
        policy = self.solution.policy
        worst = self._worst_carried()
        if not lost and worst is None:
            return
        yield Heading(1, say("What rounding did"), "rounding")
        if lost:
            yield Paragraph(self._summary(lost))
            rows = [
                (
                    say(Name(name)),
                    say(Number(value.shown)),
                    full_precision(value, policy),
                    say("erased" if value.loss == "erased" else "hollowed out"),
                    say(step_link(self.number_of[name])) if name in self.number_of else say("–"),
                )
                for name, value in lost[:_MANY]
            ]
            yield Table(
                (say("quantity"), say("printed"), say("at full precision"), say("what happened"), say("where")),
                "lrrll",
                tuple(rows),
            )
            if len(lost) > _MANY:
                yield Paragraph(say(f"and {len(lost) - _MANY} more."))
        if worst is not None:
            name, value = worst
            yield Paragraph(
                sentence(
                    "Also where nothing was erased, carrying rounded numbers adds up: {quantity} is printed as "
                    "{printed} "
                    "and is {full} at full precision.",
                    quantity=Name(name),
                    printed=Number(value.shown),
                    full=full_precision(value, policy),
                )
            )

    def _aliases(self) -> frozenset[str]:
        return frozenset(alias for step in self.solution.steps for alias in step.equals)

    def _summary(self, lost: Sequence[tuple[str, Value]]) -> Content:
        policy = self.solution.policy
        erased = sum(value.loss == "erased" for _, value in lost)
        hollow = len(lost) - erased
        parts = []
        if erased:
            parts.append(f"turned {count(erased, 'value')} into 0 that {'is' if erased == 1 else 'are'} not 0")
        if hollow:
            parts.append(f"left {count(hollow, 'value')} with hardly a digit")
        remedy = ""
        within_reach = [value for _, value in lost if not value.exact.vanished]
        if policy.decimals is not None and within_reach:
            places = [(_worth_keeping(value, policy), value.exact.value.adjusted()) for value in within_reach]
            decimals = max(digits - 1 - size for digits, size in places)
            fewest = min(decimals + 1 + size for _, size in places)
            which, those = ("it", "it") if len(within_reach) == 1 else ("each of them", "them")
            if len(within_reach) < len(lost):
                which, those = "each that can be written", "those that can be written"
            remedy = (
                f" With {counted(decimals)} decimals {which} would keep at least {counted(fewest)} significant digits."
                if decimals <= _MOST_DECIMALS
                else f" Significant digits instead of decimals would keep {those}."
            )
        kept = (
            f"{policy.decimals} decimals" if policy.decimals is not None else f"{policy.significant} significant digits"
        )
        return say(f"Rounding to {kept} {' and '.join(parts)}.{remedy}")

    def _worst_carried(self) -> tuple[str, Value] | None:
        """The gradient that carried rounding moved furthest, if it shows in the printed digits."""
        if not self.solution.policy.each_step:
            return None
        worst: tuple[str, Value] | None = None
        furthest = Decimal(0)
        for step in self.solution.steps:
            value = self.solution.values[step.target]
            if value.loss is not None or not value.exact.value:
                continue
            off = abs((Decimal(value.shown) - value.exact.value) / value.exact.value)
            if off > furthest and Decimal(value.shown) != self.solution.policy.rounded(value.exact.value):
                worst, furthest = (step.target, value), off
        return worst


#: How many damaged values are listed at the end of a page.
_MANY = 40


def _worth_keeping(value: Value, policy: RoundingPolicy) -> int:
    """How many significant digits of a damaged value would be worth having: two, or one more than are left."""
    left = policy.kept_digits(value.shown) if value.loss == "hollow" else 0
    return max(2, left + 1)
