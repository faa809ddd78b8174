"""Formulas for activations and costs: those that people write, and trees of any shape."""

from __future__ import annotations

import random

from derive.expression.functions import FUNCTIONS

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu")
COSTS = (
    "half_squared_error",
    "squared_error",
    "mean_squared_error",
    "absolute_error",
    "huber",
    "binary_cross_entropy",
)

OWN_ACTIVATIONS = (
    "cosh(z*1000)",
    "z if z > 0 else 0.1*z",
    "1 if z > 0 else 0 if z < -1 else 0.5*z",
    "z if z == 0.5 else -z",
    "max(z, 0)",
    "min(max(z, -1), 1)",
    "abs(z)",
    "sign(z)*z**2",
    "z/(1 + abs(z))",
    "1/(1 + exp(-z))",
    "(exp(z) - exp(-z))/(exp(z) + exp(-z))",
    "log(1 + exp(z))",
    "log(1 + z**2)",
    "exp(-z**2)",
    "exp(z)",
    "exp(exp(z))",
    "sqrt(z**2 + 1)",
    "sqrt(abs(z))",
    "z**0.5",
    "z**-1",
    "1/z",
    "z**(1/3)",
    "z**100",
    "2**z",
    "abs(z)**z",
    "sin(z)",
    "sin(1e30*z)",
    "cos(pi*z)",
    "atan(z)",
    "sinh(z)",
    "erf(z)*z",
    "z*tanh(log(1 + exp(z)))",
    "0*z + 3",
    "z - z",
    "-z",
    "1e50*z",
    "z*1e-100",
    "0.12345678901234567890123456789012345678901234567890*z",
)
OWN_COSTS = (
    "(y - O)**2/2",
    "abs(y - O)**3",
    "(y - O)**4/24",
    "-y*log(O)",
    "-y*log(O) - (1 - y)*log(1 - O)",
    "log(cosh(O - y))",
    "exp(O - y)",
    "sqrt((y - O)**2 + 1)",
    "max(y - O, 0)",
    "max(0, 1 - y*O)**2",
    "abs(O)",
    "O",
    "O*y",
    "y + 0*O",
    "abs(y - O) if abs(y - O) > 1 else (y - O)**2",
    "1e100*(O - y)**2",
    "1 - exp(-(O - y)**2)",
)
_FUNCTIONS = tuple(name for name, row in FUNCTIONS.items() if row.arity == 1)
_NUMBERS = ("0", "1", "2", "0.5", "10", "1e-9", "1e22", "3.14159265358979323846264338327950288", "pi")


def formula(chance: random.Random, names: tuple[str, ...], depth: int = 3) -> str:
    """A tree of operators and functions, with brackets around everything."""
    if depth == 0 or chance.random() < 0.15:
        return chance.choice((*names, *names, *names, *_NUMBERS))

    def part() -> str:
        return formula(chance, names, depth - 1)

    kind = chance.randrange(8)
    if kind < 4:
        return f"({part()} {chance.choice('+-*/')} {part()})"
    if kind == 4:
        return f"({part()})**{chance.choice(('2', '3', '0.5', '-1', '(1/3)', '0', '1'))}"
    if kind == 5:
        return f"({part()} if {part()} {chance.choice(('>', '>=', '<', '<=', '==', '!='))} {part()} else {part()})"
    if kind == 6:
        return f"{chance.choice(('max', 'min'))}({part()}, {part()})"
    return f"{chance.choice(_FUNCTIONS)}({part()})"


def activation(chance: random.Random) -> str:
    """The name of an activation, or a formula in z."""
    kind = chance.randrange(10)
    if kind < 6:
        return chance.choice(ACTIVATIONS)
    return chance.choice(OWN_ACTIVATIONS) if kind < 9 else _with(chance, "z")


def cost(chance: random.Random) -> str:
    """The name of a cost, or a formula in y and O."""
    kind = chance.randrange(10)
    if kind < 7:
        return chance.choice(COSTS)
    return chance.choice(OWN_COSTS) if kind < 9 else _with(chance, "O", "y")


def _with(chance: random.Random, *names: str) -> str:
    """A formula that holds the first of the names, as it must."""
    text = formula(chance, names)
    return text if names[0] in text.replace("cosh", "") else f"{names[0]}*{text}"
