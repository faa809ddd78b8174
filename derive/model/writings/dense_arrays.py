"""A dense network told by its arrays: X W¹ B¹ Z¹ A¹ … Y, layer by layer, all samples at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.costs import COSTS
from derive.catalogue.roles import COST_PART, L1_PENALTY, L2_PENALTY
from derive.expression.parse import parse
from derive.expression.tree import (
    ONE,
    Applied,
    Call,
    Expr,
    MatrixProduct,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Transposed,
    substitute,
    sum_of,
)
from derive.model.feedforward import Feedforward, Stage
from derive.model.graph import Array, Graph
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.symbols import Symbol
from derive.model.templates import cost_template, literal
from derive.spec.layers import Layer, NetworkSettings
from derive.spec.settings import NetworkFile


def in_arrays(model: Model, file: NetworkFile) -> Model:
    """The same model, with its arrays, their formulas, and an outline that goes through it array by array.

    Args:
        model: a dense network.
        file: the file that it was written in.
    """
    return _Arrays(model, file).model()


class _Arrays:
    def __init__(self, model: Model, file: NetworkFile) -> None:
        self.whole, self.table = model, file.dense
        self.places: Sequence[Feedforward] = model.networks
        self.several = bool(model.sample_costs)
        self.columns = self.several and file.notation.samples == "columns"
        self.arrays: dict[str, Array] = {}
        self.formulas: dict[str, Expr] = {}
        self.symbols: dict[str, Symbol] = {}
        #: What stands for the cost of each sample, in derivatives by what is of all samples.
        self.each = f"{model.graph.result}[s]" if self.several else ""

    def model(self) -> Model:
        first = self.places[0]
        self._add("X", "", [place.inputs for place in self.places])
        source = Name("X")
        sections: list[Section] = []
        for number, stage in enumerate(first.stages, start=1):
            source = self._stage(number, source)
            sections.append(self._section(number, stage))
        self._add("Y", "", [place.targets for place in self.places])
        self._cost(source)
        sections.append(Section("cost", "the cost", tuple(self._costs())))
        definitions = tuple(
            msgspec.structs.replace(each, own_steps=()) if len(each.own_steps) > 1 else each
            for each in self.whole.graph.definitions.values()
        )
        return msgspec.structs.replace(
            self.whole,
            graph=Graph(self.whole.graph.given, definitions, self.whole.graph.results),
            outline=Section("model", "", tuple(sections), backwards=True),
            symbols=self.whole.symbols.beside(self.symbols),
            arrays=self.arrays,
            formulas=self.formulas,
            each=self.each,
        )

    def _add(self, name: str, above: str, parts: Sequence[Array], *, shared: bool = False) -> None:
        """An array of all samples, a row or a column for each; of one sample as it is."""
        if shared or not self.several:
            array = msgspec.structs.replace(parts[0], name=name)
        else:
            rows = [part.entries for part in parts]
            if self.columns:
                rows = list(zip(*rows, strict=True))
            shape = (len(rows), len(rows[0]))
            array = Array(name, shape, tuple(chain(*rows)), parts[0].role)
        self.arrays[name] = array
        self.symbols[name] = Symbol(name[0], superscript=f"({above})" if above else "")

    def _stage(self, number: int, source: Name) -> Name:
        """The arrays of a layer; returns the name of what comes out."""
        stages = [place.stages[number - 1] for place in self.places]
        stage, table = stages[0], self.table.layers[number - 1]
        weights, biases, sums, outputs = (Name(f"{letter}{number}") for letter in "WBZA")
        self._add(weights.name, str(number), [stage.weights], shared=True)
        if stage.biases.entries and not stage.shares_bias:
            self._add(biases.name, str(number), [stage.biases], shared=True)
        self._add(sums.name, str(number), [each.sums for each in stages])
        self._add(outputs.name, str(number), [each.outputs for each in stages])
        product = MatrixProduct((weights, source))
        if self.several and not self.columns:
            product = MatrixProduct((source, Transposed(weights)))
        self.formulas[sums.name] = sum_of((product, *self._bias(stage, biases)))
        self.formulas[outputs.name] = self._function(stage, table, sums)
        return outputs

    def _bias(self, stage: Stage, biases: Name) -> Iterator[Expr]:
        if stage.shares_bias:
            yield Name(stage.biases.entries[0])
        elif stage.biases.entries:
            column = (biases, Number(str(stage.size)), Number("1"))
            yield Applied("reshape", column) if self.columns else biases

    def _function(self, stage: Stage, table: Layer, sums: Name) -> Expr:
        if stage.function in LAYER_FUNCTIONS:
            axis = "0" if self.columns else "1"
            return Applied(stage.function, (sums,), (("axis", axis),) if self.several else ())
        if stage.function not in ACTIVATIONS:
            return substitute(parse(stage.function, ("z",)), {"z": sums})
        chosen = {"slope": table.slope, "alpha": table.alpha}
        options = tuple((key, str(value)) for key, value in chosen.items() if value is not None)
        return Applied(stage.function, (sums,), options)

    def _section(self, number: int, stage: Stage) -> Section:
        depth = len(self.places[0].stages)
        title = "output layer" if number == depth else "hidden layer" if depth == 2 else f"hidden layer {number}"
        parts = tuple(
            Section(f"layer-{number}-{letter}", "", self.arrays[f"{letter}{number}"].entries, abreast=True)
            for letter in "ZA"
        )
        owns = (*stage.weights.entries, *stage.biases.entries)
        return Section(f"layer-{number}", title, parts, backwards=True, owns=owns)

    def _costs(self) -> Iterator[str]:
        names = self.whole.quantities
        for name in self.whole.graph.definitions:
            if names[name].role is COST_PART or name in (*self.whole.sample_costs, self.whole.graph.result):
                yield name

    def _cost(self, outputs: Name) -> None:
        """The cost over all outputs, and that of each sample, which stands for all of them at once."""
        total = self._of_outputs(outputs)
        result, penalties = self.whole.graph.result, tuple(self._penalties())
        if not self.several:
            self.formulas[result] = sum_of((total, *penalties))
            return
        self.formulas[self.each] = total
        cost = self.whole.symbols[result]
        assert isinstance(cost, Symbol)
        self.symbols[self.each] = msgspec.structs.replace(cost, superscript=f"{cost.superscript}[s]")
        count = len(self.places)
        mean = self.table.reduction != "sum" and count > 1
        self.formulas[result] = sum_of(
            (Product((Quotient(ONE, Number(str(count))), total)) if mean else total, *penalties)
        )

    def _of_outputs(self, outputs: Name) -> Expr:
        """The sum of the parts of all outputs."""
        table: NetworkSettings = self.table
        letters: Mapping[str, Expr] = {"O": outputs, "y": Name("Y")}
        if table.cost in COSTS:
            chosen = {} if table.delta is None else {"delta": literal(table.delta)}
            part = cost_template(table.cost, len(table.layers[-1].weights), chosen).written(letters)
        else:
            part = substitute(parse(table.cost, ("y", "O")), letters)
        return Applied("sum", (part,))

    def _penalties(self) -> Iterator[Expr]:
        weights = [Name(f"W{number}") for number in range(1, len(self.places[0].stages) + 1)]
        for name in self.whole.of(L1_PENALTY):
            sizes = tuple(Applied("sum", (Call("abs", (each,)),)) for each in weights)
            yield Product((Name(name), sum_of(sizes)))
        for name in self.whole.of(L2_PENALTY):
            squares = tuple(Applied("sum", (Power(each, Number("2")),)) for each in weights)
            yield Product((Quotient(Name(name), Number("2")), sum_of(squares)))
