"""What a class is asked, and what each answer is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from derive.calculus.solution import Worked
from derive.errors import Fault, nearest
from derive.model.references import derivative_name, read, updated_name
from derive.spec.exercise import Exercise

if TYPE_CHECKING:
    from derive.auditing.reading.names import Names

#: What a right value is worth where the file does not say.
_WORTH = Decimal(1)


def asked(solution: Worked) -> Mapping[str, Decimal]:
    """What carries points in a sheet, in the order of the page, by plain name: what a right value is worth.

    Args:
        solution: of a network file whose table ``[exercise]``, if it has one, was found right.
    """
    exercise = solution.file.exercise or Exercise()
    match exercise.ask:
        case "all":
            names = list(_worked_out(solution))
        case "gradients":
            names = list(_gradients(solution))
        case "update":
            names = list(_updated(solution))
        case None:
            names = [*solution.model.graph.results, *_gradients(solution)]
        case chosen:
            known = _names(solution)
            names = [entry for name in chosen for entry in entries(solution, known(name).name or name)]
    worth = points(solution)
    return {name: worth.get(name, _WORTH) for name in dict.fromkeys(names)}


def points(solution: Worked) -> Mapping[str, Decimal]:
    """What the file says that a right value is worth, by plain name; of an array each of its entries."""
    exercise = solution.file.exercise or Exercise()
    known = _names(solution) if exercise.points else None
    return {
        entry: worth
        for name, worth in exercise.points.items()
        for entry in entries(solution, (known(name).name if known else None) or name)
    }


def entries(solution: Worked, name: str) -> tuple[str, ...]:
    """The numbers that a name stands for: those of an array or of the derivative by one, or one number."""
    ref = read(name)
    if ref.by and not ref.updates:
        return tuple(derivative_name(ref.of, entry) for entry in solution.model.entries(ref.by))
    return solution.model.entries(name) if not ref.updates else (name,)


def faults(solution: Worked) -> Iterator[Fault]:
    """What is wrong with the table ``[exercise]``: names of no quantity, codes of no mistake, nothing to be asked."""
    exercise = solution.file.exercise
    if exercise is None:
        return
    from derive.auditing.mistakes.table import CODES

    known = _names(solution)
    chosen = exercise.ask if isinstance(exercise.ask, tuple) else ()
    named: list[tuple[tuple[str | int, ...], str]] = [(("exercise", "ask", at), name) for at, name in enumerate(chosen)]
    named += [(("exercise", "points", name), name) for name in exercise.points]
    for path, name in named:
        found = known(name)
        plain = found.name or name
        if any(entry not in solution.values for entry in entries(solution, plain)):
            yield Fault(path, f'"{name}"', "the name of a quantity of the solution", found.note)
        elif any(entry in solution.model.graph.given for entry in entries(solution, plain)):
            yield Fault(path, f'"{name}"', "the name of a quantity that is worked out; this one is given")
    for code in exercise.partial:
        if code not in CODES:
            hint = nearest(code, CODES)
            yield Fault(("exercise", "partial", code), f'"{code}"', "the code of a mistake that audit names", hint)
    if exercise.fade is not None and exercise.layout == "grid":
        yield Fault(
            ("exercise", "fade"), f'fade = {exercise.fade} beside layout = "grid"', "one of them: a grid has no steps"
        )
    if exercise.ask == "update" and solution.training is None:
        yield Fault(("exercise", "ask"), '"update" without updates', "a table [update]")


def _names(solution: Worked) -> Names:
    """What names of a table ``[exercise]`` mean; of a file without one nothing is read, nor a reader imported."""
    from derive.auditing.reading.names import names_of
    from derive.auditing.reckoning.quantities import Quantities

    return names_of(Quantities(solution))


def _gradients(solution: Worked) -> Iterator[str]:
    graph = solution.model.graph
    for result in graph.results:
        for name in solution.model.wanted:
            if (gradient := derivative_name(result, name)) in solution.values:
                yield gradient


def _updated(solution: Worked) -> Iterator[str]:
    if solution.training is not None:
        for name in solution.training.moved:
            yield updated_name(name, solution.training.steps)


def _worked_out(solution: Worked) -> Iterator[str]:
    yield from solution.model.graph.definitions
    for step in solution.steps:
        yield from (step.target, *step.equals)
    yield from _gradients(solution)
    yield from _updated(solution)
