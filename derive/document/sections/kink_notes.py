"""The remarks where a step differentiates something at a point at which it has no derivative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from derive.calculus.kinks import Kink, switching_slopes
from derive.calculus.solution import Worked
from derive.calculus.steps import Step
from derive.document.blocks import Content, Note
from derive.document.words.phrasing import SENTENCES, live, say, sentence
from derive.expression.tree import Name, Number


class KinkNotes:
    """Tells the kinks and jumps that a solution meets.

    Args:
        solution: the worked model.
    """

    def __init__(self, solution: Worked) -> None:
        self.model = solution.model
        self.kinks = {(kink.name, kink.argument): kink for kink in solution.kinks}
        #: By quantity, what it has no derivative by at some points.
        self.switching: dict[str, frozenset[str]] = {}

    def of(self, names: Sequence[str], step: Step, where: str) -> Iterator[Note]:
        """The remarks of one step.

        Args:
            names: the quantities that it differentiates.
            step: the step.
            where: the point, as the remark begins.
        """
        argument = step.variable
        for name in names:
            kink = self.kinks.get((name, argument))
            if kink is not None or argument in self._switching(name):
                told = "named" if step.rule == "chain" else ""
                remark = () if kink is None else _kinked(kink, where, told)
                yield Note("No derivative here.", say(live("kink", name, argument, where, told, content=remark)))

    def _switching(self, name: str) -> frozenset[str]:
        if name not in self.switching:
            found = switching_slopes(self.model, self.model.graph.definitions[name])
            self.switching[name] = frozenset(argument for argument, _, _ in found)
        return self.switching[name]


def _kinked(kink: Kink, where: str, told: str) -> Content:
    low, here, high = kink.jump or (kink.below, kink.taken, kink.above)
    # Looked at closely beside the point: below 0 the slope of elu is α·e^z, which comes as near to α as one likes.
    follows = _plain(kink.taken) in map(_plain, (kink.below, kink.above))
    by = say(Name(kink.name), SENTENCES["by argument"], Name(kink.argument))
    remark = sentence(
        SENTENCES["kink" if kink.jump is None else "jump"],
        sides=SENTENCES["one side" if follows else "neither side"],
        where=where,
        what=by if told else "the function",
        rounded="" if kink.exact else " (after rounding)",
        below=_limit(kink.below, "", "is "),
        above=_limit(kink.above, "it ", ""),
        taken=Number(_plain(kink.taken)),
        low=_limit(low, "", "is "),
        here=Number(_plain(here)),
        high=_limit(high, "it ", ""),
    )
    return (*remark, *say(SENTENCES["tie"])) if kink.tied else remark


def _limit(value: Decimal, subject: str, verb: str) -> Content:
    if value.is_infinite():
        return say(f"{subject}{SENTENCES['rises' if value > 0 else 'falls']}")
    return say(verb, Number(_plain(value)))


def _plain(value: object) -> str:
    text = format(value, ".6f").rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
