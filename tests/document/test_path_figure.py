"""The way back to a layer: what stands out, that it can be told apart without colour, and that nothing is covered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Figure, Heading
from derive.document.figures.drawing import Circle, Drawing, Label, Rectangle
from derive.document.figures.path_figure import path_figure
from derive.document.page import write
from derive.expression.tree import Name
from derive.render.language import words
from tests.document.geometry import (
    box,
    crossed_labels,
    distance,
    is_framed,
    lines_of,
    overlapping_labels,
    shapes,
    text_of,
)
from tests.document.networks import SHAPES

EXAMPLES = Path(__file__).parents[2] / "examples"


def figure(shape: str, layer: int, *, single: bool = False) -> Figure:
    names, _ = SHAPES[shape]()
    return path_figure(names.network, layer, f"layer {layer + 1}", single=single)


def every_figure() -> Iterator[tuple[str, int, bool]]:
    for shape, make in SHAPES.items():
        if shape in ("2-2-2 long", "5-7-3 powers", "8-8-8-4 powers"):  # the numbers are not shown
            continue
        layers = len(make()[0].network.stages)
        yield from ((shape, layer, single) for layer in range(layers) for single in (False, True))


@pytest.fixture(params=every_figure(), ids=lambda case: f"{case[0]}, layer {case[1] + 1}{', single' * case[2]}")
def drawn(request: pytest.FixtureRequest) -> Drawing:
    shape, layer, single = request.param
    return figure(shape, layer, single=single).drawing


def test_no_two_labels_overlap(drawn: Drawing) -> None:
    assert overlapping_labels(drawn) == []


def test_no_label_lies_on_a_line(drawn: Drawing) -> None:
    assert crossed_labels(drawn) == []


def test_it_is_small_and_legible(drawn: Drawing) -> None:
    assert is_framed(drawn)
    assert drawn.width <= 475
    assert drawn.height <= 300.01
    assert all(5.5 <= label.size <= 8 for label in shapes(drawn, Label))


def test_no_way_runs_through_a_circle(drawn: Drawing) -> None:
    inner = [line for line in lines_of(drawn) if line.style != "faint"]
    for circle in shapes(drawn, Circle):
        assert all(distance(line, circle.x, circle.y) > circle.radius - 0.05 for line in inner)


def test_labels_in_a_circle_keep_within_it(drawn: Drawing) -> None:
    for label in shapes(drawn, Label):
        left, top, right, bottom = box(label)
        for circle in shapes(drawn, Circle):
            if hypot(label.x - circle.x, label.y - circle.y) < circle.radius:
                corners = [(x, y) for x in (left, right) for y in (top, bottom)]
                assert all(hypot(x - circle.x, y - circle.y) < circle.radius for x, y in corners), text_of(label)


def derivatives(drawing: Drawing) -> list[str]:
    return [text_of(label) for label in shapes(drawing, Label) if label.tone == "derivative"]


def states(drawing: Drawing) -> list[str]:
    return [circle.style for circle in shapes(drawing, Circle) if circle.style != "quiet"]


def test_the_blogs_output_layer() -> None:
    drawing = figure("2-3-1", 1).drawing
    assert states(drawing) == ["faint"] * 5 + ["flow"]
    assert sorted(derivatives(drawing)) == ["dCost/dO3", "dCost/dz3"]
    named = [text_of(label) for label in shapes(drawing, Label) if text_of(label)[0] == "w"]
    assert named == ["w6", "w7", "w8"]
    # From the cost to the output, and to each weight: an arrow; none to anything else, none from what was done before.
    arrows = list(shapes_with_heads(drawing))
    assert [style for style, _, _ in arrows] == ["flow"] * 4
    assert all(end[0] < start[0] for _, start, end in arrows)
    assert not any(line.style == "known" for line in lines_of(drawing))


def shapes_with_heads(drawing: Drawing) -> Iterator[tuple[str, tuple[float, float], tuple[float, float]]]:
    for shape in drawing.shapes:
        if getattr(shape, "arrow", False):
            points = getattr(shape, "points", None) or ((shape.x1, shape.y1), (shape.x2, shape.y2))  # type: ignore[union-attr]
            yield shape.style, points[0], points[-1]  # type: ignore[union-attr]


def test_the_blogs_hidden_layer() -> None:
    drawing = figure("2-3-1", 0).drawing
    assert states(drawing) == ["faint"] * 2 + ["flow"] * 3 + ["known"]
    expected = [f"dCost/d{letter}{index}" for letter in "Oz" for index in range(3)] + ["dCost/dz3"]
    assert sorted(derivatives(drawing)) == sorted(expected)
    named = {text_of(label) for label in shapes(drawing, Label) if text_of(label)[0] == "w"}
    assert named == {f"w{index}" for index in range(9)}
    heads = [style for style, _, _ in shapes_with_heads(drawing)]
    assert sorted(heads) == ["flow"] * (3 + 6) + ["known"]  # into three neurons, to six weights; into the output
    (cost,) = shapes(drawing, Rectangle)
    assert any(
        cost.x <= label.x <= cost.x + cost.width and label.content == Name("Cost") for label in shapes(drawing, Label)
    )


def test_a_derivative_stands_at_its_own_circle() -> None:
    drawing = figure("4-4-4-2", 1).drawing
    circles = list(shapes(drawing, Circle))
    written = {text_of(label): label for label in shapes(drawing, Label)}
    for text, label in written.items():
        if label.tone == "derivative":
            quantity = written[text.rpartition("/d")[2]]
            nearest = min(circles, key=lambda circle, at=label: hypot(circle.x - at.x, circle.y - at.y))
            assert hypot(quantity.x - nearest.x, quantity.y - nearest.y) < nearest.radius


def test_only_the_first_neurons_way_stands_out_on_a_brief_page() -> None:
    drawing = figure("8-8-8-4", 1, single=True).drawing
    assert states(drawing) == ["faint"] * 4 + ["faint"] * 4 + ["flow"] + ["faint"] * 3 + ["known"] * 4
    assert "dCost/dz8" in derivatives(drawing)
    assert "dCost/dz9" not in derivatives(drawing)
    into_outputs = {text_of(label) for label in shapes(drawing, Label) if text_of(label)[0] == "w"}
    assert into_outputs == {"w128", "w136", "w144", "w152"}  # 8·8 + 8·8 weights before; of eight each, the first


def test_a_deep_network_is_drawn_around_the_layer() -> None:
    texts = [text_of(label) for label in shapes(figure("2-3x8-1", 4).drawing, Label)]
    assert [text for text in texts if text.startswith(("hidden", "output", "input"))] == [
        *["hidden layer 4", "hidden layer 5", "hidden layer 6", "output"],
    ]
    assert "Layers farther away are left out." in words(figure("2-3x8-1", 4).caption)


def test_what_is_done_and_what_is_found_differ_in_more_than_colour() -> None:
    from derive.render.svg import svg

    names, _ = SHAPES["2-3-1"]()
    style = svg(figure("2-3-1", 0).drawing, names.symbols, "A.").partition("</style>")[0]
    (known,) = [line for line in style.splitlines() if line.startswith(".derive-drawing .known{")]
    assert "stroke-dasharray" in known
    (flow,) = [line for line in style.splitlines() if line.startswith(".derive-drawing .flow{")]
    assert "stroke-dasharray" not in flow
    assert "stroke-width:1.6" in flow


def test_the_blogs_words() -> None:
    output, hidden = figure("2-3-1", 1), figure("2-3-1", 0)
    assert words(output.caption) == (
        "The way back to layer 2. Against the direction of the forward pass, the arrows lead from the cost to the "
        "output O3, through the activation function to the net input z3, and on to the weights."
    )
    assert words(hidden.caption) == (
        "The way back to layer 1. What is dashed is done: dCost/dz3 is known, and used again. From there the heavy "
        "arrows lead, multiplying by a weight, to each output, through the activation function to its net input, and "
        "on to the weights."
    )
    assert hidden.alt == (
        "The network, faint but for the way from the cost back to layer 1. Dashed, because found before and now used "
        "again: the derivative of Cost with respect to z3. From there heavy arrows lead to O0, O1 and O2, then to z0, "
        "z1 and z2, and on to the weights w0 to w5. What this layer's steps find is written at the circles: the "
        "derivative of Cost with respect to each of these outputs and net inputs."
    )


def test_each_layer_of_the_backward_pass_begins_with_its_figure() -> None:
    blocks = write(derive.solve(derive.load(EXAMPLES / "blog-2-3-1.toml")).worked).blocks
    after = {
        block.anchor: following
        for block, following in pairwise(blocks)
        if isinstance(block, Heading) and block.anchor.startswith("backward-layer")
    }
    assert [(anchor, found.name) for anchor, found in after.items() if isinstance(found, Figure)] == [
        ("backward-layer-2", "path-layer-2"),
        ("backward-layer-1", "path-layer-1"),
    ]
