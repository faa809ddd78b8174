"""What single statements of a script do, by their syntax alone."""

from __future__ import annotations

import ast
from functools import lru_cache

from derive.auditing.code.code_values import Function


def function_of(node: ast.FunctionDef) -> Function:
    """A function of the script's own; one with any number of arguments gives nothing."""
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        return Function(node.name, (), (), (ast.Return(ast.Constant(None)),))
    parameters = tuple(arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
    defaults = (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None))
    return Function(node.name, parameters, tuple(defaults), tuple(node.body))


@lru_cache(10_000)
def gone_on_with(node: ast.stmt) -> frozenset[str]:
    """What is changed in a statement by ``+=`` and its like, whole or in some of its entries."""
    targets = [each.target for each in ast.walk(node) if isinstance(each, ast.AugAssign)]
    entries = [target.value for target in targets if isinstance(target, ast.Subscript)]
    return frozenset(ast.unparse(each) for each in (*targets, *entries))


@lru_cache(10_000)
def parsed_name(name: str) -> ast.expr:
    """A name, attribute or entry that is written out.

    Raises:
        SyntaxError: it is none.
    """
    return ast.parse(name, mode="eval").body


def loaded(target: ast.expr) -> ast.expr:
    """What is assigned to, as it is read."""
    return ast.parse(ast.unparse(target), mode="eval").body


def only_shows(node: ast.stmt) -> bool:
    """Whether a statement prints, plots or keeps something, and works nothing out."""
    match node:
        case ast.Expr() | ast.Pass() | ast.Continue() | ast.Break():
            return True
        case ast.If(body=body, orelse=orelse):
            return all(map(only_shows, (*body, *orelse)))
        case _:
            return False
