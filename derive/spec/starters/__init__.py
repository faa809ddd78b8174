"""Files of equations to start from, as ``derive new --model`` writes them: one TOML file for each kind of model."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from derive.errors import UsageError, nearest

_FOLDER: Final = Path(__file__).parent


def kinds() -> list[str]:
    """The kinds of models that there is a file of."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def text_of(kind: str) -> str:
    """The text of the file of a kind.

    Raises:
        UsageError: there is none of that kind.
    """
    known = kinds()
    if kind not in known:
        hint = nearest(kind, known)
        raise UsageError(f'--model "{kind}": expected one of {", ".join(known)}' + (f" ({hint})" if hint else ""))
    return (_FOLDER / f"{kind}.toml").read_text(encoding="utf-8")
