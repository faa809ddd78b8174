"""Building sentences: words and formulas side by side, numbers as words, lists with "and"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from string import Formatter

from derive.calculus.values import Value
from derive.document.blocks import Content, Inline, Link, Math, Sign, Text
from derive.expression.tree import Expr

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


def say(*parts: str | Expr | Inline | Content) -> Content:
    """A sentence of words, formulas and inline pieces, in the order given."""
    content: list[Inline] = []
    for part in parts:
        match part:
            case str():
                if part:
                    content.append(Text(part))
            case Expr():
                content.append(Math((("", part),)))
            case tuple():
                content.extend(part)
            case _:
                content.append(part)
    return tuple(content)


def sentence(template: str, **pieces: str | Expr | Inline | Content) -> Content:
    """A sentence with formulas and other pieces where their names stand in braces: ``"The bias {b} is …"``."""
    content: list[Inline] = []
    for words, field, _, _ in Formatter().parse(template):
        content.extend(say(words, "" if field is None else pieces[field]))
    return tuple(content)


def equal(left: Expr, *rest: tuple[Sign, Expr]) -> Math:
    """A formula within a line: ``left = right``."""
    return Math((("", left), *rest))


def value_sign(value: Value) -> Sign:
    """How a quantity and its printed value are related: exactly, where the printed value is what is carried."""
    return "=" if value.carried.exact and Decimal(value.shown) == value.carried.value else "≈"


def count(how_many: int, one: str, several: str = "") -> str:
    """A number with its noun: ``one input``, ``three neurons``, ``784 inputs``."""
    word = _WORDS[how_many] if how_many < len(_WORDS) else f"{how_many:,}".replace(",", "\u202f")
    return f"{word} {one if how_many == 1 else several or one + 's'}"


def counted(how_many: int) -> str:
    """A number as a word where that is usual."""
    return _WORDS[how_many] if how_many < len(_WORDS) else str(how_many)


def spoken(text: str) -> str:
    """A number in plain text as it is read out."""
    mantissa, _, exponent = text.replace("-", "−").partition("e")
    return f"{mantissa} times 10 to the power {exponent}" if exponent else mantissa


def listed(parts: Sequence[Content | str | Expr], last: str = "and") -> Content:
    """A list within a sentence: ``a``, ``a and b``, ``a, b and c``."""
    content: list[Inline] = []
    for index, part in enumerate(parts):
        if index:
            content.append(Text(f" {last} " if index == len(parts) - 1 else ", "))
        content.extend(say(part))
    return tuple(content)


def comma_separated(parts: Iterable[Inline]) -> Content:
    """Pieces with commas between them."""
    content: list[Inline] = []
    for part in parts:
        if content:
            content.append(Text(", "))
        content.append(part)
    return tuple(content)


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def step_link(number: int) -> Link:
    """A reference to a step."""
    return Link(step_anchor(number), f"step {number}")


def step_anchor(number: int) -> str:
    """The anchor of a step."""
    return f"step-{number}"
