"""The ordered expression tree.

SymPy sorts terms, merges equal factors and expands fractions as soon as an expression is built. What is shown must keep
the order and the brackets of a hand calculation, so it is held in this tree; the SymPy expression is made from it
(:mod:`derive.expression.symbolic`), never the other way round for what an author wrote.

Nodes are immutable and compare by structure. A sum or product holds all of its operands, so the depth of a tree does
not grow with the size of a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal

import msgspec

Relation = Literal[">", ">=", "<", "<=", "==", "!="]


class Expr(msgspec.Struct, frozen=True):
    """Base of all nodes."""


class Number(Expr, frozen=True):
    """A decimal number, kept as it is to be printed: ``"0.10"``, ``"-1.23e-5"``."""

    text: str

    @property
    def value(self) -> Decimal:
        """The number's exact value."""
        return Decimal(self.text)

    @property
    def negative(self) -> bool:
        """Whether it is written with a minus sign."""
        return self.text.startswith("-")


class Shown(Number, frozen=True, eq=False):
    """A number that is the value of a quantity, so that it can be found where the quantity changes.

    It equals the same number that does not say whose it is.
    """

    of: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and self.text == other.text

    def __hash__(self) -> int:
        return hash(Number(self.text))


class Name(Expr, frozen=True):
    """A quantity, by its plain name: ``w6``, ``dCost/dw6``."""

    name: str


class Sum(Expr, frozen=True):
    """Terms in hand order. A term that is a :class:`Negative` is printed as a subtraction."""

    terms: tuple[Expr, ...]


class Negative(Expr, frozen=True):
    """The operand with its sign turned."""

    operand: Expr


class Product(Expr, frozen=True):
    """Factors in hand order."""

    factors: tuple[Expr, ...]


class Quotient(Expr, frozen=True):
    """A fraction."""

    numerator: Expr
    denominator: Expr


class Power(Expr, frozen=True):
    """A power."""

    base: Expr
    exponent: Expr


class Call(Expr, frozen=True):
    """A function of :data:`derive.expression.functions.FUNCTIONS` applied to its arguments."""

    function: str
    arguments: tuple[Expr, ...]


class Group(Expr, frozen=True):
    """Brackets which a writer sets though they are not needed: ``(x0·w0) + b0``."""

    body: Expr


class Condition(msgspec.Struct, frozen=True):
    """A comparison of two expressions."""

    left: Expr
    relation: Relation
    right: Expr


class Cases(Expr, frozen=True):
    """A definition by cases: the first branch whose condition holds, else ``otherwise``."""

    branches: tuple[tuple[Expr, Condition], ...]
    otherwise: Expr


class Opened(Expr, frozen=True):
    """Factors before a bracket that is closed on a line below: the beginning of a product that does not fit on one.

    Attributes:
        factors: what stands before the bracket.
        terms: those of the sum in it that fit.
        entrywise: whether arrays are multiplied entry by entry.
        function: the whole of what the bracket is the argument of, where it is one's.
    """

    factors: tuple[Expr, ...]
    terms: tuple[Expr, ...]
    entrywise: bool = False
    function: Expr | None = None


class Closed(Expr, frozen=True):
    """The last terms in a bracket that was opened on a line above; each stands with its sign.

    Attributes:
        exponent: what the bracket is raised to, if it is.
    """

    terms: tuple[Expr, ...]
    exponent: Expr | None = None


class Further(Expr, frozen=True):
    """The last factors of a product that began on a line above; each stands with its sign."""

    factors: tuple[Expr, ...]


# Formulas of arrays. Their names are those of arrays; sums, products, quotients, powers and calls go entry by entry.
# They are written and printed; what is worked out are the entries, which are formulas of numbers.


class Transposed(Expr, frozen=True):
    """A matrix turned over; a vector that stands as a row."""

    operand: Expr


class MatrixProduct(Expr, frozen=True):
    """Matrices and vectors multiplied with each other."""

    factors: tuple[Expr, ...]


class Stacked(Expr, frozen=True):
    """Formulas of one shape along a new first dimension: ``[a, b]``."""

    items: tuple[Expr, ...]


class Applied(Expr, frozen=True):
    """A function of the language of equations applied to arrays: ``softmax(Z, axis=1)``.

    Attributes:
        function: its name.
        arguments: what it is applied to; whole numbers that it takes among them.
        options: its arguments with a name, as they are written.
    """

    function: str
    arguments: tuple[Expr, ...]
    options: tuple[tuple[str, str], ...] = ()


# What only printers know: arrays as they stand on a page.


class Entrywise(Expr, frozen=True):
    """Arrays multiplied, divided or raised entry by entry."""

    operation: Literal["times", "over", "power"]
    operands: tuple[Expr, ...]


class Dots(Expr, frozen=True):
    """What stands for entries that are left out."""

    direction: Literal["across", "down", "aslant"]


class Matrix(Expr, frozen=True):
    """Entries in rows and columns."""

    rows: tuple[tuple[Expr, ...], ...]


class Sized(Expr, frozen=True):
    """An array with its size below it."""

    body: Expr
    shape: tuple[int, ...]


def _cells(matrix: Matrix) -> tuple[Expr, ...]:
    return tuple(cell for row in matrix.rows for cell in row)


def _of_cases(cases: Cases) -> tuple[Expr, ...]:
    parts: list[Expr] = []
    for value, condition in cases.branches:
        parts += (value, condition.left, condition.right)
    return (*parts, cases.otherwise)


#: The direct operands of each kind of node; the others have none. By type, as this is asked for more than all else.
_CHILDREN: dict[type, Callable[[Any], tuple[Expr, ...]]] = {
    Sum: attrgetter("terms"),
    Product: attrgetter("factors"),
    Negative: lambda node: (node.operand,),
    Quotient: attrgetter("numerator", "denominator"),
    Power: attrgetter("base", "exponent"),
    Call: attrgetter("arguments"),
    Group: lambda node: (node.body,),
    Sized: lambda node: (node.body,),
    Transposed: lambda node: (node.operand,),
    MatrixProduct: attrgetter("factors"),
    Stacked: attrgetter("items"),
    Entrywise: attrgetter("operands"),
    Applied: attrgetter("arguments"),
    Opened: lambda node: (*node.factors, *node.terms),
    Closed: attrgetter("terms"),
    Further: attrgetter("factors"),
    Matrix: _cells,
    Cases: _of_cases,
}


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct operands of a node, in the order they are written."""
    below = _CHILDREN.get(type(expr))
    return () if below is None else below(expr)


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same node with each direct operand changed."""
    match expr:
        case Sum(terms):
            return Sum(tuple(map(change, terms)))
        case Product(factors):
            return Product(tuple(map(change, factors)))
        case Negative(operand):
            return Negative(change(operand))
        case Quotient(numerator, denominator):
            return Quotient(change(numerator), change(denominator))
        case Power(base, exponent):
            return Power(change(base), change(exponent))
        case Call(function, arguments):
            return Call(function, tuple(map(change, arguments)))
        case Group(body):
            return Group(change(body))
        case Sized(body, shape):
            return Sized(change(body), shape)
        case Transposed(operand):
            return Transposed(change(operand))
        case MatrixProduct(parts) | Stacked(parts):
            return type(expr)(tuple(map(change, parts)))
        case Entrywise(operation, parts):
            return Entrywise(operation, tuple(map(change, parts)))
        case Applied(function, arguments, options):
            return Applied(function, tuple(map(change, arguments)), options)
        case Matrix(rows):
            return Matrix(tuple(tuple(map(change, row)) for row in rows))
        case Cases(branches, otherwise):
            return Cases(
                tuple(
                    (change(value), Condition(change(test.left), test.relation, change(test.right)))
                    for value, test in branches
                ),
                change(otherwise),
            )
        case _:
            return expr


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """The tree with names replaced; names that are not in the mapping stay."""
    if isinstance(expr, Name):
        return replacements.get(expr.name, expr)
    if isinstance(expr, Number):
        return expr
    # A function within that called itself would be a cycle, and stay in memory where no collector runs.
    return rebuild(expr, lambda node: substitute(node, replacements))


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node of the tree, a node before its operands."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        if below := children(node):
            waiting += below[::-1]


def names(expr: Expr) -> tuple[str, ...]:
    """The plain names in the tree, each once, in the order of first appearance."""
    found: dict[str, None] = {}
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            found[node.name] = None
        elif below := children(node):
            waiting += below[::-1]
    return tuple(found)


ZERO = Number("0")
ONE = Number("1")


def sum_of(terms: tuple[Expr, ...]) -> Expr:
    """A sum without the idle forms: no term is 0, one term is itself."""
    if not terms:
        return ZERO
    return terms[0] if len(terms) == 1 else Sum(terms)


def product_of(factors: tuple[Expr, ...]) -> Expr:
    """A product without the idle forms: a factor 1 is dropped, one factor is itself."""
    kept = tuple(factor for factor in factors if factor != ONE)
    if not kept:
        return ONE
    return kept[0] if len(kept) == 1 else Product(kept)


def negative_of(expr: Expr) -> Expr:
    """The expression with its sign turned; two signs cancel."""
    return expr.operand if isinstance(expr, Negative) else Negative(expr)


def over_and_under(factors: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """What a product has above and below one fraction line: all is multiplied before anything is divided.

    So (1/3)·0.9 is 0.9/3, which is 0.3 in any number of digits.
    """
    over = tuple(factor.numerator if isinstance(factor, Quotient) else factor for factor in factors)
    under = tuple(factor.denominator for factor in factors if isinstance(factor, Quotient))
    return over, under


def size(expr: Expr) -> int:
    """How many pieces an expression has; one that it holds in several places counts in each."""
    known: dict[int, int] = {}

    def of(piece: Expr) -> int:
        if id(piece) not in known:
            known[id(piece)] = 1 + sum(map(of, children(piece)))
        return known[id(piece)]

    return of(expr)
