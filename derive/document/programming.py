"""From a solution to the program that works its page out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from derive.calculus.solution import Solution
from derive.calculus.steps import Step
from derive.calculus.update import descent
from derive.calculus.values import Formula, Value
from derive.catalogue.activations import ACTIVATIONS
from derive.document.blocks import Block, Document, Equation, Heading, Table
from derive.document.phrasing import capital, value_sign
from derive.document.program import Check, Compute, Function, Given, Printed, Program, Remark, Statement, Train
from derive.document.trial import Trial, numbers_that_reach
from derive.expression.tree import Call, Expr, Name, Number, product_of, substitute, sum_of, walk
from derive.model.naming import LEARNING_RATE, updated_name

#: What a function of a file's own is called.
_OWN = "activation"

_MOVES = "Each parameter moves against its gradient; all gradients are those of the old parameters."
_AFTER = "The forward pass with the new parameters."


def with_program(document: Document, solution: Solution) -> Document:
    """The page with the program that works it out again: each statement behind the block that it belongs to."""
    return replace(document, program=_Scalars(solution).program(document.blocks))


class _Scalars:
    """Writes one statement for each quantity, in the order of the page.

    Args:
        solution: the worked network.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.values = solution.values
        self.functions: dict[tuple[str, Expr], Function] = {}
        self.applied = dict(self._activations())

    def program(self, blocks: Sequence[Block]) -> Program:
        """The whole program."""
        solution, training = self.solution, self.solution.training
        definitions = solution.model.graph.definitions
        costs = {solution.model.network.cost, *solution.model.network.cost_parts}
        lines = [self._definition(name) for name in definitions]
        forward = [line for line in lines if line.name not in costs]
        cost = [line for line in lines if line.name in costs]
        backward = [self._step(step) for step in solution.steps]
        moves: list[Statement] = []
        after: list[Statement] = []
        if training is not None and training.formulas:
            moves = [Remark(_MOVES), *map(self._formula, training.formulas)]
            after = [Remark(_AFTER), *map(self._formula, training.forward)]
        elif training is not None and training.moved:
            after = list(self._updates(tuple(lines), tuple(backward)))

        reached = Trial(solution, [*lines, *backward, *moves, *after])
        numbers = numbers_that_reach(reached)
        places = _Places(blocks)
        places.at_end("given", [*self._given()])
        places.at_equations("forward", forward)
        places.at_equations("cost", cost)
        places.at_equations("backward", backward)
        places.at_table("update", moves)
        places.at_equations("update", after)
        called = {node.function for line in reached.formulas() for node in walk(line) if isinstance(node, Call)}
        missed = reached.missed(numbers)
        parts = {place: tuple(_without(missed, found)) for place, found in sorted(places.found.items())}
        return Program(numbers, tuple(self.functions.values()), frozenset(called), parts)

    def _activations(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The function and the argument that each output is."""
        definitions = self.solution.model.graph.definitions
        for layer in self.solution.model.network.layers:
            for neuron in layer.neurons:
                formula = substitute(definitions[neuron.output].expr, {neuron.net_input: Name("z")})
                if not isinstance(formula, Name | Number) and formula != Call(layer.activation, (Name("z"),)):
                    yield neuron.output, (self._function(layer.activation, formula), neuron.net_input)

    def _function(self, activation: str, formula: Expr) -> str:
        row = ACTIVATIONS.get(activation)
        base = _OWN if row is None else row.name
        known = self.functions.get((base, formula))
        if known is None:
            count = sum(1 for name, _ in self.functions if name == base)
            says = "The activation function of this network." if row is None else f"{capital(row.phrase)}."
            name = base if not count else f"{base}_{count + 1}"
            known = self.functions[base, formula] = Function(name, formula, says)
        return known.name

    def _given(self) -> Iterator[Given]:
        network, given = self.solution.model.network, self.solution.model.graph.given

        def group(title: str, wanted: Iterable[str]) -> Given:
            return Given(title, tuple((name, number_text(given[name])) for name in wanted))

        yield group("inputs" if len(network.inputs) > 1 else "input", network.inputs)
        for layer in network.layers:
            for neuron in layer.neurons:
                own = (neuron.bias,) if neuron.bias is not None and layer.shared_bias is None else ()
                what = "weights and bias" if own else "weights" if len(neuron.weights) > 1 else "weight"
                yield group(f"{what} of neuron {neuron.label}", (*neuron.weights, *own))
            if layer.shared_bias is not None:
                yield group("bias shared by the neurons above", (layer.shared_bias,))
        yield group("targets" if len(network.targets) > 1 else "target", network.targets)
        if self.solution.training is not None:
            yield group("learning rate", (LEARNING_RATE,))

    def _definition(self, name: str) -> Compute:
        formula = self.solution.model.graph.definitions[name].expr
        return Compute(name, formula, printed_as(self.values[name]), self.applied.get(name))

    def _step(self, step: Step) -> Compute:
        chain = None
        if step.rule == "chain":
            chain = sum_of(tuple(product_of(tuple(map(Name, path.chain))) for path in step.paths))
        elif step.rule == "cost" and step.paths[0].through != self.solution.model.graph.result:
            chain = Name(step.paths[0].chain[-1])
        printed = printed_as(self.values[step.target])
        return Compute(step.target, step.result, printed, None, None if chain == step.result else chain, step.equals)

    def _formula(self, formula: Formula) -> Compute:
        """A formula of the update, over the new parameters."""
        applied = self.applied.get(formula.name.removesuffix("+"))
        applies = applied and (applied[0], updated_name(applied[1], 1))
        return Compute(formula.name, formula.expr, printed_as(self.values[formula.name]), applies)

    def _updates(self, forward: tuple[Compute, ...], backward: tuple[Compute, ...]) -> Iterator[Statement]:
        training, cost = self.solution.training, self.solution.model.graph.result
        assert training is not None
        costs = tuple((done, printed_as(value)) for done, value in training.costs if done)
        moves = tuple(Compute(name, descent(name, cost), None) for name in training.moved)
        yield Train(training.steps, forward, backward, moves, cost, costs)
        outputs = [neuron.output for neuron in self.solution.model.network.layers[-1].neurons]
        for name in (*training.moved, *outputs):
            new = updated_name(name, training.steps)
            yield Check(name, new, printed_as(self.values[new]))


class _Places:
    """Finds the blocks behind which statements stand.

    Args:
        blocks: the page.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.about = {block.about: place for place, block in enumerate(blocks) if isinstance(block, Equation)}
        self.anchors = {block.anchor: place for place, block in enumerate(blocks) if isinstance(block, Heading)}
        self.found: dict[int, list[Statement]] = {}

    def at_end(self, anchor: str, statements: Sequence[Statement]) -> None:
        """At the end of a section."""
        if statements:
            self.found.setdefault(self._section(anchor)[-1], []).extend(statements)

    def at_table(self, anchor: str, statements: Sequence[Statement]) -> None:
        """Those that have an equation behind it, and the rest behind the first table of the section after that."""
        section = self._section(anchor) if statements else range(1)
        place = section[0]
        tables = [at for at in section if isinstance(self.blocks[at], Table)]
        before: list[Statement] = []
        for line in statements:
            before.append(line)
            if isinstance(line, Compute):
                after = (at for at in tables if at >= place)
                place = self.about.get(line.name) or next(after, section[-1])
                self.found.setdefault(place, []).extend(before)
                before = []

    def at_equations(self, anchor: str, statements: Sequence[Statement]) -> None:
        """Each behind the equation that is about it; all at the end of the section where one has none."""
        if any(isinstance(line, Check | Train) or self._missing(line) for line in statements):
            self.at_end(anchor, statements)
            return
        before: list[Statement] = []
        for line in statements:
            before.append(line)
            if isinstance(line, Compute):
                self.found.setdefault(self.about[line.name], []).extend(before)
                before = []

    def _missing(self, line: Statement) -> bool:
        return isinstance(line, Compute) and line.name not in self.about

    def _section(self, anchor: str) -> range:
        start = self.anchors[anchor]
        heading = self.blocks[start]
        assert isinstance(heading, Heading)
        for place in range(start + 1, len(self.blocks)):
            block = self.blocks[place]
            if isinstance(block, Heading) and block.level <= heading.level:
                return range(start, place)
        return range(start, len(self.blocks))


def printed_as(value: Value) -> Printed:
    """What the page says of a value."""
    return Printed(value.shown, value_sign(value) == "=")


def number_text(value: object) -> str:
    """A given number as a program reads it: with the digits that it was written with."""
    return str(value).lower().replace("e+", "e")


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
