"""The audit on the page: what is said of each claim, what is typeset, which signs stand, where links lead."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Content, Document, Heading, Items, Link, Math, Note, Paragraph, Table, Text
from derive.expression.plain import plain
from derive.expression.tree import Name, Number
from tests.document.test_page import words

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = [
    ("blog-2-3-1-published", None),
    ("mazur-2-2-2-published", None),
    *(("blog-2-3-1", f"claims/{paper}") for paper in ("anna.toml", "ben.csv", "cleo.md")),
]


def solution(example: str, claims: object = None) -> derive.Solution:
    solved = derive.solve(derive.load(EXAMPLES / f"{example}.toml"))
    if isinstance(claims, str):
        claims = EXAMPLES / claims
    return solved if claims is None else solved.with_claims(claims)


def section(document: Document) -> list[object]:
    """The blocks of the audit."""
    heads = [index for index, block in enumerate(document.blocks) if isinstance(block, Heading) and block.level == 1]
    start = next(index for index in heads if document.blocks[index].anchor == "audit")
    return list(document.blocks[start : heads[heads.index(start) + 1]])


def contents(blocks: list[object]) -> list[Content]:
    found: list[Content] = []
    for block in blocks:
        match block:
            case Heading(_, content, _) | Paragraph(content) | Note(_, content):
                found.append(content)
            case Items(items):
                found += items
            case Table(head, _, rows, _):
                found += [*head, *(cell for row in rows for cell in row)]
    return found


def test_what_is_said_of_the_blog() -> None:
    blocks = section(solution("blog-2-3-1-published").document)
    heads = [words(block.content) for block in blocks if isinstance(block, Heading)]
    assert heads == ["What was printed", "What is wrong", "What rounding explains", "What is right"]
    (summary,) = [words(block.content) for block in blocks[2:3] if isinstance(block, Paragraph)]
    # Of the post's 34 lines one cost and two formulas are wrong; five gradients are off by what rounding carried on.
    assert summary.startswith("Of 34 claims three are wrong; 26 agree and five differ by rounding.")
    assert "rounded to 4 decimals at each step" in summary
    assert summary.endswith("The first mistake is in Cost (the cost).")
    (wrong,) = [block for block in blocks if isinstance(block, Items)]
    told = [words(item) for item in wrong.items]
    assert told[0].startswith("Cost (the cost) was printed as 0.0759. It is Cost ≈ 0.0380. ")
    assert "factor 2" in told[0]
    assert told[1].startswith("dCost/db1 (step 14) was printed as dCost/dO1. ")
    assert "dCost/db1 ≈ 0.00000525686; dCost/dO1 ≈ 0.0315670" in told[1]  # both values: the counter-proof
    assert told[2].startswith("dCost/db2 (step 19) was printed as dCost/dO2. ")
    (note,) = [block for block in blocks if isinstance(block, Note)]
    erased = words(note.content)
    assert [name in erased for name in ("dCost/dz1 ≈ 0.00000525686", "dCost/dw2", "dCost/dw3")] == [True] * 3


def test_what_a_formula_comes_to_is_typeset_and_short() -> None:
    """A formula in the words of a finding is no hyphen between two words: O3 − y is −0.275537322946594 by hand."""
    blocks = section(solution("blog-2-3-1", {"dCost/dw6": "(O3 - y)*O1"}).document)
    (wrong,) = [block for block in blocks if isinstance(block, Items)]
    formulas = [
        plain(piece.items[0][1]) for piece in wrong.items[0] if isinstance(piece, Math) and len(piece.items) == 1
    ]
    assert formulas.count("(O3 - y) * O1") == 2  # what was printed, and what it comes to
    # sigmoid(8.7) = 0.999833414…, and with -0.275537322946594 that is -0.2754914…
    assert "; (O3 - y) * O1 is -0.275491. " in words(wrong.items[0])


@pytest.mark.parametrize(("example", "claims"), FILES)
def test_every_link_leads_somewhere(example: str, claims: str | None) -> None:
    document = solution(example, claims).document
    anchors = {block.anchor for block in document.blocks if isinstance(block, Heading)}
    links = [piece for content in contents(section(document)) for piece in content if isinstance(piece, Link)]
    assert links
    assert {link.target for link in links} <= anchors


@pytest.mark.parametrize(("example", "claims"), FILES)
def test_equals_stands_only_where_it_is_so(example: str, claims: str | None) -> None:
    solved = solution(example, claims)
    found = 0
    for content in contents(section(solved.document)):
        for piece in content:
            match piece:
                case Math(((_, Name(name)), (sign, Number(text)))):
                    found += 1
                    exact = solved.worked.values[name].exact
                    assert (sign == "=") == (exact.exact and exact.value == Decimal(text)), (name, sign, text)
                    assert abs(exact.value - Decimal(text)) < Decimal("0.1"), (name, text)
    assert found


@pytest.mark.parametrize(("example", "claims"), FILES)
def test_names_and_numbers_are_typeset(example: str, claims: str | None) -> None:
    """What stands as words holds no plain derivative and no decimal number."""
    for content in contents(section(solution(example, claims).document)):
        for piece in content:
            if isinstance(piece, Text):
                assert not re.search(r"d\w+/d\w|\d\.\d", piece.text), piece.text


def test_what_is_printed_stays_as_printed() -> None:
    (right,) = [block for block in section(solution("blog-2-3-1-published").document) if isinstance(block, Table)][1:]
    cells = [(words(row[column]), words(row[column + 1])) for row in right.rows for column in range(0, len(row), 2)]
    assert ("O3", "64.45\u202f%") in cells
    assert ("dCost/db3", "dCost/dz3") in cells
    assert ("dCost/dz1", "0.0000") in cells
    assert len([name for name, _ in cells if name]) == 26


def test_what_follows_from_a_mistake_is_told_with_what_it_follows_from() -> None:
    """Ben left the bias out of z3 and went on rightly from there."""
    tables = [block for block in section(solution("blog-2-3-1", "claims/ben.csv").document) if isinstance(block, Table)]
    rows = {words(row[0]): [words(cell) for cell in row[1:]] for row in tables[0].rows}
    assert words(tables[0].head[-1]) == "right, given"
    assert rows["O3"] == ["0.59744", "0.64446", "the earlier z3."]
    assert rows["dCost/dz3"] == ["-0.07758", "-0.06313", "the earlier dCost/dO3, dO3/dz3."]
    assert len(rows) == 16


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        # O3 is 0.64446268, z0 is 2.87 exactly; the truth is told in the form of the claim.
        (("O3", "74.45%"), "O3 (the forward pass) was printed as 74.45\u202f%. It is O3 ≈ 64.45\u202f%."),
        (("O3", "7.4·10⁻¹"), "O3 (the forward pass) was printed as 7.4e-1. It is O3 ≈ 6.4e-1."),
        (("z0", "2.97"), "z0 (the forward pass) was printed as 2.97. It is z0 = 2.87."),
        (("z0", "+2.970"), "z0 (the forward pass) was printed as 2.970. It is z0 = 2.870."),
    ],
)
def test_the_truth_in_the_form_of_the_claim(printed: tuple[str, str], said: str) -> None:
    (items,) = [block for block in section(solution("blog-2-3-1", [printed]).document) if isinstance(block, Items)]
    assert words(items.items[0]).startswith(said)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"O3": "0.6445"}, "The one claim is not wrong: it agrees."),
        ({"O3": "0.7445"}, "The one claim is wrong."),
        ({"O3": "0.6445", "O2": "0.5374"}, "Of two claims none is wrong; two agree."),
        ({"nonsense": "1"}, "The one claim is not wrong: it cannot be judged."),
    ],
)
def test_summaries(claims: dict[str, str], said: str) -> None:
    assert said in words(section(solution("blog-2-3-1", claims).document)[2].content)


def test_a_wrong_claim_is_told_where_the_page_works_it_out() -> None:
    blocks = solution("blog-2-3-1-published").document.blocks
    place, told = "", {}
    for block in blocks:
        if isinstance(block, Heading):
            place = block.anchor
        elif isinstance(block, Note) and block.title == "Printed otherwise.":
            told[place] = words(block.content)
    assert told == {
        "cost": "Somebody has printed Cost as 0.0759; see what is wrong with it.",
        "step-14": "Somebody has printed dCost/db1 as dCost/dO1; see what is wrong with it.",
        "step-19": "Somebody has printed dCost/db2 as dCost/dO2; see what is wrong with it.",
    }


def test_without_claims_there_is_no_section() -> None:
    document = solution("blog-2-3-1").document
    assert "audit" not in [block.anchor for block in document.blocks if isinstance(block, Heading)]


def test_many_claims_are_cut_short() -> None:
    names = [f"nothing{number}" for number in range(200)]
    blocks = section(solution("blog-2-3-1", dict.fromkeys(names, "1")).document)
    (items,) = [block for block in blocks if isinstance(block, Items)]
    assert len(items.items) == 61
    assert words(items.items[-1]) == "and 140 more."


HOSTILE = ("<script>alert(1)</script>", "\\input{/etc/passwd}", "$x$ `y` *z* [l](u) {{ 7*7 }} {% raw %}", "</style>")

#: What must not stand in a page, where its format would execute or include it.
LIVE = {
    "markdown": ("<script", "</style", "[l](u)", "{{ 7", "{% raw"),
    "latex": ("\\input{/etc", "$x$"),
    "html": ("<script>alert", "</style>”"),
}


@pytest.mark.parametrize("form", LIVE)
def test_hostile_names_are_text(form: str) -> None:
    page = str(solution("blog-2-3-1", dict.fromkeys(HOSTILE, "1")).render(form))
    assert "No such quantity" in page
    assert [live for live in LIVE[form] if live in page] == []


def test_hostile_names_typeset() -> None:
    solved = solution("blog-2-3-1", dict.fromkeys(HOSTILE, "1"))
    assert bytes(solved.render("pdf")).startswith(b"%PDF")


def test_a_brief_page_links_to_its_tables(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text('[document]\ndetail = "brief"\n' + (EXAMPLES / "blog-2-3-1.toml").read_text().partition("\n")[2])
    document = derive.solve(derive.load(file)).with_claims({"dCost/dw4": "1.5", "dCost/dw6": "2"}).document
    anchors = {block.anchor for block in document.blocks if isinstance(block, Heading)}
    tables = {f"steps-layer-{layer}" for layer in (1, 2)}
    links = [piece for content in contents(section(document)) for piece in content if isinstance(piece, Link)]
    assert {link.target for link in links} <= anchors | tables
    assert any(link.target in tables for link in links)


def test_formulas_are_typeset_whatever_their_spelling() -> None:
    blocks = section(solution("blog-2-3-1", {"dC/db1": "dC/da1 * 2", "O3": "a_2 + z3"}).document)
    (items,) = [block for block in blocks if isinstance(block, Items)]
    shown = [
        plain(expr) for item in items.items for piece in item if isinstance(piece, Math) for _, expr in piece.items
    ]
    assert "dCost/dO1 * 2" in shown
    assert "O2 + z3" in shown


def test_a_true_value_of_more_digits_than_may_be_written_has_its_place(tmp_path: Path) -> None:
    file = tmp_path / "large.toml"
    file.write_text(
        '[network]\ninputs = [1e100]\ntargets = [0.5]\ncost = "squared_error"\n'
        '[[network.layers]]\nactivation = "identity"\nweights = [[1.5]]\n[published]\nCost = "7"\n',
        encoding="utf-8",
    )
    page = derive.solve(derive.load(file)).render("markdown")
    # (0.5 − 1.5 · 10¹⁰⁰)² = 2.25 · 10²⁰⁰ − 1.5 · 10¹⁰⁰ + 0.25
    assert "225" + "0" * 198 in page or r"2.25 \cdot 10^{200}" in page or r"2.25 \times 10^{200}" in page


def test_entries_of_matrices_are_typeset_in_the_words_of_a_finding() -> None:
    """A weight of a recurrent network whose matrix is put in untransposed: both are named with their two indices."""
    text = (
        "[given]\nx = [1, 2]\n[parameters]\nW = [0.1, 0.2]\nU = [[0.1, 0.2], [0.3, 0.4]]\n[index]\nt = '1..2'\n"
        "[model]\nequations = '''\nh[0] = zeros(2)\nh[t] = tanh(W*x[t] + U @ h[t-1])\nz = U @ h[2]\n"
        "E = sum(z**2)\n'''\n[published]\n'dE/dh[2]' = 'U @ dE/dz'\n"
    )
    page = derive.solve(derive.loads(text)).render("markdown")
    finding = next(line for line in page.splitlines() if line.startswith("- ") and "U_{12}" in line)
    assert "$`U_{12}`$ for $`U_{21}`$" in finding
    assert "[1" not in finding.replace("](#", "")
