"""The pages that the browser is sent to."""

from __future__ import annotations

from pathlib import Path

import derive

ROOT = Path(__file__).parents[3]
#: Those with claims are the same networks once more.
EXAMPLES = sorted(
    path.stem for path in (ROOT / "examples").glob("*.toml") if "published" not in path.read_text(encoding="utf-8")
)
#: Dense networks of one sample.
DENSE = [
    stem
    for stem in EXAMPLES
    if (file := derive.load(ROOT / "examples" / f"{stem}.toml").file).network is not None and not file.network.several
]
