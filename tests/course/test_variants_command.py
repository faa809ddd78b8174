"""``derive variants`` as a teacher meets it: who gets what, what stays of the file, and what is refused."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import derive
from derive.cli import main
from tests.publish.tools import program

ROOT = Path(__file__).parents[2]
BLOG = (ROOT / "examples/blog-2-3-1.toml").read_text()
RELU = (ROOT / "examples/rectifier-2-4-1.toml").read_text()
CIRCUIT = (ROOT / "derive/spec/starters/circuit.toml").read_text()
NEURON = """
[network]
inputs = [0.4]
targets = [0.6]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.7]]
biases = [0.1]
[numbers]
"""

Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def variants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs ``derive variants`` in a folder with some files: exit code, what was printed, what was told."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("blog", BLOG), ("relu", RELU), ("circuit", CIRCUIT)):
        Path(f"{name}.toml").write_text(text)

    def run(*arguments: str) -> tuple[int, list[str], str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(("variants", *arguments))
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return int(stopped.value.code or 0), out.splitlines(), err

    return run


def texts(folder: str) -> dict[str, str]:
    return {path.stem: path.read_text() for path in Path(folder).glob("*.toml")}


def rows(folder: str) -> list[dict[str, str]]:
    with Path(folder, "answers.csv").open() as table:
        return list(csv.DictReader(table))


# Who gets what


def test_ids_are_counted_with_zeros_and_the_paths_are_printed(variants: Run) -> None:
    assert variants("circuit.toml", "--count", "3", "-o", "few") == (
        0,
        ["few/01.toml", "few/02.toml", "few/03.toml", "few/answers.csv"],
        "",
    )
    variants("circuit.toml", "--count", "100", "-o", "many")
    assert {"001", "100"} <= texts("many").keys()
    assert len(texts("many")) == 100
    assert texts("few")["02"].replace("(02)", "(002)") == texts("many")["002"]


def test_an_id_has_its_numbers_whoever_else_is_there(variants: Run) -> None:
    Path("a.csv").write_text("anton\nberta\ncarl\n")
    Path("b.csv").write_text("zoe\nanton\ndora\ncarl\nberta\n")
    variants("blog.toml", "--roster", "a.csv", "-o", "a")
    variants("blog.toml", "--roster", "b.csv", "-o", "b")
    assert len(texts("b")) == 5
    assert {name: texts("b")[name] for name in texts("a")} == texts("a")


def test_the_same_seed_gives_the_same_bytes_and_another_others(variants: Run) -> None:
    for folder, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        assert variants("relu.toml", "--count", "4", "--seed", seed, "-o", folder)[0] == 0
    assert texts("a") == texts("b")
    assert rows("a") == rows("b")
    assert not set(texts("a").values()) & set(texts("c").values())


@pytest.mark.parametrize(
    "roster",
    [
        "4711\n4712\n",
        "id\n4711\n4712\n",
        "Matriculation number;Group\r\n4711;A\r\n4712;B\r\n",
        '\ufeff"ID number","Points"\n"4711",3\n\n"4712",4\n',
        "Kennung\n4711\n4712",
        " 4711 \t x\n4712\t y\n",
    ],
)
def test_a_roster_is_read_with_or_without_a_head(variants: Run, roster: str) -> None:
    Path("ids.csv").write_text(roster, newline="")
    assert variants("circuit.toml", "--roster", "ids.csv", "-o", "out")[0] == 0
    assert sorted(texts("out")) == ["4711", "4712"]


def test_small_spaces_give_everybody_an_exercise_of_their_own(variants: Run) -> None:
    assert variants("circuit.toml", "--count", "120", "-o", "out")[0] == 0
    assert len({text.partition("[given]")[2] for text in texts("out").values()}) == 120


# What stays


def test_what_is_kept_stays_and_all_else_changes(variants: Run) -> None:
    variants("blog.toml", "--count", "5", "--keep", "inputs,targets", "-o", "out")
    for text in texts("out").values():
        assert "inputs = [2, 9]\ntargets = [0.92]\n" in text
        assert "weights = [[0.15, 0.23]" not in text
    variants("blog.toml", "--count", "5", "--keep", "weights,biases", "-o", "other")
    for text in texts("other").values():
        assert BLOG.partition("[[network.layers]]")[2] == text.partition("[[network.layers]]")[2]
        assert "inputs = [2, 9]" not in text


def test_names_of_equations_are_kept(variants: Run) -> None:
    variants("circuit.toml", "--count", "5", "--keep", "x,z", "-o", "out")
    for text in texts("out").values():
        assert "x = -2\n" in text
        assert "z = -4\n" in text
        assert "y = 5\n" not in text


def test_comments_layout_and_settings_stay(variants: Run) -> None:
    text = """# an exercise
title = 'Mine: "one"'  # its title

[network]   # two
inputs = [ 2.5,   # the first
           1.5 ]
targets = [0.6]
cost = "half_squared_error"
layers = [{activation = "tanh", weights = [[0.5, -0.25]]}]
[published]
"z0" = "1.2"
# what was printed
"O0" = "0.8"

[numbers]
decimals = 5
"""
    Path("own.toml").write_text(text)
    assert variants("own.toml", "--count", "1", "-o", "out")[0] == 0
    found = texts("out")["01"].splitlines()
    assert found[:5] == [
        "# an exercise",
        'title = "Mine: \\"one\\" (01)"  # its title',
        "",
        "[network]   # two",
        found[4],
    ]
    assert found[4].startswith("inputs = [ ")
    assert found[4].endswith(",   # the first")
    assert found[8].startswith('layers = [{activation = "tanh", weights = [[')
    assert found[9:] == ["", "[numbers]", "decimals = 5"]


def test_a_file_without_a_title_gets_one_with_the_id(variants: Run) -> None:
    Path("bare.toml").write_text("#:schema x.json\n" + NEURON)
    variants("bare.toml", "--count", "1", "-o", "out")
    first, title, *_ = texts("out")["01"].splitlines()
    assert first == "#:schema x.json"
    assert title.startswith('title = "')
    assert title.endswith('(01)"')


@pytest.mark.parametrize(
    "path",
    [
        "examples/rectifier-2-4-1.toml",
        "examples/softmax-2-3.toml",
        "derive/spec/starters/conv.toml",
        "derive/spec/starters/word2vec.toml",
    ],
)
def test_answers_are_those_of_the_file_that_is_written(variants: Run, path: str) -> None:
    assert variants(str(ROOT / path), "--count", "2", "-o", "out")[0] == 0
    for name in ("01", "02"):
        values = derive.solve(f"out/{name}.toml").values
        for row in (row for row in rows("out") if row["id"] == name):
            value = values[row["quantity"]]
            assert (value.shown, value.exact) == (row["shown"], row["exact"])


def test_what_is_asked_and_its_points_are_those_of_the_file(variants: Run) -> None:
    exercise = '\n[exercise]\nask = ["z0", "dCost/dw6"]\npoints = {"z0" = 2.5}\n'
    Path("asked.toml").write_text(BLOG + exercise)
    variants("asked.toml", "--count", "2", "-o", "out")
    assert [(row["id"], row["quantity"], row["points"]) for row in rows("out")] == [
        ("01", "z0", "2.5"),
        ("01", "dCost/dw6", "1"),
        ("02", "z0", "2.5"),
        ("02", "dCost/dw6", "1"),
    ]


@pytest.mark.parametrize(
    ("numbers", "flags", "expected"),
    [
        ("[numbers]\ndecimals = 4  # four\n", ("--decimals", "6"), "[numbers]\ndecimals = 6  # four\n"),
        ("[numbers]\ndecimals = 4\n", ("--significant", "5"), "[numbers]\nsignificant = 5\n"),
        ("[numbers] # here\n", ("--round", "each-step"), '[numbers] # here\nround = "each-step"\n'),
        (
            "",
            ("--decimals", "5", "--author", 'A "B"'),
            '\n[numbers]\ndecimals = 5\n\n[document]\nauthor = "A \\"B\\""\n',
        ),
    ],
)
def test_flags_are_written_into_the_files(variants: Run, numbers: str, flags: tuple[str, ...], expected: str) -> None:
    Path("own.toml").write_text(NEURON.replace("[numbers]\n", numbers))
    assert variants("own.toml", "--count", "1", "-o", "out", *flags)[0] == 0
    assert texts("out")["01"].endswith(
        f"biases = [{texts('out')['01'].partition('biases = [')[2][:3].rstrip(']')}]\n{expected}"
    )
    shown = derive.solve("out/01.toml").values
    assert [shown[row["quantity"]].shown for row in rows("out")] == [row["shown"] for row in rows("out")]


def test_flags_that_have_no_place_are_told(variants: Run) -> None:
    Path("own.toml").write_text("numbers = {decimals = 4}\n" + NEURON.replace("[numbers]\n", ""))
    code, _, said = variants("own.toml", "--count", "1", "-o", "out", "--round", "each-step")
    assert code == 2
    assert "the settings of flags cannot be written into it" in said
    assert not Path("out").exists()


# Whole numbers


def test_small_whole_numbers_where_the_model_allows(variants: Run) -> None:
    plain = RELU.replace('cost    = "huber"\ndelta   = 0.5', 'cost = "half_squared_error"').replace("[1]", "[3.5]")
    Path("plain.toml").write_text(plain)
    assert variants("plain.toml", "--count", "20", "--style", "integers", "-o", "out")[0] == 0
    for text in texts("out").values():
        numbers = [part for part in text.partition("[numbers]")[0].split("\n") if "[" in part and "=" in part]
        assert not any("." in line.partition("=")[2] for line in numbers)
    assert all(float(row["exact"]) % 0.5 == 0 for row in rows("out"))
    code, _, said = variants("blog.toml", "--count", "2", "--style", "integers", "-o", "no")
    assert code == 2
    assert "O0 is made by sigmoid, which gives no whole numbers" in said
    assert not Path("no").exists()


# Sheets


def test_sheets_stand_beside_the_files_and_all_as_one(variants: Run) -> None:
    code, paths, _ = variants("circuit.toml", "--count", "3", "--to", "pdf,json", "--collate", "-o", "out")
    assert code == 0
    assert paths[4:] == [*(f"out/{name}.{to}" for name in ("01", "02", "03") for to in ("pdf", "json")), "out/all.pdf"]
    shown = subprocess.run([program("pdftotext"), "out/all.pdf", "-"], check=True, capture_output=True, text=True)
    single = [
        subprocess.run([program("pdftotext"), f"out/{name}.pdf", "-"], check=True, capture_output=True, text=True)
        for name in ("01", "02", "03")
    ]
    assert shown.stdout.count("\f") == sum(one.stdout.count("\f") for one in single)
    places = [shown.stdout.find(f"({name})") for name in ("01", "02", "03")]
    assert -1 not in places
    assert places == sorted(places)


def test_a_part_stands_before_the_suffix(variants: Run) -> None:
    code, paths, _ = variants("blog.toml", "--count", "1", "--to", "markdown", "--part", "question,key", "-o", "out")
    assert code == 0
    assert {"out/01.question.md", "out/01.key.md"} <= set(paths)
    assert "(01)" in Path("out/01.question.md").read_text()
    for row in rows("out"):  # the key has every answer, the question none that is not given
        assert row["shown"].lstrip("-") in Path("out/01.key.md").read_text()


# What is refused


@pytest.mark.parametrize(
    ("ids", "arguments", "path"),
    [
        ("all\nb\n", ("--to", "pdf", "--collate"), "out/all.pdf"),
        ("01\n01.key\n", ("--to", "pdf", "--part", "key,solution"), "out/01.key.pdf"),
    ],
)
def test_files_that_would_be_called_alike_are_refused(
    variants: Run, ids: str, arguments: tuple[str, ...], path: str
) -> None:
    Path("ids.csv").write_text(ids)
    code, _, said = variants("blog.toml", "--roster", "ids.csv", "-o", "out", *arguments)
    assert code == 2
    assert f"{path}: what is made for" in said
    assert not Path("out").exists()


def test_nothing_else_is_overwritten(variants: Run) -> None:
    assert variants("blog.toml", "--count", "2", "-o", "out")[0] == 0
    assert variants("blog.toml", "--count", "2", "-o", "out")[0] == 0  # the same bytes
    assert variants("blog.toml", "--count", "3", "-o", "out")[0] == 0  # one more, and his answers
    assert {row["id"] for row in rows("out")} == {"01", "02", "03"}
    before = texts("out")
    code, _, said = variants("blog.toml", "--count", "3", "--seed", "1", "-o", "out")
    assert code == 2
    assert "out/01.toml: exists already with something else in it, and is not overwritten" in said
    assert texts("out") == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("blog.toml", "-o", "out"), "--count 30"),
        (("blog.toml", "--count", "2", "--roster", "ids.csv", "-o", "out"), "not both"),
        (("blog.toml", "--count", "0", "-o", "out"), "--count 0: expected a whole number from 1"),
        (("blog.toml", "--count", "-3", "-o", "out"), "--count -3"),
        (("blog.toml", "--count", "2"), "-o"),
        (("blog.toml", "--count", "2", "-o", "blog.toml"), "blog.toml: a file; expected a folder"),
        (("blog.toml", "--count", "2", "-o", "-"), "expected a folder"),
        (("blog.toml", "--roster", "none.csv", "-o", "out"), "none.csv: no such file"),
        (("blog.toml", "--count", "2", "--keep", "input", "-o", "out"), 'did you mean "inputs"?'),
        (("circuit.toml", "--count", "2", "--keep", "q", "-o", "out"), "expected x, y, z, given or parameters"),
        (("circuit.toml", "--count", "2", "--keep", "given", "-o", "out"), "beside what is kept, no number"),
        (("blog.toml", "--count", "2", "--part", "key", "-o", "out"), "--part: no format is named"),
        (("blog.toml", "--count", "2", "--collate", "-o", "out"), "--collate: no format is named"),
        (("blog.toml", "--count", "2", "--to", "html", "--collate", "-o", "out"), "expected pdf"),
        (("blog.toml", "--count", "2", "--to", "pdf", "--part", "keys", "-o", "out"), 'did you mean "key"?'),
        (("blog.toml", "--count", "2", "--to", "json", "--part", "key", "-o", "out"), "json shows only the whole"),
        (("blog.toml", "--count", "2", "--to", "word", "-o", "out"), "no format is called"),
    ],
)
def test_a_command_that_cannot_be_done_is_a_sentence(variants: Run, arguments: tuple[str, ...], says: str) -> None:
    Path("ids.csv").write_text("a1\n")
    code, paths, said = variants(*arguments)
    assert (code, paths) == (2, [])
    assert says in said
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("roster", "says"),
    [
        ("", "ids.csv: an empty file"),
        ("id\n", "ids.csv: no id"),
        ("id\na1\n../b2\n", 'ids.csv:3: the id "../b2"'),
        ("a1\na 2\n", 'ids.csv:2: the id "a 2"'),
        ("a1\n.b2\n", 'ids.csv:2: the id ".b2"'),
        ("a1\nc3.\n", 'ids.csv:2: the id "c3."'),
        ("a1\nnul\n", 'ids.csv:2: the id "nul"; expected another: Windows keeps that name for a device'),
        # One letter, and the same written as two signs.
        ("id\n\u00e4\na\u0308\n", 'ids.csv:3: the id "\u00e4" again; expected each id once: it stands on line 2'),
        ("a1\n=1+2\n", 'ids.csv:2: the id "=1+2"'),
        ("x,id\na1,1\n,2\n", "ids.csv:3: a row without an id"),
        ("a1\nb2\nA1\n", 'ids.csv:3: the id "A1" again; expected each id once: it stands on line 1'),
        ("a1\nanswers2\n" + "b" * 101 + "3\n", "ids.csv:3: an id of 102 characters"),
    ],
)
def test_a_roster_that_cannot_be_used_is_told_with_its_lines(variants: Run, roster: str, says: str) -> None:
    Path("ids.csv").write_text(roster)
    code, _, said = variants("blog.toml", "--roster", "ids.csv", "-o", "out")
    assert code == 2
    assert says in said
    assert not Path("out").exists()


def test_an_input_is_not_overwritten(variants: Run) -> None:
    Path("01.toml").write_text(BLOG)
    code, _, said = variants("01.toml", "--count", "2", "-o", ".")
    assert code == 2
    assert "the network file itself is not overwritten" in said
    assert Path("01.toml").read_text() == BLOG
    Path("answers.csv").write_text("a1\n")
    code, _, said = variants("blog.toml", "--roster", "answers.csv", "-o", ".")
    assert code == 2
    assert "the roster itself is not overwritten" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (NEURON + "decimals = 0", "an asked value is 0, or erased by the rounding (Cost"),
        (
            NEURON.replace("[0.4]", "[0]").replace("[0.7]", "[0]").replace("[0.1]", "[0]").replace("0.6", "1"),
            "no number of it can vary",
        ),
        (NEURON.replace("sigmoid", "log(z)").replace("[0.4]", "[-0.4]").replace("0.7", "-0.7") + "", "--keep"),
    ],
)
def test_where_no_numbers_will_do_the_condition_is_named(variants: Run, text: str, says: str) -> None:
    Path("hard.toml").write_text(text)
    arguments = ("hard.toml", "--count", "2", "-o", "out")
    code, _, said = variants(*arguments)
    if says == "--keep":  # a logarithm of what may be negative: the numbers that give none are drawn again
        assert code == 0
        return
    assert code == 2
    assert says in said
    assert not Path("out").exists()


def test_where_a_model_has_too_few_numbers_for_all_it_is_said(variants: Run) -> None:
    Path("few.toml").write_text(NEURON)
    arguments = ("--keep", "inputs,weights,targets", "-o", "out")
    code, _, said = variants("few.toml", "--count", "40", *arguments)
    assert code == 2
    assert "another id has the same inputs and weights" in said
    assert not Path("out").exists()
    assert variants("few.toml", "--count", "6", *arguments)[0] == 0
    assert len({text.partition("biases")[2] for text in texts("out").values()}) == 6
