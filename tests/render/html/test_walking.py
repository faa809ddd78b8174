"""The walk through a page, from the forward pass to the last step: its picture, folded steps, turns of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

import derive
from tests.render.html.numbers import example, page_of
from tests.render.html.test_living import put, settled, walk_to, whole

Open = Callable[..., Any]
PHONE = {"width": 375, "height": 700}


@pytest.fixture(scope="module")
def blog() -> str:
    return page_of("blog-2-3-1")


def test_the_walk_begins_with_the_forward_pass(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    places = []
    for _ in range(7):
        tab.locator("#_next").click()
        places.append(tab.evaluate("document.querySelector('[data-current]').id"))
    assert places == ["neuron-0", "neuron-1", "neuron-2", "neuron-3", "cost", "step-1", "step-2"]
    tab.locator("#_previous").click()
    tab.locator("#_previous").click()
    tab.locator("#_previous").click()
    lit = "[...new Set([...document.querySelectorAll('#network [data-path]')].map(g => g.dataset.q))]"
    assert {"z3", "O3"} <= {name for names in tab.evaluate(lit) for name in names.split(" ")}


#: What the bar with the picture of the walk covers: of what belongs to the step, when that is gone to; of the contents;
#: and of the page's last words, when it is scrolled to its end. And how much of the window the bar leaves to the text.
COVERED = """(() => {
  const bar = document.querySelector('.stepping');
  const isCovered = element => {
    const [box, other] = [bar.getBoundingClientRect(), element.getBoundingClientRect()];
    const beside = other.right <= box.left || other.left >= box.right;
    const apart = beside || other.bottom <= box.top + 1 || other.top >= box.bottom;
    return element.getClientRects().length && !apart;
  };
  const goTo = element => (element.scrollIntoView({block: 'nearest'}), element);
  const small = element => element.getBoundingClientRect().height < bar.getBoundingClientRect().top;
  const covered = [...document.querySelectorAll('[data-current]')].filter(small).filter(part => isCovered(goTo(part)));
  covered.push(...[...document.querySelectorAll('nav')].filter(isCovered));
  scrollTo(0, document.documentElement.scrollHeight);
  covered.push(...[...document.querySelectorAll('main > *')].filter(isCovered));
  return covered.map(element => element.outerHTML);
})()"""
LEFT = "document.querySelector('.stepping').getBoundingClientRect().top / innerHeight"
SMALLEST = """Math.min(...[...document.querySelectorAll('#_picture text')].map(text =>
  parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
#: Seven points, in pixels.
LEGIBLE = 7 * 96 / 72


@pytest.mark.parametrize("stem", ["blog-2-3-1", "attention-head"])
@pytest.mark.parametrize("width", [320, 768, 1024, 1280, 1440])
def test_the_picture_never_covers_the_text_and_can_be_read(width: int, stem: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport={"width": width, "height": 800})
    walk_to(tab, "step-4")
    assert tab.evaluate(LEFT) > 0.4
    assert tab.evaluate(COVERED) == []
    assert tab.evaluate(SMALLEST) >= LEGIBLE
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    box, lit = tab.locator("#_picture").bounding_box(), tab.locator("#_picture [data-path]").last.bounding_box()
    assert box["x"] <= lit["x"] + lit["width"] / 2 <= box["x"] + box["width"]


@pytest.mark.parametrize("width", [320, 768, 1024, 1280, 1440])
def test_the_picture_stays_while_the_page_is_scrolled(width: int, opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": width, "height": 800})
    walk_to(tab, "step-4")
    places = []
    for by in (0, 300, 2000, -4000):
        tab.evaluate("by => scrollBy(0, by)", by)
        assert tab.locator("#_picture svg").is_visible()
        places.append(tab.locator("#_picture").bounding_box())
    assert places == [places[0]] * 4
    assert 0 <= places[0]["y"] <= places[0]["y"] + places[0]["height"] <= 800


def test_what_has_the_focus_is_not_below_the_bar(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport=PHONE)
    walk_to(tab, "step-4")
    for _ in range(12):
        tab.keyboard.press("Tab")
        if not tab.evaluate("document.activeElement.matches('main *')"):
            continue
        below = (
            "document.activeElement.getBoundingClientRect().bottom"
            " - document.querySelector('.stepping').getBoundingClientRect().top"
        )
        assert tab.evaluate(below) <= 0


@pytest.mark.parametrize("width", [320, 1024])
def test_a_turn_is_asked_for_in_a_line_and_moves_nothing(width: int, opened: Open) -> None:
    tab = opened(page_of("xor-epochs"), viewport={"width": width, "height": 800}, reduced_motion="reduce")
    walk_to(tab, "step-1")
    place = tab.evaluate("scrollY")
    tab.locator("#_turn").focus()
    assert tab.evaluate("scrollY") == place
    tab.keyboard.press("Enter")
    assert tab.locator("#_ask").bounding_box()["width"] > 250
    assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_the_picture_leaves_with_the_walk(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport=PHONE)
    before = whole(tab)
    walk_to(tab, "step-3")
    assert tab.locator("#_picture svg").is_visible()
    tab.keyboard.press("Escape")
    assert whole(tab) == before


@pytest.mark.parametrize(
    ("stem", "step", "latest", "known", "missing"),
    [
        ("circuit-sigmoid-neuron", "step-3", ["df/dn"], ["df/dc", "df/dd"], ["df/ds", "df/dw0"]),
        (
            "attention-head",
            "step-4",
            [f"dL/dV[{row},{column}]" for row in (1, 2, 3) for column in (1, 2)],
            ["dL/dO[1,1]", "dL/dA[2,1]", "dL/dS[3,3]"],
            ["dL/dW_V[1,1]", "dL/dK[2,1]", "dL/dQ[3,2]"],
        ),
    ],
)
def test_the_walk_through_a_graph_has_the_derivatives_found_so_far(
    stem: str, step: str, latest: list[str], known: list[str], missing: list[str], opened: Open
) -> None:
    tab = opened(page_of(stem), viewport={"width": 1300, "height": 800})
    tab.locator("#_next").click()
    seen = """[...document.querySelectorAll('#_picture g[data-label]')].filter(g => g.querySelector('text.derivative'))
      .filter(g => getComputedStyle(g).visibility === 'visible').map(g => [g.dataset.q, g.textContent])"""
    assert not dict(tab.evaluate(seen)).keys() & {*latest, *known, *missing}
    walk_to(tab, step)
    found = dict(tab.evaluate(seen))
    values = derive.solve(example(stem)).values
    shown = {name: values[name].shown.replace("-", "−") for name in (*latest, *known)}
    assert shown.items() <= found.items()
    assert not found.keys() & set(missing)
    assert tab.evaluate("[...document.querySelectorAll('#_picture [data-found]')].map(g => g.dataset.q)") == latest


def test_the_picture_shows_the_derivatives_found_so_far(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    walk_to(tab, "step-4")
    found = dict(
        tab.evaluate("[...document.querySelectorAll('#_picture [data-found]')].map(g => [g.dataset.q, g.textContent])")
    )
    values = derive.solve(example("blog-2-3-1")).values
    assert found == {
        name: values[name].shown.replace("-", "−") for name in ("dCost/dO3", "dCost/dz3", "dCost/db3", "dCost/dw6")
    }


def test_steps_fold(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    walk_to(tab, "step-3")
    seen = "!!document.querySelector('.derivation[data-about=\"dCost/dz3\"]').getClientRects().length"
    tab.locator("#_fold").click()
    assert not tab.evaluate(seen)
    assert tab.locator("#step-3").is_visible()
    tab.locator("#_fold").click()
    assert tab.evaluate(seen)
    tab.locator("#_fold-all").click()
    assert not tab.evaluate(seen)
    tab.locator("nav a[href='#step-3']").click()
    tab.wait_for_function(seen)  # the page follows when the browser has told it of the place
    tab.locator("#_fold-all").click()
    tab.locator("#_fold-all").click()
    assert tab.locator("[data-folded]").count() == 0
    tab.evaluate("document.querySelector('#step-3').scrollIntoView()")
    tab.locator("#step-3").click(position={"x": -10, "y": 8}, force=True)
    assert not tab.evaluate(seen)


def test_the_contents_mark_where_the_reader_is(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    assert tab.locator("[aria-current]").count() == 0
    for place in ("neuron-2", "step-12", "gradients"):
        tab.evaluate("id => document.getElementById(id).scrollIntoView()", place)
        tab.wait_for_function("document.querySelector('nav [aria-current]')")
        tab.wait_for_function("id => document.querySelector('nav [aria-current]').hash === `#${id}`", arg=place)
        assert tab.locator("nav [aria-current]").count() == 1
        nav, link = tab.locator("nav").bounding_box(), tab.locator("nav [aria-current]").bounding_box()
        assert nav["y"] - 1 <= link["y"] <= nav["y"] + nav["height"]
    tab.evaluate("scrollTo(0, 0)")
    tab.wait_for_function("!document.querySelector('[aria-current]')")


def test_the_contents_pass_over_what_is_not_shown(opened: Open) -> None:
    tab = opened(page_of("xor-epochs"), viewport={"width": 1300, "height": 800})
    assert not tab.locator("#rounding").is_visible()  # a section for numbers that lose their digits
    for place in ("step-4", "update"):
        tab.evaluate("id => document.getElementById(id).scrollIntoView()", place)
        tab.wait_for_function("id => document.querySelector('nav [aria-current]')?.hash === `#${id}`", arg=place)


def test_the_page_follows_while_somebody_types(opened: Open, blog: str) -> None:
    tab = opened(blog)
    field = tab.locator("#_field-w6")
    field.focus()
    field.press("ControlOrMeta+a")
    field.press_sequentially("0.4-")
    tab.wait_for_timeout(500)
    assert tab.evaluate("document.querySelectorAll('[aria-invalid]').length") == 0  # not finished yet
    field.press("Backspace")
    settled(tab)
    assert tab.evaluate("document.activeElement.id") == "_field-w6"
    assert tab.locator("#_reset").is_enabled()
    assert "0.4" in tab.locator(".derivation[data-about=z3]").first.text_content()
    tab.keyboard.press("Tab")
    put(tab, "w6", "0.9")
    assert tab.locator("#_reset").is_disabled()


def test_a_turn_of_ones_own(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    before = whole(tab)
    walk_to(tab, "step-1")
    tab.locator("#_turn").click()
    line = "getComputedStyle(document.querySelector('.derivation[data-about=\"dCost/dO3\"]')).visibility"
    assert tab.evaluate(line) == "hidden"
    assert tab.locator("#_picture [data-found]").count() == 0
    assert tab.locator("#_ask").inner_text().startswith("What sign has")
    tab.locator("[data-guess='1']").click()
    assert tab.evaluate(line) == "visible"
    assert re.match(r"No, it is negative: .*−0.2755", tab.locator("#_ask").inner_text().replace("\n", ""))
    tab.locator("#_next").click()  # dO3/dz3 is the slope of a sigmoid: greater than 0
    tab.locator("[data-guess='1']").click()
    assert tab.locator("#_ask").inner_text().startswith("Right: ")
    tab.locator("#_next").click()
    tab.locator("[data-guess='']").click()
    assert tab.locator("#_ask").inner_text().replace("\n", "").endswith("−0.0631.")
    tab.locator("#_turn").click()
    tab.keyboard.press("Escape")
    assert whole(tab) == before


#: Where the point of each number of a column stands, or would stand, column by column; all that is folded is open.
POINTS = """(() => {
  document.querySelectorAll('main details').forEach(details => { details.open = true; });
  return [...document.querySelectorAll('.table tbody')].flatMap(body => {
    body.closest('.table').scrollIntoView();
    const rows = [...body.rows].filter(row => row.getClientRects().length);
    return [...(rows[0]?.cells ?? [])].map((_, column) => rows.map(row => row.cells[column]).flatMap(cell => {
      const whole = cell.textContent.match(/^[\\s≈=]*[−-]?\\s*\\d+/);
      if (!cell.matches('.right') || !whole) return [];
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      let place = whole[0].length - 1, node = walker.nextNode();
      for (; node.data.length <= place; node = walker.nextNode()) place -= node.data.length;
      const range = document.createRange();
      range.setStart(node, place);
      range.setEnd(node, place + 1);
      return [range.getBoundingClientRect().right];
    }));
  }).filter(points => points.length > 1);
})()"""


def assert_points_aligned(tab: Any) -> int:
    tab.evaluate(POINTS)
    tab.wait_for_timeout(300)  # folded and unseen tables are set when they are seen
    columns = tab.evaluate(POINTS)
    for points in columns:
        assert max(points) - min(points) < 2, points
    return len(columns)


#: With powers of ten, shares in brackets, whole numbers, signs of rounding, and numbers of steps before the rows.
COLUMNS = ("blog-2-3-1", "adam-2-2-1", "batch-norm", "lstm-adam", "layered-3-4-3-2", "xor-epochs")


@pytest.mark.parametrize("stem", COLUMNS)
def test_numbers_of_a_column_have_their_points_below_each_other(stem: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport={"width": 1300, "height": 800})
    assert assert_points_aligned(tab) > 3


def test_points_are_below_each_other_after_a_change(opened: Open, blog: str) -> None:
    tab = opened(blog, viewport={"width": 1300, "height": 800})
    put(tab, "w6", "123.456789")
    settled(tab)
    assert assert_points_aligned(tab) > 3
    tab.locator("#_reset").click()
    assert assert_points_aligned(tab) > 3
