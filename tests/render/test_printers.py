"""Expressions in TeX, Typst and speech, beside what a typesetter or a teacher would write."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from derive.document.blocks import Equation, Item, Row
from derive.expression.parse import parse
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sized,
    Sum,
    Transposed,
    substitute,
)
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol, symbol_of
from derive.render.formats import render
from derive.render.markdown.plain_html import PlainHtmlPrinter
from derive.render.math.mathml import MathmlPrinter
from derive.render.math.speech import SpeechPrinter
from derive.render.math.tex import TexPrinter
from derive.render.math.typeset import TypesetPrinter
from derive.render.math.typst_math import TypstPrinter
from tests.render.pages import SIGMOID_0, STEP, flat_symbols, layered_symbols, n, page, plus, q, row, times

SYMBOLS: Mapping[str, AnySymbol] = {**layered_symbols(), **flat_symbols()}

#: Short names for formulas that are read by the parser, which knows no derivatives.
SHORT = {"c": Name("dCost/dz3"), "u": Name("w1_11"), "t": Name("w6+"), "E": Name("E_total")}


def formula(text: str) -> Expr:
    """A formula in plain text; ``c`` stands for dCost/dz3, ``u`` for a layered weight, ``t`` for an updated one."""
    return substitute(parse(text, [*(name for name in SYMBOLS if name.isidentifier()), *SHORT]), SHORT)


NAMES = [
    ("w6", "w_6", "w_6"),
    ("w10", "w_{10}", "w_(10)"),
    ("Cost", r"\mathit{Cost}", 'italic("Cost")'),
    ("eta", r"\eta", "eta"),
    ("w6+", "w_6^{+}", "w_6^(+)"),
    ("w6+10000", "w_6^{(+10000)}", "w_6^((+10000))"),
    ("Cost+", r"\mathit{Cost}^{+}", 'italic("Cost")^(+)'),
    ("w1_11", "w^{(1)}_{11}", r"w_(11)^(\( 1 \))"),
    ("w1_11+", "w^{(1)+}_{11}", r"w_(11)^(\( 1 \)+)"),
    ("w2_3_12", "w^{(2)}_{3,12}", r"w_(3 \, 12)^(\( 2 \))"),
    ("b1", "b_1", "b_1"),
    ("net_h1", r"\mathit{net}_{h1}", 'italic("net")_(h 1)'),
    ("E_total", r"E_{\mathit{total}}", 'E_(italic("total"))'),
    ("net_in", r"\mathit{net}_{\mathit{in}\ \mathit{put},3}", r'italic("net")_(italic("in") space italic("put") \, 3)'),
    ("mu", r"\mu", "mu"),
    ("dCost/dz3", r"\frac{d\mathit{Cost}}{dz_3}", 'frac(d""italic("Cost"), d z_3)'),
    ("dC/dw1_11", r"\frac{\partial C}{\partial w^{(1)}_{11}}", r"frac(partial C, partial w_(11)^(\( 1 \)))"),
    (
        "dE_total/dnet_h1",
        r"\frac{\partial E_{\mathit{total}}}{\partial\mathit{net}_{h1}}",
        'frac(partial E_(italic("total")), partial""italic("net")_(h 1))',
    ),
]


@pytest.mark.parametrize(("name", "tex", "typst"), NAMES)
def test_names(name: str, tex: str, typst: str) -> None:
    assert TexPrinter(SYMBOLS).name(name) == tex
    assert TypstPrinter(SYMBOLS).name(name) == typst


@pytest.mark.parametrize(
    ("symbol", "tex", "typst"),
    [
        (Symbol("h_1"), r"\mathit{h\_1}", 'italic("h_1")'),
        (Symbol("b", "", "(1)"), "b^{(1)}", r"b^(\( 1 \))"),
        (Symbol("x", "a_b"), r"x_{a\_b}", r"x_(a \_ b)"),
        (Symbol("x", "alpha"), r"x_{\alpha}", "x_(alpha)"),
        (Symbol("epsilon"), r"\epsilon", "epsilon.alt"),
        (Symbol("in"), r"\mathit{in}", 'italic("in")'),
        (Symbol("dif", "sum"), r"\mathit{dif}_{\mathit{sum}}", 'italic("dif")_(italic("sum"))'),
    ],
)
def test_symbols_that_could_be_read_otherwise(symbol: Symbol, tex: str, typst: str) -> None:
    assert TexPrinter({}).symbol(symbol) == tex
    assert TypstPrinter({}).symbol(symbol) == typst


#: What is printed on a line of its own.
DISPLAY: list[tuple[Expr, str, str]] = [
    (n("-0.0597"), "-0.0597", "-0.0597"),
    (n("1.235e5"), r"1.235 \times 10^{5}", "1.235 times 10^(5)"),
    (n("-1.2e-05"), r"-1.2 \times 10^{-5}", "-1.2 times 10^(-5)"),
    (times(n("1e6"), n("-0.5")), r"(1 \times 10^{6}) \cdot (-0.5)", r"\(1 times 10^(6)\) dot \(-0.5\)"),
    (Power(n("1e6"), n("2")), r"(1 \times 10^{6})^2", r"\(1 times 10^(6)\)^2"),
    (Power(n("-0.5"), n("2")), "(-0.5)^2", r"\(-0.5\)^2"),
    (plus(n("0.1"), n("-0.5"), Negative(n("0.2"))), "0.1 + (-0.5) - 0.2", r"0.1 + \(-0.5\) - 0.2"),
    (
        plus(Group(times(q("x0"), q("w0"))), q("b0")),
        r"(x_0 \cdot w_0) + b_0",
        r"\(x_0 dot w_0\) + b_0",
    ),
    (SIGMOID_0, r"\frac{1}{1 + e^{-z_0}}", "frac(1, 1 + e^(-z_0))"),
    (formula("1/2*(y - O3)**2"), r"\frac{1}{2}(y - O_3)^2", r"frac(1, 2) \(y - O_3\)^2"),
    (formula("2*(O3 - y)"), "2(O_3 - y)", r"2 \(O_3 - y\)"),
    (formula("2*(0.5 - y)*z0"), r"2(0.5 - y) \cdot z_0", r"2 \(0.5 - y\) dot z_0"),
    (formula("1/2*(0.9 - 0.6)**2"), r"\frac{1}{2} \cdot (0.9 - 0.6)^2", r"frac(1, 2) dot \(0.9 - 0.6\)^2"),
    (formula("2*x0"), r"2 \cdot x_0", "2 dot x_0"),
    (formula("2*3"), r"2 \cdot 3", "2 dot 3"),
    (formula("-(y*log(O3))"), r"-y \cdot \ln(O_3)", r"-y dot ln\(O_3\)"),
    (formula("-(y - O3)"), "-(y - O_3)", r"-\(y - O_3\)"),
    (formula("O3*(1 - O3)"), r"O_3 \cdot (1 - O_3)", r"O_3 dot \(1 - O_3\)"),
    (formula("(O3 - y)/(O3*(1 - O3))"), r"\frac{O_3 - y}{O_3 \cdot (1 - O_3)}", r"frac(O_3 - y, O_3 dot \(1 - O_3\))"),
    (formula("max(0, z0)"), r"\max(0, z_0)", r"max\(0\, z_0\)"),
    (formula("abs(-z0)"), r"\lvert -z_0 \rvert", "abs(size: #0%, -z_0)"),
    (formula("abs(z0/2)"), r"\left\lvert \frac{z_0}{2} \right\rvert", "abs(frac(z_0, 2))"),
    (formula("erf(z0)"), r"\mathrm{erf}(z_0)", r'op("erf")\(z_0\)'),
    (formula("z0/sqrt(2*pi)"), r"\frac{z_0}{\sqrt{2\pi}}", "frac(z_0, sqrt(2 pi))"),
    (formula("1 - tanh(z0)**2"), r"1 - \tanh^2(z_0)", r"1 - tanh^2\(z_0\)"),
    (
        formula("z0/2*(1 + erf(z0/sqrt(2)))"),
        r"\frac{z_0}{2}\left(1 + \mathrm{erf}\left(\frac{z_0}{\sqrt{2}}\right)\right)",
        'frac(z_0, 2) (1 + op("erf")(frac(z_0, sqrt(2))))',
    ),
    (formula("exp(-z0**2/2)"), "e^{-z_0^2/2}", r"e^(-z_0^2\/2)"),
    (formula("exp(-(z0/2))"), "e^{-z_0/2}", r"e^(-z_0\/2)"),
    (formula("exp(z0)**2"), "(e^{z_0})^2", r"\(e^(z_0)\)^2"),
    (formula("log(z0)**2"), r"(\ln(z_0))^2", r"\(ln\(z_0\)\)^2"),
    (formula("sqrt(z0)**2"), r"(\sqrt{z_0})^2", r"\(sqrt(z_0)\)^2"),
    (formula("z0**12"), "z_0^{12}", "z_0^(12)"),
    (formula("z0**-1"), "z_0^{-1}", "z_0^(-1)"),
    (formula("u**2"), "(w^{(1)}_{11})^2", r"\(w_(11)^(\( 1 \))\)^2"),
    (formula("t**2"), "(w_6^{+})^2", r"\(w_6^(+)\)^2"),
    (formula("c*w6"), r"\frac{d\mathit{Cost}}{dz_3} \cdot w_6", 'frac(d""italic("Cost"), d z_3) dot w_6'),
    (
        formula("(c + 1)*w6"),
        r"\left(\frac{d\mathit{Cost}}{dz_3} + 1\right) \cdot w_6",
        '(frac(d""italic("Cost"), d z_3) + 1) dot w_6',
    ),
    (formula("c**2"), r"\left(\frac{d\mathit{Cost}}{dz_3}\right)^2", '(frac(d""italic("Cost"), d z_3))^2'),
    (formula("c/2"), r"\frac{d\mathit{Cost}/dz_3}{2}", r'frac(d""italic("Cost")\/d z_3, 2)'),
    (formula("1/(z0/2)"), r"\frac{1}{z_0/2}", r"frac(1, z_0\/2)"),
    (
        STEP,
        r"\begin{cases} 1 & \text{if } z_0 > 0 \\ 0 & \text{otherwise} \end{cases}",
        'cases(1 & quad "if" z_0 > 0, 0 & quad "otherwise")',
    ),
    (
        formula("1 if z0 >= 0 else 2 if z0 != 1 else z0"),
        r"\begin{cases} 1 & \text{if } z_0 \ge 0 \\ 2 & \text{if } z_0 \ne 1 \\ z_0 & \text{otherwise} \end{cases}",
        'cases(1 & quad "if" z_0 >= 0, 2 & quad "if" z_0 != 1, z_0 & quad "otherwise")',
    ),
    (
        Product((n("2"), STEP)),
        r"2 \cdot \left(\begin{cases} 1 & \text{if } z_0 > 0 \\ 0 & \text{otherwise} \end{cases}\right)",
        '2 dot (cases(1 & quad "if" z_0 > 0, 0 & quad "otherwise"))',
    ),
]


@pytest.mark.parametrize(("expr", "tex", "typst"), DISPLAY)
def test_on_lines_of_their_own(expr: Expr, tex: str, typst: str) -> None:
    assert TexPrinter(SYMBOLS).show(expr) == tex
    assert TypstPrinter(SYMBOLS).show(expr) == typst


def test_the_sign_that_turns_a_letter_with_an_index_stands_above_the_index() -> None:
    """As in every book, and not behind it: the size below the letter makes no difference."""
    expr = Transposed(Sized(q("w6"), (2,)))
    assert TexPrinter(SYMBOLS).show(expr) == r"\underset{2}{w_6}^{\negthinspace\negthinspace\mathsf{T}}"
    assert TypstPrinter(SYMBOLS).show(expr) == "attach(limits(w_6^upright(sans(T))), b: 2)"
    turned = '<mi>w</mi><mn>6</mn><mi mathvariant="normal">T</mi></msubsup></mrow><mrow class="size"><mn>2</mn></mrow>'
    assert f"{turned}</munder>" in MathmlPrinter(SYMBOLS).show(expr)


#: What is printed within running text: fractions with a slash, except plain numbers.
INLINE: list[tuple[Expr, str]] = [
    (formula("c"), r"d\mathit{Cost}/dz_3"),
    (formula("c*w6"), r"(d\mathit{Cost}/dz_3) \cdot w_6"),
    (formula("c + w6"), r"d\mathit{Cost}/dz_3 + w_6"),
    (formula("1/c"), r"1/(d\mathit{Cost}/dz_3)"),
    (formula("c/2"), r"(d\mathit{Cost}/dz_3)/2"),
    (formula("c**2"), r"(d\mathit{Cost}/dz_3)^2"),
    (SIGMOID_0, "1/(1 + e^{-z_0})"),
    (formula("1/2*(y - O3)**2"), r"\frac{1}{2}(y - O_3)^2"),
    (formula("z0/2*(1 + z0)"), "(z_0/2)(1 + z_0)"),
    (formula("z0/(2*x0)"), r"z_0/(2 \cdot x_0)"),
    (formula("2*x0/z0"), r"2 \cdot x_0/z_0"),
    (formula("(x0 + 1)/z0"), "(x_0 + 1)/z_0"),
    (plus(q("y"), Quotient(Negative(q("z0")), n("2"))), "y + (-z_0/2)"),
    (formula("y - z0/2"), "y - z_0/2"),
    (formula("x0*(z0/2)"), r"x_0 \cdot (z_0/2)"),
    (Quotient(q("z0"), n("-2")), "z_0/(-2)"),
    (Quotient(n("1e-5"), n("1e6")), r"\frac{1 \times 10^{-5}}{1 \times 10^{6}}"),
]


@pytest.mark.parametrize(("expr", "tex"), INLINE)
def test_within_a_line(expr: Expr, tex: str) -> None:
    assert TexPrinter(SYMBOLS, inline=True).show(expr) == tex


def test_cases_keep_their_size_within_a_line() -> None:
    expected = 'display(cases(1 & quad "if" z_0 > 0, 0 & quad "otherwise"))'
    assert TypstPrinter(SYMBOLS, inline=True).show(STEP) == expected


ITEMS: tuple[Item, ...] = (("", q("z0")), ("=", n("0.5")), ("≈", n("-0.1")), ("←", q("x0")))


@pytest.mark.parametrize(
    ("printer", "expected"),
    [
        (TexPrinter(SYMBOLS), r"z_0 = 0.5 \approx -0.1 \leftarrow x_0"),
        (TypstPrinter(SYMBOLS), "z_0 = 0.5 approx -0.1 arrow.l x_0"),
    ],
)
def test_signs(printer: TypesetPrinter, expected: str) -> None:
    assert printer.formula(ITEMS) == expected


CONTINUED = Equation(
    q("z0"),
    (
        row(("=", plus(q("x0"), q("x1")))),
        row(("", plus(Negative(q("b0")), n("-0.5"), q("b1"))), ("≈", n("3")), continued=True),
        row(("", q("b2")), continued=True),
    ),
)


def test_continued_rows_begin_with_their_sign() -> None:
    assert TexPrinter(SYMBOLS).equation(CONTINUED).splitlines() == [
        r"z_0 &= x_0 + x_1 \\",
        r"    &\quad {} - b_0 + (-0.5) + b_1 \approx 3 \\",
        r"    &\quad {} + b_2",
    ]
    strut = "#box(width: 0pt, height: 1em, baseline: 0.25em)"  # all lines equally high
    assert TypstPrinter(SYMBOLS).equation(CONTINUED).splitlines() == [
        rf"z_0 &= x_0 + x_1 {strut} \ ",
        rf'    &quad "" - b_0 + \(-0.5\) + b_1 approx 3 {strut} \ ',
        rf'    &quad "" + b_2 {strut}',
    ]


def test_one_row_is_not_aligned() -> None:
    equation = Equation(q("z0"), (row(("=", n("1")), ("≈", n("2"))),))
    assert TexPrinter(SYMBOLS).equation(equation) == r"z_0 = 1 \approx 2"


SPOKEN: list[tuple[Expr, str]] = [
    (q("w6"), "w six"),
    (q("Cost"), "Cost"),
    (q("net_h1"), "net h1"),
    (q("w1_11"), "w 11 of layer 1"),
    (q("w6+"), "w six after the update"),
    (q("w6+10000"), "w six after 10000 updates"),
    (q("dCost/dw6"), "the derivative of Cost with respect to w six"),
    (q("dC/dw1_11"), "the partial derivative of C with respect to w 11 of layer 1"),
    (n("-0.5"), "minus 0.5"),
    (n("-1.2e-05"), "minus 1.2 times 10 to the power of minus 5"),
    (formula("x0 + b0 - y"), "x zero plus b zero minus y"),
    (plus(Group(times(q("x0"), q("w0"))), q("b0")), "x zero times w zero, plus b zero"),
    (formula("1 - (y - O3)"), "1 minus open bracket y minus O three close bracket"),
    (plus(n("0.1"), n("-0.5")), "0.1 plus minus 0.5"),
    (times(n("9"), n("-0.05")), "9 times minus 0.05"),
    (formula("c*w6"), "the derivative of Cost with respect to z three, times w six"),
    (formula("O3*(1 - O3)"), "O three times open bracket 1 minus O three close bracket"),
    (SIGMOID_0, "one over open bracket 1 plus e to the power of minus z zero close bracket"),
    (formula("1/2*(y - O3)**2"), "one half, times open bracket y minus O three close bracket squared"),
    (plus(times(n("-0.5"), n("0.3")), q("x0")), "minus 0.5 times 0.3, plus x zero"),
    (formula("x0/y"), "x zero over y"),
    (formula("exp(-z0**2/2)"), "e to the power of open bracket minus z zero squared over 2 close bracket"),
    (formula("z0**3"), "z zero cubed"),
    (formula("z0**x0"), "z zero to the power of x zero"),
    (formula("max(0, z0)"), "the larger of 0 and z zero"),
    (formula("log(1 - O3)"), "the natural logarithm of open bracket 1 minus O three close bracket"),
    (formula("abs(-z0)"), "the absolute value of minus z zero"),
    (formula("sqrt(2*pi)"), "the square root of open bracket 2 times pi close bracket"),
    (formula("-(y - O3)"), "minus open bracket y minus O three close bracket"),
    (STEP, "1 if z zero is greater than 0, otherwise 0"),
]


@pytest.mark.parametrize(("expr", "words"), SPOKEN)
def test_speech(expr: Expr, words: str) -> None:
    assert SpeechPrinter(SYMBOLS).show(expr) == words


def test_spoken_equations() -> None:
    assert SpeechPrinter(SYMBOLS).formula(ITEMS) == "z zero equals 0.5 approximately equals minus 0.1 becomes x zero"
    assert SpeechPrinter(SYMBOLS).equation(CONTINUED) == (
        "z zero equals x zero plus x one, minus b zero plus minus 0.5 plus b one approximately equals 3, plus b two"
    )


def test_the_cost_is_called_so() -> None:
    speech = SpeechPrinter(SYMBOLS, "Cost")
    assert speech.show(q("dCost/dw6")) == "the derivative of the cost with respect to w six"
    assert speech.show(q("Cost")) == "the cost"
    symbols = {"C": Symbol("C"), "C+": Symbol("C", updates=1)}
    symbols |= {"d": DerivativeSymbol(Symbol("C"), Symbol("w", "6"), partial=True)}
    assert SpeechPrinter(symbols, "C").show(q("d")) == "the partial derivative of the cost with respect to w six"
    assert SpeechPrinter(symbols, "C").show(q("C+")) == "the cost after the update"


def test_no_name_is_invented() -> None:
    for printer in (TexPrinter({}), TypstPrinter({}), SpeechPrinter({})):
        with pytest.raises(KeyError):
            printer.show(q("w6"))


def test_derivatives_of_updated_quantities() -> None:
    symbols = {"d": DerivativeSymbol(Symbol("Cost", updates=1), Symbol("w", "6", updates=1), partial=False)}
    assert TexPrinter(symbols).name("d") == r"\frac{d\mathit{Cost}^{+}}{dw_6^{+}}"


def test_long_expressions_take_linear_time() -> None:
    terms = tuple(Group(times(q("x0"), q("w0"))) for _ in range(20_000))
    assert TexPrinter(SYMBOLS).show(Sum(terms)).count("cdot") == 20_000
    assert len(TypstPrinter(SYMBOLS).show(Call("exp", (Sum(terms),)))) > 100_000
    nested: Expr = Number("1")
    for _ in range(30):
        nested = Cases(((nested, Condition(q("x0"), "<", n("1"))),), n("0"))
    assert TexPrinter(SYMBOLS).show(nested).count("otherwise") == 30


@pytest.mark.parametrize(
    ("expr", "html"),
    [
        (q("w1_11"), "<i>w</i><sub>11</sub><sup>(1)</sup>"),
        (q("w6+"), "<i>w</i><sub>6</sub><sup>+</sup>"),
        (q("dCost/dz3"), "<i>d</i><i>Cost</i>/<i>d</i><i>z</i><sub>3</sub>"),
        (q("mu"), "<i>μ</i>"),
        (formula("c*w6"), "(<i>d</i><i>Cost</i>/<i>d</i><i>z</i><sub>3</sub>) · <i>w</i><sub>6</sub>"),
        (Quotient(n("1"), n("2")), "1/2"),
        (Sum((n("0.5"), Negative(q("w6")), n("-2"))), "0.5 − <i>w</i><sub>6</sub> + (−2)"),
        (formula("exp(-w6)"), "<i>e</i><sup>−<i>w</i><sub>6</sub></sup>"),
        (formula("sqrt(w6)"), "√(<i>w</i><sub>6</sub>)"),
        (formula("abs(w6)"), "&#124;<i>w</i><sub>6</sub>&#124;"),
        (formula("log(w6)**2"), "(ln(<i>w</i><sub>6</sub>))<sup>2</sup>"),
        (formula("w6 if w6 < 0 else 0"), "<i>w</i><sub>6</sub> if <i>w</i><sub>6</sub> &lt; 0, otherwise 0"),
        (q("net_in"), "<i>net</i><sub><i>in</i> <i>put</i>,3</sub>"),
    ],
)
def test_in_plain_html(expr: Expr, html: str) -> None:
    assert PlainHtmlPrinter(SYMBOLS, str).formula((("", expr),)) == html


@pytest.mark.parametrize(
    ("printer", "shown"),
    [
        (TexPrinter, r"\hat{y}_1"),
        (TypstPrinter, "hat(y)_1"),
        (
            MathmlPrinter,
            '<msub><mover accent="true"><mi>y</mi><mo stretchy="false">^</mo></mover><mn>1</mn></msub>',
        ),
    ],
)
def test_a_sign_over_a_letter(printer: type[TypesetPrinter], shown: str) -> None:
    assert printer({"y_hat1": symbol_of("y_hat1")}).name("y_hat1") == shown


def test_a_sign_over_a_letter_is_spoken() -> None:
    assert SpeechPrinter({"y_hat1": symbol_of("y_hat1")}).name("y_hat1").startswith("y hat")


def test_a_comma_within_a_fraction_parts_no_arguments() -> None:
    """Typst would read frac(min(2, pi), 3) with a bare comma as a fraction of three parts."""
    smaller = Call("min", (n("2"), Call("pi", ())))
    printed = TypstPrinter({}).show(Quotient(smaller, n("3")))
    assert printed == r"frac(min\(2\, pi\), 3)"
    equation = Equation(n("1"), (Row((("≈", Quotient(smaller, n("3"))),)),))
    assert render(page((equation,)), "pdf").content.startswith(b"%PDF-")
