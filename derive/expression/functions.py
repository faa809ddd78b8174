"""The functions a formula may call: one row each.

A new function is a row here, and its twins, which stand apart on purpose so that an error is not repeated: that of the
living page in ``templates/html/engine/functions.js``, and those of the proof, which find it in mpmath and PyTorch by
its name. Where mpmath's value would take long or lose digits, :mod:`derive.numbers.elementary` has a better way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A function of formulas.

    Attributes:
        source: where it is defined.
        arity: how many arguments it takes; where more can be said (``several``), the fewest.
        aliases: other spellings that people use.
        sympy: the name of the SymPy function that it means.
        slope: its derivative by its argument ``u``, as it is written; empty where it is a choice between its arguments.
        at_zero: its value at 0, where that is exact.
        course: whether it rises or falls throughout, falls to 0 and rises from there, or goes up and down.
        begins: the least argument that it takes, and whether it has a value there; None where it takes all.
        limit: the exact value, as large to the left, that it levels off to; empty where there is none.
        squashes: whether it levels off on both sides.
        word: how it is written before its bracketed arguments; empty where it has a form of its own, as a root has.
        operator: whether TeX and Typst have an operator of that name.
        spoken: how it is said, for alternative text: ``{}`` stands for the argument.
        several: how it is said of more arguments than ``arity``, whose list ``{}`` stands for; empty where it takes no
            more.
        math: whether Python's module ``math`` has it, under the same name.
        numpy: its name in NumPy; empty where it is called by its own.
        program: Python's text that defines it for decimals; empty where Python has it.
        needs: what that text calls, of these functions and of :mod:`derive.render.code.code_helpers`.
        finite: whether that text takes no infinity.
    """

    source: str = ""
    arity: int = 1
    aliases: tuple[str, ...] = ()
    sympy: str = ""
    slope: str = ""
    at_zero: str = ""
    course: Literal["rises", "falls", "valley", "waves", ""] = ""
    begins: tuple[str, bool] | None = None
    limit: str = ""
    squashes: bool = False
    word: str = ""
    operator: bool = True
    spoken: str = ""
    several: str = ""
    math: bool = False
    numpy: str = ""
    program: str = ""
    needs: tuple[str, ...] = ()
    finite: bool = False

    def said(self, arguments: Sequence[str]) -> str:
        """How it is said of some arguments."""
        if len(arguments) == self.arity:
            return self.spoken.format(*arguments)
        return self.several.format(f"{', '.join(arguments[:-1])} and {arguments[-1]}")


FUNCTIONS: Mapping[str, Function] = {
    "exp": Function(
        source="DLMF 4.2",
        sympy="exp",
        slope="exp(u)",
        at_zero="1",
        course="rises",
        spoken="e to the power {}",
        math=True,
        numpy="exp",
        program='''def exp(x):
    """e to the power x."""
    return Decimal(x).exp()''',
    ),
    "log": Function(
        source="DLMF 4.2",
        aliases=("ln",),
        sympy="log",
        slope="1/u",
        course="rises",
        begins=("0", False),
        word="ln",
        spoken="the natural logarithm of {}",
        math=True,
        numpy="log",
        program='''def log(x):
    """The natural logarithm."""
    return Decimal(x).ln()''',
    ),
    "sqrt": Function(
        source="DLMF 4.2",
        sympy="sqrt",
        slope="1/(2*sqrt(u))",
        course="rises",
        begins=("0", True),
        spoken="the square root of {}",
        math=True,
        numpy="sqrt",
        program='''def sqrt(x):
    """The square root."""
    return Decimal(x).sqrt()''',
    ),
    "abs": Function(
        source="DLMF 1.9",
        sympy="Abs",
        slope="sign(u)",
        course="valley",
        spoken="the absolute value of {}",
    ),
    "sign": Function(
        source="DLMF, Common Notations and Definitions",
        aliases=("sgn",),
        sympy="sign",
        slope="0",
        course="rises",
        word="sign",
        operator=False,
        spoken="the sign of {}",
        numpy="sign",
        program='''def sign(x):
    """1, 0 or -1."""
    return Decimal((x > 0) - (x < 0))''',
    ),
    "tanh": Function(
        source="DLMF 4.28",
        sympy="tanh",
        slope="1 - tanh(u)**2",
        at_zero="0",
        course="rises",
        squashes=True,
        limit="1",
        word="tanh",
        spoken="the hyperbolic tangent of {}",
        math=True,
        numpy="tanh",
        program='''def tanh(x):
    """The hyperbolic tangent; near 0 it takes more digits."""
    with localcontext() as context:
        context.prec += 10 + max(0, -x.adjusted())
        small = (-2 * abs(x)).exp()
        value = (1 - small) / (1 + small)
    return (+value).copy_sign(x)''',
    ),
    "sinh": Function(
        source="DLMF 4.28",
        sympy="sinh",
        slope="cosh(u)",
        at_zero="0",
        course="rises",
        word="sinh",
        spoken="the hyperbolic sine of {}",
        math=True,
        numpy="sinh",
        program='''def sinh(x):
    """The hyperbolic sine; near 0 it takes more digits."""
    with localcontext() as context:
        context.prec += 10 + max(0, -x.adjusted())
        value = (x.exp() - (-x).exp()) / 2
    return +value''',
    ),
    "cosh": Function(
        source="DLMF 4.28",
        sympy="cosh",
        slope="sinh(u)",
        at_zero="1",
        course="valley",
        word="cosh",
        spoken="the hyperbolic cosine of {}",
        math=True,
        numpy="cosh",
        program='''def cosh(x):
    """The hyperbolic cosine."""
    with localcontext() as context:
        context.prec += 10
        value = (x.exp() + (-x).exp()) / 2
    return +value''',
    ),
    "sin": Function(
        source="DLMF 4.14",
        sympy="sin",
        slope="cos(u)",
        at_zero="0",
        course="waves",
        word="sin",
        spoken="the sine of {}",
        math=True,
        numpy="sin",
        program='''def sin(x):
    """The sine, from the angle without its full turns."""
    with localcontext() as context:
        context.prec += 20 + max(0, x.adjusted())
        x = x % (2 * pi_now())
        value = series(x, 1, x * x)
    return +value''',
        needs=("pi_now", "series"),
        finite=True,
    ),
    "cos": Function(
        source="DLMF 4.14",
        sympy="cos",
        slope="-sin(u)",
        at_zero="1",
        course="waves",
        word="cos",
        spoken="the cosine of {}",
        math=True,
        numpy="cos",
        program='''def cos(x):
    """The cosine, from the angle without its full turns."""
    with localcontext() as context:
        context.prec += 20 + max(0, x.adjusted())
        x = x % (2 * pi_now())
        value = series(Decimal(1), 0, x * x)
    return +value''',
        needs=("pi_now", "series"),
        finite=True,
    ),
    "atan": Function(
        source="DLMF 4.23",
        aliases=("arctan",),
        sympy="atan",
        slope="1/(1 + u**2)",
        at_zero="0",
        course="rises",
        squashes=True,
        word="arctan",
        spoken="the inverse tangent of {}",
        math=True,
        numpy="arctan",
        program='''def atan(x):
    """The inverse tangent: the angle is halved until it is small, then x - x**3/3 + x**5/5 - ... is added up."""
    x = Decimal(x)
    with localcontext() as context:
        context.prec += 20
        halved = 0
        while abs(x) > Decimal("0.1"):
            x = x / (1 + sqrt(1 + x * x))
            halved += 1
        total, power, n, before = x, x, 1, None
        while total != before:
            before = total
            power *= -x * x
            n += 2
            total += power / n
        value = total * 2**halved
    return +value''',
        needs=("sqrt",),
        finite=True,
    ),
    "erf": Function(
        source="DLMF 7.2",
        sympy="erf",
        slope="2/sqrt(pi)*exp(-u**2)",
        at_zero="0",
        course="rises",
        squashes=True,
        limit="1",
        word="erf",
        operator=False,
        spoken="the error function of {}",
        math=True,
        program='''def erf(x):
    """The error function: 2/sqrt(pi) * exp(-x**2) * (x + 2*x**3/3 + 4*x**5/(3*5) + ...)."""
    with localcontext() as context:
        if x * x > 3 * context.prec:  # nearer to 1 or -1 than the digits can tell
            return Decimal(1).copy_sign(x)
        context.prec += 20
        total, term, n, before = x, x, 1, None
        while total != before:
            before = total
            n += 2
            term *= 2 * x * x / n
            total += term
        value = 2 * total * exp(-x * x) / sqrt(pi_now())
    return +value''',
        needs=("exp", "sqrt", "pi_now"),
    ),
    "max": Function(arity=2, sympy="Max", word="max", spoken="the larger of {} and {}", several="the largest of {}"),
    "min": Function(arity=2, sympy="Min", word="min", spoken="the smaller of {} and {}", several="the smallest of {}"),
}

#: Functions that only the catalogue's stable formulas call: 1 − erf(x) and ln(1 + x) without loss of digits.
INTERNAL: Mapping[str, Function] = {
    "erfc": Function(
        source="DLMF 7.2",
        sympy="erfc",
        slope="-2/sqrt(pi)*exp(-u**2)",
        at_zero="1",
        course="falls",
        spoken="the complementary error function of {}",
        math=True,
    ),
    "log1p": Function(
        source="DLMF 4.2",
        sympy="log",
        slope="1/(1 + u)",
        at_zero="0",
        course="rises",
        begins=("-1", False),
        spoken="the natural logarithm of 1 plus {}",
        math=True,
    ),
}

#: Those of files and those of the catalogue.
ALL_FUNCTIONS: Mapping[str, Function] = {**FUNCTIONS, **INTERNAL}

#: Other spellings of a function that people use.
ALIASES = {alias: name for name, row in FUNCTIONS.items() for alias in row.aliases}

#: Names in formulas that stand for a fixed number.
CONSTANTS = ("pi",)
