"""What the quantities of a page are worth."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import derive
from derive.numbers.real import Real
from derive.render.math.tex import TexPrinter
from tests.pages.reading import Policy, key_of


def all_digits(real: Real) -> Fraction:
    """A value with all digits that are known of it, also behind 1 − 10⁻³⁰⁰."""
    if real.near is None or real.rest is None:
        return Fraction(real.value)
    return Fraction(real.near) + all_digits(real.rest)


def values_of(solution: derive.Solution, policy: Policy) -> Mapping[str, Fraction]:
    """What the quantities are worth, by their TeX."""
    printer, worked = TexPrinter(solution.document.symbols), solution.worked.values

    def all_known(name: str, exact: str) -> Fraction:
        # Derivatives after the last update stand in no line.
        return all_digits(worked[name].exact) if name in worked else Fraction(exact)

    return {
        # The exact text has 15 digits, which 1 − O² may lose: here all that are known are needed.
        key_of(printer.name(name)): Fraction(value.shown) if policy.each_step else all_known(name, value.exact)
        for name, value in solution.values.items()
    }
