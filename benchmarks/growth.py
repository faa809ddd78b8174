"""(b) Time per weight as networks grow."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from benchmarks.measure import Result, Times, derive, forget, process, say, seconds

#: Networks of one hidden layer, by their number of weights: all widths grow alike.
_SIZES = {100: (5, 10, 5), 1_000: (20, 25, 20), 10_000: (50, 100, 50)}

#: A network of one weight, whose command is taken away; and the largest, to JSON only.
_ONE = {1: (1, 1)}
_LARGEST = {100_000: (200, 250, 200)}
#: KiB of the command's peak memory for each weight.
_MEMORY_AIM = 3.0

#: What "no growth" allows for the noise of a measurement.
_AIM = 1.1

#: The parts of the work that each line is made of.
_LINES = {
    "JSON": ("full", ("load", "solve", "json")),
    "Markdown (detail full)": ("full", ("load", "solve", "differences", "document", "markdown")),
    "Markdown (detail brief)": ("brief", ("load", "solve", "differences", "document", "markdown")),
}


def growth(*, quick: bool) -> Iterator[Result]:
    """Compare the time per weight with that at 100 weights: in this process, then as whole commands."""
    say("(b) time per weight …")
    from derive.spec.starter import starter

    sizes = [100, 1_000] if quick else list(_SIZES)
    shapes = {**_ONE, **{size: _SIZES[size] for size in sizes}, **({} if quick else _LARGEST)}
    with tempfile.TemporaryDirectory() as folder:
        files = {size: Path(folder) / f"{size}.toml" for size in shapes}
        for size, file in files.items():
            file.write_text(starter(f"{size} weights", shapes[size]), encoding="utf-8")
        yield from _within({size: files[size] for size in sizes}, quick=quick)
        yield from _whole(files, quick=quick)


def _within(files: Mapping[int, Path], *, quick: bool) -> Iterator[Result]:
    """Within one process, loading included."""
    _parts(files[100], "full")  # warms up: imports, templates
    found: dict[tuple[str, int], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(1 if quick else 3):
        for size, file in files.items():
            for detail in ("full", "brief"):
                # A short run is repeated, so that a disturbance does not count for more in it than in a long one.
                for _ in range(3 if quick else {100: 10, 1_000: 3}.get(size, 1)):
                    forget()
                    for part, duration in _parts(file, detail).items():
                        found[detail, size][part].append(duration)
            say(f"    {size} weights, round {turn + 1}")
    for what, (detail, parts) in _LINES.items():
        first = _sum(found[detail, 100], parts) / 100
        for size in list(files)[1:]:
            each = _sum(found[detail, size], parts) / size
            split = ", ".join(
                f"{part} {median(found[detail, size][part]) / size / (median(found[detail, 100][part]) / 100):.2f}"
                for part in parts
            )
            yield Result(
                "b",
                f"{what}, per weight, {size:,} : 100",
                each / first,
                _AIM,
                False,
                f"{seconds(each)} : {seconds(first)} per weight; {split}",
            )


def _sum(durations: Mapping[str, list[float]], parts: tuple[str, ...]) -> float:
    return sum(median(durations[part]) for part in parts)


def _parts(file: Path, detail: str) -> dict[str, float]:
    """The duration of each part of the work on one network."""
    import derive as package

    marks = [time.perf_counter()]
    names = []

    def mark(name: str) -> None:
        names.append(name)
        marks.append(time.perf_counter())

    network = package.load(file, {"document": {"detail": detail}})
    mark("load")
    solution = package.solve(network)
    mark("solve")
    solution.render("json")
    mark("json")
    assert solution.differences
    mark("differences")
    assert solution.document
    mark("document")
    solution.render("markdown")
    mark("markdown")
    return {name: after - before for name, before, after in zip(names, marks, marks[1:], strict=False)}


def _whole(files: Mapping[int, Path], *, quick: bool) -> Iterator[Result]:
    """As whole commands, less that for one weight, with the detail that the size brings."""
    for form in ("json", "markdown"):
        times: dict[int, Times] = {}
        for size, file in files.items():
            if form != "json" and size in _LARGEST:
                continue
            line = derive("render", file, "--to", form, "-o", f"{file.with_suffix('')}/")
            process(line)
            runs = 1 if quick else {1: 5, 100: 5, 1_000: 3}.get(size, 1)
            times[size] = Times(process(line) for _ in range(runs))
            say(f"    {size} weights to {form}, whole command")
        start = times.pop(1)
        each = {size: (found.processor - start.processor) / size for size, found in times.items()}
        for size in list(each)[1:]:
            yield Result(
                "b",
                f"whole command to {form}, CPU per weight, {size:,} : 100",
                each[size] / each[100],
                _AIM if form == "json" else None,
                False,
                f"{seconds(each[size])} : {seconds(each[100])} per weight, less one weight's command",
            )
        if form == "json":
            size = max(times)
            memory = (times[size].memory - times[100].memory) * 1024 / (size - 100)
            yield Result(
                "b",
                f"peak memory per weight from 100 to {size:,}, json, in KiB",
                memory,
                _MEMORY_AIM,
                False,
                f"{times[size].memory:.0f} MiB : {times[100].memory:.0f} MiB",
                "a weight has about 1.5 KiB of definitions and names, 2.2 of steps and values, and 1.2 of text",
            )
