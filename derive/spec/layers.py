"""A dense network as typed structs; what stands in ``Meta`` is told in :mod:`derive.spec.settings`."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from derive.spec.base import at_least_zero

#: The most layers of a network: far more than a page can show.
MAX_LAYERS: Final = 100
#: The most weights of a network, all layers together: about what a file of 16 MB can hold.
MAX_WEIGHTS: Final = 1_000_000
WeightRow = tuple[Decimal, ...]
#: A list of numbers, or of several samples a list of them.
Samples = tuple[
    Decimal
    | Annotated[WeightRow, Meta(min_length=1, extra={"expected": "a list of numbers, a sample", "item": "number"})],
    ...,
]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file."""


class Layer(_Table, frozen=True):
    """One dense layer.

    Attributes:
        weights: shape (neurons, neurons of the layer before): row j holds the weights into neuron j.
        activation: a name from the catalogue, or a formula in ``z``.
        biases: one number per neuron, one number shared by the layer, or None for no bias.
        slope: the slope of leaky_relu for negative net inputs.
        alpha: the limit of elu for very negative net inputs, with its sign turned.
    """

    weights: Annotated[
        tuple[
            Annotated[WeightRow, Meta(min_length=1, extra={"expected": "a row: a list of numbers", "item": "number"})],
            ...,
        ],
        Meta(
            min_length=1,
            description="Row j holds the weights into neuron j.",
            extra={
                "expected": "a list of rows, one row of weights for each neuron",
                "item": "row",
                "hint": "a single neuron is written [[0.1, 0.2]]",
            },
        ),
    ]
    activation: Annotated[
        str,
        Meta(
            description="The name of an activation, or a formula in z.",
            extra={"expected": "the name of an activation, or a formula in z, in quotes"},
        ),
    ]
    biases: Annotated[
        Annotated[WeightRow, Meta(min_length=1, extra={"item": "number"})] | Decimal | None,
        Meta(
            description="One number per neuron; one number alone is shared by the layer; left out: no bias.",
            extra={"expected": "a list of numbers, or one number for the whole layer"},
        ),
    ] = None
    slope: Annotated[Decimal | None, Meta(description="Only for leaky_relu; 0.01 if left out.")] = None
    alpha: Annotated[Decimal | None, Meta(description="Only for elu; 1 if left out.")] = None


class NetworkSettings(_Table, frozen=True, kw_only=True):
    """What is computed.

    Attributes:
        inputs: shape (inputs,); of several samples (samples, inputs).
        targets: shape (outputs,), or (samples, outputs); None where there are classes.
        classes: shape (samples,): for each sample the output that is to be 1, all others 0; None where there are
            targets.
        cost: a name from the catalogue, or a formula in ``y`` and ``O`` of one output.
        layers: at least one layer, first to last.
        delta: where huber turns from a parabola into a line.
        reduction: what the cost of several samples is.
        l1, l2: how much the size and the square of each weight add to the cost.
    """

    inputs: Annotated[
        Samples,
        Meta(
            min_length=1,
            description="The values of the inputs; of several samples a row for each.",
            extra={"expected": "a list of numbers, one for each input", "item": "number"},
        ),
    ]
    targets: Annotated[
        Annotated[
            Samples,
            Meta(min_length=1, extra={"expected": "a list of numbers, one for each output", "item": "number"}),
        ]
        | None,
        Meta(description="The wanted value of each output; of several samples a row for each."),
    ] = None
    classes: Annotated[
        Annotated[tuple[Annotated[int, Meta(ge=0, le=MAX_WEIGHTS)], ...], Meta(min_length=1)] | None,
        Meta(
            description="Instead of targets: for each sample the output that is to be 1, counted as first_index says.",
            extra={"expected": "a list of whole numbers, one for each sample", "item": "class"},
        ),
    ] = None
    cost: Annotated[
        str,
        Meta(
            description="The name of a cost, or a formula in y and O of one output.",
            extra={"expected": "the name of a cost, or a formula in y and O, in quotes"},
        ),
    ]
    layers: Annotated[
        tuple[Layer, ...],
        Meta(
            min_length=1,
            max_length=MAX_LAYERS,
            description="The layers, from the first to the output.",
            extra={
                "expected": "a list of tables, each under a line [[network.layers]] of its own",
                "item": "layer",
            },
        ),
    ]
    delta: Annotated[
        Decimal | None,
        Meta(
            description="Only for huber; 1 if left out.",
            extra={"above": 0},
            extra_json_schema={"exclusiveMinimum": 0},
        ),
    ] = None
    reduction: Annotated[
        Literal["mean", "sum"], Meta(description="Whether the cost is the mean or the sum of that of the samples.")
    ] = "mean"
    l1: Annotated[Decimal, at_least_zero("How much the sum of the sizes of all weights adds to the cost.")] = Decimal(0)
    l2: Annotated[Decimal, at_least_zero("How much half the sum of the squares of all weights adds to the cost.")] = (
        Decimal(0)
    )

    @property
    def several(self) -> bool:
        """Whether its samples are counted, and each has a row of its own."""
        return isinstance(self.inputs[0], tuple)

    @property
    def samples(self) -> tuple[WeightRow, ...]:
        """The inputs of each sample, one or more."""
        return _rows(self.inputs)

    def wanted(self, first: int) -> tuple[WeightRow, ...]:
        """The targets of each sample; of a class 1 for its output, and 0 for all others.

        Args:
            first: what the first output is counted with.
        """
        if self.classes is None:
            assert self.targets is not None
            return _rows(self.targets)
        outputs = range(first, first + len(self.layers[-1].weights))
        return tuple(tuple(Decimal(output == each) for output in outputs) for each in self.classes)


def _rows(values: Samples) -> tuple[WeightRow, ...]:
    rows = tuple(value for value in values if isinstance(value, tuple))
    return rows or (tuple(value for value in values if isinstance(value, Decimal)),)
