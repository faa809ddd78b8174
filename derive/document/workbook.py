"""The model as a workbook: on each sheet numbered lines, each a quantity with the formula that it is worked out by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from derive.calculus.solution import Worked, terms
from derive.calculus.steps import Step
from derive.calculus.update import Training
from derive.calculus.values import Formula, exact_text
from derive.catalogue.roles import BIAS, WEIGHT
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, names, substitute
from derive.model.model import Model
from derive.model.references import derivative_name, updated_name

#: Updates are written out one after the other until this many lines are reached; the first always is.
MOST_UPDATED = 20_000


class GivenLine(msgspec.Struct, frozen=True):
    """A number that everything follows from.

    Attributes:
        name: the plain name.
        says: what it is, in words.
        text: the number, as the author wrote it.
        stands: whether a formula holds it. One that only chooses, as the number of a class does, has chosen already.
    """

    name: str
    says: str
    text: str
    stands: bool


class WorkbookLine(msgspec.Struct, frozen=True):
    """A quantity that is worked out.

    Attributes:
        number: that of its step on the page; 0 where it has none.
        name: the plain name.
        text: its formula in plain text.
        expr: what it is worked out by: an equal formula that loses no digits, where there is one.
        exact: its value with the numbers of the file, in plain text; "" where the solution does not tell it.
    """

    number: int
    name: str
    text: str
    expr: Expr
    exact: str


class WorkbookSheet(msgspec.Struct, frozen=True):
    """A sheet of lines, each over lines above it and on sheets before it."""

    title: str
    lines: tuple[WorkbookLine, ...]


class Workbook(msgspec.Struct, frozen=True):
    """The model as a workbook.

    Attributes:
        title: the title of the page.
        notes: what a reader has to know of its numbers, as sentences.
        given: the numbers that everything follows from.
        sheets: what is worked out from them.
    """

    title: str
    notes: tuple[str, ...]
    given: tuple[GivenLine, ...]
    sheets: tuple[WorkbookSheet, ...]


def workbook_of(solution: Worked) -> Workbook:
    """The workbook of a solution; sheets on which nothing would stand are left out."""
    model, training = solution.model, solution.training
    forward = [Formula(each.name, each.expr, each.stable) for each in model.graph.definitions.values()]
    backward = [formula for step in solution.steps for formula in _found(step)]
    further = list(terms(model, solution.steps))
    found = {formula.name for formula in (*backward, *further)}
    wanted = [derivative_name(result, name) for result in model.graph.results for name in model.wanted]
    sheets = [
        WorkbookSheet("Forward", tuple(_lines(solution, forward))),
        WorkbookSheet("Backward", tuple(_lines(solution, backward))),
        WorkbookSheet("Terms", tuple(_lines(solution, further))),
        WorkbookSheet(
            "Gradients", tuple(_lines(solution, [Formula(name, Name(name)) for name in wanted if name in found]))
        ),
    ]
    notes = list(_notes(solution))
    starts: tuple[str, ...] = ()
    if training is not None:
        updates = list(_updates(training, [*forward, *backward, *further]))
        starts = training.rules.starts(training.moved)
        lines = tuple(_lines(solution, [formula for update in updates for formula in update]))
        sheets.append(WorkbookSheet("Update", lines))
        if len(updates) < training.steps:
            notes.append(f"The sheet Update holds the first {len(updates)} of {training.steps} updates.")
    held = {name for sheet in sheets for line in sheet.lines for name in names(line.expr)}
    given = [
        GivenLine(name, _says(model, name), f"{value:f}" if abs(value.adjusted()) < 15 else str(value), name in held)
        for name, value in model.graph.given.items()
    ]
    given += [GivenLine(name, "state before the first update", "0", name in held) for name in starts]
    return Workbook(solution.title, tuple(notes), tuple(given), tuple(sheet for sheet in sheets if sheet.lines))


def _found(step: Step) -> Iterator[Formula]:
    yield Formula(step.target, step.result, step.stable)
    for other in step.equals:
        yield Formula(other, Name(step.target))


def _says(model: Model, name: str) -> str:
    quantity = model.quantities[name]
    whose = "of neuron " if quantity.role in (WEIGHT, BIAS) and quantity.label else ""
    return quantity.note or f"{quantity.role.noun} {whose}{quantity.label}".rstrip()


def _notes(solution: Worked) -> Iterator[str]:
    yield "Change a number on yellow ground: everything follows."
    if solution.policy.each_step:
        yield "The page rounds each result before it goes on; here full precision is carried."
    if any(len(value.as_tuple().digits) > 15 for value in solution.model.graph.given.values()):
        yield "A spreadsheet keeps 15 digits of a number; some are given here with more."


def _lines(solution: Worked, formulas: Iterable[Formula]) -> Iterator[WorkbookLine]:
    for formula in formulas:
        value = solution.values.get(formula.name)
        yield WorkbookLine(
            solution.step_numbers.get(formula.name, 0),
            formula.name,
            plain(formula.expr),
            formula.expr if formula.stable is None else formula.stable,
            "" if value is None else exact_text(value.exact),
        )


def _updates(training: Training, formulas: list[Formula]) -> Iterator[list[Formula]]:
    """Update by update: the rules of each parameter that moves, then what follows from the new parameters."""
    changes = (*training.moved, *(formula.name for formula in formulas))
    written = 0
    for count in range(1, training.steps + 1):
        found = [rule for name in training.moved for rule in training.rules.at(name, count)]
        later = {name: Name(updated_name(name, count)) for name in changes}
        found += [_renamed(formula, later) for formula in formulas]
        written += len(found)
        if count > 1 and written > MOST_UPDATED:
            return
        yield found


def _renamed(formula: Formula, later: Mapping[str, Name]) -> Formula:
    """The same formula over other names, and under one."""
    stable = None if formula.stable is None else substitute(formula.stable, later)
    return Formula(later[formula.name].name, substitute(formula.expr, later), stable)
