"""Numbers and symbols of a page: each says what it is, what it comes from and what it goes into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.render.html.numbers import page_of

Open = Callable[..., Any]

#: Points at one number of a derivation, by its place among those between its relation signs; and reads the hint.
POINT = """([about, text, place]) => {
  const numbers = [...document.querySelectorAll('.derivation')].filter(box => box.dataset.about === about)
    .flatMap(box => [...box.querySelectorAll('mn')]).filter(number => number.textContent === text);
  numbers.at(place).dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));
  const hint = document.querySelector('#_hint');
  return hint.hidden ? '' : hint.textContent.replace(/\\s/g, '').replace(/·from.*/, '').replace(/·goes.*/, '');
}"""


@pytest.mark.parametrize(
    ("stem", "about", "text", "place", "said"),
    [
        # dCost/dw6 = dCost/dz3 · O0 = (−0.0631) · 0.9463 = −0.05971153 ≈ −0.0597
        ("blog-2-3-1", "dCost/dw6", "0.0631", 0, "dCost/dz3=−0.0631"),
        ("blog-2-3-1", "dCost/dw6", "0.9463", 0, "O0=0.9463"),
        ("blog-2-3-1", "dCost/dw6", "0.0597", -1, "dCost/dw6=−0.0597"),
        # z0 = (2 · 0.15) + (9 · 0.23) + 0.5 = 0.3 + 2.07 + 0.5 = 2.87: a product has no name.
        ("blog-2-3-1", "z0", "9", 0, "x1=9"),
        ("blog-2-3-1", "z0", "2.07", 0, ""),
        # dO0/dz0 = O0 · (1 − O0): the 1 is none of the network's numbers.
        ("blog-2-3-1", "dO0/dz0", "1", 1, ""),
        ("blog-2-3-1", "O0", "2.87", 0, "z0=2.87"),
        # Row 3 of A, and the entries of W_K behind those of X.
        ("attention-head", "O", "0.308033", 0, "A32≈0.3080"),
        ("attention-head", "K", "0.4", 0, "WK,12=0.4"),
        ("attention-head", "K", "0.9", 0, "K12=0.9"),
        # dL/dV = Aᵀ dL/dO: the second entry of its first row is A's in row 2, column 1.
        ("attention-head", "dL/dV", "0.5371", 0, "A21≈0.5371"),
        ("xor-epochs", "A1", "0.9", 0, "z1[2]=0.9"),
    ],
)
def test_a_number_says_what_it_is(stem: str, about: str, text: str, place: int, said: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport={"width": 1300, "height": 800})
    assert tab.evaluate(POINT, [about, text, place]) == said


def test_a_number_lights_up_what_it_is_made_from_in_the_figure_too(opened: Open) -> None:
    tab = opened(page_of("blog-2-3-1"), viewport={"width": 1300, "height": 800})
    tab.evaluate(POINT, ["dCost/dw6", "0.9463", 0])
    lit = (
        "way => [...new Set([...document.querySelectorAll(`#network [data-lit=${way}]`)].map(g => g.dataset.q))].sort()"
    )
    assert "z0" in " ".join(tab.evaluate(lit, "from"))
    assert "z3" in " ".join(tab.evaluate(lit, "to"))


def test_an_array_and_a_slope_say_how_they_are_made(opened: Open) -> None:
    tab = opened(page_of("attention-head"), viewport={"width": 1300, "height": 800})
    tab.locator(".derivation[data-about='S'] [data-q='K']").first.hover()
    assert "".join(tab.locator("#_hint").inner_text().split()) == "𝐾=𝑋𝑊𝐾·from𝑋and𝑊𝐾·goesinto𝑆and𝜕𝐿/𝜕𝑄"
    tab.locator(".derivation[data-about='dL/dV[1,1]'] [data-q='dO[2,1]/dV[1,1]']").first.hover()
    assert "".join(tab.locator("#_hint").inner_text().split()) == "𝜕𝑂21/𝜕𝑉11=𝐴21"


def test_numbers_are_reached_by_keys(opened: Open) -> None:
    tab = opened(page_of("blog-2-3-1"), viewport={"width": 1300, "height": 800})
    tab.locator("#step-4 ~ .derivation[data-about='dCost/dw6']").first.focus()
    said = []
    for _ in range(9):
        tab.keyboard.press("ArrowRight")
        said.append(tab.locator("#_status").inner_text())
    # The last line has the result twice, before it is rounded and after.
    assert said[-4:-1] == [
        "the derivative of the cost with respect to z three equals minus 0.0631",
        "O zero equals 0.9463",
        "the derivative of the cost with respect to w six equals minus 0.0597",
    ]
    assert said[-1] == said[-2]
