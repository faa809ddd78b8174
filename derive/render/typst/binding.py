"""Several PDFs as one, to be printed at once: each page of each is set on a page of its own."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from derive.errors import ToolError
from derive.files import temporary_folder

_PAGES: Final = re.compile(rb"/Type\s*/Pages\b(?:(?!endobj)[^>])*?/Count\s+(\d+)|/Count\s+(\d+)[^>]*?/Type\s*/Pages\b")
_PAPER: Final = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]")
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


#: Above the pages of a booklet: a page with its title and what is in it, and a number on each that runs through it.
_BOOKLET: Final = """\
#set text(font: "New Computer Modern", size: 10pt)
#set page(foreground: place(bottom + center, dy: -9mm, context counter(page).display("1 / 1", both: true)))
#show outline.entry: set block(above: 0.9em)
#page(margin: 60pt)[
  #align(center, block(below: 2.4em, text(size: 17pt, weight: "bold", {title})))
  #outline(title: none)
]
#show heading: it => place(top + left, hide(it))"""


def bound(title: str, sheets: Mapping[str, bytes], chapters: Mapping[str, str] | None = None) -> bytes:
    """One PDF of all pages of some, in their order.

    Args:
        title: what it is called.
        sheets: the PDFs, by what each is called.
        chapters: the title of each, where they are one booklet, which has contents and numbers on its pages; those of
            the sheets have none then. Left out: sheets to be printed and given to many.

    Raises:
        ToolError: Typst cannot be loaded, or it cannot read one of them.
    """
    try:
        import typst as engine
    except ImportError as error:
        raise ToolError(f"the typesetter Typst cannot be loaded ({error}); pip install typst") from error
    lines = [f"#set document(title: {_text(title)})"]
    if chapters is not None:
        _, width, height = _size(*next(iter(sheets.items())))
        lines += [f"#set page(width: {width}pt, height: {height}pt)", _BOOKLET.replace("{title}", _text(title))]
    lines += ["#set page(margin: 0pt)", "#set par(spacing: 0pt)"]
    with temporary_folder() as folder:
        for number, (name, content) in enumerate(sheets.items()):
            folder.joinpath(f"{number}.pdf").write_bytes(content)
            pages, width, height = _size(name, content)
            lines.append(f"#set page(width: {width}pt, height: {height}pt)")
            for page in range(1, pages + 1):
                alt = _text(f"{name}, page {page}")
                opens = f"heading(level: 1, {_text(chapters[name])}); " if chapters is not None and page == 1 else ""
                image = f'image("{number}.pdf", page: {page}, width: 100%, height: 100%, alt: {alt})'
                lines.append(f"#page({{{opens}{image}}})")
        try:
            compiler = engine.Compiler(
                "\n".join(lines).encode(), root=folder, ignore_system_fonts=True, package_path=folder
            )
            whole = compiler.compile(format="pdf", timestamp=0)
        except engine.TypstError as error:
            raise ToolError(f"Typst cannot put the sheets together: {error.message}") from error
    assert isinstance(whole, bytes)
    return whole


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    return _size("the PDF", content)[0]


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _size(name: str, content: bytes) -> tuple[int, str, str]:
    """How many pages a PDF has, and how wide and high they are, in points."""
    count = 0
    paper: re.Match[bytes] | None = None
    for part in _parts(content):
        count = max([count, *(int(one or other) for one, other in _PAGES.findall(part))])
        paper = paper or _PAPER.search(part)
    if not count or paper is None:
        raise ToolError(f"{name}: a PDF whose pages cannot be counted")
    return count, paper[1].decode(), paper[2].decode()


def _parts(content: bytes) -> Iterator[bytes]:
    """The PDF, and what it holds in compressed form, where TeX keeps the pages."""
    yield content
    for stream in _STREAM.finditer(content):
        with suppress(zlib.error):
            found = zlib.decompressobj().decompress(stream[1], 2**22)
            if b"/Page" in found:
                yield found
