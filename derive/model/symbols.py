"""How a quantity is typeset: its letter or word, and what stands below and above it."""

from __future__ import annotations

from html import unescape

import msgspec

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
#: Greek letters that a name may be made of, by their names, in the forms that TeX shows: all formats show the same.
GREEK = {name: unescape(f"&{name};") for name in _GREEK} | {"epsilon": "ϵ", "phi": "ϕ"}


class Symbol(msgspec.Struct, frozen=True):
    """A quantity's sign.

    Attributes:
        base: a letter, a word (set as one word) or the name of a Greek letter.
        subscript: digits, a word, or indices with a comma: ``6``, ``h1``, ``3,12``.
        superscript: what stands above, such as the layer ``(1)``.
        updates: after how many updates this value holds: 0 for none; 1 is shown as ``+``, n as ``+n``.
    """

    base: str
    subscript: str = ""
    superscript: str = ""
    updates: int = 0


class DerivativeSymbol(msgspec.Struct, frozen=True):
    """A derivative's sign: ``of`` differentiated with respect to ``by``."""

    of: Symbol
    by: Symbol
    partial: bool


AnySymbol = Symbol | DerivativeSymbol
