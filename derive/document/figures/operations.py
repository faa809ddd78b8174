"""A model taken apart into operations: what each makes of which numbers, and how what comes back goes on.

Every operation of every formula is one: ``+``, ``·``, ``exp``, ``max``, ``1/x``. Numbers that stand in a formula belong
to the operation (``+1``). In a coarser graph each definition is one operation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from derive.calculus.local import derivative_of_terms, local_derivative, terms_by_name
from derive.calculus.solution import Worked
from derive.catalogue.activations import ACTIVATIONS
from derive.document.words.phrasing import spoken
from derive.expression.functions import FUNCTIONS
from derive.expression.plain import plain
from derive.expression.tree import (
    ONE,
    Call,
    Cases,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    names,
    product_of,
    substitute,
    sum_of,
)
from derive.model.graph import Definition
from derive.model.references import derivative_name
from derive.model.symbols import Symbol

#: Operations that have a sign of their own, drawn in a circle; all others stand in a box.
OperationSign = Literal["+", "−", "·", "÷", "="]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: What the argument is called in a box, unless a quantity begins with that letter, or an index is called so.
_LETTERS = "xutvsr"


class Operation(msgspec.Struct, frozen=True):
    """An operation, or a number that comes in.

    Attributes:
        name: the quantity that it makes, or that comes in; "" for an intermediate result.
        value: what it makes, over quantities: its name where it has one.
        operands: the operations that make what it takes, in the order of the formula; nothing for what comes in.
        slopes: for each of these, the derivative of what it makes, over quantities.
        face: what stands in it.
        words: what it makes, as a phrase with ``{}`` for each operand.
        ordered: whether it matters which operand comes first.
        letter: what stands for the operand in it; "" where nothing does.
    """

    name: str
    value: Expr
    operands: tuple[int, ...] = ()
    slopes: tuple[Expr, ...] = ()
    face: OperationSign | str | Name = ""
    words: str = "{}"
    ordered: bool = False
    letter: str = ""


def operations(solution: Worked, result: str, most: int) -> tuple[Operation, ...] | None:
    """Every operation that a result is worked out with, each after its operands; None where there are more than most.

    Args:
        solution: the worked model.
        result: what is worked out.
        most: how many operations there may be.

    Raises:
        FormulaError: an operation has a derivative that cannot be written.
    """
    return _Reader(solution, most).graph(result)


def definitions(solution: Worked, drawn: Collection[str], most: int) -> tuple[Operation, ...] | None:
    """The same with one operation for each of some definitions; what they need of the others comes in.

    Args:
        solution: the worked model.
        drawn: the definitions, the result among them; all lead to the result, by way of each other.
        most: how many wires there may be.
    """
    graph = solution.model.graph
    if sum(len(graph.arguments[name]) for name in drawn) > most:
        return None
    found: list[Operation] = []
    place: dict[str, int] = {}
    for name, definition in graph.definitions.items():
        if name not in drawn:
            continue
        arguments = graph.arguments[name]
        for argument in arguments:
            if argument not in place:
                place[argument] = len(found)
                found.append(Operation(argument, Name(argument)))
        place[name] = len(found)
        if not arguments:  # a number, which comes in
            found.append(Operation(name, Name(name)))
            continue
        slopes = tuple(local_derivative(definition, argument).shown for argument in arguments)
        words = "what its equation makes of " + _listed(["{}"] * len(arguments))
        operands = tuple(place[argument] for argument in arguments)
        found.append(Operation(name, Name(name), operands, slopes, Name(name), words))
    return tuple(found)


def gradients(
    solution: Worked, result: str, graph: Sequence[Operation]
) -> tuple[list[Expr | None], dict[tuple[int, int], Expr]]:
    """The derivative of a result with respect to what each operation makes, and what each of its uses contributes.

    Returns:
        By operation the derivative, over quantities, or None where none is asked for; by an operation and the place of
        an operand, what comes back on that way.
    """
    model, values = solution.model, solution.values
    differentiated = result in model.graph.results
    # What the result is written with has a local derivative, whether its own is asked for or not.
    sought = model.graph.leads_to(model.wanted) | {step.variable for step in solution.steps if step.of == result}
    whole: list[Expr | None] = [None] * len(graph)
    asked = [False] * len(graph)
    for index, operation in enumerate(graph):
        known = derivative_name(result, operation.name)
        if operation.name:
            asked[index] = differentiated and (
                operation.name == result or (operation.name in sought and known in values)
            )
            whole[index] = None if not asked[index] else ONE if operation.name == result else Name(known)
        else:
            asked[index] = any(asked[operand] for operand in operation.operands)
    parts: dict[tuple[int, int], Expr] = {}
    for index in reversed(range(len(graph))):
        outer = whole[index]
        for place, (operand, slope) in enumerate(zip(graph[index].operands, graph[index].slopes, strict=True)):
            if outer is None or not asked[operand]:
                continue
            part = parts[index, place] = product_of((outer, slope))
            if not graph[operand].name:  # an intermediate result is used once
                whole[operand] = part
    return whole, parts


class _TooManyError(Exception):
    """There are more operations than can be read."""


class _Reader:
    """Takes formulas apart."""

    def __init__(self, solution: Worked, most: int) -> None:
        self.model, self.most = solution.model, most
        self.found: list[Operation] = []
        self.place: dict[str, int] = {}
        self.count = 0
        symbols = (solution.model.symbols[name] for name in solution.model.quantities)
        taken = {symbol.base for symbol in symbols if isinstance(symbol, Symbol)} | set(solution.file.index)
        self.letter = next((letter for letter in _LETTERS if letter not in taken), "□")

    def graph(self, result: str) -> tuple[Operation, ...] | None:
        graph = self.model.graph
        reaching = graph.reaching(result)
        try:
            for name, definition in graph.definitions.items():
                if name in reaching:
                    self.place[name] = self.define(definition)
        except _TooManyError:
            return None
        return tuple(self.found)

    def define(self, definition: Definition) -> int:
        expr = definition.expr
        while isinstance(expr, Group):
            expr = expr.body
        if not names(expr):  # a number, which comes in
            index = len(self.found)
            self.found.append(Operation("", expr))
        elif definition.applies in ACTIVATIONS:
            index = self.applied(definition)
        else:
            index = self.read(expr)
        if self.found[index].name:  # nothing but another quantity
            index = self.add(_P, (index,), "=", "{}")
        self.found[index] = msgspec.structs.replace(
            self.found[index], name=definition.name, value=Name(definition.name)
        )
        return index

    def applied(self, definition: Definition) -> int:
        """A function of the catalogue is one operation."""
        found, word = names(definition.expr), definition.applies.replace("_", " ")
        operands = tuple(self.read(Name(name)) for name in found)
        slopes = tuple(local_derivative(definition, name).shown for name in found)
        words = f"what {word} makes of " + _listed(["{}"] * len(found))
        return self.note(Operation("", definition.expr, operands, slopes, word, words))

    def read(self, expr: Expr) -> int:
        """The operation that makes an expression, after those that make its operands."""
        match expr:
            case Name(name):
                if name not in self.place:
                    self.place[name] = len(self.found)
                    self.found.append(Operation(name, expr))
                return self.place[name]
            case Group(body):
                return self.read(body)
            case Sum(terms):
                return self.sum(terms)
            case Negative(operand):
                return self.unary(operand, Negative(_P), f"−{self.letter}", "the negative of {}")
            case Product(factors):
                return self.product(factors)
            case Quotient(over, under):
                return self.quotient(over, under)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Call(function, arguments):
                return self.call(function, arguments)
            case Cases():
                return self.cases(expr)
            case _:
                raise AssertionError(f"no operation makes {type(expr).__name__}")

    def add(
        self,
        shape: Expr,
        operands: tuple[int, ...],
        face: OperationSign | str,
        words: str,
        *,
        fixed: Expr = ONE,
        ordered: bool = False,
    ) -> int:
        """Note an operation; its ``shape`` is over the names 0, 1 … for its operands, and c for a ``fixed`` number."""
        inner = {str(place): self.found[operand].value for place, operand in enumerate(operands)}
        replaced, found = {**inner, _C.name: fixed}, terms_by_name(shape)
        slopes = tuple(substitute(derivative_of_terms(found[place], place), replaced) for place in inner)
        value = substitute(shape, replaced)
        return self.note(Operation("", value, operands, slopes, face, words, ordered))

    def note(self, operation: Operation) -> int:
        self.count += 1
        if self.count > self.most:
            raise _TooManyError
        alone = re.compile(rf"(?<![A-Za-z]){self.letter}(?![A-Za-z])")
        if isinstance(operation.face, str) and alone.search(operation.face):
            operation = msgspec.structs.replace(operation, letter=self.letter)
        self.found.append(operation)
        return len(self.found) - 1

    def unary(self, operand: Expr, shape: Expr, face: str, words: str) -> int:
        return self.add(shape, (self.read(operand),), face, words)

    def sum(self, terms: Sequence[Expr]) -> int:
        fixed = tuple(term for term in terms if not names(term))
        signed = [(t.operand, -1) if isinstance(t, Negative) else (t, 1) for t in terms if names(t)]
        if fixed and len(signed) > 1:
            return self.plus(self.sum([term for term in terms if names(term)]), 1, fixed)
        if fixed:
            ((operand, sign),) = signed
            return self.plus(self.read(operand), sign, fixed)
        if len(signed) == 1:
            operand, sign = signed[0]
            return self.read(operand if sign > 0 else Negative(operand))
        if sorted(sign for _, sign in signed) == [-1, 1]:
            (first, _), (second, _) = sorted(signed, key=lambda part: -part[1])
            shape = Sum((_P, Negative(_Q)))
            return self.add(shape, (self.read(first), self.read(second)), "−", "{} minus {}", ordered=True)
        if all(sign < 0 for _, sign in signed):
            return self.read(Negative(Sum(tuple(operand for operand, _ in signed))))
        operands = tuple(self.read(operand if sign > 0 else Negative(operand)) for operand, sign in signed)
        places = range(len(operands))
        return self.add(Sum(_names(places)), operands, "+", "the sum of " + _listed(["{}" for _ in places]))

    def plus(self, operand: int, sign: int, fixed: tuple[Expr, ...]) -> int:
        """An operand and a number, added."""
        number = sum_of(fixed)
        if sign < 0:
            shape, face = Sum((*fixed, Negative(_P))), f"{_plain(number)} − {self.letter}"
            return self.add(shape, (operand,), face, f"{_said(number)} minus {{}}")
        shape = Sum((_P, *fixed))
        if isinstance(number, Negative):
            return self.add(shape, (operand,), f"−{_bracketed(number.operand)}", f"{{}} minus {_said(number.operand)}")
        return self.add(shape, (operand,), f"+{_bracketed(number)}", f"the sum of {{}} and {_said(number)}")

    def product(self, factors: Sequence[Expr]) -> int:
        fixed = tuple(factor for factor in factors if not names(factor))
        varied = [factor for factor in factors if names(factor)]
        if len(varied) == 1:
            inner = self.read(varied[0])
        else:
            operands = tuple(map(self.read, varied))
            shape = Product(_names(range(len(operands))))
            inner = self.add(shape, operands, "·", "the product of " + _listed(["{}"] * len(operands)))
        if not fixed:
            return inner
        number = product_of(fixed)
        if isinstance(number, Quotient) and number.numerator == ONE:
            return self.divided(inner, number.denominator)
        face, words = f"×{_bracketed(number)}", f"{{}} times {_said(number)}"
        return self.add(Product((_C, _P)), (inner,), face, words, fixed=number)

    def quotient(self, over: Expr, under: Expr) -> int:
        if not names(under):
            return self.divided(self.read(over), under)
        if not names(over):
            face, words = f"{_bracketed(over)}/{self.letter}", f"{_said(over)} divided by {{}}"
            return self.add(Quotient(_C, _P), (self.read(under),), face, words, fixed=over)
        operands = self.read(over), self.read(under)
        return self.add(Quotient(_P, _Q), operands, "÷", "{} divided by {}", ordered=True)

    def divided(self, operand: int, number: Expr) -> int:
        face, words = f"/{_bracketed(number)}", f"{{}} divided by {_said(number)}"
        return self.add(Quotient(_P, _C), (operand,), face, words, fixed=number)

    def power(self, base: Expr, exponent: Expr) -> int:
        if not names(exponent):
            text = plain(exponent)
            short = text.removeprefix("-").isdigit()
            face = self.letter + (text.translate(_SUPERSCRIPTS) if short else f"^{_plain(exponent)}")
            return self.unary(base, Power(_P, exponent), face, f"{{}} to the power {_said(exponent)}")
        if not names(base):
            face, words = f"{_plain(base)}^{self.letter}", f"{_said(base)} to the power {{}}"
            return self.unary(exponent, Power(base, _P), face, words)
        operands = self.read(base), self.read(exponent)
        return self.add(Power(_P, _Q), operands, "power", "{} to the power {}", ordered=True)

    def call(self, function: str, arguments: Sequence[Expr]) -> int:
        row = FUNCTIONS[function]
        face = row.word or function
        varied = [argument for argument in arguments if names(argument)]
        words = row.said(tuple("{}" if names(argument) else _said(argument) for argument in arguments))
        places = iter(_names(range(len(varied))))
        shape = Call(function, tuple(next(places) if names(argument) else argument for argument in arguments))
        if len(varied) < len(arguments):
            letter = self.letter if len(varied) == 1 else "…"
            inside = dict.fromkeys(letter if names(argument) else _plain(argument) for argument in arguments)
            face = f"{face}({', '.join(inside)})"
        return self.add(shape, tuple(map(self.read, varied)), face, words)

    def cases(self, expr: Cases) -> int:
        """A definition by cases is one operation on all that it names."""
        found = names(expr)
        shape = substitute(expr, {name: Name(str(place)) for place, name in enumerate(found)})
        words = "what a formula by cases makes of " + _listed(["{}"] * len(found))
        return self.add(shape, tuple(self.read(Name(name)) for name in found), "cases", words)


_P, _Q, _C = Name("0"), Name("1"), Name("c")


def _names(places: Sequence[int]) -> tuple[Expr, ...]:
    return tuple(Name(str(place)) for place in places)


def _plain(expr: Expr) -> str:
    return plain(expr).replace("-", "−")


def _bracketed(expr: Expr) -> str:
    return _plain(expr) if isinstance(expr, Number | Call) and not _plain(expr).startswith("−") else f"({_plain(expr)})"


def _said(expr: Expr) -> str:
    return spoken(expr.text) if isinstance(expr, Number) else _plain(expr)


def _listed(parts: Sequence[str]) -> str:
    """Words as a list: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
