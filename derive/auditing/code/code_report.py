"""The audit of a script: each assignment becomes a claim on the quantity that it means, judged like any other."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from derive.auditing.code.astray import Astray
from derive.auditing.code.beside import remarks
from derive.auditing.code.code_lines import CodeLine, Key, Passed
from derive.auditing.code.language.code_values import TOO_MANY_PARTS
from derive.auditing.code.proving import Proof
from derive.auditing.code.script import LONGEST, Script
from derive.auditing.code.understanding import understood
from derive.auditing.data import Audit, Diagnosis, Judged, Verdict
from derive.auditing.judge import Auditor
from derive.auditing.mistakes.in_code import CODE_MISTAKES
from derive.auditing.mistakes.table import ERASED
from derive.auditing.reckoning.evaluate import arithmetic
from derive.auditing.reckoning.worlds import Rounding
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, names, substitute
from derive.spec.claims import Claim
from derive.spec.claims.code_cells import CodeCell
from derive.spec.phrases import listed

#: Why a line is not judged that works something else out.
_NONE: Final = "no quantity of the model, and nothing that its name would have to be"
#: Why a line is not judged that is no quantity as it is read.
_PROVED: Final = "What it is meant to be could not be told; what the script comes to with it is right."
#: The same where the script is read in part.
_IN_PART: Final = "More is to be worked out in this script than is read, so that no change of a line could be tried."
#: Why a line is not called wrong that goes on with one that is.
_FOLLOWS: Final = "It goes on with {}, which is no quantity of the model as it stands."
#: So many statements that are passed over are told one by one.
_PASSED: Final = 50
#: So many of the later lines are named that go on with a wrong one.
_TOLD: Final = 6
#: What is told of a wrong line besides what the audit of its formula names.
_OF_CODE: Final = frozenset(CODE_MISTAKES) - {"other-name"}


def audit_script(auditor: Auditor, cells: Sequence[CodeCell], claims: Sequence[Claim] = ()) -> Audit:
    """Judge the code of a script or page, and what else is claimed beside it.

    Args:
        auditor: of the model that the script is about.
        cells: the code.
        claims: what is claimed beside it, as in tables.
    """
    with arithmetic():
        script = understood(auditor, cells)
    rows: list[tuple[CodeLine | None, Claim]] = []
    long: list[tuple[CodeLine, str]] = []
    for line in script.lines:
        for name, cell in zip(line.entries, line.cells, strict=False):
            text = plain(cell)
            if len(text) <= LONGEST:
                rows.append((line, Claim(name, text, line.place)))
            else:
                long.append((line, name))
    shown = len(rows)
    rows += [(None, Claim(name, number, line)) for _, line, name, number in script.shown.outputs]
    rows += [(None, claim) for claim in claims]
    found = auditor.audit([claim for _, claim in rows])
    notes = remarks(cells, script.lines, auditor)
    judged = [
        _told(claim, line, script, notes) if line is not None else claim
        for claim, (line, _) in zip(found.claims, rows, strict=True)
    ]
    for place, (there, *_) in enumerate(script.shown.outputs, start=shown):
        note = f"Cell {there.number}. {judged[place].note}".strip() if there.number else judged[place].note
        judged[place] = msgspec.structs.replace(judged[place], note=note)
    right = _proved([(claim, line) for claim, (line, _) in zip(judged, rows, strict=True)], long, script, cells)
    unsure = dict.fromkeys(right, _PROVED)
    if any(passed.why == TOO_MANY_PARTS for passed in script.passed_over):
        unsure |= {id(line): _IN_PART for line in script.lines if id(line) not in right and not _is_evident(line)}
    judged = [
        msgspec.structs.replace(claim, verdict="unknown", diagnosis=(), note=unsure[id(line)])
        if claim.verdict == "wrong" and id(line) in unsure
        else claim
        for claim, (line, _) in zip(judged, rows, strict=True)
    ]
    blamed = [line for claim, (line, _) in zip(judged, rows, strict=True) if line and claim.verdict == "wrong"]
    blamed += [line for line, _ in long if not line.right and id(line) not in unsure]
    astray = Astray(
        [line for line in blamed if not _is_evident(line)], [line for line in script.unplaced if not line.begun]
    )
    judged = [
        msgspec.structs.replace(claim, verdict="follows", diagnosis=(), note=_FOLLOWS.format(root.said))
        if claim.verdict == "wrong" and (root := astray.root_of.get(id(line))) is not None
        else claim
        for claim, (line, _) in zip(judged, rows, strict=True)
    ]
    told = {line.key for (line, _), claim in zip(rows, judged, strict=True) if line and claim.verdict == "wrong"}
    judged = list(_told_once(judged, [line for line, _ in rows]))
    judged += [
        _too_long(line, name, script, told, astray.root_of.get(id(line)))
        for line, name in long
        if id(line) not in unsure
    ]
    stopped = {
        line.key: line
        for line in reversed(script.lines)
        if not (line.entries and line.cells) and id(line) not in unsure
    }
    judged += [_stopped(line, script) for line in reversed(stopped.values()) if line.key not in told]
    judged += [_no_quantity(line, astray.followers[line.key]) for line in astray.roots if line.key not in told]
    judged += _passed(
        [
            *script.passed_over,
            *(
                Passed(line.cell, line.number, line.target, line.code, _NONE)
                for line in script.unplaced
                if not line.begun and line.key not in astray.followers
            ),
        ]
    )
    wrong = [claim for claim in judged if claim.verdict == "wrong"]
    order = auditor.quantities.order
    known = [claim.name for claim in wrong if claim.name in auditor.quantities]
    first = min(known, key=order) if known else (wrong[0].name if wrong else None)
    return msgspec.structs.replace(found, claims=tuple(judged), wrong=len(wrong), first_wrong=first)


def _passed(statements: Sequence[Passed]) -> Iterator[Judged]:
    """What is passed over, with a word why, once however often it is gone through; of very much, the first of it."""
    statements = list({(each.cell.number, each.number, each.target, each.why): each for each in statements}.values())
    for passed in statements[:_PASSED]:
        place = passed.cell.first + passed.number - 1
        where = f"Cell {passed.cell.number}. " if passed.cell.number else ""
        yield Judged(
            passed.target, passed.code, "", "", "unknown", (), note=f"{where}Passed over: {passed.why}.", line=place
        )
    if len(statements) > _PASSED:
        yield Judged(
            "code", "", "", "", "unknown", (), note=f"{len(statements) - _PASSED} more statements passed over."
        )


def _told(claim: Judged, line: CodeLine, script: Script, notes: dict[int, str]) -> Judged:
    """A claim as the line of code that it is."""
    note, diagnosis, verdict = claim.note, claim.diagnosis, claim.verdict
    if verdict == "rounding":  # of code, which rounds nothing but where it says so
        verdict, note = ("agrees" if line.right else "wrong"), ""
    if verdict == "wrong" and line.right and script.givens.classes:  # right for targets that are classes
        verdict, note, diagnosis = "agrees", "", ()
    if line.undefined and verdict in ("agrees", "rounding", "wrong"):
        verdict = "wrong"
        if not any(each.code == "own-formula" for each in diagnosis):
            unknown = ", ".join(line.undefined)
            says = f"{unknown}: used before anything is assigned to it, so that the script stops here."
            diagnosis = (Diagnosis("undefined-name", says, 0.0), *diagnosis)
    if line.astray and verdict in ("agrees", "rounding"):
        verdict, diagnosis = "wrong", (Diagnosis("transposed", line.astray, 0.0),)
    if line.early and verdict in ("agrees", "rounding"):
        others = listed(list(dict.fromkeys(each.said for each in line.early)), "and")
        verb = "are" if " and " in others else "is"
        says = f"The update stands too early: {others} {verb} to use the value before it."
        verdict, diagnosis = "wrong", (Diagnosis("updated-weights", says, 0.0),)
    elif verdict == "wrong":
        if line.edit is not None and line.edit.code and (not diagnosis or line.edit.code in _OF_CODE):
            diagnosis = (*diagnosis, Diagnosis(line.edit.code, line.edit.says, 0.0))
        note = " ".join(filter(None, (note, _as_it_should_be(line, claim.name, script), _followers(line, script))))
    if _erased(line, claim, script):
        code, says = ERASED
        diagnosis = (*diagnosis, Diagnosis(code, says.format(what=claim.exact), 0.0))
    note = " ".join(filter(None, (_where(line), note, notes.get(id(line), ""))))
    written = line.target if line.target != claim.name else ""
    return msgspec.structs.replace(
        claim, published=line.code, verdict=verdict, diagnosis=diagnosis, note=note, written=written, line=line.place
    )


def _proved(
    judged: Sequence[tuple[Judged, CodeLine | None]],
    long: Sequence[tuple[CodeLine, str]],
    script: Script,
    cells: Sequence[CodeCell],
) -> set[int]:
    """The lines that are called wrong though the script's own numbers show them to be right, by their identity."""
    blamed: dict[int, list[int]] = {id(line): [0] for line in script.lines if not (line.entries and line.cells)}
    for claim, line in judged:
        if line is not None and claim.verdict == "wrong":
            blamed.setdefault(id(line), []).append(line.entries.index(claim.name))
    for line, name in long:
        if not line.right:
            blamed.setdefault(id(line), []).append(line.entries.index(name))
    if not blamed:
        return set()
    with arithmetic():
        return Proof(script, cells).acquitted(blamed)


def _no_quantity(line: CodeLine, followers: Sequence[Key]) -> Judged:
    """A line that is no quantity, and makes others wrong that go on with it."""
    others = listed([f"line {place}" for _, place in followers[:_TOLD]], "and")
    note = f"No quantity of the model; what goes on with it in {others} is not what it should be for that."
    note = " ".join(filter(None, (_where(line), note)))
    return Judged(line.target, line.code, "", "", "wrong", (), note=note, written=line.target, line=line.place)


def _is_evident(line: CodeLine) -> bool:
    """Whether a wrong line is known for what it is: a change mends it, or the script stops there."""
    return line.edit is not None or bool(line.undefined or line.shapes or line.astray or line.early)


def _too_long(line: CodeLine, name: str, script: Script, told: set[Key], root: CodeLine | None) -> Judged:
    """A line whose formula is too long to be audited, judged as it is read; what is wrong in it is told once."""
    if root is not None:
        note = _FOLLOWS.format(root.said)
        return Judged(name, line.code, "", "", "follows", (), note=note, written=line.target, line=line.place)
    if not line.right and line.key not in told:
        told.add(line.key)
        if line.edit is not None or line.shapes or line.undefined:
            return _stopped(line, script)
        note = " ".join(filter(None, (_where(line), _as_it_should_be(line, name, script), _followers(line, script))))
        return Judged(name, line.code, "", "", "wrong", (), note=note, written=line.target, line=line.place)
    verdict: Verdict = "agrees" if line.right else "follows"
    return Judged(name, line.code, "", "", verdict, (), note=_where(line), written=line.target, line=line.place)


def _told_once(judged: Sequence[Judged], lines: Sequence[CodeLine | None]) -> Iterator[Judged]:
    """The claims with what is wrong in a line of several entries told at the first of them."""
    first: dict[Key, str] = {}
    for claim, line in zip(judged, lines, strict=True):
        if line is None or claim.verdict != "wrong":
            yield claim
        elif line.key not in first:
            first[line.key] = claim.name
            yield claim
        else:
            note = f"The same line as {first[line.key]}."
            yield msgspec.structs.replace(claim, verdict="follows", diagnosis=(), note=note)


def _where(line: CodeLine) -> str:
    return f"Cell {line.cell.number}." if line.cell.number else ""


def _stopped(line: CodeLine, script: Script) -> Judged:
    """A line at which the script stops, or that cannot be judged."""
    name = line.entries[0] if line.entries else line.target
    if line.shapes:
        code = line.edit.code if line.edit is not None and line.edit.code else "shapes"
        mended = f" {line.edit.says}" if line.edit is not None else ""
        says = f"{line.why[:1].upper()}{line.why[1:]}.{mended}"
        note = " ".join(filter(None, (_where(line), _as_it_should_be(line, name, script), _followers(line, script))))
        return Judged(
            name,
            line.code,
            "",
            "",
            "wrong",
            (Diagnosis(code, says, 0.0),),
            note=note,
            written=line.target,
            line=line.place,
        )
    if line.edit is not None:
        diagnosed = (Diagnosis(line.edit.code, line.edit.says, 0.0),) if line.edit.code else ()
        note = " ".join(filter(None, (_where(line), _as_it_should_be(line, name, script), _followers(line, script))))
        return Judged(name, line.code, "", "", "wrong", diagnosed, note=note, line=line.place)
    says = f"{line.why[:1].upper()}{line.why[1:]}: the script stops here."
    diagnosis = (Diagnosis("undefined-name", says, 0.0),)
    return Judged(name, line.code, "", "", "wrong", diagnosis, note=_where(line), written=line.target, line=line.place)


def _as_it_should_be(line: CodeLine, name: str, script: Script) -> str:
    """The line as it should be, in the names of the script."""
    if line.astray:
        return f"As it should be: {line.target} = ({ast.unparse(line.value)}).T."
    if line.edit is not None and not line.edit.meant:
        given = "" if line.target == "return" else " ="
        return f"As it should be: {line.target}{given} {ast.unparse(line.edit.value)}."
    formula = script.quantities.formula(name) if not name.startswith("-") else None
    if formula is None or len(line.entries) != 1:
        return ""
    held: dict[str, str] = {}
    for target, entries in script.naming.meant.items():
        if len(entries) == 1:
            held.setdefault(entries[0], target)
    needed = names(formula)
    if not all(each in held for each in needed):
        return f"It should be {plain(formula)}."
    return f"As it should be: {line.target} = {plain(_in_names(formula, held))}."


def _in_names(formula: Expr, held: dict[str, str]) -> Expr:
    return substitute(formula, {name: Name(written) for name, written in held.items()})


def _followers(line: CodeLine, script: Script) -> str:
    """Which later lines go on with what a line gives."""
    tainted = {id(line)}
    found: list[CodeLine] = []
    for other in script.lines:
        if other is not line and any(id(each) in tainted for each in other.read):
            tainted.add(id(other))
            found.append(other)
    if not found:
        return ""
    places = list(dict.fromkeys(each.said for each in found))
    told = listed([*places[:_TOLD], *([f"{len(places) - _TOLD} more"] if len(places) > _TOLD else [])], "and")
    return f"It is gone on with in {told}."


def _erased(line: CodeLine, claim: Judged, script: Script) -> bool:
    """Whether the rounding of a line leaves nothing of a value."""
    if line.digits is None or claim.name not in script.quantities:
        return False
    value = script.quantities.exact(claim.name).value
    return bool(value) and not Rounding(line.digits)(value)
