"""How a script is understood: the way in which it makes the most sense, so that no right line is called wrong.

What a line means is a guess where its name does not surely say it. What speaks for a guess is what the lines below make
of it; so the script is read again with guesses taken the other way, as long as fewer lines are wrong then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from derive.auditing.code.code_lines import Key, Line
from derive.auditing.code.code_values import UnreadError, array
from derive.auditing.code.edits import MOST, Edit, edits
from derive.auditing.code.script import Script
from derive.auditing.judge import Auditor
from derive.model.arrays.grids import Grid
from derive.model.references import split_updates
from derive.spec.claims.code_cells import Cell

#: So often lines are taken the other way, and so many of them are tried each time, the first ones.
_ROUNDS: Final = 4
_GUESSES: Final = 8
#: So many changes of a line on the way to a quantity are tried on the whole script.
_CHANGES: Final = 8
#: So many lines that go on with it are looked at before.
_FOLLOWERS: Final = 5


def understood(auditor: Auditor, cells: Sequence[Cell]) -> Script:
    """The script, understood so that it makes the most sense.

    The signs of gradients may be turned, and what is no quantity may be on the way to one, or a mistake.

    Args:
        auditor: of the model that the script is about.
        cells: its code.
    """
    script = _best(auditor, cells, turned=False)
    if not _sense(script)[0]:
        return script
    other = _best(auditor, cells, turned=True)
    adds = any(line.right and line.entries and split_updates(line.entries[0])[1] for line in other.lines)
    return other if adds and _sense(other) < _sense(script) else script


def _best(auditor: Auditor, cells: Sequence[Cell], *, turned: bool) -> Script:
    """The script with guesses taken the other way, and lines on the way to a quantity mended, for the most sense."""

    def read(flipped: frozenset[Key], changed: Mapping[Key, Edit]) -> Script:
        script = Script(auditor, turned=turned, flipped=flipped, changed=changed)
        script.read(cells)
        return script

    best = read(frozenset(), {})
    for _ in range(_ROUNDS):
        if not _sense(best)[0]:
            return best
        keys = list(dict.fromkeys(line.key for line in _guesses(best)))[:_GUESSES]
        better = min((read(best.flipped ^ {key}, {}) for key in keys), key=_sense, default=best)
        if _sense(better) >= _sense(best):
            break
        best = better
    changes = (
        read(best.flipped, {line.key: edit})
        for line in _guesses(best)[:_GUESSES]
        for edit in islice(_mending_others(best, line), _CHANGES)
    )
    return min((best, *changes), key=_sense)


def _guesses(script: Script) -> list[Line]:
    """The lines of which another reading makes a difference, from the top."""
    followed = {id(each) for line in (*script.lines, *script.unplaced) for each in line.read}
    found = [line for line in (*script.unplaced, *script.lines) if line.guess and id(line) in followed]
    return sorted(found, key=lambda line: (line.cell.number, line.place))


def _mending_others(script: Script, line: Line) -> Iterator[Edit]:
    """The changes of a line that make another line right which goes on with it."""
    others = _going_on(script, line)[:_FOLLOWERS]
    scope, evaluate = script.interpreter.names, script.interpreter.evaluate
    if not others or line.target not in scope:
        return
    kept = dict(scope)
    for edit in islice(edits(line.value, [name for name in script.assigned_in if name != line.target]), MOST):
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


def _is_right(script: Script, line: Line, grid: Grid) -> bool:
    if len(line.entries) == len(grid.cells):
        return script.mending.is_right(line.entries, grid)
    return any(True for _ in script.families.matching(grid))


def _going_on(script: Script, line: Line) -> list[Line]:
    """The lines that are wrong or no quantity and go on with a line, or with another that does."""
    reached = {id(line)}
    found = []
    for each in sorted((*script.unplaced, *script.lines), key=lambda other: (other.cell.number, other.place)):
        if each is not line and not (each.right and each.entries) and any(id(other) in reached for other in each.read):
            reached.add(id(each))
            found.append(each)
    return found


def _sense(script: Script) -> tuple[int, int]:
    """How little sense a script makes: by its wrong lines and those that are no quantity; by what no change mends."""
    wrong = {line.key: line for line in script.lines if not line.right}
    unplaced = {line.key: line.named for line in (*script.unplaced, *script.lines) if not line.entries}
    lost = len(unplaced) + sum(unplaced.values()) + len(script.passed_over)
    return 2 * len(wrong) + lost, sum(line.edit is None for line in wrong.values())
