"""Tries valid hard networks, one after the other, and shows what should not have happened.

::

    python -m tests.hard --count 1000 --seed 7
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.hard.trial import of_seed
from tests.render.live import asker
from tests.render.running import start_anew


class TooLongError(Exception):
    """A network took longer than anybody would wait."""


def _stop(*_: object) -> None:
    raise TooLongError


def main() -> int:
    """Tries the networks of a run of seeds; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.hard", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=200, help="how many networks")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; each network has the next one")
    parser.add_argument("--limit", type=int, default=120, help="the longest that one may take, in seconds")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    node, found, began = shutil.which("node"), 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hard-") as folder:
        ask = asker(node, Path(folder)) if node else None
        for seed in range(options.seed, options.seed + options.count):
            signal.alarm(options.limit)
            try:
                said = list(of_seed(seed, Path(folder), ask))
            except TooLongError:
                start_anew()
                said = [f"takes more than {options.limit} seconds"]
            finally:
                signal.alarm(0)
            found += bool(said)
            for complaint in said:
                print(f"seed {seed}: {complaint}", flush=True)
    print(f"{found} of {options.count} networks, in {time.monotonic() - began:.0f} seconds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
