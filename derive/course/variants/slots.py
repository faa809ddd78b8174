"""Which numbers of a file vary: where each stands, what it is to the model, and the others that it is one of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from derive.errors import Path
from derive.model.model import Model
from derive.model.references import entry_name, taken_apart
from derive.spec.reading.spans import Span
from derive.spec.settings import NetworkFile

#: What a network's numbers are called where some of them are kept.
OF_NETWORKS: Final = ("inputs", "targets", "weights", "biases")
#: The tables of a model of equations.
TABLES: Final = ("given", "parameters")
#: Names of given numbers that belong to the model and not to the exercise: constants, sizes, scalings.
_CONSTANTS: Final = frozenset(
    "eps epsilon lambda lam eta lr learning_rate alpha beta beta1 beta2 rho tau temperature delta gamma momentum decay "
    "weight_decay discount slope scale scaling size n N batch_size d_k d_model l1 l2 margin".split()
)
#: A given number of its own that is no larger than this keeps a formula from dividing by 0.
_TINY: Final = Decimal("0.001")


class Slot(msgspec.Struct, frozen=True):
    """A number of the file that varies.

    Attributes:
        path: where it stands in the file.
        span: where it stands in the text.
        name: its plain name.
        group: those that it is one of, whose range it shares: the weights of a layer, the entries of an array.
        value: the author's number, as it is written.
    """

    path: Path
    span: Span
    name: str
    group: str
    value: Decimal

    @property
    def kind(self) -> str:
        """What it is: one of :data:`OF_NETWORKS` or of :data:`TABLES`."""
        match self.path:
            case ("network", "layers", _, kind, *_) | ("network", kind, *_) | (kind, *_):
                return str(kind)
        raise ValueError(self.path)

    @property
    def digits(self) -> int:
        """How many decimals it is written with."""
        return max(0, -int(self.value.as_tuple().exponent))

    @property
    def learnt(self) -> bool:
        """Whether it is a parameter, whose sign is free."""
        return self.kind in ("weights", "biases", "parameters")


def slots(file: NetworkFile, model: Model, spans: Mapping[Path, Span], keep: Collection[str]) -> Sequence[Slot]:
    """The numbers that vary, in the order of the file's tables.

    Args:
        file: the network file.
        model: its model.
        spans: where each value stands in its text.
        keep: what stays of it, by the words of :func:`keepable`.
    """
    kept = frozenset(keep)
    found = list((_of_network if model.is_dense else _of_tables)(file, model, spans))
    groups: dict[str, list[Slot]] = {}
    for slot in found:
        groups.setdefault(slot.group, []).append(slot)
    shares = _has_shares(file, model)
    # What the result is differentiated by is a number like any other, even where it is 1.
    fixed = {
        group
        for group, members in groups.items()
        if not (members[0].learnt or members[0].name in model.wanted) and _is_structure(members, shares=shares)
    }
    return [
        slot
        for slot in found
        if slot.value
        and slot.group not in fixed
        and not {slot.kind, slot.group, taken_apart(slot.group)[0]} & kept
        and _is_free(slot, model)
    ]


def keepable(file: NetworkFile) -> Sequence[str]:
    """What can be kept of a file, by name."""
    if file.model is None:
        return OF_NETWORKS
    names = (*file.given, *file.parameters)
    return tuple(dict.fromkeys((*names, *(taken_apart(name)[0] for name in names), *TABLES)))


def _of_network(file: NetworkFile, model: Model, spans: Mapping[Path, Span]) -> Iterator[Slot]:
    for kind in ("inputs", "targets"):
        several = ("network", kind, 0, 0) in spans
        for number, network in enumerate(model.networks):
            for place, name in enumerate(getattr(network, kind).entries):
                path: Path = ("network", kind, number, place) if several else ("network", kind, place)
                yield from _slot(path, spans, name, kind, model)
    for number, stage in enumerate(model.network.stages):
        start: Path = ("network", "layers", number)
        weights = f"weights {number}"
        for row in range(stage.size):
            for column, name in enumerate(stage.weights.row(row)):
                yield from _slot((*start, "weights", row, column), spans, name, weights, model)
        for place, name in enumerate(stage.biases.entries):
            path = (*start, "biases") if stage.shares_bias else (*start, "biases", place)
            yield from _slot(path, spans, name, f"biases {number}", model)


def _of_tables(file: NetworkFile, model: Model, spans: Mapping[Path, Span]) -> Iterator[Slot]:
    for table in TABLES:
        for key in getattr(file, table):
            base, index = taken_apart(key)
            for path in (path for path in spans if path[:2] == (table, key)):
                places = (int(place) + model.first_index for place in path[2:])
                name = model.current(entry_name(entry_name(base, *index), *places))
                yield from _slot(path, spans, name, key, model)


def _slot(path: Path, spans: Mapping[Path, Span], name: str, group: str, model: Model) -> Iterator[Slot]:
    if path in spans and name in model.graph.given:  # targets may be written as classes
        yield Slot(path, spans[path], name, group, model.graph.given[name])


def _has_shares(file: NetworkFile, model: Model) -> bool:
    """Whether targets that sum to 1 are meant to: those of a cross-entropy are, others do by chance."""
    if file.model is not None:
        return any(word in file.model.equations for word in ("cross_entropy", "log("))
    return file.dense.cost == "cross_entropy" or model.network.stages[-1].function == "softmax"


def _is_structure(members: Sequence[Slot], *, shares: bool) -> bool:
    """Whether given numbers say what kind of thing is meant: masks, labels, one-hot rows, shares, constants."""
    values = [slot.value for slot in members]
    if all(value in (0, 1) for value in values):
        return True
    if len(values) == 1 and members[0].kind == "given":
        return members[0].group in _CONSTANTS or abs(values[0]) <= _TINY
    if members[0].kind == "inputs" or not shares:
        return False
    rows: dict[Path, list[Decimal]] = {}
    for slot in members:
        rows.setdefault(slot.path[:-1], []).append(slot.value)
    return all(len(row) > 1 and min(row) >= 0 and sum(row) == 1 for row in rows.values())


def _is_free(slot: Slot, model: Model) -> bool:
    """Whether a number is worked with, and not only counted by, as that of a class is."""
    low, high = model.quantities[slot.name].bounds
    return bool(model.graph.users[slot.name]) and (low is None or low != high)
