"""``derive render``: the worked solution as files."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.loading import load, solved
from derive.console.commands import Failures, settings
from derive.errors import ReaderGoneError, UsageError
from derive.streams import show_bytes, show_path, tell

if TYPE_CHECKING:
    from derive.render.formats import Format
    from derive.solution import Solution

#: Where results go that no place was named for.
_OUTPUT = Path("output")

_FORMATS = "markdown, latex, html, pdf, notebook, python, json."


@click.command()
@click.argument("file")
@click.option("--to", "formats", metavar="FORMAT[,FORMAT…]", help=f"{_FORMATS} Left out: as the suffix of PATH says.")
@click.option("-o", "place", metavar="PATH", help="A file, a folder, or - for standard output. Left out: output/.")
@click.option(
    "--flavour",
    metavar="NAME",
    help="Which reader of Markdown the page is for: github (if left out), jekyll, hugo, images, …",
)
@click.option(
    "--fragment/--no-fragment",
    default=None,
    help="LaTeX and HTML: only the body, for a document or a blog of your own.",
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="The paper of a PDF or LaTeX page.")
@click.option(
    "--engine", type=click.Choice(["typst", "latex"]), help="What typesets a PDF; typst needs nothing installed."
)
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A Jinja template of your own.",
)
@click.option(
    "--claims",
    "papers",
    multiple=True,
    metavar="CLAIMS",
    help="What somebody printed, judged on the page; [published] if left out.",
)
@click.option(
    "--part",
    type=click.Choice(["question", "worksheet", "key", "solution"]),
    default="solution",
    help="What a class is given, by the table [exercise]; all if left out.",
)
@click.option("--check/--no-check", default=True, help="HTML worksheet: whether it can check answers.")
@settings
def render(
    file: str,
    formats: str | None,
    place: str | None,
    template: Path | None,
    papers: Sequence[str],
    **flags: Any,
) -> None:
    """Write the worked solution of a network file, with an audit of what is claimed of it.

    \b
    derive render examples/blog-2-3-1.toml --to markdown,pdf
    derive render net.toml -o page.pdf
    derive render net.toml --to latex -o - --decimals 6
    derive render net.toml --part worksheet --to pdf,html
    """
    from derive.files import refuse_inputs, refuse_inputs_of_output
    from derive.papers import one_paper, tell_unread
    from derive.render.environment import own_template

    rows = _wanted(formats, place)
    if flags["fragment"] and not any(row.has_fragments for row in rows):
        names = " and ".join(row.name for row in rows)
        raise UsageError(f"--fragment: {names} {'has' if len(rows) == 1 else 'have'} no fragments")
    claims = one_paper(papers)
    part, check = flags.pop("part"), flags.pop("check")
    if claims is not None and part != "solution":
        raise UsageError(f"--claims: a {part} judges no claims; only the whole solution does")
    stem = _stem(file) if part == "solution" else f"{_stem(file)}.{part}"
    given = (("network file", file), ("file of claims", claims), ("template", template))
    inputs = [(what, path) for what, path in given if path is not None]
    refuse_inputs_of_output(inputs)
    targets: Mapping[Path, Format] = {}
    if place != "-":
        targets = _targets(stem, rows, place)
        refuse_inputs(targets, inputs)  # at once, and not after all the work
    own = None if template is None else own_template(template)
    solution = solved(load(file, flags))
    if claims is not None:
        solution = solution.with_claims(claims)
    judged = part == "solution" and bool(solution.claims.claims)
    unread = judged and tell_unread(solution.claims, solution.audit())
    options = {"template": own, "part": part, "check": check}
    if place == "-":
        _to_standard_output(solution, rows[0], stem, options)
        sys.exit(2 if unread else 0)
    failures = Failures()
    for target, row in targets.items():
        try:
            paths, notices = solution.write(target, row.name, **options)
        except ReaderGoneError:
            raise
        except Exception as error:
            failures.tell(error)
            continue
        for notice in notices:
            tell(f"derive: {notice}")
        for path in paths:
            show_path(path)
    if failures.code or unread:
        sys.exit(failures.code or 2)


def _wanted(formats: str | None, place: str | None) -> Sequence[Format]:
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


def _stem(file: str) -> str:
    return "solution" if file == "-" else Path(file).stem or "solution"


def _targets(stem: str, rows: Sequence[Format], place: str | None) -> Mapping[Path, Format]:
    """Where each format goes."""
    from derive.outputs import file_in, refuse_name

    if place is not None and len(rows) == 1 and not _is_folder(place):
        refuse_name(Path(place), rows[0])
        return {Path(place): rows[0]}
    folder = _OUTPUT if place is None else Path(place)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file; expected a folder for {' and '.join(row.name for row in rows)}")
    targets = {file_in(folder, stem, row): row for row in rows}
    for target in targets:
        if target.stem != stem:
            tell(f"derive: scripts import the module {stem}, so that of the page is called {target.name}")
    return targets


def _to_standard_output(solution: Solution, row: Format, stem: str, options: Mapping[str, Any]) -> None:
    from derive.outputs import printable_stem
    from derive.solution import alone

    rendered = solution.rendered(row.name, **options, stem=printable_stem(stem))
    show_bytes(rendered.content)
    for notice in (*rendered.notices, *alone(rendered)):
        tell(f"derive: {notice}")
