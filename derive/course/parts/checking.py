"""What an HTML worksheet checks answers by: how everything is worked out, right and wrong. No result is in it."""

from __future__ import annotations

from typing import Final

import msgspec

from derive.calculus.solution import Worked
from derive.course.parts.mistaken import UsualMistakes
from derive.course.parts.rules import choices
from derive.course.parts.sheet import sheet_of
from derive.document.live import LiveData, Tree, live_data, tree_of
from derive.document.page import LIVE_STEPS

#: What the command says of a worksheet that can check.
NOTICE: Final = (
    "the worksheet works the answers out to check what is filled in, so that its script can tell them to who looks for "
    "them; --no-check leaves that out"
)

#: So many wrong answers are looked for at one place.
_MOST: Final = 12


class _Data(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Base of what goes into the page."""


class CheckedWrong(_Data, frozen=True):
    """A usual wrong answer: its formula, and what was done."""

    expr: Tree
    says: str


class CheckedPlace(_Data, frozen=True):
    """A blank.

    Attributes:
        number: its number on the page.
        names: what is asked, by plain names.
        expr: how it is worked out, where that is one formula.
        rule: of a blank that asks for a rule, the place of the right one among the choices.
        wrong: what is usually done wrong there.
    """

    number: int
    names: tuple[str, ...]
    expr: Tree | None = None
    rule: int | None = None
    wrong: tuple[CheckedWrong, ...] = ()


class Checking(_Data, frozen=True):
    """All that the script of a worksheet reads."""

    solution: LiveData
    places: tuple[CheckedPlace, ...]


#: What is said of one that would take a browser too long.
TOO_LARGE: Final = "the model is too large to be worked out in a browser, so that the worksheet checks nothing"


def checking(solution: Worked) -> str:
    """The data of a worksheet that checks, as JSON; "" where it would take a browser too long to work it out."""
    if len(solution.steps) > LIVE_STEPS:
        return ""
    sheet, mistakes = sheet_of(solution), UsualMistakes(solution)
    offered = list(choices(sheet.kinds))
    places = tuple(
        CheckedPlace(
            number=place.number,
            names=place.names,
            expr=tree_of(place.formulas[-1]) if place.formulas else None,
            rule=offered.index(place.rule.kind) if place.name in sheet.faded else None,
            wrong=tuple(CheckedWrong(tree_of(each.expr), each.says) for each in mistakes.at(place)[:_MOST]),
        )
        for place in sheet.blanks
    )
    return msgspec.json.encode(Checking(live_data(solution), places)).decode().replace("<", "\\u003c")
