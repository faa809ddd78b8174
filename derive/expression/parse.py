"""From a formula in a file to an expression tree. Nothing is executed.

Python's own parser reads the text (``ast.parse`` only parses), and a whitelist of node types is turned into our tree.
``sympify`` and ``parse_expr`` are not used anywhere: they evaluate the text as Python.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from derive.errors import FormulaError, nearest
from derive.expression import literals
from derive.expression.floats import NO_VALUE, quick
from derive.expression.functions import ALIASES, CONSTANTS, FUNCTIONS, INTERNAL, Function
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    children,
    names,
    negative_of,
)

#: The deepest nesting of brackets and operators that is read.
MAX_DEPTH: Final = 40
#: The largest constant power, up or down; powers of powers multiply.
MAX_POWER: Final = 100

_RELATIONS: Final[dict[type[ast.cmpop], Relation]] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}

_FORM = "a formula of numbers, names, + - * / ** and the functions " + ", ".join(FUNCTIONS)

_REFUSED: Final[dict[type[ast.AST], str]] = {
    ast.Attribute: "an attribute (a dot after a name)",
    ast.Subscript: "an index (square brackets)",
    ast.Lambda: "a lambda",
    ast.BoolOp: "and/or",
    ast.List: "a list",
    ast.Tuple: "a comma outside a function",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.ListComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.JoinedStr: "a string",
    ast.NamedExpr: "an assignment",
    ast.Starred: "a star before a name",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
}


def parse(
    text: str,
    variables: Collection[str],
    *,
    internal: bool = False,
    more: Mapping[str, Function] | None = None,
    limits: literals.Limits = literals.GIVEN,
) -> Expr:
    """Read a formula.

    Args:
        text: the formula, as in ``z/(1 + exp(-z))``; conditions as in ``z if z > 0 else 0``.
        variables: the names that may occur in it.
        internal: whether it comes from the catalogue, whose stable formulas may call functions that no file may.
        more: further functions that may be called, for the caller to replace.
        limits: how long it may be, and the numbers in it.

    Returns:
        The tree, in the order that the formula is written in.

    Raises:
        FormulaError: the text is no formula of the permitted kind, or it is over a limit.
    """
    if len(text) > limits.formula:
        raise FormulaError(f"a formula of {len(text)} characters", f"at most {limits.formula}")
    source = text.strip()
    if not source:
        raise FormulaError("an empty formula", _FORM)
    if not source.isascii():
        strange = next(character for character in source if not character.isascii())
        raise FormulaError(f'the character "{strange}"', _FORM)
    if "#" in source:  # Python's parser would read on as if nothing stood there
        raise FormulaError('a comment ("#")', _FORM)
    if "\n" in source or "\r" in source or "\0" in source:
        raise FormulaError("a formula over several lines", "one line")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `1if` is a SyntaxWarning of Python's, no concern of the user's
            body = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        hint = "write ** for a power" if "^" in source else ""
        raise FormulaError(f'"{_shortened(source)}", which cannot be read', _FORM, hint) from None
    functions = {**FUNCTIONS, **(INTERNAL if internal else {}), **(more or {})}
    tree = _Reader(source, frozenset(variables), functions, limits).read(body, 0)
    bound_powers(tree)
    return tree


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


class _Reader:
    """Turns nodes of Python's syntax tree into ours, and refuses all others."""

    def __init__(
        self, source: str, variables: frozenset[str], functions: Mapping[str, Function], limits: literals.Limits
    ) -> None:
        self.source = source
        self.variables = variables
        self.functions = functions
        self.limits = limits

    def read(self, node: ast.expr, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise FormulaError(f"brackets or operators nested more than {MAX_DEPTH} deep", "a flatter formula")
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return negative_of(self.read(operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.BinOp(op=ast.BitXor()):
                raise FormulaError('"^"', "a power written **", "write ** for a power")
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult()):
                return self._chain(node, depth)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                over, under = self.read(left, depth + 1), self.read(right, depth + 1)
                return (
                    negative_of(Quotient(over.operand, under)) if isinstance(over, Negative) else Quotient(over, under)
                )
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return Power(self.read(left, depth + 1), self.read(right, depth + 1))
            case ast.Subscript(value=ast.Name(id=name)) if (entry := _entry(name, node.slice)) in self.variables:
                return Name(entry)
            case ast.Call():
                return self._call(node, depth)
            case ast.IfExp():
                return self._cases(node, depth)
            case ast.Compare():
                raise FormulaError("a comparison by itself", "it as a condition: z if z > 0 else 0")
            case _:
                found = _REFUSED.get(type(node), f'"{_shortened(ast.get_source_segment(self.source, node) or "?")}"')
                raise FormulaError(found, _FORM)

    def _chain(self, node: ast.BinOp, depth: int) -> Expr:
        """A run of + and −, or of ·, along its left side: read in a loop, so that long sums are not deep."""
        if isinstance(node.op, ast.Mult):
            factors: list[Expr] = []
            left: ast.expr = node
            while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
                factors.append(self.read(left.right, depth + 1))
                left = left.left
            first = self.read(left, depth + 1)
            factors.append(first.operand if isinstance(first, Negative) else first)
            product = Product(tuple(reversed(factors)))
            return Negative(product) if isinstance(first, Negative) else product
        terms: list[Expr] = []
        left = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add | ast.Sub):
            term = self.read(left.right, depth + 1)
            terms.append(Negative(term) if isinstance(left.op, ast.Sub) else term)
            left = left.left
        terms.append(self.read(left, depth + 1))
        return Sum(tuple(reversed(terms)))

    def _number(self, node: ast.Constant) -> Expr:
        text = ast.get_source_segment(self.source, node) or ""
        if not literals.is_plain(text):
            raise FormulaError(f'"{_shortened(text)}"', "a plain decimal number")
        found = literals.fault_of(Decimal(text), self.limits)
        if found:
            raise FormulaError(found, self.limits.said)
        return Number(text)

    def _name(self, name: str) -> Expr:
        if name in self.variables:
            return Name(name)
        if name in CONSTANTS:
            return Call(name, ())
        known = [*self.variables, *CONSTANTS, *FUNCTIONS]
        if name in FUNCTIONS or name in ALIASES:
            raise FormulaError(f'the function "{name}" without brackets', f"{name}(…)")
        if name == "e":
            raise FormulaError('the name "e"', "e to a power written exp(…)")
        allowed = " and ".join(sorted(self.variables))
        raise FormulaError(f'the name "{_shortened(name)}"', f"the names {allowed} only", nearest(name, known))

    def _call(self, node: ast.Call, depth: int) -> Expr:
        if not isinstance(node.func, ast.Name):
            raise FormulaError("a call of something that is not a function's name", _FORM)
        name = ALIASES.get(node.func.id, node.func.id)
        if name not in self.functions:
            raise FormulaError(
                f'the function "{_shortened(name)}"', "one of " + ", ".join(FUNCTIONS), nearest(name, FUNCTIONS)
            )
        arity, takes_more = self.functions[name].arity, bool(self.functions[name].several)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise FormulaError(f"{name}(…) with a named or starred argument", "plain arguments")
        if len(node.args) != arity and not (takes_more and len(node.args) > arity):
            expected = "1 argument" if arity == 1 else f"{arity}{' or more' if takes_more else ''} arguments"
            plural = "" if len(node.args) == 1 else "s"
            raise FormulaError(f"{name}(…) with {len(node.args)} argument{plural}", expected)
        return Call(name, tuple(self.read(argument, depth + 1) for argument in node.args))

    def _cases(self, node: ast.IfExp, depth: int) -> Expr:
        test = node.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in _RELATIONS:
            raise FormulaError("a condition that is not one comparison", "a condition such as z > 0")
        condition = Condition(
            self.read(test.left, depth + 1), _RELATIONS[type(test.ops[0])], self.read(test.comparators[0], depth + 1)
        )
        value, otherwise = self.read(node.body, depth + 1), self.read(node.orelse, depth + 1)
        if isinstance(otherwise, Cases):
            return Cases(((value, condition), *otherwise.branches), otherwise.otherwise)
        return Cases(((value, condition),), otherwise)


def _entry(name: str, index: ast.expr) -> str:
    """The plain name of an array's entry, ``h[2,1]``; "" where the indices are no whole numbers."""
    places: list[str] = []
    for place in index.elts if isinstance(index, ast.Tuple) else (index,):
        match place:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                places.append(str(value))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if not isinstance(value, bool):
                places.append(str(-value))
            case _:
                return ""
    return f"{name}[{','.join(places)}]"


def bound_powers(expr: Expr, outer: int = 1) -> None:
    """Refuse powers that a computer could not work out: 9**9**9, ((z**100)**100)**100.

    Args:
        expr: the formula.
        outer: the power that all of it is raised to.

    Raises:
        FormulaError: there is such a power.
    """
    if isinstance(expr, Power):
        # First: what a constant is worked out with may be too large itself.
        bound_powers(expr.exponent)
        size = _constant_power(expr.exponent)
        if size is None:
            bound_powers(expr.base, outer)
            return
        if size * outer > MAX_POWER:
            found = "a power of too large a number" if size == math.inf else f"a power of {size * outer:g}"
            raise FormulaError(found, f"constant powers of at most {MAX_POWER}")
        bound_powers(expr.base, outer * max(1, math.ceil(size)))
        return
    for child in children(expr):
        bound_powers(child, outer)


def _constant_power(exponent: Expr) -> float | None:
    """The size of an exponent without names; None where it holds a name, or has no value."""
    if names(exponent):
        return None
    try:
        return abs(quick(exponent)({}))
    except OverflowError:
        return math.inf
    except NO_VALUE:
        return None
