"""The optimizers against PyTorch's, in double precision, and by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import derive
from derive.calculus.solution import Worked
from derive.catalogue.optimizers import OPTIMIZERS
from derive.errors import InputError
from derive.spec.reading.reader import parse
from derive.spec.reading.source import text_source

NETWORK = """
[network]
inputs = [0.5, -1.0]
targets = [0.8, 0.1]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[{0}, {1}], [{2}, {3}]]
biases = [{4}, {5}]
[[network.layers]]
activation = "sigmoid"
weights = [[{6}, {7}], [{8}, {9}]]
biases = [{10}, {11}]
"""
STEPS = 5

#: What a file sets, and how PyTorch is asked for the same; each with and without weight decay.
SETTINGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "sgd": ("", "SGD", {}),
    "momentum": ("", "SGD", {"momentum": 0.9}),
    "momentum of its own": ("momentum = 0.5", "SGD", {"momentum": 0.5}),
    "nesterov": ("", "SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("", "Adagrad", {}),
    "adagrad of its own": ("eps = 0.01", "Adagrad", {"eps": 0.01}),
    "rmsprop": ("", "RMSprop", {}),
    "rmsprop of its own": ("alpha = 0.9\neps = 0.01", "RMSprop", {"alpha": 0.9, "eps": 0.01}),
    "adam": ("", "Adam", {}),
    "adam of its own": ("beta1 = 0.8\nbeta2 = 0.95\neps = 0.01", "Adam", {"betas": (0.8, 0.95), "eps": 0.01}),
    "adamw": ("", "AdamW", {}),
    "adamw of its own": ("beta1 = 0\nbeta2 = 0.5", "AdamW", {"betas": (0.0, 0.5)}),
}
DECAYS = ("", "weight_decay = 0", "weight_decay = 0.3")

#: Where PyTorch keeps what we call m and v.
KEPT = {
    "SGD": {"m": "momentum_buffer"},
    "Adagrad": {"v": "sum"},
    "RMSprop": {"v": "square_avg"},
    "Adam": {"m": "exp_avg", "v": "exp_avg_sq"},
    "AdamW": {"m": "exp_avg", "v": "exp_avg_sq"},
}
NAMES = [*(f"w{n}" for n in range(8)), *(f"b{n}" for n in range(4))]


def numbers(seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 (numbers for tests)
    return [f"{chance.randint(-150, 150) / 100:.2f}" for _ in range(12)]


def trained(texts: list[str], make: Callable[[Any], Any], kept: dict[str, str]) -> Iterator[dict[str, float]]:
    """What PyTorch has after each update, by our names."""
    torch = pytest.importorskip("torch")
    # The file has each neuron's weights, then its bias; ours are counted in the order of the file.
    leaves = [torch.tensor(float(text), dtype=torch.float64, requires_grad=True) for text in texts]
    w, b = [leaves[n] for n in (0, 1, 2, 3, 6, 7, 8, 9)], [leaves[n] for n in (4, 5, 10, 11)]
    parameters = dict(zip(NAMES, [*w, *b], strict=True))
    optimizer = make(list(parameters.values()))

    def cost() -> Any:
        h = [torch.tanh(0.5 * w[0] - w[1] + b[0]), torch.tanh(0.5 * w[2] - w[3] + b[1])]
        o = [torch.sigmoid(h[0] * w[k] + h[1] * w[k + 1] + b[n]) for n, k in ((2, 4), (3, 6))]
        return ((0.8 - o[0]) ** 2 + (0.1 - o[1]) ** 2) / 2

    for count in range(1, STEPS + 1):
        optimizer.zero_grad()
        cost().backward()
        found = {f"g_{name}": float(leaf.grad) for name, leaf in parameters.items()}
        optimizer.step()
        for name, leaf in parameters.items():
            found[name] = float(leaf.detach())
            for ours, theirs in kept.items():
                if theirs in optimizer.state.get(leaf, {}):
                    found[f"{ours}_{name}"] = float(optimizer.state[leaf][theirs])
        found["Cost"] = float(cost().detach())
        yield {f"{name}+{count}" if count > 1 else f"{name}+": value for name, value in found.items()}


@pytest.mark.parametrize("decay", DECAYS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_five_updates_are_pytorchs(setting: str, decay: str, solved: Callable[[str], Worked]) -> None:
    """Parameters, states, gradients and cost after each update, to nine digits: doubles carry some sixteen."""
    torch = pytest.importorskip("torch")
    ours, theirs, options = SETTINGS[setting]
    texts = numbers(list(SETTINGS).index(setting))
    optimizer = setting.partition(" ")[0]
    decayed = {} if not decay else {"weight_decay": float(decay.partition("= ")[2])}
    update = f'[update]\noptimizer = "{optimizer}"\nlearning_rate = 0.1\nsteps = {STEPS}\n{ours}\n{decay}\n'
    solution = solved(NETWORK.format(*texts) + update)
    kept = KEPT[theirs] if "momentum" in options or theirs != "SGD" else {}
    compared = 0
    for after in trained(texts, lambda p: getattr(torch.optim, theirs)(p, lr=0.1, **options, **decayed), kept):
        for name, value in after.items():
            assert float(solution.values[name].exact.value) == pytest.approx(value, rel=1e-9, abs=1e-15), name
            compared += 1
    assert compared == STEPS * (12 * (2 + len(kept)) + 1)


@pytest.mark.parametrize("setting", SETTINGS)
def test_one_update_is_the_first_of_several(setting: str, solved: Callable[[str], Worked]) -> None:
    ours, _, _ = SETTINGS[setting]
    text = NETWORK.format(*numbers(3)) + f'[update]\noptimizer = "{setting.partition(" ")[0]}"\n{ours}\n'
    one = solved(f"{text}learning_rate = 0.1\n")
    several = solved(f"{text}learning_rate = 0.1\nsteps = 2\n")
    shared = [name for name in one.values if name in several.values and "+" in name]
    assert {"w0+", "b3+", "Cost+"} <= set(shared)
    for name in shared:
        difference = one.values[name].exact.value - several.values[name].exact.value
        assert abs(difference) <= abs(one.values[name].exact.value) * Decimal("1e-25"), name


ONE = """
[network]
inputs = [1]
targets = [0]
cost = "half_squared_error"
[[network.layers]]
activation = "identity"
weights = [[2]]
[numbers]
decimals = 6
"""
# The cost is w²/2, so the gradient is w. By hand, with learning rate 0.5:
BY_HAND = {
    # w: 2 - 0.5·2 = 1; 1 - 0.5·1 = 0.5
    "sgd": {"w0+": "1", "w0+2": "1/2", "g_w0+": "2", "g_w0+2": "1"},
    # m: 2; 0.9·2 + 1 = 2.8. w: 1; 1 - 0.5·2.8 = -0.4
    "momentum": {"m_w0": "0", "m_w0+": "2", "m_w0+2": "14/5", "w0+": "1", "w0+2": "-2/5"},
    # w: 2 - 0.5·(2 + 0.9·2) = 0.1; m: 0.9·2 + 0.1 = 1.9; w: 0.1 - 0.5·(0.1 + 0.9·1.9) = -0.805
    "nesterov": {"m_w0+": "2", "w0+": "1/10", "m_w0+2": "19/10", "w0+2": "-161/200"},
    # v: 4
    "adagrad": {"v_w0": "0", "v_w0+": "4"},
    # v: 0.01·4 = 0.04
    "rmsprop": {"v_w0+": "1/25"},
    # m: 0.1·2; v: 0.001·4; both corrected are g and g²
    "adam": {"m_w0+": "1/5", "v_w0+": "1/250", "m_hat_w0+": "2", "v_hat_w0+": "4"},
    "adamw": {"m_w0+": "1/5", "v_w0+": "1/250", "m_hat_w0+": "2", "v_hat_w0+": "4"},
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_by_hand(optimizer: str, solved: Callable[[str], Worked]) -> None:
    values = solved(f'{ONE}[update]\noptimizer = "{optimizer}"\nlearning_rate = 0.5\nsteps = 2\n').values
    found = {name: Fraction(values[name].exact.value) for name in BY_HAND[optimizer]}
    assert found == {name: Fraction(value) for name, value in BY_HAND[optimizer].items()}


def test_what_is_told(solved: Callable[[str], Worked]) -> None:
    """Constants by their names, states with the number of the update, and for one plain update nothing but it."""
    adam = solved(f'{ONE}[update]\noptimizer = "adam"\nlearning_rate = 0.5\nsteps = 300\n').values
    assert [adam[name].shown for name in ("eta", "beta1", "beta2", "eps")] == ["0.5", "0.9", "0.999", "0.00000001"]
    assert "weight_decay" not in adam
    for count in ("", "2", "100", "300"):
        assert {f"{name}+{count}" for name in ("g_w0", "m_w0", "v_w0", "m_hat_w0", "v_hat_w0", "w0", "Cost")} <= set(
            adam
        )
    assert "O0+300" in adam
    assert not {"w0+101", "m_w0+299", "Cost+200", "O0+2", "m_hat_w0", "g_w0"} & set(adam)
    assert adam["m_w0"].shown == "0"
    assert solved(f'{ONE}[update]\noptimizer = "adamw"\nlearning_rate = 1\n').values["weight_decay"].shown == "0.01"
    plain = solved(f"{ONE}[update]\nlearning_rate = 0.5\n").values
    assert [name for name in plain if "+" in name] == ["w0+", "z0+", "O0+", "Cost+"]
    assert set(plain) - {"w0+", "z0+", "O0+", "Cost+"} == {
        *("x0", "y", "w0", "eta", "z0", "O0", "Cost", "dCost/dO0", "dO0/dz0", "dCost/dz0", "dCost/dw0"),
    }


@pytest.mark.parametrize("rounding", ["decimals = 4", "significant = 3"])
def test_each_line_is_rounded_by_itself(rounding: str, solved: Callable[[str], Worked]) -> None:
    """The rules made again from what is printed; g = 1.5 and w = 1.5."""
    text = ONE.replace("[[2]]", "[[1.5]]").replace("decimals = 6", f'{rounding}\nround = "each-step"')
    solution = solved(f'{text}[update]\noptimizer = "adam"\nlearning_rate = 0.1\nsteps = 2\n')
    values = {name: Decimal(value.shown) for name, value in solution.values.items()}
    unit = Decimal("0.0001")

    def rounded(value: Decimal) -> Decimal:
        return value.quantize(unit) if "decimals" in rounding else Decimal(f"{value:.2e}")

    w, m, v = Decimal("1.5"), Decimal(0), Decimal(0)
    for count in (1, 2):
        g, last = w, f"+{count}" if count > 1 else "+"
        m, v = (
            rounded(Decimal("0.9") * m + Decimal("0.1") * g),
            rounded(Decimal("0.999") * v + Decimal("0.001") * g * g),
        )
        m_hat = rounded(m / (1 - Decimal("0.9") ** count))
        v_hat = rounded(v / (1 - Decimal("0.999") ** count))
        w = rounded(w - Decimal("0.1") * m_hat / (v_hat.sqrt() + Decimal("1e-8")))
        expected = {"g_w0": g, "m_w0": m, "v_w0": v, "m_hat_w0": m_hat, "v_hat_w0": v_hat, "w0": w}
        assert {name: values[f"{name}{last}"] for name in expected} == expected


@pytest.mark.parametrize(
    ("update", "found", "expected"),
    [
        ('optimizer = "adamm"', '"adamm"', 'did you mean "adam"?'),
        ("momentum = 0.9", "a constant that sgd does not have", 'optimizer = "momentum"'),
        ('optimizer = "adam"\nalpha = 0.9', "a constant that adam does not have", "rmsprop"),
        ('optimizer = "adagrad"\nbeta1 = 0.9', "a constant that adagrad does not have", "adam or adamw"),
        ('optimizer = "adam"\nbeta1 = 1', "1", "0 or more and below 1"),
        ('optimizer = "adam"\nbeta2 = -0.5', "-0.5", "0 or more and below 1"),
        ('optimizer = "rmsprop"\neps = -1', "-1", "0 or more"),
        ("weight_decay = -1", "-1", "0 or more"),
    ],
)
def test_faults(update: str, found: str, expected: str) -> None:
    text = f"{ONE}[update]\nlearning_rate = 1\n{update}\n"
    with pytest.raises(InputError) as caught:
        parse(text_source(text))
    assert found in str(caught.value)
    assert expected in str(caught.value)
    line = text.splitlines().index(update.splitlines()[-1]) + 1
    assert f":{line}:" in str(caught.value)


SOFTMAX = """
[given]
X = [[1.0, 2.0], [-1.0, 0.5], [0.0, -1.5]]
label = [3, 1, 2]
lambda = 0.1
[parameters]
W = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]]
b = [0.0, 0.1, -0.1]
[index]
n = "1..3"
[model]
equations = '''
Z = X @ W.T + b
P = softmax(Z, axis=1)
L[n] = -log(P[n, label[n]])
C = mean(L[n], n) + lambda/2*sum(W**2)
'''
[update]
optimizer = "adam"
learning_rate = 0.01
steps = 5
"""


def test_equations_are_updated_by_the_same_rules() -> None:
    """A softmax classifier on a batch of three against PyTorch; entries have states of their own."""
    torch = pytest.importorskip("torch")
    x = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [0.0, -1.5]], dtype=torch.float64)
    w = torch.tensor([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([0.0, 0.1, -0.1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([w, b], lr=0.01)
    values = derive.solve(derive.loads(SOFTMAX)).worked.values
    for count in range(1, 6):
        optimizer.zero_grad()
        logits = x @ w.T + b
        cost = torch.nn.functional.cross_entropy(logits, torch.tensor([2, 0, 1])) + 0.05 * (w**2).sum()
        cost.backward()
        optimizer.step()
        after = "+" if count == 1 else f"+{count}"
        found = {f"b[{k + 1}]{after}": b[k] for k in range(3)}
        for j in range(3):
            for k in range(2):
                entry = f"W[{j + 1},{k + 1}]"
                found |= {f"g_{entry}{after}": w.grad[j, k], f"{entry}{after}": w[j, k]}
                found |= {f"m_{entry}{after}": optimizer.state[w]["exp_avg"][j, k]}
                found |= {f"v_{entry}{after}": optimizer.state[w]["exp_avg_sq"][j, k]}
        for name, value in found.items():
            assert float(values[name].exact.value) == pytest.approx(value.item(), rel=1e-9, abs=1e-15), name


def test_names_that_equations_have() -> None:
    """Constants go by another name where the model has theirs; a name that a state has is refused with its line."""
    text = "[given]\neta = 3\nm_w = 2\n[parameters]\nw = 1\n[model]\nequations = 'E = eta*m_w*w**2'\n[update]\n"
    network = derive.loads(f"{text}learning_rate = 0.5\n")
    # w - 0.5·(2·3·2·1) = -5
    assert derive.solve(network).worked.values["w+"].shown == "-5"
    assert network.model.learning_rate == "update_eta"
    with pytest.raises(InputError, match=r'3: given\.m_w: "m_w", which is what the updates call a state of w'):
        derive.loads(f'{text}learning_rate = 0.5\noptimizer = "momentum"\n')


def test_derivatives_of_equations_at_the_end() -> None:
    """The data has them at the parameters after the last update; claims on whole arrays may be of any."""
    torch = pytest.importorskip("torch")
    x = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [0.0, -1.5]], dtype=torch.float64)
    w = torch.tensor([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([0.0, 0.1, -0.1], dtype=torch.float64, requires_grad=True)
    optimizer, claims = torch.optim.Adam([w, b], lr=0.01), {}
    for count in range(6):
        optimizer.zero_grad()
        logits = x @ w.T + b
        logits.retain_grad()
        (torch.nn.functional.cross_entropy(logits, torch.tensor([2, 0, 1])) + 0.05 * (w**2).sum()).backward()
        if count == 2:
            claims = {"dC/dW+2": w.grad.tolist(), "dC/dZ+2": logits.grad.tolist(), "g_W+3": w.grad.tolist()}
        if count < 5:
            optimizer.step()
        if count == 2:
            claims |= {f"{name}_W+3": optimizer.state[w][key].tolist() for name, key in KEPT["Adam"].items()}
    solution = derive.solve(derive.loads(SOFTMAX))
    for array, grad in (("W", w.grad), ("Z", logits.grad)):
        for (row, column), value in ((at, grad[at]) for at in ((0, 0), (1, 1), (2, 1))):
            ours = solution.values[f"dC/d{array}[{row + 1},{column + 1}]+5"].exact
            assert float(ours) == pytest.approx(value.item(), rel=1e-9)
    written = {name: [[f"{value:.9f}" for value in row] for row in rows] for name, rows in claims.items()}
    audit = solution.audit(written)
    assert len(audit.claims) == 9 + 4 * 6
    assert {claim.verdict for claim in audit.claims} == {"agrees"}
