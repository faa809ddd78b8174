"""Single changes of an expression in a script, tried until the line is right: so it should be, and that is wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

_TURNED: Final[dict[type, type[ast.cmpop]]] = {ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE}
#: Functions of arrays.
_METHODS: Final = frozenset({"dot", "sum", "mean", "copy", "transpose", "reshape"})
#: What is no array.
_MODULES: Final = frozenset({"np", "numpy", "math"})
#: So many changes of one line are tried.
MOST: Final = 1500


#: What is said of a difference whose sign is wrong.
AROUND: Final = "The difference is turned around."
_EXCHANGED: Final = "The factors of the product are exchanged."
_OVER_AXES: Final = "The product over the axes, where entries are to be multiplied, *."
#: How it is said that something is to be left out.
TOO_MANY: Final = "is too many."
MINUS: Final = f"A minus sign {TOO_MANY}"
#: What is said of what is to be parts of a whole, or a mean: a right line may lack that, as the division stands below.
_OF_SUM: Final = "The division by the sum is missing."
_OF_NUMBER: Final = "The division by the number of {} is missing."
UNDIVIDED: Final = frozenset({_OF_SUM, *map(_OF_NUMBER.format, ("entries", "rows"))})


class Edit(msgspec.Struct, frozen=True):
    """A changed expression.

    Attributes:
        code: the mistake that it mends, from the documented list; empty where the audit's own names say more.
        says: the mistake as a sentence.
        value: the expression as it should be.
        meant: where no change is known that does, the quantities that it is to give; the expression is as it is then.
    """

    code: str
    says: str
    value: ast.expr
    meant: tuple[str, ...] = ()


def edits(
    value: ast.expr, names: Sequence[str], functions: Sequence[str] = (), target: ast.expr | None = None
) -> Iterator[Edit]:
    """All single changes of an expression, the likely ones first.

    Args:
        value: the expression; it stays as it is.
        names: other names of the script that may be meant, as they are written.
        functions: what may have been forgotten to be applied, as it is written.
        target: what it is assigned to, if it may have to be added to that.
    """
    others = [ast.parse(name, mode="eval").body for name in names]
    given = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and len(value.args) > 1
    if given:  # what a function is given, before all that it could be given else
        yield from _names(value, others)
    for way in (_transposes, _of_arrays, _signs, _slopes, _entries, _without, _twos, _sums):
        yield from way(value)
    if target is not None:
        added = ast.BinOp(target, ast.Add(), value)
        yield Edit("term-missing", "It is to be added to what stands there, +=.", added)
    for function in functions:
        yield from _applied(value, ast.parse(function, mode="eval").body)
    if not given:
        yield from _names(value, others)
    yield from _factors(value, others)
    yield from _within(value, others)


def _transposes(value: ast.expr) -> Iterator[Edit]:
    """Arrays that are transposed and should not be, or the other way round."""
    for node in ast.walk(value):
        match node:
            case (
                ast.Attribute(value=turned, attr="T")
                | ast.Call(func=ast.Attribute(value=turned, attr="transpose"), args=[])
            ):
                says = "An array is transposed that should not be."
                yield Edit("transposed", says, _with(value, node, turned))
    for node in ast.walk(value):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not _is_part(value, node):
            says = "An array should be transposed, .T, that is not."
            yield Edit("transposed", says, _with(value, node, ast.Attribute(node, "T")))
    for node in ast.walk(value):
        match node:
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                product = ast.BinOp(_transposed(right), ast.MatMult(), _transposed(left))
                yield Edit("transposed", "The product is transposed.", _with(value, node, product))


def _transposed(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T")


def _of_arrays(value: ast.expr) -> Iterator[Edit]:
    """What goes wrong between products, sums and means."""
    for node in ast.walk(value):
        match node:
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                says = "Entries were multiplied, *, where the matrix product, @, is meant."
                yield Edit("elementwise-product", says, _with(value, node, ast.BinOp(left, ast.MatMult(), right)))
                outer = _call("np.outer()", left, right)
                yield Edit("elementwise-product", "The outer product is meant.", _with(value, node, outer))
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                says = "The matrix product, @, was taken where entries are to be multiplied, *."
                yield Edit("matrix-product", says, _with(value, node, ast.BinOp(left, ast.Mult(), right)))
                says = "The factors of the matrix product are exchanged."
                yield Edit("transposed", says, _with(value, node, ast.BinOp(right, ast.MatMult(), left)))
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
                says = "The quotient is cut off to a whole number, //."
                yield Edit("integer-division", says, _with(value, node, ast.BinOp(left, ast.Div(), right)))
            case ast.Call(func=ast.Attribute(value=module, attr="mean" | "average")):
                says = "The mean was taken where the sum is meant."
                call = ast.Call(ast.Attribute(module, "sum"), node.args, node.keywords)
                yield Edit("mean-for-sum", says, _with(value, node, call))
            case ast.Call(func=ast.Attribute(value=module, attr="sum")):
                says = "The sum was taken where the mean is meant."
                call = ast.Call(ast.Attribute(module, "mean"), node.args, node.keywords)
                yield Edit("sum-for-mean", says, _with(value, node, call))
                yield from _axes(value, node)
            case ast.Call(func=ast.Attribute(value=left, attr="dot"), args=[right]):
                yield Edit("transposed", _EXCHANGED, _with(value, node, ast.BinOp(right, ast.MatMult(), left)))
                yield Edit("matrix-product", _OVER_AXES, _with(value, node, ast.BinOp(left, ast.Mult(), right)))
            case ast.Call(func=ast.Attribute(attr="dot" | "matmul" | "outer") as func, args=[left, right]):
                yield Edit("transposed", _EXCHANGED, _with(value, node, ast.Call(func, [right, left], [])))
                yield Edit("matrix-product", _OVER_AXES, _with(value, node, ast.BinOp(left, ast.Mult(), right)))


def _sums(value: ast.expr) -> Iterator[Edit]:
    """A sum over the samples that is missing, and a division by the sum of all, or by how many there are."""
    for node in ast.walk(value):
        if isinstance(node, ast.Name | ast.Attribute) and not _is_part(value, node):
            for count in (ast.Attribute(node, "size"), ast.Call(ast.Name("len"), [node], [])):
                says = _OF_NUMBER.format("entries" if isinstance(count, ast.Attribute) else "rows")
                yield Edit("factor-missing", says, ast.BinOp(value, ast.Div(), count))
    for axis in (0, 1):
        whole = _call(f"np.sum(axis={axis}, keepdims=True)", value)
        yield Edit("", "The sum over the samples is missing.", whole)
    for what in ("sum", "mean"):
        yield Edit("", f"The {what} is missing.", _call(f"np.{what}()", value))
    for over in ("", "axis=1, keepdims=True", "axis=0, keepdims=True"):
        yield Edit("", _OF_SUM, ast.BinOp(value, ast.Div(), _call(f"np.sum({over})", value)))


def _axes(value: ast.expr, node: ast.Call) -> Iterator[Edit]:
    for axis in (0, 1):
        words = [word for word in node.keywords if word.arg != "axis"]
        other = ast.Call(node.func, node.args[:1], [ast.keyword("axis", ast.Constant(axis)), *words])
        if ast.unparse(other) != ast.unparse(node):
            yield Edit("wrong-axis", "The sum goes along the other axis.", _with(value, node, other))


def _signs(value: ast.expr) -> Iterator[Edit]:
    """Signs that are turned."""
    for node in ast.walk(value):
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield Edit("sign", "A sum stands where a difference is meant.", _with(value, node, _sub(left, right)))
                times = ast.BinOp(left, ast.Mult(), right)
                yield Edit("added-not-multiplied", "A sum stands where a product is meant.", _with(value, node, times))
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                plus = ast.BinOp(left, ast.Add(), right)
                yield Edit("sign", "A difference stands where a sum is meant.", _with(value, node, plus))
                constant = isinstance(left, ast.Constant) or isinstance(right, ast.Constant)
                says = "A difference from a number is turned around." if constant else AROUND
                yield Edit("sign", says, _with(value, node, _sub(right, left)))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _TURNED:
                other = ast.Compare(left, [_TURNED[type(op)]()], [right])
                yield Edit("", "The comparison is turned around.", _with(value, node, other))
            case ast.Call(args=[only]) if not isinstance(only, ast.UnaryOp):
                minus = ast.UnaryOp(ast.USub(), only)
                yield Edit("sign", "A minus sign is missing.", _with(value, only, minus))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield Edit("sign", MINUS, _with(value, node, operand))
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                times = ast.BinOp(left, ast.Mult(), right)
                says = "It is divided by what it is to be multiplied by."
                yield Edit("factor-divided", says, _with(value, node, times))
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                over = ast.BinOp(left, ast.Div(), right)
                says = "It is multiplied by what it is to be divided by."
                yield Edit("factor-divided", says, _with(value, node, over))
                plus = ast.BinOp(left, ast.Add(), right)
                yield Edit("", "A product stands where a sum is meant.", _with(value, node, plus))
    yield Edit("sign", "A minus sign is missing.", ast.UnaryOp(ast.USub(), value))


def _slopes(value: ast.expr) -> Iterator[Edit]:
    """The derivative of the sigmoid by its result where that of the hyperbolic tangent is meant, or the other one."""
    code, says = "activation-derivative-of-another", "The derivative is that of another activation."
    for node in ast.walk(value):
        match node:
            case ast.BinOp(ast.Constant(1), ast.Sub(), ast.BinOp(result, ast.Pow(), ast.Constant(2))):
                rest = _sub(ast.Constant(1), result)
                yield Edit(code, says, _with(value, node, ast.BinOp(result, ast.Mult(), rest)))
            case ast.BinOp(before, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), result)):
                slope = _sub(ast.Constant(1), ast.BinOp(result, ast.Pow(), ast.Constant(2)))
                match before:
                    case ast.BinOp(rest, ast.Mult(), last) if ast.unparse(last) == ast.unparse(result):
                        yield Edit(code, says, _with(value, node, ast.BinOp(rest, ast.Mult(), slope)))
                    case _ if ast.unparse(before) == ast.unparse(result):
                        yield Edit(code, says, _with(value, node, slope))


def _entries(value: ast.expr) -> Iterator[Edit]:
    """Indices that are others."""
    for node in ast.walk(value):
        if isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Name):
                for op in (ast.Add(), ast.Sub()):
                    next_one = ast.BinOp(node.slice, op, ast.Constant(1))
                    says = f"The index {ast.unparse(node.slice)} stands where {ast.unparse(next_one)} is meant."
                    yield Edit("swapped-index", says, _with(value, node.slice, next_one))
            for index in ast.walk(node.slice):
                if isinstance(index, ast.Constant) and isinstance(index.value, str) and index.value[-1:].isdigit():
                    for digit in "12345":
                        key = index.value[:-1] + digit
                        if key != index.value:
                            says = f"The entry {index.value} stands where {key} is meant."
                            yield Edit("swapped-index", says, _with(value, index, ast.Constant(key)))
                if isinstance(index, ast.Constant) and isinstance(index.value, int):
                    for other in range(max(0, index.value - 4), index.value + 5):
                        if other != index.value:
                            says = f"The index {index.value} stands where {other} is meant."
                            yield Edit("swapped-index", says, _with(value, index, ast.Constant(other)))


def _without(value: ast.expr) -> Iterator[Edit]:
    """Something that is too many."""
    for node in ast.walk(value):
        match node:
            case ast.BinOp(left=left, op=ast.Mult() | ast.Div() | ast.MatMult(), right=right):
                for kept, gone in ((left, right), (right, left)):
                    says = f"The factor {ast.unparse(gone)} {TOO_MANY}"
                    yield Edit("factor-twice", says, _with(value, node, kept))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                for kept, gone in ((left, right), (right, left)):
                    yield Edit("", f"The term {ast.unparse(gone)} {TOO_MANY}", _with(value, node, kept))
            case ast.Call(func=func, args=[only], keywords=[]):
                yield Edit("", f"{ast.unparse(func)} {TOO_MANY}", _with(value, node, only))


def _applied(value: ast.expr, function: ast.expr) -> Iterator[Edit]:
    """A function that was forgotten."""
    for node in ast.walk(value):
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp | ast.UnaryOp):
            continue
        if _is_part(value, node):
            continue
        says = f"{ast.unparse(function)} is not applied."
        yield Edit("activation-missing", says, _with(value, node, ast.Call(function, [node], [])))


def _twos(value: ast.expr) -> Iterator[Edit]:
    for number in (2, 0.5):
        changed = ast.BinOp(ast.Constant(number), ast.Mult(), value)
        yield Edit("factor-2", f"A factor {'2' if number == 2 else '1/2'} is missing.", changed)
    for node in ast.walk(value):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            for term in (node.left, node.right):
                for number in (2, 0.5):
                    half = ast.BinOp(ast.Constant(number), ast.Mult(), term)
                    says = f"A factor {'2' if number == 2 else '1/2'} is missing."
                    yield Edit("factor-2", says, _with(value, term, half))
    for node in ast.walk(value):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant):
            for power in (2, 3):
                if node.right.value != power:
                    other = ast.BinOp(node.left, ast.Pow(), ast.Constant(power))
                    yield Edit("", f"The power {power} is meant.", _with(value, node, other))
    for node in ast.walk(value):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp) and not _is_part(value, node):
            squared = ast.BinOp(node, ast.Pow(), ast.Constant(2))
            yield Edit("", "The power 2 is missing.", _with(value, node, squared))


def _names(value: ast.expr, others: Sequence[ast.expr]) -> Iterator[Edit]:
    """A name for another."""
    for node in ast.walk(value):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not _is_part(value, node):
            written = ast.unparse(node)
            for other in others:
                name = ast.unparse(other)
                if name != written:
                    says = f"{written} stands where {name} is meant."
                    yield Edit("other-name", says, _with(value, node, other))


def _factors(value: ast.expr, others: Sequence[ast.expr]) -> Iterator[Edit]:
    """A factor or term that is missing."""
    inner, outside = _inside(value)
    for other in others:
        name = ast.unparse(other)
        for written in (name, f"{name} * (1 - {name})", f"1 - {name}", f"1 - {name} ** 2", f"{name} > 0"):
            factor = ast.BinOp(inner, ast.Mult(), ast.parse(written, mode="eval").body)
            yield Edit("factor-missing", f"The factor {written} is missing.", outside(factor))
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub):  # as of what is subtracted
            times = ast.BinOp(value.right, ast.Mult(), other)
            yield Edit("factor-missing", f"The factor {name} is missing.", _with(value, value.right, times))
        says = f"The divisor {name} is missing."
        yield Edit("factor-missing", says, outside(ast.BinOp(inner, ast.Div(), other)))
        says = f"The term {name} is missing."
        yield Edit("term-missing", says, outside(ast.BinOp(inner, ast.Add(), other)))


def _within(value: ast.expr, others: Sequence[ast.expr]) -> Iterator[Edit]:
    """A factor or term that is missing within an expression: of a term, a factor, of what a function is applied to."""
    parts: list[ast.expr] = []
    factors: list[ast.expr] = []
    for node in ast.walk(value):
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                parts += (left, right)
            case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):
                factors += (left, right)
            case ast.BinOp(left=left, op=ast.Div() | ast.Pow()):
                factors.append(left)
            case ast.Call(args=args) | ast.List(elts=args):
                parts += args
    whole = [part for part in (*parts, *factors) if isinstance(part, ast.Name | ast.Attribute | ast.Subscript)]
    for node in whole:
        for other in others:
            says = f"The term {ast.unparse(other)} is missing."
            yield Edit("term-missing", says, _with(value, node, _sub(node, other)))
            yield Edit("term-missing", says, _with(value, node, _sub(other, node)))
    for node in parts:
        for other in others if not isinstance(node, ast.Constant) else ():
            name = ast.unparse(other)
            says = f"The factor {name} is missing."
            yield Edit("factor-missing", says, _with(value, node, ast.BinOp(other, ast.Mult(), node)))
            says = f"The term {name} is missing."
            yield Edit("term-missing", says, _with(value, node, ast.BinOp(node, ast.Add(), other)))


def _inside(value: ast.expr) -> tuple[ast.expr, Callable[[ast.expr], ast.expr]]:
    """What stands in a call that rounds, and how it is put back into it."""
    match value:
        case ast.Call(func=ast.Name(id="round") | ast.Attribute(attr="round" | "around"), args=[first, *rest]):
            func, words = value.func, value.keywords
            return first, lambda changed: ast.Call(func, [changed, *rest], words)
        case _:
            return value, lambda changed: changed


def _call(written: str, *given: ast.expr) -> ast.Call:
    """A call as it is written, with what it is given put in."""
    call = ast.parse(written, mode="eval").body
    assert isinstance(call, ast.Call)
    return ast.Call(call.func, list(given), call.keywords)


def _sub(left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, ast.Sub(), right)


def _is_part(value: ast.expr, node: ast.expr) -> bool:
    """Whether a name is part of a longer one, as the array of an entry, or the name of what is called."""
    for parent in ast.walk(value):
        if isinstance(parent, ast.Subscript | ast.Attribute) and parent.value is node:
            return not _is_method(value, parent)
        if isinstance(parent, ast.Call) and parent.func is node:
            return True
    return False


def _is_method(value: ast.expr, node: ast.expr) -> bool:
    """Whether an attribute is a function of the array before it, as in ``W.dot(x)``."""
    if not isinstance(node, ast.Attribute) or node.attr not in _METHODS or ast.unparse(node.value) in _MODULES:
        return False
    return any(isinstance(parent, ast.Call) and parent.func is node for parent in ast.walk(value))


class _Exchange(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return self.new
        changed: dict[str, object] = {}
        for field, part in ast.iter_fields(node):
            if isinstance(part, list):
                changed[field] = [self.visit(each) if isinstance(each, ast.AST) else each for each in part]
            else:
                changed[field] = self.visit(part) if isinstance(part, ast.AST) else part
        return type(node)(**changed)


def _with(value: ast.expr, old: ast.AST, new: ast.expr) -> ast.expr:
    """The expression with one of its parts exchanged; a new tree."""
    changed = _Exchange(old, new).visit(value)
    assert isinstance(changed, ast.expr)
    return changed
