"""What single statements of a script do, by their syntax alone: functions and classes, and what changes something."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Final

import msgspec

from derive.auditing.code.language.code_values import Class, CodeValue, OwnFunction, UnreadError
from derive.auditing.reading.numbers import read_number

#: Classes above others that give them nothing.
_PLAIN: Final = frozenset({"object", "ABC", "NamedTuple", "Generic", "Protocol"})
#: The methods of a list that change it.
CHANGING: Final = frozenset({"append", "extend", "insert", "pop", "reverse", "update"})
_COST: Final = re.compile(r"(?:.*[._])?(?:cost|loss|mse|bce)_?", re.IGNORECASE)


def function_of(node: ast.FunctionDef) -> OwnFunction:
    """A function of the script's own; one with any number of named arguments gives nothing."""
    arguments = node.args
    if arguments.kwarg:
        return OwnFunction(node.name, (), (), (ast.Return(ast.Constant(None)),))
    parameters = tuple(arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
    defaults = (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None))
    return OwnFunction(node.name, parameters, tuple(defaults), tuple(node.body), rest=rest_of(arguments))


def as_function(node: ast.expr) -> OwnFunction:
    """A function of NumPy or of ``math`` that is not called where it stands, but given to something else."""
    return OwnFunction(ast.unparse(node), ("z",), (), ast.Call(node, [ast.Name("z")], []))


def rest_of(arguments: ast.arguments) -> str:
    """The name of what a function is given besides its parameters; empty where it takes no more."""
    return arguments.vararg.arg if arguments.vararg else ""


@lru_cache(2_000)
def gone_on_with(node: ast.stmt) -> frozenset[str]:
    """What is changed in a statement by ``+=`` and its like, whole or in some of its entries; by ``J = J / m`` too."""
    targets = [each.target for each in ast.walk(node) if isinstance(each, ast.AugAssign)]
    entries = [target.value for target in targets if isinstance(target, ast.Subscript)]
    named = {
        ast.unparse(each.targets[0])
        for each in ast.walk(node)
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name) and isinstance(each.value, ast.BinOp)
        if ast.unparse(_first_of(each.value)) == each.targets[0].id
    }
    return frozenset(named).union(ast.unparse(each) for each in (*targets, *entries))


def _first_of(value: ast.expr) -> ast.expr:
    """What a sum, quotient or product begins with."""
    return _first_of(value.left) if isinstance(value, ast.BinOp) else value


@lru_cache(2_000)
def masked_in(node: ast.stmt) -> frozenset[str]:
    """The arrays of which a statement changes such entries as a condition picks: ``dh[z <= 0] = 0``."""
    return frozenset(
        ast.unparse(target.value)
        for each in ast.walk(node)
        if isinstance(each, ast.Assign | ast.AugAssign)
        for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Compare | ast.UnaryOp | ast.Name)
    )


@lru_cache(2_000)
def changed_in(node: ast.stmt) -> tuple[ast.expr, ...]:
    """The names, attributes and lists that a statement assigns to or adds to, whatever else stands in it."""
    found: list[ast.expr] = []
    for each in ast.walk(node):
        if isinstance(each, ast.Name | ast.Attribute) and isinstance(getattr(each, "ctx", None), ast.Store):
            found.append(each)
        elif isinstance(each, ast.Subscript) and isinstance(getattr(each, "ctx", None), ast.Store):
            found.append(_owner(each))
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in CHANGING:
            found.append(_owner(each.func))
    return tuple(found)


def _owner(node: ast.expr) -> ast.expr:
    """What an entry or method belongs to: the name or attribute."""
    while isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in CHANGING):
        node = node.value
    return node


@lru_cache(2_000)
def parsed_name(name: str) -> ast.expr:
    """A name, attribute or entry that is written out.

    Raises:
        SyntaxError: it is none.
    """
    return ast.parse(name, mode="eval").body


@lru_cache(2_000)
def loaded(target: ast.expr) -> ast.expr:
    """What is assigned to, as it is read."""
    return parsed_name(code_of(target))


@lru_cache(5_000)
def code_of(node: ast.expr) -> str:
    """An expression as it is written."""
    return ast.unparse(node)


def exchangeable(tree: ast.Module) -> Iterator[ast.Return | ast.Assign]:
    """The statements that are exchanged before code is read: what is given back, and calls of its own functions.

    The lines of these are gone through as they are called.
    """
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        match node:
            case ast.Return(value=ast.expr()):
                yield node
            case ast.Assign(targets=[_], value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
                if name in own:
                    yield node


def exchanged(tree: ast.Module, values: Mapping[int, ast.expr]) -> ast.Module:
    """Some code, of which statements give or assign something else.

    Args:
        tree: the code; it stays as it is.
        values: by the lines of these statements what they have instead.
    """
    if not values:
        return tree
    tree = deepcopy(tree)
    for node in exchangeable(tree):
        node.value = values.get(node.lineno, node.value)
    return tree


def says_cost(name: str) -> bool:
    """Whether a name says, as a word, that it is the cost: ``self.train_loss``."""
    return _COST.fullmatch(name) is not None


def only_shows(node: ast.stmt, is_own: Callable[[ast.expr], bool]) -> bool:
    """Whether a statement prints, plots or says something, and neither works anything out nor changes a list.

    Args:
        node: the statement.
        is_own: whether what is called is a function or object of the script.
    """
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=name))):
            return name not in CHANGING and not is_own(owner)
        case ast.Expr(value=ast.Call(func=func)):
            return not is_own(func)
        case ast.Expr() | ast.Pass() | ast.Continue() | ast.Break() | ast.Assert():
            return True
        case ast.If(body=body, orelse=orelse):
            return all(only_shows(each, is_own) for each in (*body, *orelse))
        case _:
            return False


def class_of(
    node: ast.ClassDef,
    known: Callable[[str], CodeValue | None],
    value_of: Callable[[str, ast.expr], CodeValue | UnreadError],
) -> Class:
    """A class of the script's own.

    Args:
        node: its syntax.
        known: what a name means where the class stands.
        value_of: what an expression gives that a name of the class is assigned.
    """
    functions: dict[str, OwnFunction] = {}
    values: dict[str, CodeValue] = {}
    is_open = False
    for base in node.bases:
        above = known(base.id) if isinstance(base, ast.Name) else None
        if isinstance(above, Class):
            functions |= above.functions
            values |= above.values
        is_open |= above.open if isinstance(above, Class) else _name(base) not in _PLAIN
    above_all = dict(functions)
    if {"dataclass", "NamedTuple"} & {*map(_name, node.decorator_list), *map(_name, node.bases)}:
        functions["__init__"] = _beginning(node)
    for each in node.body:
        if isinstance(each, ast.FunctionDef):
            function = function_of(each)
            static = "staticmethod" in map(_name, each.decorator_list)
            functions[each.name] = msgspec.structs.replace(function, static=static, above=above_all)
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            found = value_of(each.targets[0].id, each.value)
            if not isinstance(found, UnreadError):
                values[each.targets[0].id] = found
    return Class(node.name, functions, is_open, values)


def counts_itself(body: Sequence[ast.stmt]) -> bool:
    """Whether each turn of a loop does something else though nothing uses its counter.

    It steps what it takes entries by, or makes one object of a list after the other.
    """
    match body:
        case [ast.Expr(ast.Call(func=ast.Attribute(attr="append"), args=[ast.Call(func=ast.Name(id=name))]))]:
            return name[:1].isupper()
    stepped = {
        each.target.id
        for each in body
        if isinstance(each, ast.AugAssign)
        and isinstance(each.target, ast.Name)
        and isinstance(each.value, ast.Constant)
    }
    taken = (each.slice for statement in body for each in ast.walk(statement) if isinstance(each, ast.Subscript))
    return any(isinstance(each, ast.Name) and each.id in stepped for index in taken for each in ast.walk(index))


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return _name(func)
        case _:
            return ""


def _beginning(node: ast.ClassDef) -> OwnFunction:
    """What a dataclass does with its fields."""
    fields = list(_fields(node))
    defaults = tuple(value for _, value in fields if value is not None)
    names = tuple(name for name, _ in fields)
    assigned = (ast.parse(f"self.{name} = {name}").body[0] for name in names)
    return OwnFunction("__init__", ("self", *names), defaults, tuple(assigned))


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None]]:
    for each in node.body:
        match each:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=func, keywords=words)) if (
                _name(func) == "field"
            ):
                makes = next((word.value for word in words if word.arg == "default_factory"), None)
                yield name, None if makes is None else ast.Call(makes, [], [])
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield name, value


def parted(code: str) -> tuple[str, str]:
    """A statement as what is assigned to and what is assigned; one that is no assignment as it is."""
    target, equals, value = code.partition(" = ")
    return (target, value) if equals else ("code", code)


def digits_of(value: ast.expr) -> int | None:
    """To how many decimals a value is rounded; None where it is not."""
    match value:
        case ast.Call(
            func=ast.Name(id="round") | ast.Attribute(attr="round" | "around"),
            args=[*_, ast.Constant(value=int() as digits)],
        ):
            return digits
        case _:
            return None


def names_in(value: ast.expr) -> Iterator[ast.expr]:
    """The names and entries in an expression."""
    return (node for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript))


def numbers_in(text: str) -> list[str]:
    """The numbers that a cell shows."""
    plain_text = re.sub(r"np\.(?:float|int)\d+\(([^)]*)\)|array|dtype=\w+", r"\1", text)
    found = re.findall(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", plain_text)
    return [number.rstrip(".") for number in found if read_number(number) is not None]


def shown_in(values: Iterable[ast.expr], entries_of: Callable[[ast.expr], list[str]]) -> Iterator[str]:
    """The quantities that printed values are, one after the other; an empty one for each number in their words.

    Args:
        values: what is printed.
        entries_of: the quantities that a value is.
    """
    for value in values:
        match value:
            case ast.Constant(value=str() as text):
                yield from [""] * len(numbers_in(text))
            case ast.JoinedStr(values=parts):
                yield from shown_in(parts, entries_of)
            case ast.FormattedValue(value=inner):
                yield from entries_of(inner)
            case ast.BinOp(left=ast.Constant(value=str() as pattern), op=ast.Mod(), right=right):
                inside = right.elts if isinstance(right, ast.Tuple) else [right]
                yield from _filled_in(re.split(r"%[-+ 0#]*\d*(?:\.\d+)?[a-z]", pattern), inside, entries_of)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as pattern), attr="format"), args=inside):
                yield from _filled_in(re.split(r"\{[^{}]*\}", pattern), inside, entries_of)
            case _:
                yield from entries_of(value)


def _filled_in(
    words: Sequence[str], values: Sequence[ast.expr], entries_of: Callable[[ast.expr], list[str]]
) -> Iterator[str]:
    for place, text in enumerate(words):
        yield from [""] * len(numbers_in(text))
        if place < len(values):
            yield from shown_in([values[place]], entries_of)
