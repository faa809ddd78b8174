"""What follows from the printed numbers of a page, in each usual way of going on from them, and from the wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Final, Literal

from derive.auditing.reckoning.evaluate import slack_of
from derive.auditing.reckoning.quantities import Quantities, in_order
from derive.auditing.reckoning.simulations import Simulations
from derive.auditing.reckoning.worlds import Rounding, World

#: Which printed numbers somebody went on with: all of them, all but the gradients, or those of the forward pass alone.
Reach = Literal["all", "local", "forward"]
SCOPES: Final[tuple[Reach, ...]] = ("all", "local", "forward")


class PrintedWorlds(dict[tuple[Rounding | None, Reach], World]):
    """What follows from printed numbers, in each usual way; made when it is asked for.

    Args:
        simulations: the true calculation, and the same rounded on the way.
    """

    def __init__(self, simulations: Simulations) -> None:
        super().__init__()
        self.simulations, self.quantities = simulations, simulations.quantities
        self.printed: dict[str, Decimal] = {}

    def add(self, name: str, value: Decimal, other: str | None = None) -> None:
        """Note a printed number.

        Args:
            name: its quantity.
            value: the number.
            other: a quantity that is the same, where that one is not printed itself.
        """
        for each in filter(None, (name, other)):
            self.printed[each] = value
            for (_, scope), world in self.items():
                if self._belongs(each, scope):
                    world.fix(each, value)

    def __missing__(self, key: tuple[Rounding | None, Reach]) -> World:
        rounding, scope = key
        fixed = {name: value for name, value in self.printed.items() if self._belongs(name, scope)}
        base = None if rounding is None else self.simulations.world(rounding)
        world = self[key] = World(self.quantities, fixed=fixed, rounding=rounding, base=base)
        return world

    def _belongs(self, name: str, scope: Reach) -> bool:
        match scope:
            case "all":
                return True
            case "local":
                return not name.startswith(f"d{self.quantities.graph.result}/")
            case "forward":
                return "/" not in name


class Spoilt:
    """The numbers of a page that are wrong or follow from one that is, and how far off each printed number may be.

    Args:
        quantities: the true calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        #: The numbers that are wrong, or follow from one that is, with half a unit of their last place.
        self.tainted: dict[str, Decimal] = {}
        #: Of those with fewer digits than the page has, half a unit of its last place: zeros may have been left out.
        self.in_full: dict[str, Decimal] = {}
        #: Right numbers with fewer digits than the page has that are wrong if zeros were left out, likewise.
        self.short: dict[str, Decimal] = {}
        #: Right numbers that are not the exact ones, with half a unit: they may have been carried on with more digits.
        self.rounded: dict[str, Decimal] = {}
        #: Half a unit of the last place of each number so far: it may have been carried on with more digits.
        self.halves: dict[str, Decimal] = {}

    @property
    def units(self) -> tuple[Mapping[str, Decimal], ...]:
        """How far off what is tainted may be: as if each had all digits, where some have fewer; as it is printed."""
        return (self.tainted | self.in_full, self.tainted) if self.in_full else (self.tainted,)

    def causes(self, name: str) -> list[str]:
        """The printed numbers that a quantity is worked out from and that are wrong, or follow from one that is."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [name] if self.tainted else []
        while waiting:
            for other in self.quantities.arguments(waiting.pop()):
                if other in self.tainted:
                    found[other] = None
                elif other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return sorted(found, key=self.quantities.order)

    def slack(self, name: str, world: World, units: Mapping[str, Decimal], known: dict[str, Decimal]) -> Decimal:
        """How uncertain a quantity is that is wrong or follows from what is: half a unit of what was printed.

        Args:
            name: the quantity.
            world: what the author's numbers are.
            units: half a unit of what is tainted.
            known: what was found before, with the same units.
        """
        uncertain = cache(partial(self._uncertain, units))
        for current in in_order(name, uncertain, known):
            evaluate, inputs = self.quantities.evaluator(current), uncertain(current)
            if evaluate is None or not inputs:
                known[current] = self._half(units, current)
            else:
                values = {other: world(other) for other in inputs}
                known[current] = slack_of(evaluate, values, {other: known[other] for other in inputs})
        return known[name]

    def _uncertain(self, units: Mapping[str, Decimal], name: str) -> tuple[str, ...]:
        """What the uncertainty of a quantity comes from; nothing where it is printed, or follows from nothing wrong."""
        return () if self._half(units, name) or not self.causes(name) else self.quantities.arguments(name)

    def _half(self, units: Mapping[str, Decimal], name: str) -> Decimal:
        """How far off a number that is printed may be; 0 for what is not."""
        return units.get(name) or self.halves.get(name, Decimal(0))
