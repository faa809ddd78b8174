"""What follows from the printed numbers of a page, in each usual way of going on from them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

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
