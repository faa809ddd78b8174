"""``derive grade``: the papers of a class marked, with feedback for each and a report over all."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from derive.cli.loading import load, overrides, solved
from derive.console.commands import TakesClaims, settings
from derive.errors import UsageError
from derive.streams import show_path, tell

if TYPE_CHECKING:
    from derive.auditing.data import Audit
    from derive.course.marking.points import Mark, Yardstick
    from derive.document.blocks import Document
    from derive.papers import HandedIn
    from derive.render.formats import Format
    from derive.solution import Solution
    from derive.spec.paper import ClaimsFile
    from derive.spec.reading.reader import Overrides

#: What the report is always written as.
_REPORT = ("markdown", "html")


class _Marked(NamedTuple):
    """A paper with the network that it is about, what was found in it, and how it is marked."""

    paper: ClaimsFile
    solution: Solution
    mark: Mark


@click.command(cls=TakesClaims)
@click.argument("file", required=False, metavar="FILE")
@click.option(
    "--claims",
    multiple=True,
    metavar="CLAIMS…",
    help="What was handed in: a folder with a file for each student, or a list with a row for each (.csv, .xlsx).",
)
@click.option("--variants", metavar="FOLDER", help="Each paper is judged against the network FOLDER/ID.toml.")
@click.option("-o", "place", metavar="FOLDER", help="Where marks, feedback and report go.")
@click.option(
    "--to", "formats", metavar="FORMAT[,FORMAT…]", default="markdown", help="Of the feedback: markdown, html, pdf."
)
@click.option("--points-only", is_flag=True, help="Feedback without the right values.")
@settings
def grade(
    file: str | None,
    claims: Sequence[str],
    *,
    variants: str | None,
    place: str | None,
    formats: str,
    points_only: bool,
    **flags: Any,
) -> None:
    """Mark what a class handed in: points, feedback for each student, a report over all.

    Points are taken off only for what is wrong; what is right, given an earlier mistake, is carried. The table
    [exercise] of FILE says what is asked and what it is worth. Exit status 0 when all is marked, 2 when something
    cannot be read; the rest is marked.

    \b
    derive grade examples/blog-2-3-1.toml --claims papers/ -o marked/
    derive grade blog.toml --claims class.csv --variants variants/ -o marked/ --to markdown,pdf
    """
    from derive.files import refuse_inputs_of_output, write_files
    from derive.papers import files_of_variants, handed_in, with_variants

    if file is None:
        if len(claims) < 2:
            raise click.UsageError("Missing argument 'FILE'.")
        *claims, file = claims
    if not claims:
        raise UsageError("--claims CLAIMS names what was handed in: a folder, or a list with a row for each student")
    if [*claims, file].count("-") > 1:
        raise UsageError("-: standard input is read once")
    folder, rows = _folder(place, claims), _formats(formats)
    refuse_inputs_of_output([("network file", file)])
    solution = solved(load(file, flags))
    handed = handed_in(solution, claims)
    if variants is None:
        about = [(whose, solution) for whose in handed.papers]
    else:
        about = list(with_variants(handed, variants, lambda path: solved(load(path, flags))))
    by, papers = _marked(solution, handed, about, overrides(flags))
    if not papers:
        raise UsageError("no paper can be marked")
    contents = _written(solution, papers, by, rows, points_only=points_only)
    inputs = [("network file", file), *(("paper", path) for path in handed.files)]
    inputs += [("variant", path) for path in files_of_variants(variants)] if variants else []
    write_files({folder / name: content for name, content in contents.items()}, inputs)
    for name in contents:
        if os.sep not in name:
            show_path(folder / name)
    show_path(folder / "feedback")
    if handed.incomplete:
        sys.exit(2)


def _folder(place: str | None, claims: Sequence[str]) -> Path:
    """Where to write: a folder that is read as no paper."""
    if not place or place == "-":
        raise UsageError("-o FOLDER: marks, feedback and report need a folder")
    folder = Path(place)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file; expected a folder for marks, feedback and report")
    for papers in claims:
        if (
            papers != "-"
            and os.path.isdir(papers)
            and Path(papers).resolve() in (folder.resolve(), *folder.resolve().parents)
        ):
            raise UsageError(f"{folder}: lies among the papers, and would be read as one; another place is needed")
    return folder


#: What feedback is written as.
_FEEDBACK = ("markdown", "html", "pdf")


def _formats(formats: str) -> Sequence[Format]:
    from derive.outputs import format_named

    names = [name.strip() for name in formats.split(",")]
    return list({row.name: row for row in (format_named(name, _FEEDBACK) for name in names)}.values())


def _marked(
    solution: Solution, handed: HandedIn, about: Sequence[tuple[str, Solution]], given: Overrides
) -> tuple[Yardstick, Sequence[_Marked]]:
    """The papers judged, and then marked by what is asked of the class."""
    from derive.course.marking.points import Marker, yardstick
    from derive.papers import audits_of, tell_unread

    audits = audits_of([(handed.papers[whose], own) for whose, own in about], given)
    for (whose, _), audit in zip(about, audits, strict=True):
        handed.incomplete = tell_unread(handed.papers[whose], audit) or handed.incomplete
    by = yardstick(solution.auditor, handed.columns, audits)
    if not by.worth:
        raise UsageError("nothing can be marked: no name that the class uses is that of a quantity which is worked out")
    if not handed.columns:
        _tell_of_few(solution, by, audits)
    marked = []
    for (whose, own), audit in zip(about, audits, strict=True):
        lacking = [name for name in by.worth if name not in own.auditor.quantities]
        if lacking:
            tell(f"{own.network.source.name}: not marked: what is asked is not in it: {', '.join(lacking)}")
            handed.incomplete = True
            continue
        marked.append(_Marked(handed.papers[whose], own, Marker(own.auditor, by)(whose, audit)))
        _tell_of(marked[-1].paper, marked[-1].mark)
    return by, marked


def _tell_of_few(solution: Solution, by: Yardstick, audits: Sequence[Audit]) -> None:
    """Tell what carries points for all, as nothing says what is asked, though few have it."""
    exercise = solution.network.file.exercise
    if exercise is not None and exercise.ask is not None:
        return
    counts = Counter(name for audit in audits for name in {claim.name for claim in audit.claims})
    few = [f"{name} ({counts[name]})" for name in by.worth if 2 * counts[name] < len(audits)]
    if few:
        says = f"fewer than half of {len(audits)} papers have {', '.join(few)}, which carry points for all"
        tell(f"derive: {says}; [exercise] ask = [...] says what is asked")


def _tell_of(paper: ClaimsFile, mark: Mark) -> None:
    """Tell who marks what is left open, and what came easy."""
    if not (paper.claims or paper.code):
        tell(f"{paper.title}: nothing was handed in")
    for claim in mark.audit.claims:
        if claim.verdict == "unknown":
            place = "" if claim.line is None else f" (line {claim.line})"
            tell(f"{paper.title}: {claim.name}{place} is not judged: {claim.note}")
    left: dict[str, list[str]] = {}
    for line in mark.open:
        if line.claim is None or line.claim.verdict not in ("unread", "unknown"):  # these are told already
            left.setdefault(line.says, []).append(line.name)
    for says, names in left.items():
        tell(f"{paper.title}: left open, {', '.join(names)}: {says}")
    easy = [line.name for line in mark.lines if line.standing == "easy"]
    if easy:
        tell(f"{paper.title}: no points carried for {', '.join(easy)}: an earlier mistake left less to be worked out")


def _written(
    solution: Solution,
    papers: Sequence[_Marked],
    by: Yardstick,
    rows: Sequence[Format],
    *,
    points_only: bool,
) -> dict[str, bytes]:
    """All files, by their names in the folder."""
    from derive.course.marking.exported import marks_csv, report_csv
    from derive.course.marking.feedback import Feedback
    from derive.course.marking.papers import file_names, renamed
    from derive.course.marking.report import ClassReport
    from derive.course.marking.statistics import class_count

    marks = [paper.mark for paper in papers]
    names = file_names(mark.id for mark in marks)
    for sentence in renamed(names):
        tell(f"derive: {sentence}")
    count = class_count(marks, solution.worked.step_numbers)
    contents = {"marks.csv": marks_csv(marks, by.worth).encode(), "report.csv": report_csv(count).encode()}
    report = ClassReport(solution.worked, count).document()
    for name in _REPORT:
        contents |= _rendered(report, name, "report", solution)
    writers: dict[int, Feedback] = {}
    for paper in papers:
        write = writers.get(id(paper.solution))
        if write is None:
            write = writers[id(paper.solution)] = Feedback(paper.solution.worked, points_only=points_only)
        page = write(paper.mark, listed=bool(paper.paper.paper))
        for row in rows:
            found = _rendered(page, row.name, names[paper.mark.id], solution)
            contents |= {os.path.join("feedback", file): content for file, content in found.items()}
    return contents


def _rendered(page: Document, name: str, stem: str, solution: Solution) -> dict[str, bytes]:
    """A page in one format, with the files beside it."""
    from derive.outputs import format_named
    from derive.render.formats import Options, render

    chosen = solution.network.file.document
    options = Options(stem=stem, flavour=chosen.flavour, engine=chosen.engine, paper=chosen.paper)
    found = render(page, name, options)
    for notice in found.notices:
        tell(f"derive: {notice}")
    return {f"{stem}{format_named(name).suffix}": found.content, **found.companions}
