"""What pages of claims say, and that all of it is judged: tables of every layout, many papers, unreadable cells.

The blog's network has, to four decimals: z0 = 2.87, O0 = 0.9463, O3 = 0.6445, dCost/dO3 = -0.2755, dCost/dw6 = -0.0597,
dCost/dw7 = -0.0631 and, with the learning rate 0.5, w6+ = 0.9 + 0.5 · 0.0597 = 0.9299 and
w7+ = -0.5 + 0.5 · 0.0631 = -0.4684.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import derive as package
from derive.catalogue.flavours import FLAVOURS
from derive.catalogue.roles import NET_INPUT, OUTPUT
from derive.errors import InputError
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

EXAMPLES = Path(__file__).parents[1] / "examples"
CLAIMS = Path(__file__).parent / "claims"
BLOG = str(EXAMPLES / "blog-2-3-1.toml")
UPDATE = "\n[update]\nlearning_rate = 0.5\nsteps = {}\n"


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> package.Solution:
    file = tmp_path_factory.mktemp("blog") / "blog.toml"
    file.write_text(Path(BLOG).read_text() + UPDATE.format(1))
    return package.solve(package.load(file))


def judged(solution: package.Solution, folder: Path, name: str, text: str) -> list[tuple[str, str, str]]:
    file = folder / name
    file.write_text(text)
    return [(claim.name, claim.published, claim.verdict) for claim in solution.audit(file).claims]


# Tables

TABLES = {
    "heads in any case, with words around": (
        "| Name of the quantity | VALUE (4 decimals) |\n|---|---|\n| O0 | 0.9463 |\n",
        [("O0", "0.9463", "agrees")],
    ),
    "gradients": (
        "| weight | gradient |\n|---|---|\n| w6 | -0.0597 |\n| dCost/dw7 | -0.0631 |\n| ∂Cost/∂w_7 | 0.5 |\n",
        [("dCost/dw6", "-0.0597", "agrees"), ("dCost/dw7", "-0.0631", "agrees"), ("dCost/dw7", "0.5", "wrong")],
    ),
    "a column of derivatives behind one of weights": (
        "| weight | derivative |\n|---|---|\n| w6 | -0.0597 |\n",
        [("dCost/dw6", "-0.0597", "agrees")],
    ),
    "derivatives by name": (
        "| derivative | result |\n|---|---|\n| dCost/dw6 | 0.0597 |\n",
        [("dCost/dw6", "0.0597", "wrong")],
    ),
    "side by side": (
        "| No. | parameter | old value | gradient | new value | remark |\n|-|-|-|-|-|-|\n"
        "| 1 | w6 | 0.9 | -0.0597 | 0.9299 | good |\n| 2 | w7 | -0.5 | 0.0631 | -0.4684 | |\n",
        [
            ("w6", "0.9", "agrees"), ("dCost/dw6", "-0.0597", "agrees"), ("w6+", "0.9299", "agrees"),
            ("w7", "-0.5", "agrees"), ("dCost/dw7", "0.0631", "wrong"), ("w7+", "-0.4684", "agrees"),
        ],
    ),
    "names that say what they are": (
        "| parameter | before | after |\n|-|-|-|\n| w6 | 0.9 | 0.9299 |\n| w7+ | | -0.4684 |\n",
        [("w6", "0.9", "agrees"), ("w6+", "0.9299", "agrees"), ("w7+", "-0.4684", "agrees")],
    ),
    "rules and results": (
        "| quantity | formula | result |\n|-|-|-|\n"
        "| $\\frac{\\partial Cost}{\\partial O_3}$ | $O_3 - y$ | $-0.2755$ |\n"
        "| dCost/db1 | dCost/dO1 | |\n| z_3 | $O_0 w_6 + O_1 w_7 + O_2 w_8 + b_3$ | $0.5948$ |\n",
        [
            ("dCost/dO3", "O_3 - y", "agrees"), ("dCost/dO3", "-0.2755", "agrees"),
            ("dCost/db1", "dCost/dO1", "wrong"),
            ("z3", "O_0 w_6 + O_1 w_7 + O_2 w_8 + b_3", "agrees"), ("z3", "0.5948", "agrees"),
        ],
    ),
    "equations in cells": (
        "| given | values |\n|-|-|\n| inputs | $`x_0 = 2`$, $`x_1 = 9`$ |\n| new | $w_6^{+} \\approx 0.9299$ |\n",
        [("x0", "2", "agrees"), ("x1", "9", "agrees"), ("w6+", "0.9299", "agrees")],
    ),
    "one number for two names": (
        "| derivative | value |\n|-|-|\n| $dCost/dz_3 = dCost/db_3$ | $\\approx -0.0631$ |\n",
        [("dCost/dz3", "-0.0631", "agrees"), ("dCost/db3", "-0.0631", "agrees")],
    ),
    "turned": (
        "| | w6 | w7 |\n|-|-|-|\n| value | 0.9 | -0.5 |\n| gradient | -0.0597 | 0.0631 |\n",
        [
            ("w6", "0.9", "agrees"), ("w7", "-0.5", "agrees"), ("dCost/dw6", "-0.0597", "agrees"),
            ("dCost/dw7", "0.0631", "wrong"),
        ],
    ),
    "by neuron": (
        "| neuron | net input | output |\n|-|-|-|\n| 0 | 2.87 | 0.9643 |\n",
        [("z0", "2.87", "agrees"), ("O0", "0.9643", "wrong")],
    ),
    "a number for each quantity": ("| quantity | number |\n|-|-|\n| O3 | 0.9 |\n", [("O3", "0.9", "wrong")]),
    "a number for each row": (
        "| number | quantity | value |\n|-|-|-|\n| 1 | O3 | 0.9 |\n",
        [("O3", "0.9", "wrong")],
    ),
    "nothing but equations": (
        "| given | remark |\n|-|-|\n| w6 = 0.9, w7 = 0.5 | |\n",
        [("w6", "0.9", "agrees"), ("w7", "0.5", "wrong")],
    ),
    "a symbol beside its description": (
        "| quantity | symbol | value |\n|-|-|-|\n| what comes out | O3 | 0.6445 |\n",
        [("O3", "0.6445", "agrees")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_tables(blog: package.Solution, tmp_path: Path, table: str) -> None:
    text, expected = TABLES[table]
    assert judged(blog, tmp_path, "page.md", text) == expected
    rows = [line[1:-1].split("|") for line in text.splitlines() if not set(line) <= set("|-")]
    if "$" not in text:
        separated = "".join(";".join(cell.strip() for cell in row) + "\n" for row in rows)
        assert judged(blog, tmp_path, "page.csv", separated) == expected


@pytest.mark.parametrize("steps", [2, 3])
def test_the_new_value_is_that_after_all_updates(tmp_path: Path, steps: int) -> None:
    file = tmp_path / "blog.toml"
    file.write_text(Path(BLOG).read_text() + UPDATE.format(steps))
    table = "| parameter | at the start | new value |\n|-|-|-|\n| w6 | 0.9 | 5 |\n"
    names = [name for name, _, _ in judged(package.solve(package.load(file)), tmp_path, "page.md", table)]
    assert names == ["w6", f"w6+{steps}"]


def test_two_tables_with_other_heads(blog: package.Solution) -> None:
    found = blog.audit(CLAIMS / "tables-two-heads.md").claims
    assert [(claim.name, claim.verdict, claim.line) for claim in found] == [
        ("w6", "agrees", 3), ("b3", "agrees", 4), ("dCost/dO3", "wrong", 8), ("dCost/dw6", "wrong", 9),
    ]  # fmt: skip


def test_a_column_of_gradients(blog: package.Solution) -> None:
    found = blog.audit(CLAIMS / "table-gradient-column.md").claims
    assert [(claim.name, claim.written, claim.verdict) for claim in found] == [
        ("dCost/dw6", "w6", "agrees"), ("dCost/dw7", "w7", "agrees"),
    ]  # fmt: skip


def test_a_column_of_gradients_of_quantities_whose_names_look_like_derivatives(tmp_path: Path) -> None:
    """C = (2·0.5 - 0.25)² + 0.1·0.1 has dC/dthreshold = 4·0.75, dC/dd = -2·0.75 and dC/ddelta = 0.1, rate 0.1."""
    file = tmp_path / "names.toml"
    file.write_text(
        "[given]\nx = 2.0\n[parameters]\nthreshold = 0.5\nd = [0.25]\ndelta = 0.1\n[model]\n"
        "equations = 'C = (x*threshold - d[1])**2 + 0.1*delta'\n[update]\nlearning_rate = 0.1\n"
    )
    solution = package.solve(package.load(file))
    table = (
        "| parameter | old | gradient | new |\n|---|---|---|---|\n"
        "| threshold | 0.5 | 3 | 0.2 |\n| d_1 | 0.25 | -1.5 | 0.4 |\n| delta | 0.1 | 0.1 | 0.09 |\n"
    )
    assert judged(solution, tmp_path, "names.md", table) == [
        (name.format(one), number, "agrees")
        for one, numbers in {"threshold": "0.5 3 0.2", "d[1]": "0.25 -1.5 0.4", "delta": "0.1 0.1 0.09"}.items()
        for name, number in zip(("{}", "dC/d{}", "{}+"), numbers.split(), strict=True)
    ]


def test_a_raised_point_is_a_decimal_point() -> None:
    solution = package.solve(package.load(CLAIMS / "audit-interpunct.toml"))
    assert [(claim.published, claim.verdict) for claim in solution.audit().claims] == [("0·9999", "wrong")]
    # O0 is 0.5622; a bare 0 is no rounding of it, and 0·5622 is right; 2·0.28 is a product.
    verdicts = {text: solution.audit({"O0": text}).claims[0].verdict for text in ("0", "0·5622", "0.56", "2·0.2811")}
    assert verdicts == {"0": "wrong", "0·5622": "agrees", "0.56": "agrees", "2·0.2811": "agrees"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "x.md",
            "| Größe | Wert |\n|-|-|\n| z0 | 2.87 |\n",
            '1: the heads "Größe" and "Wert"; expected a head such as',
        ),
        ("x.md", "\n| name | value | colour |\n|-|-|-|\n| z0 | 2.87 | red |\n", '2: the head "colour"; expected'),
        ("x.csv", "Größe;Wert\nz0;2,87\n", '1: the heads "Größe" and "Wert"; expected a head such as quantity'),
        ("x.csv", "parameter,value,slope\nz0,2.87,1\n", '1: the head "slope"; expected a head such as quantity'),
        ("x.csv", "id,z0,colour\nanna,2.87,red\n", '1: the head "colour"; expected a head such as quantity'),
        ("x.md", "| step | gradient |\n|-|-|\n| 1 | 0.5 |\n", "1: a table with the heads"),
        ("x.md", "| w6 | 0.9 |\n| w7 | -0.5 |\n", '1: "| w6 | 0.9 |", a row that belongs to no table; expected'),
        ("x.md", "| name | value |\n|-|-|\n| z0 | ![2.87](z0.png) |\n", "3: a picture in a table; expected"),
    ],
)
def test_what_is_not_understood_refuses_the_page_with_its_line(
    blog: package.Solution, tmp_path: Path, name: str, text: str, said: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(InputError) as error:
        blog.audit(file)
    assert str(error.value).startswith(f"{file}:{said}")


# Decimal signs

SIGNS = [
    ("commas", "z0;2,87\nO3;0,6445\nz1;8,700\n", ["2.87", "0.6445", "8.700"]),
    ("commas that the page settles", 'name,value\nO3,"0,6445"\nz0,"2,870"\n', ["0.6445", "2.870"]),
    ("points, and thousands", 'O3,0.6445\nz0,"1,234"\n', ["0.6445", "1234"]),
    ("points between thousands", "O3;0,6445\nz0;1.234,5\nz1;1.234.567\n", ["0.6445", "1234.5", "1234567"]),
    ("a formula with commas", "O3;0,6445\nz0;2*0,15 + 9*0,23 + 0,5\n", ["0.6445", "2*0.15 + 9*0.23 + 0.5"]),
    ("three digits and nothing more", 'z0,"2,870"\n', [None]),
    ("both signs", 'O3,0.6445\nz0,"2,87"\n', ["0.6445", None]),
    ("points among commas", "O3;0,6445\nz0;2.870\n", ["0.6445", None]),
    ("thousands among points, where semicolons speak for commas", "O3;0.6445\nz0;2,870\n", ["0.6445", None]),
    ("semicolons settle it", "z0;2,870\nz1;8,700\n", ["2.870", "8.700"]),
]


@pytest.mark.parametrize(("text", "texts"), [row[1:] for row in SIGNS], ids=[row[0] for row in SIGNS])
def test_decimal_signs(blog: package.Solution, tmp_path: Path, text: str, texts: list[str | None]) -> None:
    found = judged(blog, tmp_path, "page.csv", text)
    assert [None if verdict == "unread" else published for _, published, verdict in found] == texts


# What cannot be read


def test_an_unreadable_cell_leaves_the_rest(derive: Derive) -> None:  # noqa: F811
    Path("page.md").write_text("| name | value |\n|-|-|\n| O3 | 0.6445 |\n| z0 | 2,8,7 |\n| dCost/dO3 | 0.2755 |\n")
    result = derive("audit", BLOG, "--claims", "page.md", "--json")
    data = json.loads(result.out)
    assert result.code == 2
    assert result.err.startswith("page.md:4: z0: ")
    assert [(claim["name"], claim["verdict"]) for claim in data["claims"]] == [
        ("O3", "agrees"), ("z0", "unread"), ("dCost/dO3", "wrong"),
    ]  # fmt: skip
    assert (data["wrong"], data["claims"][1]["published"], data["claims"][1]["line"]) == (1, "2,8,7", 4)
    report = derive("audit", BLOG, "--claims", "page.md").out
    assert report.startswith("1 of 3 claims is wrong; 1 agrees, 1 cannot be read.")
    assert "\nNot read:\n  z0 = 2,8,7 (line 4)\n" in report
    page = derive("render", BLOG, "--claims", "page.md", "--to", "markdown", "-o", "-")
    assert (page.code, page.err.count("page.md:4: z0: ")) == (2, 1)
    assert "### What could not be read" in page.out
    overview = derive("audit", BLOG, "--claims", "page.md", "page.md").out.splitlines()
    assert overview[0].split() == ["paper", "claims", "wrong", "not", "read", "first", "wrong", "mistakes"]


# Many papers

WIDE = """\
id,Surname,z0,O3,dCost/dw6,Status
anna,Doe,2.87,0.6445,-0.0597,Finished
ben,Roe,2.78,-,,Finished
cleo,Poe,"2,87","0,6445",0.0597,
dan,Moe,,,,Never
"""


def test_a_row_for_each_paper(derive: Derive) -> None:  # noqa: F811
    Path("class.csv").write_text(WIDE)
    Path("class.md").write_text("| paper | z0 | O3 |\n|-|-|-|\n| anna | 2.87 | 0.6445 |\n| ben | 2.78 | |\n")
    result = derive("audit", BLOG, "--claims", "class.csv", "--json")
    papers = json.loads(result.out)["audits"]
    assert result.code == 2  # the decimal point of cleo's last number, on a page with commas
    assert [(paper["file"], paper["paper"], len(paper["claims"]), paper["wrong"]) for paper in papers] == [
        ("class.csv", "anna", 3, 0), ("class.csv", "ben", 1, 1), ("class.csv", "cleo", 3, 1),
        ("class.csv", "dan", 0, 0),
    ]  # fmt: skip
    table = derive("audit", BLOG, "--claims", "class.md").out.splitlines()
    assert [line.split()[1:4] for line in table[1:3]] == [["anna", "2", "0"], ["ben", "1", "1"]]
    refused = derive("render", BLOG, "--claims", "class.csv", "--to", "markdown")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("class.csv: a table of 4 papers; expected one paper")


EXPORTS = {
    # Moodle: a title for each who tried, points behind; a last line over all.
    "moodle": (
        '\ufeff"Surname","First name","ID number","Email address",Status,Started,"Grade/10.00",z0,"dCost/dw6"\n'
        "Doe,Anna,4711,a@b.c,Finished,7 May 2026,10.00,2.87,-0.0597\nRoe,Ben,4712,b@b.c,Finished,7 May,5.00,2.78,-\n"
        '"Overall average",,,,,,7.50,,\n',
        {"4711": ["agrees", "agrees"], "4712": ["wrong"]},
    ),
    # Canvas: the number of each question before its text, and its points in a column without a name.
    "canvas": (
        'name,id,sis_id,section,submitted,attempt,"101: z0",1.0,"102: dCost/dw6",1.0,n correct,n incorrect,score\n'
        "Anna Doe,1,a,S,2026-05-07,1,2.87,1.0,-0.0597,1.0,2,0,2.0\n",
        {"1": ["agrees", "agrees"]},
    ),
    # A list as spreadsheets write it in many countries.
    "semicolons": ("Matrikel;z0;O3\n17;2,87;0,6445\n18;2,78;\n", {"17": ["agrees", "agrees"], "18": ["wrong"]}),
    "a line break in a head": ('id,"z0","O3"\n"a",2.87,0.6445\n', {"a": ["agrees", "agrees"]}),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_lists_that_courses_export(blog: package.Solution, tmp_path: Path, export: str) -> None:
    text, expected = EXPORTS[export]
    file = tmp_path / "class.csv"
    file.write_text(text)
    papers = blog.papers(file)
    assert {paper.paper: [claim.verdict for claim in blog.audit(paper).claims] for paper in papers} == expected


def test_a_paper_twice_or_without_an_id(blog: package.Solution, tmp_path: Path) -> None:
    file = tmp_path / "class.csv"
    file.write_text("id,z0\nanna,2.87\n,8\nanna,2.87\n")
    with pytest.raises(InputError) as error:
        blog.papers(file)
    assert str(error.value) == (
        f"{file}:3: a row without an id; expected in the first column, whose paper it is\n"
        f'{file}:4: the paper "anna" a second time; line 2 has it already'
    )


def test_a_folder_of_papers(derive: Derive) -> None:  # noqa: F811
    for name, text in {
        "anna.csv": "O3,0.6445\n", "group/ben.toml": "O3 = 0.6454\n", "dan.txt": "O3 = 0.6445\n", ".hidden": "x",
        "scan.pdf": "x",
    }.items():  # fmt: skip
        Path("papers", name).parent.mkdir(parents=True, exist_ok=True)
        Path("papers", name).write_text(text)
    result = derive("audit", BLOG, "--claims", "papers", "--json")
    assert result.code == 2
    assert [audit["file"] for audit in json.loads(result.out)["audits"]] == [
        "papers/anna.csv", "papers/dan.txt", "papers/group/ben.toml",
    ]  # fmt: skip
    assert result.err.splitlines() == [
        'papers/scan.pdf: a file with the suffix ".pdf"; expected claims in a file of .toml, .csv, .tsv, .md, '
        ".markdown, .json, .txt, .py, .ipynb or .xlsx"
    ]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("toml", "O3 = 0.6445\n"),
        ("csv", "O3,0.6445\n"),
        ("markdown", "| name | value |\n|-|-|\n| O3 | 0.6445 |\n"),
        ("json", '{"O3": 0.6445}'),
    ],
)
def test_standard_input_in_every_form(derive: Derive, form: str, text: str) -> None:  # noqa: F811
    result = derive("audit", BLOG, "--claims", "-", "--claims-format", form, stdin=text)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("None of 1 claim is wrong; 1 agrees.")
    assert derive("audit", BLOG, "--claims", "-", stdin=text).code == (0 if form == "toml" else 2)


def test_a_page_judges_one_paper(derive: Derive) -> None:  # noqa: F811
    Path("a.toml").write_text("O3 = 0.6445\n")
    result = derive("render", BLOG, "--claims", "a.toml", "--claims", "a.toml", "--to", "markdown")
    assert (result.code, result.out, Path("output").exists()) == (2, "", False)
    assert "--claims: a page judges one file of claims, and here are 2" in result.err


# Our own pages

RECTIFIER = EXAMPLES / "rectifier-2-4-1.toml"  # a brief page: steps and neurons in tables


@pytest.mark.parametrize("flavour", sorted(set(FLAVOURS) - {"images"}))
@pytest.mark.parametrize("example", ["rectifier-2-4-1.toml", "layered-3-4-3-2.toml", "mazur-2-2-2-published.toml"])
def test_our_own_page_is_read_whole(tmp_path: Path, example: str, flavour: str) -> None:
    network = package.load(EXAMPLES / example, {"document": {"detail": "brief"}})
    solution = package.solve(network)
    page = tmp_path / "page.md"
    page.write_text(str(solution.render("markdown", flavour=flavour)))
    found = Counter(claim.verdict for claim in solution.audit(page).claims)
    assert set(found) <= {"agrees", "rounding"}
    told = {claim.name for claim in solution.audit(page).claims}
    graph, training = network.model.graph, solution.worked.training
    of_neurons = {*network.model.of(NET_INPUT), *network.model.of(OUTPUT)}
    assert {*graph.given, *of_neurons, network.model.network.cost} <= told
    assert {step.target for step in solution.worked.steps} <= told
    assert training is None or {formula.name for formula in training.formulas} <= told


def test_a_page_of_pictures_is_refused_with_its_lines(tmp_path: Path) -> None:
    solution = package.solve(package.load(RECTIFIER))
    page = tmp_path / "page.md"
    page.write_bytes(solution.rendered("markdown", flavour="images", stem="page").content)
    with pytest.raises(InputError, match=r"page\.md:\d+: a picture in a table"):
        solution.audit(page)
