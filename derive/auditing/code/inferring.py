"""A network file proposed from a script: its own numbers, and the layers, activations and cost that it works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import cycle
from typing import Final, NamedTuple

from derive.auditing.code.code_lines import Assigned
from derive.auditing.code.families import numbers_of
from derive.auditing.code.language.code_values import CodeValue, Instance, Series, Unread, UnreadError
from derive.auditing.code.language.interpreter import Interpreter
from derive.auditing.code.language.work_done import WorkDone
from derive.auditing.code.naming import base
from derive.auditing.reckoning.evaluate import arithmetic, compiled
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.errors import FormulaError
from derive.expression.parse import parse
from derive.expression.tree import Expr, Name, Number, Product, Sum, names, rebuild, substitute, walk
from derive.model.arrays.grids import ExprArray
from derive.spec.claims.code_cells import CodeCell, parsed
from derive.spec.phrases import quoted_toml

#: Where activations and costs are told from one another.
_POINTS: Final = tuple(map(Decimal, ("-1.3", "0.4", "2.1", "-0.35")))
_OUTPUTS: Final = tuple(map(Decimal, ("0.31", "0.47", "0.62", "0.83")))
_SAME: Final = Decimal("1e-20")
#: What people call a learning rate, an input, and a target.
_RATES: Final = ("lr", "eta", "alpha", "learning", "rate", "step")
_INPUTS: Final = ("x", "i", "a0", "inp", "feat", "sample")
_TARGETS: Final = ("y", "t", "target", "expected", "desired", "label")


class Leaf(NamedTuple):
    """A number that is written out: the name that it has in the script, and its text."""

    target: str
    text: str


class Neuron(NamedTuple):
    """A weighted sum and the function that is applied to it."""

    weights: Mapping[str, str]
    bias: str
    activation: str


class Proposed(NamedTuple):
    """A network as a script has it: by layer the neurons and what they receive, and the names of its numbers."""

    inputs: Sequence[str]
    targets: Sequence[str]
    layers: Sequence[Sequence[Neuron]]
    received: Sequence[Sequence[str]]
    cost: str
    rate: str


#: So many parts has a formula at most that results on the way to it are written out in.
_SHORT: Final = 200


class Tracing:
    """Gives each number that is written out, and each result, a name of its own.

    Args:
        cells: the script.
    """

    def __init__(self, cells: Sequence[CodeCell]) -> None:
        self.leaves: dict[str, Leaf] = {}
        self.made: dict[str, Expr] = {}
        self.interpreter = Interpreter(self, self._number, WorkDone())
        for cell in cells:
            tree = parsed(cell.text)
            if tree is not None:
                self.interpreter.read_cell(tree.body)

    def _number(self, name: str) -> Decimal | None:
        return Decimal(self.leaves[name].text) if name in self.leaves else None

    def filled(self, grid: ExprArray) -> ExprArray:
        """Take in an array of which an entry was assigned to."""
        return grid

    def parameter(self, name: str, number: ExprArray) -> ExprArray:
        """Take in a number that a function is given."""
        return number

    def printed(self, call: object) -> None:
        """Take in what is printed."""

    def passed(self, node: object, why: UnreadError) -> None:
        """Take in that a statement is passed over."""

    def assigned(self, made: Assigned, value: CodeValue | UnreadError) -> CodeValue:
        """Name the numbers of an assignment, or its results."""
        if isinstance(value, UnreadError):
            return Unread(value.what)
        return self._named(made.target, value)

    def _named(self, target: str, value: CodeValue) -> CodeValue:
        if isinstance(value, Series):
            return Series(tuple(self._named(target, item) for item in value.items))
        if isinstance(value, Instance) and not value.functions:
            for key, item in value.attributes.items():
                value.attributes[key] = self._named(f'{target}["{key}"]', item)
        if not isinstance(value, ExprArray):
            return value
        if numbers_of(value.cells) is not None:
            return ExprArray(value.shape, tuple(self._leaf(target, cell) for cell in value.cells))
        return ExprArray(value.shape, tuple(map(self._result, value.cells)))

    def _leaf(self, target: str, cell: Expr) -> Name:
        assert isinstance(cell, Number)
        name = f"n{len(self.leaves)}"
        self.leaves[name] = Leaf(base(target), cell.text)
        return Name(name)

    def _result(self, cell: Expr) -> Name:
        if isinstance(cell, Name):
            return cell
        name = f"v{len(self.made)}"
        self.made[name] = cell
        return Name(name)


def infer(cells: Sequence[CodeCell]) -> str:
    """The text of a network file that a script works out.

    Args:
        cells: the script.

    Raises:
        FormulaError: it is no dense network of one sample, or cannot be followed.
    """
    try:
        tracing = Tracing(cells)
    except UnreadError as why:
        raise FormulaError(f"a script with {why.what}", _EXPECTED) from None
    try:
        with arithmetic():
            return _written(_proposed(tracing), tracing.leaves)
    except RecursionError:
        raise FormulaError("a script of which a result goes through very many others", _EXPECTED) from None


_EXPECTED: Final = "a script that works out a dense network of one sample from numbers that are written out in it"


def _proposed(tracing: Tracing) -> Proposed:
    neurons = dict(_neurons(tracing))
    depths: dict[str, int] = {}
    for name, neuron in neurons.items():
        depths[name] = 1 + max((depths.get(other, 0) for other in neuron.weights), default=0)
    if not neurons:
        raise FormulaError("a script in which no neuron is found", _EXPECTED)
    layers = [[name for name in neurons if depths[name] == depth] for depth in range(1, max(depths.values()) + 1)]
    received: list[list[str]] = []
    for place, layer in enumerate(layers):
        inside = list(dict.fromkeys(other for name in layer for other in neurons[name].weights))
        if place and set(inside) != set(layers[place - 1]):
            raise FormulaError("layers that do not follow one another", _EXPECTED)
        received.append(layers[place - 1] if place else inside)
    found = [[neurons[name] for name in layer] for layer in layers]
    targets, cost = _cost(tracing, layers[-1], neurons.keys())
    rate = next((name for name, leaf in tracing.leaves.items() if _called(leaf, _RATES)), "")
    return Proposed(received[0], targets, found, received, cost, rate)


def _neurons(tracing: Tracing) -> Iterator[tuple[str, Neuron]]:
    """The results that are an activation of a weighted sum, in the order of the script."""
    known: set[str] = set()
    sums: dict[str, Neuron | None] = {}
    for name, made in tracing.made.items():
        expr = made if isinstance(made, Sum) else _written_out(made, tracing, {*known, *sums})
        for part in walk(expr):
            if not isinstance(part, Sum | Name):
                continue
            parts = _weighted(part, tracing, known)
            outer = _put(expr, part, Name("z"))
            if parts is None or names(outer) != ("z",):
                continue
            function = _activation(outer)
            if function == "identity":
                sums[name] = parts._replace(activation="identity")
                break
            if function:
                known.add(name)
                yield name, parts._replace(activation=function)
                break
    used = {other for neuron in sums.values() if neuron is not None for other in neuron.weights}
    last = [name for name in sums if name not in used]
    if not known and last:
        yield from ((name, neuron) for name, neuron in sums.items() if neuron is not None and name in last)
    else:
        yield from _linear_output(tracing, sums, known)


def _linear_output(
    tracing: Tracing, sums: Mapping[str, Neuron | None], known: set[str]
) -> Iterator[tuple[str, Neuron]]:
    """The neurons of a last layer without an activation: sums that nothing is applied to but the cost."""
    applied = {
        other
        for name, expr in tracing.made.items()
        if name in known
        for outer in names(expr)
        for other in (outer, *names(tracing.made.get(outer, Name(outer))))
    }
    for name, neuron in sums.items():
        if neuron is not None and name not in applied and set(neuron.weights) <= known and _is_in_cost(name, tracing):
            yield name, neuron


def _written_out(expr: Expr, tracing: Tracing, kept: Set[str]) -> Expr:
    """A formula with the results on the way to it written out, but for some; as long as it stays short."""
    while inner := [name for name in names(expr) if name in tracing.made and name not in kept]:
        longer = substitute(expr, {name: tracing.made[name] for name in inner})
        if sum(1 for _ in walk(longer)) > _SHORT:
            break
        expr = longer
    return expr


def _is_in_cost(name: str, tracing: Tracing) -> bool:
    """Whether a result is compared with a number that is a target by its name."""
    targets = {leaf for leaf in tracing.leaves if _called(tracing.leaves[leaf], _TARGETS)}
    return any(name in names(expr) and targets.intersection(names(expr)) for expr in tracing.made.values())


def _weighted(expr: Expr, tracing: Tracing, known: set[str]) -> Neuron | None:
    """A sum of weights times what is received, and a bias; None where it is none."""
    weights: dict[str, str] = {}
    bias = ""
    for term in _terms(expr, tracing, known):
        match term:
            case Name(name) if name in tracing.leaves and not bias:
                bias = name
            case Product((Name(one), Name(other))):
                weight, source = _apart(one, other, tracing, known)
                if not weight or source in weights:
                    return None
                weights[source] = weight
            case _:
                return None
    return Neuron(weights, bias, "") if weights else None


def _terms(expr: Expr, tracing: Tracing, known: set[str]) -> Iterator[Expr]:
    """The terms of a sum, those of earlier sums that it goes on with among them."""
    match expr:
        case Sum(terms):
            for term in terms:
                yield from _terms(term, tracing, known)
        case Name(name) if name in tracing.made and name not in known:
            yield from _terms(tracing.made[name], tracing, known)
        case _:
            yield expr


def _apart(one: str, other: str, tracing: Tracing, known: set[str]) -> tuple[str, str]:
    """Which of two factors is the weight, and which is received; empty where neither is written out."""
    leaves = tracing.leaves
    if one in known and other in leaves:
        return other, one
    if other in known and one in leaves:
        return one, other
    if one not in leaves or other not in leaves:
        return "", ""
    return (other, one) if _called(leaves[one], _INPUTS) and not _called(leaves[other], _INPUTS) else (one, other)


def _activation(outer: Expr) -> str:
    """The activation that a formula in ``z`` is; empty where it is none."""
    if outer == Name("z"):
        return "identity"
    for name, row in ACTIVATIONS.items():
        defaults = {key: Number(text) for key, text in row.parameters.items()}
        formula = substitute(parse(row.formula, ("z", *defaults), internal=True), dict(defaults))
        if name != "identity" and all(_equal(outer, formula, {"z": point}) for point in _POINTS):
            return name
    return ""


def _cost(tracing: Tracing, outputs: Sequence[str], neurons: Set[str]) -> tuple[Sequence[str], str]:
    """The targets and the cost: of the catalogue's the one that a result is, else half the squared error."""
    wanted = set(outputs)
    for made in reversed(tracing.made.values()):  # the last one, which others may be on the way to
        expr = _written_out(made, tracing, neurons)
        inside = names(expr)
        targets = [name for name in inside if name in tracing.leaves and _called(tracing.leaves[name], _TARGETS)]
        if len(targets) != len(outputs) or set(inside) != wanted | set(targets):
            continue
        values = [_at(outputs, targets, numbers) for numbers in (_OUTPUTS, _OUTPUTS[::-1])]
        for name, row in COSTS.items():
            terms = []
            for output, target in zip(outputs, targets, strict=True):
                formula = parse(row.formula, ("y", "O", "n", *row.parameters), internal=True)
                given = {key: Number(text) for key, text in row.parameters.items()}
                exchanged = {"y": Name(target), "O": Name(output), "n": Number(str(len(outputs))), **given}
                terms.append(substitute(formula, exchanged))
            if all(_equal(expr, Sum(tuple(terms)), each) for each in values):
                return targets, name
    called = [name for name, leaf in tracing.leaves.items() if _called(leaf, _TARGETS)]
    if len(called) < len(outputs):
        raise FormulaError("a script in which no target is found", _EXPECTED)
    return called[: len(outputs)], "half_squared_error"


def _at(outputs: Sequence[str], targets: Sequence[str], numbers: Sequence[Decimal]) -> dict[str, Decimal]:
    """Outputs and targets between 0 and 1, each above the other once."""
    pairs = zip((*outputs, *targets), cycle(numbers), strict=False)
    return {name: value + Decimal(place) / 1000 for place, (name, value) in enumerate(pairs)}


def _equal(one: Expr, other: Expr, values: Mapping[str, Decimal]) -> bool:
    try:
        left, right = (compiled(expr)(lambda name: values[name], None) for expr in (one, other))
    except (ArithmeticError, KeyError):
        return False
    return abs(left - right) <= _SAME


def _put(expr: Expr, old: Expr, new: Expr) -> Expr:
    """An expression with one of its parts exchanged, wherever it stands."""
    return new if expr == old else rebuild(expr, lambda part: _put(part, old, new))


def _called(leaf: Leaf, words: Sequence[str]) -> bool:
    name = leaf.target.lower()
    return any(name == word or (len(word) > 1 and word in name) or name.rstrip("0123456789_") == word for word in words)


def _written(network: Proposed, leaves: Mapping[str, Leaf]) -> str:
    def row(entries: Sequence[str]) -> str:
        return "[" + ", ".join(leaves[name].text if name else "0" for name in entries) + "]"

    lines = [
        "# Proposed from a script: every number, the layers and the cost are to be confirmed.",
        f"title = {quoted_toml('A network from a script')}",
        "",
        "[network]",
        f"inputs  = {row(network.inputs)}",
        f"targets = {row(network.targets)}",
        f'cost    = "{network.cost}"',
    ]
    for layer, received in zip(network.layers, network.received, strict=True):
        rows = ", ".join(row([neuron.weights.get(name, "") for name in received]) for neuron in layer)
        lines += ["", "[[network.layers]]", f'activation = "{layer[0].activation}"', f"weights = [{rows}]"]
        if any(neuron.bias for neuron in layer):
            lines.append(f"biases  = {row([neuron.bias for neuron in layer])}")
    if network.rate:
        lines += ["", "[update]", f"learning_rate = {leaves[network.rate].text}"]
    return "\n".join([*lines, ""])
