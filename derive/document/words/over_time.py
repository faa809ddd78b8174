"""Why a derivative is a sum where paths lead through several values of an index: in time, in words."""

from __future__ import annotations

from collections.abc import Sequence

from derive.document.blocks import Content
from derive.document.words.called import introducing
from derive.document.words.headings import at
from derive.document.words.phrasing import listed
from derive.expression.tree import Expr, Name
from derive.model.model import Model
from derive.model.recurrence import Recurrence

#: More users than this are not named one by one, nor more values of the index.
_FEW = 6


def over_time(model: Model, goal: Content | str | Expr, variable: str, users: Sequence[str]) -> Content | None:
    """The reason for a sum over what a quantity acts through, told by the values of the index at which it acts.

    Args:
        model: the model.
        goal: what is differentiated, at the beginning of a sentence.
        variable: what it is differentiated by: a number or an array.
        users: what it acts through.

    Returns:
        A sentence, or None where the model has no recurrence or where the index has no part in it.
    """
    over = model.recurrence
    if over is None:
        return None
    where = {user: over.place.get(model.entries(user)[0]) for user in users}
    places = sorted({place for place in where.values() if place is not None})
    if None in where.values():
        return None
    here = over.place.get(model.entries(variable)[0])
    if here is None:
        if len(places) < 2:
            return None
        each = "one term for each, and these are added" if len(users) == len(places) else "all contributions are added"
        return introducing(
            model,
            "{v} acts at {times}, through {users}: {each}:",
            {"v": variable},
            times=_times(over, places),
            users=_listed(users),
            each=each,
        )
    now, later = [[user for user in users if (where[user] == here) == same] for same in (True, False)]
    if not later or len({where[user] for user in later}) > 1:
        return None
    to = at(over.index, over.at(where[later[0]] or 0))
    if not now:
        template = "{Goal} depends on {v} by what is handed on to {to}, through {later}. The contributions are added:"
    else:
        template = (
            "{Goal} depends on {v} at {here} itself, through {now}, and by what is handed on to {to}, through {later}. "
            "The contributions are added:"
        )
    return introducing(
        model,
        template,
        {"v": variable},
        Goal=goal,
        here=at(over.index, over.at(here)),
        to=to,
        now=_listed(now),
        later=_listed(later),
    )


def _times(over: Recurrence, places: Sequence[int]) -> Content:
    """The values of the index at some places: ``t = 1, 2 and 3``, or ``t = 1 to 9``."""
    values = [over.at(place) for place in places]
    if len(values) > _FEW and places[-1] - places[0] == len(places) - 1:
        return at(over.index, values[0], f" to {values[-1]}")
    return at(over.index, values[0], f"{''.join(f', {value}' for value in values[1:-1])} and {values[-1]}")


def _listed(users: Sequence[str]) -> Content:
    more = [f"{len(users) - _FEW} more"] if len(users) > _FEW else []
    return listed([*map(Name, users[:_FEW]), *more])
