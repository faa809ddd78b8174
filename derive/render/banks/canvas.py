"""A quiz for Canvas: QTI 1.2 as Canvas writes and reads it, with the pictures.

Canvas takes each range of a numerical question for one of right answers, so that it can tell no mistake by its number:
what is usually done wrong is told to whoever is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import escape
from typing import Final
from urllib.parse import quote

import msgspec

from derive.document.bank import Bank, Question
from derive.render.banks.bank_language import TexBankLanguage, archive

#: Canvas turns what is smaller into 0.
_LEAST: Final = Decimal("0.0001")

_PICTURES = "pictures"
#: What Canvas knows its own files by, whatever the course is.
_ROOT = "%24IMS-CC-FILEBASE%24"


class Scaled(msgspec.Struct, frozen=True):
    """A question as Canvas can ask it.

    Attributes:
        power: the unit that the answer is given in, as a power of ten.
        low: the least right answer in it.
        high: the greatest.
    """

    power: int
    low: Decimal
    high: Decimal


class _Canvas(TexBankLanguage):
    """Writes a bank for Canvas, which makes pictures of TeX."""

    picture = "png"

    def typeset(self, tex: str) -> str:
        said = escape(tex)
        return (
            f'<img class="equation_image" title="{said}" src="/equation_images/{quote(quote(tex, safe=""), safe="")}" '
            f'alt="LaTeX: {said}" data-equation-content="{said}"/>'
        )


def canvas(bank: Bank, stem: str) -> bytes:
    """The bank as a package that Canvas imports as a quiz."""
    return archive(dict(_files(bank, stem)))


def scaled(question: Question) -> Scaled:
    """The bounds of a right answer, in a unit in which none of them is too small."""
    value, off = question.value, question.off
    low, high = value - off, value + off
    power = 0
    if any(0 < abs(bound) < _LEAST for bound in (low, value, high)):
        power = max(abs(low), abs(high)).adjusted()
        if off:
            power = min(power, off.adjusted() + 4)
    return Scaled(power, low.scaleb(-power), high.scaleb(-power))


def _files(bank: Bank, stem: str) -> Iterator[tuple[str, bytes]]:
    language = _Canvas(bank, stem, f"{_ROOT}/{_PICTURES}/")
    setting = language.html(*language.document.blocks)
    pictures = {f"{_PICTURES}/{name}": content for name, content in language.companions.items()}
    quiz = f"bank-{re.sub('[^A-Za-z0-9_-]+', '-', stem)}"
    variables = {
        "document": language.document,
        "quiz": quiz,
        "setting": setting,
        "questions": bank.questions,
        "prompts": [language.html(question.blank) for question in bank.questions],
        "scales": list(map(scaled, bank.questions)),
        "points": sum((question.points for question in bank.questions), Decimal(0)),
        "pictures": list(pictures),
    }
    yield "imsmanifest.xml", language.filled("canvas-manifest.xml.jinja", **variables).encode()
    yield f"{quiz}/{quiz}.xml", language.filled("canvas-quiz.xml.jinja", **variables).encode()
    yield f"{quiz}/assessment_meta.xml", language.filled("canvas-meta.xml.jinja", **variables).encode()
    yield from pictures.items()
