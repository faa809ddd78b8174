"""The unrolled graph: what stands in its columns and what is joined, against the equations as a reader sees them, and
that nothing lies on anything and nothing is too small to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import derive
from derive.calculus.solution import Worked
from derive.document.blocks import Figure
from derive.document.figures.circuit_figure import computation_graph
from derive.document.figures.drawing import Circle, Drawing, Label, Line, Polyline, Rectangle
from derive.document.figures.unrolled.unrolled_figure import is_unrolled
from derive.document.figures.unrolled.unrolled_view import Unrolled, UnrolledForm, unrolled
from tests.document.geometry import box, crosses, is_framed, overlapping_labels, shapes, text_of

EXAMPLES = Path(__file__).parents[2] / "examples"

CHAIN = """
[given]
x = {x}
"h[0]" = 0.5
[parameters]
w = 0.8
[index]
t = "1..{steps}"
[model]
equations = '''
h[t] = tanh(w*h[t-1] + x[t])
C = h[{steps}]**2
'''
"""
BACKWARDS = """
[given]
r = [1, 2, 3]
"G[4]" = 0
[parameters]
gamma = 0.5
[index]
t = "1..3"
[model]
equations = '''
G[t] = r[t] + gamma*G[t+1]
V = G[1]**2
'''
"""


def chain(steps: int) -> Worked:
    return solved(CHAIN.format(x=[0.1 * (step + 1) for step in range(steps)], steps=steps))


def solved(text: str) -> Worked:
    return derive.solve(derive.loads(text)).worked


def example(name: str) -> Worked:
    return derive.solve(EXAMPLES / f"{name}.toml").worked


def view_of(solution: Worked, form: UnrolledForm) -> Unrolled:
    view = unrolled(solution, form)
    assert view is not None
    return view


def figure_of(solution: Worked) -> Figure:
    (figure,) = (block for block in computation_graph(solution) if isinstance(block, Figure))
    return figure


def columns(view: Unrolled) -> list[list[list[str]]]:
    return [[[item.name for item in box.items] for box in column.boxes] for column in view.columns]


def test_a_recurrent_network_has_a_column_for_each_step_with_its_net_input() -> None:
    view = view_of(example("recurrent-3-steps"), UnrolledForm(inner=True, numbers=True, whole=True))
    assert columns(view) == [
        [[f"x[{t}]"], [f"z[{t}]"], [f"h[{t}]"], [f"y[{t}]"], [f"E[{t}]"], [f"target[{t}]"]] for t in (1, 2, 3)
    ]
    assert [item.name for item in view.before] == ["h[0]"]
    assert [[item.name for item in box.items] for box in view.after] == [["E"]]
    assert view.shared == ("W", "U", "b", "V")


def test_the_gates_of_an_lstm_stand_side_by_side_and_hand_on_two_states() -> None:
    view = view_of(example("lstm-2-steps"), UnrolledForm(inner=False, numbers=True, whole=True))
    for t, column in enumerate(columns(view), start=1):
        gates = [f"{gate}[{t}]" for gate in "aifo"]
        assert column == [[f"x[{t}]"], gates, [f"c[{t}]"], [f"h[{t}]"], [f"E[{t}]"], [f"label[{t}]"]]
    assert [item.name for item in view.before] == ["h[0]", "c[0]"]
    # Gomez prints these: https://medium.com/@aidangomez/let-s-do-this-f9b699de31d9
    entries = {item.name: item.entries[0] for column in view.columns for box in column.boxes for item in box.items}
    assert float(entries["h[2]"].value.text) == pytest.approx(0.77197, abs=1e-5)
    assert float(entries["c[1]"].value.text) == pytest.approx(0.78572, abs=2e-5)
    assert float(entries["f[2]"].gradient.text) == pytest.approx(-0.05587, abs=1e-5)  # -0.07111 · 0.78572


def test_a_sum_from_the_end_is_unrolled_as_it_is_worked_out() -> None:
    solution = solved(BACKWARDS)
    assert is_unrolled(solution.model)
    view = view_of(solution, UnrolledForm(inner=False, numbers=True, whole=True))
    assert columns(view) == [[[f"r[{t}]"], [f"G[{t}]"]] for t in (3, 2, 1)]
    assert [column.at for column in view.columns] == ["3", "2", "1"]


@pytest.mark.parametrize("name", ["attention-head", "logistic-regression", "least-squares", "circuit-fork"])
def test_what_hands_nothing_on_is_not_unrolled(name: str) -> None:
    assert not is_unrolled(example(name).model)


@pytest.mark.parametrize("steps", [2, 5, 9, 40])
def test_columns_that_have_no_room_are_left_out_and_that_is_said(steps: int) -> None:
    figure = figure_of(chain(steps))
    labels = [text_of(label) for label in shapes(figure.drawing, Label)]
    heads = [label for label in labels if label.startswith("t = ")]
    caption = " ".join(getattr(piece, "text", "") for piece in figure.caption)
    assert heads[0] == "t = 1"
    assert heads[-1] == f"t = {steps}"
    assert ("are drawn, the first and the last" in caption) == (len(heads) < steps) == (steps > 5)
    assert ("left out" in figure.alt) == (len(heads) < steps)
    assert legible(figure.drawing)


SOLUTIONS = {
    **{
        name: (lambda name=name: example(name))
        for name in ("recurrent-3-steps", "gru-2-steps", "lstm-adam", "lstm-2-steps")
    },
    **{f"chain {steps}": (lambda steps=steps: chain(steps)) for steps in (2, 9)},
    "backwards": lambda: solved(BACKWARDS),
}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_nothing_lies_on_anything_and_wires_end_at_boxes(name: str) -> None:
    drawing = figure_of(SOLUTIONS[name]()).drawing
    assert legible(drawing)
    assert is_framed(drawing)
    assert overlapping_labels(drawing) == []
    labels = [box(label) for label in shapes(drawing, Label)]
    assert [line for line in wires(drawing) for area in labels if crosses(line, area)] == []
    boxes = [*shapes(drawing, Rectangle)]
    inside = [(each.x + 0.1, each.y + 0.1, each.x + each.width - 0.1, each.y + each.height - 0.1) for each in boxes]
    assert [line for line in wires(drawing) for area in inside if crosses(line, area)] == []
    tips = [(line.x2, line.y2) for line in shapes(drawing, Line) if line.arrow]
    tips += [line.points[-1] for line in shapes(drawing, Polyline) if line.arrow]
    dots = [*shapes(drawing, Circle)]
    assert tips
    for x, y in tips:
        on_edge = [
            each
            for each in boxes
            if each.x - 0.1 <= x <= each.x + each.width + 0.1 and each.y - 0.1 <= y <= each.y + each.height + 0.1
        ]
        assert on_edge or any(abs(dot.x - x) < 20 and abs(dot.y - y) < 1 for dot in dots), (x, y)


def legible(drawing: Drawing) -> bool:
    """Letters of at least 7 points, an index, at 0.7 of that, of at least 5; where it is no wider than the text."""
    sizes = [label.size for label in shapes(drawing, Label)]
    return drawing.width <= 475 and min(sizes) >= 7 and 0.7 * min(sizes) >= 5


def wires(drawing: Drawing) -> Iterator[Line]:
    yield from shapes(drawing, Line)
    for line in shapes(drawing, Polyline):
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            yield Line(x1, y1, x2, y2, line.style)


def test_it_says_the_same_in_words() -> None:
    figure = figure_of(example("gru-2-steps"))
    assert "h[2] is made of z[2], h[1] and n[2], and is 0.04770, with the derivative −0.4523" in figure.alt
    numbers = re.findall(r"−?\d+\.\d+", figure.alt)
    drawn = {text_of(label).replace("-", "−") for label in shapes(figure.drawing, Label)}
    assert numbers
    assert set(numbers) <= drawn


def test_a_state_of_many_entries_that_is_given_is_named_before_the_first_column() -> None:
    sizes = [0.1, 0.2, 0.3, -0.1, -0.2, -0.3, 0.4]
    text = f"""
[given]
x = {[0.1] * 12}
"h[0]" = {sizes}
[parameters]
W = {sizes}
U = {[sizes] * 7}
[index]
t = "1..12"
[model]
equations = '''
z[t] = W*x[t] + U @ h[t-1]
h[t] = tanh(z[t])
E = sum(h[12]**2)
'''
"""
    assert "Before the first column stands h[0]." in figure_of(solved(text)).alt


@pytest.mark.parametrize("steps", [3, 12])
def test_a_state_that_a_function_takes_alone_is_no_net_input_of_the_next_column(steps: int) -> None:
    """h_t = tanh(h_{t-1}): each state has its column, and is made of the one before also where that is not drawn."""
    text = (
        CHAIN.format(x=[0.0] * steps, steps=steps)
        .replace("w*h[t-1] + x[t]", "h[t-1]")
        .replace('h[0]" = 0.5', 'u" = 0.5')
    )
    worked = solved(text.replace("equations = '''", "equations = '''\nh[0] = w*u"))
    (figure,) = (block for block in computation_graph(worked) if isinstance(block, Figure))
    assert "h[1] is made of h[0]" in figure.alt
    assert f"Column t = {steps}: h[{steps}] is made of h[{steps - 1}]" in figure.alt
