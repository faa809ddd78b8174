r"""Reads a page as its reader would: takes the formulas out of Markdown or LaTeX and works them out from their text.

Nothing is taken from the package. Numbers are fractions; only functions leave them, and become mpmath numbers. Arrays
are matrices of these, in which a vector is a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import NamedTuple

import mpmath

from tests.pages.arrays import Array, Entry, MismatchError, Value, applied, entrywise, multiplied
from tests.pages.numbers import PRECISION, Worked, as_fraction, called, compare, equal, operated

#: A syntax tree: what it is, then its parts.
Tree = tuple
#: A side of a formula: the sign before it, its tree, where it can be read, and its text.
Side = tuple[str, Tree | None, str]

#: So many decimal places of two numbers agree where they are the same: what is left of terms that cancel lies behind.
CANCELLED = 40


class Policy(NamedTuple):
    """The section ``[numbers]`` of a file."""

    each_step: bool = False
    decimals: int | None = None
    significant: int | None = 4
    up: bool = False

    def toml(self) -> str:
        digits = f"significant = {self.significant}" if self.decimals is None else f"decimals = {self.decimals}"
        return f'round = "{"each-step" if self.each_step else "end"}"\n{digits}\nties = "{"up" if self.up else "even"}"'

    def rounded(self, value: Fraction) -> Fraction:
        """The value rounded once."""
        if not value:
            return value
        unit = Fraction(10) ** (-self.decimals if self.decimals is not None else first_digit(value) - self.places)
        units, half = divmod(abs(value) / unit, 1)
        units += half > Fraction(1, 2) or (half == Fraction(1, 2) and (self.up or units % 2 == 1))
        return units * unit if value > 0 else -units * unit

    @property
    def places(self) -> int:
        assert self.significant is not None
        return self.significant - 1

    def shows_all(self, text: str) -> bool:
        """Whether a rounded number has as many digits as it should."""
        mantissa = re.split(r"\\times", text)[0].replace(" ", "").lstrip("-")
        if self.decimals is not None:
            return len(mantissa.partition(".")[2]) == self.decimals
        digits = mantissa.replace(".", "").lstrip("0")
        return len(digits) == self.significant or not digits


def first_digit(value: Fraction) -> int:
    """The power of ten of the first digit: 0 for 9.99, -1 for 0.5."""
    size = abs(value)
    guess = int((size.numerator.bit_length() - size.denominator.bit_length()) * 0.30103) - 1
    while size >= Fraction(10) ** (guess + 1):
        guess += 1
    while size < Fraction(10) ** guess:
        guess -= 1
    return guess


# From the text to a tree


class Unreadable(Exception):  # noqa: N818
    """A formula is not written as the pages write them."""


_TOKEN = re.compile(r"\d+(?:\.\d+)?|\\[A-Za-z]+|\\.|\S")
_RELATIONS = {
    "=": "=",
    r"\approx": "≈",
    r"\leftarrow": "←",
    ">": ">",
    r"\ge": ">=",
    "<": "<",
    r"\le": "<=",
    r"\ne": "!=",
}
_FUNCTIONS = {
    r"\ln": "log",
    r"\tanh": "tanh",
    r"\sinh": "sinh",
    r"\cosh": "cosh",
    r"\sin": "sin",
    r"\cos": "cos",
    r"\arctan": "atan",
    r"\max": "max",
    r"\min": "min",
}
#: Signs of operations entry by entry.
_ENTRYWISE = {r"\odot": "entrywise times", r"\oslash": "entrywise over"}
#: What stands between matrices that are multiplied.
_BESIDE = (r"\,", r"\;")
_DOTS = (r"\cdots", r"\vdots", r"\ddots")
#: Functions whose sign on a line means something else for a matrix: e to the power of one is no array of powers of e.
_OF_NUMBERS = ("exp", "sqrt", "abs")
_BEGINS = re.compile(r"\d|\\(?:frac|sqrt|left|lvert|mathit|hat|mathrm|partial|begin|[a-z]+)$|[A-Za-z(|]")
_ENDS = {r"\right", r"\rvert", r"\cdot", r"\times", r"\end", r"\text", r"\quad", *_RELATIONS, *_ENTRYWISE}


class Reader:
    """Reads one formula, token by token.

    Args:
        text: TeX, without the marks that set it apart from the words.
    """

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.next
        if not token or (expected and token not in expected):
            raise Unreadable(f"{token or 'the end'} where {' or '.join(expected) or 'more'} should stand")
        self.at += 1
        return token

    def skip(self, *tokens: str) -> bool:
        if self.next in tokens and self.next:
            self.at += 1
            return True
        return False

    def chain(self) -> list[Side]:
        """Sides with the sign before each, and their text; the first side is None where the text starts with a sign."""
        sides: list[Side] = []
        sign = ""
        if self.next in _RELATIONS:
            sides.append(("", None, ""))
            sign = _RELATIONS[self.take()]
        while True:
            start = self.at
            tree = self.sum()
            sides.append((sign, tree, " ".join(self.tokens[start : self.at])))
            if not self.next:
                return sides
            if self.next not in _RELATIONS:
                raise Unreadable(f"{self.next} where a sign should stand")
            sign = _RELATIONS[self.take()]

    def sum(self) -> Tree:
        negative = self.skip("-")
        tree = self.term()
        if negative:
            tree = ("negative", tree)
        while self.next in ("+", "-"):
            sign = self.take()
            other = self.term()
            tree = ("add" if sign == "+" else "subtract", tree, other)
        return tree

    def term(self) -> Tree:
        tree = self.juxtaposed()
        while self.next in (r"\cdot", "/", *_ENTRYWISE):
            sign = self.take()
            if sign == r"\cdot":
                tree = ("multiply", tree, self.juxtaposed())
            elif sign in _ENTRYWISE:
                tree = (_ENTRYWISE[sign], tree, self.juxtaposed())
            else:
                under = self.juxtaposed()
                tree = _derivative(tree, under) or ("divide", tree, under)
        return tree

    def juxtaposed(self) -> Tree:
        if self.next == "-":
            raise Unreadable("a minus straight after a sign")
        tree = self.powered()
        while self.next and self.next not in _ENDS and (self.next in _BESIDE or _BEGINS.match(self.next)):
            if self.skip(*_BESIDE):
                tree = ("matrix product", tree, self.powered())
                continue
            if self.next[0].isdigit():
                raise Unreadable(f"{self.next} straight behind something else")
            other = self.powered()
            tree = (
                ("name", tree[1] + other[1])
                if tree[0] == "name" and tree[1] in ("d", r"\partial") and other[0] == "name"
                else ("multiply", tree, other)
            )
        return tree

    def powered(self) -> Tree:
        tree = self.primary()
        while self.skip("^"):
            if self.group() == r"{\mathsf{T}}":
                self.raw()
                tree = ("turned", tree)
            elif self.tokens[self.at : self.at + 2] == ["{", r"\odot"]:
                self.at += 2
                tree = ("entrywise power", tree, self.sum())
                self.take("}")
            else:
                tree = ("power", tree, self.argument())
        return tree

    def argument(self) -> Tree:
        if not self.skip("{"):
            return self.primary()
        tree = self.sum()
        self.take("}")
        return tree

    def primary(self) -> Tree:
        head = self.take()
        if head[0].isdigit():
            return self.number(head)
        if head in ("(", r"\lvert"):
            return self.enclosed(head)
        if head == r"\left":
            return self.enclosed(self.take("(", r"\lvert"))
        if head == r"\frac":
            over, under = self.argument(), self.argument()
            return _derivative(over, under) or ("divide", over, under)
        if head == r"\sqrt":
            return ("call", "sqrt", [self.argument()])
        if head == r"\pi":
            return ("pi",)
        if head == r"\begin":
            return self.environment()
        if head == r"\underset":
            return ("sized", self.size(), self.argument())
        if head == r"\mathbf":
            sign = self.raw()[1:-1]
            return ("identity",) if sign == "I" else ("spread", Fraction(sign))
        if head in _FUNCTIONS:
            exponent = self.argument() if self.skip("^") else None  # at the function's name
            value = ("call", _FUNCTIONS[head], self.arguments())
            return value if exponent is None else ("power", value, exponent)
        if head == r"\mathrm":
            word = self.raw()[1:-1].replace(r"\ ", " ")
            below = self.raw().removeprefix(r"{\text{").removesuffix("}}") if self.skip("_") else ""
            return ("apply", word, below, self.arguments())
        if head == "e" and self.next == "^":
            self.take()
            return ("call", "exp", [self.argument()])
        if head == r"\partial" or (head == "d" and (self.next[:1].isalpha() or self.next[:1] == "\\")):
            return ("name", head)
        if head in (r"\mathit", r"\hat"):
            return self.name(head + self.raw())
        if head[-1].isalpha():
            return self.name(head)
        raise Unreadable(f"{head} where a value should stand")

    def number(self, token: str) -> Tree:
        value = Fraction(token)
        if self.skip(r"\times"):
            self.take("10")
            self.take("^")
            power = self.argument()
            value *= Fraction(10) ** int(_fraction_of(power))
        return ("number", value)

    def enclosed(self, opening: str) -> Tree:
        tree = self.sum()
        self.skip(r"\right")
        self.take({"(": ")"}.get(opening, r"\rvert"))
        return tree if opening == "(" else ("call", "abs", [tree])

    def arguments(self) -> list[Tree]:
        self.skip(r"\left")
        self.take("(")
        trees = [self.sum()]
        while self.skip(","):
            trees.append(self.sum())
        self.skip(r"\right")
        self.take(")")
        return trees

    def size(self) -> tuple[int, ...]:
        self.take("{")
        lengths = [int(self.take())]
        while self.skip(r"\times"):
            lengths.append(int(self.take()))
        self.take("}")
        return tuple(lengths)

    def environment(self) -> Tree:
        name = self.raw()
        if name == "{bmatrix}":
            return self.matrix()
        if name != "{cases}":
            raise Unreadable("an environment within a formula")
        return self.cases()

    def matrix(self) -> Tree:
        """Entries in rows and columns, each with its text; dots stand for those that are left out."""
        rows: list[tuple[tuple[Tree, str], ...]] = []
        row: list[tuple[Tree, str]] = []
        while True:
            start = self.at
            tree = ("dots", self.take()) if self.next in _DOTS else self.sum()
            row.append((tree, " ".join(self.tokens[start : self.at])))
            end = self.take("&", r"\\", r"\end")
            if end != "&":
                rows.append(tuple(row))
                row = []
            if end == r"\end":
                if self.raw() != "{bmatrix}" or len({len(row) for row in rows}) > 1:
                    raise Unreadable("a matrix that is ragged")
                return ("matrix", tuple(rows))

    def cases(self) -> Tree:
        branches = []
        while True:
            value = self.sum()
            self.take("&")
            self.take(r"\text")
            if self.raw() == "{otherwise}":
                self.take(r"\end")
                self.raw()
                return ("cases", branches, value)
            left = self.sum()
            relation = _RELATIONS[self.take()]
            branches.append((value, left, relation, self.sum()))
            self.take(r"\\")

    def name(self, key: str) -> Tree:
        """A quantity with what stands below and above it; a plain number above it is an exponent."""
        while self.next in ("_", "^"):
            above = self.tokens[self.at + 1 : self.at + 3] if self.next == "^" else []
            if any(token[0].isdigit() or token in (r"\mathsf", r"\odot") for token in above):
                break
            key += self.take() + self.raw()
        return ("name", key)

    def group(self) -> str:
        """The group ahead as it is, without what only moves it; the place stays."""
        at = self.at
        text = self.raw()
        self.at = at
        return text.replace(r"\negthinspace", "")

    def raw(self) -> str:
        """A group, or a single token, as it is."""
        head = self.take()
        if head != "{":
            return head
        text = head
        while self.next != "}":
            text += self.raw()
        return text + self.take()


def _derivative(over: Tree, under: Tree) -> Tree | None:
    """A derivative as one name, however its fraction is set."""
    names = over[0] == "name" and under[0] == "name"
    if names and over[1].startswith(("d", r"\partial")) and under[1].startswith(("d", r"\partial")):
        return ("name", f"{over[1]}/{under[1]}")
    return None


# From a tree to a value


class Symbolic(Exception):  # noqa: N818
    """A formula holds a quantity whose value is not known."""


def work_out(tree: Tree, values: Mapping[str, Value] | None = None) -> Value:
    """The value of a tree.

    Raises:
        Symbolic: a quantity in it has no value.
        ZeroDivisionError: there is none.
        MismatchError: shapes in it do not go together.
    """
    with mpmath.workdps(PRECISION):
        return _value(tree, values or {})


def _fraction_of(tree: Tree) -> Fraction:
    value = work_out(tree)
    assert isinstance(value, Fraction)
    return value


def array_key(key: str) -> str:
    """How an array is known here; a number may have the same name."""
    return f"[{key}]"


def _value(tree: Tree, values: Mapping[str, Value]) -> Value:
    match tree:
        case ("number", value):
            return value
        case ("pi",):
            return +mpmath.pi
        case ("name", key):
            if key not in values:
                key = array_key(key)
            if key not in values:
                raise Symbolic(key)
            return values[key]
        case ("negative", operand):
            return entrywise(lambda value: -value, _value(operand, values))
        case ("call", function, arguments):
            return _function(function, [_value(argument, values) for argument in arguments])
        case ("apply", function, below, arguments):
            return applied(function, below, [_value(argument, values) for argument in arguments])
        case ("cases", branches, otherwise):
            return _cases(branches, otherwise, values)
        case ("sized", size, body):
            return _sized(size, body, values)
        case ("spread", value):
            return Array(((value,),), spread=True)
        case ("matrix", rows):
            return _matrix((), rows, values)
        case ("turned", operand):
            value = _value(operand, values)
            return value.turned if isinstance(value, Array) else value
        case (operation, left, right):
            return _operation(operation, _value(left, values), _value(right, values))
    raise AssertionError(tree)


def _cases(branches: list[tuple[Tree, Tree, str, Tree]], otherwise: Tree, values: Mapping[str, Value]) -> Value:
    """What a choice gives; between arrays it is made entry by entry."""
    if not branches:
        return _value(otherwise, values)
    (value, left, relation, right), *others = branches
    sides = _value(left, values), _value(right, values)
    if not any(isinstance(side, Array) for side in sides):
        return _value(value, values) if compare(sides[0], relation, sides[1]) else _cases(others, otherwise, values)
    return entrywise(partial(_chosen, relation), *sides, _value(value, values), _cases(others, otherwise, values))


def _chosen(relation: str, left: Worked, right: Worked, value: Worked, otherwise: Worked) -> Worked:
    return value if compare(left, relation, right) else otherwise


def _function(function: str, arguments: list[Value]) -> Value:
    arrays = [argument for argument in arguments if isinstance(argument, Array)]
    if function in ("max", "min") and len(arguments) == 1:
        return applied(function, "", arguments)
    if arrays and function in _OF_NUMBERS:
        raise MismatchError(f"the sign of {function} of a number around an array")
    return entrywise(lambda *given: called(function, list(given)), *arguments)


def _operation(operation: str, left: Value, right: Value) -> Value:
    if operation == "matrix product":
        return multiplied(left, right)
    arrays = [side for side in (left, right) if isinstance(side, Array) and not side.spread]
    if operation == "multiply" and len(arrays) > 1:
        raise MismatchError("a product of arrays with no sign that says which")
    if (operation == "divide" and right in arrays) or (operation == "power" and arrays):
        raise MismatchError(f"{operation} by the sign of numbers")
    plain = {"entrywise times": "multiply", "entrywise over": "divide", "entrywise power": "power"}
    return entrywise(partial(operated, plain.get(operation, operation)), left, right)


def _sized(size: tuple[int, ...], body: Tree, values: Mapping[str, Value]) -> Value:
    """What has a size below it; the size is the true one."""
    if body[0] == "matrix":
        return _matrix(size, body[1], values)
    if body[0] == "identity":
        return applied("eye", "", [Fraction(size[0])])
    if body[0] == "name":
        key = array_key(body[1])
        if key not in values:
            raise Symbolic(key)
        value = values[key]
    else:
        value = _value(body, values)
    if not isinstance(value, Array):
        raise MismatchError(f"a size below the number {body}")
    if value.spread:
        return Array(tuple(value.rows[0] * (size[1] if len(size) > 1 else 1) for _ in range(size[0])), size)
    if (value.size or value.shape) != size and (value.size or size != value.shape[:1] or value.shape[1] > 1):
        raise MismatchError(f"the size {size} below {value.size or value.shape}")
    return value


def _matrix(
    size: tuple[int, ...], rows: tuple[tuple[tuple[Tree, str], ...], ...], values: Mapping[str, Value]
) -> Array:
    """A matrix with its entries, or its blocks; where some are left out, its size tells how many."""
    cells = [[None if tree[0] == "dots" else _value(tree, values) for tree, _ in row] for row in rows]
    if any(isinstance(cell, Array) for row in cells for cell in row):
        return _stacked(size, [[cell for cell in row if isinstance(cell, Array)] for row in cells])
    shown = tuple(tuple(cell for cell in row if not isinstance(cell, Array)) for row in cells)
    height, width = len(shown), len(shown[0])
    dots = [[tree[0] == "dots" for tree, _ in row] for row in rows]
    if not any(map(any, dots)):
        whole = (height * width,) if len(size) > 2 else (height, width)
        if size and _shape_told(size, wide=height == 1 and width > 1) != (height, width) and _count(size) != whole[0]:
            raise MismatchError(f"the size {size} below {height} rows and {width} columns")
        return Array(shown, size)
    if not size:
        raise MismatchError("a matrix of which parts are left out, without its size")
    full = _shape_told(size, wide=height == 1)
    down = _left_out(list(map(all, dots)), full[0])
    across = _left_out([all(column) for column in zip(*dots, strict=True)], full[1])
    if any(
        dot and row not in down and place not in across
        for row, line in enumerate(dots)
        for place, dot in enumerate(line)
    ):
        raise MismatchError("dots among the entries")
    blank = (None,) * full[1]

    def widened(row: tuple[Entry, ...]) -> tuple[Entry, ...]:
        kept = [place for place in range(width) if place not in across]
        return row if not across else (*row[: kept[-1] - 1], *blank[: full[1] - len(kept)], row[kept[-1]])

    lines = [widened(row) for place, row in enumerate(shown) if place not in down]
    missing = full[0] - len(lines)
    return Array((*lines[:-1], *((blank,) * missing), lines[-1]) if down else tuple(lines), size)


def _stacked(size: tuple[int, ...], rows: list[list[Array]]) -> Array:
    """Matrices beside and below each other; where dots stand for some below, the size tells how many they are."""
    gaps = [place for place, row in enumerate(rows) if not row]
    whole = _blocks([row for row in rows if row])
    if not gaps:
        return whole
    (gap,) = gaps
    missing = size[0] - whole.shape[0] if size else 0
    if missing < 1 or size[1:] != whole.shape[1:]:
        raise MismatchError(f"dots for {missing} lines of {whole.shape}, whose size is {size}")
    above = sum(row[0].shape[0] for row in rows[:gap])
    blank = ((None,) * whole.shape[1],) * missing
    return Array((*whole.rows[:above], *blank, *whole.rows[above:]), size)


def _blocks(rows: list[list[Array]]) -> Array:
    """Matrices beside and below each other."""
    whole: list[tuple[Entry, ...]] = []
    widths = {sum(block.shape[1] for block in row) for row in rows if not any(block.spread for block in row)}
    for row in rows:
        if len(row) == len(widths) == 1 and row[0].spread:
            whole.append(row[0].rows[0] * max(widths))
            continue
        if len({block.shape[0] for block in row}) > 1:
            raise MismatchError("blocks of different heights")
        whole += [
            tuple(entry for part in lines for entry in part)
            for lines in zip(*(block.rows for block in row), strict=True)
        ]
    if len({len(row) for row in whole}) > 1:
        raise MismatchError("blocks of different widths")
    return Array(tuple(whole))


def _count(size: tuple[int, ...]) -> int:
    count = 1
    for length in size:
        count *= length
    return count


def _shape_told(size: tuple[int, ...], *, wide: bool) -> tuple[int, int]:
    """The rows and columns of a size; what has more than two dimensions stands in a column."""
    if len(size) == 2:
        return size[0], size[1]
    return (1, _count(size)) if wide else (_count(size), 1)


def _left_out(dots: list[bool], length: int) -> list[int]:
    """The rows or columns of dots: one, which is the last but one, where fewer stand than there are."""
    places = [place for place, dot in enumerate(dots) if dot]
    if places not in ([], [len(dots) - 2]) or (len(dots) - len(places) >= length) != (not places):
        raise MismatchError(f"dots at {places} of {len(dots)} for {length}")
    if not places and len(dots) != length:
        raise MismatchError(f"{len(dots)} for {length}")
    return places


# From a page to its formulas


class Formula(NamedTuple):
    """A formula of a page.

    Attributes:
        text: its TeX on one line.
        display: whether it stands on lines of its own.
        before: for a cell of a table that starts with a sign, what stands in the cell before it.
    """

    text: str
    display: bool = False
    before: str = ""


_FENCE = re.compile(r"^```math\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
#: Where a derivation is too long for GitHub, which typesets it as several.
_ONE_DERIVATION = re.compile(r"\n\\end\{aligned\}\n```\n\n```math\n\\begin\{aligned\}\n(?=\s*&)")
_TICKED = re.compile(r"\$`(.*?)`\$", re.DOTALL)
#: Derivations; and arrays that are given, which stand side by side.
_DISPLAY = re.compile(
    r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}|\\\[\n(.*?)\n\\\]|\\derivegiven\{\$\\displaystyle\n(.*?)\n\$\}",
    re.DOTALL,
)
_DOLLAR = re.compile(r"(?<!\\)\$(.*?)(?<!\\)\$", re.DOTALL)
_PICTURE = re.compile(r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", re.DOTALL)
_LONGTABLE = re.compile(r"\\begin\{longtable\}(.*?)\\end\{longtable\}", re.DOTALL)
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?$")


def pictured(page: str) -> Iterator[str]:
    """The formulas in the pictures of a page in LaTeX."""
    for picture in _PICTURE.findall(page):
        yield from _DOLLAR.findall(picture)


def formulas(page: str, language: str) -> Iterator[Formula]:
    """Every formula of a page in ``markdown`` or ``latex``, but for those in pictures."""
    if language == "latex":
        page = _PICTURE.sub("", page.partition(r"\begin{document}")[2])
    page = _ONE_DERIVATION.sub(lambda _: " \\\\\n", page)
    fence = _FENCE if language == "markdown" else _DISPLAY
    mark = _TICKED if language == "markdown" else _DOLLAR
    for found in fence.finditer(page):
        yield Formula(_one_line(next(filter(None, found.groups()))), display=True)
    page = fence.sub("", page)
    for row in _table_rows(page, language):
        yield from _cells(row, mark)
    page = re.sub(r"^\|.*$", "", page, flags=re.MULTILINE) if language == "markdown" else _LONGTABLE.sub("", page)
    for found in mark.finditer(page):
        yield Formula(found.group(1).replace("\n", " "))


def _one_line(display: str) -> str:
    r"""The rows of a derivation as one chain: ``\quad`` continues a side, a sign begins the next."""
    body = re.sub(r"\\\\(?:\[4pt\]|\*(?=\n))", r"\\\\", display)
    body = body.replace(r"\quad {}", r"\quad")  # the sign joins, as within a line
    body = re.sub(r"\\(?:begin|end)\{aligned\}", "", body)
    body = _inner_hidden(body)
    rows = body.split(r"\\")
    for row in rows[1:]:
        if not re.match(r"\s*&(?:=|\\approx|\\leftarrow|\\quad (?:(?:\\left\.\{\})?[+-]|\\cdot)) ", row):
            raise Unreadable(f"a line begins with {row.strip()[:20]}")
    if len(rows) > 1 and "&" not in rows[0]:
        raise Unreadable("a first line that is not aligned")
    rows = [row.replace(r"\right.", "").replace(r"\left.{}", "") for row in rows]  # brackets over several lines
    joined = " ".join(re.sub(r"&(?:\\quad)?(?=[=\\ +-])", "", row, count=1) for row in rows)
    return " ".join(joined.replace("\0", r"\\").replace("\1", "&").split())


def _inner_hidden(body: str) -> str:
    """The rows and columns within matrices and choices told apart from those of the derivation."""
    depth, pieces = 0, re.split(r"(\\(?:begin|end)\{(?:cases|bmatrix)\}|\\\\|&)", body)
    for place, piece in enumerate(pieces):
        depth += piece.startswith(r"\begin{") - piece.startswith(r"\end{")
        if depth and piece in (r"\\", "&"):
            pieces[place] = "\0" if piece == r"\\" else "\1"
    return "".join(pieces)


def _table_rows(page: str, language: str) -> Iterator[list[str]]:
    r"""The rows of all tables: cells with their formulas still marked."""
    if language == "markdown":
        for line in re.findall(r"^\|(.*)\|$", page, re.MULTILINE):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
        return
    for table in _LONGTABLE.findall(page):
        kept: list[str] = []

        def keep(found: re.Match[str], kept: list[str] = kept) -> str:
            kept.append(found.group())
            return f"\0{len(kept) - 1}\0"

        bare = _DOLLAR.sub(keep, table)
        for line in bare.split(r"\\"):
            yield [_restored(cell, kept).strip() for cell in line.split("&")]


def _restored(cell: str, kept: list[str]) -> str:
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found.group(1))], cell)


def _cells(row: list[str], mark: re.Pattern[str]) -> Iterator[Formula]:
    before = ""
    for cell in row:
        found = [text.replace("\n", " ") for text in mark.findall(cell)]
        for text in found:
            starts = text.strip().startswith(("=", r"\approx"))
            yield Formula(text, before=before if starts else "")
        number = _PLAIN_NUMBER.search(re.sub(r"^.*\s", "", cell))
        if not found and number:
            yield Formula(number.group())
        whole = len(found) == 1 and mark.fullmatch(cell)
        before = found[0] if whole else number.group() if number and number.group() == cell else ""


# What is wrong on a page

_NAKED = re.compile(r"(?:[-+/]|\\cdot|\\times)\s*[-+](?=\s*[\d.])")
#: But a formula with a minus sign of its own, as e^{-z}, may have a 0 put in.
_MINUS_ZERO = re.compile(r"(?<!\^\{)-0(?:\.0*)?(?![.\d])")


def faults(page: str, language: str, policy: Policy, values: Mapping[str, Value] | None = None) -> list[str]:
    """What is wrong with the lines of a page.

    Args:
        page: its text.
        language: ``markdown`` or ``latex``.
        policy: how its numbers are rounded.
        values: what the quantities are worth, by their TeX (see :func:`key_of`): as printed where results are carried
            on as printed, else at full precision. The symbolic sides are then worked out as well.
    """
    complaints: list[str] = []
    seen: dict[str, tuple[str, str]] = {}
    count, known = 0, values or {}
    judged = _judged_of(policy, _Same(known))
    for formula in formulas(page, language):
        count += 1
        text = f"{formula.before} {formula.text}".strip()
        for what, pattern in (("an operator before a negative number", _NAKED), ("-0", _MINUS_ZERO)):
            if pattern.search(text):
                complaints.append(f"{what}: {text}")
        sides, wrong = judged.get(text) or _judged(text, policy, known)
        judged[text] = sides, wrong
        complaints += [f"{complaint}: {text}" for complaint in wrong]
        complaints += [f"{complaint}: {text}" for complaint in _otherwise_elsewhere(sides, seen, known)]
    if not count:
        complaints.append("the page has no formulas")
    return complaints


class _Same:
    """A mapping that is the same as another when it is the other."""

    def __init__(self, kept: Mapping[str, Value]) -> None:
        self.kept = kept

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.kept is other.kept

    def __hash__(self) -> int:
        return id(self.kept)


@lru_cache(maxsize=1)
def _judged_of(policy: Policy, known: _Same) -> dict[str, tuple[list[Side], list[str]]]:
    """What was found of formulas: the page of a solution in another language has most of them once more."""
    return {}


def _judged(text: str, policy: Policy, known: Mapping[str, Value]) -> tuple[list[Side], list[str]]:
    """The sides of a formula, and what is wrong with it."""
    try:
        sides = Reader(text).chain()
    except (Unreadable, IndexError, KeyError) as error:
        return [], [f"unreadable ({error})"]
    try:
        return sides, list(_wrong(sides, policy, known))
    except (MismatchError, KeyError) as error:
        return sides, [f"does not go together ({error})"]


def false_formulas(page: str, language: str, values: Mapping[str, Value], places: int = 12) -> list[str]:
    """The formulas of a page that do not give what stands on their left, if the quantities are worth what is said.

    Args:
        page: its text.
        language: ``markdown`` or ``latex``.
        values: what all quantities are worth, by their TeX.
        places: to how many decimal places.
    """
    complaints = []
    for formula in formulas(page, language):
        text = f"{formula.before} {formula.text}".strip()
        if re.fullmatch(r"[a-z] = [a-z]", text):  # letters for any number, of the rule of a softmax
            continue
        if re.fullmatch(r"[a-z] = \d+", text) and text[0] not in values:  # an index
            continue
        (_, first, _), *sides = Reader(text).chain()
        if first is None or _is_number(first) or any(sign not in ("=", "≈") for sign, _, _ in sides):
            continue
        for _, tree, side in sides:
            assert tree is not None
            try:
                left = work_out(first, values)
                if not _is_worked(tree) and not all(
                    _close(a, b, places) for a, b in _pairs(left, work_out(tree, values))
                ):
                    complaints.append(f"{side} is not what it should be: {text}")
            except Symbolic as error:
                # The derivative of one equation by an entry of an array is told by its name, and has no value there.
                if r"\underset" in text or "/" not in str(error):
                    complaints.append(f"{error} is not known: {text}")
            except MismatchError as error:
                complaints.append(f"does not go together ({error}): {text}")
    return complaints


def _is_worked(tree: Tree) -> bool:
    """Whether a side has no quantities in it."""
    try:
        work_out(tree)
    except Symbolic:
        return False
    return True


def _close(left: Worked, right: Worked, places: int) -> bool:
    a, b = as_fraction(left), as_fraction(right)
    return abs(a - b) * 10**places <= max(abs(a), abs(b), 1)


def _wrong(sides: list[Side], policy: Policy, known: Mapping[str, Value]) -> Iterator[str]:
    numeric: list[Value | None] = []
    symbolic: list[Value | None] = []
    for _, tree, side in sides:
        try:
            numeric.append(None if tree is None else work_out(tree))
        except Symbolic:
            numeric.append(None)
        except ZeroDivisionError:
            yield f"{side} has no value"
            return
        try:
            symbolic.append(None if tree is None else work_out(tree, known))
        except Symbolic:
            symbolic.append(None)
        except ZeroDivisionError:
            symbolic.append(None)
    for (_, _, one), (sign, _, other), left, right in zip(sides, sides[1:], numeric, numeric[1:], strict=False):
        if left is not None and right is not None:
            if sign not in ("=", "≈", "←"):
                holds = all(compare(a, sign, b) for a, b in _pairs(left, right))
            else:
                same = all(equal(a, b) for a, b in _pairs(left, right))
                # Two numbers that are written out can be told apart for certain; of others, ≈ is no mistake.
                holds = {"=": same, "≈": not (same and _is_certain(left) and _is_certain(right))}.get(sign, True)
            if not holds:
                yield f"{one} {sign} {other} is not so"
    last_sign, last, last_text = sides[-1]
    if last is None or len(sides) < 2 or last_sign not in ("=", "≈") or not _is_number(last):
        return
    end = work_out(last)
    for (_, _, side), value in zip(sides[:-1], numeric[:-1], strict=True):
        if value is not None and not all(_gives(a, b, policy) for a, b in _pairs(value, end)):
            yield f"{side} does not give {last_text}"
    # A value that ends, though the numbers put in for thirds and the like do not, is shown as far as it goes.
    found = [side for side in symbolic[:-1] if side is not None]
    if last_sign == "≈" and not all(
        policy.shows_all(text)
        or any(abs(as_fraction(a) - as_fraction(b)) < Fraction(1, 10**CANCELLED) for a, b in pairs)
        for text, pairs in _shown(last, last_text, end, found)
    ):
        yield f"{last_text} has not the digits of the policy"
    yield from _formulas_hold(sides, numeric, symbolic, end, policy)


def _pairs(left: Value, right: Value) -> list[tuple[Worked, Worked]]:
    """The entries in the same place of two values, where both stand on the page.

    Raises:
        MismatchError: the shapes differ.
    """
    found: list[tuple[Worked, Worked]] = []
    one, other = (Array(((side,),)) if not isinstance(side, Array) else side for side in (left, right))
    entrywise(lambda a, b: found.append((a, b)) or a, one, other)
    return found


def _is_certain(value: Value) -> bool:
    entries = value.entries if isinstance(value, Array) else (value,)
    return all(isinstance(entry, Fraction) for entry in entries)


def _gives(value: Worked, end: Worked, policy: Policy) -> bool:
    cancelled = not end and abs(as_fraction(value)) < Fraction(1, 10**CANCELLED)
    return cancelled or equal(value, end) or policy.rounded(as_fraction(value)) == end


def _shown(
    last: Tree, last_text: str, end: Value, sides: list[Value]
) -> Iterator[tuple[str, list[tuple[Worked, Worked]]]]:
    """The text of each number of a result, and what the sides before it give in its place."""
    matrix = _unsized(last)
    texts = (
        [text for row in matrix[1] for tree, text in row if tree[0] != "dots"] if matrix[0] == "matrix" else [last_text]
    )
    columns = [_pairs(side, end) for side in sides]
    for place, text in enumerate(texts):
        yield text, [pairs[place] for pairs in columns if len(pairs) == len(texts)]


def _formulas_hold(
    sides: list[Side],
    numeric: list[Value | None],
    symbolic: list[Value | None],
    end: Value,
    policy: Policy,
) -> Iterator[str]:
    """The last formula before the numbers gives the result, and the sign behind it is the right one."""
    at = max((i for i, value in enumerate(numeric) if value is None), default=None)
    if at is None or symbolic[at] is None or sides[at][1] is None:
        return
    formula, value = sides[at][2], symbolic[at]
    assert value is not None
    for found, wanted in _pairs(value, end):
        a, b = as_fraction(found), as_fraction(wanted)
        # Where the terms of a sum cancel exactly, the values that are known to 60 digits leave something far behind.
        close = abs(a - b) <= (abs(b) / 10**13 if b else Fraction(1, 10**CANCELLED))
        if not close and policy.rounded(a) != b:
            yield f"{formula} does not give {sides[-1][2]}"
            return
    sign, after = sides[at + 1][0], numeric[at + 1]
    if after is None or sign != "=" or policy.each_step:
        return
    for found, put_in in _pairs(value, after):
        if abs(as_fraction(found) - as_fraction(put_in)) > abs(as_fraction(put_in)) / 10**13:
            yield f"{formula} = {sides[at + 1][2]} is not so"
            return


def _unsized(tree: Tree) -> Tree:
    return tree[2] if tree[0] == "sized" else tree


def _is_number(tree: Tree) -> bool:
    """Whether a side is a number, or a matrix of numbers."""
    bare = _unsized(tree)
    if bare[0] == "matrix":
        return all(tree[0] == "dots" or _is_number(tree) for row in bare[1] for tree, _ in row)
    return bare[0] == "number" or (bare[0] == "negative" and bare[1][0] == "number")


def _otherwise_elsewhere(
    sides: list[Side], seen: dict[str, tuple[str, str]], values: Mapping[str, Value]
) -> Iterator[str]:
    """A quantity has the same number and the same sign wherever the page says what it is.

    An index has not: what is a letter equal to a whole number, and none of the quantities.
    """
    if len(sides) < 2:
        return
    last_sign, last, last_text = sides[-1]
    if last is None or not _is_number(last) or last_sign not in ("=", "≈"):
        return
    sign = "≈" if any(side[0] == "≈" for side in sides) else "="
    for _, tree, _ in sides[:-1]:
        if tree is not None and tree[0] == "name":
            if values and tree[1] not in values and len(tree[1]) == 1 and last_text.isdecimal():
                continue
            first = seen.setdefault(tree[1], (sign, last_text))
            if first[1] != last_text:
                yield f"{tree[1]} is {last_text} here and {first[1]} elsewhere"


def key_of(tex: str) -> str:
    """How the TeX of a quantity is known here."""
    tree = Reader(tex).sum()
    assert tree[0] == "name", tex
    return str(tree[1])
