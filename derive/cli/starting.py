"""``derive new`` and ``derive schema``: what a file is begun and edited with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click

from derive.errors import UsageError
from derive.spec.starters import kinds, text_of
from derive.streams import show, show_path

#: Activations whose values a target from 0 to 1 suits; behind others the output is the identity.
_SQUASHING = ("identity", "sigmoid", "tanh")
#: Networks with more weights keep the numbers that they are drawn with, which nobody works by hand.
_MOST_GATED = 1_000


@click.command()
@click.argument("name")
@click.option("--layers", metavar="N,N,…", help="A dense network: inputs, then neurons per layer: 2,3,1.")
@click.option("--activation", metavar="NAME[,NAME…]", help="That of the hidden layers, or of each layer; sigmoid.")
@click.option("--seed", type=int, metavar="N", help="Another seed gives a network other numbers; 0.")
@click.option("--model", "kind", metavar="KIND", help=f"A model of equations: {', '.join(kinds())}.")
def new(name: str, layers: str | None, activation: str | None, seed: int | None, kind: str | None) -> None:
    """Write a network file to start from, and beside it the schema that its first line names to editors.

    \b
    derive new exercise --layers 2,3,1 --activation tanh --seed 7
    derive new exercise --layers 2,3,1 --activation relu,sigmoid
    derive new exercise --layers 2,4,3 --activation relu,softmax
    derive new exercise --model lstm
    """
    from derive.files import write_files
    from derive.spec.schema import schema_text
    from derive.spec.starter import SCHEMA_FILE

    text = _network_text(layers, activation or "sigmoid", seed or 0) if kind is None else text_of(kind)
    for option, value in (("--layers", layers), ("--activation", activation), ("--seed", seed)):
        if kind is not None and value is not None:
            raise UsageError(f"{option}: belongs to a dense network; with --model {kind} the file has its numbers")
    if not name or name.endswith(("/", os.sep)):
        raise UsageError("NAME: no name is given for the file")
    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if os.path.lexists(path):
        raise UsageError(f"{path}: exists already, and is not overwritten")
    contents, beside = {path: text.encode()}, path.with_name(SCHEMA_FILE)
    if not os.path.lexists(beside):
        contents[beside] = schema_text().encode()
    write_files(contents)
    show_path(path)


def _network_text(layers: str | None, activation: str, seed: int) -> str:
    """The file to start from of a dense network."""
    from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
    from derive.errors import nearest
    from derive.spec.starter import MAX_WEIGHTS, starter

    if layers is None:
        raise UsageError("expected --layers, such as --layers 2,3,1, or --model KIND")
    activations = [word.strip() for word in activation.split(",")]
    for unknown in (word for word in activations if word not in (*ACTIVATIONS, *LAYER_FUNCTIONS)):
        hint = nearest(unknown, (*ACTIVATIONS, *LAYER_FUNCTIONS))
        known = ", ".join((*ACTIVATIONS, *LAYER_FUNCTIONS))
        raise UsageError(f'--activation "{unknown}": expected one of {known}' + (f" ({hint})" if hint else ""))
    try:
        sizes = [int(size) for size in layers.split(",")]
    except ValueError:
        sizes = []
    if len(sizes) < 2 or min(sizes) < 1:
        raise UsageError(f'--layers "{layers}": expected at least two numbers from 1 on, such as 2,3,1')
    if sum(a * b for a, b in pairwise(sizes)) > MAX_WEIGHTS:
        raise UsageError(f"--layers {layers}: expected at most {MAX_WEIGHTS} weights")
    if len(activations) not in (1, len(sizes) - 1):
        raise UsageError(
            f"--activation {activation}: {len(activations)} activations for {len(sizes) - 1} layers; expected one of "
            "all or one of each"
        )
    each = _each(activations, sizes)
    for joint in (word for word in each[:-1] if word in LAYER_FUNCTIONS):
        raise UsageError(f"--activation {activation}: {joint} is one of the last layer; expected another before it")
    if each[-1] in LAYER_FUNCTIONS and sizes[-1] == 1:
        raise UsageError(
            f"--activation {activation}: {each[-1]} of one output is always 1; expected two or more in --layers"
        )
    article = "An" if str(sizes[0])[0] == "8" or sizes[0] in (11, 18) else "A"  # as the first number is said
    text = starter(f"{article} {'-'.join(map(str, sizes))} network, worked out", sizes, each, seed)
    weights = sum(a * b for a, b in pairwise(sizes))
    return text if weights > _MOST_GATED else _worth_working(text, seed, layers)


def _each(activations: Sequence[str], sizes: Sequence[int]) -> Sequence[str]:
    """The activation of each layer. Behind hidden layers that do not squash, an output may be any number.

    A function of a whole layer, such as softmax, is that of the last alone.
    """
    from derive.catalogue.activations import LAYER_FUNCTIONS

    if len(activations) > 1:
        return activations
    (hidden,) = activations
    if hidden in LAYER_FUNCTIONS:
        return [*["sigmoid"] * (len(sizes) - 2), hidden]
    if len(sizes) == 2 or hidden in _SQUASHING:
        return [hidden] * (len(sizes) - 1)
    return [*[hidden] * (len(sizes) - 2), "identity"]


def _worth_working(text: str, seed: int, layers: str) -> str:
    """The file, with other numbers where its own would make a poor exercise: a unit that is dead, a gradient of 0."""
    from derive.api import loads, solve
    from derive.course.variants.drawing import Drawer, GateError
    from derive.course.variants.slots import slots
    from derive.course.variants.written import with_numbers
    from derive.spec.reading.spans import value_spans

    network = loads(text)
    varied = slots(network.file, network.model, value_spans(text), ())
    drawing = Drawer(solve(network).worked, varied, varied, own_counts=False)
    if drawing.own_numbers() is not None:
        return text
    try:
        drawn = drawing.draw(seed, "")
    except GateError as error:
        raise UsageError(f"--layers {layers}: no numbers were found for it: {error}") from None
    return with_numbers(text, varied, drawn.numbers)


@click.command()
def schema() -> None:
    """Print the JSON Schema of the network file, for editors.

    \b
    derive schema > derive.schema.json
    """
    from derive.spec.schema import schema_text

    show(schema_text().rstrip("\n"))
