"""From the text of equations to equations: lines, comments, headings; what is no equation is a fault."""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from derive.errors import Fault, FormulaError, Path
from derive.expression.literals import GIVEN
from derive.model.symbols import GREEK
from derive.model.writings.equations import grammar
from derive.model.writings.equations.grammar import LAMBDA, LeftIndex

#: The most equations of a file.
MAX_EQUATIONS: Final = 500
_FORM: Final = "an equation: name = formula, or name[index] = formula"
_EQUATION: Final = re.compile(r"[A-Za-z]\w*\s*(?:\[[^\]]*\])?\s*=(?!=)")
_GREEK: Final = {sign: name for name, sign in GREEK.items()}


class EquationLine(msgspec.Struct):
    """One line of equations.

    Attributes:
        number: the line of the text that it begins on, counted from 0.
        name: what it defines.
        left: the indices of the member that it defines; None where it defines no member.
        formula: the formula.
        numbers: the numbers in it as they are written, by their line and column.
        note: what the author says it is.
        heading: what the author's heading above it says.
        says: what stands below that heading.
    """

    number: int
    name: str
    left: tuple[LeftIndex, ...] | None
    formula: ast.expr
    numbers: Mapping[tuple[int, int], str] = {}
    note: str = ""
    heading: str = ""
    says: str = ""

    @property
    def path(self) -> Path:
        """Where it stands in the file."""
        return at(self.number)


def at(number: int) -> Path:
    """Where a line of the equations stands in a file."""
    return ("model", "equations", number)


def read_script(text: str) -> tuple[tuple[EquationLine, ...], list[Fault]]:
    """The equations of a text, and what is wrong in it."""
    lines = text.split("\n")
    equations: list[EquationLine] = []
    faults: list[Fault] = []
    heading, says = "", ""
    fresh = under = (
        False  # whether nothing but comments stands since the last equation; whether a heading is right above
    )
    number = 0
    while number < len(lines):
        first, last = number, _end(lines, number)
        number = last + 1
        code, comments = _parted(lines[first : last + 1])
        if not code.strip():
            note = comments[0] if comments else ""
            if note and under:
                says = f"{says} {note}".strip()
            elif note:  # a heading that stands above another one, with nothing to head, becomes words of that
                heading, says = note, f"{heading} {says}".strip() if fresh else ""
            fresh = fresh or bool(note)
            under = bool(note) or (under and bool(lines[first].strip()))
            continue
        fresh = under = False
        try:
            equation = _equation(code, first)
        except FormulaError as error:
            faults.append(Fault(at(first), error.found, error.expected, error.hint))
            continue
        equation.note = " ".join(filter(None, comments))
        equation.heading, equation.says = heading, says
        equations.append(equation)
    if len(equations) > MAX_EQUATIONS:
        faults.append(Fault(at(0), f"{len(equations)} equations", f"at most {MAX_EQUATIONS}"))
    if not equations and not faults:
        faults.append(Fault(("model", "equations"), "no equation", "one equation a line, as q = x + y"))
    return tuple(equations), faults


def _code(line: str) -> str:
    return line.partition("#")[0].rstrip()


def _parted(lines: Sequence[str]) -> tuple[str, list[str]]:
    """The code of some lines and their comments; those that begin with ``##`` are not shown."""
    comments = []
    for line in lines:
        _, sign, comment = line.partition("#")
        if sign and not comment.startswith("#") and comment.strip():
            comments.append(" ".join(comment.split()))
    return "\n".join(map(_code, lines)), comments


def _end(lines: Sequence[str], start: int) -> int:
    """The last line of the equation that begins on a line: it goes on inside brackets only."""
    depth = 0
    for number in range(start, len(lines)):
        code = _code(lines[number])
        if number > start and _EQUATION.match(code):
            break  # the bracket was forgotten: the next equation begins here
        depth += sum(code.count(sign) for sign in "([{") - sum(code.count(sign) for sign in ")]}")
        if depth <= 0:
            return number
    return start


def _equation(code: str, number: int) -> EquationLine:
    if len(code) > GIVEN.formula:
        raise FormulaError(f"an equation of {len(code):,} characters", f"at most {GIVEN.formula:,}")
    _refuse_signs(code)
    code = re.sub(r"\blambda\b", LAMBDA, code)
    if code[:1].isspace():
        raise FormulaError("an equation that is indented", "it at the beginning of the line", _inside(code))
    tree = _parsed(code)
    if len(tree) > 1:
        raise FormulaError("two equations on one line", "one equation a line")
    (statement,) = tree or (None,)
    if isinstance(statement, ast.AugAssign):
        raise FormulaError(f'"{grammar.operator(statement.op)}="', "an equation written =", "a name is defined once")
    if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
        raise FormulaError('two "=" in one equation', "one equation a line: each name by itself")
    if not isinstance(statement, ast.Assign):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Compare):
            raise FormulaError('"=="' if "==" in code else "a comparison", "an equation written =")
        raise FormulaError(f'"{grammar.shortened(code.replace(LAMBDA, "lambda"))}", which is no equation', _FORM)
    name, left = grammar.target(statement.targets[0])
    grammar.check(statement.value)
    numbers = {
        (node.lineno, node.col_offset): grammar.literal_text(ast.get_source_segment(code, node) or "")
        for node in ast.walk(statement.value)
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool)
    }
    return EquationLine(number, name, left, statement.value, numbers)


def _inside(code: str) -> str:
    return "an equation goes on inside brackets only" if code.lstrip()[:1] in tuple("+-*/@)") else ""


def _refuse_signs(code: str) -> None:
    """Refuse what is no ASCII, primes, and other signs that Python's parser would have its own words for."""
    strange = next((sign for sign in code if not sign.isascii()), "")
    if strange:
        known = {"−": "-", "·": "*", "×": "*", "÷": "/", "²": "**2", "³": "**3", "√": "sqrt(…)", "∑": "sum(…)"}
        write = _GREEK.get(strange) or known.get(strange)
        raise FormulaError(f'the character "{strange}"', "ASCII outside comments", f"write {write}" if write else "")
    unsafe = next((sign for sign in code if not sign.isprintable() and sign not in "\n\t\r"), "")
    if unsafe:
        raise FormulaError(f"the character U+{ord(unsafe):04X}", "printable ASCII")
    if re.search(r"\w'", code) and code.count("'") % 2:
        raise FormulaError(
            "a prime (') behind a name", "a name of letters, digits and _", "write W_new, or a word of its own"
        )
    if code.endswith("\\"):
        raise FormulaError("a backslash at the end of a line", "the whole equation", "it goes on inside brackets only")
    if "\\" in code:
        raise FormulaError("a backslash", "a name without it: Greek letters are written by name")


def _parsed(code: str) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _unread(code.replace(LAMBDA, "lambda")) from None


def _unread(code: str) -> FormulaError:
    """What to say of a text that Python's parser cannot read."""
    opened = sum(code.count(sign) for sign in "([{") - sum(code.count(sign) for sign in ")]}")
    if opened > 0:
        return FormulaError("a bracket that is not closed", "as many closing brackets as opening ones")
    if opened < 0:
        return FormulaError("a bracket that was not opened", "as many opening brackets as closing ones")
    number = re.search(r"(?<![\w.])(\d+\.?\d*)([A-Za-z_]\w*)", code)
    if number and not re.fullmatch(r"[eE]\d+", number[2]):
        return FormulaError(
            f'"{number[0]}"', "an operator between a number and a name", f"write {number[1]}*{number[2]}"
        )
    word = next((word for word in re.findall(r"[A-Za-z_]\w*", code) if _is_taken(word)), "") or _as_name(code)
    if word:
        return FormulaError(f'the name "{word}", which is a word of Python\'s', "another name")
    if re.search(r"\bif\b", code) and not re.search(r"\belse\b", code):
        return FormulaError("a condition without else", "both cases, as in: z if z > 0 else 0")
    two = re.search(r"(?:\b[\w.]+|[\])])\s+[A-Za-z_]\w*|\)\s*\(|\)\s*[A-Za-z_]\w*", code.partition("=")[2])
    hint = f'between "{" ".join(two[0].split())}" stands no operator' if two else ""
    return FormulaError(f'"{grammar.shortened(code)}", which cannot be read', _FORM, hint)


#: Python's words that formulas have too.
_USED = ("if", "else", "and", "or", "not", "lambda", "True")


def _is_taken(word: str) -> bool:
    return keyword.iskeyword(word) and word not in _USED


def _as_name(code: str) -> str:
    """A word that formulas have, where only a name can stand: on the left, or beside an operator as its operand."""
    left = r"^\s*(if|else|and|or|not|True)\s*(?:=(?!=)|\[)"
    operand = r"[=+*/@(,-]\s*(if|else|and|or)\b|\b(if|else|and|or|not)\s*(?:[*/@)]|\Z)"
    found = re.search(left, code) or re.search(operand, code)
    return next(filter(None, found.groups())) if found else ""
