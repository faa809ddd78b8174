"""The rules, collected: in matrices they are held against what PyTorch finds."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.document.blocks import Equation, Heading, Items

EXAMPLES = Path(__file__).parents[2] / "examples"
torch = pytest.importorskip("torch")


def within(solution: derive.Solution) -> list[object]:
    """The blocks under the heading of the rules."""
    found: list[object] = []
    inside = False
    for block in solution.document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            inside = block.anchor == "rules"
        elif inside:
            found.append(block)
    return found


def section(solution: derive.Solution) -> str:
    return str(solution.render("markdown")).partition("## The rules")[2].partition("\n## ")[0]


def test_the_rules_stand_in_the_notation_of_the_page() -> None:
    """Nielsen, chapter 2, BP1 to BP4, at the first neuron of each kind."""
    said = section(derive.solve(EXAMPLES / "mazur-2-2-2.toml"))
    e, net, out = r"\partial E_{\mathit{total}}", r"\partial\mathit{net}", r"\partial\mathit{out}"
    assert f"{e}/{net}_{{o1}} = ({e}/{out}_{{o1}}) \\cdot ({out}_{{o1}}/{net}_{{o1}})" in said
    behind = f"({e}/{net}_{{o1}}) \\cdot w_5 + ({e}/{net}_{{o2}}) \\cdot w_7"
    assert f"{e}/{net}_{{h1}} = ({behind}) \\cdot ({out}_{{h1}}/{net}_{{h1}})" in said
    assert f"{e}/\\partial b_2 = {e}/{net}_{{o1}} + {e}/{net}_{{o2}}" in said
    assert f"{e}/\\partial w_5 = ({e}/{net}_{{o1}}) \\cdot \\mathit{{out}}_{{h1}}" in said
    assert "*error signal*" in said


def test_the_matrices_hold_the_gradients_that_torch_finds() -> None:
    full = {"document": {"detail": "full"}}
    solution = derive.solve(derive.load(EXAMPLES / "layered-3-4-3-2.toml", full))
    told = [block for block in within(solution) if isinstance(block, Equation)]
    assert [block.about for block in told] == ["dC/dZ3", "dC/dW3", "dC/dB3", "dC/dA2", "dC/dZ2", "dC/dW2", "dC/dB2"]
    model = solution.worked.model.network
    source = torch.tensor(
        [float(solution.worked.values[name].shown) for name in model.inputs.entries], dtype=torch.float64
    )
    weights, biases = [], []
    functions = {
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "identity": lambda z: z,
        "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.1),
    }
    for stage in model.stages:
        numbers = [[float(solution.worked.values[name].shown) for name in row] for row in stage.weights.rows]
        weights.append(torch.tensor(numbers, dtype=torch.float64, requires_grad=True))
        summands = [float(solution.worked.values[name].shown) for name in stage.biases.entries]
        biases.append(torch.tensor(summands, dtype=torch.float64, requires_grad=True))
        source = functions[stage.function](weights[-1] @ source + biases[-1])
    targets = torch.tensor(
        [float(solution.worked.values[name].shown) for name in model.targets.entries], dtype=torch.float64
    )
    (0.5 * ((targets - source) ** 2).sum()).backward()  # the cost of that example
    for block, weight in ((told[1], weights[2]), (told[5], weights[1]), (told[2], biases[2]), (told[6], biases[1])):
        assert block.arrays is not None
        found = [float(solution.values[name].exact) for name in block.arrays.entries]
        assert weight.grad is not None
        assert found == pytest.approx(weight.grad.flatten().tolist(), rel=1e-12)


def test_a_network_of_one_layer_has_three_rules_and_a_brief_page_no_matrices() -> None:
    rules, _ = (block for block in within(derive.solve(EXAMPLES / "softmax-2-3.toml")) if isinstance(block, Items))
    assert len(rules.items) == 3
    brief = derive.solve(derive.load(EXAMPLES / "blog-2-3-1.toml", {"document": {"detail": "brief"}}))
    assert not any(isinstance(block, Equation) for block in within(brief))


def test_no_rules_of_neurons_where_there_are_none() -> None:
    assert within(derive.solve(EXAMPLES / "lstm-2-steps.toml")) == []


def test_the_rules_of_a_batch_stand_in_letters_of_arrays() -> None:
    """The bias's is the sum over the rows of the error signals, which a vector of ones takes; the mean is of four."""
    said = section(derive.solve(EXAMPLES / "xor-epochs.toml"))
    assert "for all samples at once; a product with a bold 1, a vector of ones, adds up rows or columns" in said
    signal = r"(d\mathit{Cost}^{[s]}/dZ^{(2)})^{\mathsf{T}}"
    assert rf"dW^{{(2)}} = \frac{{1}}{{4}} \cdot {signal} \; A^{{(1)}}" in said
    assert rf"dB^{{(2)}} = \frac{{1}}{{4}} \cdot {signal} \; \underset{{4}}{{\mathbf{{1}}}}" in said
    assert r"dA^{(1)} = (d\mathit{Cost}^{[s]}/dZ^{(2)}) \; W^{(2)}" in said
