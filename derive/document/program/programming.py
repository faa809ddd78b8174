"""From a solution to the program that works its page out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.document.blocks import Document
from derive.document.page import is_brief
from derive.document.program.places import Places
from derive.document.program.scalars import Scalars
from derive.document.program.statements import Check, Compute, Program, Remark, Statement, Take, Train, WholeLayers
from derive.document.program.trial import UPDATES, Trial, numbers_that_reach
from derive.document.program.whole_layers import ArrayWriter
from derive.expression.tree import Call, walk
from derive.model.references import updated_name

_UNTRAINED = "The updates are beyond what this program can work out: their results stand on the page."


def program_of(document: Document, solution: Worked) -> Program:
    """The program that works a page out again: each statement behind the block that it belongs to.

    A brief page has a program that works with whole layers; a full one has a statement for each quantity, and the
    gradients once more by whole layers.
    """
    scalars = Scalars(solution)
    trial = Trial(solution, scalars.statements)
    numbers = numbers_that_reach(trial)
    missed, printed = trial.outcome(numbers)
    called = {node.function for line in trial.formulas() for node in walk(line) if isinstance(node, Call)}
    arrays = None if missed else ArrayWriter.of(solution)
    places = Places(document.blocks)
    whole_layers = None
    if arrays is not None and is_brief(solution):
        arrays.place(places)
        functions = arrays.functions
    else:
        scalars.place(places)
        functions = tuple(scalars.functions.values())
        if arrays is not None:
            more = tuple(function for function in arrays.functions if function not in functions)
            whole_layers = WholeLayers(places.end("gradients"), more, tuple(arrays.gradients()))
    taken = {name: trial.taken(name, numbers) for name in missed if name != UPDATES}
    parts = {place: tuple(_without(taken, UPDATES in missed, found)) for place, found in sorted(places.found.items())}
    return Program(numbers, functions, frozenset(called), parts, whole_layers, printed)


def _without(taken: Mapping[str, str], untrained: bool, statements: Iterable[Statement]) -> Iterator[Statement]:
    """The same statements; what the program cannot reach is taken from the page, or left out where that is no help.

    Args:
        taken: the page's values of what it cannot reach.
        untrained: whether it cannot make the updates.
        statements: those of one place.
    """
    for statement in statements:
        if isinstance(statement, Compute) and statement.name in taken:
            yield Take(statement.name, taken[statement.name], statement.equals)
        elif isinstance(statement, Train):
            kept = tuple((n, printed) for n, printed in statement.costs if updated_name(statement.cost, n) not in taken)
            yield Remark(_UNTRAINED) if untrained else replace(statement, costs=kept)
        elif not isinstance(statement, Check) or not (untrained or statement.label in taken):
            yield statement
