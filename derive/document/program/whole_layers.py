"""A program that works with whole layers: weights as matrices, the values of neurons as vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from msgspec.structs import replace

from derive.calculus.solution import Solution
from derive.catalogue.activations import LAYER_FUNCTIONS
from derive.catalogue.roles import L1_PENALTY, L2_PENALTY
from derive.document.program.layer_functions import layer_functions
from derive.document.program.places import Places
from derive.document.program.scalars import AFTER, MOVE, MOVES, MOVES_WITH_STATES, number_text, printed_as
from derive.document.program.statements import (
    NUMBER_OF_UPDATE,
    Array,
    ArrayKind,
    Function,
    Operate,
    Operation,
    PrintedValue,
    Remark,
    Statement,
    TrainArrays,
)
from derive.document.words.phrasing import layer_name, the
from derive.expression.tree import Name, Number
from derive.model.dense import Layer
from derive.model.model import Model
from derive.model.references import derivative_name, updated_name
from derive.model.updating import state_name

_RATE = "learning_rate"

Rows = tuple[tuple[str, ...], ...]


def _is_plain(model: Model) -> bool:
    """Whether a model is layers of neurons and a cost of their outputs at one sample, and nothing beside."""
    layers = model.dense.layers
    penalties = (*model.of(L1_PENALTY), *model.of(L2_PENALTY))
    whole = any(layer.activation in LAYER_FUNCTIONS for layer in layers)
    return bool(layers) and not model.sample_costs and not penalties and not whole


class Arrays:
    """Writes one statement for each array.

    Args:
        solution: the worked network.
        functions: the functions of its layers and of its cost, by what they are for.
    """

    def __init__(self, solution: Solution, functions: Mapping[str, Function]) -> None:
        self.solution = solution
        self.by_use = functions
        self.functions = tuple(dict.fromkeys(functions.values()))
        self.network = solution.model.dense
        self.cost = self.network.cost

    @classmethod
    def of(cls, solution: Solution) -> Self | None:
        """The writer for a network, or None where it is not made of such layers."""
        if not _is_plain(solution.model):
            return None
        functions = layer_functions(solution)
        return None if functions is None else cls(solution, functions)

    # The program

    def place(self, places: Places) -> None:
        """Puts the statements of each layer to the end of its section."""
        layers = self.network.layers
        places.at_end("given", tuple(self._given()))
        for index, layer in enumerate(layers):
            anchor = f"forward-layer-{index + 1}" if len(layers) > 1 else "forward"
            places.at_end(anchor, [Remark("All neurons of the layer at once."), *self._forward(index, layer)])
        places.at_end("cost", tuple(self._cost()))
        for index, layer in reversed(list(enumerate(layers))):
            remark = Remark("The steps of all neurons of the layer at once.")
            places.at_end(f"backward-layer-{index + 1}", [remark, *self._backward(index, layer)])
        places.at_end("update", tuple(self._update()))

    def gradients(self) -> Iterator[Statement]:
        """The forward and the backward pass with whole layers."""
        yield Remark("The same for whole layers at once: weights as matrices, the values of neurons as vectors.")
        yield from self._given(with_rate=False)
        for index, layer in enumerate(self.network.layers):
            yield from self._forward(index, layer)
        yield from self._cost()
        for index, layer in reversed(list(enumerate(self.network.layers))):
            yield from self._backward(index, layer)

    def _given(self, *, with_rate: bool = True) -> Iterator[Array]:
        yield self._array("inputs", (self.network.inputs,), "vector")
        for number, layer in enumerate(self.network.layers, start=1):
            yield self._array(f"weights_{number}", tuple(neuron.weights for neuron in layer.neurons), "matrix")
            if layer.shared_bias is not None:
                yield self._array(f"biases_{number}", ((layer.shared_bias,),), "number")
            elif biases := _biases(layer):
                yield self._array(f"biases_{number}", (biases,), "vector")
        yield self._array("targets", (self.network.targets,), "vector")
        if with_rate and self.solution.training is not None:
            yield self._array(_RATE, ((self.solution.model.learning_rate,),), "number")
            for constant, name in self.solution.model.constants.items():
                yield self._array(constant, ((name,),), "number")

    def _array(self, variable: str, names: Rows, kind: ArrayKind) -> Array:
        given = self.solution.model.graph.given
        return Array(variable, tuple(tuple(number_text(given[name]) for name in row) for row in names), kind, names)

    def _forward(self, index: int, layer: Layer, done: int = 0) -> Iterator[Operate]:
        """The outputs of a layer, after a number of updates."""
        number, new = index + 1, "_new" if done else ""
        before = "inputs" if not index else f"outputs_{index}{new}"
        operands = [f"weights_{number}{self._moved(done, _weights(layer))}", before]
        biases = _biases(layer)
        if biases:
            operands.append(f"biases_{number}{self._moved(done, biases)}")
        yield self._operate(
            f"nets_{number}{new}",
            "weigh and add" if biases else "weigh",
            operands,
            f"net inputs of {self._title(index)}",
            [[updated_name(neuron.net_input, done) for neuron in layer.neurons]],
        )
        yield self._operate(
            f"outputs_{number}{new}",
            "each",
            [self.by_use[f"output {number}"].name, f"nets_{number}{new}"],
            f"outputs of {self._title(index)}",
            [[updated_name(neuron.output, done) for neuron in layer.neurons]],
        )

    def _moved(self, done: int, parameters: Iterable[str]) -> str:
        """What a variable is called after an update, if any of its parameters moves."""
        training = self.solution.training
        return "_new" if done and training is not None and not set(training.moved).isdisjoint(parameters) else ""

    def _cost(self, done: int = 0) -> Iterator[Operate]:
        new = "_new" if done else ""
        names = [updated_name(name, done) for name in self.network.cost_parts or (self.cost,)]
        outputs = f"outputs_{len(self.network.layers)}{new}"
        error = self.by_use["error"].name
        yield self._operate(f"errors{new}", "each", [error, "targets", outputs], "cost of each output", [names])
        cost = [[updated_name(self.cost, done)]]
        yield self._operate(
            f"cost{new}", "total" if self.network.cost_parts else "first", [f"errors{new}"], cost[0][0], cost
        )

    def _backward(self, index: int, layer: Layer) -> Iterator[Operate]:
        number, title = index + 1, self._title(index)
        last = number == len(self.network.layers)
        outputs, nets = f"outputs_{number}", f"nets_{number}"
        by_net = [self._gradient(neuron.net_input) for neuron in layer.neurons]
        yield self._operate(
            f"d_{outputs}",
            "each" if last else "back",
            [self.by_use["error slope"].name, "targets", outputs]
            if last
            else [f"weights_{number + 1}", f"d_nets_{number + 1}"],
            f"d{self.cost}/d(outputs of {title})",
            [[self._gradient(neuron.output) for neuron in layer.neurons]],
        )
        yield self._operate(
            f"slopes_{number}",
            "each",
            [self.by_use[f"slope {number}"].name, nets, outputs],
            f"slopes of {title}",
            [[derivative_name(neuron.output, neuron.net_input) for neuron in layer.neurons]],
        )
        yield self._operate(
            f"d_{nets}",
            "times",
            [f"d_{outputs}", f"slopes_{number}"],
            f"d{self.cost}/d(net inputs of {title})",
            [by_net],
        )
        yield self._operate(
            f"d_weights_{number}",
            "outer",
            [f"d_{nets}", f"outputs_{index}" if index else "inputs"],
            f"d{self.cost}/d(weights of {title})",
            [[self._gradient(weight) for weight in neuron.weights] for neuron in layer.neurons],
        )
        if biases := _biases(layer):
            yield self._operate(
                f"d_biases_{number}",
                "total" if layer.shared_bias is not None else "same",
                [f"d_{nets}"],
                f"d{self.cost}/d(biases of {title})",
                [[self._gradient(bias) for bias in biases]],
            )

    def _update(self) -> Iterator[Statement]:
        training = self.solution.training
        if training is None or not training.moved:
            return
        yield from self._movable()
        layers = list(enumerate(self.network.layers))
        if training.steps == 1:
            yield Remark(MOVES if training.rules.plain else MOVES_WITH_STATES)
            yield from self._moves(1, "_new")
            yield Remark(AFTER)
            for index, layer in layers:
                yield from self._forward(index, layer, 1)
            yield from self._cost(1)
            return
        body: list[Remark | Operate] = [Remark("The gradients of the parameters reached.")]
        for index, layer in reversed(layers):
            body += self._backward(index, layer)
        body += [Remark(MOVE if training.rules.plain else MOVES_WITH_STATES), *self._moves(training.steps, "")]
        body.append(Remark("The forward pass with the new parameters."))
        for index, layer in layers:
            body += self._forward(index, layer)
        body += self._cost()
        costs = tuple((n, printed_as(v)) for n, v in training.costs if n)
        yield TrainArrays(training.steps, tuple(body), "cost", self.cost, costs)
        for move in self._moves(training.steps, ""):
            yield Operate(move.variable, "same", (move.variable,), move.label, move.printed)
        last = len(layers)
        names = [updated_name(neuron.output, training.steps) for neuron in self.network.output_neurons]
        yield self._operate(f"outputs_{last}", "same", [f"outputs_{last}"], "outputs at the end", [names])

    def _movable(self) -> Iterator[Array]:
        """Which elements move, where an array has some that do and some that do not; the states that begin at 0."""
        for variable, rows, kind in self._parameters():
            moving = self._moving(rows)
            flags = {flag for row in moving for flag in row}
            if len(flags) > 1:
                yield Array(f"{variable}_move", moving, kind, ())
            for state in self._started() if "1" in flags else ():
                yield Array(_state(state, variable), (("0",),), "number", ())

    def _started(self) -> tuple[str, ...]:
        return () if self.solution.training is None else self.solution.training.rules.started

    def _moves(self, done: int, new: str) -> Iterator[Operate]:
        training = self.solution.training
        assert training is not None
        rules, count = training.rules, Number("1") if training.steps == 1 else Name(NUMBER_OF_UPDATE)
        constants = {letter: letter for letter in rules.constants} | {"eta": _RATE}
        for variable, rows, _ in self._parameters():
            moving = {flag for row in self._moving(rows) for flag in row}
            if "1" not in moving:
                continue
            some = len(moving) > 1
            what, _, number = variable.partition("_")
            title = f"{what} of {self._title(int(number) - 1)}"
            kept = set(training.frozen)
            own = {letter: _state(letter, variable) for letter in rules.optimizer.states}
            for letter, formula in rules.over({**own, "g": f"d_{variable}", "w": variable}, constants, count):
                if letter != "w":
                    states = [[updated_name(state_name(letter, name), done) for name in row] for row in rows]
                    label = f"{letter} of the {title}"
                    state = self._operate(own[letter], "formula", (), label, [] if some else states)
                    yield replace(state, formula=formula)
            names = [[name if name in kept else updated_name(name, done) for name in row] for row in rows]
            operands = (variable, f"{variable}_move") if some else ()
            operation: Operation = "formula of some" if some else "formula"
            yield replace(
                self._operate(f"{variable}{new}", operation, operands, f"new {title}", names), formula=formula
            )

    def _moving(self, rows: Rows) -> Rows:
        training = self.solution.training
        frozen = frozenset(training.frozen if training is not None else ())
        return tuple(tuple("0" if name in frozen else "1" for name in row) for row in rows)

    def _parameters(self) -> Iterator[tuple[str, Rows, ArrayKind]]:
        for number, layer in enumerate(self.network.layers, start=1):
            yield f"weights_{number}", tuple(neuron.weights for neuron in layer.neurons), "matrix"
            if biases := _biases(layer):
                yield f"biases_{number}", (biases,), "vector" if layer.shared_bias is None else "number"

    # Pieces

    def _operate(
        self, variable: str, operation: Operation, operands: Sequence[str], label: str, names: Sequence[Sequence[str]]
    ) -> Operate:
        printed = tuple(tuple(map(self._printed, row)) for row in names)
        return Operate(variable, operation, tuple(operands), label, printed)

    def _printed(self, name: str) -> PrintedValue:
        return printed_as(self.solution.values[name])

    def _gradient(self, name: str) -> str:
        return derivative_name(self.cost, name)

    def _title(self, index: int) -> str:
        return the(layer_name(index, len(self.network.layers)))


def _state(state: str, variable: str) -> str:
    return f"{state}_{variable}"


def _weights(layer: Layer) -> Iterator[str]:
    return (weight for neuron in layer.neurons for weight in neuron.weights)


def _biases(layer: Layer) -> tuple[str, ...]:
    if layer.shared_bias is not None:
        return (layer.shared_bias,)
    return tuple(neuron.bias for neuron in layer.neurons if neuron.bias is not None)
