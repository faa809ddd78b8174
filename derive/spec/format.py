"""The network file as typed structs. The JSON Schema is made from these, and the reader walks them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Row = tuple[Decimal, ...]


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

    weights: Annotated[tuple[Row, ...], Meta(description="Row j holds the weights into neuron j.")]
    activation: Annotated[str, Meta(description="The name of an activation, or a formula in z.")]
    biases: Annotated[
        Row | Decimal | None,
        Meta(description="One number per neuron; one number alone is shared by the layer; left out: no bias."),
    ] = None
    slope: Annotated[Decimal | None, Meta(description="Only for leaky_relu; 0.01 if left out.")] = None
    alpha: Annotated[Decimal | None, Meta(description="Only for elu; 1 if left out.")] = None


class Network(_Table, frozen=True):
    """What is computed.

    Attributes:
        inputs: shape (inputs,).
        targets: shape (outputs,).
        cost: a name from the catalogue, or a formula in ``y`` and ``O`` of one output.
        layers: at least one layer, first to last.
        delta: where huber turns from a parabola into a line.
    """

    inputs: Annotated[Row, Meta(description="The values of the inputs.")]
    targets: Annotated[Row, Meta(description="The wanted value of each output.")]
    cost: Annotated[str, Meta(description="The name of a cost, or a formula in y and O of one output.")]
    layers: Annotated[tuple[Layer, ...], Meta(description="The layers, from the first to the output.")]
    delta: Annotated[Decimal | None, Meta(description="Only for huber; 1 if left out.")] = None


class Document(_Table, frozen=True):
    """What the page says beside the mathematics."""

    detail: Annotated[
        Literal["full", "brief"], Meta(description="brief: in full for the first neuron of a layer, then in a table.")
    ] = "full"
    author: Annotated[str, Meta(description="The author's name.")] = ""
    date: Annotated[str, Meta(description="The date, as it is to be printed.")] = ""
    language: Annotated[str, Meta(description="A language tag for readers and tools, such as en or en-GB.")] = "en"


class Notation(_Table, frozen=True):
    """What the quantities are called. None stands for the name that the preset gives."""

    preset: Annotated[
        Literal["flat", "layered"], Meta(description="flat: x0 w0 z0 O0; layered: x_1 w^{(1)}_{11} z^{(1)}_1 a^{(1)}_1.")
    ] = "flat"
    input: Annotated[str | None, Meta(description="The letter or word for an input.")] = None
    weight: Annotated[str | None, Meta(description="The letter or word for a weight.")] = None
    bias: Annotated[str | None, Meta(description="The letter or word for a bias.")] = None
    net_input: Annotated[str | None, Meta(description="The letter or word for a net input.")] = None
    output: Annotated[str | None, Meta(description="The letter or word for a neuron's output.")] = None
    target: Annotated[str | None, Meta(description="The letter or word for a target.")] = None
    cost: Annotated[str | None, Meta(description="The letter or word for the cost.")] = None
    first_index: Annotated[Literal[0, 1] | None, Meta(description="Whether counting starts at 0 or 1.")] = None
    derivative: Annotated[
        Literal["d", "partial"] | None, Meta(description="How derivatives are typeset: with d or with ∂.")
    ] = None
    neurons: Annotated[
        tuple[tuple[str, ...], ...] | None, Meta(description="A name for each neuron, layer by layer.")
    ] = None


class Numbers(_Table, frozen=True):
    """How numbers are rounded. At most one of ``decimals`` and ``significant`` is set."""

    round: Annotated[
        Literal["end", "each-step"],
        Meta(description="each-step: each printed result is carried on as printed; end: full precision is carried."),
    ] = "end"
    decimals: Annotated[
        Annotated[int, Meta(ge=0, le=50)] | None, Meta(description="Digits after the decimal point.")
    ] = None
    significant: Annotated[
        Annotated[int, Meta(ge=1, le=50)] | None, Meta(description="Significant digits.")
    ] = None
    ties: Annotated[
        Literal["even", "up"], Meta(description="even: ties go to the even digit; up: half away from zero.")
    ] = "even"


class Update(_Table, frozen=True):
    """Steps of gradient descent."""

    learning_rate: Annotated[Decimal, Meta(description="How far a parameter moves against its gradient.")]
    steps: Annotated[int, Meta(ge=1, le=1_000_000, description="How many updates are made.")] = 1
    frozen: Annotated[tuple[str, ...], Meta(description="Plain names of parameters that stay as they are.")] = ()


class NetworkFile(_Table, frozen=True):
    """A whole network file."""

    network: Network
    title: Annotated[str, Meta(description="The title of the page.")] = ""
    document: Document = Document()
    notation: Notation = Notation()
    numbers: Numbers = Numbers()
    update: Update | None = None
    published: Annotated[
        dict[str, str], Meta(description="What somebody printed, by plain name: a number as printed, or a formula.")
    ] = {}
