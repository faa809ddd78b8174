"""What somebody may have printed: claims that can be read, and those that cannot."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.hard.words import quoted

_NAMES = (
    "Cost Cost+ Cost+2 C E_total w0 w0+ w1_11 w1_11+ x0 x_1 y y0 y_1 b0 b1 z0 z1_1 O0 O1 a1_1 net_h1 out_o1 "
    "dCost/dO0 dCost/dw0 dCost/dz0 dO0/dz0 dC/da1_1 dC/dw1_11 dE_o1/dout_o1 dCost/db0 dCost/dx0 dO0 nonsense a.b "
    "error gradient Δw w_{1,1} dCost/dw0+ η eta w0+10 w0+1000000"
).split()
_READABLE = (
    "0.5",
    "-0.0",
    "0",
    "1e100",
    "1e-100",
    "0.1234567890123456789012345678901234567890123456789",
    "12345678901234567890123456789012345678901234567890",
    "1/3",
    "1/0",
    "0/0",
    "log(0)",
    "log(-1)",
    "sqrt(-1)",
    "exp(1000)",
    "exp(1e30)",
    "9**99",
    "0.1**-99",
    "2*0.5 + 9*0.8 + 0.5",
    "1/(1 + exp(-0.5))",
)
_FORMULAS = (
    "-y*log(O)",
    "dCost/dO0 * dO0/dz0",
    "dCost/dO0*dO0/dz0*x0",
    "w0 - 0.5*dCost/dw0",
    "O0*(1 - O0)",
    "Cost",
    "y - O0",
    "1/(1 + exp(-z0))",
    "x0*w0 + b0",
    "max(0, z0)",
    "z0 if z0 > 0 else 0",
    "cosh(1000*z0)",
    "z0**z0",
    "1/(z0 - z0)",
    "net_h1",
    "w5 - eta*dE/dw5",
)
_ODD = (
    "1e400",
    "1e400000000000",
    "1E-9999999999999999999",
    "1e" + "9" * 500,
    "9" * 900,
    "0,5",
    "1,234.5",
    "1 000",
    "0·5",
    "2 · 3",
    "1.5 × 10^-5",
    "10^5",
    "½",
    "≈ 0.5",
    "inf",
    "NaN",
    "∞",
    "9**9**9",
    "(0.5",
    "0.5 0.6",
    "#",
    "a b c",
    "𝟎.𝟓",
    "=",
    " ",
)


def published(chance: random.Random) -> list[str]:
    """A table of claims that can be read, or none."""
    if chance.random() < 0.6:
        return []
    names = dict.fromkeys(chance.choice(_NAMES[:-8]) for _ in range(chance.randint(1, 8)))
    lines = (f"{quoted(name)} = {quoted(chance.choice((*_READABLE, *_FORMULAS)))}" for name in names)
    return ["[published]", *lines]


def papers(seed: int) -> Iterator[dict[str, str]]:
    """Claims of all kinds, few at a time: one that cannot be read is the end of its paper."""
    chance = random.Random(seed)  # noqa: S311 (numbers for tests)
    for _ in range(3):
        yield {chance.choice(_NAMES): chance.choice((*_ODD, *_READABLE, *_FORMULAS)) for _ in range(2)}
    yield {name: chance.choice((*_READABLE, *_FORMULAS)) for name in chance.sample(_NAMES, 6)}
