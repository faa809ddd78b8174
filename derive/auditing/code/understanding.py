"""How a script is understood: the way in which it makes the most sense, so that no right line is called wrong.

What a line means is a guess where its name does not surely say it. What speaks for a guess is what the lines below make
of it; so the script is read again with guesses taken the other way, as long as fewer lines are wrong then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from derive.auditing.code.code_lines import CodeLine, Key
from derive.auditing.code.edits import AROUND, Edit, edits
from derive.auditing.code.language.code_values import UnreadError, array
from derive.auditing.code.language.work_done import SOUGHT_IF_RIGHT, WorkDone
from derive.auditing.code.proving import Proof
from derive.auditing.code.returned import mended_calls, mended_functions
from derive.auditing.code.script import LATER, Script
from derive.auditing.code.seeking import Seeking
from derive.auditing.judge import Auditor
from derive.auditing.reckoning.identity import Points
from derive.expression.tree import names
from derive.model.arrays.grids import ExprArray
from derive.model.references import split_updates
from derive.spec.claims.code_cells import CodeCell

#: So often lines are taken the other way, and so many of them are tried each time, the first ones.
_ROUNDS: Final = 4
_GUESSES: Final = 8
#: Of so many lines changes are looked for that give another quantity.
_ASKED: Final = 12
#: So many changes of functions are tried, and of a line on the way to a quantity, on the whole script.
_OF_FUNCTIONS: Final = 16
_CHANGES: Final = 8
#: So many changes of such a line are worked out to find these.
_WORKED_OUT: Final = 500
#: So often the script is read again at most for such changes.
_MOST: Final = 24
#: So many lines that go on with it are looked at before.
_FOLLOWERS: Final = 5


def understood(auditor: Auditor, cells: Sequence[CodeCell]) -> Script:
    """The script, understood so that it makes the most sense.

    The signs of gradients may be turned, and what is no quantity may be on the way to one, or a mistake.

    Args:
        auditor: of the model that the script is about.
        cells: its code.
    """
    points = auditor.routes.points
    script = _read(auditor, cells, points)
    if script.givens.classes:
        points = Points(auditor.quantities, held=script.givens.classes)
        script = _read(auditor, cells, points, effort=script.effort)
    if not _is_clean(script):
        proof = Proof(script, cells)
        rounds = any(line.digits is not None for line in script.lines)
        mistakes = {} if rounds else Seeking(proof, _told(script) if _is_told(script) else {}).mistakes()
        if mistakes:
            script = _read(auditor, cells, points, changed=mistakes, effort=script.effort)
        if proof.is_right:
            script.effort.sought = script.effort.spent + SOUGHT_IF_RIGHT
    plain = _with_functions(script, cells)
    known = script.changed
    if _is_told(plain) and all(line.begun for line in plain.unplaced):
        return plain
    turned = _read(auditor, cells, points, turned=True, changed=known, effort=plain.effort)
    if not all(line.right for line in plain.lines):
        turned = _with_functions(turned, cells)
    first, other = (plain, turned) if _sense(plain) <= _sense(turned) else (turned, plain)
    found = _best(first, cells)
    if _is_told(found) and all(line.begun for line in found.unplaced) and (first is plain or _adds(found)):
        return found
    if _sense(other) <= _sense(first) or (first is turned and not _adds(found)):
        other = _best(other, cells)
    readings = [each for each in (found, other) if not each.families.turned or _adds(each)]
    return min(readings or [plain], key=_sense)


def _adds(script: Script) -> bool:
    """Whether a script works out new values of parameters: with signs turned, it adds its steps."""
    return any(line.right and line.entries and split_updates(line.entries[0])[1] for line in script.lines)


def _read(
    auditor: Auditor,
    cells: Sequence[CodeCell],
    points: Points,
    *,
    turned: bool = False,
    flipped: frozenset[Key] = frozenset(),
    changed: Mapping[Key, Edit] | None = None,
    before: Script | None = None,
    effort: WorkDone | None = None,
) -> Script:
    effort = before.effort if before is not None else effort
    found = None if before is None else before.mending.found
    changed = changed or {}
    script = Script(auditor, points, turned=turned, flipped=flipped, changed=changed, found=found, effort=effort)
    script.read(cells)
    return script


def _with_functions(script: Script, cells: Sequence[CodeCell]) -> Script:
    """The script with a function mended that makes lines wrong which call it."""
    best = script
    if _is_clean(script):
        return script
    changes = chain(
        mended_functions(script.interpreter, script.quantities, cells, slopes=False),
        mended_functions(script.interpreter, script.quantities, cells, slopes=True),
        mended_calls(script.interpreter, script.families, _right(script), cells),
    )
    turned, alone = script.families.turned, False
    for key, edit, single in islice(changes, _OF_FUNCTIONS):
        changed = {**script.changed, key: edit}
        other = _read(script.auditor, cells, script.points, turned=turned, changed=changed, before=script)
        if _sense(other) < _sense(best) or (single and not alone and _sense(other) == _sense(best)):
            best, alone = other, single
        if best.effort.is_much:
            break
    return best


def _right(script: Script) -> set[str]:
    """The quantities that right lines give."""
    return {name for line in script.lines if line.right for name in line.entries}


def _is_clean(script: Script) -> bool:
    """Whether no line is wrong, nor does the script stop, and all lines are quantities or on the way to one."""
    return not script.stops and all(line.right for line in script.lines) and all(line.begun for line in script.unplaced)


def _best(script: Script, cells: Sequence[CodeCell]) -> Script:
    """The script with guesses taken the other way, and lines on the way to a quantity mended, for the most sense."""

    def read(flipped: frozenset[Key], changed: Mapping[Key, Edit] | None = None) -> Script:
        turned = script.families.turned
        changed = {**script.changed, **(changed or {})}
        return _read(
            script.auditor, cells, script.points, turned=turned, flipped=flipped, changed=changed, before=script
        )

    best = script
    for _ in range(_ROUNDS):
        if _is_told(best) or best.effort.is_much:
            return best
        keys = list(dict.fromkeys(line.key for line in _guesses(best)))[:_GUESSES]
        flips = [*({key} for key in keys), *_parts_of_one(best)]
        better = _clearest(best, (read(best.flipped ^ flip) for flip in flips))
        if _sense(better)[0] == _sense(best)[0]:
            best = better
            break
        best = better
    changes = (
        read(best.flipped, {line.key: edit})
        for line in _guesses(best)[:_GUESSES]
        for edit in islice(_mending_others(best, line), _CHANGES)
    )
    best = best if _is_told(best) else _clearest(best, islice(changes, _MOST))
    if _is_told(best) or best.effort.is_much or (all(line.right for line in best.lines) and not _unmet(best)):
        return best
    return _clearest(best, (read(best.flipped, changed) for changed in islice(_instead(best, cells), _MOST)))


def _parts_of_one(script: Script) -> Iterator[set[Key]]:
    """The lines that go into another of the same name's meaning, as the data's part of a loss and the penalty do."""
    for line in _in_order(script):
        if line.meant and not (line.right and line.entries):
            parts = {each.key for each in line.read if each.meant == line.meant and each.key != line.key}
            if len(parts) > 1:
                yield parts


def _instead(script: Script, cells: Sequence[CodeCell]) -> Iterator[Mapping[Key, Edit]]:
    """The changes of lines that are a quantity, but perhaps another one than is meant: several wrong lines use them."""
    asked = list(dict.fromkeys((*_suspects(script), *_on_the_way(script))))[:_ASKED]
    turned = script.families.turned
    probed = Script(
        script.auditor,
        script.points,
        turned=turned,
        flipped=script.flipped,
        changed=script.changed,
        asked=asked,
        effort=script.effort,
    )
    probed.read(cells)
    options = [(key, edit) for key in asked for edit in probed.options.get(key, ())]
    for key, edit in sorted(options, key=lambda option: bool(option[1].meant)):
        yield {key: edit}


def _on_the_way(script: Script) -> list[Key]:
    """The lines that are no quantity, and those that come to nothing."""
    others = {line.key for line in _guesses(script)}
    return [
        line.key
        for line in _in_order(script)
        if line.guess and not line.entries and (line.local or line.begun or line.key in others)
    ]


def _suspects(script: Script) -> list[Key]:
    """The right lines that several wrong ones make use of, copies first, then the last ones first."""
    shapes = {id(read) for line in script.lines if line.shapes for read in line.read}
    users: dict[str, set[Key]] = {}
    for line in script.lines:
        if not line.right:
            for name in {name for cell in line.cells for name in names(cell)}:
                users.setdefault(name, set()).add(line.key)
    given = script.quantities.graph.given
    opposite = [line.key for line in _behind_wrong(script) if line.opposite]
    found: dict[Key, tuple[bool, int, int]] = {}
    for place, line in enumerate(script.lines):
        used = [users.get(entry.removeprefix("-"), set()) for entry in line.entries if entry not in given]
        keys = set().union(*used) - {line.key}
        copied = line.is_copy
        if line.right and (len(keys) > 1 or (copied and (keys or id(line) in shapes))):
            found[line.key] = (copied, len(keys), place)
    return list(dict.fromkeys((*opposite, *sorted(found, key=lambda key: found[key], reverse=True))))


def _behind_wrong(script: Script) -> list[CodeLine]:
    """The lines that wrong ones go on with, directly or not, from the top."""
    behind: set[int] = set()
    for line in reversed(_in_order(script)):
        if not line.right or id(line) in behind:
            behind |= {id(each) for each in line.read}
    return [line for line in _in_order(script) if id(line) in behind]


def _clearest(best: Script, others: Iterable[Script]) -> Script:
    """The reading that makes the most sense, up to one that leaves nothing to be asked."""
    for other in others:
        if _sense(other) < _sense(best):
            best = other
            if _is_told(best):
                break
        if best.effort.is_much:
            break
    return best


def _is_told(script: Script) -> bool:
    """Whether a reading leaves nothing to be asked: one line at most is wrong, and what it should be is known.

    What is no quantity must be on the way to one.
    """
    wrong = {line.key: line for line in script.lines if not line.right}
    if len(wrong) > 1 or any(line.edit is None or line.edit.meant for line in wrong.values()):
        return False
    unplaced = {id(line) for line in script.unplaced}
    if any(id(each) in unplaced for line in wrong.values() for each in line.read):
        return False
    if any(line.opposite for line in _behind_wrong(script)):
        return False
    return not _astray(script) and not _unmet(script)


def _told(script: Script) -> dict[Key, Edit]:
    """The changes that mend the lines which are wrong."""
    return {line.key: line.edit for line in script.lines if not line.right and line.edit is not None}


def _unmet(script: Script) -> list[CodeLine]:
    """The lines that are not what their names say, but for such as are parts of it, as of a loss."""
    parts = {id(each) for line in script.lines for each in line.read if each.meant == line.entries}
    return [line for line in script.unplaced if line.named and not line.begun and id(line) not in parts]


def _astray(script: Script) -> set[Key]:
    """The lines that are no quantity and that others go on with, of which none is one or leads to one."""
    following: dict[int, list[CodeLine]] = {}
    leading: set[int] = set()
    astray = set()
    for line in reversed(_in_order(script)):
        others = following.get(id(line), ())
        if not line.entries and any(other.entries or id(other) in leading for other in others):
            leading.add(id(line))
        elif not line.entries and any(other.key != line.key for other in others):
            astray.add(line.key)
        for read in line.read:
            following.setdefault(id(read), []).append(line)
    return astray


def _in_order(script: Script) -> list[CodeLine]:
    return sorted((*script.unplaced, *script.lines), key=lambda line: (line.cell.number, line.place))


def _guesses(script: Script) -> list[CodeLine]:
    """The lines of which another reading makes a difference, first what is given, as all hangs on that."""
    followed = {id(each) for line in (*script.lines, *script.unplaced) for each in line.read}
    found = [line for line in _in_order(script) if line.guess and (line.local or id(line) in followed)]
    given = script.quantities.graph.given.keys()
    return sorted(found, key=lambda line: not line.meant or not given >= set(line.meant))


def _mending_others(script: Script, line: CodeLine) -> Iterator[Edit]:
    """The changes of a line that make another line right which goes on with it."""
    others = _going_on(script, line)[:_FOLLOWERS]
    scope, evaluate = script.interpreter.names, script.interpreter.tried
    if not others or line.target not in scope:
        return
    kept = dict(scope)
    for edit in islice(edits(line.value, [name for name in script.assigned_in if name != line.target]), _WORKED_OUT):
        try:
            scope[line.target] = evaluate(edit.value)
            for each in others:
                scope[each.target] = evaluate(each.value)
                if _is_right(script, each, array(scope[each.target])):
                    yield edit
                    break
        except UnreadError:
            continue
        finally:
            scope.update(kept)


def _is_right(script: Script, line: CodeLine, grid: ExprArray) -> bool:
    if len(line.entries) == len(grid.cells):
        return script.mending.is_right(line.entries, grid)
    return any(script.claimed.isdisjoint(entries) for entries in script.families.matching(grid))


def _going_on(script: Script, line: CodeLine) -> list[CodeLine]:
    """The lines that are wrong or no quantity and go on with a line, or with another that does."""
    reached = {id(line)}
    found = []
    for each in _in_order(script):
        if each is not line and not (each.right and each.entries) and any(id(other) in reached for other in each.read):
            reached.add(id(each))
            found.append(each)
    return found


def _sense(script: Script) -> tuple[int, int, int]:
    """How little sense a script makes: by its wrong lines and those that are no quantity; by what no change mends.

    Of the changes that mend a line, a difference that is turned around is the likeliest.
    """
    wrong = {line.key: line for line in script.lines if not line.right}
    unmet = {id(line) for line in _unmet(script)}
    unplaced = {
        line.key: id(line) in unmet
        for line in _in_order(script)
        if not line.entries and not line.begun and line.target != "return"
    }
    lost = len(unplaced) + 2 * sum(unplaced.values()) + len(_astray(script))
    lost += sum(passed.why != LATER for passed in script.passed_over)
    told = [line.edit for line in wrong.values() if line.edit is not None and not line.edit.meant]
    return 2 * len(wrong) + lost, len(wrong) - len(told), sum(edit.says != AROUND for edit in told)
