"""The numbers of the two published examples, and exact values against a forward pass of our own."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
from hypothesis import Phase, find, given, reject, settings

import derive
from derive.calculus.solution import Worked, solve
from derive.calculus.values import QuantityError, exact_text
from derive.catalogue.activations import ACTIVATIONS as ACTIVATION_ROWS
from derive.catalogue.costs import COSTS as COST_ROWS
from derive.expression.plain import plain
from derive.model.writings.dense import build
from derive.numbers.real import Real
from tests.calculus.networks import ENTROPIES, calm, nets, wild
from tests.calculus.oracle import COSTS, Net, Parameters, Policy, Shift, extreme, forward, same, slope
from tests.conftest import read
from tests.expression.reading import real
from tests.published import BLOG, NAMED_MAZUR

# The blog, as facts.md gives it: carried at four decimals, and exact to eight.

BLOG_VALUES = {
    "z0": ("2.87", "2.87"),
    "O0": ("0.9463", "0.94634335"),
    "z1": ("8.7", "8.7"),
    "O1": ("0.9998", "0.99983344"),
    "z2": ("0.15", "0.15"),
    "O2": ("0.5374", "0.53742985"),
    "z3": ("0.5948", "0.59478668"),
    "O3": ("0.6445", "0.64446268"),
    "Cost": ("0.0380", "0.03796041"),
    "dCost/dO3": ("-0.2755", "-0.27553732"),
    "dO3/dz3": ("0.2291", "0.22913053"),
    "dCost/dz3": ("-0.0631", "-0.06313401"),
    "dCost/db3": ("-0.0631", "-0.06313401"),
    "dCost/dw6": ("-0.0597", "-0.05974645"),
    "dCost/dw7": ("-0.0631", "-0.06312350"),
    "dCost/dw8": ("-0.0339", "-0.03393010"),
    "dCost/dO0": ("-0.0568", "-0.05682061"),
    "dO0/dz0": ("0.0508", "0.05077762"),
    "dCost/dz0": ("-0.0029", "-0.00288522"),
    "dCost/db0": ("-0.0029", "-0.00288522"),
    "dCost/dw0": ("-0.0058", "-0.00577043"),
    "dCost/dw1": ("-0.0261", "-0.02596694"),
    "dCost/dO1": ("0.0316", "0.03156701"),
    "dO1/dz1": ("0.0002", "0.00016653"),
    "dCost/dz1": ("0.0000", "0.00000526"),
    "dCost/db1": ("0.0000", "0.00000526"),
    "dCost/dw2": ("0.0000", "0.00001051"),
    "dCost/dw3": ("0.0000", "0.00004731"),
    "dCost/dO2": ("-0.0050", "-0.00505072"),
    "dO2/dz2": ("0.2486", "0.24859901"),
    "dCost/dz2": ("-0.0012", "-0.00125560"),
    "dCost/db2": ("-0.0012", "-0.00125560"),
    "dCost/dw4": ("-0.0024", "-0.00251121"),
    "dCost/dw5": ("-0.0108", "-0.01130044"),
}

CARRIED = '[numbers]\nround = "each-step"\ndecimals = 4\n'
SHOWN = '[numbers]\nround = "end"\ndecimals = 4\n'


def test_the_blog_to_the_digit(solved: Callable[[str], Worked]) -> None:
    values = solved(BLOG + CARRIED).values
    assert {name: values[name].shown for name in BLOG_VALUES} == {
        name: shown for name, (shown, _) in BLOG_VALUES.items()
    }


@pytest.mark.parametrize("numbers", [CARRIED, SHOWN], ids=["each-step", "end"])
def test_the_blogs_exact_values_whatever_is_carried(numbers: str, solved: Callable[[str], Worked]) -> None:
    values = solved(BLOG + numbers).values
    for name, (_, exact) in BLOG_VALUES.items():
        value = values[name].exact.value
        if exact in {"2.87", "8.7", "0.15"}:
            assert values[name].exact.exact
            assert value == Decimal(exact)
        else:
            assert f"{value:.8f}" == exact, name


def test_the_blogs_own_cost_without_the_half(solved: Callable[[str], Worked]) -> None:
    values = solved(BLOG.replace("half_squared_error", "squared_error") + CARRIED).values
    assert values["Cost"].shown == "0.0759"
    assert f"{values['Cost'].exact.value:.8f}" == "0.07592082"
    assert values["dCost/dO3"].shown == "-0.5510"  # the factor 2 that the post loses


def test_at_full_precision_the_blog_is_rounded_once(solved: Callable[[str], Worked]) -> None:
    # From the exact column of facts.md: three gradients differ from those with carried values.
    values = solved(BLOG + SHOWN).values
    shown = {
        name: f"{Decimal(exact):.4f}"
        for name, (_, exact) in BLOG_VALUES.items()
        if exact not in {"2.87", "8.7", "0.15"}
    }
    assert {name: values[name].shown for name in shown} == {
        name: text.removeprefix("-") if Decimal(text) == 0 else text for name, text in shown.items()
    }
    assert (values["dCost/dw1"].shown, values["dCost/dz2"].shown, values["dCost/dw5"].shown) == (
        "-0.0260",
        "-0.0013",
        "-0.0113",
    )


# 1/(1 + e^10) = 0.0000453978687024344, and 1/(1 + e^±7) = 0.000911051194400645, 0.999088948805599.
@pytest.mark.parametrize(
    ("layer", "targets", "cost", "digits", "told"),
    [
        ('"softmax"\nweights = [[-7], [3]]', "[1, 0]", "cross_entropy", "decimals = 2",
         "O0 is 0.0000453978687024344, and carried on as 0.00; decimals = 5, significant in place of decimals or"),
        ('"sigmoid"\nweights = [[-7]]', "[1]", "binary_cross_entropy", "decimals = 2",
         "O0 is 0.000911051194400645, and carried on as 0.00; decimals = 3, significant in place of decimals or"),
        ('"sigmoid"\nweights = [[7]]', "[0]", "binary_cross_entropy", "significant = 2",
         "O0 is 0.999088948805599, and carried on as 1.0; significant = 3 or"),
    ],
)  # fmt: skip
def test_a_probability_that_is_rounded_to_0_has_no_logarithm_and_what_to_do_is_told(
    layer: str, targets: str, cost: str, digits: str, told: str
) -> None:
    text = (
        f'[network]\ninputs = [1]\ntargets = {targets}\ncost = "{cost}"\n[[network.layers]]\nactivation = {layer}\n'
        f'[numbers]\nround = "each-step"\n{digits}\n'
    )
    with pytest.raises(derive.errors.InputError) as caught:
        derive.solve(derive.loads(text))
    message = str(caught.value)
    assert "cannot be worked out: the logarithm of 0" in message
    assert f'(met because results are rounded at each step: {told} round = "end" may keep it away)' in message
    enough = told.partition("; ")[2].removesuffix(" or").split(",")[0]
    assert derive.solve(derive.loads(text.replace(digits, enough))).values["O0"].shown


def test_what_rounding_erases_and_hollows_out_in_the_blog(solved: Callable[[str], Worked]) -> None:
    values = solved(BLOG + CARRIED).values
    losses = {name: value.loss for name, value in values.items() if value.loss}
    # Erased are dCost/dz1, dCost/dw2 and dCost/dw3 (and dCost/db1, which is dCost/dz1).
    # One digit where four decimals want two at least: 0.0002.
    assert losses == {
        "dO1/dz1": "hollow",
        "dCost/dz1": "erased",
        "dCost/db1": "erased",
        "dCost/dw2": "erased",
        "dCost/dw3": "erased",
    }
    assert not [name for name, value in solved(BLOG + "[numbers]\nsignificant = 6\n").values.items() if value.loss]


@pytest.mark.parametrize(
    ("quantity", "printed"),
    [
        # sample.md, and the same by hand.
        ("z0", "= (2 * 0.15) + (9 * 0.23) + 0.5 = 0.3 + 2.07 + 0.5 = 2.87"),
        ("O0", "= 1 / (1 + exp(-2.87)) ≈ 0.9463"),
        (
            "z3",
            "= (0.9463 * 0.9) + (0.9998 * (-0.5)) + (0.5374 * 0.08) + 0.2 = 0.85167 - 0.4999 + 0.042992 + 0.2 "
            "= 0.594762 ≈ 0.5948",
        ),
        ("Cost", "= 1 / 2 * (0.92 - 0.6445)**2 = 1 / 2 * 0.2755**2 = 1 / 2 * 0.07590025 = 0.037950125 ≈ 0.0380"),
        ("dCost/dO3", "= 0.6445 - 0.92 = -0.2755"),
        ("dCost/dz3", "= (-0.2755) * 0.2291 = -0.06311705 ≈ -0.0631"),
        ("dCost/dz1", "= 0.0316 * 0.0002 = 0.00000632 ≈ 0.0000"),
        ("dCost/dO0", "= (-0.0631) * 0.9 = -0.05679 ≈ -0.0568"),
    ],
)
def test_the_lines_of_the_sample(quantity: str, printed: str, solved: Callable[[str], Worked]) -> None:
    assert line(solved(BLOG + CARRIED), quantity) == printed


def test_at_full_precision_a_line_has_the_digits_that_it_takes(solved: Callable[[str], Worked]) -> None:
    # The contract: (-0.002885)·9 ≈ -0.0260, not (-0.0029)·9; -0.002885·9 = -0.025965.
    assert line(solved(BLOG + SHOWN), "dCost/dw1") == "≈ (-0.002885) * 9 ≈ -0.0260"


@pytest.mark.parametrize(
    ("policy", "printed"),
    [
        # 0.00012·0.00034 = 0.0000000408 = 4.08·10⁻⁸ and 30000·50 = 1500000 = 1.5·10⁶.
        ("significant = 9", "= (0.00012 * 0.00034) + (30000 * 50) + 0.5 = 4.08e-8 + 1.5e6 + 0.5 ≈ 1.50000050e6"),
        ("decimals = 2", "= (0.00012 * 0.00034) + (30000 * 50) + 0.5 = 0.0000000408 + 1500000 + 0.5 ≈ 1500000.50"),
    ],
)
def test_a_number_between_has_a_power_of_ten_only_where_digits_are_significant(
    policy: str, printed: str, solved: Callable[[str], Worked]
) -> None:
    net = """
        [network]
        inputs = [0.00012, 30000]
        targets = [0.92]
        cost = "half_squared_error"
        [[network.layers]]
        activation = "identity"
        weights = [[0.00034, 50]]
        biases = [0.5]
        [numbers]
    """
    assert line(solved(net + policy), "z0") == printed


def line(solution: Worked, quantity: str) -> str:
    if quantity in solution.model.graph.definitions:
        working = solution.forward(quantity)
    else:
        working = solution.working(next(step for step in solution.steps if step.target == quantity))
    return " ".join(f"{sign} {plain(side)}" for sign, side in working.lines)


# Mazur: cases/mazur-2-2-2-sigmoid.toml, what was published and confirmed.

CASE = Path(__file__).with_name("mazur.toml")


def plain_name(published: str) -> str:
    """The case's own names in ours."""
    fixed = {
        "cost": "E_total",
        "da_dz_o1": "dout_o1/dnet_o1",
        "da_dz_h1": "dout_h1/dnet_h1",
        "dcost_da_o1": "dE_total/dout_o1",
        "dcost_dz_o1": "dE_total/dnet_o1",
        "dcost_dz_o2": "dE_total/dnet_o2",
        "dcost_dz_h1": "dE_total/dnet_h1",
        "dcost_dz_h2": "dE_total/dnet_h2",
        "dcost_da_h1": "dE_total/dout_h1",
        "dcost_o1_da_h1": "dE_o1/dout_h1",
        "dcost_o2_da_h1": "dE_o2/dout_h1",
        "dz_o1_dw5": "out_h1",  # dz/dw5 is what the weight multiplies
        "cost_o1": "E_o1",
        "cost_o2": "E_o2",
        "cost_after_1": "E_total+",
    }
    kind, _, rest = published.partition("_")
    kinds = {"z": f"net_{rest}", "a": f"out_{rest}", "grad": f"dE_total/d{rest}", "new": f"{rest}+"}
    return fixed.get(published) or kinds[kind]


def published() -> Iterator[tuple[str, str]]:
    case = tomllib.loads(CASE.read_text(encoding="utf-8"))
    yield from ((name, case["published"][name]) for name in case["confirmed"])


UPDATE = '[numbers]\ndecimals = 10\n[update]\nlearning_rate = 0.5\nfrozen = ["b1", "b2"]\n'


@pytest.mark.parametrize(("name", "digits"), list(published()))
def test_what_mazur_printed(name: str, digits: str, solved: Callable[[str], Worked]) -> None:
    value = solved(NAMED_MAZUR + UPDATE).values[plain_name(name)].exact.value
    places = -int(Decimal(digits).as_tuple().exponent)
    assert abs(value - Decimal(digits)) <= Decimal(5).scaleb(-places - 1)


def test_mazurs_recomputed_values(solved: Callable[[str], Worked]) -> None:
    values = solved(NAMED_MAZUR + UPDATE).values
    case = tomllib.loads(CASE.read_text(encoding="utf-8"), parse_float=Decimal)["recomputed"]
    for name, value in case.items():
        if "10000" not in name:
            found = values[plain_name(name)].exact.value
            assert abs(found - value) <= abs(value) * Decimal("1e-11"), name


# Exact values, against a forward pass and central differences of our own.

DIGITS = 16  # the contract promises 15


def expected_values(net: Net) -> dict[str, mpmath.mpf | Fraction]:
    """Net inputs, outputs, costs and all derivatives of the cost, by flat plain names counted from 0."""
    parameters = Parameters.of(net)
    here = forward(net, parameters)
    values: dict[str, mpmath.mpf | Fraction] = {"Cost": here.cost}
    count = weight = bias = 0
    for number, layer in enumerate(net.layers):
        shared: list[str] = []
        for j in range(len(layer.weights)):
            name = str(count)
            values[f"z{name}"], values[f"O{name}"] = here.net_inputs[number][j], here.outputs[number][j]
            for letter, output in (("z", False), ("O", True)):
                values[f"dCost/d{letter}{name}"] = slope(
                    lambda by, j=j, number=number, output=output: (
                        forward(net, parameters, Shift((number, j), output, by)).cost
                    )
                )
            for i in range(len(layer.weights[j])):
                values[f"dCost/dw{weight}"] = slope(
                    lambda by, place=(number, j, i): forward(net, moved(parameters, place, by)).cost
                )
                weight += 1
            shared.append(name)
            count += 1
        for k in range(len(parameters.biases[number])):
            values[f"dCost/db{bias}"] = slope(
                lambda by, number=number, k=k: forward(net, moved(parameters, (number, k), by)).cost
            )
            bias += 1
    if len(net.targets) > 1:
        values |= {f"Cost_{count - len(net.targets) + k}": part for k, part in enumerate(here.parts)}
    return values


def moved(parameters: Parameters, place: tuple[int, ...], by: Fraction) -> Parameters:
    """The parameters with a weight (layer, neuron, input) or a bias (layer, index) moved."""
    weights = [[list(row) for row in layer] for layer in parameters.weights]
    biases = [list(layer) for layer in parameters.biases]
    if len(place) == 3:
        weights[place[0]][place[1]][place[2]] += by
    else:
        biases[place[0]][place[1]] += by
    return Parameters(weights, biases)


def check_exact_values(net: Net, digits: int) -> None:
    """Compare all exact values with ours.

    Args:
        net: the network.
        digits: the precision of ours; the step of a central difference is its third part.
    """
    net = net._replace(notation="")
    file = read(net.toml(Policy(False, None, 6, False)))
    try:
        solution = solve(file, build(file))
    except QuantityError:
        reject()
    kinked = {f"dCost/d{name}" for kink in solution.kinks for name in solution.model.graph.depends_on(kink.argument)}
    with mpmath.workdps(digits):
        for name, true in expected_values(net).items():
            if extreme(true):
                reject()
            found = solution.values[name].exact
            if found.exact and not name.startswith("d"):
                assert Fraction(found.value) == true, name
            # Beside the largest of its terms, a central difference is right to two thirds of its digits.
            tiny = max(abs(real(true)), abs(real(Fraction(found.value)))) < mpmath.mpf(10) ** (-digits // 4)
            assert tiny or name in kinked or same(true, Fraction(found.value), DIGITS), (name, found.value, true)


@settings(max_examples=60)
@given(nets(calm))
def test_exact_values_and_gradients_of_random_networks(net: Net) -> None:
    check_exact_values(net, 150)


@settings(max_examples=30)
@given(nets(wild))
def test_exact_values_and_gradients_of_saturated_networks(net: Net) -> None:
    check_exact_values(net, 900)


@pytest.mark.parametrize("row", [*ACTIVATION_ROWS, *COST_ROWS])
def test_random_networks_meet_every_activation_and_cost(row: str) -> None:
    """A generator that forgets a row would prove nothing of it."""
    drawn = settings(phases=[Phase.generate], max_examples=5000)
    find(nets(calm), lambda net: row in (net.cost, *(layer.activation for layer in net.layers)), settings=drawn)


def test_every_cost_has_its_twin() -> None:
    assert set(COSTS) == set(COST_ROWS)


# How exact values are written.


@pytest.mark.parametrize(
    ("value", "exact", "text"),
    [
        ("2.870", True, "2.87"),
        ("100", True, "100"),
        ("1E+3", True, "1000"),
        ("-0.0597464543724245123", False, "-0.0597464543724245"),
        ("0.5000000000000000000000001", False, "0.500000000000000"),
        ("0", True, "0"),
        ("-0", True, "0"),
        ("0E-20", False, "0"),
        ("1.5e-9", True, "1.5e-9"),
        ("0.00000012345", True, "1.2345e-7"),
        ("-1.23456789012345678e-20", False, "-1.23456789012346e-20"),
        ("1234567890123456789", True, "1234567890123456789"),
        ("123456789012345678.9", False, "1.23456789012346e17"),
        (
            "0.12345678901234567890123456789012345678901234567891",
            True,
            "0.12345678901234567890123456789012345678901234567891",
        ),
    ],
)
def test_exact_text(value: str, exact: bool, text: str) -> None:
    written = exact_text(Real(Decimal(value), exact))
    assert Decimal(written) == Decimal(text)
    digits = written.lstrip("-").partition("e")[0].replace(".", "").lstrip("0")
    assert exact or not Decimal(value) or len(digits) >= 15
    assert not written.startswith("-0") or Decimal(written) != 0
    float(written)


@settings(max_examples=60)
@given(nets(calm))
def test_only_a_cross_entropy_has_no_value(net: Net) -> None:
    file = read(net.toml(Policy(True, 2, None, False)))
    try:
        solve(file, build(file))
    except QuantityError as error:
        assert net.cost in ENTROPIES
        assert error.rounded
