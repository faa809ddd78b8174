"""Moodle XML: the whole exercise as a cloze question, and each number as a numerical question."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

from derive.document.bank import Bank, Question
from derive.document.blocks import Equation
from derive.render.banks.bank_language import TexBankLanguage, number
from derive.render.language import Safe, clean

#: What ends something within a cloze question's answers, written so that it is a sign alone.
_ENDS = str.maketrans({sign: f"&#{ord(sign)};" for sign in '}~#\\{/"'})

#: What the questions of a file stand between.
_QUIZ: Final = ("<quiz>", "</quiz>")


class _Moodle(TexBankLanguage):
    """Writes a bank for Moodle, which shows TeX by MathJax."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {**super().filters(), "gap": gap}

    def escape(self, text: str) -> str:
        return super().escape(text).replace("{", "&#123;")  # no words begin a gap

    def typeset(self, tex: str) -> str:
        return escape(rf"\({tex}\)", quote=False)

    def equation(self, equation: Equation) -> Safe:
        return Safe(escape(rf"\[{self.tex(equation)}\]", quote=False))


def moodle(bank: Bank, stem: str) -> bytes:
    """The bank as one file, which Moodle imports into a category that is called after its title."""
    language = _Moodle(bank, stem, "@@PLUGINFILE@@/")
    setting = language.html(*language.document.blocks)
    # A variant has its id, after which it is called, in its title; all variants go into one category.
    category = clean(bank.setting.title).removesuffix(f" ({stem})").replace("/", "//")
    text = language.filled(
        "moodle.xml.jinja",
        document=language.document,
        category=category,
        stem=stem,
        setting=setting,
        questions=bank.questions,
        prompts=[language.html(question.blank) for question in bank.questions],
        weights=_weights(bank),
        pictures={name: Safe(b64encode(content).decode()) for name, content in language.companions.items()},
    )
    return text.encode()


def moodle_of_variants(banks: Mapping[str, Bank], _: str) -> bytes:
    """The banks of variants, by id, as one file: their questions go into the same categories, whose names they have."""
    texts = [moodle(bank, name).decode() for name, bank in banks.items()]
    bodies = [text[text.index(_QUIZ[0]) + len(_QUIZ[0]) : text.rindex(_QUIZ[1])] for text in texts]
    before, after = texts[0][: texts[0].index(_QUIZ[0])], texts[0][texts[0].rindex(_QUIZ[1]) :]
    return "".join((before, _QUIZ[0], *bodies, after)).encode()


def gap(question: Question, weight: int) -> Safe:
    """A number in a cloze question, and what is told of each answer: ``{1:NUMERICAL:=0.5:0.1#Right.~…}``."""
    alternatives = [f"={number(question.value)}:{number(question.off)}#Right."]
    alternatives += [
        f"%0%{number(wrong.value)}:{number(wrong.off)}#{escape(clean(wrong.says), quote=False).translate(_ENDS)}"
        for wrong in question.wrong
    ]
    return Safe(f"{{{weight}:NUMERICAL:{'~'.join(alternatives)}}}")


def _weights(bank: Bank) -> list[int]:
    """How much each question counts in a cloze question, which takes whole numbers."""
    scale = 1
    while any(question.points * scale % 1 for question in bank.questions):
        scale *= 10
    return [int(question.points * scale) for question in bank.questions]
