"""LaTeX: the source, and what TeX makes of it with every engine."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

import derive
from derive.document.blocks import Block, Equation, Heading, Items, Link, Math, Note, Paragraph, Row, Table, Text
from derive.expression.tree import Matrix, Name
from derive.render.formats import Options, render
from derive.render.latex.latex_text import escape, escape_for_heading
from tests.publish.tools import HANGING
from tests.render.pages import every_block, layered_symbols, math, n, page, q, table, text

EXAMPLES = Path(__file__).parents[2] / "examples"

ENGINES = [
    "pdflatex",
    pytest.param("lualatex", marks=pytest.mark.slow),
    pytest.param("xelatex", marks=pytest.mark.slow),
]

#: Complaints in TeX's log, and the start of an error.
COMPLAINT = re.compile(r"^(?:! |.*Warning: |Overfull|Underfull|Missing character).*", re.MULTILINE)

#: What a title could hold, and what stands on the page for it where that is not the same.
HOSTILE = {
    r"\input{/etc/passwd} \write18{ls} \end{document}": None,
    "100% & #1 _x_ ^2 ~ {a} $5 | ^^M \\^^41": None,
    "<script>alert(1)</script> << >>": None,
    '"straight" [x] *': None,
    "a -- b --- c,, ?` !`": None,
    "Łukasz Erdős Gómez-Müller ßæœ": None,
    "α ≈ ½ → −1 ∞": None,
    "ﬁ ℝ Ｆ": "fi R F",
    "x₀²": "x02",
    "中文": "[U+4E2D][U+6587]",
    "zero\u200bwidth \u202edirection": "zerowidth direction",
    "control\x07\x00": "control[U+FFFD][U+FFFD]",
}


def source(*blocks: Block) -> str:
    return render(page(blocks), "latex").content.decode()


def compiled(program: str, text: str, folder: Path) -> str:
    """The log of TeX's last run: the second, or a later one where TeX asks for it, as it does for tags."""
    folder.joinpath("page.tex").write_text(text, encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    log = ""
    for turn in range(4):
        if turn < 2 or "Rerun" in log:
            subprocess.run(command, cwd=folder, capture_output=True, timeout=HANGING / 1000, check=False)
            log = folder.joinpath("page.log").read_text("utf-8", "replace")
    return log


def shown(folder: Path, tool: Callable[[str], str]) -> str:
    """The words of the page that was compiled."""
    command = [tool("pdftotext"), "-raw", "page.pdf", "-"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_compiles_without_a_complaint(engine: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    document = page((*every_block(), table(150)))
    log = compiled(tool(engine), render(document, "latex").content.decode(), tmp_path)
    assert COMPLAINT.findall(log) == []
    words = shown(tmp_path, tool)
    assert "Step 3. How the cost" in words
    # The head of a table that goes on over two pages stands on each, above both of the rows that each line has.
    assert words.count("gradient again") == 2 * 2


@pytest.mark.slow
def test_it_is_tagged_where_latex_can(tool: Callable[[str], str], tmp_path: Path) -> None:
    """Before November 2024 LaTeX could not tag its headings, its tables and what stands side by side."""
    log = compiled(tool("lualatex"), render(page(every_block()), "latex").content.decode(), tmp_path)
    release = re.search(r"^LaTeX2e <([0-9-]+)>", log, re.MULTILINE)
    assert release is not None
    read = [tool("pdfinfo"), "-struct", "page.pdf"]
    told = subprocess.run(read, cwd=tmp_path, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    found = set(re.findall(r"^ *(\w+) <", told, re.MULTILINE))
    tags = {"H1", "H2", "P", "L", "Table", "TH", "TD", "Formula", "Figure", "Link"}
    assert found & tags == (tags if release[1] >= "2024-11-01" else set())


@pytest.mark.parametrize("engine", ENGINES)
def test_any_words_can_be_a_title(engine: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    blocks = (
        *(Paragraph(text(f"QA{i} {words} QZ")) for i, words in enumerate(HOSTILE)),
        *(Heading(1, text(words)) for words in HOSTILE),
        Table((text("[a]"), text("*b")), "ll", ((text("[x]"), text("*")), (text("* a"), text("&")))),
        Items((text("[i]"), text("*"))),
    )
    everything = " ".join(HOSTILE)
    document = page(blocks, title=everything, author=everything)
    log = compiled(tool(engine), render(document, "latex").content.decode(), tmp_path)
    assert [line for line in COMPLAINT.findall(log) if "hbox" not in line] == []
    found = dict(re.findall(r"QA(\d+) (.*?) QZ", shown(tmp_path, tool), re.DOTALL))
    for index, (words, expected) in enumerate(HOSTILE.items()):
        seen = unicodedata.normalize("NFKC", found[str(index)]).replace("’", "'")
        if engine == "lualatex" and "∞" in words:
            continue  # its fonts for formulas do not say which characters they show
        assert seen == (expected or unicodedata.normalize("NFKC", words))
    information = subprocess.run([tool("pdfinfo"), "page.pdf"], cwd=tmp_path, capture_output=True, check=True)
    title = re.search(r"^Title: +(.*)$", information.stdout.decode(), re.MULTILINE)
    assert title is not None
    assert title[1].startswith(r"\input{/etc/passwd} \write18{ls} \end{document} 100% & #1 _x_ ^2 ~ {a} $5 |")
    assert "α ≈ ½ → −1 ∞" in title[1]
    assert "中文" in title[1]


@pytest.mark.parametrize("preset", ["layered"])
def test_layered_names_compile(preset: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    names = [Paragraph(text("The value ", math(q(name)), ".")) for name in layered_symbols()]
    headings = [Heading(2, text("About ", math(q(name)))) for name in layered_symbols()]
    document = page((Heading(1, text(preset)), *names, *headings), symbols=layered_symbols())
    log = compiled(tool("pdflatex"), render(document, "latex").content.decode(), tmp_path)
    assert COMPLAINT.findall(log) == []


def test_a_fragment_is_a_part_of_a_document(tool: Callable[[str], str], tmp_path: Path) -> None:
    part = render(page(), "latex", Options(fragment=True)).content.decode()
    assert "documentclass" not in part
    packages = re.search(r"needs these packages:\n%   (.*)\n", part)
    assert packages is not None
    tmp_path.joinpath("part.tex").write_text(part, encoding="utf-8")
    whole = rf"""\documentclass{{article}}
\usepackage[margin=25mm]{{geometry}}
\usepackage{{{packages[1]}}}
\begin{{document}}
Before.
\input{{part}}
After.
\end{{document}}
"""
    log = compiled(tool("pdflatex"), whole, tmp_path)
    assert not re.search(r"^! |undefined", log, re.MULTILINE)
    words = shown(tmp_path, tool)
    assert words.index("Before.") < words.index("Step 3.") < words.index("After.")


def test_a_matrix_may_have_many_columns(tool: Callable[[str], str], tmp_path: Path) -> None:
    """By itself amsmath refuses more than ten."""
    wide = Matrix(((n("0"),) * 12, (n("1"),) * 12))
    log = compiled(tool("pdflatex"), source(Equation(q("z0"), (Row((("=", wide),)),))), tmp_path)
    assert COMPLAINT.findall(log) == []
    assert "0 0 0 0 0 0 0 0 0 0 0 0\n1 1 1" in shown(tmp_path, tool)


def test_the_source_reads_well() -> None:
    lines = fragment(
        Heading(2, text("A ", math(q("w6")), " & more"), "a-w6"),
        Paragraph(text("word " * 30, Link("a-w6", "the weight"), ".")),
        Items((text("one " * 30), text("[two]"))),
        Note("Mind", text("this.")),
    )
    assert lines == [
        r'\section{A \texorpdfstring{\boldmath$w_6$}{w\unichar{"2086}} \&~more}\label{page:a-w6}',
        "",
        "word word word word word word word word word word word word word word word word word word word word",
        r"word word word word word word word word word word~\hyperref[page:a-w6]{the~weight}.",
        "",
        r"\begin{itemize}\relpenalty=10000 \rightskip=0pt plus 8em",
        r"  \item one one one one one one one one one one one one one one one one one one one one one one one one",
        r"    one one one one one one",
        r"  \item {[}two{]}",
        r"\end{itemize}",
        "",
        r"\begin{quote}",
        r"  \textbf{Mind.} this.",
        r"\end{quote}",
    ]


def test_formulas_belong_to_their_paragraphs() -> None:
    """A reason at the side of its lines, short ones joined; and what is said behind them is the same paragraph's."""
    blocks = [block for block in every_block() if not isinstance(block, Heading)][2:5]
    lines = [
        r"\begin{align*}",
        r"  z_0 &= (x_0 \cdot w_0) + (x_1 \cdot w_1) + b_0 \\",
        r"      &= (2 \cdot 0.15) + (9 \cdot 0.23) + 0.5 = 0.3 + 2.07 + 0.5 = 2.87",
        r"\end{align*}",
    ]
    lead = "The net input is the weighted sum of what the neuron receives, plus its~bias:"
    behind = "and the sigmoid turns it into the neuron's~output:"
    beside = [r"\derivereason", "", lead, r"\derivelines", *lines, r"\deriveend", "%", behind]
    assert fragment(*blocks) == beside
    long = Paragraph(text("Word " * 60))
    assert fragment(long, *blocks[1:])[-len(lines) - 2 :] == [*lines, "%", behind]


def test_a_row_of_several_derivations_may_go_on_on_the_next_page() -> None:
    """But not within a derivation: a whole update in one piece left pages a third empty."""
    one = Equation(Name("z3"), (Row((("=", Name("w6")),)), Row((("=", n("1")),))), "z3")
    document = page((Heading(1, text("An update"), "update"), Paragraph(text("So it is:")), *(one,) * 8))
    content = render(document, "latex").content
    assert isinstance(content, bytes)
    beside = content.decode().partition(r"\label{update}")[2]
    signs = re.findall(r"\\derive(reason|lines|end|goeson)|\\begin\{(align)\*\}", beside)
    assert " ".join(map("".join, signs)) == (
        "reason lines align align align end goeson lines align align align end goeson lines align align end"
    )


def test_given_arrays_stand_beside_each_other(tool: Callable[[str], str], tmp_path: Path) -> None:
    """Each on lines of its own, five of them took half a page."""
    text = derive.solve(derive.load(EXAMPLES / "attention-head.toml")).render("latex")
    assert COMPLAINT.findall(compiled(tool("pdflatex"), text, tmp_path)) == []
    command = [tool("pdftotext"), "-layout", "page.pdf", "-"]
    lines = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode().splitlines()
    assert any(re.search(r"X =.*Y =", line) for line in lines)
    assert any(re.search(r"WQ =.*WK =.*WV =", line) for line in lines)


def test_labels_of_two_fragments_are_not_the_same() -> None:
    blocks = Heading(2, text("One"), "one"), Paragraph(text("See ", Link("one", "there"), "."))
    first, second = (
        render(page(blocks), "latex", Options(fragment=True, stem=stem)).content.decode() for stem in ("a b", "c")
    )
    assert r"\label{a-b:one}" in first
    assert r"\hyperref[a-b:one]{there}" in first
    assert r"\label{c:one}" in second
    assert r"\label{one}" in render(page(blocks), "latex").content.decode()


def fragment(*blocks: Block) -> list[str]:
    """The lines of a fragment, without those that set it up."""
    written = render(page(blocks), "latex", Options(fragment=True)).content.decode()
    return written.partition("allowbreak}\n")[2].strip().splitlines()


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("a_b", r"a\_b"),
        ("50%", r"50\%"),
        (r"\x", r"\textbackslash{}x"),
        ("--", r"-\kern0pt{}-"),
        ("e\u0301", "é"),
        ("ế", r"\'{\^{e}}"),
        ("≈", r"\ensuremath{\approx}"),
        ("₃", r"\ensuremath{_{3}}"),
        ("σ", r"\ensuremath{\sigma}"),
        ("2\u2009·\u20093", r"2\thinspace{}\ensuremath{\cdot}\thinspace{}3"),
        ("\u00a0", "~"),
        ("я", r"\character{я}{044F}"),
    ],
)
def test_escaping(words: str, written: str) -> None:
    assert escape(words) == written


def test_headings_give_the_outline_characters() -> None:
    assert escape_for_heading("50% é ≈") == r'50\% é \texorpdfstring{\ensuremath{\approx}}{\unichar{"2248}}'


def test_the_heads_of_tables_are_bold_with_their_formulas() -> None:
    head = (text("name"), (Text("gradient of "), Math((("", Name("w6")),))))
    tex = source(Table(head, "lr", ((text("a"), text("-0.5")),)))
    row = tex.split(r"\toprule")[1].split(r"\midrule")[0]
    assert row.strip() == r"{\bfseries\boldmath name} & {\bfseries\boldmath gradient of $w_6$} \\"


@pytest.mark.parametrize(("rows", "kept"), [(9, 9), (12, 12), (13, 3)])
def test_the_last_table_is_not_broken_for_a_few_rows(rows: int, kept: int) -> None:
    """Three rows of the check stood on a page of their own; a long one still goes on, with three rows at least."""
    wide = "so wide that two of these have no room beside each other"
    long = Table((text("a"), text("b")), "lr", tuple((text(wide), text(str(row))) for row in range(rows)))
    assert source(Heading(1, text("The check")), long).count("\\\\*") == kept
    assert source(long, Paragraph(text("Words."))).count("\\\\*") == 3
