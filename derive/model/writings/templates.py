"""Formulas of the catalogue, to be applied to quantities: with the forms in which their derivatives are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from derive.catalogue.activations import ACTIVATIONS, SOFTMAX
from derive.catalogue.costs import COSTS
from derive.expression.parse import parse
from derive.expression.simplify import tidy
from derive.expression.tree import (
    ONE,
    Call,
    Expr,
    Name,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    substitute,
    sum_of,
)
from derive.model.graph import ClosedForm, Definition

#: The letters that formulas of the catalogue are written in.
_VARIABLES: Final = ("z", "O", "y", "n", "slope", "alpha", "delta")

#: A parameter of a function as a file has it; None where it is left out.
Chosen = Decimal | Expr | None


class Template(msgspec.Struct, frozen=True):
    """A formula and the forms its derivative is shown in, over ``z``, ``O``, ``y``: made once per layer or equation.

    Attributes:
        applies: the row of the catalogue, or the author's own formula.
        formula: the formula.
        stable_formula: an equal one that loses no digits; None where ``formula`` is as good.
        derivative: the derivative by the argument; None where it comes as it comes.
    """

    applies: str
    formula: Expr
    stable_formula: Expr | None
    derivative: ClosedForm | None

    def of(self, name: str, names: Mapping[str, str], argument: str) -> Definition:
        """What it defines with the names of one neuron in the place of its letters, of which one is its argument."""
        replacements = {letter: Name(plain) for letter, plain in names.items()}

        def filled(expr: Expr | None) -> Expr | None:
            return None if expr is None else substitute(expr, replacements)

        closed = {}
        if self.derivative is not None:
            shown = substitute(self.derivative.shown, replacements)
            closed[names[argument]] = ClosedForm(shown, filled(self.derivative.stable), filled(self.derivative.worked))
        formula = substitute(self.formula, replacements)
        return Definition(name, formula, filled(self.stable_formula), closed, applies=self.applies)

    def written(self, values: Mapping[str, Expr], *, stable: bool = False) -> Expr:
        """Its formula with expressions in the place of its letters."""
        formula = self.formula if self.stable_formula is None or not stable else self.stable_formula
        return substitute(formula, values)


def activation_template(name: str, chosen: Mapping[str, Chosen]) -> Template:
    """An activation of the catalogue, with parameters of its own; those that are None have their defaults."""
    row = ACTIVATIONS[name]
    parameters = _parameters(row.parameters, chosen)
    return Template(
        row.name,
        _read(row.formula, parameters),
        _maybe(row.stable_formula, parameters),
        ClosedForm(
            _read(row.derivative, parameters),
            _maybe(row.stable_derivative, parameters),
            _maybe(row.worked, parameters),
        ),
    )


def cost_template(name: str, outputs: int, chosen: Mapping[str, Chosen]) -> Template:
    """The part of one output in a cost of the catalogue; of a mean, ``outputs`` is how many there are."""
    row = COSTS[name]
    parameters = _parameters(row.parameters, chosen)
    parameters["n"] = Number(str(outputs))
    closed = ClosedForm(_read(row.derivative, parameters), None, _maybe(row.worked, parameters))
    return Template(row.name, _read(row.formula, parameters), None, closed)


def extremum(name: str, cells: Sequence[Expr]) -> Expr:
    """The largest or smallest of some expressions; at a tie the first counts."""
    return cells[0] if len(cells) == 1 else Call(name, tuple(cells))


def shifted_exp(cell: Expr, shift: Expr | None) -> Expr:
    """The exponential of an expression, or of what it is above another."""
    return Call("exp", (cell if shift is None else Sum((cell, Negative(shift))),))


def softmax_formulas(cells: Sequence[Expr], *, stable: bool) -> Sequence[Expr]:
    """What softmax makes of each of some expressions; where it is to lose no digits, the largest is taken from all."""
    if stable and len(cells) == 1:
        return (ONE,)  # of one by itself, whatever it is: its derivative is exactly 0
    shift = extremum("max", cells) if stable else None
    shares = tuple(shifted_exp(cell, shift) for cell in cells)
    total = sum_of(shares)
    return tuple(Quotient(share, total) for share in shares)


def softmax_slope(outputs: Sequence[Expr], i: int, j: int) -> Expr:
    """∂pᵢ/∂zⱼ = pᵢ(δᵢⱼ − pⱼ)."""
    if i == j:
        return Product((outputs[i], Sum((ONE, Negative(outputs[i])))))
    return Negative(Product((outputs[i], outputs[j])))


def softmax_definitions(outputs: Sequence[str], net_inputs: Sequence[str]) -> Iterator[Definition]:
    """What softmax makes of the net inputs of a layer; each of the derivatives is a step of its own."""
    cells, shown = tuple(map(Name, net_inputs)), tuple(map(Name, outputs))
    both = (softmax_formulas(cells, stable=stable) for stable in (False, True))
    for i, (output, formula, stable) in enumerate(zip(outputs, *both, strict=True)):
        forms = {z: ClosedForm(softmax_slope(shown, i, j)) for j, z in enumerate(net_inputs)}
        yield Definition(output, formula, stable, forms, own_steps=tuple(net_inputs), applies=SOFTMAX.name)


def literal(value: Decimal) -> Expr:
    """A number as it is written in a formula."""
    size = value.copy_abs()  # abs() would round to the digits of the default context
    text = format(size, "f") if abs(value.adjusted()) < 10 else str(size).lower().replace("e+", "e")
    return Negative(Number(text)) if value < 0 else Number(text)


def _parameters(row: Mapping[str, str], chosen: Mapping[str, Chosen]) -> dict[str, Expr]:
    values = {name: chosen.get(name) for name in row}
    return {
        name: value if isinstance(value, Expr) else literal(Decimal(row[name]) if value is None else value)
        for name, value in values.items()
    }


def _read(formula: str, parameters: Mapping[str, Expr]) -> Expr:
    return tidy(substitute(parse(formula, _VARIABLES, internal=True), parameters))


def _maybe(formula: str | None, parameters: Mapping[str, Expr]) -> Expr | None:
    return None if formula is None else _read(formula, parameters)
