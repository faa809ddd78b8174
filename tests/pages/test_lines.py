"""Every printed line, worked out again from the text of the page alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import derive
from tests.pages.matrices import whole_values
from tests.pages.networks import ACTIVATIONS, COSTS, DIGITS, NOTATIONS, UPDATES, network
from tests.pages.reading import Policy, Reader, Unreadable, equal, faults, formulas, pictured, work_out

#: Those with published numbers are left out: their pages are the same, but for other people's numbers at the precision
#: that these chose, which tests/document/test_audit.py looks at.
EXAMPLES = sorted(
    path for path in (Path(__file__).parents[2] / "examples").glob("*.toml") if not path.stem.endswith("-published")
)
LANGUAGES = ("markdown", "latex")
SEEDS = range(40)
BLOG = next(path for path in EXAMPLES if path.stem == "blog-2-3-1")


def policy_of(network: derive.Network) -> Policy:
    numbers = network.file.numbers
    significant = 4 if numbers.decimals is None and numbers.significant is None else numbers.significant
    return Policy(numbers.round == "each-step", numbers.decimals, significant, numbers.ties == "up")


@cache
def solved(path: Path) -> derive.Solution:
    return derive.solve(derive.load(path))


@cache
def page_of(path: Path, language: str) -> str:
    return str(solved(path).render(language))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_line_of_an_example_is_true(path: Path) -> None:
    solution, policy = solved(path), policy_of(derive.load(path))
    values = whole_values(solution, policy)
    for language in LANGUAGES:
        page = page_of(path, language)
        assert faults(page, language, policy, values) == []
        assert sum(1 for formula in formulas(page, language) if formula.display) >= 10


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_of_a_random_network_is_true(seed: int, tmp_path: Path) -> None:
    text, policy = network(seed)
    path = tmp_path / "net.toml"
    path.write_text(text)
    solution = derive.solve(derive.load(path))
    values = whole_values(solution, policy)
    for language in LANGUAGES:
        assert faults(solution.render(language), language, policy, values) == [], text


def test_every_line_of_a_brief_page_is_true(tmp_path: Path) -> None:
    wrong = {}
    for seed in SEEDS[:24]:
        text, policy = network(seed)
        path = tmp_path / f"{seed}.toml"
        path.write_text(text)
        solution = derive.solve(derive.load(path, {"document": {"detail": "brief"}}))
        page = str(solution.render("markdown"))
        wrong[seed] = faults(page, "markdown", policy, whole_values(solution, policy))
    assert {seed: complaints for seed, complaints in wrong.items() if complaints} == {}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_both_languages_print_the_same_formulas(path: Path) -> None:
    displayed = [
        [formula.text for formula in formulas(page_of(path, language), language) if formula.display]
        for language in LANGUAGES
    ]
    assert displayed[0] == displayed[1]


def test_the_random_networks_cover_every_choice() -> None:
    files = "\n".join(network(seed)[0] for seed in SEEDS)
    for activation in ACTIVATIONS:
        assert f'activation = "{activation}"' in files
    for cost in COSTS:
        assert f'cost = "{cost}"' in files
    for notation, _ in NOTATIONS:
        assert re.sub("NAMES", "[", notation)[:40] in files
    assert {(policy.decimals, policy.significant) for _, policy in map(network, SEEDS)} == {
        (digits.get("decimals"), digits["significant"]) for digits in DIGITS
    }
    assert {(policy.each_step, policy.up) for _, policy in map(network, SEEDS)} == {
        (each, up) for each in (True, False) for up in (True, False)
    }
    assert all(update.partition(" = [")[0] in files for update in UPDATES)
    depths = {network(seed)[0].count("[[network.layers]]") for seed in SEEDS}
    assert depths == {1, 2, 3}


def test_the_signs_in_the_figure_are_true() -> None:
    """In the figure a number may have fewer digits than on the page, but then its sign is ≈."""
    for path in EXAMPLES:
        values = whole_values(solved(path), policy_of(derive.load(path)))
        wrong = [text for text in pictured(page_of(path, "latex")) if not _figure_holds(text, values)]
        assert wrong == [], path.name


def _figure_holds(text: str, values: Mapping[str, Fraction]) -> bool:
    sides = Reader(text).chain()
    if len(sides) == 1:
        return True
    (_, name, _), (sign, tree, written) = sides
    if name[1] == "t":  # which step in time a column is
        return sign == "=" and written.isdigit()
    value, number = values[name[1]], work_out(tree)
    unit = Fraction(1, 10 ** len(written.partition(".")[2].replace(" ", "")))
    return equal(value, number) if sign == "=" else not equal(value, number) and abs(value - number) <= unit


def test_the_proof_compares_all_digits_whatever_the_sign() -> None:
    page = page_of(BLOG, "markdown")
    section = page.partition("## The check, derivative by derivative")[2].partition("## ")[0]
    agreeing = [int(digits) for digits in re.findall(r"\| (\d+) \|$", section, re.MULTILINE)]
    assert len(agreeing) == 13
    assert min(agreeing) >= 35


# The tests must be able to fail: pages with a mistake in them are caught.

#: What stands on the page, what stands there instead, what is said of it.
MISTAKES = (
    (r"-0.06311705 \approx -0.0631", r"-0.06311705 = -0.0631", "is not so"),
    (r"-0.06311705 \approx -0.0631", r"-0.06311715 \approx -0.0631", "is not so"),
    (r"-0.06311705 \approx -0.0631", r"-0.06311705 \approx -0.0632", "does not give"),
    (r"-0.06311705 \approx -0.0631", r"-0.06311705 \approx -0.063", "does not give"),
    (r"&= 0.15", r"&\approx 0.15", "is not so"),
    (r"0.3 + 2.07 + 0.5", r"0.3 + 2.08 + 0.5", "is not so"),
    (r"(9 \cdot (-0.05))", r"(9 \cdot -0.05)", "an operator before a negative number"),
    (r"0.1 - 0.45 + 0.5", r"0.1 - -0.45 + 0.5", "an operator before a negative number"),
    (r"0.1 - 0.45 + 0.5", r"0.1 + -0.45 + 0.5", "an operator before a negative number"),
    (r"0.00000632 \approx 0.0000", r"0.00000632 \approx -0.0000", "-0"),
    (r"\frac{1}{1 + e^{-2.87}} \approx 0.9463", r"\frac{1}{1 + e^{-2.87}} \approx 0.9464", "does not give"),
    (r"\frac{1}{1 + e^{-2.87}} \approx 0.9463", r"\frac{1}{1 + e^{-2.87}} = 0.9463", "is not so"),
    (r"\frac{1}{1 + e^{-2.87}} \approx 0.9463", r"\frac{1}{1 + e^{2.87}} \approx 0.9463", "does not give"),
    (r"= O_3 - y", r"= y - O_3", "does not give"),
    (r"\cdot O_0 \\", r"\cdot O_1 \\", "does not give"),
    (r"&= 0.15", r"&0.15", "a line begins with"),
    (r"2 \cdot 0.15", r"2 0.15", "straight behind"),
)


@pytest.fixture(scope="module")
def blog() -> derive.Solution:
    return derive.solve(derive.load(BLOG))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_caught(blog: derive.Solution, language: str, right: str, wrong: str, said: str) -> None:
    page = str(blog.render(language))
    mutated = page.replace(right, wrong, 1)
    assert mutated != page
    policy = Policy(each_step=True, decimals=4, significant=None)
    try:
        complaints = faults(mutated, language, policy, whole_values(blog, policy))
    except Unreadable as error:
        complaints = [str(error)]
    assert any(said in complaint for complaint in complaints), complaints


#: TeX as the pages write it, and what it is worth.
WORTH = (
    (r"\frac{1}{2} \cdot (0.92 - 0.6445)^2", Fraction("0.037950125")),
    (r"-2^2", Fraction(-4)),
    (r"(-2)^2", Fraction(4)),
    (r"1.5 \times 10^{-5} + 1", Fraction("1.000015")),
    (r"e^{-0} + \ln(1) + \tanh(0) + \mathrm{erf}(0)", Fraction(1)),
    (r"\max(0, -3) + \lvert -0.5 \rvert + \left\lvert \frac{1}{2} \right\rvert", Fraction(1)),
    (r"0.5\left(\lvert 1 - 3 \rvert - \frac{1}{2} \cdot 0.5\right)", Fraction("0.875")),
    (r"\begin{cases} 1 & \text{if } 2 > 3 \\ 5 & \text{otherwise} \end{cases}", Fraction(5)),
    (r"8/2/2 - 6/2 \cdot 3", Fraction(-7)),
    (r"\sqrt{2.25} - 0.25^{0.5}", None),
)


@pytest.mark.parametrize(("tex", "value"), WORTH)
def test_the_reader_reads(tex: str, value: Fraction | None) -> None:
    worked = work_out(Reader(tex).sum())
    assert equal(worked, Fraction(1)) if value is None else worked == value


@pytest.mark.parametrize("tex", ["2 -", "2 3", r"2 \cdot -3", "(2", r"\frac{1}{2", r"\unknown{2}", "2 = = 3"])
def test_the_reader_does_not_read_on(tex: str) -> None:
    with pytest.raises((Unreadable, IndexError)):
        Reader(tex).chain()


# Networks that are hard to print

#: One sample, one target of 1, half the squared error unless said otherwise: layers as (activation, weights, biases).
Layers = tuple[tuple[str, str, str], ...]


def hard(layers: Layers, policy: Policy, *, inputs: str = "[1]", targets: str = "[1]", cost: str = "") -> str:
    """A network file."""
    lines = ["[network]", f"inputs = {inputs}", f"targets = {targets}", f'cost = "{cost or "half_squared_error"}"']
    for activation, weights, biases in layers:
        lines += ["[[network.layers]]", f'activation = "{activation}"', f"weights = {weights}"]
        lines += [f"biases = {biases}"] if biases else []
    return "\n".join([*lines, "[numbers]", policy.toml(), ""])


FOUR = Policy()
BY_HAND = Policy(each_step=True)
SUM = (("identity", "[[1.05, 0.25]]", ""),)
TANH = ("tanh", "[[1]]", "")

HARD: dict[str, tuple[str, Policy]] = {
    "a term that is nothing beside the other": (
        hard((("identity", "[[0.6998]]", "[-0.8333]"),), Policy(True, None, 1), inputs="[-1e-18]"),
        Policy(True, None, 1),
    ),
    "gelu far below 0": (hard((TANH, ("gelu", "[[-30]]", "")), FOUR), FOUR),
    "softplus far below 0": (hard((TANH, ("softplus", "[[-300]]", "")), FOUR), FOUR),
    "cross-entropy of an output next to 1": (
        hard(
            (("sigmoid", "[[0.3]]", ""), ("sigmoid", "[[200]]", "")), FOUR, targets="[0]", cost="binary_cross_entropy"
        ),
        FOUR,
    ),
    "rounding that cancels": (
        hard(SUM, Policy(True, 15, None), inputs="[0.094543554053225, 0.021619688003783]"),
        Policy(True, 15, None),
    ),
    "fifty digits": (
        hard((("tanh", "[[0.3, 0.7]]", "[0.1]"), ("tanh", "[[0.5]]", "[1]")), Policy(False, 50, None), inputs="[1, 2]"),
        Policy(False, 50, None),
    ),
    "thirty significant digits by hand": (
        hard((("sigmoid", "[[0.3], [0.7]]", "[0.1, 1]"), ("sigmoid", "[[0.5, 0.3]]", "[1]")), Policy(True, None, 30)),
        Policy(True, None, 30),
    ),
    "tanh to thirty digits": (hard((TANH, ("tanh", "[[0.5]]", "")), Policy(False, 30, None)), Policy(False, 30, None)),
    "the last of fifty digits by hand": (
        hard((("elu", "[[1]]", ""),), Policy(True, None, 50), inputs="[-0.35031766]").replace(
            'activation = "elu"', 'activation = "elu"\nalpha = 0.5'
        ),
        Policy(True, None, 50),
    ),
    "a difference of almost equal numbers by hand": (
        hard((("elu", "[[1]]", ""),), BY_HAND, inputs="[-1e-60]"),
        BY_HAND,
    ),
    "a sigmoid of 0": (hard((("sigmoid", "[[0]]", ""),), FOUR), FOUR),
    "a tie to the even digit": (hard((("identity", "[[0.5]]", ""),), Policy(True, 0, None)), Policy(True, 0, None)),
    "a tie up": (hard((("identity", "[[-0.5]]", ""),), Policy(True, 0, None, True)), Policy(True, 0, None, True)),
    "tiny": (hard((("identity", "[[1e-90]]", ""),), FOUR), FOUR),
    "a cube of 196 digits, with decimals": (
        hard((("exp(z)", "[[150]]", ""),), Policy(False, 4, None), cost="abs(y - O)**3"),
        Policy(False, 4, None),
    ),
    "a cross-entropy of an output next to 0, with fifty decimals": (
        hard((("sigmoid", "[[-400]]", ""),), Policy(False, 50, None), targets="[0.3]", cost="binary_cross_entropy"),
        Policy(False, 50, None),
    ),
    "a tie that very little decides": (
        hard((("identity", "[[1, -7.5]]", ""),), Policy(True, None, 1, True), inputs="[1e-87, 1]"),
        Policy(True, None, 1, True),
    ),
    "outputs next to 1 that cancel": (
        hard((("sigmoid", "[[60], [80]]", ""), ("identity", "[[1, -1]]", "")), FOUR),
        FOUR,
    ),
    "a sigmoid next to a half": (hard((("sigmoid", "[[1e-40]]", ""),), FOUR, targets="[0.5]"), FOUR),
    "large": (hard((("identity", "[[123456.7]]", ""),), FOUR), FOUR),
}


@pytest.mark.parametrize("name", HARD)
def test_every_line_of_a_hard_network_is_true(name: str, tmp_path: Path) -> None:
    text, policy = HARD[name]
    path = tmp_path / "net.toml"
    path.write_text(text)
    solution = derive.solve(derive.load(path))
    for language in LANGUAGES:
        assert faults(solution.render(language), language, policy, whole_values(solution, policy)) == []


def test_a_number_is_no_longer_than_a_person_reads(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    layers = (("softplus", "[[-200000]]", ""), ("identity", "[[0.1]]", "[0.00005]"))
    path.write_text(hard(layers, Policy(False, 4, None)))
    solution = derive.solve(derive.load(path))
    for language in LANGUAGES:
        assert not re.search(r"\.\d{500}", str(solution.render(language)))


#: Given numbers that are too long for a figure, and one that is not.
LONG = """
[network]
inputs = [0.123456789, 1234567]
targets = [0.987654321, 0.500000000]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.111111111, 0.0000001234567], [1, 0]]
biases = [0.222222222, 0.5]
"""
#: A sign in a drawing and the number behind it, in SVG and in TikZ.
_DRAWN = re.compile(
    r"""<tspan class="m">([=≈])</tspan></text><text [^>]*>([\d.−]+)(?:\u2009×\u200910<tspan [^>]*>([\d−]+))?"""
)
_TIKZ = re.compile(r"(=|\\approx) (-?[\d.]+)(?: \\times 10\^\{?(-?\d+)\}?)?\$")


def test_the_signs_in_every_figure_of_every_format_are_true(tmp_path: Path) -> None:
    """Every result here is rounded, so that = may stand before the given numbers alone, where they are whole."""
    path = tmp_path / "net.toml"
    path.write_text(LONG)
    solution = derive.solve(derive.load(path))
    numbers = "0.123456789 1234567 0.987654321 0.5 0.111111111 0.0000001234567 1 0 0.222222222"
    given = set(map(Fraction, numbers.split()))
    drawings = {name: content.decode() for name, content in solution.rendered("markdown").companions.items()}
    drawings |= {"html": str(solution.render("html")).partition("<script")[0]}
    drawings |= {"latex": "\n".join(f"{text}$" for text in pictured(str(solution.render("latex"))))}
    seen: set[tuple[str, str]] = set()
    for name, drawing in drawings.items():
        for sign, text, power in (_TIKZ if name == "latex" else _DRAWN).findall(drawing):
            number = Fraction(text.replace("−", "-")) * Fraction(10) ** int(power.replace("−", "-") or 0)
            assert (sign == "=") == (number in given), (name, sign, text)
            seen.add((name, text))
    assert {name for name, text in seen if text == "0.9877"} >= {
        "page-network.svg",
        "page-circuit.svg",
        "html",
        "latex",
    }
    assert {name for name, text in seen if text == "1234567"} >= {"page-network.svg", "html", "latex"}
