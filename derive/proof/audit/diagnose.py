"""Which mistakes reproduce a wrong number: each is made, and what comes out is held against what was printed.

A number of N digits can be met by luck. Of the 2·10^N numbers with up to N digits and either sign, one more is met by
each different number that is tried; so the chance of a match is the count of different numbers tried up to it, the
likely mistakes first, over 2·10^N. A match that luck would give too often is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import islice
from typing import Final

import msgspec

from derive.expression.tree import Expr, Negative, Number, Product, Quotient, names, sum_of
from derive.proof.audit.data import Diagnosis
from derive.proof.audit.digits import point_moved
from derive.proof.audit.mistakes import LAST, MISTAKES, RARER, SLIPS, Mistake
from derive.proof.audit.numbers import WIDE, Printed
from derive.proof.audit.quantities import Quantities
from derive.proof.audit.sites import Site, Sites
from derive.proof.audit.worlds import World

#: A match is told while luck would give it at most so often.
UNLIKELY: Final = 0.05

#: Values beyond this power of ten give no number that can be printed.
_LARGEST: Final = 120
#: How many quantities that were not printed are searched for the mistake, those next to the wrong one first.
_SITES: Final = 40
#: So many formulas are tried for one mistake at one site.
_VARIANTS: Final = 200
#: How many pairs of mistakes are tried.
_PAIRS: Final = 4000
#: How many diagnoses are told of one number.
_TOLD: Final = 6


class Found(msgspec.Struct, frozen=True):
    """A mistake that reproduces a number.

    Attributes:
        diagnosis: what is told of it.
        value: what it gives, at full precision; None for a slip of the pen, after which the right value is carried on.
    """

    diagnosis: Diagnosis
    value: Decimal | None


class Hypothesis(msgspec.Struct, frozen=True):
    """A formula that somebody may have used at a site."""

    mistake: Mistake
    expr: Expr
    what: str
    index: int

    def says(self, name: str) -> str:
        """The mistake as a sentence."""
        return self.mistake.says.format(what=self.what, name=name)


class Hypotheses:
    """All mistakes at all sites of a network, each worked out once.

    Args:
        quantities: the true calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.sites = Sites(quantities)
        self.true = World(quantities)
        self._local: dict[str, tuple[Hypothesis, ...]] = {}
        self._worlds: dict[tuple[str, int], World] = {}
        self._throughout: list[tuple[Hypothesis, World]] | None = None

    def at(self, name: str) -> tuple[Hypothesis, ...]:
        """The mistakes that can be made in working a quantity out."""
        known = self._local.get(name)
        if known is None:
            known = self._local[name] = tuple(self._find(name))
        return known

    def _find(self, name: str) -> Iterator[Hypothesis]:
        before = self.sites.before_update(name)
        site = self.sites.at(name)
        parts = [] if site is None or site.kind != "cost_sum" else [self.sites.at(part) for part in names(site.formula)]
        for mistake in MISTAKES:
            yield from self._in_all(mistake, [part for part in parts if part is not None])
            for place, after in ((site, False), (before, True)):
                if place is None:
                    continue
                for index, (expr, what) in enumerate(islice(mistake.find(place), _VARIANTS)):
                    if expr != place.formula:
                        yield Hypothesis(mistake, self.sites.renamed(expr) if after else expr, what, index)

    def _in_all(self, mistake: Mistake, parts: Sequence[Site]) -> Iterator[Hypothesis]:
        """A mistake made in all terms of a cost that is a sum over the outputs."""
        if parts and mistake.code not in ("sign", "factor-2", "factor-2+sign", "factor-n"):
            for index, variants in enumerate(zip(*(mistake.find(part) for part in parts), strict=False)):
                yield Hypothesis(mistake, sum_of(tuple(expr for expr, _ in variants)), variants[0][1], index)

    def others(self, name: str) -> tuple[Hypothesis, ...]:
        """The other quantities of the page whose value may have been taken."""
        site = self.sites.at(name)
        found = () if site is None else tuple(LAST.find(site))
        return tuple(Hypothesis(LAST, expr, what, index) for index, (expr, what) in enumerate(found))

    def again(self, site: Site, first: Hypothesis) -> Iterator[Hypothesis]:
        """The mistakes that can be made in a formula which is mistaken already."""
        changed = msgspec.structs.replace(site, formula=first.expr)
        place = MISTAKES.index(first.mistake)
        for mistake in MISTAKES[place + 1 :]:
            for index, (expr, what) in enumerate(mistake.find(changed)):
                if expr != first.expr:
                    yield Hypothesis(mistake, expr, what, index)

    def world(self, name: str, number: int) -> World:
        """The calculation with one mistake made at one site: the one of this number in :meth:`at`."""
        known = self._worlds.get((name, number))
        if known is None:
            changed = {name: self.at(name)[number].expr}
            known = self._worlds[name, number] = World(self.quantities, changed=changed)
        return known

    def throughout(self) -> Sequence[tuple[Hypothesis, World]]:
        """The calculations in which a mistake is made at all sites of a kind."""
        if self._throughout is None:
            self._throughout = list(self._everywhere())
        return self._throughout

    def _everywhere(self) -> Iterator[tuple[Hypothesis, World]]:
        sites = list(self.sites.everywhere())
        for mistake in MISTAKES:
            changed: dict[int, dict[str, Expr]] = {}
            first: dict[int, Hypothesis] = {}
            for site in sites:
                if site.kind in mistake.throughout:
                    for index, (expr, what) in enumerate(mistake.find(site)):
                        changed.setdefault(index, {})[site.name] = expr
                        first.setdefault(index, Hypothesis(mistake, expr, what, index))
            for index, formulas in changed.items():
                if len(formulas) > 1 or mistake.throughout != ("slope",):
                    yield first[index], World(self.quantities, changed=formulas)


class Search:
    """The search for what reproduces one number.

    Args:
        hypotheses: what can be tried.
        name: the quantity.
        printed: the number.
        worlds: what the author went on from: the true values, those that he printed.
        cut: whether he cut digits off.
        printed_names: the quantities that he printed; a mistake in one of these would show there.
    """

    def __init__(
        self,
        hypotheses: Hypotheses,
        name: str,
        printed: Printed,
        worlds: Sequence[World],
        *,
        cut: bool,
        printed_names: frozenset[str],
    ) -> None:
        self.hypotheses, self.name, self.printed = hypotheses, name, printed
        self.worlds, self.cut, self.printed_names = worlds, cut, printed_names
        self.found: list[Found] = []
        self._said: set[str] = set()
        self._tried: set[int] = set()
        self._size = 10 ** len(printed.digits)

    @property
    def chance(self) -> float:
        """How likely the next match is to be luck."""
        return len(self._tried) / float(2 * self._size)

    @property
    def hopeless(self) -> bool:
        """Whether anything that is still found would be told to be luck."""
        return self.chance > UNLIKELY

    def run(self) -> list[Found]:
        """What reproduces the number, best first; empty where nothing does, or luck may have."""
        rarer = next(place for place, row in enumerate(MISTAKES) if row.code == RARER)
        here = self.hypotheses.at(self.name)
        common = [hypothesis for hypothesis in here if MISTAKES.index(hypothesis.mistake) < rarer]
        self._here(common)
        self._slips()
        self._here(here[len(common) :])
        large = self.hypotheses.quantities.large
        if not large:
            self._throughout()
        for stage in (self._turned,) if large else (self._turned, self._another, self._before, self._pairs):
            if self.found or self.hopeless:
                break
            stage()
        return self.found[:_TOLD]

    # What a match is.

    def _meets(self, value: Decimal) -> bool:
        """Note a value that was tried, and say whether it gives the number."""
        if not value.is_finite() or value.adjusted() > _LARGEST:
            return False
        count = int(WIDE.divide(value, self.printed.unit).to_integral_value(ROUND_HALF_EVEN))
        if abs(count) < self._size:
            self._tried.add(count)
        return self.printed.rounds_from(value) or (self.cut and self.printed.truncates_from(value))

    def _tell(self, code: str, says: str, value: Decimal | None) -> None:
        chance = self.chance
        if chance <= UNLIKELY and code not in self._said:
            self._said.add(code)
            self.found.append(Found(Diagnosis(code, says, float(f"{chance:.2g}")), value))

    def _values(self, expr: Expr) -> Iterator[Decimal]:
        """What a formula gives from each of the values that the author may have gone on from."""
        seen: set[Decimal] = set()
        for world in self.worlds:
            try:
                value = world.of(expr)
            except ArithmeticError:
                continue
            if value not in seen:
                seen.add(value)
                yield value

    # What is tried, in this order.

    def _here(self, hypotheses: Sequence[Hypothesis]) -> None:
        """A mistake in the formula of the quantity itself."""
        for hypothesis in hypotheses:
            hits = [value for value in self._values(hypothesis.expr) if self._meets(value)]
            if hits:
                self._tell(hypothesis.mistake.code, hypothesis.says(self.name), hits[0])
            if self.hopeless:
                return

    def _turned(self) -> None:
        """A mistake in the formula, and the sign turned."""
        for hypothesis in self.hypotheses.at(self.name):
            if "sign" in hypothesis.mistake.code or hypothesis.mistake.code == "descent-direction":
                continue
            hits = [value for value in self._values(Negative(hypothesis.expr)) if self._meets(value)]
            if hits:
                both = "+".join(sorted((hypothesis.mistake.code, "sign")))
                self._tell(both, f"{hypothesis.says(self.name)} And the sign is turned.", hits[0])
            if self.hopeless:
                return

    def _another(self) -> None:
        """The value of another quantity of the page."""
        self._here(self.hypotheses.others(self.name))

    def _slips(self) -> None:
        """The right number, written down wrongly."""
        right = []
        for world in self.worlds:
            try:
                right.append(world.raw(self.name))
            except ArithmeticError:
                continue
        for slip in SLIPS:
            if self.hopeless:
                return
            candidates = list(slip.find(self.printed))
            self._tried |= {-self._size - len(self._tried) - index for index in range(len(candidates))}
            for value, what in candidates:
                meant = Printed(value, self.printed.percent, self.printed.scientific)
                if any(meant.rounds_from(true) for true in right):
                    self._tell(slip.code, slip.says.format(what=what), None)

    def _throughout(self) -> None:
        """A mistake made at all places at once, and carried on."""
        if self.hopeless:
            return
        for hypothesis, world in self.hypotheses.throughout():
            try:
                value = world(self.name)
            except ArithmeticError:
                continue
            if self._meets(value):
                self._tell(
                    hypothesis.mistake.code, f"{hypothesis.says(self.name)} So throughout the calculation.", value
                )

    def _before(self) -> None:
        """A mistake in a quantity that was not printed, and carried on."""
        for name in self._unprinted():
            for number, hypothesis in enumerate(self.hypotheses.at(name)):
                try:
                    value = self.hypotheses.world(name, number)(self.name)
                except ArithmeticError:
                    continue
                if self._meets(value):
                    self._tell(hypothesis.mistake.code, f"In {name}, before: {hypothesis.says(name)}", value)
            if self.hopeless:
                return

    def _unprinted(self) -> list[str]:
        """The quantities that this one is worked out from and that were not printed, the nearest first."""
        quantities = self.hypotheses.quantities
        found: dict[str, None] = {}
        waiting = [self.name]
        while waiting and len(found) < _SITES:
            for other in quantities.arguments(waiting.pop(0)):
                if other not in found and other not in self.printed_names and quantities.formula(other) is not None:
                    found[other] = None
                    waiting.append(other)
        return list(found)

    def _pairs(self) -> None:
        """Two mistakes at once."""
        site = self.hypotheses.sites.at(self.name)
        if site is None:
            return
        left = _PAIRS
        for first in self.hypotheses.at(self.name):
            for code, says, expr in self._second(site, first):
                left -= 1
                if left < 0 or self.hopeless:
                    return
                hits = [value for value in self._values(expr) if self._meets(value)]
                if hits:
                    both = "+".join(sorted((first.mistake.code, code)))
                    self._tell(both, f"{first.says(self.name)} {says}", hits[0])
            for value in self._values(first.expr):
                for meant, what in point_moved(self.printed):
                    if Printed(meant).rounds_from(value):
                        both = "+".join(sorted((first.mistake.code, SLIPS[0].code)))
                        self._tell(both, f"{first.says(self.name)} {SLIPS[0].says.format(what=what)}", None)

    def _second(self, site: Site, first: Hypothesis) -> Iterator[tuple[str, str, Expr]]:
        if first.mistake.code not in ("sign", "factor-2", "factor-2+sign"):
            for expr, what in (
                (Product((Number("2"), first.expr)), "twice"),
                (Quotient(first.expr, Number("2")), "half"),
            ):
                yield "factor-2", f"And it is {what} that.", expr
        for second in self.hypotheses.again(site, first):
            yield second.mistake.code, second.says(self.name), second.expr
