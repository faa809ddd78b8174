"""The rules of an update: how each parameter and its states come of the gradient, by the row of an optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, Self

import msgspec

from derive.calculus.steps import Step
from derive.calculus.values import Formula
from derive.catalogue.optimizers import OPTIMIZERS, Optimizer
from derive.expression.parse import parse
from derive.expression.tree import ONE, Expr, Name, Number, Power, Product, Sum, names, rebuild, substitute
from derive.model.model import Model
from derive.model.references import derivative_name, state_name, updated_name
from derive.model.updating import kept_states
from derive.spec.settings import Update

#: Behind the letter of a state: as the last update left it.
_OLD: Final = "_old"

#: Stands for the number of the update in rules that are used again and again; no quantity is called so.
COUNT: Final = "#"


class Rules(msgspec.Struct, frozen=True, dict=True):
    """The rules by which the parameters of a model move.

    Attributes:
        optimizer: the row that they come from.
        constants: the names of the numbers that it works with, by the letters of the row.
        told: what is told of each parameter beside its value: ``g``, and the states.
        gradients: by parameter, the derivative that one update takes, then that which the next does, and so on in
            turn: of the whole cost, by its name, or of that of a batch, written out.
        still: what no update changes.
    """

    optimizer: Optimizer
    constants: Mapping[str, str]
    told: tuple[str, ...]
    gradients: Mapping[str, tuple[Expr, ...]]
    still: frozenset[str]

    @classmethod
    def of(cls, model: Model, update: Update, steps: Iterable[Step]) -> Self:
        """The rules that a file asks for; ``steps`` are all of the model."""
        constants = {"eta": model.learning_rate, **model.constants}
        batches = update.batches(model.samples)
        gradients: dict[str, tuple[Expr, ...]] = {}
        for name in model.wanted:
            gradients[name] = (Name(derivative_name(model.graph.result, name)),)
        for step in steps if len(batches) > 1 else ():
            if step.contributions is not None:
                gradients[step.variable] = tuple(step.contributions.of(batch).result for batch in batches)
        frozen = {entry for name in update.frozen for entry in model.entries(name)}
        still = (name for name in model.graph.given if name in frozen or not model.quantities[name].role.sought)
        told = kept_states(update, model.samples)
        return cls(OPTIMIZERS[update.optimizer], constants, told, gradients, frozenset(still))

    @cached_property
    def batches(self) -> int:
        """How many updates it takes to have gone through all samples."""
        return max(map(len, self.gradients.values()), default=1)

    def gradient(self, parameter: str, count: int) -> Expr:
        """The derivative that an update takes, before all updates; ``count`` is the number of the update."""
        found = self.gradients[parameter]
        return found[(count - 1) % len(found)]

    @cached_property
    def lines(self) -> tuple[tuple[str, Expr], ...]:
        """Names and formulas over the letters of the row, with weight decay put in; the last is that of ``w``."""
        decayed = dict([self.optimizer.decayed]) if "weight_decay" in self.constants else {}
        return tuple((name, self.over_letters(formula, decayed)) for name, formula in self.optimizer.rules)

    def over_letters(self, formula: str, decayed: Mapping[str, str]) -> Expr:
        """A formula over the letters of the row.

        Args:
            formula: as the row writes it; ``m_old`` and ``v_old`` are states as the last update left them.
            decayed: what stands in the place of letters in it.
        """
        row = self.optimizer
        letters = {"w", "g", "k", *row.states, *self.constants, *(f"{state}{_OLD}" for state in row.states)}
        inside = {letter: parse(text, letters) for letter, text in decayed.items()}
        return _joined(substitute(parse(formula, letters), inside))

    @cached_property
    def plain(self) -> bool:
        """Whether a parameter's new value is all that is worked out, from the derivative by its own name."""
        return not self.optimizer.states and self.batches == 1

    @cached_property
    def started(self) -> tuple[str, ...]:
        """The states that are used before they are found: what the last update left, 0 before the first."""
        return tuple(name for name, line in self.lines[:-1] if name in names(line))

    def starts(self, moved: tuple[str, ...]) -> tuple[str, ...]:
        """The states of some parameters that are 0 before the first update, by their plain names."""
        return tuple(state_name(state, parameter) for parameter in moved for state in self.started)

    def told_of(self, parameter: str) -> tuple[str, ...]:
        """What is told of a parameter after an update, by its names in :meth:`repeated`."""
        return (*(state_name(state, parameter) for state in self.told), parameter)

    def at(self, parameter: str, count: int, number: Expr | None = None) -> tuple[Formula, ...]:
        """The rules of a parameter in one update, over the names of its numbers: ``m_w0+2``.

        Args:
            parameter: its plain name.
            count: the number of the update, 1, 2 …
            number: what stands for that number in a formula; left out: the number itself.
        """
        gradient = self.gradient(parameter, count)
        later = {name: Name(updated_name(name, count - 1)) for name in names(gradient) if name not in self.still}
        gradient = substitute(gradient, later)
        found: list[Formula] = []
        if not (isinstance(gradient, Name) and self.plain):
            found.append(Formula(updated_name(state_name("g", parameter), count), gradient))
        for letter, line in self.lines:
            name = updated_name(parameter if letter == "w" else state_name(letter, parameter), count)
            found.append(Formula(name, self.filled(line, letter, parameter, count, number)))
        return tuple(found)

    def filled(self, line: Expr, letter: str, parameter: str, count: int, number: Expr | None = None) -> Expr:
        """A formula over the letters of the row, over the names of the numbers of one update.

        Args:
            line: the formula.
            letter: whose rule it stands in the place of: the states found before that are the new ones.
            parameter: the plain name of the parameter.
            count: the number of the update, 1, 2 …
            number: what stands for that number; left out: the number itself.
        """
        before, gradient = count - 1, self.gradient(parameter, count)
        own = {"w": updated_name(parameter, before), "g": updated_name(state_name("g", parameter), count)}
        if isinstance(gradient, Name) and self.plain:
            own["g"] = updated_name(gradient.name, before)
        states = self.optimizer.states
        new = states[: states.index(letter)] if letter in states else states
        for state in states:
            name = state_name(state, parameter)
            own[state] = updated_name(name, count if state in new else before)
            own[f"{state}{_OLD}"] = updated_name(name, before)
        return self._filled(line, own, number or Number(str(count)))

    def repeated(self, parameter: str, count: int = 1) -> tuple[Formula, ...]:
        """The rules of a parameter for an update, each to be made with what stands under the names by then.

        The number of the update is :data:`COUNT`; ``count`` says which batch it takes. The gradient is given a name of
        its own wherever it is told.
        """
        gradient = self.gradient(parameter, count)
        own = {letter: state_name(letter, parameter) for letter in ("g", *self.optimizer.states)} | {"w": parameter}
        found = [Formula(own["g"], gradient)] if self.told else []
        if isinstance(gradient, Name) and self.plain:
            own["g"] = gradient.name
        return (*found, *(Formula(own[letter], self._filled(line, own, Name(COUNT))) for letter, line in self.lines))

    def over(self, own: Mapping[str, str], constants: Mapping[str, str], count: Expr) -> tuple[tuple[str, Expr], ...]:
        """The rules over other names, as those of whole arrays.

        Args:
            own: what stands for ``g``, ``w`` and the states.
            constants: what stands for the constants.
            count: what stands for the number of the update.
        """
        replaced = {letter: Name(name) for letter, name in {**constants, **own}.items()} | {"k": count}
        return tuple((letter, _without_ones(substitute(line, replaced))) for letter, line in self.lines)

    def _filled(self, line: Expr, own: Mapping[str, str], count: Expr) -> Expr:
        replaced = {letter: Name(name) for letter, name in {**self.constants, **own}.items()}
        return _without_ones(substitute(line, {**replaced, "k": count}))


def _joined(expr: Expr) -> Expr:
    """The formula without a sum that begins a sum, and a product that begins a product."""
    node = rebuild(expr, _joined)
    match node:
        case Sum((Sum(first), *rest)):
            return Sum((*first, *rest))
        case Product((Product(first), *rest)):
            return Product((*first, *rest))
        case _:
            return node


def _without_ones(expr: Expr) -> Expr:
    """The formula without powers to the 1, which the first update has."""
    node = rebuild(expr, _without_ones)
    return node.base if isinstance(node, Power) and node.exponent == ONE else node
