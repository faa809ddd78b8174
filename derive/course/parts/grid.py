"""A network as arrays on one page, set so that the row and the column which make a result meet in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.calculus.solution import Worked
from derive.catalogue.activations import LAYER_FUNCTIONS
from derive.catalogue.roles import L1_PENALTY, L2_PENALTY
from derive.course.parts.places import Place, by_name
from derive.course.parts.setting import exercise_of
from derive.course.parts.sheet import Blanks
from derive.document.blocks import Block, Cell, Content, Grid, Heading, Math
from derive.document.words.phrasing import capital, layer_name, say
from derive.document.words.reasons import Reasons
from derive.errors import UsageError
from derive.expression.tree import Name, Number
from derive.model.feedforward import Stage, StageRow
from derive.model.references import derivative_name, updated_name

#: So many results that have no place in an array stand in a row.
_ABREAST = 6

_Rows = Sequence[Sequence[Cell | None]]


class Grids:
    """Sets the arrays of a network.

    Args:
        solution: the worked network.
        sheet: its places.
        solved: whether results stand in their places.

    Raises:
        UsageError: it is no network of layers.
    """

    def __init__(self, solution: Worked, sheet: Blanks, *, solved: bool = False) -> None:
        if not solution.model.is_dense:
            raise UsageError('[exercise] layout = "grid": a grid shows the layers of a network, and here are equations')
        self.solution, self.model, self.sheet, self.solved = solution, solution.model, sheet, solved
        self.places = by_name(sheet.places)
        self.networks = solution.model.networks
        self.samples = range(len(self.networks))
        #: What has a place in a grid.
        self.set: set[str] = set()

    def blocks(self) -> Iterator[Block]:
        """The arrays in the order of the calculation; behind those of a chapter, what has no place in them."""
        chapters = (
            ("forward", "Forward pass", self._ways_forward()),
            ("backward", "Backward pass", self._ways_back()),
            ("update", "The update", self._updates()),
            ("also", "Also asked", iter(())),
        )
        for chapter, title, arrays in chapters:
            found = (*arrays, *self._rest(chapter))
            if found:
                yield Heading(1, say(title), chapter)
                yield from found

    def _rest(self, chapter: str) -> Iterator[Block]:
        """What has no place in an array, cell by cell."""
        rest = [each for each in self.sheet.places if each.chapter == chapter and not self.set.intersection(each.names)]
        alike: dict[str, list[Place]] = {}
        for place in rest:
            alike.setdefault(place.rule.does, []).append(place)
        for does, found in alike.items():
            cells = [self._blank(place.name) for place in found]
            rows = [cells[at : at + _ABREAST] for at in range(0, len(cells), _ABREAST)]
            yield _grid(_filled(rows), self._told(does, found))

    def _told(self, does: str, found: Sequence[Place]) -> Content:
        """What is to be done, and by which formula; that of a cost stands above."""
        exercise = exercise_of(self.solution)
        title: Content = ()
        if len(found) == 1 and found[0].step is not None:
            title = say(Reasons(self.model).title(found[0].step), ". ")
        if exercise.level == "open":
            return title
        formulas = [place for place in found if place.step is not None and place.formulas]
        if exercise.level != "guided" or not formulas:
            return say(title, does)
        first = formulas[0]
        formula = Math((("", Name(first.name)), ("=", first.formulas[-1])))
        return say(title, does.rstrip("."), ": " if len(found) == 1 else ", as in ", formula, ".")

    def _ways_forward(self) -> Iterator[Block]:
        for at in range(self._stages):
            yield _grid(
                self._forward(at),
                say(
                    f"{self._called(at)}: weights with their bias meet what comes in; beside net inputs stand outputs."
                ),
            )

    def _ways_back(self) -> Iterator[Block]:
        for at in reversed(range(self._stages)):
            called = self._called(at)
            if at < self._stages - 1:
                yield _grid(
                    self._through(at + 1),
                    say(f"Back to the outputs of {called.lower()}: derivatives by net inputs meet weights."),
                )
            for each in self.samples:
                if self._is_joint(at):
                    rows = self._jointly(at, each)
                    does = "derivatives by outputs meet the slopes of all outputs, and make those by net inputs."
                else:
                    rows = self._net_inputs(at, each)
                    does = "the derivative by an output, times the slope there, is that by the net input."
                yield _grid(rows, say(f"{called}: {does}" if each == 0 else f"Sample {each + 1}, likewise."))
            mean = len(self.samples) > 1 and self.solution.file.dense.reduction == "mean"
            yield _grid(
                self._gradients(at),
                say(
                    f"Gradients of {called.lower()}: derivatives by net inputs meet what came in"
                    f"{'; divide by the number of samples' if mean else ''}"
                    f"{'; to that of a weight, add the derivative of its penalty' if self._penalised else ''}."
                ),
            )

    def _updates(self) -> Iterator[Block]:
        """One update that keeps no state: the new parameters, and forward once more with them."""
        training = self.solution.training
        if training is None or training.steps > 1 or not training.moved or training.rules.optimizer.states:
            return
        for at in range(self._stages):
            yield _grid(self._moved(at), say(f"{self._called(at)}: the new parameters."))
        for at in range(self._stages):
            yield _grid(self._forward(at, later=True), say(f"{self._called(at)}, forward once more."))

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

    def _net_inputs(self, at: int, sample: int) -> _Rows:
        stage = self._stage(at, sample)
        return [
            [
                self._blank(self._derivative(sample, output)),
                _sign("·"),
                self._blank(derivative_name(output, net_input)),
                _sign("="),
                self._blank(self._derivative(sample, net_input)),
            ]
            for output, net_input in zip(stage.outputs.entries, stage.sums.entries, strict=True)
        ]

    def _jointly(self, at: int, sample: int) -> _Rows:
        """Through a function of a whole layer: the slope of each output by each net input."""
        stage = self._stage(at, sample)
        sums, outputs = stage.sums.entries, stage.outputs.entries
        rows: list[Sequence[Cell | None]] = [
            [*_empty(stage.size), *(self._blank(derivative_name(output, each)) for each in sums)] for output in outputs
        ]
        left = [self._blank(self._derivative(sample, output)) for output in outputs]
        rows.append([*left, *(self._blank(self._derivative(sample, each)) for each in sums)])
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


def _grid(rows: _Rows, caption: Content) -> Grid:
    return Grid(tuple(map(tuple, rows)), caption)
