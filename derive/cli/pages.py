"""What pages the commands write: of which files, as what, to where."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from derive.cli.in_turn import Kept, aside
from derive.cli.loading import load
from derive.console.commands import Failures, settings
from derive.errors import ReaderGoneError, UsageError
from derive.streams import show_bytes, show_path, tell

if TYPE_CHECKING:
    from derive.document.blocks import Part
    from derive.files import Input
    from derive.network import Network
    from derive.render.formats import Format
    from derive.render.own_template import OwnTemplate
    from derive.solution import Solution

#: Where results go that no place was named for.
_OUTPUT = Path("output")

#: What a file of a folder holds that is to be rendered.
_MODEL = re.compile(rb"^[ \t]*\[+[ \t]*(network|model)\b", re.MULTILINE)

_FORMATS = (
    "markdown, latex, html, pdf, notebook, python, json, moodle, qti, canvas, anki, epub, nbgrader, xlsx, slides, "
    "beamer, reveal."
)


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that write pages."""
    options = (
        click.option(
            "--to", "formats", metavar="FORMAT[,FORMAT…]", help=f"{_FORMATS} Left out: as the suffix of PATH says."
        ),
        click.option(
            "-o", "place", metavar="PATH", help="A file, a folder, or - for standard output. Left out: output/."
        ),
        click.option(
            "--flavour",
            metavar="NAME",
            help="Which reader of Markdown the page is for: github (if left out), jekyll, hugo, images, …",
        ),
        click.option(
            "--fragment/--no-fragment",
            default=None,
            help="LaTeX and HTML: only the body, for a document or a blog of your own.",
        ),
        click.option(
            "--figures",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="FOLDER",
            help="Markdown: where the figures go; beside the page if left out.",
        ),
        click.option("--paper", type=click.Choice(["a4", "letter"]), help="The paper of a PDF or LaTeX page."),
        click.option(
            "--engine",
            type=click.Choice(["typst", "latex"]),
            help="What typesets a PDF; typst needs nothing installed.",
        ),
        click.option(
            "--template",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            metavar="FILE",
            help="A Jinja template of your own.",
        ),
        click.option(
            "--claims",
            "papers",
            multiple=True,
            metavar="CLAIMS",
            help="What somebody printed, judged on the page; [published] if left out.",
        ),
        click.option(
            "--part",
            type=click.Choice(["question", "worksheet", "key", "solution"]),
            default="solution",
            help="What a class is given, by the table [exercise]; all if left out.",
        ),
        click.option("--check/--no-check", default=True, help="HTML worksheet: whether it can check answers."),
    )
    for option in reversed(options):
        command = option(command)
    return settings(command)


def jobs_of(
    files: Sequence[str],
    formats: str | None,
    place: str | None,
    *,
    template: Path | None,
    papers: Sequence[str],
    flags: Mapping[str, Any],
) -> list[RenderJob]:
    """What is asked for, file by file; a place of several, or of a folder, is a folder.

    Raises:
        UsageError: it cannot be done.
    """
    from derive.files import refuse_inputs_of_output

    rows = wanted_formats(formats, place)
    if flags["fragment"] and not any(row.has_fragments for row in rows):
        names = " and ".join(row.name for row in rows)
        raise UsageError(f"--fragment: {names} {'has' if len(rows) == 1 else 'have'} no fragments")
    settings = dict(flags)
    part, check = settings.pop("part"), settings.pop("check")
    if not check and (part != "worksheet" or all(row.name != "html" for row in rows)):
        raise UsageError("--no-check: only a worksheet in html checks anything")
    claims, several = _one_paper(papers), is_several(files)
    if claims is not None and part != "solution":
        raise UsageError(f"--claims: a {part} judges no claims; only the whole solution does")
    if several:
        _refuse_for_several(files, place, claims)
        files = network_files(files)
    given = (*(("network file", file) for file in files), ("file of claims", claims), ("template", template))
    inputs = tuple((what, path) for what, path in given if path is not None)
    refuse_inputs_of_output(inputs)
    place = f"{place}{os.sep}" if several and place is not None else place
    known = [row.name for row in rows]  # a row itself does not go from process to process
    figures = settings.pop("figures")
    if figures is not None and not any(row.has_figures for row in rows):
        raise UsageError(f"--figures: the figures of {' and '.join(known)} stand in the page itself")
    jobs = [RenderJob(file, known, place, template, claims, settings, inputs, part, check, figures) for file in files]
    _refuse_same_names(jobs)
    return jobs


def _one_paper(papers: Sequence[str]) -> str | None:
    if not papers:
        return None
    from derive.papers import one_paper  # most pages judge nobody's numbers

    return one_paper(papers)


def is_several(files: Sequence[str]) -> bool:
    """Whether pages of several files are asked for, or of those of a folder."""
    return len(files) > 1 or os.path.isdir(files[0])


class RenderJob(NamedTuple):
    """A network file to be rendered: as what, to where, and what stays as it is."""

    file: str
    formats: Sequence[str]
    place: str | None
    template: Path | None
    claims: str | None
    flags: Mapping[str, Any]
    inputs: Sequence[Input]
    part: Part = "solution"
    check: bool = True
    figures: Path | None = None

    @property
    def stem(self) -> str:
        """What its pages are called, without the suffix."""
        stem = "solution" if self.file == "-" else Path(self.file).stem or "solution"
        return stem if self.part == "solution" else f"{stem}.{self.part}"

    @property
    def targets(self) -> Mapping[Path, Format]:
        """Where each format goes; nowhere where the page goes to standard output."""
        from derive.outputs import format_named

        if self.place == "-":
            return {}
        return targets_of(self.stem, [format_named(name) for name in self.formats], self.place)


def rendered(job: RenderJob, solve: Callable[[Network], Solution]) -> int:
    """Render one file, and tell what was written; the exit code."""
    from derive.files import refuse_inputs
    from derive.outputs import ending

    targets = job.targets
    refuse_inputs(targets, job.inputs)  # at once, and not after all the work
    for target, row in targets.items():
        if target.name != f"{job.stem}{ending(row)}" and job.place != str(target):
            tell(f"derive: scripts import the module {job.stem}, so that of the page is called {target.name}")
    own = None if job.template is None else _own_template(job.template)
    network = load(job.file, job.flags)
    targets = _as_posts(job, network, targets)
    solution = solve(network)
    if job.claims is not None:
        solution = solution.with_claims(job.claims)
    judged = job.part == "solution" and bool(solution.claims.claims)
    unread = judged and _tell_unread(solution)
    options = {"template": own, "part": job.part, "check": job.check}
    if job.place == "-":
        _to_standard_output(solution, job.formats[0], job.stem, options)
        return 2 if unread else 0
    failures = Failures()
    for target, row in targets.items():
        try:
            figures = {"figures": job.figures} if job.figures is not None and row.has_figures else {}
            paths, notices = solution.write(target, row.name, **options, **figures)
        except ReaderGoneError:
            raise
        except Exception as error:
            failures.tell(error)
            continue
        for notice in notices:
            tell(f"derive: {notice}")
        for path in paths:
            show_path(path)
    return failures.code or (2 if unread else 0)


def _own_template(path: Path) -> OwnTemplate:
    from derive.render.own_template import own_template

    return own_template(path)


def _tell_unread(solution: Solution) -> bool:
    from derive.papers import tell_unread

    return tell_unread(solution.claims, solution.audit())


def _as_posts(job: RenderJob, network: Network, targets: Mapping[Path, Format]) -> Mapping[Path, Format]:
    """The same files, a page for Jekyll called as it wants a post to be; and what its author should know."""
    from derive.files import refuse_inputs
    from derive.outputs import dated, is_post

    settings = network.file.document
    if settings.language.partition("-")[0].lower() != "en":
        tell(f"derive: the text of a page is English; {settings.language} is told of its title and author alone")
    if settings.flavour != "jekyll" or not any(row.has_figures for row in targets.values()):
        return targets
    named = {str(path) for path in targets} == {job.place}
    posts = {path if named or not row.has_figures else dated(path, settings.date): row for path, row in targets.items()}
    refuse_inputs(posts, job.inputs)
    for path, row in posts.items():
        if row.has_figures and not is_post(path):
            tell(f"derive: Jekyll takes no post without its date, as 2024-05-01-{path.name}; --date 2024-05-01 sets it")
    return posts


def rendered_aside(job: RenderJob) -> Kept:
    """Render one file, with what is to be printed and told kept back."""
    from derive.api import solve

    return aside(lambda: rendered(job, solve))


def _refuse_for_several(files: Sequence[str], place: str | None, claims: str | None) -> None:
    if place == "-":
        raise UsageError("-o -: standard output takes one page")
    if claims is not None:
        raise UsageError("--claims: what was printed belongs to one network file, and here are several")
    if "-" in files:
        raise UsageError("-: standard input is no file among several")


def network_files(files: Sequence[str]) -> Sequence[str]:
    """The files that are named, and those of the folders that are named: what ends in .toml and is no other TOML."""
    found: dict[str, None] = {}
    for name in files:
        if not os.path.isdir(name):
            found[name] = None
            continue
        inside = sorted(path for path in Path(name).iterdir() if path.suffix == ".toml" and path.is_file())
        networks = [str(path) for path in inside if _is_rendered(path.read_bytes())]
        if not networks:
            raise UsageError(f"{name}: a folder without network files; expected some that end in .toml")
        for path in inside:
            if str(path) not in networks:
                tell(f"derive: {path}: passed over, as it has no table [network] or [model]")
        found |= dict.fromkeys(networks)
    return list(found)


def _is_rendered(content: bytes) -> bool:
    """Whether a file of a folder holds a network, or no TOML at all: whoever reads it as a network tells its fault."""
    if _MODEL.search(content):
        return True
    from derive.errors import Fault
    from derive.spec.reading import syntax

    try:
        return isinstance(syntax.load(content.decode("utf-8-sig")), Fault)
    except UnicodeDecodeError:
        return True


def _refuse_same_names(jobs: Sequence[RenderJob]) -> None:
    """Make sure that no two pages go to one place."""
    places: dict[Path, str] = {}
    for job in jobs:
        for target in job.targets:
            if (other := places.setdefault(target, job.file)) != job.file:
                raise UsageError(f"{other} and {job.file}: both would be written to {target}")


def wanted_formats(formats: str | None, place: str | None) -> Sequence[Format]:
    """The formats that are asked for, by name or by the suffix of the place."""
    from derive.outputs import format_named, format_of

    if place == "":
        raise UsageError("-o: no path is given")
    if formats is None:
        if place is None or place == "-" or _is_folder(place):
            raise UsageError("--to: no format is named, and there is no file whose suffix would say it (-o page.pdf)")
        return [format_of(Path(place))]
    names = [name.strip() for name in formats.split(",")]
    if not all(names):
        raise UsageError(f"--to {formats}: a format's name is empty")
    rows = list({row.name: row for row in map(format_named, names)}.values())
    if place == "-" and (len(rows) > 1 or not rows[0].is_text):
        raise UsageError("-o -: standard output takes one text format")
    return rows


def _is_folder(place: str) -> bool:
    return place.endswith(("/", os.sep)) or os.path.isdir(place)


def name_of(files: Sequence[str], otherwise: str) -> str:
    """What files make together, by its name: that of the folder they are in, if it alone is named."""
    return Path(files[0]).resolve().name if len(files) == 1 and Path(files[0]).is_dir() else otherwise


def targets_of(stem: str, rows: Sequence[Format], place: str | None) -> Mapping[Path, Format]:
    """Where each format goes."""
    from derive.outputs import file_in, refuse_name

    if place is not None and len(rows) == 1 and not _is_folder(place):
        refuse_name(Path(place), rows[0])
        return {Path(place): rows[0]}
    folder = _OUTPUT if place is None else Path(place)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file; expected a folder for {' and '.join(row.name for row in rows)}")
    return {file_in(folder, stem, row): row for row in rows}


def _to_standard_output(solution: Solution, name: str, stem: str, options: Mapping[str, Any]) -> None:
    from derive.outputs import printable_stem
    from derive.solution import alone

    rendered = solution.rendered(name, **options, stem=printable_stem(stem))
    show_bytes(rendered.content)
    for notice in (*rendered.notices, *alone(rendered)):
        tell(f"derive: {notice}")
