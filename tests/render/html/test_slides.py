"""Slides in a real browser: lines appear in turn, nothing leaves its slide, and nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import derive
from tests.gallery import ROOT
from tests.publish.tools import program, run

#: Where a slide shows what is written beside or below the room it has.
OVER = """() => Reveal.getSlides().flatMap((slide, index) => {
  Reveal.slide(index, 0, 99);
  const stage = slide.querySelector(".stage").getBoundingClientRect();
  return [...slide.querySelectorAll(".stage *")].filter((part) => {
    const box = part.getBoundingClientRect();
    if (!box.width || !box.height) return false;
    const beside = Math.max(box.right - stage.right, stage.left - box.left);
    return Math.max(beside, box.bottom - stage.bottom, stage.top - box.top) > 0.5;
  }).map((part) => `${index + 1}: ${part.tagName}`);
})"""


def told(name: str) -> str:
    return str(derive.solve(ROOT / "examples" / f"{name}.toml").render("reveal"))


def seen(tab: Any) -> list[str]:
    """The lines of derivations that the slide at hand shows."""
    return list(
        tab.evaluate(
            """() => [...Reveal.getCurrentSlide().querySelectorAll(".derived tr")].filter((line) =>
              line.checkVisibility({ visibilityProperty: true })).map((line) => line.textContent.trim())"""
        )
    )


def title(tab: Any) -> str:
    """The words of a slide's title, whichever spaces stand between them."""
    return " ".join(str(tab.evaluate("Reveal.getCurrentSlide().querySelector('h1, h2').innerText")).split())


def test_lines_appear_in_turn(opened: Callable[..., Any]) -> None:
    tab = opened(told("blog-2-3-1"))
    assert title(tab) == "Backpropagation by hand: a 2-3-1 sigmoid network"
    tab.evaluate(
        "Reveal.slide(Reveal.getSlides().findIndex((each) => /Step\\s4\\./.test(each.querySelector('h2')?.innerText)))"
    )
    shown = [seen(tab)]
    for key in ("ArrowRight", "Space", "PageDown"):
        tab.keyboard.press(key)
        shown.append(seen(tab))
    assert [len(lines) for lines in shown] == [1, 2, 3, 4]
    # The blog's own number, and none of it before its turn.
    assert shown[3][3].endswith("0.0597")
    assert "0.0597" not in "".join(shown[2])
    place = tab.evaluate("Reveal.getIndices()")
    tab.keyboard.press("ArrowRight")
    assert "Step 5." in title(tab)
    assert len(seen(tab)) == 1
    tab.keyboard.press("ArrowLeft")
    assert tab.evaluate("Reveal.getIndices()") == place
    assert seen(tab) == shown[3]


def test_notes_and_overview(opened: Callable[..., Any]) -> None:
    tab = opened(told("blog-2-3-1"))
    tab.evaluate("Reveal.slide(6)")
    assert title(tab) == "Neuron 0"
    assert "The net input is the weighted sum" in tab.evaluate("Reveal.getSlideNotes()")
    assert not tab.locator("section.present .notes").is_visible()
    with tab.expect_popup() as popup:
        tab.keyboard.press("s")
    speaker = popup.value
    speaker.wait_for_function("document.body.innerText.includes('The net input is the weighted sum')")
    speaker.close()
    tab.keyboard.press("o")
    assert tab.evaluate("Reveal.isOverview()")
    assert tab.evaluate("Reveal.getTotalSlides()") > 40


def test_each_slide_is_a_page_in_print(opened: Callable[..., Any], tmp_path: Path) -> None:
    tab = opened(told("blog-2-3-1"))
    count = tab.evaluate("Reveal.getTotalSlides()")
    tab.pdf(path=tmp_path / "slides.pdf", prefer_css_page_size=True)
    shown = run(program("pdftotext"), "slides.pdf", "-", cwd=tmp_path).split("\f")[:-1]
    assert len(shown) == count
    (step,) = [page for page in shown if "Step 4." in page]
    assert "0.0597" in step


@pytest.mark.parametrize("name", ["blog-2-3-1", "softmax-3-samples-adam", "lstm-2-steps"])
def test_no_slide_runs_over(name: str, opened: Callable[..., Any]) -> None:
    assert opened(told(name)).evaluate(OVER) == []


def test_without_a_script_everything_stands_below_each_other(opened: Callable[..., Any]) -> None:
    tab = opened(told("blog-2-3-1"), java_script_enabled=False)
    assert tab.locator("section:visible").count() == tab.locator("section").count() > 40
    assert tab.locator(".derived tr:visible").count() == tab.locator(".derived tr").count() > 100
    assert tab.locator(".notes").first.is_visible()


def test_axe_finds_nothing(opened: Callable[..., Any], axe: str) -> None:
    tab = opened(told("blog-2-3-1"))
    tab.evaluate("Reveal.slide(6, 0, 7)")
    tab.evaluate(axe)
    found = tab.evaluate("axe.run().then((result) => result.violations.map((each) => each.id))")
    assert found == []
