"""Judging claims: each at the precision that it was printed with, in the order of the calculation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

import msgspec

from derive.auditing.data import Audit, Diagnosis, Judged, Verdict
from derive.auditing.judging.author import TELLING, Author, Manner, author_of
from derive.auditing.judging.chain import judged, members
from derive.auditing.judging.changed import ChangedSetting, changed_setting
from derive.auditing.judging.claimed import Orientation, Read, Side, told, undecided, unjudged
from derive.auditing.judging.diagnose import Search
from derive.auditing.judging.evidence import proves_little
from derive.auditing.judging.explain import Explainer
from derive.auditing.judging.finding import Finding, has_value
from derive.auditing.judging.formula import FormulaJudge
from derive.auditing.judging.hypotheses import Hypotheses
from derive.auditing.judging.matches import Match, Patience
from derive.auditing.judging.sources import Sources
from derive.auditing.judging.theories import Theories
from derive.auditing.mistakes.shares import sums_off, told_of
from derive.auditing.mistakes.table import ERASED
from derive.auditing.reading.array_formulas import ArrayFormulas
from derive.auditing.reading.formulas import UnknownNameError, read_formula
from derive.auditing.reading.names import is_known, names_of, resolve
from derive.auditing.reading.numbers import MOST_DIGITS, MOST_PLACES, read_number
from derive.auditing.reading.page import meanings
from derive.auditing.reading.settling import Meant
from derive.auditing.reckoning.evaluate import DIGITS, arithmetic
from derive.auditing.reckoning.noise import Noise
from derive.auditing.reckoning.quantities import Quantities
from derive.auditing.reckoning.routes import Routes
from derive.auditing.reckoning.simulations import Simulations, Stated
from derive.auditing.reckoning.ties import Choice, other_choices
from derive.auditing.reckoning.worlds import Rounding
from derive.calculus.solution import Worked, solve
from derive.calculus.values import exact_text
from derive.catalogue.roles import OUTPUT
from derive.errors import Fault, FormulaError
from derive.expression.tree import names
from derive.model.references import array_of, split_updates
from derive.model.references import read as reference
from derive.numbers.real import Real
from derive.spec.claims import Claim


def audit(solution: Worked, claims: Mapping[str, str] | Sequence[Claim]) -> Audit:
    """Hold what somebody printed against a solution.

    Args:
        solution: the network, worked out.
        claims: by the name of the quantity, what was printed; or claims with the lines that they stand on.
    """
    return Auditor(solution).audit(claims)


#: A number of so many digits that those which are sure of every quantity may not do.
_LONG: Final = re.compile(r"[0-9](?:[.·⋅∙‧,]?[0-9]){15,}")
#: Digits that must be sure beyond those that are printed, and those that are carried beyond those.
_SURE: Final = 5
_GUARD: Final = 35
#: What slips in one line, and is no way of working it out: in another line it has slipped again.
_SLIPS: Final = frozenset({"sign", "factor-2"})
#: Papers with numbers about as long are judged by one calculation.
_STEP: Final = 25


class Auditor:
    """Judges any number of papers on one network.

    Args:
        solution: the network, worked out.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution
        #: The same for papers with longer numbers, by how many digits are sure.
        self._finer: dict[int, Auditor] = {}
        self.quantities = Quantities(solution)
        self.routes = Routes(self.quantities)
        self.noise = Noise(self.quantities)
        self.simulations = Simulations(self.quantities, self.routes)
        self.hypotheses = Hypotheses(self.simulations)
        self.sources = Sources(self.routes)
        self.first_index = solution.model.first_index
        #: The quantities that the names of the page mean.
        self._meant: dict[str, str | None] = {}

    def audit(self, claims: Mapping[str, str] | Sequence[Claim]) -> Audit:
        """Judge the claims of one paper.

        Args:
            claims: by the name of the quantity, what was printed; or claims with the lines that they stand on.
        """
        if isinstance(claims, Mapping):
            claims = [Claim(name, text) for name, text in claims.items()]
        claims = ArrayFormulas(self.quantities).unfolded(claims)
        digits = self._digits(claims)
        if digits > self.solution.promised:
            return self._with(digits).audit(claims)
        with arithmetic(min(max(DIGITS, self.solution.promised + _GUARD), MOST_DIGITS + _GUARD)):
            meant = meanings(claims, self.quantities)
            self._meant = {
                claim.name: each.name
                for claim, each in zip(claims, meant, strict=True)
                if not (claim.entry or claim.asked)
            }
            return _Paper(self, [self._read(claim, each) for claim, each in zip(claims, meant, strict=True)]).audit()

    def _digits(self, claims: Sequence[Claim]) -> int:
        """How many digits must be sure to judge claims as precisely as they are printed."""
        longest = max((len(number) for claim in claims for number in _LONG.findall(claim.text)), default=0)
        if not longest:
            return 0
        sizes = (value.exact.value.adjusted() for value in self.solution.values.values())
        digits = longest + min(max(0, *sizes), MOST_PLACES) + _SURE
        return -(-digits // _STEP) * _STEP

    def _with(self, digits: int) -> Auditor:
        known = self._finer.get(digits)
        if known is None:
            solution = self.solution
            found = solve(solution.file, solution.model, promised=digits)
            known = self._finer[digits] = Auditor(found)
        return known

    @property
    def what(self) -> str:
        """What is judged, in a word: a network, or a model of equations."""
        return "network" if self.solution.model.of(OUTPUT) else "model"

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What else the derivatives may follow where several are tied."""
        return other_choices(self.solution)

    def knows(self, word: str) -> bool:
        """Whether a word is the name of a quantity, or of several."""
        return is_known(word, self.quantities)

    def _read(self, claim: Claim, meant: Meant) -> Read:
        if claim.fault is not None:
            return Read(claim, meant.name, first_index=self.first_index, fault=claim.fault)
        try:
            read = tuple(map(self._member, members(claim.text)))
        except FormulaError as error:
            fault = Fault((), error.found, error.expected, error.hint)
            return Read(claim, meant.name, first_index=self.first_index, fault=fault)
        except UnknownNameError as error:
            return Read(
                claim, None, f'"{error.name}" in it is no quantity of this {self.what}.', first_index=self.first_index
            )
        note = meant.note
        if meant.name is not None and self.quantities.over_paths(meant.name):
            ref = reference(meant.name)
            note = f"{note} Over all paths: the equation of {ref.of} does not name {ref.by}.".strip()
        turned = (
            claim.entry is not None
            and meant.name is not None
            and names_of(self.quantities).entries.is_turned(meant.name, claim.entry)
        )
        return Read(claim, meant.name, note, read, meant.asked, self.first_index, turned=turned)

    def _member(self, text: str) -> Side:
        number = read_number(text)
        if number is not None:
            return Side(text, number)
        formula = read_formula(text, self._resolve)
        if not names(formula) and not has_value(formula):
            raise FormulaError("a formula whose value does not exist or cannot be written", "a number, or a formula")
        return Side(text, formula=formula)

    def _resolve(self, word: str) -> str | None:
        """The quantity that a word in a formula means: as the page has it, or by itself; None where it means none."""
        if word not in self._meant:
            self._meant[word] = resolve(word, self.solution, self.quantities).name
        return self._meant[word]


class _Paper:
    """The claims of one paper."""

    def __init__(self, auditor: Auditor, read: Sequence[Read]) -> None:
        self.auditor, self.read = auditor, read
        self.quantities = auditor.quantities
        self.numbers = [
            Stated(row.name, row.number.shortened) for row in read if row.name is not None and row.number is not None
        ]
        self.quantities.expect(number.name for number in self.numbers)
        self.author: Author = author_of(self.numbers, auditor.simulations)
        self.explainer = Explainer(auditor.routes, auditor.noise, auditor.simulations, self.author, self.numbers)
        self.theories = Theories(auditor.hypotheses, self.author, self.numbers)
        self.patience, self.orientation = Patience(), Orientation()
        self.formulas = FormulaJudge(auditor.sources, auditor.hypotheses, self.explainer, self.numbers, self._diagnose)
        #: What was told of a quantity after updates first: a mistake, which of its formulas, and the kind of quantity.
        self._told_of: dict[tuple[str, int, str], str] = {}
        #: The setting that was told to be another one.
        self.setting: ChangedSetting | None = None

    @cached_property
    def changed(self) -> ChangedSetting | None:
        """The one setting under which the page agrees; looked for when something is wrong."""
        return changed_setting(self.auditor.hypotheses.sites, self.numbers, self.author)

    def audit(self) -> Audit:
        """All claims judged, in their own order; worked through in that of the calculation."""
        known = [
            (self.quantities.order(row.name), place)
            for place, row in enumerate(self.read)
            if row.name is not None and row.fault is None
        ]
        verdicts = {place: self._judge(self.read[place]) for _, place in sorted(known)}
        wrong = [claim for claim in verdicts.values() if claim.verdict == "wrong"]
        self._remark(verdicts)
        claims = tuple(verdicts.get(place) or unjudged(row) for place, row in enumerate(self.read))
        first = wrong[0].name if wrong else None
        return Audit(
            claims=claims,
            wrong=len(wrong),
            first_wrong=first,
            rounding="single precision throughout"
            if self.explainer.single
            else self.author.phrase(rounded=self.explainer.rounded),
        )

    def _remark(self, verdicts: dict[int, Judged]) -> None:
        """Note of right gradients that they prove little, and of probabilities that they do not add up to 1."""
        places = {claim.name: place for place, claim in reversed(verdicts.items())}
        for shares, diagnosis in sums_off(self.quantities, self.numbers, cut=self.author.may_cut):
            name = told_of({claim.name: claim.verdict for claim in verdicts.values()}, shares)
            if name is not None:
                claim = verdicts[places[name]]
                verdicts[places[name]] = msgspec.structs.replace(claim, diagnosis=(*claim.diagnosis, diagnosis))
        little = proves_little(self.quantities, self.numbers)
        if little is None:
            return
        for place, claim in verdicts.items():
            if claim.verdict == "agrees" and claim.name in little.names:
                verdicts[place] = msgspec.structs.replace(claim, note=f"{claim.note} {little.says}".strip())

    def _judge(self, row: Read) -> Judged:
        assert row.name is not None
        name, exact = row.name, self.quantities.exact(row.name)
        if len(row.members) == 1 and row.number is not None:
            return self.orientation.seen(row, self._number(row, Stated(name, row.number), exact))
        found = judged(
            [member.text for member in row.members],
            lambda place: self._member(row, name, row.members[place], exact),
        )
        if row.asked and found.verdict in ("wrong", "unknown"):
            return undecided(row)
        return told(row, found.expected, exact, found.verdict, diagnosis=found.diagnosis, note=found.note)

    def _member(self, row: Read, name: str, member: Side, exact: Real) -> Finding:
        """One side of an equality, or a formula by itself."""
        if member.number is not None:
            found, printed = self._number(row, Stated(name, member.number), exact), member.number
            carried = (printed.value, printed.unit / 2)
            return Finding(found.verdict, found.expected, found.diagnosis, found.note, carried)
        assert member.formula is not None
        finding = self.formulas.judge(name, member.formula, member.text, row.number)
        if name not in self.explainer.names:
            self.formulas.carry(name, finding)
        return finding

    def _number(self, row: Read, number: Stated, exact: Real) -> Judged:
        explainer = self.explainer
        if number.printed.is_bare_zero:
            number = self._in_full(number)
        printed = number.printed
        verdict: Verdict = "agrees"
        note: str | None = ""
        found: list[Match] = []
        tied = self._tied(number) if not printed.rounds_from(exact.value) else None
        if tied is not None:
            note = tied
        elif not printed.rounds_from(exact.value):
            number = Stated(number.name, printed.shortened)
            verdict, note = explainer.explained(number) or ("follows", self.theories.follows(number))
            if note is None and row.asked:  # nothing decides between the readings of its name
                return undecided(row)
            if note is None and self.setting is not None and number.name in self.setting.fits:
                note = f"Right, given that {self.setting.setting.says}."
            if note is None:
                verdict, note, found = "wrong", explainer.due(number), self._diagnose(number)
                again = self._again(number, found)
                if again:
                    verdict, note, found = "follows", again, []
        right = verdict in ("agrees", "rounding")
        mistake = next((each.value for each in found if each.value is not None), None)
        explainer.add(number, verdict, mistake)
        diagnosis = tuple(each.diagnosis for each in found)
        if right and tied is None and not printed.value and exact.value:
            code, says = ERASED
            diagnosis = (Diagnosis(code, says.format(what=exact_text(exact)), 0.0),)
        return told(row, printed.written(exact.value), exact, verdict, diagnosis=diagnosis, note=note or "")

    def _tied(self, number: Stated) -> str | None:
        """Of what is tied, which makes a number right; None where none does."""
        for choice in self.auditor.choices:
            other = choice.values.get(number.name)
            if other is not None and number.printed.rounds_from(other.value):
                return choice.says
        return None

    def _again(self, number: Stated, found: Sequence[Match]) -> str:
        """That a line holds what was told of an earlier one; empty where it does not.

        Of what is made in every line after an update, such as old values that are used again, no theory can be made:
        before the updates there is nothing that would be older.
        """
        sites = self.auditor.hypotheses.sites
        at = found[0].at if found else None
        if at is not None and at[1].mistake.whole:
            earlier = self._told_of.setdefault((at[1].mistake.code, 0, ""), number.name)
            return "" if earlier == number.name else f"The same mistake as in {earlier}."
        site = None if at is None or at[0] != number.name else sites.at(number.name)
        before = sites.at(split_updates(number.name)[0])
        if at is None or site is None or before is None or site.kind != "other":
            return ""
        # A sign that is turned in two arrays is turned twice.
        slip = at[1].mistake.code in _SLIPS and before is site
        key = at[1].mistake.code, at[1].index, array_of(number.name) if slip else before.kind
        earlier = self._told_of.setdefault(key, number.name)
        return "" if earlier == number.name else f"The same mistake as in {earlier}."

    def _in_full(self, number: Stated) -> Stated:
        """A 0 without decimals on a page whose numbers have some, as the 0 that it stands for among them."""
        full = self.author.in_full(number.printed) if self.author.total >= TELLING else None
        return number if full is None else Stated(number.name, full)

    def _diagnose(self, number: Stated) -> list[Match]:
        author = self.author
        shown = self._manner([None, author.carried], cut=author.cut)
        ways = author.as_printed(number.printed, cut=author.may_cut)
        other = self._manner([None, author.carried, *ways], cut=author.may_cut)
        manners = [shown] if self.quantities.large or other == shown else [shown, other]
        tainted = bool(self.explainer.tainted)
        found: list[Match] = []
        for printed in filter(None, (author.in_full(number.printed), number.printed)):
            meant = Stated(number.name, printed)
            found = Search(self.theories, meant, manners, tainted=tainted, patience=self.patience).run()
            if found:
                break
        return self._ranked(number, found)

    def _ranked(self, number: Stated, found: Sequence[Match]) -> list[Match]:
        """What explains a number: first what later lines speak for too, then what explains this one alone."""
        explained = {each: self._learnt(number, each) for each in found}
        best = sorted(found, key=lambda each: len(explained[each]) < 2)
        if best and self.theories.explains_all(best[0].theory):
            return best  # there is nothing left for another setting to explain
        setting = self._other_setting(number)
        changed = self.changed
        if setting and changed is not None and best and explained[best[0]].issuperset(changed.lines):
            return [best[0], *setting, *best[1:]]
        return [*setting, *best]

    def _other_setting(self, number: Stated) -> list[Match]:
        """That the page is right with one setting changed, told at the first line that speaks for it."""
        if self.setting is not None or self.changed is None or number.name not in self.changed.lines:
            return []
        self.setting = self.changed
        return [Match(self.changed.diagnosis, None)]

    def _learnt(self, number: Stated, found: Match) -> frozenset[str]:
        """Believe from here on what a mistake is a part of, if no line of the page speaks against it.

        Returns:
            The wrong numbers that the widest of it explains.
        """
        theories = self.theories
        theories.codes.add(found.diagnosis.code)
        wider = [] if found.theory is None else [found.theory]
        if found.at is not None:
            name, hypothesis = found.at
            wider += [theory for theory in self.auditor.hypotheses.of(hypothesis, name) if theories.holds(theory)]
        for theory in wider:
            theories.believe(theory, number.name)
        return frozenset(each.name for each in theories.explained(wider[0])) if wider else frozenset()

    def _manner(self, roundings: Sequence[Rounding | None], *, cut: bool) -> Manner:
        """What the author went on from, rounded in some ways."""
        explainer, ways = self.explainer, tuple(dict.fromkeys(roundings))
        worlds = [pages[rounding, "all"] for rounding in ways for pages in (explainer.all, *explainer.mistaken)]
        return Manner([self.auditor.hypotheses.true, *worlds], ways, cut)
