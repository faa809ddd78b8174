"""Typst: words come out of the PDF as they went in, formulas carry their alternative text, and nothing is fetched."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.document.blocks import Equation, Heading, Items, Note, Paragraph, Row, Table, Text
from derive.errors import ToolError
from derive.expression.tree import Matrix, Name, Number, Sum
from derive.render.environment import page_environment
from derive.render.formats import Options, render
from derive.render.language import clean
from derive.render.own_template import OwnTemplate
from derive.render.typst import pdf
from derive.render.typst.typst_markup import Typst
from tests.render.pages import layered_symbols, math, n, page, q, table, text

PHRASES = st.lists(
    st.sampled_from(
        ["#let x = 1", "#import \"@preview/a:1.0.0\"", "$x$", "*b*", "_i_", "`raw`", "```", "= head", "- item", "+ i",
         "/ term: x", "1. one", "<label>", "@ref", "//c", "/*c*/", "https://example.org", "--", "---", "...", "-?", "~",
         "[", "]", "(", ")", "{", "}", "\\", "\\u{41}", "'", '"', ";", ".foo", ":", " ", "\n", "word", "é", "中"]
    ),
    max_size=8,
).map("".join)  # fmt: skip
WORDS = PHRASES | st.text(st.characters(min_codepoint=32, max_codepoint=0x24F))


def words_of(content: bytes, tool: Callable[[str], str]) -> str:
    """The words of a PDF."""
    command = [tool("pdftotext"), "-raw", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def squeezed(words: str) -> str:
    """Words without spaces and with quotation marks as they are typed."""
    straight = words.translate(str.maketrans("‘’′“”″", "'''\"\"\""))
    return re.sub(r"[\s\u00ad\u200b]+", "", unicodedata.normalize("NFKC", straight))


def test_hostile_words_are_what_was_written(tool: Callable[[str], str]) -> None:
    found: list[str] = []

    @given(st.lists(WORDS, min_size=20, max_size=20))
    @settings(max_examples=15)
    def check(many: list[str]) -> None:
        blocks = [Paragraph(text(f"QA{i}Q ", words, " QZ")) for i, words in enumerate(many)]
        more = Heading(1, text("h", many[0])), Items((text(many[1]),)), Note("N", text(many[2]))
        cells = Table((text(many[3]),), "l", ((text(many[4]),),))
        content = render(page((*blocks, *more, cells), title=f"t{many[5]}", author=many[6]), "pdf").content
        shown = dict(re.findall(r"QA(\d+)Q(.*?)QZ", squeezed(words_of(content, tool))))
        for index, words in enumerate(many):
            expected = squeezed(clean(words))
            for sign in set(re.findall(r"\[U\+([0-9A-F]+)\]", shown[str(index)])):
                expected = expected.replace(chr(int(sign, 16)), f"[U+{sign}]")
            assert shown[str(index)] == expected
        found.extend(many)

    check()
    assert len(found) >= 300


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("a_b*c*", r"a\_b\*c\*"),
        ("#x $y$", r"\#x \$y\$"),
        ("-0.5", r"\-0.5"),
        ("1. one", r"1\. one"),
        ("...", r"\.\.."),
        ("http://x", r"http:\/\/x"),
    ],
)
def test_escaping(words: str, written: str) -> None:
    assert Typst(page(), "page").escape(words) == written


def test_pieces() -> None:
    language = Typst(page(), "page")
    content = text("a ", math(q("w6"), ("=", n("-0.5"))), "(b)", math(n("-0.0597")))
    assert language.inline(content) == 'a #whole("w six equals minus 0.5", $w_6 = -0.5$);(b)−0.0597'


@pytest.mark.parametrize(
    ("tag", "language", "region", "own"),
    [
        ("en", '"en"', "none", ""),
        ("en-GB", '"en"', '"GB"', ""),
        ("pt-BR", '"en"', "none", 'set text(lang: "pt", region: "BR")'),
        ("zh-Hans-CN", '"en"', "none", 'set text(lang: "zh", region: "CN")'),
    ],
)
def test_language_tags(tag: str, language: str, region: str, own: str) -> None:
    """The page's text is English; the title and the author have the tag of the file."""
    document = page()
    variables = Typst(type(document)("", "", "", tag, (), {}), "page").variables()
    assert (variables["language"], variables["region"], variables["own"]) == (language, region, own)


def test_every_formula_and_figure_has_words() -> None:
    document = page()
    source = (
        page_environment(Typst(document, "page"))
        .get_template("typst/page.typ.jinja")
        .render(document=document, **Typst(document, "page").variables())
    )
    assert 'derivation(sticky: true,\n("the derivative of Cost with respect to z three eq' in source
    assert "A network. One input leads to one neuron." in source
    # The PDF keeps to PDF/UA-1, which asks for it: Typst refuses a formula without.
    bare = source.replace("math.equation(alt: alt, body)", "math.equation(body)")
    assert pdf.typst(source).notices == ()
    assert pdf.typst(bare).notices == ("the PDF does not keep to PDF/UA-1: missing alt text",)


def test_a_page_without_a_title_is_typeset() -> None:
    rendered = render(page((), title=""), "pdf")
    assert rendered.content.startswith(b"%PDF-")
    assert rendered.notices == ("the PDF does not keep to PDF/UA-1: missing document title",)


def test_the_pdf_is_marked_and_titled(tool: Callable[[str], str], tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(render(page(), "pdf").content)
    told = subprocess.run([tool("pdfinfo"), str(path)], capture_output=True, check=True).stdout.decode()
    assert re.search(r"^Title: +A 2-3-1 sigmoid network$", told, re.MULTILINE)
    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)
    assert re.search(r"^Page size: .*A4", told, re.MULTILINE)
    assert b"pdfuaid:part>1<" in path.read_bytes()


def test_layered_names_are_typeset() -> None:
    paragraphs = tuple(Paragraph(text("The value ", math(q(name)), ".")) for name in layered_symbols())
    assert render(page(paragraphs, symbols=layered_symbols()), "pdf").content.startswith(b"%PDF-")


def test_a_skipped_level_of_headings_is_closed() -> None:
    headings = Heading(1, text("A")), Heading(3, text("B")), Heading(3, text("C")), Heading(1, text("D"))
    assert render(page(headings), "pdf").content.startswith(b"%PDF-")
    lines = render(page(headings), "markdown").content.decode().splitlines()
    assert [line for line in lines if line.startswith("##")] == ["## A", "### B", "### C", "## D"]


#: Signs of every kind that gives trouble, and what the page shows where no font has them.
SIGNS = {
    "joined": ("a \U0001f468\u200d\U0001f469\u200d\U0001f467 b", "a [U+1F468][U+1F469][U+1F467] b"),
    "a flag, a skin, a key": ("\U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd", "[U+1F1E9][U+1F1EA] [U+1F44D][U+1F3FD]"),
    "Chinese": ("x 中文 y", "x [U+4E2D][U+6587] y"),
    "a mark on a letter": ("a\u0f71 b", "a[U+0F71] b"),
    "a mark on a sign of Typst's": ("\\\u0903 #panic(1)", None),  # only a bold font lacks it
    "control characters": ("a\x00\x1b[31m\x9bb", "a\ufffd\ufffd[31m\ufffdb"),
    "no characters": ("a\ufffe\uffff\ufdd0b", "a\ufffd\ufffd\ufffdb"),
    "a mark of the byte order": ("a\ufeffb", "ab"),
    "marks of direction": ("a \u202eb\u202c \u2066c\u2069", "a b c"),
    "beyond all planes that are used": ("a\U000e1000\U0010fffdb", None),
}


@pytest.mark.parametrize("engine", ["typst", "latex"])
def test_signs_of_all_kinds_are_typeset(engine: Any, tool: Callable[[str], str]) -> None:
    """In the title, in the author's line and among the words, whatever the engine, and the user is told."""
    if engine == "latex":
        tool("pdflatex")
    blocks = [Paragraph(text(f"QA{i}Q ", words, " QZ")) for i, (words, _) in enumerate(SIGNS.values())]
    for words, _ in SIGNS.values():
        rendered = render(page((Paragraph(text("x")),), title=words, author=words), "pdf", Options(engine=engine))
        assert rendered.content.startswith(b"%PDF-")
        assert not any(told.startswith("the PDF does not keep") for told in rendered.notices)
    rendered = render(page(tuple(blocks)), "pdf", Options(engine=engine))
    shown = re.findall(
        r"QA\d+Q(.*?)QZ", re.sub("[\u202a-\u202e\u2066-\u2069]", "", squeezed(words_of(rendered.content, tool)))
    )
    for (words, expected), found in zip(SIGNS.values(), shown, strict=True):
        if expected is not None:
            replaced = expected.replace("\ufffd", "[U+FFFD]") if engine == "latex" else expected
            assert found.replace("\u200d", "") == squeezed(replaced), words
    told = "\n".join(rendered.notices)
    for sign in "\U0001f468中\u0f71\x1b":
        assert f"U+{ord(sign):04X}" in told
    assert told.isprintable() or set(told) - {"\n"} == set(filter(str.isprintable, told))


def test_a_sign_of_a_template_s_own_is_a_box(template: Callable[[str], OwnTemplate]) -> None:
    own = template('{% extends "typst/page.typ.jinja" %}{% block bottom %}中{% endblock %}')
    rendered = render(page((), title="文"), "pdf", Options(template=own))
    assert rendered.content.startswith(b"%PDF-")
    *told, last = rendered.notices
    assert told == ['no font of the PDF has "文": [U+6587] stands for it']
    assert last.startswith('the PDF does not keep to PDF/UA-1: the text `"中"`')


#: What a template may leave out around words, and words that would run if they were not the words that they are.
PLACES = (
    "{{ document.title }}",
    '#"{{ document.title }}"',
    "#let a = {{ document.title }}",
    '#let a = "{{ document.title }}"',
    "#({{ document.title }})",
    "#{ {{ document.title }} }",
    "$ {{ document.title }} $",
    "`{{ document.title }}`",
    "/* {{ document.title }} */",
    "// {{ document.title }}",
    "#link({{ document.title }})",
    "{{ document.author|string }}",
    "#{{ document.title|string }}",
    "#{{ document.title|shown }}",
    "{{ document|byline|inline }}",
    '#text(fill: {{ document.title }})["{{ document|byline|inline }}"]',
)
RUNNING = (
    "#panic(str(bytes((104,105))))",
    '"); panic(str(bytes((104,105)))); ("',
    'x"; panic(str(bytes((104,105)))); "',
    "panic(str(bytes((104,105))))",
    "$ #panic(str(bytes((104,105))))",
    "` #panic(str(bytes((104,105))))",
    "*/ #panic(str(bytes((104,105)))) /*",
    "] #panic(str(bytes((104,105)))) [",
    "} #panic(str(bytes((104,105)))) {",
    "std.panic(str(bytes((104,105))))",
    "\\\u0903#panic(str(bytes((104,105))))",
    "\u0903\\ #panic(str(bytes((104,105))))",
    "1; panic(str(bytes((104,105))))",
)


def test_words_never_run_whatever_a_template_leaves_out(template: Callable[[str], OwnTemplate]) -> None:
    made = 0
    for place in PLACES:
        own = template(place)
        for words in RUNNING:
            try:
                made += (
                    render(page((), title=words, author=words), "pdf", Options(template=own)).content[:5] == b"%PDF-"
                )
            except ToolError as error:
                assert "panicked" not in str(error), (place, words)
    assert made >= 100
    # That it would be seen:
    with pytest.raises(ToolError, match="panicked with: hi"):
        render(page(()), "pdf", Options(template=template(RUNNING[0])))


def test_a_template_may_leave_out_all_blocks(
    template: Callable[[str], OwnTemplate], tool: Callable[[str], str]
) -> None:
    """Then little is left that a sign of the words would not fit; its replacement once ran through the whole source."""
    blocks = "figure equation table items note paragraph heading".split()
    emptied = "".join(f"{{% block {name} %}}{{% endblock %}}\n" for name in blocks)
    own = template('{% extends "typst/page.typ.jinja" %}\n' + emptied)
    hostile = page(title="\\\u0903", author="Ann, #panic(str(bytes((104,105))))")
    rendered = render(hostile, "pdf", Options(template=own))
    assert squeezed(words_of(rendered.content, tool)).startswith("\\[U+0903]Ann,#panic(str(bytes((104,105))))")
    assert rendered.notices == ("no font of the PDF has U+0903: [U+0903] stands for it",)


def test_signs_without_a_font_are_told() -> None:
    rendered = render(page((Paragraph((Text("x"),)),), title="中 and 文"), "pdf")
    assert rendered.notices == (
        'no font of the PDF has "中": [U+4E2D] stands for it',
        'no font of the PDF has "文": [U+6587] stands for it',
    )


def test_long_tables_repeat_their_head(tool: Callable[[str], str]) -> None:
    assert words_of(render(page((table(300),)), "pdf").content, tool).count("gradient again") >= 3


def test_a_source_can_read_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    for source in (f'#read("{secret}")', '#read("../secret.txt")', f'#include "{secret}"'):
        with pytest.raises(ToolError):
            pdf.typst(source)


def test_a_source_of_another_hand_reaches_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.5)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
        before = dict(os.environ)
        with pytest.raises(ToolError, match="failed to download"):
            pdf.typst('#import "@preview/cetz:0.3.0"', trusted=False)
        assert dict(os.environ) == before
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_same_page_gives_the_same_bytes() -> None:
    assert render(page(), "pdf").content == render(page(), "pdf", Options(stem="other")).content


@pytest.mark.parametrize(("rows", "least"), [(5, 20), (30, 0)])
def test_the_words_behind_a_table_do_not_stand_alone(rows: int, least: int, tool: Callable[[str], str]) -> None:
    """Wherever on the page a table ends: what is said of it stands below its last row."""
    cells = Table((text("head"),), "l", tuple((text("a row"),) for _ in range(rows)))
    for lines in range(least, least + 14):
        filling = [Paragraph(text("filling")) for _ in range(lines)]
        content = render(page((*filling, cells, Paragraph(text("What is said of it.")))), "pdf").content
        *_, last = words_of(content, tool).rstrip("\f\n").split("\f")
        assert "a row" in last, lines


def test_a_few_rows_of_a_long_table_go_on_together(tool: Callable[[str], str]) -> None:
    """Wherever on the page it begins: no row stands alone below the head that is repeated."""
    cells = Table((text("head"),), "l", tuple((text("a row"),) for _ in range(30)))
    for lines in range(14, 28):
        filling = [Paragraph(text("filling")) for _ in range(lines)]
        content = render(page((*filling, cells)), "pdf").content
        *_, last = words_of(content, tool).rstrip("\f\n").split("\f")
        assert last.count("a row") >= 3, lines


def test_a_last_table_that_fits_a_page_is_not_broken(tool: Callable[[str], str]) -> None:
    cells = Table((text("head"),), "l", tuple((text("a row"),) for _ in range(12)))
    for lines in range(20, 34):
        content = render(page((*[Paragraph(text("filling")) for _ in range(lines)], cells)), "pdf").content
        *_, last = words_of(content, tool).rstrip("\f\n").split("\f")
        assert last.count("a row") == 12, lines


def pieces_of(*rows: Row) -> list[int]:
    """How many lines each piece of an equation has between which a page may end."""
    equation = Equation(Name("z3"), rows, "z3")
    return [len(piece.rows) for piece in Typst(page((equation,)), "page").pieces(equation)]


def test_a_step_over_large_arrays_may_go_on_on_the_next_page() -> None:
    """Its result behind its numbers: kept together, steps of arrays left a quarter of many pages empty."""

    def lines(rows: int) -> tuple[Row, ...]:
        array = Matrix(((Number("0.123456"),) * 9,) * rows)
        return (Row((("=", Name("w6")),)), Row((("=", array),)), Row((("=", array),)))

    assert len(pieces_of(*lines(2))) == 1
    assert pieces_of(*lines(7)) == [2, 1]
    # The last line is not alone on a page, nor is a matrix parted from the line that goes on with it.
    assert pieces_of(*lines(7), Row((("=", Number("1")),))) == [2, 2]
    assert pieces_of(*lines(7), Row((("", Sum((Name("w6"),))),), continued=True)) == [2, 2]


def test_a_sum_is_not_torn_behind_its_first_line(tool: Callable[[str], str]) -> None:
    """Each page of a long derivation begins with a sign of relation, wherever on a page it begins."""
    terms = Sum((Name("w6"), Name("b3")))
    more = Row((("", terms),), continued=True)
    symbols, numbers = Row((("=", terms),)), Row((("=", Sum((Number("11"), Number("12")))),))
    equation = Equation(Name("z3"), (symbols, more, numbers, more, numbers, more, numbers, more, numbers, more), "z3")
    begins = set()
    for lines in range(22, 36):
        content = render(page((*[Paragraph(text("filling")) for _ in range(lines)], equation)), "pdf").content
        _, *others = words_of(content, tool).rstrip("\f\n").split("\f")
        begins |= {sheet.strip()[:1] for sheet in others}
    assert "=" in begins
    assert "+" not in begins
