"""What stands beside code: comments that name another quantity than the line below works out, and what cells print."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from derive.auditing.code.families import entry_of
from derive.auditing.code.language.code_values import UnreadError, array
from derive.auditing.code.language.interpreter import Interpreter
from derive.auditing.code.language.statements import numbers_in, shown_in
from derive.auditing.code.later_updates import LaterUpdates
from derive.auditing.judge import Auditor
from derive.auditing.reading.formulas import UnknownNameError, read_formula
from derive.auditing.reading.names import names_of
from derive.auditing.reckoning.evaluate import arithmetic
from derive.errors import FormulaError
from derive.model.references import read
from derive.spec.claims.code_cells import CodeCell

if TYPE_CHECKING:
    from derive.auditing.code.code_lines import CodeLine

_DERIVATIVE: Final = re.compile(r"\b[d∂](\w+)\s*/\s*[d∂](\w+)")
_EQUATION: Final = re.compile(r"([d∂]\w+\s*/\s*[d∂]\w+)\s*=\s*(.+)")
#: Of so many lines a comment may tell what they work out.
_ABOVE: Final = 3
#: The longest comment that is looked at.
_LONGEST: Final = 300


def remarks(cells: Sequence[CodeCell], lines: Sequence[CodeLine], auditor: Auditor) -> dict[int, str]:
    """What is to be said of comments, by the identity of the line that they stand above."""
    found: dict[int, list[str]] = {}
    for cell in cells:
        inside = [line for line in lines if line.cell is cell and line.entries and "/" in line.entries[0]]
        if not inside:
            continue
        for row, text in _comments(cell.text):
            below = [each for each in inside if each.number >= row][:_ABOVE]
            if below:
                line, worked = below[0], {name for each in below for name in _same(each, auditor)}
                said = found.setdefault(id(line), [])
                said += [each for each in _remarks(text, line, worked, auditor) if each not in said]
    return {key: " ".join(said) for key, said in found.items() if said}


def _same(line: CodeLine, auditor: Auditor) -> Iterator[str]:
    for name in line.entries:
        yield name
        same = auditor.quantities.same_as(name)
        if same is not None:
            yield same


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of some code, each with its line."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and len(token.string) <= _LONGEST:
                yield token.start[0], token.string.lstrip("# ")
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return


def _remarks(text: str, line: CodeLine, worked: set[str], auditor: Auditor) -> Iterator[str]:
    quantities, known = auditor.quantities, names_of(auditor.quantities)
    graph = quantities.graph
    target = line.entries[0]
    for match in _DERIVATIVE.finditer(text):
        written = re.sub(r"\s", "", match[0])
        of, by = known(match[1]).name, known(match[2]).name
        if of is None or by is None or not {of, by} <= {*graph.given, *graph.definitions}:
            continue
        if by != of and by not in graph.depends_on(of):
            yield f"The comment names {written}, which is 0: {of} does not depend on {by}."
            continue
        name = known(written).name
        variable = read(target).by
        related = by == variable or by in graph.depends_on(variable) or variable in graph.depends_on(by)
        if name is not None and name not in worked and not related:
            yield f"The comment names {written}, where {target} is worked out."
    equation = _EQUATION.fullmatch(text.strip())
    if equation is not None:
        name = known(re.sub(r"\s", "", equation[1])).name
        if name is not None and not _holds(name, equation[2], auditor):
            yield f"The comment's {equation[0]} does not hold."


def _holds(name: str, text: str, auditor: Auditor) -> bool:
    """Whether the formula of a comment is that of a quantity, as far as it can be read."""
    known = names_of(auditor.quantities)
    try:
        formula = read_formula(text, lambda word: known(word).name)
    except (FormulaError, UnknownNameError):
        return True
    with arithmetic():
        return auditor.routes.points.equal(name, formula)


class Printouts:
    """Takes in what the cells of a script print and show: claims on numbers.

    Args:
        interpreter: that reads the script.
        updates: through which updates it has gone.
    """

    def __init__(self, interpreter: Interpreter, updates: LaterUpdates) -> None:
        self.interpreter, self.updates = interpreter, updates
        #: What is shown: the cell and its line that shows it, the quantity and the number.
        self.outputs: list[tuple[CodeCell, int, str, str]] = []
        #: Of this cell by what is printed its line and the quantities in it; of a number in words none.
        self.lines: list[tuple[int, list[str]]] = []

    def printed(self, call: ast.Call) -> None:
        """Take in what a cell prints, as it is known there."""
        self.lines.append((call.lineno, list(shown_in(call.args, self._entries_of))))

    def _entries_of(self, value: ast.expr) -> list[str]:
        """The quantities that a value is, entry by entry; empty where one is none."""
        try:
            cells = array(self.interpreter.evaluate(value)).cells
        except UnreadError:
            return [""]
        return [self.updates.after(entry) if (entry := entry_of(cell)) else "" for cell in cells]

    def _is_gone_through(self, value: ast.expr) -> bool:
        """Whether a value prints, or calls what the script has, which would be gone through twice."""
        calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
        return any(
            ast.unparse(func) == "print" or self.interpreter.is_own(func) or isinstance(func, ast.Attribute)
            for func in calls
            if not (isinstance(func, ast.Attribute) and ast.unparse(func.value) in self.interpreter.modules)
        )

    def end(self, tree: ast.Module, cell: CodeCell) -> None:
        """Claim what a cell printed, and what it shows at its end."""
        last = tree.body[-1].value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        ending: list[str] = []
        if last is not None and (cell.output or cell.printed) and not self._is_gone_through(last):
            parts = last.elts if isinstance(last, ast.Tuple) else [last]
            ending = [entry for part in parts for entry in self._entries_of(part)]
        if last is not None and cell.output and ending:
            self._claim(cell, [(last.lineno, ending)], cell.output)
        elif last is not None and ending:
            self.lines.append((last.lineno, ending))
        lines = [line for line in cell.printed.split("\n") if line.strip()]
        if len(lines) == len(self.lines):
            for each, line in zip(self.lines, lines, strict=True):
                self._claim(cell, [each], line)
        elif lines:
            self._claim(cell, self.lines, cell.printed)
        self.lines = []

    def _claim(self, cell: CodeCell, shown_there: Sequence[tuple[int, list[str]]], text: str) -> None:
        numbers = numbers_in(text)
        entries = [(cell.first + number - 1, entry) for number, found in shown_there for entry in found]
        if len(entries) == len(numbers):
            pairs = zip(entries, numbers, strict=True)
            self.outputs += [(cell, line, name, number) for (line, name), number in pairs if name]
