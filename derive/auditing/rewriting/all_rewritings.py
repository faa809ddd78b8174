"""All mistakes of a model that are made by writing it otherwise, worked out when one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Final

from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.rewriting.axes import over_other_axis
from derive.auditing.rewriting.gates import gates_open
from derive.auditing.rewriting.kernels import turned
from derive.auditing.rewriting.rewriting import Origin, Rewriting
from derive.auditing.rewriting.texts import written_otherwise
from derive.auditing.rewriting.through_time import through_time
from derive.auditing.rewriting.transposed import transposed
from derive.expression.tree import names

_KINDS: Final[Sequence[Callable[[Origin], Iterator[Rewriting]]]] = (
    written_otherwise,
    through_time,
    gates_open,
    turned,
    over_other_axis,
    transposed,
)


class Rewritings:
    """The mistakes of a model by their codes.

    Args:
        quantities: the right calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities

    def of(self, code: str) -> Sequence[Rewriting]:
        """Those of a code, the likelier first."""
        return self._by_code.get(code, ())

    @cached_property
    def _by_code(self) -> Mapping[str, Sequence[Rewriting]]:
        """None of a dense network, which has no equations, and none of what is too large to be made again and again."""
        if self.quantities.solution.model.is_dense or self.quantities.large:
            return {}
        origin = Origin(self.quantities)
        found: dict[str, list[Rewriting]] = {}
        for each in chain.from_iterable(kind(origin) for kind in _KINDS):
            known = found.setdefault(each.code, [])
            new = all((each.formulas, each.listed) != (one.formulas, one.listed) for one in known)
            if each.formulas and new and self._has_values(each):
                known.append(each)
        return found

    def _has_values(self, rewriting: Rewriting) -> bool:
        """Whether all that its formulas name is a quantity, of the right model or of the other."""
        used = {name for expr in rewriting.formulas.values() for name in names(expr)}
        return all(name in rewriting.formulas or name in self.quantities for name in used)
