r"""Reads a page as its reader would: takes the formulas out of Markdown or LaTeX and works them out from their text.

Nothing is taken from the package. Numbers are fractions; only functions leave them, and become mpmath numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

import mpmath

#: A fraction where the value is known exactly.
Worked = Fraction | mpmath.mpf

#: A syntax tree: what it is, then its parts.
Tree = tuple

#: Digits that functions are worked out with, and to how many two of them have to agree to be called equal.
PRECISION, EQUAL = 400, 150

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


def as_fraction(value: Worked) -> Fraction:
    """A value as a fraction: that of an mpmath number is all of its binary digits."""
    if isinstance(value, Fraction):
        return value
    sign, mantissa, exponent, _ = value._mpf_
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def equal(left: Worked, right: Worked) -> bool:
    """Whether two values are the same number."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    left, right = as_fraction(left), as_fraction(right)
    return abs(left - right) <= max(abs(left), abs(right)) / 10**EQUAL


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
_UPRIGHT = {"erf": "erf", "erfc": "erfc", "sign": "sign"}
_BEGINS = re.compile(r"\d|\\(?:frac|sqrt|left|lvert|mathit|hat|mathrm|partial|begin|[a-z]+)$|[A-Za-z(|]")
_ENDS = {r"\right", r"\rvert", r"\cdot", r"\times", r"\end", r"\text", r"\quad", *_RELATIONS}


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

    def chain(self) -> list[tuple[str, Tree | None, str]]:
        """Sides with the sign before each, and their text; the first side is None where the text starts with a sign."""
        sides: list[tuple[str, Tree | None, str]] = []
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
        while self.next in (r"\cdot", "/"):
            if self.take() == r"\cdot":
                tree = ("multiply", tree, self.juxtaposed())
            else:
                under = self.juxtaposed()
                tree = _derivative(tree, under) or ("divide", tree, under)
        return tree

    def juxtaposed(self) -> Tree:
        if self.next == "-":
            raise Unreadable("a minus straight after a sign")
        tree = self.powered()
        while self.next and self.next not in _ENDS and _BEGINS.match(self.next):
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
            return self.cases()
        if head in _FUNCTIONS:
            return ("call", _FUNCTIONS[head], self.arguments())
        if head == r"\mathrm":
            return ("call", _UPRIGHT[self.raw()[1:-1]], self.arguments())
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

    def cases(self) -> Tree:
        if self.raw() != "{cases}":
            raise Unreadable("an environment within a formula")
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
            if self.next == "^" and (self.tokens[self.at + 1].isdigit() or self.tokens[self.at + 2].isdigit()):
                break
            key += self.take() + self.raw()
        return ("name", key)

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


_EXACT = {
    ("exp", 0): 1,
    ("log", 1): 0,
    ("tanh", 0): 0,
    ("erf", 0): 0,
    ("erfc", 0): 1,
    ("sinh", 0): 0,
    ("cosh", 0): 1,
    ("atan", 0): 0,
}
_EXACT |= {("sin", 0): 0, ("cos", 0): 1}


def work_out(tree: Tree, values: Mapping[str, Fraction] | None = None) -> Worked:
    """The value of a tree.

    Raises:
        Symbolic: a quantity in it has no value.
        ZeroDivisionError: there is none.
    """
    with mpmath.workdps(PRECISION):
        return _value(tree, values or {})


def _fraction_of(tree: Tree) -> Fraction:
    value = work_out(tree)
    assert isinstance(value, Fraction)
    return value


def _value(tree: Tree, values: Mapping[str, Fraction]) -> Worked:
    match tree:
        case ("number", value):
            return value
        case ("pi",):
            return +mpmath.pi
        case ("name", key):
            if key not in values:
                raise Symbolic(key)
            return values[key]
        case ("negative", operand):
            return -_value(operand, values)
        case ("call", function, arguments):
            return _called(function, [_value(argument, values) for argument in arguments])
        case ("cases", branches, otherwise):
            for value, left, relation, right in branches:
                if compare(_value(left, values), relation, _value(right, values)):
                    return _value(value, values)
            return _value(otherwise, values)
        case (operation, left, right):
            return _operated(operation, _value(left, values), _value(right, values))
    raise AssertionError(tree)


def compare(left: Worked, relation: str, right: Worked) -> bool:
    """Whether a comparison holds."""
    a, b = as_fraction(left), as_fraction(right)
    return {">": a > b, ">=": a >= b, "<": a < b, "<=": a <= b, "!=": a != b, "=": a == b}[relation]


def _operated(operation: str, left: Worked, right: Worked) -> Worked:
    if operation == "power" and isinstance(right, Fraction) and right.denominator == 1:
        return left ** int(right)
    if operation == "multiply" and any(isinstance(side, Fraction) and not side for side in (left, right)):
        return Fraction(0)
    if operation == "divide" and not right:
        raise ZeroDivisionError
    if not (isinstance(left, Fraction) and isinstance(right, Fraction)):
        left, right = _real(left), _real(right)
    match operation:
        case "add":
            return left + right
        case "subtract":
            return left - right
        case "multiply":
            return left * right
        case "divide":
            return left / right
    return mpmath.power(_real(left), _real(right))


def _real(value: Worked) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def _called(function: str, arguments: list[Worked]) -> Worked:
    first = arguments[0]
    if function in ("max", "min"):
        return (max if function == "max" else min)(arguments, key=as_fraction)
    if function == "abs":
        return abs(first)
    if function == "sign":
        return Fraction((first > 0) - (first < 0))
    if isinstance(first, Fraction):
        if (function, first) in _EXACT:
            return Fraction(_EXACT[function, first])
        if function == "sqrt" and first >= 0:
            over, under = isqrt(first.numerator), isqrt(first.denominator)
            if Fraction(over, under) ** 2 == first:
                return Fraction(over, under)
    if function == "log" and first <= 0:
        raise ZeroDivisionError
    return getattr(mpmath, function)(_real(first))


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
_TICKED = re.compile(r"\$`(.*?)`\$", re.DOTALL)
_DISPLAY = re.compile(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}|\\\[\n(.*?)\n\\\]", re.DOTALL)
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
    body = re.sub(r"\\(?:begin|end)\{aligned\}", "", display)
    body = re.sub(
        r"\\begin\{cases\}.*?\\end\{cases\}", lambda found: found.group().replace(r"\\", "\0").replace("&", "\1"), body
    )
    rows = body.split(r"\\")
    for row in rows[1:]:
        if not re.match(r"\s*&(?:=|\\approx|\\leftarrow|\\quad (?:\\left\.\{\})?[+-]) ", row):
            raise Unreadable(f"a line begins with {row.strip()[:20]}")
    if len(rows) > 1 and "&" not in rows[0]:
        raise Unreadable("a first line that is not aligned")
    rows = [row.replace(r"\right.", "").replace(r"\left.{}", "") for row in rows]  # brackets over several lines
    joined = " ".join(re.sub(r"&(?:\\quad)?(?=[=\\ +-])", "", row, count=1) for row in rows)
    return " ".join(joined.replace("\0", r"\\").replace("\1", "&").split())


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


def faults(page: str, language: str, policy: Policy, values: Mapping[str, Fraction] | None = None) -> list[str]:
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
    count = 0
    for formula in formulas(page, language):
        count += 1
        text = f"{formula.before} {formula.text}".strip()
        for what, pattern in (("an operator before a negative number", _NAKED), ("-0", _MINUS_ZERO)):
            if pattern.search(text):
                complaints.append(f"{what}: {text}")
        try:
            sides = Reader(text).chain()
        except (Unreadable, IndexError, KeyError) as error:
            complaints.append(f"unreadable ({error}): {text}")
            continue
        complaints += [f"{complaint}: {text}" for complaint in _wrong(sides, policy, values or {})]
        complaints += [f"{complaint}: {text}" for complaint in _otherwise_elsewhere(sides, seen)]
    if not count:
        complaints.append("the page has no formulas")
    return complaints


def _wrong(sides: list[tuple[str, Tree | None, str]], policy: Policy, known: Mapping[str, Fraction]) -> Iterator[str]:
    numeric: list[Worked | None] = []
    symbolic: list[Worked | None] = []
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
            # Two numbers that are written out can be told apart for certain; of others, ≈ is no mistake.
            certain = isinstance(left, Fraction) and isinstance(right, Fraction)
            if (sign == "=" and not equal(left, right)) or (sign == "≈" and certain and left == right):
                yield f"{one} {sign} {other} is not so"
            if sign not in ("=", "≈", "←") and not compare(left, sign, right):
                yield f"{one} {sign} {other} is not so"
    last_sign, last, last_text = sides[-1]
    if last is None or len(sides) < 2 or last_sign not in ("=", "≈") or not _is_number(last):
        return
    end = _fraction_of(last)
    for (_, _, side), value in zip(sides[:-1], numeric[:-1], strict=True):
        if value is not None and not equal(value, end) and policy.rounded(as_fraction(value)) != end:
            yield f"{side} does not give {last_text}"
    # A value that ends, though the numbers put in for thirds and the like do not, is shown as far as it goes.
    ends = any(side is not None and abs(as_fraction(side) - end) < Fraction(1, 10**CANCELLED) for side in symbolic[:-1])
    if last_sign == "≈" and not ends and not policy.shows_all(last_text):
        yield f"{last_text} has not the digits of the policy"
    yield from _formulas_hold(sides, numeric, symbolic, end, policy)


def _formulas_hold(
    sides: list[tuple[str, Tree | None, str]],
    numeric: list[Worked | None],
    symbolic: list[Worked | None],
    end: Fraction,
    policy: Policy,
) -> Iterator[str]:
    """The last formula before the numbers gives the result, and the sign behind it is the right one."""
    at = max((i for i, value in enumerate(numeric) if value is None), default=None)
    if at is None or symbolic[at] is None or sides[at][1] is None:
        return
    formula, value = sides[at][2], symbolic[at]
    assert value is not None
    # Where the terms of a sum cancel exactly, the values that are known to 60 digits leave something far behind these.
    close = abs(as_fraction(value) - end) <= (abs(end) / 10**13 if end else Fraction(1, 10**CANCELLED))
    if not close and policy.rounded(as_fraction(value)) != end:
        yield f"{formula} does not give {sides[-1][2]}"
    sign, after = sides[at + 1][0], numeric[at + 1]
    if after is None or sign != "=" or policy.each_step:
        return
    if abs(as_fraction(value) - as_fraction(after)) > abs(as_fraction(after)) / 10**13:
        yield f"{formula} = {sides[at + 1][2]} is not so"


def _is_number(tree: Tree) -> bool:
    return tree[0] == "number" or (tree[0] == "negative" and tree[1][0] == "number")


def _otherwise_elsewhere(sides: list[tuple[str, Tree | None, str]], seen: dict[str, tuple[str, str]]) -> Iterator[str]:
    """A quantity has the same number and the same sign wherever the page says what it is."""
    last_sign, last, last_text = sides[-1]
    if len(sides) < 2 or last is None or not _is_number(last) or last_sign not in ("=", "≈"):
        return
    sign = "≈" if any(side[0] == "≈" for side in sides) else "="
    for _, tree, _ in sides[:-1]:
        if tree is not None and tree[0] == "name":
            first = seen.setdefault(tree[1], (sign, last_text))
            if first[1] != last_text:
                yield f"{tree[1]} is {last_text} here and {first[1]} elsewhere"


def key_of(tex: str) -> str:
    """How the TeX of a quantity is known here."""
    tree = Reader(tex).sum()
    assert tree[0] == "name", tex
    return str(tree[1])
