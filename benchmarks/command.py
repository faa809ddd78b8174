"""(a) Whole commands: against importing what they stand on, an empty program, and LaTeX; and their memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.measure import ROOT, Result, derive, interleaved, say, seconds

_BLOG = ROOT / "examples" / "blog-2-3-1.toml"
_AIMS = {"markdown": 0.6, "json": 0.4, "pdf": 0.9}
_LATEX = "whole command to pdf : one pdflatex pass over the same page"


def command(*, quick: bool) -> Iterator[Result]:
    """Each kind of command, every run with an output folder of its own."""
    say("(a) whole commands …")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        yield from _imports(folder, 2 if quick else 15)
        yield from _starts(folder, 2 if quick else 15)
        yield _latex(folder, 1 if quick else 5)


def _render(folder: Path, name: str, fresh: count[int]) -> tuple[str, ...]:
    return derive("render", _BLOG, "--to", name, "-o", f"{folder / f'pages-{next(fresh)}'}/")


def _imports(folder: Path, runs: int) -> Iterator[Result]:
    """The blog's file to each format, against what pages of formulas are commonly made with; and the memory of it."""
    fresh = count()
    times = interleaved(
        {
            "imports": lambda: (sys.executable, "-c", "import sympy, jinja2"),
            "needed": lambda: (sys.executable, "-c", "import click, msgspec, jinja2, mpmath"),
            **{name: lambda name=name: _render(folder, name, fresh) for name in _AIMS},
        },
        runs,
    )
    theirs, needed = times["imports"], times["needed"]
    share = needed.processor / theirs.processor
    typst = (times["pdf"].processor - times["markdown"].processor) / theirs.processor
    for name, aim in _AIMS.items():
        ours = times[name]
        detail = f"{seconds(ours.processor)} : {seconds(theirs.processor)} of the processor"
        ratio = ours.processor / theirs.processor
        limit = (
            f"what Typst takes more than Markdown: {typst:.2f}"
            if name == "pdf"
            else f"importing click, msgspec, Jinja2 and, for the proof, mpmath: {share:.2f}"
        )
        yield Result("a", f"derive render --to {name} : import sympy, jinja2", ratio, aim, False, detail, limit)
    memory = times["markdown"].memory
    detail = f"{memory / theirs.memory:.2f} of that of import sympy, jinja2"
    limit = f"importing click, msgspec, Jinja2 and mpmath: {needed.memory:.1f} MiB"
    yield Result("a", "peak memory of derive render --to markdown, in MiB", memory, 35, False, detail, limit)


def _starts(folder: Path, runs: int) -> Iterator[Result]:
    """What makes no page, against a program that does nothing."""
    fresh = count()
    times = interleaved(
        {
            "pass": lambda: (sys.executable, "-c", "pass"),
            "needed": lambda: (sys.executable, "-c", "import click, msgspec"),
            "--help": lambda: derive("--help"),
            "new": lambda: derive("new", folder / f"new-{next(fresh)}", "--layers", "2,3,1"),
            "schema": lambda: derive("schema"),
        },
        runs,
    )
    theirs, needed = times.pop("pass"), times.pop("needed")
    share = needed.processor / theirs.processor
    for name, ours in times.items():
        detail = f"{seconds(ours.processor)} : {seconds(theirs.processor)} of the processor"
        limit = f"importing click and msgspec: {share:.1f}"
        if name == "new":
            limit += "; and the network is worked out, to be worth working"
        yield Result("a", f"derive {name} : python -c pass", ours.processor / theirs.processor, 4, False, detail, limit)


def _latex(folder: Path, runs: int) -> Result:
    """The blog's file to a PDF, against one pass of LaTeX over the page that it makes of it."""
    if not shutil.which("pdflatex"):
        return Result("a", _LATEX, None, 0.3, False, "no pdflatex on this machine")
    fresh, source = count(), folder / "page.tex"
    subprocess.run(derive("render", _BLOG, "-o", source), cwd=ROOT, check=True, capture_output=True)
    pass_over = ("pdflatex", "-interaction=batchmode", f"-output-directory={folder}", str(source))
    pages = {name: lambda name=name: _render(folder, name, fresh) for name in ("markdown", "pdf")}
    times = interleaved({**pages, "pass": lambda: pass_over}, runs)
    page, ours, theirs = (times[name].processor for name in ("markdown", "pdf", "pass"))
    detail = f"{seconds(ours)} : {seconds(theirs)} of the processor"
    limit = f"the page as Markdown takes {page / theirs:.2f}, what Typst takes more {(ours - page) / theirs:.2f}"
    return Result("a", _LATEX, ours / theirs, 0.3, False, detail, limit)
