"""Where a line of running text may end within a formula, and where it may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from derive.expression.parse import parse
from derive.model.symbols import Symbol
from derive.render.html.breaking import kept, parts
from derive.render.math.mathml import MathmlPrinter
from tests.render.html.numbers import page_of

NAMES = {f"w{index}": Symbol("w", str(index)) for index in range(10)}


def words(markup: str) -> str:
    """What is read of a formula, which has to be well formed."""
    root = ElementTree.fromstring(f"<math>{markup}</math>")  # noqa: S314 (our own)
    return "".join(root.itertext()).replace("\u2061", "")


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        ("w0", ["w0"]),
        ("w0/(w1 + w2)", ["w0/(w1+w2)"]),
        ("w0 + w1 - w2", ["w0", "+w1", "−w2"]),
        ("w0*(w1 + w2)", ["w0", "·(w1+w2)"]),
        ("(w0 - w1)**2*exp(w2 + w3)*sin(w4)", ["(w0−w1)2", "·ew2+w3", "·sin(w4)"]),
        # Only a long bracket is taken apart, and its power stands at its end.
        ("(w0*w1 + w2*w3 + w4*w5 + w6*w7 + w8*w9)**2", ["(w0·w1", "+w2·w3", "+w4·w5", "+w6·w7", "+w8·w9)2"]),
        ("tanh(w0*w1 + w2*w3 + w4*w5 + w6*w7 + w8)", ["tanh(w0·w1", "+w2·w3", "+w4·w5", "+w6·w7", "+w8)"]),
    ],
)
def test_a_formula_breaks_before_its_signs(formula: str, lines: list[str]) -> None:
    body = MathmlPrinter(NAMES, inline=True).show(parse(formula, NAMES))
    assert [words(part) for part in parts(body)] == lines
    assert "".join(lines) == words(body)


def test_a_stop_stays_with_the_formula_before_it() -> None:
    assert kept(["a ", "<math>z</math>", ", b.", ""]) == 'a <span class="kept"><math>z</math>,</span> b.'
    assert kept(["<math>z</math>", "", ")."]) == '<span class="kept"><math>z</math>).</span>'
    live = '<span data-live="value"><math>z</math></span>'
    assert kept([live, ";"]) == f'<span class="kept">{live};</span>'
    words = '<span data-live="from">with <math>z</math></span>'
    assert kept([words, "."]) == f"{words}."
    assert kept(["a", ". b ", "<math>z</math>", " c."]) == "a. b <math>z</math> c."


def test_the_parts_of_a_formula_stand_on_one_line(opened: Callable[..., Any]) -> None:
    tab = opened(page_of("softmax-2-3"), viewport={"width": 1280, "height": 800})
    tops = """[...document.querySelectorAll('#rules ~ ul [data-q="dCost[s]/dA1"]')]
      .map(symbol => [!!symbol.closest('.wide'), symbol.getBoundingClientRect().top])"""
    (_, first), (scrolls, second) = tab.evaluate(tops)[:2]
    assert scrolls  # a part that is too long for a phone
    assert abs(first - second) < 0.5


def test_given_arrays_stand_side_by_side_where_there_is_room(opened: Callable[..., Any]) -> None:
    places = "[...document.querySelectorAll('.fields')].slice(0, 2).map(array => array.getBoundingClientRect().top)"
    for width, are_beside in ((1280, True), (320, False)):
        tab = opened(page_of("attention-head"), viewport={"width": width, "height": 800})
        first, second = tab.evaluate(places)
        assert (abs(first - second) < 1) is are_beside
