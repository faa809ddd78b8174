"""Jupyter notebooks: the page as in Markdown, and behind each derivation a cell that works it out again.

The format is nbformat 4.5 (nbformat.readthedocs.io, "The Notebook file format").
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import count
from typing import Any

from derive.document.blocks import Document, Figure
from derive.document.program.statements import Program
from derive.render.code.coder import Coder
from derive.render.environment import page_environment
from derive.render.language import Safe, clean
from derive.render.markdown.markdown import Markdown
from derive.render.outline import with_consecutive_levels
from derive.render.svg import svg

#: Begin a cell of the page's words, one of code, and what that prints. No text of a file can have these: control
#: characters are replaced.
WORDS = "\x02"
CODE = "\x03"
PRINTS = "\x04"

#: The first line of the cell with what the others use, and what JupyterLab and Jupyter Book fold a cell away by.
_HELPERS = "# Helpers for the cells below: imports, functions, and how a value is held against the page."
_FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
#: A cell of more lines has some for each entry of a large array, which nobody reads: what it prints scrolls, too.
_MOST_LINES = 60
_LONG = {**_FOLDED, "scrolled": True}


class Notebook(Markdown):
    """Writes the cells, one behind the other; those of code are the program's."""

    def __init__(self, document: Document, stem: str, program: Program | None = None) -> None:
        super().__init__(document, stem, "jupyter")
        self.coder = None if program is None else Coder(program, numpy=True)
        self.parts = {} if self.coder is None else self.coder.parts

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {**super().filters(), "code": self.code}

    def variables(self) -> Mapping[str, object]:
        return {**super().variables(), "words": Safe(WORDS)}

    def finished(self, text: str) -> str:
        metadata: dict[str, object] = {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
            "title": clean(self.document.title),
        }
        if self.document.author:
            metadata["authors"] = [{"name": clean(self.document.author)}]
        data = {"cells": self.cells(text), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"

    def cells(self, text: str) -> list[dict[str, Any]]:
        """The cells of the page."""
        run = count(1)
        return [_cell(number, kind, source, run) for number, (kind, source) in enumerate(_cells(text), start=1)]

    def code(self, place: int) -> Safe:
        """The cells of code behind the block at a place of the page, and the beginning of the next cell of words."""
        statements = self.parts.get(place)
        if self.coder is None or not statements:
            return Safe("")
        first = f"{CODE}{_HELPERS}\n{self.coder.setup()}{PRINTS}" if place == min(self.parts) else ""
        cell = f"{CODE}{self.coder.code(statements)}{PRINTS}{self.coder.printed(statements)}"
        return Safe(f"{first}{cell}{WORDS}")

    def figure(self, figure: Figure) -> Safe:
        """The drawing itself. JupyterLab shows no attached SVG, and other readers no SVG in Markdown's own images."""
        drawing = b64encode(svg(figure.drawing, self.document.symbols, figure.alt).encode()).decode()
        shown = f'<img src="data:image/svg+xml;base64,{drawing}" alt="{escape(clean(figure.alt))}">'
        return Safe(f'<a id="{self.place(figure.name)}"></a>\n\n{shown}\n\n{self.captions(figure.caption)["stressed"]}')


def shown_in_output(document: Document) -> str:
    """The page as Markdown for the output of a cell: in one piece, with its figures."""
    language = Notebook(with_consecutive_levels(document), "solution")
    template = page_environment(language).get_template("markdown/page.md.jinja")
    return template.render(document=language.document, **language.variables())


def _cells(text: str) -> Iterator[tuple[str, str]]:
    """The kind and source of each cell that holds anything."""
    for piece in text.replace(WORDS, f"\0{WORDS}").replace(CODE, f"\0{CODE}").split("\0"):
        kind = "code" if piece.startswith(CODE) else "markdown"
        source = piece.lstrip(WORDS + CODE).strip("\n")
        if source.strip():
            yield kind, source


def _cell(number: int, kind: str, source: str, run: Iterator[int]) -> dict[str, Any]:
    """A cell; one of code whose output is known is as if it had been run, so that its output is seen where none is."""
    source, known, printed = source.partition(PRINTS)
    metadata: Mapping[str, object] = {}
    if source.startswith(_HELPERS):
        metadata = _FOLDED
    elif kind == "code" and source.count("\n") > _MOST_LINES:
        metadata = _LONG
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {**metadata}}
    if kind == "code":
        text = [f"{line}\n" for line in printed.splitlines()]
        outputs = [{"name": "stdout", "output_type": "stream", "text": text}] if text else []
        cell |= {"execution_count": next(run) if known else None, "outputs": outputs}
    return cell | {"source": source.rstrip("\n").splitlines(keepends=True)}
