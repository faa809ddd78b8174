"""A QTI 3 package: an item for each number, a test of all of them, and the pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from derive.document.bank import Bank, Question
from derive.document.blocks import Equation, Item
from derive.render.banks.bank_language import BankLanguage, archive
from derive.render.language import Safe
from derive.render.math.mathml import MathmlPrinter
from derive.render.math.speech import SpeechPrinter

_MATHML = "http://www.w3.org/1998/Math/MathML"
_PICTURES = "pictures"


class _Qti(BankLanguage):
    """Writes a bank for what reads QTI 3, which shows MathML."""

    printer = MathmlPrinter

    def __init__(self, bank: Bank, stem: str, folder: str) -> None:
        super().__init__(bank, stem, folder)
        self.speech = SpeechPrinter(self.document.symbols, self.document.cost)

    def formula(self, body: str, items: tuple[Item, ...]) -> str:
        return f'<math xmlns="{_MATHML}" alttext="{self.escape(self.speech.formula(items))}">{body}</math>'

    def equation(self, equation: Equation) -> Safe:
        said, body = self.escape(self.speech.equation(equation)), self.display.equation(equation)
        return Safe(f'<math xmlns="{_MATHML}" display="block" alttext="{said}">{body}</math>')

    def cell(self, align: str) -> str:
        return f' class="qti-align-{align}"'  # QTI has no styles


def qti(bank: Bank, stem: str) -> bytes:
    """The bank as a package."""
    # A name of XML: it begins with a letter, and has no spaces.
    return archive(dict(_files({f"bank-{re.sub('[^A-Za-z0-9_-]+', '-', stem)}": bank}, bank.setting.title)))


def qti_of_variants(banks: Mapping[str, Bank], title: str) -> bytes:
    """The banks of variants, by id, as one package, of whose test each student is given one variant."""
    return archive(dict(_files({f"bank-{at}": bank for at, bank in enumerate(banks.values(), start=1)}, title)))


def _files(banks: Mapping[str, Bank], title: str) -> Iterator[tuple[str, bytes]]:
    several = len(banks) > 1
    languages = {
        name: _Qti(bank, name, f"../{_PICTURES}/{f'{name}/' if several else ''}") for name, bank in banks.items()
    }
    items = {
        name: {f"{name}-{at}": question for at, question in enumerate(bank.questions, start=1)}
        for name, bank in banks.items()
    }
    written = {
        item: content for name, language in languages.items() for item, content in _items(language, items[name]).items()
    }
    pictures = {
        name: {f"{_PICTURES}/{f'{name}/' if several else ''}{file}": content for file, content in found.items()}
        for name, found in ((name, language.companions) for name, language in languages.items())
    }
    first = next(iter(languages.values()))
    shared = {
        "title": title,
        "test": next(iter(banks)) if not several else "bank",
        "variants": {
            name: (language.document.title, items[name], list(pictures[name])) for name, language in languages.items()
        },
    }
    # The manifest is what a reader looks for first.
    yield "imsmanifest.xml", first.filled("qti-manifest.xml.jinja", **shared).encode()
    yield "test.xml", first.filled("qti-test.xml.jinja", **shared).encode()
    yield from written.items()
    for found in pictures.values():
        yield from found.items()


def _items(language: _Qti, items: Mapping[str, Question]) -> Mapping[str, bytes]:
    """The questions of a bank, each a file."""
    setting = language.html(*language.document.blocks)
    return {
        f"items/{name}.xml": language.filled(
            "qti-item.xml.jinja",
            document=language.document,
            name=name,
            question=question,
            setting=setting,
            prompt=language.html(question.blank),
            # Right first: what is right is no wrong answer.
            answers=[("right", question, "Right.")]
            + [(f"wrong-{at}", wrong, wrong.says) for at, wrong in enumerate(question.wrong, start=1)],
        ).encode()
        for name, question in items.items()
    }
