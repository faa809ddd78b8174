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


def test_a_number_does_not_begin_a_line_away_from_its_word() -> None:
    space = "\u00a0"
    assert kept(["raise it by 0.01, and 2 of 3"]) == f"raise it by{space}0.01, and{space}2 of{space}3"
    live = '<span data-live="number" data-about="[]">−0.5</span>'
    assert kept(["it falls to ", live, "."]) == f"it falls to{space}{live}."
    assert kept(["1, 2, 3 and x"]) == "1, 2, 3 and x"  # a list breaks behind its commas
    said = '<math alttext="z equals 2"><mi>z</mi></math>'
    assert kept(["with ", said]) == f"with {said}"  # what is said of a formula is no text


@pytest.mark.parametrize("width", [320, 390])
def test_no_number_begins_a_line_on_a_phone(width: int, opened: Callable[..., Any]) -> None:
    """Neither where the page stands nor where the script has written its numbers anew."""
    tab = opened(page_of("blog-2-3-1"), viewport={"width": width, "height": 800})
    alone = """[...document.querySelectorAll('main p, main li')].flatMap(block => {
      const lines = [], walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      let last = null;
      for (let node; (node = walker.nextNode());) {
        const isRead = !node.parentElement.closest('math, .said') && node.parentElement.checkVisibility();
        if (!isRead) last = null;
        for (const word of isRead ? node.data.matchAll(/[^ ]+/g) : []) {
          const range = document.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          const box = range.getClientRects()[0];
          if (!box) continue;
          if (last && box.top > last.top + 4 && /[a-z]$/i.test(last.word) && /^−?\\d/.test(word[0]))
            lines.push(last.word + ' | ' + word[0]);
          last = {top: box.top, word: word[0]};
        }
      }
      return lines;
    })"""
    assert tab.evaluate(alone) == []


def test_the_turning_sign_stands_close_to_a_letter_with_a_wide_size_below(opened: Callable[..., Any]) -> None:
    tab = opened(page_of("attention-head"), viewport={"width": 1280, "height": 800})
    gaps = """[...document.querySelectorAll('.derivation munder msup > mi[data-q="K"]')].map(letter => {
      const [base, sign] = [letter, letter.nextElementSibling].map(part => part.getBoundingClientRect());
      const size = letter.closest('munder').lastElementChild.getBoundingClientRect();
      return [sign.left - base.right, (size.left + size.right - base.left - base.right) / 2, base.width];
    })"""
    found = tab.evaluate(gaps)
    assert found
    for apart, off, width in found:
        assert abs(apart) < 0.25 * width
        assert abs(off) < 0.1 * width  # the size is that of the letter


def test_given_arrays_of_a_page_that_stays_stand_side_by_side(opened: Callable[..., Any]) -> None:
    """Also on paper, where those of a page that lives are printed."""
    tab = opened(page_of("attention-head"), viewport={"width": 1280, "height": 800})
    tab.emulate_media(media="print")
    places = "[...document.querySelectorAll('.given')].map(array => array.getBoundingClientRect().top)"
    given, targets, *_ = tab.evaluate(places)
    assert abs(given - targets) < 1
    tab.emulate_media(media="screen")
    assert not tab.locator(".given").first.is_visible()  # there they are fields
