"""Formulas within a line in plain HTML, where a page has more formulas than its reader typesets.

Letters are slanted, indices stand lower and higher, fractions have a slash: ``<i>w</i><sub>6</sub>``.
"""

# ruff: noqa: D102 (overriding methods are described in the base class)

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from derive.document.blocks import Item
from derive.expression.tree import Cases, Expr, Negative, Number, Relation
from derive.model.symbols import ACCENTS, GREEK, Accent, AnySymbol
from derive.render.math.typeset import TypesetPrinter

_RELATIONS: dict[Relation, str] = {">": ">", ">=": "≥", "<": "&lt;", "<=": "≤", "==": "=", "!=": "≠"}


class PlainHtmlPrinter(TypesetPrinter):
    """Prints ``<i>d</i><i>Cost</i>/<i>d</i><i>z</i><sub>3</sub> = −0.0631``.

    Args:
        symbols: how each quantity is typeset, by plain name.
        escape: makes words safe in the language around.
    """

    signs = {"=": "=", "≈": "≈", "←": "←"}  # noqa: RUF012 (ClassVars of the base)
    dot = " · "
    line_end = ""
    indent = ""
    space = " "

    def __init__(self, symbols: Mapping[str, AnySymbol], escape: Callable[[str], str]) -> None:
        super().__init__(symbols, inline=True)
        self.escape = escape

    def formula(self, items: Sequence[Item]) -> str:
        """Expressions joined by their signs; a quantity and its value stay on one line."""
        return ("&nbsp;" if len(items) <= 2 else " ").join(self._pieces(items))

    def greek(self, name: str) -> str:
        return f"<i>{GREEK[name]}</i>" if name.islower() else GREEK[name]

    def word(self, word: str) -> str:
        return f"<i>{self.escape(word)}</i>"

    def letters(self, word: str) -> str:
        return f"<i>{word}</i>" if len(word) == 1 and word.isalpha() else super().letters(word)

    def sign(self, sign: str) -> str:
        return self.escape(sign)

    def accented(self, base: str, accent: Accent) -> str:
        letters, _, end = base.rpartition("</i>")
        return f"{letters or end}{ACCENTS[accent]}{'</i>' if letters else ''}"

    def indexed(self, base: str, below: str, above: str, above_first: bool) -> str:
        return base + (f"<sub>{below}</sub>" if below else "") + (f"<sup>{above}</sup>" if above else "")

    def differential(self, quantity: str, *, partial: bool) -> str:
        return f"{'∂' if partial else '<i>d</i>'}{quantity}"

    def number(self, number: Number) -> str:
        return super().number(number).replace("-", "−")

    def negated(self, operand: str) -> str:
        return f"−{operand}"

    def joined_term(self, term: Expr) -> str:
        return f"− {self.term(term.operand)}" if isinstance(term, Negative) else f"+ {self.term(term)}"

    def fraction(self, over: str, under: str) -> str:
        return self.slashed(over, under)

    def slashed(self, over: str, under: str) -> str:
        return f"{over}/{under}"

    def scientific(self, mantissa: str, exponent: str) -> str:
        return f"{mantissa} × 10<sup>{exponent}</sup>"

    def juxtaposed(self, coefficient: str, factor: str) -> str:
        return f"{coefficient}{self.dot if '/' in coefficient else ''}{factor}"

    def raised(self, base: str, exponent: str) -> str:
        return f"{'<i>e</i>' if base == 'e' else base}<sup>{exponent}</sup>"

    def root(self, radicand: str) -> str:
        return f"√({radicand})"

    def magnitude(self, body: str) -> str:
        return f"&#124;{body}&#124;"

    def applied(self, function: str, arguments: str) -> str:
        return f"{function}({arguments})"

    beside = " "
    entrywise_times = "⊙"
    entrywise_over = "⊘"
    dots = {"across": "⋯", "down": "⋮", "aslant": "⋱"}  # noqa: RUF012 (a ClassVar of the base)

    def turned(self, base: str) -> str:
        return f"{base}<sup>T</sup>"

    def bold(self, sign: str) -> str:
        return f"<b>{sign}</b>"

    def upright(self, word: str, below: str) -> str:
        return f"{word}<sub>{below}</sub>" if below else word

    def matrix(self, rows: Sequence[Sequence[Expr]]) -> str:
        return f"[{'; '.join(', '.join(map(self.script.show, row)) for row in rows)}]"

    def sized(self, body: str, shape: tuple[int, ...]) -> str:
        del shape  # within a line no size is told
        return body

    def brackets(self, body: str) -> str:
        return f"({body})"

    def cases(self, cases: Cases) -> str:
        lines = (
            f"{self.show(value)} if {self.show(test.left)} {_RELATIONS[test.relation]} {self.show(test.right)}, "
            for value, test in cases.branches
        )
        return f"{''.join(lines)}otherwise {self.show(cases.otherwise)}"
