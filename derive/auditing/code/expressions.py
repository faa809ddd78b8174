"""What the expressions of a script give, as formulas over the quantities that its names mean; nothing is run."""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from derive.auditing.code import library
from derive.auditing.code.code_values import (
    Class,
    Function,
    Instance,
    Series,
    ShapesError,
    Text,
    UndefinedError,
    Unread,
    UnreadError,
    Value,
    array,
    entrywise,
    matrix_product,
    not_long,
    scalar,
    taken,
    turned,
    whole_number,
)
from derive.expression.tree import Expr, Number
from derive.model.arrays.grids import Grid

#: What Python knows by itself.
_LANGUAGE: Final = frozenset(dir(builtins))
#: How deep calls of functions go.
MAX_DEPTH: Final = 30
#: The longest number that is read.
_LONGEST_NUMBER: Final = 50

_OPERATORS: Final[dict[type, Callable[[Expr, Expr], Expr]]] = {
    ast.Add: library.add,
    ast.Sub: library.subtract,
    ast.Mult: library.multiply,
    ast.Div: library.divide,
    ast.Pow: library.raise_to,
}
_RELATIONS: Final[dict[type, str]] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
#: What a constant of the language stands for.
_TRUTHS: Final = {True: "1", False: "0"}


class ReturnedError(Exception):
    """The end of a function, with what it gives.

    Args:
        value: what it gives.
    """

    def __init__(self, value: Value) -> None:
        self.value = value
        super().__init__()


class Expressions(ABC):
    """Works out expressions in the scope where the reading is."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Value]] = [{}]
        self.modules: set[str] = set()
        #: Names that something else has been imported under, which is not read.
        self.imported: set[str] = set()

    @property
    def names(self) -> dict[str, Value]:
        """What the names mean where the reading is."""
        return self.scopes[-1]

    @abstractmethod
    def read_body(self, body: Sequence[ast.stmt]) -> None:
        """Read the statements of a function."""

    @abstractmethod
    def give_counter(self, target: ast.expr, value: Value) -> None:
        """Give the counter of a loop its value."""

    def evaluate(self, node: ast.expr) -> Value:
        """What an expression gives.

        Raises:
            UnreadError: it is beyond what is read.
        """
        match node:
            case ast.Constant(value=bool() as truth):
                return scalar(Number(_TRUTHS[truth]))
            case ast.Constant(value=int() | float() as value):
                return scalar(_number(value))
            case ast.Constant(value=str() as text):
                return Text(text)
            case ast.Constant(value=None):
                return Series(())
            case ast.Name(id=name):
                found = self.known(name)
                if found is None:
                    raise self.unknown(name)
                if isinstance(found, Unread):
                    raise UnreadError(found.what)
                return found
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return Series(tuple(map(self.evaluate, items)))
            case ast.Dict(keys=keys, values=values) if all(isinstance(key, ast.Constant) for key in keys):
                pairs = {str(key.value): self.evaluate(value) for key, value in zip(keys, values, strict=True)}  # type: ignore[union-attr]
                return Instance(attributes=pairs)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return entrywise(library.negate, array(self.evaluate(operand)))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.evaluate(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(self.evaluate(left), op, self.evaluate(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _RELATIONS:
                change = library.compare(_RELATIONS[type(op)])
                return entrywise(change, array(self.evaluate(left)), array(self.evaluate(right)))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return entrywise(library.chosen, *(array(self.evaluate(each)) for each in (test, body, orelse)))
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript(value=value, slice=index):
                return self._entry(self.evaluate(value), index)
            case ast.Call():
                return self._call(node)
            case ast.Lambda(args=arguments, body=body):
                return Function("lambda", tuple(arg.arg for arg in arguments.args), tuple(arguments.defaults), body)
            case ast.ListComp(elt=elt, generators=[ast.comprehension(target=target, iter=items, ifs=[])]):
                return self._comprehended(elt, target, items)
            case _:
                raise UnreadError(_word(node))

    def unknown(self, name: str) -> UnreadError:
        """What a name is that nothing in the script is assigned to: the language's own, imported, or undefined."""
        return UnreadError(name) if name in _LANGUAGE or name in self.imported else UndefinedError(name)

    def known(self, name: str) -> Value | None:
        """What a name means, here or outside of all functions; None where it means nothing."""
        for scope in (self.scopes[-1], self.scopes[0]):
            if name in scope:
                return scope[name]
        return None

    def _operation(self, left: Value, op: ast.operator, right: Value) -> Value:
        if isinstance(op, ast.MatMult):
            return matrix_product(array(left), array(right), library.dot)
        if isinstance(left, Series) and isinstance(right, Series) and isinstance(op, ast.Add):
            return Series((*left.items, *right.items))
        if isinstance(op, ast.FloorDiv):
            raise ShapesError("a quotient that is cut off to a whole number, //")
        if type(op) not in _OPERATORS:
            raise UnreadError("an operator that is none of + - * / ** @")
        return entrywise(_OPERATORS[type(op)], array(left), array(right))

    def _attribute(self, node: ast.Attribute) -> Value:
        if isinstance(node.value, ast.Name) and node.value.id in self.modules:
            found = library.constant(node.attr)
            if found is not None:
                return found
            raise UnreadError(f"{node.value.id}.{node.attr}")
        owner = self.evaluate(node.value)
        if isinstance(owner, Instance):
            return self._of_object(owner, node.attr, ast.unparse(node))
        grid = array(owner)
        if node.attr == "T":
            return turned(grid)
        if node.attr == "shape":
            return Series(tuple(scalar(_integer(size)) for size in grid.shape))
        if node.attr == "size":
            return scalar(_integer(len(grid.cells)))
        raise UnreadError(f".{node.attr}")

    def _of_object(self, owner: Instance, name: str, written: str) -> Value:
        if name in owner.attributes:
            found = owner.attributes[name]
            if isinstance(found, Unread):
                raise UnreadError(found.what)
            return found
        if name in owner.functions:
            return msgspec.structs.replace(owner.functions[name], owner=owner)
        raise UndefinedError(written)

    def _entry(self, whole: Value, index: ast.expr) -> Value:
        if isinstance(whole, Instance):
            key = self.evaluate(index)
            if isinstance(key, Text):
                return self._of_object(whole, key.text, f'["{key.text}"]')
            raise UnreadError("an entry of something that is no array")
        if isinstance(whole, Series) and not isinstance(index, ast.Slice | ast.Tuple):
            place = whole_number(self.evaluate(index))
            if not -len(whole.items) <= place < len(whole.items):
                raise ShapesError(f"the index {place} of a list of {len(whole.items)}")
            return whole.items[place]
        grid = array(whole)
        for part in index.elts[::-1] if isinstance(index, ast.Tuple) else (index,):
            if isinstance(part, ast.Constant) and part.value is Ellipsis:
                raise UnreadError("...")
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        lists = [self._several(part) for part in parts]
        if all(lists) and len(lists) == len(grid.shape):
            cells = tuple(taken(grid, place).number for place in zip(*filter(None, lists), strict=False))
            return Grid((len(cells),), cells)
        return taken(grid, [self._place(part) for part in parts])

    def _several(self, part: ast.expr) -> list[int] | None:
        """The places that an index picks one by one, as ``range(n)`` and an array of classes do; None of all else."""
        match part:
            case ast.Slice() | ast.Constant() | ast.UnaryOp():
                return None
            case ast.Call(func=ast.Name(id="range")):
                return [whole_number(each) for each in self.items(part)]
            case _:
                found = self.evaluate(part)
                grid = array(found) if isinstance(found, Grid | Series) else None
                if grid is None or len(grid.shape) != 1:
                    return None
                return [whole_number(scalar(cell)) for cell in grid.cells]

    def _place(self, part: ast.expr) -> int | slice | None:
        match part:
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [None if each is None else whole_number(self.evaluate(each)) for each in (lower, upper, step)]
                return slice(*bounds)
            case ast.Constant(value=None) | ast.Attribute(attr="newaxis"):
                return None
            case _:
                return whole_number(self.evaluate(part))

    def _comprehended(self, elt: ast.expr, target: ast.expr, items: ast.expr) -> Value:
        before = dict(self.names)
        found = []
        for item in self.items(items):
            self.give_counter(target, item)
            found.append(self.evaluate(elt))
        self.names.clear()
        self.names.update(before)
        return Series(tuple(found))

    # Calls

    def _call(self, node: ast.Call) -> Value:
        if any(isinstance(arg, ast.Starred) for arg in node.args) or any(word.arg is None for word in node.keywords):
            raise UnreadError("starred arguments")
        match node.func:
            case ast.Name(id="len"):
                return scalar(_integer(len(parts_of(self.evaluate(node.args[0])) or ())))
            case ast.Name(id="dict"):
                return Instance(attributes={str(word.arg): self.evaluate(word.value) for word in node.keywords})
            case ast.Name(id=name):
                found = self.known(name)
                if found is None and (name in library.BUILTINS):
                    return self._builtin(name, node)
                if found is None:
                    raise self.unknown(name)
                return self._called(found, node)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.modules:
                return self._builtin(name, node)
            case ast.Attribute(value=owner, attr=name):
                of = self.evaluate(owner)
                if isinstance(of, Instance):
                    return self._called(self._of_object(of, name, ast.unparse(node.func)), node)
                return self._builtin(name, node, of)
            case ast.Lambda():
                return self._called(self.evaluate(node.func), node)
            case _:
                raise UnreadError(_word(node.func))

    def _builtin(self, name: str, node: ast.Call, *first: Value) -> Value:
        function = library.BUILTINS.get(name)
        if function is None:
            raise UnreadError(f"the function {name}")
        arguments = [*first, *(self.evaluate(arg) for arg in node.args[: 1 - len(first)])]
        options: dict[str, Value] = {}
        if name not in library.OF_THE_FIRST:
            arguments = [*first, *(self.evaluate(arg) for arg in node.args)]
            options = {str(word.arg): self.evaluate(word.value) for word in node.keywords if word.arg != "dtype"}
        try:
            return function(arguments, options)
        except (ValueError, IndexError, TypeError, KeyError):
            raise UnreadError(f"a call of {name} with other arguments than are read") from None

    def _called(self, found: Value, node: ast.Call) -> Value:
        arguments = [self.evaluate(arg) for arg in node.args]
        named = {str(word.arg): self.evaluate(word.value) for word in node.keywords}
        if isinstance(found, Class):
            made = Instance(found.functions, {})
            if "__init__" in found.functions:
                self._run(msgspec.structs.replace(found.functions["__init__"], owner=made), arguments, named)
            return made
        if not isinstance(found, Function):
            raise UnreadError("a call of something that is no function")
        return self._run(found, arguments, named)

    def _run(self, function: Function, arguments: Sequence[Value], named: dict[str, Value]) -> Value:
        """Read the body of a function with its parameters given."""
        if len(self.scopes) > MAX_DEPTH:
            raise UnreadError("functions that call one another too deeply")
        given = [*((function.owner,) if function.owner is not None else ()), *arguments]
        if len(given) > len(function.parameters):
            raise UnreadError(f"a call of {function.name} with too many arguments")
        scope = dict(zip(function.parameters, given, strict=False)) | named
        for name, default in zip(function.parameters[::-1], function.defaults[::-1], strict=False):
            if name not in scope:
                scope[name] = self.evaluate(default)
        self.scopes.append(scope)
        try:
            if isinstance(function.body, ast.expr):
                return not_long(self.evaluate(function.body))
            self.read_body(function.body)
            return Series(())
        except ReturnedError as returned:
            return not_long(returned.value)
        finally:
            self.scopes.pop()

    def items(self, node: ast.expr) -> Iterator[Value]:
        """What a loop goes through."""
        match node:
            case ast.Call(func=ast.Name(id="range"), args=args):
                bounds = [whole_number(self.evaluate(arg)) for arg in args]
                yield from (scalar(_integer(number)) for number in range(*bounds))
            case ast.Call(func=ast.Name(id="enumerate"), args=[arg]):
                for number, item in enumerate(self.items(arg)):
                    yield Series((scalar(_integer(number)), item))
            case ast.Call(func=ast.Name(id="zip"), args=args):
                yield from (Series(items) for items in zip(*(self.items(arg) for arg in args), strict=False))
            case ast.Call(func=ast.Name(id="reversed"), args=[arg]):
                yield from reversed(list(self.items(arg)))
            case _:
                parts = parts_of(self.evaluate(node))
                if parts is None:
                    raise UnreadError("a loop over something that is no range, list or array")
                yield from parts


def parts_of(value: Value) -> tuple[Value, ...] | None:
    """What a thing is made of, if it is a list or array."""
    if isinstance(value, Series):
        return value.items
    if isinstance(value, Grid) and value.shape:
        return tuple(value.at((place,)) for place in range(value.shape[0]))
    return None


def _number(value: float) -> Number:
    text = repr(value)
    if len(text) > _LONGEST_NUMBER or text in ("inf", "nan"):
        raise UnreadError("a number too long to be read")
    return Number(text.removesuffix(".0"))


def _integer(value: int) -> Number:
    return Number(str(value))


_WORDS: Final[dict[type, str]] = {
    ast.ListComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.JoinedStr: "a text",
    ast.Lambda: "a lambda",
    ast.BoolOp: "and, or",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.NamedExpr: "an assignment in an expression",
    ast.Compare: "a comparison of several",
    ast.Dict: "a dict",
    ast.Set: "a set",
}


def _word(node: ast.AST) -> str:
    return _WORDS.get(type(node), f"{type(node).__name__.lower()} here")
