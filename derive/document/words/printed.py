"""What somebody printed, and the words of a finding, typeset: quantities, numbers and formulas as formulas."""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import cached_property
from typing import Final

from derive.auditing.reading.formulas import UnknownNameError, read_formula
from derive.auditing.reading.names import resolve
from derive.auditing.reckoning.quantities import Quantities
from derive.calculus.solution import Worked
from derive.document.blocks import Content, Sign
from derive.document.words.phrasing import equal, say
from derive.document.words.precision import full_precision_text
from derive.errors import FormulaError
from derive.expression.tree import Expr, Name, Number
from derive.numbers.rounding import scientific
from derive.spec.claims import printed_number

#: A value with more digits than this is shortened.
_DIGITS: Final = 9

_POWER_OF_TEN: Final = re.compile(r"[eE]|10\s*(?:\^|\*|[⁺⁻⁰⁴-⁹¹²³])")

#: The place of an entry of an array.
_ENTRY: Final = r"(?:\[-?\d+(?:,-?\d+)*\])?"
#: At the beginning of "A term is missing" stands no quantity.
_ARTICLE: Final = r"(?!A (?!(?:is|and|or|for|in|was|has)\b)[a-z])"
#: A quantity with a number, a quantity, or a number with a decimal point, in the words of a finding.
_PIECE: Final = re.compile(
    rf"(?P<name>(?<![\w/]){_ARTICLE}[A-Za-z]\w*{_ENTRY}(?:/d\w+{_ENTRY})?(?:\+\d*)?(?:\[\d+\])?)"
    r"(?: (?:=|is) (?P<value>-?\d[\d.]*(?:e-?\d+)?\b))?"
    r"|(?P<number>(?<![\w.])-?\d+\.\d+(?:e-?\d+)?)"
)

#: What a formula comes to, in the words of a finding: ``…; y - O is 0.2755.``
_COMES_TO: Final = re.compile(r"; (?P<formula>[^;]+) is (?P<value>-?\d[\d.]*(?:e-?\d+)?)(?=\.(?:\s|$))")
#: A value that no quantity has is shown with so many digits, where it is long.
_SHORT: Final = Context(prec=6, Emax=MAX_EMAX, Emin=MIN_EMIN)


class PrintedWords:
    """Typesets what was printed for a network.

    Args:
        solution: the worked network.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution
        self.symbols = solution.model.symbols

    def text(self, published: str) -> Content:
        """What was printed: a number, a formula where it can be typeset, else the words."""
        if printed_number(published) is not None:
            return say(self._number(published), _percent(published))
        try:
            return say(read_formula(published, self._meant))
        except (FormulaError, UnknownNameError):
            return say(f"“{published}”")

    def quantity(self, name: str) -> Expr:
        """What a claim is about: a quantity, or a formula of quantities, which is its name."""
        return Name(name) if name in self.symbols else read_formula(name, self._meant)

    def equality(self, name: str, number: str) -> Content:
        """A quantity and a number for it, with the sign that is true between them."""
        sign: Sign = "=" if self._is_exactly(name, number) else "≈"
        return say(equal(self.quantity(name), (sign, self._number(number))), _percent(number))

    def words(self, finding: str) -> Content:
        """The words of a finding, with the quantities and numbers in them typeset."""
        for match in _COMES_TO.finditer(finding):
            try:
                formula = read_formula(match["formula"], self._meant)
            except (FormulaError, UnknownNameError):
                continue
            if isinstance(formula, Name):  # a quantity with its own value
                continue
            value = Decimal(match["value"])
            number = match["value"] if len(value.as_tuple().digits) <= _DIGITS else _plain(_SHORT.plus(value))
            before, after = finding[: match.start("formula")], finding[match.end() :]
            return (*self.words(before), *say(formula, " is ", Number(number)), *self.words(after))
        content: Content = ()
        place = 0
        for match in _PIECE.finditer(finding):
            piece = self._piece(match)
            if piece:
                content += (*say(_worded(finding[place : match.start()])), *piece)
                place = match.end()
        return content + say(_worded(finding[place:]))

    def _piece(self, match: re.Match[str]) -> Content:
        name, value, number = match["name"], match["value"], match["number"]
        if number is not None:
            return say(Number(number))
        if name not in self.symbols:  # a word, or a derivative that the author spelt in another way
            name = self._meant(name) if "/" in name else None
        if name is None:
            return ()
        return say(Name(name)) if value is None else self.equality(name, self._short(name, value))

    def _short(self, name: str, text: str) -> str:
        """A value at full precision, with no more digits than a reader compares."""
        known = self.solution.values.get(name)
        if known is None or len(Decimal(text).as_tuple().digits) <= _DIGITS:
            return text
        return full_precision_text(known, self.solution.policy)

    def _meant(self, word: str) -> str | None:
        return word if word in self.symbols else resolve(word, self.solution, self._quantities).name

    @cached_property
    def _quantities(self) -> Quantities:
        return Quantities(self.solution)

    def _number(self, text: str) -> Number:
        """A number as it was printed; a percentage without its sign."""
        printed = printed_number(text, limited=False)
        assert printed is not None, text
        value = printed.value
        if printed.percent:
            sign, digits, exponent = value.as_tuple()
            value = Decimal((sign, digits, int(exponent) + 2))
        powered = int(value.as_tuple().exponent) > 0 or _POWER_OF_TEN.search(text) is not None
        return Number(scientific(value) if powered else format(value, "f"))

    def _is_exactly(self, name: str, text: str) -> bool:
        known = self.solution.values.get(name)
        printed = printed_number(text, limited=False)
        return known is not None and printed is not None and known.exact.exact and known.exact.value == printed.value


def _plain(value: Decimal) -> str:
    return format(value, "f") if -8 < value.adjusted() < 15 else scientific(value)


def _percent(text: str) -> str:
    return "\u202f%" if "%" in text else ""


def _worded(text: str) -> str:
    """Text without the marks of plain names: a cost or an activation goes by its words."""
    return re.sub(r"[a-z]+(?:_[a-z]+)+", lambda match: match[0].replace("_", " "), text).replace(" * ", " · ")
