"""The pages that the browser is sent to, and what is asked of them."""

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

#: What is said of each drawing to who cannot see it, by the figure's name; of the page there, or of one whose text is
#: given.
DRAWN = """text => {
  const page = text ? new DOMParser().parseFromString(text, 'text/html') : document
  return Object.fromEntries([...page.querySelectorAll('figure')].map(
    figure => [figure.id, [...figure.querySelectorAll('title, desc')].map(e => e.textContent)]))
}"""
