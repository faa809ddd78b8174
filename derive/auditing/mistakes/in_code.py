"""What goes wrong in code alone, by its stable code; what is said of it stands in :mod:`derive.auditing.code`."""

from __future__ import annotations

from typing import Final

CODE_MISTAKES: Final = (
    "undefined-name",
    "shapes",
    "transposed",
    "elementwise-product",
    "matrix-product",
    "integer-division",
    "mean-for-sum",
    "sum-for-mean",
    "wrong-axis",
    "other-name",
)
