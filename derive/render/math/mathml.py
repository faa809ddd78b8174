"""Formulas in MathML: the part of it, MathML Core, that browsers lay out themselves.

Every method gives exactly one element, or several that a row takes up, so that any piece may stand in any place.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import Final

from derive.document.blocks import Equation, Item, Row
from derive.expression.functions import Function
from derive.expression.tree import Cases, Entrywise, Expr, MatrixProduct, Negative, Number, Relation, Sum
from derive.model.symbols import GREEK, Accent, AnySymbol
from derive.render.math.points import Room, room_beside
from derive.render.math.typeset import TypesetPrinter

_RELATIONS: dict[Relation, str] = {">": "&gt;", ">=": "≥", "<": "&lt;", "<=": "≤", "==": "=", "!=": "≠"}

#: One element that holds words only.
_ONE = re.compile(r"<(m[ion]|msub|msup|msubsup|mfrac|mrow)\b[^>]*>[^<]*</\1>")
#: Parts that are taller than a line, so that brackets around them have to grow.
_TALL = ("<mfrac", "<mtable")

_OPENING = '<mrow><mo form="prefix" stretchy="false">(</mo>'
_CLOSING = '<mo form="postfix" stretchy="false">)</mo>'
_MINUS = '<mo form="prefix">−</mo>'
_APPLY = "<mo>&#x2061;</mo>"
_TURNED = '<mi mathvariant="normal">T</mi>'
#: What begins with a capital that leans far to the right.
_LEANING = re.compile("<mi[^>]*>[FNPTUVWY]</mi>")
#: A letter with the size of a matrix below it, which is wider.
_WIDER_BELOW = re.compile(r'<munder>(<mi[^>]*>[^<]</mi>)(<mrow class="size">.*×.*</mrow>)</munder>')
#: A letter that has an index, with the size of an array below it.
_INDEXED = re.compile(
    r"<munder><mrow><msub([^>]*)>(<mi[^>]*>[^<]</mi><m[in][^>]*>[^<]*</m[in]>)</msub></mrow>"
    r'(<mrow class="size">.*</mrow>)</munder>'
)


#: The signs over a letter, by themselves, as MathML has them.
_OVER: Final[Mapping[Accent, str]] = {"hat": "^", "tilde": "~", "bar": "¯"}


class MathmlPrinter(TypesetPrinter):
    """Prints ``<msub><mi>z</mi><mn>0</mn></msub>``.

    Args:
        symbols: how each quantity is typeset, by plain name.
        inline: whether the formulas stand within running text.
        marked: whether each quantity says which it is, in an attribute ``data-q``, for the script of a page.
    """

    signs = {"=": '<mo form="infix">=</mo>', "≈": '<mo form="infix">≈</mo>', "←": '<mo form="infix">←</mo>'}  # noqa: RUF012
    dot = '<mo form="infix" lspace="0.22em" rspace="0.22em">·</mo>'
    comma = "<mo>,</mo>"
    align = ""
    line_end = ""
    indent = ""
    space = '<mspace width="0.25em"/>'

    def __init__(self, symbols: Mapping[str, AnySymbol], *, inline: bool = False, marked: bool = False) -> None:
        super().__init__(symbols, inline=inline)
        self.marked = marked

    gap = ""

    # Equations

    def formula(self, items: Sequence[Item]) -> str:
        return "".join(self._pieces(items))

    def equation(self, equation: Equation) -> str:
        """The lines of a displayed equation: a table in which they are aligned, unless there is one only."""
        left, rows = self.show(equation.left), equation.rows
        if len(rows) == 1:
            return left + self.formula(rows[0].items)
        lines = (f"<mtr><mtd>{'' if index else left}</mtd>{self._cell(row)}</mtr>\n" for index, row in enumerate(rows))
        return f'<mtable class="lines" displaystyle="true">\n{"".join(lines)}</mtable>'

    def _cell(self, row: Row) -> str:
        if not row.continued:
            return f"<mtd>{self.formula(row.items)}</mtd>"
        (_, first), *others = row.items
        terms = first.terms if isinstance(first, Sum) else (first,)
        return f'<mtd class="continued">{"".join([self.joined(terms), *self._pieces(others)])}</mtd>'

    # Quantities

    def name(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            known = super().name(name)
            if self.marked:
                known = known.replace(">", f' data-q="{escape(name)}">', 1)
                self._names[name] = known
        return known

    def greek(self, name: str) -> str:
        return f"<mi>{GREEK[name]}</mi>"

    def word(self, word: str) -> str:
        return f'<mi class="word">{escape(word)}</mi>'

    def letters(self, word: str) -> str:
        return f"<mi>{escape(word)}</mi>" if len(word) == 1 and word.isalpha() else super().letters(word)

    def sign(self, sign: str) -> str:
        if sign.isdigit():
            return f"<mn>{sign}</mn>"
        return f'<mo form="prefix" stretchy="false" lspace="0" rspace="0">{escape(sign)}</mo>'

    def updated(self, mark: str) -> str:
        plus = '<mo form="prefix">+</mo>'
        return plus if mark == "+" else f"{self.sign('(')}{plus}<mn>{mark[2:-1]}</mn>{self.sign(')')}"

    def accented(self, base: str, accent: Accent) -> str:
        return f'<mover accent="true">{base}<mo stretchy="false">{_OVER[accent]}</mo></mover>'

    def indexed(self, base: str, below: str, above: str, above_first: bool) -> str:
        if below and above:
            return f"<msubsup>{base}{_row(below)}{_row(above)}</msubsup>"
        if below:
            return f"<msub>{base}{_row(below)}</msub>"
        return f"<msup>{base}{_row(above)}</msup>" if above else base

    def differential(self, quantity: str, *, partial: bool) -> str:
        return f"<mi>{'∂' if partial else 'd'}</mi>{quantity}"

    # Nodes

    def number(self, number: Number) -> str:
        mantissa, _, exponent = number.text.lower().removeprefix("+").partition("e")
        return self.scientific(mantissa, str(int(exponent))) if exponent else _number(mantissa)

    def negated(self, operand: str) -> str:
        return f"<mrow>{_MINUS}{operand}</mrow>"

    def sum(self, terms: tuple[Expr, ...]) -> str:
        first = terms[0]
        opening = self.first_term(first)
        return f"<mrow>{opening}{''.join(map(self.joined_term, terms[1:]))}</mrow>"

    def joined_term(self, term: Expr) -> str:
        if isinstance(term, Negative):
            return f'<mo form="infix">−</mo>{self.term(term.operand)}'
        return f'<mo form="infix">+</mo>{self.term(term)}'

    def product(self, factors: tuple[Expr, ...]) -> str:
        return f"<mrow>{super().product(factors)}</mrow>"

    def cases(self, cases: Cases) -> str:
        lines = [
            f"<mtr><mtd>{self.show(value)}</mtd><mtd><mtext>if&#xA0;</mtext>{self.show(test.left)}"
            f'<mo form="infix">{_RELATIONS[test.relation]}</mo>{self.show(test.right)}</mtd></mtr>'
            for value, test in cases.branches
        ]
        lines.append(f"<mtr><mtd>{self.show(cases.otherwise)}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>")
        return f'<mrow><mo form="prefix">{{</mo><mtable class="cases">{"".join(lines)}</mtable></mrow>'

    beside = '<mspace width="0.28em"/>'
    entrywise_times = '<mo form="infix">⊙</mo>'
    entrywise_over = '<mo form="infix">⊘</mo>'
    dots = {"across": "<mo>⋯</mo>", "down": "<mo>⋮</mo>", "aslant": "<mo>⋱</mo>"}  # noqa: RUF012 (a ClassVar of the base)

    def of_arrays(self, expr: Expr) -> str:
        found = super().of_arrays(expr)
        return f"<mrow>{found}</mrow>" if isinstance(expr, MatrixProduct | Entrywise) else found

    def turned(self, base: str) -> str:
        indexed = _INDEXED.fullmatch(base)
        if indexed is not None:  # the sign stands above the index, not behind it
            marks, letters, size = indexed.groups()
            return f"<munder><mrow><msubsup{marks}>{letters}{_sign_at(letters)}</msubsup></mrow>{size}</munder>"
        letter = _WIDER_BELOW.fullmatch(base)
        sign = _sign_at(base if letter is None else letter[1])
        if letter is None:
            return f"<msup>{_row(base)}{sign}</msup>"
        # The size reaches further than the letter, which the sign stands close to all the same. What cannot be seen on
        # its other side keeps the letter in the middle.
        body = f"<mrow><mphantom><msup><mrow></mrow>{sign}</msup></mphantom><msup>{letter[1]}{sign}</msup></mrow>"
        return f"<munder>{body}{letter[2]}</munder>"

    def bold(self, sign: str) -> str:
        return f'<mn class="bold">{sign}</mn>'

    def upright(self, word: str, below: str) -> str:
        name = f'<mi class="word upright">{escape(word)}</mi>'
        return f"<msub>{name}<mtext>{below}</mtext></msub>" if below else name

    def matrix(self, rows: Sequence[Sequence[Expr]]) -> str:
        lines = (
            f"<mtr>{''.join(map(self._entry, row, rooms))}</mtr>"
            for row, rooms in zip(rows, room_beside(rows), strict=True)
        )
        table = f'<mtable class="matrix">{"".join(lines)}</mtable>'
        return f'<mrow><mo form="prefix">[</mo>{table}<mo form="postfix">]</mo></mrow>'

    def _entry(self, entry: Expr, room: Room) -> str:
        """An entry, and how many digits wide the room beside it is."""
        sides = zip(("before", "behind"), room, strict=True)
        lacks = "; ".join(f"--{side}: {width:g}ch" for side, width in sides if width > 1e-9)
        style = f' style="{lacks}"' if lacks else ""
        return f"<mtd{style}>{self.script.show(entry)}</mtd>"

    def sized(self, body: str, shape: tuple[int, ...]) -> str:
        size = "<mo>×</mo>".join(f"<mn>{length}</mn>" for length in shape)
        return f'<munder>{_row(body)}<mrow class="size">{size}</mrow></munder>'

    def fraction(self, over: str, under: str) -> str:
        return f"<mfrac>{_row(over)}{_row(under)}</mfrac>"

    def slashed(self, over: str, under: str) -> str:
        return f'<mrow>{over}<mo form="infix" stretchy="false" lspace="0" rspace="0">/</mo>{under}</mrow>'

    def scientific(self, mantissa: str, exponent: str) -> str:
        return f'<mrow>{_number(mantissa)}<mo form="infix">×</mo><msup><mn>10</mn>{_number(exponent)}</msup></mrow>'

    def juxtaposed(self, coefficient: str, factor: str) -> str:
        return f'<mrow>{coefficient}<mspace width="0.1em"/>{factor}</mrow>'

    def raised(self, base: str, exponent: str) -> str:
        if self.style == "inline" and base.startswith(_OPENING) and base.endswith(f"{_CLOSING}</mrow>"):
            # Within a line it stands at the second half of a bracket, so that the line may end in between.
            return f"{base.removesuffix(f'{_CLOSING}</mrow>')}<msup>{_CLOSING}{_row(exponent)}</msup></mrow>"
        return f"<msup>{'<mi>e</mi>' if base == 'e' else base}{_row(exponent)}</msup>"

    def root(self, radicand: str) -> str:
        return f"<msqrt>{radicand}</msqrt>"

    def magnitude(self, body: str) -> str:
        return _fenced("|", body, "|")

    def operator(self, function: Function) -> str:
        return f"<mi>{function.word}</mi>"

    def applied(self, function: str, arguments: str) -> str:
        name = function if function.startswith("<") else f"<mi>{function}</mi>"
        return f"<mrow>{name}{_APPLY}{self.brackets(arguments)}</mrow>"

    def brackets(self, body: str) -> str:
        return _fenced("(", body, ")")

    def half_open(self, body: str) -> str:
        return _fenced("(", body, "")

    def half_closed(self, body: str) -> str:
        return _fenced("", body, ")")


@cache
def _number(text: str) -> str:
    """A number, whose minus sign belongs to it."""
    return f"<mrow>{_MINUS}<mn>{text[1:]}</mn></mrow>" if text.startswith("-") else f"<mn>{text}</mn>"


def _sign_at(base: str) -> str:
    """The sign that turns a matrix over, away from a letter that leans toward it."""
    return f'<mrow><mspace width="0.2em"/>{_TURNED}</mrow>' if _LEANING.match(base) else _TURNED


def _row(body: str) -> str:
    """What stands where one element is expected."""
    return body if _ONE.fullmatch(body) else f"<mrow>{body}</mrow>"


def _fenced(before: str, body: str, after: str) -> str:
    grows = "" if any(part in body for part in _TALL) else ' stretchy="false"'
    first = f'<mo form="prefix"{grows}>{before}</mo>' if before else ""
    last = f'<mo form="postfix"{grows}>{after}</mo>' if after else ""
    return f"<mrow>{first}<mrow>{body}</mrow>{last}</mrow>"
