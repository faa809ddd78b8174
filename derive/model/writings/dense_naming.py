"""Names for the quantities of a dense network, plain and typeset, from the ``[notation]`` of a file."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from derive.catalogue.roles import BIAS, COST_PART, INPUT, NET_INPUT, OUTPUT, TARGET, WEIGHT, Role
from derive.errors import Fault, Path, nearest
from derive.expression.functions import ALIASES, CONSTANTS, FUNCTIONS
from derive.model.feedforward import Feedforward, Stage
from derive.model.graph import Array
from derive.model.model import Renamed
from derive.model.references import entry_name, tidied
from derive.model.symbols import Symbol, Symbols, symbol_of
from derive.model.updating import constant_name, constant_symbol, constants_of, taken_states
from derive.spec.layers import Layer
from derive.spec.settings import NetworkFile

#: Indices of a layered weight are separated by a comma where a layer has more neurons than this.
_ONE_DIGIT = 9


class _Preset(msgspec.Struct, frozen=True):
    """What a preset calls the quantities, where a file does not say."""

    input: str
    weight: str
    bias: str
    net_input: str
    output: str
    target: str
    cost: str
    derivative: str


_PRESETS = {
    "flat": _Preset("x", "w", "b", "z", "O", "y", "Cost", "d"),
    "layered": _Preset("x", "w", "b", "z", "a", "y", "C", "partial"),
}

#: What is different where neurons have names of their own.
_NAMED = {"input": "i", "net_input": "net", "output": "out", "target": "target"}

#: With named neurons, the part of the cost that belongs to one output.
_NAMED_COST_PART = "E"


class NetworkNames(msgspec.Struct, frozen=True):
    """The names of a network.

    Attributes:
        network: the quantities, by plain name; of several samples, what each stands for at all of them.
        learning_rate: the learning rate; "" where there are no updates.
        constants: the other numbers that the optimizer works with, by what they are.
        penalties: what the penalties are multiplied by: ``l1`` and ``l2``, where there are any.
        first_index: what the first of several is numbered with, 0 or 1.
        renamed: by the names that the notation gives, the quantities that the file calls otherwise.
        symbols: how they are typeset.
        faults: what is wrong with the names: two quantities of one name, names of functions, unknown parameters that
            are frozen, unknown quantities that are renamed.
    """

    network: Feedforward
    learning_rate: str
    constants: Mapping[str, str]
    penalties: Mapping[str, str]
    first_index: int
    renamed: Mapping[str, Renamed]
    symbols: Symbols
    faults: tuple[Fault, ...]


def name_network(file: NetworkFile) -> NetworkNames:
    """Name every quantity of a network."""
    namer = _Namer(file)
    names = namer.names()
    faults = (
        *names.faults,
        *namer.states_taken(names.network),
        *namer.arrays_taken(names.network),
        *_unknown_renamed(file, namer.given),
        *_unknown_frozen(file, names),
    )
    return msgspec.structs.replace(names, faults=faults)


class _Namer:
    """Gives out names, and notes where one is given twice."""

    def __init__(self, file: NetworkFile) -> None:
        self.file = file
        notation = file.notation
        preset = _PRESETS[notation.preset]
        named = _NAMED if notation.neurons else {}

        def word(field: str) -> str:
            chosen: str | None = getattr(notation, field)
            return chosen or named.get(field) or getattr(preset, field)

        self.input, self.weight, self.bias = word("input"), word("weight"), word("bias")
        self.net_input, self.output, self.target = word("net_input"), word("output"), word("target")
        self.cost = word("cost")
        self.first = file.first_index
        self.partial = (notation.derivative or preset.derivative) == "partial"
        self.layered = notation.preset == "layered"
        self.given: list[str] = []
        self.renamed: dict[str, Renamed] = {}
        self.symbols: dict[str, Symbol] = {}
        self.kinds: dict[str, str] = {}
        #: For each name, the key that it comes from, and the name that the notation gives.
        self.paths: dict[str, Path] = {}
        self.origins: dict[str, str] = {}
        self.looks: dict[Symbol, str] = {}
        self.faults: list[Fault] = []
        self.weights_given = self.biases_given = 0

    def give(self, kind: str, plain: str, symbol: Symbol) -> str:
        """Register a quantity, and return the name that it has.

        Args:
            kind: the key of ``[notation]`` that its name comes from.
            plain: the name that the notation gives.
            symbol: how that name is typeset.
        """
        own = self.file.notation.rename.get(plain)
        self.given.append(plain)
        name = plain if own is None else own
        if own is not None:
            self.renamed[plain] = Renamed(own, symbol)
        path: Path = ("notation", kind) if own is None else ("notation", "rename", plain)
        shown = symbol if own is None else symbol_of(own)
        other, alike = self.kinds.get(name), self.looks.get(shown)
        if other is not None:
            both = f"{_article(other)} and {_article(kind)}"
            if "rename" in (path[1], self.paths[name][1]):
                both = f"{self.origins[name]} and {plain}"
            found = f'"{name}" names two quantities: {both}'
            if not any(fault.found == found for fault in self.faults):
                self.faults.append(Fault(self._at_fault(name, path), found, "a name of its own for each quantity"))
        elif _is_taken(name, renamed=own is not None):
            what = "a word of Python's" if keyword.iskeyword(name) else "the name of a function or constant in formulas"
            found = f'"{name}", which is {what}'
            self.faults.append(Fault(path, found, "another name"))
        elif alike is not None and "rename" in (path[1], self.paths[alike][1]):
            at_fault = self._at_fault(alike, path)
            written, other = (name, alike) if at_fault == path else (alike, name)
            found = f'"{written}", which looks like "{other}" where it is typeset'
            expected = "names that look different, with other letters or other indices"
            self.faults.append(Fault(at_fault, found, expected))
        self.kinds[name], self.symbols[name], self.paths[name] = kind, shown, path
        self.origins[name] = plain
        self.looks.setdefault(shown, name)
        return name

    def _at_fault(self, other: str, path: Path) -> Path:
        """Of two names that clash, the key that the user has written."""
        first = self.paths[other]
        written = path[1] == "rename" or getattr(self.file.notation, str(path[1]), None) is not None
        return path if written else first

    def counted(self, kind: str, index: int) -> str:
        """A name with a number behind it: ``w6``."""
        base: str = getattr(self, kind)
        return self.give(kind, f"{base}{index}", _with_subscript(base, str(index)))

    def names(self) -> NetworkNames:
        section = self.file.dense
        inputs = _vector(
            "inputs", (self.counted("input", self.first + i) for i in range(len(section.samples[0]))), INPUT
        )
        stages: list[Stage] = []
        before, count = inputs, 0
        for layer in section.layers:
            stages.append(self.stage(layer, len(stages) + 1, before, count))
            before = stages[-1].outputs
            count += stages[-1].size
        outputs = len(before.entries)
        targets = tuple(self.target_name(k, outputs) for k in range(outputs))
        cost = self.give("cost", self.cost, _with_subscript(self.cost, ""))
        parts = tuple(self.cost_part_name(k, count - outputs + k) for k in range(outputs)) if outputs > 1 else ()
        constants = self.constants()
        rate = constants.pop("eta", "")
        penalties = self.penalties()
        renamed = {old: now for old, now in self.renamed.items() if old not in self.kinds}
        network = Feedforward(
            inputs, tuple(stages), _vector("targets", targets, TARGET), _vector("errors", parts, COST_PART), cost
        )
        symbols = Symbols(self.symbols, partial=self.partial)
        return NetworkNames(network, rate, constants, penalties, self.first, renamed, symbols, tuple(self.faults))

    def stage(self, layer: Layer, number: int, before: Array, count: int) -> Stage:
        """The quantities of a layer, named neuron by neuron.

        Args:
            layer: its numbers.
            number: which one it is, counted from 1.
            before: what comes in.
            count: how many neurons stand in the layers before.
        """
        several = isinstance(layer.biases, tuple)
        shared = () if several or layer.biases is None else (self.shared_bias(number),)
        size, width = len(layer.weights), len(before.entries)
        wide = max(size, width) > _ONE_DIGIT
        weights: list[str] = []
        biases: list[str] = []
        neurons: list[tuple[str, str, str]] = []
        for place in range(size):
            weights += [self.weight_name(number, place, source, wide=wide) for source in range(width)]
            if several:
                biases.append(self.bias_name(number, place))
            neurons.append(self.neuron_names(number, place, count + place))
        labels, sums, outputs = zip(*neurons, strict=True)
        return Stage(
            labels=labels,
            sources=before,
            weights=Array(f"weights_{number}", (size, width), tuple(weights), WEIGHT),
            biases=Array(f"biases_{number}", () if shared else (len(biases),), (*shared, *biases), BIAS),
            sums=_vector(f"nets_{number}", sums, NET_INPUT),
            outputs=_vector(f"outputs_{number}", outputs, OUTPUT),
            function=layer.activation,
        )

    def constants(self) -> dict[str, str]:
        """The numbers that the optimizer works with, by what they are."""
        found: dict[str, str] = {}
        for constant in () if self.file.update is None else constants_of(self.file.update):
            renamed = constant in self.file.notation.rename
            name = constant if renamed else constant_name(constant, self.kinds)
            found[constant] = self.give(constant, name, constant_symbol(constant, name, self.looks))
        return found

    def penalties(self) -> dict[str, str]:
        """What the penalties on the weights are multiplied by."""
        section, found = self.file.dense, {}
        for key, value in (("l1", section.l1), ("l2", section.l2)):
            if value:
                renamed = key in self.file.notation.rename
                name = f"cost_{key}" if key in self.kinds and not renamed else key
                symbol = Symbol("lambda", key[1:])
                found[key] = self.give(key, name, symbol if symbol not in self.looks else symbol_of(name))
        return found

    def states_taken(self, network: Feedforward) -> Iterator[Fault]:
        """The names that the optimizer needs for the states of the parameters."""
        taken = taken_states(self.file, tuple(network.parameters), self.kinds)
        for name, parameter in taken.items():
            found = f'"{name}", which is what the updates call a state of {parameter}'
            yield Fault(self.paths[name], found, "another name")

    def arrays_taken(self, network: Feedforward) -> Iterator[Fault]:
        """The names that arrays have, in claims of whatever page: ``X``, ``W1``, ``B1``, ``Z1``, ``A1``, ``Y``."""
        layers = [
            f"{letter}{number}"
            for number, stage in enumerate(network.stages, start=1)
            for letter in ("WZA" if stage.shares_bias or not stage.biases.entries else "WBZA")
        ]
        for name in ("X", *layers, "Y"):
            if name in self.kinds:
                found = f'"{name}", which is the name of an array of the network, and of {_article(self.kinds[name])}'
                yield Fault(self.paths[name], found, "another name")

    def neuron_names(self, layer: int, position: int, count: int) -> tuple[str, str, str]:
        """Label, net input and output of the neuron that is ``count``-th in the network, ``position``-th in a layer."""
        neurons = self.file.notation.neurons
        if neurons:
            label = neurons[layer - 1][position]
            return (
                label,
                self.give("net_input", f"{self.net_input}_{label}", _with_subscript(self.net_input, label)),
                self.give("output", f"{self.output}_{label}", _with_subscript(self.output, label)),
            )
        if self.layered:
            index, above = str(self.first + position), f"({layer})"
            return (
                f"{index} of layer {layer}",
                self.give(
                    "net_input", f"{self.net_input}{layer}_{index}", _with_subscript(self.net_input, index, above)
                ),
                self.give("output", f"{self.output}{layer}_{index}", _with_subscript(self.output, index, above)),
            )
        index = str(self.first + count)
        return index, self.counted("net_input", self.first + count), self.counted("output", self.first + count)

    def weight_name(self, layer: int, to: int, source: int, *, wide: bool) -> str:
        if not self.layered:
            self.weights_given += 1
            return self.counted("weight", self.first + self.weights_given - 1)
        j, i = self.first + to, self.first + source
        plain = f"{self.weight}{layer}_{j}_{i}" if wide else f"{self.weight}{layer}_{j}{i}"
        below = f"{j},{i}" if wide else f"{j}{i}"
        return self.give("weight", plain, _with_subscript(self.weight, below, f"({layer})"))

    def bias_name(self, layer: int, position: int) -> str:
        if not self.layered:
            self.biases_given += 1
            return self.counted("bias", self.first + self.biases_given - 1)
        index = str(self.first + position)
        return self.give("bias", f"{self.bias}{layer}_{index}", _with_subscript(self.bias, index, f"({layer})"))

    def shared_bias(self, layer: int) -> str:
        if not self.layered:
            return self.bias_name(layer, 0)
        return self.give("bias", f"{self.bias}{layer}", _with_subscript(self.bias, "", f"({layer})"))

    def target_name(self, position: int, outputs: int) -> str:
        neurons = self.file.notation.neurons
        if neurons:
            label = neurons[-1][position]
            return self.give("target", f"{self.target}_{label}", _with_subscript(self.target, label))
        if outputs == 1:
            return self.give("target", self.target, _with_subscript(self.target, ""))
        return self.counted("target", self.first + position)

    def cost_part_name(self, position: int, count: int) -> str:
        neurons = self.file.notation.neurons
        if neurons:
            label = neurons[-1][position]
            return self.give("cost", f"{_NAMED_COST_PART}_{label}", Symbol(_NAMED_COST_PART, label))
        index = str(self.first + (position if self.layered else count))
        return self.give("cost", f"{self.cost}_{index}", _with_subscript(self.cost, index))


def _vector(name: str, entries: Iterable[str], role: Role) -> Array:
    listed = tuple(entries)
    return Array(name, (len(listed),), listed, role)


def _is_taken(name: str, *, renamed: bool) -> bool:
    """Whether formulas, or Python, give a name a meaning of their own.

    A function is told from a quantity by its brackets, so that a quantity may be renamed to it.
    """
    if not renamed:
        return name in FUNCTIONS or name in ALIASES or name in CONSTANTS
    return name in CONSTANTS or (keyword.iskeyword(name) and name != "lambda")


def _unknown_renamed(file: NetworkFile, given: Sequence[str]) -> Iterator[Fault]:
    known = set(given)
    some = ", ".join(given[:6]) + (", …" if len(given) > 6 else "")
    for name in file.notation.rename:
        if name not in known:
            expected, hint = f"the name of a quantity that [notation] gives ({some})", nearest(name, given[:1000])
            if "/" in name or "+" in name:
                expected, hint = "the name of a quantity; those of derivatives and of new values follow from it", ""
            yield Fault(("notation", "rename", name), f'"{name}", which is no quantity here', expected, hint)


def _article(kind: str) -> str:
    words = {
        "net_input": "a net input",
        "input": "an input",
        "output": "an output",
    }
    return "the learning rate" if kind == "eta" else words.get(kind, f"a {kind}")


def _with_subscript(word: str, subscript: str, superscript: str = "") -> Symbol:
    """A symbol; what follows the first ``_`` of a word stands below it (``E_total``)."""
    base, _, below = word.partition("_")
    return Symbol(base, ",".join(filter(None, (below.replace("_", " ").strip(), subscript))), superscript)


def _unknown_frozen(file: NetworkFile, names: NetworkNames) -> Iterator[Fault]:
    if file.update is None:
        return
    parameters = list(names.network.parameters)
    known = {*parameters, *names.renamed}
    if not known.issuperset(file.update.frozen):
        known.update(_parameter_arrays(file, names.first_index))
    some = ", ".join(parameters[:6]) + (", …" if len(parameters) > 6 else "")
    for index, name in enumerate(file.update.frozen):
        if tidied(name) not in known:
            hint = nearest(name, parameters[:1000])
            yield Fault(("update", "frozen", index), f'"{name}"', f"the name of a weight or bias ({some})", hint)


def _parameter_arrays(file: NetworkFile, first: int) -> Iterator[str]:
    """The names of the arrays of weights and biases, and of their entries."""
    for number, layer in enumerate(file.network.layers if file.network is not None else (), start=1):
        yield f"W{number}"
        yield from (
            entry_name(f"W{number}", j + first, i + first)
            for j, row in enumerate(layer.weights)
            for i in range(len(row))
        )
        if layer.biases is not None:
            yield f"B{number}"
            yield from (entry_name(f"B{number}", j + first) for j in range(len(layer.weights)))
