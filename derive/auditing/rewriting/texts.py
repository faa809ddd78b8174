"""Equations that were written otherwise: without a mask, without the scaling of scores, over the other axis."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from derive.auditing.rewriting.rewriting import Origin, Rewriting
from derive.model.model import Model
from derive.model.references import array_of
from derive.model.writings import write
from derive.model.writings.equations.grammar import LAMBDA, called, plain, written
from derive.model.writings.equations.script import EquationLine, read_script

AXIS: Final = "row-for-column"
MASK: Final = "mask-missing"
SCALING: Final = "scaling-missing"

#: What takes its numbers along an axis and makes shares of them: what these are made of are scores.
_SHARES: Final = ("softmax", "log_softmax", "logsumexp", "softmax_cross_entropy", "exp")
#: A number that is added to scores and is below this leaves them out.
_MASKS: Final = -1000


class _Change(msgspec.Struct, frozen=True):
    """A change in one equation: which mistake it is, what is said of it, and the formula then."""

    code: str
    what: str
    equation: EquationLine
    formula: ast.expr


def written_otherwise(origin: Origin) -> Iterator[Rewriting]:
    """Each change by itself, then all of one kind."""
    if origin.file.model is None:
        return
    equations, _ = read_script(origin.file.model.equations)
    finder = _Finder(origin, equations)
    changes = [change for equation in equations for change in finder.changes(equation)]
    for change in changes:
        yield from _rewritten(origin, equations, [change])
    for code, says in ((MASK, "every mask"), (SCALING, "every scaling"), (AXIS, "every axis")):
        first = {id(change.equation): change for change in reversed(changes) if change.code == code}
        if len(first) > 1:
            yield from _rewritten(origin, equations, list(first.values()), says)


def _rewritten(
    origin: Origin, equations: Sequence[EquationLine], changes: Sequence[_Change], what: str = ""
) -> Iterator[Rewriting]:
    model = _model(origin, equations, changes)
    formulas = {} if model is None else origin.other(model)
    if formulas:
        yield from origin.parted(changes[0].code, what or changes[0].what, formulas)


def _model(origin: Origin, equations: Sequence[EquationLine], changes: Sequence[_Change]) -> Model | None:
    """The model of the file with some equations changed; None where they have no meaning then."""
    file = origin.file
    assert file.model is not None
    lines = file.model.equations.split("\n")
    ends = {one.number: other.number for one, other in pairwise(equations)}
    for change in changes:
        start = change.equation.number
        left = lines[start].partition("=")[0]
        formula = ast.unparse(change.formula).replace(LAMBDA, "lambda")
        end = ends.get(start, len(lines))
        lines[start:end] = [f"{left.rstrip()} = {formula}", *[""] * (end - start - 1)]
    table = msgspec.structs.replace(file.model, equations="\n".join(lines))
    return write(msgspec.structs.replace(file, model=table)).model


class _Finder:
    """Finds what may be written otherwise.

    Args:
        origin: the right model.
        equations: its equations.
    """

    def __init__(self, origin: Origin, equations: Sequence[EquationLine]) -> None:
        self.values = origin.graph.given
        self.data, self.indices = set(origin.file.given), set(origin.file.index)
        self.scores = {
            plain(part.id)
            for equation in equations
            for node in ast.walk(equation.formula)
            if isinstance(node, ast.Call) and called(node) in _SHARES
            for argument in node.args[:1]
            for part in ast.walk(argument)
            if isinstance(part, ast.Name)
        }

    def changes(self, equation: EquationLine) -> Iterator[_Change]:
        """The changes that may be made in an equation."""
        for node in ast.walk(equation.formula):
            for code, what, new in self._instead(node, equation.name):
                formula = _with(equation.formula, node, new)
                assert isinstance(formula, ast.expr)
                yield _Change(code, what, equation, formula)

    def _instead(self, node: ast.AST, name: str) -> Iterator[tuple[str, str, ast.expr]]:
        """What may stand in the place of a part of the equation of a quantity."""
        match node:
            case ast.Call(func=func, args=args, keywords=keywords):
                for keyword in keywords:
                    rest = [each for each in keywords if each is not keyword]
                    if keyword.arg == "mask":
                        yield MASK, f"{written(keyword.value)} in {name}", ast.Call(func, args, rest)
                    elif keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
                        along = ast.Constant(0 if keyword.value.value else 1)
                        turned = ast.Call(func, args, [*rest, ast.keyword("axis", along)])
                        yield AXIS, f"{called(node)} in {name}", turned
            case ast.IfExp(test=test, body=body, orelse=ast.Constant(value=0)) if self._is_settled(test):
                yield MASK, f"{written(test)} in {name}", body
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                for one, added in ((left, right), (right, left)):
                    if self._hides(added):
                        yield MASK, f"{written(added)} in {name}", one
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                for one, factor in ((left, right), (right, left)):
                    if self._is_mask(factor):
                        yield MASK, f"{written(factor)} in {name}", one
                    if self._scales(factor, name):
                        yield SCALING, f"{written(node)} without {written(factor)}", one
            case ast.BinOp(left=left, op=ast.Div(), right=right) if self._scales(right, name):
                yield SCALING, f"{written(left)} without / {written(right)}", left
                root = _under_root(right)
                if root is not None:
                    what = f"it was divided by {written(root)} in place of {written(right)}"
                    yield SCALING, what, ast.BinOp(left, ast.Div(), root)

    def _is_settled(self, test: ast.expr) -> bool:
        """Whether a condition is over indices and given numbers alone."""
        inside = {plain(part.id) for part in ast.walk(test) if isinstance(part, ast.Name)}
        return bool(inside) and inside <= (self.data | self.indices)

    def _entries(self, node: ast.expr) -> list[str]:
        """The given numbers that a name, with indices or without, may stand for."""
        name = node.value if isinstance(node, ast.Subscript) else node
        if not isinstance(name, ast.Name) or plain(name.id) not in self.data:
            return []
        return [each for each in self.values if array_of(each) == plain(name.id)]

    def _hides(self, node: ast.expr) -> bool:
        """Whether what is added leaves some entries out: 0, or far below all scores."""
        values = [self.values[name] for name in self._entries(node)]
        return any(value < _MASKS for value in values) and all(value < _MASKS or not value for value in values)

    def _is_mask(self, node: ast.expr) -> bool:
        """Whether what is multiplied with is 0 for some entries, and 1 for all others."""
        return {self.values[name] for name in self._entries(node)} == {0, 1}

    def _scales(self, node: ast.expr, name: str) -> bool:
        """Whether a factor or divisor is a number, and a root or one of the scores'."""
        inside = [part for part in ast.walk(node) if isinstance(part, ast.Name) and plain(part.id) != "sqrt"]
        if any(plain(part.id) not in self.data or len(self._entries(part)) > 1 for part in inside):
            return False
        return _under_root(node) is not None or name in self.scores


def _under_root(node: ast.expr) -> ast.expr | None:
    """What a root is taken of: sqrt(d), 1/sqrt(d), d**0.5; None where none is."""
    match node:
        case ast.Call(func=ast.Name(id="sqrt"), args=[inside]):
            return inside
        case ast.BinOp(left=ast.Constant(), op=ast.Div(), right=right):
            return _under_root(right)
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=0.5)):
            return base
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.UnaryOp(operand=ast.Constant(value=0.5))):
            return base
    return None


def _with(node: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """A formula with one of its nodes replaced; what it was made of is left as it is."""
    if node is old:
        return new

    def inside(value: object) -> object:
        if isinstance(value, list):
            return list(map(inside, value))
        return _with(value, old, new) if isinstance(value, ast.AST) else value

    return type(node)(**{key: inside(value) for key, value in ast.iter_fields(node)})
