"""What a page of a part begins with: what is given, what is asked and how numbers are treated. No result is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.roles import COST, COST_PART, OUTPUT, SAMPLE_COST
from derive.course.asked import asked
from derive.course.parts.places import given
from derive.document.blocks import Block, Content, Heading, Items, Math, Note, Paragraph, Text
from derive.document.equations import Equations
from derive.document.sections import equation_setting, network_setting
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.words.phrasing import capital, count, listed, say
from derive.expression.tree import Expr, Name
from derive.model.references import state_name, updated_name
from derive.numbers.rounding import RoundingPolicy
from derive.spec.exercise import Exercise

#: Where a file gives more numbers than this, only the first and last of many are printed, as on the page of a solution.
_MANY = 400


#: So many gradients are named one by one where there is little room.
_FEW = 9

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
        told = (
            Paragraph(say(network_setting.shape(bare, drawn=not short))),
            Paragraph(network_setting.aim(bare)),
            *_formulas(bare, short=short),
            *_update(bare, short=short),
        )
        if short:
            sentences = [say(" ", *each.content) for each in told if isinstance(each, Paragraph)]
            yield Paragraph(tuple(piece for each in sentences for piece in each)[1:])
            yield from network_setting.given_beside_arrays(bare)
            return
        yield from told
        yield network_setting.figure(bare, bare.values)
        yield Heading(1, say("What is given"), "given")
        yield from network_setting.given(bare, elided=brief)
    else:
        whole = replace(bare, file=solution.file)  # arrays as the author writes them, though it is asked by entries
        yield from equation_setting.stated(whole, whole=True)
        if whole.view != "scalar":
            yield Paragraph(MatrixLines(whole, Equations(whole.model.symbols)).legend(()))
        yield from _update(bare)
        yield Heading(1, say("What is given"), "given")
        yield from equation_setting.given(whole, elided=brief)


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


def _formulas(solution: Worked, *, short: bool) -> Iterator[Block]:
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
        yield from _shown(
            equations, say("The activation function is that of"), [(name, definitions[name].expr)], short=short
        )
    for role, lead in _COSTS.items():
        for name in model.of(role)[:1]:
            yield from _shown(equations, say(lead), [(name, definitions[name].expr)], short=short)


def _update(solution: Worked, *, short: bool = False) -> Iterator[Block]:
    training = solution.training
    if training is None or not training.moved:
        return
    equations, first, rules = Equations(solution.model.symbols), training.moved[0], training.rules
    title = rules.optimizer.title.replace("Gradient", "gradient")
    which = "this is" if training.steps == 1 else "the first is"
    lead = f"{capital(count(training.steps, 'update'))} by {title}; for "
    told = [
        (formula.name, formula.expr)
        for formula in rules.at(first, 1)
        if rules.batches == 1 or formula.name != updated_name(state_name("g", first), 1)
    ]
    yield from _shown(equations, say(lead, Name(first), f" {which}"), told, short=short)
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


def _shown(
    equations: Equations, lead: Content, formulas: Sequence[tuple[str, Expr]], *, short: bool
) -> Iterator[Block]:
    """Formulas below what leads to them, or in a line with it where there is little room."""
    if short:
        told = [say(Math((("", Name(name)), ("=", expr)))) for name, expr in formulas]
        yield Paragraph(say(lead, " ", listed(told), "."))
        return
    yield Paragraph(lead)
    for name, expr in formulas:
        yield equations.display(Name(name), [[("=", expr)]])


def wanted(solution: Worked, *, short: bool = False) -> Iterator[Block]:
    """What carries points; where there is little room, without a heading, and all gradients in a word."""
    worth: dict[Decimal, list[Name]] = {}
    total = Decimal(0)
    for name, each in asked(solution).items():
        if each:
            worth.setdefault(each, []).append(Name(name))
            total += each
    if not short:
        yield Heading(1, say("What is asked"), "asked")
    if len(worth) == 1:
        ((each, names),) = worth.items()
        gradients = [name for name in names if name.name not in solution.model.graph.results]
        if short and exercise_of(solution).ask in (None, "gradients") and len(gradients) > _FEW:
            results = [name for name in names if name not in gradients]
            told = listed(
                [*map(say, results), say("all its derivatives" if results else "all derivatives of the cost")]
            )
            yield Paragraph(
                say(
                    "Work out ",
                    told,
                    f" by weights and biases ({with_points(each)} each; {points(total)}\u00a0in\u00a0all).",
                )
            )
            return
        one = f" ({with_points(each)}{' each' if len(names) > 1 else ''}; {points(total)}\u00a0in\u00a0all)."
        yield Paragraph(say("Work out ", listed(names), one))
        return
    yield Paragraph(say(f"Work out, for {with_points(total)} in all:"))
    yield Items(
        tuple(
            say(listed(names), f" ({with_points(each)}{' each' if len(names) > 1 else ''})")
            for each, names in worth.items()
        )
    )


def points(worth: Decimal) -> str:
    """Points as they are printed: ``2``, ``0.5``."""
    return format(worth.normalize(), "f")


def with_points(worth: Decimal) -> str:
    """The same with their noun, on one line: ``1 point``."""
    return f"{points(worth)}\u00a0{'point' if worth == 1 else 'points'}"
