"""Headings for the outline of a PDF, which has no formulas: quantities in plain signs, ``a⁽⁴⁾₁``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from derive.document.blocks import Content, Math
from derive.expression.tree import Name
from derive.model.symbols import ACCENTS, GREEK, AnySymbol, DerivativeSymbol, Symbol
from derive.render.language import words

#: The signs that there are below and above a letter.
_BELOW: Final = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_ABOVE: Final = str.maketrans("0123456789+-=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")


def bookmark(content: Content, symbols: Mapping[str, AnySymbol]) -> str:
    """The words of a heading, with its quantities in signs that stand among words."""
    return "".join(_in_signs(piece, symbols) if isinstance(piece, Math) else words((piece,)) for piece in content)


def _in_signs(piece: Math, symbols: Mapping[str, AnySymbol]) -> str:
    match piece.items:
        case (("", Name(name)),):
            return in_signs(symbols[name]) or name
        case _:
            return words((piece,))


def in_signs(symbol: AnySymbol) -> str:
    """A quantity in plain signs; nothing where there are none for what stands below or above it."""
    if isinstance(symbol, DerivativeSymbol):
        of, by = in_signs(symbol.of), in_signs(symbol.by)
        d = "∂" if symbol.partial else "d"
        return f"{d}{of}/{d}{by}" if of and by else ""
    return _one(symbol)


def _one(symbol: Symbol) -> str:
    updated = "+" if symbol.updates == 1 else f"(+{symbol.updates})" if symbol.updates else ""
    above, below = (symbol.superscript + updated), symbol.subscript
    if set(above) - _signs(_ABOVE) or set(below) - _signs(_BELOW):
        return ""
    base = GREEK.get(symbol.base, symbol.base) + (ACCENTS[symbol.accent] if symbol.accent else "")
    return base + above.translate(_ABOVE) + below.translate(_BELOW)


def _signs(table: Mapping[int, int]) -> set[str]:
    return {chr(code) for code in table}
