"""A fragment within somebody else's page: neither disturbs the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from derive.render.formats import Options, render
from tests.render.pages import page

Open = Callable[..., Any]

#: What themes of blogs do to everything they hold.
THEME = """
body { font: 17px/1.9 sans-serif; color: #333; background: #fffdf5; margin: 0 }
.post p { margin: 0 0 40px; text-indent: 3em; text-transform: uppercase }
.post table, .post table td, .post table th { border: 5px solid red; padding: 30px; width: 100%; display: block }
.post h2, .post h3 { font-size: 60px; color: red; letter-spacing: 9px; text-align: center }
.post ul li { list-style: none; float: left }
.post figure { float: right; width: 40px }
.post div { border-radius: 9px }
.post em { background: yellow }
td, th { text-align: center; vertical-align: middle }
"""

MEASURED = """() => [...document.querySelectorAll('.derive *')].filter(e => !e.closest('style')).map(e => {
  const box = e.getBoundingClientRect(), top = document.querySelector('.derive').getBoundingClientRect()
  const style = getComputedStyle(e)
  return [e.tagName, box.width, box.height, box.left - top.left, box.top - top.top, style.color, style.textAlign,
    style.textTransform, style.borderTopWidth, style.letterSpacing].join(' ')
})"""


def fragment() -> str:
    return render(page(), "html", Options(stem="blog 2-3-1", fragment=True)).content.decode()


def host(body: str, theme: str) -> str:
    plain = "body { font: 17px/1.9 sans-serif; color: #333; background: #fffdf5; margin: 0 }"
    return (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A blog</title><style>{theme or plain}</style>"
        f"<h1>A post</h1><p class=lead>Before <b>it</b>.</p><table class=own><tr><td>1</td></tr></table>"
        f"<div class=post>{body}</div><p class=lead>After.</p>"
    )


def test_the_theme_of_a_blog_does_not_disturb_it(opened: Open) -> None:
    alone = opened(host(fragment(), "")).evaluate(MEASURED)
    within = opened(host(fragment(), THEME)).evaluate(MEASURED)
    assert len(alone) > 300
    assert within == alone


def test_it_does_not_disturb_the_blog(opened: Open) -> None:
    look = """() => [...document.querySelectorAll('body, h1, .lead, b, .own, .own td')].filter(
      e => !e.closest('.derive')).map(e => {
      const style = getComputedStyle(e); return [...style].map(name => name + style.getPropertyValue(name)).join() })"""
    before = opened(host("<div style='height:100px'></div>", THEME)).evaluate(look)
    after = opened(host(f"<div style='height:100px;overflow:hidden'>{fragment()}</div>", THEME)).evaluate(look)
    assert after == before


def test_it_is_one_element_on_one_line_without_script() -> None:
    text = fragment()
    assert "\n" not in text.strip()
    assert text.startswith('<div class="derive"')
    assert text.rstrip().endswith("</div>")
    assert "<script" not in text
    assert "<html" not in text
    assert "<h1" not in text


def test_its_places_are_its_own(opened: Open) -> None:
    tab = opened(host(fragment(), THEME))
    ids = tab.evaluate("[...document.querySelectorAll('.derive [id]')].map(e => e.id)")
    assert ids
    assert all(name.startswith("blog-2-3-1-") for name in ids)
    links = tab.evaluate("[...document.querySelectorAll('.derive a')].map(a => a.getAttribute('href').slice(1))")
    assert links
    assert set(links) <= set(ids)


@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_no_wider_than_its_host(width: int, opened: Open) -> None:
    tab = opened(host(fragment(), THEME), viewport={"width": width, "height": 700})
    box = tab.evaluate("[document.querySelector('.derive').scrollWidth, document.querySelector('.post').clientWidth]")
    assert box[0] <= box[1]
