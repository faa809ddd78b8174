"""What the author calls a quantity, as it stands in the reasons of the steps."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from derive.document.words.called import gating, noun_of
from derive.document.words.phrasing import capital
from derive.expression.tree import Name, Number, Product
from derive.model.model import Model

EXAMPLES = Path(__file__).parents[2] / "examples"


def model(comment: str) -> Model:
    text = f"[given]\nx = 2\n[model]\nequations = '''\nq = 3*x   # {comment}\nf = q**2\n'''"
    return derive.loads(text).model


@pytest.mark.parametrize(
    ("comment", "noun"),
    [
        ("the forget gate: how much of the old state stays", "the forget gate"),
        ("the cell state", "the cell state"),
        ("the net input of the reset gate", "the net input of the reset gate"),
        ("the mean, divided by three", "the mean"),
        ("the state that it begins with", "the state"),
        ("the scores", "the scores"),
        ("the kernel over every window", ""),  # not a kernel
        ("mean 0 and variance 1", ""),
        ("goes along every row", ""),
        ("the", ""),
        ("the quantity of the incomprehensibility", ""),
    ],
)
def test_a_comment_begins_with_a_noun_or_not(comment: str, noun: str) -> None:
    assert noun_of(model(comment), "q") == noun


def page(name: str, view: str) -> str:
    """The Markdown of an example, with its formulas bare."""
    detail = "brief" if name == "lstm-adam" else "full"  # which would be more formulas than GitHub sets
    network = derive.load(EXAMPLES / f"{name}.toml", {"document": {"view": view, "detail": detail}})
    return str(derive.solve(network).render("markdown")).replace("$`", "").replace("`$", "")


@pytest.mark.parametrize(
    ("name", "view", "sentence"),
    [
        (
            "lstm-adam",
            "scalar",
            "E depends on the forget gate f^{(2)} only through the cell state c^{(2)}, in which it is a gate for "
            "c^{(1)}: it says how large a share of that is let through. So the derivative is multiplied by c^{(1)}:",
        ),
        (
            "lstm-adam",
            "scalar",
            "E depends on the candidate g^{(2)} only through the cell state c^{(2)}, into which the gate i^{(2)} lets "
            "a share of it. On the way back the same share of the derivative is let through:",
        ),
        (
            "gru-2-steps",
            "scalar",
            "E depends on the candidate n^{(2)} only through the state h^{(2)}, into which the gate 1 - z^{(2)} lets a",
        ),
        (
            "attention-head",
            "matrix",
            "In the scores S, K multiplies the queries Q, as before:",
        ),
        ("attention-head", "matrix", "what the mask leaves out has no part in it, and gets 0:"),
        (
            "layer-norm",
            "matrix",
            "the output o, in which it is multiplied by \\gamma, entry by entry. So is the",
        ),
        ("conv-pool-dense", "matrix", "the same numbers of K act in every window of x. So each window adds a term"),
        (
            "conv-pool-dense",
            "matrix",
            "L depends on the feature map A only through P, and of each window only the largest",
        ),
        ("word2vec", "matrix", "L depends on E only through v, which is one row of it."),
    ],
)
def test_a_step_says_it_as_a_teacher_would(name: str, view: str, sentence: str) -> None:
    assert sentence in page(name, view)


def test_a_sentence_begins_with_a_capital_and_goes_on_in_the_singular() -> None:
    text = page("conv-pool-dense", "matrix")
    assert "\nThe feature map A is worked out from Z entry by entry" in text
    assert "\np stands in the formula of L itself" in text  # "the probabilities p stands" would be wrong


GATES = """
[given]
x = 0.3
y = 0.7
[parameters]
w = 0.5
[model]
equations = '''
z = w*x
s = sigmoid(z)
a = s*y
b = s*w
c = 2*s
f = (1 - s)*y + a + b + c
'''
"""


def test_only_a_sigmoid_that_no_weight_is_multiplied_by_is_a_gate() -> None:
    gates = derive.loads(GATES).model
    assert gating(gates, "s", Name("y")) == "gate"
    assert gating(gates, "y", Name("s")) == "gated"
    assert gating(gates, "s", Name("w")) == ""
    assert gating(gates, "w", Name("s")) == ""
    assert gating(gates, "s", Number("2")) == ""
    assert gating(gates, "y", Product((Name("s"), Name("x")))) == ""  # a share of x, not of y alone


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("three updates", "Three updates"),
        ("13 equations", "Thirteen equations"),
        ("19 paths", "Nineteen paths"),
        ("20 paths", "Twenty paths"),
        ("26 paths", "Twenty-six paths"),
        ("99 updates", "Ninety-nine updates"),
        ("100 updates", "100 updates"),  # where a number is one in words too
        ("1,000 updates", "1,000 updates"),
        ("t = 1", "t = 1"),
    ],
)
def test_no_sentence_begins_with_the_digits_of_a_small_number(text: str, begun: str) -> None:
    assert capital(text) == begun
