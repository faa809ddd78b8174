"""How much room writing takes, in units of its size.

The widths are those of Computer Modern Roman, which TeX and Typst print; other serif faces differ by a few percent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_letters

from derive.document.figures.drawing import FormulaPart, LabelContent, LinearFormula, ScriptLetters
from derive.expression.tree import Applied, Name, Number, Power
from derive.model.references import fraction

#: The name of a quantity of one sample: z0[2], O3[1]+.
_OF_SAMPLE = re.compile(r"(?P<letters>[A-Za-z]+)(?P<index>\d+)(?P<above>\[\d+\]\+?\d*)")

#: Subscripts and superscripts against the letters they stand beside: 5 points where these have 7.
SCRIPT = 0.72

#: Advance widths of what is not about as wide as a digit (0.5) or a capital.
WIDTHS = {
    **dict.fromkeys("-−+=≈×", 0.78),
    **dict.fromkeys(".,:;[]ijl·", 0.28),
    **dict.fromkeys("frst()", 0.39),
    **dict.fromkeys("mwMW", 0.8),
    " ": 0.33,
    "\u2009": 0.2,
    "∂": 0.44,
    **dict.fromkeys("⊙⊘", 0.78),
    "√": 0.83,
}
#: What is put for the brackets around the indices of an entry, which have space around their commas instead.
_SPACED = 0.22
_CAPITAL = 0.76
_BOLD = 0.6
_OTHER = 0.5


def rounded(length: float, places: int) -> float:
    """A length to so many decimals.

    What adding up floats leaves in the last bits, which not all releases of Python share, does not decide.
    """
    return round(round(length, 6), places)


@lru_cache(maxsize=4096)  # a figure asks for the same names and numbers again and again
def text_width(text: str) -> float:
    """The width of words or digits."""
    return sum(WIDTHS.get(letter, _CAPITAL if letter.isupper() else _OTHER) for letter in text)


def number_width(text: str) -> float:
    """The width of a number given in plain text; ``1e-5`` is printed as 1 × 10⁻⁵."""
    mantissa, _, exponent = text.partition("e")
    return text_width(mantissa) + (text_width("\u2009×\u200910") + SCRIPT * text_width(exponent) if exponent else 0.0)


def content_width(content: LabelContent) -> float:
    """The width of what a :class:`~derive.document.figures.drawing.Label` holds: words, a name, a number, a formula.

    A name is measured in its plain form: the letters before the first digit or ``_``, and the rest beside them,
    smaller. It is typeset no wider than that. A derivative has two such names with a slash between them.
    """
    match content:
        case str():
            return text_width(content)
        case (left, sign, right):
            return content_width(left) + text_width(f" {sign} ") + content_width(right)
        case LinearFormula(pieces):
            return sum(map(_piece_width, pieces))
        case Number(text):
            return number_width(text)
        case Power(Number(base), Number(exponent)):
            return text_width(base) + SCRIPT * text_width(exponent)
        case Name(name) if (sides := fraction(name)) is not None:
            over, under = sides
            return content_width(Name(over)) + text_width("/") + content_width(Name(under))
        case Name(name) if (parts := _OF_SAMPLE.fullmatch(name)) is not None:
            # The number of the sample stands above the index.
            wider = max(text_width(parts["index"]), text_width(parts["above"]))
            return text_width(parts["letters"]) + SCRIPT * wider
        case Name(name):
            letters = len(name) - len(name.lstrip(ascii_letters))
            scripts = name[letters:]
            spaces = _SPACED * (scripts.count("[") + scripts.count("]"))
            return text_width(name[:letters]) + SCRIPT * (text_width(scripts) + spaces)
        case _:
            raise AssertionError(f"a drawing holds names, numbers and their powers only, not {type(content).__name__}")


def _piece_width(piece: FormulaPart) -> float:
    match piece:
        case ScriptLetters(text):
            return SCRIPT * text_width(text)
        case Applied():  # ones, zeros or the identity: a bold sign
            return _BOLD
        case _:
            return content_width(piece)
