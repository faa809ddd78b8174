"""What somebody printed, held against the truth: the part of a page that says what is wrong, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from derive.auditing.data import Audit, Diagnosis, Judged
from derive.calculus.solution import Worked
from derive.document.blocks import Block, Content, Emphasis, Heading, Items, Link, Note, Paragraph, Table
from derive.document.words.phrasing import counted, listed, live, say, sentence
from derive.document.words.printed import PrintedWords
from derive.expression.tree import Expr
from derive.spec.claims import printed_number

#: Of more claims of one kind than this, only the first are listed.
_MANY: Final = 60
#: Of more wrong claims in one part of the page than this, only the first are named there.
_FEW: Final = 6
#: The head of a column which holds what numbers were worked out from.
_GIVEN: Final = "right, given"
#: Claims of at most so many characters stand three to a row.
_SHORT: Final = 20


class AuditSection:
    """Writes what an audit found.

    Args:
        solution: the worked network.
        audit: what was found.
        where: gives, for a quantity, the place of the page that works it out.
    """

    def __init__(self, solution: Worked, audit: Audit, where: Callable[[str], Link | None]) -> None:
        self.solution, self.audit, self.where = solution, audit, where
        self.printed = PrintedWords(solution)

    def blocks(self) -> Iterator[Block]:
        """The section; nothing where nothing was claimed."""
        if not self.audit.claims:
            return
        what = "network" if self.solution.model.is_dense else "model"
        yield Heading(1, say("What was printed"), "audit")
        yield Paragraph(
            say(
                f"What somebody has printed for this {what} is held against the truth here: each number at the "
                "precision that it was printed with, first against full precision, then against what follows from the "
                "author's own rounded numbers. A formula is right if it is equal "
                "whatever the numbers are; a number in it may stand for a given one."
            )
        )
        yield Paragraph(say(live("other numbers")))
        yield Paragraph(self._summary())
        yield from self._wrong()
        yield from self._follows()
        yield from self._rounded()
        yield from self._right()
        yield from self._unknown()
        yield from self._unread()

    def beside(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The page's own blocks, with a note at the end of each part in which something was printed wrongly."""
        wrong: dict[str, list[Judged]] = {}
        for claim in self._of("wrong"):
            place = self.where(claim.name)
            if place is not None:
                wrong.setdefault(place.target, []).append(claim)
        waiting: list[Judged] = []
        for block in blocks:
            if isinstance(block, Heading):
                yield from self._marks(waiting)
                waiting = wrong.get(block.anchor, [])
            yield block
        yield from self._marks(waiting)

    def _marks(self, claims: Sequence[Judged]) -> Iterator[Note]:
        if claims:
            printed = [
                say(self._name(claim.name), " as ", self.printed.text(claim.published)) for claim in claims[:_FEW]
            ]
            more = [f"{len(claims) - _FEW} more"] if len(claims) > _FEW else []
            why = Link("audit-wrong", "what is wrong with it" if len(claims) == 1 else "what is wrong with them")
            words = say("Somebody has printed ", listed([*printed, *more]), "; see ", why, ".")
            yield Note("Printed otherwise.", say(live("of the file", content=words)))

    def _summary(self) -> Content:
        audit, total = self.audit, len(self.audit.claims)
        kinds = (
            (audit.count("agrees"), "agrees", "agree"),
            (audit.count("rounding"), "differs by rounding", "differ by rounding"),
            (audit.count("follows"), "follows from an earlier mistake", "follow from an earlier mistake"),
            (audit.count("unknown"), "cannot be judged", "cannot be judged"),
            (audit.count("unread"), "cannot be read", "cannot be read"),
        )
        others = [f"{counted(number)} {one if number == 1 else several}" for number, one, several in kinds if number]
        of = (
            "The one claim is" if total == 1 else f"Of {counted(total)} claims {_none(audit.wrong)} {_are(audit.wrong)}"
        )
        if total == 1:
            content = say(of, " wrong. " if audit.wrong else f" not wrong: it {others[0].partition(' ')[2]}. ")
        else:
            content = say(f"{of} wrong", "; " if others else "", listed(others), ". ")
        if audit.rounding:
            content += say(f"The author's numbers are {audit.rounding}. ")
        if audit.first_wrong is not None and audit.wrong > 1:
            content += say("The first mistake is in ", self._name(audit.first_wrong), *self._at(audit.first_wrong), ".")
        return content

    def _wrong(self) -> Iterator[Block]:
        wrong = self._of("wrong")
        if wrong:
            yield Heading(2, say("What is wrong"), "audit-wrong")
            yield self._items(wrong, self._mistake)

    def _mistake(self, claim: Judged) -> Content:
        told = sentence(
            "{name}{place} was printed as {printed}. {truth}",
            name=self._name(claim.name),
            place=self._at(claim.name),
            printed=self.printed.text(claim.published),
            truth=self.printed.words(claim.note) if printed_number(claim.published) is None else self._truth(claim),
        )
        return told + tuple(
            piece for index, found in enumerate(claim.diagnosis) for piece in self._reason(found, another=index > 0)
        )

    def _truth(self, claim: Judged) -> Content:
        note = say(" ", self.printed.words(claim.note)) if claim.note else ()
        return say("It is ", self.printed.equality(claim.name, claim.expected), ".", *note)

    def _reason(self, found: Diagnosis, *, another: bool) -> Content:
        """A mistake that explains a number; another one goes on in the sentence of the first."""
        chance = f"; one number in {found.odds} would fit by chance" if found.odds else ""
        says = found.says.removesuffix(".")
        if another and says.split(maxsplit=1)[0].isalpha() and says.split(maxsplit=1)[0] not in self.printed.symbols:
            says = f"Or {says[0].lower()}{says[1:]}"
        return say(" ", self.printed.words(says), " (", Emphasis(found.code), chance, ").")

    def _follows(self) -> Iterator[Block]:
        follows = self._of("follows")
        if follows:
            yield Heading(2, say("What follows from it"), "audit-follows")
            yield Paragraph(say("These are worked out rightly, from a number that was wrong already:"))
            yield self._table(follows, _GIVEN)

    def _rounded(self) -> Iterator[Block]:
        rounded = self._of("rounding")
        if rounded:
            yield Heading(2, say("What rounding explains"), "audit-rounding")
            yield Paragraph(say("These differ from the truth in their last digits, and are no mistakes:"))
            yield self._table(rounded, "how it comes about")

    def _right(self) -> Iterator[Block]:
        right = self._of("agrees")
        if not right:
            return
        yield Heading(2, say("What is right"), "audit-right")
        yield self._pairs(right[:_MANY])
        if len(right) > _MANY:
            yield Paragraph(say(f"and {len(right) - _MANY} more."))
        remarks = self.audit.remarks
        read = [claim for claim in right if claim.note and len(remarks[claim.note]) == 1]
        if read:
            yield Paragraph(say("Of names with several readings that one is taken with which the number agrees:"))
            yield self._items(read, self._read)
        erased = [claim for claim in right if claim.diagnosis]
        if erased:
            yield Note("Right, as far as the digits go.", self._erased(erased))
        for remark, names in ((remark, names) for remark, names in remarks.items() if len(names) > 1):
            some = [say(self._name(name)) for name in names[:_FEW]]
            some += [say(f"{len(names) - _FEW} more")] if len(names) > _FEW else []
            yield Note("Right, with a remark.", say("Of ", listed(some), ": ", self.printed.words(remark)))

    def _pairs(self, claims: Sequence[Judged]) -> Table:
        """Quantities with what was printed, several of them side by side where they are short."""
        longest = max(len(claim.name) + len(claim.published) for claim in claims)
        beside = min(len(claims), 3 if longest <= _SHORT else 2)
        rows = -(-len(claims) // beside)
        cells = [(say(self._name(claim.name)), self.printed.text(claim.published)) for claim in claims]
        cells += [((), ())] * (rows * beside - len(claims))
        # Read downwards: the first column holds what comes first in the calculation.
        lines = (tuple(cell for pair in cells[row::rows] for cell in pair) for row in range(rows))
        return Table((say("quantity"), say("printed")) * beside, "lr" * beside, tuple(lines))

    def _erased(self, claims: Sequence[Judged]) -> Content:
        """What is told of numbers that agree at their precision, and still have something to be said of them."""
        if any(found.code != "erased" for claim in claims for found in claim.diagnosis):
            parts = [
                say(self._name(claim.name), ": ", self.printed.words(claim.diagnosis[0].says))
                for claim in claims[:_MANY]
            ]
            return say(*(piece for part in parts for piece in (*part, *say(" "))))[:-1]
        parts = [self.printed.words(f"{claim.name} = {claim.exact}") for claim in claims[:_MANY]]
        which = "this value" if len(claims) == 1 else "these values"
        return say(f"Rounding has erased {which}, printed as 0: at full precision ", listed(parts), ".")

    def _read(self, claim: Judged) -> Content:
        return say(f"“{claim.written or claim.name}”: ", *self.printed.words(claim.note))

    def _unknown(self) -> Iterator[Block]:
        unknown = self._of("unknown")
        if unknown:
            yield Heading(2, say("What could not be judged"), "audit-unknown")
            yield self._items(unknown, self._unjudged)

    def _unjudged(self, claim: Judged) -> Content:
        return say(
            f"“{claim.name}”, printed as ", *self.printed.text(claim.published), ". ", *self.printed.words(claim.note)
        )

    def _unread(self) -> Iterator[Block]:
        unread = self._of("unread")
        if unread:
            yield Heading(2, say("What could not be read"), "audit-unread")
            yield self._items(unread, self._illegible)

    def _illegible(self, claim: Judged) -> Content:
        place = () if claim.line is None else say(f" (line {claim.line})")
        return say(f"“{claim.name}”", place, f": {claim.note}.")

    # Parts

    def _of(self, verdict: str) -> list[Judged]:
        return [claim for claim in self.audit.claims if claim.verdict == verdict]

    def _items(self, claims: Sequence[Judged], write: Callable[[Judged], Content]) -> Items:
        rest = [say(f"and {len(claims) - _MANY} more.")] if len(claims) > _MANY else []
        return Items((*map(write, claims[:_MANY]), *rest))

    def _table(self, claims: Sequence[Judged], why: str) -> Table:
        rows = tuple(
            (
                say(self._name(claim.name)),
                self.printed.text(claim.published),
                self.printed.text(claim.expected),
                self.printed.words(claim.note.removeprefix("Right, given ") if why == _GIVEN else claim.note),
            )
            for claim in claims[:_MANY]
        )
        return Table((say("quantity"), say("printed"), say("it is"), say(why)), "lrrl", rows)

    def _name(self, name: str) -> Expr:
        return self.printed.quantity(name)

    def _at(self, name: str) -> Content:
        place = self.where(name)
        return () if place is None else say(" (", place, ")")


def _none(number: int) -> str:
    return counted(number) if number else "none"


def _are(number: int) -> str:
    return "is" if number <= 1 else "are"
