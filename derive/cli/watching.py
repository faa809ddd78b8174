"""``derive watch``: pages that are written again whenever their file changes, and shown in a browser as they change."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from derive.cli.pages import RenderJob, is_several, jobs_of, page_options, rendered_aside
from derive.errors import UsageError
from derive.streams import kept_back, show_bytes, tell

if TYPE_CHECKING:
    from derive.serving import Pages

#: How long, in seconds, lies between two looks at the files.
_LOOK = 0.2

#: What tells a file that was changed from the same as before: its place on the disk, its length, when it was written.
FileState = tuple[int, int, int] | None
_NEVER: FileState = (-1, -1, -1)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE | FOLDER")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where html is served; left out: any free one.")
@page_options
def watch(
    *,
    files: Sequence[str],
    formats: str | None,
    place: str | None,
    template: Path | None,
    papers: Sequence[str],
    port: int,
    **flags: Any,
) -> None:
    """Write the worked solution again whenever its file changes, until you stop it (Ctrl-C).

    With html, the pages are served on this machine and follow by themselves; a fault of the file is shown on the page,
    above the last good one.

    \b
    derive watch net.toml --to html
    derive watch course --to html,pdf -o pages
    """
    if place == "-":
        raise UsageError("-o -: a page that is written again and again needs a file")
    if "-" in files:
        raise UsageError("-: standard input does not change; expected a file or a folder")

    def wanted() -> list[RenderJob]:
        return jobs_of(files, formats, place, template=template, papers=papers, flags=flags)

    jobs = wanted()  # what is wrong with the command line ends it
    html = any("html" in job.formats for job in jobs)
    pages = _served(port) if html else None
    if pages is not None:
        tell(f"derive: {pages.address}{'' if is_several(files) else quote(_page(jobs[0]))}")
    gc.enable()  # it is a long run
    before: Mapping[str, FileState] = {}
    told = b""
    while True:
        now = {path: _state(path) for path in _looked_at(files, jobs)}
        if now == before:
            time.sleep(_LOOK)
            continue
        with kept_back() as (_, messages):
            try:
                jobs = wanted()
            except UsageError as error:  # a folder may be without files for a while
                tell(f"derive: {error}")
        if messages.getvalue() not in (b"", told):
            told = messages.getvalue()
            tell(told.decode(errors="replace").rstrip("\n"))
        now |= {path: _state(path) for path in _looked_at(files, jobs)}
        for job in jobs:
            if any(now.get(path) != before.get(path, _NEVER) for path in _needs(job)):
                _write(job, pages)
        if pages is not None:
            pages.keep(_page(job) for job in jobs)
        before = now


def _served(port: int) -> Pages:
    from derive.serving import Pages  # no other command waits for a server

    return Pages(port)


def _looked_at(files: Sequence[str], jobs: Sequence[RenderJob]) -> Iterator[str]:
    """Every file that a page comes from, and what could become one."""
    for job in jobs:
        yield from _needs(job)
    for name in files:
        if os.path.isdir(name):
            with suppress(OSError):
                yield from (str(path) for path in Path(name).iterdir() if path.suffix == ".toml")


def _needs(job: RenderJob) -> Iterator[str]:
    return (os.fspath(path) for path in (job.file, job.claims, job.template) if path is not None)


def _write(job: RenderJob, pages: Pages | None) -> None:
    results, messages, code = rendered_aside(job)
    said = messages.decode(errors="replace").rstrip("\n")
    if said:
        tell(said)
    show_bytes(results)
    if pages is not None:
        (place,) = (path for path, row in job.targets.items() if row.name == "html")
        pages.show(_page(job), place, said if code else "")


def _page(job: RenderJob) -> str:
    """What the page of a file is called on the server."""
    return next(path.name for path, row in job.targets.items() if row.name == "html")


def _state(path: str | os.PathLike[str]) -> FileState:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
