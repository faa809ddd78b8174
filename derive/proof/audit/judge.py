"""Judging claims: each at the precision that it was printed with, in the order of the calculation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from derive.calculus.real import Real
from derive.calculus.solution import Solution
from derive.calculus.values import exact_text
from derive.errors import Fault, FormulaError
from derive.expression.plain import plain
from derive.expression.tree import Expr, Number, names, walk
from derive.proof.audit.author import Author, author_of
from derive.proof.audit.data import Audit, Diagnosis, Judged, Verdict
from derive.proof.audit.diagnose import Found, Manner, Patience, Search
from derive.proof.audit.evaluate import arithmetic, compiled
from derive.proof.audit.explain import Explainer
from derive.proof.audit.formulas import UnknownNameError, read_formula
from derive.proof.audit.hypotheses import Hypotheses
from derive.proof.audit.identity import same
from derive.proof.audit.mistakes import ERASED
from derive.proof.audit.names import either, is_known, resolve
from derive.proof.audit.noise import Noise
from derive.proof.audit.numbers import Printed, read_number
from derive.proof.audit.quantities import Quantities
from derive.proof.audit.reading.page import meanings
from derive.proof.audit.reading.settling import Meant
from derive.proof.audit.routes import Routes
from derive.proof.audit.simulations import Number as Stated
from derive.proof.audit.simulations import Simulations
from derive.proof.audit.theories import Theories
from derive.proof.audit.worlds import Rounding
from derive.spec.claims import Claim


def audit(solution: Solution, claims: Mapping[str, str] | Sequence[Claim]) -> Audit:
    """Hold what somebody printed against a solution.

    Args:
        solution: the network, worked out.
        claims: by the name of the quantity, what was printed; or claims with the lines that they stand on.
    """
    return Auditor(solution).audit(claims)


class _Read(msgspec.Struct, frozen=True):
    """A claim with what it means: a number or a formula; neither where it means nothing known, or cannot be read."""

    claim: Claim
    name: str | None
    note: str = ""
    number: Printed | None = None
    formula: Expr | None = None
    asked: tuple[str, ...] = ()
    first_index: int = 0
    fault: Fault | None = None

    @property
    def written(self) -> str:
        """The name as its author has it, with the place in a list or matrix."""
        entry = self.claim.entry
        return self.claim.name if entry is None else entry.written(self.claim.name, self.first_index)


class Auditor:
    """Judges any number of papers on one network.

    Args:
        solution: the network, worked out.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.quantities = Quantities(solution)
        self.routes = Routes(self.quantities)
        self.noise = Noise(self.quantities)
        self.simulations = Simulations(self.quantities)
        self.hypotheses = Hypotheses(self.simulations)
        self.first_index = solution.model.network.first_index
        self._meant: dict[str, tuple[str | None, str]] = {}

    def audit(self, claims: Mapping[str, str] | Sequence[Claim]) -> Audit:
        """Judge the claims of one paper.

        Args:
            claims: by the name of the quantity, what was printed; or claims with the lines that they stand on.
        """
        if isinstance(claims, Mapping):
            claims = [Claim(name, text) for name, text in claims.items()]
        with arithmetic():
            meant = meanings(claims, self.quantities)
            self._meant = {
                claim.name: (each.name, each.note)
                for claim, each in zip(claims, meant, strict=True)
                if not (claim.entry or claim.asked)
            }
            return _Paper(self, [self._read(claim, each) for claim, each in zip(claims, meant, strict=True)]).audit()

    def knows(self, word: str) -> bool:
        """Whether a word is the name of a quantity, or of several."""
        return is_known(word, self.quantities)

    def _read(self, claim: Claim, meant: Meant) -> _Read:
        if claim.fault is not None:
            return _Read(claim, meant.name, first_index=self.first_index, fault=claim.fault)
        try:
            number = read_number(claim.text)
            formula = None if number is not None else read_formula(claim.text, lambda word: self._resolve(word)[0])
            if formula is not None and not names(formula):
                number, formula = self._worked_out(formula), None
        except FormulaError as error:
            fault = Fault((), error.found, error.expected, error.hint)
            return _Read(claim, meant.name, first_index=self.first_index, fault=fault)
        except UnknownNameError as error:
            return _Read(
                claim, None, f'"{error.name}" in it is no quantity of this network.', first_index=self.first_index
            )
        return _Read(claim, meant.name, meant.note, number, formula, meant.asked, self.first_index)

    def _worked_out(self, formula: Expr) -> Printed:
        """A formula of numbers alone, as the number that it is: to as many digits as the shortest that went into it."""
        try:
            value = compiled(formula)(Decimal, None)
        except (ArithmeticError, ValueError):  # 1/0, and what grows beyond all bounds
            value = Decimal("nan")
        if not value.is_finite():
            raise FormulaError("a formula whose value does not exist or cannot be written", "a number, or a formula")
        written = [node.text for node in walk(formula) if isinstance(node, Number) and "." in node.text]
        kept = min((len(Decimal(text).as_tuple().digits) for text in written), default=15)
        place = value.adjusted() - kept + 1
        return Printed(value if int(value.as_tuple().exponent) >= place else value.quantize(Decimal((0, (1,), place))))

    def _resolve(self, word: str) -> tuple[str | None, str]:
        """The quantity that a word means, and what is to be said where it means none."""
        known = self._meant.get(word)
        if known is None:
            meant = resolve(word, self.solution, self.quantities)
            note = f"{meant.note[:1].upper()}{meant.note[1:]}." if meant.note else ""
            known = self._meant[word] = (meant.name, note)
        return known


class _Paper:
    """The claims of one paper."""

    def __init__(self, auditor: Auditor, read: Sequence[_Read]) -> None:
        self.auditor, self.read = auditor, read
        self.quantities = auditor.quantities
        self.numbers = [Stated(row.name, row.number) for row in read if row.name is not None and row.number is not None]
        self.quantities.expect(number.name for number in self.numbers)
        self.author: Author = author_of(self.numbers, auditor.simulations)
        self.explainer = Explainer(auditor.routes, auditor.noise, auditor.simulations, self.author, self.numbers)
        self.theories = Theories(auditor.hypotheses, self.author, self.numbers)
        self.patience = Patience()

    def audit(self) -> Audit:
        """All claims judged, in their own order; worked through in that of the calculation."""
        known = [
            (self.quantities.order(row.name), place)
            for place, row in enumerate(self.read)
            if row.name is not None and row.fault is None
        ]
        judged = {place: self._judge(self.read[place]) for _, place in sorted(known)}
        wrong = [claim for claim in judged.values() if claim.verdict == "wrong"]
        claims = tuple(judged.get(place) or _unjudged(row) for place, row in enumerate(self.read))
        first = wrong[0].name if wrong else None
        return Audit(
            claims=claims,
            wrong=len(wrong),
            first_wrong=first,
            rounding="single precision throughout" if self.explainer.single else self.author.phrase,
        )

    def _judge(self, row: _Read) -> Judged:
        assert row.name is not None
        exact = self.quantities.exact(row.name)
        if row.number is not None:
            return self._number(row, Stated(row.name, row.number), exact)
        assert row.formula is not None
        return self._formula(row, row.name, row.formula, exact)

    def _number(self, row: _Read, number: Stated, exact: Real) -> Judged:
        printed, explainer = number.printed, self.explainer
        verdict: Verdict = "agrees"
        note: str | None = ""
        found: list[Found] = []
        if not printed.rounds_from(exact.value):
            verdict, note = "rounding", explainer.by_rounding(number)
            if note is None:
                verdict, note = "follows", explainer.by_following(number)
            if note is None:
                note = self.theories.follows(number)
            if note is None and row.asked:  # nothing decides between the readings of its name
                return _unjudged(msgspec.structs.replace(row, note=f"It may mean {either(row.asked)}."))
            if note is None:
                verdict, note, found = "wrong", explainer.due(number), self._diagnose(number)
        right = verdict in ("agrees", "rounding")
        mistake = next((each.value for each in found if each.value is not None), None)
        explainer.add(number, verdict, mistake)
        diagnosis = tuple(each.diagnosis for each in found)
        if right and not printed.value and exact.value:
            code, says = ERASED
            diagnosis = (Diagnosis(code, says.format(what=exact_text(exact)), 0.0),)
        return _told(row, printed.written(exact.value), exact, verdict, diagnosis=diagnosis, note=note or "")

    def _diagnose(self, number: Stated) -> list[Found]:
        author = self.author
        shown = self._manner([None, author.carried], cut=author.cut)
        ways = author.as_printed(number.printed, cut=author.may_cut)
        other = self._manner([None, author.carried, *ways], cut=author.may_cut)
        manners = [shown] if self.quantities.large or other == shown else [shown, other]
        tainted = bool(self.explainer.tainted)
        found = Search(self.theories, number, manners, tainted=tainted, patience=self.patience).run()
        return [self._learnt(number, each) for each in found]

    def _learnt(self, number: Stated, found: Found) -> Found:
        """Believe from here on what a mistake is a part of, if no line of the page speaks against it."""
        theories = self.theories
        theories.codes.add(found.diagnosis.code)
        if found.theory is not None:
            theories.believe(found.theory, number.name)
        if found.at is None:
            return found
        name, hypothesis = found.at
        for theory in self.auditor.hypotheses.of(hypothesis, name):
            if theories.holds(theory):
                theories.believe(theory, number.name)
        return found

    def _manner(self, roundings: Sequence[Rounding | None], *, cut: bool) -> Manner:
        """What the author went on from, rounded in some ways."""
        explainer, ways = self.explainer, tuple(dict.fromkeys(roundings))
        worlds = [pages[rounding, "all"] for rounding in ways for pages in (explainer.all, *explainer.mistaken)]
        return Manner([self.auditor.hypotheses.true, *worlds], ways, cut)

    def _formula(self, row: _Read, name: str, formula: Expr, exact: Real) -> Judged:
        points = self.auditor.routes.points
        text = exact_text(exact)
        if points.equal(name, formula):
            return _told(row, text, exact, "agrees")
        try:
            value = self.auditor.hypotheses.true.of(formula)
        except ArithmeticError:
            note = f"{plain(formula)} has no value here; {name} is {text}."
        else:
            note = f"{name} is {text}; {plain(formula)} is {exact_text(Real(value, exact=False))}."
            if same(value, exact.value):
                note += " With these numbers they are equal by coincidence; with others they are not."
        diagnosis: dict[str, Diagnosis] = {}
        hypotheses = self.auditor.hypotheses
        for group in (hypotheses.at(name), hypotheses.others(name)):
            for hypothesis in () if diagnosis else group:
                code = hypothesis.mistake.code
                if code not in diagnosis and self._same_everywhere(formula, hypothesis.expr):
                    diagnosis[code] = Diagnosis(code, hypothesis.says(name), 0.0)
        return _told(row, text, exact, "wrong", diagnosis=tuple(diagnosis.values()), note=note)

    def _same_everywhere(self, left: Expr, right: Expr) -> bool:
        met = 0
        for world in self.auditor.routes.points.worlds:
            try:
                if not same(world.of(left), world.of(right)):
                    return False
            except ArithmeticError:
                continue
            met += 1
        return met >= 3


def _told(
    row: _Read, expected: str, exact: Real, verdict: Verdict, *, diagnosis: tuple[Diagnosis, ...] = (), note: str = ""
) -> Judged:
    claim, name = row.claim, row.name or row.claim.name
    written = "" if row.written == name else row.written
    note = " ".join(filter(None, (note, row.note)))
    return Judged(
        name, claim.text, expected, exact_text(exact), verdict, diagnosis, note=note, written=written, line=claim.line
    )


def _unjudged(row: _Read) -> Judged:
    """What cannot be read, or is claimed of no quantity."""
    if row.fault is not None:
        name = row.name or row.written
        written = "" if row.written == name else row.written
        return Judged(
            name, row.claim.text, "", "", "unread", (), note=row.fault.says, written=written, line=row.claim.line
        )
    return Judged(row.written, row.claim.text, "", "", "unknown", (), note=row.note, line=row.claim.line)
