"""A network as arrays on one page, set so that the row and the column which make a result meet in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.calculus.solution import Worked
from derive.catalogue.activations import LAYER_FUNCTIONS
from derive.catalogue.roles import L1_PENALTY, L2_PENALTY
from derive.course.parts.places import by_name
from derive.course.parts.sheet import Blanks
from derive.document.blocks import Block, Cell, Grid, Heading
from derive.document.words.phrasing import capital, layer_name, say
from derive.errors import UsageError
from derive.expression.tree import Name, Number
from derive.model.feedforward import Stage, StageRow
from derive.model.references import derivative_name, updated_name

#: The width of a page, of a cell of an array, and of what stands between two, in sizes of letters.
_PAGE, _CELL, _BETWEEN = 50.0, 4.3, 1.0

_Rows = Sequence[Sequence[Cell | None]]


class Grids:
    """Sets the arrays of a network.

    Args:
        solution: the worked network.
        sheet: its places.
        solved: whether results stand in their places.

    Raises:
        UsageError: it is no network of layers, or an array is too wide for a page.
    """

    def __init__(self, solution: Worked, sheet: Blanks, *, solved: bool = False) -> None:
        if not solution.model.is_dense:
            raise UsageError('[exercise] layout = "grid": a grid shows the layers of a network, and here are equations')
        self.solution, self.model, self.solved = solution, solution.model, solved
        self.places = by_name(sheet.places)
        self.networks = solution.model.networks
        self.samples = range(len(self.networks))
        #: What has a place in a grid.
        self.set: set[str] = set()

    def forward(self) -> Iterator[Block]:
        """The way from the inputs to the outputs, a grid for each layer; two that are narrow stand side by side."""
        yield Heading(1, say("Forward pass"), "forward")
        grids = [self._forward(at) for at in range(self._stages)]
        captions = [
            f"{self._called(at)}: a row of weights, with its bias, meets a column of what comes in; beside the net "
            "input is the output."
            for at in range(self._stages)
        ]
        yield from _packed(grids, captions)

    def backward(self) -> Iterator[Block]:
        """The way back, from the last layer."""
        yield Heading(1, say("Backward pass"), "backward")
        grids: list[_Rows] = []
        captions: list[str] = []
        for at in reversed(range(self._stages)):
            if at < self._stages - 1:
                grids.append(self._through(at + 1))
                captions.append(
                    f"Back to the outputs of {self._called(at).lower()}: a row of derivatives by net inputs meets a "
                    "column of weights."
                )
            grids.append(self._net_inputs(at))
            captions.append(
                f"{self._called(at)}: the derivative by the output, times the slope of the activation, is that by the "
                "net input."
                if not self._is_joint(at)
                else f"{self._called(at)}: from the derivatives by all outputs follow those by the net inputs."
            )
            grids.append(self._gradients(at))
            mean = len(self.samples) > 1 and self.solution.file.dense.reduction == "mean"
            captions.append(
                f"Gradients of {self._called(at).lower()}: a row of derivatives by net inputs meets a column of what "
                f"came in{'; divide by the number of samples' if mean else ''}"
                f"{'; to that of a weight, add the derivative of its penalty' if self._penalised else ''}."
            )
        yield from _packed(grids, captions)

    def updated(self) -> Iterator[Block]:
        """One update that keeps no state: the new parameters, and forward once more with them."""
        training = self.solution.training
        if training is None or training.steps > 1 or not training.moved or training.rules.optimizer.states:
            return
        yield Heading(1, say("The update"), "update")
        yield from _packed(
            [self._moved(at) for at in range(self._stages)],
            [f"{self._called(at)}: the new parameters, by the rule of the update." for at in range(self._stages)],
        )
        yield Heading(2, say("Forward once more"))
        yield from _packed(
            [self._forward(at, later=True) for at in range(self._stages)],
            [f"{self._called(at)}: as before, with the new parameters." for at in range(self._stages)],
        )

    @property
    def _stages(self) -> int:
        return len(self.networks[0].stages)

    def _called(self, at: int) -> str:
        return capital(layer_name(at, self._stages))

    def _stage(self, at: int, sample: int) -> Stage:
        return self.networks[sample].stages[at]

    def _is_joint(self, at: int) -> bool:
        return self._stage(at, 0).function in LAYER_FUNCTIONS

    def _moved(self, at: int) -> _Rows:
        rows = self._stage(at, 0).rows
        return [[self._blank(self._later(name)) for name in _parameters(row)] for row in rows]

    def _later(self, name: str) -> str:
        """What a quantity is after the update; itself where that leaves it as it is."""
        later = updated_name(name, 1)
        return later if later in self.places else name

    def _forward(self, at: int, *, later: bool = False) -> _Rows:
        now = self._later if later else str
        stage, biased = self._stage(at, 0), bool(self._stage(at, 0).biases.entries)
        before = len(stage.sources.entries) + biased
        rows: list[Sequence[Cell | None]] = []
        for place in range(len(stage.sources.entries)):
            come = [self._copied(now(self._stage(at, each).sources.entries[place])) for each in self.samples]
            rows.append([*_empty(before), *come])
        if biased:
            rows.append([*_empty(before), *(_ONE for _ in self.samples)])
        for place in range(stage.size):
            parameters = [self._copied(now(name)) for name in _parameters(stage.row(place))]
            sums = [self._blank(now(self._stage(at, each).sums.entries[place])) for each in self.samples]
            outputs = [self._blank(now(self._stage(at, each).outputs.entries[place])) for each in self.samples]
            rows.append([*parameters, *sums, *outputs])
        return _filled(rows)

    def _net_inputs(self, at: int) -> _Rows:
        rows = []
        for place in range(self._stage(at, 0).size):
            row: list[Cell | None] = []
            by_output = [self._derivative(each, self._stage(at, each).outputs.entries[place]) for each in self.samples]
            by_sum = [self._derivative(each, self._stage(at, each).sums.entries[place]) for each in self.samples]
            slopes = [
                derivative_name(self._stage(at, each).outputs.entries[place], self._stage(at, each).sums.entries[place])
                for each in self.samples
            ]
            row += map(self._blank, by_output)
            if not self._is_joint(at):
                row += [_sign("·"), *map(self._blank, slopes)]
            row += [_sign("="), *map(self._blank, by_sum)]
            rows.append(row)
        return rows

    def _through(self, at: int) -> _Rows:
        """Back through the weights of a layer, to the outputs of the one before."""
        stage = self._stage(at, 0)
        rows: list[Sequence[Cell | None]] = [
            [*_empty(stage.size), *map(self._given, stage.weights.row(place))] for place in range(stage.size)
        ]
        for each in self.samples:
            own = self._stage(at, each)
            left = [self._copied(self._derivative(each, name)) for name in own.sums.entries]
            rows.append([*left, *(self._blank(self._derivative(each, name)) for name in own.sources.entries)])
        return rows

    def _gradients(self, at: int) -> _Rows:
        stage = self._stage(at, 0)
        result = self.model.graph.result
        own = {row.bias for row in stage.rows if row.bias} if not stage.shares_bias else set()
        biases = bool(own) and len(self.samples) > 1
        rows: list[Sequence[Cell | None]] = []
        for each in self.samples:
            come = [self._copied(name) for name in self._stage(at, each).sources.entries]
            rows.append([*_empty(len(self.samples)), *come, *((_ONE,) if biases else ())])
        for place in range(stage.size):
            row = stage.row(place)
            left = [
                self._copied(self._derivative(each, self._stage(at, each).sums.entries[place])) for each in self.samples
            ]
            asked = [*row.weights, *((row.bias,) if biases and row.bias else ())]
            rows.append([*left, *(self._blank(derivative_name(result, name)) for name in asked)])
        return _filled(rows)

    def _derivative(self, sample: int, name: str) -> str:
        """The name of the derivative of the cost of a sample, or of the cost where there is one sample."""
        return derivative_name(self.networks[sample].cost if self._has_samples else self.model.graph.result, name)

    @property
    def _penalised(self) -> bool:
        return bool(self.model.of(L1_PENALTY) or self.model.of(L2_PENALTY))

    @property
    def _has_samples(self) -> bool:
        return bool(self.model.sample_costs)

    def _given(self, name: str) -> Cell:
        return Cell(say(Number(self.solution.values[name].shown)), label=say(Name(name)), framed=True)

    def _copied(self, name: str) -> Cell:
        """A number that is given, or that was found in another place and is written down again."""
        if name in self.model.graph.given:
            return self._given(name)
        content = say(Number(self.solution.values[name].shown)) if self.solved else ()
        return Cell(content, label=say(Name(name)), framed=True)

    def _blank(self, name: str) -> Cell:
        place = self.places.get(name)
        if place is None or name in self.set:
            return self._copied(name)
        self.set.update(place.names)
        content = say(Number(self.solution.values[name].shown)) if self.solved else ()
        return Cell(content, place.number, place.names, label=say(Name(name)), framed=True)


_GAP = Cell()
_ONE = Cell(say(Number("1")), framed=True)


def _sign(sign: str) -> Cell:
    return Cell(say(sign))


def _parameters(row: StageRow) -> Sequence[str]:
    """The weights of a neuron, and its bias if it has one."""
    return (*row.weights, row.bias) if row.bias else row.weights


def _empty(count: int) -> Sequence[Cell | None]:
    return [None] * count


def _filled(rows: Sequence[Sequence[Cell | None]]) -> _Rows:
    """Rows of one length."""
    longest = max(map(len, rows))
    return [[*row, *_empty(longest - len(row))] for row in rows]


def _packed(grids: Sequence[_Rows], captions: Sequence[str]) -> Iterator[Block]:
    """Grids, with those that fit beside each other in one, below their captions."""
    waiting: list[_Rows] = []
    told: list[str] = []
    for rows, caption in zip(grids, captions, strict=True):
        width = _width(rows)
        if width > _PAGE:
            raise UsageError(
                f'[exercise] layout = "grid": arrays with {len(rows[0])} columns do not fit a page; layout = "steps" '
                "asks line by line"
            )
        if waiting and sum(_width(each) + _BETWEEN for each in waiting) + width > _PAGE:
            yield _beside(waiting, told)
            waiting, told = [], []
        waiting.append(rows)
        told.append(caption)
    if waiting:
        yield _beside(waiting, told)


def _width(rows: _Rows) -> float:
    columns = zip(*rows, strict=True)
    return sum(_CELL if any(cell and cell.framed for cell in column) else _BETWEEN for column in columns)


def _beside(grids: Sequence[_Rows], captions: Sequence[str]) -> Grid:
    height = max(map(len, grids))
    level = [[*(_empty(len(grid[0])) for _ in range(height - len(grid))), *grid] for grid in grids]
    rows = ([cell for row in pieces for cell in (_GAP, *row)][1:] for pieces in zip(*level, strict=True))
    return Grid(tuple(map(tuple, rows)), say(" ".join(captions)))
