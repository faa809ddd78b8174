"""What 300 random networks give, as hashes: the gate for every change that must change no page.

::

    python -m tests.record            # says which networks give something else now
    python -m tests.record --write    # after a change that was meant

The networks are those of :mod:`tests.hard`: every activation, cost, notation, detail and way of rounding is among them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from pathlib import Path

import derive
from derive.errors import InputError
from tests.hard.claims import papers
from tests.hard.networks import network

RECORD = Path(__file__).with_name("record.json")
SEEDS = range(300)

#: Of these networks, what is said of somebody's claims is recorded as well.
_AUDITED = range(0, 300, 10)


def outputs(seed: int) -> dict[str, str]:
    """What the network of a seed gives, by format: hashes; or that of the sentence that refuses it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.toml"
        path.write_text(network(seed), encoding="utf-8", newline="\n")
        try:
            solution = derive.solve(derive.load(path))
            texts = {name: str(solution.render(name)) for name in ("json", "markdown", "latex")}
            if seed in _AUDITED:
                texts["audit"] = "\n".join(repr(_audit(solution, claims)) for claims in papers(seed))
        except InputError as error:
            texts = {"error": str(error).replace(folder, "")}
    return {name: sha256(text.encode()).hexdigest()[:16] for name, text in texts.items()}


def _audit(solution: derive.Solution, claims: dict[str, str]) -> object:
    try:
        return solution.audit(claims)
    except InputError as error:
        return str(error)


def changed(seeds: range = SEEDS) -> list[str]:
    """The networks, and formats, that give something else than is recorded."""
    record = json.loads(RECORD.read_text())
    now = _all(seeds)
    return [
        f"network {seed}: {name}"
        for seed in seeds
        for name in {**now[seed], **record[str(seed)]}
        if now[seed].get(name) != record[str(seed)].get(name)
    ]


def _all(seeds: range) -> dict[int, dict[str, str]]:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(seeds, pool.map(outputs, seeds), strict=True))


def main() -> int:
    """Compares, or writes anew; 1 if anything is different."""
    parser = argparse.ArgumentParser(prog="python -m tests.record", description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="record what they give now")
    if parser.parse_args().write:
        RECORD.write_text(json.dumps(_all(SEEDS), indent=0) + "\n")
        return 0
    different = changed()
    print("\n".join(different) or "All networks give what is recorded.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
