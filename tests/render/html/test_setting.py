"""How a page is set, measured in a browser: what stands below what, what is seen, and what comes onto paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from derive.expression.tree import Name, Transposed
from derive.model.symbols import Symbol
from derive.render.math.mathml import MathmlPrinter
from tests.publish.tools import program, run
from tests.render.html.numbers import page_of
from tests.render.html.test_living import put, settled
from tests.render.html.test_page import LAID_OUT

Open = Callable[..., Any]

DESK, SMALL, PHONE = ({"width": width, "height": 800} for width in (1280, 800, 390))

#: How far apart the points of the numbers in a column are, at most, and in how many columns they were looked for. A
#: number without a point ends where that would be.
POINTS = """(() => {
  const ends = cell => {
    const digits = cell.querySelector('mn'), range = document.createRange();
    const place = /^[0-9]+/.exec(digits.textContent)[0].length;
    range.setStart(digits.firstChild, 0);
    range.setEnd(digits.firstChild, place);
    return range.getBoundingClientRect().right;
  };
  const isNumber = cell => /^−?[0-9.]+(×10−?[0-9]+)?$/.test(cell.textContent.trim());
  const isDots = cell => /^[⋯⋮⋱]$/.test(cell.textContent.trim());
  const apart = [...document.querySelectorAll('main .derivation:not(.printed) .matrix')].flatMap(matrix => {
    const rows = [...matrix.children].map(row => [...row.children]);
    return rows[0].map((_, column) => rows.map(row => row[column])).filter(
      cells => cells.every(cell => isNumber(cell) || isDots(cell)) && cells.filter(isNumber).length > 1
    ).map(cells => { const at = cells.filter(isNumber).map(ends); return Math.max(...at) - Math.min(...at); });
  });
  return [Math.max(...apart), apart.length];
})()"""


@pytest.mark.parametrize("stem", ["attention-head", "softmax-3-samples-adam", "transformer-block"])
def test_the_points_of_a_matrix_are_below_each_other(stem: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport=DESK)
    tab.add_style_tag(content=LAID_OUT)
    apart, columns = tab.evaluate(POINTS)
    assert apart < 1.5
    assert columns > 20


def test_they_are_also_where_numbers_have_changed(opened: Open) -> None:
    tab = opened(page_of("attention-head"), viewport=DESK, reduced_motion="reduce")
    tab.add_style_tag(content=LAID_OUT)
    before = tab.evaluate("document.querySelector('.derivation[data-about=S]').textContent")
    put(tab, "X[1,1]", "-123.4567")
    settled(tab)
    assert tab.evaluate("document.querySelector('.derivation[data-about=S]').textContent") != before
    apart, columns = tab.evaluate(POINTS)
    assert apart < 1.5
    assert columns > 20


def test_a_sign_above_keeps_away_from_a_letter_that_leans() -> None:
    symbols = {"V": Symbol("V"), "A": Symbol("A")}
    leaning, upright = (MathmlPrinter(symbols).show(Transposed(Name(name))) for name in "VA")
    assert "<mspace" in leaning
    assert "<mspace" not in upright


@pytest.mark.parametrize("viewport", [SMALL, PHONE])
def test_what_scrolls_shows_it_in_any_width(viewport: dict[str, int], opened: Open) -> None:
    tab = opened(page_of("transformer-block"), viewport=viewport)
    tab.add_style_tag(content=LAID_OUT)
    scrolling = (
        "[...document.querySelectorAll('.derivation, .table, .drawing')].filter(e => e.scrollWidth > e.clientWidth)"
    )
    assert tab.evaluate(f"{scrolling}.length") > 3
    shades = f"{scrolling}.map(e => (getComputedStyle(e).backgroundImage.match(/linear-gradient/g) ?? []).length)"
    assert set(tab.evaluate(shades)) == {4}


def test_the_mark_of_the_contents_is_seen_at_every_level(opened: Open) -> None:
    """It is a bar of 3 pixels, half a letter before the words."""
    tab = opened(page_of("blog-2-3-1"), viewport=DESK)
    room = """link => link.getBoundingClientRect().left - link.closest('nav').getBoundingClientRect().left
        - parseFloat(getComputedStyle(document.documentElement).fontSize) / 2 - 3"""
    for heading in ("given", "neuron-1"):
        tab.evaluate(f"document.getElementById('{heading}').scrollIntoView()")
        tab.locator("nav a[aria-current]").wait_for()
        assert tab.locator("nav a[aria-current]").evaluate(room) >= 0


@pytest.mark.parametrize("stem", ["mazur-2-2-2", "softmax-2-3", "xor-epochs", "layered-3-4-3-2"])
def test_the_fields_of_a_table_fit_a_phone(stem: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport=PHONE)
    tables = tab.locator(".table:has(.field)")
    assert tables.count() > 0
    for table in tables.all():
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")


@pytest.mark.parametrize("stem", ["softmax-2-3", "word2vec"])
def test_a_table_that_has_room_if_its_words_break_does_not_scroll(stem: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport=PHONE)
    tab.add_style_tag(content=LAID_OUT)
    table = tab.locator(".table:has(th:text('gradient'))").first
    assert table.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_numbers_of_an_array_that_stay_take_no_room_for_typing(opened: Open) -> None:
    tab = opened(page_of("softmax-3-samples-adam"), viewport=DESK)
    widths = (
        "[...document.querySelectorAll('.fields .rows')].filter(e => !e.querySelector('input')).map(e => e.offsetWidth)"
    )
    assert 0 < max(tab.evaluate(widths)) < 60


@pytest.mark.parametrize("stem", ["layered-3-4-3-2", "lstm-2-steps"])
def test_fields_stand_below_each_other_and_what_they_are_of_on_one_line(stem: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport=DESK)
    rows = "[...document.querySelectorAll('.table tr:has(td > .field)')]"
    lefts = tab.evaluate(f"{rows}.map(row => row.querySelector('input').getBoundingClientRect().left)")
    assert max(lefts) - min(lefts) < 1.5
    lines = """heads => heads.map(head => {
      const range = document.createRange();
      range.selectNodeContents(head);
      return range.getClientRects().length;
    })"""
    assert set(tab.evaluate(f"({lines})({rows}.map(row => row.cells[0]))")) == {1}


def test_a_fault_is_below_its_field_in_whole_words_and_the_field_is_marked(opened: Open) -> None:
    tab = opened(page_of("lstm-2-steps"), viewport=PHONE)
    field = tab.locator(".fields input").first
    plain = field.evaluate("e => getComputedStyle(e).borderTopColor")
    field.fill("abc")
    field.blur()
    fault = tab.locator(".fields .fault").first
    fault.filter(has_text="This is not a number.").wait_for()
    assert (
        field.evaluate("e => getComputedStyle(e).borderTopColor")
        == fault.evaluate("e => getComputedStyle(e).color")
        != plain
    )
    assert fault.bounding_box()["y"] >= field.bounding_box()["y"] + field.bounding_box()["height"] - 1
    lines = """e => e.firstChild.data.split(' ').map((word, place, words) => {
      const range = document.createRange(), start = words.slice(0, place).join(' ').length + (place ? 1 : 0);
      range.setStart(e.firstChild, start);
      range.setEnd(e.firstChild, start + word.length);
      return range.getClientRects().length;
    })"""
    assert set(fault.evaluate(lines)) == {1}


def test_a_sum_within_a_line_ends_lines_between_its_terms(opened: Open) -> None:
    """At 1280 pixels sums of three products have two lines or three in the tables of this page."""
    tab = opened(page_of("layered-3-4-3-2"), viewport=DESK)
    tab.add_style_tag(content=LAID_OUT)
    begun = """[...document.querySelectorAll('td .long')].flatMap(formula => {
      const parts = [...formula.querySelectorAll('math')];
      const isBelow = (part, before) => part.getBoundingClientRect().left < before.getBoundingClientRect().left;
      return parts.slice(1).filter((part, place) => isBelow(part, parts[place]))
        .map(part => part.textContent.trim()[0]);
    })"""
    signs = tab.evaluate(begun)
    assert len(signs) > 5
    assert set(signs) == {"+"}


def test_a_figure_that_has_room_is_printed_on_the_page_that_tells_of_it(opened: Open, tmp_path: Path) -> None:
    tab = opened(page_of("softmax-2-3"))
    tab.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    pages = run(program("pdftotext"), "page.pdf", "-", cwd=tmp_path).split("\f")
    assert "Figure 1." in pages[0]


def test_short_tables_are_printed_on_one_page(opened: Open, tmp_path: Path) -> None:
    tab = opened(page_of("blog-2-3-1"))
    tab.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    pages = run(program("pdftotext"), "-layout", "page.pdf", "-", cwd=tmp_path).split("\f")
    assert [sum(what in page for page in pages) for what in ("hollowed out", "what happened", "nudge")] == [1, 1, 1]
    [rounding] = [page for page in pages if "what happened" in page]
    assert rounding.count("erased") >= 3


def test_the_page_does_not_jump_while_somebody_types(opened: Open) -> None:
    """The caption above no longer says that numbers are rounded, and is a line shorter."""
    tab = opened(page_of("softmax-2-3"), viewport=PHONE)
    caption = "document.querySelector('figcaption').offsetHeight"
    field = tab.locator(".field input").first
    field.scroll_into_view_if_needed()
    place, height = field.bounding_box()["y"], tab.evaluate(caption)
    field.fill("123.456")
    settled(tab)
    assert tab.evaluate(caption) < height
    assert abs(field.bounding_box()["y"] - place) < 1.5
    reset = tab.locator("#_reset")
    reset.focus()
    tab.wait_for_timeout(100)
    place = reset.bounding_box()["y"]
    tab.keyboard.press("Enter")
    tab.wait_for_timeout(100)
    assert tab.evaluate(caption) == height
    assert abs(reset.bounding_box()["y"] - place) < 1.5


#: How far what stands in circles reaches beyond them, at most, and how many circles hold something.
BEYOND = """(() => {
  const circles = [...document.querySelectorAll('#network svg circle')].map(e => e.getBoundingClientRect());
  const beyond = [...document.querySelectorAll('#network svg g[data-label]')].flatMap(label => {
    const box = label.getBoundingClientRect(), middle = (box.left + box.right) / 2, level = (box.top + box.bottom) / 2;
    const circle = circles.find(e => Math.abs(e.left + e.width / 2 - middle) < 8 && e.top < level && level < e.bottom);
    return circle ? [Math.max(circle.left - box.left, box.right - circle.right)] : [];
  });
  return [Math.max(...beyond), beyond.length];
})()"""


@pytest.mark.parametrize(("stem", "name"), [("softmax-2-3", "x0[1]"), ("blog-2-3-1", "x0"), ("mazur-2-2-2", "i1")])
def test_what_stands_in_a_circle_stays_in_it_whatever_the_numbers(stem: str, name: str, opened: Open) -> None:
    tab = opened(page_of(stem), viewport=DESK)
    first, circles = tab.evaluate(BEYOND)
    put(tab, name, "-12345.678901")
    settled(tab)
    beyond, still = tab.evaluate(BEYOND)
    assert max(first, beyond) <= 1
    assert circles == still > 4


def test_numbers_at_a_wire_keep_to_it_whatever_they_are(opened: Open) -> None:
    tab = opened(page_of("blog-2-3-1"), viewport=DESK)
    put(tab, "x0", "-12345.678901")
    settled(tab)
    widths = """[...document.querySelectorAll('#circuit g[data-room]')].map(
        g => g.getBBox().width / Number(g.dataset.room))"""
    found = tab.evaluate(widths)
    assert len(found) > 40
    assert max(found) < 1.02


def test_the_buttons_that_fold_say_what_they_do(opened: Open) -> None:
    tab = opened(page_of("blog-2-3-1"), viewport=DESK)
    tab.locator("#_next").click()
    fold, every = tab.locator("#_fold"), tab.locator("#_fold-all")
    said = lambda: (fold.inner_text(), every.inner_text())  # noqa: E731
    assert said() == ("Fold", "Fold all")
    fold.click()
    assert said() == ("Unfold", "Fold all")
    tab.locator("#_next").click()
    assert said() == ("Fold", "Fold all")
    every.click()
    assert said() == ("Unfold", "Unfold all")
    every.click()
    assert said() == ("Fold", "Fold all")


def test_the_picture_of_a_step_shows_what_the_step_is_about(opened: Open) -> None:
    """The graph is larger than its box, and the way from there to the cost too."""
    tab = opened(page_of("attention-head"), viewport=DESK, reduced_motion="reduce")
    seen = """name => {
      const picture = document.getElementById('_picture'), box = picture.getBoundingClientRect();
      const below = box.bottom - picture.querySelector('p').offsetHeight;
      const shapes = [...picture.querySelectorAll('[data-q]')].filter(e => e.dataset.q.split(' ').includes(name));
      return shapes.map(e => e.getBoundingClientRect()).map(({top, bottom}) => top >= box.top && bottom <= below);
    }"""
    entries = {f"dL/d{array}": f"{array}[1,1]" for array in ("W_Q", "W_K", "S", "O", "V")}
    found = {}
    while tab.locator("#_next").is_enabled():
        tab.locator("#_next").click()
        for about in tab.evaluate(
            "[...document.querySelectorAll('[data-current].derivation')].map(e => e.dataset.about)"
        ):
            if about in entries:
                found[about] = tab.evaluate(seen, entries[about])
    assert set(found) == set(entries)
    assert all(shapes and all(shapes) for shapes in found.values())


def test_what_becomes_of_the_cost_is_told_by_its_sign(opened: Open) -> None:
    tab = opened(page_of("mazur-2-2-2"), viewport=DESK)
    tab.locator("#_update").click()
    settled(tab)
    assert tab.locator("#_status math msub").count() == 1  # E with an index, which is no E_total
    assert "_" not in tab.locator("#_status").inner_text()
