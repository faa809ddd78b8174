"""A QTI 3 package: an item for each number, a test of all of them, and the pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.document.bank import Bank
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

    def __init__(self, bank: Bank, stem: str) -> None:
        super().__init__(bank, stem, f"../{_PICTURES}/")
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
    return archive(dict(_files(bank, stem)))


def _files(bank: Bank, stem: str) -> Iterator[tuple[str, bytes]]:
    language = _Qti(bank, stem)
    setting = language.html(*language.document.blocks)
    pictures = {f"{_PICTURES}/{name}": content for name, content in language.companions.items()}
    # A name of XML: it begins with a letter, and has no spaces.
    test = f"bank-{re.sub('[^A-Za-z0-9_-]+', '-', stem)}"
    items = {f"{test}-{at}": question for at, question in enumerate(bank.questions, start=1)}
    shared = {"document": language.document, "test": test, "items": items, "pictures": list(pictures)}
    # The manifest is what a reader looks for first.
    yield "imsmanifest.xml", language.filled("qti-manifest.xml.jinja", **shared).encode()
    yield "test.xml", language.filled("qti-test.xml.jinja", **shared).encode()
    for name, question in items.items():
        prompt = language.html(question.blank)
        written = language.filled(
            "qti-item.xml.jinja",
            document=language.document,
            name=name,
            question=question,
            setting=setting,
            prompt=prompt,
            # Right first: what is right is no wrong answer.
            answers=[("right", question, "Right.")]
            + [(f"wrong-{at}", wrong, wrong.says) for at, wrong in enumerate(question.wrong, start=1)],
        )
        yield f"items/{name}.xml", written.encode()
    yield from pictures.items()
