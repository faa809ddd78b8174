"""Activations, costs and formulas as plain functions of mpmath numbers.

Nothing here comes from the catalogue or the calculus, so that an error there is not repeated here. A new activation or
cost is one more row; a test fails while the catalogue has a name that these tables lack.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from derive.expression.parse import parse
from derive.expression.tree import (
    Call,
    Cases,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    over_and_under,
    walk,
)
from derive.spec.layers import Layer, NetworkSettings

#: A number of an mpmath context.
AnyReal = Any
#: An mpmath context: ``exp``, ``log`` and the like, at a precision of its own.
Context = Any

#: On which piece of a function a point lies: first whether the function is constant there, then a mark for each place
#: at which the function changes over, saying on which side the point is.
Piece = tuple[int, ...]


class NoValueError(ArithmeticError):
    """A value that does not exist, or not at this precision: ln(1 − O) of an output that is 1 to all digits."""


class NumericActivation(NamedTuple):
    """One row: the output for a net input, and the piece that it lies on.

    Attributes:
        value: (context, z, parameters) to the output.
        piece: (z, parameters) to the piece; one smooth piece where left out.
        defaults: the parameters, where a file leaves them out.
        effort: how many exponentials take as long, with many digits.
    """

    value: Callable[[Context, AnyReal, Mapping[str, AnyReal]], AnyReal]
    piece: Callable[[AnyReal, Mapping[str, AnyReal]], Piece] = lambda *_: (False,)
    defaults: Mapping[str, str] = {}
    effort: int = 1


class NumericCost(NamedTuple):
    """One row: the part of the cost that belongs to one output, and the piece that it lies on.

    Attributes:
        value: (context, y, O, n, parameters) to the part, where n is the number of outputs.
        piece: (y, O, parameters) to the piece; one smooth piece where left out.
        defaults: the parameters, where a file leaves them out.
    """

    value: Callable[[Context, AnyReal, AnyReal, int, Mapping[str, AnyReal]], AnyReal]
    piece: Callable[[AnyReal, AnyReal, Mapping[str, AnyReal]], Piece] = lambda *_: (False,)
    defaults: Mapping[str, str] = {}


#: Beyond this, what the normal distribution lacks to 1 has more zeros than digits can be worked with.
_NORMAL_REACH = 10**9

#: With many digits, mpmath takes up to this many times as long for erf as for exp.
_ERF = 100

ACTIVATIONS: dict[str, NumericActivation] = {
    "identity": NumericActivation(lambda m, z, p: z),
    "sigmoid": NumericActivation(lambda m, z, p: 1 / (1 + m.exp(-z))),
    "tanh": NumericActivation(lambda m, z, p: m.tanh(z)),
    "relu": NumericActivation(lambda m, z, p: z if z > 0 else m.zero, lambda z, p: (z <= 0, z > 0)),
    "leaky_relu": NumericActivation(
        lambda m, z, p: z if z > 0 else p["slope"] * z,
        lambda z, p: (z <= 0 and not p["slope"], z > 0),
        {"slope": "0.01"},
    ),
    "elu": NumericActivation(
        lambda m, z, p: z if z > 0 else p["alpha"] * (m.exp(z) - 1),
        lambda z, p: (z <= 0 and not p["alpha"], z > 0),
        {"alpha": "1"},
    ),
    "softplus": NumericActivation(lambda m, z, p: _log(m, 1 + m.exp(z))),
    "silu": NumericActivation(lambda m, z, p: z / (1 + m.exp(-z))),
    "gelu": NumericActivation(lambda m, z, p: z * _normal(m, z), effort=_ERF),
    "gelu_tanh": NumericActivation(lambda m, z, p: z / (1 + m.exp(-m.sqrt(8 / m.pi) * (z + m.mpf("0.044715") * z**3)))),
}

COSTS: dict[str, NumericCost] = {
    "squared_error": NumericCost(lambda m, y, out, n, p: (y - out) ** 2),
    "half_squared_error": NumericCost(lambda m, y, out, n, p: (y - out) ** 2 / 2),
    "mean_squared_error": NumericCost(lambda m, y, out, n, p: (y - out) ** 2 / n),
    "absolute_error": NumericCost(lambda m, y, out, n, p: abs(y - out), lambda y, out, p: (False, out > y)),
    "huber": NumericCost(
        lambda m, y, out, n, p: _huber(abs(y - out), p["delta"]),
        lambda y, out, p: (False, out > y + p["delta"], out > y - p["delta"]),
        {"delta": "1"},
    ),
    "binary_cross_entropy": NumericCost(lambda m, y, out, n, p: -(y * _log(m, out) + (1 - y) * _log(m, 1 - out))),
    "cross_entropy": NumericCost(lambda m, y, out, n, p: -y * _log(m, out)),
}


def softmax(m: Context, net_inputs: Sequence[AnyReal]) -> list[AnyReal]:
    """What softmax makes of the net inputs of a layer."""
    shares = [m.exp(z - max(net_inputs)) for z in net_inputs]
    total = m.fsum(shares)
    return [share / total for share in shares]


def _huber(error: AnyReal, delta: AnyReal) -> AnyReal:
    return error * error / 2 if error <= delta else delta * (error - delta / 2)


def _normal(m: Context, z: AnyReal) -> AnyReal:
    """The share of a normal distribution below z; mpmath has none far below 0."""
    if abs(z) < _NORMAL_REACH:
        return m.ncdf(z)
    if z < 0:
        raise NoValueError("a share of the normal distribution too small to be written")
    return m.one


def _log(m: Context, x: AnyReal) -> AnyReal:
    if x <= 0:
        raise NoValueError("the logarithm of a number that is not positive")
    return m.log(x)


def activation(layer: Layer, m: Context) -> tuple[Callable[[AnyReal], AnyReal], Callable[[AnyReal], Piece]]:
    """The activation of a layer in a context: net input to output, and net input to piece."""
    row = ACTIVATIONS.get(layer.activation)
    if row is None:
        formula = NumericFormula(parse(layer.activation, ("z",)), m)
        return (lambda z: formula.value({"z": z})), (lambda z: formula.piece({"z": z}))
    chosen = {name: getattr(layer, name) for name in row.defaults}
    given = {name: m.mpf(str(row.defaults[name] if value is None else value)) for name, value in chosen.items()}
    return (lambda z: row.value(m, z, given)), (lambda z: row.piece(z, given))


def effort_of(expr: Expr) -> int:
    """How many exponentials take as long as a formula, with many digits."""
    return _ERF if any(isinstance(node, Call) and node.function == "erf" for node in walk(expr)) else 1


def cost(
    network: NetworkSettings, m: Context
) -> tuple[Callable[[AnyReal, AnyReal], AnyReal], Callable[[AnyReal, AnyReal], Piece]]:
    """The cost of one output in a context: target and output to that part, and to its piece."""
    row = COSTS.get(network.cost)
    if row is None:
        formula = NumericFormula(parse(network.cost, ("y", "O")), m)
        return (lambda y, out: formula.value({"y": y, "O": out})), (lambda y, out: formula.piece({"y": y, "O": out}))
    chosen = {name: getattr(network, name) for name in row.defaults}
    given = {name: m.mpf(str(row.defaults[name] if value is None else value)) for name, value in chosen.items()}
    n = len(network.layers[-1].weights)
    return (lambda y, out: row.value(m, y, out, n, given)), (lambda y, out: row.piece(y, out, given))


_COMPARE: dict[str, Callable[[AnyReal, AnyReal], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


class Changed(dict[str, AnyReal]):
    """The values that have changed, over those that have not."""

    def __init__(self, before: Mapping[str, AnyReal]) -> None:
        super().__init__()
        self.before = before

    def __missing__(self, name: str) -> AnyReal:
        return self.before[name]


#: Of more quantities than this, the largest is not looked for among all again when some of them change.
_MANY = 8


class _Ranked(NamedTuple):
    """Quantities of which the largest or smallest is taken.

    Attributes:
        order: their values before any changes, and their places; what is taken stands first.
        place_of: by name, its place.
    """

    order: Sequence[tuple[AnyReal, int]]
    place_of: Mapping[str, int]


def _ranked(call: Call, values: Mapping[str, AnyReal]) -> _Ranked | None:
    """What is compared, in order; None where it is more than names, each once."""
    place_of = {part.name: place for place, part in enumerate(call.arguments) if isinstance(part, Name)}
    if len(place_of) < len(call.arguments):
        return None
    pairs = [(values[name], place) for name, place in place_of.items()]
    return _Ranked(sorted(pairs, key=lambda pair: pair[0], reverse=call.function == "max"), place_of)


class NumericFormula:
    """A formula of a file, worked out in an mpmath context.

    Args:
        expr: the formula as a tree.
        m: the context.
    """

    def __init__(self, expr: Expr, m: Context) -> None:
        self.expr, self.m = expr, m
        self._constants: dict[str, AnyReal] = {}
        self._marks: list[int] = []
        self._ranked: dict[int, _Ranked | None] = {}

    def value(self, values: Mapping[str, AnyReal]) -> AnyReal:
        """The value for the values of its names.

        Raises:
            NoValueError: there is none among the real numbers.
        """
        self._marks = []
        try:
            result = self._of(self.expr, values)
        except (ZeroDivisionError, OverflowError, ValueError) as error:
            raise NoValueError(str(error)) from None
        if not isinstance(result, self.m.mpf):  # a complex number: the root of a negative one
            raise NoValueError("a number that is not real")
        return result

    def piece(self, values: Mapping[str, AnyReal]) -> Piece:
        """The piece that a point lies on."""
        return self.value_and_piece(values)[1]

    def value_and_piece(self, values: Mapping[str, AnyReal]) -> tuple[AnyReal, Piece]:
        """Both :meth:`value` and :meth:`piece`."""
        value, marks = self.value(values), tuple(self._marks)
        return value, (self._constant(self.expr, values), *marks)

    def _of(self, expr: Expr, values: Mapping[str, AnyReal]) -> AnyReal:
        match expr:
            case Name(name):
                return values[name]
            case Number(text):
                if text not in self._constants:
                    self._constants[text] = self.m.mpf(text)
                return self._constants[text]
            case Sum(terms):
                return self.m.fsum(self._of(term, values) for term in terms)
            case Negative(operand):
                return -self._of(operand, values)
            case Product(factors):
                # All is multiplied before anything is divided: (1/3)·0.9 is 0.9/3, rounded once.
                over, under = over_and_under(factors)
                product = self.m.fprod(self._of(factor, values) for factor in over)
                return product / self.m.fprod(self._of(factor, values) for factor in under) if under else product
            case Quotient(numerator, denominator):
                return self._of(numerator, values) / self._of(denominator, values)
            case Power(base, exponent):
                return self._of(base, values) ** self._of(exponent, values)
            case Group(body):
                return self._of(body, values)
            case Call("max" | "min"):
                best, place, count = self._picked(expr, values)
                self._marks += [place, count]
                return best
            case Call(function, arguments):
                return self._call(function, [self._of(argument, values) for argument in arguments])
            case Cases():
                return self._of(self._chosen(expr, values), values)
            case _:
                raise AssertionError(f"no value of {type(expr).__name__}")

    def _chosen(self, cases: Cases, values: Mapping[str, AnyReal]) -> Expr:
        for index, (value, test) in enumerate(cases.branches):
            if _COMPARE[test.relation](self._of(test.left, values), self._of(test.right, values)):
                self._marks.append(index)
                return value
        self._marks.append(-1)
        return cases.otherwise

    def _picked(self, call: Call, values: Mapping[str, AnyReal]) -> tuple[AnyReal, int, int]:
        """The largest or smallest of some arguments, which is the first that it is, and how many are."""
        places = self._contenders(call, values) if isinstance(values, Changed) else range(len(call.arguments))
        found = [self._of(call.arguments[place], values) for place in places]
        best = max(found) if call.function == "max" else min(found)
        return best, places[found.index(best)], found.count(best)

    def _contenders(self, call: Call, values: Changed) -> Sequence[int]:
        """Which arguments may be the largest or smallest: those that changed, and the best of those that did not."""
        every = range(len(call.arguments))
        if id(call) not in self._ranked:
            self._ranked[id(call)] = _ranked(call, values.before) if len(every) > _MANY else None
        ranked = self._ranked[id(call)]
        if ranked is None or 2 * len(values) > len(every):
            return every
        changed = {ranked.place_of[name] for name in values if name in ranked.place_of}
        first: AnyReal | None = None
        for value, place in ranked.order:
            if place not in changed:
                if first is not None and value != first:
                    break
                first = value
                changed.add(place)
        return sorted(changed)

    def _call(self, function: str, arguments: list[AnyReal]) -> AnyReal:
        m = self.m
        first = arguments[0] if arguments else m.zero
        match function:
            case "pi":
                return +m.pi
            case "log":
                return _log(m, first)
            case "abs" | "sign":
                self._marks.append(int(m.sign(first)))
                return abs(first) if function == "abs" else m.sign(first)
            case _:
                return getattr(m, function)(first)

    def stays(self, values: Mapping[str, AnyReal], moving: Collection[str]) -> bool:
        """Whether the piece that a point lies on holds none of some names, as the largest of others does."""
        return self._constant(self.expr, values, moving)

    def _constant(self, expr: Expr, values: Mapping[str, AnyReal], moving: Collection[str] | None = None) -> bool:
        """Whether the piece of an expression that a point lies on holds no name, or none of some."""
        match expr:
            case Name(name):
                return moving is not None and name not in moving
            case Cases():
                return self._constant(self._chosen(expr, values), values, moving)
            case Call("sign", _):
                return True
            case Product(factors) if any(isinstance(factor, Number) and not factor.value for factor in factors):
                return True
            case Call("max" | "min", arguments):
                _, place, _ = self._picked(expr, values)
                return self._constant(arguments[place], values, moving)
            case _:
                return all(self._constant(child, values, moving) for child in children(expr))
