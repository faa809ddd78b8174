"""Calls in a script: of its own functions and classes, of NumPy's, and of what dicts and lists can do."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Sequence
from itertools import islice
from typing import Final

import msgspec

from derive.auditing.code.language import library
from derive.auditing.code.language.choices import filled, text_of, word_of
from derive.auditing.code.language.code_values import (
    MAX_ENTRIES,
    Class,
    CodeValue,
    Instance,
    Namespace,
    OwnFunction,
    Series,
    TextValue,
    UnreadError,
    array,
    as_array,
    copied,
    in_dict,
    like,
    parts_of,
    scalar,
    size_of,
)
from derive.auditing.code.language.expressions import Evaluator, integer
from derive.auditing.code.language.numpy_shapes import entrywise
from derive.auditing.code.language.statements import code_of, parsed_name
from derive.expression.tree import ZERO, Name, Number
from derive.model.arrays.grids import ExprArray

#: How deep calls of functions go.
MAX_DEPTH: Final = 30
#: What makes a dict, or an object that is used as one.
_DICTS: Final = frozenset({"dict", "OrderedDict", "defaultdict", "SimpleNamespace"})
#: What can be asked of a dict.
_OF_DICTS: Final = frozenset({"copy", "get", "items", "keys", "values"})


class Run(msgspec.Struct, frozen=True):
    """A call of a function of the script's own.

    Attributes:
        function: what is called.
        arguments: what it is given.
        named: what it is given under a name.
    """

    function: OwnFunction
    arguments: Sequence[CodeValue]
    named: dict[str, CodeValue]


class ReturnedError(Exception):
    """The end of a function, with what it gives.

    Args:
        value: what it gives, or why that cannot be read.
    """

    def __init__(self, value: CodeValue | UnreadError) -> None:
        self.value = value
        super().__init__()


class NextError(Exception):
    """The end of a turn of a loop."""


class StopError(Exception):
    """The end of a loop."""


class Calls(Evaluator):
    """Works out calls in the scope where the reading is."""

    def called(self, node: ast.Call) -> CodeValue:
        """What a call gives."""
        if any(isinstance(arg, ast.Starred) for arg in node.args) or any(word.arg is None for word in node.keywords):
            raise UnreadError("starred arguments")
        match node.func:
            case ast.Name(id="len"):
                counted = self.evaluate(node.args[0])
                parts = counted.attributes if isinstance(counted, Instance) else parts_of(counted)
                if parts is None:
                    raise UnreadError("the length of something that has none")
                return scalar(integer(len(parts)))
            case ast.Name(id="str"):
                return TextValue(self.key(node.args[0]))
            case ast.Name(id="sum") if self.known("sum") is None and len(node.args) in (1, 2):
                items = [*map(array, self.items(node.args[0])), *(array(self.evaluate(arg)) for arg in node.args[1:])]
                return entrywise(lambda *cells: library.total(cells), *(items or [scalar(ZERO)]))
            case ast.Name(id="range" | "enumerate" | "zip" | "reversed" as name) if self.known(name) is None:
                return Series(tuple(islice(self.items(node), MAX_ENTRIES)))
            case ast.Name(id="list" | "tuple") if self.known("list") is None:
                return Series(tuple(self.items(node.args[0])) if node.args else ())
            case ast.Name(id="deepcopy") | ast.Attribute(value=ast.Name(id="copy"), attr="copy" | "deepcopy") if (
                self.known("deepcopy") is None and len(node.args) == 1
            ):
                return copied(self.evaluate(node.args[0]))
            case ast.Attribute(value=ast.Constant(value=str() as pattern), attr="format"):
                return filled(pattern, [self.evaluate(value) for value in node.args])
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="collections" | "types"), attr=name) if (
                name in _DICTS and self.known(name) is None
            ):
                return self._dict_of(node.args if name != "defaultdict" else node.args[1:], node.keywords)
            case ast.Name(id=name):
                found = self.known(name)
                if found is None and (name in library.BUILTINS):
                    return self._builtin(name, node)
                if found is None:
                    raise self.unknown(name)
                return self._called(found, node)
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                return self._called(self._above(name), node)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.modules:
                return self._builtin(name, node)
            case ast.Attribute(value=owner, attr=name):
                of = self.evaluate(owner)
                if isinstance(of, Instance) and name in _OF_DICTS and name not in of.functions:
                    return self._of_dict(of, name, node.args)
                if isinstance(of, Instance):
                    return self._called(self.of_object(of, name, code_of(node.func)), node)
                if isinstance(of, Class):
                    return self._called(self.evaluate(node.func), node)
                return self._builtin(name, node, of)
            case ast.Lambda():
                return self._called(self.evaluate(node.func), node)
            case _:
                raise UnreadError(word_of(node.func))

    def _dict_of(self, args: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> Instance:
        """A dict, from another one or from pairs of keys and values, and from what is given under names."""
        attributes: dict[str, CodeValue] = {}
        for arg in args:
            of = self.evaluate(arg)
            for pair in in_dict(of, "items") if isinstance(of, Instance) else self.items(arg):
                parts = parts_of(pair)
                if parts is None or len(parts) != 2:
                    raise UnreadError("a dict of something else than pairs")
                attributes[text_of(self.plain_number(parts[0]))] = parts[1]
        return Instance(attributes=attributes | {str(word.arg): self.evaluate(word.value) for word in keywords})

    def _of_dict(self, of: Instance, name: str, args: Sequence[ast.expr]) -> CodeValue:
        match name, args:
            case "copy", []:
                return Instance(attributes=dict(of.attributes))
            case "get", [key, *others] if len(others) <= 1:
                found = of.attributes.get(self.key(key))
                return found if found is not None else self.evaluate(others[0] if others else ast.Constant(None))
            case (("items" | "keys" | "values"), []):
                return Series(tuple(in_dict(of, name)))
            case _:
                raise UnreadError(f"a call of {name} with other arguments than are read")

    def _above(self, name: str) -> OwnFunction:
        """A function of the classes above that whose function is read, bound to its object."""
        function = self.names.function
        if function is None or not function.parameters or function.static:
            raise UnreadError("super outside of a class")
        owner = self.names.get(function.parameters[0])
        if name == "__init__" and name not in function.above:
            return OwnFunction(name, ("self",), (), ())  # of what has no beginning of its own
        if name not in function.above or not isinstance(owner, Instance):
            raise UnreadError(f"super().{name}")
        return msgspec.structs.replace(function.above[name], owner=owner)

    def _builtin(self, name: str, node: ast.Call, *first: CodeValue) -> CodeValue:
        function = library.BUILTINS.get(name)
        if function is None:
            raise UnreadError(f"the function {name}")
        read = node.args[: 1 - len(first)] if name in library.OF_THE_FIRST else node.args
        arguments = [*first, *map(self.evaluate, read)]
        words = [word for word in node.keywords if word.arg not in library.UNREAD_OPTIONS]
        options = {str(word.arg): self.evaluate(word.value) for word in words}
        try:
            return function(arguments, options)
        except (ValueError, IndexError, TypeError, KeyError):
            raise UnreadError(f"a call of {name} with other arguments than are read") from None

    def _called(self, found: CodeValue, node: ast.Call) -> CodeValue:
        arguments = [self.evaluate(arg) for arg in node.args]
        named = {str(word.arg): self.evaluate(word.value) for word in node.keywords}
        if isinstance(found, Class):
            made = Instance(found.functions, dict(found.values), found.open)
            if "__init__" in found.functions:
                self.run(msgspec.structs.replace(found.functions["__init__"], owner=made), arguments, named)
            return made
        if isinstance(found, Instance) and "__call__" in found.functions:
            found = msgspec.structs.replace(found.functions["__call__"], owner=found)
        if not isinstance(found, OwnFunction):
            raise UnreadError("a call of something that is no function")
        return self.run(found, arguments, named)

    def run(self, function: OwnFunction, arguments: Sequence[CodeValue], named: dict[str, CodeValue]) -> CodeValue:
        """Read the body of a function with its parameters given."""
        self.begun(Run(function, arguments, named))
        if len(self.scopes) > MAX_DEPTH:
            raise UnreadError("functions that call one another too deeply")
        given = [*((function.owner,) if function.owner is not None else ()), *arguments]
        if len(given) > len(function.parameters) and not function.rest:
            raise UnreadError(f"a call of {function.name} with too many arguments")
        scope = Namespace(dict(zip(function.parameters, given, strict=False)) | named, function)
        if function.rest:
            scope[function.rest] = Series(tuple(given[len(function.parameters) :]))
        for name, default in zip(function.parameters[::-1], function.defaults[::-1], strict=False):
            if name not in scope:
                scope[name] = self.evaluate(default)
        for name, value in scope.items():
            grid = value if isinstance(value, ExprArray) else as_array(value)
            if grid is not None and all(isinstance(cell, Number) for cell in grid.cells):
                scope[name] = like(value, self.passed_on(name, grid))
        self.scopes.append(scope)
        try:
            if isinstance(function.body, ast.expr):
                return self.not_long(self.evaluate(function.body))
            self.read(function.body)
            return Series(())
        except ReturnedError as returned:
            if isinstance(returned.value, UnreadError):
                raise returned.value from None
            return self.not_long(returned.value)
        finally:
            self.scopes.pop()

    def not_long(self, value: CodeValue) -> CodeValue:
        """A value whose formulas have no more parts than are read.

        Raises:
            UnreadError: one has.
        """
        self.effort.spent += size_of(value)
        return value

    def bounded(self, value: CodeValue | UnreadError) -> CodeValue | UnreadError:
        """A value whose formulas have no more parts than are read, or why it is none."""
        try:
            return value if isinstance(value, UnreadError) else self.not_long(value)
        except UnreadError as why:
            return why

    @abstractmethod
    def begun(self, run: Run) -> None:
        """Take in that a function of the script's own is called."""

    def of_class(self, name: str, value: ast.expr) -> CodeValue | UnreadError:
        """What a name of a class stands for, which all its objects have."""
        found = self.found(value)
        if not isinstance(found, ExprArray) or not all(isinstance(cell, Number) for cell in found.cells):
            return found
        return self.passed_on(name, found)

    def found(self, value: ast.expr) -> CodeValue | UnreadError:
        """What an expression comes to, or why that is beyond what is read."""
        try:
            return self.evaluate(value)
        except UnreadError as why:
            return why

    def held(self, name: str) -> tuple[str, ...]:
        """The quantities that a name or attribute stands for now; none where it is no array of any."""
        try:
            value = self.evaluate(parsed_name(name))
        except (UnreadError, SyntaxError):
            return ()
        return (
            value.names if isinstance(value, ExprArray) and all(isinstance(cell, Name) for cell in value.cells) else ()
        )

    def is_own(self, called: ast.expr) -> bool:
        """Whether what is called is a function or object of the script."""
        return isinstance(self.found(called), OwnFunction | Class | Instance)

    def returned_by_case(self, node: ast.If, after: Sequence[ast.stmt]) -> ReturnedError:
        """The end of a function that returns one thing or another, as the derivative of a rectifier is written."""
        match node.body, node.orelse or after:
            case [ast.Return(value=ast.expr() as yes)], [ast.Return(value=ast.expr() as no), *_]:
                return ReturnedError(self.found(ast.IfExp(node.test, yes, no)))
        return ReturnedError(UnreadError("a choice by a condition"))

    def changed(self, items: tuple[CodeValue, ...], name: str, arguments: Sequence[ast.expr]) -> tuple[CodeValue, ...]:
        """The items of a list after one of its methods that change it."""
        match name, arguments:
            case "append", [item]:
                return (*items, self.evaluate(item))
            case "extend", [more]:
                return (*items, *self.items(more))
            case "insert", [at, item]:
                place = self.whole(self.evaluate(at))
                return (*items[:place], self.evaluate(item), *items[place:])
            case "reverse", []:
                return items[::-1]
            case "pop", []:
                return items[:-1]
        raise UnreadError(f"a call of {name} with other arguments than are read")
