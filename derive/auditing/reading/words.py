"""What letters and words stand for beyond a network's own notation, each with every index that may be meant.

What is found here is weaker than the notation: a name has as many readings as there are usual ways to letter and to
count, and the page it stands on decides between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from derive.auditing.reading.counting import NONE, Counting, Habits, Unit, consistent
from derive.expression.tree import Expr
from derive.model.feedforward import Feedforward

QuantityKind = Literal[
    "net input", "output", "answer", "target", "weight", "bias", "input", "cost", "cost part", "error signal"
]


class Reading(msgspec.Struct, frozen=True):
    """One quantity that a name may mean.

    Attributes:
        name: its plain name.
        habits: what its author does throughout if he means it.
        weak: whether the number has to speak for it, as of a letter that is used for much else.
        formula: of what is no quantity of the solution, how it is worked out; its name says the same.
    """

    name: str
    habits: Habits = NONE
    weak: bool = False
    formula: Expr | None = None

    def renamed(self, name: str) -> Reading:
        """The reading of something that is made of what this one means."""
        return msgspec.structs.replace(self, name=name)

    def joined(self, other: Reading, name: str) -> Reading | None:
        """The reading of what is made of two names, or None where no author can mean both so."""
        habits = self.habits | other.habits
        return Reading(name, habits, self.weak or other.weak) if consistent(habits) else None


#: Letters and words for each kind of quantity: first those that mean it to nearly all, then those that mean it to some.
_WORDS: Final[Mapping[QuantityKind, tuple[str, str]]] = {
    "answer": ("yhat ypred pred prediction predicted p", "y Y P"),
    "output": (
        "O o out output a A act activation",
        "h H f F g G y Y P s S z Z v V r x X sigma phi sigmoid result",
    ),
    "net input": ("z Z net netinput net_input in sum", "s S u U v V n N I a A y Y h H q f sop x X preactivation"),
    "target": ("t T target ytrue tgt desired actual label", "y Y d D r z"),
    "weight": ("w W weight weights theta Theta", "v V u U omega Omega m k"),
    "bias": ("b B bias", "theta Theta beta c t w0"),
    "input": ("x X i I in input", "a A p o O u"),
    "cost": ("E J L C Cost cost loss Loss", "Error error Err err Etotal e l Q D"),
    "cost part": ("E J L C Cost cost loss Loss", "Error error Err err e l"),
    "error signal": ("delta", "Err err error Error e d D s g Delta"),
}
#: Words that may stand behind a neuron's own name: H1_net.
_BEHIND: Final[Mapping[str, QuantityKind]] = {
    "net": "net input", "in": "net input", "input": "net input", "sum": "net input", "z": "net input",
    "out": "output", "output": "output", "a": "output", "act": "output", "y": "output",
    "true": "target", "target": "target",
}  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z]+")
_UNIT: Final = re.compile(r"(?P<label>(?:[hHoOyYnN][ _]?\d+)|h|H)[ _]?(?P<word>[A-Za-z]*)")
#: The same with the word before the number: z_in1, y_in.
_BETWEEN: Final = re.compile(r"(?P<letter>[hHoOyYzZ])_?(?P<word>net|in|out)_?(?P<number>\d*)")
_ABOVE: Final = re.compile(r"\^\(?([A-Za-z0-9]+)\)?")
_COST: Final = re.compile(r"(?:(?P<letter>[LJCE])_?)?(?P<kind>[A-Za-z][A-Za-z _-]+)?(?P<arguments>\([^()]*\))?")
#: What the costs of the catalogue are called, without spaces.
_COSTS: Final[Mapping[str, str]] = {
    **dict.fromkeys("crossentropy ce bce logloss nll binarycrossentropy logisticloss".split(), "cross_entropy"),
    **dict.fromkeys("mse sse rss se squarederror meansquarederror halfsquarederror".split(), "squared_error"),
    **dict.fromkeys("mae absoluteerror meanabsoluteerror".split(), "absolute_error"),
}
_GAP: Final = re.compile(r"(?:[\s_,()\[\]|]|\.(?=[A-Za-z]))+")
#: Words for what the network as a whole gives, which need no index where it has one output.
_ANSWERS: Final = frozenset("yhat ypred pred prediction predicted p o out output".split())
_LABELS: Final = re.compile(r"(?:[A-Za-z]+\d+){2}")
_LONGEST: Final = 40


class WordReader:
    """Reads a word with its index in every usual way.

    Args:
        network: what can be meant.
        own: the kinds of which the network's own notation numbers the quantities behind a word.
        cost: the name of the cost in the catalogue; a formula for another.
    """

    def __init__(self, network: Feedforward, own: Callable[[str], Container[str]], cost: str) -> None:
        self.network, self.own = network, own
        self.cost_kind = _COSTS.get(cost.replace("_", ""))
        self.counting = Counting(network)

    def readings(self, text: str) -> Iterator[Reading]:
        """All readings of a name that is no derivative and holds before every update."""
        if not self.network.stages or len(text) > _LONGEST or "[" in text:  # in brackets is an entry of an array
            return
        yield from self._bare(text)
        yield from self._cost(text)
        labelled = text.replace("_", "").casefold() in self.counting.labels
        word = _WORD.match(text)
        if word is None:
            return
        for end in range(word.end(), 0, -1):
            letters, rest = text[:end], text[end:]
            for kind, rows in _WORDS.items():
                for weak, row in enumerate(rows):
                    if letters in row.split():
                        own = kind in self.own(letters) and bool(re.fullmatch(r"_?\d+", rest))
                        alone = not rest and letters not in _ANSWERS and kind != "cost"
                        yield from self._indexed(kind, rest, weak=bool(weak) or own or alone or labelled)

    def _bare(self, text: str) -> Iterator[Reading]:
        """The name of a neuron alone, which is its output to most, or with a word behind it."""
        match, between = _UNIT.fullmatch(text), _BETWEEN.fullmatch(text)
        label, word = text, ""
        if between is not None:
            label, word = between["letter"] + between["number"], between["word"]
        elif match is not None:
            label, word = re.sub("[ _]", "", match["label"]), match["word"]
        elif label.casefold() not in self.counting.labels:
            return
        own = bool(self.own(label[:1]))
        for unit in self.counting.units(label):
            if not word:
                yield Reading(self.counting.quantity("output", unit), unit.habits, weak=own)
                habits = unit.habits | {("a neuron's bare name", "its net input")}
                yield Reading(self.counting.quantity("net input", unit), habits, weak=True)
            elif word.lower() in _BEHIND:
                kind = _BEHIND[word.lower()]
                if kind != "target" or unit.stage == self.counting.last:
                    yield Reading(self.counting.quantity(kind, unit), unit.habits)

    def _cost(self, text: str) -> Iterator[Reading]:
        """The cost by the name of a kind of cost, or as a function of what it depends on: L_CE(yhat, y)."""
        match = _COST.fullmatch(text)
        if match is None:
            return
        named = _COSTS.get(re.sub("[ _-]", "", match["kind"] or "").lower())
        if named is None and (match["letter"] is None or match["kind"] or not match["arguments"]):
            return
        # A mean and a sum are one to those who have one output; what is another cost has to agree.
        yield Reading(self.network.cost, weak=named is not None and named != self.cost_kind)

    def _indexed(self, kind: QuantityKind, rest: str, *, weak: bool) -> Iterator[Reading]:
        above = _ABOVE.findall(rest)
        below = [part for part in _GAP.split(_ABOVE.sub("", rest)) if part]
        if len(above) > 1 or any(not part.isalnum() for part in below):
            return
        if kind == "weight" and below == ["0"] and len(list(self.network.biases)) == 1:  # the weight of a 1
            yield Reading(next(self.network.biases), weak=True)
        if len(below) == 2 and below[0].isalpha() and below[1].isdigit():  # h_1
            below = ["".join(below)]
        if len(below) == 1 and _LABELS.fullmatch(below[0]):
            below = re.findall(r"[A-Za-z]+\d+", below[0])
        for name, habits in self._named(kind, above, below):
            # A number above may count the neurons, but it is the layer to most.
            of_layer = dict(habits).get("numbers", "layers") == "layers"
            odd = (bool(above) and not below and not of_layer) or ("layers", "with the inputs as the first") in habits
            yield Reading(name, habits, weak or odd)

    def _named(self, kind: QuantityKind, above: Sequence[str], below: Sequence[str]) -> Iterator[tuple[str, Habits]]:
        counting, network = self.counting, self.network
        if kind == "cost":
            yield from ((network.cost, NONE),) if not above and below in ([], ["total"], ["tot"]) else ()
        elif kind == "weight":
            yield from counting.weights(*below, layer=above[0] if above else "")
            if len(below) == 1 and len(below[0]) == 2 and "0" in below[0] and not above:
                below = list(below[0])
            if len(below) == 2 and "0" in below:  # the weight from the unit 0, which is always 1
                yield from counting.biases(next((part for part in below if part != "0"), "0"))
        elif kind == "bias":
            yield from counting.biases(*above, *below)
        elif kind == "input":
            units = counting.units(*below, layers=(0,)) if not above else ()
            yield from ((counting.quantity(kind, unit), unit.habits) for unit in units)
        else:
            last = (counting.last,) if kind in ("target", "cost part", "answer") else None
            for unit in counting.units(*above, *below, layers=last):
                if unit.stage:
                    yield counting.quantity(kind, unit), unit.habits
            if kind not in ("target", "cost part") and not above and not below:
                yield from self._only(kind)

    def _only(self, kind: QuantityKind) -> Iterator[tuple[str, Habits]]:
        """Of a word without an index: what belongs to the one output of a network."""
        if len(self.network.outputs) == 1:
            yield self.counting.quantity(kind, Unit(self.counting.last, 0)), NONE


def distinct(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Readings without those that say nothing new; the strong ones first."""
    found = dict.fromkeys(sorted(readings, key=lambda reading: reading.weak))
    strong = {(reading.name, reading.habits) for reading in found if not reading.weak}
    return tuple(r for r in found if not r.weak or (r.name, r.habits) not in strong)
