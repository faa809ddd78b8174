"""What the figure of a network shows, column by column: its names and numbers, and what is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from derive.document.blocks import Sign
from derive.document.figures.drawing import LabelContent, Style
from derive.document.words.phrasing import layer_name
from derive.expression.tree import Name, Number, Shown
from derive.model.feedforward import Feedforward, Stage, StageRow
from derive.model.graph import Array
from derive.numbers.rounding import RoundingPolicy

#: The columns of neurons are drawn in one of these styles.
NEURONS = ("neuron", "output")
#: Columns of more circles are elided in the middle.
MOST_NEURONS = 8
#: What is drawn of something elided, at either end.
KEPT = 3
#: The same where even this is too tall.
FEWER = 2

#: Longer numbers are rounded, so that a circle and a column of weights stay narrow.
LONGEST = 8
SIGNIFICANT = 4
_POLICY = RoundingPolicy(each_step=False, decimals=None, significant=SIGNIFICANT, ties_up=False)


class NetworkForm(msgspec.Struct, frozen=True):
    """How much is drawn.

    Attributes:
        most_layers: how many layers; more are elided in the middle.
        weights: whether weights have their values; where a neuron's sources are elided they never have.
        wide: whether a circle holds ``z0 = 2.87`` on one line, rather than the number below its name.
        ends: how many circles are drawn at either end of a column that is elided.
        named: whether the values of weights have their names before them.
    """

    most_layers: int
    weights: bool
    wide: bool
    ends: int = KEPT
    named: bool = False

    def kept(self, count: int) -> tuple[int | None, ...]:
        """The indices of what is drawn of a column; None stands for those that are left out."""
        return kept(count, MOST_NEURONS if self.ends == KEPT else 2 * self.ends + 1, self.ends)


class NetworkCell(msgspec.Struct, frozen=True):
    """One circle.

    Attributes:
        lines: what stands in it, from above to below.
        bias: what stands at the arrow from above, if there is one.
        weights: the values at the edges from the circles of the column before that are drawn, or none.
    """

    lines: tuple[LabelContent, ...]
    bias: LabelContent | None = None
    weights: tuple[LabelContent, ...] = ()


class Column(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        head: what stands above it, from above to below.
        style: what its circles are.
        cells: its circles; None stands for the circles that are left out. No cells at all stand for layers left out.
        total: how many circles there are, drawn or not.
    """

    head: tuple[LabelContent, ...]
    style: Style
    cells: tuple[NetworkCell | None, ...]
    total: int


class NetworkView(msgspec.Struct, frozen=True):
    """What the figure shows: its columns from the inputs to the targets, and whether a number in them is rounded."""

    columns: tuple[Column, ...]
    rounded: bool


def short(text: str, longest: int = LONGEST) -> Number:
    """A printed number, rounded where it has more characters than ``longest``."""
    return Number(_POLICY.shown(Decimal(text), exact=True) if len(text) > longest else text)


def shortened_sign(number: Number, text: str, sign: Sign) -> Sign:
    """What stands before a number of a figure: the page's sign, or ≈ where the figure rounds what the page prints.

    Args:
        number: what the figure shows.
        text: what the page prints.
        sign: what stands before it there.
    """
    return sign if Decimal(number.text) == Decimal(text) else "≈"


def kept(count: int, most: int = MOST_NEURONS, ends: int = KEPT) -> tuple[int | None, ...]:
    """The indices of what is drawn of ``count`` circles; None stands for those that are left out.

    Args:
        count: how many there are.
        most: how many are drawn whole.
        ends: how many are drawn at either end of more.
    """
    if count <= most:
        return tuple(range(count))
    return (*range(ends), None, *range(count - ends, count))


def _kept_layers(count: int, most: int) -> tuple[int | None, ...]:
    """The indices of the layers that are drawn; None stands for those that are left out."""
    if count <= most:
        return tuple(range(count))
    first = most // 2
    return (*range(first), None, *range(count - (most - first), count))


def view(
    network: Feedforward, shown: Mapping[str, str], form: NetworkForm, approximate: Collection[str] = ()
) -> NetworkView:
    """What the figure of a network shows, in one form.

    Args:
        network: the network.
        shown: the numbers as they are printed, by plain name; what has none is shown by its name.
        form: how much is shown.
        approximate: the quantities whose printed number is rounded.
    """
    reader = _Reader(shown, form, approximate)
    return NetworkView(tuple(reader.columns(network)), reader.rounded)


class _Reader:
    """Reads a network's names and numbers."""

    def __init__(self, shown: Mapping[str, str], form: NetworkForm, approximate: Collection[str]) -> None:
        self.shown = shown
        self.approximate = approximate
        self.form = form
        self.rounded = False

    def columns(self, network: Feedforward) -> Iterator[Column]:
        yield self.given("input", network.inputs)
        count = len(network.stages)
        drawn = _kept_layers(count, self.form.most_layers)
        for before, index in zip((-1, *drawn), drawn, strict=False):
            if index is None:
                left_out = count - self.form.most_layers
                yield Column((f"{left_out} more layers",), "quiet", (), left_out)
            else:
                name, last = layer_name(index, count), index == count - 1
                yield self.layer(network.stages[index], name, last=last, fed=before is not None)
        yield self.given("target", network.targets)

    def given(self, kind: Literal["input", "target"], array: Array) -> Column:
        """The inputs or the targets."""
        names = array.entries
        head = kind if len(names) == 1 else f"{kind}s"
        cells = tuple(None if i is None else NetworkCell(self.lines(names[i])) for i in self.form.kept(len(names)))
        return Column((head,), kind, cells, len(names))

    def layer(self, stage: Stage, name: str, *, last: bool, fed: bool) -> Column:
        """A layer of neurons; ``fed`` says whether the column before it is drawn."""
        head: tuple[LabelContent, ...] = ("output" if last else name,)
        if stage.shares_bias:
            head += tuple(map(self.pair, stage.biases.entries))
        whole = fed and self.form.weights and None not in self.form.kept(len(stage.sources.entries))

        def cell(row: StageRow) -> NetworkCell:
            return NetworkCell(
                (*self.lines(row.total), *self.lines(row.output, below=True)),
                self.bias(row.bias, shared=stage.shares_bias),
                tuple(map(self.pair if self.form.named else self.value, row.weights)) if whole else (),
            )

        cells = tuple(None if place is None else cell(stage.row(place)) for place in self.form.kept(stage.size))
        return Column(head, "output" if last else "neuron", cells, stage.size)

    def bias(self, bias: str | None, *, shared: bool) -> LabelContent | None:
        """What stands at a neuron's bias: a shared one has its number once, above the column."""
        if bias is None:
            return None
        if shared:
            return Name(bias)
        return self.pair(bias) if self.form.wide else self.value(bias)

    def lines(self, name: str, *, below: bool = False) -> tuple[LabelContent, ...]:
        """A quantity on one line or two; ``below`` the middle of a circle the name comes last."""
        if self.form.wide or name not in self.shown:
            return (self.pair(name),)
        lines = (Name(name), self.value(name))
        return lines[::-1] if below else lines

    def pair(self, name: str) -> LabelContent:
        """A name with its number."""
        value = self.value(name)
        if isinstance(value, Name):
            return value
        sign = shortened_sign(value, self.shown[name], "≈" if name in self.approximate else "=")
        return (Name(name), sign, value)

    def value(self, name: str) -> Name | Number:
        """A number, rounded where it is long; or the name where there is none."""
        text = self.shown.get(name)
        if text is None:
            return Name(name)
        number = short(text)
        self.rounded |= number.text != text
        return Shown(number.text, name)
