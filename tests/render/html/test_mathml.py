"""Formulas in MathML, read back by a reader of its own and beside what a person would write."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from derive.document.blocks import Equation
from derive.expression.tree import Call, Expr, Name, Negative, Power, Product, Quotient
from derive.render.math.mathml import MathmlPrinter
from tests.render.pages import SIGMOID_0, STEP, flat_symbols, layered_symbols, n, over, plus, q, row, times

SYMBOLS = {**layered_symbols(), **flat_symbols()}

#: The elements of MathML Core, and what is used of their attributes.
CORE = {
    *("math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup mtable mtr mtd".split()),
}


def read(text: str) -> str:
    """A formula as one line of text: a fraction is ``{a|b}``, an index ``_``, what stands above ``^``."""
    return _read(ET.fromstring(f"<math>{text}</math>"))  # noqa: S314 (our own)


def _read(element: ET.Element) -> str:
    assert element.tag in CORE
    parts = [_read(child) for child in element]
    wanted = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3}.get(element.tag)
    assert wanted in (None, len(parts)), f"{element.tag} holds {len(parts)} elements"
    if element.tag in ("mi", "mn", "mo", "mtext"):
        assert not parts
        return element.text or ""
    assert not (element.text or "").strip(), "words outside of an element"
    match element.tag:
        case "mfrac":
            return f"{{{parts[0]}|{parts[1]}}}"
        case "msub":
            return f"{parts[0]}_{parts[1]}"
        case "msup":
            return f"{parts[0]}^{parts[1]}"
        case "msubsup":
            return f"{parts[0]}_{parts[1]}^{parts[2]}"
        case "msqrt":
            return f"√({''.join(parts)})"
        case "mtr":
            return " & ".join(parts) + ";"
        case "mspace":
            return ""
        case _:
            return "".join(parts)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("w6", "w_6"),
        ("w10", "w_10"),
        ("Cost", "Cost"),
        ("eta", "η"),
        ("w6+", "w_6^+"),
        ("w6+10000", "w_6^(+10000)"),
        ("w1_11", "w_11^(1)"),
        ("w1_11+", "w_11^(1)+"),
        ("w2_3_12", "w_3,12^(2)"),
        ("net_h1", "net_h1"),
        ("dCost/dz3", "{dCost|dz_3}"),
        ("dC/dw1_11", "{∂C|∂w_11^(1)}"),
    ],
)
def test_names(name: str, written: str) -> None:
    assert read(MathmlPrinter(SYMBOLS).name(name)) == written


@pytest.mark.parametrize(
    ("expr", "display", "inline"),
    [
        (n("-0.0597"), "−0.0597", "−0.0597"),
        (n("-1.2e-05"), "−1.2×10^−5", "−1.2×10^−5"),
        (times(n("1e6"), n("-0.5")), "(1×10^6)·(−0.5)", "(1×10^6)·(−0.5)"),
        (Power(n("-0.5"), n("2")), "(−0.5)^2", "(−0.5)^2"),
        (plus(n("0.1"), n("-0.5"), Negative(n("0.2"))), "0.1+(−0.5)−0.2", "0.1+(−0.5)−0.2"),
        (SIGMOID_0, "{1|1+e^−z_0}", "1/(1+e^−z_0)"),
        (Negative(plus(q("y"), Negative(q("O3")))), "−(y−O_3)", "−(y−O_3)"),
        (times(over(n("1"), n("2")), plus(q("y"), n("1"))), "{1|2}(y+1)", "{1|2}(y+1)"),
        (Call("max", (n("0"), q("z0"))), "max\u2061(0,z_0)", "max\u2061(0,z_0)"),
        (Call("abs", (Negative(q("z0")),)), "|−z_0|", "|−z_0|"),
        (Call("sqrt", (q("z0"),)), "√(z_0)", "√(z_0)"),
        (Call("log", (q("O3"),)), "ln\u2061(O_3)", "ln\u2061(O_3)"),
        (STEP, "{1 & if\xa0z_0>0;0 & otherwise;", "{1 & if\xa0z_0>0;0 & otherwise;"),
        (Quotient(Negative(q("z0")), n("2")), "{−z_0|2}", "−z_0/2"),
        (Product((Name("dCost/dz3"), q("w6"))), "{dCost|dz_3}·w_6", "(dCost/dz_3)·w_6"),
    ],
)
def test_expressions(expr: Expr, display: str, inline: str) -> None:
    assert read(MathmlPrinter(SYMBOLS).show(expr)) == display
    assert read(MathmlPrinter(SYMBOLS, inline=True).show(expr)) == inline


def test_lines_are_rows_of_a_table() -> None:
    equation = Equation(
        q("z0"),
        (
            row(("=", plus(q("x0"), q("x1")))),
            row(("", plus(Negative(q("b0")), n("0.5"))), continued=True),
            row(("=", n("2.85")), ("≈", n("2.9"))),
        ),
    )
    assert read(MathmlPrinter(SYMBOLS).equation(equation)) == "z_0 & =x_0+x_1; & −b_0+0.5; & =2.85≈2.9;"


def test_signs_before_a_number_belong_to_it_and_brackets_grow_where_they_must() -> None:
    printer = MathmlPrinter(SYMBOLS)
    assert '<mo form="prefix">−</mo><mn>0.5</mn>' in printer.show(times(q("w0"), n("-0.5")))
    assert 'stretchy="false">(' in printer.show(times(q("w0"), n("-0.5")))
    assert 'stretchy="false">(' not in printer.show(Call("log", (over(q("w0"), n("2")),)))
