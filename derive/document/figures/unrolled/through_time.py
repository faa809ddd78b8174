"""What each value of an index adds to the derivative by a parameter that acts at all of them: one term each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor

from derive.calculus.solution import Worked
from derive.catalogue.roles import PARAMETER
from derive.document.blocks import Block, Content, Heading, Paragraph, Text
from derive.document.figures.operation_view import WireFormula, wire_texts
from derive.document.live import LiveWire, tree_of
from derive.document.tables import table
from derive.document.words.headings import at
from derive.document.words.phrasing import count, live, say, sentence
from derive.expression.tree import Expr, Name, Number, product_of, sum_of
from derive.model.recurrence import Recurrence
from derive.model.references import derivative_name

#: A table has no more columns than this: of a longer recurrence the last ones, and one for all before.
_MOST = 5
#: With more parameters the table would say less than it takes room.
_MOST_ROWS = 24


class ThroughTime:
    """Tells of what the derivatives by shared parameters are made, for each value of the index.

    Args:
        solution: the worked model.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution, self.model = solution, solution.model
        results = self.model.graph.results
        self.over = self.model.recurrence if len(results) == 1 else None
        self.result = results[0] if results else ""
        self.columns: tuple[Content, ...] = ()
        #: By parameter, what each column adds.
        self.terms: Mapping[str, Sequence[Expr]] = {}
        #: Whether each of them acts at all values of the index.
        self.whole = True
        if self.over is not None:
            self.columns, self.terms = self._read(self.over)

    def _read(self, over: Recurrence) -> tuple[tuple[Content, ...], Mapping[str, Sequence[Expr]]]:
        parts, place = over.parts, over.place
        heads = [over.at(at) for at in range(len(parts))]
        early = max(0, len(parts) - _MOST + 1) if len(parts) > _MOST else 0
        found: dict[str, Sequence[Expr]] = {}
        for step in self.solution.steps:
            users = {path.through for path in step.paths}
            if step.goal != step.of or not self.model.is_a(step.variable, PARAMETER) or not users <= place.keys():
                continue
            if len({place[user] for user in users}) < 2:
                continue
            self.whole &= len({place[user] for user in users}) == len(parts)
            terms: list[list[Expr]] = [[] for _ in parts]
            for path in step.paths:
                terms[place[path.through]].append(product_of(path.factors))
            sums = [sum_of(tuple(each)) for each in terms]
            found[step.variable] = [sum_of(tuple(x for each in terms[:early] for x in each)), *sums[early:]][
                not early :
            ]
        columns = [say("term at ", at(over.index, head)) for head in heads[early:]]
        if early:
            columns.insert(0, say("terms before ", at(over.index, heads[early])))
        return tuple(columns), found

    @property
    def index(self) -> str:
        """The name of the index."""
        return "" if self.over is None else self.over.index

    def _wires(self) -> dict[tuple[str, int], WireFormula]:
        return {
            (parameter, at): WireFormula(f"{parameter}~{at + 1}", term, inner=False)
            for parameter, terms in self.terms.items()
            for at, term in enumerate(terms)
        }

    def live(self) -> tuple[LiveWire, ...]:
        """What a page that lives works out for the table."""
        if not self.is_told:
            return ()
        return tuple(LiveWire(wire.name, tree_of(wire.expr), wire.inner) for wire in self._wires().values())

    @property
    def is_told(self) -> bool:
        """Whether there is such a table."""
        return 0 < len(self.terms) <= _MOST_ROWS

    def blocks(self) -> Iterator[Block]:
        """The terms in a table, with the share of each."""
        if not self.is_told:
            return
        wires = self._wires()
        texts = wire_texts(self.solution, tuple(wires.values()))
        index = Name(self.index)
        yield Heading(2, say("What each ", index, " adds"), "through-time")
        yield Paragraph(
            sentence(
                "{parameters} at {every} {index} with the same number, and so the derivative of {result} by it is a "
                "sum over {index}: one term for each, from {result} back to where the parameter acts there. In "
                "brackets stands which share of the sum of the absolute values that is.",
                parameters=f"Each of the {count(len(self.terms), 'parameter')} here acts"
                if len(self.terms) > 1
                else say(Name(next(iter(self.terms))), " acts"),
                every="every" if self.whole else "several values of",
                index=index,
                result=Name(self.result),
            )
        )
        head = (say("derivative"), *self.columns)

        def row(parameter: str) -> tuple[Content, ...]:
            names = [wires[parameter, at].name for at in range(len(self.columns))]
            cells = [say(live("part", name, *names, content=part(name, names, texts))) for name in names]
            return (say(Name(derivative_name(self.result, parameter))), *cells)

        yield from table(head, "l" + "r" * len(self.columns), [*self.terms], row, "parameter")


def part(name: str, names: Sequence[str], texts: Mapping[str, str]) -> Content:
    """A term with its share of the sum of the absolute values of all."""
    share = share_of(texts[name], [texts[each] for each in names])
    return (*say(Number(texts[name])), *([Text(f" ({share} %)")] if share is not None else []))


def share_of(text: str, texts: Sequence[str]) -> int | None:
    """How much of the sum of absolute values a printed number is, in percent; None where all are 0."""
    total = sum(abs(float(each)) for each in texts)
    return floor(100 * abs(float(text)) / total + 0.5) if total else None
