"""Slides for beamer: TeX has nothing to complain about, and each line is a page."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import derive
from derive.document.blocks import Heading, Items
from derive.render.formats import render
from tests.publish.tools import HANGING
from tests.render.pages import every_block, page, text
from tests.render.slides.conftest import expected
from tests.render.test_latex import HOSTILE

#: Complaints in TeX's log, but for what a second run settles.
COMPLAINT = re.compile(r"^(?:! |LaTeX (?:Font )?Warning|Overfull|Missing character|Package \w+ Error).*", re.MULTILINE)


def log_of(program: str, source: str, folder: Path) -> str:
    folder.joinpath("slides.tex").write_text(source, encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "slides.tex"]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=HANGING / 1000, check=False)
    return folder.joinpath("slides.log").read_text("utf-8", "replace")


def test_tex_sets_them_without_complaint(solution: derive.Solution, tool: Callable[[str], str], tmp_path: Path) -> None:
    log = log_of(tool("pdflatex"), str(solution.render("beamer")), tmp_path)
    assert COMPLAINT.findall(log) == []
    written = re.search(r"Output written on slides.pdf \((\d+) pages", log)
    assert written is not None
    assert int(written[1]) == expected(solution)
    command = [tool("pdftotext"), "-layout", "slides.pdf", "-"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert "What is given" in shown
    # The sign that ends a line of the source is not printed before a table.
    assert not re.findall(r"^\s*%.*", shown, re.MULTILINE)


def test_notes_are_shown_where_they_are_wanted(
    blog: derive.Solution, tool: Callable[[str], str], tmp_path: Path
) -> None:
    source = str(blog.render("beamer")).replace(r"% \setbeameroption{show notes}", r"\setbeameroption{show only notes}")
    log = log_of(tool("pdflatex"), source, tmp_path)
    assert COMPLAINT.findall(log) == []
    command = [tool("pdftotext"), "-raw", "slides.pdf", "-"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode().split("\f")
    said = [page for page in shown if "stands as a factor of" in page]
    assert len(said) == 4  # with each of the four lines of the first step of a weight
    assert all("Step 4." in page and "from step 3" in page for page in said)


def test_words_stay_words(tool: Callable[[str], str], tmp_path: Path) -> None:
    hostile = tuple(block for words in HOSTILE for block in (Heading(1, text(words)), Items((text(words),))))
    everything = " ".join(HOSTILE)
    source = render(page((*every_block(), *hostile), title=everything, author=everything), "beamer").content.decode()
    log = log_of(tool("pdflatex"), source, tmp_path)
    assert re.findall(r"^! .*", log, re.MULTILINE) == []
    assert "Output written" in log
