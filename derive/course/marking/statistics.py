"""How a class did: how each line stands, what went wrong first, which mistakes were made, which line tells most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import correlation, fmean, median
from typing import Final

import msgspec

from derive.course.marking.points import Mark, Standing, sure_diagnosis

#: With fewer papers no line is said to tell good from weak ones: chance would.
FEWEST: Final = 10
#: A mistake is counted where luck would give it no more often than this: no mark hangs on a count.
_LIKELY: Final = 0.05


class LineCount(msgspec.Struct, frozen=True):
    """How a line stands in the papers of a class.

    Attributes:
        name: the quantity.
        step: the number of the step that finds it, or None.
        standings: in how many papers it stands how.
        first: in how many papers it is the first that is wrong.
        mean: the mean share of its points; None where it is judged in none.
        discrimination: how it goes along with the rest of the paper, from -1 to 1; None where either is the same in all
            papers.
        codes: the mistakes that explain it, with the number of papers, the most frequent first.
    """

    name: str
    step: int | None
    standings: Mapping[Standing, int]
    first: int
    mean: float | None
    discrimination: float | None
    codes: Mapping[str, int]


class MistakeCount(msgspec.Struct, frozen=True):
    """How often a mistake was made.

    Attributes:
        code: which.
        says: what it is, as a sentence about the line where it was made most often.
        papers: in how many papers.
        lines: the lines in which it was made, with the number of papers, the most frequent first.
    """

    code: str
    says: str
    papers: int
    lines: Mapping[str, int]


class ClassCount(msgspec.Struct, frozen=True):
    """How a class did.

    Attributes:
        papers: how many papers are marked.
        mean, middle, least, most: those of the shares of the points that papers got, from 0 to 1.
        firsts: where papers went wrong first, with the number of papers, the most frequent first.
        lines: line by line, in the order of the calculation.
        mistakes: the most frequent first.
    """

    papers: int
    mean: float
    middle: float
    least: float
    most: float
    firsts: Mapping[str, int]
    lines: Sequence[LineCount]
    mistakes: Sequence[MistakeCount]


def class_count(marks: Sequence[Mark], steps: Mapping[str, int]) -> ClassCount:
    """Count how a class did.

    Args:
        marks: its papers, at least one.
        steps: for a quantity, the number of the step that finds it.
    """
    shares = [float(mark.points / mark.of) if mark.of else 0.0 for mark in marks]
    firsts = Counter(mark.audit.first_wrong for mark in marks if mark.audit.first_wrong is not None)
    return ClassCount(
        len(marks),
        fmean(shares),
        median(shares),
        min(shares),
        max(shares),
        dict(firsts.most_common()),
        [_line(marks, place, firsts, steps) for place in range(len(marks[0].lines))],
        _mistakes(marks),
    )


def _line(marks: Sequence[Mark], place: int, firsts: Mapping[str, int], steps: Mapping[str, int]) -> LineCount:
    lines = [mark.lines[place] for mark in marks]
    name = lines[0].name
    pairs = []
    for mark, line in zip(marks, lines, strict=True):
        rest = mark.of - line.worth
        if line.share is not None and line.points is not None and rest:
            pairs.append((float(line.share), float((mark.points - line.points) / rest)))
    judged = [float(line.share) for line in lines if line.share is not None]
    found = [sure_diagnosis(line.claim, _LIKELY) for line in lines if line.standing == "wrong" and line.claim]
    return LineCount(
        name,
        steps.get(name),
        Counter(line.standing for line in lines),
        firsts.get(name, 0),
        fmean(judged) if judged else None,
        _goes_along(pairs),
        dict(Counter(each.code for each in found if each is not None).most_common()),
    )


def _goes_along(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The correlation of a line with the rest: of right and wrong the point-biserial one; None where either is one."""
    if len(pairs) < 2 or any(len(set(side)) < 2 for side in zip(*pairs, strict=True)):
        return None
    return correlation([share for share, _ in pairs], [rest for _, rest in pairs])


def _mistakes(marks: Sequence[Mark]) -> list[MistakeCount]:
    papers: Counter[str] = Counter()
    lines: dict[str, Counter[str]] = {}
    says: dict[str, Counter[str]] = {}
    for mark in marks:
        found = {
            (best.code, claim.name): best.says
            for claim in mark.audit.claims
            if claim.verdict == "wrong" and (best := sure_diagnosis(claim, _LIKELY)) is not None
        }
        papers.update({code for code, _ in found})
        for (code, name), sentence in found.items():
            lines.setdefault(code, Counter())[name] += 1
            says.setdefault(code, Counter())[sentence] += 1
    return [
        MistakeCount(code, says[code].most_common(1)[0][0], count, dict(lines[code].most_common()))
        for code, count in sorted(papers.items(), key=lambda item: (-item[1], item[0]))
    ]
