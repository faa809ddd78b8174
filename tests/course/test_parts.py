"""Question, worksheet and key: what is asked, what is blank, what the key tells, and what is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner

import derive
from derive.cli import cli
from derive.course.parts.compose import page_of
from derive.course.parts.mistaken import UsualMistakes
from derive.course.parts.places import places
from derive.document.blocks import Blank, Equation, Grid, Heading, Table
from derive.errors import UsageError
from derive.render.typst.binding import page_count

ROOT = Path(__file__).parents[2]
BLOG = (ROOT / "examples/blog-2-3-1.toml").read_text(encoding="utf-8")
MAZUR = (ROOT / "examples/mazur-2-2-2.toml").read_text(encoding="utf-8")
RECURRENT = (ROOT / "examples/recurrent-3-steps.toml").read_text(encoding="utf-8")


def solved(exercise: str = "", text: str = BLOG) -> derive.Solution:
    return derive.solve(derive.loads(f"{text}\n[exercise]\n{exercise}"))


def blanks(solution: derive.Solution) -> list[Blank]:
    document = page_of(solution.worked, "worksheet", folded=True)
    return [block for block in document.blocks if isinstance(block, Blank)]


def key_rows(solution: derive.Solution) -> list[list[str]]:
    """The rows of the key in Markdown: number, quantity, value, tolerance, points, wrong answers."""
    page = str(solution.render("markdown", part="key"))
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")
    ]
    return [row for row in rows if row[0].isdigit()]


def test_every_result_has_one_blank_in_the_order_of_the_page() -> None:
    found = blanks(solved())
    assert [each.number for each in found] == list(range(1, 31))
    assert [each.name for each in found][:9] == ["z0", "O0", "z1", "O1", "z2", "O2", "z3", "O3", "Cost"]
    assert [each.name for each in found][9:12] == ["dCost/dO3", "dO3/dz3", "dCost/dz3"]
    assert [name.name for _, name in found[11].left] == ["dCost/dz3", "dCost/db3"]


@pytest.mark.parametrize("name", ["markdown", "latex", "html", "notebook"])
@pytest.mark.parametrize("text", [BLOG, MAZUR, RECURRENT])
def test_blanks_are_numbered_alike_in_all_formats(name: str, text: str) -> None:
    solution = solved(text=text)
    numbers = [each.number for each in blanks(solution)]
    page = str(solution.render(name, part="worksheet"))
    pattern = {
        "markdown": r"\*\*\((\d+)\)\*\*",
        "notebook": r"\*\*\((\d+)\)\*\*",
        "latex": r"makebox\[0pt\]\[r\]\{\((\d+)\)",
        "html": r'class="number">\((\d+)\)',
    }
    assert [int(each) for each in re.findall(pattern[name], page)] == numbers


def test_a_question_shows_all_equations() -> None:
    """There is no forward pass behind it that would show the others."""
    solution = derive.solve(ROOT / "examples/lstm-2-steps.toml")
    told = takewhile(
        lambda block: not (isinstance(block, Heading) and block.anchor == "given"),
        page_of(solution.worked, "question").blocks,
    )
    assert len([block for block in told if isinstance(block, Equation)]) == 25 + 1  # and the update
    assert "stand in the forward pass" in str(solution.render("markdown"))
    assert "stand in the forward pass" not in str(solution.render("markdown", part="question"))


def test_points_stand_where_they_are_earned() -> None:
    found = blanks(solved('points = {"dCost/dw6" = 2.5}'))
    worth = {each.name: each.points for each in found if each.points}
    assert worth.keys() == {"Cost", *(f"dCost/dw{i}" for i in range(9)), *(f"dCost/dz{i}" for i in range(4))}
    assert worth["dCost/dw6"] == "2.5"
    assert worth["Cost"] == "1"
    assert "/ 15.5" in str(solved('points = {"dCost/dw6" = 2.5}').render("markdown", part="worksheet"))


def test_the_question_names_what_is_asked_by_the_names_that_carry_points() -> None:
    page = str(solved('ask = ["z0", "dCost/db3"]').render("markdown", part="question"))
    asked = page.split("## What is asked")[1]
    assert "z_0" in asked
    assert "db_3" in asked
    assert "dw_6" not in asked
    assert "2\u00a0in\u00a0all" in asked


def test_a_level_tells_more_or_less() -> None:
    guided, standard, opened = (blanks(solved(f'level = "{level}"')) for level in ("guided", "standard", "open"))
    assert all(isinstance(each.formula, Equation) for each in guided)
    assert not any(each.formula for each in (*standard, *opened))
    assert "Chain rule" in str(standard[11].lead)
    assert "Chain rule" not in str([each.lead for each in opened])
    assert all(each.lead for each in opened)  # no number stands alone on its line
    assert all(less.lines > more.lines for less, more in zip(standard, guided, strict=True))


def test_a_sheet_that_fades_leaves_the_last_steps_and_asks_for_their_rules() -> None:
    solution = solved("fade = 2")
    found = blanks(solution)
    assert [(each.number, each.name) for each in found] == [(1, "dCost/dw4"), (2, "dCost/dw5")]
    assert all(len(each.choices) >= 3 and each.formula is None for each in found)
    page = str(solution.render("markdown", part="worksheet"))
    assert "-0.2755" in page  # dCost/dO3, which stands
    assert "-0.0108" not in page  # dCost/dw5, which does not


def test_updates_stay_blank_where_a_sheet_fades() -> None:
    solution = solved("fade = 1", BLOG + "\n[update]\nlearning_rate = 0.5\n")
    names = [each.name for each in blanks(solution)]
    assert names[0] == "dCost/dw5"
    assert {"w0+", "Cost+"} <= set(names)


def test_hints_are_folded_in_html_and_stand_at_the_end_elsewhere() -> None:
    solution = solved("hints = true")
    html = str(solution.render("html", part="worksheet"))
    assert html.count("<details>") == 30
    markdown = str(solution.render("markdown", part="worksheet"))
    assert "<details>" not in markdown
    assert "(1), (3), (5), (7):" in markdown.split("## Hints")[1].replace("\\", "")
    assert "Hint" not in str(solved().render("html", part="worksheet"))


def test_what_a_class_is_told_stands_first() -> None:
    for part in ("question", "worksheet"):
        page = str(solved('instructions = "No calculators."').render("markdown", part=part))
        assert page.index("No calculators.") < page.index("The question")


def test_the_key_tells_each_value_with_its_tolerance() -> None:
    """The values of the blog, whose author rounds each result to four decimals."""
    rows = {row[0]: row for row in key_rows(solved())}
    assert len(rows) == 30
    assert rows["1"][2:4] == ["2.87", "exact"]
    assert rows["2"][2:4] == ["0.9463", "0.0001"]
    assert rows["10"][2:4] == ["-0.2755", "0.0001"]
    assert rows["13"][2:5] == ["-0.0597", "0.0001", "1"]


def test_the_key_tells_what_the_usual_mistakes_give() -> None:
    """By hand: 2.87 without the bias 0.5; the cost without its half is (0.92 − 0.6445)²; −0.2755 · 0.9463 for dw6."""
    rows = {row[0]: row[-1] for row in key_rows(solved())}
    assert "2.37" in rows["1"]
    assert "0.0759" in rows["9"]
    assert "0.2755" in rows["10"].replace("-0.2755", "")
    assert "-0.2607" in rows["13"]


def test_wrong_answers_differ_from_the_right_one_by_more_than_its_tolerance() -> None:
    solution = solved(text=MAZUR)
    mistakes, count = UsualMistakes(solution.worked), 0
    for place in places(solution.worked):
        shown = Decimal(solution.worked.values[place.name].shown)
        for wrong in mistakes.at(place):
            count += 1
            assert abs(Decimal(wrong.shown) - shown) > Decimal("1e-9")
            assert wrong.says
    assert count > 100


def test_a_grid_has_every_result_of_a_network_and_is_solved_in_the_key() -> None:
    solution = solved('layout = "grid"')
    sheet = page_of(solution.worked, "worksheet").blocks
    cells = [cell for block in sheet if isinstance(block, Grid) for row in block.rows for cell in row if cell]
    found = {cell.number for cell in cells if cell.number} | {b.number for b in sheet if isinstance(b, Blank)}
    assert found == set(range(1, 31))
    assert not any(cell.content for cell in cells if cell.number)
    key = page_of(solution.worked, "key").blocks
    assert sum(isinstance(block, Grid) for block in key) == sum(isinstance(block, Grid) for block in sheet)
    solved_cells = [cell for block in key if isinstance(block, Grid) for row in block.rows for cell in row if cell]
    assert all(cell.content for cell in solved_cells if cell.number)
    assert any(isinstance(block, Table) for block in key)


def test_a_row_and_a_column_meet_in_their_result() -> None:
    """In the grid of the hidden layer the row of w2, w3 and the column of x0, x1 meet in z1."""
    sheet = page_of(solved('layout = "grid"').worked, "worksheet").blocks
    grid = next(block for block in sheet if isinstance(block, Grid))
    places = {str(cell.label): (at, col) for at, row in enumerate(grid.rows) for col, cell in enumerate(row) if cell}
    (row, column), w2, x0 = (next(v for k, v in places.items() if f"'{n}'" in k) for n in ("z1", "w2", "x0"))
    assert (row, column) == (w2[0], x0[1])


BATCH = """
[network]
inputs = [[1.2, -0.7], [0.3, 0.9]]
targets = [[0.25], [0.75]]
cost = "half_squared_error"
l2 = 0.02
[[network.layers]]
activation = "sigmoid"
weights = [[0.31, -0.22]]
biases = [0.11]
[update]
learning_rate = 0.2
optimizer = "momentum"
"""


def test_a_grid_gives_what_stands_in_no_array() -> None:
    page = str(solved('layout = "grid"', BATCH).render("markdown", part="worksheet"))
    beside = ("y^{[1]} = 0.25", "y^{[2]} = 0.75", r"\lambda_2 = 0.02", r"\eta = 0.2", r"\mu = 0.9")
    assert all(page.count(each) == 1 for each in beside), page
    assert "add the derivative of its penalty" in page
    assert "One update by gradient descent with momentum" in page


def test_an_update_has_arrays_of_its_own() -> None:
    """In Mazur's network everything stands in cells, before the update and after it, once each."""
    solution = solved('layout = "grid"', MAZUR)
    sheet = page_of(solution.worked, "worksheet").blocks
    cells = [cell for block in sheet if isinstance(block, Grid) for row in block.rows for cell in row if cell]
    asked = [name for cell in cells if cell.number for name in cell.names]
    assert len(asked) == len(set(asked))
    later = {
        *(f"w{at}+" for at in range(1, 9)),
        *(f"{of}_{unit}+" for of in ("net", "out") for unit in ("h1", "h2", "o1", "o2")),
    }
    assert later <= set(asked)
    costs = {"E_o1", "E_o2", "E_total", "dE_total/db2", "dE_total/db1", "E_o1+", "E_o2+", "E_total+"}
    assert costs <= set(asked), "what has no place in an array stands in cells of its own"
    assert not any(isinstance(block, Blank) for block in sheet)


def test_arrays_are_one_page_and_where_they_cannot_be_it_is_told() -> None:
    """The sheet of a small network, and its key with all results; with an update a larger one takes two."""
    for part in ("worksheet", "key"):
        assert page_count(bytes(solved('layout = "grid"').render("pdf", part=part))) == 1
    sheet = solved('layout = "grid"', MAZUR).rendered("pdf", part="worksheet")
    assert sheet.notices == ("the arrays take 2 pages: on one, their letters would be too small to be read",)
    assert page_count(sheet.content) == 2


def test_what_has_no_grid_is_told() -> None:
    with pytest.raises(UsageError, match="a grid shows the layers of a network, and here are equations"):
        solved('layout = "grid"', RECURRENT).render("markdown", part="worksheet")
    wide = (
        '[network]\ninputs = [{}]\ntargets = [1]\ncost = "squared_error"\n'
        '[[network.layers]]\nactivation = "relu"\nweights = [[{}]]\n'
    )
    numbers = ",".join(["0.1"] * 30)
    with pytest.raises(UsageError, match="does not fit a page"):
        solved('layout = "grid"', wide.format(numbers, numbers)).render("pdf", part="worksheet")
    assert "Gradients" in str(solved('layout = "grid"', wide.format(numbers, numbers)).render("html", part="worksheet"))


def test_parts_have_names_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "blog.toml").write_text(BLOG, encoding="utf-8")
    place = f"{tmp_path / 'pages'}/"
    wanted = ["render", str(tmp_path / "blog.toml"), "--part", "question", "--to", "markdown,html", "-o", place]
    assert CliRunner().invoke(cli, wanted).exit_code == 0
    names = {path.name for path in Path(place).iterdir()}
    assert names == {"blog.question.md", "blog.question-network.svg", "blog.question.html"}


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--part", "worksheet", "--to", "pdf", "--no-check"], "only a worksheet in html checks anything"),
        (["--part", "question", "--to", "html", "--no-check"], "only a worksheet in html checks anything"),
        (["--part", "key", "--to", "markdown", "--claims", "claims.toml"], "a key judges no claims"),
        (["--part", "key", "--to", "python"], "python shows no key"),
        (["--part", "answers", "--to", "python"], "'answers' is not one of"),
    ],
)
def test_flags_that_do_not_fit_are_told(flags: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "blog.toml").write_text(BLOG, encoding="utf-8")
    (tmp_path / "claims.toml").write_text("z0 = 2.87", encoding="utf-8")
    flags = [str(tmp_path / flag) if flag.endswith(".toml") else flag for flag in flags]
    run = subprocess.run(
        [sys.executable, "-m", "derive", "render", str(tmp_path / "blog.toml"), *flags, "-o", f"{tmp_path}/pages/"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert says in run.stderr
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize("name", ["python", "json"])
def test_a_format_without_parts_says_so(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} shows no worksheet, only the whole solution; markdown, latex"):
        solved().render(name, part="worksheet")


def test_a_worksheet_that_checks_says_what_it_holds_and_one_that_does_not_holds_nothing() -> None:
    checks = solved().rendered("html", part="worksheet")
    assert "--no-check leaves that out" in checks.notices[0]
    silent = solved().rendered("html", part="worksheet", check=False)
    assert silent.notices == ()
    assert b'id="_data"' not in silent.content
    assert b'id="_check"' not in silent.content
    assert b"class Arithmetic" not in silent.content
    assert b'id="_export"' in silent.content


def test_an_error_carried_forward_is_no_part_of_a_question() -> None:
    html = str(solved().render("html", part="question"))
    assert "<script" not in html


def one_layer(inputs: int, outputs: int) -> str:
    weights = ",".join(["[" + ",".join(["0.1"] * inputs) + "]"] * outputs)
    return (
        f"[network]\ninputs = [{','.join(['1'] * inputs)}]\ntargets = [{','.join(['0'] * outputs)}]\n"
        f"cost = 'squared_error'\n[[network.layers]]\nactivation = 'sigmoid'\nweights = [{weights}]\n"
    )


def test_a_sheet_that_nobody_fills_in_is_refused() -> None:
    """50 neurons: net input, output, part of the cost, and three derivatives of each, the cost, and 2500 gradients."""
    with pytest.raises(UsageError, match="a sheet with 2,801 blanks is more than anybody"):
        solved("", one_layer(50, 50)).render("markdown", part="worksheet")


def test_a_sheet_that_is_too_large_for_a_browser_does_not_check() -> None:
    few = solved("fade = 20", one_layer(18, 16)).rendered("html", part="worksheet")
    assert few.content.count(b'class="task"') == 20
    assert b'id="_check"' not in few.content
    assert "too large to be worked out in a browser" in few.notices[0]


@pytest.mark.parametrize("text", [BLOG, MAZUR, RECURRENT, BATCH])
def test_a_page_that_does_not_live_has_no_controls(text: str) -> None:
    """Its numbers cannot be changed, so that nothing offers to change them."""
    solution = solved(text=text)
    buttons = {
        part: re.findall("<button[^>]*>([^<]*)", str(solution.render("html", part=part)))
        for part in ("question", "worksheet", "key")
    }
    assert buttons == {
        "question": [],
        "worksheet": ["Check", "Save answers as a claims file", "Print", "Clear"],
        "key": [],
    }
    assert "Change any number" not in str(solution.render("html", part="worksheet"))
    assert "Change any number" in str(solution.render("html"))
