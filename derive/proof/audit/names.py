"""Which quantity a name means, however it is spelt.

A name is first spelt plainly (:mod:`derive.proof.audit.spelling`), then read as a word with an index
(:mod:`derive.proof.audit.vocabulary`), or as one of the forms below over such words. What could mean two quantities is
not guessed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from derive.calculus.solution import Solution
from derive.model.naming import derivative_name, updated_name
from derive.proof.audit.quantities import Quantities
from derive.proof.audit.spelling import spelt_plainly
from derive.proof.audit.vocabulary import Vocabulary

#: The longest name that is looked into; no spelling of a quantity is longer.
_LONGEST: Final = 200
#: Of more names than this, only those with the same index are compared for the nearest.
_MANY: Final = 2000
#: So many names are told of which one may be meant.
_NEAREST: Final = 3


class Resolved(msgspec.Struct, frozen=True):
    """What a name means.

    Attributes:
        name: the plain name of the quantity, or None where there is no such quantity, or several are meant.
        nearest: known names that are like it, the nearest first; empty where the name is known.
        several: whether the nearest are what the name may mean.
        why: why there is no such quantity, as a phrase, if that is known.
    """

    name: str | None
    nearest: tuple[str, ...] = ()
    several: bool = False
    why: str = ""

    @property
    def note(self) -> str:
        """Why there is no quantity, as a phrase; empty where there is one."""
        if self.name is not None:
            return ""
        if self.several:
            return f"it may mean {' or '.join(self.nearest)}"
        nearest = f"; the nearest: {', '.join(self.nearest)}" if self.nearest else ""
        return (self.why or "no such quantity") + nearest


def resolve(name: str, solution: Solution, quantities: Quantities | None = None) -> Resolved:
    """The quantity that a name means.

    Args:
        name: as somebody wrote it.
        solution: whose quantities are meant.
        quantities: those quantities, where they have been listed already.
    """
    return _names(quantities or Quantities(solution))(name)


@lru_cache(maxsize=2)  # a class of solutions asks for the same network over and over
def _names(quantities: Quantities) -> Names:
    return Names(quantities)


class Names:
    """Finds out what names mean on one network.

    Args:
        quantities: what can be meant.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.vocabulary = Vocabulary(quantities.solution.model)
        self.cost = quantities.graph.result
        training = quantities.solution.training
        self.updates = 0 if training is None else training.steps
        self.frozen = frozenset(() if training is None else training.frozen)
        self._known: dict[str, Resolved] = {}

    def __call__(self, name: str) -> Resolved:
        """What a name means."""
        if name not in self._known:
            self._known[name] = self._resolved(name.strip())
        return self._known[name]

    def _resolved(self, name: str) -> Resolved:
        if name in self.quantities:
            return Resolved(name)
        plain = spelt_plainly(name) if len(name) <= _LONGEST else ""
        found = self.meanings(plain)
        if len(found) == 1:
            return Resolved(found.pop())
        several = tuple(sorted(found)) or self.vocabulary.labelled(plain)
        if several:
            return Resolved(None, several, several=True)
        return Resolved(None, self._nearest(plain), why=self._why(plain))

    def _why(self, text: str) -> str:
        """Why there is no such quantity: the updates that it is named after are not made."""
        for pattern, read in _FORMS:
            match = pattern.fullmatch(text) if read in _OF_UPDATES else None
            if match is not None and self._base(re.sub(r"[ _,]+$", "", "".join(match.group(*_OF_UPDATES[read])))):
                return (
                    f"the file makes {self.updates:,} updates, not as many"
                    if self.updates > 1
                    else "the file makes one update only"
                    if self.updates
                    else "the file has no table [update]"
                )
        return ""

    def meanings(self, text: str) -> set[str]:
        """All quantities that a plain spelling may mean."""
        if text in self.quantities:
            return {text}
        found = self._base(text)
        if found:
            return found
        for pattern, read in _FORMS:
            match = pattern.fullmatch(text)
            if match is not None:
                parts = {part: words for part, words in match.groupdict().items() if words}
                found |= {name for name in read(self, **parts) if name in self.quantities}
        return found

    def _base(self, text: str) -> set[str]:
        """What a word with its index may mean, perhaps with the word for its kind before it: the output O3."""
        text = self.vocabulary.network.current(text.removeprefix("the "))
        if text in self.quantities:
            return {text}
        found = self.vocabulary.meanings(text)
        kind_in_words, _, base = text.rpartition(" ")
        if found or not kind_in_words:
            return found
        kinds = self.vocabulary.bare(kind_in_words)
        known = {name for kind in kinds for name in self.vocabulary.quantities[kind].values()}
        return self.vocabulary.meanings(base) & known

    def _nearest(self, text: str) -> tuple[str, ...]:
        names = self.quantities.listed
        of_kind = [name for kind in self.vocabulary.bare(text) for name in self.vocabulary.quantities[kind].values()]
        if of_kind:  # a word whose index is missing
            return tuple(dict.fromkeys(of_kind))[:_NEAREST]
        if len(names) > _MANY:
            index = re.sub(r".*?(\d*)\Z", r"\1", text, flags=re.DOTALL)
            names = tuple([name for name in names if name.endswith(index)] or names)[:_MANY]
        # Names are compared without what is spelt in many ways.
        short = {_short(name): name for name in reversed(names)}
        close = difflib.get_close_matches(_short(text), short, n=_NEAREST, cutoff=0.6)
        return tuple(short[name] for name in close)

    # The readers of the forms: each gives names that may be meant; those of no quantity are dropped.

    def derivative(self, of: str, by: str) -> Iterator[str]:
        """The derivative of one quantity with respect to another; either may leave its index to the other."""
        of, by = of.strip(" _"), by.strip(" _")
        above, below = self._base(of), self._base(by)
        if not above and len(below) == 1:
            above = self._beside(of, next(iter(below)))
        elif not below and len(above) == 1:
            below = self._beside(by, next(iter(above)))
        for one in above:
            yield from (derivative_name(one, other) for other in below)

    def _beside(self, word: str, name: str) -> set[str]:
        """The net input or output, named without an index, of the neuron that a quantity belongs to."""
        neuron = self.vocabulary.neuron_of.get(name)
        kinds = self.vocabulary.bare(word)
        if neuron is None:
            return set()
        return {neuron.net_input for _ in kinds & {"net input"}} | {neuron.output for _ in kinds & {"output"}}

    def gradient(self, by: str) -> Iterator[str]:
        """The derivative of the cost."""
        return (derivative_name(self.cost, name) for name in self._base(by.strip(" _")) - {self.cost})

    def joined(self, body: str) -> Iterator[str]:
        """A derivative without a fraction line: dCost_dw6; each d may be the second one."""
        for second in re.finditer(r"[_ ]?d[_ ]?", body):
            yield from self.derivative(body[: second.start()], body[second.end() :])

    def operator(self, both: str) -> Iterator[str]:
        """A derivative with the operator before what it is taken of: d/dw6 Cost."""
        for gap in re.finditer(" ", both):
            yield from self.derivative(both[gap.end() :].strip("()"), both[: gap.start()])

    def delta(self, index: str) -> Iterator[str]:
        """The error signal of a neuron: the derivative of the cost with respect to its net input."""
        # Only a neuron has one: delta_w6 is the change of a weight to some, and its gradient to others.
        net_input = self.vocabulary.indexed("net input", index)
        return iter(() if net_input is None else (derivative_name(self.cost, net_input),))

    def updated(self, base: str, count: str = "1") -> Iterator[str]:
        """A quantity after a number of updates."""
        if len(count) > 9 or not self.updates:
            return
        for name in self._base(base.strip(" _,")):
            yield name if name in self.frozen else updated_name(name, int(count))

    def trained(self, base: str) -> Iterator[str]:
        """A quantity after all updates."""
        return self.updated(base, str(self.updates))

    def start(self, base: str) -> Iterator[str]:
        """A quantity before all updates."""
        return iter(self._base(base.strip(" _,")))

    def infix(self, word: str, index: str, count: str = "1") -> Iterator[str]:
        """A quantity after an update, which is marked between its word and its index: w'_5."""
        return self.updated(f"{word}{index}", count)

    def sample(self, base: str, number: str) -> Iterator[str]:
        """A quantity of one of several samples."""
        return (f"{name}[{number}]" for name in self.meanings(base))


def _short(name: str) -> str:
    return re.sub(r"[ _^(){}]", "", name.lower())


_STEP: Final = r"(?:[ _](?:update|step|round|iteration|epoch)s?)?"

#: The forms that a name may have over words with their indices, and what reads each; all that fit are read.
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[..., Iterable[str]]], ...]] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"d(?P<of>[^/]+)/d(?P<by>[^/]+)", Names.derivative),
        (
            r"(?i:(?:the )?(?:partial )?derivative of )(?P<of>.+) (?i:with respect to|wrt|w\.r\.t\.|by) (?P<by>.+)",
            Names.derivative,
        ),
        (r"d/d(?P<both>[^/]+)", Names.operator),
        (r"d[ _]?(?P<body>[^/]+)", Names.joined),
        (r"d[ _]?(?P<by>[^/]+)", Names.gradient),
        (r"(?i:(?:the )?grad(?:ient)?)(?: of| for)?(?: the)?[ _]+(?P<by>.+)", Names.gradient),
        (r"(?i:grad(?:ient)?)\((?P<by>.+)\)", Names.gradient),
        (r"(?P<by>.+?)[ _.](?i:grad(?:ient)?)", Names.gradient),
        (r"(?i:grad) (?P<by>\S+) (?P<of>.+)", Names.derivative),
        (r"delta(?P<index>.+)", Names.delta),
        (r"(?i:new|updated)[ _]+(?P<base>.+)", Names.updated),
        (r"(?P<base>.+?)[ _^,]*\(?(?i:new|updated)\)?", Names.updated),
        (r"(?P<base>.+?)\^?(?:'|\+)", Names.updated),
        (r"(?P<base>.+?)\^?\+(?P<count>\d+)", Names.updated),
        (r"(?P<word>[A-Za-z]+)(?:'|\^\+|\^\(?new\)?)(?P<index>[_(]?\w.*)", Names.infix),
        (r"(?P<word>[A-Za-z]+\^\(\w+\))\+(?P<count>\d*)(?P<index>_\w.*)", Names.infix),
        (rf"(?P<base>.+?)[ _](?i:after)(?i:[ _](?:one|an|the first))?(?i:{_STEP})", Names.updated),
        (rf"(?P<base>.+?)[ _](?i:after)[ _](?P<count>\d+)(?i:{_STEP})", Names.updated),
        (r"(?i:final|trained)[ _]+(?P<base>.+)", Names.trained),
        (r"(?P<base>.+?)[ _](?i:final|trained)", Names.trained),
        (r"(?i:old|initial|original)[ _]+(?P<base>.+)", Names.start),
        (r"(?P<base>.+?)[ _^,]*\(?(?i:old|initial)\)?", Names.start),
        (r"(?P<base>.+?)\[(?P<number>\d+)\]", Names.sample),
    )
)

#: The readers of what holds after an update, and the groups that make up the quantity itself.
_OF_UPDATES: Final[Mapping[Callable[..., Iterable[str]], tuple[str, ...]]] = {
    Names.updated: ("base",),
    Names.trained: ("base",),
    Names.infix: ("word", "index"),
}
