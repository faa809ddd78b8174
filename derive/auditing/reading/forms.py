"""The forms that a name may have over words with their indices: derivatives, gradients, values after updates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from derive.auditing.reading.samples import SampleNames
from derive.auditing.reading.vocabulary import Vocabulary
from derive.auditing.reading.words import Reading, distinct
from derive.auditing.reckoning.quantities import Quantities
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Negative, Product, Sum
from derive.model.references import derivative_name, updated_name

#: Gives the readings of a word with its index.
Base = Callable[[str], Sequence[Reading]]


class FormReader:
    """Reads names of any form.

    Args:
        quantities: what can be meant.
        vocabulary: the words of the network.
        base: what a word with its index may mean, which the forms are made of.
    """

    def __init__(self, quantities: Quantities, vocabulary: Vocabulary, base: Base) -> None:
        self.quantities, self.vocabulary, self.base = quantities, vocabulary, base
        self.model = vocabulary.model
        self.result, self.samples = self.model.graph.result, SampleNames(self.model)
        self.results = self.model.graph.results or (self.result,)
        training = quantities.solution.training
        self.updates = 0 if training is None else training.steps
        self.frozen = frozenset(() if training is None else training.frozen)

    def readings(self, text: str) -> tuple[Reading, ...]:
        """All that a plain spelling may mean."""
        found = list(self.base(text))
        if all(one.weak for one in found):
            for pattern, read in _FORMS:
                match = pattern.fullmatch(text)
                if match is not None:
                    parts = {part: words for part, words in match.groupdict().items() if words}
                    found += read(self, **parts)
        return distinct(one for one in found if one.formula is not None or one.name in self.quantities)

    # The readers of the forms: each gives what may be meant; what is no quantity is dropped.

    def derivative(self, of: str, by: str) -> Iterator[Reading]:
        """The derivative of one quantity with respect to another; either may leave its index to the other."""
        of, by = of.strip(" _"), by.strip(" _")
        cost = self.result  # which a derivative is of, whatever else its word may mean
        above = [Reading(cost) if one.name == cost else one for one in self.base(of)]
        below = self.base(by)
        pairs = list(self._pairs(above, below))
        if "^" in by:  # to some the cost is that of the sample which is named below
            own = [(one, other) for one in above for other in below if one.name == cost and self.samples.of(other.name)]
            pairs += [(self._weak(one, *self.samples.of(other.name)), other) for one, other in own]
        pairs += [(one, other) for other in below for one in self._beside(of, other)]
        pairs += [(one, other) for one in above for other in self._beside(by, one)]
        for one, other in pairs:
            if one.name == other.name:
                continue
            joined = one.joined(other, derivative_name(one.name, other.name))
            if joined is not None:
                yield joined

    def _pairs(self, above: Sequence[Reading], below: Sequence[Reading]) -> Iterator[tuple[Reading, Reading]]:
        """What may stand above and below in one derivative: nothing of one sample depends on another."""
        by_sample: dict[tuple[int, ...], list[Reading]] = {}
        for other in below:
            by_sample.setdefault(self.samples.of(other.name), []).append(other)
        for one in above:
            sample = self.samples.of(one.name)
            met = (sample, ()) if sample else tuple(by_sample)
            yield from ((one, other) for key in met for other in by_sample.get(key, ()))

    def _weak(self, cost: Reading, sample: int) -> Reading:
        """The cost of a sample, where that of all is meant by most."""
        (own,) = self.samples.at(sample, (cost,))
        return msgspec.structs.replace(own, weak=True)

    def _beside(self, word: str, reading: Reading) -> Iterator[Reading]:
        """The net input or output, named without an index, of the neuron that a quantity belongs to."""
        kinds = self.vocabulary.bare(word)
        beside = self.vocabulary.beside.get(reading.name, {})
        yield from (reading.renamed(name) for kind, name in beside.items() if kind in kinds)

    def gradient(self, by: str) -> Iterator[Reading]:
        """The derivative of the cost, or of any of several numbers that are differentiated."""
        for result in self.results:
            for one in self.base(by.strip(" _")):
                if one.name != result:
                    yield one.renamed(derivative_name(result, one.name))

    def joined(self, body: str) -> Iterator[Reading]:
        """A derivative without a fraction line: dCost_dw6; each d may be the second one."""
        for second in re.finditer(r"[_ ]?d[_ ]?", body):
            yield from self.derivative(body[: second.start()], body[second.end() :])

    def operator(self, both: str) -> Iterator[Reading]:
        """A derivative with the operator before what it is taken of: d/dw6 Cost."""
        for gap in re.finditer(" ", both):
            yield from self.derivative(both[gap.end() :].strip("()"), both[: gap.start()])

    def delta(self, index: str) -> Iterator[Reading]:
        """The error signal of a neuron: the derivative of the cost with respect to its net input."""
        index, number = self.samples.behind(index) or (index, None)
        net_input = self.vocabulary.indexed("net input", index)
        return iter(() if net_input is None else map(Reading, self.samples.signals(net_input, number)))

    def change(self, base: str) -> Iterator[Reading]:
        """The change of a parameter in an update, which to some is the step, and to others the gradient itself."""
        parameters = set(self.model.wanted)
        for one in self.base(base.strip(" _")):
            if one.name not in parameters:
                continue
            gradient = derivative_name(self.result, one.name)
            if self.updates and one.name not in self.frozen:
                old, new = Name(one.name), Name(updated_name(one.name, 1))
                yield _of(Sum((new, Negative(old))), one)
                plain = set(self.model.constants.values()) <= {self.model.learning_rate}
                step = Product((Name(self.model.learning_rate), Name(gradient)))
                yield _of(step if plain else Sum((old, Negative(new))), one)
            yield Reading(gradient, one.habits, weak=True)

    def applied(self, function: str, inside: str) -> Iterator[Reading]:
        """What an activation makes of a net input: sigma(z), f(net_1)."""
        for one in self.base(inside):
            for output in self.quantities.kin.functions(one.name):
                activation = self.quantities.kin.activation(output)
                called = _ACTIVATIONS.get(function.lower(), function.lower())
                if activation and (function in _ANY_ACTIVATION or called == activation):
                    yield one.renamed(output)

    def updated(self, base: str, count: str = "1") -> Iterator[Reading]:
        """A quantity after a number of updates."""
        if len(count) > 9 or not self.updates:
            return
        for one in self.base(base.strip(" _,")):
            yield one if one.name in self.frozen else one.renamed(updated_name(one.name, int(count)))

    def trained(self, base: str) -> Iterator[Reading]:
        """A quantity after all updates."""
        return self.updated(base, str(self.updates))

    def start(self, base: str) -> Iterator[Reading]:
        """A quantity before all updates."""
        return iter(self.base(base.strip(" _,")))

    def infix(self, word: str, index: str, count: str = "1") -> Iterator[Reading]:
        """A quantity after an update, which is marked between its word and its index: w'_5."""
        return self.updated(f"{word}{index}", count)

    def why(self, text: str) -> str:
        """Why there is no such quantity: the updates that it is named after are not made."""
        for pattern, read in _FORMS:
            match = pattern.fullmatch(text) if read in _OF_UPDATES else None
            if match is not None and self.base(re.sub(r"[ _,]+$", "", "".join(match.group(*_OF_UPDATES[read])))):
                return (
                    f"the file makes {self.updates:,} updates, not as many"
                    if self.updates > 1
                    else "the file makes one update only"
                    if self.updates
                    else "the file has no table [update]"
                )
        return ""


def _of(formula: Expr, one: Reading) -> Reading:
    return Reading(plain(formula), one.habits, weak=True, formula=formula)


#: Letters for the activation, whichever it is, and what else the activations of the catalogue are called.
_ANY_ACTIVATION: Final = frozenset("f F g G h phi sigma activation act a".split())
_ACTIVATIONS: Final = {
    "logistic": "sigmoid",
    "sig": "sigmoid",
    "logsig": "sigmoid",
    "tansig": "tanh",
    "linear": "identity",
}

_STEP: Final = r"(?:[ _](?:update|step|round|iteration|epoch)s?)?"

#: The forms, and what reads each; all that fit are read.
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[..., Iterable[Reading]]], ...]] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"d(?P<of>[^/]+)/d(?P<by>[^/]+)", FormReader.derivative),
        (
            r"(?i:(?:the )?(?:partial )?derivative of )(?P<of>.+) (?i:with respect to|wrt|w\.r\.t\.|by) (?P<by>.+)",
            FormReader.derivative,
        ),
        (r"d/d(?P<both>[^/]+)", FormReader.operator),
        (r"d[ _]?(?P<body>[^/]+)", FormReader.joined),
        (r"d[ _]?(?P<by>[^/]+)", FormReader.gradient),
        (r"(?i:(?:the )?grad(?:ient)?)(?: of| for)?(?: the)?[ _]+(?P<by>.+)", FormReader.gradient),
        (r"(?i:grad(?:ient)?)\((?P<by>.+)\)", FormReader.gradient),
        (r"(?P<by>.+?)[ _.](?i:grad(?:ient)?)", FormReader.gradient),
        (r"(?i:grad) (?P<by>\S+) (?P<of>.+)", FormReader.derivative),
        (r"delta(?P<index>.+)", FormReader.delta),
        (r"(?:[dD]elta|(?i:(?:the )?change (?:in|of)))[ _]*(?P<base>[A-Za-z].*)", FormReader.change),
        (r"(?i:new|updated)[ _]+(?P<base>.+)", FormReader.updated),
        (r"(?P<base>.+?)[ _^,]*\(?(?i:new|updated|after|nuevo|neu)\)?", FormReader.updated),
        (r"(?P<base>.+?)\((?:t|k|n) ?\+ ?1\)", FormReader.updated),
        (r"\*(?P<base>.+)", FormReader.updated),
        (r"(?P<base>.+?) <-", FormReader.updated),
        (r"(?P<function>[A-Za-z]+)(?:_theta)?\((?P<inside>.+)\)", FormReader.applied),
        (r"(?P<base>.+?)\^?(?:'|\+|\*)", FormReader.updated),
        (r"(?P<base>.+?)\^?\+(?P<count>\d+)", FormReader.updated),
        (r"(?P<word>[A-Za-z]+)(?:'|\^\+|\^\(?new\)?)(?P<index>[_(]?\w.*)", FormReader.infix),
        (r"(?P<word>[A-Za-z]+\^\(\w+\))\+(?P<count>\d*)(?P<index>_\w.*)", FormReader.infix),
        (rf"(?P<base>.+?)[ _](?i:after)(?i:[ _](?:one|an|the first))?(?i:{_STEP})", FormReader.updated),
        (rf"(?P<base>.+?)[ _](?i:after)[ _](?P<count>\d+)(?i:{_STEP})", FormReader.updated),
        (r"(?i:final|trained)[ _]+(?P<base>.+)", FormReader.trained),
        (r"(?P<base>.+?)[ _](?i:final|trained)", FormReader.trained),
        (r"(?i:old|initial|original)[ _]+(?P<base>.+)", FormReader.start),
        (r"(?P<base>.+?)[ _^,]*\(?(?i:old|initial|before)\)?", FormReader.start),
    )
)

#: The readers of what holds after an update, and the groups that make up the quantity itself.
_OF_UPDATES: Final[Mapping[Callable[..., Iterable[Reading]], tuple[str, ...]]] = {
    FormReader.updated: ("base",),
    FormReader.trained: ("base",),
    FormReader.infix: ("word", "index"),
}
