"""PyTorch's derivatives, and what double precision can say."""

from __future__ import annotations

import builtins
import subprocess
import sys
import warnings
from decimal import Decimal
from itertools import product

import pytest

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.functions import FUNCTIONS
from derive.expression.parse import parse
from derive.expression.tree import Group, Name, Product, Sum
from derive.proof.torch import torch_functions
from derive.proof.torch.autograd import TOLERANCE, autograd
from derive.proof.torch.torch_functions import TorchFormula
from tests.covering import covering
from tests.proof.breaking import change_activation
from tests.proof.networks import (
    BLOG,
    MAZUR,
    made_up,
    need_torch,
    of_parameters,
    row,
    toml,
    verdicts,
    with_torch,
    worked,
)
from tests.proof.test_differences import BLOG_GRADIENTS, KINKS, MAZUR_GRADIENTS


def test_the_functions_of_pytorch_are_named_as_in_the_catalogue():
    assert torch_functions.FUNCTIONS.keys() <= ACTIVATIONS.keys()


@pytest.mark.parametrize(("text", "published"), [(BLOG, BLOG_GRADIENTS), (MAZUR, MAZUR_GRADIENTS)])
def test_published_gradients(text, published):
    report = with_torch(worked(text))
    for line in published.strip().splitlines():
        name, number = line.split()
        last = Decimal(1).scaleb(Decimal(number).as_tuple().exponent)
        assert abs(row(report, name).independent - Decimal(number)) <= last * Decimal("0.6")
    assert report.worst < Decimal("1e-11")


@pytest.mark.parametrize(
    ("activation", "cost", "biases"), covering(product(ACTIVATIONS, COSTS, ("own", "shared", "none")))
)
def test_each_activation_with_each_cost(activation, cost, biases):
    last = "sigmoid" if COSTS[cost].output_domain else activation
    report = with_torch(worked(made_up(2, 3, 2, hidden=activation, last=last, cost=cost, biases=biases)))
    at_kink = activation == "relu" and biases == "none" and not COSTS[cost].output_domain
    # A derivative of 0 that is a sum of terms which cancel is as far from 0 as these are rounded.
    assert set(of_parameters(report).values()) - {"not judged"} == {"kink" if at_kink else "holds"}
    assert report.holds
    assert sum(not found.judged for found in report.rows if not found.kink) <= 1


@pytest.mark.parametrize(
    ("name", "value"), [("slope", "0.3"), ("slope", "-0.5"), ("alpha", "2.5"), ("alpha", "0.25"), ("delta", "0.125")]
)
def test_parameters_of_functions(name, value):
    activation = {"slope": "leaky_relu", "alpha": "elu", "delta": "tanh"}[name]
    text = made_up(3, 4, 2, hidden=activation, cost="huber" if name == "delta" else "squared_error")
    if name == "delta":
        text = text.replace('cost = "huber"', f'cost = "huber"\ndelta = {value}')
    else:
        text = text.replace(f'activation = "{activation}"', f'activation = "{activation}"\n{name} = {value}')
    assert set(verdicts(with_torch(worked(text))).values()) == {"holds"}


@pytest.mark.parametrize(
    "activation",
    [
        "z/(1 + exp(-z))", "z if z > 0.2 else 0.3*z", "max(0, z)**2", "max(-1, min(1, z))", "sin(z)*abs(z)", "2**z",
        "-1 if z < -9 else 0.1*z if z < 0 else z**2", "sqrt(1 + z**2)", "z/(1 + abs(z))", "erf(z)", "5", "pi*z",
        "sqrt(z) if z > 0 else 0.1*z", "log(z) if z > 0.1 else z",
    ],
)  # fmt: skip
@pytest.mark.parametrize("cost", ["log(cosh(y - O))", "abs(y - O)*(1 + O**2)", "(y - O)**2 if O > y else y - O", "3"])
def test_formulas(activation, cost):
    report = with_torch(worked(made_up(2, 3, 2, hidden=activation, last="identity", cost=cost)))
    assert set(verdicts(report).values()) == {"holds"}


def torch():
    need_torch()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
    return torch


def test_a_formula_can_call_every_function():
    value = TorchFormula(torch())
    z = torch().tensor([0.3, 0.7], dtype=torch().float64)
    for name, function in FUNCTIONS.items():
        call = f"{name}({', '.join(['z'] * function.arity)})"
        assert value.value(parse(call, ("z",)), {"z": z}).shape == z.shape


def test_a_case_that_is_not_taken_does_not_spoil_the_derivative():
    z = torch().tensor([-1.0, 0.0, 4.0], dtype=torch().float64, requires_grad=True)
    total = TorchFormula(torch()).value(parse("sqrt(z) if z > 0 else z**2 if z < 0 else 3*z", ("z",)), {"z": z}).sum()
    (found,) = torch().autograd.grad(total, z)
    assert found.tolist() == [-2.0, 3.0, 0.25]


@pytest.mark.parametrize("text", KINKS.values(), ids=KINKS)
def test_what_is_behind_a_kink_is_told_and_not_judged(text):
    report = with_torch(worked(text))
    said = verdicts(report)
    assert {name for name, verdict in said.items() if verdict == "kink"} == {
        "dCost/dw0",
        "dCost/dw1",
        "dCost/dz0",
        "dO0/dz0",
    }
    assert {verdict for name, verdict in said.items() if verdict != "kink"} == {"holds"}
    assert report.holds


@pytest.mark.parametrize("z", ["20", "-20", "40", "-40", "1000", "-1000"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "elu", "silu", "gelu", "gelu_tanh"])
def test_a_saturated_neuron_is_no_failure(activation, z):
    text = toml(f"[{z}]", "[1]", "half_squared_error", (activation, "[[1]]", "0.5"), ("identity", "[[2]]", "0.1"))
    report = with_torch(worked(text))
    assert report.holds
    assert row(report, "dCost/db1").verdict == "holds"


def test_what_double_precision_has_lost_is_not_judged():
    text = toml("[38]", "[1]", "half_squared_error", ("sigmoid", "[[1]]", ""), ("identity", "[[2]]", "0.1"))
    found = row(with_torch(worked(text)), "dCost/dw0")
    assert (found.verdict, found.unjudged) == ("not judged", "lost in the rounding of double precision")
    assert not found.independent


@pytest.mark.parametrize("derivative", ["O", "0.000001*O"])
@pytest.mark.parametrize("z", ["38", "1000", "-10"])
def test_a_wrong_slope_of_a_saturated_neuron_is_a_failure(z, derivative, monkeypatch):
    change_activation(monkeypatch, "sigmoid", derivative=derivative, stable_derivative=None, worked=None)
    text = toml(f"[{z}]", "[1]", "half_squared_error", ("sigmoid", "[[1]]", ""), ("identity", "[[2]]", "0.1"))
    assert verdicts(with_torch(worked(text)))["dCost/dw0"] == "differs"


def test_an_error_in_the_tenth_digit_is_a_failure(monkeypatch):
    change_activation(monkeypatch, "sigmoid", derivative="1.00000001*O*(1 - O)", stable_derivative=None, worked=None)
    assert not with_torch(worked(BLOG)).holds


@pytest.mark.parametrize("beside", ["1e-25", "-1e-25"])
def test_a_kink_that_is_nearer_than_rounding_is_no_failure(beside):
    bias = str(Decimal("-0.3") + Decimal(beside))
    text = toml("[0.1]", "[1]", "half_squared_error", ("relu", "[[3]]", bias), ("identity", "[[2]]", "0.1"))
    report = with_torch(worked(text))
    assert report.holds
    assert row(report, "dCost/db1").verdict == "holds"


def test_the_cross_entropy_next_to_1():
    report = with_torch(worked(toml("[30]", "[0]", "binary_cross_entropy", ("sigmoid", "[[1]]", ""))))
    # By hand: dC/dw = x·(O − y) = 30·σ(30), which loses nothing; dC/dO = 1/(1 − O) loses most digits in 1 − O.
    assert abs(row(report, "dCost/dw0").independent - 30) < Decimal("1e-11")
    assert row(report, "dCost/dw0").verdict == "holds"
    assert row(report, "dCost/dO0").unjudged == "lost in the rounding of double precision"
    beyond = with_torch(worked(toml("[40]", "[0]", "binary_cross_entropy", ("sigmoid", "[[1]]", ""))))
    assert row(beyond, "dCost/dw0").unjudged == "out of the range of double precision"
    assert beyond.holds


@pytest.mark.parametrize("numbers", ["[1e100]", "[1e-100]"])
def test_numbers_beyond_double_precision_are_no_failure(numbers):
    text = toml(numbers, "[1]", "squared_error", ("z**3", f"[{numbers}]", ""), ("z**2", "[[1]]", ""))
    report = with_torch(worked(text))
    assert report.holds
    assert row(report, "dCost/dw0").verdict == "not judged"


def test_the_version_is_told():
    assert with_torch(worked(BLOG)).note == f"PyTorch {torch().__version__}, in double precision."


def test_without_pytorch_there_is_no_report(monkeypatch):
    original = builtins.__import__

    def refuse(name, *rest):
        if name == "torch":
            raise ImportError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert autograd(worked(BLOG)) is None


def test_pytorch_is_loaded_only_when_it_is_asked_for():
    rooms = "derive.proof, derive.proof.torch.autograd, derive.proof.numeric.differences"
    code = f"import sys, {rooms}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_tolerance_leaves_no_room_for_errors():
    assert Decimal("1e-9") >= TOLERANCE


def test_a_cost_beyond_double_precision_is_not_judged():
    """The square within the root is 10^310: PyTorch's derivative is 0 then, and the true one is 1."""
    need_torch()
    solution = worked(toml("[1e100]", "[0]", "sqrt((y - O)**2 + 1)", ("identity", "[[1e55]]", "")))
    report = autograd(solution)
    assert report is not None
    assert solution.values["dCost/dO0"].shown == "1.000"
    assert {found.unjudged for found in report.rows if found.name != "dO0/dz0"} == {
        "out of the range of double precision"
    }


def test_a_long_weighted_sum_is_that_of_its_terms() -> None:
    """Products are made all at once where there are many: the value, and the slope by each factor, stay the same."""
    torch = pytest.importorskip("torch")
    names = [f"{letter}{place}" for place in range(12) for letter in "xw"]
    numbers = {name: torch.tensor([0.25 * place - 1.5], dtype=torch.float64) for place, name in enumerate(names)}
    values = {name: number.requires_grad_() for name, number in {**numbers, "b": torch.ones(1).double()}.items()}
    products = [Group(Product((Name(f"x{place}"), Name(f"w{place}")))) for place in range(12)]
    found = TorchFormula(torch).value(Sum((*products, Name("b"))), values)
    found.backward()
    assert found.item() == 1 + sum((0.5 * place - 1.5) * (0.5 * place - 1.25) for place in range(12))
    assert [values[f"x{place}"].grad.item() for place in range(12)] == [0.5 * place - 1.25 for place in range(12)]
    assert [values[f"w{place}"].grad.item() for place in range(12)] == [0.5 * place - 1.5 for place in range(12)]
    assert values["b"].grad.item() == 1
