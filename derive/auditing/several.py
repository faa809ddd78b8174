"""Many papers on one network: what is wrong in each, and which steps went wrong most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from derive.auditing.data import Audit

FORMAT: Final = "derive.audits/1"


class Paper(msgspec.Struct, frozen=True):
    """One paper: the file that it was handed in as, and what was found in it.

    Attributes:
        file: the name of the file.
        audit: what was found.
        paper: which of the papers of that file it is, where it holds many.
    """

    file: str
    audit: Audit
    paper: str = ""

    @property
    def title(self) -> str:
        """What it is called in a list."""
        return f"{self.file}: {self.paper}" if self.paper else self.file


class Tally(msgspec.Struct, frozen=True):
    """How a quantity fared in all papers.

    Attributes:
        name: its plain name.
        step: the number of the step that finds it, or None.
        wrong: in how many papers it is wrong.
        claimed: in how many papers it stands.
        codes: the mistakes that explain it best, each with the number of papers, the most frequent first.
    """

    name: str
    step: int | None
    wrong: int
    claimed: int
    codes: Mapping[str, int]


def steps_wrong(
    papers: Sequence[Paper], numbers: Mapping[str, int], order: Callable[[str], float]
) -> tuple[Tally, ...]:
    """The quantities that are wrong anywhere, the most frequent first, then in the order of the calculation.

    Args:
        papers: all papers.
        numbers: for a quantity, the number of the step that finds it.
        order: gives, for a quantity, its place in the calculation.
    """
    wrong: Counter[str] = Counter()
    claimed: Counter[str] = Counter()
    codes: dict[str, Counter[str]] = {}
    for paper in papers:
        claimed.update({claim.name for claim in paper.audit.claims if claim.verdict != "unread"})
        # A paper counts once, also where it says the same thing twice, in two spellings.
        best = {
            claim.name: claim.diagnosis[0].code if claim.diagnosis else ""
            for claim in reversed(paper.audit.claims)
            if claim.verdict == "wrong"
        }
        wrong.update(best.keys())
        for name, code in best.items():
            codes.setdefault(name, Counter()).update([code] if code else [])
    rows = (
        Tally(name, numbers.get(name), count, claimed[name], dict(codes[name].most_common()))
        for name, count in wrong.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.wrong, order(row.name))))


def to_json(papers: Iterable[Paper], steps: Iterable[Tally]) -> str:
    """The JSON of many papers: the object of each with its file, and the steps that went wrong."""
    audits = [
        {"file": paper.file, **({"paper": paper.paper} if paper.paper else {}), **_fields(paper.audit)}
        for paper in papers
    ]
    data = {"format": FORMAT, "audits": audits, "steps": [_fields(step) for step in steps]}
    return msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n"


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(struct)
    return fields
