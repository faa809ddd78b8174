"""The table of formats, and what holds for each."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.document.blocks import Heading, Table
from derive.errors import ToolError, UsageError
from derive.render.columns import fit, free
from derive.render.formats import FORMATS, Options, render
from derive.render.own_template import OwnTemplate
from derive.render.typst import pdf
from tests.render.pages import page, table, text
from tests.timing import grows_linearly

PAGES = ("markdown", "latex", "html", "pdf", "notebook", "python")
SLIDES = ("slides", "beamer", "reveal")
DATA = ("json", "moodle", "qti", "canvas", "anki", "nbgrader", "xlsx")
BINARY = ("qti", "canvas", "anki", "epub", "xlsx")


def test_every_format_has_a_source_and_every_engine_one_of_its_own() -> None:
    assert list(FORMATS)[: len(PAGES) + 1] == [*PAGES, "json"]
    assert set(FORMATS) == {*PAGES, *SLIDES, *DATA, "epub"}
    for row in FORMATS.values():
        assert (row.data is None) == bool(row.sources)
        assert set(row.sources) == (set(row.engines) or {""} if row.sources else set())
        assert row.is_text == (not row.engines and row.name not in BINARY)


@pytest.mark.parametrize("name", PAGES)
def test_the_same_page_gives_the_same_bytes(name: str) -> None:
    assert render(page(), name) == render(page(), name)


def test_what_does_not_exist_is_told() -> None:
    with pytest.raises(UsageError, match='no format is called "latx" \\(did you mean "latex"\\?\\)'):
        render(page(), "latx")
    with pytest.raises(UsageError, match='no engine is called "word"'):
        render(page(), "pdf", Options(engine="word"))  # type: ignore[arg-type]


def test_a_template_of_a_users_own_reaches_the_pdf(template: Callable[[str], OwnTemplate]) -> None:
    own = template(
        '#set document(title: "x")\n{% for block in document.blocks if block is equation %}\n'
        "#math.equation(block: true, alt: {{ block|alt|string }}, $ {{ block|equation }} $)\n{% endfor %}"
    )
    assert render(page(), "pdf", Options(template=own)).content.startswith(b"%PDF-")
    with pytest.raises(ToolError, match="Typst cannot typeset the page: unclosed delimiter"):
        render(page(), "pdf", Options(template=template("#let x = (")))


@pytest.mark.parametrize("name", ["markdown", "latex", "html"])
def test_long_tables_take_no_longer_a_row(name: str) -> None:
    assert grows_linearly(lambda rows: render(page((table(rows),)), name), 300)


def test_heavy_modules_are_loaded_when_they_are_needed() -> None:
    heavy = "('typst', 'sympy', 'jinja2.sandbox')"
    code = f"import sys, derive.render.formats; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "[]"


def wide(columns: int, words: str, align: str = "l") -> Table:
    return Table((text(words),) * columns, align * columns, ((text(words),) * columns,))


def test_narrow_tables_are_as_wide_as_they_are() -> None:
    assert fit(wide(3, "word")) == fit(wide(3, "word", "r"))
    assert fit(wide(3, "word")).widths == (None, None, None)
    assert fit(wide(3, "word")).size == 1


def test_wide_tables_are_made_smaller_then_broken() -> None:
    assert fit(wide(4, "quite a few letters, or so")).size < 1
    broken = fit(wide(4, "word " * 20))
    assert all(width is not None and 0.15 < width < 0.26 for width in broken.widths)
    one = fit(Table((text("a"), text("b")), "rl", ((text("1"), text("word " * 50)),)))
    assert one.widths[0] is None
    assert one.widths[1] is not None
    assert one.size == 0.84


def test_a_column_is_as_wide_as_its_longest_number() -> None:
    long = "(-0.005693190083317791) * 0.9675358245255203"
    row = (text("step"), text("word " * 9), text("a + b " * 5), text(long), text("0.00550836536144340"))
    fitted = fit(Table((text("h"),) * 5, "rlllr", (row,)))
    # 24 signs, of which 18 are digits half as wide as the letters are high: over 11 em.
    assert fitted.widths[3] is not None
    assert fitted.widths[3] * 41 / fitted.size > 11


def test_numbers_are_never_broken() -> None:
    assert fit(wide(30, "0.123456", "r")).widths == (None,) * 30
    assert fit(wide(30, "0.123456", "r")).size == 0.8


def test_points_of_a_column_stand_below_each_other() -> None:
    rows = (("w", "2", "39", "1e-5", "0.5"), ("x", "-0.25", "7", "0.5", "–"), ("y", "13.5", "0", "2", "0.125"))
    column = Table((text("h"),) * 5, "lrrrr", tuple(tuple(map(text, row)) for row in rows))
    # What stands behind a number and what is left free are as long in each row; the powers of ten have no common point.
    assert free(column) == (("", ".00", "", "", "00"), ("", "", "", "", ""), ("", "0", "", "", ""))
    assert free(wide(2, "0.5", "l")) == (("", ""),)
    far = Table((text("h"),), "r", ((text("0.5"),), (text("0.12345678901234"),)))
    assert free(far) == (("",), ("",))


def test_room_left_free_makes_a_table_wider() -> None:
    def numbers(*found: str) -> Table:
        return Table((text("h"),) * 6, "r" * 6, tuple((text(number),) * 6 for number in found))

    assert fit(numbers("1234567890", "0.1234567")).size < fit(numbers("1234567890", "12345678901")).size


class TestTex:
    """The engine that is a program."""

    def test_the_same_page_gives_the_same_bytes(self, tool: Callable[[str], str]) -> None:
        tool("latexmk"), tool("pdflatex")
        options = Options(engine="latex")
        first = render(page(), "pdf", options).content
        assert first.startswith(b"%PDF-")
        assert render(page(), "pdf", options).content == first
        assert tempfile.gettempdir().encode() not in first

    def test_without_latexmk(self, tool: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
        tool("pdflatex")
        monkeypatch.setattr(pdf, "_TOOLS", pdf._TOOLS[1:2])
        content = render(page(), "pdf", Options(engine="latex")).content
        assert content.startswith(b"%PDF-")
        assert content == render(page(), "pdf", Options(engine="latex")).content

    def test_no_tex_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        sentence = "no TeX is installed .looked for latexmk, pdflatex, tectonic.; the default engine, --engine typst"
        with pytest.raises(ToolError, match=sentence) as caught:
            render(page(), "pdf", Options(engine="latex"))
        assert caught.value.exit_code == 3

    def test_a_fault_of_tex_is_told(self, tool: Callable[[str], str], template: Callable[[str], OwnTemplate]) -> None:
        tool("pdflatex")
        own = template("\\documentclass{article}\n\\begin{document}\n\\nosuchmacro\n\\end{document}\n")
        sentence = r"cannot typeset the page: Undefined control sequence \(line 3 of the page's source\)"
        with pytest.raises(ToolError, match=sentence):
            render(page(), "pdf", Options(engine="latex", template=own))

    @pytest.mark.parametrize(
        "attack", [r"\input{/etc/passwd}", r"\input{../secret}", r"\openin5=/etc/passwd \ifeof5 \nosuchfile\fi"]
    )
    def test_tex_reads_no_other_file(
        self, attack: str, tool: Callable[[str], str], template: Callable[[str], OwnTemplate]
    ) -> None:
        tool("pdflatex")
        own = template(f"\\documentclass{{article}}\\begin{{document}}{attack}\\end{{document}}")
        with pytest.raises(ToolError, match=r"not found|Undefined|Emergency stop"):
            render(page(), "pdf", Options(engine="latex", template=own))

    def test_tex_runs_no_program(
        self, tool: Callable[[str], str], template: Callable[[str], OwnTemplate], tmp_path: Path
    ) -> None:
        tool("pdflatex")
        trace = tmp_path / "trace"
        own = template(
            f"\\documentclass{{article}}\\begin{{document}}x\\immediate\\write18{{touch {trace}}}\\end{{document}}"
        )
        assert render(page(), "pdf", Options(engine="latex", template=own)).content.startswith(b"%PDF-")
        assert not trace.exists()

    def test_tex_is_stopped(
        self, tool: Callable[[str], str], template: Callable[[str], OwnTemplate], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tool("pdflatex")
        monkeypatch.setattr(pdf, "_LIMIT", 2)
        own = template(r"\documentclass{article}\begin{document}\def\x{\x}\x\end{document}")
        with pytest.raises(ToolError, match="took longer than 2 seconds, and was stopped"):
            render(page(), "pdf", Options(engine="latex", template=own))

    def test_signs_without_a_font_are_told(self, tool: Callable[[str], str]) -> None:
        tool("pdflatex")
        rendered = render(page((Heading(1, text("x")),), title="中"), "pdf", Options(engine="latex"))
        assert rendered.notices == ('no font of the PDF has "中": [U+4E2D] stands for it',)
