"""What writing a model gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from derive.errors import Fault
from derive.model.graph import Definition
from derive.model.model import Model


class WrittenModel(NamedTuple):
    """A model, or what is wrong with it.

    Attributes:
        model: the model; None where something is wrong.
        faults: what is wrong.
        given: the numbers that can be used all the same.
        definitions: what can be worked out from these all the same, in order.
    """

    model: Model | None
    faults: Sequence[Fault]
    given: Mapping[str, Decimal] = {}
    definitions: Sequence[Definition] = ()
