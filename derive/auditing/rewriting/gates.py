"""Gates that are taken for their net inputs, and the derivatives by them for those by their net inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from derive.auditing.reckoning.kinship import bare, terms_of
from derive.auditing.rewriting.rewriting import Origin, Rewriting
from derive.expression.tree import Expr, Name, Negative, Product, names
from derive.model.references import array_of, derivative_name

CODE: Final = "gate-net-input"


def gates_open(origin: Origin) -> Iterator[Rewriting]:
    """Each gate by itself, then all of them: its net input in its place, its slope left out."""
    gates = [entries for entries in origin.equations if all(_is_gate(origin, name) for name in entries)]
    every = [name for entries in gates for name in entries]
    for entries in (*gates, *([every] if len(gates) > 1 else ())):
        yield from _of(origin, entries, array_of(entries[0]) if entries is not every else "each gate")


def _of(origin: Origin, gates: Sequence[str], said: str) -> Iterator[Rewriting]:
    """The mistakes that are made with some gates."""
    graph, arguments = origin.graph, {gate: origin.kin.argument(gate) for gate in gates}
    to = {gate: Name(argument) for gate, argument in arguments.items()}
    users = dict.fromkeys(user for gate in gates for user in graph.users[gate] if _multiplies(origin, user, gate))
    yield from origin.redefined(CODE, f"the net input was taken for {said}", origin.substituted(users, to))
    yield from origin.redefined(CODE, f"the function was not applied: {said} is its net input", to)
    slopes: dict[str, Expr] = {}
    used: dict[str, Expr] = {}
    for result in graph.results:
        for gate, argument in arguments.items():
            by_gate, by_argument = derivative_name(result, gate), derivative_name(result, argument)
            if (
                by_gate in origin.formulas
                and by_argument in origin.formulas
                and origin.kin.functions(argument) == (gate,)
            ):
                slopes[by_argument] = used[by_argument] = Name(by_gate)
    yield Rewriting(CODE, f"the slope of {said} is missing from the derivative by its net input", slopes)
    what = f"the derivative by {said} was taken for that by its net input"
    learnt = [
        name for array in origin.gradients for name, _, variable in origin.gradients[array]
        if variable in origin.kin.learnt
    ]  # fmt: skip
    others = [name for array in origin.gradients for name in origin.derivatives(array)]
    for names_of in (others, learnt):
        yield Rewriting(CODE, what, _without_same(origin, origin.substituted(names_of, used), used))


def _without_same(origin: Origin, formulas: Mapping[str, Expr], used: Mapping[str, Expr]) -> Mapping[str, Expr]:
    """What equals the derivative by a net input gets that by the gate as well."""
    same = {
        name: used[root]
        for name in origin.formulas
        if (root := origin.quantities.same_as(name)) is not None and root in used
    }
    return {**formulas, **same}


def _is_gate(origin: Origin, name: str) -> bool:
    """Whether a quantity is what a function gives, and is multiplied with something that is worked out."""
    if not origin.kin.argument(name):
        return False
    return any(_multiplies(origin, user, name) for user in origin.graph.users[name])


def _multiplies(origin: Origin, user: str, name: str) -> bool:
    for term in map(bare, terms_of(origin.formulas[user])):
        inner = bare(term.operand) if isinstance(term, Negative) else term
        factors = inner.factors if isinstance(inner, Product) else ()
        if Name(name) in factors and any(
            other in origin.graph.definitions for factor in factors for other in names(factor) if other != name
        ):
            return True
    return False
