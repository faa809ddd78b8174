"""Random valid files of equations: lines of every kind in any order, with comments, headings and lines that go on."""

from __future__ import annotations

import random
from collections.abc import Callable

#: What a file is given to begin with, by shape.
_TABLES = """
[given]
x = 0.5
y = -1.5
u = [0.25, -0.5, 1.0]
v = [1.5, 0.75]
A = [[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]]
choice = 2
"h[0]" = [0.5, -0.25]
[parameters]
w = 0.75
p = [0.5, -1.25]
W = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]]
S = [[0.3, 0.5], [-0.2, 0.6]]
[index]
t = "1..3"
i = "1..2"
k = "1..3"
"""

#: Formulas over what is given and over others, by their shape: ``{n}`` is a number, ``{v}`` a vector of two.
_FORMULAS: dict[str, tuple[str, ...]] = {
    "n": (
        "{n} + {n}",
        "{n}*{n} - w",
        "tanh({n})",
        "{n} if {n} > 0 else 2*{n}",
        "sum({v})",
        "{v} @ {v}",
        "sum(W[i,1]*{v}[i], i)",
        "norm(p) + {n}",
        "u[choice]*{n}",
        "half_squared_error({v}, v)",
        "1/2*({n} - y)**2",
        "max({n}, {n})",
        "mean(A) - {n}",
        "sum(W[i,k]*u[k], i, k) + {n}",
        "prod(u[k] + {n}, k)",
        "mean({v}[i]**2, i)",
        "logsumexp({v})",
        "sum(u[k]*k if k > 1 else 0, k)*{n}",
    ),
    "v": (
        "W @ u + {v}",
        "sigmoid({v})",
        "S @ {v}",
        "softmax({v})",
        "{n}*{v}",
        "[{n}, {n}]",
        "relu({v} - 1/2)",
        "A[choice] + {v}",
        "S.T @ {v} - {v}",
        "sum(A, axis=0)*{v}",
        "conv(u, v)",
        "[sum(W[1,k]*u[k], k), {n}]",
        "tanh(W @ u)*{v}",
        "concat({n}, w)",
        "sum(A[k]*u[k], k) - {v}",
        "softmax(outer({v}, p), axis=1) @ {v}",
    ),
}
#: Lines that define members of a family, one of these, and its shape.
_FAMILIES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("{N}[t] = w*u[t] + {n}",), "[2]", "n"),
    (("{N}[t] = A[t] @ {v}",), "[3]", "n"),
    (("{N}[0] = 1", "{N}[t] = tanh({N}[t-1]*u[t] + w)"), "[3]", "n"),
    (("{N}[4] = 0", "{N}[t] = u[t] + w*{N}[t+1]"), "[1]", "n"),
    (("{N}[t,i] = A[t,i]*{v}[i]",), "[3,2]", "n"),
    (("{N}[i] = u[i] if i > 1 else {n}",), "[1]", "n"),
    (("{N}[t] = A[t] - {v}*w**t",), "[2]", "v"),
    (("{N}[0] = {v}", "{N}[t] = sigmoid(S @ {N}[t-1] + p*u[t])"), "[3]", "v"),
    (("{N}[t,i] = sum(W[i,k]*A[k,i], k)*u[t] + {n}",), "[2,1]", "n"),
    (("{N}[t] = sum(u[k]*w**(k - t) if k >= t else 0, k)",), "[1]", "n"),
    (("{N}[i] = S @ {v} - i*p",), "[2]", "v"),
)
_COMMENTS = ("", "", "", "    # what it is", "  # a remark = with signs [ in it", "   ## not shown")
_BETWEEN = ("", "# A part", "## a note to oneself: a = (b", "# with a bracket (", "#")


def valid(chance: random.Random) -> str:
    """A file in which all is right."""
    known: dict[str, list[str]] = {"n": ["x", "y", "w"], "v": ["v", "p"]}
    lines: list[str] = []

    def filled(formula: str, name: str = "") -> str:
        parts = {"n": lambda: chance.choice(known["n"]), "v": lambda: chance.choice(known["v"])}
        return _filled(formula.replace("{N}", name), parts)

    for at in range(chance.randint(2, 9)):
        name = f"a{'bcdefghij'[at]}"
        if chance.random() < 0.3:
            written_as, member, shape = chance.choice(_FAMILIES)
            lines += [filled(line, name) for line in written_as]
            known[shape].append(f"{name}{member}")
            continue
        shape = chance.choice("nnv")
        lines.append(f"{name} = {filled(chance.choice(_FORMULAS[shape]))}")
        known[shape].append(name)
    if chance.random() < 0.5:
        lines.append("h[t] = tanh(S @ h[t-1] + u[t])")
        known["v"].append("h[3]")
    chance.shuffle(lines)
    parts = " + ".join(chance.choice(known["n"]) for _ in range(3))
    lines.append(f"C = w*({parts})**2 + {chance.choice(known['v'])} @ {chance.choice(known['v'])}")
    written: list[str] = []
    for line in lines:
        while chance.random() < 0.25:
            written.append(chance.choice(_BETWEEN))
        if chance.random() < 0.2:
            written.append(line.replace(" = ", " = (\n    ", 1))
            written.append(")" + chance.choice(_COMMENTS))
        else:
            written.append(line + chance.choice(_COMMENTS))
    text = "\n".join(written)
    head = f'title = "Equations"{chance.choice(_LEADS)}'
    return f"{head}{_TABLES}[model]\nequations = '''\n{text}\n'''\n"


_LEADS = ("", "\n\n# a comment = '''", "\n" * 5)


def _filled(formula: str, parts: dict[str, Callable[[], str]]) -> str:
    for key, part in parts.items():
        while f"{{{key}}}" in formula:
            formula = formula.replace(f"{{{key}}}", part(), 1)
    # An index of a member: h[3] is indexed h[3,i].
    return formula.replace("][", ",")
