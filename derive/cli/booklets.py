"""Two booklets of many files: the students', and the teachers'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from derive.cli.in_turn import Kept, all_made, made_aside
from derive.cli.loading import load
from derive.cli.pages import name_of, network_files
from derive.errors import UsageError
from derive.streams import show_path, tell

if TYPE_CHECKING:
    from derive.course.parts.booklets import Answers
    from derive.document.blocks import Document

#: What the booklets are called, where files are named and no folder is.
_NAME = "booklet"


class _Job(msgspec.Struct, frozen=True):
    """A file, which exercise it is, and the flags that win over it."""

    file: str
    number: int
    flags: Mapping[str, Any]


class _Exercise(msgspec.Struct, frozen=True):
    """What a file gives to the booklets, and how its pages are typeset."""

    question: bytes
    solution: bytes
    answers: Answers
    options: Mapping[str, Any]


def write_booklets(files: Sequence[str], place: str | None, flags: Mapping[str, Any]) -> int:
    """Write ``NAME.students.pdf`` and ``NAME.teachers.pdf``, both or none; the exit code.

    Args:
        files: network files and folders of them, in the order of the exercises.
        place: the folder for both; left out: ``output``.
        flags: settings that win over those of the files.
    """
    from derive.course.parts.booklets import answers_page, is_told
    from derive.files import refuse_inputs, write_files
    from derive.render.typst.binding import bound

    if place is not None and (not place or place == "-" or Path(place).suffix == ".pdf"):
        raise UsageError("--booklets: two files are written; -o expects a folder for them")
    folder = Path("output" if place is None else place)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file; expected a folder for the booklets")
    if "-" in files:
        raise UsageError("--booklets: standard input is no file among several")
    name = name_of(files, _NAME)
    students, teachers = folder / f"{name}.students.pdf", folder / f"{name}.teachers.pdf"
    jobs = [_Job(file, number, flags) for number, file in enumerate(network_files(files), start=1)]
    inputs = [("network file", job.file) for job in jobs]
    refuse_inputs((students, teachers), inputs)
    exercises, code = all_made("rendering", _exercise, jobs)
    if code:
        tell("derive: no booklet is written, as an exercise of it would be missing")
        return code
    told = [each.answers for each in exercises if is_told(each.answers.number)]
    numbers = [str(job.number) for job in jobs]
    questions = dict(zip(numbers, (each.question for each in exercises), strict=True))
    questions["answers"] = _pdf(answers_page(told), exercises[0].options)
    solutions = dict(zip(numbers, (each.solution for each in exercises), strict=True))
    chapters = {str(each.answers.number): f"{each.answers.number}. {each.answers.title}" for each in exercises}
    contents = {
        students: bound(f"{name}: exercises", questions, {**chapters, "answers": "Answers"}),
        teachers: bound(f"{name}: solutions", solutions, chapters),
    }
    write_files(contents, inputs)
    for path in contents:
        show_path(path)
    return 0


def _exercise(job: _Job) -> tuple[_Exercise | None, Kept]:
    """Work one file out and typeset its pages."""
    return made_aside(lambda: _made(job))


def _made(job: _Job) -> _Exercise:
    from derive.api import solve
    from derive.course.parts.booklets import answers, numbered, question

    solution = solve(load(job.file, job.flags))
    settings = solution.network.file.document
    options = {"paper": settings.paper, "engine": settings.engine}
    asked, whole = question(solution.worked, job.number), numbered(solution.document, job.number)
    return _Exercise(_pdf(asked, options), _pdf(whole, options), answers(solution.worked, job.number), options)


def _pdf(page: Document, options: Mapping[str, Any]) -> bytes:
    from derive.render.formats import Options, render

    rendered = render(page, "pdf", Options(**options))
    for notice in rendered.notices:
        tell(f"derive: {notice}")
    return rendered.content
