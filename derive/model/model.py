"""A model: what every part of the program reads, whatever kind of file it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from derive.catalogue.roles import COST_PART, NET_INPUT, OUTPUT, SAMPLE_COST, Role
from derive.expression.tree import Expr
from derive.model.feedforward import Feedforward, no_network
from derive.model.graph import Array, Graph, Quantity
from derive.model.outline import Section
from derive.model.recurrence import Recurrence, recurrence_of
from derive.model.references import array_of, entry_name, index_of, is_entry, tidied
from derive.model.symbols import Symbol, Symbols


class Renamed(msgspec.Struct, frozen=True):
    """A quantity that goes by another name than its notation gives it: the name that it has, and its sign before."""

    name: str
    symbol: Symbol


class Model(msgspec.Struct, frozen=True, dict=True):
    """A graph with what a reader is told of it.

    Attributes:
        graph: the definitions.
        quantities: what each of its names stands for.
        outline: how the definitions belong together.
        symbols: how each quantity is typeset.
        wanted: what the result is differentiated by, as a reader lists it: all weights, then all biases.
        title: what a page of it is called, where the file does not say.
        learning_rate: the name of the learning rate; "" where there are no updates.
        constants: the names of the other numbers that the optimizer works with, by what they are (``beta1``).
        first_index: what the first of several is numbered with, 0 or 1.
        renamed: by the names that the notation gives, the quantities that the file calls otherwise.
        arrays: by name, the quantities that are entries of one array that is given or defined.
        families: by name, the members of families that have a whole, as arrays.
        formulas: by the name of an array or a number, the formula over arrays that it is written with, if it has one.
        each: where arrays are of all samples, what stands for the cost of each in derivatives by them; "" elsewhere.
        networks: the model as a feedforward network, at each of its samples; none where it is no such one.
    """

    graph: Graph
    quantities: Mapping[str, Quantity]
    outline: Section
    symbols: Symbols
    wanted: tuple[str, ...]
    title: str
    learning_rate: str = ""
    constants: Mapping[str, str] = {}
    first_index: int = 1
    renamed: Mapping[str, Renamed] = {}
    arrays: Mapping[str, Array] = {}
    families: Mapping[str, Array] = {}
    formulas: Mapping[str, Expr] = {}
    each: str = ""
    networks: tuple[Feedforward, ...] = ()

    def current(self, name: str) -> str:
        """The name that a quantity has, where the notation may give it another."""
        if name in self.renamed:
            return self.renamed[name].name
        whole = self.renamed.get(array_of(name))
        return entry_name(whole.name, *index_of(name)) if whole is not None and is_entry(name) else name

    def entries(self, name: str) -> tuple[str, ...]:
        """The numbers that a name stands for: those of an array, or one, perhaps named by its place in an array."""
        name = self.current(tidied(name))
        if name in self.quantities:
            return (name,)
        array = self.arrays.get(name) or self.families.get(name) or self._layer_array(name)
        if array is not None:
            return array.entries
        whole = self._layer_array(array_of(name)) if is_entry(name) else None
        return (name,) if whole is None else (whole.at(*(place - self.first_index for place in index_of(name))),)

    def _layer_array(self, name: str) -> Array | None:
        """The weights or biases of a layer of a network, ``W1`` or ``B1``; None where a name is of nothing such."""
        stages = self.networks[0].stages if self.networks else ()
        arrays = {
            f"{letter}{n}": array
            for n, of in enumerate(stages, 1)
            for letter, array in (("W", of.weights), ("B", of.biases))
        }
        return arrays.get(name)

    def of(self, role: Role) -> tuple[str, ...]:
        """The quantities of a role, in the order of the model."""
        return tuple(name for name, quantity in self.quantities.items() if quantity.role == role)

    def is_a(self, name: str, *roles: Role) -> bool:
        """Whether a quantity has one of some roles."""
        return self.quantities[name].role in roles

    @cached_property
    def later_entries(self) -> frozenset[str]:
        """Of the entries of arrays all but the first of each: what is said of an array is said at its first."""
        return frozenset(name for section in self.outline.all if section.abreast for name in [*section.definitions][1:])

    @cached_property
    def differentiated_by(self) -> frozenset[str]:
        """What derivatives may be by: all that is worked out, and the given numbers that are wanted."""
        return frozenset((*self.graph.definitions, *self.wanted))

    @cached_property
    def sample_costs(self) -> tuple[str, ...]:
        """The cost of each sample, where samples are counted."""
        return self.of(SAMPLE_COST)

    @property
    def samples(self) -> int:
        """How many samples the cost is of."""
        return len(self.sample_costs) or 1

    @cached_property
    def sample_sections(self) -> tuple[Section, ...]:
        """The sections of the samples, where samples are counted."""
        samples = self.outline.find("samples")
        return () if samples is None else samples.sections

    @cached_property
    def last_outputs(self) -> tuple[str, ...]:
        """What the network gives: the outputs that the cost is made of, of all samples."""
        parts = (*self.of(COST_PART), *self.sample_costs, self.graph.result)
        found = (name for part in parts for name in self.graph.arguments[part] if self.is_a(name, OUTPUT))
        return tuple(dict.fromkeys(found))

    @property
    def learnt(self) -> bool:
        """Whether all that the result is differentiated by is learnt."""
        return all(self.quantities[name].role.sought for name in self.wanted)

    @cached_property
    def network(self) -> Feedforward:
        """The model as a feedforward network, at its first sample; without stages where it is no such one."""
        return self.networks[0] if self.networks else no_network(self.graph.result)

    @property
    def is_dense(self) -> bool:
        """Whether it is a dense network."""
        return bool(self.networks)

    @cached_property
    def recurrence(self) -> Recurrence | None:
        """What it hands on from each value of an index to the next, if it does."""
        return recurrence_of(self.outline, self.graph)

    @cached_property
    def parts_reached(self) -> Mapping[str, str]:
        """The part of the cost that a net input acts on through an output, where it acts on one alone."""
        arguments = self.graph.arguments
        outputs = ((part, name) for part in self.of(COST_PART) for name in arguments[part] if self.is_a(name, OUTPUT))
        below = ((part, found) for part, name in outputs for found in arguments[name] if self.is_a(found, NET_INPUT))
        return {name: part for part, name in below if len(self.graph.users[name]) == 1}
