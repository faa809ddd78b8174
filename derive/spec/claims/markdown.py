"""Claims on a Markdown page: all of its tables, and the numbers and matrices that its displayed formulas end in.

``markdown-it-py`` finds the blocks; what stands in a cell is read here. What looks like a table and is none, for want
of its rule or in HTML, refuses the page: nothing that is claimed is dropped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from derive.errors import Fault
from derive.spec.claims.cells import MAX_CELL, bare, equation, is_number
from derive.spec.claims.claim import Entry, Found, Known
from derive.spec.claims.lists import list_of
from derive.spec.claims.matrices import MATRICES, in_one_line, matrix_of, without_size
from derive.spec.claims.rows import ClaimTable, TableRow
from derive.spec.claims.tables import entries
from derive.spec.phrases import counted, quoted
from derive.spec.reading.source import Source

_NO_TABLE: Final = Fault((), "no table of names and values", "a Markdown table with names and values in its columns")
#: A line of a paragraph that looks like a row, and the border of a table drawn with signs.
_ROW: Final = re.compile(r"\s*\|[^|]*\|.*\|\s*|\s*\+(?:[-=]+\+)+\s*", re.DOTALL)
#: What stands around the cells of a row: the signs of quotations and lists, and the strokes at both ends.
_AROUND: Final = re.compile(r"^[\s>]*(?:[-*+]\s+|[0-9]+[.)]\s+)?\|?|(?<!\\)\|$")
_CLOSING: Final = {"$$": "$$", r"\[": r"\]", "{% katex %}": "{% endkatex %}"}
#: A formula that is a picture cannot be read, whatever is said in place of it.
_PICTURE: Final = re.compile(r"<img\b|!\[", re.IGNORECASE)

#: Above a table of gradients, what they are of.
_OF: Final = re.compile(r"Of (?P<name>[^\n]+):")


def read_markdown(source: Source, known: Known) -> Found:
    """What a Markdown page claims."""
    claims: list[Entry] = []
    faults: list[Fault] = []
    papers: list[str] | None = None
    columns: list[str] = []
    tables = 0
    for block in _blocks(source.text):
        if isinstance(block, Fault):
            faults.append(block)
            continue
        if isinstance(block, TableRow):
            claims += _displayed(block, known)
            continue
        tables += 1
        wide = list_of(block, known)
        if wide is not None:
            papers = [*(papers or ()), *wide.papers]
            columns += wide.names.values()
        for found in entries(block, known):
            (faults if isinstance(found, Fault) else claims).append(found)  # type: ignore[arg-type]
    if papers is not None and any(not entry.paper for entry in claims):
        line = next(entry.line for entry in claims if not entry.paper)
        faults.append(Fault((), "a claim beside a table of many papers", "one paper, or a row per paper", line=line))
    if not (tables or claims or faults):
        faults.append(_NO_TABLE)
    ids = None if papers is None else tuple(dict.fromkeys(papers))
    return Found(tuple(claims), tuple(faults), ids, tuple(columns), again=True)


def has_tables(text: str) -> bool:
    """Whether a text holds a table of Markdown, or what looks like one."""
    return any(not isinstance(block, TableRow) for block in _blocks(text))


def _blocks(text: str) -> Iterator[ClaimTable | TableRow | Fault]:
    """The tables of a page, its displayed formulas as rows of one cell, and what looks like a table and is none."""
    lines = text.split("\n")
    tokens = _parser().parse(text)
    place = 0
    above = ""
    while place < len(tokens):
        token = tokens[place]
        line = token.map[0] + 1 if token.map else 1
        if token.type == "table_open":
            end = next(i for i in range(place, len(tokens)) if tokens[i].type == "table_close")
            yield from _table(tokens[place:end], lines, above)
            place, above = end, ""
        elif token.type == "math":
            yield TableRow(line, (token.content,))
        elif token.type == "fence" and token.info.strip() in ("math", "{math}"):
            yield TableRow(line + 1, (token.content,))
        elif token.type == "html_block" and "<table" in token.content.lower():
            yield Fault((), "a table in HTML", "a Markdown table", line=line)
        elif token.type == "inline" and token.content:
            yield from _like_rows(token.content, line)
            of = _OF.fullmatch(token.content)
            above = bare(of["name"]) if of else ""
        place += 1


def _table(tokens: Sequence[Token], lines: Sequence[str], of: str) -> Iterator[ClaimTable | Fault]:
    """A table; its rows may have no more cells than its head."""
    rows: list[TableRow] = []
    cells: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = []
            rows.append(TableRow(token.map[0] + 1 if token.map else 1, cells))
        elif token.type == "inline":
            if _PICTURE.search(token.content):
                yield Fault((), "a picture in a table", "formulas and numbers as text", line=rows[-1].line)
                return
            cells.append(bare(token.content))
    head, *below = rows
    for row in below:
        found = escapedSplit(_AROUND.sub("", lines[row.line - 1].rstrip()))
        more = [cell for cell in found[len(head.cells) :] if cell.strip()]
        if more and len(found) > len(head.cells):
            what = f"{counted(len(found), 'cell')} in a row, the last with {quoted(more[-1].strip())}"
            hint = r"a stroke within a cell is written \|"
            yield Fault((), what, counted(len(head.cells), "cell"), hint, row.line)
            return
    yield ClaimTable(head, below, of)


def _like_rows(paragraph: str, first: int) -> Iterator[Fault]:
    """The first line of a paragraph that looks like a row of a table."""
    for number, line in enumerate(paragraph.split("\n"), start=first):
        if line.lstrip().startswith(("|", "+")) and _ROW.fullmatch(line):
            expected = "a head with the rule |---|---| below it, in as many cells"
            yield Fault((), f"{quoted(line.strip())}, a row that belongs to no table", expected, line=number)
            return


# Formulas that stand in lines of their own

_ENVIRONMENT: Final = re.compile(
    r"\\(?P<what>begin|end)\s*\{(?P<name>[a-z]+)\*?\}(?:\{[^{}]*\}|\[[^\[\]]*\])?|\\\\(?:\[[^\[\]]*\])?|\n"
)
_CONTAINERS: Final = frozenset("aligned align alignat split gather gathered equation".split())
_RELATION: Final = re.compile(r"=|≈|\\(?:approx|simeq)(?![A-Za-z])")
#: What may stand before the sign that a line begins with.
_ALIGNMENT: Final = re.compile(r"&?\s*")


_PUNCTUATION: Final = re.compile(r"(?:\\[,;:!]|\\quad|[.,;\s])+$")
_TAIL: Final = 50


def _displayed(block: TableRow, known: Known) -> Iterator[Entry]:
    """The numbers and matrices at the ends of the chains of equations in a displayed formula."""
    for line, text in _chains(block):
        if len(text) > MAX_CELL:
            continue
        bare, size = without_size(in_one_line(text))
        found = equation(bare, known)
        if not found.name or not found.sides:
            continue
        name, last = found.name, _unpunctuated(found.sides[-1])
        value = last if is_number(last) else matrix_of(last, size)
        if isinstance(value, list) or value == last:
            yield Entry((name,), name, value, line)
        elif value is not None:
            fault = Fault((), value, "its size below it, or all of its numbers")
            yield Entry((name,), name, last, line, fault=fault)


def _unpunctuated(text: str) -> str:
    """A text without the full stop or comma of the sentence that it stands in."""
    text = text.strip()
    start = max(0, len(text) - _TAIL)  # what is looked for begins anew at each place, and may be long
    return text[:start] + _PUNCTUATION.sub("", text[start:])


def _chains(block: TableRow) -> Iterator[tuple[int, str]]:
    """The chains of a formula, each with the line that it ends on; a line without a left side goes on with the last."""
    inner, matrices, start = 0, 0, 0
    chain: list[str] = []
    text, line, ended, reached = block.cells[0], block.line, block.line, block.line
    parts: list[str] = []
    for match in [*_ENVIRONMENT.finditer(text), None]:
        parts.append(text[start : len(text) if match is None else match.start()])
        reached = line if parts[-1].strip() else reached
        if match is not None:
            start = match.end()
            if match["name"] and match["name"] not in _CONTAINERS:  # the branches of cases are no lines of their own
                inner += 1 if match["what"] == "begin" else -1
                matrices += 0 if match["name"] not in MATRICES else 1 if match["what"] == "begin" else -1
            if match[0] == "\n":
                line += 1
                parts.append(" ")
                continue
            if inner > 0 or match["what"]:
                parts.append(match[0] if matrices > 0 or match["name"] in MATRICES else " ")
                continue
        piece = "".join(parts).strip()
        parts = []
        if piece and chain and (_goes_on(piece) or not _RELATION.search(piece)):
            chain.append(piece)
        elif piece:
            if chain:
                yield ended, " ".join(chain)
            chain = [piece]
        ended = reached if piece else ended
    if chain:
        yield ended, " ".join(chain)


def _goes_on(piece: str) -> bool:
    """Whether a line of a formula begins with a sign of equality."""
    start = _ALIGNMENT.match(piece)
    return start is not None and _RELATION.match(piece, start.end()) is not None


@cache
def _parser() -> MarkdownIt:
    """Finds blocks; what stands within a line is left as it is."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.disable("reference")
    parser.block.ruler.before("fence", "math", _math, {"alt": ["paragraph", "blockquote", "list"]})
    return parser


def _math(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A displayed formula between signs of its own: $$ … $$, or between escaped brackets."""
    start = state.bMarks[first] + state.tShift[first]
    opening = next((sign for sign in _CLOSING if state.src.startswith(sign, start)), "")
    if not opening or state.is_code_block(first):
        return False
    closing, body = _CLOSING[opening], start + len(opening)
    # A sign that is never closed is looked for once: from where nothing was found, nothing is found further on.
    none_from: dict[tuple[str, int], int] = state.env.setdefault("unclosed", {})
    unclosed = none_from.get((closing, last), body + 1)
    end = -1 if body >= unclosed else state.src.find(closing, body, state.eMarks[last - 1])
    if end < 0:
        none_from.setdefault((closing, last), body)
        return False
    if silent:
        return True
    line = first
    while state.eMarks[line] < end:
        line += 1
    token = state.push("math", "", 0)
    content = state.src[body:end]
    token.content = html.unescape(content) if opening.startswith("{") else content
    token.map = [first, line + 1]
    state.line = line + 1
    return True
