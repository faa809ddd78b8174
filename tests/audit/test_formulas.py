"""Formulas with numbers in them, lines of numbers, chains: verdicts by hand and of published pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import derive
from derive.auditing.data import Judged

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="module")
def blog() -> derive.Solution:
    """The blog's network: x = 2, 9; y = 0.92; O = 0.94634, 0.99983, 0.53743; z3 = 0.59479; O3 = 0.64446."""
    return derive.solve(derive.load(EXAMPLES / "blog-2-3-1.toml"))


@pytest.fixture(scope="module")
def mazur() -> derive.Solution:
    return derive.solve(derive.load(EXAMPLES / "mazur-2-2-2.toml"))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> derive.Solution:
    """A 2-2-1 network whose given numbers people write into their formulas."""
    file = tmp_path_factory.mktemp("given") / "net.toml"
    file.write_text(
        '[network]\ninputs = [0.05, 0.10]\ntargets = [0.01]\ncost = "half_squared_error"\n'
        '[[network.layers]]\nactivation = "sigmoid"\nweights = [[0.15, 0.20], [0.25, 0.30]]\nbiases = [0.35, 0.35]\n'
        '[[network.layers]]\nactivation = "sigmoid"\nweights = [[0.40, 0.45]]\nbiases = [0.60]\n'
        '[notation]\nfirst_index = 1\nneurons = [["h1", "h2"], ["o"]]\ncost = "E"\n[update]\nlearning_rate = 0.5\n'
    )
    return derive.solve(derive.load(file))


def judged(solution: derive.Solution, name: str, text: str, **others: str) -> Judged:
    return solution.audit({**others, name: text}).claims[-1]


def codes(claim: Judged) -> list[str]:
    return [diagnosis.code for diagnosis in claim.diagnosis]


# Each table: quantity | claim | verdict | the best diagnosis

FORMULAS_OF_THE_BLOG = """
dCost/dO3 | O3 - 0.92 | agrees |
dCost/dO3 | 0.92 - O3 | wrong | sign
dCost/dw0 | 2*dCost/dz0 | agrees |
dCost/dw0 | dCost/dz0*x0 | agrees |
dCost/dw0 | 9*dCost/dz0 | wrong | swapped-index
dCost/dw0 | (1 + 1)*dCost/dz0 | wrong | factor-2+factor-missing
dCost/dO0 | 0.9*dCost/dz3 | agrees |
dCost/dO1 | -0.5*dCost/dz3 | agrees |
dCost/dO1 | 0.5*dCost/dz3 | wrong | sign
dCost/dO1 | 0 - dCost/dz3*0.5 | agrees |
Cost | 0.5*(0.92 - O3)^2 | agrees |
Cost | (0.92 - O3)^2 | wrong | factor-2
z0 | 2*w0 + 9*w1 + 0.5 | agrees |
z0 | 2*w0 + 9*w1 | wrong | bias-missing
z0 | x0*0.15 + x1*0.23 + b0 | agrees |
z3 | 0.9*O0 - 0.5*O1 + 0.08*O2 + 0.2 | agrees |
z3 | 0.9*O0 - 0.5*O1 + 0.2 | wrong | term-missing
O3 | 1/(1 + exp(-z3)) | agrees |
dO3/dz3 | O3*(1 - O3) | agrees |
dCost/dw6 | (O3 - 0.92)*O3*(1 - O3)*O0 | agrees |
dCost/dz0 | dCost/dO0 * 0.0508 | agrees |
dCost/dz0 | -0.0568 * dO0/dz0 | rounding |
dCost/dz0 | 0.0568 * dO0/dz0 | wrong | sign
z3 | 0.8517 - 0.4999 + O2*w8 + b3 | agrees |
z3 | 0.8517 - 0.4999 + O2*w8 | wrong | bias-missing
dCost/dz0 | dCost/dO0 * dCost/dz0 | wrong | own-formula
dCost/dz1 | dCost/dz1 * dO1/dz1 | wrong | own-formula
dCost/dz1 | dCost/db1 * dO1/dz1 | wrong | own-formula
dCost/dz0 | -dCost/dO0 * dCost/dz0 | wrong | own-formula+sign
dCost/db3 | dCost/dz3 | agrees |
O3 | O3 | agrees |
"""

# 2·0.5 + 9·0.8 = 8.2 and 8.7 with the bias; 0.8517 − 0.4999 + 0.2 = 0.5518, and 0.5948 with 0.5374·0.08 = 0.0430.
LINES_OF_THE_BLOG = """
z1 | 2*0.5 + 9*0.8 | wrong | bias-missing
z1 | 2*0.5 + 9*0.8 + 0.5 | agrees |
z1 | 2*0.8 + 9*0.5 + 0.5 | wrong | swapped-weight
z1 | 9*0.5 + 2*0.8 + 0.5 | wrong | swapped-weight
z1 | 2*0.5 + 0.5 | wrong | term-missing
z1 | 2*0.5 + 9*0.08 + 0.5 | wrong | decimal-shifted
z3 | 0.8517 - 0.4999 + 0.2 | wrong | term-missing
z3 | 0.8517 - 0.4999 + 0.0430 | wrong | bias-missing
z3 | 0.8517 - 0.4999 + 0.0430 + 0.2 | agrees |
z3 | 0.8517 + 0.4999 + 0.0430 + 0.2 | wrong | sign-of-term
z3 | 0.9463*0.9 - 0.9998*0.5 + 0.5374*0.08 + 0.2 | agrees |
z3 | 0.9463*0.9 - 0.9998*0.5 + 0.5374*0.08 | wrong | bias-missing
z3 | 0.9*0.9463 + (-0.5)*0.9998 + 0.2 | wrong | term-missing
z0 | 0.05*2 + 0.9 | wrong |
z0 | 2*0.15 + 9*0.23 + 0.5 | agrees |
z0 | 0.3 + 2.07 + 0.5 | agrees |
z0 | 0.3 + 2.07 | wrong | bias-missing
z0 | 0.3 + 2.70 + 0.5 | wrong | digits-transposed
O0 | sigmoid(2.87) | agrees |
O0 | 1/(1+exp(-2.87)) | agrees |
O0 | 1/(1+e^-2.87) | agrees |
O0 | 1/(1+exp(2.87)) | wrong | sign-of-net-input
O0 | exp(-2.87) | wrong |
dO3/dz3 | 0.6445*(1 - 0.6445) | agrees |
dO3/dz3 | 0.6445(1 - 0.6445) | agrees |
dO3/dz3 | O3(1 - O3) | agrees |
dO3/dz3 | 0.6445 | wrong | factor-missing
dO3/dz3 | 0.6445*(1 + 0.6445) | wrong | activation-derivative-miswritten
Cost | 0.5*(0.92 - 0.6445)^2 | agrees |
Cost | (0.92 - 0.6445)^2/2 | agrees |
Cost | (0.92 - 0.6445)^2 | wrong | factor-2
dCost/dO3 | 0.6445 - 0.92 | agrees |
dCost/dO3 | 0.92 - 0.6445 | wrong | sign
dCost/dz3 | -0.2755*0.2291 | agrees |
dCost/dz3 | 0.2755*0.2291 | wrong | sign
dCost/dz3 | -0.2755*0.2291*0.2291 | wrong | factor-twice
dCost/dz3 | -0.2755*0.2291*0.9463 | wrong | another-quantity
dCost/dw5 | -0.0012*9 | rounding |
dCost/dw5 | -0.0012*2 | wrong | swapped-index
dCost/dw8 | (-0.0631)*0.5374 | agrees |
"""

FORMULAS_WITH_GIVEN_NUMBERS = """
w5+ | w5 - 0.5*dE/dw5 | agrees |
w5+ | 0.40 - 0.5*dE/dw5 | agrees |
w5+ | w5 + 0.5*dE/dw5 | wrong | update-added
w5+ | w5 - 0.7*dE/dw5 | wrong | learning-rate
w5+ | w5 - 0.1*dE/dw5 | wrong | learning-rate
w5+ | w5 - dE/dw5 | wrong | learning-rate
w5+ | w5 | wrong | not-updated
w5+ | 0.5*dE/dw5 | wrong | term-missing
w5+ | -0.5*dE/dw5 + 0.4 | agrees |
E | 0.5*(0.01 - out_o)**2 | agrees |
E | (0.01 - out_o)**2/2 | agrees |
E | (0.01 - out_o)**2 | wrong | factor-2
net_h1 | 0.05*w1 + 0.1*w2 + b1 | agrees |
net_h1 | 0.05*w1 + 0.1*w2 | wrong | bias-missing
net_h1 | 0.1*w1 + 0.05*w2 + b1 | wrong | swapped-weight
net_o+ | out_h1+*w5+ + out_h2+*w6+ + 0.6 | wrong |
net_o+ | out_h1+*w5+ + out_h2+*w6+ + b3+ | agrees |
"""

# As Mazur prints them, to 9 digits (mattmazur.com, 2015).
LINES_OF_MAZUR = """
net_h1 | 0.15 * 0.05 + 0.2 * 0.1 + 0.35 * 1 = 0.3775 | agrees |
out_h1 | \\frac{1}{1+e^{-0.3775}} = 0.593269992 | agrees |
net_o1 | 0.4 * 0.593269992 + 0.45 * 0.596884378 + 0.6 * 1 = 1.105905967 | agrees |
out_o1 | \\frac{1}{1+e^{-1.105905967}} = 0.75136507 | agrees |
E_o1 | \\frac{1}{2}(0.01 - 0.75136507)^{2} = 0.274811083 | agrees |
E_total | 0.274811083 + 0.023560026 = 0.298371109 | agrees |
dE_total/dout_o1 | -(0.01 - 0.75136507) = 0.74136507 | agrees |
dout_o1/dnet_o1 | 0.75136507(1 - 0.75136507) = 0.186815602 | agrees |
dE_total/dw5 | 0.74136507 * 0.186815602 * 0.593269992 = 0.082167041 | agrees |
w5+ | 0.4 - 0.5 * 0.082167041 = 0.35891648 | agrees |
dE_o1/dout_h1 | 0.138498562 * 0.40 = 0.055399425 | agrees |
dE_total/dout_h1 | 0.055399425 + -0.019049119 = 0.036350306 | agrees |
dout_h1/dnet_h1 | 0.59326999(1 - 0.59326999 ) = 0.241300709 | agrees |
dE_total/dw1 | 0.036350306 * 0.241300709 * 0.05 = 0.000438568 | agrees |
w1+ | 0.15 - 0.5 * 0.000438568 = 0.149780716 | agrees |
dE_total/dw5 | 0.74136507 * 0.186815602 | wrong | factor-missing
dE_total/dout_h1 | 0.055399425 | wrong | path-missing
dE_total/dw1 | 0.036350306 * 0.241300709 * 0.1 | wrong | swapped-index
net_h1 | 0.15 * 0.05 + 0.2 * 0.1 | wrong | bias-missing
w5+ | 0.4 + 0.5 * 0.082167041 | wrong | update-added
"""


def rows(table: str) -> list[str]:
    return table.strip().splitlines()


def check(solution: derive.Solution, row: str) -> None:
    name, text, verdict, code = (cell.strip() for cell in row.split(" |"))
    claim = judged(solution, name, text)
    assert (claim.verdict, codes(claim)[:1]) == (verdict, [code] if code else [])
    assert claim.published == text


@pytest.mark.parametrize("row", rows(FORMULAS_OF_THE_BLOG))
def test_formulas_of_the_blog(blog: derive.Solution, row: str) -> None:
    check(blog, row)


@pytest.mark.parametrize("row", rows(LINES_OF_THE_BLOG))
def test_lines_of_the_blog(blog: derive.Solution, row: str) -> None:
    check(blog, row)


@pytest.mark.parametrize("row", rows(FORMULAS_WITH_GIVEN_NUMBERS))
def test_given_numbers(given: derive.Solution, row: str) -> None:
    check(given, row)


@pytest.mark.parametrize("row", rows(LINES_OF_MAZUR))
def test_lines_of_mazur(mazur: derive.Solution, row: str) -> None:
    check(mazur, row)


def test_the_line_says_what_it_comes_to(blog: derive.Solution) -> None:
    for name, text, expected, comes_to in (
        ("z1", "2*0.5 + 9*0.8", "8.7", "8.2"),
        ("z3", "0.8517 - 0.4999 + 0.2", "0.5948", "0.5518"),
        ("z0", "0.05*2 + 0.9", "2.87", "1.00"),
    ):
        claim = judged(blog, name, text)
        assert claim.expected == expected
        assert claim.note == f"{name} is {expected}; {text} is {comes_to}."


def test_what_belongs_in_the_place_of_the_quantity_itself(blog: derive.Solution) -> None:
    """Steps 9 and 14 of the blog's code."""
    for name, text, due in (
        ("dCost/dz0", "dCost/dO0 * dCost/dz0", "dO0/dz0"),
        ("dCost/dz1", "dCost/dz1 * dO1/dz1", "dCost/dO1"),
    ):
        (diagnosis,) = judged(blog, name, text).diagnosis
        assert diagnosis.says == f"{name} stands in its own formula, before it is known; {due} belongs there."


def test_the_reading_is_told(given: derive.Solution) -> None:
    assert judged(given, "w5+", "w5 - 0.5*dE/dw5").note == "Read with 0.5 as eta."
    assert judged(given, "net_h1", "0.05*w1 + 0.1*w2 + b1").note == "Read with 0.05 as i1, 0.1 as i2."


def test_the_number_that_is_another_is_told(blog: derive.Solution) -> None:
    assert "w3, which is 0.8, belongs where 0.08 stands." in judged(blog, "z1", "2*0.5 + 9*0.08 + 0.5").note


# quantity | chain | verdict | what is expected of the last member | what is in the note
CHAINS = """
z0 | 0.3 + 2.07 + 0.5 = 2.87 | agrees | 2.87 |
z0 | x0*w0 + x1*w1 + b0 = 2*0.15 + 9*0.23 + 0.5 = 0.3 + 2.07 + 0.5 = 2.87 | agrees | 2.87 |
z0 | z0 = 0.3 + 2.07 + 0.5 = 2.87 | agrees | 2.87 |
z0 | 0.3 + 2.07 = 2.37 | wrong | 2.87 | In it 0.3 + 2.07 is wrong.
z0 | 0.3 + 2.07 + 0.5 = 2.78 | wrong | 2.87 | In it 2.78 is wrong.
z0 | x0*w0 + x1*w1 = 2.87 | wrong | 2.87 | In it x0*w0 + x1*w1 is wrong.
z0 | 0.3 + 2.07 + 0.6 = 0.3 + 2.07 + 0.5 = 2.87 | agrees | 2.87 |
O3 | 1/(1+exp(-0.5948)) ≈ 0.6445 | agrees | 0.6445 |
dCost/dz3 | dCost/dO3 * dO3/dz3 = (-0.2755)*0.2291 = -0.0631 | agrees | -0.0631 |
dCost/dz3 | dCost/dO3 = -0.2755 | wrong | -0.0631 | In it dCost/dO3 is wrong.
"""


@pytest.mark.parametrize("row", rows(CHAINS))
def test_chains(blog: derive.Solution, row: str) -> None:
    name, text, verdict, expected, note = (cell.strip() for cell in row.split(" |"))
    claim = judged(blog, name, text)
    assert (claim.verdict, claim.expected) == (verdict, expected)
    assert note in claim.note
    assert claim.note.count(" is wrong.") == bool(note)


def test_a_number_printed_elsewhere_has_its_own_precision(blog: derive.Solution) -> None:
    """0.5474 for 0.5374 moves 0.5948 by 0.0008, eight units of the last digit."""
    line = "0.9463*0.9 - 0.9998*0.5 + 0.54*0.08 + 0.2"
    assert judged(blog, "z3", line).verdict == "agrees"  # 0.54 stands for anything from 0.535 to 0.545
    assert judged(blog, "z3", "0.9463*0.9 - 0.9998*0.5 + 0.5474*0.08 + 0.2", O2="0.5374").verdict == "wrong"


def test_a_line_follows_from_a_wrong_number(blog: derive.Solution) -> None:
    claims = {"dCost/dz3": "0.0631", "dCost/dw6": "0.0631*0.9463"}
    first, second = blog.audit(claims).claims
    assert (first.verdict, second.verdict) == ("wrong", "follows")
    assert second.note == "Right, given the earlier dCost/dz3."


def test_a_number_follows_from_a_wrong_line(blog: derive.Solution) -> None:
    """sigmoid(0.5518) is 0.63455."""
    claims = {"z3": "0.8517 - 0.4999 + 0.2", "O3": "0.6345"}
    first, second = blog.audit(claims).claims
    assert (first.verdict, second.verdict) == ("wrong", "follows")


def test_the_same_number_twice_is_one(blog: derive.Solution) -> None:
    """O(1 − O) at 0.6445 is 0.22912 to 0.0000145; two numbers of that precision would leave 0.00005."""
    assert judged(blog, "dO3/dz3", "0.6445*(1 - 0.6445)", O3="0.6445").verdict == "agrees"
    assert judged(blog, "dO3/dz3", "0.6446*(1 - 0.6446)", O3="0.6446").verdict == "follows"


def test_the_command(tmp_path: Path) -> None:
    """The file of claims that all passed."""
    claims = tmp_path / "sums.csv"
    claims.write_text("z1,2*0.5 + 9*0.8\nz3,0.8517 - 0.4999 + 0.2\nz0,0.05*2 + 0.9\n", encoding="utf-8")
    command = [sys.executable, "-m", "derive", "audit", "examples/blog-2-3-1.toml", "--claims", str(claims), "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "")
    found = json.loads(run.stdout)
    assert found["wrong"] == 3
    assert [claim["published"] for claim in found["claims"]] == [
        "2*0.5 + 9*0.8", "0.8517 - 0.4999 + 0.2", "0.05*2 + 0.9",
    ]  # fmt: skip
    assert [claim["diagnosis"][0]["code"] for claim in found["claims"][:2]] == ["bias-missing", "term-missing"]
