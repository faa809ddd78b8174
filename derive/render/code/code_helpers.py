"""What a program defines before it begins: rounding, comparisons, and the functions that decimals lack.

Each is a piece of Python's own text, which is put into a program as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from derive.document.program.statements import ProgramNumbers, ProgramRounding
from derive.document.program.trial import BINARY_DIGITS, DECIMAL_DIGITS
from derive.expression import functions as formulas
from derive.expression.functions import CONSTANTS


class Helper(msgspec.Struct, frozen=True):
    """A definition.

    Attributes:
        text: its source.
        needs: the helpers that it calls.
        imports: what it takes from the standard library, as pairs of a module and a name.
    """

    text: str
    needs: tuple[str, ...] = ()
    imports: tuple[tuple[str, str], ...] = ()


def _of_decimals(text: str, *needs: str) -> Helper:
    return Helper(text, needs, (("decimal", "localcontext"),) if "localcontext" in text else ())


#: What the functions need beside one another. Sums of series are worked out with more digits, then rounded once.
_MORE: Mapping[str, Helper] = {
    "pi": _of_decimals("pi = pi_now()", "pi_now"),
    "pi_now": _of_decimals(
        '''def pi_now():
    """pi with as many digits as are carried at the moment, by Machin's formula."""
    with localcontext() as context:
        context.prec += 10
        value = 16 * atan(Decimal(1) / 5) - 4 * atan(Decimal(1) / 239)
    return +value''',
        "atan",
    ),
    "series": _of_decimals(
        '''def series(term, n, square):
    """The alternating series of sine and cosine: each term is the last one times -square / ((n + 1) (n + 2))."""
    total, before = term, None
    while total != before:
        before = total
        term *= -square / ((n + 1) * (n + 2))
        n += 2
        total += term
    return total''',
    ),
}


def _in_order(helpers: Mapping[str, Helper]) -> Mapping[str, Helper]:
    """Each behind what it needs."""
    ordered: dict[str, Helper] = {}

    def put(name: str) -> None:
        if name not in ordered:
            for needed in helpers[name].needs:
                put(needed)
            ordered[name] = helpers[name]

    for name in sorted(helpers, key=lambda name: bool(helpers[name].needs)):
        if name in CONSTANTS or name in formulas.FUNCTIONS:
            put(name)
    return ordered


#: The functions of formulas for decimals, and what they need.
FUNCTIONS: Mapping[str, Helper] = _in_order(
    {
        **_MORE,
        **{name: _of_decimals(row.program, *row.needs) for name, row in formulas.FUNCTIONS.items() if row.program},
    }
)

#: What Python's module ``math`` lacks.
SIGN = Helper(
    '''def sign(x):
    """1, 0 or -1."""
    return int(x > 0) - int(x < 0)'''
)

_BY_HAND = "a tie goes away from zero"
_TO_EVEN = "a tie goes to the even digit"

_CHECK = Helper(
    '''def check(name, value, printed):
    """Make sure that a value is the one on the page, and print it."""
    assert value == Decimal(printed), f"{name} is {value}, not {printed}"
    print(name, "=", printed)'''
)

_EQUALS = '''def equals(name, value, printed):
    """Make sure that a value is the one on the page, which is exact there, and print it."""
    assert %s, f"{name} is {value}, not {printed}"
    print(name, "=", printed)'''

_ROUNDS_TO = '''def rounds_to(name, value, printed):
    """Make sure that the page has a value rounded, off by half a unit of its last place at most, and print it."""
    digits, _, power = printed.partition("e")
    unit = %s ** (int(power or 0) - len(digits.partition(".")[2]))
    assert abs(value - %s(printed)) <= unit * %s, f"{name} is {value}, not {printed}"
    print(name, "=", f"{value:.%dg}, rounded", printed)'''

#: What a number is that is not 0, and has become that.
VANISHED: Final = "closer to 0 than any number that can be written"
_VANISHES = Helper(
    f'''def vanishes(name, value, printed):
    """Make sure that a value is {VANISHED}, as on the page, and print it."""
    assert value == 0, f"{{name}} is {{value}}, not {VANISHED}"
    print(name, "= {VANISHED}, rounded", printed)'''
)

#: How comparisons read for binary floats, which are off by a hair, and for decimals, which are not.
_BINARY = {
    "equals": Helper(_EQUALS % "isclose(value, float(printed), rel_tol=1e-9)", imports=(("math", "isclose"),)),
    "rounds_to": Helper(_ROUNDS_TO % ("10.0", "float", "0.501", BINARY_DIGITS)),
    "vanishes": _VANISHES,
}
_DECIMAL = {
    "equals": Helper(_EQUALS % 'abs(value - Decimal(printed)) <= abs(value) * Decimal("1e-20")'),
    "rounds_to": Helper(_ROUNDS_TO % ("Decimal(10)", "Decimal", 'Decimal("0.5000001")', DECIMAL_DIGITS)),
    "vanishes": _VANISHES,
}


def rounded(rounding: ProgramRounding) -> Helper:
    """The function that rounds each result."""
    mode = "ROUND_HALF_UP" if rounding.ties_up else "ROUND_HALF_EVEN"
    first, imports = "", [("decimal", mode)]
    if rounding.decimals is not None:
        unit = f"0.{'0' * (rounding.decimals - 1)}1" if 0 < rounding.decimals < 9 else f"1e-{rounding.decimals}"
        value = f'Decimal(value).quantize(Decimal("{unit}"), {mode})'
    else:
        digits = f"prec={rounding.significant}, rounding={mode}"
        first = f"SHORT = Context({digits}, Emin=MIN_EMIN, Emax=MAX_EMAX)\n\n\n"
        value = "SHORT.plus(Decimal(value))"
    says = f"A result as it is printed, and carried on: to {digits_of(rounding)}."
    return Helper(f'{first}def rounded(value):\n    """{says}"""\n    return {value}', imports=tuple(imports))


def digits_of(rounding: ProgramRounding) -> str:
    """How a result is rounded, as a phrase."""
    ties = _BY_HAND if rounding.ties_up else _TO_EVEN
    count, noun = (
        (rounding.decimals, "decimal") if rounding.decimals is not None else (rounding.significant, "significant digit")
    )
    return f"{count} {noun}{'' if count == 1 else 's'}, {ties}"


def comparisons(numbers: ProgramNumbers) -> Mapping[str, Helper]:
    """The functions that hold a value against a printed one."""
    if numbers.rounding is not None:
        return {"check": _CHECK}
    return _BINARY if numbers.digits is None else _DECIMAL
