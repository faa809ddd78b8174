"""The numbers that updates work with: the constants of an optimizer and the states of each parameter, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from derive.catalogue.optimizers import CONSTANTS, OPTIMIZERS
from derive.catalogue.roles import LEARNING_RATE, UPDATE_CONSTANT
from derive.model.references import state_name
from derive.model.sheet import Sheet
from derive.model.symbols import Symbol, symbol_of
from derive.spec.settings import NetworkFile, Update

#: Stands before the name of a constant where the model has that name.
_BEFORE = "update_"


def constants_of(update: Update) -> dict[str, Decimal]:
    """The constants that an update works with, as a file sets them or by their defaults.

    A weight decay of 0 is none. They stand in the order of :data:`derive.catalogue.optimizers.CONSTANTS`.
    """
    row = OPTIMIZERS[update.optimizer]
    found = {"eta": update.learning_rate}
    for name, default in {**row.constants, "weight_decay": row.weight_decay}.items():
        chosen: Decimal | None = getattr(update, name)
        found[name] = Decimal(default) if chosen is None else chosen
    return {name: found[name] for name in CONSTANTS if name in found and (name != "weight_decay" or found[name])}


def constant_name(constant: str, taken: Collection[str]) -> str:
    """The name of a constant in a model that has some names already."""
    return f"{_BEFORE}{constant}" if constant in taken else constant


def constant_symbol(constant: str, name: str, looks: Collection[Symbol]) -> Symbol:
    """How a constant is typeset: by its Greek letter, unless that is taken or its name is another."""
    if name == constant:
        for symbol in (Symbol(*CONSTANTS[constant].greek), symbol_of(name)):
            if symbol not in looks:
                return symbol
    return symbol_of(f"{_BEFORE}{constant}")


def name_constants(
    update: Update, taken: Collection[str], looks: Collection[Symbol]
) -> tuple[dict[str, str], dict[str, Symbol]]:
    """Name the constants that the updates of a model work with.

    Args:
        update: what the file asks for.
        taken: the names that the model has.
        looks: how they are typeset.

    Returns:
        The names by what they are, ``eta`` among them, and how each is typeset, by name.
    """
    names = {constant: constant_name(constant, taken) for constant in constants_of(update)}
    return names, {name: constant_symbol(constant, name, looks) for constant, name in names.items()}


def give_constants(sheet: Sheet, update: Update, names: Mapping[str, str]) -> None:
    """Give a model the constants that its updates work with.

    Args:
        sheet: the model, with all its quantities.
        update: what the file asks for.
        names: their names by what they are, ``eta`` among them.
    """
    for constant, value in constants_of(update).items():
        role = LEARNING_RATE if constant == "eta" else UPDATE_CONSTANT
        sheet.give(names[constant], value, role, bounds=constant_bounds(constant))


def constant_bounds(constant: str) -> tuple[Decimal, Decimal | None]:
    """The least that a constant may be, and what it must not be above."""
    return Decimal(0), CONSTANTS[constant].below


def kept_states(update: Update, samples: int = 1) -> tuple[str, ...]:
    """What is told of each parameter beside its value: the gradient of an update, and the states.

    One update of plain gradient descent over all samples takes the gradient as the derivative that it is.
    """
    states = OPTIMIZERS[update.optimizer].states
    return ("g", *states) if states or update.count(samples) > 1 or len(update.batches(samples)) > 1 else ()


def taken_states(file: NetworkFile, parameters: Collection[str], taken: Mapping[str, object]) -> dict[str, str]:
    """The names of a model that a parameter's state has too, each with the parameter.

    The gradient has its name in claims with every optimizer, whether a page tells it or not.
    """
    states = () if file.update is None else ("g", *OPTIMIZERS[file.update.optimizer].states)
    found = ((state_name(state, parameter), parameter) for parameter in parameters for state in states)
    return {name: parameter for name, parameter in found if name in taken}
