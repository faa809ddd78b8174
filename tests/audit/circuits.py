"""Models that are no dense networks, and mistakes made in them: each is a line of a paper, in plain Python.

The model is written on a sheet; the lines of the paper, right and wrong, are written here a second time by hand, and
share nothing with the package.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from typing import NamedTuple

import derive
from derive.auditing.data import Audit
from derive.auditing.judge import audit
from derive.calculus.solution import solve
from derive.catalogue.roles import GIVEN, LEARNING_RATE, PARAMETER, QUANTITY
from derive.expression.parse import parse
from derive.expression.tree import Expr, Name, substitute
from derive.model.graph import Definition
from derive.model.model import Model
from derive.model.sheet import Sheet
from derive.model.symbols import Symbol, Symbols, symbol_of

D = Decimal
Values = Mapping[str, Decimal]
Work = Callable[[Values], Decimal]

#: A file with the settings of numbers and updates; its network is not looked at.
_FILE = """
[network]
inputs = [1]
targets = [1]
cost = "squared_error"
[[network.layers]]
activation = "identity"
weights = [[1]]
"""


class Circuit(NamedTuple):
    """A model of equations.

    Attributes:
        equations: its definitions, over numbers of one role each.
        given, parameters: the names of the numbers that stay, and of those that are learnt.
        lines: how each line of a paper is worked out from those before it.
        named: the definitions whose derivative is a step of its own, with what they apply and to what.
    """

    equations: Mapping[str, str]
    given: Sequence[str]
    parameters: Sequence[str]
    lines: Mapping[str, Work]
    named: Mapping[str, tuple[str, str]] = {}


def read(text: str, names: Sequence[str]) -> Expr:
    """A formula over names that may have brackets in them."""
    letters = {f"q{number}": name for number, name in enumerate(names)}
    for letter, name in letters.items():
        text = re.sub(rf"(?<![\w\]]){re.escape(name)}(?![\w\[])", letter, text)
    return substitute(parse(text, tuple(letters)), {letter: Name(name) for letter, name in letters.items()})


def model(circuit: Circuit, numbers: Values, rate: str = "", *, named: bool = False) -> Model:
    """The circuit on a sheet."""
    sheet = Sheet()
    for name in circuit.given:
        sheet.give(name, numbers[name], GIVEN)
    for name in circuit.parameters:
        sheet.give(name, numbers[name], PARAMETER)
    for name, text in circuit.equations.items():
        applies, argument = circuit.named.get(name, ("", "")) if named else ("", "")
        expr = read(text, list(sheet.quantities))
        steps = (argument,) if argument else ()
        sheet.add(Definition(name, expr, own_steps=steps, applies=applies), QUANTITY)
    wanted = tuple(circuit.parameters or circuit.given)
    graph = sheet.graph(name)
    outline = sheet.outline(graph, wanted)
    if rate:
        sheet.give("eta", D(rate), LEARNING_RATE)
    entries = {name: re.fullmatch(r"(\w+)\[(.+)\]", name) for name in sheet.quantities}
    symbols = {name: Symbol(e[1], e[2]) if e else symbol_of(name) for name, e in entries.items()}
    return Model(
        graph, sheet.quantities, outline, Symbols(symbols, partial=True), wanted, "a circuit",
        learning_rate="eta" if rate else "",
    )  # fmt: skip


def audited(
    circuit: Circuit, numbers: Values, claims: Mapping[str, str], rate: str = "", *, steps: int = 1, named: bool = False
) -> Audit:
    """Claims, held against a circuit."""
    update = f"[update]\nlearning_rate = {rate}\nsteps = {steps}\n" if rate else ""
    file = derive.loads(_FILE + update).file
    return audit(solve(file, model(circuit, numbers, rate, named=named)), claims)


def worked(circuit: Circuit, numbers: Values, wrong: tuple[str, Work] | None = None) -> dict[str, Decimal]:
    """All lines of a paper; one of them may be worked out otherwise, and is carried on."""
    with localcontext(Context(prec=40)):
        values = dict(numbers)
        for name, work in circuit.lines.items():
            values[name] = (wrong[1] if wrong is not None and wrong[0] == name else work)(values)
    return {name: values[name] for name in circuit.lines}


def drawn(circuit: Circuit, source: random.Random) -> dict[str, Decimal]:
    """Numbers for a circuit, none near 0 or 1."""
    names = (*circuit.given, *circuit.parameters)
    sizes = source.sample(range(21, 79), len(names))
    return {name: D(size) / 100 * source.choice([1, -1]) for name, size in zip(names, sizes, strict=True)}


def sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


def tanh(z: Decimal) -> Decimal:
    return ((2 * z).exp() - 1) / ((2 * z).exp() + 1)


GATES = Circuit(
    {"p": "x*y", "q": "p + z", "f": "q*x"},
    ["x", "y", "z"],
    [],
    {
        "p": lambda v: v["x"] * v["y"],
        "q": lambda v: v["p"] + v["z"],
        "f": lambda v: v["q"] * v["x"],
        "df/dq": lambda v: v["x"],
        "df/dp": lambda v: v["df/dq"],
        "df/dz": lambda v: v["df/dq"],
        "df/dy": lambda v: v["df/dp"] * v["x"],
        "df/dx": lambda v: v["q"] + v["df/dp"] * v["y"],
    },
)

UNIT = Circuit(
    {"z": "w1*x1 + w2*x2 + b", "a": "1/(1 + exp(-z))", "E": "1/2*(a - y)**2"},
    ["x1", "x2", "y"],
    ["w1", "w2", "b"],
    {
        "z": lambda v: v["w1"] * v["x1"] + v["w2"] * v["x2"] + v["b"],
        "a": lambda v: sigmoid(v["z"]),
        "E": lambda v: (v["a"] - v["y"]) ** 2 / 2,
        "dE/da": lambda v: v["a"] - v["y"],
        "dE/dz": lambda v: v["dE/da"] * v["a"] * (1 - v["a"]),
        "dE/dw1": lambda v: v["dE/dz"] * v["x1"],
        "dE/dw2": lambda v: v["dE/dz"] * v["x2"],
        "dE/db": lambda v: v["dE/dz"],
        "w1+": lambda v: v["w1"] - D("0.3") * v["dE/dw1"],
        "w2+": lambda v: v["w2"] - D("0.3") * v["dE/dw2"],
        "b+": lambda v: v["b"] - D("0.3") * v["dE/db"],
    },
    {"a": ("sigmoid", "z")},
)

#: A recurrence over two steps: the weight w is used in both.
SHARED = Circuit(
    {"z[1]": "w*x", "h[1]": "tanh(z[1])", "z[2]": "w*h[1]", "h[2]": "tanh(z[2])", "E": "1/2*(h[2] - y)**2"},
    ["x", "y"],
    ["w"],
    {
        "z[1]": lambda v: v["w"] * v["x"],
        "h[1]": lambda v: tanh(v["z[1]"]),
        "z[2]": lambda v: v["w"] * v["h[1]"],
        "h[2]": lambda v: tanh(v["z[2]"]),
        "E": lambda v: (v["h[2]"] - v["y"]) ** 2 / 2,
        "dE/dh[2]": lambda v: v["h[2]"] - v["y"],
        "dE/dz[2]": lambda v: v["dE/dh[2]"] * (1 - v["h[2]"] ** 2),
        "dE/dh[1]": lambda v: v["dE/dz[2]"] * v["w"],
        "dE/dz[1]": lambda v: v["dE/dh[1]"] * (1 - v["h[1]"] ** 2),
        "dE/dw": lambda v: v["dE/dz[1]"] * v["x"] + v["dE/dz[2]"] * v["h[1]"],
        "w+": lambda v: v["w"] - D("0.3") * v["dE/dw"],
    },
    {"h[1]": ("tanh", "z[1]"), "h[2]": ("tanh", "z[2]")},
)


class Kind(NamedTuple):
    """A kind of mistake: the codes that name it rightly, in which circuit it is made, at which line, and how."""

    codes: tuple[str, ...]
    circuit: Circuit
    line: str
    work: Work


KINDS: dict[str, Kind] = {
    "a factor for a sum": Kind(("added-not-multiplied",), GATES, "p", lambda v: v["x"] + v["y"]),
    "a term left out": Kind(("term-missing",), GATES, "q", lambda v: v["p"]),
    "the sign of a term": Kind(("sign-of-term",), GATES, "q", lambda v: v["p"] - v["z"]),
    "sign turned": Kind(("sign",), GATES, "df/dy", lambda v: -v["df/dp"] * v["x"]),
    "factor 2": Kind(("factor-2",), GATES, "df/dy", lambda v: 2 * v["df/dp"] * v["x"]),
    "a factor forgotten": Kind(("factor-missing",), GATES, "df/dx", lambda v: v["q"] + v["df/dp"]),
    "a factor twice": Kind(("factor-twice",), GATES, "df/dx", lambda v: v["q"] + v["df/dp"] * v["y"] ** 2),
    "divided by a factor": Kind(("factor-divided",), GATES, "df/dy", lambda v: v["df/dp"] / v["x"]),
    "a path forgotten": Kind(("path-missing",), GATES, "df/dx", lambda v: v["q"]),
    "the number of a sibling": Kind(("swapped-index",), GATES, "df/dy", lambda v: v["df/dp"] * v["y"]),
    "bias left out": Kind(("bias-missing",), UNIT, "z", lambda v: v["w1"] * v["x1"] + v["w2"] * v["x2"]),
    "weights exchanged": Kind(
        ("swapped-weight", "swapped-index"), UNIT, "z", lambda v: v["w2"] * v["x1"] + v["w1"] * v["x2"] + v["b"]
    ),
    "another function": Kind(("other-activation",), UNIT, "a", lambda v: tanh(v["z"])),
    "function left out": Kind(("activation-missing",), UNIT, "a", lambda v: v["z"]),
    "square left out": Kind(("square-missing",), UNIT, "E", lambda v: abs(v["y"] - v["a"])),
    "half left out": Kind(("factor-2", "other-cost"), UNIT, "E", lambda v: (v["a"] - v["y"]) ** 2),
    "sum for the difference": Kind(("target-sign", "sign-of-term"), UNIT, "dE/da", lambda v: v["a"] + v["y"]),
    "local derivative forgotten": Kind(("activation-derivative-missing",), UNIT, "dE/dz", lambda v: v["dE/da"]),
    "slope of another function": Kind(
        ("activation-derivative-of-another",), UNIT, "dE/dz", lambda v: v["dE/da"] * (1 - v["a"] ** 2)
    ),
    "a² for a(1 − a)": Kind(("activation-derivative-miswritten",), UNIT, "dE/dz", lambda v: v["dE/da"] * v["a"] ** 2),
    "bias gradient from the output": Kind(("bias-from-output",), UNIT, "dE/db", lambda v: v["dE/da"]),
    "number of another weight": Kind(("swapped-index",), UNIT, "dE/dw1", lambda v: v["dE/dz"] * v["x2"]),
    "descent direction": Kind(("descent-direction",), UNIT, "dE/dw1", lambda v: -D("0.3") * v["dE/dz"] * v["x1"]),
    "step added": Kind(("update-added",), UNIT, "w1+", lambda v: v["w1"] + D("0.3") * v["dE/dw1"]),
    "another learning rate": Kind(("learning-rate",), UNIT, "w2+", lambda v: v["w2"] - D("0.1") * v["dE/dw2"]),
    "gradient of another": Kind(("other-gradient",), UNIT, "w1+", lambda v: v["w1"] - D("0.3") * v["dE/dw2"]),
    "shared weight, one path": Kind(("path-missing",), SHARED, "dE/dw", lambda v: v["dE/dz[2]"] * v["h[1]"]),
    "updated weight on the way back": Kind(
        ("updated-weights",),
        SHARED,
        "dE/dh[1]",
        lambda v: (
            v["dE/dz[2]"]
            * (v["w"] - D("0.3") * (v["dE/dz[2]"] * v["w"] * (1 - v["h[1]"] ** 2) * v["x"] + v["dE/dz[2]"] * v["h[1]"]))
        ),
    ),
    "net input for the state": Kind(("input-before-activation",), SHARED, "z[2]", lambda v: v["w"] * v["z[1]"]),
    "local derivative of a state": Kind(
        ("activation-derivative-missing",), SHARED, "dE/dz[1]", lambda v: v["dE/dh[1]"]
    ),
    "1 − h for 1 − h²": Kind(
        ("activation-derivative-miswritten",), SHARED, "dE/dz[2]", lambda v: v["dE/dh[2]"] * (1 - v["h[2]"])
    ),
}
