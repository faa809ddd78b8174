"""What comes of it: the table of all gradients, the update, and the proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from derive.calculus.solution import Solution
from derive.calculus.update import Training, descent
from derive.calculus.values import Formula, Value
from derive.calculus.working import work_out
from derive.document.blocks import Block, Content, Figure, Heading, Live, Paragraph, Table
from derive.document.equations import Equations
from derive.document.figures.cost_plot import cost_alt, cost_caption, cost_drawing
from derive.document.tables import table
from derive.document.words.phrasing import SENTENCES, capital, equal, known, listed, live, say, sentence, shown
from derive.document.words.precision import full_precision, small
from derive.document.words.reasons import goal
from derive.expression.tree import Name, Number
from derive.model.naming import derivative_name, updated_name
from derive.numbers.rounding import scientific
from derive.proof.report import Comparison, Report

#: A network with more neurons than this has its second forward pass in a table.
_FEW_NEURONS = 8
#: The same for the quantities of a model of equations.
_FEW_DEFINITIONS = 16

#: The digits of a derivative in the table of proofs.
_PROVED = 12


def gradients(solution: Solution) -> Iterator[Block]:
    """The table of all gradients; one for each result."""
    model, results = solution.model, solution.model.graph.results
    if not results or not model.wanted:
        return
    cost = goal(model) if len(results) == 1 else "what is differentiated"
    yield Heading(1, say("All gradients" if model.learnt else "All derivatives"), "gradients")
    if model.learnt:
        yield Paragraph(
            sentence(
                "A positive gradient means that {cost} grows with the parameter, so that the parameter has to be "
                "lowered; a negative one, that it has to be raised. The larger the gradient, the more a small change "
                "of the parameter does.",
                cost=cost,
            )
        )
    else:
        yield Paragraph(
            sentence(
                "Where the derivative is positive, {cost} grows with the number; where it is negative, {cost} falls. "
                "The larger it is, the more a small change of the number does.",
                cost=cost,
            )
        )
    for result in results:
        if len(results) > 1:
            yield Paragraph(say("Of ", Name(result), ":"))
        yield from _gradients_of(solution, result)


def _gradients_of(solution: Solution, result: str) -> Iterator[Block]:
    model = solution.model
    values = [(parameter, solution.gradient(parameter, result)) for parameter in model.wanted]
    with_full = _worth_a_column(solution, values)

    def row(item: tuple[str, Value]) -> tuple[Content, ...]:
        name, value = item
        gradient = derivative_name(result, name)
        full = full_precision(value, solution.policy) if with_full else ()
        return (
            say(Name(name)),
            say(shown(name, solution.values[name])),
            say(shown(gradient, value)),
            say(live("full", gradient, content=full)),
            say(live("direction", gradient, content=_direction(value))),
        )

    full = say(live("full title", content="at full precision" if with_full else ()))
    lower = say("to lower ", goal(model, result))
    number, slope = ("parameter", "gradient") if model.learnt else ("number", "derivative")
    yield from table((say(number), say("value"), say(slope), full, say(lower)), "lrrrl", values, row, number)


def _worth_a_column(solution: Solution, values: Sequence[tuple[str, Value]]) -> bool:
    """Whether full precision says more than what is printed: it does not where that is exact in every row."""
    if not solution.policy.each_step:
        return any(value.loss for _, value in values)
    return any(not value.exact.exact or Decimal(value.shown) != value.exact.value for _, value in values)


def _direction(value: Value) -> str:
    if not value.exact.sign:
        return SENTENCES["no effect"]
    word = SENTENCES["lower" if value.exact.sign > 0 else "raise"]
    return SENTENCES["direction lost"].format(word=word) if value.loss == "erased" else word


class Updates:
    """Writes what gradient descent does.

    Args:
        solution: the worked network.
        equations: sets the derivations.
    """

    def __init__(self, solution: Solution, equations: Equations) -> None:
        self.solution = solution
        self.equations = equations
        self.cost = solution.model.graph.result
        goal_words = goal(solution.model)
        #: What is to become smaller, at the beginning of a sentence.
        self.what = capital(goal_words) if isinstance(goal_words, str) else goal_words.name

    def blocks(self) -> Iterator[Block]:
        """The update, if the file asks for one."""
        training = self.solution.training
        if training is None:
            return
        yield Heading(1, say("The update" if training.steps == 1 else f"{training.steps} updates"), "update")
        if not training.moved:
            yield Paragraph(say("All parameters are frozen, so nothing changes."))
            return
        yield Paragraph(self._rule(training))
        if training.steps == 1:
            yield from self._single(training)
        else:
            yield from self._several(training)

    def _rule(self, training: Training) -> Content:
        first = training.moved[0]
        rate_name = self.solution.model.learning_rate
        rate = known(rate_name, self.solution.values[rate_name])
        how = sentence(
            "Gradient descent moves every parameter against its gradient, by the learning rate {rate} times the "
            "gradient{example}. All gradients are those found above, with the old parameters: no new value is used "
            "before all are known.",
            rate=rate,
            example=say(", as ", equal(Name(updated_name(first, 1)), ("=", descent(first, self.solution.model))))
            if training.steps > 1
            else "",
        )
        if training.frozen:
            stay = "stays as it is" if len(training.frozen) == 1 else "stay as they are"
            names = [Name(name) for name in training.frozen[:12]]
            more = [] if len(training.frozen) <= 12 else [f"{len(training.frozen) - 12} more"]
            return say(how, " ", listed([*names, *more]), f" {stay}.")
        return how

    def _single(self, training: Training) -> Iterator[Block]:
        solution, values = self.solution, self.solution.values
        first = training.formulas[0]
        working = work_out(first.expr, values, values[first.name], solution.policy)
        yield Paragraph(say("For ", Name(training.moved[0]), " this is:"))
        yield self.equations.derivation(Name(first.name), (first.expr,), working)
        if len(training.moved) > 1:
            yield Paragraph(say("and so for all parameters that move:"))
            head = (say("parameter"), say("value"), say("gradient"), say("new value"))
            moves = list(zip(training.moved, training.formulas, strict=True))
            yield from table(head, "lrrl", moves, self._move, "parameter")
        yield Paragraph(say("With the new parameters the forward pass gives:"))
        yield from self._forward(training)
        before, after = training.costs[0][1], training.costs[-1][1]
        yield Paragraph(
            sentence(
                "{what} was {before} and is now {after}. {verdict}",
                what=self.what,
                before=known(self.cost, before),
                after=known(updated_name(self.cost, 1), after),
                verdict=_verdict(before, after),
            )
        )

    def _move(self, item: tuple[str, Formula]) -> tuple[Content, ...]:
        """The row of a parameter that moves."""
        (name, formula), values = item, self.solution.values
        new = values[formula.name]
        working = work_out(formula.expr, values, new, self.solution.policy)
        put_in = (working.lines[0][0], working.substituted)
        moved = equal(Name(formula.name), put_in, (working.direct, Number(new.shown)))
        gradient = shown(derivative_name(self.cost, name), self.solution.gradient(name))
        return (
            say(Name(name)),
            say(shown(name, values[name])),
            say(gradient),
            say(live("moved", formula.name, content=moved)),
        )

    def _forward(self, training: Training) -> Iterator[Block]:
        solution, values = self.solution, self.solution.values
        neurons = list(solution.model.dense.neurons)
        if (neurons and len(neurons) <= _FEW_NEURONS) or (not neurons and len(training.forward) <= _FEW_DEFINITIONS):
            outputs = {updated_name(neuron.output, 1) for neuron in neurons}
            for formula in training.forward:
                working = work_out(formula.expr, values, values[formula.name], solution.policy, formula.stable)
                lay_out = self.equations.one_line if formula.name in outputs else self.equations.derivation
                yield lay_out(Name(formula.name), (formula.expr,), working)
            return
        if not neurons:
            quantities = [formula.name.removesuffix("+") for formula in training.forward]
            head = (say("quantity"), say("new value"))
            yield from table(head, "ll", quantities, lambda name: (say(Name(name)), self._new_value(name)), "quantity")
            return
        yield from table(
            (say("neuron"), say("net input"), say("output")),
            "lll",
            neurons,
            lambda neuron: (say(neuron.label), self._new_value(neuron.net_input), self._new_value(neuron.output)),
            "neuron",
        )

    def _new_value(self, name: str) -> Content:
        new = updated_name(name, self.solution.training.steps if self.solution.training else 1)
        value = self.solution.values[new]
        return say(known(new, value))

    def _several(self, training: Training) -> Iterator[Block]:
        yield Paragraph(
            say(
                f"The same is done {training.steps} times, each time with the gradients of the parameters reached. "
                f"{self.what}:"
            )
        )
        yield Table(
            (say("updates"), say("cost")),
            "rr",
            tuple(
                (say(Number(str(done))), say(live("cost", str(index), content=Number(value.shown))))
                for index, (done, value) in enumerate(training.costs)
            ),
        )
        plot, alt = cost_drawing(training, self.cost), cost_alt(training, self.cost)
        yield Figure("cost-curve", plot, cost_caption(training), alt)
        before, after = training.costs[0][1], training.costs[-1][1]
        yield Paragraph(say(_verdict(before, after, self.what), " The parameters at the end:"))
        values = self.solution.values
        yield from table(
            (say("parameter"), say("at the start"), say("at the end")),
            "lrr",
            training.moved,
            lambda name: (
                say(Name(name)),
                say(shown(name, values[name])),
                say(shown(updated_name(name, training.steps), values[updated_name(name, training.steps)])),
            ),
            "parameter",
        )
        outputs = [self._new_value(neuron.output) for neuron in self.solution.model.dense.output_neurons[:12]]
        if outputs:
            yield Paragraph(say("The network now gives ", listed(outputs), "."))


#: How a cost has moved, by the sign of its change.
_MOVES = {-1: "fallen", 0: "same", 1: "grown"}


def _verdict(before: Value, after: Value, what: str = "It") -> Live:
    printed = _MOVES[int(Decimal(after.shown).compare(Decimal(before.shown)))]
    full = _MOVES[int(after.exact.value.compare(before.exact.value))]
    # Where the printed numbers are the same, full precision tells more; where they differ from it, the page says so.
    told = SENTENCES["by rounding"] if printed not in (full, "same") else SENTENCES[full]
    words = {"printed": SENTENCES[f"has {printed}"], "full": SENTENCES[f"has {full}"]}
    return live("verdict", what, content=told.format(what=what, **words))


def proof(solution: Solution, report: Report) -> Iterator[Block]:
    """The derivatives held against numeric ones."""
    cost = goal(solution.model)
    changes = "the cost's change" if isinstance(cost, str) else f"the change of {cost.name}"
    mover = (
        "parameter" if all(solution.model.quantities[name].role.sought for name in solution.model.wanted) else "number"
    )
    moved = f"the {mover} is moved"
    yield Heading(1, say("Is it true?"), "proof")
    yield Paragraph(
        say(
            f"Each derivative above is held against one that knows nothing of the chain rule: {moved} "
            "up and "
            f"down a little, the whole forward pass is made again with many digits, and {changes} is divided "
            "by the "
            f"{mover}'s (central differences, refined by Richardson's extrapolation). "
            + (report.note + " " if report.note else "")
        )
    )
    # Powers of ten are for pages with significant digits; one with decimals counts the digits that agree.
    powers = solution.policy.significant is not None
    measure = "relative difference" if powers else "digits that agree"

    def compared(row: Comparison) -> tuple[Content, ...]:
        parts = {
            "derived": _digits(row.derived, powers=powers),
            "numeric": _digits(row.independent, powers=powers) if row.judged else say("–"),
            "difference": _difference(row) if powers else _agreement(row),
        }
        return (say(Name(row.name)), *(say(live(kind, row.name, content=part)) for kind, part in parts.items()))

    head = (say("derivative"), say("derived"), say("numeric"), say(measure))
    yield from table(head, "lrrr", report.rows, compared, "derivative")
    yield Paragraph(say(live("proof", content=_outcome(report))))


def _outcome(report: Report) -> str:
    """What the comparisons come to."""
    judged = sum(row.judged for row in report.rows)
    some = "judged agree" if judged else "none judged"
    key = "not all agree" if not report.holds else "all agree" if judged == report.total else some
    return SENTENCES[key].format(judged=judged, total=report.total)


def _digits(value: Decimal | None, *, powers: bool) -> Content:
    if not value:
        return say(Number("0"))
    rounded = Decimal(f"{value:.{_PROVED - 1}e}")
    if powers and -5 <= rounded.adjusted() < _PROVED:
        return say(Number(format(rounded, "f")))
    return small(rounded, powers=powers)


def _difference(row: Comparison) -> Content:
    """The relative difference, to one digit."""
    if not row.judged or row.difference is None:
        return say(SENTENCES["at a kink" if row.kink else "not judged"])
    if not row.difference:
        return say(Number("0"))
    return say(Number(scientific(Decimal(f"{row.difference:.0e}"))))


def _agreement(row: Comparison) -> Content:
    """How many significant digits of both numbers agree."""
    if not row.judged or row.difference is None:
        return say(SENTENCES["at a kink" if row.kink else "not judged"])
    if not row.difference:
        return say(SENTENCES["all digits"])
    return say(str(max(0, -row.difference.adjusted() - 1)))
