"""One bank of questions for the quizzes of a course's system, of many files: the variants of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from derive.cli.in_turn import Kept, all_made, made_aside
from derive.cli.loading import load
from derive.cli.pages import name_of, network_files, targets_of, wanted_formats
from derive.errors import UsageError
from derive.streams import show_path, tell

if TYPE_CHECKING:
    from derive.document.bank import Bank
    from derive.render.formats import Format

#: What stands behind the title of a variant: its id.
_BEHIND = " ({})"


#: What a bank is called where files are named and no folder is.
_NAME = "bank"


class _Job(NamedTuple):
    """A variant, and the flags that win over its file."""

    file: str
    flags: Mapping[str, Any]


def write_banks(files: Sequence[str], formats: str | None, place: str | None, flags: Mapping[str, Any]) -> int:
    """Write the variants of a folder as one bank, in each of some formats; the exit code.

    Args:
        files: network files and folders of them.
        formats: the formats, by name.
        place: the folder for the banks, or the file where one is written; left out: ``output``.
        flags: settings that win over those of the files.
    """
    from derive.files import write_files

    if place == "-" or "-" in files:
        raise UsageError("--collate: standard input and output take one page")
    rows = wanted_formats(formats, place)
    _refuse_others(rows)
    variants = _by_id(network_files(files))
    targets = targets_of(name_of(files, _NAME), rows, place)
    inputs = [("network file", file) for file in variants.values()]
    banks, code = banks_of(variants, flags)
    if code:
        return code
    contents = {path: bank_together(row, banks) for path, row in targets.items()}
    write_files(contents, inputs)
    for notice in dict.fromkeys(row.notice for row in rows):
        tell(f"derive: {notice}")
    for path in contents:
        show_path(path)
    return 0


def banks_of(files: Mapping[str, str], flags: Mapping[str, Any]) -> tuple[Mapping[str, Bank], int]:
    """The bank of each variant, by its id, and the exit code; each is worked out once.

    Args:
        files: the network files, by id.
        flags: settings that win over those of the files.

    Raises:
        UsageError: these are no variants of one model, as they ask for different things.
    """
    banks, code = all_made("making questions", _bank, [_Job(file, flags) for file in files.values()])
    if code:
        tell("derive: no bank is written, as a variant would be missing in it")
        return {}, code
    found = dict(zip(files, banks, strict=True))
    asked = {name: [question.blank.name for question in bank.questions] for name, bank in found.items()}
    (first, wanted), *others = asked.items()
    for name, names in others:
        if names != wanted:
            differs = sorted({*names} ^ {*wanted})[0] if {*names} != {*wanted} else "their order"
            raise UsageError(
                f"{files[first]} and {files[name]}: one bank takes variants of one model, and these ask for different "
                f"quantities ({differs})"
            )
    return found, 0


def bank_together(row: Format, banks: Mapping[str, Bank]) -> bytes:
    """The file of a format that has some banks in it."""
    assert row.together is not None
    name, bank = next(iter(banks.items()))
    return row.together(banks, bank.setting.title.removesuffix(_BEHIND.format(name)))


def _refuse_others(formats: Sequence[Format]) -> None:
    """Make sure that all formats can hold variants together.

    Raises:
        UsageError: one cannot.
    """
    from derive.outputs import all_formats
    from derive.spec.phrases import listed

    for row in formats:
        if row.together is None:
            banks = [each.name for each in all_formats().values() if each.together is not None]
            raise UsageError(f"--collate: {row.name} holds one solution; {listed(banks, 'and')} hold variants together")


def _bank(job: _Job) -> tuple[Bank | None, Kept]:
    return made_aside(lambda: _made(job))


def _made(job: _Job) -> Bank:
    from derive.api import solve

    return solve(load(job.file, job.flags)).bank


def _by_id(files: Sequence[str]) -> Mapping[str, str]:
    """Files by what they are called without their suffix: the ids of variants.

    Raises:
        UsageError: two are called alike.
    """
    found: dict[str, str] = {}
    for file in files:
        name = Path(file).stem
        if name in found:
            raise UsageError(f"{found[name]} and {file}: both are the variant {name}")
        found[name] = file
    return found
