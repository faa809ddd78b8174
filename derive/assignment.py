"""Marks what is filled in in a notebook, for its hidden tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from derive.api import loads, solve
from derive.course.asked import asked
from derive.course.marking.points import Mark, MarkedLine, Marker, Yardstick
from derive.course.parts.setting import exercise_of
from derive.course.parts.sheet import sheet_of
from derive.errors import DeriveError

#: So many digits of a number that a program worked out are sure.
_SURE: Final = 10


class Marking:
    """Marks the blanks of an assignment by their numbers.

    Args:
        network: the network file as JSON.
    """

    def __init__(self, network: str) -> None:
        self.solution = solve(loads(json.loads(network, parse_float=Decimal)))
        worked = self.solution.worked
        self.blanks = {place.number: place for place in sheet_of(worked).blanks}
        exercise = exercise_of(worked)
        self.marker = Marker(self.solution.auditor, Yardstick(asked(worked), exercise.carried, exercise.partial))
        self._marked: tuple[dict[str, str], Mark] | None = None

    def __call__(self, answers: Mapping[str, object], number: int) -> float:
        """The points of a blank.

        Args:
            answers: what was filled in, by plain names.
            number: the number of the blank.

        Raises:
            AssertionError: it gets none; says what is wrong.
        """
        names = self.blanks[number].names
        try:
            mark = self._mark(answers)
        except DeriveError as error:
            raise AssertionError(str(error)) from None
        lines = [line for line in mark.lines if line.name in names]
        points = sum((line.points or Decimal(0) for line in lines), Decimal(0))
        said = "\n".join(filter(None, map(_says, lines)))
        assert points, said
        if said:
            print(said)
        return float(points)

    def _mark(self, answers: Mapping[str, object]) -> Mark:
        claims = dict(self._claims(answers))
        if self._marked is None or self._marked[0] != claims:
            self._marked = claims, self.marker("", self.solution.audit(claims))
        return self._marked[1]

    def _claims(self, answers: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """What was filled in, for each name that a blank has."""
        for blank in self.blanks.values():
            given = [answers[name] for name in blank.names if answers.get(name) is not None]
            if given:
                yield from ((name, _text(given[0])) for name in blank.names)


def _text(answer: object) -> str:
    """An answer as it is judged: a float without the digits that it has by chance."""
    if isinstance(answer, str | int | Decimal):
        return str(answer)
    try:
        return f"{float(answer):.{_SURE}g}"  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(answer)


def _says(line: MarkedLine) -> str:
    """What is to be said of a line; nothing where it is right."""
    match line.standing:
        case "right" | "rounding":
            return ""
        case "missing":
            return f"{line.name}: no answer"
        case "open":
            return f"{line.name}: {line.says}"
    assert line.claim is not None
    words = [f"{line.name}: {line.claim.published} is wrong."]
    if line.standing in ("follows", "easy"):
        words = [f"{line.name}: {line.claim.published} follows from an earlier answer."]
    words += [f"{found.says} [{found.code}]" for found in line.claim.diagnosis[:1]]
    return " ".join(words)
