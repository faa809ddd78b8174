"""The mistakes of a script by its own numbers: the change of one line with which it comes to the true new values.

What lines mean is not asked. A line is suspected whose numbers are no quantity of the model, and lead to none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import chain, islice
from typing import Final, NamedTuple

from derive.auditing.code.code_lines import CodeLine, Key
from derive.auditing.code.edits import AROUND, UNDIVIDED, Edit
from derive.auditing.code.language.work_done import SOUGHT_BY_NUMBERS
from derive.auditing.code.proving import Proof, is_among
from derive.auditing.code.returned import mended_calls, mended_functions
from derive.auditing.code.working import MeantNumbers, Visit, WorkedScript, numbers_in, visit_of
from derive.catalogue.roles import COST_PART, TARGET
from derive.model.arrays.grids import ExprArray
from derive.model.references import read, split_updates

#: So many mistakes are looked for.
_MISTAKES: Final = 3
#: So many lines that are no quantity are looked at, and so many that are one, which may be another than is meant.
_SUSPECTED: Final = 30
_OTHERS: Final = 30
#: The names of so many quantities at most are numbers that a right line may give, after several updates.
_KNOWN: Final = 5000

#: What is wrong where something is only given another name.
_OTHERWISE: Final = frozenset({"other-name", "swapped-index", "activation-missing"})

#: A change of the script: lines with what they assign instead, and what lines are said to give.
_Change = tuple[Mapping[Key, Edit], Mapping[Visit, MeantNumbers]]


class _Candidate(NamedTuple):
    """A change of the script that may mend it.

    Attributes:
        key: the line.
        edit: what it is to assign instead.
        change: the script with that.
        sure: whether it may be one of several mistakes: the line goes on with no other that may be wrong, and gives
            quantities then.
    """

    key: Key
    edit: Edit
    change: _Change
    sure: bool


class _Suspect(NamedTuple):
    """A line that may be wrong.

    Attributes:
        visit: the line.
        alone: whether it goes on with no other that may be.
        turned: whether it is a quantity with its sign turned.
    """

    visit: Visit
    alone: bool
    turned: bool


class Seeking:
    """Looks for the mistakes of a script; what is found is taken into the proof.

    Args:
        proof: what is known of the script by its numbers.
        told: the change that is told of the line which its formula shows to be wrong, where that is the only one.
    """

    def __init__(self, proof: Proof, told: Mapping[Key, Edit]) -> None:
        self.proof, self.script, self.told = proof, proof.script, told
        #: The changes of lines, and whether they give quantities then.
        self._found: dict[Visit, list[tuple[Edit, bool]]] = {}
        self.effort = proof.effort
        self.effort.sought = self.effort.spent + SOUGHT_BY_NUMBERS

    def mistakes(self) -> dict[Key, Edit]:
        """The changes of lines with which the script comes to more of the true new values; none where none does."""
        found: dict[Key, Edit] = {}
        while not self.proof.is_right and len(found) < _MISTAKES:
            mistake = self._mistake()
            if mistake is None:
                break
            found[mistake[0]] = mistake[1]
        return found

    def _mistake(self) -> tuple[Key, Edit] | None:
        """The change of one line that makes all right; or else of the first that is no quantity, and makes more so."""
        best: _Candidate | None = None
        most = 0
        self._found.clear()
        for candidate in self._candidates():
            reached = self.proof.tried(*candidate.change)
            if self.proof.would_be_right(reached):
                best = candidate
                break
            gained = (reached - self.proof.reached) & self.proof.claimed
            if candidate.sure and reached > self.proof.reached and len(gained) > most:
                best, most = candidate, len(gained)
            if self.effort.is_much:
                break
        if best is None:
            return None
        self.proof.take(*best.change)
        return best.key, best.edit

    def _candidates(self) -> Iterator[_Candidate]:
        """Changes of the script, the likely ones first."""
        yield from self._functions()
        if any(self.proof.best.stops.values()):  # of arrays shapes say which is turned, and numbers do not
            for line in self.script.lines:
                if not line.right and line.edit is not None and not line.edit.meant:
                    yield self._candidate(line.key, line.edit, sure=True)
        suspects = list(islice(self._suspects(), _SUSPECTED))
        others = [_Suspect(visit, False, False) for visit in self._others(suspects)]
        read = {each.key for suspect in suspects[:2] for each in self._read_by(suspect.visit)}
        yield from self._known(suspects, others, read)
        on_the_way = {line.key for line in self.script.all_lines if line.is_copy or not line.entries} & read
        for suspect in others:
            if suspect.visit[0] in on_the_way:
                yield from self._edited(suspect, known=False)
        for suspect in sorted(suspects, key=lambda suspect: not suspect.alone):
            yield from self._meant(suspect)
            yield from self._edited(suspect, known=False)

    def _known(
        self, suspects: Sequence[_Suspect], others: Sequence[_Suspect], read: Collection[Key]
    ) -> Iterator[_Candidate]:
        """The changes with which a line gives quantities."""
        copies = {line.key for line in self.script.all_lines if line.is_copy}.intersection(read)
        for other in others:
            if other.visit[0] in copies:
                yield from (change for change in self._edited(other, known=True) if change.edit.code in _OTHERWISE)
        undivided: list[_Candidate] = []
        for suspect in (each for each in suspects if each.alone):
            changes = list(self._edited(suspect, known=True))
            undivided += [change for change in changes if change.edit.says == UNDIVIDED]
            yield from (change for change in changes if change.edit.says != UNDIVIDED)
        for key, edit in self.told.items():
            yield self._candidate(key, edit, sure=True)
        for group in (
            [other for other in others if other.visit[0] not in copies],
            [suspect for suspect in suspects if not suspect.alone],
        ):
            changes = [change for each in group for change in self._edited(each, known=True)]
            # Of the signs on the way to a wrong one a difference is turned around most often.
            yield from sorted(changes, key=lambda change: change.edit.says != AROUND)
        yield from undivided  # which a right line may lack whose sum stands below

    def _candidate(self, key: Key, edit: Edit, *, sure: bool) -> _Candidate:
        return _Candidate(key, edit, ({**self.proof.edits, key: edit}, self.proof.numbers), sure)

    def _functions(self) -> Iterator[_Candidate]:
        """The changes of what functions give back."""
        script, cells = self.script, self.proof.cells
        changes = chain(
            mended_functions(script.interpreter, script.auditor.solution.model, cells),
            mended_calls(script.interpreter, script.families, (), cells),
        )
        for key, edit, _ in changes:
            yield self._candidate(key, edit, sure=True)

    def _edited(self, suspect: _Suspect, *, known: bool) -> Iterator[_Candidate]:
        """The changes of a line that give quantities, or the others; one that is turned can only become one."""
        if not known and suspect.turned and suspect.visit[2] == 1:
            return
        for edit, is_known in self._options(suspect.visit):
            if is_known == known:
                yield self._candidate(suspect.visit[0], edit, sure=known and suspect.alone)

    def _options(self, visit: Visit) -> Sequence[tuple[Edit, bool]]:
        """The changes of a line, and whether they give quantities."""
        if visit not in self._found and not self.effort.is_much:
            counted = _is_counted(self.proof.best.numbers_of[visit])
            self._found[visit] = []
            for edit, value in self.proof.worked(probed=visit).options:
                numbers = numbers_in(value)
                added = visit[2] > 1 and edit.code == "sign"  # with what turns before have added, it is no quantity yet
                known = added or self._are_known(numbers) or (counted and _is_counted(numbers))
                self._found[visit].append((edit, known))
        return self._found.get(visit, ())

    def _suspects(self) -> Iterator[_Suspect]:
        """The lines that give no quantity and lead to none, or one with its sign turned; a line of a loop once."""
        worked, met = self.proof.best, set()
        tainted: set[Visit] = set()
        for visit, numbers in worked.numbers_of.items():
            if visit[0] in met or (visit not in worked.stops and self._are_true(numbers, signed=True)):
                continue
            if _is_counted(numbers):
                continue
            turned = self._are_known(numbers)
            if visit in tainted:
                met.add(visit[0])
                yield _Suspect(visit, False, turned)
                continue
            followers = self._followers(worked, visit)
            if turned or not any(self._are_known(worked.numbers_of.get(other, ())) for other in followers):
                met.add(visit[0])
                yield _Suspect(visit, True, turned)
                tainted |= followers

    def _others(self, suspects: Sequence[_Suspect]) -> list[Visit]:
        """The lines above the first that is no quantity, upwards, which may be another than is meant."""
        bad = next((suspect.visit for suspect in suspects if not suspect.turned), None)
        first: dict[Key, Visit] = {}
        for visit in self.proof.best.given:
            if visit == bad:
                break
            first.setdefault(visit[0], visit)
        suspected = {suspect.visit[0] for suspect in suspects if suspect.alone}
        return [visit for key, visit in reversed(first.items()) if key not in suspected][:_OTHERS]

    def _read_by(self, visit: Visit) -> tuple[CodeLine, ...]:
        """The lines that a line goes on with."""
        return next((line.read for line in self.script.all_lines if line.key == visit[0]), ())

    def _followers(self, worked: WorkedScript, visit: Visit) -> set[Visit]:
        """The lines that give something else where another number is put in for what one gives."""
        if worked.given[visit] is None:
            return set()
        shaken = self.proof.worked(shaken=(visit, (), 0)).numbers_of
        return {other for other, given in worked.numbers_of.items() if other != visit and shaken.get(other) != given}

    def _meant(self, suspect: _Suspect) -> Iterator[_Candidate]:
        """A line with the true numbers of what it may be meant to give."""
        visit, proof = suspect.visit, self.proof
        value = proof.best.given[visit]
        line = next((line for line in self.script.lines if visit_of(line)[0] == visit), None)
        shape = value.shape if isinstance(value, ExprArray) else None
        if shape is None or line is None or visit[2] > 1:
            return
        for family in self.script.families.worked:
            for entries in family.orders(shape):
                if split_updates(entries[0])[1] and entries != line.entries:
                    continue  # a new value is reached wherever it is put
                numbers = tuple(number for entry in entries if (number := proof.exact(entry)) is not None)
                if len(numbers) == len(entries):
                    change = proof.edits, {**proof.numbers, visit: ((), shape, numbers)}
                    yield _Candidate(visit[0], Edit("", "", line.value, entries), change, suspect.alone)

    def _are_true(self, numbers: Iterable[Decimal], *, signed: bool = False) -> bool:
        """Whether all of some numbers are quantities, perhaps with their signs turned; 0 and 1 may be anything."""
        truths = self._truths
        return all(
            is_among(truths, number) or (not signed and is_among(truths, -number)) for number in _telling(numbers)
        )

    def _are_known(self, numbers: Sequence[Decimal]) -> bool:
        """Whether there are numbers, and all of them are quantities."""
        return bool(_telling(numbers)) and self._are_true(numbers)

    @cached_property
    def _truths(self) -> list[Decimal]:
        """What quantities are, also after updates, in order."""
        quantities, exact = self.script.quantities, self.proof.exact
        entries = (entry for family in self.script.families.worked for entry in family.entries)
        model = quantities.solution.model
        known = dict.fromkeys((*quantities.listed, *(entry.removeprefix("-") for entry in entries)))
        targets = frozenset(model.of(TARGET))
        names = [name for name in known if read(name).by not in targets]  # by which it is the error turned around
        parts = (*model.sample_costs, *model.of(COST_PART))  # of which a script may work out the logarithms alone
        found = {*quantities.graph.given.values(), *(-value for name in parts if (value := exact(name)) is not None)}
        for count in range(max(1, min(quantities.count, _KNOWN // max(len(names), 1)))):
            later = (quantities.updates.later(name, count) for name in names)
            found |= {value for name in later if name in quantities and (value := exact(name)) is not None}
        return sorted(found)


def _telling(numbers: Iterable[Decimal]) -> list[Decimal]:
    """The numbers but 0 and 1, which many things are."""
    return [number for number in numbers if abs(number) not in (0, 1)]


def _is_counted(numbers: Iterable[Decimal]) -> bool:
    """Whether numbers are whole, and not only 0 and 1: they are counted."""
    telling = _telling(numbers)
    return bool(telling) and all(number == number.to_integral_value() for number in telling)
