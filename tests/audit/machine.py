"""Binary floating-point numbers of single or double precision, for working a paper out as a computer does."""

from __future__ import annotations

import math
import struct
from decimal import Decimal


class Machine:
    """A number that is rounded to a machine's precision after each operation.

    Args:
        value: the number; it is rounded.
        single: whether to single precision, or to double.
    """

    def __init__(self, value: float, *, single: bool) -> None:
        self.value = struct.unpack("f", struct.pack("f", value))[0] if single else value
        self.single = single

    def _of(self, value: float) -> Machine:
        return Machine(value, single=self.single)

    @staticmethod
    def _float(other: object) -> float:
        return other.value if isinstance(other, Machine) else float(other)  # type: ignore[arg-type]

    def __add__(self, other: object) -> Machine:
        return self._of(self.value + self._float(other))

    __radd__ = __add__

    def __sub__(self, other: object) -> Machine:
        return self._of(self.value - self._float(other))

    def __rsub__(self, other: object) -> Machine:
        return self._of(self._float(other) - self.value)

    def __mul__(self, other: object) -> Machine:
        return self._of(self.value * self._float(other))

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> Machine:
        return self._of(self.value / self._float(other))

    def __rtruediv__(self, other: object) -> Machine:
        return self._of(self._float(other) / self.value)

    def __pow__(self, power: int) -> Machine:
        return self._of(self.value**power)

    def __neg__(self) -> Machine:
        return self._of(-self.value)

    def __gt__(self, other: object) -> bool:
        return self.value > self._float(other)

    def __lt__(self, other: object) -> bool:
        return self.value < self._float(other)

    def exp(self) -> Machine:
        return self._of(math.exp(self.value))

    def ln(self) -> Machine:
        return self._of(math.log(self.value))


def machine_values(paper, *, single: bool) -> dict[str, float]:
    """The lines of a paper as a computer works them out."""
    kept = {name: Machine(float(value), single=single) for name, value in paper.given.items()}
    found: dict[str, float] = {}
    for line in paper.lines:
        result = line.work(kept)
        if isinstance(result, Decimal):
            result = Machine(float(result), single=single)
        kept[line.name] = result
        found[line.name] = result.value
    return found
