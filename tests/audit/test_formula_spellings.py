"""Claims that are formulas, as people write them: each is equal to the plain formula beside it, or is not read."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.auditing.reading.formulas import read_formula
from derive.auditing.reading.names import resolve
from derive.auditing.reckoning.quantities import Quantities
from derive.errors import FormulaError
from derive.expression.plain import plain
from derive.expression.symbolic import to_sympy
from derive.expression.tree import Cases, Name, walk
from derive.render.math.tex import TexPrinter

EXAMPLE = Path(__file__).parents[2] / "examples" / "blog-2-3-1.toml"


@pytest.fixture(scope="module")
def quantities() -> Quantities:
    return Quantities(derive.solve(derive.load(EXAMPLE)).worked)


SPELLINGS = [
    (r"\frac{\partial C}{\partial O_1}", "dCost/dO1"),
    (r"$\frac{\partial C}{\partial z_3} \cdot O_0$", "dCost/dz3 * O0"),
    (r"\frac{\partial C}{\partial O_{3}} \frac{\partial O_3}{\partial z_3}", "dCost/dO3 * dO3/dz3"),
    (r"\dfrac{d\mathit{Cost}}{dz_3}\times w_{7}", "dCost/dz3 * w7"),
    (r"\left(O_3 - y\right) \cdot O_3 \cdot (1 - O_3)", "(O3 - y) * O3 * (1 - O3)"),
    (r"\frac{1}{2}(y - O_3)^{2}", "1 / 2 * (y - O3)**2"),
    (r"\frac{1}{1 + \exp(-z_3)}", "1 / (1 + exp(-z3))"),
    (r"O_{3}\,(1 - O_{3})", "O3 * (1 - O3)"),
    (r"\sqrt{O_3}", "sqrt(O3)"),
    ("dC/dz3 · a0", "dCost/dz3 * O0"),
    ("∂C/∂z₃ × w₇", "dCost/dz3 * w7"),
    ("`dCost/dO1`", "dCost/dO1"),
    ("O3 − y", "O3 - y"),
    ("(O3-y)²", "(O3 - y)**2"),
    ("grad_w6", "dCost/dw6"),
    (r"\frac{1}{1 + e^{-z_{3}}}", "1 / (1 + exp(-z3))"),
    ("1/(1 + e^-z3)", "1 / (1 + exp(-z3))"),
    ("1/(1 + e**(-z3))", "1 / (1 + exp(-z3))"),
    (r"\lvert y - O_3\rvert", "abs(y - O3)"),
    ("2e3 * O_{3}", "2e3 * O3"),
    ("2(O_3 - y)", "2 * (O3 - y)"),
    ("O_0 w_6 + O_1 w_7", "O0 * w6 + O1 * w7"),
    (r"\begin{cases} 1 & \text{if } z_1 > 0 \\ 0.1 & \text{otherwise} \end{cases}", "1 if z1 > 0 else 0.1"),
    (
        r"\begin{cases} x_{0} & \text{if } z_{1} \leq 0 \\ O_2 w_8 & \text{otherwise} \end{cases}",
        "x0 if z1 <= 0 else O2 * w8",
    ),
    ("1 if z_1 > 0, otherwise 0.1", "1 if z1 > 0 else 0.1"),
    ("1/√(2 · π) · e^{−z_{3}^{2}/2}", "1 / sqrt(2 * pi) * exp(-z3**2 / 2)"),
    ("√2 * O3 + √y", "sqrt(2) * O3 + sqrt(y)"),
    (r"z_3/\sqrt{2\pi} + 0.5\pi", "z3 / sqrt(2 * pi) + 0.5 * pi"),
    ("z3/sqrt(2π)", "z3 / sqrt(2 * pi)"),
]


@pytest.mark.parametrize(("written", "right"), SPELLINGS)
def test_a_formula_is_read(quantities: Quantities, written: str, right: str) -> None:
    expr = read_formula(written, lambda word: resolve(word, quantities.solution, quantities).name)
    assert plain(expr) == right


@pytest.mark.parametrize(
    "written",
    [r"\frac{", r"\frac{1}", r"\input{/etc/passwd}", r"\write18{ls}", r"\def\x{1}", "\\", r"\\", r"\frac{}{}"],
)
def test_what_is_no_formula(quantities: Quantities, written: str) -> None:
    with pytest.raises(FormulaError):
        read_formula(written, lambda word: resolve(word, quantities.solution, quantities).name)


@pytest.mark.parametrize("example", ["blog-2-3-1", "mazur-2-2-2", "layered-3-4-3-2", "cross-entropy-2-2-1"])
def test_the_tex_of_a_page_is_read_back(example: str) -> None:
    """Names and formulas, but those by cases, mean what the page writes them for, as it writes them in TeX."""
    known = Quantities(derive.solve(derive.load(EXAMPLE.with_name(f"{example}.toml"))).worked)
    printer = TexPrinter(known.solution.model.symbols)

    def meant(word: str) -> str | None:
        return resolve(word, known.solution, known).name

    names = known.solution.values
    assert [name for name in names if meant(printer.show(Name(name))) != name] == []
    forms = [step.result for step in known.solution.steps]
    forms += [definition.expr for definition in known.graph.definitions.values()]
    forms = [form for form in forms if not any(isinstance(node, Cases) for node in walk(form))]
    assert len(forms) > 20
    for form in forms:
        assert to_sympy(read_formula(printer.show(form), meant)) == to_sympy(form)
