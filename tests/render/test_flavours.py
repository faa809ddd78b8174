"""The flavours of Markdown: front matter, TeX, pictures. The pages themselves are looked at in ``tests/publish``."""

from __future__ import annotations

import json
import re
import struct
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from derive.catalogue.flavours import FLAVOURS
from derive.document.blocks import Emphasis, Equation, Figure, Heading, Link, Math, Note, Paragraph, Table
from derive.expression.tree import Power, Sum
from derive.model.symbols import Symbol
from derive.render.formats import Options, Rendered, render
from derive.render.language import clean
from tests.render.pages import drawing, every_block, math, n, page, q, row, text


def markdown(flavour: str, *blocks: object, title: str = "T", author: str = "", date: str = "") -> str:
    return rendered(flavour, *blocks, title=title, author=author, date=date).content.decode()


def rendered(flavour: str, *blocks: object, title: str = "T", author: str = "", date: str = "") -> Rendered:
    return render(page(blocks, title, author, date=date), "markdown", Options(stem="net", flavour=flavour))  # type: ignore[arg-type]


def front_matter(text: str) -> dict[str, str]:
    """Keys and values as they are written."""
    found = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    assert found, text
    return dict(line.split(": ", 1) for line in found[1].splitlines())


def test_every_row_can_be_filled_in() -> None:
    for flavour in FLAVOURS:
        assert markdown(flavour, *every_block(), title="A title", author="An author", date="2024-05-01")


@pytest.mark.parametrize(
    ("flavour", "keys"),
    [
        ("jekyll", ["layout", "title", "author", "date", "lang", "math", "mathjax"]),
        ("hugo", ["title", "author", "date", "math"]),
        ("quarto", ["title", "author", "date", "lang"]),
        ("pandoc", ["title", "author", "date", "lang"]),
        ("obsidian", ["title", "author", "date"]),
        ("devto", ["title", "published"]),
    ],
)
def test_front_matter_has_what_the_program_reads(flavour: str, keys: list[str]) -> None:
    assert list(front_matter(markdown(flavour, title="A", author="B", date="2024-05-01"))) == keys
    assert "author" not in front_matter(markdown(flavour, title="A"))


@pytest.mark.parametrize("flavour", ["github", "gitlab", "jupyter", "myst", "mkdocs", "images"])
def test_others_have_a_title_and_a_byline_instead(flavour: str) -> None:
    assert markdown(flavour, title="A", author="B", date="May").startswith("# A\n\n*B, May*\n")


def test_without_anything_to_tell_there_is_none() -> None:
    assert markdown("obsidian", title="") == "# \n"
    assert markdown("jekyll", title="").startswith("---\nlayout: post\n")


@pytest.mark.parametrize("flavour", ["jekyll", "hugo", "obsidian", "devto"])
@given(st.text(max_size=40))
def test_no_title_breaks_out_of_the_front_matter(flavour: str, words: str) -> None:
    """A string of JSON is one of YAML."""
    written = front_matter(markdown(flavour, title=words, author="B")).get("title", '""')
    assert json.loads(written) == clean(words)


@pytest.mark.parametrize("flavour", ["jekyll", "hugo"])
@pytest.mark.parametrize("date", ["May 2024", "2024-02-30", "2024-5-1", "2024-05-01 or so", "yes", "٢٠٢٤-٠٥-٠١"])
def test_what_is_no_date_stays_on_the_page(flavour: str, date: str) -> None:
    """Jekyll stops at a date that it cannot read."""
    text = markdown(flavour, author="B", date=date)
    assert "date" not in front_matter(text)
    assert f"*{date}*" in text


def test_a_date_is_one_for_yaml() -> None:
    assert front_matter(markdown("hugo", date="2024-05-01"))["date"] == "2024-05-01"
    assert tomllib.loads("date = 2024-05-01")["date"].isoformat() == "2024-05-01"


@pytest.mark.parametrize("flavour", FLAVOURS)
@given(st.text(st.sampled_from("{}%#<>= abc\\`$"), max_size=20))
def test_no_template_language_finds_its_tags(flavour: str, words: str) -> None:
    blocks = (Heading(1, text(words), "a"), Paragraph(text(words)), Note(words, text(words)))
    page_itself = markdown(flavour, *blocks, title=words, author=words)
    body = re.sub(r"\A---\n.*?\n---\n", "", page_itself, flags=re.DOTALL)
    found = re.findall(r"\{[{%#].?", re.sub(r"\{\{? ?#a\}", "", body))
    assert [tag for tag in found if tag not in ("{#n", "{#a")] == []


@pytest.mark.parametrize("flavour", sorted(set(FLAVOURS) - {"images"}))
def test_doubled_braces_of_tex_are_no_tags(flavour: str) -> None:
    power = Power(Power(q("w6"), n("10")), Power(n("10"), n("12")))
    nested = Math((("", power),))
    symbols = {"w6": Symbol("w", "{{x", "")}
    document = replace(page((Paragraph((nested,)), Equation(q("w6"), (row(("=", power)),))), "T", ""), symbols=symbols)
    body = render(document, "markdown", Options(flavour=flavour)).content.decode().split("---\n")[-1]
    assert not re.search(r"\{[{%#]", body.replace("{% katex", "").replace("{% endkatex", ""))


def test_hugo_gets_no_angle_brackets() -> None:
    """What stands between its delimiters goes onto the page as it is."""
    text = markdown("hugo", *every_block())
    formulas = re.findall(r"\\\((.*?)\\\)|\$\$\n(.*?)\n\$\$", text, re.DOTALL)
    assert len(formulas) > 5
    assert not any("<" in tex or ">" in tex for pair in formulas for tex in pair)


def test_places_of_a_sphinx_project_are_told_apart() -> None:
    text = markdown("myst", Heading(1, (*page().blocks[0].content,), "step-3"), Paragraph((Link("step-3", "step 3"),)))  # type: ignore[union-attr]
    assert "(net-step-3)=" in text
    assert "[step 3](#net-step-3)" in text


def test_links_of_obsidian_lead_to_the_next_block() -> None:
    """It knows no names of headings: a paragraph has one at its end, another block on a line below it."""
    blocks = (
        Heading(1, text("One"), "one"),
        Heading(2, text("Two"), "two"),
        Paragraph(text("Words.")),
        Heading(1, text("Three"), "three"),
        Equation(q("z0"), (row(("=", q("b0"))),)),
        Paragraph((Link("one", "a"), *text(", "), Link("two", "b"), *text(", "), Link("three", "c"))),
    )
    written = markdown("obsidian", *blocks)
    assert "Words. ^two\n" in written
    assert "$$\nz_0 = b_0\n$$\n\n^three\n" in written
    assert "[a](#^two), [b](#^two), [c](#^three)" in written


def test_a_long_column_leaves_pandoc_s_others_their_width() -> None:
    """Its columns are as wide as their dashes once a line is too long: words of the first stay on one line."""
    head = (text("given"), text("values"))
    table = Table(head, "ll", ((text("weights into neuron h1"), text("many words " * 20)),))
    rule = next(line for line in markdown("pandoc", table).splitlines() if line.startswith("| --"))
    first, second = (len(cell) for cell in re.findall("-+", rule))
    assert first / (first + second) > 0.2
    assert 70 < first + second < 105


def test_formulas_are_pictures_with_words() -> None:
    figure = Figure("network", drawing(), text("All of ", math(q("w6")), "."), 'A "network".')
    again = Paragraph(text("The weight ", math(q("w6")), " is ", math(q("w6"), ("=", n("0.9"))), "."))
    made = rendered("images", again, Equation(q("z0"), (row(("=", q("b0"))),)), again, figure)
    body = made.content.decode()
    assert body.count('alt="w six"') == 3
    assert body.count('alt="w six equals 0.9"') == 2
    assert 'alt="z zero equals b zero"' in body
    assert 'alt="A &quot;network&quot;."' in body
    # The same formula is one file; everything that is shown is there, as PNG and not larger than it has to be.
    shown = set(re.findall(r'src="(.*?)"', body))
    assert shown == set(made.companions)
    assert {name.partition("/")[0] for name in shown} == {"net-images", "net-network.png"}
    assert len(shown) == 4
    for content in made.companions.values():
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert all(0 < size < 1000 for size in struct.unpack(">II", content[16:24]))


def test_pictures_are_sharp_at_the_size_of_the_text() -> None:
    """A letter with an index is about as high as a line, and has twice the pixels that it is shown with."""
    made = rendered("images", Paragraph(text("It is ", math(q("w6")), ".")))
    (content,) = made.companions.values()
    width, height = struct.unpack(">II", content[16:24])
    body = made.content.decode()
    assert f'width="{-(-width // 2)}" height="{-(-height // 2)}"' in body
    em = re.search(r"height:([\d.]+)em", body)
    assert em is not None
    assert float(em[1]) == pytest.approx(height / 2 / 16, abs=1e-3)
    assert 0.8 < float(em[1]) < 1.6


def test_a_template_may_show_formulas_that_the_page_has_not() -> None:
    from derive.render.markdown.markdown import Markdown

    language = Markdown(page((Paragraph(text("Nothing.")),)), "net", "images")
    assert 'alt="w six"' in language.math((("", q("w6")),))
    assert len(language.companions) == 1


@pytest.mark.parametrize("flavour", ["devto", "images"])
def test_no_svg_where_none_is_shown(flavour: str) -> None:
    made = rendered(flavour, *every_block())
    assert made.companions
    assert all(name.endswith(".png") for name in made.companions)


def aligned(number: int) -> Equation:
    """An equation with so many rows, none the same."""
    return Equation(q("z0"), tuple(row(("=", n(f"{index}.5"))) for index in range(number)))


def test_formulas_too_long_for_gitlab_fall_into_pieces() -> None:
    body = markdown("gitlab", aligned(200))
    pieces = re.findall(r"```math\n\\begin\{aligned\}\n(.*?)\n\\end\{aligned\}\n```", body, re.DOTALL)
    assert len(pieces) == 3
    assert all(900 < len(piece) < 970 for piece in pieces[:-1])
    joined = " \\\\\n".join(pieces)
    assert re.findall(r"= (\d+\.5)", joined) == [f"{index}.5" for index in range(200)]
    assert markdown("github", aligned(200)).count("```math") == 1


def test_formulas_with_too_many_braces_for_github_fall_into_pieces() -> None:
    """Two are those of the alignment; 97 rows with one each can stand below each other."""
    powers = Equation(q("z0"), tuple(row(("=", Power(q("b0"), n("10")))) for _ in range(195)))
    pieces = re.findall(r"```math\n(.*?)\n```", markdown("github", powers), re.DOTALL)
    assert [piece.count("{") for piece in pieces] == [99, 99, 3]
    assert "\n".join(pieces).count("b_0^{10}") == 195


def test_pieces_begin_where_a_row_does_not_continue_another() -> None:
    power = Power(q("b0"), n("10"))
    halves = row(("=", Sum((power,) * 30))), row(("", Sum((power,) * 30)), continued=True)
    whole = Equation(q("z0"), (row(("=", Sum((power,) * 40))), *halves))
    pieces = re.findall(r"```math\n(.*?)\n```", markdown("github", whole), re.DOTALL)
    assert [piece.count("b_0^{10}") for piece in pieces] == [40, 60]
    longer = Equation(q("z0"), (*halves, row(("", Sum((power,) * 60)), continued=True)))
    pieces = re.findall(r"```math\n(.*?)\n```", markdown("github", longer), re.DOTALL)
    assert [piece.count("b_0^{10}") for piece in pieces] == [60, 60]


def test_github_gets_no_formula_in_stressed_words() -> None:
    figure = Figure("network", drawing(), text("All of ", math(q("w6")), ", and ", Emphasis("no"), " more."), "A net.")
    assert "\n*All of* $`w_6`$, *and no more*.\n" in markdown("github", figure)
    assert "\n*All of $`w_6`$, and no more.*\n" in markdown("gitlab", figure)


def test_formulas_within_lines_are_html_where_a_page_has_too_many() -> None:
    """A displayed formula with nothing in braces counts as one, or with its two as three; 2,000 are typeset."""
    words = Paragraph(text(math(q("w6"), ("=", n("-1e-5"))), " and ", math(q("w6")), "."))
    few = [Equation(q("z0"), (row(("=", q("b0"))),))] * 1997
    assert "$`w_6 = -1 \\times 10^{-5}`$ and $`w_6`$." in markdown("github", words, *few)
    too_many = markdown("github", words, *few, few[0])
    assert "<i>w</i><sub>6</sub>&nbsp;=&nbsp;−1 × 10<sup>−5</sup> and <i>w</i><sub>6</sub>." in too_many
    assert rendered("github", words, *few, few[0]).notices == ()
    assert "$w_6$" in markdown("obsidian", words, *few, few[0])


@pytest.mark.parametrize("flavour", ["devto", "images"])
def test_an_author_is_told_what_is_left_to_do(flavour: str) -> None:
    """Where pages are pasted into an editor, the pictures do not come with them."""
    (told,) = rendered(flavour, *every_block()).notices
    assert "upload" in told
    assert rendered(flavour, Paragraph(text("Nothing."))).notices == ()
    (settings,) = rendered("jekyll", *every_block()).notices
    assert "math_engine: mathjax" in settings


def test_more_displayed_formulas_than_are_typeset_are_told() -> None:
    told = rendered("github", *[aligned(2)] * 700).notices
    assert told == (
        "github typesets up to 2,000 formulas and { in them on a page, and this one has 2,100 on lines of their own: "
        "the last formulas are shown as source there; a brief page has fewer, and HTML shows all",
    )
