"""(h) Time per definition as models of equations grow."""

from __future__ import annotations

import gc
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from statistics import median

from benchmarks.measure import Result, forget, say, seconds

#: Each model by how often its part is repeated, which gives about 100, 1,000 and 20,000 definitions; the formulas stay
#: as long as they are, so that the work for one definition stays the same.
_SIZES: Mapping[str, tuple[int, int, int]] = {
    "recurrent": (5, 50, 950),
    "convolutional": (7, 22, 99),
    "attention": (2, 16, 307),
}

#: What "no growth" allows for the noise of a measurement.
_AIM = 1.1

_RECURRENT = """
[given]
x = {x}
"h[0]" = {h}
[parameters]
W = {W}
U = {U}
b = {b}
[index]
t = "1..{size}"
[model]
equations = '''
z[t] = W*x[t] + U @ h[t-1] + b
h[t] = tanh(z[t])
E[t] = sum(h[t]**2)
E = sum(E[t], t)
'''
"""
_CONVOLUTIONAL = """
[given]
x = {x}
[parameters]
K = {K}
b = 0.1
[model]
equations = '''
Z = conv(x, K) + b
A = tanh(Z)
C = sum(A)
'''
"""
_ATTENTION = """
[given]
X = {X}
Y = {Y}
[parameters]
W_Q = {Q}
W_K = {K}
W_V = {V}
[index]
n = "1..{size}"
[model]
equations = '''
Q[n] = X[n] @ W_Q
K[n] = X[n] @ W_K
V[n] = X[n] @ W_V
S[n] = Q[n] @ K[n].T / sqrt(2)
A[n] = softmax(S[n], axis=1)
O[n] = A[n] @ V[n]
E[n] = half_squared_error(O[n], Y[n])
L = mean(E[n], n)
'''
"""


def recurrent(size: int) -> str:
    """A network of ten units over so many steps, with a cost at each: else its gradients would vanish."""
    return _RECURRENT.format(
        size=size, x=_array("x", size), h=_array("h", 10), W=_array("W", 10), U=_array("U", 10, 10), b=_array("b", 10)
    )


def convolutional(size: int) -> str:
    """A kernel over an image, with a map of so many rows and columns."""
    return _CONVOLUTIONAL.format(x=_array("x", size + 1, size + 1), K=_array("K", 2, 2))


def attention(size: int) -> str:
    """One head over so many samples of four tokens."""
    shapes = {"X": (size, 4, 2), "Y": (size, 4, 2), "Q": (2, 2), "K": (2, 2), "V": (2, 2)}
    return _ATTENTION.format(size=size, **{name: _array(name, *shape) for name, shape in shapes.items()})


_MODELS: Mapping[str, Callable[[int], str]] = {
    "recurrent": recurrent,
    "convolutional": convolutional,
    "attention": attention,
}


def _array(name: str, *shape: int) -> object:
    """Numbers that are others for each name: of equal arrays derivatives cancel exactly, which takes many digits."""
    chance = random.Random(name)  # noqa: S311 - numbers for a benchmark

    def filled(rest: tuple[int, ...]) -> object:
        return [filled(rest[1:]) for _ in range(rest[0])] if rest else round(chance.uniform(-0.5, 0.5), 2)

    return filled(shape)


def equations(*, quick: bool) -> Iterator[Result]:
    """Compare the time per definition with that at about 100 definitions, loading and JSON included."""
    say("(h) time per definition of models of equations …")
    for name, write in _MODELS.items():
        texts = [write(size) for size in (_SIZES[name][:2] if quick else _SIZES[name])]
        yield from _compared(name, texts)


def _compared(name: str, texts: list[str]) -> Iterator[Result]:
    _parts(texts[0])  # warms up: imports
    counts: dict[int, int] = {}
    found: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for place, text in enumerate(texts):
        # A short run is repeated, so that a disturbance does not count for more in it than in a long one.
        for _ in range((10, 3, 1)[place]):
            counts[place], parts = _parts(text)
            for part, duration in parts.items():
                found[place][part].append(duration)
        say(f"    {name}, {counts[place]:,} definitions")
    each = {
        place: {part: median(durations) / counts[place] for part, durations in parts.items()}
        for place, parts in found.items()
    }
    first = each[0]
    for place in list(each)[1:]:
        whole, start = sum(each[place].values()), sum(first.values())
        split = ", ".join(f"{part} {each[place][part] / first[part]:.2f}" for part in first)
        yield Result(
            "h",
            f"{name}, per definition, {counts[place]:,} : {counts[0]:,}",
            whole / start,
            _AIM,
            False,
            f"{seconds(whole)} : {seconds(start)} per definition; {split}",
        )


def _parts(text: str) -> tuple[int, dict[str, float]]:
    """How many definitions a model has, and how long the processor takes for each part of the work on it.

    The collector of garbage rests meanwhile, as it does when the command runs: it would look through all every time.
    """
    import derive

    forget()
    gc.disable()
    start = time.process_time()
    network = derive.loads(text)
    loaded = time.process_time()
    solution = derive.solve(network)
    solved = time.process_time()
    solution.render("json")
    written = time.process_time()
    gc.enable()
    count = len(network.model.graph.definitions)
    return count, {"load": loaded - start, "solve": solved - loaded, "json": written - solved}
