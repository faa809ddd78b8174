"""The numbers on the wires of a graph of operations: above a wire the value, below it the derivative of the result.

A wire that a quantity has to itself shows what the page prints for it. Any other carries an expression over quantities,
which is worked out here as the page would: nothing is rounded within a formula, and what comes back on one of several
ways is rounded like a result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from derive.calculus.solution import Worked
from derive.calculus.values import (
    Formula,
    QuantityError,
    carried_result,
    evaluate_all,
    exact_text,
    follow,
    full_precision,
)
from derive.document.figures.drawing import LabelContent
from derive.document.figures.network_columns import LONGEST, short, shortened_sign
from derive.document.figures.operations import Operation, gradients
from derive.document.words.phrasing import value_sign
from derive.expression.tree import Expr, Name, Number, Shown
from derive.numbers.arithmetic import Arithmetic
from derive.numbers.real import Real
from derive.numbers.reals import TRUSTED_DIGITS
from derive.numbers.rounding import RoundingPolicy

#: With so many digits a sum says that it is not sure when it has lost more than 13 of them; of the 25 that quantities
#: are known to, 12 are left then, and a label has no more than 8.
_DIGITS = TRUSTED_DIGITS + 13
#: As many digits as a value at full precision is told with.
_FIFTEEN = RoundingPolicy(each_step=False, decimals=None, significant=15, ties_up=False)


class WireText(msgspec.Struct, frozen=True):
    """What stands at a wire: above it and below it."""

    above: LabelContent
    value: Number
    gradient: Number | None = None


class Feed(msgspec.Struct, frozen=True):
    """A wire that leads to an operation: where it comes from, and its own numbers where it is one of several."""

    source: int
    wire: WireText | None = None


class Node(msgspec.Struct, frozen=True):
    """An operation or a number that comes in, with the wires that lead to it and the one that leads on."""

    operation: Operation
    links: tuple[Feed, ...]
    wire: WireText


class WireFormula(msgspec.Struct, frozen=True):
    """What a wire without a name carries.

    Attributes:
        name: a name that no quantity has.
        expr: over quantities.
        inner: whether it is an intermediate result within a formula, in which nothing is rounded.
    """

    name: str
    expr: Expr
    inner: bool


class OperationGraph(msgspec.Struct, frozen=True):
    """A graph of operations, or a part of one.

    Attributes:
        nodes: every operation after those that it takes something from.
        forked: the nodes whose wire branches, in the whole graph.
        formulas: what the wires without a name carry, by names of their own.
        rounded: whether a number is shorter here than on the page.
    """

    nodes: tuple[Node, ...]
    forked: frozenset[int]
    formulas: tuple[WireFormula, ...]
    rounded: bool

    @property
    def ends(self) -> tuple[int, ...]:
        """Behind which nodes a part may end: those that make a quantity."""
        return tuple(
            index + 1
            for index, node in enumerate(self.nodes)
            if node.operation.name and (node.links or len(self.nodes) == 1)
        )

    def part(self, start: int, end: int) -> OperationGraph:
        """The nodes from one on and before another; quantities that they take from earlier ones come in."""
        nodes: list[Node] = []
        place: dict[int, int] = {}
        for index in range(start, end):
            node = self.nodes[index]
            for source in dict.fromkeys(link.source for link in node.links):
                if source not in place:
                    known = self.nodes[source]
                    wire = msgspec.structs.replace(known.wire, above=known.wire.value)
                    place[source] = len(nodes)
                    nodes.append(Node(Operation(known.operation.name, known.operation.value), (), wire))
            links = tuple(Feed(place[link.source], link.wire) for link in node.links)
            place[index] = len(nodes)
            nodes.append(Node(node.operation, links, node.wire))
        forked = frozenset(place[index] for index in self.forked if index in place)
        return OperationGraph(tuple(nodes), forked, (), self.rounded)


def operation_graph(solution: Worked, result: str, graph: Sequence[Operation]) -> OperationGraph:
    """A graph of operations with its numbers.

    Args:
        solution: the worked model.
        result: what is worked out.
        graph: what it is taken apart into.

    Raises:
        ValueRangeError: what a wire carries has no value.
    """
    return _Reader(solution, result, graph).graph()


class _Reader:
    """Finds what stands at each wire."""

    def __init__(self, solution: Worked, result: str, operations: Sequence[Operation]) -> None:
        self.solution, self.result, self.operations = solution, result, operations
        self.whole, self.parts = gradients(solution, result, operations)
        self.formulas: dict[tuple[Expr, bool], WireFormula] = {}
        self.rounded = False
        self.note()
        self.texts = wire_texts(solution, tuple(self.formulas.values()))

    def note(self) -> None:
        """Note all that wires carry and no quantity is."""
        values = [(operation.value, True) for operation in self.operations]
        for expr, inner in [*values, *((expr, False) for expr in (*self.whole, *self.parts.values()) if expr)]:
            if not isinstance(expr, (Name, Number)):
                name = f"{'=' if inner else '~'}{self.result}{len(self.formulas) + 1}"
                self.formulas.setdefault((expr, inner), WireFormula(name, expr, inner))

    def graph(self) -> OperationGraph:
        uses = [operand for operation in self.operations for operand in operation.operands]
        forked = {operand for operand in uses if uses.count(operand) > 1}
        nodes = []
        for index, operation in enumerate(self.operations):
            links = []
            for place, operand in enumerate(operation.operands):
                value = self.number(self.operations[operand].value, inner=True)
                back = self.parts.get((index, place))
                wire = WireText(value, value, None if back is None else self.number(back))
                links.append(Feed(operand, wire if operand in forked else None))
            nodes.append(Node(operation, tuple(links), self.wire(index)))
        return OperationGraph(tuple(nodes), frozenset(forked), tuple(self.formulas.values()), self.rounded)

    def wire(self, index: int) -> WireText:
        """The wire that leads on; one of a quantity tells its name, unless that stands where it begins."""
        operation, back = self.operations[index], self.whole[index]
        value = self.number(operation.value, inner=True)
        above: LabelContent = value
        if operation.name and operation.operands and not isinstance(operation.face, Name):
            known = self.solution.values[operation.name]
            above = Name(operation.name), shortened_sign(value, known.shown, value_sign(known)), value
        return WireText(above, value, None if back is None else self.number(back))

    def number(self, expr: Expr, *, inner: bool = False) -> Number:
        match expr:
            case Number():
                return expr
            case Name(name):
                return self.short(self.solution.values[name].shown, name)
            case _:
                name = self.formulas[expr, inner].name
                return self.short(self.texts[name], name)

    def short(self, text: str, of: str) -> Number:
        # Numbers of one policy are to be rounded alike, whatever their sign.
        number = short(text, LONGEST + text.startswith("-"))
        self.rounded |= number.text != text
        return Shown(number.text, of)


def wire_texts(solution: Worked, formulas: Sequence[WireFormula]) -> Mapping[str, str]:
    """What wires carry, as it would be printed.

    Args:
        solution: the worked model.
        formulas: what they carry.

    Raises:
        ValueRangeError: one has no value.
    """
    policy = solution.policy
    added = tuple(Formula(formula.name, formula.expr) for formula in formulas)
    exact = _exactly(solution, added)
    texts = {name: value.shown for name, value in follow(solution.values, added, exact, policy).items()}
    if policy.each_step:
        carried = {name: value.carried for name, value in solution.values.items()}
        for formula in formulas:
            if formula.inner:
                texts[formula.name] = exact_text(carried_result(formula.expr, carried, _FIFTEEN))
    return texts


def _exactly(solution: Worked, added: Sequence[Formula]) -> Mapping[str, Real]:
    """What formulas over quantities give, with more digits than a label has.

    Where a sum eats up digits that the quantities are known to, all is worked out once more, with more of them.
    """
    arithmetic = Arithmetic(_DIGITS)
    try:
        exact = evaluate_all(arithmetic, {name: value.exact for name, value in solution.values.items()}, added)
    except QuantityError:
        arithmetic.cancelled = True
    if not arithmetic.cancelled:
        return exact
    given = {name: Real(value, exact=True) for name, value in solution.model.graph.given.items()}
    return full_precision(given, (*solution.formulas, *added), solution.policy)
