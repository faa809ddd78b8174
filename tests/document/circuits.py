"""Models of equations, written on a sheet: published circuits, and random ones."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import derive
from derive.calculus.solution import Worked

#: https://cs231n.github.io/optimization-2/ (its first circuit, its sigmoid neuron, its patterns in the backward flow);
#: https://github.com/karpathy/micrograd (the example of its README; relu is max(0, ·)).
CIRCUIT = {"x": "-2", "y": "5", "z": "-4"}, ("q = x + y", "f = q*z")
NEURON = (
    {"w0": "2", "x0": "-1", "w1": "-3", "x1": "-2", "w2": "-3"},
    ("f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2)))",),
)
PATTERNS = {"x": "3", "y": "-4", "z": "2", "w": "-1"}, ("f = 2*(x*y + max(z, w))",)
MICROGRAD = (
    {"a": "-4", "b": "2"},
    (
        *("c1 = a + b", "d1 = a*b + b**3", "c2 = c1 + c1 + 1", "c = c2 + 1 + c2 + (-a)"),
        *("d2 = d1 + d1*2 + max(0, b + a)", "d = d2 + 3*d2 + max(0, b - a)"),
        *("e = c - d", "f = e**2", "g1 = f/2", "g = g1 + 10/f"),
    ),
)


def file(given: Mapping[str, str], equations: Sequence[str], wanted: Sequence[str] = (), numbers: str = "") -> str:
    """The file of a model; what it gives is differentiated by all that is given, or by some of it."""
    lines = ["[given]", *(f"{name} = {text}" for name, text in given.items()), "[model]"]
    lines += [f"wrt = {list(wanted)}"] if wanted else []
    return "\n".join([*lines, "equations = '''", *equations, "'''", "[numbers]", numbers, ""])


def worked(given: Mapping[str, str], equations: Sequence[str], wanted: Sequence[str] = (), numbers: str = "") -> Worked:
    """The same worked out; ``numbers`` are lines of the table of that name."""
    return derive.solve(derive.loads(file(given, equations, wanted, numbers))).worked


def random_model(seed: int, *, cases: bool = True) -> tuple[dict[str, str], list[str]]:
    """Numbers, and equations of all operations in which each is used, some several times; with cases or without."""
    dice = random.Random(seed)  # noqa: S311 (numbers for tests)
    given = {f"{'xwab'[index % 4]}{index}": _number(dice) for index in range(dice.randint(1, 5))}
    names = list(given)
    equations = []
    unused = set(names)
    for index in range(dice.randint(1, 7)):
        formula = _formula(dice, names, 2, cases=cases)
        name = dice.choice(["q", "long_name", "s", "h", "E", "total"]) + str(index)
        equations.append(f"{name} = {formula}")
        unused -= {known for known in names if known in formula}
        unused.add(name)
        names.append(name)
    last = names[-1]
    equations.append(f"result = {' + '.join(sorted(unused))}" if len(unused) > 1 else f"result = 2*{last}")
    return given, equations


def _number(dice: random.Random) -> str:
    return f"{dice.choice([1, -1]) * dice.uniform(0.2, 3):.{dice.choice([1, 2, 5])}f}"


def _formula(dice: random.Random, names: Sequence[str], depth: int, *, cases: bool) -> str:
    if not depth or dice.random() < 0.25:
        return dice.choice(names)
    one = other = _formula(dice, names, depth - 1, cases=cases)
    for _ in range(5):
        if one == other:
            other = _formula(dice, names, depth - 1, cases=cases)
    # A denominator is never near 0, the argument of a logarithm never below it, and nothing is at a kink.
    forms = [
        f"({one} + {other})",
        f"({one} - {other})",
        f"{one}*{other}",
        f"{one}*{other}*{dice.choice(names)}",
        f"tanh({one})",
        f"exp(-({one})**2)",
        f"log(2 + ({one})**2)",
        f"{one}/(1 + ({other})**2)",
        f"max({one}, {other} + 0.017)",
        f"max(0, {one} + 0.013)",
        f"(2 - {one} + {other} - {dice.choice(names)})",
        f"0.5*({one})**3",
        f"-({one})",
        f"sqrt(1 + ({one})**2)/3",
    ]
    return dice.choice([*forms, f"({one} if {other} > 0.011 else 2*{one})"] if cases else forms)


def tree(seed: int) -> tuple[dict[str, str], list[str]]:
    """A model in which each number and each quantity is used once."""
    dice = random.Random(seed)  # noqa: S311
    given = {f"x{index}": _number(dice) for index in range(dice.randint(3, 7))}
    waiting, equations = list(given), []
    for index in range(100):
        if len(waiting) == 1:
            break
        one, other = (waiting.pop(dice.randrange(len(waiting))) for _ in range(2))
        equations.append(
            f"q{index} = {dice.choice(['{} + {}', '{}*{}', 'tanh({} - {})', '{}/exp({})'])}".format(one, other)
        )
        waiting.append(f"q{index}")
    return given, equations
