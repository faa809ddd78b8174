"""Where a line may end within running text: browsers break no formula, and part one from the stop behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

#: What is written in a row of its own between brackets breaks if it has more letters than this.
MOST_IN_BRACKETS = 24
#: A part of a formula with more letters has no room on a phone, and scrolls.
MOST_IN_PART = 26

_TOKEN = re.compile(r'<mo form="infix"[^>]*>[=≈←+−·]</mo>|<[^>]+>|[^<]+')
#: Formulas and the elements that hold them.
_WORDLESS = re.compile(r"<math.*?</math>|<[^>]+>", re.DOTALL)
_STOP = re.compile(r"[.,;:!?)]+")
#: What is no space of the text, and a space between a word and a number, which may follow the page's numbers.
_BEFORE_NUMBER = re.compile(r"<[^>]+>|(?<=[A-Za-z]) (?=(?:<span[^>]*>)*−?\d)")
#: A part that goes on with the product before it.
_FURTHER = re.compile(r'(?:<(?!mo)[^>]+>)*<mo form="infix"[^>]*>·')
#: What opens a bracket as the first thing of a row.
_BRACKET = '<mo form="prefix"'


def parts(body: str) -> list[str]:
    """A formula taken apart where a line may end: before a relation or a sign, but not within short brackets.

    A product breaks outside of brackets only.

    Args:
        body: the formula in MathML, without the element ``math`` around it.

    Returns:
        The parts, each well formed: what is cut through are rows, which only hold things together.
    """
    tokens: list[str] = _TOKEN.findall(body)
    lengths = _lengths(tokens)
    found, part = [], ""
    open_tags: list[int] = []
    for place, token in enumerate(tokens):
        if part and _ends_line(token, [tokens[tag] for tag in open_tags], _brackets(tokens, lengths, open_tags)):
            found.append(part + "".join("</mrow>" for _ in open_tags))
            part = "".join("<mrow>" for _ in open_tags)
        part += token
        if token.startswith("</"):
            open_tags.pop()
        elif token.startswith("<") and not token.endswith(("/>", "</mo>")):
            open_tags.append(place)
    return [*found, part]


def in_terms(written: Iterable[str]) -> str:
    """The parts of a formula side by side: lines end between its terms, and within one only if that is longer.

    A term in whose brackets a line may end is none that keeps together.
    """
    terms: list[list[str]] = []
    parted: set[int] = set()
    depth = 0
    for part in written:
        if terms and (depth or _FURTHER.match(part)):
            terms[-1].append(part)
        else:
            terms.append([part])
        if depth:
            parted.add(len(terms) - 1)
        depth += part.count(">(<") - part.count(">)<")
    return "<wbr>".join(
        "<wbr>".join(term) if len(term) == 1 or place in parted else f'<span class="term">{"<wbr>".join(term)}</span>'
        for place, term in enumerate(terms)
    )


def _ends_line(token: str, open_tags: Sequence[str], brackets: Sequence[int]) -> bool:
    """Whether a line may end before a token that stands within these elements, and brackets of these lengths."""
    if not token.endswith("</mo>") or not token.startswith("<mo") or any(tag != "<mrow>" for tag in open_tags):
        return False
    return not brackets if "·" in token else all(length > MOST_IN_BRACKETS for length in brackets)


def _brackets(tokens: Sequence[str], lengths: Sequence[int], open_tags: Sequence[int]) -> list[int]:
    """How many letters stand in each of the brackets that are open."""
    return [lengths[tag] for tag in open_tags if tokens[tag + 1].startswith(_BRACKET) and tokens[tag + 2] in "(["]


def _lengths(tokens: Sequence[str]) -> list[int]:
    """How many letters each element holds, at the place of its first tag."""
    lengths = [0] * len(tokens)
    open_tags: list[int] = []
    seen = 0
    for place, token in enumerate(tokens):
        if token.startswith("</"):
            start = open_tags.pop()
            lengths[start] = seen - lengths[start]
        elif token.endswith("</mo>"):
            seen += 1
        elif not token.startswith("<"):
            seen += len(unescape(token))
        elif not token.endswith("/>"):
            open_tags.append(place)
            lengths[place] = seen
    return lengths


def letters(body: str) -> int:
    """How many letters a formula has."""
    return len(unescape(re.sub(r"<[^>]+>", "", body)))


def kept(written: Sequence[str]) -> str:
    """Pieces of a line side by side; a stop stays on the line of the formula before it, a number on its word's."""
    pieces = [*filter(None, written)]
    for place, piece in enumerate(pieces[:-1]):
        stop = _STOP.match(pieces[place + 1])
        if stop and "<math" in piece and not _WORDLESS.sub("", piece):
            pieces[place] = f'<span class="kept">{piece}{stop[0]}</span>'
            pieces[place + 1] = pieces[place + 1][stop.end() :]
    return _BEFORE_NUMBER.sub(lambda found: "\u00a0" if found[0] == " " else found[0], "".join(pieces))
