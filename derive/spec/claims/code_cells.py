"""Python code in a file of claims: a script, the cells of a notebook, the fences of a page, or a text with code in it.

It is cut into cells here and read elsewhere; nothing of it is ever run.
"""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec
from markdown_it import MarkdownIt

from derive.errors import Fault

#: The most characters of code in a file, and the most lines that a statement is looked for in, in a text.
MAX_CODE: Final = 500_000
#: A whole number of more bits is too long to be read.
_BITS: Final = 10_000
_LONGEST_STATEMENT: Final = 60
#: The longest text that a cell printed which is looked at.
MAX_OUTPUT: Final = 10_000

_PYTHON: Final = frozenset({"python", "py", "python3", "ipython", "ipython3", "pycon"})
#: What a fence below code is called that holds what it prints.
_SHOWN: Final = frozenset({"", "text", "txt", "plaintext", "output", "out", "console", "none"})
#: So long is the line at most that may stand between the two: "Output:".
_LONGEST_CAPTION: Final = 40
#: The number of a line beside its code, as it comes with a page that is copied.
_GUTTER: Final = re.compile(r"^\s*\d+ \| ")
#: The head of a function, whose body stands below.
_FUNCTION: Final = re.compile(r"def\s+\w+\(.*\):\s*$")
#: What shows that a text is code, or has some in it.
_SHOWS: Final = re.compile(r"^[ \t]*(?:import|from)[ \t]+numpy\b|\bnp\.\w+\(|^[ \t]*def[ \t]+\w+\(", re.MULTILINE)


class CodeCell(msgspec.Struct, frozen=True):
    """A piece of code that is read as one.

    Attributes:
        text: the code.
        first: the line of the file, or of the cell of a notebook, that it begins on, counted from 1.
        number: which cell of a notebook it is, counted from 1; 0 elsewhere.
        output: what the cell shows at last, if that is kept beside it.
        printed: what it prints before.
    """

    text: str
    first: int = 1
    number: int = 0
    output: str = ""
    printed: str = ""


def notebook_cells(text: str) -> tuple[CodeCell, ...] | Fault:
    """The code cells of a Jupyter notebook."""
    try:
        data = json.loads(text)
        cells = data["cells"]
        found = [
            CodeCell(_joined(cell["source"]), 1, number, *_outputs(cell.get("outputs", ())))
            for number, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), start=1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Fault((), "no notebook that can be read", "a notebook of Jupyter, in the format 4")
    return tuple(_plain(cell) for cell in found) or Fault((), "a notebook without code", "a code cell at least")


def fenced_cells(text: str) -> tuple[CodeCell, ...]:
    """The fences of Python in a page that assign something; a fence right below may hold what they print."""
    found: list[CodeCell] = []
    below = -1
    for token in MarkdownIt("commonmark").parse(text) if "```" in text or "~~~" in text else ():
        if token.map is None or token.type not in ("fence", "paragraph_open"):
            continue
        language = token.info.strip().split(" ")[0].lower().strip("{}.")
        code, first = _without_prompts(token.content), token.map[0] + 2
        if token.type == "fence" and (language in _PYTHON or (not language and _SHOWS.search(code))) and _is_code(code):
            found += _prompted(token.content, first) or [_plain(CodeCell(code, first))]
            below = len(found)
        elif token.type == "fence" and language in _SHOWN and below == len(found) and found:
            found[-1] = msgspec.structs.replace(found[-1], printed=token.content[:MAX_OUTPUT])
            below = -1
        elif token.type == "fence" or len(text.split("\n")[token.map[0]]) > _LONGEST_CAPTION:
            below = -1
    return tuple(found) if any(_assigns(cell.text) for cell in found) else ()


def _prompted(code: str, first: int) -> list[CodeCell]:
    """What was typed at a prompt, in pieces that end where something is shown; none where there is no prompt."""
    if not re.search(r"^>>> ", code, re.MULTILINE):
        return []
    found: list[CodeCell] = []
    typed, shown, start = "", "", first
    for number, line in enumerate((*code.split("\n"), ">>> "), start=first):
        if line.startswith((">>> ", "... ")):
            if shown or number == first + code.count("\n") + 1:
                found.append(CodeCell(typed, start, printed=shown[:MAX_OUTPUT]))
                typed, shown, start = "", "", number
            typed += line[4:] + "\n"
        elif line.strip():
            shown += line + "\n"
    return found


def cells_in_text(text: str) -> tuple[CodeCell, ...]:
    """The code in a plain text, where it is one that holds code; what is none is left out."""
    if not _SHOWS.search(text) or len(text) > MAX_CODE:
        return ()
    return tuple(_pieces(_indented([_GUTTER.sub("", line) for line in text.split("\n")])))


def _indented(lines: Sequence[str]) -> list[str]:
    """Lines of which the bodies of functions are indented up to what they return, where a copied page lost that."""
    found, left = [], 0
    for place, line in enumerate(lines):
        if left:
            left -= 1
            found.append(f"    {line}")
            continue
        found.append(line)
        below = lines[place + 1 : place + _LONGEST_STATEMENT]
        if _FUNCTION.match(line) and below and not below[0][:1].isspace():
            left = next((number for number, each in enumerate(below, start=1) if each.startswith("return")), 0)
    return found


def _pieces(lines: Sequence[str]) -> Iterator[CodeCell]:
    """The longest runs of lines that are Python."""
    place = 0
    while place < len(lines):
        end = place
        for stop in range(place + 1, min(place + _LONGEST_STATEMENT, len(lines)) + 1):
            if parsed("\n".join(lines[place:stop])) is not None:
                end = stop
        if end > place:
            yield CodeCell("\n".join(lines[place:end]), place + 1)
        place = max(end, place + 1)


@lru_cache(64)
def parsed(text: str) -> ast.Module | None:
    """The syntax tree of some code, which nobody changes; None where it is no code, or more than is read."""
    if len(text) > MAX_CODE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes and literals, which are no matter of ours
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value.bit_length() > _BITS:
            node.value = math.inf  # as of a hexadecimal number, which Python itself would not write in decimals
    return tree


def _is_code(code: str) -> bool:
    """Whether some code assigns something, or has what other code is written with, as functions and modules."""
    tree = parsed(code)
    kinds = ast.Assign | ast.AugAssign | ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.For
    return tree is not None and any(isinstance(node, kinds) for node in tree.body)


def _assigns(code: str) -> bool:
    tree = parsed(code)
    return tree is not None and any(isinstance(node, ast.Assign | ast.AugAssign) for node in ast.walk(tree))


def _joined(source: object) -> str:
    if isinstance(source, list):
        return "".join(map(str, source))
    if not isinstance(source, str):
        raise TypeError
    return source


def _without_prompts(code: str) -> str:
    """What was typed at a prompt, without that and without what was shown, in whose place empty lines stand."""
    if not re.search(r"^>>> ", code, re.MULTILINE):
        return code
    return "\n".join(line[4:] if line.startswith((">>> ", "... ")) else "" for line in code.split("\n"))


def _plain(cell: CodeCell) -> CodeCell:
    """A cell without the commands of a notebook, in whose place empty lines stand."""
    if parsed(cell.text) is not None:
        return cell
    text = "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in cell.text.split("\n"))
    return msgspec.structs.replace(cell, text=text)


def _outputs(outputs: object) -> tuple[str, str]:
    """What a cell shows at last, and what it prints before, as plain text."""
    shown, printed = "", ""
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data", {}) if isinstance(output, dict) else {}
        if output.get("output_type") == "execute_result" and "text/plain" in data:
            shown = _joined(data["text/plain"])[:MAX_OUTPUT]
        elif output.get("output_type") == "stream" and output.get("name", "stdout") == "stdout":
            printed += _joined(output.get("text", ""))
    return shown, printed[:MAX_OUTPUT]
