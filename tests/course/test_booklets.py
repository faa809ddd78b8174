"""Two booklets of a folder: the students' with every second exercise's results, the teachers' with all solutions."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.cli import main
from tests.publish.tools import program

ROOT = Path(__file__).parents[2]
#: A folder's files in their order; the circuit is that of CS231n, the others a post and Mazur's example.
FILES = {
    "1-blog.toml": "examples/blog-2-3-1.toml",
    "2-mazur.toml": "examples/mazur-2-2-2.toml",
    "3-circuit.toml": "derive/spec/starters/circuit.toml",
}

Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs ``derive render`` beside a folder of exercises: exit code, what was printed, what was told."""
    monkeypatch.chdir(tmp_path)
    Path("course").mkdir()
    for name, path in FILES.items():
        shutil.copy(ROOT / path, Path("course", name))

    def run(*arguments: str) -> tuple[int, list[str], str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(("render", *arguments))
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return int(stopped.value.code or 0), out.splitlines(), err

    return run


def text(path: str) -> str:
    """What stands in a PDF, with the signs of numbers as they are typed."""
    shown = subprocess.run([program("pdftotext"), path, "-"], check=True, capture_output=True, text=True)
    return shown.stdout.replace("\N{MINUS SIGN}", "-")


def test_students_are_told_every_second_result_and_teachers_all(render: Run) -> None:
    code, paths, _ = render("course", "--booklets", "-o", "out")
    assert code == 0
    assert paths == ["out/course.students.pdf", "out/course.teachers.pdf"]
    students, teachers = (text(path) for path in paths)
    for whole in (students, teachers):
        places = [whole.index(title) for title in ("1. Backpropagation by", "2. A step by step", "3. A circuit")]
        assert places == sorted(places)
    questions, _, answers = students.partition("\fAnswers\n")
    assert answers
    assert "-0.0597" in answers  # dCost/dw6 of the post
    assert "= -12" in answers  # f of CS231n's circuit
    # Mazur's gradient of w5, his new w5, and his error
    for result in ("0.08217", "0.3589", "0.2984"):
        assert result not in students
    for result in ("-0.0597", "-12"):
        assert result not in questions
    for result in ("-0.0597", "0.08217", "-12"):
        assert result in teachers
    assert teachers.count("Is it true?") == len(FILES)  # the proof


def test_a_booklet_is_one_document(render: Run) -> None:
    """Its first page tells on which page each exercise begins, and the numbers run through it."""
    _, paths, _ = render("course", "--booklets", "-o", "out")
    for path in paths:
        pages = text(path).split("\f")[:-1]
        for number, page in enumerate(pages, start=1):
            assert re.findall(r"^(\d+) ?/ ?(\d+)$", page, re.MULTILINE) == [(str(number), str(len(pages)))]
        begins = [int(found) for found in re.findall(r"^\d+\. .*\D(\d+)$", pages[0], re.MULTILINE)]
        assert len(begins) == len(FILES)
        assert begins[0] == 2
        for exercise, page in enumerate(begins, start=1):
            assert pages[page - 1].lstrip().startswith(f"{exercise}. ")


def test_an_exercise_that_fails_leaves_no_booklet(render: Run) -> None:
    Path("course", "2-bad.toml").write_text('[network]\ninputs = [1]\ntargets = [1]\ncost = "nonsense"\n')
    code, paths, told = render("course", "--booklets", "-o", "out")
    assert (code, paths) == (2, [])
    assert "2-bad.toml:4" in told
    assert "no booklet is written" in told
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--to", "html"), "--to html"),
        (("--part", "key"), "--part"),
        (("--no-check",), "--no-check"),
        (("-o", "-"), "expects a folder"),
        (("-o", "all.pdf"), "expects a folder"),
        (("-o", "course/1-blog.toml"), "a file"),
    ],
)
def test_what_fits_no_booklet_is_told(render: Run, arguments: tuple[str, ...], says: str) -> None:
    code, paths, told = render("course", "--booklets", *arguments)
    assert (code, paths) == (2, [])
    assert says in told
