"""The network file as typed structs. The JSON Schema is made from these, and the reader walks them.

What a message expects of a field stands beside the field, in ``Meta(extra=...)``, for :mod:`derive.spec.reading.walk`:

``expected``  the phrase for what should stand there;
``item``      what one entry of a list or table is called (``"number"``, ``"layer"``);
``hint``      what mends a value of the wrong kind;
``nested``    what a list of lists means where a plain list is expected;
``above``     the number must be larger than this; ``least``: it must not be smaller; ``below``: it must be smaller;
``most``: it must not be larger;
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
from derive.spec.base import MAX_NAME, PlainName, at_least_zero
from derive.spec.equations import EquationModel, IndexRange, Numeric, limits_of
from derive.spec.exercise import Exercise
from derive.spec.layers import MAX_WEIGHTS, NetworkSettings

#: The longest title, author or date, in characters.
MAX_TEXT: Final = 500
#: The longest claim in ``[published]``, in characters: as long as a formula may be.
MAX_CLAIM: Final = PRINTED.formula
#: The most claims in ``[published]``.
MAX_CLAIMS: Final = 10_000
#: The most updates.
MAX_STEPS: Final = 1_000_000

_WHY_NAMES = f", at most {MAX_NAME} characters, because names appear in TeX, HTML and Markdown"
ShortText = Annotated[str, Meta(max_length=MAX_TEXT)]
SymbolName = Annotated[
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
ClaimText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_CLAIM,
        extra={"expected": "what was printed: a number, or a formula in quotes", "numbers": True},
    ),
]
ClaimList = Annotated[
    tuple[ClaimText | Annotated[tuple[ClaimText, ...], Meta(extra={"item": "number"})], ...],
    Meta(min_length=1, extra={"item": "number"}),
]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file."""


class DocumentSettings(_Table, frozen=True):
    """What the page says beside the mathematics."""

    detail: Annotated[
        Literal["full", "brief"] | None,
        Meta(
            description="full: every step with its lines. brief: of each layer one neuron in full, with one of its "
            "weights, the others in tables. Left out: full up to 30 steps, else brief."
        ),
    ] = None
    view: Annotated[
        Literal["scalar", "matrix", "both"] | None,
        Meta(
            description="scalar: every entry of an array has a step of its own; matrix: one step for each array, with "
            "numbers in matrices; both: those, and below each how one entry comes about. Left out: scalar for a "
            "network at one sample and for a model of numbers alone, else both."
        ),
    ] = None
    author: Annotated[ShortText, Meta(description="The author's name.")] = ""
    date: Annotated[ShortText, Meta(description="The date, as it is to be printed.")] = ""
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
    input: Annotated[SymbolName | None, Meta(description="The letter or word for an input.")] = None
    weight: Annotated[SymbolName | None, Meta(description="The letter or word for a weight.")] = None
    bias: Annotated[SymbolName | None, Meta(description="The letter or word for a bias.")] = None
    net_input: Annotated[SymbolName | None, Meta(description="The letter or word for a net input.")] = None
    output: Annotated[SymbolName | None, Meta(description="The letter or word for a neuron's output.")] = None
    target: Annotated[SymbolName | None, Meta(description="The letter or word for a target.")] = None
    cost: Annotated[SymbolName | None, Meta(description="The letter or word for the cost.")] = None
    first_index: Annotated[Literal[0, 1] | None, Meta(description="Whether counting starts at 0 or 1.")] = None
    samples: Annotated[
        Literal["rows", "columns"],
        Meta(
            description="How matrices of a network of several samples have these: in rows, Z = X W^T + 1 b^T, or in "
            "columns, Z = W X + b 1^T."
        ),
    ] = "rows"
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
        tuple[SymbolName, ...],
        Meta(
            description="Indices of a model of equations that are typeset above.",
            extra={"expected": "a list of names of indices in quotes", "item": "name"},
        ),
    ] = ()
    rename: Annotated[
        dict[PlainName, SymbolName],
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


_SHARE = "a number, 0 or more and below 1"


class Update(_Table, frozen=True):
    """Steps of training, by the rules of an optimizer.

    A constant that is None has the default of the optimizer; which has which stands in
    :mod:`derive.catalogue.optimizers`.
    """

    learning_rate: Annotated[Decimal, at_least_zero("How far a parameter moves against its gradient.")]
    steps: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_STEPS)] | None, Meta(description="How many updates are made; 1 if left out.")
    ] = None
    epochs: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_STEPS)] | None,
        Meta(description="Instead of steps: how often all samples are gone through."),
    ] = None
    batch: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_WEIGHTS)] | None,
        Meta(description="How many samples an update takes, in their order; left out: all."),
    ] = None
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
    momentum: Annotated[Decimal | None, at_least_zero("Only for momentum and nesterov; 0.9 if left out.")] = None
    alpha: Annotated[Decimal | None, at_least_zero("Only for rmsprop; 0.99 if left out.")] = None
    beta1: Annotated[
        Decimal | None, at_least_zero("Only for adam and adamw; 0.9 if left out.", expected=_SHARE, below=1)
    ] = None
    beta2: Annotated[
        Decimal | None, at_least_zero("Only for adam and adamw; 0.999 if left out.", expected=_SHARE, below=1)
    ] = None
    eps: Annotated[
        Decimal | None,
        at_least_zero("Only for adagrad, rmsprop, adam and adamw; 1e-8 if left out, for adagrad 1e-10."),
    ] = None
    weight_decay: Annotated[
        Decimal | None,
        at_least_zero("What draws every parameter towards 0; 0 if left out, for adamw 0.01."),
    ] = None

    def batches(self, samples: int) -> tuple[range, ...]:
        """The samples of one update after the other, as often as it takes to have gone through all of them."""
        size = self.batch or samples
        return tuple(range(start, min(start + size, samples)) for start in range(0, samples, size))

    def count(self, samples: int) -> int:
        """How many updates are made."""
        return (self.steps or 1) if self.epochs is None else self.epochs * len(self.batches(samples))


#: The tables that a model may be written as; all of them but one are None in a file.
WAYS: Final = ("network", "model")
#: Settings of the notation that say what a network's quantities are called, which a model of equations has not.
OF_NETWORKS: Final = ("input", "weight", "bias", "net_input", "output", "target", "cost", "neurons")


class NetworkFile(_Table, frozen=True):
    """A whole network file: a network or a model, and what is asked of it."""

    network: Annotated[
        NetworkSettings | None, Meta(extra={"expected": "a table [network] with inputs, targets, cost and layers"})
    ] = None
    model: Annotated[EquationModel | None, Meta(extra={"expected": "a table [model] with equations"})] = None
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
        dict[PlainName, IndexRange],
        Meta(
            description="What each index of a model runs over, both included.",
            extra={"expected": "a table, [index]", "item": "index"},
        ),
    ] = {}
    title: Annotated[ShortText, Meta(description="The title of the page.")] = ""
    document: Annotated[DocumentSettings, Meta(extra={"expected": "a table, [document]"})] = DocumentSettings()
    notation: Annotated[Notation, Meta(extra={"expected": "a table, [notation]"})] = Notation()
    numbers: Annotated[Numbers, Meta(extra={"expected": "a table, [numbers]"})] = Numbers()
    update: Annotated[Update | None, Meta(extra={"expected": "a table, [update]"})] = None
    exercise: Annotated[Exercise | None, Meta(extra={"expected": "a table, [exercise]"})] = None
    published: Annotated[
        dict[PlainName, ClaimText | ClaimList],
        Meta(
            max_length=MAX_CLAIMS,
            description="What somebody printed, by plain name: a number as printed, a formula, or a list or matrix.",
            extra={"expected": "a table, [published]", "item": "claim"},
        ),
    ] = {}

    @property
    def dense(self) -> NetworkSettings:
        """The table ``[network]`` of a file that has one."""
        assert self.network is not None
        return self.network

    @property
    def first_index(self) -> int:
        """What the first of several is counted with: 0 or 1."""
        chosen = self.notation.first_index
        flat = self.network is not None and self.notation.preset == "flat"
        return (0 if flat else 1) if chosen is None else chosen

    @property
    def sample_count(self) -> int:
        """How many samples a network has; 1 of a model of equations, for which samples are an index."""
        return 1 if self.network is None else len(self.network.samples)

    @property
    def updates(self) -> int:
        """How many updates are made; 0 where none is asked for."""
        return 0 if self.update is None else self.update.count(self.sample_count)

    @property
    def ranges(self) -> Mapping[str, tuple[int, int] | None]:
        """What each index runs over, both included; None where it is no range."""
        return {name: limits_of(text) for name, text in self.index.items()}
