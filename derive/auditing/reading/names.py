"""Which quantity a name means, however it is spelt.

A name is first spelt plainly (:mod:`derive.auditing.reading.spelling`), then read as a word with an index in the
network's own notation (:mod:`derive.auditing.reading.vocabulary`), or as one of the forms over such words
(:mod:`derive.auditing.reading.forms`). What means nothing there, or two things, is read in every usual way of lettering
and counting (:mod:`derive.auditing.reading`); of several readings the page decides.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from derive.auditing.reading.arrays import LayerArrays
from derive.auditing.reading.entries import Entries
from derive.auditing.reading.forms import FormReader
from derive.auditing.reading.formulas import UnknownNameError, read_formula
from derive.auditing.reading.samples import OF_LAYERS, SampleNames
from derive.auditing.reading.spelling import sample_last, spelt_plainly
from derive.auditing.reading.states import States
from derive.auditing.reading.vocabulary import Vocabulary
from derive.auditing.reading.wholes import Wholes
from derive.auditing.reading.words import Reading, WordReader, distinct
from derive.auditing.reckoning.quantities import Quantities
from derive.calculus.solution import Worked
from derive.errors import FormulaError
from derive.expression.plain import plain
from derive.expression.tree import Name, names
from derive.model.references import read, split_updates, state_name, state_of, updated_name
from derive.model.updating import kept_states
from derive.spec.arrays import ArrayPlace
from derive.spec.phrases import listed

#: The longest name that is looked into; no spelling of a quantity is longer.
_LONGEST: Final = 200
#: Of more names than this, only those with the same index are compared for the nearest.
_MANY: Final = 2000
#: So many names are told of which one may be meant.
_NEAREST: Final = 3
#: So many readings are told where the page does not decide.
_TOLD: Final = 6
#: What is written as a derivative is no quotient of two gradients.
_DERIVATIVE: Final = re.compile(r"d[^/*+\- ]+(?:/d[^/*+\- ]+)+")


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
            return f"it may mean {listed(self.nearest)}"
        nearest = f"; the nearest: {', '.join(self.nearest)}" if self.nearest else ""
        return (self.why or "no such quantity") + nearest


def resolve(name: str, solution: Worked, quantities: Quantities | None = None) -> Resolved:
    """The quantity that a name means.

    Args:
        name: as somebody wrote it.
        solution: whose quantities are meant.
        quantities: those quantities, where they have been listed already.
    """
    return names_of(quantities or Quantities(solution))(name)


def is_known(name: str, quantities: Quantities) -> bool:
    """Whether a word is the name of a quantity, or may mean several; much quicker than to find the nearest ones."""
    if name in quantities:
        return True
    names = names_of(quantities)
    plain_name = names.spelt(name)
    return bool(plain_name) and (
        names.states.named(plain_name) in quantities
        or bool(names.strict.readings(plain_name))
        or any(not one.weak and one.formula is None for one in names.readings(name))
    )


@lru_cache(maxsize=2)  # a class of solutions asks for the same network over and over
def names_of(quantities: Quantities) -> Names:
    """What finds out the meaning of names on a network; the same for the same quantities."""
    return Names(quantities)


class Names:
    """Finds out what names mean on one network.

    Args:
        quantities: what can be meant.
    """

    def __init__(self, quantities: Quantities) -> None:
        self.quantities = quantities
        self.vocabulary = Vocabulary(quantities.solution.model)
        model = quantities.solution.model
        self.result, self.samples = model.graph.result, SampleNames(model)
        self.results = model.graph.results or (self.result,)
        self.words = WordReader(model.network, self.vocabulary.numbered, quantities.kin.cost)
        self.arrays, self.entries = LayerArrays(model.network, model.first_index), Entries(model)
        self.wholes = Wholes(quantities.solution)
        update = quantities.solution.file.update
        self.states = States(model, () if update is None else kept_states(update, model.samples))
        self.strict = FormReader(quantities, self.vocabulary, self._own)
        self.loose = FormReader(quantities, self.vocabulary, self._any)
        self._known: dict[str, Resolved] = {}
        self._readings: dict[tuple[str, ArrayPlace | None], tuple[Reading, ...]] = {}

    def __call__(self, name: str) -> Resolved:
        """What a name means by itself, wherever it stands."""
        if name not in self._known:
            self._known[name] = self._resolved(name.strip())
        return self._known[name]

    def spelt(self, name: str) -> str:
        """A name in plain letters, digits and signs; nothing of one that is too long to be one."""
        if len(name) > _LONGEST:
            return ""
        return spelt_plainly(sample_last(name) if self.samples.count else name)

    def is_plain(self, name: str) -> bool:
        """Whether a name is a quantity's own, which has no other reading."""
        return name in self.quantities and not self.is_absurd(name)

    def is_absurd(self, name: str) -> bool:
        """Whether nobody asks for a quantity: the derivative by a target, which is mostly meant by the output."""
        return read(name).by in self.vocabulary.network.targets.entries

    def is_doubtful(self, text: str, name: str) -> bool:
        """Whether a name, as the notation has it, is so unlikely that one number may speak against it.

        That is a derivative by the target, and the target by a letter that is not its own: y, where that is called t;
        and what has a number above that may be a layer's as well as a sample's.
        """
        if self.is_absurd(name) or (name in self.vocabulary.network.targets.entries and text.strip() != name):
            return True
        return bool(self.samples.count) and "^" in (plain_name := spelt_plainly(text)) and self._is_raised(plain_name)

    def readings(self, name: str, entry: ArrayPlace | None = None) -> tuple[Reading, ...]:
        """All that a name may mean, in every usual way of lettering and counting.

        Args:
            name: as somebody wrote it.
            entry: of a list or matrix of numbers that was claimed, the place of the number.
        """
        key = (name, entry)
        if key not in self._readings:
            plain_name = self.spelt(name.strip())
            found = self._entry(plain_name, entry) if entry is not None else self._all(plain_name, name)
            self._readings[key] = distinct([*found, *self._layered(name.strip(), plain_name)])
        return self._readings[key]

    def _all(self, text: str, name: str) -> tuple[Reading, ...]:
        entry = self.wholes.entry(text)
        own = [Reading(entry)] if entry != text and entry in self.quantities else []
        found = [*own, *self.loose.readings(text), *self.arrays.named(text, self.loose)]
        return distinct(found) or self._formula(text) or self._formula(name)

    def _layered(self, name: str, plain_name: str) -> Iterator[Reading]:
        """Of a name whose number above is the sample in our own notation, ``z^{[2]}``, what it means as the layer."""
        other = spelt_plainly(name) if self.samples.count and self.samples.deep and plain_name else ""
        if other != plain_name and self._is_raised(other):
            yield from (one for one in self.loose.readings(other) if OF_LAYERS in one.habits)

    def _is_raised(self, text: str) -> bool:
        """Whether there is a number above a word of a plainly spelt name, or of what a derivative is made of."""
        return any(self.samples.above(part) is not None for part in text.split("/"))

    def _entry(self, text: str, entry: ArrayPlace) -> tuple[Reading, ...]:
        base, count = split_updates(text)
        state = state_of(base)
        if count or state is not None:  # a state of an array, or an array after updates: of its entries
            inner = self._entry(base if state is None else state[1], entry)
            own = {one: one.name if state is None else state_name(state[0], one.name) for one in inner}
            found = tuple(one.renamed(updated_name(name, count)) for one, name in own.items())
            known = tuple(one for one in found if one.name in self.quantities)
            if known:
                return known
        direct = self.entries.at(text, entry)
        if direct is not None:
            return (Reading(direct),)
        whole = self.wholes.at(text, entry)
        of_page = whole if whole is not None and whole in self.quantities else ""
        if self.samples.of(read(of_page).by or of_page):  # a row for each sample
            return (Reading(of_page),)
        forms = FormReader(self.quantities, self.vocabulary, lambda word: self._array_or_cost(word, entry))
        return forms.readings(text) or ((Reading(of_page),) if of_page else ())

    def placed(self, name: str, entry: ArrayPlace) -> str | None:
        """The quantity at a place of a list or matrix that is laid out as our own pages have it."""
        return self.wholes.at(self.spelt(name.strip()), entry)

    def _array_or_cost(self, word: str, entry: ArrayPlace) -> tuple[Reading, ...]:
        own = None if word in self.results else self.entries.at(word, entry)
        found = tuple(self.arrays.readings(word, entry)) if own is None else (Reading(own),)
        return found or tuple(one for one in self._any(word) if one.name in self.results)

    def _resolved(self, name: str) -> Resolved:
        name = self.vocabulary.model.current(name)
        if name in self.quantities:
            return Resolved(name)
        plain_name = self.spelt(name)
        after = plain_name.replace("^+", "+")  # as a page has it: what holds after two updates is no power or index
        if after != plain_name and after in self.quantities:
            return Resolved(after)
        entry = self.wholes.entry(plain_name)
        if entry in self.quantities:  # W1[0,1] is w1, however others count
            return Resolved(entry)
        state = self.states.named(plain_name)
        if state in self.quantities:
            return Resolved(state)
        found = [one.name for one in self.strict.readings(plain_name) if not one.weak]
        if len(found) == 1:
            return Resolved(found[0])
        readings = self.readings(name)
        strong = {one.name: one for one in readings if not one.weak}
        if len(strong) == 1 and not found:
            (one,) = strong.values()
            return Resolved(self.take(one))
        several = tuple(dict.fromkeys(found or strong or (one.name for one in readings)))
        if several == (self.result,):
            return Resolved(None, why=self.either(several))
        if several:
            return Resolved(None, several[:_TOLD], several=True)
        return Resolved(None, self._nearest(plain_name), why=self._why(plain_name))

    def take(self, reading: Reading) -> str:
        """The name of what a reading means; what is no quantity of the solution becomes one."""
        if reading.formula is not None:
            self.quantities.define(reading.name, reading.formula)
        return reading.name

    def either(self, names: Sequence[str]) -> str:
        """That a name may mean one of some quantities, as a phrase; of a cost, which one there is."""
        if list(names) == [self.result]:
            return f"the cost of this network is {names[0]}, {self.quantities.kin.cost}"
        return f"it may mean {listed(names)}"

    def misfit(self, name: str, entry: ArrayPlace | None) -> str:
        """Of a list that is claimed for an array of another shape, which the two have, as a phrase."""
        base, _ = split_updates(self.spelt(name.strip()))
        state = state_of(base)
        ref = read(base)
        over = () if ref.of in self.quantities else self.entries.sizes(ref.of)
        sizes = over + self.entries.sizes(ref.by) if ref.by else self.entries.sizes(base if state is None else state[1])
        if entry is None or not sizes:
            return ""
        own, claimed = ("×".join(map(str, shape)) for shape in (sizes, entry.shape))
        return f"the list has {claimed} entries, and {name} has {own}"

    def _why(self, text: str) -> str:
        return self.strict.why(text) or self.arrays.why(text) or self.entries.why(text)

    def _formula(self, text: str) -> tuple[Reading, ...]:
        """A name that is a formula of names: ``w5+ - w5``, ``-dE/dO3``."""
        if _DERIVATIVE.fullmatch(text):
            return ()
        try:
            formula = read_formula(text, lambda word: None if word == text else self(word).name)
        except (FormulaError, UnknownNameError):
            return ()
        if isinstance(formula, Name) or not names(formula):
            return ()
        return (Reading(plain(formula), formula=formula),)

    # What the forms are made of

    def _own(self, text: str) -> tuple[Reading, ...]:
        """What a word with its index means in the network's own notation."""
        found = map(Reading, sorted(self._base(text)))
        return tuple(found if self.samples.above(text) is None else self.samples.layered(found))

    def _any(self, text: str) -> tuple[Reading, ...]:
        if text in self.quantities and text not in self.vocabulary.network.targets.entries:
            return self._own(text)  # only y is the output to as many as it is the target
        text = text.removeprefix("the ")
        own, samples = self._own(text), self.samples
        behind, above = samples.behind(text), samples.above(text)
        if behind is not None:
            word, number = behind
            return distinct([*own, *samples.at(number, self.words.readings(word))])
        worded = samples.any(self.words.readings(text))
        if above is None:
            return distinct([*own, *worded])
        word, number = above
        found = list(
            samples.raised(number, [*map(Reading, self.vocabulary.meanings(word)), *self.words.readings(word)])
        )
        if found and not samples.deep:  # where there is one layer, nobody says which
            worded = (one for one in worded if not samples.of(one.name))
        return distinct([*own, *samples.layered(worded), *found])

    def _base(self, text: str) -> set[str]:
        """What a word with its index may mean, perhaps with the word for its kind before it: the output O3."""
        text = self.vocabulary.model.current(text.removeprefix("the ")).replace("][", ",")
        if text in self.quantities:
            return {text}
        behind = self.samples.behind(text)
        if behind is not None:
            word, number = behind
            at = self.samples.at(number, map(Reading, self.vocabulary.meanings(word)))
            return {one.name for one in at if one.name in self.quantities}
        found = self.entries.named(text) or self.vocabulary.meanings(text)
        found = {one.name for one in self.samples.any(map(Reading, found))}
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


def _short(name: str) -> str:
    return re.sub(r"[ _^(){}]", "", name.lower())
