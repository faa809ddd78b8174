"""Papers of claims on the command line: read one by one, judged, and told where they cannot be; those of a class."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import msgspec

from derive.auditing.data import Audit
from derive.auditing.several import Paper
from derive.errors import Fault, InputError, UsageError
from derive.parallel import side_by_side
from derive.solution import Solution
from derive.spec.claim_files import files_of, read_class
from derive.spec.paper import ClaimsFile
from derive.spec.phrases import printable
from derive.spec.reading.reader import Overrides
from derive.streams import tell

#: From so many papers on they are judged side by side, so many of one network by one process in turn.
_MANY = 24
_AT_ONCE = 8
#: No number of a student is as wide.
_WIDEST = 20


class Pile(msgspec.Struct):
    """The papers that were named, judged.

    Attributes:
        papers: those that could be read, with what was found.
        refused: why files cannot be used.
        many: whether a pile was asked for: several files, a folder, a list of papers.
        unread: whether a claim of any cannot be read.
    """

    papers: list[Paper]
    refused: list[InputError]
    many: bool
    unread: bool = False


def judged(solution: Solution, claims: Sequence[str], form: str | None) -> Pile:
    """Judge all papers; of a pile, one that cannot be read does not stop the others.

    Args:
        solution: of the network that they are about.
        claims: files and folders; without any, the table ``[published]`` is judged.
        form: how the files are written; left out: their suffixes say so.

    Raises:
        UsageError: a folder is empty.
        InputError: there is one file, and it cannot be used.
    """
    folders = [files_of(name) for name in claims]
    pile = Pile([], [], len(claims) > 1 or any(folders))
    paths = [path for name, files in zip(claims, folders, strict=True) for path in files or [name]]
    for path in paths or [""]:
        try:
            papers = solution.papers(path, form) if path else (solution.network.published,)
        except InputError as error:
            pile.refused.append(error)
            continue
        for paper in papers:
            found = solution.audit(paper)
            pile.papers.append(Paper(path or paper.name, found, paper.paper))
            pile.many = pile.many or bool(paper.paper)
            pile.unread = tell_unread(paper, found) or pile.unread
    if pile.refused and not (pile.papers or pile.many):
        raise pile.refused[0]
    for refusal in pile.refused:
        tell(str(refusal))
    return pile


def one_paper(claims: Sequence[str]) -> str | None:
    """The one file of claims that a page judges.

    Raises:
        UsageError: there are several.
    """
    if len(claims) > 1:
        raise UsageError(f"--claims: a page judges one file of claims, and here are {len(claims)}; audit judges many")
    return claims[0] if claims else None


def tell_unread(paper: ClaimsFile, found: Audit) -> bool:
    """Tell of each claim that cannot be read; whether there are any."""
    unread = [claim for claim in found.claims if claim.verdict == "unread"]
    for claim in unread:
        fault = paper.fault(claim.written or claim.name, Fault((), claim.note, line=claim.line))
        tell(fault.sentence(paper.name))
    return bool(unread)


class _Task(msgspec.Struct, frozen=True):
    """Papers to be judged by one process, one after the other.

    Attributes:
        text: of the network file that they are about.
        settings: what wins over its own, as JSON.
        papers: the papers.
    """

    text: str
    settings: bytes
    papers: tuple[ClaimsFile, ...]


def audits_of(about: Sequence[tuple[ClaimsFile, Solution]], settings: Overrides) -> list[Audit]:
    """What is found in papers, in their order; many of them are judged side by side.

    Args:
        about: each with the network that it is about.
        settings: what wins over the network file's.
    """
    if len(about) < _MANY:
        return [solution.audit(paper) for paper, solution in about]
    given = msgspec.json.encode(settings)
    tasks: list[_Task] = []
    for _, group in groupby(about, lambda pair: id(pair[1])):
        pairs = list(group)
        for start in range(0, len(pairs), _AT_ONCE):
            papers = tuple(paper for paper, _ in pairs[start : start + _AT_ONCE])
            tasks.append(_Task(pairs[0][1].network.source.text, given, papers))
    return [audit for audits in side_by_side(_audited, tasks) for audit in audits]


def _audited(task: _Task) -> list[Audit]:
    solution = _solution(task.text, task.settings)
    return [solution.audit(paper) for paper in task.papers]


@lru_cache(maxsize=1)  # what judges one paper keeps what it has worked out for the next
def _solution(text: str, settings: bytes) -> Solution:
    from derive.api import loads, solve

    return solve(loads(text, msgspec.json.decode(settings)))


class HandedIn(msgspec.Struct):
    """What a class handed in.

    Attributes:
        papers: by whose they are.
        files: those that were read, or should have been.
        columns: the names of quantities at the heads of lists, as they are written.
        incomplete: whether a paper, or a line of one, cannot be read.
    """

    papers: dict[str, ClaimsFile]
    files: list[str]
    columns: list[str]
    incomplete: bool = False


def handed_in(solution: Solution, claims: Sequence[str]) -> HandedIn:
    """Read what a class handed in; why a paper cannot be read is told.

    Args:
        solution: of the network that they are about, or of one like it.
        claims: files, lists and folders.

    Raises:
        UsageError: a folder is empty.
        InputError: there is one file, and it cannot be used.
    """
    from derive.course.marking.papers import ids_of

    folders = [files_of(name) for name in claims]
    files = [path for name, inside in zip(claims, folders, strict=True) for path in inside or [name]]
    found, again = HandedIn({}, files, []), set[str]()
    for whose, path in zip(ids_of(files), files, strict=True):
        try:
            there = read_class(path, solution.auditor.knows)
        except InputError as error:
            if len(files) == 1:
                raise
            tell(str(error))
            found.incomplete = True
            continue
        found.columns += there.columns
        if there.faults is not None:
            tell(str(there.faults))
            found.incomplete = True
        if there.twice:
            tell(f"{path}: not marked, as it is not known which row counts: {', '.join(map(printable, there.twice))}")
        for paper in there.papers:
            known = found.papers.setdefault(paper.paper or whose, paper)
            if known is not paper:
                tell(f"{paper.title}: not marked, nor {known.title}: which of them counts for {paper.paper or whose}?")
                again.add(paper.paper or whose)
    found.incomplete = found.incomplete or bool(again)
    found.papers = {whose: paper for whose, paper in found.papers.items() if whose not in again}
    return found


def with_variants(handed: HandedIn, variants: str, solve: Callable[[str], Solution]) -> Iterator[tuple[str, Solution]]:
    """Whose paper is about which network; who has none is told, and who has one and handed nothing in.

    Args:
        handed: the papers.
        variants: the folder with a network file for each.
        solve: works out the network of a file.
    """
    from derive.course.marking.papers import file_names

    there = {Path(path).stem: path for path in files_of_variants(variants)}
    names = file_names(handed.papers)
    for whose, paper in handed.papers.items():
        name = _variant_of(whose, names[whose], there)
        path = None if name is None else there.pop(name)
        if path is not None and name not in (whose, names[whose]):
            tell(f"{paper.title}: {whose} is taken for {name}: a spreadsheet leaves out zeros at the beginning")
        try:
            if path is not None:
                yield whose, solve(path)
                continue
            tell(f"{paper.title}: not marked, as there is no {os.path.join(variants, whose)}.toml")
        except InputError as error:
            tell(str(error))
        handed.incomplete = True
    for whose, path in there.items():
        tell(f"{path}: {whose} has handed nothing in")


def _variant_of(whose: str, name: str, there: Container[str]) -> str | None:
    """The variant of an id; of a number also the one that differs by zeros before it alone."""
    exact = next((each for each in (whose, name) if each in there), None)
    if exact is not None or not (whose.isascii() and whose.isdigit()):
        return exact
    wider = [each for width in range(len(whose) + 1, _WIDEST) if (each := whose.zfill(width)) in there]
    return wider[0] if len(wider) == 1 else None


def files_of_variants(variants: str) -> Sequence[str]:
    """The network files of a folder of variants.

    Raises:
        UsageError: there are none.
    """
    if not os.path.isdir(variants):
        raise UsageError(f"--variants {variants}: no such folder")
    found = sorted(name for name in os.listdir(variants) if name.endswith(".toml") and not name.startswith("."))
    if not found:
        raise UsageError(f"--variants {variants}: a folder without network files")
    return [os.path.join(variants, name) for name in found]
