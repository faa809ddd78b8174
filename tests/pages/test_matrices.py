"""Pages in matrices: every line worked out again from its text, by the linear algebra of these tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import derive
from tests.models.operations import OPERATIONS, operation
from tests.models.random_arrays import random_arrays
from tests.pages.arrays import Array, MismatchError
from tests.pages.matrices import FILES, POLICIES, ROUNDED, exact_values, settings, whole_values
from tests.pages.reading import Policy, Reader, Unreadable, false_formulas, faults, formulas, work_out

LANGUAGES = ("markdown", "latex")


@pytest.fixture(scope="module", autouse=True)
def no_figures() -> Iterator[None]:
    """Drawing the graphs would take most of the time, and no line stands in them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("derive.document.page.computation_graph", lambda _: iter(()))
        yield


@cache
def solved(path: Path, view: str, policy: Policy | None = None) -> derive.Solution:
    return derive.solve(derive.load(path, settings(view, policy)))


@pytest.mark.parametrize(("path", "policy"), ROUNDED, ids=lambda one: getattr(one, "stem", str(one)))
def test_every_line_is_true(path: Path, policy: Policy) -> None:
    solution = solved(path, "both", policy)
    values = whole_values(solution, policy)
    told: set[str] = set()
    for language in LANGUAGES:
        page = str(solution.render(language))
        assert faults(page, language, policy, values) == []
        told |= {formula.text for formula in formulas(page, language)}
    alone = str(solved(path, "matrix", policy).render("markdown"))
    assert [formula.text for formula in formulas(alone, "markdown") if formula.text not in told] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_formula_is_true(path: Path) -> None:
    solution = solved(path, "both")
    values = exact_values(solution)
    for language in LANGUAGES:
        assert false_formulas(str(solution.render(language)), language, values) == []


def all_is_true(text: str, policy: Policy) -> None:
    """Every line and every formula of a page in Markdown."""
    solution = derive.solve(derive.loads(text, settings("both", policy)))
    page = str(solution.render("markdown"))
    assert faults(page, "markdown", policy, whole_values(solution, policy)) == []
    assert false_formulas(page, "markdown", exact_values(solution)) == []


@pytest.mark.parametrize("equations", OPERATIONS)
def test_every_line_of_an_operation_is_true(equations: str) -> None:
    all_is_true(operation(equations), POLICIES[OPERATIONS.index(equations) % len(POLICIES)])


@pytest.mark.parametrize("seed", range(24))
def test_every_line_of_random_arrays_is_true(seed: int) -> None:
    all_is_true(random_arrays(seed), POLICIES[seed % len(POLICIES)])


BATCH = """
[network]
inputs = [[1, 2], [0.5, -1], [2, 0.3]]
{targets}
[[network.layers]]
activation = "{activation}"
weights = [[0.1, 0.2], [0.3, -0.1], [-0.2, 0.4]]
biases = [0.1, 0.2, 0.3]
"""


@pytest.mark.parametrize(
    ("activation", "targets"),
    [
        ("softmax", 'classes = [0, 2, 1]\ncost = "cross_entropy"'),
        ("sigmoid", 'targets = [[0.3, 0.1, 0.9], [0.9, 0.2, 0.4], [0.6, 0.5, 0.1]]\ncost = "half_squared_error"'),
        ("tanh", 'targets = [[0.3, 0.1, 0.9], [0.9, 0.2, 0.4], [0.6, 0.5, 0.1]]\ncost = "huber"'),
    ],
)
@pytest.mark.parametrize("decimals", [2, 3, 4])
def test_every_line_of_a_batch_that_is_rounded_on_the_way_is_true(activation: str, targets: str, decimals: int) -> None:
    """Slopes of a softmax and parts of a cost are rounded too, of which a formula over arrays says nothing."""
    policy = Policy(each_step=True, decimals=decimals, significant=None)
    text = BATCH.format(activation=activation, targets=targets)
    for view in ("matrix", "both"):
        solution = derive.solve(derive.loads(text, settings(view, policy)))
        assert faults(solution.render("markdown"), "markdown", policy, whole_values(solution, policy)) == []


# The tests must be able to fail: pages with a mistake in them are caught.

MISTAKES = (
    (r"\; \underset{2 \times 2}{W_Q}", r"\; \underset{2 \times 3}{W_Q}", "does not go together"),
    (r"\underset{3 \times 2}{K}^{\negthinspace\mathsf{T}}", r"\underset{3 \times 2}{K}", "does not go together"),
    (r"\underset{3}{\mathbf{1}}", r"\underset{2}{\mathbf{1}}", "does not go together"),
    (r"&= \begin{bmatrix} 0.2 & -0.1 \\ -0.3", r"&= \begin{bmatrix} 0.2 & -0.1 \\ -0.4", "is not so"),
    (r"&= \begin{bmatrix} 0.2 & -0.1 \\ -0.3", r"&\approx \begin{bmatrix} 0.2 & -0.1 \\ -0.3", "is not so"),
    (r"&\approx \begin{bmatrix} 0.06364", r"&= \begin{bmatrix} 0.06364", "is not so"),
    (r"&\approx \begin{bmatrix} 0.06364", r"&\approx \begin{bmatrix} 0.06365", "does not give"),
    (r"\\ 0.4900 & 0.4558", r"\\ 0.49 & 0.4558", "has not the digits"),
    (r"\underset{3 \times 3}{A} \odot", r"\underset{3 \times 3}{A} \;", "does not give"),
    (r"\mathrm{softmax}_{\text{rows}}\left(", r"\mathrm{softmax}_{\text{columns}}\left(", "does not give"),
    (r", \mathrm{causal}(3)\right)", r"\right)", "does not give"),
    (
        r"\underset{3 \times 2}{O} - \underset{3 \times 2}{Y} \\",
        r"\underset{3 \times 2}{Y} - \underset{3 \times 2}{O} \\",
        "does",
    ),
    (r"\; \begin{bmatrix} 0.5 & 0.45 & -0.4 \\", r"\; \begin{bmatrix} 0.5 & 0.45 \\", "ragged"),
)


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_caught(right: str, wrong: str, said: str) -> None:
    (path,) = (path for path in FILES if path.stem == "attention")
    solution = solved(path, "both", POLICIES[0])
    page = str(solution.render("markdown"))
    mutated = page.replace(right, wrong, 1)
    assert mutated != page
    complaints = faults(mutated, "markdown", POLICIES[0], whole_values(solution, POLICIES[0]))
    assert any(said in complaint for complaint in complaints), complaints


def spelt(short: str) -> str:
    """TeX, with ``[1 & 2 | 3 & 4]`` for a matrix."""
    return short.replace("[", r"\begin{bmatrix} ").replace("|", r"\\").replace("]", r" \end{bmatrix}")


SQUARE, COLUMN = "[1 & 2 | 3 & 4]", "[1 | -1]"
#: What the pages write, and what it is worth by hand.
WORTH = (
    (rf"{SQUARE} \; {COLUMN}", [[-1], [-1]]),
    (rf"{COLUMN}^{{\mathsf{{T}}}} \; {SQUARE}", [[-2, -2]]),
    (rf"{COLUMN}^{{\mathsf{{T}}}} \; {SQUARE} \; {COLUMN}", [[0]]),
    (rf"2 \cdot {SQUARE} + 1", [[3, 5], [7, 9]]),
    (rf"{SQUARE} \odot {SQUARE} - {SQUARE}^{{\odot2}}", [[0, 0], [0, 0]]),
    (rf"1 \oslash {SQUARE}", [[1, 1 / 2], [1 / 3, 1 / 4]]),
    (rf"{SQUARE} \; \underset{{2}}{{\mathbf{{1}}}}", [[3], [7]]),
    (rf"{SQUARE} + \underset{{2}}{{\mathbf{{1}}}} \; {COLUMN}^{{\mathsf{{T}}}}", [[2, 1], [4, 3]]),
    (rf"{COLUMN} + \mathbf{{1}}", [[2], [0]]),
    (rf"\mathrm{{sum}}({SQUARE}) + \max(2, 3)", [[13]]),
    (rf"\mathrm{{max}}_{{\text{{rows}}}}({SQUARE})", [[2], [4]]),
    (rf"\mathrm{{max}}_{{\text{{columns}}}}({SQUARE})", [[3, 4]]),
    (rf"\mathrm{{max\ pool}}({SQUARE}, 2)", [[4]]),
    (r"\mathrm{relu}([-1 & 2])", [[0, 2]]),
    (r"\mathrm{conv}([1 | 2 | 4], [1 | -1])", [[-1], [-2]]),
    (r"\mathrm{conv}_{\text{stride 2}}([1 | 2 | 4 | 8], [1 | -1])", [[-1], [-4]]),
    (r"\mathrm{softmax}_{\text{rows}}([0 & 9 | 5 & 5], \mathrm{causal}(2))", [[1, 0], [1 / 2, 1 / 2]]),
    (r"\begin{cases} [1 | -1] & \text{if } [1 | -1] > 0 \\ 7 & \text{otherwise} \end{cases}", [[1], [7]]),
    (r"\underset{4}{[1 | \vdots | 3]} + 1", [[2], [None], [None], [4]]),
    (r"[\underset{2 \times 2}{\mathbf{I}} & \underset{2 \times 1}{\mathbf{0}}]", [[1, 0, 0], [0, 1, 0]]),
    (rf"[{SQUARE} | [1 & -1]]", [[1, 2], [3, 4], [1, -1]]),
    (r"\underset{4 \times 2}{[[1 & -1] | \vdots | [3 & 4]]}", [[1, -1], [None, None], [None, None], [3, 4]]),
)


@pytest.mark.parametrize(("short", "value"), WORTH)
def test_the_reader_reads(short: str, value: list[list[float]]) -> None:
    found = work_out(Reader(spelt(short)).sum())
    rows = found.rows if isinstance(found, Array) else ((found,),)
    assert [[None if cell is None else float(cell) for cell in row] for row in rows] == value


#: What means nothing, or something else than it seems to.
MEANINGLESS = (
    rf"{COLUMN} \; {SQUARE}",
    rf"{COLUMN} + {SQUARE}",
    rf"{SQUARE} \odot {COLUMN}",
    rf"{SQUARE} \cdot {SQUARE}",
    rf"{SQUARE}^2",
    rf"\frac{{1}}{{{SQUARE}}}",
    rf"e^{{{SQUARE}}}",
    rf"\underset{{2 \times 3}}{{{SQUARE}}}",
    rf"\mathrm{{unknown}}({SQUARE})",
    rf"\mathrm{{softmax}}({SQUARE})",
    "[1 & 2 | 3]",
    r"[1 | \vdots | 3]",
    r"\underset{3}{[1 | \vdots | 3 | 4]}",
    r"\underset{2 \times 2}{[[1 & -1] | \vdots | [3 & 4]]}",
)


@pytest.mark.parametrize("short", MEANINGLESS)
def test_the_reader_does_not_read_what_means_nothing(short: str) -> None:
    with pytest.raises((Unreadable, MismatchError, KeyError)):
        work_out(Reader(spelt(short)).sum())


def test_values_stand_whole_where_what_is_put_in_has_to_be_cut() -> None:
    """The factors are 4×16 and 16×4, and their product 4×4: it has a line of its own."""
    rows = [[round(0.37 * ((3 * row + 5 * at) % 11) - 1.91, 2) for at in range(16)] for row in range(8)]
    text = (
        f"[given]\nA = {rows[:4]}\n[parameters]\nB = {[list(column) for column in zip(*rows[4:], strict=True)]}\n"
        "[model]\nequations = '''\nS = A @ B\nC = sum(S**2)\n'''\n"
    )
    all_is_true(text, POLICIES[0])
    page = str(derive.solve(derive.loads(text, settings("matrix", POLICIES[0]))).render("markdown"))
    lines = page.partition(r"\underset{4 \times 4}{S} &=")[2].partition(r"\end{aligned}")[0].splitlines()
    put_in, values = (line for line in lines if "bmatrix" in line)
    assert r"\cdots" in put_in
    assert r"\cdots" not in values
    truth = [[sum(left[k] * right[k] for k in range(16)) for right in rows[4:]] for left in rows[:4]]
    body = values.partition(r"\begin{bmatrix}")[2].partition(r"\end{bmatrix}")[0]
    told = [[float(cell) for cell in row.split("&")] for row in body.split(r"\\")]
    assert told == [pytest.approx(row, rel=6e-4) for row in truth]


CLASSES = """
[given]
X = [[0.9, -0.4], [-0.7, 1.1], [0.3, 0.2]]
label = [1, 1, 3]
[parameters]
W = [[0.7, -0.2], [0.1, 0.6], [-1.1, 0.4]]
[index]
n = "1..3"
[model]
equations = '''
Z = X @ W.T
P = softmax(Z, axis=1)
L[n] = -log(P[n,label[n]])
C = mean(L[n], n) + 0.1*sum(W**2)
'''
"""


def test_a_cost_of_a_batch_has_its_numbers_before_its_penalty_and_behind() -> None:
    text = BATCH.format(activation="softmax", targets='classes = [0, 2, 1]\ncost = "cross_entropy"\nl2 = 0.1')
    page = str(derive.solve(derive.loads(text, settings("both", POLICIES[0]))).render("markdown"))
    first, second = (
        re.search(sign + r".*bmatrix.*", page) for sign in (r"&\\approx \\frac\{1\}\{3\}", r"&\\quad \{\} \+ \\frac")
    )
    assert first is not None
    assert second is not None
    assert page.count("\n", first.end(), second.start()) == 1
    all_is_true(text, POLICIES[0])


def test_the_numbers_of_a_slope_of_a_softmax_are_broken_within_their_bracket() -> None:
    """Three matrices of three columns, on a line each time two: A ⊙ (G, then − (G ⊙ A) 1 1ᵀ)."""
    policy = Policy(each_step=True, significant=4)
    page = str(derive.solve(derive.loads(CLASSES, settings("both", policy))).render("markdown"))
    (line,) = re.findall(r".*bmatrix.*\\right\. \\\\\n.*", page)
    opened, closed = line.splitlines()
    assert (opened.count(r"\begin{bmatrix}"), closed.count(r"\begin{bmatrix}")) == (2, 2)
    assert r"\odot \left(" in opened
    assert r"&\quad {} \left.{}- \left(" in closed
    all_is_true(CLASSES, policy)


@pytest.mark.parametrize("name", ["attention-head", "softmax-3-samples-adam"])
def test_the_slope_of_a_softmax_has_its_numbers(name: str) -> None:
    """Its symbols, its numbers on two lines, and what they give: paper is wide enough for them."""
    (path,) = (path for path in FILES if path.stem == name)
    page = str(derive.solve(derive.load(path)).render("markdown"))
    (step,) = re.findall(r"With the slopes of a softmax, .*?```math\n(.*?)```", page, re.DOTALL)
    symbols, *numbers, gives, _ = step.strip().splitlines()[1:]
    assert r"\mathbf{1}" in symbols
    assert [line.count(r"\begin{bmatrix}") for line in (*numbers, gives)] == [2, 2, 1]
