"""What a page of a part begins with: what is given, what is asked and how numbers are treated. No result is in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.roles import COST, COST_PART, OUTPUT, SAMPLE_COST
from derive.course.asked import asked
from derive.course.parts.places import given
from derive.document.blocks import Block, Content, Heading, Items, Note, Paragraph, Text
from derive.document.equations import Equations
from derive.document.sections import equation_setting, network_setting
from derive.document.words.phrasing import capital, count, listed, say
from derive.expression.tree import Expr, Name
from derive.model.references import state_name, updated_name
from derive.numbers.rounding import RoundingPolicy
from derive.spec.exercise import Exercise

#: Where a file gives more numbers than this, only the first and last of many are printed, as on the page of a solution.
_MANY = 400


#: How the cost is made, of one output, of one sample, and in all; what there are several of is shown once.
_COSTS = {
    COST_PART: "The part of an output in the cost is, as for the first,",
    SAMPLE_COST: "The cost of a sample is, as for the first,",
    COST: "The cost is",
}


def without_results(solution: Worked) -> Worked:
    """The same solution, number by number, which holds no number that anybody has to work out."""
    known = given(solution)
    file = replace(solution.file, document=replace(solution.file.document, view="scalar"))
    values = {name: value for name, value in solution.values.items() if name in known}
    return replace(solution, file=file, values=values)


def exercise_of(solution: Worked) -> Exercise:
    """What the file says of the exercise."""
    return solution.file.exercise or Exercise()


def setting(solution: Worked, *, short: bool = False) -> Iterator[Block]:
    """What is to be done and what is given, with the figure.

    Args:
        solution: the worked model.
        short: whether inputs, weights and biases stand in what follows.
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
            yield from network_setting.given_beside_arrays(bare)
            return
        yield network_setting.figure(bare, bare.values)
        yield Heading(1, say("What is given"), "given")
        yield from network_setting.given(bare, elided=brief)
    else:
        yield from equation_setting.stated(bare, whole=True)
        yield from _update(bare)
        yield Heading(1, say("What is given"), "given")
        yield from equation_setting.given(bare, elided=brief)


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


def _formulas(solution: Worked) -> Iterator[Block]:
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
    for role, lead in _COSTS.items():
        for name in model.of(role)[:1]:
            yield Paragraph(say(lead))
            yield _shown(equations, name, definitions[name].expr)


def _update(solution: Worked) -> Iterator[Block]:
    training = solution.training
    if training is None or not training.moved:
        return
    equations, first, rules = Equations(solution.model.symbols), training.moved[0], training.rules
    title = rules.optimizer.title.replace("Gradient", "gradient")
    which = "this is" if training.steps == 1 else "the first is"
    lead = f"{capital(count(training.steps, 'update'))} by {title}; for "
    yield Paragraph(say(lead, Name(first), f" {which}"))
    for formula in rules.at(first, 1):
        if rules.batches == 1 or formula.name != updated_name(state_name("g", first), 1):
            yield _shown(equations, formula.name, formula.expr)
    said: list[Content] = []
    if rules.started:
        said.append(say("What an update takes over from the one before is 0 at first."))
    if rules.batches > 1 and solution.file.update is not None:
        size = len(solution.file.update.batches(solution.model.samples)[0])
        next_ones = "sample" if size == 1 else count(size, "sample")
        gradient = Name(updated_name(state_name("g", first), 1))
        said.append(say(f"Each update takes the next {next_ones} alone; ", gradient, " is the gradient."))
    if training.frozen:
        stay = "stays as it is." if len(training.frozen) == 1 else "stay as they are."
        said.append(say(listed([Name(name) for name in training.frozen]), f" {stay}"))
    if said:
        yield Paragraph(tuple(piece for each in said for piece in (*each, Text(" ")))[:-1])


def _shown(equations: Equations, name: str, expr: Expr) -> Block:
    return equations.display(Name(name), [[("=", expr)]])


def wanted(solution: Worked) -> Iterator[Block]:
    """What carries points."""
    worth: dict[Decimal, list[Name]] = {}
    total = Decimal(0)
    for name, each in asked(solution).items():
        if each:
            worth.setdefault(each, []).append(Name(name))
            total += each
    yield Heading(1, say("What is asked"), "asked")
    if len(worth) == 1:
        ((each, names),) = worth.items()
        one = f" ({points(each)} {_noun(each)}{' each' if len(names) > 1 else ''}; {points(total)} in all)."
        yield Paragraph(say("Work out ", listed(names), one))
        return
    yield Paragraph(say(f"Work out, for {points(total)} points in all:"))
    yield Items(
        tuple(
            say(listed(names), f" ({points(each)} {_noun(each)}{' each' if len(names) > 1 else ''})")
            for each, names in worth.items()
        )
    )


def points(worth: Decimal) -> str:
    """Points as they are printed: ``2``, ``0.5``."""
    return format(worth.normalize(), "f")


def _noun(worth: Decimal) -> str:
    return "point" if worth == 1 else "points"
