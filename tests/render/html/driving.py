"""The pages that the browser is sent to."""

from __future__ import annotations

from pathlib import Path

import derive
from tests.gallery import WHOLE

ROOT = Path(__file__).parents[3]
#: Those with claims are the same networks once more; of those that the gallery has briefly, one that is unrolled.
EXAMPLES = sorted(
    path.stem
    for path in [*WHOLE, ROOT / "examples" / "gru-2-steps.toml"]
    if "published" not in path.read_text(encoding="utf-8")
)
#: Dense networks of one sample.
DENSE = [
    stem
    for stem in EXAMPLES
    if (file := derive.load(ROOT / "examples" / f"{stem}.toml").file).network is not None and not file.network.several
]
