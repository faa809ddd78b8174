"""The page in a browser: without script, without network, in any width, and for every reader."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from derive.document.blocks import Code, Document, Heading, Math, Note, Paragraph, Strong, Table, Text
from derive.model.symbols import Symbol
from derive.render.formats import Options, render
from tests.render.html.driving import EXAMPLES
from tests.render.html.numbers import page_of
from tests.render.pages import math, page, q, text

Open = Callable[..., Any]

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


def html(document: Document, **options: Any) -> str:
    return render(document, "html", Options(**options)).content.decode()


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> str:
    return page_of(request.param)


#: What stands at the beginning of a line of text though it belongs to the formula before it, as [sign, words before].
ASTRAY = """[...document.querySelectorAll('main :is(p, li, figcaption)')].flatMap(block => {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), range = document.createRange(), found = [];
  const formulas = [...block.querySelectorAll('math')].filter(formula => formula.getClientRects().length);
  while (walker.nextNode()) {
    const {data, parentElement} = walker.currentNode;
    if (parentElement.closest('math, .said') || !/^[.,;:]/.test(data)) continue;
    range.setStart(walker.currentNode, 0);
    range.setEnd(walker.currentNode, 1);
    const [sign] = range.getClientRects();
    range.setStart(block, 0);
    const before = formulas.filter(formula => walker.currentNode.compareDocumentPosition(formula) & 2).at(-1);
    if (before) range.setStartAfter(before);
    const isFirst = sign && before && sign.left < before.getBoundingClientRect().left;
    if (isFirst && range.toString() === data[0]) found.push([data, block.textContent]);
  }
  return found;
})"""
#: Whether a paragraph has a formula that its reader has to scroll through.
WIDER = "e => [...e.querySelectorAll('.long, .wide')].some(f => f.scrollWidth > f.clientWidth + 1 && f.clientWidth)"
#: The whole page is laid out, also what is not seen.
LAID_OUT = "main > * { content-visibility: visible !important; }"


def test_nothing_is_wider_than_a_phone_but_what_scrolls_in_its_own_box(example: str, opened: Open) -> None:
    tab = opened(example, viewport=PHONE)
    tab.add_style_tag(content=LAID_OUT)
    assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert tab.evaluate(ASTRAY) == []
    tab = opened(example, viewport=WIDE)
    too_wide = "[...document.querySelectorAll('.derivation')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert tab.evaluate(too_wide) == 0
    assert tab.locator("main").evaluate(f"main => [...main.querySelectorAll('p, li')].filter({WIDER}).length") == 0


#: The width of A4 between the margins of a printed page, and what still is on the paper beyond them; in pixels.
PAPER, MARGIN = 680, 40


def test_on_paper_nothing_is_cut_off_or_folded(example: str, opened: Open) -> None:
    tab = opened(example, viewport={"width": PAPER, "height": 900})
    tab.emulate_media(media="print")
    ends = "[...document.querySelectorAll('.derivation > math, table, .long, figure svg')]"
    assert tab.evaluate(f"Math.max(...{ends}.map(e => e.getBoundingClientRect().right))") <= PAPER + MARGIN
    boxes = "[...document.querySelectorAll('.derivation, .table, .drawing')].map(e => getComputedStyle(e).overflowX)"
    assert set(tab.evaluate(boxes)) == {"visible"}
    assert tab.locator("details table").last.is_visible()


def test_every_link_lands_and_every_place_is_one(example: str, opened: Open) -> None:
    tab = opened(example)
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    links = tab.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    assert len(links) > 10
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_headings_come_in_order(example: str, opened: Open) -> None:
    levels = opened(example).evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def violations(tab: Any, axe: str, rules: str = "{}") -> Any:
    tab.evaluate(axe)
    return tab.evaluate(f"axe.run({rules}).then(found => found.violations.map(v => [v.id, v.nodes[0].html]))")


def test_the_checker_of_accessibility_finds_nothing(example: str, opened: Open, axe: str) -> None:
    assert violations(opened(example, viewport=PHONE, color_scheme="light"), axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nor_in_any_width_or_light(opened: Open, axe: str, scheme: str, size: dict[str, int]) -> None:
    # In another light the colours alone are others.
    rules = "{runOnly: ['color-contrast']}" if scheme == "dark" else "{}"
    assert violations(opened(html(page()), viewport=size, color_scheme=scheme), axe, rules) == []


def test_a_page_without_script_says_everything(example: str, opened: Open) -> None:
    tab = opened(example, java_script_enabled=False)
    shown = " ".join(tab.locator("main").inner_text().split())  # whichever spaces stand between words
    assert "The question" in shown
    assert re.search("All (gradients|derivatives)", shown)
    assert "Step 1." in shown


def test_formulas_are_laid_out_not_shown_as_source(example: str, opened: Open) -> None:
    tab = opened(example)
    # A fraction whose parts stand above each other is taller than a line of text.
    heights = tab.evaluate("[...document.querySelectorAll('mfrac')].map(f => f.getBoundingClientRect().height)")
    assert max(heights) > 25
    # The relation signs of a derivation stand below each other.
    edges = tab.evaluate(
        "[...document.querySelectorAll('.lines')].map(t => new Set([...t.children].filter(r => r.children.length > 1"
        " && !r.children[1].classList.contains('continued'))"
        ".map(r => Math.round(r.children[1].firstElementChild.getBoundingClientRect().left))).size)"
    )
    assert edges
    assert set(edges) == {1}


def test_every_block_is_shown(opened: Open) -> None:
    tab = opened(html(page()))
    assert tab.locator("svg").count() == 1
    assert tab.locator("math").count() > 20
    assert tab.locator("th[scope=col]").count() == 4
    assert tab.locator("caption").inner_text().startswith("The gradients of")
    assert tab.locator("li").count() >= 2
    assert "Ada Lovelace, 2024-05-01" in tab.locator("header").inner_text()


HOSTILE = [
    "<script>document.title='taken'</script>",
    "</title><script>document.title='taken'</script>",
    '"><img src=x onerror="document.title=1">',
    "'-alert(1)-' & &lt;b&gt; <!-- --> ]]>",
    "</style></main><h1>x</h1>",
]


#: Quotation marks are set as in a book; apart from that words are as they were written.
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


@pytest.mark.parametrize("words", HOSTILE)
def test_words_stay_words(words: str, opened: Open) -> None:
    blocks = (
        Heading(1, text(words), "one"),
        Paragraph((Text(words), Strong(words), Math((("", q("z0")),)))),
        Note(words, text(words)),
        Table((text(words),), "l", ((text(words),),), text(words)),
    )
    document = Document(words, words, words, "en", blocks, {"z0": Symbol("z", words)})
    plain = html(Document("t", "a", "d", "en", blocks[:0], {}))
    tab = opened(html(document))
    assert tab.title().translate(STRAIGHT) == " ".join(words.split())
    assert tab.locator("h1").inner_text().translate(STRAIGHT) == words
    assert tab.locator("h2").inner_text().translate(STRAIGHT) == words
    assert [cell.translate(STRAIGHT) for cell in tab.locator("td, th, caption").all_inner_texts()] == [words] * 3
    assert tab.locator("meta[name=author]").get_attribute("content").translate(STRAIGHT) == words
    assert tab.locator("script").count() == plain.count("<script")
    assert tab.locator("img").count() == 0
    fragment = opened(html(document, fragment=True))
    assert fragment.locator("script, img, h1").count() == 0
    assert fragment.locator("h2").inner_text().translate(STRAIGHT) == words


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("the layers' weights and the neuron's bias", "the layers’ weights and the neuron’s bias"),
        ('"so" (\'or so\'), said—"twice"', "“so” (‘or so’), said—“twice”"),
    ],
)
@pytest.mark.parametrize("target", ["html", "markdown"])
def test_quotation_marks_are_those_of_a_book(typed: str, printed: str, target: str) -> None:
    document = page((Paragraph(text(typed)),))
    assert printed in render(document, target, Options()).content.decode()
    assert typed in render(page((Paragraph((Code(typed),)),)), "markdown", Options()).content.decode()


def test_a_language_is_only_an_attribute(opened: Open) -> None:
    tab = opened(html(Document("t", "", "", 'de" onload="x', (Paragraph(text("Wort")),), {})))
    assert tab.evaluate("document.documentElement.lang") == "en"
    assert tab.evaluate("document.querySelector('h1').lang") == 'de" onload="x'
    assert tab.evaluate("document.querySelector('h1').attributes.length") == 1


def test_formulas_are_spoken_by_the_page(opened: Open) -> None:
    formula = math(q("dCost/dw6"), ("=", q("z0")))
    tab = opened(html(page((Paragraph(text("It is ", formula, ".")),))))
    said = tab.locator("math").get_attribute("alttext")
    assert said == "the derivative of Cost with respect to w six equals z zero"


def test_nothing_is_fetched(example: str) -> None:
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", example))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
