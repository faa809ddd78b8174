"""Tables that are too wide for the page: no line runs over its edge, no number into the next one."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Paragraph, Table
from derive.render.columns import fit, parts
from derive.render.formats import render
from tests.render.pages import math, n, page, q, text
from tests.render.test_latex import COMPLAINT, compiled

EXAMPLES = Path(__file__).parents[2] / "examples"
#: From the left edge of a page of A4 to the right one of its text, in points: 21 cm without 60 points at each side.
LEFT, RIGHT = 60.0, 535.28

HEADS = ("parameter", "at the start", "state m", "state v", "m, corrected", "v, corrected", "at the end")


def states(digits: int, rows: int = 4) -> Table:
    """A table as that of an optimizer with two states, its numbers with so many digits."""
    some = "123456789" * 6
    numbers = ("0.3", f"-0.000{some[:digits]}", f"{some[0]}.{some[1:digits]}e-8", f"-0.00{some[:digits]}")
    cells = (*numbers, f"-{some[0]}.{some[1:digits]}e-105", f"-0.{some[:digits]}")
    return Table(
        tuple(map(text, HEADS)), "lrrrrrr", (((math(q("w6")),), *((math(n(cell)),) for cell in cells)),) * rows
    )


def lines(pdf: bytes, tool: Callable[[str], str]) -> Iterator[list[tuple[float, float]]]:
    """Where the words of each line begin and end, from left to right."""
    command = [tool("pdftotext"), "-bbox", "-", "-"]
    found = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    rows: dict[float, list[tuple[float, float]]] = {}
    for left, low, right, high in re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', found):
        rows.setdefault(round((float(low) + float(high)) / 2), []).append((float(left), float(right)))
    yield from map(sorted, rows.values())


@pytest.mark.parametrize("digits", [3, 6, 9, 12, 20, 50])
class TestNumbersOfManyDigits:
    def test_latex_has_no_overfull_box(self, digits: int, tool: Callable[[str], str], tmp_path: Path) -> None:
        document = page((Paragraph(text("Before.")), states(digits), Paragraph(text("Behind."))))
        source = render(document, "latex").content.decode()
        log = compiled(tool("pdflatex"), source, tmp_path)
        assert [line for line in COMPLAINT.findall(log) if "Column widths have changed" not in line] == []
        assert r"\tiny" not in source

    def test_typst_has_no_number_over_another(self, digits: int, tool: Callable[[str], str]) -> None:
        document = page((Paragraph(text("Before.")), states(digits), Paragraph(text("Behind."))))
        found = list(lines(render(document, "pdf").content, tool))
        assert len(found) > 3
        for line in found:
            assert line[0][0] > LEFT - 0.5
            assert max(right for _, right in line) < RIGHT + 0.5
            gaps = [left - right for (_, right), (left, _) in pairwise(line)]
            assert min(gaps, default=0) > -0.5


def test_a_table_in_parts_says_in_each_what_its_rows_are() -> None:
    whole = states(20)
    some = parts(whole)
    assert len(some) > 1
    assert [part.head[0] for part in some] == [whole.head[0]] * len(some)
    assert [head for part in some for head in part.head[1:]] == list(whole.head[1:])
    assert ["".join(part.align) for part in some] == ["l" + "r" * (len(part.head) - 1) for part in some]
    for index, row in enumerate(whole.rows):
        assert [cell for part in some for cell in part.rows[index][1:]] == list(row[1:])
    assert all(fit(part).size > 0.73 for part in some)


def test_a_table_that_fits_is_whole() -> None:
    assert parts(states(3)) == (states(3),)
    captioned = Table(states(20).head, "lrrrrrr", states(20).rows, text("States."))
    assert [part.caption for part in parts(captioned)] == [text("States.")] + [()] * (len(parts(captioned)) - 1)


def test_numbers_of_updates_above_indices_touch_no_other_row(tool: Callable[[str], str]) -> None:
    """Of a long table whose rows are close: the key of a model after two updates."""
    solution = derive.solve(EXAMPLES / "softmax-3-samples-adam.toml")
    command = [tool("pdftotext"), "-bbox", "-", "-"]
    found = subprocess.run(command, input=bytes(solution.render("pdf", part="key")), capture_output=True, check=True)
    words = re.findall(r'yMin="(.*?)" xMax=".*?" yMax="(.*?)">(.*?)</word>', found.stdout.decode())
    small = [(float(top), float(bottom), word) for top, bottom, word in words if float(bottom) - float(top) < 7]
    above = [top for top, _, word in small if word == "(+2)"]
    rows = [(low, high) for low, high in pairwise(above) if 0 < high - low < 20]
    assert len(rows) >= 6
    for low, high in rows:
        assert max(bottom for top, bottom, word in small if word.isdigit() and low < top < low + 8) < high
