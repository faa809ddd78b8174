"""(e) Deep networks: what a layer costs among many, against among few."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Result, derive, interleaved, say, seconds

_AIM = 1.2


def deep(*, quick: bool) -> Iterator[Result]:
    """Networks 2-2-…-2, in full to Markdown; what a network of one layer costs is taken away."""
    say("(e) deep networks …")
    from derive.spec.starter import starter

    few, many = (10, 30) if quick else (25, 100)
    with tempfile.TemporaryDirectory() as place:
        for layers in (1, few, many):
            (Path(place) / f"{layers}.toml").write_text(starter("Deep", [2] * (layers + 1)), encoding="utf-8")

        def render(layers: int) -> tuple[str, ...]:
            file = Path(place) / f"{layers}.toml"
            return derive("render", file, "--to", "markdown", "--detail", "full", "-o", file.with_suffix(".md"))

        lines = {str(layers): lambda layers=layers: render(layers) for layers in (1, few, many)}
        times = {int(name): found.processor for name, found in interleaved(lines, 1 if quick else 3).items()}
    one, small, large = times[1], (times[few] - times[1]) / few, (times[many] - times[1]) / many
    yield Result(
        "e",
        f"CPU per layer, {many} : {few} layers, less one layer's command",
        large / small,
        _AIM,
        False,
        f"{seconds(large)} : {seconds(small)} per layer; one layer {seconds(one)}",
        "the proof by differences: two or four passes for each neuron from its layer on, half the square of the layers",
    )
