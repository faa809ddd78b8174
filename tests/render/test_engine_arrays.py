"""The lines of equations of arrays, as the engine of the living page writes them with other numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import derive
from derive.calculus.solution import Worked
from derive.calculus.values import QuantityError
from derive.document import equations as setting
from derive.document.blocks import Equation
from derive.document.live import tree_of
from derive.document.page import write_live
from derive.document.sections import matrix_lines
from tests.pages.networks import number
from tests.render.live import Answer, asker, changed, differences, request

ROOT = Path(__file__).parents[2]
NETWORKS = [ROOT / "examples" / f"{name}.toml" for name in ("blog-2-3-1", "softmax-2-3", "xor-epochs")]
MODELS = [*sorted((ROOT / "tests/models").glob("*.toml")), *NETWORKS]
NAMES = [path.stem for path in MODELS if path in NETWORKS or derive.load(path).model.arrays]

POLICIES: tuple[dict[str, object], ...] = (
    {},
    {"decimals": 3},
    {"decimals": 2, "round": "each-step"},
    {"significant": 3, "ties": "up", "round": "each-step"},
)


def numbers_for(solution: Worked, chance: random.Random) -> dict[str, str]:
    """Other numbers for some of what is given, as a reader might type them."""
    given = {}
    for name in solution.model.graph.given:
        least, most = solution.model.quantities[name].bounds
        if chance.random() < 0.3 or name in solution.model.constants.values() or least == most is not None:
            continue
        text = chance.choice((number(chance), "0", "1", "-0.5", "1e-7", "0.10"))
        text = text if least is None else text.removeprefix("-")
        given[name] = text if most is None or float(text) <= most else str(most)
    return given


def equations(solution: Worked) -> list[Equation]:
    """The equations of arrays on the page of a solution."""
    blocks = write_live(solution).blocks
    return [block for block in blocks if isinstance(block, Equation) and block.arrays is not None]


def lines_of(equation: Equation) -> list[list[object]]:
    return [[sign, tree_of(expr)] for row in equation.rows for sign, expr in row.items]


def unlike(solution: Worked, answer: Answer) -> Iterator[str]:
    """Where the lines of an answer are not those of the package's page."""
    here, there = {each.about: lines_of(each) for each in equations(solution)}, answer["arrays"]
    assert here.keys() == there.keys()
    yield from (f"{name}: {there[name]} instead of {here[name]}" for name in here if here[name] != there[name])


def solved(name: str, **settings: dict[str, object]) -> Worked:
    text = next(path for path in MODELS if path.stem == name).read_text(encoding="utf-8")
    return derive.solve(derive.loads(text, settings)).worked


def asked(solution: Worked, given: dict[str, str]) -> dict[str, object]:
    arrays = [each.arrays for each in equations(solution) if each.arrays is not None]
    return request(solution, given, arrays=arrays)


@pytest.mark.parametrize("view", ["both", "matrix"])
@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_the_packages(
    name: str, view: str, tool: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How much of a matrix is shown is chosen once, by the numbers of the file: here there is room for all of it.
    for module in (setting, matrix_lines):
        monkeypatch.setattr(module, "LINE", 10_000)
    chance = random.Random(f"{name} {view}")  # noqa: S311
    for policy in chance.sample(POLICIES, len(POLICIES)):
        with suppress(QuantityError, derive.InputError):  # with two decimals a logarithm of 0
            solution = solved(name, document={"view": view}, numbers=policy)
            given = numbers_for(solution, chance)
            here = changed(solution, given)
            break
    (answer,) = asker(tool("node"), tmp_path)([asked(solution, given)])
    assert differences(here, answer) == []
    assert list(unlike(here, answer)) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_has_no_room_is_left_out_here_too(
    name: str, tool: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a browser the lines of arrays are not broken: what is broken on the page at first is scrolled then.
    monkeypatch.setattr(setting, "LINE", 10_000)
    solution = solved(name, document={"view": "both"})
    (answer,) = asker(tool("node"), tmp_path)([asked(solution, {})])
    assert list(unlike(solution, answer)) == []
