"""``derive variants``: the same model with other numbers for each of a class, sheets and answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from derive.cli.in_turn import Kept, aside, in_turn
from derive.cli.loading import load, overrides, solved
from derive.console.commands import Bars, Failures, settings
from derive.errors import UsageError
from derive.stopping import undone
from derive.streams import show_path, tell

if TYPE_CHECKING:
    from derive.course.variants.written import Answer
    from derive.files import Input
    from derive.network import Network
    from derive.solution import Solution

#: What a sheet can show, in the order of use; the last is what is rendered where none is named.
PARTS = ("question", "worksheet", "key", "solution")
_ANSWERS = "answers.csv"
#: What all sheets of a part together are called.
_ALL = "all"


@click.command()
@click.argument("file")
@click.option("--count", type=int, metavar="N", help="So many variants, 01 to N.")
@click.option("--roster", metavar="IDS", help="A variant for each id of a list: the first column of a CSV.")
@click.option("--seed", type=int, default=0, metavar="N", help="Another seed gives everybody other numbers; 0.")
@click.option(
    "--keep",
    metavar="NAME[,NAME…]",
    help="What stays: inputs, targets, weights, biases; of equations, names of [given] and [parameters].",
)
@click.option("--style", type=click.Choice(["integers"]), help="integers: small whole numbers.")
@click.option("-o", "place", metavar="FOLDER", required=True, help="Where the variants go.")
@click.option("--to", "formats", metavar="FORMAT[,FORMAT…]", help="Sheets beside each: pdf, html, … Left out: none.")
@click.option("--part", "parts", metavar="PART[,PART…]", help=f"What a sheet shows: {', '.join(PARTS)} (if left out).")
@click.option("--collate", is_flag=True, help="All together too: sheets as one PDF, questions as one bank.")
@settings
def variants(
    file: str,
    *,
    count: int | None,
    roster: str | None,
    seed: int,
    keep: str | None,
    style: str | None,
    place: str,
    formats: str | None,
    parts: str | None,
    collate: bool,
    **flags: Any,
) -> None:
    """Write the same model with other numbers for each of a class, the answers, and sheets.

    The numbers keep to what makes an exercise worth doing: no answer is 0 or rounded to it, nothing is saturated,
    dead or at a kink. An id has the same numbers whoever else is on the list.

    \b
    derive variants examples/blog-2-3-1.toml --count 30 -o class
    derive variants net.toml --roster ids.csv --to pdf --part question,key --collate -o class
    """
    from derive.files import write_files

    ids = _ids(count, roster)
    sheets = _sheets(formats, parts, collate)
    folder = _folder(place)
    network = load(file, flags)
    inputs: list[Input] = [("network file", file), *([("roster", roster)] if roster is not None else [])]
    _refuse_clashes(folder, ids, sheets, inputs, collate=collate)
    own = solved(network)
    drawn = _drawn(own, ids, seed=seed, keep=keep, integers=style == "integers")
    contents = _contents(network, folder, drawn, overrides(flags))
    _refuse_other(contents)
    write_files(contents, inputs)
    for path in contents:
        show_path(path)
    if sheets:
        _write_sheets(folder, ids, sheets, collate=collate, title=own.title)


class _Sheet(NamedTuple):
    """What is rendered of each variant: a part in a format."""

    part: str
    format: str

    @property
    def is_together(self) -> bool:
        """Whether its format can hold those of all ids: as pages of one PDF, or as questions of one bank."""
        from derive.outputs import format_named

        return self.format == "pdf" or format_named(self.format).together is not None

    def path(self, folder: Path, name: str) -> Path:
        """Where it goes."""
        from derive.outputs import file_in, format_named

        stem = name if self.part == "solution" else f"{name}.{self.part}"
        return file_in(folder, stem, format_named(self.format))


def _ids(count: int | None, roster: str | None) -> Sequence[str]:
    from derive.course.variants.roster import MOST_IDS, counted_ids, roster_ids

    if (count is None) == (roster is None):
        raise UsageError("expected --count N, such as --count 30, or --roster IDS, a list of ids, and not both")
    if roster is not None:
        return roster_ids(roster)
    assert count is not None
    if not 1 <= count <= MOST_IDS:
        raise UsageError(f"--count {count}: expected a whole number from 1 to {MOST_IDS:,}")
    return counted_ids(count)


def _sheets(formats: str | None, parts: str | None, collate: bool) -> Sequence[_Sheet]:
    from derive.errors import nearest
    from derive.outputs import format_named
    from derive.spec.phrases import listed, quoted

    if formats is None:
        for option, given in (("--part", parts is not None), ("--collate", collate)):
            if given:
                raise UsageError(f"{option}: no format is named; --to pdf writes sheets")
        return ()
    rows = list(dict.fromkeys(format_named(name.strip()).name for name in formats.split(",")))
    if collate and not any(_Sheet("solution", row).is_together for row in rows):
        raise UsageError(
            "--collate: sheets are put together as PDF, questions as a bank; expected pdf, moodle, qti or canvas "
            "behind --to"
        )
    chosen = list(dict.fromkeys(part.strip() for part in (parts or PARTS[-1]).split(",")))
    for part in chosen:
        if part not in PARTS:
            hint = nearest(part, PARTS)
            says = f"--part {quoted(part)}: expected {listed(PARTS)}"
            raise UsageError(says + (f" ({hint})" if hint else ""))
    for row in rows:
        if chosen != ["solution"] and not format_named(row).has_parts:
            raise UsageError(f"--part: {row} shows only the whole solution")
    return [_Sheet(part, row) for part in chosen for row in rows]


def _folder(place: str) -> Path:
    if not place or place == "-":
        raise UsageError("-o: expected a folder for the variants")
    folder = Path(place)
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"{folder}: a file; expected a folder for the variants")
    return folder


def _refuse_clashes(
    folder: Path, ids: Sequence[str], sheets: Sequence[_Sheet], inputs: Sequence[Input], *, collate: bool
) -> None:
    """Make sure that no two files go to one place, and none to that of an input."""
    from derive.files import refuse_inputs

    places: dict[str, str] = {}
    wanted = [(folder / _ANSWERS, "the answers")]
    for name in ids:
        wanted += [(path, name) for path in (folder / f"{name}.toml", *(sheet.path(folder, name) for sheet in sheets))]
    wanted += [(sheet.path(folder, _ALL), "all together") for sheet in sheets if collate and sheet.is_together]
    for path, name in wanted:
        # Some systems take A.pdf and a.pdf for one file.
        other = places.setdefault(str(path).casefold(), name)
        if other != name:
            raise UsageError(f"{path}: what is made for {other} and for {name} would be called alike")
    refuse_inputs([path for path, _ in wanted], inputs)


def _drawn(
    own: Solution, ids: Sequence[str], *, seed: int, keep: str | None, integers: bool
) -> Mapping[str, tuple[str, Sequence[Answer]]]:
    """By id, the text of the variant and what is to be answered."""
    from derive.course.variants.drawing import Drawer, GateError
    from derive.course.variants.ranges import refuse_integers
    from derive.course.variants.slots import slots
    from derive.course.variants.written import answers, variant_text, with_numbers
    from derive.spec.reading.spans import value_spans

    network = own.network
    text, name = network.source.text, network.source.name
    spans = value_spans(text)
    every = slots(network.file, network.model, spans, ())
    varied = slots(network.file, network.model, spans, _kept(network, keep))
    if not varied:
        what = "beside what is kept, no number" if every else "no number"
        raise UsageError(f"{name}: {what} of it can vary; zeros, classes, masks of 0 and 1 and constants stay")
    if integers:
        refuse_integers(name, own.worked)
    drawing = Drawer(own.worked, varied, every, integers=integers)
    bars = Bars()
    click.get_current_context().with_resource(undone(bars.close))
    bar = bars("drawing numbers")
    taken: set[tuple[Any, ...]] = set()
    found: dict[str, tuple[str, Sequence[Answer]]] = {}
    for done, each in enumerate(ids, start=1):
        try:
            drawn = drawing.draw(seed, each, taken)
        except GateError as error:
            raise UsageError(f"{name}: no numbers were found for {each}: {error}") from None
        taken.add(drawing.key(drawn.numbers))
        titled = variant_text(with_numbers(text, varied, drawn.numbers), own.title, each)
        found[each] = titled, answers(each, drawn.worked)
        bar(done, len(ids))
    return found


def _kept(network: Network, keep: str | None) -> Sequence[str]:
    from derive.course.variants.slots import keepable
    from derive.spec.phrases import listed, near, quoted

    words = [] if keep is None else [word.strip() for word in keep.split(",")]
    known = keepable(network.file)
    for word in words:
        if word not in known:
            hint = near(word, known)
            raise UsageError(f"--keep {quoted(word)}: expected {listed(known)}" + (f" ({hint})" if hint else ""))
    return words


def _contents(
    network: Network,
    folder: Path,
    drawn: Mapping[str, tuple[str, Sequence[Answer]]],
    flags: Mapping[str, Mapping[str, Any]],
) -> Mapping[Path, bytes]:
    from derive.course.variants.written import answer_table, with_flags

    texts = {name: with_flags(text, flags) for name, (text, _) in drawn.items()}
    _refuse_lost_settings(network, next(iter(texts.values())))
    contents = {folder / f"{name}.toml": text.encode() for name, text in texts.items()}
    table = answer_table(row for _, rows in drawn.values() for row in rows)
    return {**contents, folder / _ANSWERS: table.encode()}


def _refuse_lost_settings(network: Network, text: str) -> None:
    """Make sure that a variant is read with the settings that it was drawn with, those of flags among them."""
    from derive.api import loads
    from derive.errors import InputError

    try:
        found = loads(text).file
        kept = (found.numbers, found.document) == (network.file.numbers, network.file.document)
    except InputError:
        kept = False
    if not kept:
        raise UsageError(
            f"{network.source.name}: the settings of flags cannot be written into it; expected [numbers] and "
            "[document] as tables with a line for each key"
        )


def _refuse_other(contents: Mapping[Path, bytes]) -> None:
    """Make sure that nothing is lost: what stands at a place already is the same, or a part of the answers."""
    for path, content in contents.items():
        if not os.path.lexists(path):
            continue
        there = path.read_bytes() if path.is_file() else b""
        whole = there == content or (path.name == _ANSWERS and set(there.splitlines()) <= set(content.splitlines()))
        if not path.is_file() or not whole:
            raise UsageError(f"{path}: exists already with something else in it, and is not overwritten")


# Sheets


class _Job(NamedTuple):
    """A variant of which sheets are written."""

    folder: Path
    name: str
    sheets: Sequence[_Sheet]


def _write_sheets(folder: Path, ids: Sequence[str], sheets: Sequence[_Sheet], *, collate: bool, title: str) -> None:
    """Write the sheets of each id, side by side, then all of a part as one."""
    if code := in_turn("writing sheets", _written_aside, [_Job(folder, name, sheets) for name in ids]):
        sys.exit(code)
    if not collate:
        return
    for sheet in sheets:
        if sheet.format == "pdf":
            _collate(folder, ids, sheet, title)
    if banks := [sheet for sheet in sheets if sheet.is_together and sheet.format != "pdf"]:
        _collate_banks(folder, ids, banks)


def _written_aside(job: _Job) -> Kept:
    """Write the sheets of a variant, with what is to be printed and told kept back."""
    return aside(lambda: _write(job))


def _write(job: _Job) -> int:
    from derive.api import load as load_file
    from derive.api import solve

    solution, failures = solve(load_file(job.folder / f"{job.name}.toml")), Failures()
    for sheet in job.sheets:
        try:
            _write_sheet(solution, sheet, sheet.path(job.folder, job.name))
        except Exception as error:
            failures.tell(error)
    return failures.code


def _write_sheet(solution: Solution, sheet: _Sheet, target: Path) -> None:
    from derive.files import write_files
    from derive.outputs import printable_stem

    part = {} if sheet.part == "solution" else {"part": sheet.part}
    rendered = solution.rendered(sheet.format, stem=printable_stem(target.stem), **part)
    contents = {target: rendered.content}
    contents |= {target.parent / name: content for name, content in rendered.companions.items()}
    _refuse_other(contents)
    write_files(contents, solution.inputs)
    for notice in rendered.notices:
        tell(f"derive: {notice}")
    for path in contents:
        show_path(path)


def _collate(folder: Path, ids: Sequence[str], sheet: _Sheet, title: str) -> None:
    from derive.files import write_files
    from derive.render.typst.binding import bound

    target = sheet.path(folder, _ALL)
    contents = {target: bound(title, {name: sheet.path(folder, name).read_bytes() for name in ids})}
    _refuse_other(contents)
    write_files(contents)
    show_path(target)


def _collate_banks(folder: Path, ids: Sequence[str], sheets: Sequence[_Sheet]) -> None:
    """Write the questions of all ids as one bank, in each of some formats."""
    from derive.cli.banking import bank_together, banks_of
    from derive.files import write_files
    from derive.outputs import format_named

    banks, code = banks_of({name: str(folder / f"{name}.toml") for name in ids}, {})
    if code:
        sys.exit(code)
    contents = {sheet.path(folder, _ALL): bank_together(format_named(sheet.format), banks) for sheet in sheets}
    _refuse_other(contents)
    write_files(contents)
    for path in contents:
        show_path(path)
