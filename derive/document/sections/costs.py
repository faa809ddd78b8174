"""The cost of a network: what it measures, its parts by outputs and samples, and what the weights add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.catalogue.costs import COSTS
from derive.catalogue.roles import COST_PART, L1_PENALTY, L2_PENALTY
from derive.document.blocks import Block, Content, Heading, Paragraph
from derive.document.sections.forward import Forward, is_cost
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.words.phrasing import known, listed, say
from derive.expression.tree import Name

#: Of more parts of the cost than this, a brief page names only the first.
_MANY_PARTS = 12


class Costs:
    """Writes what the cost is.

    Args:
        forward: what sets the lines of the forward pass.
    """

    def __init__(self, forward: Forward) -> None:
        self.forward, self.lines, self.brief = forward, forward.lines, forward.brief
        self.solution, self.model, self.definitions = forward.solution, forward.model, forward.definitions

    def blocks(self) -> Iterator[Block]:
        """What the cost is, where the model has one that is told apart from its forward pass."""
        found = [section for section in self.model.outline.sections if is_cost(self.model, section)]
        if not found:
            return
        samples = [tuple(each.sections[-1].definitions) for each in self.model.sample_sections]
        own = samples[0] if samples else tuple(found[0].definitions)
        row = COSTS.get(self.definitions[own[0]].applies)
        yield Heading(1, say("The cost"), "cost")
        one = len(self.model.network.targets.entries) == 1
        outputs = "the output is from its target" if one else "the outputs are from their targets"
        measure = f"The cost says how far {outputs}. It is {'given by a formula' if row is None else row.phrase}"
        if self.lines is not None:
            yield from self._in_arrays(own[-1], measure, self.lines)
        elif samples:
            yield from self._of_samples(samples, measure)
        else:
            lead = f"{measure}. Each output contributes its part" if len(own) > 1 else measure
            yield from self._of_outputs(own, lead, "Together they are the cost")

    def _in_arrays(self, cost: str, measure: str, lines: MatrixLines) -> Iterator[Block]:
        """A cost over arrays; and number by number, where both are wanted."""
        samples = self.model.sample_costs
        reduced = f". The {self.solution.file.dense.reduction} is taken over the samples" if len(samples) > 1 else ""
        yield Paragraph(say(measure, reduced, self._penalty(cost), ":"))
        whole = lines.gives_cost()
        if whole:
            yield from lines.definition(cost)
        if self.solution.view == "both" or not whole:
            if whole:
                yield Paragraph(say("Number by number:"))
            for alike in (self.model.of(COST_PART), samples):
                yield from map(self.forward.derivation, alike[:1])
                yield from self._others(alike[1:])
            yield self.forward.derivation(cost)

    def _of_outputs(self, definitions: Sequence[str], lead: str, together: str) -> Iterator[Block]:
        """A cost, with the part of each output before it where there are several."""
        *parts, cost = definitions
        penalty = self._penalty(cost)
        if not parts:
            yield Paragraph(say(lead, penalty, ":"))
            yield self.forward.derivation(cost)
            yield from self.forward.case(cost)
            return
        yield Paragraph(say(lead, ":"))
        shown = parts[:1] if self.brief else parts
        for part in shown:
            yield self.forward.derivation(part)
            yield from self.forward.case(part)
        yield from self._others(parts[len(shown) :])
        yield Paragraph(say(together, penalty, ":"))
        yield self.forward.derivation(cost)

    def _of_samples(self, samples: Sequence[Sequence[str]], measure: str) -> Iterator[Block]:
        cost = self.model.graph.result
        shown = samples[:1] if self.brief else samples
        for number, definitions in enumerate(shown, start=1):
            lead = f"For sample {number} " + ("each output contributes its part" if len(definitions) > 1 else "it is")
            if number == 1:
                lead = f"{measure}. {lead}"
            yield from self._of_outputs(definitions, lead, f"Together they are the cost of sample {number}")
        yield from self._others([definitions[-1] for definitions in samples[len(shown) :]])
        whole = "The cost of the network is that of its sample"
        if len(samples) > 1:
            whole = f"The cost of the network is the {self.solution.file.dense.reduction} of the costs of its samples"
        yield Paragraph(say(whole, self._penalty(cost), ":"))
        yield self.forward.derivation(cost)

    def _others(self, parts: Sequence[str]) -> Iterator[Block]:
        """What parts of the cost come to that are worked out as the one before them."""
        if parts:
            named = [say(known(name, self.solution.values[name])) for name in parts[:_MANY_PARTS]]
            more = [f"{len(parts) - _MANY_PARTS} more"] if len(parts) > _MANY_PARTS else []
            yield Paragraph(say("In the same way ", listed([*named, *more]), "."))

    def _penalty(self, cost: str) -> Content:
        """What weights add to a cost, as the end of a sentence before its formula."""
        used = self.model.graph.arguments[cost]
        what = [
            say(Name(name), f" times {of} of all weights")
            for role, of in ((L1_PENALTY, "the sizes"), (L2_PENALTY, "half the squares"))
            for name in self.model.of(role)
            if name in used
        ]
        if not what:
            return ()
        added = "is" if len(what) == 1 else "are"
        return say(", and ", listed(what), f" {added} added, so that large weights cost something themselves")
