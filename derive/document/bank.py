"""A bank of questions for the quizzes of a course's system, as plain data. No format is known here."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from derive.document.blocks import Blank, Document


class WrongAnswer(msgspec.Struct, frozen=True):
    """What a usual mistake gives.

    Attributes:
        value: the number.
        off: how far off it an answer may be that is taken for it.
        says: what was done, as a sentence.
    """

    value: Decimal
    off: Decimal
    says: str


class Question(msgspec.Struct, frozen=True):
    """A number that is asked for.

    Attributes:
        blank: how it is asked, as in a worksheet.
        value: the right answer.
        off: how far off it an answer may be that is right.
        points: what that is worth.
        wrong: the usual wrong answers, the most common first; none of them is a right one.
    """

    blank: Blank
    value: Decimal
    off: Decimal
    points: Decimal
    wrong: tuple[WrongAnswer, ...] = ()


class Bank(msgspec.Struct, frozen=True):
    """Questions about one model.

    Attributes:
        setting: what all of them begin with: what is given, and how to round. It answers none of them.
        questions: one for each number that carries points, in the order of the page.
    """

    setting: Document
    questions: tuple[Question, ...]
