"""The formats that a page can be rendered to: one row each.

A row names the language that the page is written in, its template and, for formats that are typeset, the engine that
turns the source into bytes; or what writes the solution's data, for formats that are no page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from derive.document.blocks import Document, Part
from derive.errors import UsageError, nearest
from derive.render import banks
from derive.render.own_template import OwnTemplate

if TYPE_CHECKING:
    from derive.document.assignment import Assignment
    from derive.document.bank import Bank
    from derive.document.live import LiveData
    from derive.document.program.statements import Program
    from derive.document.workbook import Workbook
    from derive.render.language import Language
    from derive.render.typst.pdf import Typeset


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may choose.

    Attributes:
        part: what of the solution the page is: all of it, its ``question``, a ``worksheet`` or the ``key`` to that.
        check: whether an HTML worksheet can check answers; without it holds nothing that could tell them.
        stem: what the page's file is called, without its suffix; files beside it are named after it.
        flavour: which reader of Markdown the page is for: a row of :data:`derive.catalogue.flavours.FLAVOURS`.
        fragment: whether to write only the body of the page, in the formats that have such a form.
        engine: what typesets a PDF: a key of the format's engines.
        paper: the paper that the page is typeset for: ``a4`` or ``letter``.
        template: a template of the user's own, which may extend the format's.
        figures: what stands before and after the name of a figure's file where the page shows it.
    """

    part: Part = "solution"
    check: bool = True
    stem: str = "page"
    flavour: str = "github"
    fragment: bool = False
    engine: Literal["typst", "latex"] = "typst"
    paper: Literal["a4", "letter"] = "a4"
    template: OwnTemplate | None = None
    figures: tuple[str, str] = ("", "")


class Rendered(msgspec.Struct, frozen=True):
    """A page in one format.

    Attributes:
        content: the page's file.
        companions: files that the page needs beside it, by name.
        notices: what the user should be told about it, as sentences.
    """

    content: bytes
    companions: Mapping[str, bytes] = {}
    notices: tuple[str, ...] = ()


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What a format may take beside the page.

    Attributes:
        live: what a browser needs to work the page out again.
        program: the program that works it out again.
        checking: what a worksheet checks answers by, as JSON.
    """

    live: LiveData | None = None
    program: Program | None = None
    checking: str = ""


class SourceLanguage(msgspec.Struct, frozen=True):
    """A language that pages are written in.

    Attributes:
        language: makes the language for a document.
        template: its template, below the folder of templates.
        fragment: its template for a part of another document, if it has one.
    """

    language: Callable[[Document, Options, Beside], Language]
    template: str
    fragment: str | None = None


class Format(msgspec.Struct, frozen=True):
    """A format.

    Attributes:
        name: what it is called on the command line.
        suffix: how its files end.
        sources: the language its page is written in, by engine; under "" where there is no engine to choose.
        engines: what turns the source into the file, by engine; where there is none the source is the file.
        has_figures: whether its figures are files beside the page.
        has_program: whether it holds code, so that it takes the program beside the page.
        lives: whether its page works the network out again with a reader's numbers.
        has_parts: whether it can show a part of the solution, such as a worksheet.
        data: writes the solution's data, for a format that is no page, from them and what its file is called.
        takes: which data, by the name that a solution has it under.
        packs: makes the file of the finished text, where that is a part of it.
        binary: whether its files are no text, though no engine makes them.
        by_name: whether only its name chooses it, and no suffix: it came after those that everybody knows.
        notice: what the user should be told of each of its files, as a sentence.
        together: writes what several solutions have under the name ``takes``, by what each is called, as one file.
    """

    name: str
    suffix: str
    sources: Mapping[str, SourceLanguage] = {}
    engines: Mapping[str, Callable[..., Typeset]] = {}
    has_figures: bool = False
    has_program: bool = False
    lives: bool = False
    has_parts: bool = True
    data: Callable[[Any, str], bytes] | None = None
    takes: str = "worked"
    packs: Callable[[Language, str], bytes] | None = None
    binary: bool = False
    by_name: bool = False
    notice: str = ""
    together: Callable[[Mapping[str, Any], str], bytes] | None = None

    @property
    def has_fragments(self) -> bool:
        """Whether it has a form for a part of another document."""
        return any(source.fragment for source in self.sources.values()) and not self.engines

    @property
    def is_text(self) -> bool:
        """Whether its files are text, and can go to standard output."""
        return not self.engines and not self.binary


# Each language is imported by the pages that are written in it.


def _markdown(document: Document, options: Options, _: Beside) -> Language:
    from derive.render.markdown.markdown import Markdown

    return Markdown(document, options.stem, options.flavour, options.figures)


def _latex(document: Document, options: Options, _: Beside) -> Language:
    from derive.render.latex.latex import Latex

    return Latex(document, options.stem, options.paper, fragment=options.fragment)


def _html(document: Document, options: Options, beside: Beside) -> Language:
    from derive.render.html.html import Html

    return Html(document, options.stem, fragment=options.fragment, live=beside.live, checking=beside.checking)


def _epub(document: Document, options: Options, _: Beside) -> Language:
    from derive.render.html.book import Book

    return Book(document, options.stem)


def _notebook(document: Document, options: Options, beside: Beside) -> Language:
    from derive.render.code.notebook import Notebook

    return Notebook(document, options.stem, beside.program)


def _python(document: Document, options: Options, beside: Beside) -> Language:
    from derive.render.code.python import Python

    return Python(document, options.stem, beside.program)


def _typst(document: Document, options: Options, _: Beside) -> Language:
    from derive.render.typst.typst_markup import Typst

    return Typst(document, options.stem, options.paper, guarded=options.template is not None)


def _slides(document: Document, options: Options, _: Beside) -> Language:
    from derive.render.slides.deck import deck
    from derive.render.slides.typst_slides import TypstSlides

    return TypstSlides(deck(document), options.stem, options.paper, guarded=options.template is not None)


def _beamer(document: Document, options: Options, _: Beside) -> Language:
    from derive.render.slides.beamer import Beamer
    from derive.render.slides.deck import deck

    return Beamer(deck(document), options.stem)


def _reveal(document: Document, options: Options, _: Beside) -> Language:
    from derive.render.slides.deck import deck
    from derive.render.slides.reveal import Reveal

    return Reveal(deck(document), options.stem)


def _by_typst(source: str, *, trusted: bool) -> Typeset:
    from derive.render.typst import pdf

    return pdf.typst(source, trusted=trusted)


def _by_latex(source: str, *, trusted: bool) -> Typeset:
    from derive.render.typst import pdf

    return pdf.latex(source, trusted=trusted)


def _json(worked: Any, _: str) -> bytes:  # of the calculation nothing is known here
    from derive.document.data import to_json

    return to_json(worked)


def _anki(document: Document, _: str) -> bytes:
    from derive.render.cards import to_deck

    return to_deck(document)


def _nbgrader(assignment: Assignment, _: str) -> bytes:
    from derive.render.code.nbgrader import to_notebook

    return to_notebook(assignment)


def _xlsx(workbook: Workbook, _: str) -> bytes:
    from derive.render.spreadsheet.workbook import to_workbook

    return to_workbook(workbook)


def _pack(language: Language, text: str) -> bytes:
    from derive.render.html.book import Book

    assert isinstance(language, Book)
    return language.packed(text)


_MARKDOWN = SourceLanguage(_markdown, "markdown/page.md.jinja")
_LATEX = SourceLanguage(_latex, "latex/page.tex.jinja", "latex/fragment.tex.jinja")
_HTML = SourceLanguage(_html, "html/page.html.jinja", "html/fragment.html.jinja")
_EPUB = SourceLanguage(_epub, "epub/page.xhtml.jinja")
_NOTEBOOK = SourceLanguage(_notebook, "notebook/page.md.jinja")
_PYTHON = SourceLanguage(_python, "python/page.py.jinja")
_TYPST = SourceLanguage(_typst, "typst/page.typ.jinja")
_SLIDES = SourceLanguage(_slides, "typst/slides.typ.jinja")
_BEAMER = SourceLanguage(_beamer, "latex/slides.tex.jinja")
_REVEAL = SourceLanguage(_reveal, "html/slides.html.jinja")

#: What the command says of a bank of questions.
_ANSWERS = (
    "the file holds the answers: it is for the quizzes of the system it is read into, and not to be given to students"
)


def _bank(
    name: str,
    suffix: str,
    data: Callable[[Bank, str], bytes],
    together: Callable[[Mapping[str, Bank], str], bytes],
    *,
    binary: bool = True,
) -> Format:
    """The row of a bank of questions."""
    return Format(
        name,
        suffix,
        data=data,
        takes="bank",
        has_parts=False,
        binary=binary,
        by_name=True,
        notice=_ANSWERS,
        together=together,
    )


FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        Format("markdown", ".md", {"": _MARKDOWN}, has_figures=True),
        Format("latex", ".tex", {"": _LATEX}),
        Format("html", ".html", {"": _HTML}, lives=True),
        Format("pdf", ".pdf", {"typst": _TYPST, "latex": _LATEX}, {"typst": _by_typst, "latex": _by_latex}),
        Format("notebook", ".ipynb", {"": _NOTEBOOK}, has_program=True),
        Format("python", ".py", {"": _PYTHON}, has_program=True, has_parts=False),
        Format("json", ".json", data=_json, has_parts=False),
        _bank("moodle", ".xml", banks.as_moodle, banks.as_moodle_together, binary=False),
        _bank("qti", ".zip", banks.as_qti, banks.as_qti_together),
        _bank("canvas", ".zip", banks.as_canvas, banks.as_canvas_together),
        Format("anki", ".apkg", data=_anki, takes="document", has_parts=False, binary=True, by_name=True),
        Format("epub", ".epub", {"": _EPUB}, packs=_pack, binary=True, by_name=True),
        Format(
            "nbgrader",
            ".ipynb",
            data=_nbgrader,
            takes="assignment",
            has_parts=False,
            by_name=True,
            notice="the notebook holds the answers; a class gets what `nbgrader generate_assignment` makes of it",
        ),
        Format("xlsx", ".xlsx", data=_xlsx, takes="workbook", has_parts=False, binary=True, by_name=True),
        Format("slides", ".pdf", {"typst": _SLIDES}, {"typst": _by_typst}, has_parts=False, by_name=True),
        Format("beamer", ".tex", {"": _BEAMER}, has_parts=False, by_name=True),
        Format("reveal", ".html", {"": _REVEAL}, has_parts=False, by_name=True),
    )
}


def render(
    document: Document,
    name: str,
    options: Options = Options(),  # noqa: B008 (it is immutable, as is the next)
    beside: Beside = Beside(),  # noqa: B008
) -> Rendered:
    """A page in one format.

    Args:
        document: the page.
        name: the format: a key of :data:`FORMATS`.
        options: what the caller chose.
        beside: what works the page out again, for formats that can take it.

    Raises:
        UsageError: there is no such format of pages, flavour or engine.
        InputError: the user's own template cannot be used.
        ToolError: an engine is missing, or it failed.
    """
    from derive.render.outline import with_consecutive_levels

    row = FORMATS.get(name)
    if row is None or not row.sources:
        hint = nearest(name, [row.name for row in FORMATS.values() if row.sources])
        raise UsageError(f'no format is called "{name}"' + (f" ({hint})" if hint else ""))
    engine = options.engine if row.engines else ""
    if engine not in row.sources:
        raise UsageError(f'no engine is called "{engine}"')
    source = row.sources[engine]
    template = source.template
    if options.fragment and source.fragment and not engine:
        template = source.fragment
    document = with_consecutive_levels(document)
    language = source.language(document, options, beside)

    def written() -> str:
        if options.template is None:
            from derive.render.environment import page_environment

            environment = page_environment(language)
            return environment.get_template(template).render(document=language.document, **language.variables())
        from derive.render.sandbox import render_own

        return render_own(options.template, language)

    text = language.finished(written())
    if not engine:
        content = text.encode() if row.packs is None else row.packs(language, text)
        return Rendered(content, language.companions, tuple(language.notices))
    typeset = row.engines[engine](text, trusted=options.template is None)
    while typeset.missing and language.replace(typeset.missing):
        typeset = row.engines[engine](language.finished(written()), trusted=options.template is None)
    from derive.render import signs

    lacking = [signs.notice(sign, instead) for sign, instead in language.stand_ins.items()]
    return Rendered(typeset.content, language.companions, (*lacking, *typeset.notices))
