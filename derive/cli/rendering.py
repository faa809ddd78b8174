"""``derive render``: the worked solution as files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from derive.cli.in_turn import in_turn
from derive.cli.loading import solved
from derive.cli.pages import is_several, jobs_of, page_options, rendered, rendered_aside


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE… | FOLDER")
@page_options
def render(
    files: Sequence[str],
    formats: str | None,
    place: str | None,
    template: Path | None,
    papers: Sequence[str],
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
    """
    jobs = jobs_of(files, formats, place, template=template, papers=papers, flags=flags)
    code = in_turn("rendering", rendered_aside, jobs) if is_several(files) else rendered(jobs[0], solved)
    if code:
        sys.exit(code)
