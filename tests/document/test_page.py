"""What the page says: the words that the contract asks for, on networks worked out by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Equation, Heading, Link, Math, Note, Paragraph, Strong, Table, Text
from derive.document.equations import LINE, Equations
from derive.document.page import write
from derive.document.words.phrasing import settled
from derive.expression.plain import plain
from derive.expression.tree import Name, Number, Product, Sum
from derive.model.symbols import Symbol

EXAMPLES = Path(__file__).parents[2] / "examples"

RELU = """
[network]
inputs = [1, 2]
targets = [1]
cost = "{cost}"
[[network.layers]]
activation = "{activation}"
weights = [[{w}, 0.5]]
[[network.layers]]
activation = "identity"
weights = [[1]]
"""


def words(content) -> str:
    """A content in plain words."""
    parts = []
    for piece in content:
        match piece:
            case Text(text) | Strong(text) | Link(_, text):
                parts.append(text)
            case Math(items):
                parts.append(" ".join(f"{sign} {plain(expr)}".strip() for sign, expr in items))
    return "".join(parts)


def page_of(tmp_path: Path, text: str):
    path = tmp_path / "net.toml"
    path.write_text(text)
    return write(derive.solve(derive.load(path)).worked)


@pytest.fixture(scope="module")
def blog():
    return write(derive.solve(derive.load(EXAMPLES / "blog-2-3-1.toml")).worked)


def notes(page) -> list[str]:
    return [f"{block.title} {words(block.content)}" for block in page.blocks if isinstance(block, Note)]


def test_the_blog_is_told_what_four_decimals_erase(blog):
    # facts.md: dCost/dz1, dCost/dw2 and dCost/dw3 print as 0 and are 0.00000526, 0.00001051, 0.00004731.
    erased = [note for note in notes(blog) if "erased" in note]
    assert len(erased) == 3
    for note, value in zip(erased, ("0.00000525", "0.0000105", "0.0000473"), strict=True):
        assert value in note
    assert "inherits the zero of step 14" in erased[1]
    assert "neuron 1 is saturated" in erased[0]


def paragraphs(page) -> list[str]:
    """The words of a page, with a settled text for what follows the numbers."""
    return [words(settled(block.content)) for block in page.blocks if isinstance(block, Paragraph)]


ONE = """
[network]
inputs = [1]
targets = [{target}]
cost = "{cost}"
[[network.layers]]
activation = "identity"
weights = [[{w}]]
"""


@pytest.mark.parametrize(
    ("target", "w", "cost", "reason"),
    [
        # |y − O|: the slope is 1 above the target, −1 below it and taken as 0 at it.
        ("1", "2", "absolute_error", "Here O0 = 2 is greater than y = 1, so the first case holds."),
        (
            "1",
            "0.5",
            "absolute_error",
            "Here O0 = 0.5 is at most y = 1 and less than y, so the second case holds.",
        ),
        (
            "1",
            "1",
            "absolute_error",
            "Here O0 = 1 is at most y = 1 and at least y, so the last case holds.",
        ),
        # Huber with delta = 1: two conditions about different things.
        (
            "0",
            "-3",
            "huber",
            "Here abs(y - O0) = 3 is greater than 1 and O0 = -3 is at most y = 0, so the last case holds.",
        ),
    ],
)
def test_the_reason_for_a_case_is_all_of_it(tmp_path, target, w, cost, reason):
    page = page_of(tmp_path, ONE.format(target=target, w=w, cost=cost))
    assert any(reason in paragraph for paragraph in paragraphs(page)), paragraphs(page)


def test_on_which_side_of_a_kink_the_page_is_right(tmp_path):
    # relu′(0) = 0 is its slope below 0, elu′(0) = α what its slope comes to there; |·|′(0) = 0 is neither −1 nor 1.
    of_relu = RELU.format(cost="squared_error", activation="relu", w="-1")
    for network in (of_relu, of_relu.replace('"relu"', '"elu"\nalpha = 0.5')):
        (of_layer,) = [note for note in notes(page_of(tmp_path, network)) if "kink" in note]
        assert of_layer.endswith("right on one side of the kink only.")
    (of_abs,) = [
        note
        for note in notes(page_of(tmp_path, ONE.format(target="1", w="1", cost="absolute_error")))
        if "kink" in note
    ]
    assert of_abs.endswith("right on neither side of the kink.")


def test_a_negative_case_is_said_once(tmp_path):
    page = page_of(tmp_path, ONE.format(target="1", w="0.5", cost="absolute_error"))
    slope = next(block for block in page.blocks if isinstance(block, Equation) and plain(block.left) == "dCost/dO0")
    assert [plain(expr) for row in slope.rows for _, expr in row.items][1:] == ["-1"]


def test_a_sum_that_is_worked_out_subtracts(tmp_path):
    # 3·0.5 − 0.2 = 1.3: bracketed where the numbers are put in, subtracted where the product is worked out.
    page = page_of(
        tmp_path,
        ONE.format(target="1", w="0.5", cost="absolute_error").replace("[1]\n", "[3]\n", 1) + "biases = [-0.2]\n",
    )
    net = next(block for block in page.blocks if isinstance(block, Equation) and plain(block.left) == "z0")
    assert [plain(expr) for row in net.rows for _, expr in row.items] == [
        "(x0 * w0) + b0",
        "(3 * 0.5) + (-0.2)",
        "1.5 - 0.2",
        "1.3",
    ]


@pytest.mark.parametrize(("inputs", "rows"), [(7, 1), (8, 2)])
def test_a_sum_of_eight_products_does_not_fit_the_line(tmp_path, inputs, rows):
    # In Computer Modern (x₀ · w₀) is 3.6 em wide with its brackets, and a plus 1.2 em; with z₀ = before and b₀ behind,
    # seven of them take 37 em and eight 42 em. A line of A4 has 41.4 em.
    weights = f"weights = {[[0.5] * inputs]}\nbiases = [0.5]\n"
    text = ONE.format(target="1", w="0.5", cost="squared_error").replace("weights = [[0.5]]\n", weights)
    page = page_of(tmp_path, text.replace("[1]", str([1] * inputs), 1))
    net = next(block for block in page.blocks if isinstance(block, Equation) and plain(block.left) == "z0")
    assert [row.continued for row in net.rows[:rows]] == [False, True][:rows]
    assert not net.rows[rows].continued


def test_the_verdict_on_an_update_agrees_with_the_printed_costs(tmp_path):
    # Rounded to 2 decimals, w0 = 0.004 becomes 0.00 and the cost grows from (1 - 0.4)² to 1, though at full precision
    # it falls.
    text = """
[network]
inputs = [100]
targets = [1]
cost = "squared_error"
[[network.layers]]
activation = "identity"
weights = [[0.004]]
[numbers]
round = "each-step"
decimals = 2
[update]
learning_rate = 1e-8
"""
    told = paragraphs(page_of(tmp_path, text))
    (verdict,) = [paragraph for paragraph in told if paragraph.startswith("The cost was")]
    moved = "It has grown by rounding alone: at full precision it has fallen."
    assert verdict == f"The cost was Cost = 0.36 and is now Cost+ = 1.00. {moved}"


def test_the_question_counts_in_words_and_asks_for_what_there_is(tmp_path):
    def layer(neurons: int, inputs: int) -> str:
        return f"[[network.layers]]\nactivation = 'tanh'\nweights = {[[0.5] * inputs] * neurons}\n"

    head = "[network]\ninputs = [1, 2]\ntargets = [1]\ncost = 'squared_error'\n"
    shape, question, *_ = paragraphs(page_of(tmp_path, head + layer(3, 2) + layer(3, 3) + layer(1, 3)))
    assert "two inputs, two hidden layers of three neurons each and one output neuron" in shape
    assert "with respect to a weight says" in question
    shape, *_ = paragraphs(page_of(tmp_path, head + layer(3, 2) + layer(4, 3) + layer(1, 4)))
    assert "two hidden layers of three and four neurons and" in shape
    shape, *_ = paragraphs(page_of(tmp_path, head + layer(1, 2)))
    assert "The neuron adds up what it receives" in shape


def test_the_losses_are_collected_at_the_end(blog):
    headings = [words(block.content) for block in blog.blocks if isinstance(block, Heading)]
    assert headings[-1] == "What rounding did"
    table = [block for block in blog.blocks if isinstance(block, Table)][-1]
    assert [words(row[0]) for row in table.rows] == ["dO1/dz1", "dCost/dz1", "dCost/dw2", "dCost/dw3"]


def test_every_step_has_a_heading_with_its_number(blog):
    titles = [words(block.content) for block in blog.blocks if isinstance(block, Heading) and block.level == 3]
    steps = [title for title in titles if title.startswith("Step ")]
    assert [title.split(".")[0] for title in steps] == [f"Step {number}" for number in range(1, 22)]


def test_a_step_says_why_then_how(blog):
    at = next(i for i, block in enumerate(blog.blocks) if isinstance(block, Heading) and block.anchor == "step-3")
    _, reason, equation, sources = blog.blocks[at : at + 4]
    assert isinstance(reason, Paragraph)
    assert "only through the output O3" in words(reason.content)
    assert isinstance(equation, Equation)
    lines = [[(sign, plain(expr)) for sign, expr in row.items] for row in equation.rows]
    assert lines == [
        [("=", "dCost/dO3 * dO3/dz3")],
        [("=", "(-0.2755) * 0.2291")],
        [("=", "-0.06311705"), ("≈", "-0.0631")],
    ]
    assert "step 1" in words(sources.content)
    assert "dCost/db3 = -0.0631" in words(sources.content)


@pytest.mark.parametrize(
    ("activation", "cost", "w", "kinked"),
    [
        ("relu", "squared_error", "-1", True),  # z = 1·(−1) + 2·0.5 = 0
        ("leaky_relu", "squared_error", "-1", True),
        ("elu", "squared_error", "-1", False),  # with alpha = 1 both slopes are 1
        ("relu", "squared_error", "-0.9", False),
        ("identity", "absolute_error", "0", True),  # O = 2·0.5 = 1 = y
        ("identity", "huber", "0", False),
        ("abs(z)", "squared_error", "-1", True),
        ("max(0, z)", "squared_error", "-1", True),
    ],
)
def test_a_kink_is_told_where_it_is_met(tmp_path, activation, cost, w, kinked):
    page = page_of(tmp_path, RELU.format(activation=activation, cost=cost, w=w))
    told = [note for note in notes(page) if note.startswith("No derivative here")]
    assert len(told) == kinked
    if kinked:
        assert "takes 0.01" in told[0] if activation == "leaky_relu" else "takes 0," in told[0]


def test_a_kink_that_stands_in_a_table_is_told_too():
    # z3 = 1.5·1.2 + (−2)·0.9 + 0 = 0, and relu has no derivative at 0; the example is brief.
    page = write(derive.solve(derive.load(EXAMPLES / "rectifier-2-4-1.toml")).worked)
    told = [note for note in notes(page) if note.startswith("No derivative here")]
    assert len(told) == 1
    assert "At the point of step 24 the function has a kink: just below, its slope is 0, just above 1" in told[0]


def test_brief_writes_the_first_neuron_in_full_and_the_others_in_a_table(tmp_path):
    text = (EXAMPLES / "blog-2-3-1.toml").read_text() + '\n[document]\ndetail = "brief"\n'
    page = page_of(tmp_path, text)
    anchors = [block.anchor for block in page.blocks if isinstance(block, Heading)]
    # Of each layer one neuron with one of its weights: of the hidden layer the second weight stands in the table.
    assert [a for a in anchors if a.startswith("step-")] == [f"step-{n}" for n in (1, 2, 3, 4, 7, 8, 9, 10)]
    tables = [block for block in page.blocks if isinstance(block, Table) and words(block.head[0]) == "step"]
    assert [[words(row[0]) for row in table.rows] for table in tables] == [["5", "6"], [str(n) for n in range(11, 22)]]
    # Where the numbers of step 20, dCost/dz2 · x0, come from.
    assert [words(cell) for cell in tables[1].rows[9]][4:] == ["= -0.0024", "19"]


def test_a_large_network_is_brief_unless_asked_otherwise(tmp_path):
    row = "[" + ", ".join(["0.1"] * 20) + "]"
    text = f"""
[network]
inputs = {row}
targets = [1]
cost = "squared_error"
[[network.layers]]
activation = "tanh"
weights = [{", ".join([row] * 10)}]
[[network.layers]]
activation = "identity"
weights = [[{", ".join(["0.1"] * 10)}]]
"""
    full = page_of(tmp_path, text + '[document]\ndetail = "full"\n')
    assert len(page_of(tmp_path, text).blocks) < len(full.blocks) / 4


def test_a_long_sum_breaks_into_lines_of_like_length_that_fit():
    symbols = {f"w{i}": Symbol("w", str(i)) for i in range(40)} | {"z": Symbol("z")}
    terms = tuple(Product((Number("-0.1234"), Name(f"w{i}"))) for i in range(40))
    equations = Equations(symbols)
    rows = equations.display(Name("z"), [[("=", Sum(terms))]]).rows
    assert [row.continued for row in rows] == [False] + [True] * (len(rows) - 1)
    assert sum(len(row.items[0][1].terms) for row in rows) == 40
    widths = [equations.width(row.items[0][1]) for row in rows]
    assert max(widths) < LINE
    assert min(widths) > max(widths) / 2


def test_equations_say_what_they_work_out(blog):
    """The forward pass and the cost in the blog's order, then the targets of its 21 steps (facts.md)."""
    forward = ["z0", "O0", "z1", "O1", "z2", "O2", "z3", "O3", "Cost"]
    backward = ["dCost/dO3", "dO3/dz3", "dCost/dz3", "dCost/dw6", "dCost/dw7", "dCost/dw8"]
    backward += ["dCost/dO0", "dO0/dz0", "dCost/dz0", "dCost/dw0", "dCost/dw1"]
    backward += ["dCost/dO1", "dO1/dz1", "dCost/dz1", "dCost/dw2", "dCost/dw3"]
    backward += ["dCost/dO2", "dO2/dz2", "dCost/dz2", "dCost/dw4", "dCost/dw5"]
    assert [
        block.about for block in blog.blocks if isinstance(block, Equation) and block.about and not block.arrays
    ] == [
        *forward,
        *backward,
    ]


def test_a_large_value_that_carrying_erased_is_told_without_advice(tmp_path: Path) -> None:
    # 0.00004·1 is carried on as 0.00, and with it goes dCost/dw1 = (4000 - 1)·0.00004 = 0.15996: two decimals hold it.
    path = tmp_path / "net.toml"
    path.write_text("""
        [network]
        inputs = [0.00004]
        targets = [1]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = [[1]]
        [[network.layers]]
        activation = "identity"
        weights = [[100000000]]
        [numbers]
        round = "each-step"
        decimals = 2
        """)
    page = write(derive.solve(derive.load(path)).worked)
    assert not any("decimals would keep" in note for note in notes(page))


@pytest.mark.parametrize("stem", ["softmax-2-3", "softmax-3-samples-adam", "lstm-2-steps", "mazur-2-2-2"])
def test_no_number_of_a_brief_page_is_used_before_it_is_found(stem: str) -> None:
    """A step in full takes its numbers from steps and tables above it; no step stands twice."""
    network = derive.load(EXAMPLES / f"{stem}.toml", {"document": {"detail": "brief"}})
    page = str(derive.solve(network).render("markdown"))
    taken = [line for line in page.split("\n") if line.startswith("With ")]
    links = [(anchor, line) for line in taken for anchor in re.findall(r"\(#(steps?-[^)]*)\)", line)]
    assert links
    for anchor, line in links:
        assert page.index(f'<a id="{anchor}"></a>') < page.index(line), (anchor, line)
    anchors = re.findall(r'<a id="([^"]*)"></a>', page)
    assert len(set(anchors)) == len(anchors)
    backward = page.partition("## Backward pass")[2].partition("\n## ")[0]
    numbers = [int(a or b) for a, b in re.findall(r"^#+ Step (\d+)\. |^\| (\d+) \| ", backward, re.MULTILINE)]
    assert sorted(numbers) == [*range(1, len(numbers) + 1)]


def test_a_reason_is_said_in_full_once() -> None:
    """Of three samples and three classes each reason is said in full the first time, and in a few words after that."""
    page = str(
        derive.solve(
            derive.load(EXAMPLES / "softmax-2-3.toml", {"document": {"detail": "full", "view": "scalar"}})
        ).render("markdown")
    )
    # Nine outputs, net inputs and own derivatives, twice as many others; six weights and three biases.
    for full, once, few, again in (
        ("and the cost grows as fast as its part.", 1, "Of the parts of the cost only", 9),
        ("so that there are three paths from it", 1, "too there are three paths to the cost", 8),
        ("is the same for all samples, and so", 2, "Again what the samples contribute", 7),
        ("The outputs in the denominators cancel", 1, "Again this is", 8),
        ("grows with its own net input", 1, "By its own net input:", 8),
        ("makes the sum of the exponentials larger", 1, "By another net input:", 17),
    ):
        assert (page.count(full), page.count(few)) == (once, again), full


def test_the_cost_of_each_sample_is_told_in_sentences() -> None:
    scalar = {"document": {"detail": "full", "view": "scalar"}}
    page = str(derive.solve(derive.load(EXAMPLES / "softmax-2-3.toml", scalar)).render("markdown"))
    assert "with natural logarithms. For sample 1 each output contributes its part:" in page
    assert "\n\nFor sample 2 each output contributes its part:" in page
    single = str(derive.solve(derive.load(EXAMPLES / "xor-epochs.toml", scalar)).render("markdown"))
    assert ". For sample 1 it is:" in single
