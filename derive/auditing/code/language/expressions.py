"""What the expressions of a script give, as formulas over the quantities that its names mean; nothing is run."""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from derive.auditing.code.language import library
from derive.auditing.code.language.choices import decided, filled, joined, short, text_of, word_of
from derive.auditing.code.language.code_values import (
    MAX_ENTRIES,
    Class,
    CodeValue,
    Instance,
    Namespace,
    OwnFunction,
    Series,
    ShapesError,
    TextValue,
    UndefinedError,
    Unread,
    UnreadError,
    array,
    in_dict,
    parts_of,
    scalar,
    series_of,
    whole_number,
    worked_out,
)
from derive.auditing.code.language.numpy_shapes import entrywise, matrix_product, taken, turned
from derive.auditing.code.language.statements import as_function, code_of, rest_of
from derive.auditing.code.language.work_done import WorkDone
from derive.expression.tree import Expr, Name, Number, Power, Quotient
from derive.model.arrays.grids import ExprArray

_Made = TypeVar("_Made")
#: What Python knows by itself.
_LANGUAGE: Final = frozenset(dir(builtins))
#: So many turns of comprehensions are gone through in all.
MAX_TURNS_MADE: Final = 50_000
#: The longest number that is read.
_LONGEST_NUMBER: Final = 50

_OPERATORS: Final[dict[type, Callable[[Expr, Expr], Expr]]] = {
    ast.Add: library.add,
    ast.Sub: library.subtract,
    ast.Mult: library.multiply,
    ast.Div: Quotient,
    ast.Pow: Power,
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


class Evaluator(ABC):
    """Works out expressions in the scope where the reading is.

    Args:
        number: the number of what a name of the model stands for, where it is written out.
        effort: what has been worked out for the script.
    """

    def __init__(self, number: Callable[[str], Decimal | None], effort: WorkDone) -> None:
        self.number = number
        self.effort = effort
        #: So many turns of comprehensions have been gone through.
        self.turns = 0
        self.scopes: list[Namespace] = [Namespace()]
        self.modules: set[str] = set()
        #: Names that something else has been imported under, which is not read.
        self.imported: set[str] = set()

    @property
    def names(self) -> Namespace:
        """What the names mean where the reading is."""
        return self.scopes[-1]

    @abstractmethod
    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements."""

    @abstractmethod
    def called(self, node: ast.Call) -> CodeValue:
        """What a call gives."""

    @abstractmethod
    def passed_on(self, name: str, number: ExprArray) -> ExprArray:
        """What numbers are that a function is given under a name."""

    @abstractmethod
    def give_counter(self, target: ast.expr, value: CodeValue) -> None:
        """Give the counter of a loop its value."""

    def evaluate(self, node: ast.expr) -> CodeValue:
        """What an expression gives.

        Raises:
            UnreadError: it is beyond what is read.
        """
        self.effort.spent += 1
        match node:
            case ast.Name(id=name):
                found = self.known(name)
                if found is None and name in library.OF_ONE and {name, "*"} & self.imported:
                    return as_function(node)
                if found is None:
                    raise self.unknown(name)
                if isinstance(found, Unread):
                    raise UnreadError(found.what)
                return found
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript(value=value, slice=index):
                return self._entry(self.evaluate(value), index)
            case ast.Call():
                return self.called(node)
            case ast.Constant(value=bool() as truth):
                return scalar(Number(_TRUTHS[truth]))
            case ast.Constant(value=int() | float() as value):
                return scalar(_number(value))
            case ast.Constant(value=str() as text):
                return TextValue(text)
            case ast.Constant(value=None):
                return Series(())
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return series_of(tuple(map(self.evaluate, items)))
            case ast.JoinedStr(values=parts):
                return joined(parts, self.evaluate)
            case ast.Dict(keys=keys, values=values) if None not in keys:
                pairs = ((self.key(key), self.evaluate(value)) for key, value in zip(keys, values, strict=True) if key)
                return Instance(attributes=dict(pairs))
            case ast.BinOp(left=ast.Constant(value=str() as pattern), op=ast.Mod(), right=right):
                values = right.elts if isinstance(right, ast.Tuple) else [right]
                return filled(pattern, [self.evaluate(value) for value in values])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return entrywise(library.negate, array(self.evaluate(operand)))
            case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
                return entrywise(library.opposite, array(self.evaluate(operand)))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.evaluate(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(self.evaluate(left), op, self.evaluate(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _RELATIONS:
                change = library.compare(_RELATIONS[type(op)])
                return entrywise(change, array(self.evaluate(left)), array(self.evaluate(right)))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                holds = decided(test, self.evaluate)
                if holds is not None:  # the other one need not even be possible
                    return self.evaluate(body if holds else orelse)
                return entrywise(library.chosen, *(array(self.evaluate(each)) for each in (test, body, orelse)))
            case ast.Lambda(args=arguments, body=body):
                parameters = tuple(arg.arg for arg in arguments.args)
                defaults = tuple(arguments.defaults)
                return OwnFunction("lambda", parameters, defaults, body, outer=self.outer, rest=rest_of(arguments))
            case ast.ListComp(elt=elt, generators=generators) | ast.GeneratorExp(elt=elt, generators=generators):
                return series_of(tuple(self._comprehended(generators, lambda: self.evaluate(elt))))
            case ast.DictComp(key=key, value=value, generators=generators):
                made = self._comprehended(generators, lambda: (self.key(key), self.evaluate(value)))
                return Instance(attributes=dict(made))
            case _:
                raise UnreadError(word_of(node))

    @property
    def outer(self) -> Namespace | None:
        """Where a function stands that is met now: None outside of all others."""
        return self.names if len(self.scopes) > 1 else None

    def unknown(self, name: str) -> UnreadError:
        """What a name is that nothing in the script is assigned to: the language's own, imported, or undefined."""
        own = name.startswith("__") or {name, "*"} & (_LANGUAGE | self.imported)
        return UnreadError(name) if own else UndefinedError(name)

    def known(self, name: str) -> CodeValue | None:
        """What a name means, here, in the functions around, or outside of all; None where it means nothing."""
        scope: Namespace | None = self.scopes[-1]
        while scope is not None:
            if name in scope:
                return scope[name]
            scope = scope.outer
        return self.scopes[0].get(name)

    def plain_number(self, value: CodeValue) -> CodeValue:
        """A number as it is written out, where it was held to be a quantity: as a count or class it is none."""
        match value:
            case ExprArray(shape=(), cells=(Name(name),)) if (number := self.number(name)) is not None:
                return scalar(Number(str(number)))
            case _:
                return value

    def whole(self, value: CodeValue) -> int:
        """A whole number, as an index.

        Raises:
            UnreadError: it is none, or not written out.
        """
        return whole_number(self.plain_number(value))

    def _bound(self, value: CodeValue) -> int:
        """A bound of a range; a high one is cut, as nobody goes so far."""
        cells = array(self.plain_number(value)).cells
        number = worked_out(cells[0]) if len(cells) == 1 else None
        return self.whole(value) if number is None or number < MAX_ENTRIES else MAX_ENTRIES

    def key(self, node: ast.expr) -> str:
        """The key of an entry of a dict."""
        return text_of(self.plain_number(self.evaluate(node)))

    def _operation(self, left: CodeValue, op: ast.operator, right: CodeValue) -> CodeValue:
        if isinstance(op, ast.MatMult):
            return matrix_product(array(left), array(right), library.dot)
        if isinstance(left, Series) and isinstance(right, Series) and isinstance(op, ast.Add):
            return series_of((*left.items, *right.items))
        if isinstance(left, TextValue) and isinstance(right, TextValue) and isinstance(op, ast.Add):
            return short(left.text + right.text)
        if isinstance(left, Series) and isinstance(op, ast.Mult):
            return series_of(left.items * min(self.whole(right), MAX_ENTRIES // max(len(left.items), 1)))
        if isinstance(op, ast.FloorDiv | ast.Mod):
            return self._whole(array(left), op, array(right))
        if type(op) not in _OPERATORS:
            raise UnreadError("an operator that is none of + - * / ** @")
        return entrywise(_OPERATORS[type(op)], array(left), array(right))

    def _whole(self, left: ExprArray, op: ast.operator, right: ExprArray) -> ExprArray:
        """A quotient of whole numbers, as of a count, or what is left; one that comes to 0 is cut off by mistake."""
        try:
            above, below = self.whole(left), self.whole(right)
        except UnreadError:
            above, below = 1, 0
        if isinstance(op, ast.Mod) and below:
            return scalar(integer(above % below))
        if isinstance(op, ast.Mod):
            raise UnreadError("a remainder")
        if not below or 0 < abs(above) < abs(below):
            raise ShapesError("a quotient that is cut off to a whole number, //")
        return scalar(integer(above // below))

    def _attribute(self, node: ast.Attribute) -> CodeValue:
        if isinstance(node.value, ast.Name) and node.value.id in self.modules:
            found = library.constant(node.attr)
            if found is not None:
                return found
            if node.attr in library.OF_ONE:
                return as_function(node)
            raise UnreadError(f"{node.value.id}.{node.attr}")
        owner = self.evaluate(node.value)
        if isinstance(owner, Instance):
            return self.of_object(owner, node.attr, code_of(node))
        if isinstance(owner, Class) and node.attr in owner.functions:
            return owner.functions[node.attr]
        grid = array(owner)
        if node.attr == "T":
            return turned(grid)
        if node.attr == "shape":
            return Series(tuple(scalar(integer(size)) for size in grid.shape))
        if node.attr == "size":
            return scalar(integer(len(grid.cells)))
        raise UnreadError(f".{node.attr}")

    def of_object(self, owner: Instance, name: str, written: str) -> CodeValue:
        """An attribute of an object, a function of it, or an entry of a dict."""
        if name in owner.attributes:
            found = owner.attributes[name]
            if isinstance(found, Unread):
                raise UnreadError(found.what)
            return found
        if name in owner.functions:
            function = owner.functions[name]
            return function if function.static else msgspec.structs.replace(function, owner=owner)
        raise UnreadError(written) if owner.open else UndefinedError(written)

    def _entry(self, whole: CodeValue, index: ast.expr) -> CodeValue:
        if isinstance(whole, Instance):
            key = self.key(index)
            return self.of_object(whole, key, f'["{key}"]')
        rows = self._slice(index)
        if isinstance(whole, TextValue) and rows is not None:
            return TextValue(whole.text[rows])
        if isinstance(whole, Series) and rows is not None:
            return Series(whole.items[rows])
        if isinstance(whole, Series) and not isinstance(index, ast.Tuple):
            place = self.whole(self.evaluate(index))
            if not -len(whole.items) <= place < len(whole.items):
                raise ShapesError(f"the index {place} of a list of {len(whole.items)}")
            return whole.items[place]
        grid, parts = array(whole), index.elts if isinstance(index, ast.Tuple) else [index]
        if any(isinstance(part, ast.Constant) and part.value is Ellipsis for part in parts):
            raise UnreadError("...")
        lists = [self._several(part) for part in parts]
        if all(lists) and len(lists) == len(grid.shape):
            cells = tuple(taken(grid, place).number for place in zip(*filter(None, lists), strict=False))
            return ExprArray((len(cells),), cells)
        if lists[0] and not any(lists[1:]):  # rows, as of a unit matrix by classes
            rest = [self._place(part) for part in parts[1:]]
            return array(Series(tuple(taken(grid, [place, *rest]) for place in lists[0])))
        return taken(grid, [self._place(part) for part in parts])

    def _several(self, part: ast.expr) -> list[int] | None:
        """The places that an index picks one by one, as ``range(n)`` and an array of classes do; None of all else."""
        match part:
            case ast.Slice() | ast.Constant() | ast.UnaryOp() | ast.Attribute(attr="newaxis"):
                return None
            case ast.Call(func=ast.Name(id="range")):
                return [self.whole(each) for each in self.items(part)]
            case _:
                found = self.evaluate(part)
                grid = array(found) if isinstance(found, ExprArray | Series) else None
                if grid is None or len(grid.shape) != 1:
                    return None
                return [self.whole(scalar(cell)) for cell in grid.cells]

    def _place(self, part: ast.expr) -> int | slice | None:
        match part:
            case ast.Constant(value=None) | ast.Attribute(attr="newaxis"):
                return None
            case _:
                rows = self._slice(part)
                return rows if rows is not None else self.whole(self.evaluate(part))

    def _slice(self, part: ast.expr) -> slice | None:
        """The rows that an index picks from one to another; None where it is another one."""
        match part:
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = (lower, upper, step)
                return slice(*(None if each is None else self.whole(self.evaluate(each)) for each in bounds))
            case _:
                return None

    def _comprehended(self, generators: Sequence[ast.comprehension], made: Callable[[], _Made]) -> list[_Made]:
        """What a comprehension is made of; its counters are known in it alone."""
        before = dict(self.names)
        try:
            return list(self._turns(generators, made))
        finally:
            self.names.clear()
            self.names.update(before)

    def _turns(self, generators: Sequence[ast.comprehension], made: Callable[[], _Made]) -> Iterator[_Made]:
        if not generators:
            yield made()
            return
        for item in self.items(generators[0].iter):
            self.turns += 1
            if self.turns > MAX_TURNS_MADE:
                raise UnreadError(f"more than {MAX_TURNS_MADE:,} turns of comprehensions")
            self.give_counter(generators[0].target, item)
            tests = [decided(test, self.evaluate) for test in generators[0].ifs]
            if None in tests:
                raise UnreadError("a comprehension with a condition")
            if all(tests):
                yield from self._turns(generators[1:], made)

    def items(self, node: ast.expr) -> Iterator[CodeValue]:
        """What a loop goes through."""
        match node:
            case ast.Call(func=ast.Name(id="range"), args=args):
                bounds = [self._bound(self.evaluate(arg)) for arg in args]
                yield from (scalar(integer(number)) for number in range(*bounds))
            case ast.Call(func=ast.Name(id="enumerate"), args=[arg, *start], keywords=words):
                first = [self.whole(self.evaluate(each)) for each in (*start, *(word.value for word in words))]
                for number, item in enumerate(self.items(arg), *first):
                    yield Series((scalar(integer(number)), item))
            case ast.Call(func=ast.Name(id="zip"), args=args):
                yield from (Series(items) for items in zip(*(self.items(arg) for arg in args), strict=False))
            case ast.Call(func=ast.Name(id="reversed"), args=[arg]):
                yield from reversed(list(self.items(arg)))
            case _:
                gone_through = self.evaluate(node)
                parts = parts_of(gone_through)
                if isinstance(gone_through, Instance) and not gone_through.functions:
                    parts = tuple(in_dict(gone_through, "keys"))
                if parts is None:
                    raise UnreadError("a loop over something that is no range, list or array")
                yield from parts


def _number(value: float) -> Number:
    text = repr(value)
    if len(text) > _LONGEST_NUMBER or text in ("inf", "nan"):
        raise UnreadError("a number too long to be read")
    return Number(text.removesuffix(".0"))


def integer(value: int) -> Number:
    """A whole number as a formula."""
    return Number(str(value))
