"""The page with an audit: what is said of somebody's numbers holds for those of the file, and is said so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.render.html.numbers import page_of
from tests.render.html.test_living import put

Open = Callable[..., Any]


def test_an_audit_is_about_the_numbers_of_the_file(opened: Open) -> None:
    tab = opened(page_of("blog-2-3-1-published"))
    audit = "[...document.querySelectorAll('#audit ~ *')].map(e => e.textContent).join('|').split('What is given')[0]"
    hint = tab.get_by_text("This part is about the numbers of the file")
    first = tab.evaluate(audit)
    assert hint.count() == 0 or not hint.first.is_visible()
    remarks = tab.get_by_text("Printed otherwise.")
    assert remarks.count() > 0
    assert all(remark.is_visible() for remark in remarks.all())
    put(tab, "w6", "0.8")
    assert hint.is_visible()
    assert not any(remark.is_visible() for remark in remarks.all())
    tab.locator("#_reset").click()
    assert not hint.is_visible()
    assert all(remark.is_visible() for remark in remarks.all())
    assert tab.evaluate(audit) == first
