"""The engine of the living page, under node: its decimals against mpmath and decimal, its solutions against ours.

The package is proved elsewhere, against mpmath and PyTorch; here it is the reference, to the last digit of every line.
"""

from __future__ import annotations

import decimal
import json
import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest

import derive
from derive.calculus.solution import Worked, solve
from derive.calculus.values import QuantityError
from derive.catalogue.roles import TARGET
from derive.expression.functions import ALL_FUNCTIONS
from derive.model.writings.dense import build
from derive.render.html.engine import PARTS, engine_source
from tests import gallery
from tests.calculus.oracle import Policy, written
from tests.conftest import read
from tests.pages.networks import network, number
from tests.render.live import Ask, asker, changed, differences, request
from tests.test_house import LONGEST

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

#: Numbers that saturate neurons, are tiny, or round to nothing.
WILD = ("9", "12", "-20", "-7", "40", "100", "-300", "1e-9", "1e-30", "2.5e-7", "0", "1", "0.10", "0.001", "-1e-12")


@pytest.fixture
def ask(tool: Callable[[str], str], tmp_path: Path) -> Ask:
    return asker(tool("node"), tmp_path)


# Decimals and functions.

#: Of one argument, but for those that give no rounded number.
FUNCTIONS = {name: row for name, row in ALL_FUNCTIONS.items() if row.arity == 1 and name not in ("abs", "sign")}
#: Next to 1 and 0, where digits are lost, next to ties, and next to a zero of the sine.
HARD = (
    "1.0000000000000000000000000000000000000000000000007",
    "0.999999999999999999999999999999999999999999",
    "1e-40",
    "-1e-300",
    "3.14159265358979323846264338327950288",
    "-7.5",
    "12",
    "0.5",
    "-0.000244140625",
    "26.5",
    "400",
)


def arguments(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Functions with arguments of all sizes that they are defined for."""
    for function, row in FUNCTIONS.items():
        found = [*HARD]
        for _ in range(30):
            digits = chance.randint(1, 10 ** chance.choice((1, 3, 17, 40)))
            size = chance.choice((0, 0, 1, -1, -3, -30, 2))
            sign = chance.choice(("", "-"))
            found.append(f"{sign}{digits}e{size - len(str(digits)) + 1}")
        for text in found:
            if row.begins is None or Decimal(text) > Decimal(row.begins[0]):
                yield function, text


def test_functions_are_mpmaths_to_the_last_digit(ask: Ask) -> None:
    chance = random.Random(4)  # noqa: S311 (numbers for tests)
    cases = [(name, text, chance.choice((7, 60, 60, 120, 300))) for name, text in arguments(chance)]
    answers = ask([{"ask": "call", "name": name, "argument": text, "digits": n} for name, text, n in cases])
    for (name, text, digits), answer in zip(cases, answers, strict=True):
        # erfc(400) is 10⁻⁶⁹⁴⁹², and 1 + 10⁻³⁰⁰ takes 300 digits more than are wanted
        with mpmath.workdps(digits + 700):
            exact = mpmath.nstr(getattr(mpmath, name)(mpmath.mpf(text)), digits + 350, strip_zeros=False)
        expected = decimal.Context(prec=digits, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN).create_decimal(exact)
        assert Decimal(answer) == expected, (name, text, digits)


@pytest.mark.parametrize("digits", [5, 60, 1200])
def test_pi(digits: int, ask: Ask) -> None:
    with mpmath.workdps(digits + 20):
        expected = decimal.Context(prec=digits).create_decimal(mpmath.nstr(mpmath.pi, digits + 10))
    (answer,) = ask([{"ask": "call", "name": "pi", "argument": "0", "digits": digits}])
    assert Decimal(answer) == expected


def test_operations_are_those_of_decimal(ask: Ask) -> None:
    """Results, their digits, and whether they were rounded; far apart, next to each other, with idle zeros."""
    chance = random.Random(9)  # noqa: S311

    def operand() -> str:
        digits = str(chance.choice((0, 1, 5, 10, 25, 500, 999999, chance.randint(1, 10 ** chance.randint(1, 40)))))
        return f"{chance.choice(('', '-'))}{digits}e{chance.choice((0, 0, -1, -2, -20, 3, chance.randint(-400, 400)))}"

    cases = []
    for _ in range(1500):
        operation = chance.choice(("add", "subtract", "multiply", "divide", "power"))
        left = operand()
        right = str(chance.randint(1, 30)) if operation == "power" else operand()
        if operation == "divide" and not Decimal(right):
            continue
        cases.append((operation, left, right, chance.choice((1, 2, 5, 16, 50))))
    answers = ask([{"ask": "operate", "operation": o, "left": x, "right": y, "digits": n} for o, x, y, n in cases])
    for case, (text, inexact) in zip(cases, answers, strict=True):
        operation, left, right, digits = case
        context = decimal.Context(prec=digits, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[])
        expected = getattr(context, operation)(Decimal(left), Decimal(right))
        assert Decimal(text) == expected, case
        assert inexact == context.flags[decimal.Inexact], case
        if operation != "power" and expected:
            assert len(Decimal(text).as_tuple().digits) == len(expected.as_tuple().digits), case


def test_numbers_are_written_by_the_policy(ask: Ask) -> None:
    """Against the contract's sentences, with ties of both kinds, carries and idle zeros."""
    texts = ("0.5", "1.5", "2.5", "-0.5", "0.045", "0.055", "9.9996", "0.00005", "123500", "999999.5", "1e6", "1e-4")
    texts += ("0.000099995", "-0.1250", "100", "2.870", "-1e-30", "123456789.5", "0", "12345e3")
    policies = [Policy(False, n, None, up) for n in (0, 1, 2, 4, 6) for up in (True, False)]
    policies += [Policy(True, None, n, up) for n in (1, 2, 4, 6) for up in (True, False)]
    cases = [(policy, text, exact) for policy in policies for text in texts for exact in (True, False)]
    requests = [
        {"ask": "write", "policy": _policy(policy), "text": text, "exact": exact} for policy, text, exact in cases
    ]
    for (policy, text, exact), (shown, _) in zip(cases, ask(requests), strict=True):
        expected = written(Fraction(text), policy, exact=exact)
        assert Fraction(shown) == Fraction(expected)
        if Fraction(text):
            assert shown == expected, (policy, text, exact)


def _policy(policy: Policy) -> dict[str, object]:
    return {
        "eachStep": policy.each_step,
        "decimals": policy.decimals,
        "significant": policy.significant,
        "tiesUp": policy.up,
    }


# Whole solutions.


def worked(text: str) -> Worked:
    file = read(text)
    return solve(file, build(file))


def numbers_for(solution: Worked, chance: random.Random, *, wild: bool) -> dict[str, str]:
    """Other numbers for a network, as a reader might type them."""
    given = {}
    unit = solution.file.network.cost == "binary_cross_entropy"
    for name in solution.model.graph.given:
        if name == "eta":
            given[name] = chance.choice(("0.5", "0.1", "2", "0", "1e-3"))
        elif name in solution.model.constants.values():
            given[name] = chance.choice(("0.9", "0.5", "0.99", "1e-3", "0"))
        elif unit and solution.model.is_a(name, TARGET):
            given[name] = chance.choice(("0", "1", "0.5", "0.25"))
        else:
            given[name] = chance.choice(WILD) if wild and chance.random() < 0.4 else number(chance)
    return given


@pytest.mark.parametrize("start", range(0, 40, 20))
def test_every_line_of_random_networks_is_the_packages(start: int, ask: Ask) -> None:
    """As the file has them, with other numbers, and with wild ones; what has no value is refused in the same way."""
    requests, expected = [], []
    for seed in range(start, start + 20):
        text, _ = network(seed)
        try:
            solution = worked(text)
        except QuantityError:
            continue
        chance = random.Random(seed)  # noqa: S311
        for given in ({}, numbers_for(solution, chance, wild=False), numbers_for(solution, chance, wild=True)):
            requests.append(request(solution, given))
            try:
                expected.append((seed, changed(solution, given)))
            except QuantityError as error:
                expected.append((seed, error))
    assert sum(isinstance(here, Worked) for _, here in expected) > 40
    for (seed, here), answer in zip(expected, ask(requests), strict=True):
        if isinstance(here, Worked):
            assert differences(here, answer) == [], seed
        else:
            assert answer["fault"] == {"name": here.name, "what": here.what}, seed
            assert here.what in answer["error"]


def test_names_of_ones_own(ask: Ask) -> None:
    """The names that a file exchanges for others, or for one another."""
    text = (EXAMPLES / "mazur-2-2-2.toml").read_text(encoding="utf-8")
    names = {"w1": "w_11", "out_h1": "h1", "eta": "alpha", "E_total": "J", "w2": "w3", "w3": "w2", "E_o1": "E1"}
    rename = "".join(f'{old} = "{new}"\n' for old, new in names.items())
    solution = worked(f"{text}[notation.rename]\n{rename}")
    assert solution.values["dJ/dw_11"].shown == "0.000438568"
    requests = [request(solution), request(solution, {"w2": "0.5", "alpha": "0.1"})]
    here, there = ask(requests)
    assert differences(solution, here) == []
    assert differences(changed(solution, {"w2": "0.5", "alpha": "0.1"}), there) == []


@pytest.mark.parametrize("name", [path.stem for path in gallery.EXAMPLES if path.stem not in gallery.LARGE])
def test_examples(name: str, ask: Ask) -> None:
    solution = derive.solve(EXAMPLES / f"{name}.toml").worked
    (answer,) = ask([request(solution)])
    assert differences(solution, answer) == []


def test_the_blogs_numbers(ask: Ask) -> None:
    """Those that the blog printed, after a change and back."""
    solution = worked((EXAMPLES / "blog-2-3-1.toml").read_text(encoding="utf-8"))
    there, back = ask([request(solution, {"w6": "0.8"}), request(solution, {"w6": "0.9"})])
    shown = {name: back["values"][name]["shown"] for name in ("O0", "Cost", "dCost/dw6", "dCost/dw2", "dCost/dw5")}
    assert shown == {
        "O0": "0.9463",
        "Cost": "0.0380",
        "dCost/dw6": "-0.0597",
        "dCost/dw2": "0.0000",
        "dCost/dw5": "-0.0108",
    }
    assert back["losses"]["erased"] == ["dCost/dz1", "dCost/dw2", "dCost/dw3"]
    assert there["values"]["dCost/dw6"]["shown"] != shown["dCost/dw6"]


def one_neuron(activation: str, policy: str, cost: str = "half_squared_error") -> Worked:
    return worked(f"""
        [network]
        inputs = [1]
        targets = [0.5]
        cost = "{cost}"
        [[network.layers]]
        activation = "{activation}"
        weights = [[0.5]]
        [numbers]
        {policy}
    """)


ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "gelu_tanh", "identity")
FORMULAS = (
    "sin(z) + cos(2*z)",
    "atan(z)*pi",
    "sinh(z)/cosh(z)",
    "z**3/3 - sqrt(abs(z) + 1)",
    "min(1, max(-1, z))",
    "sqrt(z**2)",
    "abs(z)**1.5",
    "sign(z)*(z + 2)",
    "erf(z)**2*max(z, 1)",
)
POLICIES = (
    "decimals = 0",
    "decimals = 4",
    "significant = 3",
    'decimals = 4\nround = "each-step"',
    'significant = 6\nties = "up"\nround = "each-step"',
)


@pytest.mark.parametrize("activation", [*ACTIVATIONS, *FORMULAS])
def test_far_out_and_at_kinks(activation: str, ask: Ask) -> None:
    """Saturated to 10⁻⁸⁰⁰, tiny, on a kink, on a tie."""
    requests, expected = [], []
    for policy in POLICIES:
        solution = one_neuron(activation, policy)
        for z in ("0", "0.5", "2.5", "-40", "60", "1e-20", "-1.00", "300"):
            requests.append(request(solution, {"w0": z}))
            expected.append((policy, z, changed(solution, {"w0": z})))
    for (policy, z, here), answer in zip(expected, ask(requests), strict=True):
        assert differences(here, answer) == [], (policy, z)


@pytest.mark.parametrize(
    "formula",
    [
        "2*max(concat(x, y, a)) + x",
        "max(abs(a), x - 3)",
        "min(x - y - 1, 2*x - 9) + abs(a)",
        "abs(a) if max(x, y) < 5 else 0",
        "norm(concat(a, x - y))",
    ],
)
def test_ties_and_other_kinks_of_equations(formula: str, ask: Ask) -> None:
    text = f"[parameters]\nx = 1.0\ny = 2.0\na = 0.5\n[model]\nequations = 'C = {formula}'\n"
    solution = derive.solve(derive.loads(text)).worked
    requests, expected = [], []
    for x, y, a in (("2", "2", "0"), ("2", "2", "2"), ("3", "1", "0"), ("0", "0", "0")):
        numbers = {"x": x, "y": y, "a": a}
        requests.append(request(solution, numbers))
        expected.append((numbers, changed(solution, numbers)))
    for (numbers, here), answer in zip(expected, ask(requests), strict=True):
        assert differences(here, answer) == [], numbers


def test_a_softmax_of_which_a_mask_leaves_one(ask: Ask) -> None:
    equations = "p = softmax(z, axis=1, mask=causal(2))\nC = sum(p**2)"
    text = f"[parameters]\nz = [[0.5, 1.0], [2.0, -1.0]]\n[model]\nequations = '''\n{equations}\n'''\n"
    solution = derive.solve(derive.loads(text)).worked
    requests, expected = [], []
    for first, second in (("0.5", "2.0"), ("-3", "0"), ("60", "-200")):
        numbers = {"z[1,1]": first, "z[2,2]": second}
        requests.append(request(solution, numbers))
        expected.append((numbers, changed(solution, numbers)))
    for (numbers, here), answer in zip(expected, ask(requests), strict=True):
        assert here.values["p[1,1]"].shown == "1"
        assert differences(here, answer) == [], numbers


def test_what_has_no_value_is_a_sentence(ask: Ask) -> None:
    logarithm, over = one_neuron("log(z)", "decimals = 4"), one_neuron("1/z", "decimals = 4")
    rounded = one_neuron("1/(z - 0.5001)", 'decimals = 3\nround = "each-step"')
    large = one_neuron("exp(z)", "decimals = 4")
    answers = ask([
        request(logarithm, {"w0": "-2"}),
        request(over, {"w0": "0"}),
        request(large, {"w0": "1e30"}),
        request(rounded, {"w0": "0.5001"}),
        request(logarithm, {"w0": "two"}),
        request(logarithm, {"w0": "1e400"}),
    ])  # fmt: skip
    assert [answer["error"] for answer in answers[:3]] == [
        "O0 cannot be worked out: the logarithm of a negative number.",
        "O0 cannot be worked out: a division by 0.",
        "O0 cannot be worked out: a number too large to be written.",
    ]
    assert answers[3]["fault"]["what"] == "a division by 0"
    assert [answer["error"] for answer in answers[4:]] == [
        "w0 is not a number.",
        "w0 is a number with too large an exponent.",
    ]


@pytest.mark.parametrize(
    ("text", "bounds", "fault"),
    [
        ("0.10", {}, None),
        ("-.5e-3", {}, None),
        ("+7.", {}, None),
        ("", {}, "not a number"),
        ("nan", {}, "not a number"),
        ("1_000", {}, "not a number"),
        ("0x10", {}, "not a number"),
        ("1" * 51, {}, "a number of more than 50 digits"),
        ("1e101", {}, "a number with too large an exponent"),
        ("1e999999999999", {}, "a number with too large an exponent"),
        ("-0.1", {"least": "0"}, "a number below 0"),
        ("1.01", {"least": "0", "most": "1"}, "a number above 1"),
        ("1.00", {"least": "0", "most": "1"}, None),
    ],
)
def test_numbers_that_a_reader_writes(text: str, bounds: dict[str, str], fault: str | None, ask: Ask) -> None:
    assert ask([{"ask": "fault", "text": text, "bounds": bounds}]) == [fault]


def test_an_update_step_is_that_of_the_file(ask: Ask) -> None:
    """Taken by hand with the rate of the file, it is the update that the file makes."""
    solution = worked((EXAMPLES / "mazur-2-2-2.toml").read_text(encoding="utf-8"))
    data = request(solution)["data"]
    (texts,) = ask([{"ask": "after", "data": data, "given": {}, "rate": "0.5"}])
    assert texts["w5"] == texts["w5"][:17]
    assert Decimal(texts["w5"]).quantize(Decimal("1e-8")) == Decimal("0.35891648")  # Mazur's
    assert solution.training is not None
    assert list(texts) == list(solution.training.moved)


# The scripts themselves.


def test_scripts_are_plain_and_short() -> None:
    """Nothing is loaded, sent or run from text; a page can hold them as they are; each can be read at a sitting."""
    source = engine_source()
    assert not re.search(
        r"\b(eval|Function|import|export|require|fetch|document|window|setTimeout)\b(?=\s*[(.{ ])", _code(source)
    )
    assert "</script" not in source
    assert "<!--" not in source
    folder = ROOT / "templates" / "html" / "engine"
    assert sorted(path.stem for path in folder.glob("*.js")) == sorted(PARTS)
    assert all(len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST for path in folder.glob("*.js"))


def _code(source: str) -> str:
    """The source without its comments."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.DOTALL)


FAR = """
[network]
inputs = [1]
targets = [0]
cost = "half_squared_error"
[[network.layers]]
activation = "{activation}"
weights = [[{weight}]]
[numbers]
{numbers}
"""


@pytest.mark.parametrize("activation", ["sigmoid", "silu", "softplus", "exp(z)"])
def test_exponents_have_no_end_before_python_s(activation: str, ask: Ask) -> None:
    """e^−900000 is 9.25 · 10^−390866, e^−10⁶ is 3.30 · 10^−434295: lines with them are worked as any others."""
    solutions = [
        worked(FAR.format(activation=activation, weight=weight, numbers=numbers))
        for weight in ("-850000", "-900000", "-1e6", "-3e6", "-1e9", "-1e15")
        for numbers in ("significant = 4", 'round = "each-step"\nsignificant = 4', "decimals = 4")
    ]
    for solution, answer in zip(solutions, ask(list(map(request, solutions))), strict=True):
        assert differences(solution, answer) == []
    if activation == "exp(z)":
        shown = ask([request(solutions[6])])[0]["values"]["O0"]["shown"]
        with mpmath.workdps(30):
            assert shown == mpmath.nstr(mpmath.exp(-(10**6)), 4)


def test_a_quantity_is_no_member_of_an_object(ask: Ask) -> None:
    """In JSON a key may be called so; in an object that is looked up it would be its prototype."""
    asked = request(worked(FAR.format(activation="sigmoid", weight="1", numbers="") + NAMED), {"nameless": "1"})
    renamed = json.loads(json.dumps(asked).replace("nameless", "__proto__"))
    plain, answer = ask([asked, renamed])
    assert answer["values"]["__proto__"]["shown"] == "1"
    assert answer["values"]["Cost"] == plain["values"]["Cost"]


NAMED = '\n[notation]\ntarget = "nameless"\n'


@pytest.mark.parametrize("text", ["9" * 1_500_000, "0." + "0" * 1_500_000 + "1", "1e" + "9" * 1_500_000])
def test_a_text_that_is_too_long_is_not_read(text: str, ask: Ask) -> None:
    assert ask([{"ask": "fault", "text": text, "bounds": {}}]) == ["a text of more than 400 characters"]
