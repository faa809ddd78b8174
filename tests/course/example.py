"""Writes the made-up class of ``examples/course``: ``python -m tests.course.example``.

Each id works the exercise out on paper, with a mistake or none; papers and key share no code with the package.
With ``FOLDER`` behind it, of variants, each works its own one out, and the list is written there.
"""

from __future__ import annotations

import csv
import random
import sys
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from tests.audit import mistaken
from tests.audit.paper import Digits, Net, Paper

COURSE = Path(__file__).parents[2] / "examples" / "course"
DIGITS = Digits(4, significant=False, mode="even", carried=True)

#: What each id does wrong: the mistake, and the line that it is made in; "" leaves the line out.
MISTAKES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "k02": (("sign", "dCost/dO2"),),
    "k03": (("slope_missing", "dCost/dz2"),),
    "k05": (("factor_two", "Cost"),),
    "k06": (("sign", "dCost/dO2"), ("", "dCost/dw3")),
    "k07": (("slope_missing", "dCost/dz0"), ("slope_missing", "dCost/dz1")),
    "k08": (("", "dCost/dw0"), ("", "dCost/dw3")),
    "k10": (("slope_missing", "dCost/dz2"), ("swapped_index", "dCost/dw0")),
    "k11": (("sign", "dCost/dO2"),),
    "k12": (("bias_missing", "z2"),),
}


def ids() -> Sequence[str]:
    return (COURSE / "roster.csv").read_text().split()[1:]


def asked() -> Sequence[str]:
    return tomllib.loads((COURSE / "exercise.toml").read_text())["exercise"]["ask"]


def net_of(path: Path) -> Net:
    network = tomllib.loads(path.read_text(), parse_float=str)["network"]
    layers = [
        (layer["activation"], [list(map(str, row)) for row in layer["weights"]], list(map(str, layer["biases"])))
        for layer in network["layers"]
    ]
    return Net(list(map(str, network["inputs"])), list(map(str, network["targets"])), network["cost"], layers, "1")


def handed_in(whose: str, net: Net) -> tuple[dict[str, str], dict[str, bool]]:
    """What somebody hands in, and which of the lines that is asked are worked out rightly."""
    paper = Paper(net)
    source = random.Random(whose)  # noqa: S311 - chance, no secret
    lines = {line.name: line for line in paper.lines}
    made = {
        name: getattr(mistaken, mistake)(paper, lines[name], source)
        for mistake, name in MISTAKES.get(whose, ())
        if mistake
    }
    out = {name for mistake, name in MISTAKES.get(whose, ()) if not mistake}
    cells = paper.written(DIGITS, paper.values(DIGITS, made))
    full = {name: _full(cells[name]) for name in asked()}
    return {name: "" if name in out else full[name] for name in full}, {
        name: name not in out and name not in made for name in full
    }


def _full(text: str) -> str:
    """A number with all its decimals, as an exercise asks for it."""
    return f"{Decimal(text):.4f}"


def write(place: Path, variants: Path | None = None) -> None:
    with place.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["id", *asked()])
        for whose in ids():
            net = net_of(variants / f"{whose}.toml" if variants else COURSE / "exercise.toml")
            lines.writerow([whose, *handed_in(whose, net)[0].values()])


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    write((folder or COURSE) / "class.csv", folder)
