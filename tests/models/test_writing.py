"""How equations become a model: the order of members, sections, names, symbols, and what is asked."""

from __future__ import annotations

import pytest

import derive
from derive.errors import InputError
from derive.expression.plain import plain
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.symbols import Symbol


def model(equations: str, tables: str = "", settings: str = "", **asked: str) -> Model:
    head = "".join(f"{key} = {value}\n" for key, value in asked.items())
    return derive.loads(f"{tables}\n[model]\n{head}equations = '''\n{equations}\n'''\n{settings}").model


def outlined(section: Section) -> list[object]:
    """The titles and definitions of an outline, nested."""
    return [part if isinstance(part, str) else (headed(part), outlined(part)) for part in section.parts]


def headed(section: Section) -> str:
    """The title of a section with the value of the index that it is for."""
    return section.title if section.at is None else f"{section.title}, {' = '.join(section.at)}"


RNN = """
h[0] = 0
# The state
a[t] = w*x[t] + u*h[t-1]     # the net input

## this is not shown
h[t] = tanh(a[t])
# The cost
E[t] = (h[t] - 1)**2
E = sum(E[t], t)             # over all times
"""
TABLES = '[given]\nx = [1, 2]\n[parameters]\nw = 0.5\nu = 0.1\n[index]\nt = "1..2"'


def test_blocks_are_worked_value_by_value() -> None:
    found = model(RNN, TABLES)
    assert list(found.graph.definitions) == ["h[0]", "a[1]", "h[1]", "E[1]", "a[2]", "h[2]", "E[2]", "E"]
    assert found.graph.result == "E"
    assert outlined(found.outline) == [
        ("", ["h[0]"]),
        (
            "",
            [
                ("", [("The state, t = 1", ["a[1]", "h[1]"]), ("The cost, t = 1", ["E[1]"])]),
                ("", [("The state, t = 2", ["a[2]", "h[2]"]), ("The cost, t = 2", ["E[2]"])]),
            ],
        ),
        ("The cost", ["E"]),
    ]
    block = found.outline.sections[1]
    assert block.backwards
    assert set(block.owns) == {"w", "u"}
    assert found.quantities["a[2]"].note == "the net input"
    assert found.quantities["E"].note == "over all times"


def test_members_that_stand_side_by_side_keep_their_order() -> None:
    found = model("f[t] = w*x[t]\nC = sum(f[t]**2, t)", TABLES)
    assert not found.outline.sections[0].backwards


def test_what_is_needed_early_comes_just_before() -> None:
    found = model("G[3] = 0\nG[t] = x[t] + w*G[t+1]\nC = G[1]", TABLES)
    assert list(found.graph.definitions) == ["G[3]", "G[2]", "G[1]", "C"]
    late = model("C = b*2\nb = a + w\na = 3", TABLES, of='"C"')
    assert list(late.graph.definitions) == ["a", "b", "C"]


def test_further_indices_run_last_fastest() -> None:
    found = model("z[t,j] = x[t]*j\nC = w*z[1,1]", TABLES + '\nj = "1..2"')
    assert list(found.graph.definitions)[:4] == ["z[1,1]", "z[1,2]", "z[2,1]", "z[2,2]"]


def test_formulas_are_written_in_hand_order() -> None:
    tables = "[given]\nx = [1, 2]\n[parameters]\nW = [[1, 2], [3, 4]]\nb = [5, 6]\nk = 2"
    found = model("z = W @ x + b\nr = -k*x[1] - (k + 1)/k\nC = z[1]**2/2 + r", tables)
    written = {name: plain(definition.expr) for name, definition in found.graph.definitions.items()}
    assert written == {
        "z[1]": "W[1,1] * x[1] + W[1,2] * x[2] + b[1]",
        "z[2]": "W[2,1] * x[1] + W[2,2] * x[2] + b[2]",
        "r": "-k * x[1] - (k + 1) / k",
        "C": "z[1]**2 / 2 + r",
    }


def test_conditions_over_indices_are_settled() -> None:
    found = model("s = sum(x[t] if t > 1 and t <= 2 else 0, t)\nC = s*w if x[1] > 0 else 3", TABLES)
    assert plain(found.graph.definitions["s"].expr) == "x[2]"
    assert plain(found.graph.definitions["C"].expr) == "s * w if x[1] > 0 else 3"


def test_an_activation_of_a_name_has_a_step_of_its_own() -> None:
    found = model("z = w*u\nh = sigmoid(z)\nC = h**2", TABLES)
    definition = found.graph.definitions["h"]
    assert definition.applies == "sigmoid"
    assert definition.own_steps == ("z",)
    assert plain(definition.closed_forms["z"].shown) == "h * (1 - h)"


def test_a_formula_that_a_function_is_applied_to_is_a_quantity() -> None:
    tables = '[given]\nx = [1, 2]\n[parameters]\nW = [[1, 2], [3, 4]]\n[index]\nt = "1..2"'
    found = model("h[t] = tanh(W[t] @ x + 1)\nC = sum(h[t], t)", tables)
    assert list(found.graph.definitions) == ["h_in[1]", "h[1]", "h_in[2]", "h[2]", "C"]


def test_symbols() -> None:
    tables = '[given]\nx = [[1, 2], [3, 4]]\n[parameters]\nW_a = [[1, 2], [3, 4]]\n[index]\nt = "1..2"'
    equations = "h_tilde[t] = W_a @ x[t]\nC = sum(sum(h_tilde[t]), t)"
    found = model(equations, tables)
    assert found.symbols["W_a[1,2]"] == Symbol("W", "a,12")
    assert found.symbols["h_tilde[2,1]"] == Symbol("h", "2,1", accent="tilde")
    above = model(equations, tables, '[notation]\nabove = ["t"]')
    assert above.symbols["h_tilde[2,1]"] == Symbol("h", "1", "(2)", accent="tilde")
    assert above.symbols["x[2,1]"] == Symbol("x", "1", "(2)")
    wide = model("C = w[10] + w[1]", f"[parameters]\nw = {[1] * 10}")
    assert wide.symbols["w[10]"] == Symbol("w", "10")


def test_counting_from_0_and_names_of_functions() -> None:
    found = model(
        "p = softmax(z)\nheads = p[0]\nC = -log(p[c]) + heads",
        "[given]\nc = 2\n[parameters]\nz = [1, 2, 3]",
        '[notation]\nfirst_index = 0\n[notation.rename]\nheads = "concat"',
    )
    assert found.first_index == 0
    assert found.arrays["z"].entries == ("z[0]", "z[1]", "z[2]")
    assert plain(found.graph.definitions["C"].expr) == "-log(p[2]) + concat"
    assert found.wanted == ("z[0]", "z[1]", "z[2]")
    assert found.current("heads") == "concat"


def test_lambda_is_a_name() -> None:
    found = model("C = lambda/2*sum(w**2)", "[given]\nlambda = 0.10\n[parameters]\nw = [1, 2]")
    assert plain(found.graph.definitions["C"].expr) == "lambda / 2 * (w[1]**2 + w[2]**2)"


def test_what_is_differentiated_by_what() -> None:
    assert model("C = x[1]*w", TABLES).wanted == ("w", "u")
    assert model("C = x[1]*w", TABLES, wrt='["given", "w"]').wanted == ("x[1]", "x[2]", "w")
    assert model("q = x + y\nf = q*q", "[given]\nx = 1\ny = 2").wanted == ("x", "y")
    several = model("a = w*u\nb = a*w", TABLES, of='["b", "a"]')
    assert several.graph.results == ("b", "a")
    assert model("a = w*u", TABLES, of="[]").graph.results == ()


def test_a_whole_array_may_be_frozen() -> None:
    text = (
        "[parameters]\nW = [1, 2]\nb = 3\n[model]\nequations = '''\nC = sum(W**2) + b**2\n'''\n"
        '[update]\nlearning_rate = 0.25\nfrozen = ["W"]'
    )
    values = derive.solve(derive.loads(text)).values
    assert values["b+"].exact == "1.5"
    assert "W[1]+" not in values


def test_local_derivatives_of_equations_between_numbers() -> None:
    values = derive.solve(
        derive.loads("[given]\nx = 3\ny = 5\n[model]\nequations = '''\nq = x*y\nf = q + x\n'''")
    ).values
    assert (values["dq/dx"].exact, values["df/dx"].exact) == ("5", "6")


def test_constants_of_an_array_have_derivatives_too() -> None:
    text = "[parameters]\nw = 3\n[model]\nequations = '''\nv = [w, 2]\nC = v[1]*v[2]\n'''"
    assert derive.solve(derive.loads(text)).values["dC/dv[2]"].exact == "3"


def test_at_a_tie_the_first_counts() -> None:
    text = "[parameters]\nv = [1, 2, 2]\n[model]\nequations = '''\nz = v*1\nm = max(z)\nC = m**2\n'''"
    solution = derive.solve(derive.loads(text))
    assert [solution.values[f"dC/dv[{at}]"].exact for at in (1, 2, 3)] == ["0", "4", "0"]
    assert {(kink.name, kink.argument) for kink in solution.worked.kinks} == {("m", "z[2]"), ("m", "z[3]")}


def test_the_norm_of_nothing_has_the_derivative_0() -> None:
    text = "[parameters]\nv = [0, 0]\n[model]\nequations = '''\nz = v*1\nC = norm(z)\n'''"
    assert derive.solve(derive.loads(text)).values["dC/dv[1]"].exact == "0"


def test_far_from_0_nothing_overflows() -> None:
    text = "[parameters]\nv = [1e30, 0]\n[model]\nequations = '''\np = softmax(v)\nl = logsumexp(v)\nC = p[1] + l\n'''"
    values = derive.solve(derive.loads(text)).values
    assert float(values["C"].exact) == pytest.approx(1e30)


def test_lines_of_faults_are_those_of_the_file() -> None:
    text = "# a comment\n\n[model]\nequations = '''\n\na = 1\nb = a +\n'''\n"
    with pytest.raises(InputError) as error:
        derive.loads(text)
    assert str(error.value).startswith("<text>:7: model.equations: ")


@pytest.mark.parametrize("formula", ["W*x[t]", "W*t*x[t]", "W*t", "x[t] + W - t"])
def test_a_parameter_that_is_a_whole_number_is_learnt_also_beside_an_index(formula: str) -> None:
    text = (
        "[given]\nx = [0.5, 1.5]\n[parameters]\nW = 2\n[index]\nt = '1..2'\n[model]\n"
        f"equations = '''\nz[t] = {formula}\nC = sum(z[t]**2, t)\n'''"
    )
    solution = derive.solve(derive.loads(text))
    assert solution.network.model.wanted == ("W",)
    # By hand: 2·Σ z·dz/dW.
    parts = [(x, t) for t, x in ((1, 0.5), (2, 1.5))]
    value, slope = {
        "W*x[t]": (lambda x, t: 2 * x, lambda x, t: x),
        "W*t*x[t]": (lambda x, t: 2 * t * x, lambda x, t: t * x),
        "W*t": (lambda x, t: 2 * t, lambda x, t: t),
        "x[t] + W - t": (lambda x, t: x + 2 - t, lambda x, t: 1),
    }[formula]
    assert float(solution.values["dC/dW"].exact) == pytest.approx(
        2 * sum(value(*each) * slope(*each) for each in parts)
    )
