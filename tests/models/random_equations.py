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
    ),
}
#: Lines that define members of a family.
_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("{N}[t] = w*u[t] + {n}",),
    ("{N}[t] = A[t] @ {v}",),
    ("{N}[0] = 1", "{N}[t] = tanh({N}[t-1]*u[t] + w)"),
    ("{N}[4] = 0", "{N}[t] = u[t] + w*{N}[t+1]"),
    ("{N}[t,i] = A[t,i]*{v}[i]",),
    ("{N}[i] = u[i] if i > 1 else {n}",),
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
            lines += [filled(line, name) for line in chance.choice(_FAMILIES)]
            continue
        shape = chance.choice("nnv")
        lines.append(f"{name} = {filled(chance.choice(_FORMULAS[shape]))}")
        known[shape].append(name)
    if chance.random() < 0.5:
        lines.append("h[t] = tanh(S @ h[t-1] + u[t])")
        known["v"].append("h[3]")
    chance.shuffle(lines)
    parts = " + ".join(chance.choice(known["n"]) for _ in range(3))
    lines.append(f"C = w*({parts})**2")
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
    return formula.replace("h[3][i]", "h[3,i]")
