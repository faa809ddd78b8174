"""The rule behind the derivatives of a softmax: told once, true, and in the page's own signs."""

from __future__ import annotations

import itertools
import re

import pytest
import sympy

import derive

NETWORK = """
[network]
inputs = [[0.5, 0.2], [0.1, -0.3]]
targets = [[0.2, 0.5, 0.3], [0, 1, 0]]
cost = "COST"
[[network.layers]]
activation = "tanh"
weights = [[0.3, 0.1], [0.2, -0.4]]
[[network.layers]]
activation = "softmax"
weights = [[0.3, 0.1], [0.2, -0.4], [0.7, 0.1]]
"""
EQUATIONS = """
[parameters]
z = Z
[index]
t = "1..3"
i = "1..3"
k = "1..3"
[model]
equations = '''
LINES
'''
"""
VECTOR, MATRIX = "[0.1, 0.2, 0.3]", "[[0.1, 0.2, 0.3], [0.5, 0.1, 0.2], [0.3, 0.3, 0.1]]"
LONG = str([index / 10 for index in range(11)])


def network(notation: str = "", cost: str = "cross_entropy") -> str:
    return NETWORK.replace("COST", cost) + notation


def equations(z: str, lines: str, after: str = "", before: str = "") -> str:
    return before + EQUATIONS.replace("Z", z).replace("LINES", lines) + after


#: Files, and the rule in their signs: with a letter for each number.
WRITTEN = {
    "a network": (network(), r"\frac{dO_i}{dz_j} = O_i \cdot (\delta_{i,j} - O_j)"),
    "another cost": (network(cost="squared_error"), r"\frac{dO_i}{dz_j} = O_i \cdot (\delta_{i,j} - O_j)"),
    "layers": (
        network('[notation]\npreset = "layered"\n'),
        r"\frac{\partial a^{(2)}_i}{\partial z^{(2)}_j} = a^{(2)}_i \cdot (\delta_{i,j} - a^{(2)}_j)",
    ),
    "neurons with names; the inputs are called i": (
        network('[notation]\nneurons = [["h1", "h2"], ["cat", "dog", "bird"]]\n'),
        r"\frac{d\mathit{out}_j}{d\mathit{net}_k} = \mathit{out}_j \cdot (\delta_{j,k} - \mathit{out}_k)",
    ),
    "outputs called delta": (
        network('[notation]\noutput = "delta"\n'),
        r"\frac{d\delta_i}{dz_j} = \delta_i \cdot (I_{i,j} - \delta_j)",
    ),
    "one output renamed, so that they have no sign in common": (
        network('[notation.rename]\nO2 = "alpha"\n'),
        r"\frac{d\mathit{out}_i}{dz_j} = \mathit{out}_i \cdot (\delta_{i,j} - \mathit{out}_j)",
    ),
    "a vector": (
        equations(VECTOR, "p = softmax(z)\nC = -log(p[2])"),
        r"\frac{\partial p_i}{\partial z_j} = p_i \cdot (\delta_{i,j} - p_j)",
    ),
    "a long vector": (
        equations(LONG, "p_hat = softmax(z)\nC = -log(p_hat[11])"),
        r"\frac{\partial\hat{p}_i}{\partial z_j} = \hat{p}_i \cdot (\delta_{i,j} - \hat{p}_j)",
    ),
    "typed out": (
        equations(VECTOR, "p[i] = exp(z[i])/sum(exp(z[k]), k)\nC = -log(p[2])"),
        r"\frac{\partial p_i}{\partial z_j} = p_i \cdot (\delta_{i,j} - p_j)",
    ),
    "rows": (
        equations(MATRIX, "p = softmax(z, axis=1)\nC = -log(p[2,3])"),
        r"\frac{\partial p_{k,i}}{\partial z_{k,j}} = p_{k,i} \cdot (\delta_{i,j} - p_{k,j})",
    ),
    "columns": (
        equations(MATRIX, "p = softmax(z, axis=0)\nC = -log(p[2,3])"),
        r"\frac{\partial p_{i,k}}{\partial z_{j,k}} = p_{i,k} \cdot (\delta_{i,j} - p_{j,k})",
    ),
    "one row alone": (
        equations(MATRIX, "p = softmax(z[2,:])\nC = -log(p[1])"),
        r"\frac{\partial p_i}{\partial z_{2,j}} = p_i \cdot (\delta_{i,j} - p_j)",
    ),
    "a family of vectors, with its index above": (
        equations(
            MATRIX,
            "s[t] = 2*z[t,:]\np[t] = softmax(s[t])\nC = -sum(log(p[t,1]), t)",
            after='[notation]\nabove = ["t"]\n',
        ),
        r"\frac{\partial p^{(k)}_i}{\partial s^{(k)}_j} = p^{(k)}_i \cdot (\delta_{i,j} - p^{(k)}_j)",
    ),
    "a mask that leaves one of the first row": (
        equations(MATRIX, "p = softmax(z, axis=1, mask=causal(3))\nC = sum(p**2)"),
        r"\frac{\partial p_{k,i}}{\partial z_{k,j}} = p_{k,i} \cdot (\delta_{i,j} - p_{k,j})",
    ),
    "names without numbers": (
        equations(VECTOR, "p = exp(z[1])/(exp(z[1]) + exp(z[2]))\nq = exp(z[2])/(exp(z[1]) + exp(z[2]))\nC = p*p - q"),
        r"\frac{\partial\mathit{out}_i}{\partial z_j} = \mathit{out}_i \cdot (\delta_{i,j} - \mathit{out}_j)",
    ),
}
#: Files without a derivative of that form.
OTHERWISE = {
    "the logarithm": equations(VECTOR, "p = log_softmax(z)\nC = -p[1]"),
    "the logarithm of the sum": equations(VECTOR, "C = logsumexp(z) - z[1]"),
    "with its cost in one": equations(VECTOR, "y = one_hot(1, 3)\nC = softmax_cross_entropy(z, y)"),
    "one entry": equations("[0.4]", "p = softmax(z)\nC = p[1]**2"),
    "a sigmoid": equations(VECTOR, "p = sigmoid(z)\nC = sum(p**2)"),
    "the sum by itself": equations(VECTOR, "d = sum(exp(z))\np[i] = exp(z[i])/d\nC = -log(p[2])"),
}
DETAILS = ("full", "brief")


def page(text: str, detail: str, language: str = "markdown", **settings: str) -> str:
    return str(derive.solve(derive.loads(text, {"document": {"detail": detail} | settings})).render(language))


def rules(text: str) -> list[str]:
    """What stands displayed behind the words that announce the rule."""
    return re.findall(r"All these derivatives follow one rule[^\n]*\n\n```math\n([^\n]*)\n```", text)


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_told_once_in_the_signs_of_the_page(name: str, detail: str) -> None:
    text, rule = WRITTEN[name]
    assert rules(page(text, detail)) == [rule]


@pytest.mark.parametrize("name", OTHERWISE)
def test_it_is_not_told_of_anything_else(name: str) -> None:
    for detail in DETAILS:
        assert "Jacobian" not in page(OTHERWISE[name], detail)


def test_it_stands_before_the_first_derivative_of_that_form() -> None:
    whole = page(network(), "full", view="scalar")
    assert whole.index("Jacobian") < whole.index(r"\frac{dO^{[1]}_2}{dz^{[1]}_2} &=")
    headings = re.findall(r"^#+ (Step \d+\. .*)$", whole[: whole.index("Jacobian")], re.MULTILINE)
    assert re.fullmatch(r"Step \d+\. How the output .* changes with the net input .*", headings[-1])
    assert not any("How the output" in heading for heading in headings[:-1])


@pytest.mark.parametrize("view", ["matrix", "both"])
def test_it_stands_in_the_step_over_arrays_that_goes_through_the_softmax(view: str) -> None:
    before, _, behind = page(network(), "full", view=view).partition("Jacobian")
    assert re.findall(r"^#+ (Step \d+\. .*)$", before, re.MULTILINE)[-1].endswith(r"changes with $`Z^{(2)}`$")
    assert r"\underset{2 \times 3}{\frac{d\mathit{Cost}^{[s]}}{dZ^{(2)}}} &=" in behind


@pytest.mark.parametrize("masked", list(itertools.product((0, 1), repeat=3))[1:])
def test_it_is_true_whatever_a_mask_leaves_out(masked: tuple[int, ...]) -> None:
    """SymPy's derivatives of the shares, of which those outside of the mask are 0."""
    z = sympy.symbols("z1:4", real=True)
    total = sum(mask * sympy.exp(each) for mask, each in zip(masked, z, strict=True))
    p = [mask * sympy.exp(each) / total for mask, each in zip(masked, z, strict=True)]
    for i, j in itertools.product(range(3), repeat=2):
        rule = p[i] * (sympy.KroneckerDelta(i, j) - p[j])
        assert sympy.simplify(sympy.diff(p[i], z[j]) - rule) == 0


def test_what_a_mask_leaves_out_is_said() -> None:
    said = "What the mask leaves out is 0, and so are its derivatives"
    assert said in page(WRITTEN["a mask that leaves one of the first row"][0], "full")
    assert said not in page(WRITTEN["rows"][0], "full")


def test_one_share_by_itself_is_exactly_1() -> None:
    """exp(z)/exp(z) is 1 and its slope is 0, at any number of digits: nothing is lost there."""
    solution = derive.solve(derive.loads(WRITTEN["a mask that leaves one of the first row"][0]))
    assert (solution.values["p[1,1]"].shown, solution.values["dC/dz[1,1]"].shown) == ("1", "0")
    assert "This value is not 0" not in str(solution.render("markdown"))


def test_a_voice_says_it() -> None:
    said = re.search(r'alttext="(the partial derivative of p k i [^"]*)"', page(WRITTEN["rows"][0], "full", "html"))
    assert said is not None
    assert said[1] == (
        "the partial derivative of p k i with respect to z k j equals "
        "p k i times open bracket delta i j minus p k j close bracket"
    )


@pytest.mark.parametrize("language", ["latex", "html", "notebook", "python"])
def test_every_format_has_it_or_leaves_it_out(language: str) -> None:
    whole = derive.solve(derive.loads(network())).rendered(language).content.decode(errors="replace")
    assert whole.count("Jacobian matrix") == (0 if language == "python" else 1)
