"""The files that ``derive new --model`` writes: their derivatives against PyTorch, and all that a page of them needs.

Each kind is worked out once more here, from the numbers of its file, in plain PyTorch.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import derive
from derive.outputs import all_formats
from derive.spec.schema import json_schema
from derive.spec.starters import kinds, text_of

torch = pytest.importorskip("torch")

Tensors = Mapping[str, Any]

#: The slope of a squashing function under which a teacher would call it saturated.
FLAT = 0.02


class Squashing:
    """The sigmoid and tanh, which note how steep they are at what they were given."""

    def __init__(self) -> None:
        self.slopes: list[float] = []

    def sigmoid(self, z: Any) -> Any:
        p = 1 / (1 + torch.exp(-z))
        self.slopes += (p * (1 - p)).flatten().tolist()
        return p

    def tanh(self, z: Any) -> Any:
        a = torch.tanh(z)
        self.slopes += (1 - a**2).flatten().tolist()
        return a


def attention(n: Tensors, f: Squashing) -> Any:
    q, k, v = (n["X"] @ n[name] for name in ("W_Q", "W_K", "W_V"))
    out = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
    return ((out - n["Y"]) ** 2).sum() / 2


def batch(n: Tensors, f: Squashing) -> Any:
    hidden = f.tanh(torch.nn.functional.linear(n["X"], n["W1"], n["b1"]))
    output = f.sigmoid(torch.nn.functional.linear(hidden, n["W2"], n["b2"]))
    return torch.nn.functional.mse_loss(output, n["Y"])


def batch_norm(n: Tensors, f: Squashing) -> Any:
    z = n["X"] @ n["w"]
    normal = torch.nn.functional.batch_norm(z[:, None], None, None, training=True, eps=1e-5)[:, 0]
    return torch.nn.functional.mse_loss(n["gamma"] * normal + n["beta"], n["y"])


def circuit(n: Tensors, f: Squashing) -> Any:
    return (n["x"] + n["y"]) * n["z"]


def conv(n: Tensors, f: Squashing) -> Any:
    z = torch.nn.functional.conv2d(n["x"][None, None], n["K"][None, None])[0, 0] + n["b"]
    return (torch.sum(n["V"] * torch.relu(z)) + n["c"] - n["y"]) ** 2 / 2


def gru(n: Tensors, f: Squashing) -> Any:
    h = n["h[0]"]
    for x in n["x"]:
        r = f.sigmoid(n["W_r"] * x + n["U_r"] * h + n["b_r"])
        z = f.sigmoid(n["W_z"] * x + n["U_z"] * h + n["b_z"])
        h = z * h + (1 - z) * f.tanh(n["W_n"] * x + n["U_n"] * (r * h) + n["b_n"])
    return (h - n["target"]) ** 2 / 2


def layer_norm(n: Tensors, f: Squashing) -> Any:
    out = torch.nn.functional.layer_norm(n["x"], (3,), n["gamma"], n["beta"], eps=1e-5)
    return ((out - n["y"]) ** 2).sum() / 2


def least_squares(n: Tensors, f: Squashing) -> Any:
    return ((n["y"] - (n["m"] * n["x"] + n["b"])) ** 2).sum()


def logistic(n: Tensors, f: Squashing) -> Any:
    p = f.sigmoid(n["w"] @ n["x"] + n["b"])
    return torch.nn.functional.binary_cross_entropy(p, n["y"])


def lstm(n: Tensors, f: Squashing) -> Any:
    h = c = torch.tensor(0.0, dtype=torch.float64)
    for x in n["x"]:
        z = {gate: n[f"W_{gate}"] * x + n[f"U_{gate}"] * h + n[f"b_{gate}"] for gate in "fiog"}
        c = f.sigmoid(z["f"]) * c + f.sigmoid(z["i"]) * f.tanh(z["g"])
        h = f.sigmoid(z["o"]) * f.tanh(c)
    return (h - n["target"]) ** 2 / 2


def residual(n: Tensors, f: Squashing) -> Any:
    hidden = torch.relu(n["W1"] @ n["x"] + n["b1"])
    return ((n["x"] + n["W2"] @ hidden + n["b2"] - n["y"]) ** 2).sum() / 2


def rnn(n: Tensors, f: Squashing) -> Any:
    h = torch.zeros(2, dtype=torch.float64)
    for x in n["x"]:
        h = f.tanh(n["W"] * x + n["U"] @ h + n["b"])
    return (n["v"] @ h + n["c"] - n["target"]) ** 2 / 2


def softmax(n: Tensors, f: Squashing) -> Any:
    z = n["W"] @ n["x"] + n["b"]
    return torch.nn.functional.cross_entropy(z[None], torch.tensor([2]))


def word2vec(n: Tensors, f: Squashing) -> Any:
    near, far = f.sigmoid(n["u"] @ n["v"]), f.sigmoid(-(n["N"] @ n["v"]))
    return -torch.log(near) - torch.log(far).sum()


MODELS: Mapping[str, Callable[[Tensors, Squashing], Any]] = {
    "attention": attention,
    "batch": batch,
    "batch-norm": batch_norm,
    "circuit": circuit,
    "conv": conv,
    "gru": gru,
    "layer-norm": layer_norm,
    "least-squares": least_squares,
    "logistic": logistic,
    "lstm": lstm,
    "residual": residual,
    "rnn": rnn,
    "softmax": softmax,
    "word2vec": word2vec,
}


def entries(name: str, gradient: Any) -> Iterator[tuple[str, float]]:
    """The names of the entries of an array, counted from 1, each with its number."""
    if not gradient.shape:
        yield name, gradient.item()
        return
    for place in torch.ones_like(gradient).nonzero().tolist():
        yield f"{name}[{','.join(str(at + 1) for at in place)}]", gradient[tuple(place)].item()


@pytest.fixture(scope="module", params=kinds())
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def solution(kind: str) -> derive.Solution:
    return derive.solve(derive.loads(text_of(kind)))


def test_the_kinds_are_those_of_the_contract() -> None:
    assert kinds() == sorted(MODELS)


def test_all_gradients_are_pytorchs_and_numbers_a_teacher_would_choose(kind: str, solution: derive.Solution) -> None:
    file = tomllib.loads(text_of(kind))
    tables = {**file.get("given", {}), **file.get("parameters", {})}
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in tables.items()}
    squashing = Squashing()
    cost = MODELS[kind](tensors, squashing)
    cost.backward()
    goal = solution.network.model.graph.results[0]
    assert float(solution.values[goal].exact) == pytest.approx(cost.item(), rel=1e-12)
    wanted = file["model"].get("wrt", ["parameters"] if "parameters" in file else ["given"])
    names = {name for chosen in wanted for name in file.get(chosen, {chosen: None})}
    for name in names:
        for entry, gradient in entries(name, tensors[name].grad):
            value = solution.values[f"d{goal}/d{entry}"]
            assert float(value.exact) == pytest.approx(gradient, rel=1e-9, abs=1e-15), entry
            # Neither 0 nor lost in rounding, and large enough to be worth asking for.
            assert abs(float(value.shown)) > 1e-4, entry
    assert min(squashing.slopes, default=1) > FLAT


def test_all_derivatives_are_proved(solution: derive.Solution) -> None:
    reports = solution.check()
    assert [report.method for report in reports] == ["differences", "symbolic", "autograd"]
    assert all(report.holds and all(row.holds for row in report.rows) for report in reports)


@pytest.mark.parametrize("detail", ["full", "brief"])
def test_its_page_is_right_by_its_own_audit_and_its_links_lead_somewhere(
    kind: str, detail: str, tmp_path: Path
) -> None:
    solution = derive.solve(derive.loads(text_of(kind), {"document": {"detail": detail}}))
    page = solution.render("markdown")
    headings = re.findall(r"^#+ *(.*)$", page, re.MULTILINE)
    assert all(headings)
    anchors = set(re.findall(r'<a id="([^"]+)">', page))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    audit = solution.audit(tmp_path / "page.md")
    assert len(audit.claims) > 8
    assert {claim.verdict for claim in audit.claims} <= {"agrees", "rounding"}


@pytest.mark.parametrize("format_name", [name for name in all_formats() if name not in ("markdown", "slides")])
def test_it_is_written_in_every_format(solution: derive.Solution, format_name: str) -> None:
    written(solution, format_name)


@pytest.mark.parametrize("one", kinds()[::3])
def test_it_is_written_as_slides(one: str) -> None:
    """Every third of them: Typst takes longest for slides, and sets the formulas of all in the PDF."""
    written(derive.solve(derive.loads(text_of(one))), "slides")


def written(solution: derive.Solution, format_name: str) -> None:
    rendered = solution.rendered(format_name, stem="kind")
    assert rendered.content
    # Of what holds the answers this is said.
    assert [notice for notice in rendered.notices if "holds the answers" not in notice] == []


def test_the_schema_takes_it_and_editors_are_told_of_it(kind: str) -> None:
    text = text_of(kind)
    assert text.startswith("#:schema derive.schema.json\ntitle = ")
    jsonschema.validate(tomllib.loads(text), json_schema())
