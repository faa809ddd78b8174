"""A program with one variable for each quantity, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.calculus.solution import Worked
from derive.calculus.steps import Step, chain_rule
from derive.calculus.values import Formula, Value
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.roles import (
    COST,
    COST_PART,
    GIVEN,
    INPUT,
    L1_PENALTY,
    L2_PENALTY,
    PARAMETER,
    TARGET,
    UPDATE_CONSTANT,
    Role,
)
from derive.document.program.places import Places
from derive.document.program.statements import (
    Check,
    Compute,
    Given,
    PrintedValue,
    ProgramFunction,
    Remark,
    Statement,
    Train,
)
from derive.document.words.phrasing import capital, value_sign
from derive.expression.tree import Call, Expr, Name, Number, substitute
from derive.model.references import split_updates, state_name, updated_name

#: What a function of a file's own is called.
OWN = "activation"

MOVES = "Each parameter moves against its gradient; all gradients are those of the old parameters."
AFTER = "The forward pass with the new parameters."
#: The same in a loop; and where parameters have states.
MOVE = "Every parameter moves against its gradient."
MOVES_WITH_STATES = "What the optimizer keeps of each parameter, then the parameter itself."
STARTS = "what the optimizer keeps of each parameter, before the first update"


class Scalars:
    """Writes one statement for each quantity, in the order of the page.

    Args:
        solution: the worked network.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution
        self.values = solution.values
        self.functions: dict[tuple[str, Expr], ProgramFunction] = {}
        self.applied = dict(self._activations())
        model, training = solution.model, solution.training
        costs = {*model.of(COST), *model.of(COST_PART), *model.sample_costs}
        lines = [self._definition(name) for name in solution.model.graph.definitions]
        self.forward = [line for line in lines if line.name not in costs]
        self.cost = [line for line in lines if line.name in costs]
        self.backward = [self._step(step) for step in solution.steps]
        self.moves: list[Statement] = []
        self.after: list[Statement] = []
        starts = () if training is None else training.rules.starts(training.moved)
        begin: list[Statement] = [Given(STARTS, tuple((name, "0") for name in starts))] if starts else []
        if training is not None and training.formulas:
            self.moves = [
                *begin,
                Remark(MOVES if training.rules.plain else MOVES_WITH_STATES),
                *map(self._formula, training.formulas),
            ]
            self.after = [Remark(AFTER), *map(self._formula, training.forward)]
        elif training is not None and training.moved:
            self.after = [*begin, *self._updates()]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements but the given values, in the order in which they are made."""
        return (*self.forward, *self.cost, *self.backward, *self.moves, *self.after)

    def place(self, places: Places) -> None:
        """Puts each statement to the derivation that it belongs to."""
        places.at_end("given", tuple(self._given()))
        places.at_equations("forward", self.forward)
        places.at_equations("cost", self.cost)
        places.at_equations("backward", self.backward)
        places.at_table("update", self.moves)
        places.at_equations("update", self.after)

    def _activations(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The function and the argument that each quantity is whose one slope has a step of its own."""
        for name, definition in self.solution.model.graph.definitions.items():
            for argument in definition.own_steps if len(definition.own_steps) == 1 else ():
                formula = substitute(definition.expr, {argument: Name("z")})
                if not isinstance(formula, Name | Number) and formula != Call(definition.applies, (Name("z"),)):
                    yield name, (self._function(definition.applies, formula), argument)

    def _function(self, activation: str, formula: Expr) -> str:
        row = ACTIVATIONS.get(activation)
        base = OWN if row is None else row.name
        known = self.functions.get((base, formula))
        if known is None:
            count = sum(1 for name, _ in self.functions if name == base)
            says = "The activation function of this network." if row is None else f"{capital(row.phrase)}."
            name = base if not count else f"{base}_{count + 1}"
            known = self.functions[base, formula] = ProgramFunction(name, formula, says)
        return known.name

    def _given(self) -> Iterator[Given]:
        model, given = self.solution.model, self.solution.model.graph.given

        def group(title: str, wanted: Iterable[str]) -> Given:
            return Given(title, tuple((name, number_text(given[name])) for name in wanted))

        for role, title in ((GIVEN, "given"), (PARAMETER, "parameters")):
            if names := model.of(role):
                yield group(title, names)
        yield from self._samples(INPUT)
        for stage in model.network.stages:
            own = () if stage.shares_bias else stage.biases.entries
            several = stage.weights.shape[1] > 1
            what = "weights and bias" if own else "weights" if several else "weight"
            for place, (label, weights) in enumerate(zip(stage.labels, stage.weights.rows, strict=True)):
                yield group(f"{what} of neuron {label}", (*weights, *own[place : place + 1]))
            if stage.shares_bias:
                yield group("bias shared by the neurons above", stage.biases.entries)
        yield from self._samples(TARGET)
        if penalties := (*model.of(L1_PENALTY), *model.of(L2_PENALTY)):
            yield group("how much the weights add to the cost", penalties)
        if self.solution.training is not None:
            yield group("learning rate", (self.solution.model.learning_rate,))
        if constants := model.of(UPDATE_CONSTANT):
            yield group("constants of the updates", constants)

    def _samples(self, role: Role) -> Iterator[Given]:
        """The inputs or the targets, of each sample for itself."""
        model = self.solution.model
        names, samples = model.of(role), model.samples
        each = len(names) // samples
        for sample in range(samples if names else 0):
            which = f" of sample {sample + 1}" if samples > 1 else ""
            own = names[sample * each : (sample + 1) * each]
            given = tuple((name, number_text(model.graph.given[name])) for name in own)
            yield Given((role.noun if each == 1 else role.plural) + which, given)

    def _definition(self, name: str) -> Compute:
        formula = self.solution.model.graph.definitions[name].expr
        return Compute(name, formula, printed_as(self.values[name]), self.applied.get(name))

    def _step(self, step: Step) -> Compute:
        chain = chain_rule(step)
        printed = printed_as(self.values[step.target])
        return Compute(step.target, step.result, printed, None, None if chain == step.result else chain, step.equals)

    def _formula(self, formula: Formula) -> Compute:
        """A formula of the update, over the new parameters."""
        applied = self.applied.get(split_updates(formula.name)[0])
        applies = applied and (applied[0], updated_name(applied[1], 1))
        return Compute(formula.name, formula.expr, printed_as(self.values[formula.name]), applies)

    def _updates(self) -> Iterator[Statement]:
        training, cost = self.solution.training, self.solution.model.graph.result
        assert training is not None
        costs = tuple((done, printed_as(value)) for done, value in training.costs if done)
        own = {state_name("g", name) for name in training.moved}

        def batch(count: int) -> Iterator[Compute]:
            rules = (rule for name in training.moved for rule in training.rules.repeated(name, count))
            yield from (Compute(rule.name, rule.expr, None) for rule in rules)

        moves = tuple(batch(1))
        batches: tuple[tuple[Compute, ...], ...] = ()
        if training.rules.plain:  # the gradient by another name is of no use here
            moves = tuple(move for move in moves if move.name not in own)
        elif training.rules.batches > 1:
            moves = tuple(move for move in moves if move.name not in own)
            counts = range(1, training.rules.batches + 1)
            batches = tuple(tuple(move for move in batch(count) if move.name in own) for count in counts)
        forward, backward = (*self.forward, *self.cost), tuple(self.backward)
        rule = MOVE if training.rules.plain else MOVES_WITH_STATES
        yield Train(training.steps, forward, backward, moves, rule, cost, costs, batches)
        outputs = self.solution.model.last_outputs
        moved = training.moved
        if not training.rules.plain:
            moved = tuple(name for parameter in moved for name in training.rules.told_of(parameter)[1:])
        for name in (*moved, *outputs):
            new = updated_name(name, training.steps)
            yield Check(name, new, printed_as(self.values[new]))


def printed_as(value: Value) -> PrintedValue:
    """What the page says of a value."""
    return PrintedValue(value.shown, value_sign(value) == "=", value.exact.vanished)


def number_text(value: object) -> str:
    """A given number as a program reads it: with the digits that it was written with."""
    return str(value).lower().replace("e+", "e")
