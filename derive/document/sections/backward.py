"""The backward pass: a heading, a reason, and the lines of each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from decimal import Decimal
from itertools import chain, groupby

from derive.calculus.matrices.matrix_steps import AnyStep, MatrixStep
from derive.calculus.solution import Worked, term_parts
from derive.calculus.steps import Step, symbolic_lines
from derive.catalogue.roles import COST, COST_PART, OUTPUT, PARAMETER
from derive.document.blocks import Block, Content, Heading, Link, Paragraph, Sign, Text
from derive.document.equations import Equations, is_long_sum
from derive.document.figures.path_figure import way_back
from derive.document.pass_links import pass_links
from derive.document.sections.cancelling import Cancelling
from derive.document.sections.introduction import introduction
from derive.document.sections.jacobian import Jacobian
from derive.document.sections.kink_notes import KinkNotes
from derive.document.sections.losses import Losses
from derive.document.sections.many_times import OtherTimes, repeated
from derive.document.sections.matrix_backward import MatrixBackward
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.step_tables import StepTables
from derive.document.words.cases import case_remark
from derive.document.words.headings import heading_of
from derive.document.words.phrasing import (
    SENTENCES,
    equal,
    known,
    listed,
    live,
    say,
    sentence,
    step_anchor,
)
from derive.document.words.reasons import Reasons, goal
from derive.expression.tree import ONE, Name, Number
from derive.model.outline import Section
from derive.model.references import array_of, derivative_name, read, unnumbered
from derive.progress import Progress, unseen
from derive.spec.phrases import spans

#: A brief page draws the way back to so many sections, the last ones; it goes on in the same way.
_BRIEF_PATHS = 2

#: A sum of at most this many paths is explained path by path.
_FEW_PATHS = 3


class Backward:
    """Writes the backward pass.

    Args:
        solution: the worked model.
        equations: sets the derivations.
        lines: sets those of arrays; None where each entry has a step of its own.
        brief: whether of sections that stand side by side only the first is written in full.
        progress: told how many steps are written.
    """

    def __init__(
        self,
        solution: Worked,
        equations: Equations,
        lines: MatrixLines | None = None,
        *,
        brief: bool,
        progress: Progress = unseen,
    ) -> None:
        self.solution = solution
        self.equations = equations
        self.lines = lines
        self.brief = brief
        self.progress = progress
        self.model = solution.model
        self.reasons = Reasons(solution.model)
        self.losses = Losses(solution)
        self.matrices = None if lines is None else MatrixBackward(solution, equations, lines, brief=brief)
        self.number_of = solution.step_numbers
        self.kinks = KinkNotes(solution)
        self.jacobian = Jacobian(solution.model)
        self.cancelling = Cancelling(solution.model, solution.steps)
        self.sections = {section.key: section for section in solution.model.outline.all}
        #: Of sections that stand side by side, all but the first, which are told briefly on a brief page.
        self.others = {
            inner.key
            for section in self.sections.values()
            if not section.backwards
            for other in section.sections[1:]
            for inner in other.all
        }
        self.costs = {*self.model.of(COST), *self.model.of(COST_PART)}
        self.chapters = dict(self._chapters(solution.model.outline, solution.model.outline.key))
        alike = repeated(self.model) if brief and lines is None else ()
        within = {inner.key for key in alike for inner in self.sections[key].all}
        self.times = OtherTimes(solution) if brief else None
        within |= self.times.untold if self.times else set()
        self.pass_links = pass_links(self.model, self.others | within if brief else ())
        #: Whether it has been said why the gradient of a bias needs no step, and what the terms of a sum are.
        self.biases = self.terms = False
        #: The kinds of steps that have been told in full, by their names without numbers.
        self.kinds: frozenset[tuple[str, ...]] = frozenset()
        #: By what is differentiated, by what, the last step that is told in full.
        self.told: dict[tuple[str, str], int] = {}
        #: The first step of each chapter that adds up many paths.
        self.sums: dict[str, int] = {}
        self.tables = StepTables(
            solution, self.number_of, self.link, lambda step: self.sums.get(self.chapters[step.section])
        )
        #: Steps that stand in a table have no heading of their own; links to them lead to the table.
        self.anchors: dict[int, str] = {}

    def blocks(self) -> Iterator[Block]:
        """The backward pass."""
        if not self.solution.steps:
            return
        yield Heading(1, say("Backward pass"), "backward")
        yield from introduction(self.model, in_arrays=self.lines is not None)
        results = self.model.graph.results
        if len(results) == 1:
            yield from self._way_back()
            return
        for number, result in enumerate(results, start=1):
            yield Heading(2, say("The derivatives of ", Name(result)), f"backward-{number}")
            for step in self.solution.shown_steps:
                if step.goal == result:
                    yield from self._step(step)

    def _way_back(self) -> Iterator[Block]:
        """The steps, under the headings of sections that follow one another."""
        told, titled, waiting = set[str](), False, list[AnyStep]()
        said: Content = ()
        any_titled = any(self.sections[key].title for key in self.chapters.values())
        for place, ((key, is_other), group) in enumerate(groupby(self.solution.shown_steps, self._chapter)):
            chapter, steps = self.sections[key], list(group)
            if is_other:
                waiting += steps
                continue
            yield from self._other_times(waiting)
            waiting = []
            if chapter.title:
                title = self._title(chapter, steps)
                if title != said:
                    yield Heading(2, title, f"backward-{chapter.key}")
                said = title
            elif not place and any_titled and not self.model.is_dense:
                yield Heading(2, say("Back from ", goal(self.model)), "backward-first")
            elif titled and (key not in told or not self.model.is_dense):
                shared = say(self._untitled({each.variable for step in steps for each in step.entries}))
                if shared != said:
                    again = f"-{place}" if key in told else ""
                    yield Heading(2, shared, f"backward-{chapter.key}{again}")
                said = shared
            titled = titled or bool(chapter.title)
            told.add(key)
            if not self.brief or place < _BRIEF_PATHS:
                yield from way_back(self.model, chapter, single=self.brief)
            yield from self._part(chapter, steps)
        yield from self._other_times(waiting)

    def _untitled(self, variables: Set[str]) -> str:
        """The heading of steps whose section has none: what others share, or lines above the first heading."""
        if not variables.isdisjoint(self.model.graph.definitions):
            return "The first lines"
        learnt = all(self.model.is_a(variable, PARAMETER) for variable in variables)
        return "The shared parameters" if learnt else "What several of these share"

    def _chapter(self, step: AnyStep) -> tuple[str, bool]:
        """Under which heading a step stands, and whether it is one of many values of an index and not told."""
        return self.chapters[step.section], self.times is not None and step.section in self.times.backwards

    def _other_times(self, steps: Sequence[AnyStep]) -> Iterator[Block]:
        """The numbers of the steps of many values of an index, each quantity in a table of its own."""
        if not steps or self.times is None:
            return
        anchor = f"steps-{steps[0].number}-to-{steps[-1].number}"
        self.anchors |= {step.number: anchor for step in steps}
        yield Heading(2, self.times.title(steps), anchor)
        kinds: dict[tuple[str, str], list[Step]] = {}
        for step in steps:
            self.progress(step.number, len(self.solution.shown_steps))
            kinds.setdefault(_kind(step), []).extend(step.entries)
        for kind, entries in kinds.items():
            told = self.told.get(kind)
            as_told = say("In the same way") if told is None else say("As in ", self.link(told))
            constants = {entry.result for entry in entries}
            if len(constants) == 1 and isinstance(entries[0].result, Number):
                first = known(entries[0].target, self.solution.values[entries[0].target])
                yield Paragraph(say(as_told, ": ", first, ", and all others likewise."))
                continue
            yield Paragraph(say(as_told, ":"))
            yield from self.tables.likewise(entries)
        entries = [entry for step in steps for entry in step.entries]
        for entry in entries:
            where = f"At the point of step {self.number_of[entry.target]}"
            yield from self.kinks.of(self._differentiated(entry), entry, where)
        yield self.losses.summary_note(entries)

    def _title(self, chapter: Section, steps: Sequence[AnyStep]) -> Content:
        """The heading of a chapter; of the first of several whose steps are told together, without its index."""
        together = any(len({self.chapters[entry.section] for entry in step.entries}) > 1 for step in steps)
        return heading_of(chapter, indexed=not together)

    def _chapters(self, section: Section, key: str) -> Iterator[tuple[str, str]]:
        """For each section the one under whose heading its steps stand: itself, where it has one, or what it is in."""
        yield section.key, key
        for inner in section.sections:
            if self.brief and inner in self.model.sample_sections[1:]:
                yield from ((each.key, section.key) for each in inner.all)
                continue
            own = section.backwards and (inner.title or section is self.model.outline)
            yield from self._chapters(inner, inner.key if own else key)

    def _part(self, part: Section, steps: Sequence[AnyStep]) -> Iterator[Block]:
        """The steps under one heading, in full or in tables; a table stands before what takes its numbers."""
        waiting: list[Step] = []
        for step in steps:
            if isinstance(step, Step) and not self._in_full(step):
                waiting.append(step)
                continue
            if any(name in step.uses for other in waiting for name in (other.target, *other.equals)):
                yield from self._shortly(part, waiting)
                waiting = []
            yield from self._step(step)
        yield from self._shortly(part, waiting)

    def _shortly(self, part: Section, steps: Sequence[Step]) -> Iterator[Block]:
        """Steps that follow rules which have been told, in a table; one alone is told as the others were."""
        if len(steps) > 1:
            yield from self._table(part, steps)
        else:
            yield from chain.from_iterable(map(self._step, steps))

    def _in_full(self, step: Step) -> bool:
        if not self.brief:
            return True
        slopes = self.model.graph.definitions[step.of].own_steps if step.rule == "activation" else ()
        # What a function makes of one entry of an array, as a gate of its net input, is a quantity of its own.
        own = len(slopes) == 1 and step.of not in self.model.later_entries
        if step.section in self.others or (step.variable in self.model.later_entries and not own):
            return False
        if len(slopes) > 1:  # of a softmax the derivative by its own net input, and by one other
            return step.of not in self.model.later_entries and step.variable in slopes[:2]
        if step.variable in self.sections[step.section].owns[1:]:
            return False
        # The layers of a network are told each; of equations that are alike but for numbers in names, as those of the
        # times of a recurrent network, the first.
        kind = (step.rule, *map(unnumbered, (step.of, step.variable, *(path.through for path in step.paths))))
        known, self.kinds = kind in self.kinds and not self.model.is_dense, self.kinds | {kind}
        return not known

    def _step(self, step: AnyStep) -> Iterator[Block]:
        self.progress(step.number, len(self.solution.shown_steps))
        self.told[_kind(step)] = step.number
        if isinstance(step, MatrixStep):
            yield from self._matrix_step(step)
            return
        if len(step.paths) > _FEW_PATHS:
            self.sums.setdefault(self.chapters[step.section], step.number)
        yield Heading(3, say(f"Step {step.number}. ", self.reasons.title(step)), step_anchor(step.number))
        yield from self.jacobian.blocks((step,))
        yield Paragraph(self.reasons.why(step))
        formulas, target = symbolic_lines(step), Name(step.target)
        if self.brief and not self.model.is_dense and any(map(is_long_sum, formulas)):
            yield self.equations.long_sum(target, formulas, self.solution.values[step.target])
        else:
            yield self.equations.derivation(target, formulas, self.solution.working(step))
        remarks = [remark for remark in self._remarks(step) if remark]
        if remarks:
            yield Paragraph(tuple(piece for remark in remarks for piece in (*remark, Text(" ")))[:-1])
        yield from self.kinks.of(self._differentiated(step), step, "Exactly at this point")
        yield from self.losses.notes(step)

    def _matrix_step(self, step: MatrixStep) -> Iterator[Block]:
        assert self.matrices is not None
        yield from self.matrices.blocks(step, tuple(self.jacobian.blocks(step.entries)))
        for remark in (self._sources(step), self.cancelling.of_entries(step.entries)):
            if remark:
                yield Paragraph(remark)
        for entry in step.entries:
            yield from self.kinks.of(self._differentiated(entry), entry, "At this point")
        yield self.losses.summary_note(step.entries, "matrix")

    def _remarks(self, step: Step) -> tuple[Content, ...]:
        return (
            case_remark(self.solution, step.target, step.result),
            self._sources(step),
            self.cancelling.of(step),
            self._remark(step),
        )

    def _differentiated(self, step: Step) -> tuple[str, ...]:
        """The definitions that a step differentiates: not those whose derivatives are steps before it."""
        if step.rule == "activation":
            return (step.of,)
        users = dict.fromkeys(path.through for path in step.paths)
        steps = {user for user in users if derivative_name(user, step.variable) in self.number_of} - {step.goal}
        return tuple(user for user in users if user not in steps)

    def _sources(self, step: AnyStep) -> Content:
        """Which of the numbers put in come from where."""
        if step.rule != "chain":
            return ()
        found = [(name, self.link(self.number_of[name])) for name in step.uses if name in self.number_of]
        found += [(name, self.pass_links[name]) for name in step.uses if name in self.pass_links]
        if len(found) > 2 * _FEW_PATHS:
            numbers = [self.number_of[name] for name in step.uses if name in self.number_of]
            if len({*numbers}) == 1:
                return say("The derivatives put in come from ", self.link(numbers[0]), ".")
            return sentence(
                "The derivatives put in come from the steps before, from {first} to {last}.",
                first=self.link(min(numbers)),
                last=self.link(max(numbers)),
            )
        # What stands in several places of the forward pass is from the forward pass, which is said once.
        from_there: dict[str, list[tuple[Name, Link]]] = {}
        for name, link in found:
            from_there.setdefault(link.text, []).append((Name(name), link))
        parts = []
        for text, all_of_them in from_there.items():
            links = {link for _, link in all_of_them}
            link = links.pop() if len(links) == 1 else Link("forward", text)
            parts.append(say(listed([name for name, _ in all_of_them]), " from ", link))
        return say("With ", listed(parts), ".") if parts else ()

    def place(self, name: str) -> Link | None:
        """Where the page works a quantity out."""
        if name in self.number_of:
            return self.link(self.number_of[name])
        if "+" in name:
            return Link("update", "the update")
        if name in self.costs:
            return Link("cost", "the cost")
        return self.pass_links.get(name)

    def link(self, number: int) -> Link:
        """A reference to a step: to its heading, or to the table that it stands in."""
        return Link(self.anchors.get(number, step_anchor(number)), f"step {number}")

    def _remark(self, step: Step) -> Content:
        """What the number means, and what else it is."""
        value = self.solution.values[step.target]
        if step.equals:
            again, self.biases = self.biases, True
            return sentence(
                "Also {gradient}."
                if again
                else "The bias {b} enters {z} with slope {one}, so this is its gradient too: {gradient}.",
                b=Name(read(step.equals[0]).by),
                z=Name(step.variable),
                one=ONE,
                gradient=known(step.equals[0], value),
            )
        if step.rule == "cost" and self.model.is_a(step.variable, OUTPUT):
            sign, changes = ("positive", "grows") if value.exact.sign > 0 else ("negative", "falls")
            remark = sentence(SENTENCES["slope"], sign=sign, changes=changes) if value.exact.sign else ()
            return say(live("slope", step.target, content=remark))
        return self._terms(step)

    def _terms(self, step: Step) -> Content:
        """What each output's part of the cost contributes, where these have names of their own."""
        parts = term_parts(self.model, step)
        if not 1 < len(parts) <= _FEW_PATHS:
            return ()
        values = self.solution.values
        terms = []
        for part in parts:
            term = f"d{part}/d{step.variable}"
            value = values[term]
            sign: Sign = "=" if value.exact.exact and Decimal(value.shown) == value.exact.value else "≈"
            terms.append(say(live("term", term, content=equal(Name(term), (sign, Number(value.shown))))))
        again, self.terms = self.terms, True
        lead = "Again by outputs: " if again else "The terms are what each output's part of the cost contributes: "
        return say(lead, listed(terms), ".")

    def _table(self, part: Section, steps: Sequence[Step]) -> Iterator[Block]:
        anchor = f"steps-{part.key}"
        if anchor in self.anchors.values():
            anchor = f"{anchor}-from-{steps[0].number}"
        self.anchors |= {step.number: anchor for step in steps}
        numbers = spans([step.number for step in steps])
        yield Heading(3, say(f"Steps {numbers}, in the same way"), anchor)
        yield from self.jacobian.blocks(steps)
        others = "The others follow the same rules, with their own numbers put in"
        if self.model.is_dense and part.sections != self.model.sample_sections:
            others = (
                "The other quantities of this layer follow the same rules, with the numbers of their own neuron put in"
            )
        yield from self.tables.blocks(steps, others)
        for step in steps:
            yield from self.kinks.of(self._differentiated(step), step, f"At the point of step {step.number}")
        yield self.losses.summary_note(steps)


def _kind(step: AnyStep) -> tuple[str, str]:
    """What is differentiated by what, whatever their indices are."""
    ref = read(step.target)
    return array_of(ref.of), array_of(ref.by)
