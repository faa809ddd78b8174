"""What a page of a part begins with: what is given, what is asked and how numbers are treated. No result is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from derive.calculus.solution import Solution
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.roles import COST, COST_PART, OUTPUT, SAMPLE_COST
from derive.course.parts.places import Place, given
from derive.document.blocks import Block, Content, Heading, Items, Note, Paragraph
from derive.document.equations import Equations
from derive.document.sections import equation_setting, network_setting
from derive.document.words.phrasing import capital, count, listed, say
from derive.expression.tree import Expr, Name
from derive.numbers.rounding import RoundingPolicy
from derive.spec.exercise import Exercise

#: Where a file gives more numbers than this, only the first and last of many are printed, as on the page of a solution.
_MANY = 400


def without_results(solution: Solution) -> Solution:
    """The same solution, number by number, which holds no number that anybody has to work out."""
    known = given(solution)
    file = replace(solution.file, document=replace(solution.file.document, view="scalar"))
    values = {name: value for name, value in solution.values.items() if name in known}
    return replace(solution, file=file, values=values)


def exercise_of(solution: Solution) -> Exercise:
    """What the file says of the exercise."""
    return solution.file.exercise or Exercise()


def setting(solution: Solution, *, short: bool = False) -> Iterator[Block]:
    """What is to be done and what is given, with the figure.

    Args:
        solution: the worked model.
        short: whether what is given stands in what follows.
    """
    bare = without_results(solution)
    instructions = exercise_of(solution).instructions
    if instructions:
        yield Note("Instructions", say(instructions))
    brief = len(solution.model.graph.given) > _MANY
    if not short:
        yield Heading(1, say("The question"), "question")
    if solution.model.is_dense:
        yield Paragraph(say(network_setting.shape(bare)))
        yield Paragraph(network_setting.aim(bare))
        yield from _formulas(bare)
        yield from _update(bare)
        if short:
            return
        yield network_setting.figure(bare, bare.values)
        yield Heading(1, say("What is given"), "given")
        yield from network_setting.given(bare, brief=brief)
    else:
        yield from equation_setting.stated(bare)
        yield from _update(bare)
        yield Heading(1, say("What is given"), "given")
        yield from equation_setting.given(bare, brief=brief)


def numbers(policy: RoundingPolicy) -> Content:
    """How whoever works it out is to round."""
    digits = count(policy.digits, "decimal" if policy.significant is None else "significant digit")
    tie = "away from zero" if policy.ties_up else "to the even digit"
    if policy.each_step:
        return say(
            f"Round every result to {digits} (a tie goes {tie}), if it is longer, and go on with the rounded number."
        )
    return say(
        f"Carry all digits of your calculator from line to line, and give each result rounded to {digits} (a tie goes "
        f"{tie})."
    )


def _formulas(solution: Solution) -> Iterator[Block]:
    """The formulas of a network that no figure shows: the cost, functions that have no usual name, the update."""
    model, equations = solution.model, Equations(solution.model.symbols)
    definitions = model.graph.definitions
    unusual: dict[str, str] = {}
    for name in model.of(OUTPUT):
        applies = definitions[name].applies
        row = ACTIVATIONS.get(applies)
        if applies not in LAYER_FUNCTIONS and (row is None or row.parameters):
            unusual.setdefault(applies, name)
    for name in unusual.values():
        yield Paragraph(say("The activation function is that of"))
        yield _shown(equations, name, definitions[name].expr)
    parts = [names[0] for role in (COST_PART, SAMPLE_COST, COST) if (names := model.of(role))]
    for place, name in enumerate(parts):
        last = place == len(parts) - 1
        yield Paragraph(say("The cost is" if last else "Its part of one output is" if place == 0 else "For a sample"))
        yield _shown(equations, name, definitions[name].expr)


def _update(solution: Solution) -> Iterator[Block]:
    training = solution.training
    if training is None or not training.moved:
        return
    equations, first = Equations(solution.model.symbols), training.moved[0]
    updates = "One update" if training.steps == 1 else f"{capital(count(training.steps, 'update'))}"
    title = training.rules.optimizer.title
    yield Paragraph(say(f"{updates} by {title[:1].lower() + title[1:]}: for ", Name(first)))
    for formula in training.rules.at(first, 1):
        yield _shown(equations, formula.name, formula.expr)


def _shown(equations: Equations, name: str, expr: Expr) -> Block:
    return equations.display(Name(name), [[("=", expr)]])


def wanted(found: Sequence[Place]) -> Iterator[Block]:
    """What carries points."""
    worth: dict[Decimal, list[Name]] = {}
    for place in found:
        if place.points:
            worth.setdefault(place.points, []).append(Name(place.name))
    total = points(sum((place.points for place in found), Decimal(0)))
    yield Heading(1, say("What is asked"), "asked")
    if len(worth) == 1:
        ((each, names),) = worth.items()
        one = f" ({points(each)} {_noun(each)}{' each' if len(names) > 1 else ''}; {total} in all)."
        yield Paragraph(say("Work out ", listed(names), one))
        return
    yield Paragraph(say(f"Work out, for {total} points in all:"))
    yield Items(tuple(say(listed(names), f" ({points(each)} {_noun(each)} each)") for each, names in worth.items()))


def points(worth: Decimal) -> str:
    """Points as they are printed: ``2``, ``0.5``."""
    return format(worth.normalize(), "f")


def _noun(worth: Decimal) -> str:
    return "point" if worth == 1 else "points"
