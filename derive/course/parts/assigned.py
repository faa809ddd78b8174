"""The worksheet as an assignment: its page, what it is worth, and what its hidden tests mark by."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.course.parts.compose import page_of
from derive.course.parts.setting import exercise_of
from derive.course.parts.sheet import sheet_of
from derive.document.assignment import Assignment


def assignment(solution: Worked) -> Assignment:
    """The assignment that the file asks for, line by line: a grid has no place in a notebook.

    Raises:
        UsageError: it has more blanks than anybody fills in.
    """
    file = replace(solution.file, exercise=replace(exercise_of(solution), layout="steps"))
    solution = replace(solution, file=file)
    blanks = sheet_of(solution).blanks
    bare = replace(file, published={})
    return Assignment(
        document=page_of(solution, "worksheet"),
        network=msgspec.json.Encoder(decimal_format="number").encode(bare).decode(),
        answers={place.number: solution.values[place.name].shown for place in blanks},
        points={place.number: float(place.points) for place in blanks if place.points},
    )
