"""Formulas in Typst's notation.

In Typst several letters in a row are the name of a variable or function of Typst's own, so words are always quoted, and
letters that stand beside each other are kept apart by spaces, which Typst does not show.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.document.blocks import Equation
from derive.expression.functions import Function
from derive.expression.tree import Cases, Expr, Relation
from derive.model.symbols import Accent
from derive.render.math.typeset import TypesetPrinter

_RELATIONS: dict[Relation, str] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "==": "=", "!=": "!="}

#: The forms of these letters that TeX shows, so that a page looks the same in all formats.
_GREEK = {"epsilon": "epsilon.alt", "phi": "phi.alt"}

#: Parts that are taller than a line, so that brackets around them have to grow.
_TALL = ("frac(", "cases(", "mat(")


#: What makes all lines equally high, with brackets or without, so that they stand at equal distances.
STRUT = "#box(width: 0pt, height: 1em, baseline: 0.25em)"


class TypstPrinter(TypesetPrinter):
    r"""Prints ``frac(d""italic("Cost"), d z_3) dot \(x_0 dot w_0\)``."""

    signs = {"=": "=", "≈": "approx", "←": "arrow.l"}  # noqa: RUF012 (a ClassVar of the base)
    dot = " dot "
    comma = r"\, "  # within a fraction a bare one would part the fraction's own arguments
    line_end = f" {STRUT} \\ "
    # The empty text gives the operator that follows something to stand behind, and so the space of an addition.
    indent = 'quad ""'
    space = "space"
    mark_separator = " "

    def equation(self, equation: Equation) -> str:
        source = super().equation(equation)
        return f"{source} {STRUT}" if len(equation.rows) > 1 else source

    def greek(self, name: str) -> str:
        return _GREEK.get(name, name)

    def word(self, word: str) -> str:
        return f"italic({quoted(word)})"

    def sign(self, sign: str) -> str:
        return sign if sign.isascii() and sign.isdigit() else f"\\{sign}"

    def accented(self, base: str, accent: Accent) -> str:
        return f"{'overline' if accent == 'bar' else accent}({base})"

    def indexed(self, base: str, below: str, above: str, above_first: bool) -> str:
        return base + (f"_{_argument(below)}" if below else "") + (f"^({above})" if above else "")

    def differential(self, quantity: str, *, partial: bool) -> str:
        # Typst shows a space beside a quoted word; the empty text separates the names without one.
        return ("partial" if partial else "d") + ('""' if quantity.startswith("italic") else " ") + quantity

    def fraction(self, over: str, under: str) -> str:
        return f"frac({over}, {under})"

    def slashed(self, over: str, under: str) -> str:
        return rf"{over}\/{under}"

    def scientific(self, mantissa: str, exponent: str) -> str:
        # Within a line no number is broken: the sign is set like a letter, with the space of an operator around it.
        times = 'med class("normal", times) med' if self.style == "inline" else "times"
        return f"{mantissa} {times} 10^({exponent})"

    def juxtaposed(self, coefficient: str, factor: str) -> str:
        return f"{coefficient} {factor}"

    def raised(self, base: str, exponent: str) -> str:
        if base.startswith(_SIZED):  # beside a size below it the exponent would be set as a limit above
            return f"attach({base}, tr: {exponent})"
        return f"{base}^{_argument(exponent)}"

    def root(self, radicand: str) -> str:
        return f"sqrt({radicand})"

    def magnitude(self, body: str) -> str:
        return f"abs({body})" if _is_tall(body) else f"abs(size: #0%, {body})"

    def operator(self, function: Function) -> str:
        return function.word if function.operator else f"op({quoted(function.word)})"

    def applied(self, function: str, arguments: str) -> str:
        return function + self.brackets(arguments)

    def brackets(self, body: str) -> str:
        # Brackets grow with what they hold, even with a subscript; escaped ones stay as they are.
        return f"({body})" if _is_tall(body) else rf"\({body}\)"

    def half_open(self, body: str) -> str:
        return rf"lr(\( {body})" if _is_tall(body) else rf"\({body}"

    def half_closed(self, body: str) -> str:
        # The sign at the beginning joins two terms, though nothing stands before it here.
        return rf'lr("" {body} \))' if _is_tall(body) else rf"{body}\)"

    beside = " thick "
    entrywise_times = "\u2299"
    entrywise_over = "\u2298"
    dots = {"across": "\u22ef", "down": "\u22ee", "aslant": "\u22f1"}  # noqa: RUF012 (a ClassVar of the base)

    def turned(self, base: str) -> str:
        indexed = _INDEXED.fullmatch(base)
        if indexed is not None:  # the sign stands above the index, not behind it
            return f"{_SIZED}{indexed[1]}^{_TURNED}{indexed[2]}"
        # An attachment of its own: beside a size below it would be set as a limit above.
        return f"attach({base}, tr: {_TURNED})"

    def bold(self, sign: str) -> str:
        return f"bold({sign})"

    def upright(self, word: str, below: str) -> str:
        # An attachment of its own: behind a bare subscript, brackets would be taken for a part of it.
        return f"attach(op({quoted(word)}), b: {quoted(below)})" if below else f"op({quoted(word)})"

    def matrix(self, rows: Sequence[Sequence[Expr]]) -> str:
        return f'mat(delim: "[", {"; ".join(", ".join(map(self.script.show, row)) for row in rows)})'

    def sized(self, body: str, shape: tuple[int, ...]) -> str:
        return f"{_SIZED}{body}), b: {' times '.join(map(str, shape))})"

    def cases(self, cases: Cases) -> str:
        lines = [
            f'{self.show(value)} & quad "if" {self.show(test.left)} {_RELATIONS[test.relation]} {self.show(test.right)}'
            for value, test in cases.branches
        ]
        body = f'cases({", ".join(lines)}, {self.show(cases.otherwise)} & quad "otherwise")'
        # Within a line Typst would set the branches as small as a fraction.
        return f"display({body})" if self.style == "inline" else body


def quoted(text: str) -> str:
    """A string of Typst's."""
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


#: What begins with a size below it.
_SIZED = "attach(limits("
#: A letter that has an index, with the size of an array below it.
_INDEXED = re.compile(r"attach\(limits\(([A-Za-z.]+_(?:\w|\([^()]*\)))(\), b: .*)")
_TURNED = "upright(sans(T))"


def _argument(text: str) -> str:
    """A subscript or exponent, in brackets (which Typst does not show) unless it is one letter or digit."""
    return text if len(text) == 1 else f"({text})"


def _is_tall(body: str) -> bool:
    return any(part in body for part in _TALL)
