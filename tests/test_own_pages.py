"""A page that `derive render` writes is right by `derive audit` of the same file, and of the file without its policy.

Pages of random networks under random policies, as JSON and as Markdown, with no, one or several updates.
"""

from __future__ import annotations

import json
import random
import re
from itertools import product
from pathlib import Path

import pytest

import derive
from tests.audit.paper import random_net
from tests.covering import covering
from tests.pages.networks import network
from tests.samples.networks import sampled

STEPS = [0, 1, 2, 3, 10]
DIGITS = [*(("decimals", count) for count in (2, 3, 4, 6)), *(("significant", count) for count in (3, 4, 6))]
#: Every number of digits with every number of updates, each of them with both ways of rounding and both ways of ties.
PAGES = [
    ({"round": kind, counted: count, "ties": ties}, steps)
    for steps, (counted, count), kind, ties in covering(product(STEPS, DIGITS, ("each-step", "end"), ("even", "up")))
]


def page(source: random.Random, folder: Path, policy: dict[str, object], steps: int) -> derive.Solution:
    text = random_net(source).toml()
    text = text.partition("[update]")[0] if not steps else f"{text}steps = {steps}\n"
    file = folder / "net.toml"
    file.write_text(text, encoding="utf-8")
    return derive.solve(derive.load(file, {"numbers": policy}))


def not_right(audit: derive.Audit) -> list[tuple[str, str, str, str]]:
    return [
        (claim.name, claim.published, claim.exact, claim.verdict)
        for claim in audit.claims
        if claim.verdict not in ("agrees", "rounding") and not _FAR.search(claim.published)
    ]


#: A number with more digits in its exponent than a claim may have: that of an output that is all but 0.
_FAR = re.compile(r"e-?\d{10,}$")


@pytest.mark.parametrize(("policy", "steps"), PAGES, ids=str)
def test_a_page_of_our_own_is_right(tmp_path: Path, policy: dict[str, object], steps: int) -> None:
    source = random.Random(f"{policy} {steps}")  # noqa: S311 - chance, no secret
    solution = page(source, tmp_path, policy, steps)
    without = derive.solve(derive.load(tmp_path / "net.toml"))
    values = json.loads(solution.render("json"))["values"]
    claims = {name: value["shown"] for name, value in values.items()}
    for other in (solution, without):
        audit = other.audit(claims)
        assert len(audit.claims) == len(values)
        assert not_right(audit) == []


#: Policies under which more digits are printed than a file may hold: each seed with both ways of rounding, and with
#: both of counting digits.
LONG = [
    ({"round": kind, counted: 50, {"decimals": "significant", "significant": "decimals"}[counted]: None}, seed)
    for seed, kind, counted in covering(product(range(151, 159), ("each-step", "end"), ("decimals", "significant")))
]


@pytest.mark.parametrize(("policy", "seed"), LONG, ids=str)
def test_a_page_with_all_digits_is_right(tmp_path: Path, policy: dict[str, object], seed: int) -> None:
    file = tmp_path / "net.toml"
    file.write_text(network(seed)[0], encoding="utf-8")
    try:
        solution, without = derive.solve(derive.load(file, {"numbers": policy})), derive.solve(derive.load(file))
    except derive.InputError:
        pytest.skip("rounding takes a value of this network out of its domain")
    assert_right(solution, without, tmp_path)


#: One layer, whose values lie as far out as numbers go, by its activation, first weight and bias.
FAR = {
    "saturated": ("sigmoid", "-99999", "0"),  # e^-99999 is about 10^-43429
    "flat": ("tanh", "400", "0"),
    "bell": ("exp(-z**2)", "60", "0"),
    "towering": ("exp(exp(z))", "2", "1"),  # the derivatives behind it lie near 10^-79351096
    "long": ("z**10", "1e99", "1"),  # an output of 991 digits
    "large": ("identity", "1e90", "1e90"),
}


@pytest.mark.parametrize("far", FAR.values(), ids=FAR)
@pytest.mark.parametrize("digits", ["decimals = 50", "significant = 50", "significant = 4"])
def test_a_page_with_values_far_out_is_right(tmp_path: Path, digits: str, far: tuple[str, str, str]) -> None:
    activation, weight, bias = far
    text = f"""[network]
inputs = [1, 0.5]
targets = [0.3]
cost = "half_squared_error"
[[network.layers]]
activation = "{activation}"
weights = [[{weight}, 0.1], [0.4, -0.7]]
biases = [{bias}, 0.1]
[[network.layers]]
activation = "sigmoid"
weights = [[-0.12345, 0.8]]
[update]
learning_rate = 0.3
"""
    without = derive.solve(derive.loads(text))
    assert_right(derive.solve(derive.loads(f"{text}[numbers]\n{digits}\n")), without, tmp_path)


#: A network that diverges: after ten updates its weights lie near 10^80 and 10^144, by the policy of the page alone.
DIVERGING = """[network]
inputs = [-2.94, -2.91]
targets = [2.11, -2.05, 2.29]
cost = "squared_error"
[[network.layers]]
activation = "silu"
weights = [[0.05, -0.71], [2, -2.00]]
[[network.layers]]
activation = "leaky_relu"
weights = [[0.27, -1.07], [1.5, -0.7085]]
biases = [-2.5, 1.40]
slope = 0.2
[[network.layers]]
activation = "gelu"
weights = [[-1, -0.28], [-0.6533, 1.53], [2.95, -0.5850]]
biases = 0.3990
[update]
optimizer = "nesterov"
learning_rate = 0.1
momentum = 0.5
steps = 10
"""


def test_a_page_of_a_network_that_diverges_is_right(tmp_path: Path) -> None:
    solution = derive.solve(derive.loads(f'{DIVERGING}[numbers]\nround = "each-step"\nsignificant = 2\n'))
    assert_right(solution, derive.solve(derive.loads(DIVERGING)), tmp_path)


@pytest.mark.parametrize("seed", [0, 3, 7, 14, 31, 33, 58])
def test_a_page_of_several_samples_is_right(tmp_path: Path, seed: int) -> None:
    """Every optimizer, softmax and other activations, classes, penalties, batches."""
    text = sampled(seed).text()
    without = derive.solve(derive.loads(re.sub(r"\[numbers\][^\[]*", "", text)))
    assert_right(derive.solve(derive.loads(text)), without, tmp_path)


def assert_right(solution: derive.Solution, without: derive.Solution, folder: Path) -> None:
    """A page, as data and as Markdown, is right for its network with its policy and without."""
    claims = {name: value["shown"] for name, value in json.loads(solution.render("json"))["values"].items()}
    markdown = folder / "page.md"
    markdown.write_text(str(solution.render("markdown")), encoding="utf-8")
    for other in (solution, without):
        assert not_right(other.audit(claims)) == []
        assert not_right(other.audit(markdown)) == []


@pytest.mark.parametrize("seed", [*range(34), 39])
def test_a_page_of_any_network_is_right(tmp_path: Path, seed: int) -> None:
    """Every activation, cost, notation, kind of bias and policy; where the file makes updates, one to ten of them.

    34 seeds have all 17 numbers of digits with both ways of rounding, all updates three times; 39 the one activation
    that no other has.
    """
    text, _ = network(seed)
    steps = random.Random(seed).choice(STEPS[1:])  # noqa: S311 - chance, no secret
    text = re.sub(r"\nsteps = \d+", "", text).replace("[update]", f"[update]\nsteps = {steps}")
    first, second = tmp_path / "net.toml", tmp_path / "without.toml"
    first.write_text(text, encoding="utf-8")
    second.write_text(re.sub(r"\[numbers\][^\[]*", "", text), encoding="utf-8")
    try:
        solution, without = (derive.solve(derive.load(file)) for file in (first, second))
    except derive.errors.InputError:
        pytest.skip("rounding takes a value of this network out of its domain")
    assert_right(solution, without, tmp_path)


@pytest.mark.parametrize(("activation", "weight"), [("gelu", "-16.5"), ("gelu_tanh", "-13")])
def test_a_page_of_a_slope_that_is_all_but_nothing_is_right(tmp_path: Path, activation: str, weight: str) -> None:
    """At these net inputs the slope is down to 1e-60, far below what is left of two numbers that cancel."""
    text = ALL_BUT_NOTHING.format(activation=activation, weight=weight)
    without = derive.solve(derive.loads(text))
    for digits in (4, 6):
        policy = f'[numbers]\nround = "each-step"\nsignificant = {digits}\n'
        assert_right(derive.solve(derive.loads(text + policy)), without, tmp_path)


ALL_BUT_NOTHING = """
[network]
inputs = [1.0]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "{activation}"
weights = [[{weight}], [0.4]]
biases = [0.01, 0.02]
[[network.layers]]
activation = "identity"
weights = [[0.3, 0.7]]
biases = [0.1]
[update]
optimizer = "adam"
learning_rate = 0.01
steps = 2
"""


#: Several numbers differentiated, so that a table of gradients has to say of which; entries that look like constants of
#: the updates; a matrix beside a value that agrees with another way of counting layers.
TOLD_APART = {
    "two results": """
[given]
A = -1.5
[parameters]
k_hat = 0.75
alpha_1 = 3
[model]
of = ["out", "aux"]
equations = '''
p = A*k_hat + 2
aux = p*max(p, alpha_1)
out = exp(-p) + aux**2
'''
""",
    "two entries of a vector": """
[parameters]
w = 0.5
v = [0.25, 1]
[model]
of = ["z[1]", "z[2]"]
equations = '''
z = v*w
'''
""",
    "beta with Adam": """
[given]
X = [[1.0, 2.0], [0.5, -1.0], [-0.5, 0.25]]
[parameters]
gamma = [1.0, 0.5]
beta = [0.0, 0.1]
[model]
equations = '''
mu = mean(X, axis=0)
C = mean((gamma*(X - mu) + beta)**2)
'''
[update]
optimizer = "adam"
learning_rate = 0.01
steps = 2
""",
    "classes in batches": """
[network]
inputs = [[0.5, -1.0], [0.2, 0.3], [1.5, 2.5]]
classes = [1, 3, 2]
cost = "cross_entropy"
l2 = 0.05
[[network.layers]]
activation = "leaky_relu"
slope = 0.1
weights = [[0.3, -0.4], [0.2, 0.6]]
biases = [0.01, -0.02]
[[network.layers]]
activation = "softmax"
weights = [[0.5, -0.1], [0.2, 0.3], [-0.7, 0.4]]
biases = [0, 0.1, 0]
[notation]
preset = "layered"
[update]
optimizer = "rmsprop"
learning_rate = 0.02
batch = 2
epochs = 2
""",
}


@pytest.mark.parametrize("text", TOLD_APART.values(), ids=TOLD_APART)
def test_a_page_on_which_names_must_be_told_apart_is_right(tmp_path: Path, text: str) -> None:
    solution = derive.solve(derive.loads(f"{text}[numbers]\ndecimals = 6\n"))
    assert_right(solution, derive.solve(derive.loads(text)), tmp_path)
