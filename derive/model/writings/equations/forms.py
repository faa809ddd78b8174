"""Definitions that are one application of a function to quantities: with the form in which its derivative is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.tree import (
    ONE,
    ZERO,
    Call,
    Expr,
    Name,
    Negative,
    Product,
    Quotient,
    Sum,
    substitute,
    sum_of,
)
from derive.model.arrays.applying import lines_of, log_sum, masked
from derive.model.arrays.calls import OWN_COSTS, Called
from derive.model.arrays.grids import ExprArray
from derive.model.graph import ClosedForm, Definition
from derive.model.templates import activation_template, cost_template, shifted_exp, softmax_slope

ClosedForms = Mapping[str, ClosedForm]


def applied(call: Called, names: ExprArray) -> Sequence[Definition] | None:
    """What a call defines, as the catalogue has it: its formula, its derivative, and a step for that.

    Args:
        call: the call.
        names: the entries that it defines.

    Returns:
        A definition for each entry; None where it is no application of the catalogue to quantities.
    """
    cells = [cell for grid in call.grids for cell in grid.cells]
    if not all(isinstance(cell, Name) for cell in cells):
        return None
    if call.name in ACTIVATIONS:
        template = activation_template(call.name, call.parameters)
        pairs = zip(call.grids[0].names, names.names, strict=True)
        found = [(z, template.of(name, {"z": z, "O": name}, "z")) for z, name in pairs]
        return [msgspec.structs.replace(definition, own_steps=(z,)) for z, definition in found]
    if call.name in COSTS and not call.grids[0].shape and len(set(cells)) == 2:
        (output,), (target,), (name,) = (grid.names for grid in (*call.grids, names))
        return [cost_template(call.name, 1, call.parameters).of(name, {"O": output, "y": target}, "O")]
    return None


def closed_forms(call: Called, names: ExprArray) -> Sequence[ClosedForms]:
    """For each entry that a call defines, its derivatives in the form that they are told in; none where it has none."""
    cells = [cell for grid in call.grids for cell in grid.cells]
    quantities = [cell for cell in cells if isinstance(cell, Name)]
    write = _FORMS.get(call.name) or (_cost if call.name in COSTS and call.name not in OWN_COSTS else None)
    plain = len(set(quantities)) == len(quantities)
    if write is None or not plain:
        return [{} for _ in names.cells]
    return write(call, names)


def _by(cells: Sequence[Expr], form: Callable[[int, Expr], ClosedForm | None]) -> ClosedForms:
    found = {cell.name: form(at, cell) for at, cell in enumerate(cells) if isinstance(cell, Name)}
    return {name: closed for name, closed in found.items() if closed is not None}


def _softmax(call: Called, names: ExprArray) -> Sequence[ClosedForms]:
    """∂pᵢ/∂zⱼ = pᵢ(δᵢⱼ − pⱼ)."""
    forms: dict[Expr, ClosedForms] = {}
    outputs_of = lines_of(call, names)
    for cells, outputs, counts in zip(lines_of(call, call.grids[0]), outputs_of, masked(call), strict=True):
        kept = [at for at, does in enumerate(counts) if does]
        for i in range(len(cells)):
            forms[outputs[i]] = _softmax_forms(cells, outputs, kept, i) if i in kept else {}
    return [forms[name] for name in names.cells]


def _softmax_forms(cells: Sequence[Expr], outputs: Sequence[Expr], kept: Sequence[int], i: int) -> ClosedForms:
    return _by([cells[j] for j in kept], lambda at, _: ClosedForm(softmax_slope(outputs, i, kept[at])))


def _log_softmax(call: Called, names: ExprArray) -> Sequence[ClosedForms]:
    """∂ ln pᵢ/∂zⱼ = δᵢⱼ − pⱼ."""
    forms: dict[Expr, ClosedForms] = {}
    for cells, outputs in zip(lines_of(call, call.grids[0]), lines_of(call, names), strict=True):
        for i, output in enumerate(outputs):

            def form(j: int, _: Expr, i: int = i, outputs: Sequence[Expr] = outputs) -> ClosedForm:
                share = Call("exp", (outputs[j],))
                return ClosedForm(Sum((ONE, Negative(share))) if i == j else Negative(share))

            forms[output] = _by(cells, form)
    return [forms[name] for name in names.cells]


def _logsumexp(call: Called, names: ExprArray) -> Sequence[ClosedForms]:
    lines = lines_of(call, call.grids[0])
    return [
        _by(cells, lambda _, z, name=name: ClosedForm(shifted_exp(z, name)))  # type: ignore[misc]
        for cells, name in zip(lines, names.cells, strict=True)
    ]


def _softmax_cross_entropy(call: Called, names: ExprArray) -> Sequence[ClosedForms]:
    """∂C/∂zᵢ = pᵢ·Σy − yᵢ."""
    del names
    forms: dict[str, ClosedForm] = {}
    for cells, targets in zip(lines_of(call, call.grids[0]), lines_of(call, call.grids[1]), strict=True):
        under = sum_of(tuple(Call("exp", (cell,)) for cell in cells))
        total = sum_of(tuple(target for target in targets if target != ZERO))
        log = log_sum(cells, stable=True)

        def form(
            i: int, z: Expr, *, under: Expr = under, total: Expr = total, log: Expr = log, y: Sequence[Expr] = targets
        ) -> ClosedForm:
            def told(share: Expr) -> Expr:
                whole = share if total == ONE else Product((share, total))
                return whole if y[i] == ZERO else Sum((whole, Negative(y[i])))

            return ClosedForm(told(Quotient(Call("exp", (z,)), under)), told(shifted_exp(z, log)))

        forms |= _by(cells, form)
    return [forms]


def _with_logits(call: Called, names: ExprArray) -> Sequence[ClosedForms]:
    """∂C/∂z = σ(z) − y."""
    del names
    output, target = call.grids

    def form(at: int, z: Expr) -> ClosedForm:
        share = Quotient(ONE, Sum((ONE, Call("exp", (Negative(z),)))))
        return ClosedForm(Sum((share, Negative(target.cells[at]))))

    return [_by(output.cells, form)]


def _cost(call: Called, names: ExprArray) -> Sequence[ClosedForms]:
    del names
    output, target = call.grids
    template = cost_template(call.name, len(output.cells), call.parameters)
    if template.derivative is None:
        return [{}]
    told, worked = template.derivative.shown, template.derivative.worked

    def form(at: int, o: Expr) -> ClosedForm:
        letters = {"O": o, "y": target.cells[at]}
        return ClosedForm(substitute(told, letters), None, None if worked is None else substitute(worked, letters))

    return [_by(output.cells, form)]


_FORMS: Final[Mapping[str, Callable[[Called, ExprArray], Sequence[ClosedForms]]]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "binary_cross_entropy_with_logits": _with_logits,
}
