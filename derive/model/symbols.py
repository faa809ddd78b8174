"""How a quantity is typeset: its letter or word, and what stands below and above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final, Literal

import msgspec

from derive.model.references import array_of, is_entry, read, state_of, updated_name

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
#: Greek letters that a name may be made of, by their names, in the forms that TeX shows: all formats show the same.
GREEK = {name: unescape(f"&{name};") for name in _GREEK} | {"epsilon": "ϵ", "phi": "ϕ"}

Accent = Literal["", "hat", "tilde", "bar"]
#: The signs over a letter, as characters that join the letter before them.
ACCENTS: Final[dict[Accent, str]] = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}


class Symbol(msgspec.Struct, frozen=True):
    """A quantity's sign.

    Attributes:
        base: a letter, a word (set as one word) or the name of a Greek letter.
        subscript: digits, a word, or indices with a comma: ``6``, ``h1``, ``3,12``.
        superscript: what stands above, such as the layer ``(1)``.
        updates: after how many updates this value holds: 0 for none; 1 is shown as ``+``, n as ``(+n)``,
            which is no power.
        accent: what stands over the letter: the name of a sign.
    """

    base: str
    subscript: str = ""
    superscript: str = ""
    updates: int = 0
    accent: Accent = ""


class DerivativeSymbol(msgspec.Struct, frozen=True):
    """A derivative's sign: ``of`` differentiated with respect to ``by``."""

    of: Symbol
    by: Symbol
    partial: bool


AnySymbol = Symbol | DerivativeSymbol

#: The letters that a name begins with, and what stands below them; the sign over them may stand behind either.
_NAME: Final = re.compile(r"(?P<base>[A-Za-z]+)(?P<below>\w*)")
_ACCENT: Final = re.compile(r"_(hat|tilde|bar)(?=_|\d|\Z)")


def symbol_of(name: str) -> Symbol:
    """How a name of letters, digits and ``_`` is typeset.

    What follows the letters at its beginning stands below them: ``w_11`` and ``w11`` are w with 11 below, ``net_h1`` is
    net with h1 below. ``theta_1`` begins with the Greek letter, ``y_hat_1`` is y with a hat and 1 below. Numbers with
    ``_`` between them are indices with a comma.
    """
    over = _ACCENT.search(name)
    accent: Accent = next((each for each in ACCENTS if over is not None and each == over[1]), "")
    match = _NAME.fullmatch(_ACCENT.sub("", name, count=1))
    assert match is not None, name
    parts = [part for part in match["below"].split("_") if part]
    below = (",".join if all(part.isdigit() for part in parts) else " ".join)(parts)
    return Symbol(match["base"], below, accent=accent)


def _state_symbol(state: str, parameter: Symbol) -> Symbol:
    """How a state is typeset: its letter, with the parameter below."""
    letter, _, hat = state.partition("_")
    below = parameter.subscript
    gap = " " if below[:1].isalpha() else ""
    symbol = Symbol(letter, f"{parameter.base}{gap}{below}", parameter.superscript)
    return msgspec.structs.replace(symbol, accent="hat") if hat else symbol


class Symbols(Mapping[str, AnySymbol]):
    """How each quantity is typeset, by its plain name.

    Derivatives (``dCost/dw6``) and updated values (``w6+``) are made from the symbols of their parts when asked for.
    """

    def __init__(self, symbols: dict[str, Symbol], *, partial: bool) -> None:
        self._symbols: dict[str, AnySymbol] = dict(symbols)
        self._partial = partial

    def __getitem__(self, name: str) -> AnySymbol:
        known = self._symbols.get(name)
        if known is None:
            known = self._symbols[name] = self._derived(name)
        return known

    def _derived(self, name: str) -> AnySymbol:
        ref = read(name)
        state = state_of(name)
        if is_entry(name) and (state is None or state[1] not in self):  # at one of several samples
            symbol = self[array_of(name)]
            if isinstance(symbol, Symbol):
                return msgspec.structs.replace(symbol, superscript=f"{symbol.superscript}{name[name.index('[') :]}")
        elif ref.by:
            # After updates, the sign stands behind what is differentiated by.
            above, below = self[ref.of], self[updated_name(ref.by, ref.updates)]
            if isinstance(above, Symbol) and isinstance(below, Symbol):
                return DerivativeSymbol(above, below, self._partial)
        elif ref.updates:
            symbol = self[ref.of]
            if isinstance(symbol, Symbol):
                return msgspec.structs.replace(symbol, updates=ref.updates)
        else:
            parameter = None if state is None else self[state[1]]
            if state is not None and isinstance(parameter, Symbol):
                return _state_symbol(state[0], parameter)
        raise KeyError(name)

    def beside(self, more: Mapping[str, Symbol]) -> Symbols:
        """These symbols, and some more."""
        own = {name: symbol for name, symbol in self._symbols.items() if isinstance(symbol, Symbol)}
        return Symbols({**own, **more}, partial=self._partial)

    def __iter__(self) -> Iterator[str]:
        return iter(self._symbols)

    def __len__(self) -> int:
        return len(self._symbols)
