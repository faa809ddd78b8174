"""The words of a finding, with its quantities typeset."""

from __future__ import annotations

from pathlib import Path

import derive
from derive.document.blocks import Text
from derive.document.words.printed import PrintedWords

ATTENTION = Path(__file__).parents[2] / "examples" / "attention-head.toml"


def test_an_article_is_no_quantity() -> None:
    """The model has an array A: it is meant where something is said of it, and not where a sentence begins with "A"."""
    words = PrintedWords(derive.solve(ATTENTION).worked).words
    assert words("A term is missing.") == (Text("A term is missing."),)
    assert words("A is missing.")[0] != Text("A is missing.")
