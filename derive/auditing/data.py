"""What an audit finds, as data: the JSON of ``derive audit``, and what ``derive.audit`` gives from Python."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Final, Literal

import msgspec

from derive.spec.phrases import counted, printable

FORMAT: Final = "derive.audit/1"

#: A match that is less likely than this to be luck needs no word about it.
_SURE: Final = 1e-6

#: ``agrees``: the exact value, rounded either way. ``rounding``: explained by truncation or by carrying rounded values
#: on. ``follows``: right, given an earlier wrong claim. ``unknown``: no such quantity. ``unread``: it cannot be read.
Verdict = Literal["agrees", "rounding", "follows", "wrong", "unknown", "unread"]


class Diagnosis(msgspec.Struct, frozen=True):
    """A mistake that reproduces what was printed.

    Attributes:
        code: which kind of mistake, from the documented list; two at once are joined by ``+``.
        says: the mistake as a sentence.
        chance: how likely a number without that cause would have been hit by luck, from 0 to 1.
    """

    code: str
    says: str
    chance: float

    @property
    def odds(self) -> str:
        """How many numbers there are to one that would fit by luck, roughly; empty where that is next to impossible."""
        return f"{float(f'{1 / self.chance:.1g}'):,.0f}" if self.chance > _SURE else ""


class Judged(msgspec.Struct, frozen=True, omit_defaults=True):
    """A claim, judged.

    Attributes:
        name: the quantity, by its plain name; where there is no such quantity, as it was written.
        published: what was printed.
        expected: the exact value at the precision of the claim, in the form of the claim.
        exact: the exact value, to at least 15 digits.
        verdict: what is found.
        diagnosis: the mistakes that reproduce what was printed, best first.
        note: what else is to be said: what a rounded value was worked out from, which quantity was meant; of what
            cannot be read, what was found and expected, as a phrase.
        written: the name as it was written, where that is another.
        line: where the claim stands in its file, if known.
    """

    name: str
    published: str
    expected: str
    exact: str
    verdict: Verdict
    diagnosis: tuple[Diagnosis, ...]
    note: str = ""
    written: str = ""
    line: int | None = None

    @property
    def says(self) -> str:
        """What is to be said of it, in sentences."""
        return " ".join([*([self.note] if self.note else []), *(found.says for found in self.diagnosis)])

    def __repr__(self) -> str:
        truth = f", it is {self.expected}" if self.verdict in ("wrong", "follows") else ""
        code = f" [{self.diagnosis[0].code}]" if self.diagnosis else ""
        return f"<Claim {printable(f'{self.name} = {self.published}')}: {self.verdict}{truth}{code}>"


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """All claims of one solution, judged.

    Attributes:
        format: the name of this form of data.
        claims: the claims, in the order in which they were made.
        wrong: how many are wrong.
        first_wrong: the wrong claim that comes first in the order of the calculation, or None.
        rounding: what the author's numbers show of how they were rounded and carried, as a phrase; empty where they
            show nothing.
    """

    format: str = FORMAT
    claims: tuple[Judged, ...]
    wrong: int
    first_wrong: str | None = None
    rounding: str = ""

    @property
    def remarks(self) -> dict[str, list[str]]:
        """What is to be said of right numbers, each with the quantities that it is said of."""
        found: dict[str, list[str]] = {}
        for claim in self.claims:
            if claim.verdict == "agrees" and claim.note:
                found.setdefault(claim.note, []).append(claim.name)
        return found

    def count(self, verdict: Verdict) -> int:
        """How many claims have a verdict."""
        return sum(claim.verdict == verdict for claim in self.claims)

    def __repr__(self) -> str:
        return f"<Audit of {counted(len(self.claims), 'claim')}: {self._counts()}>"

    def _counts(self) -> str:
        counts = Counter(claim.verdict for claim in self.claims)
        return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()) or "nothing was claimed"

    def _repr_html_(self) -> str:
        """The claims as a table, as a notebook shows them: in HTML, where none of the author's signs is markup."""
        rows = "".join(
            f'<tr><th scope="row"><code>{escape(claim.written or claim.name)}</code></th>'
            f"<td><code>{escape(claim.published)}</code></td><td><code>{escape(claim.expected)}</code></td>"
            f"<td>{_stressed(claim.verdict)}</td><td>{escape(claim.says)}</td></tr>"
            for claim in self.claims
        )
        head = "".join(f'<th scope="col">{word}</th>' for word in ("quantity", "printed", "it is", "verdict", "why"))
        # The classes keep notebooks from typesetting what stands between two dollar signs.
        return (
            f'<div class="tex2jax_ignore mathjax_ignore"><p>{escape(self._counts())}</p>'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _stressed(verdict: Verdict) -> str:
    return f"<strong>{verdict}</strong>" if verdict == "wrong" else verdict


def to_json(audit: Audit) -> str:
    """The JSON, indented so that a person can read it."""
    return msgspec.json.format(msgspec.json.encode(audit), indent=1).decode() + "\n"
