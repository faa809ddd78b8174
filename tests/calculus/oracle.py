"""What the contract says of numbers, worked out a second time: rounding, writing, forward pass, gradients.

Nothing here is taken from the package: fractions, mpmath and the contract's sentences only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import log10
from typing import NamedTuple

import mpmath

from tests.expression.reading import Computed, call, ends, fraction, real


class Policy(NamedTuple):
    """The section ``[numbers]`` of a file."""

    each_step: bool
    decimals: int | None
    significant: int | None
    up: bool

    def toml(self) -> str:
        digits = f"decimals = {self.decimals}" if self.significant is None else f"significant = {self.significant}"
        round_ = "each-step" if self.each_step else "end"
        return f'[numbers]\nround = "{round_}"\n{digits}\nties = "{"up" if self.up else "even"}"\n'


def magnitude(value: Fraction) -> int:
    """The power of ten of the first digit: 0 for 9.99, -1 for 0.5."""
    size = abs(value)
    power = int((size.numerator.bit_length() - size.denominator.bit_length()) * log10(2)) - 2
    while size >= Fraction(10) ** (power + 1):
        power += 1
    return power


def unit(value: Fraction, policy: Policy) -> Fraction:
    """One in the last place that the policy keeps of a value."""
    if policy.significant is None:
        return Fraction(10) ** -(policy.decimals or 0)
    return Fraction(10) ** (magnitude(value) - policy.significant + 1) if value else Fraction(1)


def rounded(value: Fraction, policy: Policy) -> Fraction:
    """The value rounded once."""
    step = unit(value, policy)
    units = abs(value) / step
    whole, rest = units.numerator // units.denominator, units % 1
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (policy.up or whole % 2 == 1)):
        whole += 1
    return whole * step if value > 0 else -whole * step


#: Two values that differ by this part of themselves are one as far as a page is concerned.
HAIR = Fraction(1, 10**40)


def hair_from_tie(value: Computed, policy: Policy, *, exactly: bool = False) -> bool:
    """Whether a value lies a hair beside a tie: there, 80 digits cannot tell which way it goes.

    A value on the tie itself counts only with ``exactly``: no decimals can lead to 0.125 = 0.375/3 by way of thirds.
    """
    true = fraction(value)
    units = abs(true) / unit(true, policy)
    distance = abs(units % 1 - Fraction(1, 2))
    return distance < HAIR * max(units, 1) and (exactly or distance > 0)


def written(value: Fraction, policy: Policy, *, exact: bool) -> str:
    """A computed value as it should be printed.

    Args:
        value: the value before rounding.
        policy: how it is rounded.
        exact: whether it is the quantity's exact value.
    """
    result = rounded(value, policy)
    short = exact and result == value
    if policy.significant is None:
        return _positional(result, policy.decimals or 0, short=short)
    if not result:
        return "0"
    first = magnitude(result)
    if abs(result) < Fraction(1, 10**4) or abs(result) >= 10**6 or first >= policy.significant:
        mantissa = _positional(result / Fraction(10) ** first, policy.significant - 1, short=short)
        return f"{mantissa}e{first}"
    return _positional(result, policy.significant - 1 - first, short=short)


def _positional(value: Fraction, places: int, *, short: bool) -> str:
    digits = str(abs(value * 10**places).numerator).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], digits[-places:]) if places else (digits, "")
    if short:
        decimals = decimals.rstrip("0")
    sign = "-" if value < 0 else ""
    return sign + whole + ("." + decimals if decimals else "")


def loss(exact: Fraction, shown: str, policy: Policy) -> str | None:
    """What the page has to tell of a value that rounding has erased or hollowed out."""
    value = Fraction(shown)
    if not exact or abs(value - exact) <= HAIR * abs(exact):
        return None
    if not value:
        return "erased"
    digits = shown.lstrip("-").replace(".", "").lstrip("0")
    return "hollow" if policy.decimals is not None and 2 * len(digits) < policy.decimals else None


def same(here: Computed, there: Computed, digits: int) -> bool:
    """Whether two values agree to a number of significant digits."""
    if isinstance(here, Fraction) and isinstance(there, Fraction):
        return here == there or abs(here - there) * 10**digits <= abs(there)
    with mpmath.workdps(max(mpmath.mp.dps, digits + 60)):
        left, right = real(here), real(there)
        return left == right or bool(abs(left - right) * mpmath.mpf(10) ** digits <= abs(right))


def extreme(value: Computed, digits: int = 4000) -> bool:
    """Whether a value is beyond 10 to the power of ± so many digits, where fractions of it take minutes."""
    return not isinstance(value, Fraction) and bool(value) and abs(mpmath.mag(value)) > digits * 3.33


# The functions, as the contract and their sources define them.


def _sigmoid(z: Computed) -> Computed:
    return Fraction(1, 2) if z == 0 else 1 / (1 + mpmath.exp(-real(z)))


def _times(factor: Computed, other: Computed) -> Computed:
    if isinstance(factor, Fraction) and isinstance(other, Fraction):
        return factor * other
    nought = any(isinstance(side, Fraction) and not side for side in (factor, other))
    return Fraction(0) if nought else real(factor) * real(other)


def _plus(first: Computed, second: Computed) -> Computed:
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        return first + second
    return real(first) + real(second)


def _gelu(z: Computed) -> Computed:
    return _times(z, 1 - mpmath.ncdf(-real(z)) if z > 0 else mpmath.ncdf(real(z)))


def _gelu_tanh(z: Computed) -> Computed:
    """z/2·(1 + tanh u) with u = √(2/π)·(z + 0.044715 z³); 1 + tanh u is 2σ(2u)."""
    if z == 0:
        return Fraction(0)
    x = real(z)
    return _times(z, _sigmoid(mpmath.sqrt(8 / mpmath.pi) * (x + mpmath.mpf(44715) / 10**6 * x**3)))


ACTIVATIONS: dict[str, Callable[[Computed, Fraction], Computed]] = {
    "identity": lambda z, _: z,
    "sigmoid": lambda z, _: _sigmoid(z),
    "tanh": lambda z, _: call("tanh", [z]),
    "relu": lambda z, _: z if z > 0 else Fraction(0),
    "leaky_relu": lambda z, slope: z if z > 0 else _times(slope, z),
    "elu": lambda z, alpha: z if z > 0 else _times(alpha, Fraction(0) if z == 0 else mpmath.expm1(real(z))),
    "softplus": lambda z, _: _plus(z if z > 0 else Fraction(0), mpmath.log1p(mpmath.exp(-abs(real(z))))),
    "silu": lambda z, _: _times(z, _sigmoid(z)),
    "gelu": lambda z, _: _gelu(z),
    "gelu_tanh": lambda z, _: _gelu_tanh(z),
}


def _square(error: Computed) -> Computed:
    return error * error


def _huber(error: Computed, delta: Fraction) -> Computed:
    size = abs(error)
    near = _plus(size, -delta) <= 0
    return _times(Fraction(1, 2), _square(size)) if near else _times(delta, _plus(size, -delta / 2))


def _cross_entropy(y: Fraction, output: Computed) -> Computed:
    return -(y * mpmath.log(real(output)) + (1 - y) * mpmath.log(1 - real(output)))


COSTS: dict[str, Callable[[Fraction, Computed, int, Fraction], Computed]] = {
    "squared_error": lambda y, o, n, _: _square(_plus(y, -o)),
    "half_squared_error": lambda y, o, n, _: _times(Fraction(1, 2), _square(_plus(y, -o))),
    "mean_squared_error": lambda y, o, n, _: _times(Fraction(1, n), _square(_plus(y, -o))),
    "absolute_error": lambda y, o, n, _: abs(_plus(y, -o)),
    "huber": lambda y, o, n, delta: _huber(_plus(y, -o), delta),
    "binary_cross_entropy": lambda y, o, n, _: _cross_entropy(y, o),
    "cross_entropy": lambda y, o, n, _: -(real(y) * mpmath.log(real(o))),
}


class Dense(NamedTuple):
    """One dense layer as a file gives it; numbers as text."""

    activation: str
    parameter: str | None
    weights: Sequence[Sequence[str]]
    biases: Sequence[str] | str | None


class Net(NamedTuple):
    """A network as a file gives it; numbers as text."""

    inputs: Sequence[str]
    targets: Sequence[str]
    cost: str
    delta: str | None
    layers: Sequence[Dense]
    notation: str = ""

    def toml(self, policy: Policy, rest: str = "") -> str:
        """The network file."""

        def row(numbers: Sequence[str]) -> str:
            return "[" + ", ".join(numbers) + "]"

        lines = ["[network]", f"inputs = {row(self.inputs)}", f"targets = {row(self.targets)}", f'cost = "{self.cost}"']
        if self.delta is not None:
            lines.append(f"delta = {self.delta}")
        for layer in self.layers:
            lines += ["[[network.layers]]", f'activation = "{layer.activation}"']
            lines.append(f"weights = {row([row(weights) for weights in layer.weights])}")
            if layer.biases is not None:
                lines.append(f"biases = {layer.biases if isinstance(layer.biases, str) else row(layer.biases)}")
            if layer.parameter is not None:
                lines.append(f"{ {'leaky_relu': 'slope', 'elu': 'alpha'}[layer.activation] } = {layer.parameter}")
        return "\n".join([*lines, self.notation, policy.toml(), rest])


class Pass(NamedTuple):
    """A forward pass: net inputs and outputs, layer by layer; the parts of the cost; the cost."""

    net_inputs: list[list[Computed]]
    outputs: list[list[Computed]]
    parts: list[Computed]
    cost: Computed


def forward(net: Net, parameters: Parameters, shift: Shift | None = None) -> Pass:
    """The forward pass, by plain loops, at the precision in force.

    Args:
        net: the network.
        parameters: its weights and biases.
        shift: a neuron whose net input or output is moved, and by how much.
    """
    before: list[Computed] = [Fraction(text) for text in net.inputs]
    net_inputs, outputs = [], []
    for number, layer in enumerate(net.layers):
        zs: list[Computed] = []
        os: list[Computed] = []
        for j in range(len(layer.weights)):
            z: Computed = parameters.bias(number, j)
            for i, x in enumerate(before):
                z = _plus(z, _times(parameters.weights[number][j][i], x))
            if shift and shift.place == (number, j) and not shift.output:
                z = _plus(z, shift.by)
            o = ACTIVATIONS[layer.activation](
                z, Fraction(layer.parameter or {"elu": "1"}.get(layer.activation, "0.01"))
            )
            if shift and shift.place == (number, j) and shift.output:
                o = _plus(o, shift.by)
            zs.append(z)
            os.append(o)
        net_inputs.append(zs)
        outputs.append(os)
        before = os
    cost = COSTS[net.cost]
    parts = [
        cost(Fraction(y), o, len(net.targets), Fraction(net.delta or 1))
        for y, o in zip(net.targets, before, strict=True)
    ]
    total = parts[0]
    for part in parts[1:]:
        total = _plus(total, part)
    return Pass(net_inputs, outputs, parts, total)


class Shift(NamedTuple):
    """A small change of one neuron's net input or output."""

    place: tuple[int, int]
    output: bool
    by: Computed


class Parameters(NamedTuple):
    """Weights and biases as numbers; a shared bias is one entry, an absent one none."""

    weights: list[list[list[Computed]]]
    biases: list[list[Computed]]

    def bias(self, layer: int, neuron: int) -> Computed:
        own = self.biases[layer]
        return Fraction(0) if not own else own[0] if len(own) == 1 else own[neuron]

    @classmethod
    def of(cls, net: Net) -> Parameters:
        weights = [[[Fraction(w) for w in row] for row in layer.weights] for layer in net.layers]
        biases = [
            [Fraction(b) for b in ([layer.biases] if isinstance(layer.biases, str) else layer.biases or [])]
            for layer in net.layers
        ]
        return cls(weights, biases)


def slope(value: Callable[[Computed], Computed], size: Fraction = Fraction(1)) -> mpmath.mpf:
    """The derivative at 0 of a function of a shift, by central differences at the precision in force.

    Both the step and its square vanish beside the digits that are compared: at 150 digits the step is 1e-50.
    """
    step = Fraction(1, 10 ** (mpmath.mp.dps // 3)) * size
    return (real(value(step)) - real(value(-step))) / real(2 * step)


def terminating(value: Computed) -> bool:
    """Whether a value is exact: a decimal that ends."""
    return isinstance(value, Fraction) and ends(value)
