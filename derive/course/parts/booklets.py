"""What two booklets hold: the students' each question and every second's results, the teachers' each solution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.course.asked import asked
from derive.course.parts.compose import page_of
from derive.document.blocks import Block, Document, Heading, Math, Paragraph, Sign
from derive.document.words.phrasing import listed, say, value_sign
from derive.expression.tree import Name, Number
from derive.model.symbols import AnySymbol


class Answers(msgspec.Struct, frozen=True):
    """What an exercise comes to, apart from its solution: this goes from process to process.

    Attributes:
        number: which exercise it is, from 1.
        title: what it is called.
        results: of each result that is asked for its symbol, the sign behind it and the number.
    """

    number: int
    title: str
    results: tuple[tuple[AnySymbol, Sign, str], ...]


def question(solution: Worked, number: int) -> Document:
    """A question as an exercise of a booklet."""
    return numbered(page_of(solution, "question"), number)


def numbered(page: Document, number: int) -> Document:
    """A page as that of an exercise; its numbers are the booklet's."""
    return replace(page, title=f"{number}. {page.title}", paged=False)


def is_told(number: int) -> bool:
    """Whether students are told the results of an exercise: of every second, from the first on."""
    return number % 2 == 1


def answers(solution: Worked, number: int) -> Answers:
    """The results that an exercise asks for."""
    symbols, values = solution.model.symbols, solution.values
    names = [name for name, worth in asked(solution).items() if worth]
    results = tuple((symbols[name], value_sign(values[name]), values[name].shown) for name in names)
    return Answers(number, solution.title, results)


def answers_page(told: Sequence[Answers]) -> Document:
    """The page at the end of the students' booklet."""
    symbols = {_name(each, at): result[0] for each in told for at, result in enumerate(each.results)}
    return Document("Answers", "", "", "en", tuple(_blocks(told)), symbols, part="key", paged=False)


def _blocks(told: Sequence[Answers]) -> Iterator[Block]:
    yield Paragraph(say("The results of every second exercise, to compare with your own."))
    for each in told:
        yield Heading(1, say(f"{each.number}. {each.title}"), f"answers-{each.number}")
        yield Paragraph(
            listed(
                [
                    say(Math((("", Name(_name(each, at))), (sign, Number(shown)))))
                    for at, (_, sign, shown) in enumerate(each.results)
                ]
            )
        )


def _name(each: Answers, place: int) -> str:
    """A name for a result that no other exercise has."""
    return f"{each.number}:{place}"
