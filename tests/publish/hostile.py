"""Pages whose words mean something to Markdown, YAML, a template language or a script of some program."""

from __future__ import annotations

from derive.document.blocks import (
    Document,
    Emphasis,
    Figure,
    Heading,
    Items,
    Link,
    Note,
    Paragraph,
    Strong,
    Table,
)
from tests.render.pages import drawing, math, n, page, q, text

WORDS = (
    "{{ site.secret }} {{ .Site.Params.secret }} {% include x %} {{< figure x >}} {{% figure x %}} {# c #}",
    "{{{ }}} }} %} { { {\t{",
    "{% raw %} {% endraw %} {% katex %} {%- if true -%} {{ '{{' }} {%%} {{}}",
    '</title></script><script>window.hacked=1</script><img src=x onerror="window.hacked=1"> <b>&amp; &#35; &copy',
    "`code` ```fence``` ~~~ `` ` `` $x$ $$y$$ $`z`$ \\(u\\) \\[v\\] \\begin{align}w\\end{align} \\ref{a} $5 and $6",
    "| a | b | *x* **y** _z_ __u__ ~~v~~ ~w~ ^s^ ==m== ++k++ [l](#x) ![i](y) [[w]] [^1] ^[n] <b> |",
    '--- : \'x\': - {a: b} # c & d @e %f %%g%% !h *i ?j "k" """ #tag {.class} {#id} {: #id} {=html} {name}`x`',
    "@octocat #123 GH-1 !4 :tada: :+1: https://example.org/a_b_c?x=1 www.example.org a@example.org [@cited] -@cited",
    "\\ \\\\ \\n \\alpha C:\\new\\table 日本語 é 😀 «q» a__b__c a*b*c 2*3*4 <!-- c --> <?php ?> *[a]: b \\",
    "1. one",
    "- dash",
    "# hash #",
    "> quoted",
    "===",
    "---",
    "+++",
    "::: note",
    ": defined",
    '!!! note "x"',
    "(target)=",
    "% comment",
    "[x]: https://example.org",
    "[^1]: note",
    "A. letter",
    "(i) roman",
    "(@) example",
    "| line",
    "^",
    "``` math",
    "~~~",
    "{: .class}",
    "{::comment}",
    "$$",
    "null",
    "~",
    "2024-05-01",
)


#: Those that also mean something as a title, or to YAML.
TITLES = (*WORDS[:9], "1. one", "- dash", "# hash #", "> quoted", "---", "!!! note", "null", "~", "2024-05-01")


def hostile_pages() -> dict[str, Document]:
    """One page with all of the words in every kind of block, and one page for each title."""
    blocks: list[Heading | Paragraph | Table | Note | Items | Figure] = []
    for index, words in enumerate(WORDS):
        formula = math(q("w6"), ("=", n("-1e-5")))
        blocks += [
            Heading(1, text(f"{words}"), f"place-{index}"),
            Paragraph(text(words)),
            Paragraph(text(words, " ", formula, " ", words, " ", Link(f"place-{index}", words), ".")),
            Items((text(words), text(formula, " ", words))),
            Table(
                (text("head"), text(words)), "lr", ((text(words, " ", formula), text(words)),), text("Of ", words, ".")
            ),
            Note("Remark", text(words, " ", formula)),
            Paragraph(text(Strong(words), " and ", Emphasis(words), ".")),
        ]
    figure = Figure("network", drawing(), text("All of ", math(q("w6")), "."), "A network, with a name of d_1 and 2.")
    pages = {"words": page((*blocks, figure), "Words", "Somebody", "")}
    for index, words in enumerate(TITLES):
        below = Paragraph(text("It has ", math(q("w6")), "."))
        pages[f"title-{index}"] = page((below,), words, words, "2024-05-01")
    return pages
