"""A step of the backward pass over an array: why it is made, its lines in matrices, and how one entry comes about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.calculus.matrices.matrix_steps import MatrixStep
from derive.calculus.solution import Worked
from derive.calculus.steps import Step, symbolic_lines
from derive.document.blocks import Block, Heading, Paragraph
from derive.document.equations import Equations, is_long_sum
from derive.document.sections.forward import ONE_ENTRY
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.words.cases import case_remark
from derive.document.words.matrix_reasons import title, why
from derive.document.words.phrasing import say, step_anchor
from derive.expression.tree import ZERO, Name


class MatrixBackward:
    """Writes the steps over arrays.

    Args:
        solution: the worked model.
        equations: sets derivations of numbers.
        lines: sets those of arrays.
        brief: whether how an entry comes about is told of the first formula of a kind alone.
    """

    def __init__(self, solution: Worked, equations: Equations, lines: MatrixLines, *, brief: bool) -> None:
        self.solution, self.equations, self.lines, self.brief = solution, equations, lines, brief
        #: The kinds of reasons that have been said once in full.
        self.said: set[str] = set()

    def blocks(self, step: MatrixStep, rule: Sequence[Block] = ()) -> Iterator[Block]:
        """A step, without the remarks behind it.

        Args:
            step: the step.
            rule: what is to be known before it.
        """
        model = self.solution.model
        yield Heading(3, say(f"Step {step.number}. ", title(model, step)), step_anchor(step.number))
        yield from rule
        yield Paragraph(why(model, step, self.said))
        yield from self.lines.step(step)
        is_first = self.lines.is_first(step.formula)
        if self.solution.view == "both" and len(step.entries) > 1 and (is_first or not self.brief):
            entry = self._example(step)
            left, working = Name(entry.target), self.solution.working(entry)
            yield Paragraph(say(ONE_ENTRY[is_first]))
            formulas = symbolic_lines(entry)
            if any(map(is_long_sum, formulas)):
                yield self.equations.long_sum(left, formulas, self.solution.values[entry.target])
            elif is_first:
                yield self.equations.derivation(left, formulas, working)
            else:
                yield self.equations.one_line(left, formulas[-1:], working)
            remark = case_remark(self.solution, entry.target, entry.result)
            if remark:
                yield Paragraph(remark)

    @staticmethod
    def _example(step: MatrixStep) -> Step:
        """The entry of which it is told how it comes about: the first that is not 0 by its formula.

        Its value does not count: a page that lives has others.
        """
        return next((entry for entry in step.entries if entry.result != ZERO), step.entries[0])
