"""Steps over arrays in the JSON: each formula, read anew, gives the derivative that PyTorch finds."""

from __future__ import annotations

import json
import random
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

import derive
from derive.calculus.matrices import matrix_steps
from derive.model.references import index_of
from tests.models.evaluating import Evaluator, Program
from tests.models.operations import OPERATIONS, operation
from tests.models.random_arrays import random_arrays
from tests.models.random_equations import valid
from tests.pages.matrices import FILES, ROUNDED, entries_of, flat, settings
from tests.pages.reading import Policy

HERE = Path(__file__).parent


def data_of(source: Path | str, view: str, policy: Policy | None = None) -> dict[str, Any]:
    read = derive.load if isinstance(source, Path) else derive.loads
    return json.loads(derive.solve(read(source, settings(view, policy))).render("json"))  # type: ignore[operator, no-any-return]


def filled(nested: Any, values: dict[str, Any], key: str) -> Any:
    """Names in lists, with a text of each in its place."""
    return [filled(item, values, key) for item in nested] if isinstance(nested, list) else values[nested][key]


@pytest.mark.parametrize(("path", "policy"), ROUNDED, ids=lambda one: getattr(one, "stem", str(one)))
def test_the_views_have_the_same_numbers(path: Path, policy: Policy) -> None:
    scalar, both = (data_of(path, view, policy) for view in ("scalar", "both"))
    assert json.dumps(scalar["values"]) == json.dumps(both["values"])
    entries = entries_of(both)
    found: Counter[str] = Counter()
    derived = {step["target"] for step in scalar["steps"]}
    for number, step in enumerate(both["steps"], start=1):
        target = step["target"]
        assert step["number"] == number
        names = entries.get(target, target) if isinstance(step["exact"], list) else target
        for key in ("shown", "exact"):
            assert step[key] == filled(names, both["values"], key), target
        used = {entry for name in step["uses"] for entry in flat(entries.get(name, name))}
        assert used & derived <= found.keys(), f"{target} before what it uses"
        found.update(flat(names))
    assert found == Counter(step["target"] for step in scalar["steps"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_formula_gives_its_derivative(path: Path) -> None:
    data = data_of(path, "matrix")
    assert json.dumps(data) == json.dumps(data_of(path, "both"))
    entries = entries_of(data)

    def look(name: str) -> Any:
        exact = filled(entries.get(name, name), data["values"], "exact")
        return numpy.asarray(exact, dtype=numpy.float64)

    evaluator = Evaluator(look, numpy)
    for step in data["steps"]:
        found, expected = evaluator.formula(step["symbolic"]), look(step["target"])
        assert found.shape == expected.shape, step["target"]
        assert numpy.allclose(found, expected, rtol=1e-12, atol=1e-12), step["target"]
        assert set(step["uses"]) <= set(entries) | set(data["values"])
        if isinstance(step["exact"], list):
            assert all(set(factors) <= set(step["uses"]) for factors in step["factors"])


EXPECTED = [path for path in FILES if path.with_suffix(".expected.json").exists()]


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_the_numbers_are_those_that_were_worked_out_elsewhere(path: Path) -> None:
    values = data_of(path, "both")["values"]
    for name, number in json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8")).items():
        assert float(values[name]["exact"]) == pytest.approx(number, rel=1e-9, abs=1e-15), name


# Random models


def of_pytorch(text: str) -> None:
    """Every formula of a step over an array gives the gradient of PyTorch, from gradients of PyTorch."""
    torch = pytest.importorskip("torch")
    data = data_of(text, "both")
    program = Program(tomllib.loads(text), torch)
    read = Evaluator(program.look, torch)
    for step in data["steps"]:
        # What a function is applied to has no equation of its own, and no name for PyTorch.
        unnamed = any(name.endswith("_in") or "_in[" in name for name in (step["target"], *step["uses"]))
        if isinstance(step["exact"], list) and not unnamed:
            expected = program.look(step["target"]).numpy()
            exact = numpy.asarray(step["exact"], dtype=numpy.float64)
            for found in (read.formula(step["symbolic"]).detach().numpy(), exact):
                assert found.shape == expected.shape, step["target"]
                assert numpy.allclose(found, expected, rtol=1e-9, atol=1e-9), step["target"]


@pytest.mark.parametrize("made", [lambda seed: valid(random.Random(seed)), random_arrays], ids=["equations", "arrays"])  # noqa: S311
@pytest.mark.parametrize("seed", range(100, 200))
def test_every_value_and_derivative_is_pytorchs(made: Callable[[int], str], seed: int) -> None:
    """Graphs with arrays, indices and shared parameters: each number, and the last equation's derivative by each."""
    torch = pytest.importorskip("torch")
    text = made(seed)
    program = Program(tomllib.loads(text), torch)
    values = derive.solve(derive.loads(text)).values
    goal = program.goal
    local = [name for name in values if "/" in name and not name.startswith(f"d{goal}/")]
    for name, value in values.items():
        if name not in local and "_in" not in name:  # what a function is applied to has no equation of its own
            expected = program.look(name).item()
            assert float(value.exact) == pytest.approx(expected, rel=1e-9, abs=1e-9), f"{name}\n{text}"
    learnt = [name for name in values if name.startswith(f"d{goal}/dW[") or name == f"d{goal}/dw"]
    assert learnt or "arrays" in text.casefold()


@pytest.mark.parametrize("seed", range(40))
def test_pytorch_finds_the_same_in_random_arrays(seed: int) -> None:
    of_pytorch(random_arrays(seed))


@pytest.mark.parametrize("equations", OPERATIONS)
def test_pytorch_finds_the_same_of_each_operation(equations: str) -> None:
    of_pytorch(operation(equations))


@pytest.mark.parametrize("seed", range(20))
def test_pytorch_finds_the_same_in_random_equations(seed: int) -> None:
    of_pytorch(valid(random.Random(seed)))  # noqa: S311


def test_products_of_the_members_of_a_family() -> None:
    """A family of matrices has three dimensions, and none of its own products; PyTorch's own sums over the members."""
    of_pytorch("""
[given]
X = [[[0.1, 0.2], [0.3, -0.1]], [[0.4, -0.2], [0.2, 0.5]]]
[parameters]
W = [[0.3, -0.2], [0.5, 0.1]]
V = [[0.2, 0.6], [-0.4, 0.3]]
[index]
n = "1..2"
[model]
equations = '''
Q[n] = X[n] @ W
K[n] = X[n] @ V
S[n] = Q[n] @ K[n].T
A[n] = softmax(S[n], axis=1)
E[n] = sum(A[n]**2)
L = mean(E[n], n)
'''
""")


def test_a_longer_recurrence_takes_no_more_looking_up_for_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches a member is found by its name, not by going through all members."""
    looked_up = 0

    def counting(name: str) -> tuple[int, ...]:
        nonlocal looked_up
        looked_up += 1
        return index_of(name)

    monkeypatch.setattr(matrix_steps, "index_of", counting)
    each = []
    for count in (10, 80):
        looked_up, steps = 0, f"h[0] = zeros(2)\nz[t] = w*t + U @ h[t-1]\nh[t] = tanh(z[t])\nC = sum(h[{count}])\n"
        text = f"[parameters]\nw = [0.1, 0.2]\nU = [[0.1, 0.2], [0.3, 0.4]]\n[index]\nt = '1..{count}'\n[model]\n"
        assert derive.solve(derive.loads(f"{text}equations = '''\n{steps}'''\n")).render("json")
        each.append(looked_up / count)
    assert each[1] <= 1.2 * each[0]
