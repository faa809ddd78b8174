"""Pages that were worked out for another network: this one, with one setting changed.

Somebody who takes tanh for the sigmoid, exchanges the targets or reads 0.51 for 0.15 makes no mistake in any step, and
most of his numbers are wrong. Each usual change of one setting is tried against the whole page; for a number that was
misread, the value is solved for that gives the first line that does not fit.

A line *fits* where it comes out of what is printed above it, or of the given numbers, by the formulas of the changed
network. Only lines that do not fit without the change speak for it, and lines that do not fit with it speak against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Final

import msgspec

from derive.proof.audit.author import Number, Simulations
from derive.proof.audit.settings import Setting, all_settings
from derive.proof.audit.sites import Sites
from derive.proof.audit.worlds import Rounding, World

#: The code of a page with one setting changed.
CODE: Final = "other-setting"

#: So many lines must fit with the change alone, beside the one that a misread number was found from.
_TELLING: Final = 2
#: Of so many lines that fit with the change, one may not.
_OFTEN: Final = 10
#: A misread number has at most so many digits more than the number that was given.
_MORE_DIGITS: Final = 1
#: How often a root is bettered.
_ROUNDS: Final = 40
#: Told only where luck would give it at most so often.
_UNLIKELY: Final = 0.001


class Changed(msgspec.Struct, frozen=True):
    """A page that agrees with the network with one setting changed.

    Attributes:
        setting: the setting.
        lines: the quantities whose printed numbers fit with the change and not without it.
        chance: how likely luck would make them fit.
    """

    setting: Setting
    lines: tuple[str, ...]
    chance: float


def changed_setting(
    sites: Sites, simulations: Simulations, numbers: Sequence[Number], roundings: Sequence[Rounding]
) -> Changed | None:
    """The one setting under which a page agrees, which without it does not.

    Args:
        sites: the network.
        simulations: its calculation, rounded in each way.
        numbers: the numbers of the page.
        roundings: how results may have been rounded before they were carried on.

    Returns:
        The change; None where no change, or more than one mistake, explains the page.
    """
    page = _Page(simulations, numbers, roundings)
    own = page.fitting(Setting(""))
    strays = [number for number in page.numbers if number.name not in own]
    if sites.quantities.large or len(strays) < _TELLING:
        return None
    best: Changed | None = None
    tried = 0
    for setting in chain(all_settings(sites), _misread(page, strays[0])):
        tried += 1
        # Most changes do not even give the first line.
        if not page.fits(setting, strays[0]):
            continue
        lines = page.fitting(setting)
        new = [number for number in strays if number.name in lines]
        telling = new[1:] if setting.solved else new
        if len(telling) < _TELLING or len(page.numbers) - len(lines) > len(page.numbers) // _OFTEN:
            continue
        chance = min(1.0, float(tried / _luck(telling)))
        if chance <= _UNLIKELY and (best is None or len(new) > len(best.lines)):
            best = Changed(setting, tuple(number.name for number in new), chance)
    return best


def _luck(numbers: Sequence[Number]) -> Decimal:
    """One in how many would give all of some numbers by luck."""
    product = Decimal(1)
    for number in numbers:
        product *= 2 * 10 ** len(number.printed.digits)
    return product


class _Page:
    """The numbers of a page in the order of the calculation."""

    def __init__(self, simulations: Simulations, numbers: Sequence[Number], roundings: Sequence[Rounding]) -> None:
        self.quantities = simulations.quantities
        given = self.quantities.graph.given
        own = [number for number in numbers if number.name not in given]
        self.numbers = sorted(own, key=lambda number: self.quantities.order(number.name))
        self.printed: dict[str, Decimal] = {}
        for number in self.numbers:
            same = self.quantities.same_as.get(number.name)
            self.printed[number.name] = number.printed.value
            if same is not None:
                self.printed.setdefault(same, number.printed.value)
        #: The ways to round, each with the whole calculation rounded so.
        self.bases: dict[Rounding | None, World | None] = {None: None}
        self.bases |= {rounding: simulations.world(rounding) for rounding in roundings}
        self._worlds: tuple[Setting, list[World]] | None = None

    def worlds(self, setting: Setting) -> list[World]:
        """The calculation with a change: from the given numbers, and from what is printed; rounded in each way."""
        if self._worlds is None or self._worlds[0] is not setting:
            made = [
                World(
                    self.quantities,
                    fixed={**fixed, **setting.fixed},
                    changed=setting.changed,
                    rounding=rounding,
                    base=base,
                )
                for rounding, base in self.bases.items()
                for fixed in ({}, self.printed)
            ]
            self._worlds = setting, made
        return self._worlds[1]

    def fits(self, setting: Setting, number: Number) -> bool:
        """Whether a line comes out with a change."""
        for world in self.worlds(setting):
            try:
                value = world.raw(self.quantities.same_as.get(number.name, number.name))
            except ArithmeticError:
                continue
            printed, rounding = number.printed, world.rounding
            results = (value,) if rounding is None else (value, rounding(value))
            if any(printed.rounds_from(result) or printed.truncates_from(result) for result in results):
                return True
        return False

    def fitting(self, setting: Setting) -> frozenset[str]:
        """The lines that come out with a change."""
        return frozenset(number.name for number in self.numbers if self.fits(setting, number))


def _misread(page: _Page, first: Number) -> Iterator[Setting]:
    """A given number that is another one: the one that gives the first line that does not fit."""
    quantities = page.quantities
    ancestry = quantities.ancestry(first.name)
    for name, own in quantities.graph.given.items():
        if not ancestry & quantities.bit(name):
            continue
        root = _root(page, name, own, first)
        if root is None:
            continue
        places = max(0, -int(own.as_tuple().exponent)) + _MORE_DIGITS
        for digits in range(places + 1):
            value = root.quantize(Decimal((0, (1,), -digits)))
            if value == own:
                continue
            setting = Setting(f"{name} is {value:f} in place of {own}.", fixed={name: value}, solved=True)
            if page.fits(setting, first):
                yield setting
                break


def _root(page: _Page, name: str, own: Decimal, first: Number) -> Decimal | None:
    """The value of a given number that gives a line, by the secant rule."""

    def off(value: Decimal) -> Decimal:
        return World(page.quantities, fixed={**page.printed, name: value}).raw(first.name) - first.printed.value

    try:
        low, high = own, own + Decimal("0.01")
        at_low, at_high = off(low), off(high)
        for _ in range(_ROUNDS):
            if at_high == at_low:
                break
            low, high = high, high - at_high * (high - low) / (at_high - at_low)
            at_low, at_high = at_high, off(high)
            if abs(at_high) * 1000 <= first.printed.unit:
                return high if abs(high) < 10**6 else None
    except ArithmeticError:
        pass
    return None
