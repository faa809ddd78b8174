from __future__ import annotations

from itertools import combinations
from math import hypot

import pytest

from derive.document.figures.drawing import Circle, Drawing, Label, Line
from derive.document.figures.network_figure import network_alt, network_figure
from derive.expression.tree import Name, Number
from derive.model.feedforward import Feedforward
from tests.document.geometry import box, crossed_labels, distance, is_framed, overlapping_labels, shapes, text_of
from tests.document.networks import BLOG, SHAPES, Numbered, blog, numbered

#: Letters must be at least so large, in points, and a drawing no wider than the text on A4.
LEGIBLE, TEXT_WIDTH, TEXT_HEIGHT = 7.0, 475, 612

#: Shapes whose weights all have values, of eight characters; 64 of them in a column would be too small to read.
LABELLED = [name for name in SHAPES if not any(part in name for part in ("8-8-8-4", "long", "12-", "784", "x"))]


@pytest.fixture(params=SHAPES)
def drawn(request: pytest.FixtureRequest) -> Drawing:
    return draw(SHAPES[request.param]())


def draw(network: Numbered) -> Drawing:
    names, shown = network
    return network_figure(names.network, shown)[0]


def weights_in(drawing: Drawing) -> list[Label]:
    """The labels that stand in a column of weights: what is neither words, nor in a circle, nor above one."""
    columns = {circle.x for circle in shapes(drawing, Circle)}
    return [label for label in shapes(drawing, Label) if not isinstance(label.content, str) and label.x not in columns]


def test_no_two_labels_overlap(drawn: Drawing) -> None:
    assert overlapping_labels(drawn) == []


def test_no_label_lies_on_a_line(drawn: Drawing) -> None:
    # The line across a circle runs between the descenders and the capitals of the two lines of text.
    assert crossed_labels(drawn) == []


def test_no_edge_runs_through_a_circle(drawn: Drawing) -> None:
    edges = [line for line in shapes(drawn, Line) if line.style != "quiet"]
    for circle in shapes(drawn, Circle):
        assert all(distance(edge, circle.x, circle.y) > circle.radius - 0.05 for edge in edges)


def test_circles_keep_apart(drawn: Drawing) -> None:
    circles = [circle for circle in shapes(drawn, Circle) if circle.style != "quiet"]
    assert all(hypot(a.x - b.x, a.y - b.y) > a.radius + b.radius + 2 for a, b in combinations(circles, 2))


def test_labels_in_a_circle_keep_within_it(drawn: Drawing) -> None:
    circles = [circle for circle in shapes(drawn, Circle) if circle.style != "quiet"]
    for label in shapes(drawn, Label):
        left, top, right, bottom = box(label)
        for circle in circles:
            if hypot(label.x - circle.x, label.y - circle.y) < circle.radius:
                corners = [(x, y) for x in (left, right) for y in (top, bottom)]
                assert all(hypot(x - circle.x, y - circle.y) < circle.radius for x, y in corners), text_of(label)


def test_everything_lies_within_the_frame(drawn: Drawing) -> None:
    assert is_framed(drawn)


def test_it_fits_a_page_and_is_legible(drawn: Drawing) -> None:
    assert drawn.width <= TEXT_WIDTH + 0.01
    assert drawn.height <= TEXT_HEIGHT + 0.01
    assert {label.size for label in shapes(drawn, Label)} == {min(label.size for label in shapes(drawn, Label))}
    assert all(LEGIBLE <= label.size <= 9 for label in shapes(drawn, Label))


@pytest.mark.parametrize("shape", LABELLED)
def test_every_weight_has_its_value(shape: str) -> None:
    names, shown = SHAPES[shape]()
    values = [text_of(label) for label in weights_in(draw((names, shown)))]
    weights = tuple(names.network.weights)
    assert values in ([f"{weight} = {shown[weight]}" for weight in weights], [shown[weight] for weight in weights])


def test_weights_have_their_names_where_letters_stay_large() -> None:
    assert [text_of(label) for label in weights_in(draw(blog()))][:2] == ["w0 = 0.15", "w1 = 0.23"]
    crowded = draw(numbered(8, 8, 8))
    assert all(isinstance(label.content, Number) for label in weights_in(crowded))


def test_the_blogs_network() -> None:
    drawing = draw(blog())
    texts = [text_of(label) for label in shapes(drawing, Label)]
    assert [text for text in texts if " = " in text] == [
        *["x0 = 2", "x1 = 9"],
        *["w0 = 0.15", "w1 = 0.23"],
        *["b0 = 0.5", "z0 = 2.87", "O0 = 0.9463"],
        *["w2 = 0.5", "w3 = 0.8"],
        *["b1 = 0.5", "z1 = 8.7", "O1 = 0.9998"],
        *["w4 = 0.05", "w5 = -0.05"],
        *["b2 = 0.5", "z2 = 0.15", "O2 = 0.5374"],
        *["w6 = 0.9", "w7 = -0.5", "w8 = 0.08"],
        *["b3 = 0.2", "z3 = 0.5948", "O3 = 0.6445"],
        "y = 0.92",
    ]
    assert texts[-4:] == ["inputs", "hidden layer", "output", "target"]
    styles = [circle.style for circle in shapes(drawing, Circle)]
    assert styles == ["input", "input", "neuron", "neuron", "neuron", "output", "target"]
    assert [line.style for line in shapes(drawing, Line) if line.arrow] == ["bias"] * 4


def test_weights_stand_in_the_order_of_their_sources() -> None:
    values = weights_in(draw(blog()))
    into_output = values[-3:]
    assert [text_of(label) for label in into_output] == [f"{name} = {BLOG[name]}" for name in ("w6", "w7", "w8")]
    assert into_output[0].y < into_output[1].y < into_output[2].y
    assert len({label.x for label in into_output}) == 1


def test_the_same_network_is_drawn_the_same() -> None:
    assert draw(numbered(4, 4, 2)) == draw(numbered(4, 4, 2))


def test_a_shared_bias_has_its_number_once() -> None:
    names, shown = numbered(2, 3, 2, biases="shared", values=["0.35"])
    texts = [text_of(label) for label in shapes(draw((names, shown)), Label)]
    assert texts.count("b0 = 0.35") == 1
    assert texts.count("b0") == 3
    assert texts.index("b0 = 0.35") == texts.index("hidden layer") + 1
    assert "A bias that a layer shares has its value above the column." in network_figure(names.network, shown)[1]


def test_no_bias_no_arrow() -> None:
    names, shown = numbered(2, 2, biases="none")
    assert not any(line.arrow for line in shapes(draw((names, shown)), Line))
    assert "bias" not in network_figure(names.network, shown)[1]
    assert "bias" not in network_alt(names.network, shown)


def test_long_numbers_are_rounded_and_the_caption_says_so() -> None:
    names, shown = numbered(1, 1, values=["0.593269992"])
    texts = [text_of(label) for label in shapes(draw((names, shown)), Label)]
    assert "O0 ≈ 0.5933" in texts
    assert "w0 ≈ 0.5933" in texts
    _, caption = network_figure(names.network, shown)
    assert caption.endswith("Longer numbers are rounded to four significant digits here.")
    assert "rounded" not in network_figure(*_short())[1]
    assert "the weight 0.593269992" in network_alt(names.network, shown)


def _short() -> tuple[Feedforward, dict[str, str]]:
    names, shown = numbered(1, 1, values=["-1.234e-5"])
    return names.network, shown


def test_quantities_without_numbers_are_drawn_by_name() -> None:
    names, shown = blog()
    given = {name: text for name, text in shown.items() if name[0] in "wb"}
    contents = [label.content for label in shapes(network_figure(names.network, given)[0], Label)]
    assert {Name(name) for name in ("x0", "z3", "O3", "y")} <= {c for c in contents if isinstance(c, Name)}
    assert network_figure(names.network, given)[1].startswith("The network. ")
    assert "its net input is called z0 and its output is called O0." in network_alt(names.network, given)


def test_large_layers_are_elided() -> None:
    names, shown = numbered(784, 30, 10)
    drawing = draw((names, shown))
    texts = [text_of(label) for label in shapes(drawing, Label)]
    assert [text for text in texts if text.endswith("in all")] == ["784 in all", "30 in all", "10 in all", "10 in all"]
    # Three at either end would not be legible, with numbers of eight characters.
    assert {"x0", "x1", "x782", "x783", "O39", "y9"} <= set(texts)
    assert not {"x2", "x781", "O2", "y2"} & set(texts)
    assert sum(circle.style == "input" for circle in shapes(drawing, Circle)) == 4
    assert sum(line.style == "edge" for line in shapes(drawing, Line)) == 2 * 4 * 4


def test_the_caption_says_what_is_left_out() -> None:
    names, shown = numbered(784, 30, 10)
    caption = network_figure(names.network, shown)[1]
    assert (
        "Of 784 inputs, 30 neurons of the hidden layer and ten outputs, only the first two and the last two" in caption
    )
    assert caption.endswith("The values of the weights are left out: there are too many connections to label.")
    names, shown = numbered(12, 5, 3)
    caption = network_figure(names.network, shown)[1]
    assert "Of twelve inputs, only" in caption
    assert caption.endswith(
        "Where more than eight connections lead to a neuron, the values of their weights are left out."
    )


def test_layers_in_the_middle_are_left_out() -> None:
    names, shown = numbered(2, *[2] * 8, 1, values=["0.5"])
    texts = [text_of(label) for label in shapes(draw((names, shown)), Label)]
    left_out = next(text for text in texts if text.endswith("more layers"))
    heads = [text for text in texts if text.startswith("hidden ")]
    assert (heads, left_out) == (["hidden layer 1", "hidden layer 2", "hidden layer 8"], "5 more layers")
    assert "The figure leaves out five layers in the middle." in network_figure(names.network, shown)[1]


def test_the_blogs_caption() -> None:
    names, shown = blog()
    assert network_figure(names.network, shown)[1] == (
        "The network after the forward pass. "
        "The circle of a neuron holds its net input and, below the line, its output; "
        "before it stand the weights of its connections, the arrow from above is its bias. "
        "The dashed circle holds the target."
    )


def test_the_blogs_description() -> None:
    names, shown = blog()
    assert network_alt(names.network, shown) == (
        "A dense neural network with two inputs, three neurons in the hidden layer and one neuron in the output layer. "
        "The inputs are given: x0 is 2 and x1 is 9. "
        "Neuron 0 receives x0 with the weight 0.15, x1 with the weight 0.23 and the bias 0.5; "
        "its net input z0 is 2.87 and its output O0 is 0.9463. "
        "Neuron 1 receives x0 with the weight 0.5, x1 with the weight 0.8 and the bias 0.5; "
        "its net input z1 is 8.7 and its output O1 is 0.9998. "
        "Neuron 2 receives x0 with the weight 0.05, x1 with the weight −0.05 and the bias 0.5; "
        "its net input z2 is 0.15 and its output O2 is 0.5374. "
        "Neuron 3 receives O0 with the weight 0.9, O1 with the weight −0.5, O2 with the weight 0.08 and the bias 0.2; "
        "its net input z3 is 0.5948 and its output O3 is 0.6445. "
        "The output O3 is 0.6445; its target y is 0.92."
    )


def test_a_large_network_is_described_briefly() -> None:
    names, shown = numbered(784, 30, 10, values=["-1.5e-7"])
    description = network_alt(names.network, shown)
    assert "with 784 inputs, 30 neurons in the hidden layer and ten neurons in the output layer." in description
    assert "x2 is −1.5 times 10 to the power −7, 778 more in between, x781 is" in description
    assert "weights and 40 biases, which are not read out here." in description
    assert "Four more outputs come in between." in description
    assert "w0" not in description


def test_a_deep_network_is_described_briefly() -> None:
    names, shown = numbered(2, *[3] * 8, 1)
    assert network_alt(names.network, shown).startswith(
        "A dense neural network with two inputs, nine layers of 25 neurons in all and one output. "
    )
