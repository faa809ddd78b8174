"""A quiz for Canvas: QTI 1.2 as Canvas writes and reads it, with the pictures.

Canvas takes each range of a numerical question for one of right answers, so that it can tell no mistake by its number:
what is usually done wrong is told to whoever is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from html import escape
from typing import Final
from urllib.parse import quote

import msgspec

from derive.document.bank import Bank, Question
from derive.render.banks.bank_language import TexBankLanguage, archive
from derive.render.language import Safe

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
    quiz = f"bank-{re.sub('[^A-Za-z0-9_-]+', '-', stem)}"
    return archive(dict(_files({quiz: bank}, quiz, bank.setting.title)))


def canvas_of_variants(banks: Mapping[str, Bank], title: str) -> bytes:
    """The banks of variants, by id, as one quiz: a group for each number, of which Canvas draws one variant."""
    named = {f"bank-{at}": bank for at, bank in enumerate(banks.values(), start=1)}
    return archive(dict(_files(named, "bank", title)))


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


def _files(banks: Mapping[str, Bank], quiz: str, title: str) -> Iterator[tuple[str, bytes]]:
    several = len(banks) > 1
    folders = {name: f"{_PICTURES}/{f'{name}/' if several else ''}" for name in banks}
    languages = {name: _Canvas(bank, name, f"{_ROOT}/{folders[name]}") for name, bank in banks.items()}
    settings = {name: language.html(*language.document.blocks) for name, language in languages.items()}
    items = [_items(languages[name], bank, settings[name] if several else "") for name, bank in banks.items()]
    pictures = {
        f"{folders[name]}{file}": content
        for name, language in languages.items()
        for file, content in language.companions.items()
    }
    first, one = languages[next(iter(banks))], next(iter(banks.values()))
    variables = {
        "title": title,
        "quiz": quiz,
        "setting": "" if several else next(iter(settings.values())),
        "groups": [(question, [each[at] for each in items]) for at, question in enumerate(one.questions)],
        "points": sum((question.points for question in one.questions), Decimal(0)),
        "pictures": list(pictures),
    }
    yield "imsmanifest.xml", first.filled("canvas-manifest.xml.jinja", **variables).encode()
    yield f"{quiz}/{quiz}.xml", first.filled("canvas-quiz.xml.jinja", **variables).encode()
    yield f"{quiz}/assessment_meta.xml", first.filled("canvas-meta.xml.jinja", **variables).encode()
    yield from pictures.items()


def _items(language: _Canvas, bank: Bank, setting: str) -> list[Safe]:
    """The questions of a bank as items; what is given stands in each where there is no text for all."""
    return [
        Safe(
            language.filled(
                "canvas-item.xml.jinja",
                name=f"{language.stem}-{at}",
                setting=setting,
                question=question,
                prompt=language.html(question.blank),
                scale=scaled(question),
            ).strip()
        )
        for at, question in enumerate(bank.questions, start=1)
    ]
