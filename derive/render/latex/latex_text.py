r"""Words in LaTeX: what has to be escaped, and how characters beyond ASCII reach the page with every engine.

pdfTeX knows the characters of its T1 and TS1 encodings; Latin Modern, the font of the other engines, has these and some
more. Letters with accents are put together, mathematical signs are set as formulas, and a character that is none of
these goes through ``\character``, which the preamble defines: it prints the character where the font has it, and its
number, as ``[U+4E2D]``, where not. No title can break a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import unescape

from derive.model.symbols import GREEK
from derive.render.signs import UNSEEN

#: Characters of TeX's own, and those that TeX's fonts join with a neighbour or show as another sign.
_ASCII: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    # After \\ and \item these would be read as the start of an argument.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
}

#: Encodings T1 and TS1, as far as Latin Modern's OpenType fonts have the same characters.
_KNOWN = frozenset(
    "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶¸¹º»¼½¾¿×÷"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğİıĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžȘșȚț"
    "–—‘’‚“”„†‡•…‰‹›€™"
)

#: Combining accents and the commands that set them.
_ACCENTS: Mapping[str, str] = {
    "\u0300": r"\`",
    "\u0301": r"\'",
    "\u0302": r"\^",
    "\u0303": r"\~",
    "\u0304": r"\=",
    "\u0306": r"\u",
    "\u0307": r"\.",
    "\u0308": r"\"",
    "\u030a": r"\r",
    "\u030b": r"\H",
    "\u030c": r"\v",
    "\u0323": r"\d",
    "\u0327": r"\c",
    "\u0328": r"\k",
    "\u0331": r"\b",
}

#: Signs that are set as formulas.
_MATHEMATICAL: Mapping[str, str] = {
    "−": "-",
    "∗": r"\ast",
    "·": r"\cdot",
    "⋅": r"\cdot",
    "∘": r"\circ",
    "≈": r"\approx",
    "≠": r"\neq",
    "≤": r"\leq",
    "≥": r"\geq",
    "≡": r"\equiv",
    "∝": r"\propto",
    "∼": r"\sim",
    "→": r"\rightarrow",
    "←": r"\leftarrow",
    "↔": r"\leftrightarrow",
    "⇒": r"\Rightarrow",
    "↑": r"\uparrow",
    "↓": r"\downarrow",
    "∂": r"\partial",
    "∇": r"\nabla",
    "∑": r"\sum",
    "∏": r"\prod",
    "∫": r"\int",
    "√": r"\surd",
    "∞": r"\infty",
    "∈": r"\in",
    "⊙": r"\odot",
    "⊘": r"\oslash",
    "ᵀ": r"^{\mathsf{T}}",
    "′": "'",
    "″": "''",
    **{character: f"_{{{digit}}}" for digit, character in zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)},
    **{character: f"^{{{digit}}}" for digit, character in zip("0456789+-=()n", "⁰⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)},
    **{unescape(f"&{name};"): f"\\{name}" for name in GREEK},
}

#: Spaces, hyphens and others that TeX has a form of its own for.
_FORMS: Mapping[str, str] = {
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2002": r"\enspace{}",
    "\u2003": r"\quad{}",
    "\u2009": r"\thinspace{}",
    "\u202f": r"\thinspace{}",
    "\u2010": "-",
    "\u2011": r"\mbox{-}",
    "\ufffd": "{[}U+FFFD{]}",  # which LuaTeX takes for a broken file
}

#: What is put in where a character may be one that the font does not have.
_REPLACED = re.compile(r"\\character\{(.)\}\{")

#: A sign that TeX would join with the same sign after it, a letter with its accents, a sign that TeX reads as its own,
#: or one beyond ASCII.
_TO_ESCAPE = re.compile(
    rf"([-',<>])(?=\1)|(?:[A-Za-z]|[^\x00-\x7f])[{''.join(_ACCENTS)}]+|[\\{{}}$&#%_^~<>|\"`\[\]*]|[^\x00-\x7f]"
)


def escape(text: str) -> str:
    """Words as LaTeX prints them, whatever the characters and the engine."""
    return _TO_ESCAPE.sub(_in_text, unicodedata.normalize("NFC", text))


def escape_for_heading(text: str) -> str:
    """Words that LaTeX prints and also puts into the PDF's outline, where only characters can stand."""
    return _TO_ESCAPE.sub(_in_heading, unicodedata.normalize("NFC", text))


def for_bookmark(text: str) -> str:
    """Words of the PDF's outline alone, in which every character can stand."""
    return "".join(escape_for_heading(sign) if sign.isascii() else rf'\unichar{{"{ord(sign):04X}}}' for sign in text)


def spoken(text: str) -> str:
    """Words of the PDF that are said only, for an engine that reads Unicode: every character can stand there."""
    return "".join(escape_for_heading(sign) if sign.isascii() else sign for sign in text)


def lacking(text: str) -> list[str]:
    """The characters of words for which a number may stand, since pdfTeX's fonts do not have them."""
    return _REPLACED.findall(escape(text))


def _in_text(match: re.Match[str]) -> str:
    # Nothing, between two signs that would become a ligature.
    return _written(match[0]) + (r"\kern0pt{}" if match[1] else "")


def _in_heading(match: re.Match[str]) -> str:
    found, written = match[0], _written(match[0])
    if match[1]:
        return rf"{written}\texorpdfstring{{\kern0pt}}{{{{}}}}"
    if found.isascii() or "\\" not in written:
        return written
    plain = "".join(rf'\unichar{{"{ord(character):04X}}}' for character in found)
    return rf"\texorpdfstring{{{written}}}{{{plain}}}"


def _written(characters: str) -> str:
    """A character, or a letter with its accents, for the page."""
    if characters in "-',":
        return characters
    for table in (_ASCII, _FORMS):
        if characters in table:
            return table[characters]
    if characters in _KNOWN:
        return characters
    if characters in _MATHEMATICAL:
        return rf"\ensuremath{{{_MATHEMATICAL[characters]}}}"
    apart = unicodedata.normalize("NFD", characters)
    letter, marks = apart[0], apart[1:]
    if letter in _ACCENTS:  # with no letter to stand on
        letter, marks = "", apart
    if marks and letter.isascii() and all(mark in _ACCENTS for mark in marks):
        for mark in marks:
            letter = f"{_ACCENTS[mark]}{{{letter}}}"
        return letter
    if len(characters) > 1:
        return "".join(map(_written, characters))
    if unicodedata.category(characters) == "Zs":
        return " "
    if UNSEEN.fullmatch(characters) or unicodedata.category(characters) == "Cf":
        return ""
    plainer = unicodedata.normalize("NFKC", characters)
    if plainer != characters:  # a ligature, a letter of double width
        return escape(plainer)
    return rf"\character{{{characters}}}{{{ord(characters):04X}}}"
