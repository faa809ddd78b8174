"""Numbers that come of a rounded one which was carried on with more digits than stand on the page."""

from __future__ import annotations

from math import exp, tanh
from pathlib import Path

import derive

NETWORK = """
[network]
inputs  = [[1.4, 0.2], [4.7, 1.4], [6.0, 2.5], [1.3, 0.3]]
classes = [1, 2, 3, 1]
cost    = "cross_entropy"

[notation]
first_index = 1

[[network.layers]]
activation = "tanh"
weights = [[0.12, -0.31], [-0.21, 0.15], [0.08, 0.27]]
biases  = [0.1, 0.2, -0.3]

[[network.layers]]
activation = "softmax"
weights = [[0.5, -0.4, 0.3], [-0.2, 0.6, 0.1], [0.25, -0.15, 0.7]]
biases  = [0.1, 0.0, -0.1]

[numbers]
significant = 4
"""
INPUTS = ((1.4, 0.2), (4.7, 1.4), (6.0, 2.5), (1.3, 0.3))
CLASSES = (0, 1, 2, 0)
HIDDEN = ((0.12, -0.31, 0.1), (-0.21, 0.15, 0.2), (0.08, 0.27, -0.3))
OUT = ((0.5, -0.4, 0.3, 0.1), (-0.2, 0.6, 0.1, 0.0), (0.25, -0.15, 0.7, -0.1))


def paper(mistaken: bool) -> dict[str, str]:
    """A paper in four digits, whose author carries on all the digits that he has.

    Args:
        mistaken: two outputs and an error are wrong: a sign is turned, no function is applied, a sign is turned. Else
            one slope was rounded and gone on from, as what it comes of had been: 5.2826 · 0.0685.
    """
    numbers: dict[str, float] = {}
    slopes = []
    for s, (inputs, kind) in enumerate(zip(INPUTS, CLASSES, strict=True), start=1):
        nets = [a * inputs[0] + b * inputs[1] + c for a, b, c in HIDDEN]
        outputs = [tanh(net) for net in nets]
        if mistaken and s in (1, 2):
            outputs[2] = -outputs[2] if s == 1 else nets[2]
        last = [sum(w * o for w, o in zip(row, outputs, strict=False)) + row[3] for row in OUT]
        shares = [exp(net) / sum(map(exp, last)) for net in last]
        errors = [share - (k == kind) for k, share in enumerate(shares)]
        if s == 1 and mistaken:
            errors[1] = -errors[1]
        if s == 2 and not mistaken:
            errors[2] = round(5.2826 * 0.0685, 4)
        back = [sum(error * row[j] for error, row in zip(errors, OUT, strict=True)) for j in range(3)]
        slopes.append([slope * (1 - output**2) for slope, output in zip(back, outputs, strict=True)])
        for j in range(3):
            numbers |= {f"z{j + 1}[{s}]": nets[j], f"O{j + 1}[{s}]": outputs[j], f"z{j + 4}[{s}]": last[j]}
            numbers |= {f"O{j + 4}[{s}]": shares[j], f"dCost[{s}]/dz{j + 4}[{s}]": errors[j]}
            numbers |= {f"dCost[{s}]/dO{j + 1}[{s}]": back[j], f"dCost[{s}]/dz{j + 1}[{s}]": slopes[-1][j]}
    for j in range(3):
        for i in range(2):
            numbers[f"dCost/dw{2 * j + i + 1}"] = sum(d[j] * x[i] for d, x in zip(slopes, INPUTS, strict=True)) / 4
    return {name: f"{value:#.4g}" for name, value in numbers.items()}


def wrong(written: dict[str, str], tmp_path: Path) -> list[str]:
    """The lines of a paper that are judged wrong, by name."""
    tmp_path.joinpath("net.toml").write_text(NETWORK, encoding="utf-8")
    claims = tmp_path / "paper.csv"
    claims.write_text("".join(["quantity,value\n", *(f'"{name}",{value}\n' for name, value in written.items())]))
    audit = derive.audit(derive.load(tmp_path / "net.toml"), claims)
    return sorted(claim.name for claim in audit.claims if claim.verdict == "wrong")


def test_what_is_left_of_terms_that_cancel_is_right(tmp_path: Path) -> None:
    written = paper(mistaken=False)
    assert (written["dCost[2]/dz6[2]"], written["dCost[2]/dz3[2]"]) == ("0.3619", "0.2515")
    assert written["dCost/dw6"] == "0.004402"
    assert wrong(written, tmp_path) == []


def test_what_is_left_of_wrong_terms_that_cancel_follows_from_them(tmp_path: Path) -> None:
    """By the printed digits (0.00283 + 0.34272 - 0.3615 + 0.01597)/4 comes to 0.0000045, give or take 0.00005."""
    written = paper(mistaken=True)
    assert float(written["dCost/dw6"]) < 0.00005
    assert wrong(written, tmp_path) == ["O3[1]", "O3[2]", "dCost[1]/dz5[1]"]


def test_what_cannot_be_left_of_them_is_wrong(tmp_path: Path) -> None:
    written = {**paper(mistaken=True), "dCost/dw6": "0.0004000"}
    assert wrong(written, tmp_path) == ["O3[1]", "O3[2]", "dCost/dw6", "dCost[1]/dz5[1]"]


def test_a_number_by_which_nothing_can_be_divided_stops_no_judgement(tmp_path: Path) -> None:
    """-1/O has no value for O = 0, whatever somebody found for it."""
    tmp_path.joinpath("net.toml").write_text(NETWORK, encoding="utf-8")
    claims = tmp_path / "paper.csv"
    claims.write_text('quantity,value\n"O4[1]",0.0000\n"dCost[1]/dO4[1]",-7.100\n"dCost[1]/dz4[1]",-0.6206\n')
    audit = derive.audit(derive.load(tmp_path / "net.toml"), claims)
    assert [claim.verdict for claim in audit.claims][:2] == ["wrong", "wrong"]


def test_a_zero_does_not_show_how_many_digits_are_significant(tmp_path: Path) -> None:
    """Sample 1 has O4 = 0.4029, so that dCost/dO4 is -1/0.4029 = -2.482 and dCost/dz4 is 0.4029 - 1 = -0.5971."""
    short = {"O4[1]": "0.0000", "dCost[1]/dO4[1]": "-3.000", "dCost[1]/dz4[1]": "-0.7206"}
    assert wrong(short, tmp_path) == list(short)
