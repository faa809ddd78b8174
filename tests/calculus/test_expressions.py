"""Quantities and derivatives as SymPy expressions: SymPy's own derivative of the whole cost, and its value."""

from __future__ import annotations

import pytest
import sympy

import derive
from derive.errors import UsageError

NETWORK = """
[network]
inputs = [0.5, -1.5]
targets = [0.25, 1]
cost = "{cost}"
[[network.layers]]
activation = "{activation}"
weights = [[0.4, -0.3], [0.8, 0.7]]
biases = 0.2
[[network.layers]]
activation = "sigmoid"
weights = [[0.6, -0.1], [0.9, 0.35]]
biases = [0.05, -0.4]
[update]
learning_rate = 0.5
"""
ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu", "softplus", "gelu", "z*atan(z) + 0.1*abs(z)", "z**2*sign(z)")
COSTS = ("binary_cross_entropy", "huber")


def solved(activation: str = "sigmoid", cost: str = "half_squared_error") -> derive.Solution:
    return derive.solve(derive.loads(NETWORK.format(activation=activation, cost=cost)))


def point(solution: derive.Solution) -> dict[sympy.Symbol, sympy.Rational]:
    """The given values, exactly."""
    given = solution.network.model.graph.given
    return {sympy.Symbol(name, real=True): sympy.Rational(str(value)) for name, value in given.items()}


def near(one: sympy.Expr, other: object) -> bool:
    return bool(abs(sympy.N(one - sympy.Rational(str(other)), 40)) < sympy.Float("1e-13"))


@pytest.mark.parametrize(
    ("activation", "cost"),
    [*((activation, "half_squared_error") for activation in ACTIVATIONS), *(("sigmoid", cost) for cost in COSTS)],
)
def test_a_derivative_of_the_cost_is_sympys_own(activation: str, cost: str) -> None:
    solution = solved(activation, cost)
    at = point(solution)
    whole = solution.sympy("Cost")
    assert near(whole.subs(at), solution.values["Cost"].exact)
    for name in ("w0", "w7", "b0"):
        ours = solution.sympy(f"dCost/d{name}")
        own = sympy.diff(whole, sympy.Symbol(name, real=True))
        own = own.replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))  # a sign's, off its jump
        assert ours.free_symbols <= set(at)
        assert near(ours.subs(at), sympy.N(own.subs(at), 40))


def test_the_whole_of_a_small_network_by_hand() -> None:
    """½(y − wx)² for one neuron that passes its input on: −(y − wx)·x."""
    solution = derive.solve(
        derive.loads(
            {
                "network": {
                    "inputs": [2],
                    "targets": [1],
                    "cost": "half_squared_error",
                    "layers": [{"activation": "identity", "weights": [[3]]}],
                }
            }
        )
    )
    x, w, y = sympy.symbols("x0 w0 y", real=True)
    assert sympy.expand(solution.sympy("Cost") - (y - w * x) ** 2 / 2) == 0
    assert sympy.expand(solution.sympy("dCost/dw0") + (y - w * x) * x) == 0
    assert solution.sympy("w0") == w
    assert solution.sympy("dz0/dw0") == x
    assert solution.sympy("dO0/dw0") == x
    assert solution.sympy("dz0/dy") == 0


def test_a_local_derivative_and_one_over_all_ways() -> None:
    solution = solved()
    z0, z2 = solution.sympy("z0"), solution.sympy("z2")
    x0, x1, w0, w1, b0 = sympy.symbols("x0 x1 w0 w1 b0", real=True)
    assert z0 == x0 * w0 + x1 * w1 + b0
    assert sympy.simplify(solution.sympy("dO0/dz0") - sympy.exp(-z0) / (1 + sympy.exp(-z0)) ** 2) == 0
    # over both neurons of the first layer
    assert near(
        (solution.sympy("dz2/dx0") - sympy.diff(z2, x0)).subs(point(solution)),
        0,
    )
    assert solution.sympy("dz2/dO0") == sympy.Symbol("w4", real=True)
    values = solution.values
    for name in ("dCost/dO0", "dO2/dz2", "dCost_2/dO0"):
        assert near(solution.sympy(name).subs(point(solution)), values[name].exact)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("dCost/dw99", 'did you mean "dCost/dw'),
        ("cost", 'did you mean "Cost"?'),
        ("dw0/dCost", "no quantity"),
        ("w0+", "before an update"),
        ("", "no quantity"),
        ("d/d", "no quantity"),
    ],
)
def test_an_unknown_name_is_a_sentence(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match="before an update no quantity is called") as told:
        solved().sympy(name)
    assert hint in str(told.value)
