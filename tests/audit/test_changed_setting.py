"""Pages worked out on paper for a network with one setting changed, held against the network as it is in the file."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

import derive
from derive.auditing.judging.author import author_of
from derive.auditing.judging.changed import ChangedSetting, changed_setting
from derive.auditing.reading.numbers import read_number
from derive.auditing.reckoning.evaluate import arithmetic
from derive.auditing.reckoning.simulations import Stated
from tests.audit.mistaken import KINDS, make
from tests.audit.paper import Digits, Net, Paper, random_net

Change = Callable[[Net, random.Random], tuple[Net, str] | None]

WAYS = [
    Digits(count, significant, "even", carried)
    for significant in (False, True)
    for count in (4, 5, 6)
    for carried in (True, False)
]


TITLES = {
    "sigmoid": "the sigmoid", "tanh": "the hyperbolic tangent", "softplus": "softplus", "identity": "the identity",
}  # fmt: skip


def _rows(net: Net, layer: int, rows: Sequence[Sequence[str]]) -> Net:
    layers = list(net.layers)
    layers[layer] = (layers[layer][0], rows, layers[layer][2])
    return net._replace(layers=layers)


def other_activation(net: Net, source: random.Random) -> tuple[Net, str]:
    layer = source.randrange(len(net.layers))
    own, rows, biases = net.layers[layer]
    other = source.choice([name for name in ("sigmoid", "tanh", "softplus", "identity") if name != own])
    layers = list(net.layers)
    layers[layer] = (other, rows, biases)
    says = f"the activation of layer {layer + 1} is {TITLES[other]} in place of {TITLES[own]}"
    return net._replace(layers=layers), says


def other_cost(net: Net, source: random.Random) -> tuple[Net, str]:
    other = source.choice([name for name in ("half_squared_error", "squared_error") if name != net.cost])
    return net._replace(cost=other), f"the cost is {other} "


def targets_exchanged(net: Net, source: random.Random) -> tuple[Net, str] | None:
    if len(net.targets) != 2 or net.targets[0] == net.targets[1]:
        return None
    return net._replace(targets=net.targets[::-1]), "the targets y0 and y1 are exchanged"


def inputs_exchanged(net: Net, source: random.Random) -> tuple[Net, str] | None:
    if len(net.inputs) != 2 or net.inputs[0] == net.inputs[1]:
        return None
    return net._replace(inputs=net.inputs[::-1]), "the inputs x0 and x1 are exchanged"


def without_biases(net: Net, source: random.Random) -> tuple[Net, str]:
    layers = [(activation, rows, ["0"] * len(biases)) for activation, rows, biases in net.layers]
    return net._replace(layers=layers), "there is no bias in any layer"


def by_columns(net: Net, source: random.Random) -> tuple[Net, str] | None:
    layer = source.randrange(len(net.layers))
    rows = net.layers[layer][1]
    height, width = len(rows), len(rows[0])
    if height < 2:
        return None
    flat = [weight for row in rows for weight in row]
    columns = [[flat[i * height + j] for i in range(width)] for j in range(height)]
    return _rows(net, layer, columns), f"the weights of layer {layer + 1} are read by columns"


def weight_misread(net: Net, source: random.Random) -> tuple[Net, str]:
    """Any other number with two decimals for a weight."""
    layer = source.randrange(len(net.layers))
    rows = [list(row) for row in net.layers[layer][1]]
    before = sum(len(row) for _, other, _ in net.layers[:layer] for row in other)
    j, i = source.randrange(len(rows)), source.randrange(len(rows[0]))
    own, new = rows[j][i], f"{source.choice([n for n in range(-99, 100) if n]) / 100:.2f}"
    rows[j][i] = new
    number = before + j * len(rows[0]) + i
    return _rows(net, layer, rows), f"w{number} is {Decimal(new).normalize():f} in place of {Decimal(own)}"


def input_misread(net: Net, source: random.Random) -> tuple[Net, str]:
    inputs = list(net.inputs)
    inputs[0] = f"{Decimal(inputs[0]) + Decimal(source.randint(3, 90)) / 100}"
    return net._replace(inputs=inputs), f"x0 is {Decimal(inputs[0]).normalize():f} in place of {net.inputs[0]}"


def other_rate(net: Net, source: random.Random) -> tuple[Net, str]:
    rate = source.choice([rate for rate in ("0.7", "0.25", "0.4") if rate != net.rate])
    return net._replace(rate=rate), f"the learning rate is {rate} in place of {net.rate}"


CHANGES: dict[str, Change] = {
    "another activation": other_activation,
    "another cost": other_cost,
    "targets exchanged": targets_exchanged,
    "inputs exchanged": inputs_exchanged,
    "no biases": without_biases,
    "weights by columns": by_columns,
    "a weight misread": weight_misread,
    "an input misread": input_misread,
    "another learning rate": other_rate,
}


def searched(folder: Path, net: Net, claims: dict[str, str]) -> ChangedSetting | None:
    file = folder / "net.toml"
    file.write_text(net.toml(), encoding="utf-8")
    hypotheses = derive.solve(derive.load(file)).auditor.hypotheses
    numbers = []
    for name, text in claims.items():
        printed = read_number(text)
        assert printed is not None
        numbers.append(Stated(name, printed))
    with arithmetic():
        return changed_setting(hypotheses.sites, numbers, author_of(numbers, hypotheses.simulations))


@pytest.mark.parametrize("title", CHANGES)
def test_the_changed_setting_is_found(title: str, tmp_path: Path) -> None:
    source = random.Random(title)  # noqa: S311 - chance, no secret
    count, odd = Counter(), []
    while count["made"] < 12:
        net, digits = random_net(source, outputs=2 if "targets" in title else 0), source.choice(WAYS)
        made = CHANGES[title](net, source)
        if made is None or made[0] == net:
            continue
        changed, says = made
        paper = Paper(changed)
        claims = paper.written(digits, paper.values(digits))
        right = Paper(net).written(digits, Paper(net).values(digits))
        if sum(claims[name] != right[name] for name in claims) < len(claims) // 4:
            continue
        count["made"] += 1
        found = searched(tmp_path, net, claims)
        named = found is not None and found.setting.says.startswith(says)
        count["named"] += named
        odd += [] if named else [(says, found and found.setting.says, digits, net)]
    print(f"\n{title}: {dict(count)}")
    assert count["named"] >= 0.9 * count["made"], odd


@pytest.mark.parametrize("title", ["sign turned", "activation derivative missing", "weight swapped", "bias left out"])
def test_a_page_with_one_mistake_has_no_changed_setting(title: str, tmp_path: Path) -> None:
    """One line that is wrong, and what follows from it, is no other network."""
    source = random.Random(title)  # noqa: S311 - chance, no secret
    for number in range(8):
        digits = source.choice(WAYS)
        case = make(KINDS[title], digits, source, followed=number % 2 == 0)
        assert case is not None
        found = searched(tmp_path, case.paper.net, case.claims)
        assert found is None, (found, case.line.name)


def test_a_right_page_has_no_changed_setting(tmp_path: Path) -> None:
    for number in range(6):
        net = random_net(random.Random(number))  # noqa: S311 - chance, no secret
        digits = WAYS[number]
        assert searched(tmp_path, net, Paper(net).written(digits, Paper(net).values(digits))) is None


def test_the_gradients_alone_show_it(tmp_path: Path) -> None:
    """By hand: with tanh for the sigmoid nothing but the gradients is printed."""
    source = random.Random("alone")  # noqa: S311 - chance, no secret
    net = random_net(source, hidden="sigmoid", outputs=1)
    layers = [("tanh", rows, biases) for _, rows, biases in net.layers[:-1]]
    paper = Paper(net._replace(layers=[*layers, net.layers[-1]]))
    digits = Digits(6, significant=True, mode="even", carried=False)
    claims = paper.written(digits, paper.values(digits))
    gradients = {name: text for name, text in claims.items() if re.match(r"dCost/d[wb]", name)}
    found = searched(tmp_path, net, gradients)
    assert found is not None
    assert "hyperbolic tangent" in found.setting.says
    assert found.chance < 1e-6


@pytest.mark.parametrize("title", ["another activation", "targets exchanged", "a weight misread"])
def test_the_audit_tells_it_once(title: str, tmp_path: Path) -> None:
    """The first line is wrong, with the setting; what that gives follows."""
    source = random.Random(f"audit {title}")  # noqa: S311 - chance, no secret
    digits = Digits(5, significant=False, mode="even", carried=True)
    net = random_net(source, outputs=2)
    made = CHANGES[title](net, source)
    while made is None or made[0] == net:
        net = random_net(source, outputs=2)
        made = CHANGES[title](net, source)
    paper = Paper(made[0])
    (tmp_path / "net.toml").write_text(net.toml(), encoding="utf-8")
    audit = derive.solve(derive.load(tmp_path / "net.toml")).audit(paper.written(digits, paper.values(digits)))
    (wrong,) = [claim for claim in audit.claims if claim.verdict == "wrong"]
    assert wrong.diagnosis[0].code == "other-setting"
    assert made[1] in wrong.diagnosis[0].says
    assert audit.count("follows") > 3


def test_a_gate_missing_in_one_layer_is_told_once(tmp_path: Path) -> None:
    """z2 = -0.02 and z3 = -0.28 are shut: with 1 for their derivatives dCost/db2 is -0.4 times 0.5, and so on."""
    net = Net(["1", "2"], ["0.5"], "half_squared_error", [
        ("relu", [["0.3", "0.4"], ["0.5", "0.25"]], ["0.1", "0.2"]),
        ("relu", [["0.3", "-0.4"], ["-0.5", "0.1"]], ["0.1", "0.2"]),
        ("identity", [["0.5", "-0.2"]], ["0.1"]),
    ], "0.5")  # fmt: skip
    paper, digits = Paper(net), Digits(5, significant=False, mode="even", carried=False)
    ones = {f"dO{k}/dz{k}": (lambda v: Decimal(1)) for k in (2, 3)}
    claims = paper.written(digits, paper.values(digits, ones))
    gradients = {name: text for name, text in claims.items() if re.match(r"dCost/d[wb]", name)}
    (tmp_path / "net.toml").write_text(net.toml(), encoding="utf-8")
    solution = derive.solve(derive.load(tmp_path / "net.toml"))
    (wrong,) = [claim for claim in solution.audit(gradients).claims if claim.verdict == "wrong"]
    assert wrong.name == "dCost/db2"
    assert "relu-gate-missing" in [diagnosis.code for diagnosis in wrong.diagnosis]
