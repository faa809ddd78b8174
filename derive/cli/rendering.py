"""``derive render``: the worked solution as files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from derive.cli.loading import solved
from derive.cli.pages import Job, is_several, jobs_of, page_options, rendered, rendered_aside
from derive.console.commands import Bars
from derive.stopping import undone
from derive.streams import show_bytes, tell


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
    if is_several(files):
        _render_all(jobs)
    elif code := rendered(jobs[0], solved):
        sys.exit(code)


def _render_all(jobs: Sequence[Job]) -> None:
    """Render several files side by side, and tell of each in its turn what was written or what is wrong with it."""
    from derive.parallel import side_by_side

    bars = Bars()
    click.get_current_context().with_resource(undone(bars.close))
    bar, worst = bars("rendering"), 0
    told: set[bytes] = set()
    for done, (results, messages, code) in enumerate(side_by_side(rendered_aside, jobs), start=1):
        if messages and messages not in told:
            told.add(messages)  # what a site needs is told once
            bars.close()
            tell(messages.decode(errors="surrogateescape").rstrip("\n"))
        if results:
            show_bytes(results)
        bar(done, len(jobs))
        worst = max(worst, code)
    if worst:
        sys.exit(worst)
