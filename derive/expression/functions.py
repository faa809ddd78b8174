"""The functions a formula may call: one row each."""

from __future__ import annotations

import msgspec


class Function(msgspec.Struct, frozen=True):
    """A function of formulas.

    Attributes:
        arity: how many arguments it takes.
        sympy: the name of the SymPy function that it means.
        slope: its derivative by its argument ``u``, as it is written; empty where it is a choice between its arguments.
        spoken: how it is said, for alternative text: ``{}`` stands for the argument.
    """

    arity: int
    sympy: str = ""
    slope: str = ""
    spoken: str = ""


FUNCTIONS: dict[str, Function] = {
    "exp": Function(1, "exp", "exp(u)", "e to the power {}"),
    "log": Function(1, "log", "1/u", "the natural logarithm of {}"),
    "sqrt": Function(1, "sqrt", "1/(2*sqrt(u))", "the square root of {}"),
    "abs": Function(1, "Abs", "sign(u)", "the absolute value of {}"),
    "sign": Function(1, "sign", "0", "the sign of {}"),
    "tanh": Function(1, "tanh", "1 - tanh(u)**2", "the hyperbolic tangent of {}"),
    "sinh": Function(1, "sinh", "cosh(u)", "the hyperbolic sine of {}"),
    "cosh": Function(1, "cosh", "sinh(u)", "the hyperbolic cosine of {}"),
    "sin": Function(1, "sin", "cos(u)", "the sine of {}"),
    "cos": Function(1, "cos", "-sin(u)", "the cosine of {}"),
    "atan": Function(1, "atan", "1/(1 + u**2)", "the inverse tangent of {}"),
    "erf": Function(1, "erf", "2/sqrt(pi)*exp(-u**2)", "the error function of {}"),
    "max": Function(2, "Max", "", "the larger of {} and {}"),
    "min": Function(2, "Min", "", "the smaller of {} and {}"),
}

#: Functions that only the catalogue's stable formulas call: 1 − erf(x) and ln(1 + x) without loss of digits.
INTERNAL: dict[str, Function] = {
    "erfc": Function(1, "erfc", "-2/sqrt(pi)*exp(-u**2)", "the complementary error function of {}"),
    "log1p": Function(1, "log", "1/(1 + u)", "the natural logarithm of 1 plus {}"),
}

#: Other spellings of a function that people use.
ALIASES = {"ln": "log", "arctan": "atan", "sgn": "sign"}

#: Names in formulas that stand for a fixed number.
CONSTANTS = ("pi",)
