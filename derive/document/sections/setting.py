"""The beginning of a page: the question, what is given, and how numbers are treated."""

from __future__ import annotations

from collections.abc import Iterator

from derive.calculus.solution import Worked
from derive.document.blocks import Block, Heading, Paragraph
from derive.document.words.phrasing import say
from derive.numbers.rounding import RoundingPolicy


def setting(solution: Worked, *, brief: bool, elided: bool) -> Iterator[Block]:
    """Question, given values, and what the signs mean.

    Args:
        solution: the worked model.
        brief: whether only the first of what is alike is worked out step by step.
        elided: whether only the first and last of many values are printed.
    """
    if solution.model.is_dense:
        from derive.document.sections import network_setting as kind
    else:
        from derive.document.sections import equation_setting as kind  # type: ignore[no-redef]
    yield Heading(1, say("The question"), "question")
    yield from kind.question(solution, brief=brief)
    yield Heading(1, say("What is given"), "given")
    yield from kind.given(solution, elided=elided)
    yield Paragraph(say(_numbers(solution.policy)))
    if solution.goes_by_slopes and solution.file.document.view in ("matrix", "both"):
        yield Paragraph(
            say(
                "The derivatives go through the slopes of the softmax, which are rounded too. So each number has a "
                "step of its own: matrices would give others."
            )
        )


def _numbers(policy: RoundingPolicy) -> str:
    """How numbers are treated on this page, and what the two signs mean."""
    ties = "away from zero" if policy.ties_up else "to the even digit"
    if policy.decimals is None:
        digits = f"{policy.significant} significant digit{'s' if policy.significant != 1 else ''}"
    else:
        digits = f"{policy.decimals} decimal{'s' if policy.decimals != 1 else ''}"
    signs = (
        "An equals sign stands only where both sides are exactly equal; where something was rounded, the wavy "
        "sign stands instead."
    )
    if policy.each_step:
        return (
            f"Each printed result is rounded to {digits} (a tie goes {ties}) if it is longer, and the next line goes "
            "on "
            f"with the rounded number, as in a calculation by hand. {signs}"
        )
    return (
        f"Full precision is carried from line to line; only what is printed is rounded, to {digits} (a tie goes "
        f"{ties}). "
        "Where that is too few for a line to give its result, the numbers put in are printed with more digits, so that "
        f"every line can be checked from what stands in it. {signs}"
    )
