"""Books (``.epub``): the page as XHTML in the files of EPUB 3, of which nothing depends on a time or a machine.

EPUB 3.3, https://www.w3.org/TR/epub-33/.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from derive.catalogue.flavours import is_day
from derive.document.blocks import Block, Content, Document, Equation, Heading, Table
from derive.document.equations import Equations
from derive.render.bookmarks import bookmark
from derive.render.columns import parts
from derive.render.environment import page_environment, template_root
from derive.render.html.html import Html
from derive.render.language import Safe, clean
from derive.render.packed import packed

#: Where a section begins. No text of a file can have it: control characters are replaced.
_CHAPTER: Final = "\x02"
_CONTAINER: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles>
<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
_ID: Final = re.compile(r'\sid="([^"]+)"')
_HREF: Final = re.compile(r'href="#([^"]+)"')
#: The width of a leaf in em, as readers show one at the size of letters that they begin with.
_LEAF: Final = 32.0
#: The part of a leaf, in hundredths, that a formula takes which is set smaller, and what a sign takes in it.
_SHARE: Final = 92.0
_SIGN: Final = 1.9
#: What a file has to be declared to hold.
_PROPERTIES: Final = {"mathml": "<math", "svg": "<svg"}


class Book(Html):
    """Writes the page as XHTML, and packs it. A leaf does not scroll: what is wider is parted or set smaller."""

    def __init__(self, document: Document, stem: str) -> None:
        blocks = tuple(part for block in document.blocks for part in _on_leaves(block))
        super().__init__(replace(document, blocks=blocks), stem)
        self.measured = Equations(document.symbols)

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        # What scripts would ask for is not there.
        return {**super().filters(), "about": lambda _: Safe("")}

    def variables(self) -> Mapping[str, object]:
        return {**super().variables(), "chapter": Safe(_CHAPTER), "fields": False}

    def head(self, content: Content) -> Safe:
        # EPUB's MathML knows no ``aria-hidden``; the formula says itself.
        return self.inline(content)

    def equation(self, equation: Equation) -> Safe:
        written = super().equation(equation)
        lines = max(self.measured.width_of(row.items) for row in equation.rows)
        width = self.measured.width(equation.left) + lines + _SIGN
        if width <= _LEAF:
            return written
        size = f"min(1.06em, {_SHARE / width:.2f}vw)"
        return Safe(written.replace("<math", f'<math style="font-size: {size}"', 1))

    def _entry(self, heading: Heading, below: str) -> str:
        # Readers list the contents in menus, which show words alone.
        said = escape(clean(bookmark(heading.content, self.document.symbols)))
        link = f'<a href="#{self.place(heading.anchor)}">{said}</a>'
        return f"<li>{link}{below}</li>"

    def finished(self, text: str) -> str:
        return text.replace("<wbr>", "<wbr/>").replace("<math", '<math xmlns="http://www.w3.org/1998/Math/MathML"')

    def packed(self, text: str) -> bytes:
        """The page as a book.

        Args:
            text: the page, finished.
        """
        top, *sections, bottom = text.split(_CHAPTER) if text.count(_CHAPTER) > 1 else ("", text, "")
        pages = {f"section-{number}.xhtml": section for number, section in enumerate(sections, start=1)}
        places = {place: name for name, section in pages.items() for place in _ID.findall(section)}

        def linked(section: str) -> str:
            return _HREF.sub(lambda found: f'href="{places.get(found[1], "")}#{found[1]}"', section)

        environment = page_environment(self)
        digest = hashlib.sha256(text.encode()).digest()
        known = {
            "document": self.document,
            "identifier": str(UUID(bytes=digest[:16], version=4)),
            "day": self.document.date if is_day(self.document.date) else "",
            "sections": [(name, " ".join(_held(section))) for name, section in pages.items()],
            "contents": Safe(linked(self.contents())),
        }
        filled = {
            name: environment.get_template(f"epub/{name}.jinja").render(known).encode()
            for name in ("package.opf", "nav.xhtml")
        }
        style = f"{self.variables()['style']}\n{(template_root() / 'epub/style.css').read_text(encoding='utf-8')}"
        files = {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "book/package.opf": filled["package.opf"],
            "book/nav.xhtml": filled["nav.xhtml"],
            "book/style.css": style.encode(),
        }
        files |= {f"book/{name}": f"{top}{linked(section)}{bottom}".encode() for name, section in pages.items()}
        return packed(files, stored=("mimetype",))


def _on_leaves(block: Block) -> Iterator[Block]:
    if isinstance(block, Table):
        yield from parts(block, abreast=False, line=_LEAF)
    else:
        yield block


def _held(section: str) -> Iterator[str]:
    yield from (name for name, tag in _PROPERTIES.items() if tag in section)
