"""What people call the quantities of a network: a word, and behind it an index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, Literal

from derive.catalogue.roles import BIAS, COST_PART, INPUT, NET_INPUT, OUTPUT, TARGET, WEIGHT, Role
from derive.model.model import Model
from derive.model.symbols import Symbol

WordKind = Literal[
    "input", "weight", "bias", "net input", "output", "answer", "target", "cost", "cost part", "learning rate"
]

#: The words for each kind of quantity. A word of several letters may be written in any case, and with spaces,
#: underscores or hyphens where a space stands here; a single letter only as it stands here. The word that a network's
#: own notation uses needs no row.
_WORDS: Final[Mapping[WordKind, str]] = {
    "input": "x, X, i, in, inp, input, feature",
    "weight": "w, W, weight",
    "bias": "b, B, bias",
    "net input": "z, Z, in, net, net input, net in, weighted sum, pre activation, logit",
    "output": "O, o, a, A, out, output, act, activation",
    "answer": "yhat, y hat, y pred, prediction, predicted",  # what the network as a whole gives
    "target": "y, Y, t, T, target, y true, desired, desired output",
    "cost": "C, c, J, E, L, cost, loss, total cost, total loss, total error, cost total, loss total, error total, "
    "E total, C total, J total, L total, objective",
    "cost part": "C, c, J, E, L, cost, loss",
    "learning rate": "eta, lr, learning rate",
}

#: The kinds of the quantities that a network's arrays hold, by what these are.
_KINDS: Final[Mapping[Role, WordKind]] = {
    INPUT: "input",
    WEIGHT: "weight",
    BIAS: "bias",
    NET_INPUT: "net input",
    OUTPUT: "output",
    TARGET: "target",
    COST_PART: "cost part",
}

#: How an index may stand behind its word; ``up`` is what stands above.
_INDEX: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\^\(?(?P<up>\w+?)\)?[_ ]\(?(?P<low>\w+(?:[, ]+\w+)*)\)?",
        r"[_ ]?\(?(?P<low>\w+(?:[, ]+\w+)*?)\)?\^\(?(?P<up>\w+)\)?",
        r"\^\((?P<up>\w+)\)",
        r"[_ ]*\(?(?:of )?(?:the )?(?:neuron |unit |node )?(?P<low>\w+(?:[, ]+\w+)*)\)?",
        r"(?P<low>)",
    )
)
_GAPS: Final = re.compile(r"[_, ]+")
_BETWEEN_NUMBERS: Final = re.compile(r"(?<=\d)_(?=\d)")


class Vocabulary:
    """The quantities of a network by kind and index.

    Args:
        model: the network and how its quantities are typeset: what stands below and above a letter is its index.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.network = model.network
        self.quantities: dict[WordKind, dict[str, str]] = {kind: {} for kind in _WORDS}
        #: Words with the kind that they stand for; the notation's own words come first, and win.
        self.words: list[tuple[int, WordKind, re.Pattern[str]]] = []
        #: The net input and the output that a quantity leads to, for names that leave the index to another: ``dO/dz3``.
        self.beside: dict[str, Mapping[WordKind, str]] = {}
        listed = list(self._listed())
        for kind, name in listed:
            self._add(kind, name, self._symbol(name))
        former = {renamed.name: renamed.symbol for renamed in self.model.renamed.values()}
        for kind, name in listed:  # the names that the notation gives are still understood
            self._add(kind, name, former.get(name))
        self._more_names()
        for kind, words in _WORDS.items():
            own = set() if kind == "answer" else self._own_words(kind)
            self.words += [(0, kind, _pattern(word, exact=True)) for word in own]
            # A letter is taken for nothing else where an author names all quantities himself, nor W for w.
            known = [word for word in words.split(", ") if model.is_dense or len(word) > 1]
            self.words += [(1, kind, _pattern(word, exact=len(word) == 1)) for word in known]
            # e is Euler's number, also where the cost is E_total.
            anyhow = own - {"E"} if model.is_dense else set()
            self.words += [(2, kind, _pattern(word, exact=False)) for word in anyhow]
        #: For each index without what separates its parts, those that it may be.
        self._squeezed: dict[WordKind, dict[str, list[tuple[str, str]]]] = {kind: {} for kind in _WORDS}
        for kind, found in self.quantities.items():
            for index, name in found.items():
                self._squeezed[kind].setdefault(_squeezed(index), []).append((index, name))
        self._folded = {kind: _folded(found) for kind, found in self.quantities.items()}

    def _listed(self) -> Iterator[tuple[WordKind, str]]:
        for array in self.network.arrays:
            yield from ((_KINDS[array.role], name) for name in array.entries)
        if self.model.learning_rate:
            yield "learning rate", self.model.learning_rate

    def _own_words(self, kind: WordKind) -> set[str]:
        names = set(self.quantities[kind].values())
        former = {renamed.symbol.base for renamed in self.model.renamed.values() if renamed.name in names}
        return former | {symbol.base for name in names if (symbol := self._symbol(name))}

    @cached_property
    def _numbered(self) -> Mapping[str, set[WordKind]]:
        found: dict[str, set[WordKind]] = {}
        for kind, quantities in self.quantities.items():
            for name in quantities.values():
                symbol = self._symbol(name)
                if symbol is not None and symbol.subscript.isdigit() and not symbol.superscript:
                    found.setdefault(symbol.base.casefold(), set()).add(kind)
        return found

    def _symbol(self, name: str) -> Symbol | None:
        symbol = self.model.symbols.get(name)
        return symbol if isinstance(symbol, Symbol) else None

    def _add(self, kind: WordKind, name: str, symbol: Symbol | None) -> None:
        if symbol is None:
            return
        known = self.quantities[kind]
        below = _GAPS.sub("_", symbol.subscript)
        above = symbol.superscript.partition("[")[0].strip("()")  # the number of a sample is read apart
        known.setdefault("_".join(filter(None, (above, below))), name)
        if above and len(below) == 2:  # w^{(1)}_{11} with its indices apart
            known.setdefault(f"{above}_{below[0]}_{below[1]}", name)

    def _more_names(self) -> None:
        """Names that need no index, or go by that of another quantity."""
        network = self.network
        for found in self.quantities.values():
            if len(found) == 1:  # the only one of its kind needs no index
                found.setdefault("", next(iter(found.values())))
        self.quantities["cost"][""] = self.model.graph.result
        indices = {name: index for kind in ("target", "output") for index, name in self.quantities[kind].items()}
        for output, target in zip(network.outputs, network.targets.entries, strict=True):
            answers = self.quantities["answer"]
            answers.setdefault(indices.get(target, ""), output)
            answers.setdefault(indices.get(output, ""), output)
            if not network.parts.entries:
                self.quantities["cost part"].setdefault(indices.get(output, ""), network.cost)
        for stage in network.stages:
            for row in stage.rows:
                results: Mapping[WordKind, str] = {"net input": row.total, "output": row.output}
                self.beside |= dict.fromkeys((row.total, row.output, *row.weights), results)
                if row.bias is None or stage.shares_bias:
                    continue
                self.beside[row.bias] = results
                if not row.label.isdigit():  # a label that is no number cannot be the number of another bias
                    self.quantities["bias"].setdefault(row.label, row.bias)

    def meanings(self, text: str) -> set[str]:
        """The quantities that a word with its index may mean; several where it has several meanings."""
        best: dict[int, set[str]] = {}
        for rank, kind, pattern in self.words:
            match = pattern.match(text)
            if match is None or (best and rank > min(best)):
                continue
            name = self.indexed(kind, text[match.end() :])
            if name is not None:
                best.setdefault(rank, set()).add(name)
        return best[min(best)] if best else set()

    def bare(self, text: str) -> set[WordKind]:
        """The kinds that a word without an index may stand for."""
        return {kind for _, kind, pattern in self.words if pattern.fullmatch(text)}

    def numbered(self, text: str) -> set[WordKind]:
        """The kinds of which the notation itself numbers the quantities, one by one, behind a word."""
        return self._numbered.get(text.casefold(), set())

    def indexed(self, kind: WordKind, text: str) -> str | None:
        """The quantity of a kind whose index stands in a text, in any of the ways in which indices are written."""
        for pattern in _INDEX:
            match = pattern.fullmatch(text)
            if match is None:
                continue
            found = match.groupdict("")
            index = "_".join(filter(None, (found.get("up", ""), _GAPS.sub("_", found.get("low", "")))))
            name = (
                self.quantities[kind].get(index)
                or self._folded[kind].get(index.casefold())
                or self._together(kind, index)
            )
            if name:
                return name
        return None

    def _together(self, kind: WordKind, index: str) -> str | None:
        """The quantity whose indices run together in a text: w111 for w1_11. Two indices are never one number."""
        apart = _apart(index)
        found = {name for known, name in self._squeezed[kind].get(_squeezed(index), ()) if apart <= _apart(known)}
        return found.pop() if len(found) == 1 else None


def _squeezed(index: str) -> str:
    return index.replace("_", "")


def _apart(index: str) -> set[int]:
    """Where two numbers are kept apart, by how many characters stand before."""
    return {gap.start() - index.count("_", 0, gap.start()) for gap in _BETWEEN_NUMBERS.finditer(index)}


def _pattern(word: str, *, exact: bool) -> re.Pattern[str]:
    parts = map(re.escape, word.split(" "))
    return re.compile(r"[ _-]?".join(parts), 0 if exact else re.IGNORECASE)


def _folded(quantities: Mapping[str, str]) -> dict[str, str]:
    """Names by index in any case, without the indices that more than one name has then."""
    names: dict[str, set[str]] = {}
    for index, name in quantities.items():
        names.setdefault(index.casefold(), set()).add(name)
    return {index: next(iter(several)) for index, several in names.items() if len(several) == 1}
