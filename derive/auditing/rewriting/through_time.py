"""Paths through time that are missing from a derivative in a recurrence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from derive.auditing.reckoning.kinship import terms_of
from derive.auditing.rewriting.rewriting import Origin, Rewriting
from derive.expression.tree import Expr, names, sum_of
from derive.model.references import array_of, index_of, read
from derive.model.writings.equations.script import EquationLine, read_script

CODE: Final = "time-path-missing"

#: The derivatives by an array, each with the steps through which its paths lead.
_Group = dict[str, tuple[int | None, ...]]


def through_time(origin: Origin) -> Iterator[Rewriting]:
    """Derivatives by what is shared, and by states, without some of the paths through time."""
    if origin.file.model is None:
        return
    equations, _ = read_script(origin.file.model.equations)
    indices = dict.fromkeys(place.index for each in equations for place in each.left or () if place.index)
    for index in indices:
        recurrence = _Recurrence(origin, index, equations)
        if recurrence.recurs:
            yield from recurrence.rewritings()


class _Recurrence:
    """What runs over an index of which a step needs the one before.

    Args:
        origin: the model.
        index: the index.
        equations: the equations of the file.
    """

    def __init__(self, origin: Origin, index: str, equations: tuple[EquationLine, ...]) -> None:
        self.origin, self.index = origin, index
        #: At which place of its indices a name of equations has this one.
        self.places: dict[str, int] = {}
        for equation in equations:
            for at, place in enumerate(equation.left or ()):
                if place.index == index:
                    self.places[array_of(origin.model.current(equation.name))] = at

    def time(self, name: str) -> int | None:
        """The step that a quantity belongs to; None where it belongs to none."""
        at, index = self.places.get(array_of(name)), index_of(name)
        return index[at] if at is not None and at < len(index) else None

    @cached_property
    def recurs(self) -> bool:
        """Whether a member of some family is worked out from one of the same family at another step."""
        graph = self.origin.graph
        first = {(array_of(name), time): name for name in graph.definitions if (time := self.time(name)) is not None}
        return any(
            array_of(other) == array and self.time(other) != time
            for (array, time), name in first.items()
            for other in graph.depends_on(name)
        )

    def _times(self, name: str) -> tuple[int | None, ...]:
        """Of the terms of a derivative, the steps through which their paths lead."""
        return tuple(map(self._through, terms_of(self.origin.formula(name))))

    def _through(self, term: Expr) -> int | None:
        found = (self.time(read(name).by) for name in names(term) if read(name).by)
        return next((time for time in found if time is not None), None)

    def rewritings(self) -> Iterator[Rewriting]:
        """The paths that people leave out: of what is shared, then of the states."""
        yield from self._of_shared()
        yield from self._of_states()

    def _kept(
        self, derivatives: Iterator[str] | tuple[str, ...], keep: Mapping[str, set[int | None]]
    ) -> dict[str, Expr]:
        found: dict[str, Expr] = {}
        for name in derivatives:
            terms = zip(terms_of(self.origin.formula(name)), self._times(name), strict=True)
            kept = sum_of(tuple(term for term, time in terms if time in keep[name]))
            if kept != self.origin.formula(name):
                found[name] = kept
        return found

    def _of_shared(self) -> Iterator[Rewriting]:
        """Only some of the steps in the derivatives by what is shared."""
        origin = self.origin
        groups: dict[str, _Group] = {}
        for array, found in origin.gradients.items():
            for name, _, variable in found:
                times = self._times(name)
                if self.time(variable) is None and len(set(times) - {None}) > 1:
                    groups.setdefault(array, {})[name] = times
        for array, group in (*self._together(groups), *(groups.items() if len(groups) > 1 else ())):
            steps = sorted({time for times in group.values() for time in times if time is not None})
            whose = array if array.startswith("each") else f"d{origin.graph.result}/d{array}"
            for kept in _chosen(steps):
                keep = {name: {None, *kept} for name in group}
                left = ", ".join(str(step) for step in kept)
                what = f"of the steps {self.index} = {steps[0]}..{steps[-1]} only {left} counts in {whose}"
                yield Rewriting(CODE, what.replace("counts", "count" if len(kept) > 1 else "counts"),
                                self._kept(tuple(group), keep))  # fmt: skip

    def _together(self, groups: Mapping[str, _Group]) -> Iterator[tuple[str, _Group]]:
        """All that is shared, and what of it is used in working the next step out."""
        users, leads_to = self.origin.graph.users, self.origin.graph.leads_to
        recurrent = {
            array
            for array, group in groups.items()
            for user in users[read(next(iter(group))).by]
            if any(self.time(later) not in (None, self.time(user)) for later in leads_to([user]))
        }
        for said, chosen in (("shared", set(groups)), ("used in the recurrence", recurrent)):
            if chosen and (said == "shared" or chosen != set(groups)):
                together = {name: times for array in groups if array in chosen for name, times in groups[array].items()}
                yield f"each derivative by what is {said}", together

    def _of_states(self) -> Iterator[Rewriting]:
        """No path from a step to another: in all states, in one family of them, or between two steps."""
        origin = self.origin
        own: dict[str, int] = {}
        for found in origin.gradients.values():
            for name, _, variable in found:
                time = self.time(variable)
                if time is not None and any(each not in (None, time) for each in self._times(name)):
                    own[name] = time
        families = dict.fromkeys(array_of(read(name).by) for name in own)
        steps = sorted(set(own.values()))
        choices: list[tuple[str, list[str]]] = [("from one step to another", list(own))]
        for family in families if len(families) > 1 else ():
            members = [name for name in own if array_of(read(name).by) == family]
            choices.append((f"from {family} to another step", members))
        for step in steps if len(steps) > 1 else ():
            choices.append((f"from {self.index} = {step} to another step", [n for n in own if own[n] == step]))
            for family in families if len(families) > 1 else ():
                members = [name for name in own if array_of(read(name).by) == family and own[name] == step]
                choices.append((f"from {family}[{step}] to another step", members))
        for what, members in choices:
            keep: dict[str, set[int | None]] = {name: {None, own[name]} for name in members}
            yield Rewriting(CODE, f"the paths {what}", self._kept(tuple(members), keep))


def _chosen(steps: list[int]) -> Iterator[list[int]]:
    """Of the steps those that somebody may have kept: the last, the first, all but one, some at an end."""
    seen: set[tuple[int, ...]] = set()
    for kept in (
        steps[-1:],
        steps[:1],
        *(steps[start:] for start in range(1, len(steps))),
        *(steps[:end] for end in range(1, len(steps))),
        *([other for other in steps if other != step] for step in steps),
        *([step] for step in steps),
    ):
        if kept and tuple(kept) not in seen and len(kept) < len(steps):
            seen.add(tuple(kept))
            yield kept
