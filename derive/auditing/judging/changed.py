"""Pages that were worked out for another network: this one, with one setting changed.

Somebody who takes tanh for the sigmoid, exchanges the targets or reads 0.51 for 0.15 makes no mistake in any step, and
most of his numbers are wrong. Each usual change of one setting is tried against the whole page; for a number that was
misread, the value is solved for that gives the line that is furthest off.

A line *fits* where it comes out of what is printed above it, or of the given numbers, by the formulas of the changed
network. Only lines that do not fit without the change speak for it. A line that fits without it alone refutes it; of
those that fit neither way, which hold another mistake, there may be some.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from decimal import Decimal, getcontext
from itertools import chain
from typing import Final

import msgspec

from derive.auditing.data import Diagnosis
from derive.auditing.judging.author import Author
from derive.auditing.mistakes.settings import Setting, all_settings
from derive.auditing.mistakes.sites import Sites
from derive.auditing.mistakes.table import OTHER_SETTING
from derive.auditing.reckoning.evaluate import arithmetic
from derive.auditing.reckoning.quantities import in_order
from derive.auditing.reckoning.simulations import Stated
from derive.auditing.reckoning.worlds import World
from derive.model.references import split_updates

#: Fewer numbers than this are no whole page.
_WHOLE: Final = 8
#: So many lines must fit with the change alone.
_TELLING: Final = 2
#: Of so many lines that fit with the change, one may not.
_OFTEN: Final = 10
#: A misread number has at most so many digits more than the number that was given.
_MORE_DIGITS: Final = 1
#: The calculation as it is.
_UNCHANGED: Final = Setting("")
#: So many digits do where none is printed with more than so many.
_DIGITS: Final = 30
_SHORT: Final = 10
#: How often a root is bettered.
_ROUNDS: Final = 40
_STEP: Final = Decimal("0.01")
#: Nobody reads a number as one beyond this.
_LARGEST: Final = 10**6
#: Told only where luck would give it at most so often.
_UNLIKELY: Final = Decimal("0.01")
#: What is further off than this part of itself was not rounded on the way.
_WIDEST: Final = Decimal("0.25")


class ChangedSetting(msgspec.Struct, frozen=True):
    """A page that agrees with the network with one setting changed.

    Attributes:
        setting: the setting.
        lines: the quantities whose printed numbers fit with the change and not without it, in order.
        fits: those whose printed numbers fit with the change.
        chance: how likely luck would make them fit.
    """

    setting: Setting
    lines: tuple[str, ...]
    fits: frozenset[str]
    chance: float

    @property
    def diagnosis(self) -> Diagnosis:
        """What is told of the first of the lines."""
        code, says = OTHER_SETTING
        return Diagnosis(code, says.format(what=self.setting.says), self.chance)


def changed_setting(sites: Sites, numbers: Sequence[Stated], author: Author) -> ChangedSetting | None:
    """The one setting under which a page agrees, which without it does not.

    Args:
        sites: the network.
        numbers: the numbers of the page.
        author: how many digits it prints.

    Returns:
        The change; None where no change explains the page, or fewer than two lines by themselves speak for it.
    """
    if sites.quantities.large or sites.quantities.long:
        return None
    # The calculation is made again for each change, and no more digits are carried than the printed ones need.
    longest = max((len(number.printed.digits) for number in numbers), default=0)
    with nullcontext() if longest > _SHORT else arithmetic(_DIGITS):
        return _found(sites, numbers, author)


def _found(sites: Sites, numbers: Sequence[Stated], author: Author) -> ChangedSetting | None:
    page = _Page(sites, numbers, author)
    own = page.fitting(_UNCHANGED)
    strays = [number for number in page.numbers if number.name not in own]
    if len(page.numbers) < _WHOLE or len(page.different(strays)) < _TELLING:
        return None
    best: ChangedSetting | None = None
    tried = 0
    for setting in chain(all_settings(sites), _misread(page, page.furthest(strays))):
        tried += 1
        # Most changes do not even give the first line.
        if page.fits(setting, strays[0]) is None:
            continue
        lines = page.fitting(setting)
        if any(name not in lines for name in own):
            continue
        new = [number for number in strays if number.name in lines]
        telling = page.different(new)
        if len(telling) < _TELLING or len(page.numbers) - len(lines) > len(page.numbers) // _OFTEN:
            continue
        chance = Decimal(tried)
        for number in telling:
            # The line that a number was solved for says nothing.
            if number.name != setting.solved:
                chance *= lines[number.name] / (2 * 10 ** len(number.printed.digits))
        if chance <= _UNLIKELY and (best is None or len(new) > len(best.lines)):
            own_lines = tuple(number.name for number in new)
            best = ChangedSetting(setting, own_lines, frozenset(lines), float(f"{chance:.2g}"))
    return best


def _exact(sites: Sites, setting: Setting) -> World:
    """The calculation with a change, from the given numbers alone.

    The usual changes are the same for all papers of a class; what was misread is looked for on each.
    """
    key = setting, getcontext().prec
    found = sites.changed.get(key)
    if found is None:
        found = World(sites.quantities, fixed=setting.fixed, always=setting.changed)
        if not setting.solved:
            sites.changed[key] = found
    return found


class _Page:
    """The numbers of a page in the order of the calculation.

    Args:
        sites: the network.
        numbers: the numbers.
        author: how many digits are printed.
    """

    def __init__(self, sites: Sites, numbers: Sequence[Stated], author: Author) -> None:
        self.sites, self.quantities = sites, sites.quantities
        self.places, self.significant = author.digits, author.significant
        given = self.quantities.graph.given
        own = [number for number in numbers if number.name not in given]
        self.numbers = sorted(own, key=lambda number: self.quantities.order(number.name))
        #: What is printed, with the unit of its last place.
        self.printed: dict[str, tuple[Decimal, Decimal]] = {}
        for number in self.numbers:
            known = number.printed.value, number.printed.unit
            self.printed[number.name] = known
            same = self.quantities.same_as(number.name)
            if same is not None:
                self.printed.setdefault(same, known)
        self._worlds: tuple[Setting, World, World] | None = None
        #: How far off each quantity may be under a setting; what is printed, by a unit of its last place.
        self._slack: dict[str, Decimal] = {}

    def different(self, numbers: Sequence[Stated]) -> list[Stated]:
        """Numbers without those that are the same by definition, as the derivatives by a bias and its net input."""
        found: dict[str, Stated] = {}
        for number in numbers:
            found.setdefault(self.quantities.same_as(number.name) or number.name, number)
        return list(found.values())

    def furthest(self, strays: Sequence[Stated]) -> Stated:
        """Of the lines that do not fit the one that is the most units of its last place away."""
        _, carried = self._calculations(_UNCHANGED)

        def off(number: Stated) -> Decimal:
            with suppress(ArithmeticError):
                value = carried.raw(self.quantities.same_as(number.name) or number.name)
                return abs(value - number.printed.value) / number.printed.unit
            return Decimal(0)

        return max(strays, key=off)

    def fitting(self, setting: Setting) -> dict[str, Decimal]:
        """The lines that come out with a change, each with how many units of its last place would have done."""
        fits = {number.name: self.fits(setting, number) for number in self.numbers}
        return {name: width for name, width in fits.items() if width is not None}

    def fits(self, setting: Setting, number: Stated) -> Decimal | None:
        """Whether a line comes out with a change, and of how many units of its last place any would have done."""
        exact, carried = self._calculations(setting)
        name, unit = self.quantities.same_as(number.name) or number.name, number.printed.unit
        if number.printed.is_bare_zero:  # rounding to no digits would make any small number of it
            with suppress(ArithmeticError):
                return None if exact.raw(name) and carried.raw(name) else Decimal(1)
            return None
        with suppress(ArithmeticError):
            if number.printed.comes_from(exact.raw(name), cut=True):
                return Decimal(1)
        with suppress(ArithmeticError):
            off = abs(carried.raw(name) - number.printed.value)
            # The slack takes a while, and no slack makes up for another number.
            if off <= _WIDEST * abs(number.printed.value) + unit:
                slack = self._propagated(name, carried)
                if off <= unit + slack:
                    return 1 + 2 * slack / unit
        return None

    def _calculations(self, setting: Setting) -> tuple[World, World]:
        """The calculation with a change, from the given numbers alone and from what is printed."""
        if self._worlds is None or self._worlds[0] is not setting:
            printed = {name: value for name, (value, _) in self.printed.items()}
            exact = _exact(self.sites, setting)
            carried = World(self.quantities, fixed={**printed, **setting.fixed}, always=setting.changed)
            self._worlds = (setting, exact, carried)
            self._slack = {name: unit for name, (_, unit) in self.printed.items()}
        return self._worlds[1:]

    def _propagated(self, name: str, world: World) -> Decimal:
        """How far off a quantity may be that is worked out from rounded numbers, to first order."""
        for argument in world.arguments(name):
            for current in in_order(argument, world.arguments, self._slack):
                slack = world.slack(current, self._slack)
                self._slack[current] = slack if world.evaluator(current) is None else slack + self._unit(world(current))
        return world.slack(name, self._slack)

    def _unit(self, value: Decimal) -> Decimal:
        """The unit of the last place of what was not printed, had it been carried on as it would be printed."""
        return Decimal((0, (1,), value.adjusted() - self.places + 1 if self.significant else -self.places))


def _misread(page: _Page, line: Stated) -> Iterator[Setting]:
    """A given number that is another one: the one that gives a line that does not fit, with few digits."""
    quantities = page.quantities
    base, count = split_updates(line.name)
    ancestry = quantities.ancestry(base)
    for name, own in quantities.graph.given.items():
        # After an update everything depends on everything given.
        if not count and not ancestry & quantities.bit(name):
            continue
        root = _root(page, name, own, line)
        if root is None:
            continue
        places = max(0, -int(own.as_tuple().exponent)) + _MORE_DIGITS
        for digits in range(places + 1):
            value = root.quantize(Decimal((0, (1,), -digits)))
            # A term that is 0 was left out, which is a mistake of its own.
            if value == own or not value:
                continue
            is_rate = name == quantities.solution.model.learning_rate
            # Nobody sets a negative rate: the steps were added.
            if is_rate and value < 0:
                continue
            called = "the learning rate" if is_rate else name
            setting = Setting(f"{called} is {value:f} in place of {own}", fixed={name: value}, solved=line.name)
            if page.fits(setting, line) is not None:
                yield setting


def _root(page: _Page, name: str, own: Decimal, line: Stated) -> Decimal | None:
    """The value of a given number that gives a line, by the secant rule, from the right one or its opposite."""
    printed = {other: known for other, (known, _) in page.printed.items()}
    sought = page.quantities.same_as(line.name) or line.name

    def off(value: Decimal) -> Decimal:
        return World(page.quantities, fixed={**printed, name: value}).raw(sought) - line.printed.value

    for start in (own, -own):
        with suppress(ArithmeticError):
            low, high = start, start + _STEP
            at_low, at_high = off(low), off(high)
            for _ in range(_ROUNDS):
                if at_high == at_low:
                    break
                low, high = high, high - at_high * (high - low) / (at_high - at_low)
                at_low, at_high = at_high, off(high)
                if abs(at_high) * 1000 <= line.printed.unit and abs(high) < _LARGEST:
                    return high
    return None
