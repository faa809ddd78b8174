"""Comments beside code that name another quantity than the line below works out."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

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
