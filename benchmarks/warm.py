"""(j) A number of a file changed, to its new page: in a process that has made the page before, against a command."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT, Result, derive, process, processor, say, seconds

_TEXT = (ROOT / "examples" / "blog-2-3-1.toml").read_text(encoding="utf-8")
_AIMS = {"markdown": 1 / 4, "html": 1 / 4, "pdf": 1 / 3}


def warm(*, quick: bool) -> Iterator[Result]:
    """The blog's file with another weight each time, as somebody types it."""
    say("(j) a number changed …")
    import derive as package

    runs = 2 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        file, fresh = Path(folder) / "network.toml", count(10)

        def change() -> None:
            file.write_text(_TEXT.replace("[0.15, 0.23]", f"[0.15, 0.{next(fresh)}]"), encoding="utf-8")

        for name, aim in _AIMS.items():
            whole, again = [], []
            for turn in range(runs + 1):
                change()
                command = process(derive("render", file, "--to", name, "-o", f"{folder}/{next(fresh)}/"))
                change()
                spent = processor(lambda name=name: package.solve(package.load(file)).render(name))
                if turn:
                    whole.append(command.processor)
                    again.append(spent)
            ours, theirs = median(again), median(whole)
            detail = f"{seconds(ours)} : {seconds(theirs)} of the processor"
            limit = "Typst's layout" if name == "pdf" else "deriving, proving and writing the page"
            what = f"a number changed, to {name} in a warm process : whole command"
            yield Result("j", what, ours / theirs, aim, False, detail, limit)
