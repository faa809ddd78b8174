"""``derive grade`` as a lecturer meets it: points, what is left open, what is told, and what is never written."""

from __future__ import annotations

import csv
import io
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

import derive as package
from derive.course.marking.effort import Effort
from tests.course.simulated import EXAMPLES
from tests.publish.tools import module
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

BLOG = EXAMPLES / "blog-2-3-1.toml"

#: The blog's own numbers, as its page prints them.
RIGHT = {
    "z0": "2.87", "O0": "0.9463", "O3": "0.6445", "Cost": "0.0380", "dCost/dO3": "-0.2755", "dO3/dz3": "0.2291",
    "dCost/dz3": "-0.0631", "dCost/dw6": "-0.0597", "dCost/dO0": "-0.0568",
}  # fmt: skip


def written(rows: dict[str, dict[str, str]], separator: str = ",") -> str:
    """A list: by id, what stands otherwise than it should."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=separator, lineterminator="\n")
    lines.writerow(["id", *RIGHT])
    for each, other in rows.items():
        lines.writerow([each, *{**RIGHT, **other}.values()])
    return text.getvalue()


def marks() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(Path("marked/marks.csv").read_text().splitlines())}


def totals() -> dict[str, tuple[str, str]]:
    return {each: (row["points"], row["of"]) for each, row in marks().items()}


def network(exercise: str) -> str:
    Path("net.toml").write_text(f"{BLOG.read_text()}\n[exercise]\n{exercise}\n")
    return "net.toml"


def grade(derive: Derive, rows: dict[str, dict[str, str]], file: str = str(BLOG), *more: str):  # noqa: F811
    Path("class.csv").write_text(written(rows))
    return derive("grade", file, "--claims", "class.csv", "-o", "marked", *more)


# Points


def test_right_wrong_and_missing(derive: Derive) -> None:  # noqa: F811
    result = grade(derive, {"a": {}, "b": {"dCost/dO0": "0.1234"}, "c": {"O3": "", "Cost": "-"}})
    assert (result.code, result.err) == (0, "")
    assert totals() == {"a": ("9", "9"), "b": ("8", "9"), "c": ("7", "9")}
    assert marks()["b"]["dCost/dO0"] == "0"


def test_points_shares_and_what_keeps_some(derive: Derive) -> None:  # noqa: F811
    file = network(
        'ask = ["dCost/dO3", "dCost/dz3", "dCost/dw6"]\npoints = {"dCost/dO3" = 2, "dCost/dw6" = 3}\n'
        "carried = 0.5\npartial = {sign = 0.25}"
    )
    turned = {"dCost/dO3": "0.2755", "dCost/dz3": "0.0631", "dCost/dw6": "0.0597"}
    strange = {"dCost/dO3": "0.4321"}
    assert grade(derive, {"a": {}, "turned": turned, "strange": strange}, file).code == 0
    # A turned sign keeps a quarter of 2, and half of 1 and of 3 is carried; what no mistake explains keeps nothing.
    assert totals() == {"a": ("6", "6"), "turned": ("2.5", "6"), "strange": ("4", "6")}
    assert list(marks()["a"]) == ["id", "points", "of", "dCost/dO3", "dCost/dz3", "dCost/dw6"]
    page = Path("marked/feedback/turned.md").read_text().replace("\u00a0", " ")
    assert "1.5 points lost, as that mistake keeps 0.5 points." in page


def test_the_number_of_outputs_added_or_lost(derive: Derive) -> None:  # noqa: F811
    """By hand: O = (3, 2, 2), errors (3, 1, -2), a cost of 14/3 and derivatives of 2/3 of the errors."""
    Path("net.toml").write_text(
        """[network]
inputs = [1, 2]
targets = [0, 1, 4]
cost = "mean_squared_error"
[[network.layers]]
activation = "identity"
weights = [[1, 1], [2, 0], [0, 1]]
[exercise]
ask = ["Cost", "dCost/dO0", "dCost/dO1", "dCost/dO2"]
partial = {"factor-n" = 0.5}
"""
    )
    Path("class.csv").write_text(
        "id,Cost,dCost/dO0,dCost/dO1,dCost/dO2\nright,4.6667,2,0.6667,-1.3333\n"
        "times,4.6667,6,2,-4\nover,4.6667,0.6667,0.2222,-0.4444\ncost,1.5556,2,0.6667,-1.3333\n"
    )
    assert derive("grade", "net.toml", "--claims", "class.csv", "-o", "marked").code == 0
    # Half of the line with the mistake is kept; what makes it again follows from it.
    assert totals() == {"right": ("4", "4"), "times": ("3.5", "4"), "over": ("3.5", "4"), "cost": ("3.5", "4")}
    says = {each: Path(f"marked/feedback/{each}.md").read_text() for each in ("times", "over", "cost")}
    assert "It is 3 times the right value: the number of outputs was added or lost" in says["times"]
    assert "It is 1/3 of the right value: the number of outputs was added or lost" in says["over"]
    assert "It is 1/3 of the right value: the number of outputs was added or lost" in says["cost"]


def test_an_unsure_mistake_keeps_nothing(derive: Derive) -> None:  # noqa: F811
    """Of one digit a turned sign is a guess: half of all such numbers have the other sign."""
    Path("class.csv").write_text("id,dCost/dO3\nshort,0.3\nlong,0.2755\n")
    assert derive("grade", network("partial = {sign = 1}"), "--claims", "class.csv", "-o", "marked").code == 0
    assert totals() == {"short": ("0", "1"), "long": ("1", "1")}


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ({"P[3,1]": "1.0727", "C": "3.0934"}, 0),  # both doubled; the cost takes P[3,2] of this sample, and not P[3,1]
        ({"dC/dZ[3,3]": "-0.0658", "C": "-1.5467"}, 0),  # two signs
        ({"P[3,1]": "0.5363", "C": "1.5467"}, 2),
    ],
)
def test_two_slips_are_no_one_mistake(derive: Derive, answers: dict[str, str], points: int) -> None:  # noqa: F811
    """Of the softmax of three samples, by PyTorch: P[3,1] = 0.5363, dC/dZ[3,3] = 0.0658, C = 1.5467."""
    table = csv.writer(file := io.StringIO())
    table.writerows([["id", *answers], ["a", *answers.values()]])
    Path("class.csv").write_text(file.getvalue())
    assert derive("grade", str(EXAMPLES / "softmax-3-samples-adam.toml"), "--claims", "class.csv", "-o", "m").code == 0
    row = next(csv.DictReader(Path("m/marks.csv").read_text().splitlines()))
    assert (row["points"], row["of"]) == (str(points), "2")


def test_what_came_easy_is_not_carried(derive: Derive) -> None:  # noqa: F811
    """With an output of 1 the slope O (1 - O) is 0, and all that it is a factor of: nothing is left to be done."""
    easy = {"O3": "1.0000", "Cost": "0.0032", "dCost/dO3": "0.0800"}
    easy |= dict.fromkeys(("dO3/dz3", "dCost/dz3", "dCost/dw6", "dCost/dO0"), "0.0000")
    result = grade(derive, {"easy": easy})
    assert result.code == 0
    row = marks()["easy"]
    assert [row[name] for name in RIGHT] == ["1", "1", "0", "1", "1", "0", "0", "0", "0"]
    assert "no points carried for dO3/dz3, dCost/dz3, dCost/dw6, dCost/dO0: an earlier mistake" in result.err
    assert "an earlier answer of yours was used" in Path("marked/feedback/easy.md").read_text()


def test_what_takes_the_same_work_is_carried(derive: Derive) -> None:  # noqa: F811
    """With 0.5 for the output everything behind it has to be worked out: 0.5·0.5, -0.42·0.25, -0.105·0.9463 …"""
    other = {"O3": "0.5000", "Cost": "0.0882", "dCost/dO3": "-0.4200", "dO3/dz3": "0.2500", "dCost/dz3": "-0.1050"}
    other |= {"dCost/dw6": "-0.0994", "dCost/dO0": "-0.0945"}
    grade(derive, {"a": other})
    assert totals() == {"a": ("8", "9")}


def test_a_sum_of_which_one_term_is_gone_is_carried(derive: Derive) -> None:  # noqa: F811
    """With O0 = 0 three terms of z3 are left: -0.4999 + 0.0430 + 0.2; its own weight gets 0 without any work."""
    other = {"O0": "0.0000", "O3": "0.4361", "Cost": "0.1171", "dCost/dO3": "-0.4839", "dO3/dz3": "0.2459"}
    other |= {"dCost/dz3": "-0.1190", "dCost/dw6": "0.0000", "dCost/dO0": "-0.1071"}
    grade(derive, {"a": other})
    assert [marks()["a"][name] for name in RIGHT] == ["1", "0", "1", "1", "1", "1", "1", "0", "1"]


def test_a_term_that_a_target_leaves_out_needs_no_value(derive: Derive) -> None:  # noqa: F811
    """The first sample is of the last class, so its cost is -ln(O2); nobody takes the logarithm of a negative O1."""
    cost = f"{-math.log(0.2678):.3f}"
    Path("class.csv").write_text(f"id,O1[1],O2[1],Cost[1]\na,-0.6804,0.2678,{cost}\n")
    assert derive("grade", str(EXAMPLES / "softmax-2-3.toml"), "--claims", "class.csv", "-o", "m").code == 0
    row = next(csv.DictReader(Path("m/marks.csv").read_text().splitlines()))
    assert [row[name] for name in ("O1[1]", "O2[1]", "Cost[1]")] == ["0", "0", "1"]


# What is left open


def test_what_cannot_be_read_is_left_open(derive: Derive) -> None:  # noqa: F811
    result = grade(derive, {"a": {"z0": "2,8,7"}, "b": {}})
    assert result.code == 2
    assert result.err.startswith("class.csv:2: a.z0: ")
    assert totals() == {"a": ("8", "8"), "b": ("9", "9")}
    assert marks()["a"]["z0"] == ""
    assert "not judged yet" in Path("marked/feedback/a.md").read_text()


def test_a_number_of_too_few_digits_earns_nothing_by_itself(derive: Derive) -> None:  # noqa: F811
    """1 is what is left of 0.6445 without decimals: it is not wrong, and says nothing; and 1 - 0.92 goes on from it."""
    result = grade(derive, {"a": {"O3": "1"}, "b": {"O3": "1", "dCost/dO3": "0.08"}})
    assert result.code == 0
    assert totals() == {"a": ("8", "8"), "b": ("7", "7")}
    assert "class.csv: a: left open, O3: It has too few digits" in result.err
    assert "class.csv: b: left open, dCost/dO3: It goes on from an answer that has too few digits" in result.err


def test_of_two_answers_to_one_question_the_worse_counts(derive: Derive) -> None:  # noqa: F811
    Path("class.csv").write_text("id,z0,z0\nsure,2.87,2.87\nhedged,2.87,2.78\n")
    assert derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked").code == 0
    assert totals() == {"sure": ("1", "1"), "hedged": ("0", "1")}


def test_an_unknown_name_that_may_be_meant(derive: Derive) -> None:  # noqa: F811
    Path("papers").mkdir()
    Path("papers/a.csv").write_text("z0,2.87\ndCost/w6,-0.0597\n")
    Path("papers/b.csv").write_text("z0,2.87\ndCost/dw6,-0.0597\n")
    result = derive("grade", str(BLOG), "--claims", "papers", "-o", "marked")
    assert result.code == 0
    assert totals() == {"a": ("1", "1"), "b": ("2", "2")}
    assert "papers/a.csv: dCost/w6 (line 2) is not judged: No such quantity" in result.err


def test_a_formula_of_unknown_names_is_left_open_and_told_once(derive: Derive) -> None:  # noqa: F811
    result = grade(derive, {"a": {"O3": "sigmoid(net)"}})
    assert (result.code, totals()["a"]) == (0, ("8", "8"))
    assert result.err == 'class.csv: a: O3 (line 2) is not judged: "net" in it is no quantity of this network.\n'


# What is handed in

EXPORTS = {
    "semicolons": "Matrikel;z0;O3\n1;2,87;0,6445\n2;2,78;0,6445\n",
    "moodle": (
        'Surname,First name,"ID number","Email address",Status,Started,Completed,Duration,"Grade/10.00",'
        '"Question 1","Response 1","Right answer 1","Question 2","Response 2","Right answer 2"\n'
        "Doe,Anna,1,a@b.c,Finished,7 May,7 May,1 min,10.00,z0 =,2.87,2.87,O3 = ?,0.6445,0.6445\n"
        "Roe,Ben,2,b@b.c,Finished,7 May,7 May,1 min,5.00,z0 =,2.78,2.87,O3 = ?,0.6445,0.6445\n"
        '"Overall average",,,,,,,,7.50,,,,,,\n'
    ),
    "moodle without numbers": (
        "Surname,First name,ID number,Email address,z0,O3\nDoe,Anna,,1,2.87,0.6445\nDoe,Ben,,2,2.78,0.6445\n"
    ),
    "canvas": (
        'name,id,sis_id,section,submitted,attempt,"101: z0",1.0,"102: O3",1.0,n correct,n incorrect,score\n'
        "Anna Doe,1,a,S,2026-05-07,1,2.87,1.0,0.6445,1.0,2,0,2.0\n"
        "Ben Roe,2,b,S,2026-05-07,1,2.78,0.0,0.6445,1.0,1,1,1.0\n"
    ),
    "canvas gradebook": (
        "Student,ID,SIS User ID,SIS Login ID,Section,z0 (123),O3 (124),Current Score,Unposted Final Score\n"
        ",,,,,Manual Posting,Manual Posting,(read only),(read only)\n"
        "    Points Possible,,,,,1,1,(read only),(read only)\n"
        '"Doe, Anna",1,a,a1,S,2.87,0.6445,9,9\n"Roe, Ben",2,b,b1,S,2.78,0.6445,8,8\n'
    ),
    "blackboard": (
        "Username,Last Name,First Name,"
        "Question ID 1,Question 1,Answer 1,Possible Points 1,Auto Score 1,Manual Score 1,"
        "Question ID 2,Question 2,Answer 2,Possible Points 2,Auto Score 2,Manual Score 2\n"
        "1,Doe,Anna,Question ID 1,What is the value of z0?,2.87,1,1,,Question ID 2,O3 = ?,0.6445,1,1,\n"
        "2,Roe,Ben,Question ID 1,What is the value of z0?,2.78,1,0,,Question ID 2,O3 = ?,0.6445,1,1,\n"
    ),
    "google forms": (
        '"Timestamp","Username","Total score","Work out z0.","Work out z0. [Score]","Work out z0. [Feedback]",'
        '"What is the value of O3? (4 decimals)","What is the value of O3? (4 decimals) [Score]",'
        '"What is the value of O3? (4 decimals) [Feedback]"\n'
        '"2026/05/07 9:00:00 AM GMT+2","1","2.00 / 2","2.87","1.00 / 1","","0.6445","1.00 / 1",""\n'
        '"2026/05/07 9:01:00 AM GMT+2","2","1.00 / 2","2.78","0.00 / 1","","0.6445","1.00 / 1",""\n'
    ),
    "microsoft forms": (
        "ID,Start time,Completion time,Email,Name,Total points,Quiz feedback,Grade posted time,"
        "z0,Points - z0,Feedback - z0,What is O3?,Points - What is O3?,Feedback - What is O3?,Last modified time\n"
        "1,5/7/26 9:00,5/7/26 9:09,a@b.c,Anna Doe,2,,,2.87,1,,0.6445,1,,\n"
        "2,5/7/26 9:01,5/7/26 9:10,b@b.c,Ben Roe,1,,,2.78,0,,0.6445,1,,\n"
    ),
}
#: What a course exports that tells how many points somebody has, and no answer: nobody takes points for answers.
WITHOUT_ANSWERS = {
    "gradescope": (
        "First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status,Submission ID,Submission Time,"
        "Lateness (H:M:S),View Count,Submission Count,1: z0 (1.0 pts),2.1: O3 (1.0 pts)\n"
        "Anna,Doe,1,a@b.c,S,2.0,2.0,Graded,11,2026-05-07 09:09:00 +0200,00:00:00,1,1,1.0,1.0\n"
    ),
    "moodle grades": (
        "Surname,First name,Email address,State,Started on,Completed,Time taken,Grade/2.00,Q. 1 /1.00,Q. 2 /1.00\n"
        "Doe,Anna,a@b.c,Finished,7 May,7 May,1 min,2.00,1.00,1.00\n"
    ),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_lists_as_courses_export_them(derive: Derive, export: str) -> None:  # noqa: F811
    Path("class.csv").write_text(EXPORTS[export])
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked")
    assert (result.code, result.err) == (0, "")
    assert totals() == {"1": ("2", "2"), "2": ("1", "2")}
    for page in Path("marked").rglob("*.*"):
        assert not {"Anna", "Ben", "Doe", "Roe"} & set(page.read_text().split()), page


@pytest.mark.parametrize("export", WITHOUT_ANSWERS)
def test_a_list_of_points_is_not_taken_for_answers(derive: Derive, export: str) -> None:  # noqa: F811
    Path("class.csv").write_text(WITHOUT_ANSWERS[export])
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked")
    assert (result.code, Path("marked").exists()) == (2, False)
    assert result.err.startswith("class.csv:1: a list of papers without answers; expected heads that name quantities")


def test_answers_without_their_questions_are_told(derive: Derive) -> None:  # noqa: F811
    """Moodle leaves the question texts out where nobody asks for them; the message names no other head."""
    Path("class.csv").write_text("Last name,First name,Email address,Status,Response 1,Response 2\nDoe,A,a@b.c,F,1,2\n")
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked")
    assert (result.code, Path("marked").exists()) == (2, False)
    assert result.err.startswith('class.csv:1: the heads "Response 1" and "Response 2"; expected')


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Work out z0 = ?", "Work out O3 = ?"),
        ("Please give the value of z0", "Value of O3 (4 decimals)"),
        ("z0 - your answer", "O3 value"),
        ("What is z0?", "Please give O3 (4 decimals)."),
        ("Calculate z0, rounded to 4 decimal places:", "Find O3 to four significant digits"),
    ],
)
@pytest.mark.parametrize("heads_ask", [False, True], ids=["a question's own column", "a head"])
def test_questions_in_words_say_what_they_ask_for(derive: Derive, first: str, second: str, heads_ask: bool) -> None:  # noqa: F811
    table = f'id,"{first}","{second}"\n1,2.87,0.6445\n2,2.78,0.6445\n'
    if not heads_ask:
        rows = (f'{who},"{first}",{answer},"{second}",0.6445\n' for who, answer in ((1, "2.87"), (2, "2.78")))
        table = f"ID number,Question 1,Response 1,Question 2,Response 2\n{''.join(rows)}"
    Path("class.csv").write_text(table)
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked")
    assert (result.code, result.err) == (0, "")
    assert totals() == {"1": ("2", "2"), "2": ("1", "2")}


def test_a_question_that_may_ask_for_something_else_is_no_name(derive: Derive) -> None:  # noqa: F811
    Path("class.csv").write_text("ID number,Question 1,Response 1,O3\n1,What is the gradient of z0?,2.87,0.6445\n")
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked")
    assert (result.code, Path("marked").exists()) == (2, False)
    assert result.err.startswith('class.csv:1: the heads "Question 1" and "Response 1"; expected')


@pytest.mark.parametrize(
    ("head", "told"),
    [
        # What may ask for something else than a name in it: nobody guesses.
        ("id,O3,Points for z0", 'class.csv:1: the head "Points for z0"; expected'),
        ("id,z0,Response 2", 'class.csv:1: the head "Response 2"; expected'),
        ("id,z0,dCost/dw99", 'class.csv:1: the head "dCost/dw99"; expected'),
        ("id,z0,old value of z0", 'class.csv:1: the head "old value of z0"; expected'),
        ("id,new value of z0,O3", 'class.csv:1: the head "new value of z0"; expected'),
    ],
)
def test_a_column_that_means_nothing_is_told(derive: Derive, head: str, told: str) -> None:  # noqa: F811
    Path("class.csv").write_text(f"{head}\na,2.87,3\n")
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked")
    assert (result.code, Path("marked").exists()) == (2, False)
    assert result.err.startswith(told)


def test_a_row_that_cannot_be_used_leaves_the_others(derive: Derive) -> None:  # noqa: F811
    Path("class.csv").write_text("id,z0,O3\na,2.87,0.6445\n,2.87,0.6445\nb,2.87,0.6445\nb,1,1\nc,1,2,3\n")
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked")
    assert result.code == 2
    assert totals() == {"a": ("2", "2")}  # of b nobody knows which row counts
    *rows, last = result.err.splitlines()
    assert [line.split(":")[1] for line in rows] == ["3", "5", "6"]
    assert last == "class.csv: not marked, as it is not known which row counts: b"


@pytest.mark.parametrize("ids", [("#12", "#13"), ("#12", "s13")])
def test_ids_may_begin_with_the_sign_of_a_remark(derive: Derive, ids: tuple[str, str]) -> None:  # noqa: F811
    head, *rows = written({ids[0]: {}, ids[1]: {"z0": "3.01"}}).splitlines()
    Path("class.csv").write_text("\n".join(["# a remark, with a comma", head, "# nobody", *rows]))
    assert derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked").code == 0
    assert totals() == {ids[0]: ("9", "9"), ids[1]: ("8", "9")}


def test_a_column_of_numbers_may_be_called_by_its_sign(derive: Derive) -> None:  # noqa: F811
    Path("class.csv").write_text(written({"1": {}, "2": {}}).replace("id,", "#,", 1))
    assert derive("grade", str(BLOG), "--claims", "class.csv", "-o", "marked").code == 0
    assert totals() == {"1": ("9", "9"), "2": ("9", "9")}


def test_a_folder_of_papers_in_any_form(derive: Derive) -> None:  # noqa: F811
    for name, text in {
        "anna.toml": "z0 = 2.87\n",
        "group/ben.md": "| name | value |\n|-|-|\n| z0 | 2.78 |\n",
        "s1/answers.csv": "z0,2.87\n",
        "s2/answers.csv": "z0,2.87\n",
        "dora.json": '{"z0": "abc("}',
        "scan.pdf": "x",
    }.items():
        Path("papers", name).parent.mkdir(parents=True, exist_ok=True)
        Path("papers", name).write_text(text)
    result = derive("grade", str(BLOG), "--claims", "papers", "-o", "marked")
    assert result.code == 2
    assert totals() == {
        "anna": ("1", "1"), "dora": ("0", "0"), "ben": ("0", "1"), "s1": ("1", "1"), "s2": ("1", "1"),
    }  # fmt: skip
    assert 'papers/scan.pdf: a file with the suffix ".pdf"' in result.err
    assert "papers/dora.json:1: z0: " in result.err


def test_what_few_name_is_told(derive: Derive) -> None:  # noqa: F811
    Path("papers").mkdir()
    for name, text in {"a": "z0,2.87\nO3,0.6445\n", "b": "z0,2.87\n", "c": "z0,2.87\nw6,0.9\n"}.items():
        Path(f"papers/{name}.csv").write_text(text)
    result = derive("grade", str(BLOG), "--claims", "papers", "-o", "marked")
    assert (result.code, totals()) == (0, {"a": ("2", "2"), "b": ("1", "2"), "c": ("1", "2")})
    assert "fewer than half of 3 papers have O3 (1), which carry points for all" in result.err
    result = derive("grade", network('ask = ["z0"]'), "--claims", "papers", "-o", "marked")
    assert (result.code, result.err, totals()["c"]) == (0, "", ("1", "1"))


def test_nothing_that_could_be_marked(derive: Derive) -> None:  # noqa: F811
    Path("papers").mkdir()
    Path("papers/a.csv").write_text("w6,0.9\nfoo,3\n")
    result = derive("grade", str(BLOG), "--claims", "papers", "-o", "marked")
    assert (result.code, Path("marked").exists()) == (2, False)
    assert "nothing can be marked" in result.err


def test_each_paper_against_its_own_variant(derive: Derive) -> None:  # noqa: F811
    """With inputs 1 and 1 the first net input is 0.15 + 0.23 + 0.5 = 0.88."""
    Path("variants").mkdir()
    for each, inputs in {"a": "[2, 9]", "b": "[1, 1]", "c": "[3, 3]"}.items():
        Path(f"variants/{each}.toml").write_text(BLOG.read_text().replace("[2, 9]", inputs))
    Path("class.csv").write_text("id,z0\na,2.87\nb,0.88\nd,0.88\n")
    result = derive("grade", str(BLOG), "--claims", "class.csv", "--variants", "variants", "-o", "marked")
    assert result.code == 2
    assert totals() == {"a": ("1", "1"), "b": ("1", "1")}
    assert result.err.splitlines() == [
        "class.csv: d: not marked, as there is no variants/d.toml",
        "variants/c.toml: c has handed nothing in",
    ]


def test_a_spreadsheet_leaves_out_zeros(derive: Derive) -> None:  # noqa: F811
    Path("variants").mkdir()
    Path("variants/01.toml").write_text(BLOG.read_text())
    Path("class.csv").write_text("id,z0\n1,2.87\n")
    result = derive("grade", str(BLOG), "--claims", "class.csv", "--variants", "variants", "-o", "marked")
    assert (result.code, totals()) == (0, {"1": ("1", "1")})
    assert result.err.startswith("class.csv: 1: 1 is taken for 01")


def test_a_variant_of_another_model(derive: Derive) -> None:  # noqa: F811
    Path("variants").mkdir()
    Path("variants/a.toml").write_text(BLOG.read_text())
    Path("variants/b.toml").write_text((EXAMPLES / "recurrent-3-steps.toml").read_text())
    Path("class.csv").write_text("id,z0,O3\na,2.87,0.6445\nb,2.87,0.6445\n")
    result = derive("grade", str(BLOG), "--claims", "class.csv", "--variants", "variants", "-o", "marked")
    assert (result.code, totals()) == (2, {"a": ("2", "2")})
    assert "variants/b.toml: not marked: what is asked is not in it: z0, O3" in result.err


def test_of_two_papers_of_one_student_neither_is_marked(derive: Derive) -> None:  # noqa: F811
    Path("papers").mkdir()
    for name, text in {"a.csv": "z0,2.87\n", "a.toml": "z0 = 2.78\n", "b.csv": "z0,2.87\n"}.items():
        Path("papers", name).write_text(text)
    result = derive("grade", str(BLOG), "--claims", "papers", "-o", "marked")
    assert (result.code, totals()) == (2, {"b": ("1", "1")})


# What is written


def test_ids_are_no_formulas_and_no_paths(derive: Derive) -> None:  # noqa: F811
    ids = ["=1+1", "+1", "-1", "@x", "../up", "a/b", "a_b", "A_B", "con", "…", ".hidden", "\t=2"]
    result = grade(derive, {each: {} for each in ids})
    assert result.code == 0
    cells = [row["id"] for row in csv.DictReader(Path("marked/marks.csv").read_text().splitlines())]
    assert cells == ["'=1+1", "'+1", "'-1", "'@x", "../up", "a/b", "a_b", "A_B", "con", "…", ".hidden", "'=2"]
    names = sorted(path.name for path in Path("marked/feedback").iterdir())
    assert len({name.lower() for name in names}) == len(names) == len(ids)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") for name in names)
    assert not any(name.startswith((".", "-")) or name.lower().startswith("con.") for name in names)
    assert {path.name for path in Path().iterdir()} <= {"class.csv", "marked", "net.toml"}
    assert '"../up" is no name for a file' in result.err


def test_what_students_write_is_no_markup(derive: Derive) -> None:  # noqa: F811
    rows = {"<script>x</script>": {"z0": "<script>y</script>"}, "\u202eevil": {}}
    assert grade(derive, rows, str(BLOG), "--to", "html,markdown").code == 2
    for page in Path("marked").rglob("*.*"):
        text = page.read_text()
        assert ("<script>x" in text) == (page.name == "marks.csv")
        assert "<script>y" not in text
        assert ("\u202e" in text) == (page.name == "marks.csv")


def test_no_report_names_anybody(derive: Derive) -> None:  # noqa: F811
    grade(derive, {"zoe4711": {}, "max0815": {"z0": "3.1"}})
    for name in ("report.md", "report.html", "report.csv", "report-where.svg"):
        text = Path("marked", name).read_text()
        assert "zoe4711" not in text
        assert "max0815" not in text


def test_points_only_tells_no_right_value(derive: Derive) -> None:  # noqa: F811
    other = {"z0": "2.78", "dCost/dO3": "0.2755", "dCost/dw6": ""}
    assert grade(derive, {"a": other}, str(BLOG), "--points-only", "--to", "markdown,html").code == 0
    for name in ("a.md", "a.html"):
        text = Path("marked/feedback", name).read_text().replace("−", "-")
        assert "2.78" in text
        for right in ("2.87", "-0.2755", "0.0597", "sign", "exchanged", "transposed"):
            assert right not in text, (name, right)


def test_html_and_pdf(derive: Derive) -> None:  # noqa: F811
    assert grade(derive, {"a": {}}, str(BLOG), "--to", "html,pdf").code == 0
    assert Path("marked/feedback/a.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in Path("marked/feedback").iterdir()) == ["a.html", "a.pdf"]
    assert "too large" not in Path("marked/feedback/a.html").read_text()


def test_no_input_is_overwritten_and_nothing_half_written(derive: Derive) -> None:  # noqa: F811
    Path("marked").mkdir()
    Path("marked/marks.csv").write_text(written({"a": {}}))
    result = derive("grade", str(BLOG), "--claims", "marked/marks.csv", "-o", "marked")
    assert (result.code, len(list(Path("marked").iterdir()))) == (2, 1)
    assert "the paper itself is not overwritten" in result.err
    assert Path("marked/marks.csv").read_text() == written({"a": {}})
    Path("other/report.md").mkdir(parents=True)
    Path("class.csv").write_text(written({"a": {}}))
    result = derive("grade", str(BLOG), "--claims", "class.csv", "-o", "other")
    assert (result.code, [path.name for path in Path("other").iterdir()]) == (2, ["report.md"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--claims", "papers", "-o", "papers/marked"), "papers/marked: lies among the papers"),
        (("--claims", "class.csv"), "-o FOLDER: marks, feedback and report need a folder"),
        (("-o", "marked"), "--claims CLAIMS names what was handed in"),
        (("--claims", "class.csv", "-o", "class.csv"), "class.csv: a file; expected a folder"),
        (("--claims", "class.csv", "-o", "marked", "--to", "json"), "--to json: expected markdown, html or pdf here"),
        (("--claims", "class.csv", "-o", "marked", "--variants", "none"), "--variants none: no such folder"),
        (("--claims", "none.csv", "-o", "marked"), "none.csv: no such file"),
    ],
)
def test_what_is_asked_for_wrongly_is_a_sentence(derive: Derive, arguments: tuple[str, ...], told: str) -> None:  # noqa: F811
    Path("class.csv").write_text(written({"a": {}}))
    Path("papers").mkdir()
    Path("papers/a.csv").write_text("z0,2.87\n")
    result = derive("grade", str(BLOG), *arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert not Path("marked").exists()


# The class


def test_the_report_counts(derive: Derive) -> None:  # noqa: F811
    """Twelve papers: the last four turn the sign of the first derivative, and two of these have no number for O3."""
    turned = {"dCost/dO3": "0.2755", "dCost/dz3": "0.0631", "dCost/dw6": "0.0597", "dCost/dO0": "0.0568"}
    rows = {f"s{n}": {**(turned if n >= 8 else {}), **({"O3": ""} if n >= 10 else {})} for n in range(12)}
    assert grade(derive, rows).code == 0
    found = {row["quantity"]: row for row in csv.DictReader(Path("marked/report.csv").read_text().splitlines())}
    line = found["dCost/dO3"]
    assert (line["step"], line["right"], line["wrong"], line["first wrong"]) == ("1", "8", "4", "4")
    assert (line["mean"], line["mistakes"]) == ("0.667", "sign (4)")
    assert found["dCost/dz3"]["given an earlier mistake"] == "4"
    # Of two halves, 4 of 12 wrong and 2 of 12 short of a point, the two within the four: sqrt((2·8)/(10·4)).
    assert float(line["correlation"]) == pytest.approx(0.4**0.5, abs=6e-4)
    assert found["z0"]["correlation"] == ""
    page = Path("marked/report.md").read_text()
    assert "Nothing is wrong in eight papers." in page
    assert "Tells most" in page
    assert "| correlation |" in page
    assert "In twelve papers what is nearer to 0 than 0.58 may be chance." in page


def test_what_may_be_chance_is_not_called_odd(derive: Derive) -> None:  # noqa: F811
    """One slip in twelve papers may be chance; that the six who have all else right are wrong in one line is not."""
    weak = {"dCost/dw6": "0.1", "dCost/dO0": "0.1"}
    rows = {f"s{n}": {**(weak if n < 4 else {}), **({"z0": "2.5"} if n == 11 else {})} for n in range(12)}
    assert grade(derive, rows).code == 0
    assert "Is odd" not in Path("marked/report.md").read_text()
    rows = {f"s{n}": weak if n < 6 else {"z0": "2.5"} for n in range(12)}
    assert grade(derive, rows).code == 0
    assert "Is odd: $`z_0`$ (−1.00)" in Path("marked/report.md").read_text()


# Workbooks


@pytest.fixture
def workbook() -> Callable[..., None]:
    """Write a workbook: rows of cells, some with a format."""
    openpyxl = module("openpyxl")

    def write(rows: Sequence[Sequence[object]], formats: Mapping[str, str], *, other: bool = False) -> None:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for cell, form in formats.items():
            book.active[cell].number_format = form
        if other:
            book.create_sheet("notes").append(["see there"])
        book.save("class.xlsx")

    return write


def test_a_workbook(derive: Derive, workbook: Callable[..., None]) -> None:  # noqa: F811
    """A number keeps the zeros that it is shown with: 0.6 is right where it stands for 0.6445, 0.6000 is not."""
    rows = [["ID", "z0", "O3", "dCost/dO3"], [1, 2.87, 0.6445, -0.2755], ["b", "2,87", 0.64, "=1/0"], ["c", 2.78, 0.6]]
    workbook(rows, {"B2": "0.0000", "C3": "0.00%", "C4": "0.0000"})
    result = derive("grade", str(BLOG), "--claims", "class.xlsx", "-o", "marked")
    assert result.code == 0
    # 64.00 % and 0.6000 are no roundings of 0.6445; a formula that nobody has worked out leaves an empty cell.
    assert totals() == {"1": ("3", "3"), "b": ("1", "3"), "c": ("0", "3")}


def test_several_sheets_and_what_is_no_workbook(derive: Derive, workbook: Callable[..., None]) -> None:  # noqa: F811
    workbook([["id", "z0"], ["a", 2.87]], {}, other=True)
    result = derive("grade", str(BLOG), "--claims", "class.xlsx", "-o", "marked")
    assert (result.code, result.err) == (
        2, 'class.xlsx: several sheets that hold something: "Sheet" and "notes"; expected one\n',
    )  # fmt: skip
    Path("class.xlsx").write_bytes(b"PK\x03\x04 and so on")
    result = derive("grade", str(BLOG), "--claims", "class.xlsx", "-o", "marked")
    assert (result.code, result.err) == (
        2, "class.xlsx: a file that is no workbook; expected a workbook as spreadsheets save it (.xlsx)\n",
    )  # fmt: skip


def test_without_a_reader_of_workbooks(derive: Derive, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    Path("class.xlsx").write_bytes(b"PK")
    result = derive("grade", str(BLOG), "--claims", "class.xlsx", "-o", "marked")
    assert (result.code, Path("marked").exists()) == (3, False)
    assert "pip install openpyxl" in result.err


# What came easy


@pytest.mark.parametrize(
    ("file", "stated", "easy", "not_easy"),
    [
        # A rectifier that is off: its gate is looked at as any other, and shuts or lets pass without any work; what is
        # behind the gate is 0, where it was a product.
        ("rectifier-2-4-1", {"z0": "-1.5"}, "dCost/dw8 dCost/dw0", "O0 dO0/dz0 z4 dCost/dO0 dCost/dw10 dCost/dz0"),
        # Another cell is the largest: which one is, is looked at as before, and all that is handed on is a copy.
        (
            "conv-pool-dense",
            {"A[1,1]": "0.70", "P[1,1]": "0.70", "dL/dA[1,1]": "-0.2539", "dL/dA[2,2]": "0"},
            "",
            "dL/dA[1,1] dL/dA[2,2] dL/dZ[2,2] dL/dZ[1,1] dL/dK[1,1]",
        ),
        # A state of 0: the weight behind it has nothing to act on; of the next net input two terms are left.
        ("recurrent-3-steps", {"h[1]": "0"}, "y[1] dh[1]/dz[1] dE/dU", "z[2] dE/dV dE/dW"),
        ("recurrent-3-steps", {"h[3]": "1"}, "y[3] dh[3]/dz[3] dE/dz[3]", "dE/dy[3] dE/dh[3] E[3]"),
        # The error is 0 by a subtraction like any other; what it is a factor of, or squared in, is 0 at a glance.
        # A copy is a copy, also of a 0.
        ("blog-2-3-1", {"O3": "0.92"}, "Cost dCost/dz3 dCost/dw6 dCost/dO0", "dCost/dO3 dO3/dz3 dCost/db3"),
        # Nothing is multiplied by 1; of -1 the sign is to be turned.
        ("blog-2-3-1", {"dCost/dO3": "1"}, "dCost/dz3", "dCost/dw6"),
        ("blog-2-3-1", {"dCost/dO3": "-1"}, "", "dCost/dz3 dCost/dw6"),
        ("blog-2-3-1", {"z3": "0.6"}, "", "O3 Cost dCost/dO3 dO3/dz3 dCost/dz3 dCost/dw6 dCost/dO0 dCost/dz0"),
    ],
)
def test_what_an_earlier_number_leaves_to_do(file: str, stated: dict[str, str], easy: str, not_easy: str) -> None:
    quantities = package.solve(EXAMPLES / f"{file}.toml").auditor.quantities
    effort = Effort(quantities, {name: Decimal(text) for name, text in stated.items()})
    assert {name for name in (easy + " " + not_easy).split() if effort.came_easy(name)} == set(easy.split())


def test_a_few_papers_tell_nothing_of_a_line(derive: Derive) -> None:  # noqa: F811
    assert grade(derive, {f"s{n}": {"z0": "2.78"} if n else {} for n in range(5)}).code == 0
    page = Path("marked/report.md").read_text()
    assert "Five papers are too few to say: it takes 10 at least." in page
    assert "correlation" not in page
