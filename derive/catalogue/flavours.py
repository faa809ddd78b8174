"""Flavours of Markdown: one row for each program that reads it. The differences are data; the template is one.

Where a row says how something is written, names in braces stand for what is put in, as in :meth:`str.format`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

#: What a backslash makes plain in the original Markdown, and so everywhere.
_ORIGINAL = "\\`*_{}[]()#+-.!"
#: CommonMark: all of ASCII's signs. A bar is not among them here, since some programs look for the cells of a table
#: before they look at backslashes.
_COMMONMARK = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{}~"

#: A place that nothing but HTML can name, and a line below what it stands for.
_HTML_ANCHOR = '<a id="{name}"></a>\n\n'
_REMARK = "> {remark}"
_STRESSED_CAPTION = "{table}\n\n{stressed}"


class Flavour(msgspec.Struct, frozen=True, kw_only=True):
    """Where one reader of Markdown differs from the others.

    Attributes:
        name: what it is called on the command line and in a file.
        inline: what stands before and after a formula within a line.
        display: the lines before and after a displayed formula.
        tex: signs within TeX that are written in another way, since they would not reach the typesetter.
        compact: whether spaces that only align the source of formulas are left out.
        beside: characters, apart from letters and digits, that a formula within a line may not touch.
        pictures: how pictures are kept: drawings as SVG, drawings as PNG, or drawings and all formulas as PNG.
        signs: characters in words that have a form of their own.
        also: further characters in words that mean something to this reader.
        escapable: the characters that a backslash makes plain; others are written by their numbers.
        nothing: what keeps two characters from being read together, and is not shown.
        front: the keys of the front matter and their values in YAML. ``{title}``, ``{author}``, ``{date}`` and
            ``{language}`` are quoted; ``{day}`` is the date where it is one that a calendar knows.
            A key without a value is left out.
        front_is_markdown: whether the values of the front matter are read as Markdown.
        title: the page's title, unless the front matter's is shown.
        level: the level of a section's heading.
        heading: a heading that links lead to: its ``{line}`` and its ``{name}``.
        landing: what follows a paragraph, or another block, that links to the heading above it lead to.
        place: what a place on the page is called, from its ``{name}`` and the ``{stem}`` of the page's file.
        link: a link to a place on the page: its ``{text}`` and the ``{name}`` of the place.
        note: a remark: its ``{title}`` and ``{text}``, or both as one ``{remark}``.
        figure: a drawing: its ``{name}``, its ``{file}``, its ``{alt}`` in Markdown, ``{quoted}`` as an attribute or
            as a ``{string}`` in YAML, its ``{width}`` in pixels, and its ``{caption}``, plain or ``{stressed}``.
        caption: a ``{table}`` with its ``{caption}``, plain or ``{stressed}``.
        weighs_columns: whether the columns of a table are as wide as the dashes below its head are long.
        most: how many formulas of a page are typeset, if not all; where there are more, those within lines are HTML.
        longest: how many characters of a formula are typeset, if not any number; a longer one falls into pieces.
        braces: how many opening braces a formula may have, if not any number; they count on the page as formulas do.
        stresses_formulas: whether a formula may stand in stressed words.
        advice: what is left to the author of a page with pictures.
        settings: what the site must have besides, to be pasted: where it goes, and its lines.
    """

    name: str
    inline: tuple[str, str] = ("$", "$")
    display: tuple[str, str] = ("$$", "$$")
    tex: Mapping[str, str] = {}
    compact: bool = False
    beside: str = "$\\"
    pictures: Literal["svg", "png", "all"] = "svg"
    signs: Mapping[str, str] = {}
    also: str = ""
    escapable: str = _COMMONMARK
    nothing: str = "<!-- -->"
    front: Mapping[str, str] = {}
    front_is_markdown: bool = False
    title: str = "# {title}"
    level: int = 2
    heading: str = _HTML_ANCHOR + "{line}"
    landing: tuple[str, str] = ("", "")
    place: str = "{name}"
    link: str = "[{text}](#{name})"
    note: str = _REMARK
    figure: str = _HTML_ANCHOR + "![{alt}]({file})\n\n{stressed}"
    caption: str = _STRESSED_CAPTION
    weighs_columns: bool = False
    most: int | None = None
    longest: int | None = None
    braces: int | None = None
    stresses_formulas: bool = True
    advice: str = ""
    settings: tuple[str, str] = ("", "")

    @property
    def anchors_figures(self) -> bool:
        """Whether links can lead to a figure."""
        return "{name}" in self.figure


# A dollar sign in an element of its own is found neither by the reader nor by a script that looks for formulas on the
# finished page; the same holds for a backslash.
_APART = {"$": "<span>$</span>"}

_BY_NUMBER = {sign: f"&#{ord(sign)};" for sign in "_*<>&"}

_ROWS = (
    # docs.github.com, "Writing mathematical expressions": the forms with backticks keep GitHub from reading TeX as
    # Markdown, and a dollar sign in words is put into an element of its own. As users have found, its script
    # gives up ("Unable to render expression") once the formulas of a page and the opening braces in them are more than
    # 2,000, or those of one formula more than 99, and it finds no formula in stressed words.
    Flavour(
        name="github",
        inline=("$`", "`$"),
        display=("```math", "```"),
        beside="-_$\\",
        signs=_APART,
        escapable=_COMMONMARK + "|",
        most=2000,
        braces=99,
        stresses_formulas=False,
    ),
    # docs.gitlab.com, "GitLab Flavored Markdown": as GitHub, but an anchor's id is removed and its name is kept. Its
    # limits: a formula of more than 1,000 characters is shown as its source, and so is the 1,001st of a page (in
    # versions before merge request 243169 the 51st).
    Flavour(
        name="gitlab",
        inline=("$`", "`$"),
        display=("```math", "```"),
        compact=True,
        beside="-_$\\",
        also="$",
        heading='<a id="{name}" name="{name}"></a>\n\n{line}',
        note="> [!note] {title}\n> {text}",
        figure='<a id="{name}" name="{name}"></a>\n\n![{alt}]({file})\n\n{stressed}',
        most=1000,
        longest=1000,
    ),
    # jupyter.org, "Markdown Cells": TeX between dollar signs, handed to MathJax before Markdown is read.
    Flavour(name="jupyter", signs=_APART, escapable=_COMMONMARK + "|"),
    # kramdown.gettalong.org, "Syntax", with its parser for GitHub's tables, and jekyllrb.com, "Front Matter". Liquid
    # runs first; MathJax looks for formulas on the finished page. Themes switch it on by one key or the other.
    Flavour(
        name="jekyll",
        inline=("$$", "$$"),
        # It looks for code within a table's cells before it looks at backslashes.
        signs={**_APART, "\\": r"<span>\\</span>", "`": "&#96;"},
        also="{^",
        escapable=_ORIGINAL + "<>:|\"'$=",
        front={
            "layout": "post",
            "title": "{title}",
            "author": "{author}",
            "date": "{day}",
            "lang": "{language}",
            "math": "true",
            "mathjax": "true",
        },
        title="",
        heading="{line} {{#{name}}}",
        figure="![{alt}]({file})\n{{: #{name}}}\n\n{stressed}",
        settings=(
            "_config.yml, and a theme that loads MathJax where a page says math: true",
            "markdown: kramdown\nkramdown:\n  input: GFM\n  math_engine: mathjax",
        ),
    ),
    # gohugo.io, "Mathematics in Markdown": the delimiters of its example. What they enclose goes onto the page as it
    # is, so it holds no angle brackets; \[ in words would be one of them. HTML within Markdown is dropped.
    Flavour(
        name="hugo",
        inline=(r"\(", r"\)"),
        tex={"<": r"\lt", ">": r"\gt"},
        beside="\\",
        signs={"$": "&#36;&#8288;", "\\": "&#92;&#8288;", "[": "&#91;", "]": "&#93;"},
        also="{",
        nothing="&#8288;",
        front={"title": "{title}", "author": "{author}", "date": "{day}", "math": "true"},
        title="",
        heading="{line} {{#{name}}}",
        figure="![{alt}]({file})\n\n{stressed}",
        settings=(
            "hugo.toml, and a theme that loads MathJax or KaTeX where a page says math: true",
            "[markup.goldmark.extensions.passthrough]\nenable = true\n"
            "[markup.goldmark.extensions.passthrough.delimiters]\n"
            r"block = [['\[', '\]'], ['$$', '$$']]"
            "\n"
            r"inline = [['\(', '\)']]",
        ),
    ),
    # pandoc.org, "Pandoc's Markdown". Metadata are Markdown; a long table's columns are as wide as its dashes say.
    Flavour(
        name="pandoc",
        signs={"$": r"<span>\$</span>", "\\": r"<span>\\</span>"},
        also="{@^",
        escapable=_COMMONMARK + "|",
        front={"title": "{title}", "author": "{author}", "date": "{date}", "lang": "{language}"},
        front_is_markdown=True,
        title="",
        level=1,
        heading="{line} {{#{name}}}",
        figure="![{caption}]({file}){{#{name} alt={quoted}}}",
        caption="{table}\n\n: {caption}",
        weighs_columns=True,
    ),
    # quarto.org, "Markdown Basics" and "Callout Blocks": Pandoc's, with blocks and attributes of its own.
    Flavour(
        name="quarto",
        signs={"$": r"<span>\$</span>", "\\": r"<span>\\</span>"},
        also="{@^",
        escapable=_COMMONMARK + "|",
        front={"title": "{title}", "author": "{author}", "date": "{date}", "lang": "{language}"},
        front_is_markdown=True,
        title="",
        heading="{line} {{#{name}}}",
        note="::: {{.callout-note}}\n## {title}\n\n{text}\n:::",
        figure="![{caption}]({file}){{#{name} fig-alt={quoted}}}",
        caption="{table}\n\n: {caption}",
        weighs_columns=True,
    ),
    # myst-parser.readthedocs.io, "Roles and Directives", "Cross-references": forms that need no extension. A place is
    # known on all pages of a project. Backticks may not stand beside those of a fence.
    Flavour(
        name="myst",
        inline=("{math}`", "`"),
        display=("```{math}", "```"),
        signs={"$": r"<span>\$</span>", "\\": r"<span>\\</span>"},
        also="{@^%",
        place="{stem}-{name}",
        heading="({name})=\n\n{line}",
        note="~~~{{admonition}} {title}\n:class: note\n\n{text}\n~~~",
        figure="~~~{{figure}} {file}\n:name: {name}\n:alt: {string}\n\n{caption}\n~~~",
        caption="~~~{{table}} {caption}\n\n{table}\n~~~",
    ),
    # facelessuser.github.io/pymdown-extensions, "Arithmatex"; python-markdown.github.io, "Attribute Lists",
    # "Admonition". MkDocs takes the title from the first heading.
    Flavour(
        name="mkdocs",
        inline=(r"\(", r"\)"),
        beside="\\",
        signs={"$": "<span>&#36;</span>", "\\": "<span>&#92;</span>", '"': "&quot;"},
        also="{^",
        escapable=_ORIGINAL + ">",
        heading="{line} {{ #{name} }}",
        note='!!! note "{title}"\n    {text}',
        figure="![{alt}]({file}){{ #{name} }}\n\n{stressed}",
        settings=(
            "mkdocs.yml, and the script of MathJax with its settings for arithmatex in extra_javascript (and where wide"
            " formulas stand out of the theme's column, a style sheet with div.arithmatex {overflow-x: auto})",
            "markdown_extensions:\n  - attr_list\n  - admonition\n  - pymdownx.arithmatex:\n      generic: true",
        ),
    ),
    # help.obsidian.md, "Basic formatting syntax", "Callouts", "Link to a block in a note".
    Flavour(
        name="obsidian",
        also="#%=^${",
        front={"title": "{title}", "author": "{author}", "date": "{date}"},
        heading="{line}",
        landing=(" ^{name}", "\n\n^{name}"),
        link="[{text}](#^{name})",
        note="> [!note] {title}\n> {text}",
        figure="![{alt}]({file})\n\n{stressed}",
    ),
    # developers.forem.com, "Liquid Tags", and Forem's MarkdownProcessor: Redcarpet reads the page before Liquid does,
    # so what it would take from TeX is written by numbers, which are signs again when KaTeX gets them. Whatever stands
    # between two backticks, however they are escaped, is taken for code.
    Flavour(
        name="devto",
        inline=("{% katex inline %}", "{% endkatex %}"),
        display=("{% katex %}", "{% endkatex %}"),
        tex={**{f"\\{sign}": f"&#92;&#{ord(sign)};" for sign in "\\_#$%&{}"}, "](": "&#93;(", **_BY_NUMBER},
        beside="",
        pictures="png",
        signs={"{": "{\N{WORD JOINER}", "\\": "&#92;", "`": "&#96;", "~": "&#126;", "#": "&#35;"},
        also="^",
        escapable=_ORIGINAL + ':&<>^~="$',
        nothing="\N{WORD JOINER}",
        front={"title": "{title}", "published": "false"},
        title="",
        figure=_HTML_ANCHOR + "![{alt}]({file})\n\n{stressed}",
        advice="dev.to takes no files with a page: upload the figures in its editor, and put the addresses that it "
        "gives where the page has their names",
    ),
    # Places without formulas, as Medium, Substack and mail: each formula is a picture.
    Flavour(
        name="images",
        inline=("<img ", ">"),
        display=('<p align="center">', "</p>"),
        beside="",
        pictures="all",
        signs={"$": "$"},
        figure=_HTML_ANCHOR + '<img src="{file}" alt={quoted} width="{width}">\n\n{stressed}',
        advice="upload the pictures with the page; an editor that takes no Markdown (Medium, Substack, mail) takes "
        "what browsers show of it",
    ),
)

FLAVOURS: Mapping[str, Flavour] = {row.name: row for row in _ROWS}


def is_day(text: str) -> bool:
    """Whether a text is a date in the form that every publisher takes for one: ``2024-05-01``."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
