"""Slides as PDF: their lines appear in turn, and none leaves its slide."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import derive
from tests.render.slides.conftest import expected

#: The slide in millimetres, and its margins: left and right, top, bottom; the number stands in the last.
WIDTH, HEIGHT, SIDE, TOP, BOTTOM = 297, 167, 18, 13, 14
#: Where the title ends.
TITLE = 35
RESOLUTION = 36


@pytest.fixture
def pdf(solution: derive.Solution, tmp_path: Path) -> Path:
    path = tmp_path / "net.slides.pdf"
    assert solution.write(path, "slides").notices == ()
    return path


def pages(pdf: Path, tool: Callable[[str], str]) -> list[str]:
    text = subprocess.run([tool("pdftotext"), "-layout", pdf, "-"], capture_output=True, check=True).stdout
    return text.decode().split("\f")[:-1]


def test_no_slide_runs_over(solution: derive.Solution, pdf: Path, tool: Callable[[str], str]) -> None:
    assert len(pages(pdf, tool)) == expected(solution)
    subprocess.run([tool("pdftoppm"), "-gray", "-r", str(RESOLUTION), pdf, pdf.with_suffix("")], check=True)
    unit = RESOLUTION / 25.4
    inside = (round((SIDE - 1) * unit), round((WIDTH - SIDE + 1) * unit))
    for path in sorted(pdf.parent.glob("*.pgm")):
        head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", content := path.read_bytes())
        assert head is not None
        width, height, dots = int(head[1]), int(head[2]), content[head.end() :]
        assert (width, height) == (round(WIDTH * unit), round(HEIGHT * unit))
        rows = [dots[row * width : (row + 1) * width] for row in range(height)]
        beside = b"".join(row[: inside[0]] + row[inside[1] :] for row in rows)
        above, below = rows[: round((TOP - 1) * unit)], rows[round((HEIGHT - BOTTOM + 0.5) * unit) :]
        foot = b"".join(row for row in below[: round(3 * unit)])  # above the number
        assert min(beside) > 200, path.name
        assert min(b"".join(above) + foot) > 200, path.name
        assert min(b"".join(rows[round(TITLE * unit) : round((HEIGHT - BOTTOM) * unit)])) < 200, path.name


def test_the_lines_of_a_step_appear_in_turn(blog: derive.Solution, tool: Callable[[str], str], tmp_path: Path) -> None:
    path = tmp_path / "blog.slides.pdf"
    blog.write(path, "slides")
    found = pages(path, tool)
    step = [page for page in found if "Step 4. The gradient of the weight" in page]
    # The blog's own numbers: -0.0631 · 0.9463 ≈ -0.0597.
    assert [("0.9463" in page, "0.0597" in page) for page in step] == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
    ]
    numbers = [re.findall(r"(\d+) / (\d+)\s*$", page)[-1] for page in found]
    assert {total for _, total in numbers} == {numbers[-1][0]}
    assert [int(number) for number, _ in numbers] == sorted(int(number) for number, _ in numbers)
