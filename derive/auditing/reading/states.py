r"""States and constants of an optimizer as a page typesets them: ``\hat{m}_{w0}^{+2}``, ``\beta_1``."""

from __future__ import annotations

import re
from typing import Final

from derive.catalogue.roles import L1_PENALTY, L2_PENALTY, UPDATE_CONSTANT
from derive.model.model import Model
from derive.model.references import state_name, updated_name
from derive.model.symbols import Symbol

#: After how many updates a state is meant, wherever that stands among its indices.
_COUNT: Final = re.compile(r"\+(\d*)")


#: What has a sign of its own and is one number for the whole model.
_CONSTANTS: Final = (UPDATE_CONSTANT, L1_PENALTY, L2_PENALTY)


class States:
    """Finds states and constants by the letters and digits of their signs.

    Args:
        model: the model.
        states: what each parameter has of its own in every update: the gradient that was used, and states.
    """

    def __init__(self, model: Model, states: tuple[str, ...]) -> None:
        #: By letters and digits alone; None where two states would have the same.
        self._named: dict[str, str | None] = {}
        for state in states:
            for parameter in model.wanted:
                name = state_name(state, parameter)
                symbol = model.symbols[name]
                for key in _keys(symbol) if isinstance(symbol, Symbol) else ():
                    self._named[key] = None if self._named.get(key, name) != name else name

        signs = ((name, model.symbols[name]) for role in _CONSTANTS for name in model.of(role))
        self._constants = {key: name for name, sign in signs if isinstance(sign, Symbol) for key in _keys(sign)}

    def named(self, text: str) -> str | None:
        """The constant, or the state with its update, that a plainly spelt text means."""
        if not (self._named or self._constants) or text.startswith("-"):  # a sign before it makes a formula of it
            return None
        count = _COUNT.search(text)
        if count is None:
            return self._constants.get(_squeezed(text))
        name = self._named.get(_squeezed(text[: count.start()] + text[count.end() :]))
        return None if name is None else updated_name(name, int(count[1] or 1))


def _keys(symbol: Symbol) -> set[str]:
    above, below = symbol.superscript, symbol.subscript
    return {_squeezed(f"{symbol.accent}{symbol.base}{one}{other}") for one, other in ((above, below), (below, above))}


def _squeezed(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())
