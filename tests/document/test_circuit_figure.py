"""The computation graph: its numbers against hand calculation in floats, and that nothing lies on anything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import exp, hypot
from pathlib import Path

import pytest

import derive
from derive.calculus.solution import Worked
from derive.document.blocks import Figure, Heading, Paragraph
from derive.document.figures.circuit_figure import computation_graph
from derive.document.figures.circuit_view import (
    Circuit,
    DrawnNeuron,
    Factor,
    WireNumbers,
    neuron_circuit,
    whole_circuit,
)
from derive.document.figures.drawing import Circle, Drawing, Label, Line, Rectangle
from derive.document.page import write
from derive.render.language import words
from derive.spec.starter import starter
from tests.document.geometry import (
    crossed_labels,
    crosses,
    distance,
    is_framed,
    lines_of,
    overlapping_labels,
    shapes,
    text_of,
)

EXAMPLES = Path(__file__).parents[2] / "examples"

#: Numbers of all sizes, in a network whose results span many decades.
EXTREME = """
[network]
inputs = [123456.789, -0.000012345]
targets = [1, 99999.5]
cost = "squared_error"
[[network.layers]]
activation = "tanh"
weights = [[1e-9, 12345.678], [-3.25e-7, 0.00009]]
biases = [-0.123456789, 1e-30]
[[network.layers]]
activation = "identity"
weights = [[123456, -1e12], [0.000000001, 7]]
[numbers]
{numbers}
{notation}
"""

SHAPES = ("1,1", "3,1", "1,3", "2,2", "2,2,2", "1,8,1", "2,3,2,1", "8,8,8,4", "20,12,9", "4,4,4,2")


def files() -> Iterator[tuple[str, str]]:
    for example in sorted(EXAMPLES.glob("*.toml")):
        yield example.stem, example.read_text()
    for shape in SHAPES:
        yield shape, starter("net", [int(size) for size in shape.split(",")], seed=3)
    layered = '[notation]\npreset = "layered"'
    named = '[notation]\nneurons = [["hidden1", "hidden2"], ["out1", "out2"]]\ncost = "E_total"'
    yield "extreme", EXTREME.format(numbers="significant = 4", notation=named)
    yield "extreme, long", EXTREME.format(numbers="decimals = 12", notation=layered)
    yield "extreme, each step", EXTREME.format(numbers='round = "each-step"\ndecimals = 3', notation="")


FILES = dict(files())


def solved(text: str, folder: Path) -> Worked:
    path = folder / "net.toml"
    path.write_text(text)
    return derive.solve(derive.load(path)).worked


@pytest.fixture(scope="module", params=FILES)
def drawings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Drawing]:
    solution = solved(FILES[request.param], tmp_path_factory.mktemp("net"))
    return [block.drawing for block in computation_graph(solution) if isinstance(block, Figure)]


def test_no_two_labels_overlap(drawings: list[Drawing]) -> None:
    assert [overlapping_labels(drawing) for drawing in drawings] == [[]] * len(drawings)


def test_no_label_lies_on_a_line(drawings: list[Drawing]) -> None:
    assert [crossed_labels(drawing) for drawing in drawings] == [[]] * len(drawings)


def test_they_fit_a_page_and_are_legible(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        assert is_framed(drawing)
        assert drawing.width <= 475
        assert drawing.height <= 440.01
        assert all(5.5 <= label.size <= 9 for label in shapes(drawing, Label))


def test_no_wire_runs_through_a_node(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        wires = [line for line in lines_of(drawing) if line.style == "edge"]
        for circle in shapes(drawing, Circle):
            if circle.style == "neuron":
                assert all(distance(wire, circle.x, circle.y) > circle.radius - 0.05 for wire in wires)
        for box in shapes(drawing, Rectangle):
            inside = (box.x + 0.1, box.y + 0.1, box.x + box.width - 0.1, box.y + box.height - 0.1)
            assert not any(crosses(wire, inside) for wire in wires)


def crossings(drawing: Drawing) -> int:
    """How many pairs of lines cross, away from their ends."""

    def side(line: Line, x: float, y: float) -> float:
        return (line.x2 - line.x1) * (y - line.y1) - (line.y2 - line.y1) * (x - line.x1)

    def cross(a: Line, b: Line) -> bool:
        return side(a, b.x1, b.y1) * side(a, b.x2, b.y2) < -1 and side(b, a.x1, a.y1) * side(b, a.x2, a.y2) < -1

    return sum(cross(a, b) for a, b in combinations([line for line in lines_of(drawing) if line.style == "edge"], 2))


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("blog-2-3-1", 0),  # a tree
        ("rectifier-2-4-1", 0),
        ("1,8,1", 0),
        ("2,2", 0),
        ("mazur-2-2-2", 1),  # each of two outputs goes to both of two neurons: one crossing cannot be avoided
        ("2,2,2", 1),
        ("4,4,4,2", 0),
    ],
)
def test_wires_cross_only_where_they_must(name: str, least: int, tmp_path: Path) -> None:
    figures = [figure for figure in computation_graph(solved(FILES[name], tmp_path)) if isinstance(figure, Figure)]
    assert figures
    for figure in figures:
        assert crossings(figure.drawing) == least


def wire(wire: WireNumbers) -> tuple[str, str]:
    return wire.value.text, wire.gradient.text if wire.gradient else ""


def all_wires(unit: DrawnNeuron) -> list[tuple[str, str]]:
    factors = [factor for factor in unit.factors if isinstance(factor, Factor)]
    inner = [part for factor in factors for part in (factor.incoming, factor.weighing, factor.product)]
    bias = [unit.bias[1]] if unit.bias else []
    return list(map(wire, (*inner, *bias, unit.net_input, unit.output)))


def test_the_blogs_numbers(tmp_path: Path) -> None:
    # seed/facts.md, "4 decimals"; the products are those of the net inputs, worked out by hand.
    circuit = whole_circuit(solved(FILES["blog-2-3-1"], tmp_path))
    (first, _, third), (output,) = circuit.columns
    assert all_wires(first) == [
        *[("2", ""), ("0.15", "-0.0058"), ("0.3", "-0.0029")],
        *[("9", ""), ("0.23", "-0.0261"), ("2.07", "-0.0029")],
        *[("0.5", "-0.0029"), ("2.87", "-0.0029"), ("0.9463", "-0.0568")],
    ]
    assert all_wires(third)[-1] == ("0.5374", "-0.0050")
    assert all_wires(output) == [
        *[("0.9463", "-0.0568"), ("0.9", "-0.0597"), ("0.85167", "-0.0631")],
        *[("0.9998", "0.0316"), ("-0.5", "-0.0631"), ("-0.4999", "-0.0631")],
        *[("0.5374", "-0.0050"), ("0.08", "-0.0339"), ("0.042992", "-0.0631")],
        *[("0.2", "-0.0631"), ("0.5948", "-0.0631"), ("0.6445", "-0.2755")],
    ]
    assert [factor.unit for factor in output.factors if isinstance(factor, Factor)] == [0, 1, 2]
    assert (circuit.goals[0].aim.text, circuit.goals[0].part) == ("0.92", None)
    assert wire(circuit.cost[1]) == ("0.0380", "1")


def mazur() -> Iterator[tuple[float, float]]:
    """Mazur's network in floats: the contribution of each output neuron to each hidden output, and their sum."""

    def sigmoid(z: float) -> float:
        return 1 / (1 + exp(-z))

    x, target = (0.05, 0.10), (0.01, 0.99)
    hidden = [sigmoid(w[0] * x[0] + w[1] * x[1] + 0.35) for w in ((0.15, 0.20), (0.25, 0.30))]
    weights = ((0.40, 0.45), (0.50, 0.55))
    outputs = [sigmoid(w[0] * hidden[0] + w[1] * hidden[1] + 0.60) for w in weights]
    deltas = [(o - y) * o * (1 - o) for o, y in zip(outputs, target, strict=True)]
    for k, (delta, w) in enumerate(zip(deltas, weights, strict=True)):
        for j in range(2):
            yield delta * w[j], hidden[j] * weights[k][j]


def test_several_ways_back_are_added(tmp_path: Path) -> None:
    circuit = whole_circuit(solved(FILES["mazur-2-2-2"], tmp_path))
    hidden, outputs = circuit.columns
    factors = [factor for unit in outputs for factor in unit.factors if isinstance(factor, Factor)]
    for factor, (contribution, product) in zip(factors, mazur(), strict=True):
        assert factor.incoming.gradient
        assert float(factor.incoming.gradient.text) == pytest.approx(contribution, rel=1e-3)
        assert float(factor.product.value.text) == pytest.approx(product, rel=1e-3)
    for position, unit in enumerate(hidden):
        assert unit.output.gradient
        total = sum(contribution for contribution, _ in list(mazur())[position::2])
        assert float(unit.output.gradient.text) == pytest.approx(total, rel=1e-3)
    assert [wire(goal.part)[1] for goal in circuit.goals if goal.part] == ["1", "1"]


def test_one_neuron_stands_for_all_of_a_large_network(tmp_path: Path) -> None:
    solution = solved(FILES["20,12,9"], tmp_path)
    names = [block.name for block in computation_graph(solution) if isinstance(block, Figure)]
    assert names == ["circuit-layer-1", "circuit-layer-2"]
    circuit = neuron_circuit(solution, 0)
    ((unit,),) = circuit.columns
    assert [factor if isinstance(factor, int) else 0 for factor in unit.factors] == [0, 0, 16, 0, 0]
    assert [branch if isinstance(branch, int) else branch[0].name for branch in circuit.branches] == [
        *["z12", "z13", 5, "z19", "z20"],
    ]
    assert circuit.goals == ()


def test_the_last_neuron_leads_to_the_cost(tmp_path: Path) -> None:
    circuit: Circuit = neuron_circuit(solved(FILES["layered-3-4-3-2"], tmp_path), 2)
    assert [other if isinstance(other, int) else other[0].name for other in circuit.others] == ["C_2"]
    assert [factor.source.name for factor in circuit.columns[0][0].factors if isinstance(factor, Factor)] == [
        *["a2_1", "a2_2", "a2_3"],
    ]


def test_values_stand_above_the_wires_and_derivatives_below(tmp_path: Path) -> None:
    (figure,) = [b for b in computation_graph(solved(FILES["blog-2-3-1"], tmp_path)) if isinstance(b, Figure)]
    level = [line for line in lines_of(figure.drawing) if line.style == "edge" and line.y1 == line.y2]
    numbers = [label for label in shapes(figure.drawing, Label) if text_of(label).strip("-")[0].isdigit()]
    # By hand: the wires of x, w, w·x twice, b, z and O thrice, then w and w·O thrice, b, z, O and the cost; all have
    # derivatives but the six of x.
    assert len(numbers) == 2 * (3 * 9 + 10) - 6
    for label in numbers:
        nearest = min(level, key=lambda line, at=label: distance(line, at.x, at.y))
        assert nearest.x1 < label.x < nearest.x2
        assert (label.y > nearest.y1) == (label.tone == "derivative"), text_of(label)
        assert hypot(0, label.y - nearest.y1) < label.size


def test_the_section_says_how_to_read_it(tmp_path: Path) -> None:
    heading, reading, figure = computation_graph(solved(FILES["blog-2-3-1"], tmp_path))
    assert isinstance(heading, Heading)
    assert isinstance(reading, Paragraph)
    assert isinstance(figure, Figure)
    assert "above each line stands the value" in words(reading.content)
    assert "below each line stands the derivative of the cost" in words(reading.content)
    assert "branches" not in words(reading.content)
    assert words(figure.caption) == (
        "The computation graph: values above the lines, derivatives of the cost below. "
        "An input stands at each neuron that reads it. "
        "Inputs and targets are given, so that no derivative is asked for there."
    )
    assert "Neuron 0: 0.3, 2.07 and the bias 0.5 add up to 2.87, from which the activation makes 0.9463." in figure.alt
    assert "−0.2755 at its output, −0.0631 at its net input" in figure.alt
    _, reading, instead, *_ = computation_graph(solved(FILES["4,4,4,2"], tmp_path))
    assert isinstance(reading, Paragraph)
    assert isinstance(instead, Paragraph)
    assert "branches of a line is added up" in words(reading.content)
    assert words(instead.content) == (
        "The whole network would be too large to read, so a neuron of the last hidden layer and an output neuron stand "
        "for all."
    )


def test_it_stands_before_the_table_of_gradients() -> None:
    blocks = write(derive.solve(derive.load(EXAMPLES / "blog-2-3-1.toml")).worked).blocks
    sections = [block.anchor for block in blocks if isinstance(block, Heading) and block.level == 1]
    assert sections[sections.index("gradients") - 1] == "computation-graph"
