"""Models of equations and the mistakes that people make in them, worked out by PyTorch.

Each model is written twice: as the file that is audited, and as a forward pass in plain PyTorch, in which one mistake
can be made. A mistake on the way back is a path that is cut (``detach``), a slope that is taken to be 1, or another
matrix in the product back; one in writing down changes the lines of the paper. Nothing of the package is used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, NamedTuple

import torch

T = torch.Tensor
#: The numbers of a file, and the quantities of a paper: an array, or a member of a family such as ``h[2]``.
Numbers = dict[str, T]
Lines = dict[str, T]
Forward = Callable[[Numbers, str], tuple[Lines, T]]
#: What is done to the lines of a paper as they are written down.
Pen = Callable[[Lines], Mapping[str, T]]

torch.set_default_dtype(torch.float64)


class Slip(NamedTuple):
    """A mistake: the code that names it; what the forward pass is told; what is done to the lines."""

    code: str
    told: str = ""
    pen: Pen | None = None


class Taught(NamedTuple):
    """A model: its file without numbers, their shapes, its forward pass, its mistakes; what else it is derived by."""

    file: str
    given: Mapping[str, tuple[int, ...]]
    parameters: Mapping[str, tuple[int, ...]]
    forward: Forward
    slips: Mapping[str, Slip]
    by: tuple[str, ...] = ()
    more: str = ""


class _Product(torch.autograd.Function):
    """A product W h whose derivative by h is taken with another matrix."""

    @staticmethod
    def forward(ctx: Any, one: T, other: T, back: T) -> T:
        ctx.save_for_backward(other, back)
        return one @ other

    @staticmethod
    def backward(ctx: Any, grad: T) -> tuple[T, T, None]:
        other, back = ctx.saved_tensors
        return torch.outer(grad, other), back.T @ grad, None


def straight(value: T, argument: T) -> T:
    """A function's value, with the slope 1 on the way back."""
    return argument + (value - argument).detach()


def drawn(taught: Taught, source: random.Random) -> tuple[dict[str, T], dict[str, T]]:
    """Numbers for a model, of two decimals."""

    def array(shape: tuple[int, ...]) -> T:
        size = 1
        for length in shape:
            size *= length
        numbers = [source.choice([-1, 1]) * source.randint(25, 150) / 100 for _ in range(size)]
        return torch.tensor(numbers).reshape(shape) if shape else torch.tensor(numbers[0])

    given, parameters = (
        {name: array(shape) for name, shape in shapes.items()} for shapes in (taught.given, taught.parameters)
    )
    return given, parameters


def text(value: T) -> str:
    """Numbers as a file has them."""
    return str([text(row) for row in value] if value.dim() > 1 else [f"{float(x):g}" for x in value]
               if value.dim() else f"{float(value):g}").replace("'", "").replace('"', "")  # fmt: skip


def written(taught: Taught, given: Numbers, parameters: Numbers) -> str:
    """The file of a model with its numbers."""
    tables = [
        f"[{table}]\n" + "".join(f"{name} = {text(value)}\n" for name, value in numbers.items())
        for table, numbers in (("given", given), ("parameters", parameters))
    ]
    return "\n".join([tables[0] + taught.more, *tables[1:], taught.file])


def lines(taught: Taught, given: Numbers, parameters: Numbers, slip: Slip | None) -> dict[str, T]:
    """The lines of a paper: all quantities, then the derivatives by them and by the parameters."""
    learnt = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    fixed = {name: value.clone().requires_grad_() for name, value in given.items()}
    found, loss = taught.forward({**fixed, **learnt}, "" if slip is None else slip.told)
    wanted = {**found, **learnt, **{name: fixed[name] for name in taught.by}}
    by = {name: value for name, value in wanted.items() if value.requires_grad and value is not loss}
    grads = torch.autograd.grad(loss, list(by.values()), allow_unused=True)
    paper: dict[str, T] = {**found, "L": loss}
    paper |= {f"dL/d{name}": grad for name, grad in zip(by, grads, strict=True) if grad is not None}
    if slip is not None and slip.pen is not None:
        paper |= slip.pen(paper)
    return {name: value.detach() for name, value in paper.items()}


def claims(paper: Mapping[str, T], places: int = 4) -> dict[str, str]:
    """All entries of all lines, at some decimals."""
    found: dict[str, str] = {}
    for name, value in paper.items():
        head, _, inside = name.partition("[")
        own = inside.removesuffix("]")
        for index in product(*map(range, value.shape)):
            numbers = [*([own] if own else []), *(str(at + 1) for at in index)]
            number = f"{float(value[index]):.{places}f}"
            found[f"{head}[{','.join(numbers)}]" if numbers else head] = number
    return found


def turned(name: str) -> Pen:
    """An array that is written down as its transpose."""
    return lambda paper: {name: paper[name].T}


# Recurrent networks: the state of a step is worked out from that of the step before.


def _rnn(n: Numbers, told: str) -> tuple[Lines, T]:
    found: Lines = {}
    h, loss = torch.zeros(2), torch.tensor(0.0)
    for t in (1, 2, 3):
        own = {name: n[name].detach() if told == "last" and t < 3 else n[name] for name in ("W", "U", "b")}
        if told == "first":
            own = {name: value.detach() if t > 1 else value for name, value in own.items()}
        before = h.detach() if told == "direct" or (told == "cut" and t == 2) else h
        again = own["U"] @ before
        if told == "turned":
            again = own["U"].T @ before
        elif told == "turned-back":
            again = _Product.apply(own["U"], before, own["U"].detach().T)  # type: ignore[no-untyped-call]
        z = found[f"z[{t}]"] = own["W"] @ n["x"][t - 1] + again + own["b"]
        h = found[f"h[{t}]"] = torch.tanh(z)
        o = found[f"o[{t}]"] = n["v"] @ h
        loss = loss + (o - n["y"][t - 1]) ** 2 / 2
    return found, loss


RNN = Taught(
    """
[index]
t = "1..3"
[model]
of = "L"
equations = '''
h[0] = zeros(2)
z[t] = W @ x[t] + U @ h[t-1] + b
h[t] = tanh(z[t])
o[t] = v @ h[t]
L = sum(1/2*(o[t] - y[t])**2, t)
'''
""",
    {"x": (3, 2), "y": (3,)},
    {"W": (2, 2), "U": (2, 2), "b": (2,), "v": (2,)},
    _rnn,
    {
        "only the last step": Slip("time-path-missing", "last"),
        "only the first step": Slip("time-path-missing", "first"),
        "only the direct path": Slip("time-path-missing", "direct"),
        "cut between two steps": Slip("time-path-missing", "cut"),
        "U transposed": Slip("transposed-matrix", "turned"),
        "U transposed on the way back": Slip("transposed-matrix", "turned-back"),
        "dL/dU as its transpose": Slip("transposed-matrix", "", turned("dL/dU")),
        "dL/dW as its transpose": Slip("transposed-matrix", "", turned("dL/dW")),
    },
)


def _gated(n: Numbers, told: str, letter: str, z: T) -> tuple[T, T]:
    """A gate, and what is used for it."""
    gate = torch.tanh(z) if letter == "g" else torch.sigmoid(z)
    if told == f"slope {letter}":
        gate = straight(gate, z)
    if told == f"none {letter}":
        gate = z * 1
    return gate, (z if told == f"input {letter}" else gate)


def _lstm(n: Numbers, told: str) -> tuple[Lines, T]:
    found: Lines = {}
    h, c, loss = torch.zeros(2), torch.zeros(2), torch.tensor(0.0)
    for t in (1, 2):
        used: dict[str, T] = {}
        before = h.detach() if told in ("direct", "no h") else h
        for letter in "ifog":
            own = {name: n[f"{name}_{letter}"] for name in ("W", "U", "b")}
            if told == "last" and t < 2:
                own = {name: value.detach() for name, value in own.items()}
            z = own["W"] @ n["x"][t - 1] + own["U"] @ before + own["b"]
            found[f"z_{letter}[{t}]"] = z
            found[f"{letter}[{t}]"], used[letter] = _gated(n, told, letter, z)
        kept = c.detach() if told in ("direct", "no c") else c
        c = found[f"c[{t}]"] = used["f"] * kept + used["i"] * used["g"]
        h = found[f"h[{t}]"] = used["o"] * torch.tanh(c)
        loss = loss + ((h - n["y"][t - 1]) ** 2).sum() / 2
    return found, loss


_OF_GATES = {
    f"{name}_{letter}": shape for letter in "ifog" for name, shape in (("W", (2, 2)), ("U", (2, 2)), ("b", (2,)))
}
LSTM = Taught(
    """
[index]
t = "1..2"
[model]
of = "L"
equations = '''
h[0] = zeros(2)
c[0] = zeros(2)
z_i[t] = W_i @ x[t] + U_i @ h[t-1] + b_i
i[t] = sigmoid(z_i[t])
z_f[t] = W_f @ x[t] + U_f @ h[t-1] + b_f
f[t] = sigmoid(z_f[t])
z_o[t] = W_o @ x[t] + U_o @ h[t-1] + b_o
o[t] = sigmoid(z_o[t])
z_g[t] = W_g @ x[t] + U_g @ h[t-1] + b_g
g[t] = tanh(z_g[t])
c[t] = f[t]*c[t-1] + i[t]*g[t]
h[t] = o[t]*tanh(c[t])
L = sum(1/2*sum((h[t] - y[t])**2), t)
'''
""",
    {"x": (2, 2), "y": (2, 2)},
    _OF_GATES,
    _lstm,
    {
        "only the last step": Slip("time-path-missing", "last"),
        "no path through time": Slip("time-path-missing", "direct"),
        "no path through the cell": Slip("time-path-missing", "no c"),
        "no path through the state": Slip("time-path-missing", "no h"),
        "the slope of i forgotten": Slip("gate-net-input", "slope i"),
        "the slope of o forgotten": Slip("gate-net-input", "slope o"),
        "z_i for i": Slip("gate-net-input", "input i"),
        "z_o for o": Slip("gate-net-input", "input o"),
        "no function for f": Slip("gate-net-input", "none f"),
        "dL/dU_i as its transpose": Slip("transposed-matrix", "", turned("dL/dU_i")),
    },
)


def _gru(n: Numbers, told: str) -> tuple[Lines, T]:
    found: Lines = {}
    h, loss = torch.zeros(2), torch.tensor(0.0)
    for t in (1, 2):
        before = h.detach() if told == "direct" else h
        used: dict[str, T] = {}
        for letter in "rz":
            own = {name: n[f"{name}_{letter}"] for name in ("W", "U")}
            if told == "last" and t < 2:
                own = {name: value.detach() for name, value in own.items()}
            a = found[f"a_{letter}[{t}]"] = own["W"] @ n["x"][t - 1] + own["U"] @ before
            found[f"{letter}[{t}]"], used[letter] = _gated(n, told, letter, a)
        own = {name: n[f"{name}_n"].detach() if told == "last" and t < 2 else n[f"{name}_n"] for name in "WU"}
        a = found[f"a_n[{t}]"] = own["W"] @ n["x"][t - 1] + used["r"] * (own["U"] @ before)
        new = found[f"n[{t}]"] = torch.tanh(a)
        h = found[f"h[{t}]"] = (1 - used["z"]) * new + used["z"] * before
        loss = loss + ((h - n["y"][t - 1]) ** 2).sum() / 2
    return found, loss


GRU = Taught(
    """
[index]
t = "1..2"
[model]
of = "L"
equations = '''
h[0] = zeros(2)
a_r[t] = W_r @ x[t] + U_r @ h[t-1]
r[t] = sigmoid(a_r[t])
a_z[t] = W_z @ x[t] + U_z @ h[t-1]
z[t] = sigmoid(a_z[t])
a_n[t] = W_n @ x[t] + r[t]*(U_n @ h[t-1])
n[t] = tanh(a_n[t])
h[t] = (1 - z[t])*n[t] + z[t]*h[t-1]
L = sum(1/2*sum((h[t] - y[t])**2), t)
'''
""",
    {"x": (2, 2), "y": (2, 2)},
    {f"{name}_{letter}": (2, 2) for letter in "rzn" for name in "WU"},
    _gru,
    {
        "only the last step": Slip("time-path-missing", "last"),
        "no path through time": Slip("time-path-missing", "direct"),
        "the slope of r forgotten": Slip("gate-net-input", "slope r"),
        "the slope of z forgotten": Slip("gate-net-input", "slope z"),
        "a_z for z": Slip("gate-net-input", "input z"),
        "a_r for r": Slip("gate-net-input", "input r"),
    },
)


# Attention, norms, softmax: an axis, a mask, a scaling.


def _attention(n: Numbers, told: str) -> tuple[Lines, T]:
    found: Lines = {}
    query = n["W_Q"].T if told == "turned" else n["W_Q"]
    q = found["Q"] = n["X"] @ query
    k = found["K"] = n["X"] @ n["W_K"]
    v = found["V"] = n["X"] @ n["W_V"]
    s = k @ q.T if told == "keys first" else q @ k.T
    if "unscaled" not in told or "back" in told:
        s = s / 2 if told == "no root" else s / 2**0.5
    if told == "unscaled back":
        s = straight(s, q @ k.T)
    hidden = torch.triu(torch.ones(3, 3), 1)
    if "added" in told and "unmasked" not in told:
        s = s - 1e4 * hidden
    found["S"] = s
    left = s if "unmasked" in told or "added" in told else s.masked_fill(hidden > 0, -torch.inf)
    a = torch.softmax(left, 0 if "columns" in told else 1)
    found["A"] = a
    o = found["O"] = (a.T if told == "turned A" else a) @ v
    return found, ((o - n["Y"]) ** 2).sum() / 2


ATTENTION = Taught(
    """
[model]
of = "L"
equations = '''
Q = X @ W_Q
K = X @ W_K
V = X @ W_V
S = Q @ K.T / sqrt(2)
A = softmax(S, axis=1, mask=causal(3))
O = A @ V
L = 1/2*sum((O - Y)**2)
'''
""",
    {"X": (3, 2), "Y": (3, 2)},
    dict.fromkeys(("W_Q", "W_K", "W_V"), (2, 2)),
    _attention,
    {
        "mask forgotten": Slip("mask-missing", "unmasked"),
        "K Qᵀ for Q Kᵀ": Slip("transposed-matrix", "keys first"),
        "scaling forgotten": Slip("scaling-missing", "unscaled"),
        "no root in the scaling": Slip("scaling-missing", "no root"),
        "scaling forgotten on the way back": Slip("scaling-missing", "unscaled back"),
        "softmax over columns": Slip("row-for-column", "columns"),
        "W_Q transposed": Slip("transposed-matrix", "turned"),
        "A transposed": Slip("transposed-matrix", "turned A"),
        "dL/dW_Q as its transpose": Slip("transposed-matrix", "", turned("dL/dW_Q")),
        "dL/dS as its transpose": Slip("transposed-matrix", "", turned("dL/dS")),
        "S as its transpose": Slip("transposed-matrix", "", turned("S")),
    },
)


def _small(forward: Forward) -> Forward:
    """The same pass, its quantities in small letters, as a file of indices has them."""

    def passed(n: Numbers, told: str) -> tuple[Lines, T]:
        found, loss = forward({"X": n["x"], "Y": n["y"], **n}, told)
        return {name.lower(): value for name, value in found.items()}, loss

    return passed


_BY_INDEX = """
[index]
i = "1..3"
j = "1..3"
m = "1..3"
[model]
of = "L"
equations = '''
q[i] = x[i] @ W_Q
k[i] = x[i] @ W_K
v[i] = x[i] @ W_V
s[i,j] = q[i] @ k[j] / sqrt(2)
d[i] = sum(exp(s[i,m]) if m <= i else 0, m)
a[i,j] = exp(s[i,j])/d[i] if j <= i else 0
o[i] = sum(a[i,j]*v[j], j)
L = sum(1/2*sum((o[i] - y[i])**2), i)
'''
"""
BY_INDEX = Taught(
    _BY_INDEX,
    {"x": (3, 2), "y": (3, 2)},
    ATTENTION.parameters,
    _small(_attention),
    {
        title: ATTENTION.slips[title]
        for title in ("mask forgotten", "scaling forgotten", "scaling forgotten on the way back", "W_Q transposed")
    },
)
#: The mask is added: what is to be left out is far below all else.
ADDED_MASK = ATTENTION._replace(
    file=ATTENTION.file.replace("sqrt(2)", "sqrt(2) + M").replace(", mask=causal(3)", ""),
    forward=lambda numbers, told: _attention(numbers, f"{told} added"),
    slips={title: slip for title, slip in ATTENTION.slips.items() if slip.told in ("unmasked", "unscaled", "columns")},
    more="M = [[0, -1e4, -1e4], [0, 0, -1e4], [0, 0, 0]]\n",
)


def _norm(axis: int) -> Forward:
    def forward(n: Numbers, told: str) -> tuple[Lines, T]:
        found: Lines = {}
        first, second = (1 - axis if told in (what, "both") else axis for what in ("mean", "var"))
        x = found["H"] = n["X"] @ n["W"]
        mu = found["mu"] = x.mean(first, keepdim=True)
        var = found["var"] = ((x - mu) ** 2).mean(second, keepdim=True)
        hat = found["Z"] = (x - mu) / torch.sqrt(var + 0.1)
        o = found["O"] = n["gamma"] * hat + n["beta"]
        return found, ((o - n["Y"]) ** 2).sum() / 2

    return forward


def _over(name: str, of: str, axis: int, times: str = "") -> Pen:
    """A sum over the axis of a matrix, perhaps of its entries multiplied with those of another."""
    return lambda paper: {name: (paper[of] * (paper[times] if times else 1)).sum(axis)}


def _normed(axis: int) -> Taught:
    return Taught(
        f"""
[model]
of = "L"
equations = '''
H = X @ W
mu = mean(H, axis={axis}, keepdims=True)
var = mean((H - mu)**2, axis={axis}, keepdims=True)
Z = (H - mu)/sqrt(var + 0.1)
O = gamma*Z + beta
L = 1/2*sum((O - Y)**2)
'''
""",
        {"X": (3, 3), "Y": (3, 3)},
        {"W": (3, 3), "gamma": (3,), "beta": (3,)},
        _norm(axis),
        {
            "both over the other axis": Slip("row-for-column", "both"),
            "dL/dbeta over the other axis": Slip("row-for-column", "", _over("dL/dbeta", "dL/dO", 1)),
            "dL/dgamma over the other axis": Slip("row-for-column", "", _over("dL/dgamma", "dL/dO", 1, "Z")),
            "dL/dW as its transpose": Slip("transposed-matrix", "", turned("dL/dW")),
        },
    )


LAYER_NORM, BATCH_NORM = _normed(1), _normed(0)


def _batch(n: Numbers, told: str) -> tuple[Lines, T]:
    found: Lines = {}
    z = found["Z"] = n["X"] @ (n["W"] if told == "turned" else n["W"].T) + n["b"]
    p = found["P"] = torch.softmax(z, 0 if told == "columns" else 1)
    each = [-torch.log(p[row, label]) for row, label in enumerate((2, 0, 1))]
    for row, cost in enumerate(each, start=1):
        found[f"C[{row}]"] = cost
    return found, sum(each, torch.tensor(0.0)) / 3


SOFTMAX = Taught(
    """

[index]
n = "1..3"
[model]
of = "L"
wrt = ["W", "b"]
equations = '''
Z = X @ W.T + b
P = softmax(Z, axis=1)
C[1] = -log(P[1,3])
C[2] = -log(P[2,1])
C[3] = -log(P[3,2])
L = mean(C[n], n)
'''
""",
    {"X": (3, 3)},
    {"W": (3, 3), "b": (3,)},
    _batch,
    {
        "softmax over columns": Slip("row-for-column", "columns"),
        "dL/db over the other axis": Slip("row-for-column", "", _over("dL/db", "dL/dZ", 1)),
        "W transposed": Slip("transposed-matrix", "turned"),
        "dL/dW as its transpose": Slip("transposed-matrix", "", turned("dL/dW")),
    },
)


# A convolution, a pool and a dense layer.


def _windows(x: T, k: T) -> T:
    """The products of a kernel with each window of an array, added; the kernel as it stands."""
    if x.dim() == 1:
        return torch.stack([(x[i : i + len(k)] * k).sum() for i in range(len(x) - len(k) + 1)])
    above, beside = (length - size + 1 for length, size in zip(x.shape, k.shape, strict=True))
    rows = [[(x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum() for j in range(beside)] for i in range(above)]
    return torch.stack([torch.stack(row) for row in rows])


def _conv(n: Numbers, told: str) -> tuple[Lines, T]:
    found: Lines = {}
    k = n["K"]
    dims = tuple(range(k.dim()))
    s = _windows(n["x"], k.flip(dims) if told == "turned" else k)
    if told == "turned back":
        # The derivative by x is that with the kernel turned; the derivative by the kernel is right.
        other = _windows(n["x"], k.detach().flip(dims))
        s = _windows(n["x"].detach(), k) + other - other.detach()
    s = found["S"] = s + n["b"]
    a = found["A"] = torch.tanh(s)
    if a.dim() == 2:
        pooled = torch.stack([torch.stack([a[i : i + 2, j : j + 2].max() for j in (0, 1)]) for i in (0, 1)])
    else:
        pooled = torch.stack([a[i : i + 2].max() for i in (0, 2)])
    found["P"] = pooled
    o = found["o"] = n["v"] @ pooled.flatten()
    return found, (o - n["y"]) ** 2 / 2


def _flipped(paper: Lines) -> Mapping[str, T]:
    grad = paper["dL/dK"]
    return {"dL/dK": grad.flip(tuple(range(grad.dim())))}


def _convolution(shape: tuple[int, ...], kernel: tuple[int, ...], pool: str, count: int) -> Taught:
    return Taught(
        f"""
[model]
of = "L"
wrt = ["parameters", "x"]
equations = '''
S = conv(x, K) + b
A = tanh(S)
P = {pool}
o = v @ flatten(P)
L = 1/2*(o - y)**2
'''
""".replace("flatten(P)", "flatten(P)" if len(shape) > 1 else "P"),
        {"x": shape, "y": ()},
        {"K": kernel, "b": (), "v": (count,)},
        _conv,
        {
            "kernel turned": Slip("kernel-turned", "turned"),
            "kernel turned in dL/dx": Slip("kernel-turned", "turned back"),
            "dL/dK turned": Slip("kernel-turned", "", _flipped),
        },
        ("x",),
    )


CONV_2D = _convolution((4, 4), (2, 2), "max_pool(A, 2, stride=1)", 4)
CONV_1D = _convolution((6,), (3,), "max_pool(A, 2)", 2)

MODELS: dict[str, Taught] = {
    "rnn": RNN,
    "lstm": LSTM,
    "gru": GRU,
    "attention": ATTENTION,
    "attention by index": BY_INDEX,
    "added mask": ADDED_MASK,
    "layer-norm": LAYER_NORM,
    "batch-norm": BATCH_NORM,
    "softmax": SOFTMAX,
    "conv-2d": CONV_2D,
    "conv-1d": CONV_1D,
}
