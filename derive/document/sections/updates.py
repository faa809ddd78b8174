"""What the updates do: the rules, worked out for the first parameter, the new values, and the cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from derive.calculus.rules import Rules
from derive.calculus.solution import Worked
from derive.calculus.update import Training
from derive.calculus.values import Formula, Value
from derive.calculus.working import work_out
from derive.catalogue.optimizers import CONSTANTS, STATES
from derive.document.blocks import Block, Content, Equation, Figure, Heading, Live, Paragraph, Table
from derive.document.equations import Equations
from derive.document.figure_numbers import cited
from derive.document.figures.cost_plot import cost_alt, cost_caption, cost_drawing
from derive.document.tables import table
from derive.document.words.phrasing import (
    ORDER,
    SENTENCES,
    capital,
    count,
    counted,
    equal,
    known,
    listed,
    live,
    say,
    sentence,
    shown,
)
from derive.expression.tree import ONE, Name, Negative, Number, Product, Sum
from derive.model.references import derivative_name, split_updates, state_name, updated_name

#: A network with more neurons than this has its second forward pass in a table.
_FEW_NEURONS = 8
#: The same for the quantities of a model of equations.
_FEW_DEFINITIONS = 8


class Updates:
    """Writes what the updates do.

    Args:
        solution: the worked network.
        equations: sets the derivations.
        brief: whether the second forward pass is told by its values alone.
    """

    def __init__(self, solution: Worked, equations: Equations, *, brief: bool = False) -> None:
        self.solution = solution
        self.brief = brief
        self.equations = equations
        self.cost = solution.model.graph.result
        #: What is to become smaller, at the beginning of a sentence.
        self.what = "The cost"

    def blocks(self) -> Iterator[Block]:
        """The update, if the file asks for one."""
        training = self.solution.training
        if training is None:
            return
        yield Heading(
            1, say("The update" if training.steps == 1 else capital(count(training.steps, "update"))), "update"
        )
        if not training.moved:
            yield Paragraph(say("All parameters are frozen, so nothing changes."))
            return
        yield Paragraph(self._rule(training))
        if training.steps == 1:
            yield from self._single(training)
        else:
            yield from self._several(training)

    def _rule(self, training: Training) -> Content:
        rules, values = training.rules, self.solution.values
        first = self._example(training)
        rate_name = self.solution.model.learning_rate
        rate = known(rate_name, values[rate_name])
        if not rules.optimizer.states:
            rule = rules.at(first, 1)[-1]
            taken = (
                "taken with the old parameters" if rules.batches > 1 else "those found above, with the old parameters"
            )
            how = sentence(
                "Gradient descent moves every parameter against its gradient, by the learning rate {rate} times the "
                "gradient{example}. {decay}{batches}All gradients are {taken}: no new value is used before all are "
                "known.",
                rate=rate,
                example=say(", as ", equal(Name(rule.name), ("=", rule.expr))) if training.steps > 1 else "",
                decay=self._decay(rules, first),
                batches=self._batches(rules),
                taken=taken,
            )
        else:
            how = sentence(
                "{title} has the learning rate {constants}. {says} {starts} {correction}{decay}{batches}All gradients "
                "are taken with the old parameters: no new value is used before all are known.",
                title=rules.optimizer.title,
                constants=listed([say(rate), *self._constants(rules)]),
                says=rules.optimizer.says,
                starts=self._starts(rules, first),
                correction=self._correction(rules, first),
                decay=self._decay(rules, first),
                batches=self._batches(rules),
            )
        if training.frozen:
            stay = "stays as it is" if len(training.frozen) == 1 else "stay as they are"
            names = [Name(name) for name in training.frozen[:12]]
            more = [] if len(training.frozen) <= 12 else [f"{len(training.frozen) - 12} more"]
            return say(how, " ", listed([*names, *more]), f" {stay}.")
        return how

    def _batches(self, rules: Rules) -> Content:
        """Which samples an update takes, where not all of them."""
        update = self.solution.file.update
        if rules.batches == 1 or update is None:
            return ()
        batches = update.batches(self.solution.model.samples)
        size, rest = len(batches[0]), len(batches[-1])
        each = "one sample" if size == 1 else f"{counted(size)} samples"
        whose = "that of its own cost alone" if size == 1 else "that of the cost of these alone"
        left = "one that is left" if rest == 1 else f"{counted(rest)} that are left"
        last = f", the last of an epoch the {left}" if rest < size else ""
        return say(
            f"An update takes {each}, in their order{last}: the gradient is {whose}. After "
            f"{counted(len(batches))} updates, which are an epoch, all samples have been taken once. "
        )

    def _taken(self, training: Training, number: int) -> str:
        """Of which samples the gradient of an update is, where not of all."""
        update = self.solution.file.update
        if training.rules.batches == 1 or update is None:
            return ""
        batch = update.batches(self.solution.model.samples)[(number - 1) % training.rules.batches]
        several = f" over samples {batch[0] + 1} to {batch[-1] + 1}"
        return several if len(batch) > 1 else f" over sample {batch[0] + 1}"

    def _constants(self, rules: Rules) -> Iterator[Content]:
        """The constants beside the learning rate and weight decay, each by its noun where that is one word."""
        for letter in rules.optimizer.constants:
            name, phrase = rules.constants[letter], CONSTANTS[letter].phrase
            yield say("" if " " in phrase else f"the {phrase} ", known(name, self.solution.values[name]))

    def _starts(self, rules: Rules, first: str) -> Content:
        """What is 0 before the first update."""
        if not rules.started:
            return ()
        zero = Number("0")
        states = [say(equal(Name(name), ("=", zero))) for name in rules.starts((first,))]
        return sentence("Before the first update {states}, and likewise for all parameters.", states=listed(states))

    def _correction(self, rules: Rules, first: str) -> Content:
        """Why averages are set right, where they are."""
        if "m_hat" not in rules.optimizer.states:
            return ()
        shares = [Sum((ONE, Negative(Name(rules.constants[name])))) for name in ("beta1", "beta2")]
        return sentence(
            "Averages that begin at 0 are too small at first: after the first update {m} holds only the share {one} of "
            "a gradient, and {v} the share {two} of a square. They are divided by these shares, which are one minus "
            "the constant to the power of the number of the update, and so come nearer to 1 with every update; this is "
            "the correction that gives {m_hat} and {v_hat}. ",
            one=shares[0],
            two=shares[1],
            **{name: Name(updated_name(state_name(name, first), 1)) for name in ("m", "v", "m_hat", "v_hat")},
        )

    def _decay(self, rules: Rules, first: str) -> Content:
        """What weight decay does, where there is some."""
        name = rules.constants.get("weight_decay")
        if name is None:
            return ()
        decay, old = known(name, self.solution.values[name]), Name(first)
        if rules.optimizer.decayed[0] == "w":
            shrunk = Product((Sum((ONE, Negative(Product((Name(rules.constants["eta"]), Name(name)))))), old))
            return sentence(
                "The weight decay {decay} leaves the averages alone, and shrinks the parameter itself: {shrunk} stands "
                "in the place of {old}. ",
                decay=decay,
                shrunk=shrunk,
                old=old,
            )
        return sentence(
            "The weight decay {decay} draws every parameter towards 0: {more} is added to the gradient of {old}. ",
            decay=decay,
            more=Product((Name(name), old)),
            old=old,
        )

    def _example(self, training: Training) -> str:
        """The parameter that the rule is told on: the first, or of plain rules the first that is changed by it."""
        steep = (name for name in training.moved if self.solution.gradient(name).exact.value)
        return next(steep, training.moved[0]) if training.rules.plain else training.moved[0]

    def _single(self, training: Training) -> Iterator[Block]:
        first = self._example(training)
        yield Paragraph(say("For ", Name(first), " this is:"))
        for formula in training.rules.at(first, 1):
            yield self._worked(formula)
        if len(training.moved) > 1:
            yield Paragraph(say("The same for all parameters that move:"))
            told = () if training.rules.plain else training.rules.told
            heads = ["gradient"] if training.rules.plain else [STATES[name] for name in told]
            if training.rules.batches > 1:
                heads[0] = "gradient of the batch"
            head = (say("parameter"), say("value"), *map(say, heads), say("new value"))
            align = "lrrl" if training.rules.plain else f"lr{'r' * len(heads)}r"
            row = self._move if training.rules.plain else self._move_with_states
            yield from table(head, align, training.moved, row, "parameter")
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

    def _worked(self, formula: Formula) -> Equation:
        """A rule with its numbers."""
        values = self.solution.values
        working = work_out(formula.expr, values, values[formula.name], self.solution.policy)
        return self.equations.derivation(Name(formula.name), (formula.expr,), working)

    def _move(self, name: str) -> tuple[Content, ...]:
        """The row of a parameter that moves, with its new value worked out."""
        training, values = self.solution.training, self.solution.values
        assert training is not None
        formula = training.rules.at(name, 1)[-1]
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

    def _move_with_states(self, name: str) -> tuple[Content, ...]:
        """The row of a parameter that moves: its value, its states after the last update, and its new value."""
        training = self.solution.training
        assert training is not None
        told = training.rules.told if training.steps == 1 else training.rules.told[1:]
        new = [updated_name(each, training.steps) for each in (*(state_name(state, name) for state in told), name)]
        return (say(Name(name)), *(say(self._number(each)) for each in (name, *new)))

    def _number(self, name: str) -> Live:
        return shown(name, self.solution.values[name])

    def _forward(self, training: Training) -> Iterator[Block]:
        solution, values = self.solution, self.solution.values
        if solution.model.samples > 1:
            yield from self._of_samples()
            return
        stages = solution.model.network.stages
        neurons = sum(stage.size for stage in stages)
        few = neurons <= _FEW_NEURONS if neurons else len(training.forward) <= _FEW_DEFINITIONS
        if few and not self.brief:
            outputs = {updated_name(name, 1) for stage in stages for name in stage.outputs.entries}
            for formula in training.forward:
                working = work_out(formula.expr, values, values[formula.name], solution.policy, formula.stable)
                lay_out = self.equations.one_line if formula.name in outputs else self.equations.derivation
                yield lay_out(Name(formula.name), (formula.expr,), working)
            return
        if not neurons:
            quantities = [split_updates(formula.name)[0] for formula in training.forward]
            head = (say("quantity"), say("new value"))
            yield from table(head, "ll", quantities, lambda name: (say(Name(name)), self._new_value(name)), "quantity")
            return
        yield from table(
            (say("neuron"), say("net input"), say("output")),
            "lll",
            [
                row
                for stage in stages
                for row in zip(stage.labels, stage.sums.entries, stage.outputs.entries, strict=True)
            ],
            lambda row: (say(row[0]), *map(self._new_value, row[1:])),
            "neuron",
        )

    def _of_samples(self) -> Iterator[Block]:
        """What the network gives for each sample, and the cost of each."""
        model = self.solution.model
        outputs = len(model.last_outputs) // model.samples

        def row(sample: int) -> tuple[Content, ...]:
            given = model.last_outputs[sample * outputs : (sample + 1) * outputs]
            return (
                say(str(sample + 1)),
                listed([self._new_value(name) for name in given]),
                self._new_value(model.sample_costs[sample]),
            )

        head = (say("sample"), say("output" if outputs == 1 else "outputs"), say("cost"))
        yield from table(head, "lll", range(model.samples), row, "sample")

    def _new_value(self, name: str) -> Content:
        new = updated_name(name, self.solution.training.steps if self.solution.training else 1)
        value = self.solution.values[new]
        return say(known(new, value))

    def _output(self, name: str) -> Content:
        """What an output is after the last of several updates, whose number would look like a power at its name."""
        steps = self.solution.training.steps if self.solution.training else 1
        return say(self._number(updated_name(name, steps)), " for ", Name(name))

    def _several(self, training: Training) -> Iterator[Block]:
        first = training.moved[0]
        if not training.rules.plain:
            yield from self._first_updates(training, first)
        yield Paragraph(
            say(
                f"The same is done {_times(training.steps)}{self._epochs(training)}, each time with the gradients of "
                "the parameters reached. "
                f"{self.what} (",
                cited("cost-curve"),
                "):",
            )
        )
        epoch = training.rules.batches
        yield Table(
            (say("updates"), *((say("epochs"),) if epoch > 1 else ()), say("cost")),
            "rrr" if epoch > 1 else "rr",
            tuple(
                (
                    say(Number(str(done))),
                    *((say(str(done // epoch) if done % epoch == 0 else "–"),) if epoch > 1 else ()),
                    say(live("cost", str(index), content=Number(value.shown))),
                )
                for index, (done, value) in enumerate(training.costs)
            ),
        )
        plot, alt = cost_drawing(training, self.cost), cost_alt(training, self.cost)
        yield Figure("cost-curve", plot, cost_caption(training), alt)
        before, after = training.costs[0][1], training.costs[-1][1]
        yield Paragraph(say(_verdict(before, after, self.what), " The parameters at the end:"))
        states = () if training.rules.plain else training.rules.told[1:]
        head = (say("parameter"), say("at the start"), *(say(STATES[state]) for state in states), say("at the end"))
        row = self._from_start_to_end if training.rules.plain else self._move_with_states
        yield from table(head, f"lr{'r' * len(states)}r", training.moved, row, "parameter")
        if self.solution.model.samples > 1:
            yield Paragraph(say("The network now gives:"))
            yield from self._of_samples()
            return
        outputs = [self._output(name) for name in self.solution.model.network.outputs[:12]]
        if outputs:
            yield Paragraph(say(f"After {count(training.steps, 'update')} the network gives ", listed(outputs), "."))

    @staticmethod
    def _epochs(training: Training) -> str:
        epochs, rest = divmod(training.steps, training.rules.batches)
        return f", which are {count(epochs, 'epoch')}" if training.rules.batches > 1 and not rest else ""

    def _from_start_to_end(self, name: str) -> tuple[Content, ...]:
        steps = self.solution.training.steps if self.solution.training else 1
        return (say(Name(name)), *(say(self._number(each)) for each in (name, updated_name(name, steps))))

    def _first_updates(self, training: Training, first: str) -> Iterator[Block]:
        """Some updates of the first parameter worked out."""
        for number, formulas in enumerate(training.written_out, start=1):
            if number == 1:
                yield Paragraph(say("For ", Name(first), " the first update is:"))
            else:
                gradient = updated_name(state_name("g", first), number)
                yield Paragraph(
                    sentence(
                        "The {which} update goes on from there. With the parameters reached the backward pass"
                        f"{self._taken(training, number)} gives the gradient {{gradient}}:",
                        which=ORDER[number - 1],
                        gradient=known(gradient, self.solution.values[gradient]),
                    )
                )
            for formula in formulas:
                yield self._worked(formula)


def _times(how_often: int) -> str:
    return "twice" if how_often == 2 else count(how_often, "time")


#: How a cost has moved, by the sign of its change.
_MOVES = {-1: "fallen", 0: "same", 1: "grown"}


def _verdict(before: Value, after: Value, what: str = "It") -> Live:
    printed = _MOVES[int(Decimal(after.shown).compare(Decimal(before.shown)))]
    full = _MOVES[int(after.exact.value.compare(before.exact.value))]
    # Where the printed numbers are the same, full precision tells more; where they differ from it, the page says so.
    told = SENTENCES["by rounding"] if printed not in (full, "same") else SENTENCES[full]
    words = {"printed": SENTENCES[f"has {printed}"], "full": SENTENCES[f"has {full}"]}
    return live("verdict", what, content=told.format(what=what, **words))
