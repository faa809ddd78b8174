"""Files on which the program was once at fault, and a short run of the generator; CONTRIBUTING.md has a long one."""

from __future__ import annotations

import re
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


@pytest.mark.parametrize("seed", range(40))
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


#: Files that can be read, but not worked out, and the sentence that is said of them.
SENTENCES = {
    "a loop whose numbers get too long": (
        'inputs = [-2.46]\ntargets = [-1, 0.10, 0]\ncost = "half_squared_error"\n'
        '[[network.layers]]\nactivation = "identity"\nweights = [[0], [2000], [-700]]\n'
        '[[network.layers]]\nactivation = "leaky_relu"\n'
        "weights = [[1, 0.57, 30.5], [2000, -700, 40], [3, 0.125, 0.125]]\n"
        "[numbers]\ndecimals = 4\n[update]\nlearning_rate = 0.1\nsteps = 10\n",
        r"net\.toml:4: network\.cost: Cost\+\d+ = .* cannot be worked out: a number of more than \d+ digits "
        r"\(met during the updates: a smaller learning rate may keep it away\)",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_what_cannot_be_worked_out_is_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, sentence = SENTENCES[name]
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text(f"[network]\n{text}")
    with pytest.raises(derive.errors.InputError) as caught:
        derive.solve(derive.load("net.toml"))
    assert re.fullmatch(sentence, str(caught.value))


def test_an_audit_of_a_network_that_grows_beyond_all_numbers() -> None:
    """cosh(377.5) is 4.417·10^163: the published numbers are those of a sigmoid, and only the net input agrees."""
    solution = derive.solve(derive.load(FILES[0].parent / "error-of-its-own-audit.toml"))
    verdicts = {judged.name: judged.verdict for judged in solution.audit().claims}
    assert verdicts["net_h1"] == "agrees"
    assert verdicts["out_h1"] == "wrong"
    assert solution.values["out_h1"].exact.startswith("4.4170968605549")


def test_an_exact_number_has_no_idle_zeros_however_small(tmp_path: Path) -> None:
    """2.1·10⁻⁷² as a product of numbers with many zeros at their end."""
    path = tmp_path / "net.toml"
    path.write_text(
        '[network]\ninputs = [0.3000000000]\ntargets = [0]\ncost = "O"\n[[network.layers]]\n'
        'activation = "identity"\nweights = [[7.000000e-72]]\n[numbers]\ndecimals = 1\n'
    )
    page = str(derive.solve(derive.load(path)).render("markdown"))
    assert "0.0…021 (71 zeros behind the point)" in page
