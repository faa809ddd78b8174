"""What a page that lives needs to work the network out again: the definitions, the steps and the policy as plain data.

The engine that reads it stands in ``templates/html/engine``; the format is described at the top of its
``solution.js``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from derive.calculus.kinks import switching_slopes
from derive.calculus.solution import Worked, terms
from derive.calculus.steps import Step, symbolic_lines
from derive.document.array_lines import ArrayLines
from derive.expression.tree import (
    Applied,
    Call,
    Cases,
    Dots,
    Entrywise,
    Expr,
    Matrix,
    Name,
    Number,
    Sized,
    children,
)
from derive.model.graph import Definition
from derive.model.model import Model
from derive.model.references import state_name, updated_name

if TYPE_CHECKING:
    from derive.calculus.update import Training

#: An expression as an array: ``["sum", ["name", "z0"], ["num", "0.5"]]``.
Tree = list[Any]

_TAGS = {
    "Sum": "sum",
    "Negative": "neg",
    "Product": "product",
    "Quotient": "quotient",
    "Power": "power",
    "Group": "group",
    "Transposed": "transposed",
    "MatrixProduct": "matrix product",
}


class _Data(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Base of what goes into the page."""


class LiveGiven(_Data, frozen=True):
    """A number that a reader may change, as written, and the bounds that it must keep."""

    name: str
    text: str
    role: str
    least: str | None = None
    most: str | None = None


class LiveFormula(_Data, frozen=True):
    """A quantity over earlier ones.

    Attributes:
        name: the quantity.
        expr: its formula.
        stable: an equal one that loses no digits.
        slopes: of a formula that changes over somewhere, its derivative by each quantity that something is told of.
    """

    name: str
    expr: Tree
    stable: Tree | None = None
    slopes: dict[str, Tree] = {}


class LiveStep(_Data, frozen=True):
    """A step, with the number of the one on the page that it belongs to.

    ``formulas`` are the lines in symbols, the last of which is the result.
    """

    number: int
    target: str
    equals: tuple[str, ...]
    rule: str
    of: str
    variable: str
    uses: tuple[str, ...]
    formulas: tuple[Tree, ...]
    result: Tree
    stable: Tree | None = None


class LiveWire(_Data, frozen=True):
    """What a wire of the computation graph carries that no quantity is; ``inner`` results are not rounded."""

    name: str
    expr: Tree
    inner: bool = False


class LiveArray(_Data, frozen=True):
    """The lines of an equation of arrays; see :class:`derive.document.array_lines.ArrayLines`.

    Of its cells, null is the formula that the entry is worked out with.
    """

    name: str
    left: Tree
    symbols: tuple[Tree, ...]
    values: Tree
    entries: tuple[str, ...]
    numbers: Tree | None = None
    cells: tuple[Tree | None, ...] = ()


class Policy(_Data, frozen=True):
    """How numbers are rounded."""

    each_step: bool
    decimals: int | None
    significant: int | None
    ties_up: bool


class LiveUpdate(_Data, frozen=True):
    """The updates that are made.

    Attributes:
        rate: the name of the learning rate.
        steps: how many.
        moved, frozen: the parameters that move, and those that stay.
        rules: for each parameter that moves, in order: its states, then itself, over what stands under the names by
            then; ``#`` is the number of the update.
        batches: where an update takes some samples alone, the rules of one update after the other, in turn.
        starts: the states that are 0 before the first update.
        told: what is told of each parameter after an update.
        gradients: those of them that are derivatives by another name.
        written_out: of several updates, how many are written out for the first parameter.
    """

    rate: str
    steps: int
    moved: tuple[str, ...]
    frozen: tuple[str, ...]
    rules: tuple[LiveFormula, ...]
    batches: tuple[tuple[LiveFormula, ...], ...] = ()
    starts: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    gradients: tuple[str, ...] = ()
    written_out: int = 0


class LiveData(_Data, frozen=True):
    """All that the engine needs."""

    given: tuple[LiveGiven, ...]
    definitions: tuple[LiveFormula, ...]
    steps: tuple[LiveStep, ...]
    terms: tuple[LiveFormula, ...]
    cost: str
    parameters: tuple[str, ...]
    policy: Policy
    update: LiveUpdate | None
    wires: tuple[LiveWire, ...] = ()
    arrays: tuple[LiveArray, ...] = ()


def live_data(solution: Worked, wires: tuple[LiveWire, ...] = (), arrays: Sequence[ArrayLines] = ()) -> LiveData:
    """The data of a solution, of what the wires of its computation graph carry, and of its equations of arrays."""
    graph, policy, training = solution.model.graph, solution.policy, solution.training
    rate = solution.model.learning_rate
    return LiveData(
        given=tuple(_given(solution)),
        definitions=tuple(_definition(solution.model, definition) for definition in graph.definitions.values()),
        steps=tuple(_step(step, solution.step_numbers.get(step.target, 0)) for step in solution.steps),
        terms=tuple(LiveFormula(term.name, tree_of(term.expr)) for term in terms(solution.model, solution.steps)),
        cost=graph.result,
        parameters=solution.model.wanted,
        policy=Policy(policy.each_step, policy.decimals, policy.significant, policy.ties_up),
        update=None if training is None else _update(training, rate),
        wires=wires,
        arrays=tuple(_arrays(solution, arrays)),
    )


def _arrays(solution: Worked, arrays: Sequence[ArrayLines]) -> Iterator[LiveArray]:
    own = {definition.name: definition.expr for definition in solution.model.graph.definitions.values()}
    own |= {step.target: step.result for step in solution.steps}
    for lines in arrays:
        cells = zip(lines.cells, lines.entries, strict=True) if lines.cells else ()
        yield LiveArray(
            name=lines.name,
            left=tree_of(lines.left),
            symbols=tuple(map(tree_of, lines.symbols)),
            values=tree_of(lines.values),
            entries=lines.entries,
            numbers=_maybe(lines.numbers),
            cells=tuple(None if cell == own.get(entry) else tree_of(cell) for cell, entry in cells),
        )


def _update(training: Training, rate: str) -> LiveUpdate:
    rules, moved = training.rules, training.moved

    def of(count: int) -> tuple[LiveFormula, ...]:
        return tuple(
            LiveFormula(rule.name, tree_of(rule.expr)) for name in moved for rule in rules.repeated(name, count)
        )

    return LiveUpdate(
        rate=rate,
        steps=training.steps,
        moved=moved,
        frozen=training.frozen,
        rules=of(1),
        batches=tuple(map(of, range(1, rules.batches + 1))) if rules.batches > 1 else (),
        starts=rules.starts(moved),
        told=tuple(each for name in moved for each in rules.told_of(name)),
        gradients=tuple(state_name("g", name) for name in moved if rules.told),
        written_out=len(training.written_out),
    )


def to_json(data: LiveData) -> str:
    """The data as JSON, without spaces."""
    return msgspec.json.encode(data).decode()


def updates_told(update: LiveUpdate) -> Iterator[str]:
    """The names of the states that a page speaks of: before the updates, in those written out, and after all."""
    yield from update.starts
    states = [name for name in update.told if name not in update.moved]
    yield from (updated_name(name, update.steps) for name in states)
    if update.written_out:
        first = update.moved[0]
        named = [rule.name for rule in update.rules[: [rule.name for rule in update.rules].index(first) + 1]]
        yield from (updated_name(name, count) for count in range(1, update.written_out + 1) for name in named)


def tree_of(expr: Expr) -> Tree:
    """An expression as an array, its kind first."""
    match expr:
        case Number(text):
            return ["num", text]
        case Name(name):
            return ["name", name]
        case Call(function, arguments):
            return ["call", function, *map(tree_of, arguments)]
        case Cases(branches, otherwise):
            tests = [[tree_of(value), [tree_of(t.left), t.relation, tree_of(t.right)]] for value, t in branches]
            return ["cases", tests, tree_of(otherwise)]
        case Matrix(rows):
            return ["matrix", *(["row", *map(tree_of, row)] for row in rows)]
        case Entrywise(operation, operands):
            return [f"entrywise {operation}", *map(tree_of, operands)]
        case Applied(function, arguments, options):
            return ["applied", [function, dict(options).get("axis", "")], *map(tree_of, arguments)]
        case Sized(body, shape):
            return ["sized", list(shape), tree_of(body)]
        case Dots(direction):
            return ["dots", direction]
        case _:
            return [_TAGS[type(expr).__name__], *map(tree_of, children(expr))]


def _maybe(expr: Expr | None) -> Tree | None:
    return None if expr is None else tree_of(expr)


def _given(solution: Worked) -> Iterator[LiveGiven]:
    """The author's numbers, in the order of the graph."""
    for name in solution.model.graph.given:
        quantity = solution.model.quantities[name]
        least, most = (None if bound is None else str(bound) for bound in quantity.bounds)
        yield LiveGiven(name, solution.values[name].shown, quantity.role.key, least, most)


def _definition(model: Model, definition: Definition) -> LiveFormula:
    slopes = {argument: tree_of(slope) for argument, slope, _ in switching_slopes(model, definition)}
    return LiveFormula(definition.name, tree_of(definition.expr), _maybe(definition.stable), slopes)


def _step(step: Step, number: int) -> LiveStep:
    return LiveStep(
        number=number,
        target=step.target,
        equals=step.equals,
        rule=step.rule,
        of=step.of,
        variable=step.variable,
        uses=step.uses,
        formulas=tuple(map(tree_of, symbolic_lines(step))),
        result=tree_of(step.result),
        stable=_maybe(step.stable),
    )
