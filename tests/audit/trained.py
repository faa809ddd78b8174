"""A student who makes several updates on paper, perhaps with one mistake in every one of them.

As in :mod:`tests.audit.paper`, nothing here is taken from the package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import NamedTuple

from tests.audit.paper import CONTEXT, Digits, Line, Paper

D = Decimal
Values = Mapping[str, Decimal]
Work = Callable[[Values], Decimal]


class Habit(NamedTuple):
    """A mistake made in every update.

    Attributes:
        code: what it is to be called.
        changes: gives for a line how it is worked out instead, or None where it is right.
        keeps_gradients: whether the gradients of the first update are used in all of them.
    """

    code: str
    changes: Callable[[Paper, Line], Work | None] = lambda paper, line: None
    keeps_gradients: bool = False


def _of(kind: str, change: Callable[[Paper, Line], Work | None]) -> Callable[[Paper, Line], Work | None]:
    return lambda paper, line: change(paper, line) if line.kind == kind else None


def _rate(paper: Paper, line: Line) -> Work:
    name = line.name[:-1]
    return lambda v: v[name] - D("0.7") * v[f"dCost/d{name}"]


def _added(paper: Paper, line: Line) -> Work:
    name = line.name[:-1]
    return lambda v: v[name] + v["eta"] * v[f"dCost/d{name}"]


def _bias_kept(paper: Paper, line: Line) -> Work:
    name = line.name[:-1]
    return (lambda v: v[name]) if name.startswith("b") else line.work


def _updated_weights(paper: Paper, line: Line) -> Work | None:
    index, j = line.layer + 1, line.neuron
    if index == len(paper.z):
        return None
    paths = [(f"dCost/d{z}", row[j]) for z, row in zip(paper.z[index], paper.weight[index], strict=True)]
    source = paper.sources[index][j]
    return lambda v: sum((v[g] * (v[w] - v["eta"] * v[g] * v[source]) for g, w in paths), D(0))


HABITS = {
    "learning rate": Habit("learning-rate", _of("update", _rate)),
    "step added": Habit("update-added", _of("update", _added)),
    "sign of the error": Habit("sign", _of("error", lambda paper, line: lambda v: -line.work(v))),
    "slope missing": Habit(
        "activation-derivative-missing",
        _of("slope", lambda paper, line: lambda v: D(1)),
    ),
    "biases never updated": Habit("biases-not-updated", _of("update", _bias_kept)),
    "factor 2": Habit("factor-2", _of("error", lambda paper, line: lambda v: 2 * line.work(v))),
    "updated weights": Habit("updated-weights", _of("output_gradient", _updated_weights)),
    "old gradient": Habit("old-gradient", keeps_gradients=True),
}


def trained(paper: Paper, digits: Digits, steps: int, habit: Habit | None = None) -> dict[str, Decimal]:
    """Every line of every update: ``w0+2`` is w0 after two, ``Cost+2`` the cost there."""
    found: dict[str, Decimal] = {}
    kept = dict(paper.given)
    first: dict[str, Decimal] = {}
    with localcontext(CONTEXT):
        for count in range(steps + 1):
            for line in paper.lines:
                change = habit.changes(paper, line) if habit is not None else None
                if line.kind == "update":
                    continue
                name = line.name
                value = (change or line.work)(kept)
                kept[name] = digits.rounded(value) if digits.carried else value
                found[_after(name, count)] = value
            first = first or dict(kept)
            if habit is not None and habit.keeps_gradients:
                kept |= {name: value for name, value in first.items() if name.startswith("dCost/")}
            new: dict[str, Decimal] = {}
            for line in paper.lines:
                if line.kind == "update" and count < steps:
                    change = habit.changes(paper, line) if habit is not None else None
                    value = (change or line.work)(kept)
                    new[line.name[:-1]] = digits.rounded(value) if digits.carried else value
                    found[_after(line.name[:-1], count + 1)] = value
            kept |= new
    return found


def _after(name: str, count: int) -> str:
    return name if not count else f"{name}+" if count == 1 else f"{name}+{count}"
