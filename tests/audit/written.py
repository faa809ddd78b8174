"""The student of :mod:`tests.audit.paper`, who writes out how he works each line: sums and products of numbers.

Nothing here is taken from the package. A line is a tree of Python tuples over the names of the paper; it is written
with the numbers that stand on the paper, and worked out here with ordinary decimals.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, localcontext
from typing import NamedTuple

from tests.audit.paper import CONTEXT, Digits, Line, Paper, sigmoid, tanh

D = Decimal
#: ``("+", a, b, …)``, ``("*", a, b, …)``, ``("-", a)``, ``("/", a, b)``, ``("2", a)`` for a square, ``("sigmoid", a)``,
#: ``("tanh", a)``; a string is a name of the paper, or a number that belongs to the formula.
Tree = tuple | str


def is_number(tree: Tree) -> bool:
    return isinstance(tree, str) and tree[0].isdigit()


def worked_by(paper: Paper, line: Line) -> Tree | None:
    """How a line is worked out, as a person writes it; None where that is a number alone."""
    net, cost = paper.net, paper.net.cost
    j = line.neuron
    if line.kind == "net_input":
        pairs = zip(paper.sources[line.layer], paper.weight[line.layer][j], strict=True)
        return ("+", *(("*", x, w) for x, w in pairs), paper.bias[line.layer][j])
    activation = net.layers[line.layer][0]
    if line.kind == "output":
        return (activation, paper.z[line.layer][j])
    if line.kind == "cost":
        parts = [("2", ("+", y, ("-", o))) for y, o in zip(paper.targets, paper.o[-1], strict=True)]
        whole = parts[0] if len(parts) == 1 else ("+", *parts)
        return {
            "half_squared_error": ("/", whole, "2"),
            "squared_error": whole,
            "mean_squared_error": ("/", whole, str(len(parts))),
        }[cost]
    if line.kind == "error":
        difference = ("+", paper.o[-1][j], ("-", paper.targets[j]))
        return {
            "half_squared_error": difference,
            "squared_error": ("*", "2", difference),
            "mean_squared_error": ("/", ("*", "2", difference), str(len(paper.targets))),
        }[cost]
    o, z = paper.o[line.layer][j], paper.z[line.layer][j]
    match line.kind:
        case "slope":
            return ("*", o, ("+", "1", ("-", o))) if activation == "sigmoid" else ("+", "1", ("-", ("2", o)))
        case "output_gradient":
            after = zip(paper.z[line.layer + 1], paper.weight[line.layer + 1], strict=True)
            terms = [("*", f"dCost/d{k}", row[j]) for k, row in after]
            return terms[0] if len(terms) == 1 else ("+", *terms)
        case "net_gradient":
            return ("*", f"dCost/d{o}", f"d{o}/d{z}")
        case "weight_gradient":
            return ("*", f"dCost/d{z}", paper.sources[line.layer][line.source])
        case "update":
            old = line.name[:-1]
            return ("+", old, ("-", ("*", "eta", f"dCost/d{old}")))
    return None


def value_of(tree: Tree, values: Mapping[str, Decimal]) -> Decimal:
    if isinstance(tree, str):
        return D(tree) if is_number(tree) else values[tree]
    kind, *rest = tree
    found = [value_of(each, values) for each in rest]
    match kind:
        case "+":
            return sum(found[1:], found[0])
        case "*":
            total = found[0]
            for each in found[1:]:
                total *= each
            return total
        case "/":
            return found[0] / found[1]
        case "-":
            return -found[0]
        case "2":
            return found[0] ** 2
        case "sigmoid":
            return sigmoid(found[0])
    return tanh(found[0])


def text_of(tree: Tree, show: Callable[[str], str], *, inside: bool = False) -> str:
    """The line as it is written; a negative number in brackets, if anything stands before it."""
    if isinstance(tree, str):
        text = tree if is_number(tree) else show(tree)
        return f"({text})" if inside and text.startswith("-") else text
    kind, *rest = tree
    match kind:
        case "+":
            first, *others = rest
            text = text_of(first, show)
            for each in others:
                minus = each[0] == "-" if isinstance(each, tuple) else False
                bare = each[1] if minus else each
                text += (" - " if minus else " + ") + text_of(bare, show, inside=True)
            return f"({text})" if inside else text
        case "*":
            return " * ".join(text_of(each, show, inside=True) for each in rest)
        case "/":
            return " / ".join(text_of(each, show, inside=True) for each in rest)
        case "-":
            return f"-{text_of(rest[0], show, inside=True)}"
        case "2":
            return f"{text_of(rest[0], show, inside=True)}^2"
        case "sigmoid":
            return f"1 / (1 + exp(-{text_of(rest[0], show, inside=True)}))"
    return f"tanh({text_of(rest[0], show)})"


class Row(NamedTuple):
    """A line on the paper: the quantity, how it is worked out, how it is written, and what it comes to."""

    name: str
    tree: Tree
    text: str
    result: str
    #: For each name in the tree that is written as a number: the number and how far it may be from the truth.
    numbers: Mapping[str, tuple[Decimal, Decimal]]
    #: What is written for each name.
    words: Mapping[str, str]


class Writer:
    """A paper with its lines written out.

    Args:
        paper: the lines.
        digits: how the student rounds.
        source: chance, by which he writes products out first or not.
    """

    def __init__(self, paper: Paper, digits: Digits, source: random.Random) -> None:
        self.paper, self.digits, self.source = paper, digits, source
        found = paper.values(digits)
        with localcontext(CONTEXT):
            #: What he goes on with, and what stands on the paper.
            self.kept = {
                **paper.given, **{name: digits.rounded(v) if digits.carried else v for name, v in found.items()}
            }  # fmt: skip
            self.printed = {**paper.given, **{name: digits.rounded(value) for name, value in found.items()}}
            self.text = {name: format(value, "f") for name, value in paper.given.items()} | {
                name: digits.text(value) for name, value in found.items()
            }
        self.true = {**paper.given, **paper.values(digits._replace(carried=False))}

    def rows(self) -> Iterator[Row]:
        with localcontext(CONTEXT):
            for line in self.paper.lines:
                tree = worked_by(self.paper, line)
                if tree is not None:
                    yield self.row(line.name, tree)

    def row(self, name: str, tree: Tree) -> Row:
        """A line; of a sum the products may be worked out first: ``0.3 + 2.07 + 0.5``."""
        full: dict[str, Decimal] = {}
        true = dict(self.true)
        if tree[0] == "+" and self.source.random() < 0.5:
            terms: list[Tree] = [tree[0]]
            for each in tree[1:]:
                turned = isinstance(each, tuple) and each[0] == "-"
                term = each[1] if turned else each
                if isinstance(term, tuple) and term[0] == "*":
                    key = f"p{len(full)}"
                    full[key] = value_of(term, self.kept)
                    true[key] = value_of(term, self.true)
                    term = key
                terms.append(("-", term) if turned else term)
            tree = tuple(terms)
        values = {**self.printed, **{key: self.digits.rounded(value) for key, value in full.items()}}
        words = {**self.text, **{key: self.digits.text(value) for key, value in full.items()}}
        numbers = {
            each: (values[each], abs(values[each] - true[each]))
            for each in leaves(tree)
            if not is_number(each) and each not in self.paper.given
        }
        return Row(name, tree, text_of(tree, words.__getitem__), self.text[name], numbers, words)

    def spread(self, row: Row) -> Decimal:
        """How far the numbers of a line may move what it comes to, from above: by a unit of each, and its own error."""
        values = {**self.printed, **{key: value for key, (value, _) in row.numbers.items()}}
        with localcontext(CONTEXT):
            base, total = value_of(row.tree, values), D(0)
            for name, (value, error) in row.numbers.items():
                unit = D((0, (1,), int(D(row.words[name]).as_tuple().exponent)))
                step = error + unit
                moved = [value_of(row.tree, {**values, name: value + sign * step}) for sign in (1, -1)]
                total += max(abs(each - base) for each in moved)
        return total


def leaves(tree: Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    else:
        for each in tree[1:]:
            yield from leaves(each)


def mistaken(tree: Tree, source: random.Random) -> Tree | None:
    """A line with something wrong in it: a term or factor left out, a sign turned, a factor too many."""
    if isinstance(tree, str) or tree[0] not in ("+", "*", "/"):
        return None
    kind, *rest = tree
    choices: list[Tree] = [("*", "2", tree), ("-", tree)]
    if kind == "/":
        choices.append(rest[0])
    else:
        for index, each in enumerate(rest):
            others = (*rest[:index], *rest[index + 1 :])
            choices.append((kind, *others) if len(others) > 1 else others[0])
            if kind == "+":
                turned = each[1] if isinstance(each, tuple) and each[0] == "-" else ("-", each)
                if index:
                    choices.append(("+", *rest[:index], turned, *rest[index + 1 :]))
    chosen = source.choice(choices)
    return None if isinstance(chosen, str) else chosen
