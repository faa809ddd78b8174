"""The key of a worksheet: every blank with its value, how far off an answer may be, and the usual wrong answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from string import ascii_lowercase, ascii_uppercase

from derive.calculus.solution import Worked
from derive.course.parts.grid import Grids
from derive.course.parts.mistaken import UsualMistakes, Wrong, meanings, tolerance
from derive.course.parts.places import Place
from derive.course.parts.rules import choices
from derive.course.parts.setting import exercise_of, points, with_points
from derive.course.parts.sheet import Blanks, sheet_of
from derive.document.blocks import Block, Content, Heading, Inline, Math, Paragraph, Table, Text
from derive.document.words.phrasing import say
from derive.expression.tree import Name, Number
from derive.numbers.rounding import scientific

#: So many wrong answers are told of a place.
_MOST = 3


def key(solution: Worked) -> Iterator[Block]:
    """The blocks of the key."""
    sheet = sheet_of(solution)
    mistakes = UsualMistakes(solution)
    wrong = {place.name: _told(mistakes.at(place)) for place in sheet.blanks}
    yield Paragraph(say(_says(sheet)))
    if exercise_of(solution).layout == "grid":
        yield from Grids(solution, sheet, solved=True).blocks()
        yield Heading(1, say("All results"), "results")
    head = ["", "quantity", "value", "±", *(["rule"] if sheet.faded else []), "points", "usual wrong answers"]
    told = meanings([each.code for found in wrong.values() for each in found])
    letters = {code: ascii_uppercase[at] if at < len(ascii_uppercase) else code for at, code in enumerate(told)}
    rows = tuple(_row(solution, sheet, place, wrong[place.name], letters) for place in sheet.blanks)
    yield Table(tuple(map(say, head)), "rlrrrl" if not sheet.faded else "rlrrlrl", rows)
    if told:
        yield Table(
            (say(""), say("what a wrong answer means")), "ll", tuple(_meaning(letters, *each) for each in told.items())
        )
    if sheet.faded:
        offered = choices(sheet.kinds).values()
        yield Table(
            (say(""), say("rule")), "ll", tuple((say(_letter(at)), say(rule)) for at, rule in enumerate(offered))
        )


def _meaning(letters: Mapping[str, str], code: str, means: str) -> tuple[Content, ...]:
    return say(letters[code]), say(means)


def _told(wrong: tuple[Wrong, ...]) -> tuple[Wrong, ...]:
    """The first of each mistake, as many as are told."""
    first = {each.code: each for each in reversed(wrong)}
    return tuple(each for each in wrong if first[each.code] is each)[:_MOST]


def _says(sheet: Blanks) -> str:
    total = f" {with_points(sheet.total)} in all." if sheet.total else ""
    return (
        "An answer is right if it is no further off than ± says; what is right given an earlier wrong answer is told "
        f"by derive audit.{total}"
    )


def _row(
    solution: Worked, sheet: Blanks, place: Place, wrong: tuple[Wrong, ...], letters: Mapping[str, str]
) -> tuple[Content, ...]:
    value = solution.values[place.name]
    first, *others = place.names
    off = tolerance(value, solution.policy)
    rules = list(choices(sheet.kinds))
    letter = [say(_letter(rules.index(place.rule.kind)))] if place.name in sheet.faded else [()]
    return (
        say(str(place.number)),
        say(Math((("", Name(first)), *(("=", Name(name)) for name in others)))),
        say(Number(value.shown)),
        say(_number(off)) if off else say("exact"),
        *(letter if sheet.faded else ()),
        say(points(place.points)) if place.points else say("–"),
        tuple(_listed(wrong, letters)),
    )


def _listed(wrong: tuple[Wrong, ...], letters: Mapping[str, str]) -> Iterator[Inline]:
    for place, each in enumerate(wrong):
        yield from say(", " if place else "", Number(each.shown), f"\u00a0({letters[each.code]})")
    if not wrong:
        yield Text("–")


def _number(off: Decimal) -> Number:
    return Number(format(off, "f") if off.adjusted() >= -6 else scientific(off))


def _letter(place: int) -> str:
    return ascii_lowercase[place]
