"""What a page of a model of equations shows: every line of it, under headings that a reader can do something with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Block, Equation, Heading, Math, Paragraph, Text
from derive.model.references import array_of
from derive.spec.starters import kinds, text_of

FILES = sorted(Path(__file__).parent.glob("*.toml"))
TEXTS = {**{kind: text_of(kind) for kind in kinds()}, **{path.stem: path.read_text(encoding="utf-8") for path in FILES}}
EQUATIONS = {name: text for name, text in TEXTS.items() if "[model]" in text}


def solved(text: str, **settings: str) -> derive.Solution:
    return derive.solve(derive.loads(text, {"document": {"detail": "full"} | settings}))


@pytest.mark.parametrize("view", ["scalar", "matrix"])
@pytest.mark.parametrize("name", EQUATIONS)
def test_the_forward_pass_works_every_quantity_out_once(name: str, view: str) -> None:
    solution = solved(EQUATIONS[name], view=view)
    model = solution.network.model
    wholes = {entry: array.name for array in model.arrays.values() for entry in array.entries}
    blocks = dropwhile(lambda block: getattr(block, "anchor", "") != "forward", solution.document.blocks)
    head = next(blocks)
    assert isinstance(head, Heading)
    forward = takewhile(lambda block: not (isinstance(block, Heading) and block.level == head.level), blocks)
    worked = [name for block in forward for name in told(block)]
    expected = list(model.graph.definitions)
    if view == "matrix":  # an array of more dimensions is told matrix by matrix
        expected = list(dict.fromkeys(wholes.get(name, name) for name in expected))
        worked = list(dict.fromkeys(name if name in expected else array_of(name) for name in worked))
    assert worked == expected


@pytest.mark.parametrize("name", EQUATIONS)
def test_of_each_array_one_entry_is_worked_out_where_both_are_wanted(name: str) -> None:
    """Beside the lines of arrays, which are those of the view of matrices, there is one entry of each array."""
    solution = solved(EQUATIONS[name], view="both")
    arrays = solution.network.model.arrays.values()
    forward = solution.render("markdown").partition("## Forward pass")[2].partition("## Backward pass")[0]
    told = [block.about for block in solution.document.blocks if isinstance(block, Equation)]
    for array in arrays:
        if array.name in told and not set(array.entries) <= set(solution.network.model.graph.given):
            assert len(set(array.entries) & set(told)) == 1, array.name
    assert forward.count("One entry") <= len(arrays)


ALONG = "Here a vector meets a square matrix. It goes along each row: "


@pytest.mark.parametrize(
    ("equation", "first"),
    [
        ("Z = S + b", r"$`b_1`$ belongs to the first column and $`b_2`$ to the second."),
        ("Z = b*S", r"$`b_1`$ belongs to the first column and $`b_2`$ to the second."),
        ("Z = max(S, b)", r"$`b_1`$ belongs to the first column"),
        ("Z = S if b > 0 else -S", r"$`b_1`$ belongs to the first column"),
        ("Z = S @ S - b/2", r"$`b_1/2`$ belongs to the first column"),
        ("Z = M + b", ""),  # of three rows and two columns: only one way fits
        ("Z = S @ b", ""),
        ("Z = S + column", ""),
        ("Z = S + outer(b, b)", ""),
        ("Z = one + b[1]", ""),
    ],
)
def test_where_a_vector_meets_a_square_matrix_the_page_says_which_way_it_goes(equation: str, first: str) -> None:
    page = solved(
        "[given]\nM = [[1, 2], [3, 4], [5, 6]]\ncolumn = [[1], [2]]\none = [[3]]\n[parameters]\nS = [[1, 2], [3, 5]]\n"
        f"b = [0.5, 2]\n[model]\nequations = '''\n{equation}\nC = sum(Z)\n'''"
    ).render("markdown")
    assert page.count(ALONG + first) == (1 if first else 0)
    assert page.count(ALONG) == (1 if first else 0)


def test_it_is_said_once_of_an_equation_and_not_of_each_of_its_members() -> None:
    page = solved(
        '[parameters]\nS = [[1, 2], [3, 5]]\nb = [0.5, 2]\n[index]\nt = "1..3"\n[model]\n'
        "equations = '''\nZ[t] = t*S + b\nC[t] = sum(Z[t])\nC = sum(C[t], t)\n'''"
    ).render("markdown")
    assert page.count(ALONG) == 1


RECURRENT = """
[given]
x = [1, 2]
[parameters]
w = 0.5
u = [0.1, 0.2]
[index]
t = "1..2"
[model]
equations = '''
h[0] = zeros(2)
COMMENTh[t] = tanh(w*x[t] + u*h[t-1])NOTE
E = sum(h[2]**2)
'''
"""


def without_marks(text: str) -> str:
    """The page of a model, with what stands for formulas in its lines as it is read."""
    return solved(text).render("markdown").replace("$`", "").replace("`$", "")


def told(block: Block) -> Iterator[str]:
    """What a block works out: a derivation what it is about, a sentence what a recurrence starts with."""
    match block:
        case Equation():
            yield block.about
        case Paragraph((Text("It starts with "), *pieces)):
            yield from (piece.items[0][1].name for piece in pieces if isinstance(piece, Math))


def headings(text: str) -> list[str]:
    page = without_marks(text)
    return [line for line in page.splitlines() if line.startswith("#") and "Step" not in line]


def test_a_heading_has_words_where_the_author_gives_none() -> None:
    found = headings(RECURRENT.replace("COMMENT", "").replace("NOTE", ""))
    assert found[3:9] == [
        "## Forward pass",
        "### The equations for t = 1",
        "### The equations for t = 2",
        "### From there to E",
        "## The goal",
        "## Backward pass",
    ]
    assert "### The shared parameters" in found


def test_what_stands_in_and_behind_a_recurrence_has_a_heading_too() -> None:
    text = RECURRENT.replace("COMMENT", "").replace("NOTE", "").replace("E = sum(h[2]**2)", "y = w*sum(h[2])\nE = y**2")
    found = headings(text)
    assert found[found.index("## Backward pass") + 1 :][:5] == [
        "### Back from E",
        "### The equations for t = 2",
        "### The equations for t = 1",
        "### The shared parameters",
        "### What each t adds",
    ]


def test_a_heading_is_the_authors_and_what_an_array_is_stands_once() -> None:
    text = RECURRENT.replace("COMMENT", "# The state\n").replace("NOTE", "  # the state: what is kept")
    assert "### The state, t = 1" in headings(text)
    assert solved(text).render("markdown").count("The state: what is kept.\n") == 2


def paragraphs_below(text: str, heading: str) -> list[str]:
    """What stands below a heading, on the way forward and on the way back, up to the first formula."""
    page = without_marks(text)
    below = page.split(f"### {heading}\n")[1:]
    return [" ".join(part.split("```math")[0].split("### ")[0].split("<a")[0].split()) for part in below]


def test_the_comments_right_below_a_heading_are_a_paragraph_said_once() -> None:
    text = RECURRENT.replace("NOTE", "").replace(
        "COMMENT", "# The state\n# of the network, which remembers\n## not this\n# what it has seen.\n"
    )
    assert paragraphs_below(text, "The state, t = 1") == ["Of the network, which remembers what it has seen.", ""]
    assert paragraphs_below(text, "The state, t = 2") == ["", ""]


def test_a_heading_with_nothing_below_it_is_not_lost() -> None:
    text = RECURRENT.replace("NOTE", "").replace("COMMENT", "# After Elman (1990)\n\n# The state\n")
    assert paragraphs_below(text, "The state, t = 1") == ["After Elman (1990)", ""]
    assert paragraphs_below(text, "The state, t = 2") == ["", ""]


def test_members_are_no_part_of_what_stands_before_them() -> None:
    text = "h[0] = zeros(2)\n", "# The beginning\nh[0] = zeros(2)\n"
    found = headings(RECURRENT.replace(*text).replace("COMMENT", "# The state\n").replace("NOTE", ""))
    assert found[4:7] == ["### The beginning", "### The state, t = 1", "### The state, t = 2"]


SIDE_BY_SIDE = """
[given]
x = [1, 2, 3]
[parameters]
w = [0.5, 0.25]
[index]
n = "1..3"
[model]
equations = '''
f[n] = w*x[n]
C = sum(sum(f[n]), n)
'''
"""


def test_what_comes_behind_members_side_by_side_is_none_of_the_last() -> None:
    of_members = [f"### The equations for n = {n}" for n in (1, 2, 3)]
    assert headings(SIDE_BY_SIDE)[4:8] == [*of_members, "### From there to C"]


def test_tables_of_a_brief_page_have_words_before_them() -> None:
    page = solved(SIDE_BY_SIDE, detail="brief", view="scalar").render("markdown")
    forward = page.partition("## Forward pass")[2].partition("## Backward pass")[0]
    before = re.findall(r"(.*)\n\n\| quantity", forward)
    assert before == ["The other in the same way:", "The others in the same way:"]


#: Two gates, each of an entry of one array and each with a function of its own.
GATES = """
[given]
x = 0.5
[parameters]
w = [0.4, -0.3]
[model]
equations = '''
z = w*x
i = sigmoid(z[1])
g = tanh(z[2])
C = i*g
'''
"""


def test_steps_stand_in_their_order_where_gates_are_entries_of_one_array() -> None:
    """The slope of each gate is told where it is needed, and not behind all others as one more entry."""
    page = solved(GATES, detail="brief", view="both").render("markdown")
    assert re.findall(r"^#+ Steps? (\d+)", page, re.MULTILINE) == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("format_", ["latex", "pdf", "html", "notebook", "slides"])
def test_a_forward_pass_alone_is_written_and_has_nothing_to_check(format_: str) -> None:
    solution = solved("[given]\na = [1, 2]\n[model]\nof = []\nequations = '''\nb = softmax(a)\n'''")
    assert solution.render(format_)
    anchors = {block.anchor for block in solution.document.blocks if isinstance(block, Heading)}
    assert "forward" in anchors
    assert not anchors & {"backward", "gradients", "proof", "check"}


#: a = w·x = 6, z = x + 1 = 3, b = z·a = 18, c = b·w = 54, at x = 2, w = 3.
ASKED = """
[given]
x = 2
[parameters]
w = 3
[model]
of = {of}
wrt = {wrt}
equations = '''
a = w*x
z = x + 1
b = z*a
c = b*w
'''
"""


@pytest.mark.parametrize(
    ("of", "wrt", "derivatives"),
    [
        ('"b"', '["z"]', {"db/dz": "6"}),
        ('"b"', '["c"]', {"db/dc": "0"}),
        ('["a", "b"]', '["z"]', {"da/dz": "0", "db/dz": "6"}),
        ('["a", "c"]', '["w", "b"]', {"da/dw": "2", "da/db": "0", "dc/dw": "36", "dc/db": "3"}),
    ],
)
def test_what_is_worked_out_may_be_asked_for(of: str, wrt: str, derivatives: dict[str, str]) -> None:
    """Also what the result is worked out without, by which its derivative is 0."""
    solution = solved(ASKED.format(of=of, wrt=wrt))
    assert {name: solution.values[name].shown for name in derivatives} == derivatives
    assert all(report.holds for report in solution.check())
    assert solution.render("html")
    assert solution.render("notebook")


@pytest.mark.parametrize(
    ("of", "wrt", "more", "found"),
    [
        ('"b"', '["b"]', "", '"b", which is what is differentiated'),
        ("[]", '["w"]', "[update]\nlearning_rate = 0.1\n", "an update where nothing is differentiated"),
    ],
)
def test_what_cannot_be_asked_for(of: str, wrt: str, more: str, found: str) -> None:
    with pytest.raises(derive.DeriveError, match=re.escape(found)):
        derive.loads(ASKED.format(of=of, wrt=wrt) + more)
