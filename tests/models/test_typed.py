"""Functions that are typed out: the derivative in the form that people use, and values that do not overflow."""

from __future__ import annotations

import math

import pytest

import derive

#: What is typed, and its derivative as textbooks have it, over the name that is defined.
TYPED = {
    "1/(1 + exp(-z))": "s * (1 - s)",
    "1/(exp(-z) + 1)": "s * (1 - s)",
    "exp(z)/(1 + exp(z))": "s * (1 - s)",
    "exp(z)/(exp(z) + 1)": "s * (1 - s)",
    "1/(1 + exp(z))": "-s * (1 - s)",
    "1/(1 + exp(-(w*z + b)))": "s * (1 - s) * w",
    "1/(1 + exp(-w*z - b))": "s * (1 - s) * w",
    "(exp(z) - exp(-z))/(exp(z) + exp(-z))": "1 - s**2",
    "(exp(2*z) - 1)/(exp(2*z) + 1)": "1 - s**2",
    "(1 - exp(-2*z))/(1 + exp(-2*z))": "1 - s**2",
    # and what is neither
    "1/(2 + exp(-z))": "",
    "2/(1 + exp(-z))": "",
    "(exp(z) - exp(-z))/(exp(z) + exp(-w))": "",
    "(exp(z) - 1)/(exp(z) + 1)": "",
}


def solved(formula: str, z: str = "0.3") -> derive.Solution:
    return derive.solve(
        derive.loads(
            f"[given]\nz = {z}\nw = 0.7\nb = -0.2\n[model]\nwrt = ['z', 'w', 'b']\n"
            f"equations = '''\ns = {formula}\nC = 3*s\nidle = w + b + z\n'''\nof = 'C'\n"
        )
    )


@pytest.mark.parametrize("formula", TYPED)
def test_the_form_and_the_value(formula: str) -> None:
    solution = solved(formula)
    (step,) = [step for step in solution.steps if step.target == "dC/dz"]
    form = TYPED[formula]
    assert (step.symbolic in (f"dC/ds * {form}", f"dC/ds * ({form})")) == bool(form), step.symbolic
    names = {"z": 0.3, "w": 0.7, "b": -0.2, "exp": math.exp}
    value, step_size = eval(formula, names), 1e-6  # noqa: S307 - a formula of this file
    assert float(solution.values["s"].exact) == pytest.approx(value, rel=1e-12)
    ends = [eval(formula, {**names, "z": 0.3 + side * step_size}) for side in (-1, 1)]  # noqa: S307
    slope = 3 * (ends[1] - ends[0]) / (2 * step_size)
    assert float(solution.values["dC/dz"].exact) == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize(("formula", "low"), [("1/(1 + exp(-z))", 0), ("(exp(z) - exp(-z))/(exp(z) + exp(-z))", -1)])
def test_no_overflow(formula: str, low: int) -> None:
    for z, expected in (("1e20", 1), ("-1e20", low)):
        values = solved(formula, z).values
        assert float(values["s"].exact) == pytest.approx(expected)
        assert float(values["dC/dz"].exact) == pytest.approx(0)


SOFTMAX = """
[parameters]
z = {z}
[index]
i = "1..3"
k = "1..3"
[model]
equations = '''
{equations}
'''
"""
FAMILY = "p[i] = exp(z[i])/sum(exp(z[k]), k)\nC = -log(p[2])"
ARRAY = "p = exp(z)/sum(exp(z))\nC = -log(p[2])"


@pytest.mark.parametrize("equations", [FAMILY, ARRAY])
def test_a_typed_softmax(equations: str) -> None:
    """Of −ln p₂ the derivatives are p₁, p₂ − 1, p₃; here they come about by −1/p₂ times −p₁·p₂ and its like."""
    text = SOFTMAX.format(z="[1.0, 2.0, 0.5]", equations=equations)
    solution = derive.solve(derive.loads(text, {"document": {"view": "scalar"}}))
    shares = [math.exp(z) for z in (1.0, 2.0, 0.5)]
    p = [share / sum(shares) for share in shares]
    found = [float(solution.values[f"dC/dz[{at}]"].exact) for at in (1, 2, 3)]
    assert found == pytest.approx([p[0], p[1] - 1, p[2]], rel=1e-12)
    forms = {step.target: step.symbolic for step in solution.steps}
    assert "p[2] * p[1]" in forms["dC/dz[1]"]
    assert "p[2] * (1 - p[2])" in forms["dC/dz[2]"]
    large_text = SOFTMAX.format(z="[1e20, 2.0, -1e25]", equations=equations.replace("-log(p[2])", "p[2]**2"))
    large = derive.solve(derive.loads(large_text)).values
    assert [float(large[f"p[{at}]"].exact) for at in (1, 2, 3)] == pytest.approx([1, 0, 0])


def test_one_share_of_a_softmax() -> None:
    """p = exp(z₂)/Σ by itself: its derivatives are −p·exp(z₁)/Σ and p·(1 − p)."""
    equations = "p = exp(z[2])/(exp(z[1]) + exp(z[2]))\nC = 2*p"
    solution = derive.solve(derive.loads(SOFTMAX.format(z="[1.0, 2.0, 0.5]", equations=equations)))
    p = math.exp(2) / (math.exp(1) + math.exp(2))
    found = [float(solution.values[f"dC/dz[{at}]"].exact) for at in (1, 2)]
    assert found == pytest.approx([-2 * p * (1 - p), 2 * p * (1 - p)], rel=1e-12)
