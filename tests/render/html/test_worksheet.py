"""The worksheet in a browser: filled in, checked, kept, and saved as a file of claims that the audit reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import derive

ROOT = Path(__file__).parents[3]
BLOG = (ROOT / "examples/blog-2-3-1.toml").read_text(encoding="utf-8")

#: What somebody filled in: without the bias b0; O0 from that; right; right with a comma; the sign of dCost/dO3.
FILLED = {"z0": "2.37", "O0": "0.9145", "z1": "8.7", "O1": "0,9998", "dCost/dO3": "0.2755", "dCost/dw8": "12"}
SAYS = {
    "z0": ("wrong", "The bias b0 was left out."),
    "O0": ("follows", "Right, given your earlier number in (1)."),
    "z1": ("right", "Right."),
    "O1": ("right", "Right."),
    "dCost/dO3": ("wrong", "The sign of dCost/dO3 is turned."),
    "dCost/dw8": ("wrong", "Not right."),
}


def solution(exercise: str = "", text: str = BLOG) -> derive.Solution:
    return derive.solve(derive.loads(f"{text}\n[exercise]\n{exercise}"))


def field(tab: Any, name: str) -> Any:
    return tab.locator(f"[data-answer][data-names*='\"{name}\"']").first


def fill(tab: Any, answers: Mapping[str, str]) -> None:
    for name, text in answers.items():
        field(tab, name).fill(text)


def told(tab: Any, name: str) -> tuple[str, str]:
    """The verdict on an answer, and what is said."""
    line = field(tab, name).locator("xpath=ancestor::*[self::p or self::td][1]").locator(".told")
    return line.get_attribute("data-verdict") or "", line.inner_text()


def test_answers_are_checked_in_the_page(opened: Callable[..., Any]) -> None:
    tab = opened(solution().render("html", part="worksheet"))
    fill(tab, FILLED)
    tab.click("#_check")
    for name, (verdict, says) in SAYS.items():
        found = told(tab, name)
        assert found[0] == verdict, name
        assert says in found[1], name
    assert tab.inner_text("#_told") == "2 right, 1 right given an earlier number, 3 wrong; 24 empty."


def test_what_is_not_filled_in_may_have_been_worked_out_in_the_head(opened: Callable[..., Any]) -> None:
    """Without the bias b0 z0 is 2.37 and O0 is 0.9145, so that dO0/dz0 is 0.9145·0.0855; O0 is not written down."""
    tab = opened(solution().render("html", part="worksheet"))
    fill(tab, {"z0": "2.37", "dO0/dz0": "0.0782"})
    tab.click("#_check")
    assert told(tab, "dO0/dz0") == ("follows", "Right, given your earlier number in (1).")


def test_a_term_that_a_target_leaves_out_needs_no_value(opened: Callable[..., Any]) -> None:
    """The first sample is of the last class: its cost is -ln 0.2678 = 1.3175; nobody takes that of a negative O1."""
    file = (ROOT / "examples/softmax-2-3.toml").read_text(encoding="utf-8")
    tab = opened(solution('ask = "all"', file).render("html", part="worksheet"))
    fill(tab, {"O1[1]": "-0.6804", "O2[1]": "0.2678", "Cost[1]": "1.318"})
    tab.click("#_check")
    assert told(tab, "Cost[1]") == ("follows", "Right, given your earlier number in (6).")


def test_what_an_earlier_mistake_makes_easy_is_told(opened: Callable[..., Any]) -> None:
    """With dCost/dO3 = 0 nothing is left to be multiplied."""
    tab = opened(solution().render("html", part="worksheet"))
    fill(tab, {"dCost/dO3": "0", "dCost/dz3": "0"})
    tab.click("#_check")
    verdict, says = told(tab, "dCost/dz3")
    assert verdict == "follows"
    assert says.endswith("That number makes this line easier than it is meant to be.")


@pytest.mark.parametrize(("first", "then", "easier"), [("1", "0.2291", True), ("-1", "-0.2291", False)])
def test_nothing_is_multiplied_by_1_and_of_minus_1_the_sign_is_turned(
    first: str, then: str, easier: bool, opened: Callable[..., Any]
) -> None:
    """The slope of O3 is 0.6445·0.3555 = 0.2291."""
    tab = opened(solution().render("html", part="worksheet"))
    fill(tab, {"dCost/dO3": first, "dCost/dz3": then})
    tab.click("#_check")
    verdict, says = told(tab, "dCost/dz3")
    assert (verdict, "easier than it is meant to be" in says) == ("follows", easier)


def test_the_right_answers_are_right(opened: Callable[..., Any]) -> None:
    """Those of the blog, rounded as its author does."""
    solved = solution()
    tab = opened(solved.render("html", part="worksheet"))
    for place in tab.locator("[data-answer]").all():
        (name, *_) = json.loads(place.get_attribute("data-names"))
        place.fill(solved.worked.values[name].shown)
    tab.click("#_check")
    assert tab.inner_text("#_told").startswith("30 right, 0 right given an earlier number, 0 wrong")


def test_fewer_digits_are_judged_as_the_audit_does(opened: Callable[..., Any]) -> None:
    """z0 is -0.355: both of its neighbours with two digits are right as far as they go, and what is cut off is told."""
    text = """
[network]
inputs = [0.5, 0.7]
targets = [0.3]
cost = "half_squared_error"
[[network.layers]]
activation = "identity"
weights = [[0.5, -0.85]]
biases = [-0.01]
[numbers]
decimals = 4
"""
    solved = solution(text=text)
    for answer, verdict, says in [
        ("-0.35", "more", "Right as far as it goes; more"),
        ("-0.36", "more", "Right as far as it goes; more"),
        ("-0.3", "more", "but cut off and not rounded"),
        ("-0.34", "wrong", "Not right"),
        ("-0.37", "wrong", "Not right"),
    ]:
        tab = opened(solved.render("html", part="worksheet"))
        fill(tab, {"z0": answer})
        tab.click("#_check")
        found = told(tab, "z0")
        assert found[0] == verdict, answer
        assert says in found[1], answer
        held = solved.audit({"z0": answer}).claims[0].verdict
        assert (held == "wrong") == (verdict == "wrong"), (answer, held)


def test_what_is_filled_in_is_kept_and_can_be_taken_out(opened: Callable[..., Any]) -> None:
    tab = opened(solution().render("html", part="worksheet"))
    fill(tab, {"z0": "2.37"})
    tab.fill('[data-form="Name"]', "Ada")
    tab.reload()
    assert field(tab, "z0").input_value() == "2.37"
    assert tab.input_value('[data-form="Name"]') == "Ada"
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.click("#_clear")
    tab.reload()
    assert field(tab, "z0").input_value() == ""


@pytest.mark.parametrize("layout", ["steps", "grid"])
def test_the_saved_file_is_one_that_the_audit_reads(layout: str, opened: Callable[..., Any], tmp_path: Path) -> None:
    solved = solution(f'layout = "{layout}"')
    tab = opened(solved.render("html", part="worksheet", check=False), accept_downloads=True)
    fill(tab, {**FILLED, "dCost/dz3": "-0.0631"})
    with tab.expect_download() as download:
        tab.click("#_export")
    path = tmp_path / "answers.toml"
    download.value.save_as(path)
    found = {claim.name: claim.verdict for claim in solved.with_claims(path).audit().claims}
    assert found["z1"] == found["dCost/dz3"] == found["dCost/db3"] == "agrees"
    assert found["O0"] == "follows"
    assert found["z0"] == found["dCost/dO3"] == "wrong"


def test_a_rule_is_chosen_where_the_sheet_fades(opened: Callable[..., Any]) -> None:
    tab = opened(solution("fade = 1").render("html", part="worksheet"))
    # By the keyboard: a page that sets what comes into view may move below the pointer.
    tab.locator(".choices input").nth(3).press("Space")  # the derivative of what it feeds, times the factor beside it
    tab.click("#_check")
    assert tab.inner_text(".choices .told") == "This is the rule."
    tab.locator(".choices input").nth(0).press("Space")
    tab.click("#_check")
    assert tab.inner_text(".choices .told") == "Not this rule."


@pytest.mark.parametrize("exercise", ["hints = true", 'layout = "grid"', "fade = 2"])
def test_everybody_can_use_it(exercise: str, opened: Callable[..., Any], axe: str) -> None:
    tab = opened(solution(exercise).render("html", part="worksheet"))
    tab.evaluate(axe)
    found = tab.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes[0].html)")
    assert found == []


def test_in_print_there_are_lines_to_write_on(opened: Callable[..., Any]) -> None:
    tab = opened(solution().render("html", part="worksheet"))
    assert not tab.locator(".written").first.is_visible()
    tab.emulate_media(media="print")
    assert tab.locator(".written").first.is_visible()
    assert not tab.locator("#_export").is_visible()


def test_no_result_stands_in_what_a_checking_page_shows_before_it_is_asked(opened: Callable[..., Any]) -> None:
    tab = opened(solution().render("html", part="worksheet"))
    assert not re.search(r"0\.2755|0\.0597|0\.9463", tab.content())
