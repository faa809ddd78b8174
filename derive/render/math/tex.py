r"""Formulas in TeX, for LaTeX and for Markdown (MathJax, KaTeX).

Only macros are used that all three of amsmath, MathJax on GitHub and KaTeX know; GitHub refuses ``\operatorname``,
``\mbox`` and ``\phantom``.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from derive.expression.functions import Function
from derive.expression.tree import Cases, Expr, Relation
from derive.model.symbols import Accent
from derive.render.math.typeset import TypesetPrinter

_RELATIONS: dict[Relation, str] = {">": ">", ">=": r"\ge", "<": "<", "<=": r"\le", "==": "=", "!=": r"\ne"}

#: Characters that mean something to TeX, in a subscript or superscript.
_SPECIAL = {character: "\\" + character for character in "#$%&_{}"}

#: A letter with the size of a matrix below it, which is wider.
_WIDER_BELOW = re.compile(r"\\underset\{(\d+ \\times \d+)\}\{[A-Za-z]\}")
#: A letter with an index of one sign, and the size of an array below it.
_INDEXED = re.compile(r"\\underset\{[^{}]*\}\{(?:[A-Za-z]|\\[a-z]+)_\w\}")
#: What is put behind the end of a row, to set it off the next.
_SPACE = "[4pt]"
#: Parts that are taller than a line, so that brackets around them have to grow.
_TALL = (r"\frac{", r"\begin{cases}", r"\begin{bmatrix}")


def apart(rows: Sequence[str], between: str) -> str:
    """Rows behind one another; between two with matrices there is space, so that their brackets do not touch."""
    joined = rows[0]
    for above, below in pairwise(rows):
        tall = "bmatrix" in above and "bmatrix" in below
        joined += f"{TexPrinter.line_end}{_SPACE if tall else ''}{between}{below}"
    return joined


class TexPrinter(TypesetPrinter):
    r"""Prints ``\frac{d\mathit{Cost}}{dz_3} \cdot (x_0 \cdot w_0)``."""

    signs = {"=": "=", "≈": r"\approx", "←": r"\leftarrow"}  # noqa: RUF012 (a ClassVar of the base)
    dot = r" \cdot "
    line_end = r" \\"
    indent = r"\quad {}"  # what is joined with an empty group before it stands as far from it as within a line
    space = r"\ "

    def greek(self, name: str) -> str:
        return f"\\{name}"

    def word(self, word: str) -> str:
        return rf"\mathit{{{''.join(map(self.sign, word))}}}"

    def sign(self, sign: str) -> str:
        return _SPECIAL.get(sign, sign)

    def accented(self, base: str, accent: Accent) -> str:
        return f"\\{accent}{{{base}}}"

    def indexed(self, base: str, below: str, above: str, above_first: bool) -> str:
        lower = f"_{_argument(below)}" if below else ""
        upper = f"^{{{above}}}" if above else ""
        return base + (upper + lower if above_first else lower + upper)

    def differential(self, quantity: str, *, partial: bool) -> str:
        return _before(r"\partial" if partial else "d", quantity)

    def fraction(self, over: str, under: str) -> str:
        return rf"\frac{{{over}}}{{{under}}}"

    def slashed(self, over: str, under: str) -> str:
        return f"{over}/{under}"

    def scientific(self, mantissa: str, exponent: str) -> str:
        return rf"{mantissa} \times 10^{{{exponent}}}"

    def juxtaposed(self, coefficient: str, factor: str) -> str:
        return coefficient + factor

    def raised(self, base: str, exponent: str) -> str:
        return f"{base}^{_argument(exponent)}"

    def root(self, radicand: str) -> str:
        return rf"\sqrt{{{radicand}}}"

    def magnitude(self, body: str) -> str:
        # Not |…|: a bar is an ordinary character to TeX, which would set the minus sign of |-x| as a subtraction.
        return rf"\left\lvert {body} \right\rvert" if _is_tall(body) else rf"\lvert {body} \rvert"

    def operator(self, function: Function) -> str:
        return f"\\{function.word}" if function.operator else rf"\mathrm{{{function.word}}}"

    def applied(self, function: str, arguments: str) -> str:
        return function + self.brackets(arguments)

    def brackets(self, body: str) -> str:
        return rf"\left({body}\right)" if _is_tall(body) else f"({body})"

    def half_open(self, body: str) -> str:
        return rf"\left({body}\right." if _is_tall(body) else f"({body}"

    def half_closed(self, body: str) -> str:
        # The sign at the beginning joins two terms, though nothing stands before it here.
        return rf"\left.{{}}{body}\right)" if _is_tall(body) else f"{body})"

    beside = r" \; "
    entrywise_times = r"\odot"
    entrywise_over = r"\oslash"
    dots = {"across": r"\cdots", "down": r"\vdots", "aslant": r"\ddots"}  # noqa: RUF012 (a ClassVar of the base)

    def turned(self, base: str) -> str:
        letter = _WIDER_BELOW.fullmatch(base)
        # The size reaches beyond the letter, the more so the more digits it has: the sign goes back by as much. (dev.to
        # takes the backslash of a sign away, as of ``\!``.)
        back = r"\negthinspace" * (3 * sum(map(str.isdigit, letter[1])) // 2 - 2) if letter else ""
        if _INDEXED.fullmatch(base):  # above the index, not behind it
            back = 2 * r"\negthinspace"
        return rf"{base}^{{{back}\mathsf{{T}}}}"

    def bold(self, sign: str) -> str:
        return rf"\mathbf{{{sign}}}"

    def upright(self, word: str, below: str) -> str:
        name = rf"\mathrm{{{word.replace(' ', self.space)}}}"
        return rf"{name}_{{\text{{{below}}}}}" if below else name

    def matrix(self, rows: Sequence[Sequence[Expr]]) -> str:
        lines = apart([" & ".join(map(self.script.show, row)) for row in rows], " ")
        return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"

    def sized(self, body: str, shape: tuple[int, ...]) -> str:
        size = r" \times ".join(map(str, shape))
        return rf"\underset{{{size}}}{{{body}}}"

    def cases(self, cases: Cases) -> str:
        lines = [
            rf" {self.show(value)} & \text{{if }} "
            f"{self.show(test.left)} {_RELATIONS[test.relation]} {self.show(test.right)}"
            for value, test in cases.branches
        ]
        lines.append(rf" {self.show(cases.otherwise)} & \text{{otherwise}}")
        return rf"\begin{{cases}}{self.line_end.join(lines)} \end{{cases}}"


def _argument(text: str) -> str:
    """A subscript or exponent, in braces where TeX needs them."""
    return text if len(text) == 1 else f"{{{text}}}"


def _before(head: str, quantity: str) -> str:
    """A sign straight before a quantity; a control word needs a space before a letter."""
    return f"{head} {quantity}" if head[0] == "\\" and quantity[0].isalpha() else head + quantity


def _is_tall(body: str) -> bool:
    return any(part in body for part in _TALL)
