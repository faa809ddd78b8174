"""Runs the benchmarks and prints their table."""

from __future__ import annotations

import argparse

from benchmarks.auditing import auditing
from benchmarks.browser import browser
from benchmarks.command import command
from benchmarks.deep import deep
from benchmarks.derivation import derivation
from benchmarks.equations import equations
from benchmarks.growth import growth
from benchmarks.many import many
from benchmarks.measure import Result
from benchmarks.reading import reading
from benchmarks.typesetting import typesetting
from benchmarks.updates import updates
from benchmarks.warm import warm

_PARTS = {
    "a": command,
    "b": growth,
    "c": derivation,
    "d": typesetting,
    "e": deep,
    "f": auditing,
    "g": reading,
    "h": equations,
    "i": updates,
    "j": warm,
    "k": many,
    "l": browser,
}


def main() -> None:
    """Run the parts that are asked for; a missed aim is told, and fails nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs and smaller networks: a smoke test")
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], help="which parts to run; left out: all")
    arguments = parser.parse_args()
    width = 76
    print(f"   {'what':<{width}} {'ratio':>7}  {'aim':<7} {'reached':<8} from", flush=True)
    for part in arguments.parts or _PARTS:
        for result in _PARTS[part](quick=arguments.quick):
            print(_line(result, width), flush=True)


def _line(result: Result, width: int) -> str:
    aim = "" if result.aim is None else f"{'≥' if result.at_least else '≤'} {result.aim:.3g}"
    reached = {None: "", True: "yes", False: "NO"}[result.reached]
    ratio = "–" if result.ratio is None else f"{result.ratio:.3g}" if result.ratio < 1000 else f"{result.ratio:.0f}"
    limit = f"; the limit: {result.limit}" if result.limit and result.reached is False else ""
    return f"{result.part}  {result.what:<{width}} {ratio:>7}  {aim:<7} {reached:<8} {result.detail}{limit}"


main()
