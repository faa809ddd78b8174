"""SymPy's proof: what it covers, and that it sees what numbers at one point cannot."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.literals import GIVEN
from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.tree import Name, Product
from derive.model import templates
from derive.proof.numeric.differences import differences
from derive.proof.symbolic import claims, identity
from derive.proof.symbolic.claims import prove
from derive.proof.symbolic.derivation import symbolic
from derive.proof.symbolic.reading import ProofClaim
from tests.covering import covering
from tests.proof.breaking import change_activation, change_cost, change_steps, with_result
from tests.proof.networks import BLOG, MAZUR, made_up, row, toml, verdicts, worked


def test_a_small_network_has_a_row_for_each_parameter_and_each_kind_of_step():
    report = symbolic(worked(BLOG))
    parameters = [f"dCost/dw{i}" for i in range(9)] + [f"dCost/db{i}" for i in range(4)]
    assert verdicts(report) == dict.fromkeys([*parameters, "dCost/dO3", "dO3/dz3", "dCost/dz3", "dCost/dO0"], "holds")
    assert report.total == len(report.rows)
    assert {(found.derived, found.independent, found.difference) for found in report.rows} == {(None, None, None)}
    assert report.note.startswith("25 steps and formulas, of 6 kinds")


def test_a_large_network_has_a_row_for_each_kind_of_step():
    report = symbolic(worked(made_up(40, 20, 10, 3)))
    assert report.note.startswith("1,162 steps and formulas, of 7 kinds")
    assert list(verdicts(report)) == [
        "dCost/dO30", "dO30/dz30", "dCost/dz30", "dCost/db30", "dCost/dw1000", "dCost/dO20", "dCost/dO0",
    ]  # fmt: skip
    assert report.holds


def test_the_limit_is_a_number_of_parameters():
    assert len(symbolic(worked(MAZUR), limit=10).rows) > 10
    assert "dE/dw8" not in verdicts(symbolic(worked(MAZUR), limit=9))


@pytest.mark.parametrize(
    ("activation", "cost", "biases"), covering(product(ACTIVATIONS, COSTS, ("own", "shared", "none")))
)
def test_each_activation_with_each_cost(activation, cost, biases):
    last = "sigmoid" if COSTS[cost].output_domain else activation
    report = symbolic(worked(made_up(2, 2, 2, hidden=activation, last=last, cost=cost, biases=biases)), limit=0)
    assert set(verdicts(report).values()) == {"holds"}


@pytest.mark.parametrize(
    "activation",
    ["z if z > 0.2 else 0.3*z", "max(0, z)**2", "max(-1, min(1, z))", "sin(z)*abs(z)", "2**z", "sqrt(1 + z**2)", "5"],
)
@pytest.mark.parametrize("cost", ["log(cosh(y - O))", "abs(y - O)*(1 + O**2)", "(y - O)**2 if O > y else y - O"])
def test_formulas(activation, cost):
    report = symbolic(worked(made_up(2, 2, 1, hidden=activation, last="tanh", cost=cost)))
    assert set(verdicts(report).values()) == {"holds"}


def test_a_case_that_does_not_hold_at_the_point_is_proved_too(monkeypatch):
    text = toml("[1]", "[1]", "half_squared_error", ("leaky_relu", "[[2]]", ""), ("identity", "[[2]]", "0.5"))
    change_activation(monkeypatch, "leaky_relu", derivative="1 if z > 0 else 2*slope")
    assert differences(worked(text)).holds
    assert verdicts(symbolic(worked(text)))["dO0/dz0"] == "differs"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("sigmoid", {"worked": "exp(-z)/(1 + exp(-z))"}),
        ("sigmoid", {"stable_derivative": "exp(-abs(z))/(1 + exp(-abs(z)))"}),
        ("softplus", {"stable_formula": "max(0, z) + log1p(exp(abs(z)))"}),
        ("softplus", {"stable_formula": "z + log1p(exp(-abs(z)))"}),
        ("silu", {"worked": "1/(1 + exp(-z)) + z*exp(-z)/(1 + exp(-z))"}),
        ("gelu", {"stable_formula": "z/2*erfc(z/sqrt(2))"}),
        ("gelu", {"stable_derivative": "1/2*erfc(-z/sqrt(2)) + z/sqrt(pi)*exp(-z**2/2)"}),
    ],
)
def test_every_form_of_an_activation_is_proved(name, changes, monkeypatch):
    text = made_up(2, 2, 1, hidden=name)
    assert symbolic(worked(text)).holds
    change_activation(monkeypatch, name, **changes)
    assert not symbolic(worked(text)).holds


@pytest.mark.parametrize("form", ["2*(y - O)", "2*(O - y)*(-1)", "(y - O)*(-1)"])
def test_every_form_of_a_cost_is_proved(form, monkeypatch):
    change_cost(monkeypatch, "squared_error", worked=form)
    report = symbolic(worked(made_up(2, 2, 1, cost="squared_error")))
    assert verdicts(report)["dCost/dO2"] == "differs"


def test_the_factors_that_are_shown_are_proved():
    def other_factor(step):
        if step.target != "dCost/dw6":
            return step
        path = msgspec.structs.replace(step.paths[0], factors=(Name("dCost/dz3"), Name("O1")))
        return msgspec.structs.replace(step, paths=(path,))

    report = symbolic(changed(other_factor))
    assert {name for name, verdict in verdicts(report).items() if verdict == "differs"} == {"dCost/dw6"}


def changed(change):
    """The blog's network with its steps changed after it was worked out."""
    solution = worked(BLOG)
    return msgspec.structs.replace(solution, steps=tuple(filter(None, map(change, solution.steps))))


def test_a_step_that_uses_its_own_result_fails():
    # The blog's second mistake: dCost/dz0 is worked out from dCost/dz0.
    def own(step):
        if step.target != "dCost/dz0":
            return step
        return with_result(step, Product((Name("dCost/dO0"), Name("dCost/dz0"))))

    assert verdicts(symbolic(changed(own)))["dCost/dz0"] == "differs"


def test_a_step_that_is_its_own_result_fails():
    itself = symbolic(changed(lambda step: with_result(step, Name(step.target)) if step.number == 3 else step))
    assert verdicts(itself)["dCost/dz3"] == "differs"


def test_a_missing_step_fails():
    report = symbolic(changed(lambda step: None if step.target == "dCost/dw4" else step))
    assert verdicts(report)["dCost/dw4"] == "differs"


@pytest.mark.parametrize(
    ("target", "wrong"), [("dCost/dw4", "dCost/dw5"), ("dO3/dz3", "dO3/dz2"), ("dCost/dz0", "dCost/dz1")]
)
def test_a_step_under_another_name_fails(target, wrong):
    def rename(step):
        return msgspec.structs.replace(step, target=wrong) if step.target == target else step

    assert not symbolic(changed(rename)).holds


def test_the_same_number_under_a_wrong_name_fails():
    def alias(step):
        if step.target == "dCost/dz0":
            return msgspec.structs.replace(step, equals=("dCost/db1",))
        return msgspec.structs.replace(step, equals=("dCost/db0",)) if step.target == "dCost/dz1" else step

    found = verdicts(symbolic(changed(alias)))
    assert (found["dCost/db0"], found["dCost/db1"]) == ("differs", "differs")


def test_one_wrong_step_in_a_large_network_is_named(monkeypatch):
    def wrong(step, _):
        return with_result(step, Product((Name("dCost/dz7"), Name("x3")))) if step.target == "dCost/dw284" else step

    change_steps(monkeypatch, wrong)
    report = symbolic(worked(made_up(40, 20, 10, 3)))
    assert [name for name, verdict in verdicts(report).items() if verdict == "differs"] == ["dCost/dw284"]


def test_a_lost_path_in_a_wide_network_is_seen(monkeypatch):
    def forget(step, _):
        if step.target != "dCost/dO3":
            return step
        result = msgspec.structs.replace(step.result, terms=step.result.terms[:-1])
        return msgspec.structs.replace(step, paths=step.paths[:-1], result=result)

    change_steps(monkeypatch, forget)
    report = symbolic(worked(made_up(5, 10, 30, 2)))
    assert [name for name, verdict in verdicts(report).items() if verdict == "differs"] == ["dCost/dO3"]


def test_at_a_kink_the_rules_of_the_steps_hold():
    text = toml("[1, 2]", "[1]", "squared_error", ("relu", "[[-1, 0.5], [1, 1]]", ""), ("tanh", "[[1, 1]]", "0.5"))
    assert set(verdicts(symbolic(worked(text))).values()) == {"holds"}


def test_a_wrong_rule_behind_a_kink_is_seen(monkeypatch):
    change_activation(monkeypatch, "relu", derivative="2 if z > 0 else 0")
    text = toml("[1, 2]", "[1]", "squared_error", ("relu", "[[-1, 0.5]]", ""), ("tanh", "[[1]]", "0.5"))
    assert verdicts(symbolic(worked(text)))["dO0/dz0"] == "differs"


@pytest.mark.parametrize(
    "activation", ["sqrt(z**2)", "(z**2)**0.5*z", "sign(z)*sqrt(abs(z))", "sign(z**2 - 4)*exp(-abs(z - 1))", "z/abs(z)"]
)
@pytest.mark.parametrize("weight", ["3", "-3"])
def test_signs_that_only_sympy_writes_are_proved(activation, weight):
    report = symbolic(worked(toml("[1]", "[1]", "squared_error", (activation, f"[[{weight}]]", ""))))
    assert set(verdicts(report).values()) == {"holds"}


def test_what_is_neither_proved_nor_refuted_is_not_judged():
    claim = ProofClaim((), (parse("1", ("z",)),), formula=parse("sin(z)**2 + cos(z)**2", ("z",)))
    assert prove(claim) == "undecided"


def test_an_undecided_step_is_not_judged(monkeypatch):
    monkeypatch.setattr(claims, "compare", lambda *_: "undecided")
    report = symbolic(worked(BLOG), limit=0)
    assert set(verdicts(report).values()) == {"not judged"}
    assert row(report, "dO3/dz3").unjudged == "neither proved nor refuted: equal at some points"


def test_what_follows_from_a_wrong_step_is_wrong_too(monkeypatch):
    change_activation(monkeypatch, "sigmoid", derivative="O", stable_derivative=None, worked=None)
    found = verdicts(symbolic(worked(BLOG)))
    assert {found[f"dCost/dw{index}"] for index in range(9)} == {"differs"}
    assert found["dCost/dO3"] == "holds"  # which uses no slope


def test_quantities_of_equal_value_are_told_apart(monkeypatch):
    # Both inputs are 3: no number can show that the wrong one is taken.
    text = BLOG.replace("inputs = [2, 9]", "inputs = [3, 3]")

    def swap(step, _):
        return with_result(step, Product((Name("dCost/dz0"), Name("x1")))) if step.target == "dCost/dw0" else step

    change_steps(monkeypatch, swap)
    assert differences(worked(text)).holds
    assert verdicts(symbolic(worked(text)))["dCost/dw0"] == "differs"


def test_the_report_is_the_same_each_time():
    solution = worked(made_up(3, 3, 2, hidden="elu"))
    assert symbolic(solution) == symbolic(solution)


def test_the_catalogue_is_what_is_proved():
    # Were the proof to read a derivative from elsewhere, breaking the catalogue would go unnoticed.
    assert templates.ACTIVATIONS is ACTIVATIONS
    assert identity.compare is claims.compare


FIFTY = "0.12345678901234567890123456789012345678901234567890"


def test_a_derivative_has_all_digits_of_a_formula_s_number():
    """d(c·z)/dz is c, not its first 28 digits; and of 1e50**100 Python would not write the 5001."""
    for formula, digits in ((f"{FIFTY}*z", FIFTY.rstrip("0")), ("(1e50*z)**100", "1e52 * (1e50 * z0)**99")):
        solution = worked(toml("[1e-60]", "[0.25]", "half_squared_error", (formula, "[[0.5]]", "")))
        shown = next(step.result for step in solution.steps if step.target == "dO0/dz0")
        assert digits in plain(shown)
        assert symbolic(solution).holds


@pytest.mark.parametrize(
    ("formula", "slope"),
    [
        ("z if 2 > 3 else 5", "0"),  # a constant, by a condition that never holds
        ("(2*z if z == min(z, z) else exp(z))", "2"),  # both sides are one function
        ("(exp(z) if abs(z) < abs(z) else 3*z)", "3"),
        ("z - z", "0"),
    ],
)
def test_conditions_whose_sides_are_known(formula: str, slope: str):
    layers = ("identity", "[[1]]", ""), (formula, "[[0.5]]", "")
    solution = worked(toml("[1]", "[0.25]", "half_squared_error", *layers))
    assert solution.values["dO1/dz1"].shown == slope
    assert symbolic(solution).holds
    assert differences(solution).holds


def shifted_softmax(count: int, left_out: int | None = None) -> ProofClaim:
    """That a softmax is the same without the largest of its arguments, or with a term missing below."""
    symbols = [f"z{place}" for place in range(count)]
    shift = f"max({', '.join(symbols)})"
    below = " + ".join(f"exp({name} - {shift})" for place, name in enumerate(symbols) if place != left_out)
    shifted, unshifted = (
        parse(text, symbols, limits=GIVEN._replace(formula=10_000))
        for text in (f"exp(z1 - {shift})/({below})", f"exp(z1)/({' + '.join(f'exp({name})' for name in symbols)})")
    )
    return ProofClaim((), (shifted,), formula=unshifted)


def test_a_softmax_is_proved_whatever_is_the_largest():
    """Of 40 arguments there are 2**39 orders of comparing them, which no proof goes through."""
    assert prove(shifted_softmax(40)) == "equal"
    assert prove(shifted_softmax(3, left_out=2)) == "different"
