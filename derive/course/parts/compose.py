"""The parts of a solution as pages: the question, the worksheet, the key."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Sequence
from math import ceil

from derive.calculus.solution import Worked
from derive.catalogue.roles import QUANTITY
from derive.course.parts.grid import Grids
from derive.course.parts.key import key
from derive.course.parts.places import Place
from derive.course.parts.rules import choices
from derive.course.parts.setting import exercise_of, numbers, points, setting, wanted
from derive.course.parts.sheet import Blanks, sheet_of
from derive.document.blocks import (
    Blank,
    Block,
    Content,
    Document,
    Equation,
    Form,
    Heading,
    Item,
    Items,
    Paragraph,
    Part,
)
from derive.document.equations import Equations
from derive.document.figure_numbers import with_figure_numbers
from derive.document.words.headings import index_symbols
from derive.document.words.phrasing import capital, say
from derive.document.words.reasons import Reasons
from derive.expression.tree import Name, Number

_CHAPTERS = {"forward": "Forward pass", "backward": "Backward pass", "update": "The update", "also": "Also asked"}
_TITLES = {"question": "{title}", "worksheet": "{title} – worksheet", "key": "{title} – key"}

#: How much of a line a hand needs for what print takes one em for, and how much of it is left beside the result.
_HAND, _BESIDE = 1.8, 30.0


def page_of(solution: Worked, part: Part, *, folded: bool = False, blocks: tuple[Block, ...] | None = None) -> Document:
    """A part of a solution as a page.

    Args:
        solution: the worked model.
        part: ``question``, ``worksheet`` or ``key``.
        folded: whether the format can fold hints away where they belong; else they stand at the end.
        blocks: what the page consists of, where that is not all of the part.
    """
    if blocks is None:
        writes = {"question": _question, "worksheet": _worksheet, "key": key}[part]
        blocks = tuple(writes(solution))
    if part == "worksheet" and not folded:
        blocks = tuple(_with_hints_at_the_end(blocks))
    settings = solution.file.document
    return Document(
        title=_TITLES[part].format(title=solution.title),
        author=settings.author,
        date=settings.date,
        language=settings.language,
        blocks=with_figure_numbers(blocks),
        symbols=ChainMap(dict(index_symbols(solution.model)), solution.model.symbols),  # type: ignore[arg-type] # only read
        cost=solution.model.graph.result,
        part=part,
    )


def _question(solution: Worked) -> Iterator[Block]:
    yield from setting(solution)
    yield from wanted(solution)
    yield Paragraph(numbers(solution.policy))


def _worksheet(solution: Worked) -> Iterator[Block]:
    sheet = sheet_of(solution)
    yield Form((("Name", ""), ("Date", ""), ("Points", points(sheet.total) if sheet.total else "")))
    if exercise_of(solution).layout == "grid":
        yield from setting(solution, short=True)
        yield from wanted(solution, short=True)
        yield Paragraph(numbers(solution.policy))
        yield from Grids(solution, sheet).blocks()
        return
    yield from setting(solution)
    yield Paragraph(numbers(solution.policy))
    yield from _lines(solution, sheet)


def _lines(solution: Worked, sheet: Blanks) -> Iterator[Block]:
    """Places line by line, under the headings of the page."""
    writer = WorksheetWriter(solution, sheet)
    chapter = ""
    section: Content = ()
    for place in sheet.places:
        if place.chapter != chapter:
            chapter, section = place.chapter, ()
            yield Heading(1, say(_CHAPTERS[chapter]), chapter)
        if place.section != section:
            section = place.section
            yield Heading(2, section or say("What follows"))
        yield from writer.place(place)


class WorksheetWriter:
    """Writes the places of a worksheet.

    Args:
        solution: the worked model.
        sheet: its places.
    """

    def __init__(self, solution: Worked, sheet: Blanks) -> None:
        self.solution, self.sheet = solution, sheet
        self.exercise = exercise_of(solution)
        self.equations = Equations(solution.model.symbols)
        self.reasons = Reasons(solution.model)

    def place(self, place: Place) -> Iterator[Block]:
        """A place: blank, or worked out where a sheet that fades leaves it standing."""
        if place.name in self.sheet.standing:
            yield Paragraph(self._told(place, place.rule.does))
            yield self._worked(place)
            return
        yield self.blank(place, faded=place.name in self.sheet.faded)

    def blank(self, place: Place, *, faded: bool) -> Blank:
        """A place where a result is to be written.

        Args:
            place: the place.
            faded: whether the rule is asked for as well, and so not told.
        """
        level = self.exercise.level
        formula = self._formula(place) if level == "guided" and not faded else None
        return Blank(
            number=place.number,
            name=place.name,
            left=_left(place),
            lead=self._lead(place, faded=faded),
            formula=formula,
            lines=self._lines(place, formula),
            points=points(place.points) if place.points else "",
            choices=tuple(map(say, choices(self.sheet.kinds).values())) if faded else (),
            hint=say(place.rule.hint) if self.exercise.hints else (),
        )

    def _lead(self, place: Place, *, faded: bool) -> Content:
        """What is to be done, as far as the level tells it."""
        if faded:
            return self._told(place, "Which rule?")
        return self._title(place) if self.exercise.level == "open" else self._told(place, place.rule.does)

    def _told(self, place: Place, what: str) -> Content:
        """What is wanted, if it has a title, and a sentence on it."""
        title = self._title(place)
        return say(title, " ", what) if title else say(what)

    def _title(self, place: Place) -> Content:
        """What is wanted, as a sentence."""
        if place.step is not None:
            return say(self.reasons.title(place.step), ".")
        if place.label:
            return say(f"Neuron {place.label}.")
        model = self.solution.model
        quantity = model.quantities.get(place.name)
        note = quantity.note.rstrip(".:") if quantity is not None and place.name not in model.later_entries else ""
        if not note and quantity is not None and place.name in model.graph.results and self.exercise.level == "open":
            note = "the result" if quantity.role == QUANTITY else f"the {quantity.role.noun}"
        return say(f"{capital(note)}.") if note else ()

    def _formula(self, place: Place) -> Equation | None:
        """What is worked out, in symbols, with all its names; not where that is the result itself."""
        formulas = [expr for expr in dict.fromkeys(place.formulas) if not isinstance(expr, Number)]
        if not formulas:
            return None
        first, *equal = map(Name, place.names)
        lines: list[list[Item]] = [[("=", expr)] for expr in formulas]
        lines[0][:0] = (("=", other) for other in equal)
        return self.equations.display(first, lines)

    def _worked(self, place: Place) -> Equation:
        solution = self.solution
        working = solution.forward(place.name) if place.step is None else solution.working(place.step)
        return self.equations.derivation(Name(place.name), place.formulas, working)

    def _lines(self, place: Place, formula: Equation | None) -> int:
        """How many lines a hand needs to write the numbers, and before them what the sheet does not print."""
        if not place.formulas:
            return 1
        width = self.equations.width(place.formulas[-1]) * _HAND
        for_numbers = max(1, ceil(width / _BESIDE))
        return for_numbers if formula is not None else 2 * for_numbers


def _left(place: Place) -> tuple[Item, ...]:
    first, *others = place.names
    return (("", Name(first)), *(("=", Name(name)) for name in others))


def _with_hints_at_the_end(blocks: Sequence[Block]) -> Iterator[Block]:
    hints: dict[Content, list[int]] = {}
    for block in blocks:
        if isinstance(block, Blank) and block.hint:
            hints.setdefault(block.hint, []).append(block.number)
    yield from blocks
    if hints:
        yield Heading(1, say("Hints"), "hints")
        yield Items(tuple(say(f"{_numbers(found)}: ", hint) for hint, found in hints.items()))


def _numbers(found: Sequence[int]) -> str:
    """The numbers of places, with those that follow one another as a range: ``(1), (3)–(5)``."""
    runs: list[list[int]] = []
    for number in found:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"({run[0]})" if len(run) == 1 else f"({run[0]})–({run[-1]})" for run in runs)
