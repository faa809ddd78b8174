"""(g) Files of claims: the largest time per byte of each reader, on what is made to be slow."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Result, forget, say

if TYPE_CHECKING:
    from derive.api import Solution

_FILE = ROOT / "examples" / "blog-2-3-1.toml"
#: Much of the same: what ends cells, rows, strings, formulas or marks, and what opens them and never ends.
_TOKENS = (
    *('"', '""', "'", '"""', "a,", "a;", ",\n", "x\n", '"a""', "#\n", "a,1\n", "z0;1,5\n", "1,", "1.", "=", "a = 1, "),
    *("(", "{", "[", "\\(", "\\begin{cases}", "\\\\", "\\", "&", "$", "$$", "$$\n", "\\[\n", "$`", "`", "```\n", "|"),
    *(
        "|-|",
        "|-|-|\n",
        "a|1\n-|-\n",
        "|1|2|\n",
        "<sub>",
        "</sub>",
        "<",
        "<!--",
        "*",
        "_",
        "> ",
        "- ",
        "1. ",
        " ",
        "\t",
    ),
    *(
        "\n",
        "&amp;",
        "{% katex %}",
        "![",
        "[a]: b\n",
        "---\n",
        "===\n",
        "·",
        "z0 = ",
        "^{",
        "\\frac{",
        "d/d",
        "w_{1,1}",
    ),
    *('"a":1,', '{"a":', "[],", '{"name":"a","value":1},', '"\\', "a=1\n", "[[a]]\n", "a={", "é"),
)
#: What stands around them in a file of each kind, so that its inner parts are reached too.
_AROUND = {
    ".csv": (("", ""), ("name,value\nz0,", "\n"), ("name,value\nz0,a = 1", "b\n"), ("id,z0,O0\n", "")),
    ".md": (
        ("", ""), ("|name|value|\n|-|-|\n|z0|", "|\n"), ("|name|value|\n|---", "|---|\n|z0|1|\n"),
        ("$$\nz = ", "\n$$\n"), ("$$\nz = 1 \\\\ b", "c\n$$\n"),
    ),
    ".txt": (("", ""), ("z0 = ", "\n")),
    ".json": (("", ""), ("{", '"b": 1}'), ("[", "1]")),
    ".toml": (("", ""), ('z0 = "', '"\n')),
}  # fmt: skip


def reading(*, quick: bool) -> Iterator[Result]:
    """Compare the largest time per byte of files of one size with that of files a quarter as large."""
    say("(g) files of claims …")
    import derive

    solution = derive.solve(derive.load(_FILE))
    size = 4_000 if quick else 80_000
    with tempfile.TemporaryDirectory() as folder:
        for suffix, around in _AROUND.items():
            worst = {}
            for length in (size // 4, size):
                forget()
                file = Path(folder) / f"x{suffix}"
                each = {
                    (start, token): _seconds(solution, file, start + token * (length // len(token)) + end)
                    for start, end in around
                    for token in _TOKENS
                }
                slowest = max(each, key=each.__getitem__)
                worst[length] = each[slowest] / length, slowest[1]
            (small, _), (large, token) = worst[size // 4], worst[size]
            yield Result(
                "g",
                f"largest time per input byte, {suffix}, {size:,} : {size // 4:,} bytes",
                large / small,
                None if quick else 2.0,
                False,
                f"{large * 1e6:.1f} µs : {small * 1e6:.1f} µs per byte; slowest of {token!r}",
            )


def _seconds(solution: Solution, file: Path, text: str) -> float:
    from derive.errors import InputError

    file.write_text(text, encoding="utf-8")
    start = time.process_time()
    with suppress(InputError):
        solution.papers(file)
    return time.process_time() - start
