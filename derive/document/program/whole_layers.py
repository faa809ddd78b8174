"""A program that works with whole layers: weights as matrices, the values of neurons as vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from msgspec.structs import replace

from derive.calculus.solution import Worked
from derive.catalogue.activations import LAYER_FUNCTIONS
from derive.catalogue.roles import L1_PENALTY, L2_PENALTY
from derive.document.program.layer_functions import layer_functions
from derive.document.program.places import Places
from derive.document.program.scalars import AFTER, MOVE, MOVES, MOVES_WITH_STATES, number_text, printed_as
from derive.document.program.statements import (
    NUMBER_OF_UPDATE,
    ArrayKind,
    GivenArray,
    Operate,
    OperationName,
    PrintedValue,
    ProgramFunction,
    Remark,
    Statement,
    TrainArrays,
)
from derive.document.words.phrasing import layer_name, the
from derive.expression.tree import Name, Number
from derive.model.graph import Array as View
from derive.model.model import Model
from derive.model.references import derivative_name, state_name, updated_name

_RATE = "learning_rate"

NameRows = tuple[tuple[str, ...], ...]


def _is_plain(model: Model) -> bool:
    """Whether a model is layers of neurons and a cost of their outputs at one sample, and nothing beside."""
    penalties = (*model.of(L1_PENALTY), *model.of(L2_PENALTY))
    whole = any(stage.function in LAYER_FUNCTIONS for stage in model.network.stages)
    return model.is_dense and not model.sample_costs and not penalties and not whole


class ArrayWriter:
    """Writes one statement for each array.

    Args:
        solution: the worked network.
        functions: the functions of its layers and of its cost, by what they are for.
    """

    def __init__(self, solution: Worked, functions: Mapping[str, ProgramFunction]) -> None:
        self.solution = solution
        self.by_use = functions
        self.functions = tuple(dict.fromkeys(functions.values()))
        self.network = solution.model.network
        self.stages = self.network.stages
        self.cost = self.network.cost

    @classmethod
    def of(cls, solution: Worked) -> Self | None:
        """The writer for a network, or None where it is not made of such layers."""
        if not _is_plain(solution.model):
            return None
        functions = layer_functions(solution)
        return None if functions is None else cls(solution, functions)

    # The program

    def place(self, places: Places) -> None:
        """Puts the statements of each layer to the end of its section."""
        places.at_end("given", tuple(self._given()))
        for index in range(len(self.stages)):
            anchor = f"forward-layer-{index + 1}" if len(self.stages) > 1 else "forward"
            places.at_end(anchor, [Remark("All neurons of the layer at once."), *self._forward(index)])
        places.at_end("cost", tuple(self._cost()))
        for index in self._back():
            remark = Remark("The steps of all neurons of the layer at once.")
            places.at_end(f"backward-layer-{index + 1}", [remark, *self._backward(index)])
        places.at_end("update", tuple(self._update()))

    def gradients(self) -> Iterator[Statement]:
        """The forward and the backward pass with whole layers."""
        yield Remark("The same for whole layers at once: weights as matrices, the values of neurons as vectors.")
        yield from self._given(with_rate=False)
        for index in range(len(self.stages)):
            yield from self._forward(index)
        yield from self._cost()
        for index in self._back():
            yield from self._backward(index)

    def _back(self) -> Iterator[int]:
        return reversed(range(len(self.stages)))

    def _given(self, *, with_rate: bool = True) -> Iterator[GivenArray]:
        for array in (self.network.inputs, *self._parameters(), self.network.targets):
            yield self._array(array.name, _rows(array), _kind(array))
        if with_rate and self.solution.training is not None:
            yield self._array(_RATE, ((self.solution.model.learning_rate,),), "number")
            for constant, name in self.solution.model.constants.items():
                yield self._array(constant, ((name,),), "number")

    def _array(self, variable: str, names: NameRows, kind: ArrayKind) -> GivenArray:
        given = self.solution.model.graph.given
        return GivenArray(
            variable, tuple(tuple(number_text(given[name]) for name in row) for row in names), kind, names
        )

    def _forward(self, index: int, done: int = 0) -> Iterator[Operate]:
        """The outputs of a layer, after a number of updates."""
        stage, new = self.stages[index], "_new" if done else ""
        before = f"{stage.sources.name}{new if index else ''}"
        parameters = [array for array in (stage.weights, stage.biases) if array.entries]
        weights, *biases = (f"{array.name}{self._moved(done, array.entries)}" for array in parameters)
        yield self._operate(
            f"{stage.sums.name}{new}",
            "weigh and add" if biases else "weigh",
            [weights, before, *biases],
            f"net inputs of {self._title(index)}",
            [[updated_name(name, done) for name in stage.sums.entries]],
        )
        yield self._operate(
            f"{stage.outputs.name}{new}",
            "each",
            [self.by_use[stage.outputs.name].name, f"{stage.sums.name}{new}"],
            f"outputs of {self._title(index)}",
            [[updated_name(name, done) for name in stage.outputs.entries]],
        )

    def _moved(self, done: int, parameters: Iterable[str]) -> str:
        """What a variable is called after an update, if any of its parameters moves."""
        training = self.solution.training
        return "_new" if done and training is not None and not set(training.moved).isdisjoint(parameters) else ""

    def _cost(self, done: int = 0) -> Iterator[Operate]:
        new, parts = "_new" if done else "", self.network.parts.entries
        names = [updated_name(name, done) for name in parts or (self.cost,)]
        outputs = f"{self.stages[-1].outputs.name}{new}"
        error = self.by_use["error"].name
        operands = [error, self.network.targets.name, outputs]
        yield self._operate(f"errors{new}", "each", operands, "cost of each output", [names])
        cost = [[updated_name(self.cost, done)]]
        yield self._operate(f"cost{new}", "total" if parts else "first", [f"errors{new}"], cost[0][0], cost)

    def _backward(self, index: int) -> Iterator[Operate]:
        stage, title = self.stages[index], self._title(index)
        outputs, sums = stage.outputs, stage.sums
        if stage is self.stages[-1]:
            operation: OperationName = "each"
            operands = [self.by_use["error slope"].name, self.network.targets.name, outputs.name]
        else:
            after = self.stages[index + 1]
            operation, operands = "back", [after.weights.name, f"d_{after.sums.name}"]
        yield self._operate(
            f"d_{outputs.name}",
            operation,
            operands,
            f"d{self.cost}/d(outputs of {title})",
            self._gradients(outputs),
        )
        slopes = f"slopes_{index + 1}"
        yield self._operate(
            slopes,
            "each",
            [self.by_use[slopes].name, sums.name, outputs.name],
            f"slopes of {title}",
            [list(map(derivative_name, outputs.entries, sums.entries))],
        )
        yield self._operate(
            f"d_{sums.name}",
            "times",
            [f"d_{outputs.name}", slopes],
            f"d{self.cost}/d(net inputs of {title})",
            self._gradients(sums),
        )
        yield self._operate(
            f"d_{stage.weights.name}",
            "outer",
            [f"d_{sums.name}", stage.sources.name],
            f"d{self.cost}/d(weights of {title})",
            self._gradients(stage.weights),
        )
        if stage.biases.entries:
            yield self._operate(
                f"d_{stage.biases.name}",
                "total" if stage.shares_bias else "same",
                [f"d_{sums.name}"],
                f"d{self.cost}/d(biases of {title})",
                self._gradients(stage.biases),
            )

    def _update(self) -> Iterator[Statement]:
        training = self.solution.training
        if training is None or not training.moved:
            return
        yield from self._movable()
        if training.steps == 1:
            yield Remark(MOVES if training.rules.plain else MOVES_WITH_STATES)
            yield from self._moves(1, "_new")
            yield Remark(AFTER)
            for index in range(len(self.stages)):
                yield from self._forward(index, 1)
            yield from self._cost(1)
            return
        body: list[Remark | Operate] = [Remark("The gradients of the parameters reached.")]
        for index in self._back():
            body += self._backward(index)
        body += [Remark(MOVE if training.rules.plain else MOVES_WITH_STATES), *self._moves(training.steps, "")]
        body.append(Remark("The forward pass with the new parameters."))
        for index in range(len(self.stages)):
            body += self._forward(index)
        body += self._cost()
        costs = tuple((n, printed_as(v)) for n, v in training.costs if n)
        yield TrainArrays(training.steps, tuple(body), "cost", self.cost, costs)
        for move in self._moves(training.steps, ""):
            yield Operate(move.variable, "same", (move.variable,), move.label, move.printed)
        last = self.stages[-1].outputs
        names = [updated_name(name, training.steps) for name in last.entries]
        yield self._operate(last.name, "same", [last.name], "outputs at the end", [names])

    def _movable(self) -> Iterator[GivenArray]:
        """Which elements move, where an array has some that do and some that do not; the states that begin at 0."""
        for array in self._parameters():
            moving = self._moving(_rows(array))
            flags = {flag for row in moving for flag in row}
            if len(flags) > 1:
                yield GivenArray(f"{array.name}_move", moving, _kind(array), ())
            for state in self._started() if "1" in flags else ():
                yield GivenArray(_state(state, array.name), (("0",),), "number", ())

    def _started(self) -> tuple[str, ...]:
        return () if self.solution.training is None else self.solution.training.rules.started

    def _moves(self, done: int, new: str) -> Iterator[Operate]:
        training = self.solution.training
        assert training is not None
        rules, count = training.rules, Number("1") if training.steps == 1 else Name(NUMBER_OF_UPDATE)
        constants = {letter: letter for letter in rules.constants} | {"eta": _RATE}
        for array in self._parameters():
            variable, rows = array.name, _rows(array)
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
            operation: OperationName = "formula of some" if some else "formula"
            yield replace(
                self._operate(f"{variable}{new}", operation, operands, f"new {title}", names), formula=formula
            )

    def _moving(self, rows: NameRows) -> NameRows:
        training = self.solution.training
        frozen = frozenset(training.frozen if training is not None else ())
        return tuple(tuple("0" if name in frozen else "1" for name in row) for row in rows)

    def _parameters(self) -> Iterator[View]:
        arrays = (array for stage in self.stages for array in (stage.weights, stage.biases))
        return (array for array in arrays if array.entries)

    # Pieces

    def _operate(
        self,
        variable: str,
        operation: OperationName,
        operands: Sequence[str],
        label: str,
        names: Sequence[Sequence[str]],
    ) -> Operate:
        printed = tuple(tuple(map(self._printed, row)) for row in names)
        return Operate(variable, operation, tuple(operands), label, printed)

    def _printed(self, name: str) -> PrintedValue:
        return printed_as(self.solution.values[name])

    def _gradients(self, array: View) -> NameRows:
        return tuple(tuple(derivative_name(self.cost, name) for name in row) for row in _rows(array))

    def _title(self, index: int) -> str:
        return the(layer_name(index, len(self.stages)))


def _state(state: str, variable: str) -> str:
    return f"{state}_{variable}"


def _rows(array: View) -> NameRows:
    return array.rows if _kind(array) == "matrix" else (array.entries,)


def _kind(array: View) -> ArrayKind:
    kinds: tuple[ArrayKind, ...] = ("number", "vector", "matrix")
    return kinds[len(array.shape)]
