"""Steps of training: never a parameter that has been updated in the same step."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import derive
from derive.calculus.rules import Rules
from derive.calculus.solution import Worked, solve
from derive.calculus.values import QuantityError
from derive.expression.plain import plain
from derive.model.writings.dense import build
from tests.calculus.networks import calm, nets
from tests.calculus.oracle import Net, Parameters, Policy, extreme, forward, rounded, same
from tests.calculus.test_values import expected_values
from tests.conftest import read
from tests.expression.reading import fraction, real, worth
from tests.published import NAMED_MAZUR

NUMBERS = "[numbers]\ndecimals = 10\n"


def mazur(steps: int, *, frozen: str = '["b1", "b2"]', numbers: str = NUMBERS) -> str:
    return f"{NAMED_MAZUR}{numbers}[update]\nlearning_rate = 0.5\nsteps = {steps}\nfrozen = {frozen}\n"


def test_the_rule_is_written_as_by_hand() -> None:
    file = read(mazur(1).replace("E_total", "Cost"))
    assert file.update is not None
    (rule,) = Rules.of(build(file), file.update, ()).at("w6", 1)
    assert (rule.name, plain(rule.expr)) == ("w6+", "w6 - eta * dCost/dw6")


def test_mazur_after_one_update(solved: Callable[[str], Worked]) -> None:
    solution = solved(mazur(1))
    assert solution.training is not None
    assert solution.values["E_total+"].shown == "0.2910277737"
    assert [(count, cost.shown) for count, cost in solution.training.costs] == [
        (0, "0.2983711088"),
        (1, "0.2910277737"),
    ]
    assert solution.training.moved == ("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8")
    assert solution.training.frozen == ("b1", "b2")
    assert "b1+" not in solution.values
    # w5 = 0.4 - 0.5·0.0821670405642 = 0.3589164797179, as Mazur has it: 0.35891648.
    assert solution.values["w5+"].shown == "0.3589164797"


def test_mazur_with_the_biases_moved_too(solved: Callable[[str], Worked]) -> None:
    solution = solved(mazur(1, frozen="[]"))
    assert solution.values["E_total+"].shown == "0.2857508867"
    # b2 = 0.6 - 0.5·(0.138498561629 - 0.0380982365166) = 0.5497998374…
    assert solution.values["b2+"].shown.startswith("0.54979983")


def test_hidden_gradients_are_taken_with_the_weights_from_before(solved: Callable[[str], Worked]) -> None:
    # With output weights that are already updated the cost would be 0.2910279239, which is what Mazur printed.
    assert solved(mazur(1)).values["E_total+"].shown != "0.2910279239"


@pytest.mark.slow
def test_mazur_after_ten_thousand_updates(solved: Callable[[str], Worked]) -> None:
    solution = solved(mazur(10_000, numbers="[numbers]\nsignificant = 7\n"))
    assert solution.values["E_total+10000"].shown == "3.510188e-5"
    assert f"{solution.values['out_o1+10000'].exact.value:.9f}" == "0.015913620"
    assert f"{solution.values['out_o2+10000'].exact.value:.9f}" == "0.984064274"


def test_the_costs_on_the_way(solved: Callable[[str], Worked]) -> None:
    solution = solved(mazur(60))
    assert solution.training is not None
    assert [count for count, _ in solution.training.costs] == [0, 1, 2, 5, 10, 20, 50, 60]
    shown = dict(solution.training.costs)
    assert (shown[0].shown, shown[1].shown) == ("0.2983711088", "0.2910277737")
    costs = [cost.exact.value for _, cost in solution.training.costs]
    assert costs == sorted(costs, reverse=True)
    assert shown[60].shown == solution.values["E_total+60"].shown
    assert {"w1+60", "net_h1+60", "out_o2+60", "E_o1+60"} <= set(solution.values)
    assert "b1+60" not in solution.values


def test_two_steps_are_one_step_twice(solved: Callable[[str], Worked]) -> None:
    once = solved(mazur(1)).values
    again = NAMED_MAZUR
    for name, before in {"w1": "0.15", "w2": "0.20", "w3": "0.25", "w4": "0.30", "w5": "0.40", "w6": "0.45",
                         "w7": "0.50", "w8": "0.55"}.items():  # fmt: skip
        again = again.replace(f"{before},", f"{once[f'{name}+'].exact.value:.40f},").replace(
            f"{before}]", f"{once[f'{name}+'].exact.value:.40f}]"
        )
    again = again.replace(f"inputs = [{once['w1+'].exact.value:.40f}", "inputs = [0.05")
    second = solved(again + NUMBERS + '[update]\nlearning_rate = 0.5\nfrozen = ["b1", "b2"]\n').values
    twice = solved(mazur(2)).values
    for name in ("E_total", "w1", "w8", "out_o1"):
        assert abs(second[f"{name}+"].exact.value - twice[f"{name}+2"].exact.value) < Decimal("1e-35"), name


def test_progress_is_told_and_ends_at_the_end() -> None:
    file = read(mazur(20))
    told: list[tuple[int, int]] = []
    solve(
        file, build(file), lambda stage: lambda done, total: told.append((done, total)) if stage == "updating" else None
    )
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_learning_rate_of_0_moves_nothing(solved: Callable[[str], Worked]) -> None:
    solution = solved(mazur(1).replace("learning_rate = 0.5", "learning_rate = 0"))
    assert solution.values["E_total+"].shown == solution.values["E_total"].shown
    assert solution.values["w5+"].shown == "0.4"


def test_everything_frozen_moves_nothing(solved: Callable[[str], Worked]) -> None:
    names = [f"w{n}" for n in range(1, 9)] + ["b1", "b2"]
    for steps in (1, 3):
        solution = solved(mazur(steps, frozen=str(names).replace("'", '"')))
        assert solution.training is not None
        assert solution.training.moved == ()
        end = "E_total+" if steps == 1 else "E_total+3"
        assert solution.values[end].shown == solution.values["E_total"].shown


SAMPLES = """
[network]
inputs = [[1, 2], [3, 4]]
targets = [[0], [1]]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.1, 0.2], [0.3, -0.4]]
biases = {biases}
[[network.layers]]
activation = "sigmoid"
weights = [[0.5, -0.6]]
biases = [0.1]
[update]
learning_rate = 0.1
frozen = {frozen}
[notation]
preset = "{preset}"
"""
SQUARES = """
[parameters]
W = [[1, 2], [3, 4]]
[model]
equations = '''
C = sum(W**2)
'''
[update]
learning_rate = 0.1
frozen = ["W[1, 2]"]
"""


@pytest.mark.parametrize(
    ("text", "still"),
    [
        (SAMPLES.format(biases="[0.1, 0.2]", frozen='["W1"]', preset="flat"), "w0 w1 w2 w3"),
        (SAMPLES.format(biases="0.1", frozen='["B1", "W2[0, 1]"]', preset="flat"), "b0 w5"),
        (SAMPLES.format(biases="[0.1, 0.2]", frozen='["W1[2,1]", "B1[1]"]', preset="layered"), "w1_21 b1_1"),
        (SQUARES, "W[1,2]"),
    ],
)
def test_arrays_and_their_entries_are_frozen(text: str, still: str) -> None:
    """The entry in row 2 and column 1, counted from 1, or from 0 where the notation does; also written with spaces."""
    training = derive.solve(derive.loads(text)).worked.training
    assert training is not None
    assert sorted(training.frozen) == sorted(still.split())
    assert not {*training.moved} & {*still.split()}


def test_each_step_carries_the_printed_parameters_on(solved: Callable[[str], Worked]) -> None:
    # By hand from printed values: w5+ = 0.4 - 0.5·0.0822 = 0.3589; 0.1385·0.5933 = 0.08217… = 0.0822.
    solution = solved(mazur(1, numbers='[numbers]\nround = "each-step"\ndecimals = 4\n'))
    assert solution.values["dE_total/dw5"].shown == "0.0822"
    assert solution.values["w5+"].shown == "0.3589"
    for formula in (*solution.training.formulas, *solution.training.forward):  # type: ignore[union-attr]
        shown = {name: Fraction(value.shown) for name, value in solution.values.items()}
        with mpmath.workdps(60):
            result = fraction(worth(plain(formula.expr), shown))
        assert shown[formula.name] == rounded(result, Policy(True, 4, None, False)), formula.name


def test_each_step_over_several_updates_is_each_step_again_and_again(solved: Callable[[str], Worked]) -> None:
    numbers = '[numbers]\nround = "each-step"\ndecimals = 6\n'
    first = solved(mazur(1, numbers=numbers)).values
    again = NAMED_MAZUR
    for name, before in {"w1": "0.15", "w2": "0.20", "w3": "0.25", "w4": "0.30", "w5": "0.40", "w6": "0.45",
                         "w7": "0.50", "w8": "0.55"}.items():  # fmt: skip
        again = again.replace(f"{before},", f"{first[f'{name}+'].shown},").replace(
            f"{before}]", f"{first[f'{name}+'].shown}]"
        )
    second = solved(again + numbers + '[update]\nlearning_rate = 0.5\nfrozen = ["b1", "b2"]\n').values
    twice = solved(mazur(2, numbers=numbers)).values
    assert twice["w5+2"].shown == second["w5+"].shown
    assert twice["E_total+2"].shown == second["E_total+"].shown


def test_an_update_that_leads_out_of_the_domain_is_told_with_its_step() -> None:
    file = read("""
        [network]
        inputs = [1]
        targets = [1]
        cost = "log(O) - y*O"
        [[network.layers]]
        activation = "identity"
        weights = [[0.5]]
        [update]
        learning_rate = 3
        steps = 5
        """)
    with pytest.raises(QuantityError) as caught:
        solve(file, build(file))
    assert caught.value.name.startswith("Cost+")
    assert caught.value.what == "the logarithm of a negative number"


@settings(max_examples=25)
@given(nets(calm, widest=2), st.sampled_from(["0.5", "0.1", "1"]))
def test_one_update_of_a_random_network(net: Net, rate: str) -> None:
    net = net._replace(notation="")
    file = read(net.toml(Policy(False, None, 6, False), f"[update]\nlearning_rate = {rate}"))
    try:
        solution = solve(file, build(file))
    except QuantityError:
        reject()
    if solution.kinks:
        reject()
    with mpmath.workdps(150):
        before = expected_values(net)
        parameters = Parameters.of(net)
        weight = bias = 0
        for layer in parameters.weights:
            for row in layer:
                for i in range(len(row)):
                    row[i] = real(row[i]) - mpmath.mpf(rate) * before[f"dCost/dw{weight}"]
                    weight += 1
        for layer in parameters.biases:
            for k in range(len(layer)):
                layer[k] = real(layer[k]) - mpmath.mpf(rate) * before[f"dCost/db{bias}"]
                bias += 1
        try:
            cost = forward(net, parameters).cost
        except (ValueError, ZeroDivisionError):
            reject()
        if extreme(cost) or abs(real(cost)) < mpmath.mpf(10) ** -30:
            reject()
        assert same(Fraction(solution.values["Cost+"].exact.value), cost, 15)
