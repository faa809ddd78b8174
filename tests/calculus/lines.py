"""Checks every printed line of a worked value, from its plain text alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

import mpmath

from derive.calculus.solution import Worked
from derive.calculus.working import Working
from derive.expression.plain import plain
from derive.expression.tree import Expr
from tests.calculus.oracle import HAIR, Policy, extreme, hair_from_tie, loss, rounded, same, terminating, written
from tests.expression.reading import PRECISIONS, Computed, evaluate, fraction, holds, sees, settled, syntax, worth

#: No ``9 * -0.05``, no ``- -0.5``: a negative number is bracketed after an operator.
NAKED_MINUS = re.compile(r"[-+*/] *-")


def workings(solution: Worked) -> Iterator[tuple[str, Expr, Working]]:
    """Every worked quantity of a solution: name, formula, lines."""
    for name, definition in solution.model.graph.definitions.items():
        yield name, definition.expr, solution.forward(name)
    for step in solution.steps:
        yield step.target, step.result, solution.working(step)


def truth(solution: Worked) -> dict[str, Computed]:
    """Every quantity at full precision, worked out from the plain text of the formulas.

    That the formulas are the right ones is tested elsewhere, against numeric derivatives.
    """
    formulas = [(name, plain(definition.expr)) for name, definition in solution.model.graph.definitions.items()]
    formulas += [(step.target, plain(step.result)) for step in solution.steps]
    parsed = []
    known = list(solution.model.graph.given)
    for name, text in formulas:
        parsed.append((name, *syntax(text, known)))
        known.append(name)
    given: dict[str, Computed] = {name: Fraction(value) for name, value in solution.model.graph.given.items()}

    def everything() -> dict[str, Computed]:
        values = dict(given)
        for name, tree, meaning in parsed:
            values[name] = evaluate(tree, {identifier: values[meant] for identifier, meant in meaning.items()})
        return values

    return settle_all(everything)


def settle_all(compute: Callable[[], dict[str, Computed]]) -> dict[str, Computed]:
    """Like ``settled``, for many values at once."""
    before: dict[str, Computed] | None = None
    now: dict[str, Computed] = {}
    for precision in PRECISIONS:
        try:
            with mpmath.workdps(precision):
                now = compute()
        except (ZeroDivisionError, ValueError):
            continue  # 1 - O of a saturated output is 0 as far as these digits go
        if before is not None and all(
            isinstance(value, Fraction) or (sees(value, precision) and same(before[name], value, 40))
            for name, value in now.items()
        ):
            return now
        before = now
    assert before is not None, "no precision is enough"
    # What is still unsettled is 0 as far as anybody can tell.
    return {
        name: value if isinstance(value, Fraction) or same(before[name], value, 30) else Fraction(0)
        for name, value in now.items()
    }


class Checker:
    """Checks the lines of one solution; ``complaints`` collects what is wrong."""

    def __init__(self, solution: Worked, policy: Policy) -> None:
        self.solution, self.policy = solution, policy
        self.complaints: list[str] = []
        #: What is not false but could be said better: ≈ between a formula and the very numbers that it is worked out
        #: from; idle zeros of a value that ends though thirds lead to it.
        self.weak: list[str] = []
        network = solution.file.network
        self.thirds = network.cost == "mean_squared_error" and len(network.targets) == 3
        self.truth = truth(solution)
        self.shown: dict[str, Computed] = {name: Fraction(value.shown) for name, value in solution.values.items()}

    def extreme(self, digits: int) -> bool:
        """Whether a value is beyond 10 to the power of ± so many digits, or what is missing to it is beyond them."""
        if any(extreme(value, digits) for value in self.truth.values()):
            return True
        printed = " ".join(plain(working.substituted) for _, _, working in workings(self.solution))
        return any(int(exponent) > PRECISIONS[1] for exponent in re.findall(r"[-+] \d[\d.]*e-(\d+)", printed))

    def all(self) -> list[str]:
        """Every complaint about the solution."""
        for name, formula, working in workings(self.solution):
            self.value(name, plain(formula))
            self.lines(name, plain(formula if working.instead is None else working.instead), working)
        return self.complaints

    def complain(self, name: str, text: str) -> None:
        self.complaints.append(f"{name}: {text}")

    def value(self, name: str, formula: str) -> None:
        """The printed value, the exact one, and what is said to be lost."""
        value, true = self.solution.values[name], self.truth[name]
        result = settled(lambda: worth(formula, self.shown)) if self.policy.each_step else true
        exact = terminating(true) and terminating(result) and true == result
        expected = written(fraction(result), self.policy, exact=exact)
        if self.thirds and Fraction(value.shown) == Fraction(expected) != 0 and value.shown != expected:
            self.weak.append(f"{name}: shown {value.shown}, not {expected}")
        elif value.shown != expected and not hair_from_tie(result, self.policy):
            self.complain(name, f"shown {value.shown}, not {expected}")
        if not same(Fraction(value.exact.value), true, 25):
            self.complain(name, f"exact {value.exact.value}, not {float(fraction(true))}")
        if value.exact.exact and true != Fraction(value.exact.value):
            self.complain(name, f"{value.exact.value} is said to be exact")
        if value.loss != loss(fraction(true), value.shown, self.policy):
            self.complain(name, f"loss {value.loss} of {float(fraction(true))} shown as {value.shown}")

    def lines(self, name: str, formula: str, working: Working) -> None:
        """Every line of a working."""
        texts = [plain(side) for _, side in working.lines]
        whole = f"{formula} {' '.join(f'{sign} {text}' for (sign, _), text in zip(working.lines, texts, strict=True))}"
        for text in texts:
            if NAKED_MINUS.search(text):
                self.complain(name, f"a minus without brackets: {whole}")
        if Fraction(texts[-1]) != self.shown[name] or (
            len(texts) > 1 and texts[-1] != self.solution.values[name].shown
        ):
            self.complain(name, f"does not end in {self.solution.values[name].shown}: {whole}")
        sides: list[Computed | None] = []
        for text in texts:
            try:
                sides.append(settled(lambda text=text: worth(text)))
            except (ValueError, ZeroDivisionError):
                sides.append(None)
                self.complain(name, f"{text} cannot be worked out: {whole}")
        for side, text in zip(sides, texts, strict=True):
            given = side is None or self.shown[name] in (fraction(side), rounded(fraction(side), self.policy))
            if not given and not hair_from_tie(self.truth[name], self.policy):
                self.complain(name, f"{text} does not give {self.shown[name]}: {whole}")
        for left, (sign, _), right in zip(sides, working.lines[1:], sides[1:], strict=False):
            if left is not None and right is not None:
                equal = isinstance(left, Fraction) and left == right
                if sign != ("=" if equal else "≈"):
                    self.complain(name, f"the sign {sign} is wrong: {whole}")
        self.numbers_put_in(name, formula, working, whole)

    def numbers_put_in(self, name: str, formula: str, working: Working, whole: str) -> None:
        """The numbers under the names, and the sign in front of them."""
        tree, meaning = syntax(formula, self.solution.values)
        decide = self.shown if self.policy.each_step else self.truth
        values = {identifier: decide[meant] for identifier, meant in meaning.items()}
        pairs = list(_pairs(tree, syntax(plain(working.substituted))[0], values))
        faithful = True
        for identifier, node in pairs:
            if identifier is None:
                self.complain(name, f"the numbers do not fit the formula: {whole}")
                return
            quantity = meaning[identifier]
            number = evaluate(node, {})
            assert isinstance(number, Fraction)
            if number != self.truth[quantity]:
                faithful = False
            if self.policy.each_step or quantity in self.solution.model.graph.given:
                if number != self.shown[quantity]:
                    self.complain(name, f"{quantity} is put in as {number}: {whole}")
            elif not _is_rounding(node, fraction(self.truth[quantity])):
                self.complain(name, f"{quantity} is put in as {number}, no rounding of it: {whole}")
        sign = working.lines[0][0]
        expected = "=" if self.policy.each_step or faithful else "≈"
        if sign != expected:
            (self.complaints if sign == "=" else self.weak).append(f"{name}: the first sign is {sign}: {whole}")


def _is_rounding(node: ast.expr, true: Fraction) -> bool:
    """Whether a number, or one and what is missing to it, is its true value to as many digits as are written."""
    match node:
        case ast.Constant(value=number, kind=text):
            last = Fraction(10) ** int(Decimal(text).as_tuple().exponent)
            return 2 * abs(number - true) * (1 - HAIR) <= last
        case ast.UnaryOp(operand=operand):
            return _is_rounding(operand, -true)
        case ast.BinOp(left=ast.Constant(value=near), op=op, right=missing):
            return _is_rounding(missing, near - true if isinstance(op, ast.Sub) else true - near)
        case _:
            return False


def _pairs(
    formula: ast.expr, filled: ast.expr, values: Mapping[str, Computed]
) -> Iterator[tuple[str | None, ast.expr]]:
    """The names of a formula with the numbers that stand in their place; (None, …) where the two differ."""
    match formula, filled:
        case ast.IfExp(test=test, body=body, orelse=otherwise), _ if not isinstance(filled, ast.IfExp):
            yield from _pairs(body if holds(test, values) else otherwise, filled, values)
        case ast.Name(id=identifier), _ if identifier in values:
            yield identifier, filled
        case ast.UnaryOp(op=ast.USub(), operand=one), ast.Constant(value=0):  # no minus stands before a 0
            yield from _pairs(one, filled, values)
        case ast.UnaryOp(operand=one), ast.UnaryOp(operand=other):
            yield from _pairs(one, other, values)
        case ast.BinOp(left=a, op=op, right=b), ast.BinOp(left=c, op=other, right=d) if type(op) is type(other):
            yield from _pairs(a, c, values)
            yield from _pairs(b, d, values)
        case ast.Call(args=ones), ast.Call(args=others) if len(ones) == len(others):
            for one, other in zip(ones, others, strict=True):
                yield from _pairs(one, other, values)
        case ast.Constant(value=one), ast.Constant(value=other) if one == other:
            return
        case ast.Name(id="pi"), ast.Name(id="pi"):
            return
        case _:
            yield None, filled
