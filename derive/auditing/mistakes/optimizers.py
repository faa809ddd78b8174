"""What people do wrong with the rules of an optimizer, and with its states.

Each mistake is another formula over the letters of the optimizer's row, in the place of one of its rules, or of several
at once. What is made in several lines at once has the same place in the order of what it yields at each of them; a line
that it leaves alone yields its own formula there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from derive.auditing.mistakes.sites import Site
from derive.auditing.mistakes.variants import Variants, listed
from derive.calculus.rules import COUNT, Rules
from derive.catalogue.optimizers import OPTIMIZERS, Optimizer
from derive.expression.tree import Expr, Name
from derive.model.references import split_updates, state_name, state_of, updated_name

#: The constant that says how much of a state is kept, by the optimizer; and the states that a page tells apart.
_KEPT: Final[Mapping[str, Mapping[str, str]]] = {
    "momentum": {"m": "momentum"},
    "nesterov": {"m": "momentum"},
    "rmsprop": {"v": "alpha"},
    "adam": {"m": "beta1", "v": "beta2"},
    "adamw": {"m": "beta1", "v": "beta2"},
}
_ROOT: Final = re.compile(r"\(sqrt\((v|v_hat)\) \+ eps\)")


class _Line(msgspec.Struct, frozen=True):
    """The rule of one letter of a parameter, as its row writes it."""

    site: Site
    rules: Rules
    letter: str
    parameter: str
    text: str

    @property
    def row(self) -> Optimizer:
        return self.rules.optimizer

    def with_formula(self, formula: str, decayed: Mapping[str, str] | None = None) -> Expr:
        """Another formula over the letters in its place, with the weight decay that belongs there, or another."""
        if decayed is None:
            decayed = dict([self.row.decayed]) if "weight_decay" in self.rules.constants else {}
        line = self.rules.over_letters(formula, decayed)
        number = Name(updated_name(COUNT, 1))
        return self.rules.filled(line, self.letter, self.parameter, 1, number)

    def name(self, state: str) -> str:
        """The plain name of a state after the first update."""
        return updated_name(state_name(state, self.parameter), 1)

    def constant(self, letter: str) -> str:
        """The plain name of a constant."""
        return self.rules.constants[letter]


def _line(site: Site) -> _Line | None:
    """The rule that a site is that of; None for gradients, and for what is no update."""
    training = site.quantities.solution.training
    if site.kind not in ("update", "state") or training is None:
        return None
    state = state_of(split_updates(site.name)[0]) if site.kind == "state" else None
    letter = "w" if state is None else state[0]
    text = dict(training.rules.optimizer.rules).get(letter)
    return None if text is None else _Line(site, training.rules, letter, site.variable, text)


def _alone(line: _Line, letters: tuple[str, ...], change: Callable[[_Line], Expr | None], what: str) -> Variants:
    """A change made in the lines of some letters at once; then, where these are several, in those of one alone."""
    groups = [letters, *([letter] for letter in letters if len(letters) > 1)] if letters else []
    for group in groups:
        changed = change(line) if line.letter in group else None
        yield (line.site.formula if changed is None else changed), what


def correction_missing(site: Site) -> Variants:
    """Averages used as they are, though they begin at 0: both, or one of them."""
    line = _line(site)
    hats = [state for state in line.row.states if state.endswith("_hat")] if line is not None else []
    for group in [hats, *([hat] for hat in hats)] if hats else []:
        assert line is not None
        bare = {hat: hat.removesuffix("_hat") for hat in group}
        formula = bare.get(line.letter, line.text)
        for hat, average in bare.items() if line.letter == "w" else ():
            formula = re.sub(rf"\b{hat}\b", average, formula)
        yield line.with_formula(formula), listed([line.name(average) for average in bare.values()])


def correction_power(site: Site) -> Variants:
    """The power of the correction of another update: of the first, or of the next."""
    line = _line(site)
    if line is None or not line.letter.endswith("_hat"):
        return
    beta = line.constant("beta1" if line.letter == "m_hat" else "beta2")
    yield line.with_formula(line.text.replace("**k", "")), f"1 - {beta} in every update"
    yield line.with_formula(line.text.replace("**k", "**(k + 1)")), f"the power of {beta} is that of the next update"


def state_not_kept(site: Site) -> Variants:
    """States that begin at 0 again in every update: all of them, or one."""
    line = _line(site)
    if line is not None:
        begun = line.rules.started
        anew = dict.fromkeys(begun, "0")

        def change(line: _Line) -> Expr:
            return line.with_formula(re.sub(rf"\b{line.letter}\b", anew[line.letter], line.text))

        yield from _alone(line, begun, change, state_name(line.letter, line.parameter))


def old_state(site: Site) -> Variants:
    """A state as it was before the update, where the new one belongs."""
    line = _line(site)
    if line is None or line.letter in line.rules.started:
        return
    used = [state for state in line.rules.started if re.search(rf"\b{state}\b", line.text)]
    for state in used:
        old = re.sub(rf"\b{state}\b", f"{state}_old", line.text)
        yield line.with_formula(old), f"{state_name(state, line.parameter)} for {line.name(state)}"


def state_share(site: Site) -> Variants:
    """A gradient that enters a state with another share, or shares that are exchanged."""
    line = _line(site)
    if line is None:
        return
    kept = _KEPT.get(line.row.name, {})
    letters = tuple(kept)
    share = kept.get(line.letter, "")
    square = "**2" if line.letter == "v" else ""
    sums = line.row.name in ("momentum", "nesterov")
    own = line.constant(share) if share else ""
    fresh = f"(1 - {share})*g{square}" if sums else f"g{square}"
    said = f"the gradient has the share 1 - {own}" if sums else f"the share 1 - {own} is missing"
    yield from _alone(line, letters, lambda line: line.with_formula(f"{share}*{line.letter} + {fresh}"), said)
    yield from _alone(
        line,
        letters,
        lambda line: line.with_formula(f"(1 - {share})*{line.letter} + {share}*g{square}"),
        f"{own} and 1 - {own} are exchanged",
    )
    if len(letters) > 1:
        turned = {"beta1": "beta2", "beta2": "beta1"}
        text = re.sub(r"\bbeta[12]\b", lambda found: turned[found[0]], line.text)
        yield line.with_formula(text), f"{line.constant('beta1')} and {line.constant('beta2')} are exchanged"


def rate_in_state(site: Site) -> Variants:
    """The learning rate put into the state, and perhaps not used again in the step."""
    line = _line(site)
    if line is None or line.row.name not in ("momentum", "nesterov"):
        return
    eta = line.constant("eta")
    if line.letter == "m":
        yield from [(line.with_formula("momentum*m + eta*g"), eta)] * 2
    else:
        yield line.with_formula(line.text.replace("eta*m", "m").replace("eta*(g ", "(eta*g ")), eta


def weight_decay(site: Site) -> Variants:
    """Weight decay left out, or put elsewhere."""
    line = _line(site)
    if line is None or "weight_decay" not in line.rules.constants:
        return
    decay, eta, old = line.constant("weight_decay"), line.constant("eta"), line.parameter
    shrunk, more = "(1 - eta*weight_decay)*w", "g + weight_decay*w"
    is_w, of_gradient = line.letter == "w", line.row.decayed[0] == "g"
    yield line.with_formula(line.text, {}), "it was left out"
    if of_gradient:
        said = f"the parameter was shrunk by 1 - {eta}*{decay}, not the gradient changed"
        yield line.with_formula(line.text, {"w": shrunk} if is_w else {}), said
        yield (
            line.with_formula(line.text, {"g": "g - weight_decay*w"}),
            f"{decay}*{old} was subtracted from the gradient",
        )
    else:
        said = f"{decay}*{old} was added to the gradient, not the parameter shrunk"
        yield line.with_formula(line.text, {"g": more}), said
        yield line.with_formula(line.text, {"w": "(1 + eta*weight_decay)*w"} if is_w else {}), "its sign is turned"
    after = f"(1 - eta*weight_decay)*({line.text})" if is_w else line.text
    yield line.with_formula(after, {}), "the parameter was shrunk after the step, not before it"
    unscaled = {"w": "(1 - weight_decay)*w"} if is_w else {}
    yield line.with_formula(line.text, unscaled), f"the parameter was shrunk without the factor {eta}"


def place_of_eps(site: Site) -> Variants:
    """What keeps the divisor from 0, put inside the root, or left out."""
    line = _line(site)
    if line is None or line.letter != "w" or not _ROOT.search(line.text):
        return
    eps = line.constant("eps")
    yield line.with_formula(_ROOT.sub(r"sqrt(\1 + eps)", line.text)), f"{eps} stands inside the root"
    if "v_hat" in line.row.states:
        before = _ROOT.sub("((sqrt(v) + eps)/sqrt(1 - beta2**k))", line.text)
        yield line.with_formula(before), f"{eps} was added before the average was corrected"
    yield line.with_formula(_ROOT.sub(r"sqrt(\1)", line.text)), f"{eps} was left out"


def root_missing(site: Site) -> Variants:
    """The root of the squares left out of the divisor."""
    line = _line(site)
    if line is not None and line.letter == "w" and _ROOT.search(line.text):
        state = "v_hat" if "v_hat" in line.row.states else "v"
        yield line.with_formula(_ROOT.sub(r"(\1 + eps)", line.text)), line.name(state)


def gradient_not_squared(site: Site) -> Variants:
    """The gradient itself in a state of its squares."""
    line = _line(site)
    if line is not None and line.letter == "v":
        gradient = updated_name(state_name("g", line.parameter), 1)
        yield line.with_formula(line.text.replace("g**2", "g")), gradient
        yield line.with_formula(line.text.replace("g**2", "abs(g)")), f"|{gradient}|"


def other_optimizer(site: Site) -> Variants:
    """The rules of another optimizer, as far as the states here let them be used; perhaps without weight decay."""
    line = _line(site)
    if line is None:
        return
    decays: tuple[Mapping[str, str] | None, ...] = (None, {})
    for decayed in decays if "weight_decay" in line.rules.constants else decays[:1]:
        for row in OPTIMIZERS.values():
            formula = _rule_of(row, line) if row.rules != line.row.rules else None
            changed = None if formula is None else line.with_formula(formula, decayed)
            said = row.title if decayed is None else f"{row.title}, without weight decay"
            yield (site.formula if changed is None else changed), said


def _rule_of(row: Optimizer, line: _Line) -> str | None:
    """Another optimizer's formula for a letter, with its own constants; None where it has none, or needs more."""
    formula = dict(row.rules).get(line.letter)
    if formula is None:
        return None
    for name, default in row.constants.items():
        if name not in line.rules.constants:
            formula = re.sub(rf"\b{name}\b", default, formula)
    letters = {"w", "g", "k", "sqrt", *line.rules.constants, *line.row.states}
    return formula if set(re.findall(r"[a-z]\w*", formula)) <= letters else None
