"""What a search for mistakes finds, and how long it may go on."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from derive.auditing.data import Diagnosis
from derive.auditing.judging.hypotheses import Hypothesis, Theory
from derive.auditing.judging.theories import Theories
from derive.auditing.reckoning.simulations import Stated

#: So many values are tried for the numbers of one page before only the quick searches are made for the rest of them.
_PATIENCE: Final = 25_000
#: What only comes near a number is told while luck would give it at most so often.
_SELDOM: Final = 0.01


class Match(msgspec.Struct, frozen=True):
    """A mistake that reproduces a number.

    Attributes:
        diagnosis: what is told of it.
        value: what it gives, at full precision; None for a slip of the pen, after which the right value is carried on.
        theory: what holds throughout, if it was found so.
        at: the quantity in whose working it was made, and the mistake, if it was found so.
    """

    diagnosis: Diagnosis
    value: Decimal | None
    theory: Theory | None = None
    at: tuple[str, Hypothesis] | None = None


class Near:
    """Mistakes that give a number but for some units: rounded values were carried on, perhaps, to what gave it.

    Args:
        theories: what is believed of the page.
        number: the number.
    """

    def __init__(self, theories: Theories, number: Stated) -> None:
        self.theories, self.number = theories, number
        self._matches: list[Match] = []

    def note(
        self,
        made: Hypothesis,
        value: Decimal,
        luck: float,
        *,
        theory: Theory | None = None,
        at: tuple[str, Hypothesis] | None = None,
    ) -> None:
        """Note a mistake, if it comes near.

        Args:
            made: the mistake.
            value: what it gives at full precision.
            luck: how likely a mistake that gives the very number is to do so by luck.
            theory: what holds throughout, if it is tried so.
            at: the quantity in whose working it is made, and the mistake, if it is tried so.
        """
        units = self.theories.strays(self.number, value)
        chance = luck if units is None else (2 * units + 1) * luck
        if units is not None and chance <= _SELDOM:
            says = made.says(self.number.name)
            says = says if theory is None else f"{says} {theory.says}"
            self._matches.append(Match(Diagnosis(made.mistake.code, says, float(f"{chance:.2g}")), value, theory, at))

    def best(self) -> list[Match]:
        """The one that is least likely to be luck and that no line of the page speaks against; empty without one."""
        likeliest = sorted(self._matches, key=lambda each: each.diagnosis.chance)
        return [each for each in likeliest if each.theory is None or self.theories.holds(each.theory)][:1]


class Patience:
    """How much is still searched on one page for what explains its numbers."""

    def __init__(self) -> None:
        self.left = _PATIENCE

    @property
    def gone(self) -> bool:
        """Whether only quick searches are made from here on."""
        return self.left <= 0
