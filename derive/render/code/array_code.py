"""Whole layers in Python: arrays of NumPy's, what is done with them, and how they are compared with the page."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence

from derive.document.program.statements import GivenArray, Operate, OperationName, ProgramNumbers
from derive.expression.tree import Expr
from derive.render.code.code_helpers import Helper
from derive.render.code.words_in_code import string

BACKWARD = "The gradients of the parameters reached."
FORWARD = "The forward pass with the new parameters."

#: How each operation is written.
_OPERATIONS: Mapping[OperationName, str] = {
    "weigh": "{0} @ {1}",
    "weigh and add": "{0} @ {1} + {2}",
    "each": "each({all})",
    "back": "{0}.T @ {1}",
    "times": "{0} * {1}",
    "outer": "np.outer({0}, {1})",
    "total": "np.sum({0})",
    "same": "{0}",
    "formula": "{formula}",
    "formula of some": "{formula}",
    "first": "{0}[0]",
}

#: Those whose result is one number.
_NUMBERS: frozenset[OperationName] = frozenset({"total", "first"})
#: Those that calculate nothing.
_COPIES: frozenset[OperationName] = frozenset({"same", "first"})

#: The width of a line of numbers, and of one that stands on the line of its statement.
_WIDTH, _SHORT = 100, 50

_EACH = Helper(
    '''def each(function, *arrays):
    """A function of each element, or of the elements that stand at the same place."""
    return np.array([function(*elements) for elements in zip(*arrays)])'''
)
_VECTOR = '''def vector(text):
    """The numbers of a text."""
    return np.array([%s(number) for number in text.split()])'''
_MATRIX = '''def matrix(text):
    """The numbers of a text, each line of which is a row."""
    return np.array([vector(line) for line in text.strip().splitlines()])'''
_ROUNDED_ALL = Helper("rounded_all = np.vectorize(rounded)  # the same for each element of an array")

_CHECK_ALL = '''def check_all(name, values, printed):
    """Make sure that each value of an array is the one on the page%s."""
    texts = printed.split()
    assert np.size(values) == len(texts), f"{np.size(values)} {name}, not {len(texts)}"
    for place, (value, text) in enumerate(zip(np.ravel(values), texts), start=1):
%s
    more = f" ... ({len(texts)} as on the page)" if len(texts) > 6 else ""
    print(f"{name}: {' '.join(texts[:6]).replace('=', '')}{more}")'''
#: So many numbers of an array are printed, as that says.
_TOLD = 6
_ROUNDED = '''        assert value == Decimal(text), f"{name}, number {place}: {value}, not {text}"'''
_CARRIED = '''        exact, digits = text.startswith("="), text.lstrip("=")
        mantissa, _, power = digits.partition("e")
        unit = %s ** (int(power or 0) - len(mantissa.partition(".")[2]))
        room = abs(value) * %s if exact else unit * %s
        assert abs(value - %s(digits)) <= room, f"{name}, number {place}: {value}, not {text}"'''
_EXACT = """:
    exactly behind =, else to half a unit of its last place"""


def helpers(numbers: ProgramNumbers, *, gathered: bool) -> Iterator[Helper]:
    """What a program with arrays defines beside the rest.

    Args:
        numbers: what it calculates with.
        gathered: whether its arrays are put together from variables that it has already.
    """
    decimal = numbers.digits is not None
    yield _EACH
    if not gathered:
        yield Helper(_VECTOR % ("Decimal" if decimal else "float"))
        yield Helper(_MATRIX)
    if numbers.rounding is not None:
        yield _ROUNDED_ALL
        yield Helper(_CHECK_ALL % ("", _ROUNDED))
    elif decimal:
        comparison = _CARRIED % ("Decimal(10)", 'Decimal("1e-20")', 'Decimal("0.5000001")', "Decimal")
        yield Helper(_CHECK_ALL % (_EXACT, comparison))
    else:
        yield Helper(_CHECK_ALL % (_EXACT, _CARRIED % ("10.0", "1e-9", "0.501", "float")))


def gathered(array: GivenArray, variables: Sequence[Sequence[str]]) -> str:
    """An array of what stands in variables already."""
    if array.kind == "number":
        return f"{array.variable} = {variables[0][0]}"
    if array.kind == "vector":
        return f"{array.variable} = np.array([{', '.join(variables[0])}])"
    lines = "".join(f"    [{', '.join(row)}],\n" for row in variables)
    return f"{array.variable} = np.array([\n{lines}])"


def written(array: GivenArray) -> str:
    """A vector or matrix of numbers."""
    return f"{array.variable} = {array.kind}({_block(array.rows)})"


def operation(line: Operate, *, rounded: bool, code: Callable[[Expr], str]) -> Iterator[str]:
    """An array worked out from others.

    Args:
        line: the statement.
        rounded: whether each result is rounded.
        code: writes a formula over arrays.
    """
    if line.operands == (line.variable,):
        return
    formula = "" if line.formula is None else code(line.formula)
    value = _OPERATIONS[line.operation].format(*line.operands, all=", ".join(line.operands), formula=formula)
    if rounded and line.operation not in _COPIES:
        value = f"{'rounded' if line.operation in _NUMBERS else 'rounded_all'}({value})"
    if line.operation == "formula of some":  # what stays is not rounded either
        value = f"np.where({line.operands[1]} == 1, {value}, {line.operands[0]})"
    yield f"{line.variable} = {value}"


def comparison(line: Operate, *, marked: bool) -> Iterator[str]:
    """An array held against the page; exact numbers are marked where there are others."""
    if line.printed:
        rows = [["=" * (marked and printed.exact) + printed.text for printed in row] for row in line.printed]
        yield f"check_all({string(line.label)}, {line.variable}, {_block(rows)})"


def told(line: Operate) -> str:
    """What the comparison of an array prints: the first numbers of the page, and how many there are."""
    texts = [printed.text for row in line.printed for printed in row]
    more = f" ... ({len(texts)} as on the page)" if len(texts) > _TOLD else ""
    return f"{line.label}: {' '.join(texts[:_TOLD])}{more}"


def _block(rows: Sequence[Sequence[str]]) -> str:
    """Numbers as a string of Python's: on one line where they fit, else a line for each row."""
    lines = [" ".join(row) for row in rows]
    if len(lines) == 1:
        lines = textwrap.wrap(lines[0], _WIDTH, break_on_hyphens=False, break_long_words=False)
    if len(lines) == 1 and len(lines[0]) <= _SHORT:
        return f'"{lines[0]}"'
    return '"""\n' + "".join(f"    {line}\n" for line in lines) + '"""'
