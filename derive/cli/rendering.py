"""``derive render``: the worked solution as files."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from derive.cli.in_turn import in_turn
from derive.cli.loading import solved
from derive.cli.pages import is_several, jobs_of, page_options, rendered, rendered_aside
from derive.errors import UsageError


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE… | FOLDER")
@click.option(
    "--booklets",
    is_flag=True,
    help="Two PDFs of all files: for students the questions and every second one's results, for teachers all.",
)
@click.option(
    "--collate", is_flag=True, help="moodle, qti, canvas: the variants of a folder as one bank, NAME of the folder."
)
@page_options
def render(
    files: Sequence[str],
    formats: str | None,
    place: str | None,
    template: Path | None,
    papers: Sequence[str],
    *,
    booklets: bool,
    collate: bool,
    **flags: Any,
) -> None:
    """Write the worked solution of a network file, with an audit of what is claimed of it.

    Of several files, or of those of a folder, one that is at fault does not stop the others; PATH is a folder then.

    \b
    derive render examples/blog-2-3-1.toml --to markdown,pdf
    derive render net.toml -o page.pdf
    derive render net.toml --to latex -o - --decimals 6
    derive render examples --to pdf -o pages
    derive render net.toml --part worksheet --to pdf,html
    derive render exercises --booklets -o booklets
    derive render variants --to moodle --collate -o banks
    """
    if booklets and collate:
        raise UsageError("--booklets and --collate: one of both can be written")
    if booklets or collate:
        _refuse_beside("--booklets" if booklets else "--collate", template, papers, flags)
    if booklets:
        if formats is not None and formats.strip() != "pdf":
            raise UsageError(f"--booklets: both are PDFs; --to {formats} fits no booklet")
        from derive.cli.booklets import write_booklets

        if code := write_booklets(files, place, flags):
            sys.exit(code)
        return
    if collate:
        from derive.cli.banking import write_banks

        if code := write_banks(files, formats, place, flags):
            sys.exit(code)
        return
    jobs = jobs_of(files, formats, place, template=template, papers=papers, flags=flags)
    code = in_turn("rendering", rendered_aside, jobs) if is_several(files) else rendered(jobs[0], solved)
    if code:
        sys.exit(code)


def _refuse_beside(what: str, template: Path | None, papers: Sequence[str], flags: Mapping[str, Any]) -> None:
    """Make sure that nothing is asked for which booklets or a bank do not show."""
    given = {
        "--template": template is not None,
        "--claims": bool(papers),
        "--part": flags["part"] != "solution",
        "--no-check": not flags["check"],
        "--fragment": bool(flags["fragment"]),
        "--figures": flags["figures"] is not None,
    }
    for option, is_given in given.items():
        if is_given:
            raise UsageError(f"{option}: does not go with {what}")
