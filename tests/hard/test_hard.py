"""Files on which the program was once at fault, and a short run of the generator; CONTRIBUTING.md has a long one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import derive
from tests.hard.networks import network
from tests.hard.trial import complaints, of_seed
from tests.publish.tools import program
from tests.render.live import Ask, asker

FILES = sorted((Path(__file__).parent / "files").glob("*.toml"))


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return asker(program("node"), tmp_path_factory.mktemp("engine"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_that_was_hard(path: Path, tmp_path: Path, ask: Ask) -> None:
    assert list(complaints(path.read_text(encoding="utf-8"), (), tmp_path, pdf=True, ask=ask)) == []


@pytest.mark.parametrize("seed", range(60))
def test_a_hard_network_gives_output_or_a_sentence(seed: int, tmp_path: Path, ask: Ask) -> None:
    assert list(of_seed(seed, tmp_path, ask)) == [], network(seed)


def test_most_hard_networks_can_be_worked_out(tmp_path: Path) -> None:
    """Else the generator would try nothing but the sentences of the reader."""
    solved = 0
    for seed in range(40):
        path = tmp_path / "net.toml"
        path.write_text(network(seed), encoding="utf-8", newline="\n")
        try:
            derive.solve(derive.load(path))
        except derive.errors.InputError:
            continue
        solved += 1
    assert solved >= 20


def test_the_trial_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (FILES[0].parent / "reserved-word.toml").read_text(encoding="utf-8")
    rendered = derive.Solution.render

    def broken(solution: derive.Solution, name: str, **options: Any) -> str | bytes:
        page = rendered(solution, name, **options)
        match name:
            case "markdown":
                assert isinstance(page, str)
                return page.replace(r"\approx 0.0508", r"\approx 0.0509").replace("0.05078", "0.05079")
            case "python":
                assert isinstance(page, str)
                return page.replace('"0.9463"', '"0.9464"')
            case "latex":
                raise KeyError(name)
            case _:
                return page

    monkeypatch.setattr(derive.Solution, "render", broken)
    found = "\n".join(complaints(text, (), tmp_path, pdf=False))
    assert "latex: Traceback" in found
    assert "python stops: " in found
    assert "step 2: " in found
