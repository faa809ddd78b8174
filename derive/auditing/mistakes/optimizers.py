"""What people do wrong with the states of an optimizer."""

from __future__ import annotations

from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import Variants, listed
from derive.expression.tree import ZERO, Name, names, substitute
from derive.model.references import split_updates
from derive.model.updating import state_name, state_of


def correction_missing(site: Site) -> Variants:
    """Averages used as they are, though they begin at 0: both, or one of them."""
    if site.kind != "update":
        return
    bare: dict[str, Name] = {}
    for name in names(site.formula):
        base, _ = split_updates(name)
        state = state_of(base)
        if state is not None and state[0].endswith("_hat"):
            bare[name] = Name(state_name(state[0].removesuffix("_hat"), state[1]) + name[len(base) :])
    groups = [list(bare), *([name] for name in bare if len(bare) > 1)] if bare else []
    for group in groups:
        yield (
            substitute(site.formula, {name: bare[name] for name in group}),
            listed([bare[name].name for name in group]),
        )


def state_not_kept(site: Site) -> Variants:
    """A state that begins at 0 again in every update."""
    base, count = split_updates(site.name)
    is_state = base in site.quantities.updates.moved and base not in site.quantities.graph.given
    if count and is_state and base in names(site.formula):
        yield substitute(site.formula, {base: ZERO}), base
