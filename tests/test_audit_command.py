"""``derive audit`` as its users meet it: files of claims, several papers, what is said, and with which exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import derive as package
from derive.errors import InputError
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

EXAMPLES = Path(__file__).parents[1] / "examples"
BLOG = str(EXAMPLES / "blog-2-3-1.toml")
PAPERS = [str(EXAMPLES / "claims" / name) for name in ("anna.toml", "ben.csv", "cleo.md")]

# The blog's network gives O3 = 0.64446268 and dCost/dO3 = -0.27553732.
GOOD = '[published]\nO3 = 0.6445\n"dC/dO3" = "-0.27554"\n'
BAD = '[published]\nO3 = 0.6445\n"dC/dO3" = "0.27554"\n'


@pytest.fixture
def run(derive: Derive) -> Derive:  # noqa: F811
    Path("good.toml").write_text(GOOD)
    Path("bad.toml").write_text(BAD)
    Path("good.csv").write_text("O3;64,45%\n")
    Path("net+claims.toml").write_text(Path(BLOG).read_text() + BAD)
    return derive


@pytest.mark.parametrize(
    ("arguments", "code", "first"),
    [
        ((BLOG, "--claims", "good.toml"), 0, "None of 2 claims is wrong; 2 agree."),
        ((BLOG, "--claims=good.toml"), 0, "None of 2 claims is wrong; 2 agree."),
        (("--claims", "good.toml", BLOG), 0, "None of 2 claims is wrong; 2 agree."),
        (("--claims=good.toml", BLOG), 0, "None of 2 claims is wrong; 2 agree."),
        ((BLOG, "--claims", "bad.toml"), 1, "1 of 2 claims is wrong; 1 agrees."),
        ((BLOG, "--claims", "good.csv"), 0, "None of 1 claim is wrong; 1 agrees."),
        (("net+claims.toml",), 1, "1 of 2 claims is wrong; 1 agrees."),
        (("net+claims.toml", "--claims", "good.toml"), 0, "None of 2 claims is wrong; 2 agree."),
        ((BLOG, "--claims", "good.toml", "--decimals", "2"), 0, "None of 2 claims is wrong; 2 agree."),
    ],
)
def test_one_paper(run: Derive, arguments: tuple[str, ...], code: int, first: str) -> None:
    result = run("audit", *arguments)
    assert (result.code, result.err) == (code, "")
    assert result.out.splitlines()[0] == first


def test_claims_from_standard_input(run: Derive) -> None:
    assert run("audit", BLOG, "--claims", "-", stdin=BAD).code == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("both.toml", f'# z0 is 2.87\n"z0" = "2.88"\n{GOOD}', "both.toml:2: z0: a name beside the table [published]"),
        ("both.json", '{"published": {"O3": "0.6445"},\n"z0": 2.88}', 'both.json:2: z0: a name beside "published"'),
    ],
)
def test_names_beside_the_table_are_not_dropped(run: Derive, name: str, text: str, said: str) -> None:
    Path(name).write_text(text)
    result = run("audit", BLOG, "--claims", name)
    assert (result.code, result.err) == (2, f"{said}; expected all names in it\n")


def test_the_report_names_line_step_mistake_and_truth(run: Derive) -> None:
    out = run("audit", BLOG, "--claims", "bad.toml").out
    assert "The first wrong step: dCost/dO3 (step 1)." in out
    assert "dCost/dO3 = 0.27554; it is -0.27554 (step 1, line 3)" in out
    assert "The sign of dCost/dO3 is turned. [sign;" in out


def test_one_paper_in_json_is_the_object_of_the_contract(run: Derive) -> None:
    result = run("audit", BLOG, "--claims", "bad.toml", "--json")
    data = json.loads(result.out)
    assert result.code == 1
    assert (data["format"], data["wrong"]) == ("derive.audit/1", 1)
    right, wrong = data["claims"]
    assert (right["name"], right["published"], right["expected"], right["verdict"]) == (
        "O3", "0.6445", "0.6445", "agrees",
    )  # fmt: skip
    assert (wrong["name"], wrong["published"], wrong["expected"], wrong["verdict"]) == (
        "dCost/dO3", "0.27554", "-0.27554", "wrong",
    )  # fmt: skip
    assert wrong["exact"].startswith("-0.275537322946594")
    assert wrong["diagnosis"][0]["code"] == "sign"


SPREAD = [
    (BLOG, "--claims", *PAPERS),
    (BLOG, "--claims", PAPERS[0], "--claims", *PAPERS[1:]),
    (BLOG, "--claims", PAPERS[0], "--decimals", "4", "--claims", PAPERS[1], PAPERS[2]),
    ("--claims", *PAPERS, BLOG),
]


@pytest.mark.parametrize("arguments", SPREAD)
def test_several_papers(run: Derive, arguments: tuple[str, ...]) -> None:
    result = run("audit", *arguments)
    assert result.code == 1
    lines = [line.split() for line in result.out.splitlines()]
    # Made with these mistakes: the slope taken at z3, the bias left out of z3, the error with its sign turned.
    assert [line[:4] for line in lines[1:4]] == [
        [PAPERS[0], "34", "3", "dO3/dz3"],
        [PAPERS[1], "31", "3", "z3"],
        [PAPERS[2], "30", "2", "dCost/dO3"],
    ]
    assert "Something is wrong in 3 of 3 papers." in result.out
    table = lines[lines.index(["Most", "often", "wrong:"]) + 2 :]
    assert table[0] == ["dCost/db1", "14", "2", "2", "bias-from-output", "(2)"]
    assert {line[0] for line in table} == {
        "dCost/db1",
        "z3",
        "dCost/dO3",
        "dO3/dz3",
        "dCost/dw6",
        "dCost/dw8",
        "dCost/db2",
    }


def test_several_papers_in_json(run: Derive) -> None:
    result = run("audit", BLOG, "--claims", *PAPERS, "--json")
    data = json.loads(result.out)
    assert data["format"] == "derive.audits/1"
    assert [audit["file"] for audit in data["audits"]] == PAPERS
    assert [audit["wrong"] for audit in data["audits"]] == [3, 3, 2]
    for paper, audit in zip(PAPERS, data["audits"], strict=True):
        alone = json.loads(run("audit", BLOG, "--claims", paper, "--json").out)
        assert audit == {"file": paper, **alone}
    assert data["steps"][0] == {
        "name": "dCost/db1", "step": 14, "wrong": 2, "claimed": 2, "codes": {"bias-from-output": 2},
    }  # fmt: skip


def test_what_is_not_judged_is_counted(run: Derive) -> None:
    Path("strange.csv").write_text("O3,0.6445\nnothing,1\nO9,2\n")
    lines = run("audit", BLOG, "--claims", "good.toml", "strange.csv").out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["paper", "claims", "wrong", "not", "judged"],
        ["good.toml", "2", "0"],
        ["strange.csv", "3", "0", "2"],
    ]


def test_all_papers_right(run: Derive) -> None:
    result = run("audit", BLOG, "--claims", "good.toml", "good.csv")
    assert result.code == 0
    assert result.out.rstrip().endswith("Something is wrong in none of 2 papers.")


def test_a_paper_that_cannot_be_read_does_not_stop_the_others(run: Derive) -> None:
    Path("broken.csv").write_text("O3,0.6445,\nz0,\n")
    Path("formula.toml").write_text('O3 = "1 +"\nz0 = "__import__(1)"\n')
    result = run("audit", BLOG, "--claims", "good.toml", "broken.csv", "formula.toml", "missing.md", "bad.toml")
    assert result.code == 2
    names = [line.split()[0] for line in result.out.splitlines()[1:5]]
    assert names == ["good.toml", "broken.csv", "formula.toml", "bad.toml"]
    complaints = result.err.splitlines()
    assert complaints[0].startswith("broken.csv:2: z0: an empty cell; expected")
    assert complaints[1].startswith("formula.toml:1: O3: ")
    assert complaints[2].startswith("formula.toml:2: z0: ")
    assert complaints[3] == "missing.md: no such file"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((BLOG,), "nothing to audit: there is no table [published]; --claims CLAIMS names a file"),
        ((), "Missing argument 'FILE'"),
        (("--claims", "good.toml"), "Missing argument 'FILE'"),
        ((BLOG, "--claims"), "Option '--claims' requires an argument"),
        ((BLOG, "good.toml"), "Got unexpected extra argument"),
        ((BLOG, "--claims", "missing.csv"), "missing.csv: no such file"),
        ((BLOG, "--claims", "empty"), "empty: a folder without files of claims"),
        (("-", "--claims", "-"), "-: standard input is read once"),
        ((BLOG, "--claims", "good.tml"), "good.tml: no such file"),
        (("missing.toml", "--claims", "good.toml"), "missing.toml: no such file"),
    ],
)
def test_what_cannot_be_audited(run: Derive, arguments: tuple[str, ...], said: str) -> None:
    Path("empty").mkdir()
    result = run("audit", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_a_formula_that_cannot_be_read_is_told_with_its_place(run: Derive) -> None:
    Path("x.toml").write_text(Path(BLOG).read_text() + '[published]\nz0 = 2.87\n"dCost/db1" = "dCost/dO1 +"\n')
    line = Path("x.toml").read_text().splitlines().index('"dCost/db1" = "dCost/dO1 +"') + 1
    result = run("audit", "x.toml")
    assert result.code == 2
    assert result.err.startswith(f"x.toml:{line}: published.dCost/db1: ")


# On the page


def test_render_with_claims(run: Derive) -> None:
    result = run("render", BLOG, "--claims", "bad.toml", "--to", "markdown", "-o", "-")
    assert "## What was printed" in result.out
    assert "Of two claims one is wrong; one agrees." in result.out
    assert "## What was printed" not in run("render", BLOG, "--to", "markdown", "-o", "-").out


def test_render_of_a_file_with_a_table(run: Derive) -> None:
    assert "## What was printed" in run("render", "net+claims.toml", "--to", "markdown", "-o", "-").out


def test_the_claims_file_is_not_overwritten(run: Derive) -> None:
    text = "| name | value |\n|---|---|\n| O3 | 0.6445 |\n"
    Path("paper.md").write_text(text)
    result = run("render", BLOG, "--claims", "paper.md", "--to", "markdown", "-o", "paper.md")
    assert (result.code, Path("paper.md").read_text()) == (2, text)
    assert "paper.md: the file of claims itself is not overwritten" in result.err


def test_render_with_bad_claims(run: Derive) -> None:
    result = run("render", BLOG, "--claims", "missing.toml", "--to", "markdown")
    assert (result.code, result.out, result.err) == (2, "", "missing.toml: no such file\n")


# From Python


def test_from_python(tmp_path: Path) -> None:
    network = package.load(BLOG)
    solution = package.solve(network)
    file = tmp_path / "paper.toml"
    file.write_text(BAD)
    for claims in (
        file,
        str(file),
        {"O3": "0.6445", "dC/dO3": "0.27554"},
        {"O3": 0.6445, "dC/dO3": 0.27554},
        [("O3", 0.6445), ("dC/dO3", "0.27554")],
    ):
        for subject in (network, solution):
            found = package.audit(subject, claims)
            assert [claim.verdict for claim in found.claims] == ["agrees", "wrong"]
            assert found.wrong == 1
    assert [claim.line for claim in package.audit(solution, file).claims] == [2, 3]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"O3": True}, "claims: O3: a boolean, true; expected what was printed: a number, or a formula in quotes"),
        ({"O3": float("nan")}, "claims: O3: the value nan; expected a finite number"),
        ({"O3": None}, "claims: O3: null; expected"),
        ({3: "1"}, "claims: [0]: "),
        (["O3"], "claims: [0]: an object of the type str; expected a name with what was printed"),
        ("missing.toml", "missing.toml: no such file"),
    ],
)
def test_bad_claims_from_python(claims: object, said: str) -> None:
    with pytest.raises(InputError) as error:
        package.audit(package.load(BLOG), claims)
    assert str(error.value).startswith(said)


def test_a_page_for_each_paper() -> None:
    solution = package.solve(package.load(BLOG))
    pages = [str(solution.with_claims(paper).render("markdown")) for paper in PAPERS]
    assert all("## What was printed" in page for page in pages)
    assert len(set(pages)) == 3
    assert "## What was printed" not in str(solution.render("markdown"))


def test_the_readme_shows_what_is_printed(run: Derive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where findings or their odds change, the examples of the README are to be written again."""
    monkeypatch.chdir(EXAMPLES.parent)
    shown = re.findall(r"^```\n\$ derive (audit .*)\n([\s\S]*?)```$", Path("README.md").read_text(), re.MULTILINE)
    assert len(shown) == 2
    for command, text in shown:
        arguments = command.replace("examples/claims/*", " ".join(map(str, sorted(Path("examples/claims").iterdir()))))
        printed = run(*arguments.split()).out
        assert printed == text if not text.endswith("…\n") else printed.startswith(text.removesuffix("…\n"))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: Path(paper).stem)
def test_a_report_fits_a_terminal_and_an_overview_has_a_line_for_each_paper(run: Derive, paper: str) -> None:
    assert max(map(len, run("audit", BLOG, "--claims", paper).out.splitlines())) <= 80
    overview = run("audit", BLOG, "--claims", *PAPERS).out.splitlines()
    assert [line.split()[0] for line in overview[1 : 1 + len(PAPERS)]] == PAPERS
