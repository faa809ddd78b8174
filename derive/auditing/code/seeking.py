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
from derive.auditing.code.edits import AROUND, MINUS, MOST, TOO_MANY, UNDIVIDED, Edit, edits
from derive.auditing.code.language.code_values import Instance, Series, as_array
from derive.auditing.code.language.work_done import SOUGHT_BY_NUMBERS
from derive.auditing.code.proving import Proof, is_among
from derive.auditing.code.returned import given_back, mended_calls, mended_functions
from derive.auditing.code.working import MeantNumbers, Visit, WorkedScript, numbers_in, visit_of
from derive.catalogue.roles import COST_PART, TARGET
from derive.model.arrays.grids import ExprArray
from derive.model.references import read, split_updates

#: So many mistakes are looked for.
_MISTAKES: Final = 3
#: So many lines that are no quantity are looked at, and as many that are one, which may be another than is meant.
_LOOKED_AT: Final = 30
#: Of so many lines that are no quantity other changes are tried before those of lines that are one.
_FIRST: Final = 3
#: So many quantities are tried for the first of them, to see whether that is the mistake.
_LOCATING: Final = 8
#: One of several mistakes makes more than one in so many of the missing values true.
_SHARE: Final = 8
#: The names of so many quantities at most are numbers that a right line may give, after several updates.
_KNOWN: Final = 5000

#: What is wrong where something is only given another name.
_OTHERWISE: Final = frozenset({"other-name", "swapped-index", "activation-missing", "factor-missing"})
#: The changes that there are for each name of the script.
_BY_NAMES: Final = frozenset({"other-name", "factor-missing", "term-missing", "activation-missing"})

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
            if (mistake := self._mistake()) is None:
                return found | self._no_cost()
            found[mistake[0]] = mistake[1]
        return found

    def _no_cost(self) -> dict[Key, Edit]:
        """Where all is right but what is said to be the cost, the line that says so."""
        line, script = self._cost(), self.script
        if line is None:
            return {}
        back = given_back(script.interpreter, line.value, self.proof.cells)
        key, value = (line.key, line.value) if back is None else back[:2]
        return {key: Edit("", "It is not the cost.", value, (script.quantities.graph.result,))}

    def _cost(self) -> CodeLine | None:
        """The line that is said to give the cost, where that is all which is not right."""
        proof, result = self.proof, (self.script.quantities.graph.result,)
        if not proof.costs or not proof.would_be_right({*proof.reached, *result}):
            return None
        said = [line for line in self.script.all_lines if result in (line.meant, line.entries) and not line.done]
        parts = {each.key for line in said for each in line.read if each.key != line.key}
        return min((line for line in said if line.key not in parts), key=lambda line: line.key, default=None)

    def _mistake(self) -> tuple[Key, Edit] | None:
        """The change of one line that makes all right; or else of the first that is no quantity, and makes more so."""
        best: _Candidate | None = None
        # Of several mistakes one makes some share of what is missing true; less may be luck.
        most = len((self.proof.sought.keys() & self.proof.claimed) - self.proof.reached) // _SHARE
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
        yield from self._functions(slopes=False)
        suspects = list(islice(self._suspects(), _LOOKED_AT))
        for key, edit in self.told.items():
            if suspects and key < suspects[0].visit[0] and edit.says not in UNDIVIDED:
                yield self._candidate(key, edit, sure=True)
        cost = self._cost()
        back = None if cost is None else given_back(self.script.interpreter, cost.value, self.proof.cells)
        if back is not None:
            for edit in islice(edits(back[1], back[2]), MOST):
                yield self._candidate(back[0], edit, sure=True)
        elif cost is not None:
            yield from self._edited(_Suspect(visit_of(cost)[0], True, False), known=True)
        if any(self.proof.best.stops.values()):  # of arrays shapes say which is turned, and numbers do not
            for line in self.script.lines:
                if not line.right and line.edit is not None and not line.edit.meant:
                    yield self._candidate(line.key, line.edit, sure=True)
        others = [_Suspect(visit, False, False) for visit in self._others(suspects)]
        read = {each.key for suspect in suspects[:2] for each in self._read_by(suspect.visit)}
        copies = {line.key for line in self.script.all_lines if line.is_copy}.intersection(read)
        alone = [suspect for suspect in suspects if suspect.alone]
        yield from self._too_much(alone[:_FIRST])
        if len(alone) > 1:  # a function in which several lines are wrong may be given what it should not be
            for suspect in suspects:
                if isinstance(self.proof.best.given[suspect.visit], Series | Instance):
                    yield from self._edited(suspect, known=True)
        undivided: list[_Candidate] = []
        yield from self._copied(others, copies)
        for change in self._known(alone):
            if change.edit.says in UNDIVIDED:
                undivided.append(change)
            else:
                yield change
        behind = [suspect for suspect in suspects if not suspect.alone]
        yield from self._likely([suspect for suspect in behind if not suspect.turned])
        yield from self._located(alone[:1])
        yield from self._unknown(alone[:_FIRST], by_names=False)
        yield from self._likely([other for other in others if other.visit[0] not in copies])
        yield from self._functions(slopes=True)
        yield from self._likely([suspect for suspect in behind if suspect.turned])
        yield from undivided  # which a right line may lack whose sum stands below
        on_the_way = {line.key for line in self.script.all_lines if line.is_copy or not line.entries} & read
        for suspect in others:
            if suspect.visit[0] in on_the_way:
                yield from self._edited(suspect, known=False)
        in_order = sorted(suspects, key=lambda suspect: not suspect.alone)
        yield from self._unknown(in_order, by_names=False)
        several = [_Suspect(each, False, False) for each in self._read_by_several(suspects) if each[0] not in copies]
        for suspect in (*in_order, *several):
            yield from self._meant(suspect)
        yield from self._unknown(in_order, by_names=True)

    def _too_much(self, suspects: Sequence[_Suspect]) -> Iterator[_Candidate]:
        """What is too many on the way to lines that may be wrong, in which something missing may make up for it."""
        unplaced = {line.key for line in self.script.unplaced if not line.is_copy}
        for suspect in suspects:
            read = (visit_of(line)[0] for line in self._read_by(suspect.visit) if line.key in unplaced)
            for visit in (*read, suspect.visit):
                for edit, _ in self._options(visit):
                    if edit.says.endswith(TOO_MANY):
                        yield self._candidate(visit[0], edit, sure=False)

    def _copied(self, others: Sequence[_Suspect], copies: Collection[Key]) -> Iterator[_Candidate]:
        """The changes with which a copy is one of something else."""
        for other in others:
            for change in self._edited(other, known=True) if other.visit[0] in copies else ():
                if change.edit.code in _OTHERWISE and ("1 - " not in change.edit.says or "*" in change.edit.says):
                    yield change  # 1 - x alone is no slope, and a sign by chance where x is 2

    def _located(self, suspects: Sequence[_Suspect]) -> Iterator[_Candidate]:
        """The changes of a line, if all is right with the true numbers of what it is meant to give; these at last."""
        for suspect in suspects:
            for meant in islice(self._meant(suspect), _LOCATING):
                if split_updates(meant.edit.meant[0])[1]:
                    continue  # it is right by itself, wherever the mistake is
                if self.proof.would_be_right(self.proof.tried(*meant.change)):
                    yield from self._edited(suspect, known=False)
                    yield meant
                    return

    def _known(self, suspects: Sequence[_Suspect]) -> Iterator[_Candidate]:
        """The changes with which a line gives quantities that is none."""
        for suspect in suspects:
            yield from self._edited(suspect, known=True)
        for key, edit in self.told.items():
            yield self._candidate(key, edit, sure=True)

    def _likely(self, suspects: Sequence[_Suspect]) -> Iterator[_Candidate]:
        """The changes with which lines give quantities: of signs a difference is turned around most often."""
        changes = [change for each in suspects for change in self._edited(each, known=True)]
        copied = {line.key for line in self.script.all_lines if line.is_copy}
        yield from sorted(changes, key=lambda each: (each.edit.says not in (AROUND, MINUS), each.key not in copied))

    def _unknown(self, suspects: Sequence[_Suspect], *, by_names: bool) -> Iterator[_Candidate]:
        """The changes with which a line gives no quantity: those that there are for each name, or the others."""
        for suspect in suspects:
            for change in self._edited(suspect, known=False):
                if (change.edit.code in _BY_NAMES) == by_names:
                    yield change

    def _candidate(self, key: Key, edit: Edit, *, sure: bool) -> _Candidate:
        return _Candidate(key, edit, ({**self.proof.edits, key: edit}, self.proof.numbers), sure)

    def _functions(self, *, slopes: bool) -> Iterator[_Candidate]:
        """The changes of what functions give back, of those that are slopes or of all others."""
        script, cells = self.script, self.proof.cells
        changes = mended_functions(script.interpreter, script.quantities, cells, slopes=slopes)
        if not slopes:
            changes = chain(changes, mended_calls(script.interpreter, script.families, (), cells))
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
            given = self.proof.best.given[visit]
            even = given is not None and as_array(given) is not None
            for edit, value in self.proof.worked(probed=visit).options:
                if even and isinstance(value, Series) and as_array(value) is None:
                    continue  # rows that are not equally long
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
            if turned or not any(self._is_met(other, followers) for other in followers):
                met.add(visit[0])
                yield _Suspect(visit, True, turned)
                tainted |= followers

    def _is_met(self, visit: Visit, followers: Collection[Visit]) -> bool:
        """Whether one of the lines that go on with another gives quantities, and not by chance, from wrong ones."""
        numbers_of, lines = self.proof.best.numbers_of, self._lines.get(visit, ())
        if not self._are_known(numbers_of.get(visit, ())) or not all(line.right and line.entries for line in lines):
            return False
        read = {visit_of(each)[0] for line in lines for each in line.read if each.entries}
        return all(self._are_known(numbers_of.get(each, ())) for each in read.intersection(followers))

    @cached_property
    def _lines(self) -> dict[Visit, list[CodeLine]]:
        """The lines as they are understood, by where they stand."""
        found: dict[Visit, list[CodeLine]] = {}
        for line in self.script.all_lines:
            found.setdefault(visit_of(line)[0], []).append(line)
        return found

    def _others(self, suspects: Sequence[_Suspect]) -> list[Visit]:
        """The lines above the first that is no quantity, upwards, which may be another than is meant."""
        bad = next((suspect.visit for suspect in suspects if not suspect.turned), None)
        first: dict[Key, Visit] = {}
        for visit in self.proof.best.given:
            if visit == bad:
                break
            first.setdefault(visit[0], visit)
        suspected = {suspect.visit for suspect in suspects if suspect.alone}
        return [visit for visit in reversed(first.values()) if visit not in suspected][:_LOOKED_AT]

    def _read_by_several(self, suspects: Sequence[_Suspect]) -> list[Visit]:
        """The lines that are quantities, though all lines which go on with them and may be wrong are none."""
        users: dict[Visit, list[bool]] = {}
        suspected = {suspect.visit for suspect in suspects}
        for visit, lines in self._lines.items():
            for used in {visit_of(each)[0] for line in lines for each in line.read}:
                users.setdefault(used, []).append(visit in suspected)
        return [visit for visit, wrong in users.items() if len(wrong) > 1 and all(wrong) and visit not in suspected]

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
        line = next(iter(self._lines.get(visit, ())), None)
        shape = value.shape if isinstance(value, ExprArray) else None
        if shape is None or line is None or visit[2] > 1:
            return
        for family in self.script.families.worked:
            for entries in family.orders(shape):
                if split_updates(entries[0])[1] and entries != line.entries:
                    continue  # a new value is reached wherever it is put
                if not proof.updates and entries[0] in proof.sought:
                    continue  # as is a gradient, where these are all that is worked out
                known = [number for entry in entries if (number := proof.exact(entry)) is not None]
                if len(known) == len(entries):
                    change = proof.edits, {**proof.numbers, visit: ((), shape, tuple(known))}
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
