"""The script: it runs by itself, finds what is known from elsewhere, and stops where a number is wrong."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import derive
from derive.render.environment import OwnTemplate
from derive.render.formats import Beside, Options, render
from tests import gallery
from tests.pages.networks import network
from tests.render.running import lines_of, output, run, solution, tried

EXAMPLES = [path for path in gallery.EXAMPLES if path.stem not in gallery.LARGE]
BLOG = Path(__file__).parents[2] / "examples" / "blog-2-3-1.toml"

#: The post's steps in its order with four decimals, as facts.md has them.
FACTS = """
z0 2.87 O0 0.9463 z1 8.7 O1 0.9998 z2 0.15 O2 0.5374 z3 0.5948 O3 0.6445 Cost 0.0380
dCost/dO3 -0.2755 dO3/dz3 0.2291 dCost/dz3 -0.0631 dCost/dw6 -0.0597 dCost/dw7 -0.0631 dCost/dw8 -0.0339
dCost/dO0 -0.0568 dO0/dz0 0.0508 dCost/dz0 -0.0029 dCost/dw0 -0.0058 dCost/dw1 -0.0261
dCost/dO1 0.0316 dO1/dz1 0.0002 dCost/dz1 0.0000 dCost/dw2 0.0000 dCost/dw3 0.0000
dCost/dO2 -0.0050 dO2/dz2 0.2486 dCost/dz2 -0.0012 dCost/dw4 -0.0024 dCost/dw5 -0.0108
""".split()


def script(path: Path) -> str:
    return str(derive.solve(derive.load(path)).render("python"))


@pytest.fixture(scope="module")
def blog() -> str:
    return script(BLOG)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_without_any_library(path: Path) -> None:
    code = script(path)
    options = () if "import numpy" in code else ("-S",)  # a brief page's program works with arrays
    assert output(code, *options)[-1] == "Every value is the one on the page."


def test_the_blog_s_steps_come_out_in_its_order(blog: str) -> None:
    printed = [line.split() for line in output(blog) if " = " in line]
    assert [word for line in printed for word in (line[0], line[-1])] == FACTS


@pytest.mark.parametrize("seed", range(36))
def test_random_networks_run(seed: int, tmp_path: Path) -> None:
    """All activations, costs, kinds of bias, notations, policies and updates."""
    text, _ = network(seed)
    assert lines_of(str(solution(tmp_path, text).render("python")))[-1] == "Every value is the one on the page."


def test_every_wrong_number_is_found(blog: str) -> None:
    """Each printed number is changed in its last digit, one at a time, and the script stops at it."""
    lines = blog.split("\n")
    comparisons = [number for number, line in enumerate(lines) if line.startswith("check(")]
    assert len(comparisons) == 30
    for number in comparisons:
        changed = re.sub(r'\d"\)$', lambda digit: f'{(int(digit[0][0]) + 1) % 10}")', lines[number])
        assert changed != lines[number]
        _, error = tried("\n".join([*lines[:number], changed, *lines[number + 1 :]]))
        name = re.match(r'check\("([^"]+)"', lines[number])
        assert name is not None
        assert f"AssertionError: {name[1]} is " in error


def test_an_interpreter_stops_at_a_wrong_number(blog: str) -> None:
    done = run(blog.replace('"0.9463"', '"0.9464"'))
    assert done.returncode == 1
    assert done.stderr.endswith("AssertionError: O0 is 0.9463, not 0.9464\n")


def test_without_assertions_nothing_is_promised(blog: str) -> None:
    done = run(blog.replace('"0.9463"', '"0.9464"'), "-O")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "Nothing was compared: Python's option -O leaves it out."


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_older_pythons_can_read_it(path: Path) -> None:
    """As it says at its beginning."""
    code = script(path)
    assert "import numpy" in code or "Python 3.8 or newer" in code
    ast.parse(code, feature_version=(3, 8))


def test_a_wrong_weight_is_found(blog: str) -> None:
    assert 'w6 = Decimal("0.9")' in blog
    assert "AssertionError: z3 is " in tried(blog.replace('w6 = Decimal("0.9")', 'w6 = Decimal("0.8")'))[1]


def test_a_rounded_number_may_be_off_by_half_a_unit_of_its_last_place(tmp_path: Path) -> None:
    """sigmoid(0.1) is 0.52497918…, so 0.52 and 0.525 are right, and 0.53 and 0.524 are not."""
    text = NET.format(inputs="[0.1]", activation="sigmoid", weights="[[1]]", numbers="decimals = 3")
    code = str(solution(tmp_path, text).render("python"))
    assert 'rounds_to("O0", O0, "0.525")' in code
    for printed, good in (("0.525", True), ("0.52", True), ("0.5", True), ("0.524", False), ("0.53", False)):
        changed = code.replace('rounds_to("O0", O0, "0.525")', f'rounds_to("O0", O0, "{printed}")')
        assert (tried(changed)[1] == "") == good, printed


NET = """
[network]
inputs = {inputs}
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "{activation}"
weights = {weights}
[numbers]
{numbers}
"""


@pytest.mark.parametrize(
    ("ties", "printed"),
    # 0.5 · 0.25 = 0.125 and 0.5 · 0.75 = 0.375: ties, which a person rounds to the even digit, or up.
    [("even", ["0.12", "0.38"]), ("up", ["0.13", "0.38"])],
)
def test_decimal_ties_are_rounded_as_by_hand(ties: str, printed: list[str], tmp_path: Path) -> None:
    text = NET.format(
        inputs="[0.5]",
        activation="identity",
        weights="[[0.25], [0.75]]",
        numbers=f'round = "each-step"\ndecimals = 2\nties = "{ties}"',
    ).replace("[0.5]\ncost", "[0.5, 0.5]\ncost")
    found = dict(
        line.split(" = ") for line in lines_of(str(solution(tmp_path, text).render("python"))) if " = " in line
    )
    assert [found["z0"], found["z1"]] == printed


#: What a title could try: to end a string or comment, to be an escape, to name an encoding, to reorder the line.
HOSTILE = (
    '"); import os; os.abort()  # ',
    "'''\"\"\"\nimport os\nos.abort()",
    "\\",
    "\\N{DIGIT ONE}\\x41\\u0041",
    "first\rimport os; os.abort()",
    "first\x0cimport os",
    "a\x00b",
    "a\u2028import os\u2029import os\x85import os\x0bimport os\x1cimport os",
    "\u202eimport os\u202c \u2066x\u2069 \u200f",
    "{{ 7 * 7 }} {% raw %} ${7*7} %s {0}",
    "</script><script>alert(1)</script> ]]> -->",
    "-*- coding: utf-7 -*-",
    "coding: rot13",
    "\ud800",
    "网络 μ → ∂ 🧠",
)


def with_words(words: str) -> str:
    """The script of the blog with a title and an author that no file is allowed to have."""
    solution = derive.solve(derive.load(BLOG))
    document = replace(solution.document, title=words, author=words, date=words)
    return render(document, "python", beside=Beside(program=solution.program)).content.decode()


@pytest.mark.parametrize("words", HOSTILE)
def test_words_stay_words(words: str) -> None:
    """The tree of the program does not know them, and they do not change how its bytes are read."""
    harmless, hostile = with_words("harmless"), with_words(words)
    assert ast.dump(ast.parse(hostile.encode())) == ast.dump(ast.parse(harmless.encode()))
    assert "\x00" not in hostile
    assert not any("\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069" for sign in hostile)
    assert len(hostile.splitlines()) == len(harmless.splitlines())
    assert hostile.splitlines()[:2] == harmless.splitlines()[:2]
    assert lines_of(hostile) == lines_of(harmless)


def test_a_template_of_a_users_own(template: Callable[[str], OwnTemplate]) -> None:
    """It may say more between the steps; whatever it prints is escaped for a comment."""
    own = template(
        '{% extends "python/page.py.jinja" %}\n'
        "{% block paragraph %}# {{ block.content|inline }}\n{% endblock %}\n"
        "{% block bottom %}# {{ document.title }}\nprint('the end')\n{% endblock %}\n"
    )
    solution = derive.solve(derive.load(BLOG))
    document, beside = solution.document, Beside(program=solution.program)
    codes = [
        render(replace(document, title=words), "python", Options(template=own), beside).content.decode()
        for words in HOSTILE
    ]
    assert all("# Now the way back." in code for code in codes)
    assert len({ast.dump(ast.parse(code.encode())) for code in codes}) == 1
    assert lines_of(codes[0])[-1] == "the end"


NAMED = """
[network]
inputs = [0.5, -1]
targets = [0.25]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.1, 0.2], [0.3, -0.4]]
biases = 0.5
[[network.layers]]
activation = "z*exp(-z**2)"
weights = [[0.5, 0.6]]
[update]
learning_rate = 0.1
steps = {steps}
[notation]
{notation}
"""

NOTATIONS = (
    'cost = "lambda"\ntarget = "in"\ninput = "print"\nweight = "np"',
    'cost = "print"\ntarget = "None"\ninput = "Decimal"\nbias = "class"',
    'cost = "rounds_to"\ntarget = "z"\nnet_input = "isclose"\noutput = "update"',
    'cost = "equals"\ntarget = "costs"\nnet_input = "sigmoid"\noutput = "activation"',
    'cost = "dC"\ntarget = "dCost_dz0"\nweight = "dC_d"\noutput = "C_d"',
    'cost = "check"\ntarget = "__import__"\n'.replace("__import__", "rounded") + 'weight = "SHORT"',
    'preset = "layered"\nbias = "is"\nweight = "not"\noutput = "eta"\ncost = "match"\ntarget = "type"',
    'neurons = [["if", "else"], ["None"]]\nnet_input = "import"\noutput = "from"\ncost = "E"',
    '[notation.rename]\nw0 = "np"\nz0 = "tanh"\nO0 = "Decimal"\neta = "print"\nCost = "lambda"\nw1 = "w2"\n'
    'w2 = "w1"\nO2 = "y_hat"',
)


@pytest.mark.parametrize(
    ("steps", "numbers"),
    [(1, ""), (3, ""), (1, '[numbers]\nround = "each-step"\nsignificant = 3'), (3, "[numbers]\ndecimals = 30")],
)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_any_names_make_a_program(notation: str, steps: int, numbers: str, tmp_path: Path) -> None:
    text = NAMED.format(notation=notation, steps=steps) + numbers
    assert lines_of(str(solution(tmp_path, text).render("python")))[-1] == "Every value is the one on the page."


EXTREMES = {
    "tiny": NET.format(inputs="[1e-100]", activation="tanh", weights="[[1e-100]]", numbers=""),
    "large": NET.format(inputs="[1e100]", activation="identity", weights="[[1e90]]", numbers=""),
    "beyond": NET.format(inputs="[1e100]", activation="identity", weights="[[1e100]]", numbers="significant = 3"),
    "saturated": NET.format(inputs="[40]", activation="sigmoid", weights="[[1]]", numbers="significant = 6"),
    "far": NET.format(inputs="[-800]", activation="sigmoid", weights="[[1]]", numbers="decimals = 4"),
    "farther": NET.format(inputs="[-2000]", activation="gelu", weights="[[1]]", numbers="significant = 5"),
    "digits": NET.format(inputs="[0.3]", activation="softplus", weights="[[0.7]]", numbers="decimals = 50"),
    "whole": NET.format(inputs="[30]", activation="gelu", weights="[[0.7]]", numbers="decimals = 0"),
    "zero": NET.format(inputs="[0.1, 0.2, -0.3]", activation="relu", weights="[[1, 1, 1]]", numbers=""),
    "functions": NET.format(
        inputs="[0.3]",
        activation="sin(z) + cos(z)*atan(z) - sinh(z)/cosh(z) + sqrt(2) + pi*abs(z) + max(z, 1/3) + 1/2 + 2**(-1)",
        weights="[[0.7]]",
        numbers="decimals = 40",
    ),
}


@pytest.mark.parametrize("rounding", ["end", "each-step"])
@pytest.mark.parametrize("name", EXTREMES)
def test_extremes(name: str, rounding: str, tmp_path: Path) -> None:
    text = EXTREMES[name] + f'\nround = "{rounding}"'
    assert lines_of(str(solution(tmp_path, text).render("python")))[-1] == "Every value is the one on the page."


def test_a_float_s_own_error_is_not_taken_for_a_value(tmp_path: Path) -> None:
    """0.1 + 0.2 − 0.3 is 0, at which relu has a kink; in binary floats it is 5.6e-17, and on the other side of it."""
    code = str(solution(tmp_path, EXTREMES["zero"]).render("python"))
    assert "from decimal import" in code
    assert "dO0/dz0 = 0" in lines_of(code)


def test_frozen_parameters_stay(tmp_path: Path) -> None:
    text = NAMED.format(notation="", steps=2).replace("steps = 2", 'steps = 2\nfrozen = ["w0", "b0"]')
    code = str(solution(tmp_path, text).render("python"))
    assert "w1 = w1 - eta * dCost_dw1" in code
    assert "w0 = w0 - eta" not in code
    assert 'rounds_to("w1+2", w1, ' in code
    assert lines_of(code)[-1] == "Every value is the one on the page."


def brief(toml: str) -> str:
    """The same network with a brief page, whose program works with whole layers."""
    return '[document]\ndetail = "brief"\n' + re.sub("^title = .*\n", "", toml)


@pytest.mark.parametrize("seed", range(24))
def test_random_networks_run_by_whole_layers(seed: int, tmp_path: Path) -> None:
    text, _ = network(seed)
    code = str(solution(tmp_path, brief(text)).render("python"))
    assert "All neurons of the layer at once." in code
    assert lines_of(code)[-1] == "Every value is the one on the page."


@pytest.mark.parametrize("rounding", ["end", "each-step"])
@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_by_whole_layers(name: str, rounding: str, tmp_path: Path) -> None:
    text = brief(EXTREMES[name]) + f'\nround = "{rounding}"'
    assert lines_of(str(solution(tmp_path, text).render("python")))[-1] == "Every value is the one on the page."


def test_every_wrong_number_of_an_array_is_found() -> None:
    """Each number of the brief example is changed in its last digit, one at a time."""
    code = script(BLOG.parent / "rectifier-2-4-1.toml")
    places = [
        digit.end(1) - 1
        for block in re.finditer(r'^check_all\("[^"]*", \w+, "+([^"]+)"', code, re.MULTILINE)
        for digit in re.compile(r"([-.\d]+)").finditer(code, *block.span(1))
    ]
    assert len(places) == 44
    for place in places:
        _, error = tried(f"{code[:place]}{(int(code[place]) + 1) % 10}{code[place + 1 :]}")
        assert "AssertionError: " in error


@pytest.mark.parametrize("steps", [1, 3])
def test_frozen_parameters_of_an_array_stay_as_they_were_given(steps: int, tmp_path: Path) -> None:
    """With two decimals at each step the frozen weight 0.12345 is still 0.12345, not 0.12."""
    text = brief(NAMED.format(notation="", steps=steps).replace("[[0.1, 0.2]", "[[0.12345, 0.2]"))
    text = text.replace(f"steps = {steps}", f'steps = {steps}\nfrozen = ["w0", "w4", "w5"]')
    code = str(solution(tmp_path, f'{text}[numbers]\nround = "each-step"\ndecimals = 2').render("python"))
    new = "weights_1_new" if steps == 1 else "weights_1"
    assert re.search(rf'check_all\("new weights of the hidden layer", {new}, """\n    0.12345 ', code)
    assert "weights_2 - learning_rate" not in code
    assert lines_of(code)[-1] == "Every value is the one on the page."


def test_ten_thousand_weights_are_arrays(tmp_path: Path) -> None:
    """A row of weights is a line, the program stays short, and it runs in a moment."""
    from derive.spec.starter import starter

    solved = solution(tmp_path, starter("Large", (60, 100, 40)))
    code = str(solved.render("python"))
    assert sum(1 for line in code.splitlines() if not re.fullmatch(r" +[-=.e\d ]+", line)) < 250
    lines = lines_of(code)
    for layer, weights in (("hidden", 6000), ("output", 4000)):
        (said,) = (line for line in lines if line.startswith(f"dCost/d(weights of the {layer} layer): "))
        assert said.endswith(f"({weights} as on the page)")


@pytest.mark.slow
def test_mazur_s_ten_thousand_updates(tmp_path: Path) -> None:
    """Published: after 10,000 rounds with fixed biases the error is 3.510188e-05."""
    text = (BLOG.parent / "mazur-2-2-2.toml").read_text()
    text = text.replace("learning_rate = 0.5", "learning_rate = 0.5\nsteps = 10000").replace(
        "decimals = 9", "significant = 7"
    )
    lines = lines_of(str(solution(tmp_path, text).render("python")))
    assert any(re.match(r"E_total\+10000 = 3\.51018\d*e-05, rounded 3\.510188e-5$", line) for line in lines)


def test_the_same_bytes_whatever_the_order_of_sets() -> None:
    code = f"import derive, sys; sys.stdout.write(derive.solve(derive.load({str(BLOG)!r})).render('python'))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(BLOG.parents[1])},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert found == {script(BLOG).encode()}


def test_names_that_python_knows_are_not_hidden() -> None:
    import builtins

    from derive.render.code.code_printer import _BUILTINS

    assert {name for name in dir(builtins) if name.islower() and not name.startswith("_")} <= _BUILTINS


#: Weights that make a number too large to be written: silu(−10²³) is closer to 0 than any number that can be, and
#: ln(1 + e^(2·10⁵⁰)) is 2·10⁵⁰, but not by that formula.
VANISHING = """
[network]
inputs = [1]
targets = [0]
cost = "half_squared_error"
[[network.layers]]
activation = "silu"
weights = [[1000]]
[update]
learning_rate = 1e20
"""
UNREACHED = """
[network]
inputs = [2]
targets = [0]
cost = "huber"
[[network.layers]]
activation = "softplus"
weights = [[1e50]]
[[network.layers]]
activation = "identity"
weights = [[1e-50]]
"""


def test_a_number_that_is_too_large_does_not_stop_a_script(tmp_path: Path) -> None:
    """exp(10²³) ends a program unless it may be infinite; then the output is what the page says that it is."""
    code = str(solution(tmp_path, VANISHING).render("python"))
    lines = lines_of(code)
    assert "O0+ = closer to 0 than any number that can be written, rounded 0" in lines
    assert lines[-1] == "Every value is the one on the page."
    page = str(solution(tmp_path, VANISHING).render("markdown"))
    assert "| 0 | closer to 0 than any number that can be written |" in page
    # and the comparison can fail
    assert "AssertionError: O0+ is " in tried(code.replace('vanishes("O0+", O0_new,', 'vanishes("O0+", 1 + O0_new,'))[1]


@pytest.mark.parametrize(
    "numbers", ["", '[numbers]\nround = "each-step"\nsignificant = 29', "[update]\nlearning_rate = 0.1\nsteps = 3"]
)
@pytest.mark.parametrize("shorten", [str, brief], ids=["full", "brief"])
def test_what_a_script_cannot_work_out_is_taken_from_the_page(
    numbers: str, shorten: Callable[[str], str], tmp_path: Path
) -> None:
    code = str(solution(tmp_path, shorten(UNREACHED) + numbers).render("python"))
    lines = lines_of(code)
    assert any(re.fullmatch(r"O0 = 2(\.0+)?E\+50 as on the page", line) for line in lines)
    assert any(re.fullmatch(r"O1 = 2(\.0+)?(, rounded 2\.000)?", line) for line in lines)  # what follows is worked out
    assert lines[-1] == "Every value is the one on the page."


def test_a_definition_by_cases_that_begins_a_sum_is_bracketed(tmp_path: Path) -> None:
    """For z = 3 the derivative of max(2, z) − z is 1 − 1 = 0; a sum that is broken over lines was read as 1."""
    activation = "max(1.23456789e-9 + 2, z) + (1e-9 if z < 0 else 1 - z)"
    text = NET.format(
        inputs="[3]", activation=activation, weights="[[1]]", numbers='round = "each-step"\ndecimals = 15'
    )
    code = str(solution(tmp_path, text).render("python"))
    assert "    (Decimal(1) if " in code
    lines = lines_of(code)
    assert "dO0/dz0 = 0" in lines
    assert lines[-1] == "Every value is the one on the page."


def test_a_long_number_of_an_array_stays_whole(tmp_path: Path) -> None:
    """A number with more digits than a line is wide, beside another one."""
    text = brief(NET.format(inputs="[1e100]", activation="identity", weights="[[1e20], [3]]", numbers="decimals = 3"))
    text = text.replace("targets = [0.5]", "targets = [0.5, 1]")
    code = str(solution(tmp_path, text).render("python"))
    assert f"1{'0' * 120}" in code
    assert lines_of(code)[-1] == "Every value is the one on the page."


def test_an_exact_cost_of_a_loop_takes_as_many_digits_as_it_has(tmp_path: Path) -> None:
    """2.5·10⁹⁵ + ½ after each update: with 60 digits the half is lost, and a loop compares what is rounded."""
    text = """
[network]
inputs = [0.4e3]
targets = [-5.0e47]
cost = "max(0.5, max(O, y)) + y**2"
[[network.layers]]
activation = "softplus"
weights = [[1.6e51]]
biases = -4.5e94
[numbers]
decimals = 16
[update]
learning_rate = 1e-30
steps = 2
"""
    code = str(solution(tmp_path, text).render("python"))
    assert f'costs = {{1: "25{"0" * 94}.5", 2: "25{"0" * 94}.5"}}' in code
    assert lines_of(code)[-1] == "Every value is the one on the page."
