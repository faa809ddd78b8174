"""(a) The whole command against importing what it stands on."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from benchmarks.measure import ROOT, Result, Times, interleaved, say

_BLOG = ROOT / "examples" / "blog-2-3-1.toml"
_AIMS = {"markdown": 1.3, "pdf": 1.6}


def command(*, quick: bool) -> Iterator[Result]:
    """Compare whole processes, each run with an output folder of its own."""
    say("(a) whole commands …")
    with tempfile.TemporaryDirectory() as folder:
        fresh = count()

        def render(name: str) -> Sequence[str]:
            place = f"{Path(folder) / str(next(fresh))}/"
            return (sys.executable, "-m", "derive", "render", str(_BLOG), "--to", name, "-o", place)

        commands = {
            "imports": lambda: (sys.executable, "-c", "import sympy, jinja2"),
            "markdown": lambda: render("markdown"),
            "pdf": lambda: render("pdf"),
        }
        times = interleaved(commands, 2 if quick else 15)
    for name, aim in _AIMS.items():
        yield _result(name, times[name], times["imports"], aim)


def _result(name: str, ours: Times, theirs: Times, aim: float) -> Result:
    return Result(
        "a",
        f"derive render --to {name} : import sympy, jinja2",
        ours.median / theirs.median,
        aim,
        False,
        f"medians {ours.median:.2f} s : {theirs.median:.2f} s; of minimums {ours.least / theirs.least:.2f}, "
        f"of processor time {ours.processor / theirs.processor:.2f}",
    )
