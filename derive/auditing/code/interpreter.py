"""Reading a script line by line: what each assignment gives, as formulas over the quantities that its names mean.

Nothing is run. A loop over a range whose counter is not used is gone through once, as each turn does the same; other
loops are written out. What is beyond this, a comprehension or a library, is passed over with its line and a word.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

import msgspec

from derive.auditing.code import library
from derive.auditing.code.values import (
    Class,
    Function,
    Instance,
    Series,
    Text,
    UndefinedError,
    Unread,
    UnreadError,
    Value,
    array,
    entrywise,
    is_long,
    matrix_product,
    scalar,
    turned,
    whole_number,
)
from derive.expression.tree import Expr, Number
from derive.model.arrays.grids import Grid

#: So many statements are read at most, loops written out, and so deep calls go.
MAX_STATEMENTS: Final = 20_000
MAX_DEPTH: Final = 30
#: The longest number that is read.
_LONGEST_NUMBER: Final = 50

#: Modules whose functions are known, by the names that they are imported under.
_MODULES: Final = frozenset({"numpy", "math", "np"})
_OPERATORS: Final[dict[type, Callable[[Expr, Expr], Expr]]] = {
    ast.Add: library.add,
    ast.Sub: library.subtract,
    ast.Mult: library.multiply,
    ast.Div: library.divide,
    ast.FloorDiv: library.divide,  # of real numbers, which it cuts off: told where it is met
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


class Assigned(msgspec.Struct, frozen=True):
    """One assignment, as it is met.

    Attributes:
        target: what is assigned to, as it is written: ``dCost_dw6``, ``self.W1``, ``w[0]``.
        value: the syntax of the value; of ``w -= x`` that of ``w - x``.
        line: its line in the cell, counted from 1.
        local: whether it stands in a function.
        old: what the target stood for before; None where it is new.
        goes_on: whether a line below goes on with it under the same name, as ``z += b`` does.
    """

    target: str
    value: ast.expr
    line: int
    local: bool
    old: Value | None = None
    goes_on: bool = False


class Listener(Protocol):
    """Is told of each assignment, and says what the name means from then on."""

    def assigned(self, made: Assigned, value: Value | UnreadError) -> Value:
        """Take in an assignment, with its value or why that cannot be read."""

    def passed(self, node: ast.stmt, why: UnreadError) -> None:
        """Take in that a statement is passed over."""


class _Returned(Exception):  # noqa: N818 - it is no error
    def __init__(self, value: Value) -> None:
        self.value = value


class Interpreter:
    """Reads cells one after the other.

    Args:
        listener: is told what is assigned.
    """

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.scopes: list[dict[str, Value]] = [{}]
        self.modules: set[str] = set()
        self.count = 0
        #: Whether the functions that are called may tell of their assignments.
        self.quiet = 0
        #: The statements below the one that is read, in the same body.
        self.below: Sequence[ast.stmt] = ()

    @property
    def names(self) -> dict[str, Value]:
        """What the names mean where the reading is."""
        return self.scopes[-1]

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read statements.

        Raises:
            UnreadError: there are more than are read.
        """
        for place, node in enumerate(body):
            self.count += 1
            if self.count > MAX_STATEMENTS:
                raise UnreadError(f"more than {MAX_STATEMENTS:,} statements, loops written out")
            self.below = body[place + 1 :]
            try:
                self._statement(node)
            except UnreadError as why:
                if not self.quiet:
                    self.listener.passed(node, why)
            except RecursionError:
                if not self.quiet:
                    self.listener.passed(node, UnreadError("something nested too deeply"))

    # Statements

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=target, op=op, value=value):
                self._assign(target, ast.copy_location(ast.BinOp(_loaded(target), op, value), node))
            case ast.FunctionDef():
                self.names[node.name] = _function(node)
            case ast.ClassDef():
                functions = {each.name: _function(each) for each in node.body if isinstance(each, ast.FunctionDef)}
                self.names[node.name] = Class(node.name, functions)
            case ast.Import(names=names):
                self.modules |= {alias.asname or alias.name for alias in names if alias.name in _MODULES}
            case ast.ImportFrom(module=module, names=names):
                if module in _MODULES:
                    self.modules |= {f"from {alias.asname or alias.name}" for alias in names}
            case ast.For():
                self._loop(node)
            case ast.While(body=body):
                self.read(body)
            case ast.If():
                self._choice(node)
            case ast.With(body=body) | ast.Try(body=body):
                self.read(body)
            case ast.Return(value=value):
                raise _Returned(Series(()) if value is None else self.evaluate(value))
            case ast.Expr(value=ast.Call() as call):
                self._called_for_itself(call)
            case _:
                return

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
            return
        found: Value | UnreadError
        try:
            found = self.evaluate(value)
        except UnreadError as why:
            found = why
        self._bind(target, value, found)

    def _unpack(self, targets: Sequence[ast.expr], value: ast.expr) -> None:
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets):
            values = [self._attempt(each) for each in value.elts]  # all are worked out before any is assigned
            for target, each, found in zip(targets, value.elts, values, strict=True):
                self._bind(target, each, found)
            return
        found = self._attempt(value)
        parts = _parts(found) if not isinstance(found, UnreadError) else None
        if parts is None or len(parts) != len(targets):
            raise (
                found if isinstance(found, UnreadError) else UnreadError("several names that one thing is assigned to")
            )
        for target, part in zip(targets, parts, strict=True):
            self._bind(target, value, part)

    def _attempt(self, value: ast.expr) -> Value | UnreadError:
        try:
            return self.evaluate(value)
        except UnreadError as why:
            return why

    def _bind(self, target: ast.expr, value: ast.expr, found: Value | UnreadError) -> None:
        old = self._old(target)
        written = ast.unparse(target)
        goes_on = any(isinstance(each, ast.AugAssign) and ast.unparse(each.target) == written for each in self.below)
        made = Assigned(written, value, getattr(target, "lineno", 0), len(self.scopes) > 1, old, goes_on)
        kept = found if self.quiet else self.listener.assigned(made, found)
        if isinstance(kept, UnreadError):
            kept = Unread(kept.what)
        if isinstance(kept, Grid) and any(map(is_long, kept.cells)):
            kept = Unread("a formula of too many parts")
        self._store(target, kept)

    def _old(self, target: ast.expr) -> Value | None:
        try:
            return self.evaluate(_loaded(target))
        except UnreadError:
            return None

    def _store(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Name(id=name):
                self.names[name] = value
            case ast.Attribute(value=inner, attr=name):
                owner = self.evaluate(inner)
                if isinstance(owner, Instance):
                    owner.attributes[name] = value
            case ast.Subscript(value=inner, slice=index):
                self._store_entry(inner, index, value)
            case ast.Starred():
                raise UnreadError("a starred name")

    def _store_entry(self, inner: ast.expr, index: ast.expr, value: Value) -> None:
        whole, at = self.evaluate(inner), self.evaluate(index) if not isinstance(index, ast.Slice) else None
        if isinstance(whole, Instance) and isinstance(at, Text):
            whole.attributes[at.text] = value
            return
        if isinstance(whole, Series):
            if isinstance(at, Grid) and len(at.shape) == 0:
                place = whole_number(at)
                items = [*whole.items]
                if -len(items) <= place < len(items):
                    items[place] = value
                    self._store(inner, Series(tuple(items)))
                    return
            whole = array(whole)
        if not isinstance(whole, Grid):
            raise UnreadError("an entry of something that is no array")
        places = Grid(whole.shape, tuple(Number(str(place)) for place in range(len(whole.cells))))
        chosen = array(self._entry(places, index))
        cells = list(whole.cells)
        new = array(value)
        for place, cell in zip(chosen.cells, entrywise(lambda _, cell: cell, chosen, new).cells, strict=True):
            cells[whole_number(scalar(place))] = cell
        self._store(inner, Grid(whole.shape, tuple(cells)))

    def _loop(self, node: ast.For) -> None:
        counters = {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
        used = any(
            isinstance(each, ast.Name) and each.id in counters
            for statement in node.body
            if not _only_shows(statement)
            for each in ast.walk(statement)
        )
        if not used:
            self.read(node.body)
            return
        for item in self._items(node.iter):
            self._set(node.target, item)
            self.read(node.body)

    def _items(self, node: ast.expr) -> Iterator[Value]:
        match node:
            case ast.Call(func=ast.Name(id="range"), args=args):
                bounds = [whole_number(self.evaluate(arg)) for arg in args]
                yield from (scalar(_integer(number)) for number in range(*bounds))
            case ast.Call(func=ast.Name(id="enumerate"), args=[arg]):
                for number, item in enumerate(self._items(arg)):
                    yield Series((scalar(_integer(number)), item))
            case ast.Call(func=ast.Name(id="zip"), args=args):
                yield from (Series(items) for items in zip(*(self._items(arg) for arg in args), strict=False))
            case ast.Call(func=ast.Name(id="reversed"), args=[arg]):
                yield from reversed(list(self._items(arg)))
            case _:
                parts = _parts(self.evaluate(node))
                if parts is None:
                    raise UnreadError("a loop over something that is no range, list or array")
                yield from parts

    def _set(self, target: ast.expr, value: Value) -> None:
        """Give the counter of a loop its value, of which nobody need be told."""
        if isinstance(target, ast.Tuple | ast.List):
            for each, part in zip(target.elts, _parts(value) or (), strict=False):
                self._set(each, part)
        else:
            self._store(target, value)

    def _choice(self, node: ast.If) -> None:
        match node.test:
            case ast.Compare(left=ast.Name(id="__name__")):
                self.read(node.body)
            case ast.Constant(value=value):
                self.read(node.body if value else node.orelse)
            case _ if all(map(_only_shows, (*node.body, *node.orelse))):
                return
            case _:
                raise UnreadError("a choice by a condition")

    def _called_for_itself(self, call: ast.Call) -> None:
        match call.func:
            case ast.Attribute(attr="append", value=owner):
                whole = self.evaluate(owner)
                if isinstance(whole, Series):
                    self._store(_stored(owner), Series((*whole.items, self.evaluate(call.args[0]))))
            case ast.Name(id=name) if isinstance(self._known(name), Function):
                self.evaluate(call)
            case ast.Attribute(value=owner) if isinstance(self._attempt(owner), Instance):
                self.evaluate(call)
            case _:
                return  # it prints or plots, and assigns nothing

    # Values

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
                found = self._known(name)
                if found is None:
                    raise UndefinedError(name)
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

    def _known(self, name: str) -> Value | None:
        for scope in (self.scopes[-1], self.scopes[0]):
            if name in scope:
                return scope[name]
        return None

    def _operation(self, left: Value, op: ast.operator, right: Value) -> Value:
        if isinstance(op, ast.MatMult):
            return matrix_product(array(left), array(right), library.dot)
        if isinstance(left, Series) and isinstance(right, Series) and isinstance(op, ast.Add):
            return Series((*left.items, *right.items))
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
                raise UnreadError(f"the index {place} of a list of {len(whole.items)}")
            return whole.items[place]
        grid = array(whole)
        for part in index.elts[::-1] if isinstance(index, ast.Tuple) else (index,):
            if isinstance(part, ast.Constant) and part.value is Ellipsis:
                raise UnreadError("...")
        return _taken(grid, [self._place(part) for part in (index.elts if isinstance(index, ast.Tuple) else [index])])

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
        for item in self._items(items):
            self._set(target, item)
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
                return scalar(_integer(len(_parts(self.evaluate(node.args[0])) or ())))
            case ast.Name(id="dict"):
                return Instance(attributes={str(word.arg): self.evaluate(word.value) for word in node.keywords})
            case ast.Name(id=name):
                found = self._known(name)
                if found is None and (name in library.BUILTINS):
                    return self._builtin(name, node)
                if found is None:
                    raise UndefinedError(name)
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
                return self.evaluate(function.body)
            self._body(function.body)
            return Series(())
        except _Returned as returned:
            return returned.value
        finally:
            self.scopes.pop()

    def _body(self, body: Sequence[ast.stmt]) -> None:
        for place, node in enumerate(body):
            self.count += 1
            if self.count > MAX_STATEMENTS:
                raise UnreadError(f"more than {MAX_STATEMENTS:,} statements, loops written out")
            self.below = body[place + 1 :]
            if isinstance(node, ast.If) and any(isinstance(each, ast.Return) for each in (*node.body, *node.orelse)):
                self._returns_by_case(node, body[place + 1 :])
            if isinstance(node, ast.Return):
                self._statement(node)
                continue
            try:
                self._statement(node)
            except UnreadError as why:
                if not self.quiet:
                    self.listener.passed(node, why)

    def _returns_by_case(self, node: ast.If, rest: Sequence[ast.stmt]) -> None:
        """A function that returns one thing or another, as the derivative of a rectifier is written."""
        otherwise = node.orelse or rest
        match node.body, otherwise:
            case [ast.Return(value=ast.expr() as yes)], [ast.Return(value=ast.expr() as no), *_]:
                test = node.test
                if isinstance(test, ast.Name):  # a switch: def sigmoid(x, derivative=False)
                    value = array(self.evaluate(test))
                    if value.shape == () and isinstance(value.number, Number):
                        raise _Returned(self.evaluate(yes if value.number.value else no))
                raise _Returned(self.evaluate(ast.IfExp(test, yes, no)))
            case [ast.Return(value=ast.expr() as yes)], _ if isinstance(node.test, ast.Name):
                value = array(self.evaluate(node.test))
                if value.shape == () and isinstance(value.number, Number):
                    if value.number.value:
                        raise _Returned(self.evaluate(yes))
                    self._body(rest)
                    raise _Returned(Series(()))
        raise UnreadError("a choice by a condition")


def _function(node: ast.FunctionDef) -> Function:
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        return Function(node.name, (), (), (ast.Return(ast.Constant(None)),))
    parameters = tuple(arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
    defaults = (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None))
    return Function(node.name, parameters, tuple(defaults), tuple(node.body))


def _taken(grid: Grid, index: Sequence[int | slice | None]) -> Grid:
    """Entries of an array, as NumPy takes them by whole numbers, slices and new axes."""
    places = list(range(len(grid.cells)))
    strides = [1]
    for size in grid.shape[:0:-1]:
        strides.insert(0, strides[0] * size)
    starts, shape, axis = [0], [], 0
    for part in index:
        if part is None:
            shape.append(1)
            continue
        if axis >= len(grid.shape):
            raise UnreadError("more indices than the array has")
        size, stride = grid.shape[axis], strides[axis]
        if isinstance(part, slice):
            chosen = range(size)[part]
            shape.append(len(chosen))
        else:
            if not -size <= part < size:
                raise UnreadError(f"the index {part} where there are {size}")
            chosen = range(part % size, part % size + 1)
        starts = [start + at * stride for start in starts for at in chosen]
        axis += 1
    for size, stride in zip(grid.shape[axis:], strides[axis:], strict=False):
        shape.append(size)
        starts = [start + at * stride for start in starts for at in range(size)]
    return Grid(tuple(shape), tuple(grid.cells[places[start]] for start in starts))


def _parts(value: Value) -> tuple[Value, ...] | None:
    """What a thing is made of, if it is a list or array."""
    if isinstance(value, Series):
        return value.items
    if isinstance(value, Grid) and value.shape:
        return tuple(value.at((place,)) for place in range(value.shape[0]))
    return None


def _loaded(target: ast.expr) -> ast.expr:
    """What is assigned to, as it is read."""
    return ast.parse(ast.unparse(target), mode="eval").body


def _stored(node: ast.expr) -> ast.expr:
    return node


def _number(value: float) -> Number:
    text = repr(value)
    if len(text) > _LONGEST_NUMBER or text in ("inf", "nan"):
        raise UnreadError("a number too long to be read")
    return Number(text.removesuffix(".0"))


def _integer(value: int) -> Number:
    return Number(str(value))


def _only_shows(node: ast.stmt) -> bool:
    """Whether a statement prints, plots or keeps something, and works nothing out."""
    match node:
        case ast.Expr() | ast.Pass() | ast.Continue() | ast.Break():
            return True
        case ast.If(body=body, orelse=orelse):
            return all(map(_only_shows, (*body, *orelse)))
        case _:
            return False


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
