"""The cost as one expression: worked out from the text of the page, and held against SymPy's own derivative of it."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
import sympy

import derive
from derive.render.math.tex import TexPrinter
from tests.pages.numbers import as_fraction
from tests.pages.reading import Reader, key_of, work_out

ROOT = Path(__file__).parents[2]
FILES = {
    "blog-2-3-1": ROOT / "examples" / "blog-2-3-1.toml",
    "mazur-2-2-2": ROOT / "examples" / "mazur-2-2-2.toml",
    "adam-2-2-1": ROOT / "examples" / "adam-2-2-1.toml",
    "recurrent-3-steps": ROOT / "examples" / "recurrent-3-steps.toml",
    "logistic": ROOT / "derive" / "spec" / "starters" / "logistic.toml",
    "softmax": ROOT / "derive" / "spec" / "starters" / "softmax.toml",
}


def formulas_of(solution: derive.Solution) -> list[str]:
    """The two formulas of the section, as TeX."""
    page = str(solution.render("markdown"))
    section = page.partition("## In one expression")[2].partition("\n## ")[0]
    found = re.findall(r"```math\n(.*?)\n```|\$`(.*?)`\$", section, re.DOTALL)
    return [_on_one_line(display) or within for display, within in found if "=" in display or "=" in within]


def _on_one_line(display: str) -> str:
    rows = re.sub(r"\\(?:begin|end)\{aligned\}", "", display).split(r"\\")
    return " ".join(row.replace("&", "").replace(r"\quad {}", "").strip() for row in rows)


@pytest.mark.parametrize("name", FILES)
def test_both_are_what_sympy_makes_of_the_cost(name: str) -> None:
    solution = derive.solve(FILES[name])
    model = solution.worked.model
    printer = TexPrinter(solution.document.symbols)
    known = {key_of(printer.name(given)): Fraction(value) for given, value in model.graph.given.items()}
    found = [Reader(text).chain() for text in formulas_of(solution)]
    assert len(found) == 2
    cost = solution.sympy(model.graph.result)
    names = {key_of(printer.name(given)): given for given in model.wanted}
    given = {sympy.Symbol(symbol, real=True): value for symbol, value in model.graph.given.items()}
    numbers = {symbol: given[sympy.Symbol(symbol.name, real=True)] for symbol in cost.free_symbols}
    point = {symbol: sympy.Rational(str(value)) for symbol, value in numbers.items()}
    left = found[1][0][1][1].rpartition("/")[2]
    by = next(plain for key, plain in names.items() if left in (f"d{key}", f"\\partial{key}", f"\\partial {key}"))
    symbol = next(each for each in cost.free_symbols if each.name == by)
    for chain, expected in zip(found, (cost, sympy.diff(cost, symbol)), strict=True):
        value = as_fraction(work_out(chain[1][1], known))
        with mpmath.workdps(40):
            truth = mpmath.mpf(str(sympy.N(expected.subs(point), 40)))
            assert mpmath.almosteq(mpmath.mpf(value.numerator) / value.denominator, truth, rel_eps=mpmath.mpf("1e-25"))


@pytest.mark.parametrize("name", FILES)
def test_each_line_fits_and_begins_with_a_sign(name: str) -> None:
    section = str(derive.solve(FILES[name]).render("markdown")).partition("## In one expression")[2]
    lines = [line for line in section.partition("\n## ")[0].splitlines() if r"&" in line]
    going_on = [line.partition("&")[2].removeprefix(r"\quad {} ") for line in lines if r"&\quad" in line]
    assert all(line.startswith(("+ ", "- ", r"\cdot ")) for line in going_on)
    assert not any(re.search(r"(?:[+-]|\\cdot|\(1) *(?:\\\\)?$", line) for line in lines)


def test_a_large_network_has_none() -> None:
    assert formulas_of(derive.solve(ROOT / "examples" / "layered-3-4-3-2.toml")) == []


def test_a_brief_page_has_none() -> None:
    network = derive.load(FILES["blog-2-3-1"], {"document": {"detail": "brief"}})
    assert formulas_of(derive.solve(network)) == []
