"""How people print numbers: the value and the place of the last digit, by hand."""

from decimal import Decimal

import pytest

from derive.errors import FormulaError
from derive.spec.claims import printed_number

# as printed | value | power of ten of the last digit
NUMBERS = """
0.0090 | 0.009 | -4
-0.0597 | -0.0597 | -4
−0.0597 | -0.0597 | -4
–0.0597 | -0.0597 | -4
- 0.5 | -0.5 | -1
+0.5 | 0.5 | -1
.5 | 0.5 | -1
-.25 | -0.25 | -2
5. | 5 | 0
7 | 7 | 0
1200 | 1200 | 0
007.50 | 7.5 | -2
0.0000 | 0 | -4
-0 | 0 | 0
2.5e-3 | 0.0025 | -4
2.5E-3 | 0.0025 | -4
1e3 | 1000 | 3
1.20e+2 | 120 | 0
2.5 × 10^-3 | 0.0025 | -4
2.5 × 10^−3 | 0.0025 | -4
2.5·10⁻³ | 0.0025 | -4
2.5⋅10⁻³ | 0.0025 | -4
−1.0×10² | -100 | 1
2.5*10**-3 | 0.0025 | -4
2.5 x 10^(-3) | 0.0025 | -4
2.5 \\times 10^{-3} | 0.0025 | -4
2.5 \\cdot 10^{ -3 } | 0.0025 | -4
10⁻³ | 0.001 | -3
10^{-3} | 0.001 | -3
64.45% | 0.6445 | -4
64.45 % | 0.6445 | -4
64.45\\% | 0.6445 | -4
-5% | -0.05 | -2
12 345.6 | 12345.6 | -1
12\u202f345 | 12345 | 0
1'234.5 | 1234.5 | -1
1’234 | 1234 | 0
1_000_000 | 1000000 | 0
1,234.5 | 1234.5 | -1
1,234,567 | 1234567 | 0
1,234,567.80 | 1234567.8 | -2
0.593 269 992 | 0.593269992 | -9
0.593 27 | 0.59327 | -5
≈ 0.9463 | 0.9463 | -4
~0.9463 | 0.9463 | -4
= 2.87 | 2.87 | -2
\\approx 2.87 | 2.87 | -2
0.9463… | 0.9463 | -4
0.9463... | 0.9463 | -4
(-0.0631) | -0.0631 | -4
0·9999 | 0.9999 | -4
−0·0597 | -0.0597 | -4
2·870 | 2.87 | -3
64·45% | 0.6445 | -4
  0.5\t | 0.5 | -1
"""


@pytest.mark.parametrize("line", NUMBERS.strip("\n").split("\n"))
def test_numbers(line: str) -> None:
    text, value, place = line.rsplit(" | ", 2)
    printed = printed_number(text)
    assert printed is not None
    assert printed.value == Decimal(value)
    assert printed.place == int(place)
    assert printed.percent == ("%" in text)


def test_the_sign_of_a_printed_zero_is_kept() -> None:
    printed = printed_number("-0.0000")
    assert printed is not None
    assert str(printed.value) == "-0.0000"


# 1,234 is a thousand in one country and a fraction in another; the others are formulas, or nothing at all.
@pytest.mark.parametrize(
    "text",
    [
        *("1,234", "0,945", "2,87", "12,34,567", "1,23.5", "1,234 567", "1'234,567", "1 23", "0 123", "1.234.567"),
        *(
            "",
            " ",
            "-",
            "+",
            "%",
            ".",
            "e5",
            "2e",
            "2e+",
            "1.2.3",
            "--1",
            "2x",
            "x2",
            "0x10",
            "2 10^3",
            "10^x",
            "10^^3",
        ),
        *("nan", "inf", "-Infinity", "NaN", "True", "٣", "½", "2²", "1e5e5", "10^3^2", "2.5e3·10^3", "1_0", "10^^3"),
        *("2·0.15", "0.9·2", "2 · 9", "2· 9", "2·3·4", "1 + 0·5", "2·0.15 + 9·0.23", "2·(3)", "w·2", "2·w"),
        *("O3 - y", "2*w6", "dCost/dO1", "1/2", "10 - y", "(1)(2)", "(1, 2)", "5 m", "1;2", "0.5 0.5", "=", "…"),
        "9" * 4001,
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert printed_number(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9" * 2001, "a number of 2,001 digits"),
        ("1e-9999999999", "a number with an exponent of more than 9 digits"),
        ("10⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹", "a number with an exponent of more than 9 digits"),
    ],
)
def test_numbers_over_the_limits(text: str, found: str) -> None:
    with pytest.raises(FormulaError) as error:
        printed_number(text)
    assert error.value.found == found
    assert error.value.expected == "at most 2,000 digits, and 9 of the exponent"
