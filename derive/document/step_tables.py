"""Steps in tables, on a brief page: each with its rule, the numbers put in, its value, and where these come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from derive.calculus.solution import Worked
from derive.calculus.steps import Step
from derive.catalogue.roles import WEIGHT
from derive.document.blocks import Block, Content, Link, Math, Paragraph
from derive.document.tables import table
from derive.document.words.phrasing import comma_separated, equal, live, say, sentence
from derive.expression.tree import Name, Number

#: With as many steps for parameters, and others, each kind has a table of its own.
_TWO_TABLES = 8
#: The rule of as many weights, which is the same for all, is told once for all.
_SAME_RULE = 24
#: As many long sums have a table of their own, in which their numbers have more room.
_OWN_TABLE = 3
#: The rule of a sum of more paths than this is told by the step that is told in full.
_FEW_PATHS = 3
_FORWARD = Link("forward", "the forward pass")


class StepTables:
    """Writes tables of steps.

    Args:
        solution: the worked model.
        number_of: the number of the step that finds a derivative.
        link: a reference to a step.
        sum_told: the step told in full that adds up many paths as another does, if there is one.
    """

    def __init__(
        self,
        solution: Worked,
        number_of: Mapping[str, int],
        link: Callable[[int], Link],
        sum_told: Callable[[Step], int | None],
    ) -> None:
        self.solution, self.model = solution, solution.model
        self.number_of, self.link, self.sum_told = number_of, link, sum_told

    def blocks(self, steps: Sequence[Step], lead: str) -> Iterator[Block]:
        """A table of steps behind the words that lead to it.

        Of many, long sums and the steps for parameters, whose rows are short, have tables of their own.
        """
        wanted = {*self.model.wanted}
        learnt = [step for step in steps if step.variable in wanted]
        others = [step for step in steps if step.variable not in wanted]
        if min(len(learnt), len(others)) < _TWO_TABLES:
            yield Paragraph(say(lead, ":"))
            yield from self._whole(steps)
            return
        sums = [step for step in others if self._told(step) is not None]
        if len(sums) >= _OWN_TABLE:
            others = [step for step in others if step not in sums]
            told = self._told(sums[0])
            assert told is not None
            yield Paragraph(say(lead, ". As in ", self.link(told), ":"))
            head = (say("step"), say("derivative"), say("numbers put in"), say("value"), say("from"))
            yield from table(head, "rllrl", sums, self._of_sum, "step")
            lead = "With these"
        yield Paragraph(say(lead, ":"))
        yield from self._whole(others)
        weights = all(self.model.is_a(step.variable, WEIGHT) and len(step.paths) == 1 for step in learnt)
        if weights and len(learnt) >= _SAME_RULE:
            rule = (
                "Each gradient is a derivative found above, that of the net input that the weight leads to, times what "
                "comes along the weight from {forward}:"
            )
            yield Paragraph(sentence(rule, forward=_FORWARD))
            heads = (say("step"), say("weight"), say("numbers put in"), say("gradient"))
            yield from table(heads, "rllr", learnt, self._of_weight, "step")
            return
        yield Paragraph(
            sentence("From these and from what {forward} has found follow the gradients:", forward=_FORWARD)
        )
        yield from self._whole(learnt)

    def likewise(self, steps: Sequence[Step]) -> Iterator[Block]:
        """A table of steps whose rule has been told, which may be those of entries of arrays."""
        head = (say("step"), say("derivative"), say("numbers put in"), say("value"), say("from"))
        yield from table(head, "rllrl", steps, self._of_sum, "step")

    def _whole(self, steps: Sequence[Step]) -> Iterator[Block]:
        formulas = self.model.is_dense and all(self._told(step) is None for step in steps)
        rule = "rule" if formulas else "how it comes about"
        head = (say("step"), say("derivative"), say(rule), say("numbers put in"), say("value"), say("from"))
        columns = len(head) if any(map(self._origins, steps)) else len(head) - 1

        def row(step: Step) -> tuple[Content, ...]:
            return self._row(step)[:columns]

        yield from table(head[:columns], "rlllrl"[:columns], steps, row, "step")

    def _row(self, step: Step) -> tuple[Content, ...]:
        also = [Name(other) for other in step.equals]
        derivative = say(equal(Name(step.target), *(("=", other) for other in also)))
        return self._number(step), derivative, self._rule(step), *self._worked(step), self._origins(step)

    def _of_sum(self, step: Step) -> tuple[Content, ...]:
        """The row of a long sum, whose rule has been told of all."""
        return self._number(step), say(Name(step.target)), *self._worked(step), self._origins(step)

    def _of_weight(self, step: Step) -> tuple[Content, ...]:
        """The row of a weight's gradient, by the name of the weight without the rule, which has been told of all."""
        return self._number(step), say(Name(step.variable)), *self._worked(step)

    def _number(self, step: Step) -> Content:
        return say(str(self.number_of[step.target]))

    def _worked(self, step: Step) -> tuple[Content, Content]:
        """The numbers put in, and the value."""
        working, value = self.solution.working(step), self.solution.values[step.target]
        return (
            say(live("put in", step.target, content=working.substituted)),
            say(live("result", step.target, content=Math(((working.direct, Number(value.shown)),)))),
        )

    def _told(self, step: Step) -> int | None:
        """The step in full that tells the rule of a long sum, if there is one."""
        return self.sum_told(step) if len(step.paths) > _FEW_PATHS else None

    def _rule(self, step: Step) -> Content:
        told = self._told(step)
        return say(step.result) if told is None else say("as in ", self.link(told))

    def _origins(self, step: Step) -> Content:
        """The steps that the numbers of a row come from: all, or the first and the last of many."""
        numbers = sorted({self.number_of[name] for name in step.uses if name in self.number_of})
        links = [Link(self.link(number).target, str(number)) for number in numbers]
        if len(links) > _FEW_PATHS:
            return say(links[0], " to ", links[-1])
        return comma_separated(links)
