"""Markdown: the page's layout, and that words come out of a parser as they went in, whatever they are."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from derive.document.blocks import (
    Content,
    Emphasis,
    Figure,
    Heading,
    Items,
    Link,
    Math,
    Note,
    Paragraph,
    Strong,
    Table,
    Text,
)
from derive.errors import UsageError
from derive.render.formats import Options, render
from derive.render.language import clean
from derive.render.markdown.markdown import Markdown
from tests.render.pages import drawing, math, n, page, q, text

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

#: Words made of what Markdown, GitHub and template engines look for.
SIGNS = st.text(st.sampled_from("#*_`[]()<>!|\\$&;:@~^{}%+-=.,'\"/ \n1aZé\u00a0\u2003中")) | st.text()
PHRASES = st.lists(
    st.sampled_from(
        ["# ", "1. ", "- ", "> ", "```", "~~~", "---", "***", "___", "&amp;", "&#35;", "<b>", "</b>", "<!--", "-->",
         "[x](javascript:alert(1))", "![", "](", "[^1]", "[ ] ", "|", "\\", "\\|", "$`", "`$", "$$", "{{", "}}", "{%",
         "@octocat", "#123", "GH-4", ":tada:", "https://example.org", "www.example.org", "a@example.org", "~~x~~",
         "word", " ", "  ", "\t", "\n", "\n\n", "_", "*", "**", "__init__"]
    ),
    max_size=8,
).map("".join)  # fmt: skip
WORDS = SIGNS | PHRASES


def markdown(*blocks: Paragraph | Table | Note | Heading | Items | Figure, title: str = "T", author: str = "") -> str:
    return render(page(blocks, title, author, date=""), "markdown").content.decode()


def inline(*content: str | Math | Link | Strong | Emphasis) -> str:
    return str(Markdown(page(), "page").inline(text(*content)))


def leaves(tokens: list[Token]) -> str:
    """The characters of inline tokens, as a reader sees them."""
    shown = ""
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            shown += token.content
        elif token.type == "softbreak":
            shown += " "
        else:
            markup = ("strong_open", "strong_close", "em_open", "em_close")
            assert token.type in markup or re.fullmatch(r"</?(?:span|strong|em)>|<!-- -->", token.content), token
    return shown


def parsed(source: str) -> list[tuple[str, str]]:
    """Each run of words on the page as a reader sees it, with the element that it stands in."""
    tokens = PARSER.parse(source)
    found = [
        (before.tag, squeezed(leaves(token.children or [])))
        for before, token in itertools.pairwise(tokens)
        if token.type == "inline"
    ]
    return [(tag, words) for tag, words in found if words or tag in ("td", "th")]


def squeezed(words: str) -> str:
    """Words as a reader sees them: runs of spaces are one, none is at the ends, and quotation marks are as typed."""
    return re.sub(r"\s+", " ", clean(words)).strip().translate(str.maketrans("‘’“”", "''\"\""))


def expected(*runs: tuple[str, str]) -> list[tuple[str, str]]:
    return [(tag, squeezed(words)) for tag, words in runs if squeezed(words)]


@given(WORDS)
def test_a_paragraph_is_what_was_written(words: str) -> None:
    assert parsed(markdown(Paragraph((Text(words),)))) == expected(("h1", "T"), ("p", words))


@given(WORDS, WORDS)
def test_titles_and_authors_are_what_was_written(title: str, author: str) -> None:
    assert parsed(markdown(title=title, author=author)) == expected(("h1", title), ("p", author))


@given(WORDS, WORDS)
def test_cells_are_what_was_written(one: str, other: str) -> None:
    table = Table((text("a"), text("b")), "lr", ((text(one), text(other)),) * 2)
    cells = [words for tag, words in parsed(markdown(table)) if tag == "td"]
    assert cells == [squeezed(one), squeezed(other)] * 2


@given(WORDS, WORDS)
def test_items_notes_and_headings_are_what_was_written(one: str, other: str) -> None:
    blocks = Items((text(one, "."), text("x"))), Note("Title", text(other, ".")), Heading(1, text("h", one))
    tokens = PARSER.parse(markdown(*blocks))
    assert [token.type for token in tokens if token.level == 0 and token.nesting == 1] == [
        "heading_open",
        "bullet_list_open",
        "blockquote_open",
        "heading_open",
    ]
    found = [words for _, words in parsed(markdown(*blocks))]
    assert found == ["T", squeezed(one + "."), "x", squeezed(f"Title. {other}."), squeezed("h" + one)]


@given(st.lists(st.sampled_from([Text, Strong, Emphasis]).flatmap(WORDS.map), max_size=5).map(tuple))
def test_pieces_side_by_side_are_what_was_written(content: Content) -> None:
    words = "".join(piece.text for piece in content if not isinstance(piece, Math))
    assert parsed(markdown(Paragraph(content))) == expected(("h1", "T"), ("p", words))


@given(WORDS)
def test_no_template_language_finds_its_tags(words: str) -> None:
    assert not re.search(r"\{[{%#]", markdown(Paragraph((Text(words),)), title=words))


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("plain words, 0.5 and -0.0597", "plain words, 0.5 and -0.0597"),
        ("snake_case", "snake_case"),
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("a|b", r"a\|b"),
        ("costs $5", "costs <span>$</span>5"),
        ("AT&T &amp; co", "AT&T &amp;amp; co"),
        ("@octocat", "@<!-- -->octocat"),
        ("see #12", "see #<!-- -->12"),
        ("GH-12", "GH-<!-- -->12"),
        (":tada:", ":<!-- -->tada:"),
        ("https://example.org", "https:<!-- -->//example.org"),
        ("# 1", r"\# 1"),
        ("1. one", r"1\. one"),
        ("- one", r"\- one"),
        ("> one", r"\> one"),
        ("---", r"\---"),
        ("{{ x }}{% y %}", r"{\{ x }}{\% y %}"),
        ("one\ntwo", "one two"),
        ("bell\x07", "bell\ufffd"),
    ],
)
def test_escaping(words: str, source: str) -> None:
    assert inline(words) == source


@pytest.mark.parametrize(
    ("content", "source"),
    [
        (("the weight ", math(q("w6")), "."), "the weight $`w_6`$."),
        (("(", math(q("w6")), ")"), "($`w_6`$)"),
        (("x", math(q("w6")), "y"), "x<!-- -->$`w_6`$<!-- -->y"),
        (("the ", math(q("w6")), "-axis, non-", math(q("w6"))), "the $`w_6`$<!-- -->-axis, non-<!-- -->$`w_6`$"),
        ((math(q("w6")), math(q("w7"))), "$`w_6`$<!-- -->$`w_7`$"),
        ((math(n("-0.0597")),), "-0.0597"),
        ((math(n("5.")), " is a number"), r"5\. is a number"),
        ((math(n("1e-5")),), r"$`1 \times 10^{-5}`$"),
        (("from ", Link("step-3", "step [3]"), "."), r"from [step \[3\]](#step-3)."),
        (("Look!", Link("step-3", "here")), "Look!<!-- -->[here](#step-3)"),
        (("from ", Link("nowhere", "step 9")), "from step 9"),
        ((Strong("So."), " It is"), "**So.** It is"),
        (("so", Strong("(it)")), "so<strong>(it)</strong>"),
        ((Emphasis("a "), "b"), "<em>a </em>b"),
        (("a", "_", "b"), "a_b"),
    ],
)
def test_pieces(content: tuple[str | Math | Link | Strong | Emphasis, ...], source: str) -> None:
    assert inline(*content) == source


def test_figures_stand_beside_the_page() -> None:
    figure = Figure("network", drawing(), text("Drawn with ", Emphasis("care"), "."), "A network: x [1] `y`.")
    rendered = render(page((figure,)), "markdown", Options(stem="my page"))
    assert "![A network: x \\[1\\] \\`y\\`.](my%20page-network.svg)\n\n*Drawn with care.*" in rendered.content.decode()
    assert list(rendered.companions) == ["my page-network.svg"]
    assert rendered.companions["my page-network.svg"].startswith(b"<svg ")


def test_a_whole_page() -> None:
    blocks = [block for block in page().blocks if not isinstance(block, Figure)]
    assert render(page(tuple(blocks[2:5] + blocks[9:15])), "markdown").content.decode() == PAGE


PAGE = r"""# A 2-3-1 sigmoid network

*Ada Lovelace, 2024-05-01*

<a id="neuron-0"></a>

## Neuron 0

The net input is the weighted sum of what the neuron receives, plus its bias:

```math
\begin{aligned}
z_0 &= (x_0 \cdot w_0) + (x_1 \cdot w_1) + b_0 \\
    &= (2 \cdot 0.15) + (9 \cdot 0.23) + 0.5 \\
    &= 0.3 + 2.07 + 0.5 \\
    &= 2.87
\end{aligned}
```

<a id="step-3"></a>

## Step 3. How the cost changes with the net input $`z_3`$

The cost depends on $`z_3`$ only through the output $`O_3`$, so the slopes of the two stages multiply:

```math
\begin{aligned}
\frac{d\mathit{Cost}}{dz_3} &= \frac{d\mathit{Cost}}{dO_3} \cdot \frac{dO_3}{dz_3} \\
                            &= (-0.2755) \cdot 0.2291 \\
                            &= -0.06311705 \approx -0.0631
\end{aligned}
```

with the slope of the output from [step 3](#step-3). The bias enters with slope 1 ($`dz_3/db_3 = 1`$), so this is also $`d\mathit{Cost}/db_3 = -0.0631`$.

> **Rounding has erased this value.** At full precision it is 0.00000526, which is $`5.26 \times 10^{-6}`$. Neuron 1 is saturated ($`O_1`$ is almost 1).

<a id="all"></a>

## All gradients
"""  # noqa: E501


def test_tables() -> None:
    table = next(block for block in page().blocks if isinstance(block, Table))
    assert markdown(table).splitlines()[2:] == [
        "| parameter | value | gradient | to lower the cost |",
        "| --- | ---: | ---: | --- |",
        "| $`w_6`$ | 0.9 | -0.0597 | raise |",
        "| $`w_2`$ | 0.5 | 0.0000 | lower (erased by rounding) |",
        r"| $`w_3`$ | $`1 \times 10^{6}`$ | $`-1.2 \times 10^{-5}`$ | a\|b |",
        "",
        r"*The gradients of* $`\mathit{Cost}`$.",
    ]


def test_an_unknown_flavour_is_told() -> None:
    with pytest.raises(UsageError, match='no flavour of Markdown is called "githup" \\(did you mean "github"\\?\\)'):
        render(page(), "markdown", Options(flavour="githup"))
