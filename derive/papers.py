"""Papers of claims on the command line: read one by one, judged, and told where they cannot be."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from derive.auditing.data import Audit
from derive.auditing.several import Paper
from derive.errors import Fault, InputError, UsageError
from derive.solution import Solution
from derive.spec.claim_files import ClaimsFile, files_of
from derive.streams import tell


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
