"""The other derivatives that a page may have where several are tied for the largest or smallest.

The derivative follows one of them, and which one is a convention: here a number, else the first, elsewhere another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import msgspec

from derive.calculus.solution import Worked, solve
from derive.expression.plain import plain
from derive.expression.tree import Call, Expr, Name, Number, names, rebuild, walk
from derive.model.graph import Definition, Graph
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real
from derive.spec.phrases import listed

#: At most so many other choices are worked out.
_MOST: Final = 16


class Choice(msgspec.Struct, frozen=True):
    """Another of what is tied, which the derivative may follow.

    Attributes:
        says: which, as a sentence.
        values: every quantity where it does.
    """

    says: str
    values: Mapping[str, Real]


class _Tie(msgspec.Struct, frozen=True):
    """Where several are tied: by the definition and the extremum in it, what is tied, in order."""

    definition: Definition
    extremum: Call
    tied: tuple[Expr, ...]


#: What is followed where.
_Chosen = tuple[tuple[_Tie, Expr], ...]


def other_choices(solution: Worked) -> tuple[Choice, ...]:
    """What else the derivative may follow: each by itself, then everywhere the last."""
    ties = list(_ties(solution))
    chosen: list[_Chosen] = [((tie, other),) for tie in ties for other in tie.tied[1:]]
    if len(ties) > 1:
        chosen.append(tuple((tie, tie.tied[-1]) for tie in ties))
    return tuple(Choice(_says(each), _values(solution, each)) for each in islice(chosen, _MOST))


def _ties(solution: Worked) -> Iterator[_Tie]:
    graph = solution.model.graph
    arithmetic = Arithmetic()
    for name in dict.fromkeys(kink.name for kink in solution.kinks if kink.exact):
        definition = graph.definitions[name]
        if definition.applies:
            continue
        known = {each: solution.values[each].exact for each in names(definition.expr)}
        for node in walk(definition.expr):
            if isinstance(node, Call) and node.function in ("max", "min"):
                found = [arithmetic.evaluate(argument, known) for argument in node.arguments]
                best = arithmetic.call(node.function, found)
                tied = [
                    argument
                    for argument, value in zip(node.arguments, found, strict=True)
                    if not arithmetic.compare(best, value)
                ]
                tied.sort(key=lambda argument: bool(names(argument)))
                if len(tied) > 1:
                    yield _Tie(definition, node, tuple(tied))


def _says(chosen: _Chosen) -> str:
    ((tie, other), *more) = chosen
    if more:
        return "Right where the derivative follows the last of what is tied."
    return f"{listed(list(map(plain, tie.tied)), 'and')} are tied: right where the derivative follows {plain(other)}."


def _values(solution: Worked, chosen: _Chosen) -> Mapping[str, Real]:
    """Every quantity where the derivative follows these: they stand first, and before the numbers that are as good."""
    model = solution.model
    definitions = dict(model.graph.definitions)
    for tie, other in chosen:
        rest = (each for each in tie.extremum.arguments if each != other and not (each in tie.tied and not names(each)))
        put = Call(tie.extremum.function, (other, *rest))
        old = definitions[tie.definition.name]
        whole = _with(old.expr, tie.extremum, put if len(put.arguments) > 1 else other)
        definitions[old.name] = msgspec.structs.replace(old, expr=whole)
    graph = Graph(model.graph.given, tuple(definitions.values()), model.graph.results)
    other_model = msgspec.structs.replace(model, graph=graph)
    found = solve(solution.file, other_model, promised=solution.promised)
    return {name: value.exact for name, value in found.values.items()}


def _with(expr: Expr, old: Expr, new: Expr) -> Expr:
    if expr == old:
        return new
    return expr if isinstance(expr, Name | Number) else rebuild(expr, lambda child: _with(child, old, new))
