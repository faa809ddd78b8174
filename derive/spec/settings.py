"""The network file as typed structs. The JSON Schema is made from these, and the reader walks them.

What a message expects of a field stands beside the field, in ``Meta(extra=...)``, for :mod:`derive.spec.reading.walk`:

``expected``  the phrase for what should stand there;
``item``      what one entry of a list or table is called (``"number"``, ``"layer"``);
``hint``      what mends a value of the wrong kind;
``nested``    what a list of lists means where a plain list is expected;
``above``     the number must be larger than this; ``least``: it must not be smaller; ``below``: it must be smaller;
``numbers``   a number is taken too, as its text;
``choices``   a text must be one of these names.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from derive.catalogue.flavours import FLAVOURS
from derive.catalogue.optimizers import OPTIMIZERS
from derive.expression.literals import PRINTED
from derive.spec.base import MAX_NAME, PlainName
from derive.spec.equations import Equations, Numeric, Range, limits_of

#: The most layers of a network: far more than a page can show.
MAX_LAYERS: Final = 100
#: The most weights of a network, all layers together: about what a file of 16 MB can hold.
MAX_WEIGHTS: Final = 1_000_000
#: The longest title, author or date, in characters.
MAX_TEXT: Final = 500
#: The longest claim in ``[published]``, in characters: as long as a formula may be.
MAX_CLAIM: Final = PRINTED.formula
#: The most claims in ``[published]``.
MAX_CLAIMS: Final = 10_000
#: The most updates.
MAX_STEPS: Final = 1_000_000

_WHY_NAMES = f", at most {MAX_NAME} characters, because names appear in TeX, HTML and Markdown"
_NO_SAMPLES = "several samples, which are not supported yet"

Row = tuple[Decimal, ...]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Symbol = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z][A-Za-z0-9_]*$",
        max_length=MAX_NAME,
        extra={"expected": "a letter, then letters, digits or _" + _WHY_NAMES},
    ),
]
NeuronName = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9][A-Za-z0-9_]*$",
        max_length=MAX_NAME,
        extra={"expected": "a letter or digit, then letters, digits or _" + _WHY_NAMES},
    ),
]
Claim = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_CLAIM,
        extra={"expected": "what was printed: a number, or a formula in quotes", "numbers": True},
    ),
]
ClaimList = Annotated[
    tuple[Claim | Annotated[tuple[Claim, ...], Meta(extra={"item": "number"})], ...],
    Meta(min_length=1, extra={"item": "number"}),
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
            Annotated[Row, Meta(min_length=1, extra={"expected": "a row: a list of numbers", "item": "number"})], ...
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
        Annotated[Row, Meta(min_length=1, extra={"item": "number"})] | Decimal | None,
        Meta(
            description="One number per neuron; one number alone is shared by the layer; left out: no bias.",
            extra={"expected": "a list of numbers, or one number for the whole layer"},
        ),
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

    inputs: Annotated[
        Row,
        Meta(
            min_length=1,
            description="The values of the inputs.",
            extra={
                "expected": "a list of numbers, one for each input",
                "item": "number",
                "nested": _NO_SAMPLES,
            },
        ),
    ]
    targets: Annotated[
        Row,
        Meta(
            min_length=1,
            description="The wanted value of each output.",
            extra={
                "expected": "a list of numbers, one for each output",
                "item": "number",
                "nested": _NO_SAMPLES,
            },
        ),
    ]
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


class Document(_Table, frozen=True):
    """What the page says beside the mathematics."""

    detail: Annotated[
        Literal["full", "brief"] | None,
        Meta(
            description="brief: in full for the first neuron of a layer, then in a table. Left out: full for a network "
            "that fits on some pages, brief for a larger one."
        ),
    ] = None
    author: Annotated[Text, Meta(description="The author's name.")] = ""
    date: Annotated[Text, Meta(description="The date, as it is to be printed.")] = ""
    language: Annotated[
        str,
        Meta(
            pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
            max_length=MAX_TEXT,
            description="A language tag for readers and tools, such as en or en-GB.",
            extra={"expected": "a language tag such as en or en-GB"},
        ),
    ] = "en"
    flavour: Annotated[
        str,
        Meta(
            description="Which reader of Markdown a page is for.",
            extra={"choices": FLAVOURS},
            extra_json_schema={"enum": list(FLAVOURS)},
        ),
    ] = "github"
    paper: Annotated[Literal["a4", "letter"], Meta(description="The paper of a PDF or LaTeX page.")] = "a4"
    engine: Annotated[
        Literal["typst", "latex"], Meta(description="What typesets a PDF; typst needs nothing installed.")
    ] = "typst"
    fragment: Annotated[
        bool, Meta(description="Whether to write the body of a page alone, in the formats that have such a form.")
    ] = False


class Notation(_Table, frozen=True):
    """What the quantities are called.

    None stands for the name that the preset gives.
    """

    preset: Annotated[
        Literal["flat", "layered"],
        Meta(description="flat: x0 w0 z0 O0; layered: x_1 w^{(1)}_{11} z^{(1)}_1 a^{(1)}_1."),
    ] = "flat"
    input: Annotated[Symbol | None, Meta(description="The letter or word for an input.")] = None
    weight: Annotated[Symbol | None, Meta(description="The letter or word for a weight.")] = None
    bias: Annotated[Symbol | None, Meta(description="The letter or word for a bias.")] = None
    net_input: Annotated[Symbol | None, Meta(description="The letter or word for a net input.")] = None
    output: Annotated[Symbol | None, Meta(description="The letter or word for a neuron's output.")] = None
    target: Annotated[Symbol | None, Meta(description="The letter or word for a target.")] = None
    cost: Annotated[Symbol | None, Meta(description="The letter or word for the cost.")] = None
    first_index: Annotated[Literal[0, 1] | None, Meta(description="Whether counting starts at 0 or 1.")] = None
    derivative: Annotated[
        Literal["d", "partial"] | None, Meta(description="How derivatives are typeset: with d or with ∂.")
    ] = None
    neurons: Annotated[
        tuple[Annotated[tuple[NeuronName, ...], Meta(extra={"expected": "a list of names in quotes"})], ...] | None,
        Meta(
            description="A name for each neuron, layer by layer.",
            extra={"expected": "a list of names for each layer", "hint": 'a single layer is written [["h1", "h2"]]'},
        ),
    ] = None

    above: Annotated[
        tuple[Symbol, ...],
        Meta(
            description="Indices of a model of equations that are typeset above.",
            extra={"expected": "a list of names of indices in quotes", "item": "name"},
        ),
    ] = ()
    rename: Annotated[
        dict[PlainName, Symbol],
        Meta(
            description="For plain names, the author's own: letters, digits and _. They stand on the page, in the data "
            "and in claims.",
            extra={"expected": "a table of plain names with the author's own, [notation.rename]", "item": "name"},
        ),
    ] = {}


class Numbers(_Table, frozen=True):
    """How numbers are rounded.

    At most one of ``decimals`` and ``significant`` is set.
    """

    round: Annotated[
        Literal["end", "each-step"],
        Meta(description="each-step: each printed result is carried on as printed; end: full precision is carried."),
    ] = "end"
    decimals: Annotated[
        Annotated[int, Meta(ge=0, le=50)] | None, Meta(description="Digits after the decimal point.")
    ] = None
    significant: Annotated[Annotated[int, Meta(ge=1, le=50)] | None, Meta(description="Significant digits.")] = None
    ties: Annotated[
        Literal["even", "up"], Meta(description="even: ties go to the even digit; up: half away from zero.")
    ] = "even"


def _constant(description: str, *, expected: str = "a number, 0 or more", below: int | None = None) -> Meta:
    """What is said of a number that an optimizer works with: it is not negative, and may have to stay below one."""
    bounds = {"exclusiveMaximum": below} if below is not None else {}
    return Meta(
        description=description,
        extra={"expected": expected, "least": 0, **({"below": below} if below is not None else {})},
        extra_json_schema={"minimum": 0, **bounds},
    )


_SHARE = "a number, 0 or more and below 1"


class Update(_Table, frozen=True):
    """Steps of training, by the rules of an optimizer.

    A constant that is None has the default of the optimizer; which has which stands in
    :mod:`derive.catalogue.optimizers`.
    """

    learning_rate: Annotated[Decimal, _constant("How far a parameter moves against its gradient.")]
    steps: Annotated[int, Meta(ge=1, le=MAX_STEPS, description="How many updates are made.")] = 1
    frozen: Annotated[
        tuple[PlainName, ...],
        Meta(
            description="Plain names of parameters that stay as they are.",
            extra={"expected": "a list of names in quotes"},
        ),
    ] = ()
    optimizer: Annotated[
        str,
        Meta(
            description="How parameters are updated, by PyTorch's formulas; sgd: plain gradient descent.",
            extra={"choices": OPTIMIZERS},
            extra_json_schema={"enum": list(OPTIMIZERS)},
        ),
    ] = "sgd"
    momentum: Annotated[Decimal | None, _constant("Only for momentum and nesterov; 0.9 if left out.")] = None
    alpha: Annotated[Decimal | None, _constant("Only for rmsprop; 0.99 if left out.")] = None
    beta1: Annotated[
        Decimal | None, _constant("Only for adam and adamw; 0.9 if left out.", expected=_SHARE, below=1)
    ] = None
    beta2: Annotated[
        Decimal | None, _constant("Only for adam and adamw; 0.999 if left out.", expected=_SHARE, below=1)
    ] = None
    eps: Annotated[
        Decimal | None,
        _constant("Only for adagrad, rmsprop, adam and adamw; 1e-8 if left out, for adagrad 1e-10."),
    ] = None
    weight_decay: Annotated[
        Decimal | None,
        _constant("What draws every parameter towards 0; 0 if left out, for adamw 0.01."),
    ] = None


class NetworkFile(_Table, frozen=True):
    """A whole network file. It holds ``network`` or ``model``: one of the two is None."""

    network: Annotated[
        Network | None, Meta(extra={"expected": "a table [network] with inputs, targets, cost and layers"})
    ] = None
    model: Annotated[Equations | None, Meta(extra={"expected": "a table [model] with equations"})] = None
    given: Annotated[
        dict[PlainName, Numeric],
        Meta(
            description="The numbers of a model that stay as they are.",
            extra={"expected": "a table, [given]", "item": "name"},
        ),
    ] = {}
    parameters: Annotated[
        dict[PlainName, Numeric],
        Meta(
            description="The numbers of a model that are learnt.",
            extra={"expected": "a table, [parameters]", "item": "name"},
        ),
    ] = {}
    index: Annotated[
        dict[PlainName, Range],
        Meta(
            description="What each index of a model runs over, both included.",
            extra={"expected": "a table, [index]", "item": "index"},
        ),
    ] = {}
    title: Annotated[Text, Meta(description="The title of the page.")] = ""
    document: Annotated[Document, Meta(extra={"expected": "a table, [document]"})] = Document()
    notation: Annotated[Notation, Meta(extra={"expected": "a table, [notation]"})] = Notation()
    numbers: Annotated[Numbers, Meta(extra={"expected": "a table, [numbers]"})] = Numbers()
    update: Annotated[Update | None, Meta(extra={"expected": "a table, [update]"})] = None
    published: Annotated[
        dict[PlainName, Claim | ClaimList],
        Meta(
            max_length=MAX_CLAIMS,
            description="What somebody printed, by plain name: a number as printed, a formula, or a list or matrix.",
            extra={"expected": "a table, [published]", "item": "claim"},
        ),
    ] = {}

    @property
    def dense(self) -> Network:
        """The table ``[network]`` of a file that has one."""
        assert self.network is not None
        return self.network

    @property
    def ranges(self) -> Mapping[str, tuple[int, int] | None]:
        """What each index runs over, both included; None where it is no range."""
        return {name: limits_of(text) for name, text in self.index.items()}
