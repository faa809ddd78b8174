"""What a quiz is shown: the plain HTML that all systems take, well-formed, without styles or scripts."""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from html import escape
from io import BytesIO
from typing import Any, ClassVar, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec.structs import replace

from derive.document.bank import Bank
from derive.document.blocks import Block, Equation, Figure, Item
from derive.render.environment import page_environment
from derive.render.language import Language, Safe
from derive.render.math.tex import TexPrinter
from derive.render.outline import with_consecutive_levels
from derive.render.pictures import PIXELS, drawn
from derive.render.svg import svg

_ALIGN = {"l": "left", "r": "right", "c": "center"}

#: A number with more zeros than this before its first digit, or behind its last, is written with a power of ten.
_ZEROS = 12


class BankLanguage(Language):
    """Writes what a quiz shows of a bank.

    Args:
        bank: the questions.
        stem: what the bank's file is called, without its suffix.
        folder: what stands before the name of a picture where it is shown.
    """

    #: What a picture is.
    picture: ClassVar[Literal["svg", "png"]] = "svg"

    def __init__(self, bank: Bank, stem: str, folder: str) -> None:
        super().__init__(with_consecutive_levels(bank.setting), stem)
        self.folder = folder

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **super().filters(),
            "cell": lambda letter: Safe(self.cell(_ALIGN[letter])),
            "escaped": lambda text: Safe(escape(text)),
            "number": number,
        }

    @cached_property
    def _environment(self) -> Any:
        return page_environment(self)

    def filled(self, template: str, **variables: object) -> str:
        """A template of the bank's, filled."""
        return str(self._environment.get_template(f"banks/{template}").render(**variables))

    def html(self, *blocks: Block) -> Safe:
        """Blocks as they are shown."""
        return Safe(self.filled("blocks.html.jinja", document=replace(self.document, blocks=blocks)).strip())

    def escape(self, text: str) -> str:
        return escape(text)

    def number(self, text: str) -> str:
        return text.replace("-", "−")

    def link(self, target: str, text: str) -> str:
        return text

    def strong(self, text: str) -> str:
        return f"<strong>{text}</strong>"

    def emphasis(self, text: str) -> str:
        return f"<em>{text}</em>"

    def cell(self, align: str) -> str:
        """The attributes of a cell of a table, whose content stands ``left``, ``right`` or ``center``."""
        return f' style="text-align: {align}; padding: 0.1em 0.6em;"'

    def figure(self, figure: Figure) -> Safe:
        """The picture of a drawing, which is a file of the bank."""
        name = f"{figure.name}.{self.picture}"
        if self.picture == "svg":
            self.companions[name] = svg(figure.drawing, self.document.symbols, figure.alt).encode()
        else:
            self.companions[name] = drawn(figure, self.document.symbols)
        width, height = (round(size * PIXELS) for size in (figure.drawing.width, figure.drawing.height))
        alt = self.finalize(figure.alt)
        return Safe(f'<img src="{self.folder}{name}" alt="{alt}" width="{width}" height="{height}"/>')


class TexBankLanguage(BankLanguage):
    """Writes a bank whose formulas are in TeX."""

    printer = TexPrinter

    def tex(self, equation: Equation) -> str:
        """A displayed equation as one formula."""
        body = self.display.equation(equation)
        return body if len(equation.rows) == 1 else rf"\begin{{aligned}}{body}\end{{aligned}}"

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        return self.typeset(body)

    def equation(self, equation: Equation) -> Safe:
        return Safe(self.typeset(self.tex(equation)))

    def typeset(self, tex: str) -> str:
        """A formula as the system takes it."""
        raise NotImplementedError


def number(value: Decimal) -> Safe:
    """A number as systems read it: ``-0.0597``, ``1.2e-30``."""
    if value and not -_ZEROS <= value.adjusted() <= _ZEROS:
        return Safe(format(value, "e"))
    return Safe(format(value, "f"))


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip file, the same for the same files at any time."""
    content = BytesIO()
    with ZipFile(content, "w") as zipped:
        for name, file in files.items():
            info = ZipInfo(name)  # of 1980, as it knows no time
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            info.create_system = 3  # whatever the system is that writes it
            zipped.writestr(info, file)
    return content.getvalue()
