"""What a class is given as a notebook that marks itself: the sheet, and what its hidden tests need."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from derive.document.blocks import Document


class Assignment(msgspec.Struct, frozen=True):
    """A sheet to be filled in as a notebook.

    Attributes:
        document: the sheet.
        network: the network file as JSON, by which answers are marked.
        answers: the right answer of each blank, by its number.
        points: what each blank is worth that is worth anything, by its number.
    """

    document: Document
    network: str
    answers: Mapping[int, str]
    points: Mapping[int, float]
