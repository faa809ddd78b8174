"""The rule behind all derivatives of a softmax, once for all of its outputs and net inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from derive.calculus.steps import Step
from derive.catalogue.activations import SOFTMAX
from derive.document.blocks import Block, Equation, Paragraph, Row
from derive.document.words.phrasing import sentence
from derive.expression.tree import ONE, ZERO, Name, Negative, Product, Sum
from derive.model.model import Model
from derive.model.references import derivative_name
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol

#: What stands below the letters of any output and of any net input.
_ROW, _COLUMN = "i", "j"


class Jacobian:
    """Tells the rule at the first step that differentiates an output of a softmax.

    Its quantities are those of no neuron: their plain names have a letter for an index, which no name of a file has.

    Args:
        model: the model.
        steps: its steps.
    """

    def __init__(self, model: Model, steps: tuple[Step, ...]) -> None:
        definitions = model.graph.definitions
        found = (
            step
            for step in steps
            if step.rule == "activation"
            and definitions[step.of].applies == SOFTMAX.name
            and len(definitions[step.of].own_steps) > 1
        )
        self.first = next(found, None)
        self.model = model

    def symbols(self) -> Mapping[str, AnySymbol]:
        """How the quantities of the rule are typeset; none where no softmax is differentiated."""
        if self.first is None:
            return {}
        of, by = self._any(self.first.of, _ROW), self._any(self.first.variable, _COLUMN)
        derivative = self.model.symbols[self.first.target]
        assert isinstance(derivative, DerivativeSymbol)
        row, column, cell, rate = self._names()
        return {
            row: of,
            column: replace(of, subscript=by.subscript),
            cell: Symbol("delta", _ROW + _COLUMN),
            rate: DerivativeSymbol(of, by, derivative.partial),
        }

    def blocks(self, step: Step) -> Iterator[Block]:
        """The rule, at the step that comes first."""
        if step is not self.first:
            return
        row, column, cell, rate = map(Name, self._names())
        yield Paragraph(
            sentence(
                "With softmax every output of the layer depends on every net input of it. All these derivatives follow "
                "one rule, in which {cell} is {one} where {row} and {column} are the same number, and otherwise {zero}:",
                cell=cell,
                one=ONE,
                zero=ZERO,
                row=Name(_ROW),
                column=Name(_COLUMN),
            )
        )
        yield Equation(rate, (Row((("=", Product((row, Sum((cell, Negative(column)))))),)),))
        yield Paragraph(sentence("Their table, one row for each output, is the Jacobian matrix of the softmax."))

    def _names(self) -> tuple[str, str, str, str]:
        assert self.first is not None
        of, by = self.first.of.partition("[")[0], self.first.variable.partition("[")[0]
        row, column = f"{of}[{_ROW}]", f"{of}[{_COLUMN}]"
        return row, column, f"delta[{_ROW},{_COLUMN}]", derivative_name(row, f"{by}[{_COLUMN}]")

    def _any(self, name: str, letter: str) -> Symbol:
        """The sign of a quantity, with a letter where it has the number that tells it from the others of its layer."""
        symbol = self.model.symbols[name]
        assert isinstance(symbol, Symbol)
        return replace(symbol, subscript=letter)
