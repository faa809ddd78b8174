"""Which case of a definition by cases holds, in words."""

from __future__ import annotations

from decimal import Decimal

from derive.calculus.solution import Worked
from derive.document.blocks import Content, Inline
from derive.document.words.phrasing import (
    OPPOSITES,
    ORDER,
    RELATIONS,
    SENTENCES,
    equal,
    listed,
    live,
    say,
    sentence,
    value_sign,
)
from derive.expression.tree import Cases, Expr, Name, Number, names
from derive.numbers.arithmetic import Arithmetic


def case_remark(solution: Worked, name: str, expr: Expr) -> Content:
    """The sentence that says which case of a quantity's formula holds, and why; empty where there are no cases.

    Only a formula that is by cases as a whole is spoken of.
    """
    return say(live("case", name, content=_remark(solution, expr))) if isinstance(expr, Cases) else ()


def _remark(solution: Worked, expr: Cases) -> Content:
    carried = {name: solution.values[name].carried for name in names(expr)}
    arithmetic = Arithmetic()
    tests = [test for _, test in expr.branches]
    holding = next((index for index, test in enumerate(tests) if arithmetic.holds(test, carried)), None)
    which = "last" if holding is None else ORDER[holding] if holding < len(ORDER) else f"{holding + 1}th"
    # Why none of the cases before holds belongs to the reason.
    parts: list[Content] = []
    for index, test in enumerate(tests if holding is None else tests[: holding + 1]):
        same = index > 0 and tests[index - 1].left == test.left
        parts.append(
            sentence(
                SENTENCES["second test" if same else "test"],
                left=_with_value(solution, test.left, arithmetic),
                relation=(RELATIONS if index == holding else OPPOSITES)[test.relation],
                right=test.right
                if same and tests[index - 1].right == test.right
                else _with_value(solution, test.right, arithmetic),
            )
        )
    return sentence(SENTENCES["case"], tests=listed(parts), which=which)


def _with_value(solution: Worked, expr: Expr, arithmetic: Arithmetic) -> Inline | Content:
    """A side of a comparison, with its value where it is not a number already."""
    if isinstance(expr, Number):
        return say(expr)
    if isinstance(expr, Name):
        value = solution.values[expr.name]
        return equal(expr, (value_sign(value), Number(value.shown)))
    result = arithmetic.evaluate(expr, {name: solution.values[name].carried for name in names(expr)})
    shown = solution.policy.shown(result.value, exact=result.exact)
    exact = result.exact and Decimal(shown) == result.value
    return equal(expr, ("=" if exact else "≈", Number(shown)))
