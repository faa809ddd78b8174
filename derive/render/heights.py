"""How much room the rows and lines of a page need: by what stands above and below the signs in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from derive.document.blocks import Content, Document, Grid, Math, Table
from derive.document.words.phrasing import settled
from derive.expression.tree import names
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol
from derive.render.language import lines_of


def is_tall(document: Document) -> bool:
    """Whether quantities in lines of words or cells have superscripts beside subscripts, which need more room."""
    symbols = document.symbols
    if not any(isinstance(symbol, Symbol) and symbol.superscript for symbol in symbols.values()):
        return False
    return any(
        symbol.superscript and symbol.subscript
        for block in document.blocks
        for symbol in _named(lines_of(block), symbols)
    )


def is_low(table: Table, symbols: Mapping[str, AnySymbol]) -> bool:
    """Whether nothing in a table has signs both above and below its line, so that its rows may stand close."""
    return not any(
        symbol.subscript and (symbol.superscript or symbol.updates) for symbol in _named(lines_of(table), symbols)
    )


def is_high(table: Table, symbols: Mapping[str, AnySymbol]) -> bool:
    """Whether a table has numbers in brackets above indices: of layers, times, samples or updates."""
    return any(
        symbol.subscript and (symbol.superscript or symbol.updates > 1) for symbol in _named(lines_of(table), symbols)
    )


def is_stacked(table: Table, symbols: Mapping[str, AnySymbol]) -> bool:
    """Whether a table has numbers of samples in brackets above indices, so that its rows need more room."""
    return any(symbol.subscript and "[" in symbol.superscript for symbol in _named(lines_of(table), symbols))


def is_raised(row: Iterable[Content], symbols: Mapping[str, AnySymbol]) -> bool:
    """Whether a row has numbers of updates in brackets above indices, which would touch the rows beside it."""
    return any(symbol.subscript and symbol.updates > 1 for symbol in _named(row, symbols))


def _named(lines: Iterable[Content], symbols: Mapping[str, AnySymbol]) -> Iterator[Symbol]:
    """What lines of words or cells name, also in derivatives."""
    for content in lines:
        for piece in settled(content):
            for _, expr in piece.items if isinstance(piece, Math) else ():
                for name in names(expr):
                    match symbols.get(name):
                        case DerivativeSymbol(of, by):
                            yield of
                            yield by
                        case Symbol() as symbol:
                            yield symbol


def is_close(document: Document) -> bool:
    """Whether a page is set close, since it is meant to be one: what is looked up beside a sheet, or holds arrays."""
    return document.part == "key" or any(isinstance(block, Grid) for block in document.blocks)
