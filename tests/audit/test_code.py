"""Code read and judged: the post that the example comes from, notebooks and pages, and code that means harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.auditing.code.inferring import infer
from derive.auditing.data import Audit
from derive.cli import main
from derive.spec.claims.code_cells import CodeCell
from tests.audit.code_scripts import ARRAYS, INTERMEDIATES, SCRIPTS, STEP_BY_STEP

ROOT = Path(__file__).parents[2]
BLOG = ROOT / "examples/blog-2-3-1.toml"

#: The steps of the post with its mistakes, in its own names and comments.
POST = (
    STEP_BY_STEP.replace(
        "cost = round(0.5 * (target - neuron_O3) ** 2, 4)", "cost = round((target - neuron_O3) ** 2, 4)"
    )
    .replace(
        "dCost_dz0 = round(dCost_dO0 * dO0_dz0, 4)",
        "# Step 9 dCost/dz0\ndCost_dz0 = round(dCost_dO0 * dCost_dz0, 4)",
    )
    .replace("dCost_dw8 =", "# Step 6\n# dCost/dw7 = dCost/dz3 * dz3/dw8\ndCost_dw8 =")
    .replace("dO1_dz1 =", "dCost_db1 = dCost_dO1\n# Step 13 : Finding dO0/dz0\n# dO0/dz1 = O1 * (1 - O1)\ndO1_dz1 =")
    .replace("dCost_dz1 = round(dCost_dO1 *", "# Step 14 : Finding dCost/dz0\ndCost_dz1 = round(dCost_dz1 *")
    .replace("dCost_dw2 =", "# dCost/dw2 = dCost/dz1 * dz0/dw2\ndCost_dw2 =")
)


Judge = Callable[..., Audit]


@pytest.fixture
def audit(tmp_path: Path) -> Judge:
    solution = derive.solve(BLOG)

    def judge(text: str, name: str = "post.py") -> Audit:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (paper,) = solution.papers(path)
        return solution.audit(paper)

    return judge


def line_of(text: str, start: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(start))


def test_the_post_comes_out_with_its_defects(audit: Judge) -> None:
    found = audit(POST)
    wrong = {claim.name: claim for claim in found.claims if claim.verdict == "wrong"}
    assert set(wrong) == {"Cost", "dCost/dz0", "dCost/db1", "dCost/dz1"}
    assert wrong["Cost"].diagnosis[0].code == "factor-2"
    assert wrong["dCost/dz0"].diagnosis[0].code == "own-formula"
    assert "dCost_dz0 = round(dCost_dO0 * dO0_dz0, 4)" in wrong["dCost/dz0"].note
    assert wrong["dCost/db1"].diagnosis[0].code == "bias-from-output"
    assert wrong["dCost/dz1"].diagnosis[0].code == "own-formula"
    assert "dCost_dz1 = round(dCost_dO1 * dO1_dz1, 4)" in wrong["dCost/dz1"].note
    assert wrong["dCost/dz1"].line == line_of(POST, "dCost_dz1")
    erased = {claim.name for claim in found.claims if any(each.code == "erased" for each in claim.diagnosis)}
    assert erased == {"dCost/dz1", "dCost/dw2", "dCost/dw3"}


def test_comments_that_name_another_quantity_are_remarks(audit: Judge) -> None:
    notes = {claim.name: claim.note for claim in audit(POST).claims}
    assert "The comment's dCost/dw7 = dCost/dz3 * dz3/dw8 does not hold." in notes["dCost/dw8"]
    assert "The comment names dO0/dz0, where dO1/dz1 is worked out." in notes["dO1/dz1"]
    assert "The comment names dO0/dz1, which is 0: O0 does not depend on z1." in notes["dO1/dz1"]
    assert "The comment names dCost/dz0, where dCost/dz1 is worked out." in notes["dCost/dz1"]
    assert "The comment names dz0/dw2, which is 0" in notes["dCost/dw2"]


def test_an_undefined_name_stops_the_script(audit: Judge) -> None:
    found = audit(ARRAYS.replace("dz2 = da2 * a2", "dz2 = da_2 * a2"))
    wrong = [claim for claim in found.claims if claim.verdict == "wrong"]
    assert wrong[0].diagnosis[0].code == "undefined-name"
    assert wrong[0].line == line_of(ARRAYS, "dz2")


@pytest.mark.parametrize(
    ("line", "instead", "code"),
    [
        ("da1 = W2.T @ dz2", "da1 = W2 @ dz2", "transposed"),
        ("dW1 = np.outer(dz1, x)", "dW1 = np.outer(x, dz1)", "transposed"),
        ("z1 = W1 @ x + b1", "z1 = W1 * x + b1", "elementwise-product"),
        ("dz1 = da1 * a1 * (1 - a1)", "dz1 = da1 * a1", "factor-missing"),
        ("W1 = W1 - lr * dW1", "W1 = W1 + lr * dW1", "update-added"),
        ("loss = 0.5 * np.sum((y - a2) ** 2)", "loss = 1 // 2 * np.sum((y - a2) ** 2)", "integer-division"),
    ],
)
def test_mistakes_of_code_have_their_names(audit: Judge, line: str, instead: str, code: str) -> None:
    solution = derive.solve(derive.loads(BLOG.read_text() + "\n[update]\nlearning_rate = 0.5\n"))
    assert line in ARRAYS
    found = audit_script(solution.auditor, (CodeCell(ARRAYS.replace(line, instead)),))
    wrong = [claim for claim in found.claims if claim.verdict == "wrong"]
    assert {claim.line for claim in wrong} == {line_of(ARRAYS, line)}
    assert code in {each.code for each in wrong[0].diagnosis}


def test_what_is_no_quantity_is_said_to_be_none(audit: Judge) -> None:
    beside = {"accuracy", "percent", "norm"}
    found = {claim.written or claim.name: claim for claim in audit(INTERMEDIATES).claims if claim.verdict == "unknown"}
    assert beside <= set(found)
    assert all("Passed over" in claim.note for claim in found.values())


def notebook(*cells: tuple[str, str]) -> str:
    return json.dumps(
        {
            "nbformat": 4,
            "cells": [
                {
                    "cell_type": "code",
                    "source": source,
                    "outputs": [{"output_type": "execute_result", "data": {"text/plain": shown}}] if shown else [],
                }
                for source, shown in cells
            ],
        }
    )


def test_what_a_cell_shows_is_a_claim(audit: Judge) -> None:
    given = STEP_BY_STEP.split("net_z0 =")[0]
    right = "net_z0 = round(np.dot(features, w_hidden_0) + bias_0, 4)\nnet_z0"
    found = audit(notebook((given, ""), (right, "2.78")), "post.ipynb")
    (wrong,) = [claim for claim in found.claims if claim.verdict == "wrong"]
    assert (wrong.name, wrong.published, wrong.diagnosis[0].code) == ("z0", "2.78", "digits-transposed")
    assert audit(notebook((given, ""), (right, "2.87")), "post.ipynb").wrong == 0


def test_fences_of_a_page_are_read_beside_its_tables(audit: Judge) -> None:
    table = "| quantity | value |\n|---|---|\n| z0 | 2.78 |\n"
    page = f"# A post\n\n```python\n{STEP_BY_STEP}\n```\n\n{table}\n```bash\nw0 = 7\n```\n"
    found = audit(page, "post.md")
    (wrong,) = [claim for claim in found.claims if claim.verdict == "wrong"]
    assert (wrong.name, wrong.published) == ("z0", "2.78")
    assert {claim.line for claim in found.claims if claim.name == "Cost"} == {line_of(page, "cost = ")}


def test_code_in_a_text_is_read(audit: Judge) -> None:
    text = f"My first network.\nThe target is 92 %.\n{POST}\nThat is all, and more will follow.\n"
    assert audit(text, "post.txt").wrong == 4


def test_our_own_script_is_right(audit: Judge) -> None:
    script = derive.solve(BLOG).render("python")
    assert isinstance(script, str)
    found = audit(script)
    assert found.wrong == 0
    assert {"z0", "Cost", "dCost/dw0", "dCost/dw5"} <= {
        claim.name for claim in found.claims if claim.verdict == "agrees"
    }


HOSTILE = {
    "nested brackets": "x = " + "(" * 150 + "1" + ")" * 150,
    "signs without end": "x = " + "-" * 500 + "1\n",
    "huge powers": "x = 9**9**9**9\nz = 10**(10**8)\nw0 = 1e999\n",
    "dunder names": "import os\nos.system('exit 7')\nx = __import__('os')\nx = ().__class__\ne = __builtins__\n",
    "decorators": "import os\n@os.system\nclass A:\n    pass\nA().__class__.__mro__\n",
    "doubling": "x = 1\n" + "x = x + x\n" * 300,
    "doubling lists": "a = [1]\nb = [1]\n" + "a = [a, a]\nb.append(b)\n" * 60,
    "doubling calls": "f = lambda x: x + x\ny = " + "f(" * 50 + "3" + ")" * 50,
    "recursion": "def f(x):\n    return f(x) + f(x)\ny = f(1)\n",
    "large arrays": "import numpy as np\nx = np.zeros((100000, 100000))\nw = np.ones(3000)\nv = [0] * 10**9\n",
    "loops in loops": "for i in range(999):\n for j in range(999):\n  for k in range(999):\n   x = i + j + k\n",
    "an endless loop": "while True:\n    x = 1\n",
    "odd statements": "x, *y = 1, 2, 3\nx: int\nasync def f(): pass\nmatch x:\n    case 1: y = 2\ndel x\nglobal q\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_code_that_means_harm_does_nothing(audit: Judge, name: str) -> None:
    found = audit(HOSTILE[name])
    assert found.wrong == 0
    assert all(claim.verdict in ("agrees", "unknown") for claim in found.claims)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x = (1", "post.py"),
        ("9" * 6000 + " = x", "post.py"),
        ("[" * 9000, "post.ipynb"),
        ('{"cells": []}', "post.ipynb"),
    ],
)
def test_what_is_no_code_is_refused_with_a_sentence(audit: Judge, text: str, name: str) -> None:
    with pytest.raises(derive.DeriveError, match=r"no code of Python|no notebook|without code"):
        audit(text, name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_network_file_is_proposed_from_the_numbers_of_a_script(name: str) -> None:
    """The one that all of these scripts work out, whatever its numbers are called."""
    proposed, blog = derive.loads(infer((CodeCell(SCRIPTS[name]),))).file.dense, derive.load(BLOG).file.dense
    assert (proposed.inputs, proposed.targets, proposed.cost) == (blog.inputs, blog.targets, blog.cost)
    assert [layer.activation for layer in proposed.layers] == ["sigmoid", "sigmoid"]
    assert [layer.weights for layer in proposed.layers] == [layer.weights for layer in blog.layers]
    assert [layer.biases for layer in proposed.layers] == [layer.biases for layer in blog.layers]


def test_a_script_without_a_network_proposes_none() -> None:
    with pytest.raises(derive.DeriveError, match="a script in which no neuron is found"):
        infer((CodeCell("x = 1\ny = x + 2\n"),))


def test_what_is_proposed_is_written_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script, place = tmp_path / "post.py", tmp_path / "net.toml"
    script.write_text(ARRAYS)
    for code in (0, 2):
        with pytest.raises(SystemExit) as stopped:
            main(["audit", "--claims", str(script), "--infer", str(place)])
        assert stopped.value.code == code
    assert "exists already" in capfd.readouterr().err
    assert derive.solve(place).values["Cost"].shown == "0.03796"
