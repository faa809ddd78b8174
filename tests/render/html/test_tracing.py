"""Numbers and symbols of a page: each says what it is, what it comes from and what it goes into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.render.html.numbers import page_of
from tests.render.html.test_living import whole

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
        # z0 = (2 · 0.15) + (9 · 0.23) + 0.5 = 0.3 + 2.07 + 0.5 = 2.87: a product has no name, but factors.
        ("blog-2-3-1", "z0", "9", 0, "x1=9"),
        ("blog-2-3-1", "z0", "2.07", 0, "x1·w1"),
        ("blog-2-3-1", "z0", "0.5", 1, "b0=0.5"),
        # 0.9463 · 0.9 + 0.9998 · (−0.5) + …: O1 · w7 is −0.4999, whose sign stands before it.
        ("blog-2-3-1", "z3", "0.4999", 0, "O1·w7"),
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


#: Whether nothing is held, and the names that what is held leads on to.
WAY = """(() => {
  const hint = document.querySelector('#_hint');
  return [hint.hidden, ...[...hint.querySelectorAll('[data-on]')].map(button => button.dataset.on)];
})()"""
#: Whether the derivation of a quantity stands in the window, above the bar.
IN_VIEW = """name => {
  const found = [...document.querySelectorAll('.derivation')].find(box => box.dataset.about === name);
  const box = found.getBoundingClientRect();
  return box.top < document.querySelector('.stepping').getBoundingClientRect().top && box.bottom > 0;
}"""
LIT_IN_PICTURE = """way => [...new Set([...document.querySelectorAll(`#_picture [data-lit=${way}]`)]
  .flatMap(shape => shape.dataset.q.split(' ')))]"""


def number_in(tab: Any, about: str, text: str) -> Any:
    return tab.locator(f".derivation[data-about='{about}'] mn", has_text=text).first


def test_a_click_holds_a_number_with_its_figure_and_leads_on_and_back(opened: Open) -> None:
    tab = opened(page_of("blog-2-3-1"), viewport={"width": 1300, "height": 800}, reduced_motion="reduce")
    before = whole(tab)
    number_in(tab, "dCost/dw6", "0.0631").click()
    made_from = ["dCost/dO3", "dO3/dz3"]
    assert tab.evaluate(WAY)[:3] == [False, *made_from]
    assert tab.locator("#_picture svg").is_visible()
    assert "z3" in tab.evaluate(LIT_IN_PICTURE, "self")
    assert tab.evaluate(LIT_IN_PICTURE, "from") == ["dCost/dO3"]  # its number stands in the output's place
    tab.mouse.move(2, 2)
    assert tab.locator("#_hint").is_visible()  # held
    tab.locator("#_hint [data-on='dCost/dO3']").click()
    assert tab.evaluate(WAY)[:3] == [False, "O3", "y"]
    assert tab.evaluate(IN_VIEW, "dCost/dO3")
    tab.locator("#_hint [data-on='O3']").click()
    assert tab.evaluate(WAY)[1] == "z3"
    assert tab.evaluate(IN_VIEW, "O3")
    assert not tab.evaluate(IN_VIEW, "dCost/dw6")
    tab.locator("#_hint [data-back]").click()
    tab.locator("#_hint [data-back]").click()
    assert tab.evaluate(WAY)[1:3] == made_from
    assert tab.locator("#_hint [data-back]").count() == 0
    assert tab.evaluate(IN_VIEW, "dCost/dw6")
    tab.keyboard.press("Escape")
    assert not tab.locator("#_hint").is_visible()
    assert not tab.locator("#_picture").is_visible()
    tab.evaluate("document.activeElement.blur(), document.querySelector('#_status').textContent = ''")
    assert whole(tab) == before


def test_the_way_of_a_number_is_gone_by_keys(opened: Open) -> None:
    tab = opened(page_of("attention-head"), viewport={"width": 1300, "height": 800}, reduced_motion="reduce")
    tab.locator(".derivation[data-about='S']").first.focus()
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    held = "document.querySelector('#_hint').textContent"
    tab.keyboard.press("Enter")
    first = tab.evaluate(held)
    assert tab.evaluate("document.activeElement.matches('#_hint button')")
    while tab.evaluate("document.activeElement.dataset.on === undefined"):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate(held) not in ("", first)
    assert tab.locator("[data-current]").count() == 0
    tab.keyboard.press("Backspace")
    assert tab.evaluate(held) == first
    tab.keyboard.press("Escape")
    assert not tab.locator("#_hint").is_visible()


def test_what_leads_into_a_folded_step_opens_it(opened: Open) -> None:
    tab = opened(page_of("blog-2-3-1"), viewport={"width": 1300, "height": 800}, reduced_motion="reduce")
    tab.locator("#_next").click()
    tab.locator("#_fold-all").click()
    tab.locator(".derivation:not([data-about]) [data-q='dCost/dw6']").first.click()
    tab.locator("#_hint [data-on='dCost/dz3']").click()
    assert tab.locator("#step-3 + * + .derivation, #step-3 ~ .derivation[data-about='dCost/dz3']").first.is_visible()
