"""The graph of operations: its numbers against published ones and against what a reader makes of the drawing in floats,
and that nothing lies on anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, log, prod, sqrt, tanh
from pathlib import Path

import pytest

import derive
from derive.calculus.solution import Worked
from derive.document.blocks import Figure, Heading, Paragraph
from derive.document.figures.circuit_figure import computation_graph
from derive.document.figures.drawing import Circle, Drawing, Label, Polyline, Rectangle
from derive.document.figures.layering import layered
from derive.document.figures.operation_figure import operation_figures
from derive.document.figures.operation_layout import drawn
from derive.document.figures.operation_view import Node, OperationGraph, operation_graph
from derive.document.figures.operations import definitions, operations
from derive.expression.plain import plain
from derive.expression.tree import Name, Number
from derive.render.language import words
from tests.document.circuits import CIRCUIT, MICROGRAD, NEURON, PATTERNS, file, random_model, tree, worked
from tests.document.geometry import crossed_labels, crosses, is_framed, lines_of, overlapping_labels, shapes, text_of
from tests.document.test_circuit_figure import crossings

MODELS = Path(__file__).parents[1] / "models"

#: As many digits as labels have.
PRECISE = "significant = 10"


def graph_of(solution: Worked) -> OperationGraph:
    result = solution.model.graph.result
    found = operations(solution, result, 99)
    assert found is not None
    return operation_graph(solution, result, found)


def figures(solution: Worked) -> list[Figure]:
    return [block for block in computation_graph(solution) if isinstance(block, Figure)]


def wires(graph: OperationGraph) -> dict[str, tuple[float, float | None]]:
    """By name or face, what stands above and below the wire behind each node."""
    return {
        node.operation.name or str(node.operation.face): (
            float(node.wire.value.text),
            None if node.wire.gradient is None else float(node.wire.gradient.text),
        )
        for node in graph.nodes
    }


def test_the_first_circuit_of_cs231n() -> None:
    graph = graph_of(worked(*CIRCUIT))
    assert wires(graph) == {"x": (-2, -4), "y": (5, -4), "z": (-4, 3), "q": (3, -4), "f": (-12, 1)}
    assert [node.operation.face for node in graph.nodes if node.links] == ["+", "·"]


def test_the_sigmoid_neuron_of_cs231n() -> None:
    graph = graph_of(worked(*NEURON))
    published = [
        *[("w0", 2, -0.20), ("x0", -1, 0.39), ("·", -2, 0.20), ("w1", -3, -0.39), ("x1", -2, -0.59), ("·", 6, 0.20)],
        *[("w2", -3, 0.20), ("+", 1, 0.20), ("−u", -1, -0.20), ("exp", 0.37, -0.53), ("+1", 1.37, -0.53)],
        ("f", 0.73, 1.00),
    ]
    found = [
        (node.operation.name or node.operation.face, float(node.wire.value.text), float(node.wire.gradient.text))
        for node in graph.nodes
        if node.wire.gradient
    ]
    assert [name for name, _, _ in found] == [name for name, _, _ in published]
    for (_, value, gradient), (_, above, below) in zip(found, published, strict=True):
        assert (value, gradient) == pytest.approx((above, below), abs=0.006)


def test_the_gates_of_cs231n() -> None:
    # "add gate" hands on, "max gate" routes, "mul gate" switches: -8, 6, 2, 0 at x, y, z, w; 2 within, 1 at the end.
    found = wires(graph_of(worked(*PATTERNS)))
    assert [found[name] for name in ("x", "y", "z", "w")] == [(3, -8), (-4, 6), (2, 2), (-1, 0)]
    assert (found["·"], found["max"], found["+"], found["f"]) == ((-12, 2), (2, 2), (-10, 2), (-20, 1))


def test_what_comes_back_on_branches_is_added() -> None:
    # (x + y) max(y, z), from CS224n's notes: df/dy = 2 + 3
    graph = graph_of(worked({"x": "1", "y": "2", "z": "0"}, ["a = x + y", "b = max(y, z)", "f = a*b"]))
    assert wires(graph)["y"] == (2, 5)
    assert [graph.nodes[index].operation.name for index in graph.forked] == ["y"]
    branches = [link.wire for node in graph.nodes for link in node.links if link.wire]
    assert [(wire.value.text, wire.gradient.text) for wire in branches if wire.gradient] == [("2", "2"), ("2", "3")]


def test_the_example_of_micrograd() -> None:
    found = wires(graph_of(worked(*MICROGRAD, numbers=PRECISE)))
    assert found["g"] == (pytest.approx(24.7041, abs=0.005), 1)
    assert found["a"] == (-4, pytest.approx(138.8338, rel=1e-3))
    assert found["b"] == (2, pytest.approx(645.5773, rel=1e-3))


def test_no_derivative_stands_where_none_is_asked_for() -> None:
    found = wires(graph_of(worked({"w": "2", "x": "3", "y": "1"}, ["E = (w*x - y)**2"], ["w"])))
    assert found == {"w": (2, 30), "x": (3, None), "·": (6, 10), "y": (1, None), "−": (5, 10), "E": (25, 1)}


def test_within_a_formula_nothing_is_rounded() -> None:
    # By hand, two decimals at each step: q = 1.11 · 1.3 = 1.443, 1.44 is carried; in f stand 1.44² = 2.0736 and
    # 2.0736 + 0.005; on each of the two ways back to q comes 1.44.
    numbers = 'round = "each-step"\ndecimals = 2'
    graph = graph_of(worked({"x": "1.11", "y": "1.3", "c": "0.005"}, ["q = x*y", "f = q*q + c"], numbers=numbers))
    found = {node.operation.name or str(node.operation.face): node.wire for node in graph.nodes}
    assert (found["q"].value.text, found["·"].value.text, found["f"].value.text) == ("1.44", "2.0736", "2.08")
    assert found["q"].gradient == Number("2.88")
    branches = [link.wire for node in graph.nodes for link in node.links if link.wire]
    assert [wire.gradient for wire in branches] == [Number("1.44")] * 2


# What a reader makes of the drawing.

FUNCTIONS: dict[str, Callable[..., float]] = {
    "+": lambda *parts: sum(parts),
    "·": lambda *parts: prod(parts),
    "−": lambda a, b: a - b,
    "÷": lambda a, b: a / b,
    "=": lambda a: a,
    "exp": exp,
    "ln": log,
    "tanh": tanh,
    "sqrt": sqrt,
    "max": max,
    "max(0, x)": lambda x: max(0.0, x),
    "−x": lambda x: -x,
    "x²": lambda x: x**2,
    "x³": lambda x: x**3,
}


def meaning(face: str) -> Callable[..., float]:
    """What an operation does, from what stands in it."""
    if face in FUNCTIONS:
        return FUNCTIONS[face]
    number = sum(map(float, re.findall(r"[\d.]+", face)))
    for pattern, does in (
        (r"\+[\d.]+|\+\([\d. +]+\)", lambda x: x + number),
        (r"−[\d.]+", lambda x: x - number),
        (r"×[\d.]+", lambda x: x * number),
        (r"/[\d.]+", lambda x: x / number),
        (r"[\d.]+/x", lambda x: number / x),
        (r"[\d.]+ − x", lambda x: number - x),
    ):
        if re.fullmatch(pattern, face):
            return does
    raise AssertionError(face)


def run(nodes: Sequence[Node], nudged: tuple[int, int | None] | None = None, by: float = 0.0) -> list[float]:
    """What each node makes; with what one makes, or what one link takes, changed a little."""
    made: list[float] = []
    for index, node in enumerate(nodes):
        taken = [made[link.source] + (by if nudged == (index, place) else 0.0) for place, link in enumerate(node.links)]
        face = str(node.operation.face)
        if node.operation.letter:  # whichever is free stands for the argument
            face = re.sub(rf"(?<![a-z]){node.operation.letter}(?![a-z])", "x", face)
        value = meaning(face)(*taken) if taken else float(node.wire.value.text)
        made.append(value + (by if nudged == (index, None) else 0.0))
    return made


@pytest.mark.parametrize("seed", range(60))
def test_a_reader_finds_every_number(seed: int) -> None:
    given, equations = random_model(seed, cases=False)
    given = {name: f"{float(text):.2f}" for name, text in given.items()}  # no longer than a label
    graph = graph_of(worked(given, equations, numbers=PRECISE))
    nodes, step = graph.nodes, 1e-6

    def slope(nudged: tuple[int, int | None]) -> float:
        above, below = (run(nodes, nudged, by)[-1] for by in (step, -step))
        return (above - below) / (2 * step)

    for index, (node, value) in enumerate(zip(nodes, run(nodes), strict=True)):
        assert float(node.wire.value.text) == pytest.approx(value, rel=1e-3, abs=1e-9)
        if node.wire.gradient:
            assert float(node.wire.gradient.text) == pytest.approx(slope((index, None)), rel=2e-3, abs=1e-6)
        for place, link in enumerate(node.links):
            if link.wire and link.wire.gradient:
                expected = slope((index, place))
                assert float(link.wire.gradient.text) == pytest.approx(expected, rel=2e-3, abs=1e-6)


# Where things stand.


def check(drawing: Drawing) -> None:
    assert overlapping_labels(drawing) == []
    assert crossed_labels(drawing) == []
    assert is_framed(drawing)
    assert drawing.width <= 475
    assert drawing.height <= 440.01
    assert all(6.99 <= label.size <= 8.51 for label in shapes(drawing, Label))
    wires = [line for line in lines_of(drawing) if line.style == "edge"]
    for circle in shapes(drawing, Circle):
        if circle.style == "neuron":
            inside = (*(at - 0.6 * circle.radius for at in (circle.x, circle.y)),)
            assert not any(crosses(wire, (*inside, inside[0] + 1, inside[1] + 1)) for wire in wires)
    for box in shapes(drawing, Rectangle):
        area = (box.x + 0.1, box.y + 0.1, box.x + box.width - 0.1, box.y + box.height - 0.1)
        assert not any(crosses(wire, area) for wire in wires)


@pytest.mark.parametrize("seed", range(100))
def test_nothing_lies_on_anything(seed: int) -> None:
    given, equations = random_model(seed)
    numbers = ("", "significant = 9", 'round = "each-step"\ndecimals = 3')[seed % 3]
    solution = worked(given, equations, numbers=numbers)
    for figure in figures(solution):
        check(figure.drawing)
    found = definitions(solution, frozenset(solution.model.graph.definitions), 99)
    assert found is not None
    everything = operation_graph(solution, "result", found)
    by_equations = drawn(everything)
    assert by_equations is not None
    check(by_equations[0])


@pytest.mark.parametrize("seed", range(40))
def test_wires_of_a_tree_do_not_cross(seed: int) -> None:
    for figure in figures(worked(*tree(seed))):
        assert crossings(figure.drawing) == 0


def test_a_chain_runs_straight() -> None:
    (figure,) = figures(worked({"x": "0.5"}, ["f = 1/(1 + exp(-tanh(x)))"]))
    assert len({y for wire in shapes(figure.drawing, Polyline) for _, y in wire.points}) == 1


def test_the_ranks_are_those_of_the_longest_way() -> None:
    # 0 → 1 → 2 → 4 and 3 → 4: the number 3 stands right before what takes it.
    plan = layered([[], [0], [1], [], [2, 3]], (), (), lambda *_: (0.5, 0.5))
    assert plan.ranks == ((0,), (1,), (2, 3), (4,))
    assert plan.heights[0] == plan.heights[1] == plan.heights[2]
    assert plan.heights[4] == (plan.heights[2] + plan.heights[3]) / 2
    # A wire over several ranks has a place in each.
    plan = layered([[], [0], [1], [2, 0]], {0}, (), lambda *_: (0.5, 0.5))
    assert [len(way.places) for way in plan.ways] == [1, 0, 0, 3]


def test_the_upper_line_of_a_difference_comes_first() -> None:
    # 0 − 1 and 1 − 0 in one graph: both cannot be had without a crossing, which is taken.
    plan = layered([[], [], [0, 1], [1, 0], [2, 3]], {0, 1}, {2, 3}, lambda *_: (0.5, 0.5))
    for node in (2, 3):
        first, second = (way.places[-1] for way in plan.ways if way.node == node)
        assert plan.heights[first] < plan.heights[second]
    (figure,) = figures(worked({"x": "2", "y": "3"}, ["f = (x - y)*(y - x)"]))
    assert "upper line comes first" in words(figure.caption)
    assert not any("upper" in text_of(label) for label in shapes(figure.drawing, Label))


def test_a_long_graph_is_drawn_in_rows() -> None:
    (figure,) = figures(worked(*MICROGRAD))
    check(figure.drawing)
    assert "What a row takes from those above it comes in at its left, by its name; what comes back" in words(
        figure.caption
    )
    names = [label.content.name for label in shapes(figure.drawing, Label) if isinstance(label.content, Name)]
    assert names.count("a") == names.count("b") == 2  # which two rows take
    # As many operations as in the formulas, counted by hand, equation by equation.
    graph = graph_of(worked(*MICROGRAD))
    counted = [1, 3, 2, 3, 4, 4, 1, 1, 1, 2]
    assert sum(bool(node.links) for node in graph.nodes) == sum(counted)


# What is drawn, and what is said of it.


def test_the_section_says_how_to_read_it() -> None:
    heading, reading, figure = computation_graph(worked(*CIRCUIT))
    assert isinstance(heading, Heading)
    assert isinstance(reading, Paragraph)
    assert isinstance(figure, Figure)
    assert "below each line stands the derivative of f with respect to that value" in words(reading.content)
    assert "branches" not in words(reading.content)
    assert words(figure.caption) == "The computation graph: values above the lines, derivatives of f below."
    assert figure.alt == (
        "A computation graph of f, with its values and derivatives. "
        "Quantity q: the sum of x (−2) and y (5) is 3, with the derivative −4. "
        "Quantity f: the product of q (3) and z (−4) is −12, with the derivative 1. "
        "At what comes in the derivative is −4 at x, −4 at y and 3 at z."
    )


def test_of_more_operations_every_equation_is_a_box() -> None:
    many = [f"q{index} = tanh({index}.5*x + 1/y)" for index in range(8)]
    solution = worked({"x": "1.1", "y": "0.9"}, [*many, f"f = {' + '.join(f'q{index}' for index in range(8))}"])
    _, reading, figure = computation_graph(solution)
    assert isinstance(reading, Paragraph)
    assert isinstance(figure, Figure)
    assert "Single operations would be too many to read" in words(reading.content)
    check(figure.drawing)
    boxes = [label for label in shapes(figure.drawing, Label) if isinstance(label.content, Name)]
    assert {plain(label.content) for label in boxes} >= {"q0", "q7", "f"}


def test_of_a_long_model_the_end_is_drawn() -> None:
    chain = ["h0 = tanh(x)", *(f"h{index} = tanh(h{index - 1})*x" for index in range(1, 60))]
    _, reading, figure = computation_graph(worked({"x": "0.7"}, chain))
    assert isinstance(reading, Paragraph)
    assert isinstance(figure, Figure)
    assert "so its end is drawn, the last twelve equations" in words(reading.content)
    assert "h59" in {text_of(label).split(" ")[0] for label in shapes(figure.drawing, Label)}
    check(figure.drawing)


def test_what_cannot_be_read_is_left_out() -> None:
    given = {f"x{index}": "0.5" for index in range(80)}
    equations = ["a = 2*x0", f"f = a + {' + '.join(given)}"]
    _, instead = computation_graph(worked(given, equations))
    assert isinstance(instead, Paragraph)
    assert words(instead.content) == ("The computation graph of f is too large to be drawn so that it can be read.")


def test_each_quantity_that_is_differentiated_has_its_graph() -> None:
    text = file({"x": "2", "y": "3"}, ["a = x*y", "f = a + x", "g = a - y"]).replace(
        "[model]", '[model]\nof = ["f", "g"]'
    )
    first, second = figures(derive.solve(derive.loads(text)).worked)
    assert (first.name, second.name) == ("circuit", "circuit-2")
    # By hand: df/dx = y + 1, df/dy = x; dg/dx = y, dg/dy = x − 1.
    assert first.alt.endswith("At what comes in the derivative is 4 at x and 2 at y.")
    assert second.alt.endswith("At what comes in the derivative is 3 at x and 1 at y.")


def test_of_a_forward_pass_only_values_are_drawn() -> None:
    text = file({"x": "2", "y": "3"}, ["f = x*y + x"]).replace("[model]", "[model]\nof = []")
    _, reading, figure = computation_graph(derive.solve(derive.loads(text)).worked)
    assert isinstance(reading, Paragraph)
    assert isinstance(figure, Figure)
    assert "derivative" not in words(reading.content) + words(figure.caption) + figure.alt
    assert not any(label.tone == "derivative" for label in shapes(figure.drawing, Label))
    check(figure.drawing)


def test_a_function_of_the_catalogue_is_one_operation() -> None:
    # By hand: p = 1/2, and dp/dz = p(1 − p) = 1/4.
    found = wires(graph_of(worked({"w": "0", "x": "3"}, ["z = w*x", "p = sigmoid(z)", "f = 2*p"], ["w"])))
    assert found == {"w": (0, 1.5), "x": (3, None), "z": (0, 0.5), "p": (0.5, 2), "f": (1, 1)}


@pytest.mark.parametrize("stem", ["gan", "elman", "gomez-lstm", "attention", "conv2d", "bce-logits", "literal-matrix"])
def test_larger_models_have_a_graph(stem: str) -> None:
    network = derive.load(MODELS / f"{stem}.toml")
    # A recurrent one is drawn with its columns; this is what it has where these do not fit.
    found = [block for block in operation_figures(derive.solve(network).worked) if isinstance(block, Figure)]
    assert len(found) == len(network.model.graph.results)
    for figure in found:
        check(figure.drawing)


def test_a_dense_network_keeps_its_neurons() -> None:
    solution = derive.solve(derive.load(Path(__file__).parents[2] / "examples" / "blog-2-3-1.toml")).worked
    (figure,) = figures(solution)
    assert figure.wires == ()
    assert figure.alt.startswith("A computation graph of the whole network")


def test_numbers_have_room_to_change() -> None:
    (figure,) = figures(worked(*CIRCUIT))
    for label in shapes(figure.drawing, Label):
        if isinstance(label.content, Number | tuple):
            assert label.room >= 3 * label.size  # six digits, each half as wide as high


def test_names_of_quantities_stand_on_their_wires() -> None:
    (figure,) = figures(worked(*CIRCUIT))
    pairs = [text_of(label) for label in shapes(figure.drawing, Label) if isinstance(label.content, tuple)]
    assert pairs == ["q = 3", "f = -12"]
    level = [wire.points for wire in shapes(figure.drawing, Polyline)]
    assert all(one[0] < other[0] for points in level for one, other in pairwise(points))


@pytest.mark.parametrize(
    ("names", "letter"),
    [(("x", "w"), "u"), (("x_hat", "u1"), "t"), (("y", "w"), "x"), (("x0", "lambda"), "u")],
)
def test_no_quantity_looks_like_what_stands_for_the_argument_in_a_box(names: tuple[str, str], letter: str) -> None:
    solution = worked(dict.fromkeys(names, "2"), [f"f = 1/({names[0]}*{names[1]})"])
    (figure,) = figures(solution)
    faces = [node.operation.face for node in graph_of(solution).nodes if node.links]
    assert faces == ["·", f"1/{letter}"]
    assert f"In a box, {letter} stands for what comes in." in words(figure.caption)
