"""Which mistakes reproduce a wrong number: each is made, and what comes out is held against what was printed.

A number of N digits can be met by luck. Of the 2·10^N numbers with up to N digits and either sign, one more is met by
each different number that is tried; so the chance of a match is the count of different numbers tried up to it, the
likely mistakes first, over 2·10^N. A match that luck would give too often is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from itertools import islice
from typing import Final

import msgspec

from derive.expression.tree import Expr, Negative, Number, Product, Quotient, names, sum_of
from derive.proof.audit.author import Simulations
from derive.proof.audit.data import Diagnosis
from derive.proof.audit.digits import point_moved
from derive.proof.audit.mistakes import LAST, MISTAKES, RARER, SHIFTED, SLIPS, Mistake
from derive.proof.audit.numbers import WIDE, Printed
from derive.proof.audit.sites import Site, Sites
from derive.proof.audit.worlds import Rounding, World

#: A match is told while luck would give it at most so often.
UNLIKELY: Final = 0.05

#: Values beyond this power of ten give no number that can be printed.
_LARGEST: Final = 120
#: How many quantities that were not printed are searched for the mistake, those next to the wrong one first.
_SITES: Final = 120
#: So many formulas are tried for one mistake at one site.
_VARIANTS: Final = 200
#: How many pairs of mistakes are tried.
_PAIRS: Final = 4000
#: So many calculations with a mistake in them are kept for the next number.
_REMEMBERED: Final = 5000
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
        simulations: the true calculation, and the same rounded on the way.
    """

    def __init__(self, simulations: Simulations) -> None:
        self.simulations = simulations
        self.quantities = quantities = simulations.quantities
        self.sites = Sites(quantities)
        self.true = World(quantities)
        self._local: dict[str, tuple[Hypothesis, ...]] = {}
        self._worlds: dict[tuple[str, int, Rounding | None], World] = {}
        self._throughout: dict[Rounding | None, list[tuple[Hypothesis, World]]] = {}

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

    def world(self, name: str, number: int, rounding: Rounding | None) -> World:
        """The calculation with one mistake made at one site: the one of this number in :meth:`at`."""
        key = name, number, rounding
        known = self._worlds.get(key)
        if known is None:
            if len(self._worlds) >= _REMEMBERED:
                self._worlds.clear()
            known = self._worlds[key] = self._changed({name: self.at(name)[number].expr}, rounding)
        return known

    def throughout(self, rounding: Rounding | None) -> Sequence[tuple[Hypothesis, World]]:
        """The calculations in which a mistake is made at all sites of a kind."""
        known = self._throughout.get(rounding)
        if known is None:
            known = self._throughout[rounding] = list(self._everywhere(rounding))
        return known

    def _changed(self, formulas: Mapping[str, Expr], rounding: Rounding | None) -> World:
        base = None if rounding is None else self.simulations.world(rounding)
        return World(self.quantities, changed=formulas, rounding=rounding, base=base)

    def _everywhere(self, rounding: Rounding | None) -> Iterator[tuple[Hypothesis, World]]:
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
                    yield first[index], self._changed(formulas, rounding)


class Manner(msgspec.Struct, frozen=True):
    """How an author may have reckoned.

    Attributes:
        worlds: what he went on from: the true values, those that he printed.
        roundings: how he rounded what he carried on; what he did not print is reckoned so.
        cut: whether he cut digits off.
    """

    worlds: Sequence[World]
    roundings: Sequence[Rounding | None]
    cut: bool


class Search:
    """The search for what reproduces one number.

    Args:
        hypotheses: what can be tried.
        name: the quantity.
        printed: the number.
        manners: how the author reckoned as far as his page shows; then what he may have done besides.
        printed_names: the quantities that he printed; a mistake in one of these would show there.
    """

    def __init__(
        self,
        hypotheses: Hypotheses,
        name: str,
        printed: Printed,
        manners: Sequence[Manner],
        printed_names: frozenset[str],
    ) -> None:
        self.hypotheses, self.name, self.printed = hypotheses, name, printed
        self.manners, self.printed_names = manners, printed_names
        self.manner = manners[0]
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
        for manner in self.manners:
            self.manner = manner
            self._run()
            if self.found or self.hopeless:
                break
        return self.found[:_TOLD]

    def _run(self) -> None:
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
                return
            stage()

    # What a match is.

    def _meets(self, value: Decimal) -> bool:
        """Note a value that was tried, and say whether it gives the number."""
        if not value.is_finite() or value.adjusted() > _LARGEST:
            return False
        units = WIDE.divide(value, self.printed.unit)
        for mode in (ROUND_HALF_EVEN, ROUND_DOWN) if self.manner.cut else (ROUND_HALF_EVEN,):
            count = int(units.to_integral_value(mode))
            if abs(count) < self._size:
                self._tried.add(count)
        return self._gives(self.printed, value)

    def _gives(self, printed: Printed, value: Decimal) -> bool:
        return printed.rounds_from(value) or (self.manner.cut and printed.truncates_from(value))

    def _tell(self, code: str, says: str, value: Decimal | None) -> None:
        chance = self.chance
        if chance <= UNLIKELY and code not in self._said:
            self._said.add(code)
            self.found.append(Found(Diagnosis(code, says, float(f"{chance:.2g}")), value))

    def _values(self, expr: Expr) -> Iterator[Decimal]:
        """What a formula gives from each of the values that the author may have gone on from."""
        seen: set[Decimal] = set()
        for world in self.manner.worlds:
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
        for world in self.manner.worlds:
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
                if any(self._gives(meant, true) for true in right):
                    self._tell(slip.code, slip.says.format(what=what), None)

    def _throughout(self) -> None:
        """A mistake made at all places at once, and carried on."""
        if self.hopeless:
            return
        for rounding in self.manner.roundings:
            for hypothesis, world in self.hypotheses.throughout(rounding):
                self._in_world(world, hypothesis, f"{hypothesis.says(self.name)} So throughout the calculation.")

    def _in_world(self, world: World, hypothesis: Hypothesis, says: str) -> None:
        """The whole calculation with a mistake in it."""
        try:
            value = world(self.name)
        except ArithmeticError:
            return
        if self._meets(value):
            self._tell(hypothesis.mistake.code, says, value)

    def _before(self) -> None:
        """A mistake in a quantity that was not printed, and carried on."""
        for name in self._unprinted():
            for number, hypothesis in enumerate(self.hypotheses.at(name)):
                for rounding in self.manner.roundings:
                    world = self.hypotheses.world(name, number, rounding)
                    self._in_world(world, hypothesis, f"In {name}, before: {hypothesis.says(name)}")
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
                        both = "+".join(sorted((first.mistake.code, SHIFTED.code)))
                        self._tell(both, f"{first.says(self.name)} {SHIFTED.says.format(what=what)}", None)

    def _second(self, site: Site, first: Hypothesis) -> Iterator[tuple[str, str, Expr]]:
        if first.mistake.code not in ("sign", "factor-2", "factor-2+sign"):
            for expr, what in (
                (Product((Number("2"), first.expr)), "twice"),
                (Quotient(first.expr, Number("2")), "half"),
            ):
                yield "factor-2", f"And it is {what} that.", expr
        for second in self.hypotheses.again(site, first):
            yield second.mistake.code, second.says(self.name), second.expr
