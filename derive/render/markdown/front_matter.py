"""What stands before a page for the program that publishes it: its front matter, in YAML."""

from __future__ import annotations

import json
from collections.abc import Callable

from derive.catalogue.flavours import Flavour, is_day
from derive.document.blocks import Content, Document, Emphasis
from derive.render.language import clean


def front_matter(document: Document, flavour: Flavour, escape: Callable[[str], str]) -> str:
    """The lines before the page, with those around them; nothing where there are none.

    Args:
        document: the page.
        flavour: whose front matter it is.
        escape: writes words in Markdown, as a line of their own.
    """
    lines = [f"{key}: {value}" for key, value in _entries(document, flavour, escape).items() if value]
    return "\n".join(["---", *lines, "---"]) if lines else ""


def byline(document: Document, flavour: Flavour) -> Content:
    """Who wrote the page and when, unless the front matter tells it."""
    told = _entries(document, flavour, str)
    known = [document.author, document.date]
    names = ("author", "date")
    rest = ", ".join(value for name, value in zip(names, known, strict=True) if value and not told.get(name))
    return (Emphasis(rest),) if rest else ()


def _entries(document: Document, flavour: Flavour, escape: Callable[[str], str]) -> dict[str, str]:
    def quoted(words: str) -> str:
        # A string of JSON is one of YAML, whatever it holds.
        words = clean(words)
        return json.dumps(escape(words) if flavour.front_is_markdown else words, ensure_ascii=False) if words else ""

    values = {name: quoted(getattr(document, name)) for name in ("title", "author", "date")}
    values["language"] = quoted(document.text_language)
    values["day"] = document.date if is_day(document.date) else ""
    return {key: form.format(**values) for key, form in flavour.front.items()}
