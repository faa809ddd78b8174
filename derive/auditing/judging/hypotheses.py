"""The mistakes that may have been made in a network: formulas in place of the right ones, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, partial
from itertools import islice
from typing import Final

import msgspec

from derive.auditing.mistakes.repeated import repeated
from derive.auditing.mistakes.sites import Site, SiteKind, Sites
from derive.auditing.mistakes.table import LAST, MISTAKES, Mistake, code_of
from derive.auditing.reckoning.evaluate import Evaluate, Round, ValueOf, compiled
from derive.auditing.reckoning.simulations import Simulations
from derive.auditing.reckoning.worlds import Listing, Rounding, World
from derive.expression.tree import Expr, Name, Number, Product, Quotient, names, sum_of

#: So many formulas are tried for one mistake at one site.
_VARIANTS: Final = 200
#: How many pairs of mistakes are tried.
_PAIRS: Final = 4000
#: So many calculations with a mistake in them, and pairs of mistakes, are kept for the next number.
_REMEMBERED: Final = 20_000


class Hypothesis(msgspec.Struct, frozen=True):
    """A formula that somebody may have used at a site."""

    mistake: Mistake
    expr: Expr
    what: str
    index: int
    by: Evaluate

    def says(self, name: str) -> str:
        """The mistake as a sentence."""
        return self.mistake.says.format(what=self.what, name=name)


def _hypothesis(mistake: Mistake, expr: Expr, what: str, index: int) -> Hypothesis:
    return Hypothesis(mistake, expr, what, index, compiled(expr))


class Theory(msgspec.Struct, frozen=True, eq=False):
    """A mistake that is made again and again.

    Attributes:
        hypothesis: the mistake, as it is made at one of the quantities; None where there is none.
        always: the formulas that were used, as :class:`derive.auditing.reckoning.worlds.World` takes them.
        where: the part of the model in which alone it is made, in words; "" for all.
        listed: whether the quantities were only written down so, and are right in what is worked out from them.
    """

    hypothesis: Hypothesis | None
    always: Mapping[str, Expr]
    where: str = ""
    listed: bool = False

    @property
    def is_rewritten(self) -> bool:
        """Whether it is a model in which an equation or a derivative is written otherwise."""
        return self.hypothesis is not None and self.hypothesis.mistake.rewritten

    @property
    def says(self) -> str:
        """How often it was made, as a sentence."""
        if self.where:
            return f"So throughout {self.where}."
        return "So throughout the calculation." if len(self.always) > 1 else "So in every update."


class Pair(msgspec.Struct, frozen=True):
    """A mistake, and others in the formula that it gives: of each the codes, the sentence and the formula."""

    first: Hypothesis
    seconds: tuple[tuple[str, str, Evaluate], ...]


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
        self._rewritten_at: dict[str, tuple[Hypothesis, ...]] = {}
        self._pairs: dict[str, tuple[Pair, ...]] = {}
        self._kept_pairs = 0
        self._worlds: dict[tuple[str, int, Rounding | None], World] = {}
        self._repeated: dict[str, tuple[Theory, ...]] = {}
        self._kinds: dict[tuple[str, SiteKind], tuple[Theory, ...]] = {}
        self._held: dict[tuple[int, Rounding | None], tuple[Theory, World]] = {}

    def at(self, name: str) -> tuple[Hypothesis, ...]:
        """The mistakes that can be made in working a quantity out."""
        known = self._local.get(name)
        if known is None:
            known = self._local[name] = tuple(self._find(name, [row for row in MISTAKES if not row.rewritten]))
        return known

    def rewritten_at(self, name: str) -> tuple[Hypothesis, ...]:
        """Those that write an equation or a derivative otherwise, as far as they are seen in one quantity."""
        known = self._rewritten_at.get(name)
        if known is None:
            known = self._rewritten_at[name] = tuple(self._find(name, [row for row in MISTAKES if row.rewritten]))
        return known

    def _find(self, name: str, mistakes: Sequence[Mistake]) -> Iterator[Hypothesis]:
        site = self.sites.at(name)
        before, later = self.sites.ruling(name)
        shifted = self.quantities.updates.shifted
        for mistake in mistakes:
            if mistake.whole:
                yield from () if site is None else self._by_sample(mistake, site)
                continue
            for place, count in ((site, 0), (before, later)):
                if place is None:
                    continue
                yield from self._in_all(mistake, place, count)
                for index, (expr, what) in enumerate(islice(mistake.find(place), _VARIANTS)):
                    if expr != place.formula:
                        yield _hypothesis(mistake, shifted(expr, count), what, index)

    def _by_sample(self, mistake: Mistake, site: Site) -> Iterator[Hypothesis]:
        """What updates after each sample make of a quantity, rounded on the way as everything else is."""
        for index, (expr, what) in enumerate(mistake.find(site)):
            assert isinstance(expr, Name)
            yield Hypothesis(mistake, expr, what, index, partial(self._apart, expr.name))

    def _apart(self, name: str, value: ValueOf, rnd: Round) -> Decimal:
        assert self._by_samples is not None
        rounding = value.rounding if isinstance(value, World) else None
        if rounding is None:
            return self._by_samples.quantities.exact(name).value
        return self._by_samples.world(rounding)(name)

    @cached_property
    def _by_samples(self) -> Simulations | None:
        """The same training with an update after each sample, rounded in each usual way."""
        apart = self.quantities.by_sample
        return None if apart is None else Simulations(apart)

    def _in_all(self, mistake: Mistake, site: Site, count: int) -> Iterator[Hypothesis]:
        """A mistake made in all terms of a cost that is a sum over the outputs; perhaps after updates."""
        if (
            mistake.rewritten
            or site.kind != "cost_sum"
            or mistake.code in ("sign", "factor-2", "factor-2+sign", "factor-n")
        ):
            return
        parts = [part for part in map(self.sites.at, names(site.formula)) if part is not None]
        for index, variants in enumerate(zip(*map(mistake.find, parts), strict=False)):
            expr = sum_of(tuple(expr for expr, _ in variants))
            yield _hypothesis(mistake, self.quantities.updates.shifted(expr, count), variants[0][1], index)

    def others(self, name: str) -> tuple[Hypothesis, ...]:
        """The other quantities of the page whose value may have been taken."""
        site = self.sites.at(name)
        found = () if site is None else tuple(LAST.find(site))
        return tuple(_hypothesis(LAST, expr, what, index) for index, (expr, what) in enumerate(found))

    def pairs(self, name: str) -> tuple[Pair, ...]:
        """Two mistakes at once in working a quantity out."""
        known = self._pairs.get(name)
        if known is None:
            known = tuple(self._find_pairs(name))
            if self._kept_pairs > _REMEMBERED:
                self._pairs.clear()
                self._kept_pairs = 0
            self._kept_pairs += sum(len(pair.seconds) for pair in known)
            self._pairs[name] = known
        return known

    def _find_pairs(self, name: str) -> Iterator[Pair]:
        site, left = self.sites.at(name), _PAIRS
        for first in () if site is None else self.at(name):
            assert site is not None
            seconds = tuple(islice(self._seconds(site, first), left))
            left -= len(seconds)
            yield Pair(first, seconds)
            if not left:
                return

    def _seconds(self, site: Site, first: Hypothesis) -> Iterator[tuple[str, str, Evaluate]]:
        code = first.mistake.code
        if code not in ("sign", "factor-2", "factor-2+sign") and not first.mistake.whole:
            for expr, what in (
                (Product((Number("2"), first.expr)), "twice"),
                (Quotient(first.expr, Number("2")), "half"),
            ):
                yield code_of(code, "factor-2"), f"And it is {what} that.", compiled(expr)
        for second in self.again(site, first):
            yield code_of(code, second.mistake.code), second.says(site.name), second.by

    def again(self, site: Site, first: Hypothesis) -> Iterator[Hypothesis]:
        """The mistakes that can be made in a formula which is mistaken already."""
        changed = msgspec.structs.replace(site, formula=first.expr)
        place = MISTAKES.index(first.mistake)
        for mistake in MISTAKES[place + 1 :] if not first.mistake.whole else ():
            if mistake.whole or mistake.rewritten:
                continue
            for index, (expr, what) in enumerate(mistake.find(changed)):
                if expr != first.expr:
                    # What a mistake means from before all updates is called so only within the rule of an update.
                    yield _hypothesis(mistake, self.quantities.updates.shifted(expr, 0), what, index)

    def world(self, name: str, number: int, rounding: Rounding | None) -> World:
        """The calculation with one mistake made at one site: the one of this number in :meth:`at`."""
        key = name, number, rounding
        known = self._worlds.get(key)
        if known is None:
            if len(self._worlds) >= _REMEMBERED:
                self._worlds.clear()
            known = self._worlds[key] = self._changed({name: self.at(name)[number].expr}, rounding)
        return known

    @cached_property
    def truth(self) -> Theory:
        """That no mistake was made."""
        return Theory(None, {})

    @cached_property
    def theories(self) -> tuple[Theory, ...]:
        """The mistakes that people make at all quantities of a kind, and in every update."""
        return tuple(self._everywhere())

    def repeated(self, name: str) -> tuple[Theory, ...]:
        """The mistakes that can be made in working a quantity out, each made in every update."""
        rule, _ = self.quantities.updates.rule(name)
        known = self._repeated.get(rule)
        if known is None:
            known = self._repeated[rule] = tuple(
                Theory(hypothesis, {rule: hypothesis.expr})
                for hypothesis in self.at(rule)
                if not hypothesis.mistake.whole
            )
        return known

    def of(self, hypothesis: Hypothesis, name: str) -> Iterator[Theory]:
        """The theories that a mistake in working a quantity out is a part of, the widest first."""
        rule, _ = self.quantities.updates.rule(name)
        alike = self._alike(hypothesis.mistake, rule)
        for theory in (*self.theories, *alike, *(self.repeated(name) if self.quantities.count else ())):
            made = theory.hypothesis
            if (
                made is not None
                and rule in theory.always
                and (made.mistake, made.index) == (hypothesis.mistake, hypothesis.index)
            ):
                yield theory

    def _alike(self, mistake: Mistake, name: str) -> tuple[Theory, ...]:
        """A mistake that people seldom make throughout, made at all quantities of the kind of one."""
        site = self.sites.at(name)
        if site is None or site.kind == "other" or site.kind in mistake.throughout or self.quantities.large:
            return ()
        if mistake.whole or mistake.rewritten:
            return ()
        key = mistake.code, site.kind
        known = self._kinds.get(key)
        if known is None:
            known = self._kinds[key] = tuple(self._made(mistake, (site.kind,)))
        return known

    def world_of(self, theory: Theory, rounding: Rounding | None) -> World:
        """The calculation where a theory holds."""
        key = id(theory), rounding
        known = self._held.get(key)
        if known is None:
            if len(self._held) >= _REMEMBERED:
                self._held.clear()
            known = self._held[key] = theory, self.world_with(theory, rounding, {})
        return known[1]

    def world_with(self, theory: Theory, rounding: Rounding | None, printed: Mapping[str, Decimal]) -> World:
        """The calculation where a theory holds, with some numbers as they were printed."""
        base = None if rounding is None else self.simulations.world(rounding)
        always = {} if theory.listed else theory.always
        world = World(self.quantities, fixed=printed, always=always, rounding=rounding, base=base)
        return Listing(world, theory.always) if theory.listed else world

    def world_from(self, printed: Mapping[str, Decimal], formulas: Mapping[str, Expr]) -> World:
        """The calculation from the numbers that were printed, with some formulas changed."""
        fixed = {name: value for name, value in printed.items() if name not in formulas}
        return World(self.quantities, fixed=fixed, changed=formulas)

    def _changed(self, formulas: Mapping[str, Expr], rounding: Rounding | None) -> World:
        base = None if rounding is None else self.simulations.world(rounding)
        return World(self.quantities, changed=formulas, rounding=rounding, base=base)

    def _everywhere(self) -> Iterator[Theory]:
        for mistake in MISTAKES:
            yield from self._rewritten(mistake) if mistake.rewritten else ()
            kinds = mistake.throughout
            for chosen in dict.fromkeys((kinds, *((kind,) for kind in kinds))):
                yield from self._made(mistake, chosen)

    def _rewritten(self, mistake: Mistake) -> Iterator[Theory]:
        """The models with a mistake in them, each as a whole."""
        for index, rewriting in enumerate(self.sites.rewritings.of(mistake.code)):
            first = next(iter(rewriting.formulas.values()))
            made = _hypothesis(mistake, first, rewriting.what, index)
            yield Theory(made, rewriting.formulas, listed=rewriting.listed)

    def _made(self, mistake: Mistake, kinds: Sequence[SiteKind]) -> Iterator[Theory]:
        """A mistake made at all quantities of some kinds, in all parts of the model and in each alone."""
        for each in repeated(mistake, kinds, self._places):
            if len(each.formulas) > 1 or self.quantities.count or mistake.throughout != ("slope",):
                first = next(iter(each.formulas.values()))
                yield Theory(_hypothesis(mistake, first, each.what, each.index), each.formulas, each.where)

    @cached_property
    def _places(self) -> tuple[Site, ...]:
        return tuple(self.sites.everywhere())
