"""Python: a script that works the page out again."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from derive.document.blocks import Document, Figure, Heading, Item
from derive.document.program.statements import Given, GivenArray, Program, Remark, Statement
from derive.expression.plain import plain
from derive.render.code.code_helpers import digits_of
from derive.render.code.coder import Coder
from derive.render.code.words_in_code import comment, string
from derive.render.language import Language, Safe, byline, words
from derive.render.math.tex import TexPrinter

_ABOUT = (
    "It works every step out in the order of the page, prints it, and stops where a value is not the one on the page."
)

#: What is imported when a script runs: by the script, by NumPy from 1.26 on, and by Python, to begin with or to show
#: where it stopped. A file of such a name beside a script would be taken for the module.
IMPORTED = frozenset(
    "abc annotationlib ast base64 binascii bisect blake2 builtins codecs codeop collections collections_abc "
    "colorize compat_pickle contextlib contextvars copyreg ctypes datetime decimal dis encodings enum errno "
    "fnmatch fractions functools genericpath glob hashlib hmac imp importlib inspect io ipaddress itertools json "
    "keyword linecache locale logging marshal math ntpath numbers numpy opcode operator os pathlib pickle "
    "platform posix posixpath pydecimal random re reprlib secrets select sha512 shutil signal site sitebuiltins "
    "sre stat string struct subprocess sys sysconfig tempfile textwrap thread threading time token tokenize "
    "traceback types typing unicodedata urllib warnings weakref weakrefset zipimport".split()
)


class Python(Language):
    """Writes a page's program; of its words there are the headings, as comments."""

    printer = TexPrinter

    def __init__(self, document: Document, stem: str, program: Program | None = None) -> None:
        super().__init__(document, stem)
        self.coder = None if program is None else Coder(program, numpy=False)
        self.parts = {} if self.coder is None else self.coder.parts
        self.with_code = self._headings_over(lambda _: True)
        self.with_results = self._headings_over(
            lambda statement: not isinstance(statement, Given | Remark | GivenArray)
        )

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {**super().filters(), "code": self.code, "heading": self.heading, "opening": self.opening}

    def _headings_over(self, wanted: Callable[[Statement], bool]) -> frozenset[int]:
        """The headings that stand over certain statements, at any depth."""
        found: set[int] = set()
        above: list[tuple[int, int]] = []
        for place, block in enumerate(self.document.blocks):
            if isinstance(block, Heading):
                above = [(level, at) for level, at in above if level < block.level] + [(block.level, place)]
            if any(map(wanted, self.parts.get(place, ()))):
                found.update(at for _, at in above)
        return frozenset(found)

    def code(self, place: int) -> Safe:
        """The statements behind the block at a place of the page; nothing where there are none."""
        statements = self.parts.get(place)
        if self.coder is None or not statements:
            return Safe("")
        return Safe(f"{self.coder.code(statements)}\n")

    def heading(self, heading: Heading, place: int) -> Safe:
        """A heading as a comment; nothing where no statement follows."""
        # Below the headings of layers, arrays belong to all neurons.
        in_arrays = self.coder is not None and self.coder.with_arrays and heading.level > 2
        if place not in self.with_code or in_arrays:
            return Safe("")
        text = comment(words(heading.content))
        if heading.level > 2:
            return Safe(f"\n# {text}\n")
        said = f"\nprint()\nprint({string(text)})\n" if heading.level == 1 and place in self.with_results else ""
        return Safe(f"\n\n# {text}\n# {('=' if heading.level == 1 else '-') * len(text)}\n{said}")

    def opening(self, document: Document) -> Safe:
        """What stands before everything: what this is, imports and functions, and the page's title."""
        if self.coder is None:
            return Safe("")
        numbers = self.coder.numbers
        about = f"{_ABOUT} It needs nothing but Python 3.8 or newer."
        if self.coder.with_arrays:
            about = f"{_ABOUT} It works with whole layers at once, and needs NumPy."
        if numbers.rounding is not None:
            about += (
                f" Each result is rounded to {digits_of(numbers.rounding)}, and carried on as rounded, as by hand. "
                "Binary floats would get half of the ties wrong, so it calculates with decimals."
            )
        elif numbers.digits is not None:
            about += " Binary floats have too few digits for what is printed here, so it calculates with decimals."
        else:
            about += " Full precision is carried; only what is printed is rounded."
        # The file's own words stand in comments, below the lines in which Python looks for a comment that names an
        # encoding.
        lines = [
            '"""A worked backpropagation example that checks itself.',
            "",
            *textwrap.wrap(about, 100),
            '"""',
            "",
            *(f"# {comment(said)}" for said in (document.title, words(byline(document))) if said),
            "",
            self.coder.setup(),
        ]
        return Safe("\n".join(lines) + "\n")

    def escape(self, text: str) -> str:
        return comment(text)

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        return " ".join(f"{sign} {plain(expr)}".strip() for sign, expr in items)

    def number(self, text: str) -> str:
        return text

    def link(self, target: str, text: str) -> str:
        return text

    def strong(self, text: str) -> str:
        return text

    def emphasis(self, text: str) -> str:
        return text

    def figure(self, figure: Figure) -> Safe:
        return self.finalize(figure.alt)
