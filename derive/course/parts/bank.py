"""A bank of questions: what carries points, each with its tolerance and with what the usual mistakes give there."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from derive.calculus.solution import Worked
from derive.calculus.values import Value
from derive.course.parts.compose import WorksheetWriter, page_of
from derive.course.parts.mistaken import UsualMistakes, Wrong, tolerance, unit
from derive.course.parts.places import Place
from derive.course.parts.setting import numbers, setting
from derive.course.parts.sheet import sheet_of
from derive.document.bank import Bank, Question, WrongAnswer
from derive.document.blocks import Paragraph
from derive.errors import UsageError

#: A bank has at most so many questions.
MOST_QUESTIONS: Final = 500

#: So many wrong answers are told of a question.
_MOST: Final = 12


def bank_of(solution: Worked) -> Bank:
    """The questions that a solution answers.

    Raises:
        UsageError: nothing carries points, or more than any quiz has questions.
    """
    sheet = sheet_of(solution)
    asked = [place for place in sheet.blanks if place.points]
    if not asked:
        raise UsageError("a bank of no questions: nothing carries points by the table [exercise]")
    if len(asked) > MOST_QUESTIONS:
        raise UsageError(
            f"a bank of {len(asked):,} questions is more than any quiz has; expected {MOST_QUESTIONS:,} at most: "
            '[exercise] ask = ["…"] names fewer'
        )
    writer, mistakes = WorksheetWriter(solution, sheet), UsualMistakes(solution)

    def question(place: Place) -> Question:
        value = solution.values[place.name]
        return Question(
            blank=writer.blank(place, faded=False),
            value=Decimal(value.shown),
            off=tolerance(value, solution.policy),
            points=place.points,
            wrong=tuple(wrong(each, value) for each in mistakes.at(place)[:_MOST]),
        )

    def wrong(each: Wrong, right: Value) -> WrongAnswer:
        shown = Decimal(each.shown)
        # With its sign turned a number is as far off as without.
        off = tolerance(right, solution.policy) if each.code == "sign" else unit(shown, solution.policy)
        return WrongAnswer(shown, off, each.says)

    blocks = (*setting(solution), Paragraph(numbers(solution.policy)))
    return Bank(page_of(solution, "question", blocks=blocks), tuple(map(question, asked)))
