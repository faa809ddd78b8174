"""From a solution to the program that works its page out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from derive.calculus.solution import Solution
from derive.document.arrays import Arrays
from derive.document.blocks import Document
from derive.document.page import is_brief
from derive.document.places import Places
from derive.document.program import Check, Compute, Program, Statement, Train, WholeLayers
from derive.document.scalars import Scalars
from derive.document.trial import Trial, numbers_that_reach
from derive.expression.tree import Call, walk
from derive.model.naming import updated_name


def with_program(document: Document, solution: Solution) -> Document:
    """The page with the program that works it out again: each statement behind the block that it belongs to.

    A brief page has a program that works with whole layers; a full one has a statement for each quantity, and the
    gradients once more by whole layers.
    """
    scalars = Scalars(solution)
    trial = Trial(solution, scalars.statements)
    numbers = numbers_that_reach(trial)
    missed = trial.missed(numbers)
    called = {node.function for line in trial.formulas() for node in walk(line) if isinstance(node, Call)}
    arrays = Arrays.of(solution, missed)
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
    parts = {place: tuple(_without(missed, found)) for place, found in sorted(places.found.items())}
    program = Program(numbers, functions, frozenset(called), parts, whole_layers)
    return replace(document, program=program)


def _without(missed: frozenset[str], statements: Iterable[Statement]) -> Iterator[Statement]:
    """The same statements, without the comparisons of what the program cannot reach."""
    for statement in statements:
        if isinstance(statement, Compute) and statement.name in missed:
            yield replace(statement, printed=None)
        elif isinstance(statement, Train):
            kept = tuple(
                (n, printed) for n, printed in statement.costs if updated_name(statement.cost, n) not in missed
            )
            yield replace(statement, costs=kept)
        elif not isinstance(statement, Check) or statement.label not in missed:
            yield statement
