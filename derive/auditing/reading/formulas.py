"""Claims that are formulas: ``dCost/dO1``, ``dCost/dz3 * O0``, ``O3 - y``. Nothing is executed.

The names of quantities hold slashes and plus signs, so they are found first, the longest that fits at each place, and
stand for themselves in the formula that is then read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import Final

from derive.auditing.reading.spelling import formula_spelt_plainly, sample_last
from derive.catalogue.activations import ACTIVATIONS
from derive.errors import FormulaError
from derive.expression.functions import ALIASES, CONSTANTS, FUNCTIONS, Function
from derive.expression.literals import PRINTED
from derive.expression.parse import parse
from derive.expression.tree import Call, Expr, Group, Name, rebuild, substitute

#: A word, a derivative, or either after updates.
_ENTRY: Final = r"(?:\[-?\d+(?:,-?\d+)*\])"
_WORD: Final = re.compile(rf"(?:[^\W\d]|∂)\w*{_ENTRY}*(?:/[d∂]\w+{_ENTRY}*)?(?:\+\d*)?{_ENTRY}?")
#: An entry at the beginning of a word.
_NAMED_ENTRY: Final = re.compile(rf"[^\W\d]\w*{_ENTRY}(?!/)")
#: Space within the brackets of an entry, which says nothing.
_SPACE: Final = re.compile(r"(?<=[\[,])\s+(?=-?\d+\s*[,\]])|(?<=\d)\s+(?=\])|(?<=\d)\s+(?=,[^\[\]()]*\])")
#: e to a power, which the parser knows as exp: its exponent is one word, or stands in brackets.
_EXPONENTIAL: Final = re.compile(r"(?<![\w.])e\s*\*\*\s*(?:\(([^()]*)\)|(-?\s*(?:\d*\.\d+|\w+)))")
#: A number with a power of ten, which is one number: 9.18·10^-7. A small power may be a square, as in 0.5·10^2.
_SCIENTIFIC: Final = re.compile(
    r"(?<![\w.])([0-9](?:\.[0-9]*)?)\s*\*\s*10\s*\*\*\s*"
    r"(?:\(\s*(-[0-9]+|[4-9]|[1-9][0-9]+)\s*\)|(-[0-9]+|[4-9]|[1-9][0-9]+)(?![\w.]))(?!\s*\*\*)"
)
_RAISED: Final = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_RAISED_SIGNS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
#: A number, a quantity or a bracket right before a bracket is multiplied with it.
_BESIDE_BRACKET: Final = re.compile(r"((?<![\w.])(?:q\d+|\d+\.?\d*|\.\d+)|\))(?=\()")
#: Activations may be called as functions: sigmoid(z0).
_CALLED: Final = {
    row.name: Function() for row in ACTIVATIONS.values() if not row.parameters and row.name not in FUNCTIONS
}
_OTHER_SIGNS: Final = str.maketrans({"·": "*", "×": "*", "⋅": "*", "∙": "*", "−": "-", "–": "-", "÷": "/", "π": "pi"})
#: The root of a number, of a quantity or of what stands in brackets.
_ROOT: Final = re.compile(r"√\s*(?:(?=\()|([0-9]+(?:\.[0-9]+)?|[^\W\d]\w*))")


#: What stands for itself in a formula.
_WORDS: Final = frozenset({*FUNCTIONS, *ALIASES, *CONSTANTS, *_CALLED, "if", "else"})
#: The longest name that a message repeats.
_LONGEST: Final = 60


class UnknownNameError(Exception):
    """A name in a formula that is of no quantity.

    Args:
        name: the name.
    """

    def __init__(self, name: str) -> None:
        self.name = name if len(name) <= _LONGEST else name[: _LONGEST - 3] + "..."
        super().__init__(name)


def read_formula(text: str, known: Callable[[str], str | None]) -> Expr:
    """Read a formula over quantities.

    Args:
        text: the formula.
        known: gives the plain name of the quantity that a name means, or None.

    Raises:
        FormulaError: it cannot be read, or is a word that is no name.
        UnknownNameError: it can, but for a name.
    """
    plain, found, unknown = with_placeholders(text, known, _WORDS)
    expr = _parsed(text, plain if unknown else _BESIDE_BRACKET.sub(r"\1*", plain), found)
    if unknown and isinstance(expr, Name) and unknown.isalpha():  # a word, which is no formula: "none", "abc"
        raise FormulaError(f'"{text.strip()[:60]}", which cannot be read', "a number, or a formula of quantities")
    if unknown:
        raise UnknownNameError(unknown)
    return substitute(expr, {placeholder: Name(name) for placeholder, name in found.items()})


def with_placeholders(
    text: str, known: Callable[[str], str | None], words: Container[str]
) -> tuple[str, dict[str, str], str]:
    """A formula with words of letters and digits, ``q0``, where names stand.

    Args:
        text: the formula.
        known: gives the plain name of what a name means, or None.
        words: functions, and what else is no name before a bracket.

    Returns:
        The formula, the names by their placeholders, and the first name that means nothing; "" where each means
        something.
    """
    source = formula_spelt_plainly(sample_last(text)).strip().strip("`$").removeprefix("=").translate(_OTHER_SIGNS)
    source = _ROOT.sub(lambda root: f"sqrt({root[1]})" if root[1] else "sqrt", source)
    source = _RAISED.sub(lambda raised: f"**({raised[0].translate(_RAISED_SIGNS)})", source)
    source = _EXPONENTIAL.sub(r"exp(\1\2)", source.replace("^", "**"))
    source = _SPACE.sub("", _SCIENTIFIC.sub(r"\1e\2\3", source))
    found: dict[str, str] = {}
    pieces: list[str] = []
    place = 0
    unknown = ""
    while place < len(source):
        match = _WORD.match(source, place) if not source[place - 1 : place].isalnum() else None
        if match is None:
            pieces.append(source[place])
            place += 1
            continue
        if source[place - 1 : place] == "." and match.group() == "T":  # a matrix turned over
            pieces.append("T")
            place += 1
            continue
        word, name = _longest(match.group(), source, match.start(), known)
        if word in words and source[match.start() + len(word) :].lstrip()[:1] == "(":
            name = None  # a function, also where a quantity is called like it
        if name is None:
            function = word in words
            unknown = unknown or ("" if function else word)
            pieces.append(word if function or not word.isascii() else f"q{len(found)}")
            if not function:
                found[f"q{len(found)}"] = word
        else:
            pieces.append(f"q{len(found)}")
            found[f"q{len(found)}"] = name
        place += len(word)
    return "".join(pieces), found, unknown


def _parsed(text: str, source: str, found: dict[str, str]) -> Expr:
    try:
        return _worked_in(parse(source, tuple(found) or ("q0",), more=_CALLED, limits=PRINTED))
    except FormulaError as error:
        # The placeholders are ours: the message shows what was written.
        what, expected = error.found, error.expected
        if any(placeholder in what or placeholder in expected for placeholder in found):
            what, expected = f'"{text.strip()[:60]}", which cannot be read', "a number, or a formula of quantities"
        raise FormulaError(what, expected, error.hint) from None


def _worked_in(expr: Expr) -> Expr:
    """The formula with the activations that it calls written out."""
    node = rebuild(expr, _worked_in)
    if isinstance(node, Call) and node.function in _CALLED:
        formula = parse(ACTIVATIONS[node.function].formula, ("z",), internal=True)
        return substitute(formula, {"z": Group(node.arguments[0])})
    return node


def _longest(word: str, source: str, start: int, known: Callable[[str], str | None]) -> tuple[str, str | None]:
    """The longest beginning of a word that names a quantity, with its plain name; else the word before a slash."""
    ends = [len(word)]
    ends += [match.start() for match in re.finditer(r"[\[+/]", word)][::-1]
    for end in dict.fromkeys(ends):
        part = word[:end]
        if re.match(r"\+\d", word[end:]) and known(part) is not None:
            return word, None  # a+2 is a after two updates, which there are not
        follows = source[start + end :].lstrip()[:1]
        if "+" in part and (follows.isalnum() or follows in ("(", ".")):
            continue  # w6+ b0 is a sum
        name = known(part)
        if name is not None:
            return part, name
    entry = _NAMED_ENTRY.match(word)
    if entry is not None and known(entry[0]) is None:
        return entry[0], None
    return (re.split(r"[\[+/]", word)[0], None) if "/" not in word else (word[: _derivative_end(word)], None)


def _derivative_end(word: str) -> int:
    found = re.match(r"[d∂]\w+/[d∂]\w+", word)
    return found.end() if found else word.index("/")
