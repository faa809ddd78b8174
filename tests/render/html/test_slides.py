"""Slides in a real browser: lines appear in turn, nothing leaves its slide, and nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import derive
from tests.gallery import ROOT

#: Where a slide shows what is written beside or below the room it has.
OVER = """() => [...document.querySelectorAll(".slide")].flatMap((slide, index) => {
  location.hash = `#${index + 1}.99`;
  dispatchEvent(new HashChangeEvent("hashchange"));
  const stage = slide.querySelector(".stage").getBoundingClientRect();
  return [...slide.querySelectorAll(".stage *")].filter((part) => {
    const box = part.getBoundingClientRect();
    return box.right > stage.right || box.bottom > stage.bottom || box.left < stage.left || box.top < stage.top;
  }).map((part) => `${index + 1}: ${part.tagName}`);
})"""


def told(name: str) -> str:
    return str(derive.solve(ROOT / "examples" / f"{name}.toml").render("reveal"))


def seen(tab: Any) -> list[str]:
    """What the slide at hand shows, line by line."""
    return list(
        tab.evaluate(
            """() => [...document.querySelectorAll(".current [data-step]")].filter((line) => line.checkVisibility({
              visibilityProperty: true })).map((line) => line.textContent.trim())"""
        )
    )


def test_lines_appear_in_turn(opened: Callable[..., Any]) -> None:
    tab = opened(told("blog-2-3-1"))
    title, place = tab.locator(".current h2"), tab.locator("#_place")
    assert tab.locator(".current h1").inner_text() == "Backpropagation by hand: a 2-3-1 sigmoid network"
    while "Step 4." not in (title.inner_text() if title.count() else ""):
        tab.keyboard.press("ArrowDown")
    shown = [seen(tab)]
    for key in ("ArrowRight", "Space", "PageDown"):
        tab.keyboard.press(key)
        shown.append(seen(tab))
    assert [len(lines) for lines in shown] == [1, 2, 3, 4]
    # The blog's own number, and none of it before its turn.
    assert shown[3][3].endswith("0.0597")
    assert "0.0597" not in "".join(shown[2])
    number = place.inner_text()
    tab.keyboard.press("ArrowRight")
    assert "Step 5." in title.inner_text()
    assert len(seen(tab)) == 1
    tab.keyboard.press("ArrowLeft")
    assert place.inner_text() == number
    assert seen(tab) == shown[3]
    assert tab.evaluate("location.hash") == f"#{number.split()[0]}.4"


def test_notes_and_overview(opened: Callable[..., Any]) -> None:
    tab = opened(told("blog-2-3-1"), hash="#7.1")
    assert tab.locator(".current h2").inner_text() == "Neuron 0"
    notes = tab.locator(".current .notes")
    assert not notes.is_visible()
    tab.keyboard.press("s")
    assert "The net input is the weighted sum" in notes.inner_text()
    tab.keyboard.press("s")
    assert tab.locator(".slide:visible").count() == 1
    tab.keyboard.press("o")
    assert tab.locator(".slide:visible").count() == tab.locator(".slide").count() > 40
    tab.locator(".slide").nth(8).click()
    assert tab.locator(".slide:visible").count() == 1
    assert tab.locator("#_place").inner_text().startswith("9 /")


@pytest.mark.parametrize("name", ["blog-2-3-1", "softmax-3-samples-adam", "lstm-2-steps"])
def test_no_slide_runs_over(name: str, opened: Callable[..., Any]) -> None:
    assert opened(told(name)).evaluate(OVER) == []


def test_without_a_script_everything_stands_below_each_other(opened: Callable[..., Any]) -> None:
    tab = opened(told("blog-2-3-1"), java_script_enabled=False)
    assert tab.locator(".slide:visible").count() == tab.locator(".slide").count()
    assert tab.locator("tr[data-step]:visible").count() == tab.locator("tr[data-step]").count() > 100
    assert tab.locator(".notes").first.is_visible()
    assert not tab.locator(".bar").is_visible()


def test_axe_finds_nothing(opened: Callable[..., Any], axe: str) -> None:
    tab = opened(told("blog-2-3-1"), hash="#7.7")
    tab.evaluate(axe)
    found = tab.evaluate("axe.run().then((result) => result.violations.map((each) => each.id))")
    assert found == []
