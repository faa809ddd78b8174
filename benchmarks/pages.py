"""How long a page is, how full its sheets are, how small its letters, and how often it says the same.

``python -m benchmarks.pages`` prints a line per page and engine, each number beside its aim. The PDF is read back by
Poppler. ``--quick`` leaves LaTeX out.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import ROOT, say

if TYPE_CHECKING:
    import derive
    from derive.document.blocks import Content, Document

#: What is not text at the edges of a sheet, in points: the number of the page stands there.
_MARGIN = 60.0
#: pdftohtml rounds sizes to whole numbers, of letters magnified so many times; it magnifies no more than this.
_ZOOM = 3
_ENGINES = {"typst": None, "lualatex": "lualatex"}


class Case(NamedTuple):
    """A page that is measured, with what it should come to."""

    what: str
    file: str | Mapping[str, object]
    detail: str | None
    pages: int
    repeats: float | None = None


class Sheets(NamedTuple):
    """What Poppler sees of a PDF: its sheets, how full all but the last are, and the size of its smallest letters."""

    pages: int
    fill: float
    smallest: float


def network(sizes: Sequence[int], seed: int = 0) -> Mapping[str, object]:
    """A network of sigmoid neurons with weights that are no others' at all."""
    draw = random.Random(seed)  # noqa: S311 (no secret)

    def numbers(count: int) -> list[float]:
        return [round(draw.uniform(-1, 1), 2) for _ in range(count)]

    layers = [
        {"activation": "sigmoid", "weights": [numbers(before) for _ in range(size)], "biases": numbers(size)}
        for before, size in pairwise(sizes)
    ]
    targets = [abs(number) for number in numbers(sizes[-1])]
    given = {"inputs": numbers(sizes[0]), "targets": targets, "cost": "half_squared_error", "layers": layers}
    return {"title": f"{'-'.join(map(str, sizes))}", "network": given}


CASES = (
    Case("blog, in full", "blog-2-3-1.toml", "full", 8, 1.15),
    Case("Mazur, in full", "mazur-2-2-2.toml", "full", 9),
    Case("blog, brief", "blog-2-3-1.toml", "brief", 5),
    Case("8-8-8-4, brief", network((8, 8, 8, 4)), "brief", 10),
)


def main() -> None:
    """Measure each page; a missed aim is told, and fails nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave LaTeX out")
    quick = parser.parse_args().quick
    print(f"{'page':<16} {'engine':<9} {'pages':>5} {'aim':>5}  {'fill':>5} {'aim':>5}  {'smallest':>8}", flush=True)
    for case in CASES:
        solution = solved(case)
        for engine, program in _ENGINES.items():
            if program and (quick or not shutil.which(program)):
                say(f"{case.what}: no {program}, or not asked for")
                continue
            sheets = measured(solution, program)
            pages = f"{sheets.pages:>5} {f'≤ {case.pages}':>5}"
            fill = f"{sheets.fill:>5.0%} {'≥ 90%':>5}"
            print(f"{case.what:<16} {engine:<9} {pages}  {fill}  {sheets.smallest:>5.1f} pt", flush=True)
        total, distinct = words(solution.document)
        aim = f" (aim ≤ {case.repeats})" if case.repeats else ""
        print(f"{'':<16} words {total}, distinct {distinct}: {total / distinct:.2f}{aim}", flush=True)


def solved(case: Case) -> derive.Solution:
    """The solution that a case is about, in its detail."""
    import derive

    settings = {"document": {"detail": case.detail}} if case.detail else None
    if isinstance(case.file, str):
        return derive.solve(derive.load(ROOT / "examples" / case.file, settings))
    return derive.solve(derive.loads(case.file, settings))


def measured(solution: derive.Solution, program: str | None = None) -> Sheets:
    """The PDF of a solution, made by Typst or by an engine of LaTeX, as Poppler sees it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        if program is None:
            path.write_bytes(solution.render("pdf"))
        else:
            source = Path(folder) / "page.tex"
            source.write_text(solution.render("latex"))
            for _ in range(2):
                subprocess.run(
                    [program, "-interaction=batchmode", source.name], cwd=folder, check=True, capture_output=True
                )
        return sheets_of(path)


def sheets_of(path: Path) -> Sheets:
    """What Poppler sees of a PDF."""
    boxes = _poppler("pdftotext", "-bbox", str(path), "-")
    fills = []
    for page in boxes.split("<page ")[1:]:
        size = re.search(r'height="([\d.]+)"', page)
        assert size is not None
        height = float(size[1])
        ends = [float(end) for end in re.findall(r'yMax="([\d.]+)"', page)]
        lowest = max((end for end in ends if end <= height - _MARGIN + 2), default=_MARGIN)
        fills.append((lowest - _MARGIN) / (height - 2 * _MARGIN))
    full = fills[:-1] or fills
    sizes = re.findall(
        r'<fontspec [^>]*size="(\d+)"', _poppler("pdftohtml", "-xml", "-i", "-zoom", str(_ZOOM), "-stdout", str(path))
    )
    return Sheets(len(fills), sum(full) / len(full), min(map(int, sizes)) / _ZOOM)


def _poppler(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def words(document: Document) -> tuple[int, int]:
    """The words of a page's sentences: all, and those of sentences that are not the same but for signs and numbers."""
    found = [sentence for line in _prose(document) for sentence in _sentences(line)]
    return sum(map(len, found)), sum(map(len, set(found)))


def _prose(document: Document) -> Iterator[Content]:
    """Running text: no headings, tables and captions."""
    from derive.document.blocks import Items, Note, Paragraph

    for block in document.blocks:
        match block:
            case Paragraph(content) | Note(content=content):
                yield content
            case Items(items):
                yield from items


def _sentences(line: Content) -> Iterator[tuple[str, ...]]:
    """The sentences of a line that have more than two words, without those that only name their sources."""
    from derive.document.blocks import Link, Live, Math

    pieces = chain.from_iterable(piece.content if isinstance(piece, Live) else (piece,) for piece in line)
    masked = "".join(
        "§" if isinstance(piece, Math) else "¶" if isinstance(piece, Link) else piece.text for piece in pieces
    )
    for part in re.split(r"(?<=[.:!?])\s+", re.sub(r"[−-]?\d[\d.,]*\d|\d", "§", masked)):
        said = tuple(part.split())
        if len(said) > 2 and not _names_sources(part):
            yield said


def _names_sources(part: str) -> bool:
    """Whether a sentence has links, formulas, and hardly a word beside them."""
    plain = re.sub(r"§|¶|[,.:;()]|\b(here|with|and|comes?|from|steps?|the)\b", " ", part, flags=re.IGNORECASE)
    return "¶" in part and not plain.split()


if __name__ == "__main__":
    main()
