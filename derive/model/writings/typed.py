"""Functions of the catalogue that are typed out: 1/(1 + exp(−z)), and tanh and softmax as quotients of exponentials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from derive.expression.simplify import negated
from derive.expression.tree import (
    ONE,
    Call,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    product_of,
)
from derive.model.graph import ClosedForm, Definition
from derive.model.writings.templates import Template, activation_template, softmax_formulas, softmax_slope


class Typed(NamedTuple):
    """A function that is typed out.

    Attributes:
        template: what the catalogue has of it.
        inner: what it is applied to.
    """

    template: Template
    inner: Expr

    @property
    def stable(self) -> Expr:
        """An equal formula that loses no digits and does not overflow."""
        return self.template.written({"z": self.inner}, stable=True)


@lru_cache(maxsize=256)
def typed_out(expr: Expr) -> Typed | None:
    """The sigmoid or hyperbolic tangent that a formula is as a whole; None where it is neither."""
    match _bare(expr):
        case Quotient(over, Sum((_, _)) as under):
            for name, read in (("sigmoid", _sigmoid), ("tanh", _tanh)):
                inner = read(_bare(over), *map(_bare, under.terms))
                if inner is not None:
                    return Typed(activation_template(name, {}), inner)
    return None


def _sigmoid(over: Expr, one: Expr, other: Expr) -> Expr | None:
    """1/(1 + exp(−z)) or exp(z)/(1 + exp(z)), whichever term stands first."""
    if ONE not in (one, other):
        return None
    match other if one == ONE else one:
        case Call("exp", (power,)) as share:
            return _turned(power) if over == ONE else power if over == share else None
        case _:
            return None


def _tanh(over: Expr, one: Expr, other: Expr) -> Expr | None:
    """(exp(z) − exp(−z))/(exp(z) + exp(−z)), or the same divided by exp(z) or exp(−z)."""
    match over:
        case Sum((first, Negative(second))) if {one, other} == {_bare(first), _bare(second)}:
            first, second = _bare(first), _bare(second)
        case _:
            return None
    match first, second:
        case Call("exp", (power,)), Call("exp", (opposite,)) if power in (_turned(opposite), negated(opposite)):
            return power
        case Call("exp", (power,)), Number("1"):
            return _halved(power)
        case Number("1"), Call("exp", (power,)):
            return _halved(_turned(power))
        case _:
            return None


def _turned(power: Expr) -> Expr:
    """A power with its sign turned: of −a − b, which begins with a minus, term by term."""
    power = _bare(power)
    begins = isinstance(power, Sum) and isinstance(power.terms[0], Negative)
    return negated(power) if begins or not isinstance(power, Sum) else Negative(power)


def _halved(power: Expr) -> Expr | None:
    match power:
        case Negative(operand) if (half := _halved(operand)) is not None:
            return Negative(half)
        case Product((Number("2"), *rest)):
            return product_of(tuple(rest))
        case _:
            return None


def _bare(expr: Expr) -> Expr:
    while isinstance(expr, Group):
        expr = expr.body
    return expr


def with_softmax(definitions: Sequence[Definition]) -> Iterator[Definition]:
    """The definitions, and of those that are typed out as a softmax the forms of one.

    Of p₁ = exp(z₁)/(exp(z₁) + exp(z₂)) the derivatives are p₁(1 − p₁) and −p₁·p₂, where p₂ is defined likewise, else
    −p₁·exp(z₂)/(exp(z₁) + exp(z₂)). At full precision the largest zⱼ is taken from all of them.
    """
    shares = {d.name: share for d in definitions if not d.closed_forms and (share := _share(d.expr)) is not None}
    whole = {powers: _Softmax(powers) for _, powers in shares.values()}
    for name, (own, powers) in shares.items():
        whole[powers].names[own] = name
    for definition in definitions:
        if definition.name in shares:
            own, powers = shares[definition.name]
            yield whole[powers].defining(definition, own)
        else:
            yield definition


class _Softmax:
    """A softmax of some names, of which some shares have names."""

    def __init__(self, powers: Sequence[str]) -> None:
        self.powers = powers
        self.names: dict[str, str] = {}
        cells = tuple(map(Name, powers))
        self.formulas, self.stable = (softmax_formulas(cells, stable=stable) for stable in (False, True))

    def defining(self, definition: Definition, own: str) -> Definition:
        """The definition of one share, with its forms."""
        i, names = self.powers.index(own), {**self.names, own: definition.name}
        told, exact = (
            [Name(names[z]) if z in names else formula for z, formula in zip(self.powers, formulas, strict=True)]
            for formulas in (self.formulas, self.stable)
        )
        forms = {
            z: ClosedForm(softmax_slope(told, i, j), None if z in names else softmax_slope(exact, i, j))
            for j, z in enumerate(self.powers)
        }
        return msgspec.structs.replace(definition, stable=self.stable[i], closed_forms=forms)


def _share(expr: Expr) -> tuple[str, tuple[str, ...]] | None:
    """Of exp(z₁)/(exp(z₁) + exp(z₂)), the power above and those below, which are different names."""
    match _bare(expr):
        case Quotient(over, Sum(terms)):
            own, *powers = [_power(_bare(term)) for term in (over, *terms)]
            if None in powers or own not in powers or len(set(powers)) < len(powers):
                return None
            return str(own), tuple(map(str, powers))
        case _:
            return None


def _power(term: Expr) -> str | None:
    match term:
        case Call("exp", (Name(name),)):
            return name
        case _:
            return None
