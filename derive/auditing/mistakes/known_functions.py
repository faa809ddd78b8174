"""What people do wrong with the functions: derivatives of activations, squares, logarithms, the cross-entropy.

Each function takes a site and gives the formulas that somebody may have used there instead, with what is to be said.
"""

from __future__ import annotations

from typing import Final

from derive.auditing.mistakes.backward_pass import slope_missing, with_slope
from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import Variants
from derive.auditing.reckoning.kinship import bare, instance
from derive.expression.plain import plain
from derive.expression.tree import (
    ONE,
    Call,
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
    rebuild,
    substitute,
    walk,
)
from derive.model.references import derivative_name

_TWO: Final = Number("2")
#: What the derivative of an activation is mistaken for, by the activation.
_MISWRITTEN: Final = {
    "sigmoid": ("O**2", "(1 - O)**2", "O*(1 + O)"),
    "tanh": ("1 - O", "(1 - O)**2", "O**2", "1 + O**2"),
    "relu": ("O",),
}
#: The activations that stop a negative net input.
_GATES: Final = frozenset({"relu"})


def slope_miswritten(site: Site) -> Variants:
    """The derivative of the activation remembered wrongly: O² for O·(1 − O), 1 − O for 1 − O²."""
    if site.kind not in ("slope", "net_gradient") or not site.output:
        return
    slope = derivative_name(site.output, site.argument)
    right = site.formula if site.kind == "slope" else site.quantities.formula(slope)
    for formula in _MISWRITTEN.get(site.kin.activation(site.output), ()) if right is not None else ():
        expr = instance(formula, site.argument, site.output)
        assert expr is not None
        assert right is not None
        named = site.kind == "net_gradient" and slope in names(site.formula)
        whole = substitute(site.formula, {slope: Group(expr)}) if named else with_slope(site, expr)
        if whole is not None:
            yield whole, f"{plain(expr)} for {plain(right)}"


def gate_missing(site: Site) -> Variants:
    """The derivative of a rectifier taken to be 1 wherever it is."""
    behind = site.kind in ("output_gradient", "part")
    own = site.kind in ("slope", "net_gradient", "weight_gradient", "bias_gradient")
    passed = [site.kin.activation(output) for output in site.outputs]
    if (own or behind) and passed and set(passed) <= _GATES:
        yield from slope_missing(site)


def difference_of_squares(site: Site) -> Variants:
    """The difference of the squares in the place of the square of the difference: y² − O² for (y − O)²."""
    if site.kind != "cost":
        return
    said: list[str] = []

    def change(node: Expr) -> Expr:
        inside = rebuild(node, change)
        if isinstance(inside, Power) and inside.exponent == _TWO:
            base = bare(inside.base)
            if isinstance(base, Sum) and len(base.terms) == 2 and isinstance(base.terms[1], Negative):
                first, second = Power(base.terms[0], _TWO), Power(base.terms[1].operand, _TWO)
                found = Sum((first, Negative(second)))
                said.append(plain(found))
                return Group(found)
        return inside

    changed = change(site.formula)
    if said:
        yield changed, said[0]


def log_two(site: Site) -> Variants:
    """Logarithms to base 2."""
    yield from logarithm_to(site, "2")


def log_ten(site: Site) -> Variants:
    """Logarithms to base 10."""
    yield from logarithm_to(site, "10")


def logarithm_to(site: Site, base: str) -> Variants:
    """Logarithms to another base.

    Args:
        site: the site.
        base: the base, as a number.
    """
    if any(isinstance(node, Call) and node.function == "log" for node in walk(site.formula)):

        def change(node: Expr) -> Expr:
            inside = rebuild(node, change)
            if isinstance(inside, Call) and inside.function == "log":
                return Quotient(inside, Call("log", (Number(base),)))
            return inside

        yield change(site.formula), plain(site.formula)


def cross_entropy_term(site: Site) -> Variants:
    """One of the two terms of the cross-entropy, or the derivative of one."""
    if site.compared is None or site.kin.cost != "binary_cross_entropy":
        return
    y, output = map(Name, site.compared)
    rest, other = Group(Sum((ONE, Negative(y)))), Sum((ONE, Negative(output)))
    kept: tuple[Expr, Expr]
    if site.kind == "cost":
        kept = Product((y, Call("log", (output,)))), Product((rest, Call("log", (other,))))
        yield from ((Negative(term), f"-{plain(term)}") for term in kept)
    else:
        kept = Negative(Quotient(y, output)), Quotient(rest, Group(other))
        yield from ((term, plain(term)) for term in kept)
