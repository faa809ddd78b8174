"""Mistakes made on purpose at random lines of scripts, by a program that shares no code with what reads them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import derive
from derive.auditing.code.code_report import audit_script
from derive.spec.claims.code_cells import CodeCell
from tests.audit.code_scripts import SCRIPTS
from tests.audit.other_scripts import OTHERS

ROOT = Path(__file__).parents[2]
NETWORK = (ROOT / "examples/blog-2-3-1.toml").read_text() + "\n[update]\nlearning_rate = 0.5\n"
#: So many mistakes in each of the scripts.
EACH = 4


#: Each script with the file of its model.
ALL = {name: (script, NETWORK) for name, script in SCRIPTS.items()} | {
    name: (script, file if "\n" in file else (ROOT / "examples" / file).read_text())
    for name, (script, file) in OTHERS.items()
}


@cache
def solution(file: str) -> derive.Solution:
    return derive.solve(derive.loads(file))


def changes(line: str) -> Iterator[str]:
    """All that is tried in a line of code."""
    code = line[: line.index("  # ")]
    start = code.index("=") + 1
    head, body = code[:start], code[start:]
    swaps = [
        (r" \+ ", " - "),
        (r" - ", " + "),
        (r" \* ", " + "),
        (r" @ ", " * "),
        (r"\.T\b", ""),
        (r"\[0\]", "[1]"),
        (r"\[1\]", "[0]"),
        (r" \* \w+ \* \(1 - \w+\)", ""),
        (r"0\.5 \* ", ""),
        (r"np\.outer\((\w+), (\w+)\)", r"np.outer(\2, \1)"),
        (r"1 - ", "1 + "),
        (r"\*\* 2", "** 3"),
        (r"-(?=\w+\))", ""),
        (r"(\w+) - (\w+)\b(?!\[)", r"\2 - \1"),
        (r"\ba1\b", "a2"),
        (r"\bA1\b", "A2"),
        (r"\bO(\d)\b", lambda found: f"O{(int(found[1]) + 1) % 3}"),
        (r"\bw(\d)\b", lambda found: f"w{(int(found[1]) + 1) % 9}"),
        (r"\bh(\d)\b", lambda found: f"h{(int(found[1]) + 1) % 3}"),
        (r"\bdz(\d)\b", lambda found: f"dz{3 if found[1] != '3' else 0}"),
        (r" \+ (?:b\d|bias\w*|biases\[\d\]|b_\w+(?:\[j\])?|c|d)$", ""),
    ]
    for pattern, new in swaps:
        for found in re.finditer(pattern, body):
            changed = body[: found.start()] + re.sub(pattern, new, found[0]) + body[found.end() :]
            free = r" [\w.]+| \(\w+ - \w+\)" + (r"| \w+ - \w+" if line.endswith("# ~") else "")
            if changed != body and not re.fullmatch(free, changed):  # that may mean anything
                yield head + changed


def results(script: str) -> dict[str, object] | None:
    """What the names of one of our own scripts hold at its end; None where it does not run."""
    names: dict[str, object] = {"__name__": "script", "print": lambda *_: None}
    try:
        with np.errstate(all="ignore"):
            exec(compile(script, "script", "exec"), names)  # noqa: S102 - our own text
    except Exception:
        return None
    return names


def differ(one: dict[str, object], other: dict[str, object]) -> bool:
    """Whether a change changes anything that the script works out."""
    for name, value in one.items():
        before, after = numbers(value), numbers(other.get(name))
        if before != after:
            return True
    return False


def numbers(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for key in value if not str(key).startswith("__") for each in numbers(value[key])]
    if isinstance(value, list | tuple):
        return [each for part in value for each in numbers(part)]
    if isinstance(value, int | float | np.ndarray | np.generic):
        return [f"{number:.9g}" for number in np.asarray(value, dtype=float).ravel()]
    if hasattr(value, "__dict__") and not callable(value) and type(value).__module__ == "script":
        return numbers(vars(value))
    return []


@pytest.mark.parametrize("name", ALL)
def test_a_right_script_is_right(name: str) -> None:
    text, file = ALL[name]
    found = audit_script(solution(file).auditor, (CodeCell(text),))
    assert found.wrong == 0
    worked = {number for number, line in enumerate(text.split("\n"), start=1) if line.endswith("# *")}
    assert worked <= {claim.line for claim in found.claims if claim.verdict in ("agrees", "rounding")}


@pytest.mark.parametrize("name", ALL)
def test_mistakes_are_caught_and_right_lines_are_not_called_wrong(name: str) -> None:
    text, file = ALL[name]
    source = random.Random(name)  # noqa: S311
    lines = text.split("\n")
    right = results(text)
    assert right is not None
    options = [
        (number, changed)
        for number, line in enumerate(lines)
        if line.endswith(("# *", "# ~"))
        for changed in dict.fromkeys(changes(line))
    ]
    source.shuffle(options)
    made = caught = 0
    for number, changed in options:
        if made == EACH:
            break
        script = "\n".join([*lines[:number], changed, *lines[number + 1 :]])
        after = results(script)
        if after is not None and not differ(right, after):
            continue
        found = audit_script(solution(file).auditor, (CodeCell(script),))
        wrong = {claim.line for claim in found.claims if claim.verdict == "wrong"}
        made += 1
        caught += number + 1 in wrong
        assert wrong <= {number + 1}, changed
    assert made == EACH
    assert caught >= made - 1


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("arrays", "dW2 = np.outer(dz2, a1)", "dW2 = np.outer(a1, dz2)"),  # a row less a column is a matrix
        ("a training loop", "delta = (a2 - y) *", "delta = a2 *"),
        ("lists", "grad_w_out = [delta_out * h[0],", "grad_w_out = [h[0],"),
        ("columns of a batch", '"A2": A2}', '"A2": A1}'),  # what is put into a dict, and no quantity itself
        ("adding", "activation = np.dot(hidden_layer_output", "activation = 2 * np.dot(hidden_layer_output"),
        ("adding", "error = expected_output - predicted_output", "error = -(expected_output - predicted_output)"),
        ("logistic regression", "db = np.mean(y_hat - y)", "db = y_hat - y"),
        ("Mazur's names", "E_o2 = 0.5 *", "E_o2 = -0.5 *"),
        ("functions", "= backward(x, y, params, a1, a2)", "= backward(x, y, params, a2, a2)"),
    ],
)
def test_a_mistake_is_told_where_it_is_made_and_not_where_it_could_be_made_up_for(
    name: str, right: str, wrong: str
) -> None:
    text, file = ALL[name]
    assert text.count(right) == 1
    found = audit_script(solution(file).auditor, (CodeCell(text.replace(right, wrong)),))
    line = text[: text.index(right)].count("\n") + 1
    assert {claim.line for claim in found.claims if claim.verdict == "wrong"} == {line}


def test_changes_of_lists_keep_them_lists() -> None:
    text, file = ALL["lists"]
    right = "delta_out = (out - target) * out * (1 - out)"
    found = audit_script(solution(file).auditor, (CodeCell(text.replace(right, "delta_out = out * (1 - out)")),))
    assert right in text
    assert text.split(right)[0].count("\n") + 1 in {claim.line for claim in found.claims if claim.verdict == "wrong"}
