"""The language of equations, worked out over the arrays of NumPy or of PyTorch: a reading of its own.

A vector is neither row nor column, and what is spread is spread as in NumPy.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import product
from math import erf, pi, prod
from typing import Any

import numpy

#: What an index means where one runs.
Running = Mapping[str, int]

_DERIVATIVE = re.compile(r"d[A-Za-z]\w*(?:\[[-\w,]+\])?/d[A-Za-z]\w*(?:\[[-\d,]+\])?")


class Evaluator:
    """Works formulas out.

    Args:
        look: what a name stands for: of a number, an array, an entry (``W[1,2]``) or a derivative (``dE/dW``).
        xp: ``numpy`` or ``torch``.
        ranges: the numbers that each index runs through.
    """

    def __init__(self, look: Callable[[str], Any], xp: Any, ranges: Mapping[str, range] | None = None) -> None:
        self.look, self.xp, self.ranges = look, xp, ranges or {}
        self.derivatives: list[str] = []

    def formula(self, text: str) -> Any:
        """The value of a formula, as the JSON has it."""
        return self.value(ast.parse(self.readable(text), mode="eval").body, {})

    def readable(self, text: str) -> str:
        """A text that Python reads: derivatives under names of their own."""

        def name(found: re.Match[str]) -> str:
            self.derivatives.append(found.group())
            return f"derivative{len(self.derivatives) - 1}"

        return re.sub(r"\blambda\b", "lambda_", _DERIVATIVE.sub(name, text))

    def number(self, value: float) -> Any:
        return self.xp.asarray(value, dtype=self.xp.float64)

    def value(self, node: ast.expr, running: Running) -> Any:
        """The value of a node."""
        match node:
            case ast.Constant(value=value):
                return self.number(float(value))  # type: ignore[arg-type]
            case ast.Name(id="pi"):
                return self.number(pi)
            case ast.Name(id=name):
                return self.name(name, running)
            case ast.Subscript(value=ast.Name(id=name)):
                index = ",".join(str(self.whole(place, running)) for place in _places(node))
                return self.look(f"{_plain(name)}[{index}]")
            case ast.UnaryOp(op=operator, operand=operand):
                value = self.value(operand, running)
                return -value if isinstance(operator, ast.USub) else value
            case ast.BinOp(left=left, op=operator, right=right):
                return _OPERATIONS[type(operator)](self.value(left, running), self.value(right, running))
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.choice(test, body, other, running)
            case ast.List(elts=items):
                return self.xp.stack([self.value(item, running) for item in items])
            case ast.Attribute(value=operand, attr="T"):
                value = self.value(operand, running)
                return value.T if value.ndim > 1 else value
            case ast.Call():
                return self.call(node, running)
        raise AssertionError(ast.dump(node))

    def name(self, name: str, running: Running) -> Any:
        if name in running:
            return self.number(running[name])
        if name.startswith("derivative"):
            return self.look(self.derivatives[int(name.removeprefix("derivative"))])
        return self.look(_plain(name))

    def whole(self, node: ast.expr, running: Running) -> int:
        return int(self.value(node, running))

    def choice(self, test: ast.expr, body: ast.expr, other: ast.expr, running: Running) -> Any:
        if all(name in running for name in _names(test)):
            holds = self.test(test, running)
            return self.value(body if holds else other, running)
        return self.xp.where(self.test(test, running), self.value(body, running), self.value(other, running))

    def test(self, node: ast.expr, running: Running) -> Any:
        assert isinstance(node, ast.Compare)
        sides = [self.value(side, running) for side in (node.left, *node.comparators)]
        found = [_COMPARISONS[type(sign)](*pair) for sign, *pair in zip(node.ops, sides, sides[1:], strict=False)]
        holds = found[0]
        for other in found[1:]:
            holds = holds & other
        return holds

    def call(self, node: ast.Call, running: Running) -> Any:
        assert isinstance(node.func, ast.Name)
        name, arguments = node.func.id, list(node.args)
        options = {str(each.arg): self.value(each.value, running) for each in node.keywords}
        indices = [each.id for each in arguments[1:] if isinstance(each, ast.Name) and each.id in self.ranges]
        if indices and name in _FOLDS:
            values = [
                self.value(arguments[0], {**running, **dict(zip(indices, chosen, strict=True))})
                for chosen in product(*(self.ranges[index] for index in indices))
            ]
            return _FOLDS[name](self.xp, self.xp.stack([value + self.number(0) for value in values]), 0)
        return self.applied(name, [self.value(each, running) for each in arguments], options)

    def applied(self, name: str, given: list[Any], options: Mapping[str, Any]) -> Any:
        """A function of values."""
        xp = self.xp
        if name in _FOLDS and not (name in ("max", "min") and len(given) > 1):
            axis = int(options["axis"]) if "axis" in options else None
            found = _FOLDS[name](xp, given[0] if axis is not None else given[0].reshape(-1), axis or 0)
            keeps = axis is not None and "keepdims" in options
            return found.reshape((-1, 1) if axis else (1, -1)) if keeps else found
        if name in _SHARES:
            return _shares(xp, name, given[0], options)
        if name in _OF_ARRAYS:
            return _OF_ARRAYS[name](self, *given, **options)
        if name in _ENTRYWISE:
            return _ENTRYWISE[name](xp, *given, **{key: float(value) for key, value in options.items()})
        return getattr(xp, {"ln": "log", "atan": "arctan"}.get(name, name))(*given)


_OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
    ast.MatMult: lambda a, b: a @ b,
}
_COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}


def _plain(name: str) -> str:
    return "lambda" if name == "lambda_" else name


def _names(node: ast.expr) -> list[str]:
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]


def _places(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _most(xp: Any, x: Any, axis: int) -> Any:
    return xp.amax(x, axis=axis) if xp.__name__ == "numpy" else xp.max(x, dim=axis).values


_FOLDS: dict[str, Callable[[Any, Any, int], Any]] = {
    "sum": lambda xp, x, axis: xp.sum(x, axis=axis),
    "mean": lambda xp, x, axis: xp.mean(x, axis=axis),
    "prod": lambda xp, x, axis: xp.prod(x, axis=axis),
    "max": _most,
    "min": lambda xp, x, axis: -_most(xp, -x, axis),
    "norm": lambda xp, x, axis: xp.sqrt(xp.sum(x**2, axis=axis)),
}
_SHARES = ("softmax", "log_softmax", "logsumexp")


def _shares(xp: Any, name: str, x: Any, options: Mapping[str, Any]) -> Any:
    axis = int(options.get("axis", 0))
    weights = xp.exp(x) * options.get("mask", 1)
    whole = weights.sum(axis)
    if name == "logsumexp":
        return xp.log(whole)
    spread = whole.reshape(*whole.shape, 1) if axis and x.ndim > 1 else whole
    return weights / spread if name == "softmax" else x - xp.log(spread)


def _sigmoid(xp: Any, z: Any) -> Any:
    return 1 / (1 + xp.exp(-z))


def _erf(xp: Any, z: Any) -> Any:
    return xp.asarray(numpy.vectorize(erf)(z)) if xp is numpy else xp.erf(z)


def _gelu_tanh(xp: Any, z: Any) -> Any:
    return z / 2 * (1 + xp.tanh((2 / pi) ** 0.5 * (z + 0.044715 * z**3)))


_ENTRYWISE: dict[str, Callable[..., Any]] = {
    "max": lambda xp, *given: reduce(xp.maximum, given),
    "min": lambda xp, *given: reduce(xp.minimum, given),
    "identity": lambda xp, z: z,
    "sigmoid": _sigmoid,
    "relu": lambda xp, z: xp.where(z > 0, z, z * 0),
    "leaky_relu": lambda xp, z, slope=0.01: xp.where(z > 0, z, slope * z),
    "elu": lambda xp, z, alpha=1.0: xp.where(z > 0, z, alpha * (xp.exp(z) - 1)),
    "softplus": lambda xp, z: xp.log(1 + xp.exp(z)),
    "gelu": lambda xp, z: z / 2 * (1 + _erf(xp, z / 2**0.5)),
    "gelu_tanh": _gelu_tanh,
    "erf": _erf,
    "silu": lambda xp, z: z * _sigmoid(xp, z),
}


def _sizes(given: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(int(length) for length in given)


def _windows(x: Any, sizes: tuple[int, ...], stride: int) -> list[Any]:
    """The part of an array under each place of a window, and how many there are along each dimension."""
    starts = [range(0, length - size + 1, stride) for length, size in zip(x.shape, sizes, strict=True)]
    parts = [
        x[tuple(slice(at, at + size) for at, size in zip(corner, sizes, strict=True))] for corner in product(*starts)
    ]
    return [parts, tuple(map(len, starts))]


def _padded(each: Evaluator, x: Any, n: int) -> Any:
    for axis in range(x.ndim):
        shape = list(x.shape)
        shape[axis] = n
        edge = each.xp.zeros(tuple(shape), dtype=each.xp.float64)
        x = each.xp.concatenate([edge, x, edge], axis)
    return x


def _conv(each: Evaluator, x: Any, k: Any, stride: Any = 1, padding: Any = 0) -> Any:
    parts, shape = _windows(_padded(each, x, int(padding)) if padding else x, tuple(k.shape), int(stride))
    return each.xp.stack([(part * k).sum() for part in parts]).reshape(shape)


def _pooled(fold: str) -> Callable[..., Any]:
    def pool(each: Evaluator, x: Any, n: Any, stride: Any = None) -> Any:
        parts, shape = _windows(x, (int(n),) * x.ndim, int(n if stride is None else stride))
        return each.xp.stack([_FOLDS[fold](each.xp, part.reshape(-1), 0) for part in parts]).reshape(shape)

    return pool


def _cross_entropy(each: Evaluator, p: Any, y: Any) -> Any:
    return -(y * each.xp.log(p)).sum()


def _softmax_cross_entropy(each: Evaluator, z: Any, y: Any, axis: Any = 0) -> Any:
    return -(y * _shares(each.xp, "log_softmax", z, {"axis": axis})).sum()


def _huber(each: Evaluator, o: Any, y: Any, delta: Any = 1) -> Any:
    error = abs(y - o)
    return each.xp.where(error <= delta, error**2 / 2, delta * (error - delta / 2)).sum()


def _one_hot(each: Evaluator, c: Any, n: Any) -> Any:
    return each.xp.eye(int(n), dtype=each.xp.float64)[int(c) - 1]


_OF_ARRAYS: dict[str, Callable[..., Any]] = {
    "zeros": lambda each, *sizes: each.xp.zeros(_sizes(sizes), dtype=each.xp.float64),
    "ones": lambda each, *sizes: each.xp.ones(_sizes(sizes), dtype=each.xp.float64),
    "eye": lambda each, n: each.xp.eye(int(n), dtype=each.xp.float64),
    "causal": lambda each, n: each.xp.tril(each.xp.ones((int(n), int(n)), dtype=each.xp.float64)),
    "one_hot": _one_hot,
    "outer": lambda each, a, b: a.reshape(-1, 1) * b,
    "diag": lambda each, a: each.xp.diag(a),
    "flatten": lambda each, a: a.reshape(-1),
    "reshape": lambda each, a, *sizes: a.reshape(_sizes(sizes)),
    "pad": lambda each, a, n: _padded(each, a, int(n)),
    "concat": lambda each, *parts, axis=0: each.xp.concatenate(
        [p if p.ndim else p.reshape(1) for p in parts], int(axis)
    ),
    "conv": _conv,
    "max_pool": _pooled("max"),
    "avg_pool": _pooled("mean"),
    "squared_error": lambda each, o, y: ((y - o) ** 2).sum(),
    "half_squared_error": lambda each, o, y: ((y - o) ** 2).sum() / 2,
    "mean_squared_error": lambda each, o, y: ((y - o) ** 2).sum() / max(1, prod(o.shape)),
    "absolute_error": lambda each, o, y: abs(y - o).sum(),
    "huber": _huber,
    "binary_cross_entropy": lambda each, o, y: _cross_entropy(each, o, y) + _cross_entropy(each, 1 - o, 1 - y),
    "cross_entropy": _cross_entropy,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "binary_cross_entropy_with_logits": lambda each, z, y: (each.xp.log(1 + each.xp.exp(z)) - y * z).sum(),
}


class Program:
    """A model of equations, worked out by PyTorch, which differentiates it.

    Args:
        tables: the tables of its file.
        torch: the module.
    """

    def __init__(self, tables: Mapping[str, Any], torch: Any) -> None:
        self.torch = torch
        self.known: dict[str, Any] = {}
        for name, value in {**tables.get("given", {}), **tables.get("parameters", {})}.items():
            self.known[name.replace(" ", "")] = torch.tensor(value, dtype=torch.float64, requires_grad=True)
        ranges = {name: _range(text) for name, text in tables.get("index", {}).items()}
        self.evaluator = Evaluator(self.look, torch, ranges)
        self.equations: dict[str, list[tuple[list[ast.expr], ast.expr]]] = {}
        for line in ast.parse(self.evaluator.readable(tables["model"]["equations"])).body:
            assert isinstance(line, ast.Assign)
            (target,) = line.targets
            places = _places(target) if isinstance(target, ast.Subscript) else []
            name = target.value if isinstance(target, ast.Subscript) else target
            assert isinstance(name, ast.Name)
            self.equations.setdefault(name.id, []).append((places, line.value))
        self.goal = list(self.equations)[-1]

    def look(self, text: str) -> Any:
        """A value, or a derivative."""
        if "/" in text:
            of, _, by = text.removeprefix("d").partition("/d")
            return self.derivative(of, by)
        base, index = _split(text)
        depth = max((len(places) for places, _ in self.equations.get(base, [])), default=0)
        if depth and not index:
            return self.torch.stack([self.look(_joined(base, key)) for key in self.keys(base)])
        value = self.member(_joined(base, index[:depth])) if base in self.equations else self.given(base, index)
        return value[tuple(place - 1 for place in index[depth:])] if index[depth:] and base in self.equations else value

    def given(self, base: str, index: tuple[int, ...]) -> Any:
        held = next(n for n in range(len(index), -1, -1) if _joined(base, index[:n]) in self.known)
        value, rest = self.known[_joined(base, index[:held])], tuple(place - 1 for place in index[held:])
        return value[rest] if rest else value  # itself: it is differentiated by

    def member(self, text: str) -> Any:
        if text not in self.known:
            base, key = _split(text)
            for places, formula in self.equations[base]:
                running = self.matching(places, key)
                if running is not None:
                    self.known[text] = self.evaluator.value(formula, running) + 0  # a node of its own
                    break
        return self.known[text]

    def matching(self, places: list[ast.expr], key: tuple[int, ...]) -> dict[str, int] | None:
        running: dict[str, int] = {}
        for place, number in zip(places, key, strict=True):
            names = _names(place)
            if not names and self.evaluator.whole(place, {}) != number:
                return None
            if names:
                shift = self.evaluator.whole(place, {names[0]: 0})
                running[names[0]] = number - shift
                if number - shift not in self.evaluator.ranges[names[0]]:
                    return None
        return running

    def keys(self, base: str) -> list[tuple[int, ...]]:
        """The members of a family, in order."""
        found: set[tuple[int, ...]] = set()
        for places, _ in self.equations[base]:
            names = [name for place in places for name in _names(place)]
            for chosen in product(*(self.evaluator.ranges[name] for name in names)):
                running = dict(zip(names, chosen, strict=True))
                found.add(tuple(self.evaluator.whole(place, running) for place in places))
        return sorted(found)

    def derivative(self, of: str, by: str) -> Any:
        """The derivative by an array, by one of its entries, or of each entry by the one in its place."""
        base, index = _split(by)
        depth = max((len(places) for places, _ in self.equations.get(base, [])), default=0)
        if depth and not index:
            return self.torch.stack([self.derivative(of, _joined(base, key)) for key in self.keys(base)])
        given = range(len(index), -1, -1) if base not in self.equations else ()
        held = next((index[:n] for n in given if _joined(base, index[:n]) in self.known), index[:depth])
        leaf = self.look(_joined(base, held))
        (found,) = self.torch.autograd.grad(self.look(of).sum(), leaf, retain_graph=True, allow_unused=True)
        found = self.torch.zeros_like(leaf) if found is None else found
        rest = tuple(place - 1 for place in index[len(held) :])
        return found[rest] if rest else found


def _range(text: str) -> range:
    first, last = text.split("..")
    return range(int(first), int(last) + 1)


def _split(text: str) -> tuple[str, tuple[int, ...]]:
    base, _, index = text.removesuffix("]").partition("[")
    return base, tuple(map(int, index.split(","))) if index else ()


def _joined(base: str, index: tuple[int, ...]) -> str:
    return f"{base}[{','.join(map(str, index))}]" if index else base
