"""The printed page, as its reader sees it: no ink leaves the text area, no heading stands at the foot of a page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import pytest

import derive
from benchmarks.pages import CASES, Case, measured, solved
from derive.document.blocks import Heading
from derive.render.language import words
from tests.gallery import WHOLE
from tests.publish.tools import program

#: Those that the gallery has whole, and a page of grids.
EXAMPLES = sorted([*WHOLE, WHOLE[0].with_name("conv-pool-dense.toml")])

#: The papers in millimetres, and the margins that both templates set: left and right, top, bottom.
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
SIDE, TOP, BOTTOM = 21.1, 21.1, 21.1  # 60 points
#: What may reach out of the text area: a comma at the end of a line; what is tall on a page's first or last line.
ASIDE, ABOVE = 1.0, 2.0
#: The page number stands below the text area, in the middle.
NUMBER = 20.0

RESOLUTION = 72


def pages(pdf: Path, tool: Callable[[str], str]) -> Iterator[tuple[int, int, bytes]]:
    """Each page as width, height and one byte of grey per dot."""
    subprocess.run([tool("pdftoppm"), "-gray", "-r", str(RESOLUTION), pdf, pdf.with_suffix("")], check=True)
    found = sorted(pdf.parent.glob(f"{pdf.stem}-*.pgm"))
    assert found
    for path in found:
        content = path.read_bytes()
        head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", content)
        assert head is not None
        yield int(head[1]), int(head[2]), content[head.end() :]


def outside(width: int, height: int, dots: bytes) -> list[tuple[int, int]]:
    """The dots with ink that lie outside the text area, in millimetres; the page number is left out."""
    unit = 25.4 / RESOLUTION
    inside = [SIDE - ASIDE <= x * unit <= width * unit - SIDE + ASIDE for x in range(width)]
    left, right = inside.index(True), width - inside[::-1].index(True)
    wrong = []
    for y in range(height):
        row = dots[y * width : (y + 1) * width]
        if min(row) > 200:
            continue
        down = y * unit
        in_height = TOP - ABOVE <= down <= height * unit - BOTTOM + ABOVE
        for x in chain(range(left), range(right, width)) if in_height else range(width):
            across = x * unit
            is_number = down > height * unit - BOTTOM and abs(across - width * unit / 2) < NUMBER
            if row[x] <= 200 and not is_number:
                wrong.append((round(across), round(down)))
    return wrong


@cache
def solution_of(example: Path) -> derive.Solution:
    """An example worked out once for all papers and engines."""
    return derive.solve(derive.load(example))


def headings(solution: derive.Solution) -> set[str]:
    """How each heading begins, up to its first formula."""
    found = (words(block.content[:1]) for block in solution.document.blocks if isinstance(block, Heading))
    return {" ".join(text.split()) for text in found}


def last_lines(pdf: Path, tool: Callable[[str], str]) -> Iterator[str]:
    """The last line of each page, above its number."""
    run = subprocess.run([tool("pdftotext"), "-layout", pdf, "-"], check=True, capture_output=True, text=True)
    for page in run.stdout.split("\f"):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        if len(lines) > 1:
            yield lines[-2]


Printed = Callable[..., Path]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """An example as a PDF, made once for all that look at it."""

    @cache
    def made(name: str, engine: str, paper: str = "a4") -> Path:
        if engine == "latex":
            program("latexmk")
        pdf = tmp_path_factory.mktemp("printed") / "page.pdf"
        solution_of(EXAMPLES[0].with_name(f"{name}.toml")).save(pdf, paper=paper, engine=engine)
        return pdf

    return made


#: Each example by each engine. TeX takes several passes for a page, and takes turns with the papers: the page is the
#: same template's, which knows of the paper no more than its size.
PRINTED = [
    (example, paper, engine)
    for number, example in enumerate(EXAMPLES)
    for paper in PAPERS
    for engine in ("typst", "latex")
    if engine == "typst" or (paper == "letter") == (number % 3 == 2)
]


@pytest.mark.parametrize(("example", "paper", "engine"), PRINTED, ids=lambda one: getattr(one, "stem", one))
def test_pages_of_the_examples(
    example: Path, paper: str, engine: str, tool: Callable[[str], str], printed: Printed
) -> None:
    pdf = printed(example.stem, engine, paper)
    for number, (width, height, dots) in enumerate(pages(pdf, tool), 1):
        size = width * 25.4 / RESOLUTION, height * 25.4 / RESOLUTION
        assert size == pytest.approx(PAPERS[paper], abs=0.5)
        assert outside(width, height, dots) == [], f"page {number}"
    begins = headings(solution_of(example))
    assert "The question" in begins
    assert "Step 1." in begins
    for number, line in enumerate(last_lines(pdf, tool), 1):
        assert not any(line == begin or (begin.startswith("Step") and line.startswith(begin)) for begin in begins), (
            f"a heading at the foot of page {number}: {line}"
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
@pytest.mark.parametrize("engine", [None, "lualatex"])
def test_pages_are_few_and_full_and_can_be_read(case: Case, engine: str | None, tool: Callable[[str], str]) -> None:
    """No more pages than are asked for, each nine tenths full; no index below 5 points in text and figures."""
    if engine:
        tool(engine)
    tool("pdftohtml")
    sheets = measured(solved(case), engine)
    assert sheets.pages <= case.pages
    assert sheets.fill >= 0.9
    assert sheets.smallest >= 5


def test_ink_outside_is_seen() -> None:
    """A white page of A4 with one black dot in its margin."""
    dots = bytearray(b"\xff" * 595 * 842)
    assert outside(595, 842, bytes(dots)) == []
    dots[100 * 595 + 30] = 0
    assert outside(595, 842, bytes(dots)) == [(11, 35)]


@pytest.mark.parametrize("engine", ["typst", "latex"])
def test_the_lines_of_a_derivation_stand_at_equal_distances(
    engine: str, tool: Callable[[str], str], printed: Printed
) -> None:
    """Lines with brackets and without: those of the last net input."""
    command = [tool("pdftotext"), "-bbox", printed("blog-2-3-1", engine), "-"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    forward = run.stdout[re.search(r">Output</word>\s*<word [^>]*>layer<", run.stdout).start() :]
    heights = [float(y) for y in re.findall(r'yMin="([\d.]+)"[^>]*>=<', forward)[:4]]
    distances = [below - above for above, below in pairwise(heights)]
    assert 14 < distances[0] < 20
    assert distances == pytest.approx([distances[0]] * 3, abs=0.2)


@pytest.mark.parametrize("engine", ["typst", "latex"])
def test_bookmarks_links_and_fonts(engine: str, tool: Callable[[str], str], printed: Printed) -> None:
    pdf = printed("blog-2-3-1", engine)
    command = [tool("pdftohtml"), "-xml", "-i", "-stdout", pdf]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    outline = re.findall(r"<item page=\"\d+\">([^<]*)</item>", run.stdout)
    assert [entry for entry in outline if entry.startswith("Step")][20] == "Step 21. The gradient of the weight w₅"
    assert {"The question", "Forward pass", "Backward pass", "All gradients", "Is it true?"} <= set(outline)
    # A link is to a page of the same file: what a step builds on is found by it.
    assert re.search(r"<a href=\"[^\"]*#\d+\">step\s1\d</a>", run.stdout)
    fonts = subprocess.run([tool("pdffonts"), pdf], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +(yes|no) +(yes|no) +\d+ +0$", font) for font in fonts)


@pytest.mark.parametrize("engine", ["typst", "latex"])
@pytest.mark.parametrize("name", ["attention-head", "blog-2-3-1", "layer-norm"])
def test_a_graph_stands_with_its_heading_and_words(
    name: str, engine: str, tool: Callable[[str], str], printed: Printed
) -> None:
    command = [tool("pdftotext"), printed(name, engine), "-"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    sheets = [" ".join(sheet.split()) for sheet in run.stdout.split("\f")]
    (at,) = [number for number, sheet in enumerate(sheets) if re.search(r"The same (once more )?in one picture", sheet)]
    assert "The computation graph The same" in sheets[at]
    assert re.search(r"Figure \d\. The computation graph", sheets[at])
