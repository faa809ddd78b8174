"""What a page that lives holds beside its blocks: its scripts, and the data that they read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from derive.document.blocks import Document, Figure
from derive.document.equations import LINE, Equations
from derive.document.figures.measure import SCRIPT, WIDTHS, rounded, text_width
from derive.document.live import LiveData, Tree, to_json, updates_told
from derive.document.words.phrasing import OPPOSITES, ORDER, RELATIONS, SENTENCES, WORDS
from derive.expression.functions import FUNCTIONS
from derive.expression.tree import Name
from derive.model.symbols import AnySymbol, DerivativeSymbol
from derive.render.environment import template_root
from derive.render.html.engine import engine_source
from derive.render.math.mathml import MathmlPrinter
from derive.render.math.speech import SpeechPrinter

#: The files of the page's script. Those of a page that does not live come first; each uses only those before it.
STEPPING = ("steps", "contents", "points")
#: The files of the script of a worksheet; the first stands alone where it does not check.
SHEET, CHECKING = "sheet", "checking"
LIVING = (
    "print",
    "speech",
    "layout",
    "breaking",
    "passages",
    "axes",
    "figure",
    "plot",
    "tracing",
    "symbols",
    "trail",
    "goal",
    "practice",
    "page",
)


@cache
def script(*, lives: bool) -> str:
    """The script of a page: the steps, and where it lives the engine and what shows its results."""
    return _closed([*([engine_source()] if lives else []), *_sources(*STEPPING, *(LIVING if lives else ()))])


@cache
def sheet_script(*, checks: bool) -> str:
    """The script of a worksheet: it keeps what is filled in, and where it checks, works the answers out."""
    sheet = _sources(*((CHECKING,) if checks else ()), SHEET)
    return _closed([*([engine_source()] if checks else []), "{", *sheet, "}"])  # with names beside the engine's


def _sources(*files: str) -> Sequence[str]:
    folder = template_root() / "html" / "page"
    return [(folder / f"{part}.js").read_text(encoding="utf-8") for part in files]


def _closed(parts: Sequence[str]) -> str:
    source = "\n".join(parts)
    assert "</script" not in source.lower()
    assert "<!--" not in source
    return f'"use strict";\n(() => {{\n{source.strip()}\n}})();'


def page_data(document: Document, live: LiveData) -> str:
    """The data of a page that lives as JSON, which no name and no title in it can end."""
    figures = [block for block in document.blocks if isinstance(block, Figure)]
    data = {
        "solution": msgspec.json.decode(to_json(live)),
        "symbols": dict(_symbols(document, live)),
        "functions": {name: function.word for name, function in FUNCTIONS.items() if function.word},
        "spoken": {name: function.spoken for name, function in FUNCTIONS.items()},
        "several": {name: function.several for name, function in FUNCTIONS.items() if function.several},
        "sentences": SENTENCES,
        "relations": RELATIONS,
        "opposites": OPPOSITES,
        "order": ORDER,
        "words": WORDS,
        "drawings": {block.name: block.spoken for block in figures if block.spoken},
        "line": LINE,
        "widths": {
            "known": WIDTHS,
            "capital": text_width("A"),
            "other": text_width("a"),
            "script": SCRIPT,
        },
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _symbols(document: Document, live: LiveData) -> Iterator[tuple[str, Mapping[str, Any]]]:
    display = MathmlPrinter(document.symbols, marked=True)
    inline = MathmlPrinter(document.symbols, inline=True, marked=True)
    speech = SpeechPrinter(document.symbols, document.cost)
    equations = Equations(document.symbols)
    for name in _names(document.symbols, live):
        symbol = document.symbols[name]
        entry: dict[str, Any] = {
            "m": display.name(name),
            "s": speech.name(name),
            "w": rounded(equations.width(Name(name)), 6),
        }
        if isinstance(symbol, DerivativeSymbol):
            entry["i"] = inline.name(name)
        elif not symbol.superscript and not symbol.updates:
            entry["a"] = 1
        yield name, entry


def _names(symbols: Mapping[str, AnySymbol], live: LiveData) -> list[str]:
    """All quantities that can stand on the page."""
    found = [given.name for given in live.given]
    trees: list[Tree] = []
    for formula in (*live.definitions, *live.terms):
        found.append(formula.name)
        trees += [formula.expr, *([formula.stable] if formula.stable else []), *formula.slopes.values()]
    for step in live.steps:
        found += [step.target, *step.equals, step.variable]
        trees += [*step.formulas, step.result, *([step.stable] if step.stable else [])]
    for lines in live.arrays:
        trees += [lines.left, *lines.symbols]
    for tree in trees:
        found += _in(tree)
    if live.update is not None:
        mark = "+" if live.update.steps == 1 else f"+{live.update.steps}"
        found += updates_told(live.update)
        found += [f"{name}{mark}" for name in found if f"{name}{mark}" in symbols]
    return list(dict.fromkeys(found))


def _in(tree: Tree) -> Iterator[str]:
    if tree and tree[0] == "name":
        yield tree[1]
        return
    for part in tree:
        if isinstance(part, list):
            yield from _in(part)
