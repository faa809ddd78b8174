"""Where a mistake can be made: a quantity, its formula, what it is to the calculation, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal

import msgspec

from derive.auditing.reckoning.kinship import Kinship, terms_of
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.worlds import World
from derive.auditing.rewriting.all_rewritings import Rewritings
from derive.catalogue.roles import GIVEN
from derive.expression.tree import Expr, Name, Product
from derive.model.model import Model
from derive.model.references import derivative_name, read, state_of

#: What a quantity is. A ``net_input`` is a sum or product of others, an ``output`` a function of one; a ``slope`` is
#: the derivative of a function, dO/dz; an ``error`` the derivative of the cost by what it compares with a target; a
#: ``part`` the derivative of one output's part of the cost; a ``state`` what an update finds beside a new parameter.
SiteKind = Literal[
    "net_input", "output", "cost", "cost_sum", "error", "slope", "output_gradient", "net_gradient", "weight_gradient",
    "bias_gradient", "part", "update", "state", "other",
]  # fmt: skip

#: The derivatives of the cost.
GRADIENTS: tuple[SiteKind, ...] = (
    "error",
    "output_gradient",
    "net_gradient",
    "weight_gradient",
    "bias_gradient",
    "part",
)

#: What belongs to the whole model, not to a part of it.
_OF_ALL: Final[tuple[SiteKind, ...]] = ("cost", "cost_sum", "error", "update", "state", "other")


class Site(msgspec.Struct, frozen=True, dict=True):
    """A quantity at which a mistake can be made.

    Attributes:
        name: its plain name.
        formula: how it is worked out; of what equals another quantity, that one's formula.
        kind: what it is.
        quantities: those of the whole calculation.
        rewritings: the mistakes that are made by writing equations otherwise.
        variable: what is differentiated with respect to, or updated; the quantity itself for others.
        function: of a slope, what is differentiated.
    """

    name: str
    formula: Expr
    kind: SiteKind
    quantities: Quantities
    rewritings: Rewritings
    variable: str = ""
    function: str = ""

    @property
    def model(self) -> Model:
        """The model."""
        return self.quantities.solution.model

    @property
    def kin(self) -> Kinship:
        """How the quantities of the model are related."""
        return self.quantities.kin

    @property
    def right(self) -> Expr:
        """The right value: by its formula, or by the name of what it equals."""
        same = self.quantities.same_as(self.name)
        return self.formula if same is None else Name(same)

    @property
    def terms(self) -> tuple[Expr, ...]:
        """The terms of its formula, such as the paths of a gradient."""
        return terms_of(self.formula)

    @property
    def users(self) -> tuple[str, ...]:
        """The definitions that use what is differentiated by."""
        return self.quantities.graph.users.get(self.variable, ())

    @cached_property
    def sums(self) -> tuple[str, ...]:
        """The weighted sums that it belongs to: itself, what a function is applied to, those that a number enters."""
        if self.kind in ("net_input", "net_gradient"):
            return (self.variable,)
        if self.kind in ("output", "slope"):
            return (self.argument,)
        return tuple(user for user in self.users if self.kin.is_sum(user)) if self.kind in GRADIENTS else ()

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """What functions make of its sums; of what is compared with a target, itself."""
        return tuple(output for name in self.sums for output in self.kin.functions(name))

    @property
    def output(self) -> str:
        """The function's value that it belongs to; "" where there is none, or several."""
        if self.kind == "output":
            return self.name
        if self.kind == "slope":
            return self.function
        return self.outputs[0] if len(self.outputs) == 1 else ""

    @property
    def argument(self) -> str:
        """What the function that it belongs to is applied to; "" where there is none."""
        return self.kin.argument(self.output)

    @property
    def compared(self) -> tuple[str, str] | None:
        """Of a part of the cost, or the derivative by an output, the target and the output; None for anything else."""
        if self.kind == "error":
            return self.kin.compared.get(self.kin.part_of.get(self.variable, ""))
        return self.kin.compared.get(self.variable) if self.kind == "cost" else None

    @property
    def where(self) -> str:
        """The section that it stands in, beside its like, in words; "" for what belongs to the whole model."""
        if self.kind in _OF_ALL:
            return ""
        if self.kind in ("weight_gradient", "bias_gradient"):
            return self.kin.where(self.sums[0]) if self.sums else ""
        return self.kin.where(self.function or self.variable)

    def gradient(self, of: str) -> str:
        """The name of the derivative of the cost with respect to a quantity."""
        return derivative_name(self.quantities.graph.result, of)


def factors(term: Expr) -> tuple[Expr, ...]:
    """The factors of a term."""
    return term.factors if isinstance(term, Product) else (term,)


class Sites:
    """Every quantity as a place for mistakes.

    Args:
        quantities: the true calculation.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities, self.graph = quantities, quantities.graph
        self.model, self.kin = quantities.solution.model, quantities.kin
        self.rewritings = Rewritings(quantities)
        self._known: dict[str, Site | None] = {}
        #: The calculation by a change of one setting and how many digits are carried; see
        #: :mod:`derive.auditing.judging.changed`.
        self.changed: dict[object, World] = {}

    def at(self, name: str) -> Site | None:
        """The site of a quantity, which stands for itself where it has no formula; None where there is no such one."""
        if name not in self._known:
            self._known[name] = self._site(name)
        return self._known[name]

    def _site(self, name: str) -> Site | None:
        formula = self.quantities.formula(self.quantities.same_as(name) or name)
        if formula is None:
            known = name in self.quantities
            return Site(name, Name(name), "other", self.quantities, self.rewritings) if known else None
        kind, variable, function = self._place(name)
        return Site(name, formula, kind, self.quantities, self.rewritings, variable, function)

    def _place(self, name: str) -> tuple[SiteKind, str, str]:
        """What a quantity is, what it is differentiated by, and the function whose slope it is."""
        ref = read(name)
        if ref.updates:
            if name not in self.quantities.rules:
                return "other", name, ""
            state = None if ref.of in self.model.wanted else state_of(ref.of)
            return ("update", ref.of, "") if state is None else ("state", state[1], "")
        if not ref.by:
            return self._definition(name), name, ""
        if ref.of not in self.graph.definitions or ref.by not in self.graph.users:
            return "other", name, ""
        wholes = (self.graph.result, *self.model.sample_costs)
        if ref.of in wholes or ref.of in self.kin.parts:
            kind = self._gradient(ref.by)
            if ref.of not in wholes:
                kind = "part" if kind == "output_gradient" else kind
                kind = "other" if kind == "bias_gradient" and len(self.graph.users[ref.by]) > 1 else kind
            return kind, (name if kind == "other" else ref.by), ""
        return ("slope", ref.by, ref.of) if self.kin.argument(ref.of) == ref.by else ("other", name, "")

    def _definition(self, name: str) -> SiteKind:
        if name not in self.graph.definitions:
            return "other"
        if name in self.kin.compared:
            return "cost"
        if name in (self.graph.result, *self.model.sample_costs) and name not in self.kin.parts:
            return "cost_sum"
        if self.kin.is_sum(name):
            return "net_input"
        return "output" if self.kin.argument(name) else "other"

    def _gradient(self, by: str) -> SiteKind:
        """What the derivative of the cost by a quantity is."""
        kin = self.kin
        if kin.is_bias(by):
            return "bias_gradient"
        if kin.is_weight(by):
            return "weight_gradient"
        if by not in self.graph.definitions:
            return "output_gradient" if self.model.is_a(by, GIVEN) else "other"
        if by in kin.part_of:
            return "error"
        return "net_gradient" if kin.functions(by) else "output_gradient"

    def ruling(self, name: str) -> tuple[Site | None, int]:
        """For a quantity after updates, the site of the formula that it comes from, and how many updates before it."""
        rule, count = self.quantities.updates.rule(name)
        return (self.at(rule), count) if count else (None, 0)

    def everywhere(self) -> Iterator[Site]:
        """All sites before the updates and of the first one, in the order of the calculation; equal numbers once.

        The derivative by a bias is a site of its own beside that by the net input: it is got wrong by itself.
        """
        for name in (*self.quantities.formulas, *self.quantities.rules):
            site = self.at(name)
            if site is not None and (self.quantities.same_as(name) is None or self._is_own_bias(site)):
                yield site

    def _is_own_bias(self, site: Site) -> bool:
        return site.kind == "bias_gradient" and site.name == site.gradient(site.variable)
