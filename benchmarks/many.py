"""(k) A folder of network files to PDF in one command, against LaTeX."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT, Result, derive, process, say, seconds

_TEXT = (ROOT / "examples" / "blog-2-3-1.toml").read_text(encoding="utf-8")
_AIM = 1 / 12


def many(*, quick: bool) -> Iterator[Result]:
    """The blog's network with so many different numbers; by the clock, as several cores are what it is about."""
    say("(k) many files …")
    files = 10 if quick else 500
    what = f"{files} files to pdf in one command, per file : one pdflatex pass, by the clock"
    if not shutil.which("pdflatex"):
        yield Result("k", what, None, _AIM, False, "no pdflatex on this machine")
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number in range(files):
            text = _TEXT.replace("0.15", f"0.{100 + number}")
            (folder / f"net-{number}.toml").write_text(text, encoding="utf-8")
        page = folder / "page.tex"
        subprocess.run(derive("render", folder / "net-0.toml", "-o", page), cwd=ROOT, check=True, capture_output=True)
        one_pass = ("pdflatex", "-interaction=batchmode", f"-output-directory={folder}", str(page))
        theirs = [process(one_pass).wall for _ in range(2 if quick else 6)][1:]
        ours = process(derive("render", folder, "--to", "pdf", "-o", folder / "pages"))
    each = ours.wall / files
    detail = f"{seconds(each)} : {seconds(median(theirs))}; {seconds(ours.processor / files)} of the processor a file"
    yield Result("k", what, each / median(theirs), _AIM, False, detail, "Typst's layout")
