"""The rule behind all derivatives of a softmax, told once, for any of its outputs and inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from derive.calculus.steps import Step
from derive.document.blocks import Block, Equation, Paragraph, Row
from derive.document.words.lettered import Lettered, varying, without
from derive.document.words.phrasing import equal, listed, say, sentence
from derive.expression.tree import ONE, ZERO, Name, Negative, Number, Product, Quotient, Sum
from derive.model.graph import Definition
from derive.model.model import Model
from derive.model.references import array_of, derivative_name
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol


class Softmax(NamedTuple):
    """The quantities of one softmax: each output stands where its own input does."""

    outputs: tuple[str, ...]
    inputs: tuple[str, ...]

    @property
    def arrays(self) -> tuple[str, str]:
        """What its outputs and inputs are entries of, as far as its first ones tell."""
        return array_of(self.outputs[0]), array_of(self.inputs[0])


class _Signs(NamedTuple):
    """The signs of the rule: any output, by its own letter and by that of an input; any input; the letters."""

    row: Symbol
    column: Symbol
    by: Symbol
    letters: tuple[str, str]
    common: Sequence[str] = ()


class Jacobian:
    """Tells the rule at the first step that differentiates a softmax.

    Its quantities have letters for indices in their plain names, which no quantity of a file has.

    Args:
        model: the model.

    Attributes:
        symbols: how the quantities of the rule are typeset; none before it is told.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.symbols: Mapping[str, AnySymbol] = {}
        found = ((name, softmax_of(definition)) for name, definition in model.graph.definitions.items())
        self._of = {name: softmax for name, softmax in found if softmax is not None}

    def blocks(self, steps: Sequence[Step]) -> Iterator[Block]:
        """The rule, if one of some steps is the first that differentiates a softmax."""
        for step in steps:
            softmax = None if self.symbols else self._differentiated(step)
            if softmax is None:
                continue
            # An output by itself is always 1 and needs no rule, unless others of its array do.
            alike = [each for each in dict.fromkeys(self._of.values()) if each.arrays == softmax.arrays]
            several = next((each for each in (softmax, *alike) if len(each.outputs) > 1), None)
            if several is not None:
                yield from self._told(several, alike, step)

    def _differentiated(self, step: Step) -> Softmax | None:
        """The softmax of which a step differentiates an output by an input."""
        outputs = (step.of,) if step.rule == "activation" else (path.through for path in step.paths)
        found = (self._of[name] for name in outputs if name in self._of)
        return next((softmax for softmax in found if step.variable in softmax.inputs), None)

    def _told(self, softmax: Softmax, alike: Sequence[Softmax], step: Step) -> Iterator[Block]:
        """The rule of one softmax and of those over other indices of the same arrays."""
        lettered = Lettered(self.model)
        signs = _signs(lettered, softmax, alike)
        delta = Symbol(lettered.free("delta", "I", "kappa"), ",".join(signs.letters))
        derivative = self.model.symbols[step.target]
        assert isinstance(derivative, DerivativeSymbol)
        row, column, by, cell = map(_plain, (signs.row, signs.column, signs.by, delta))
        slope = derivative_name(row, by)
        self.symbols = {
            row: signs.row,
            column: signs.column,
            by: signs.by,
            cell: delta,
            slope: DerivativeSymbol(signs.row, signs.by, derivative.partial),
            **{letter: Symbol(letter) for letter in (*signs.letters, *signs.common)},
        }
        depends = "With softmax each output {row} depends on every input {by}{same}. "
        if self.model.is_dense:
            depends = "With softmax every output {row} of the layer depends on every net input {by} of it. "
        i, j = map(Name, signs.letters)
        yield Paragraph(
            sentence(
                depends
                + "All these derivatives follow one rule, in which {cell} is {one} where {i} and {j} are the same "
                "number, and otherwise {zero}:",
                row=Name(row),
                by=Name(by),
                same=say(" with the same ", listed([*map(Name, signs.common)])) if signs.common else "",
                cell=Name(cell),
                one=ONE,
                i=i,
                j=j,
                zero=ZERO,
            )
        )
        rule = Product((Name(row), Sum((Name(cell), Negative(Name(column))))))
        yield Equation(Name(slope), (Row((("=", rule),)),))
        masked = " What the mask leaves out is {zero}, and so are its derivatives by the same rule."
        yield Paragraph(
            sentence(
                "Set out as a table, one row for each output, they are the Jacobian matrix of the softmax: on its "
                "diagonal, where {diagonal}, stands {own}, and everywhere else {other}."
                + (masked if _is_masked(lettered, alike) else ""),
                diagonal=equal(i, ("=", j)),
                own=Product((Name(row), Sum((ONE, Negative(Name(row)))))),
                other=Negative(Product((Name(row), Name(column)))),
                zero=ZERO,
            )
        )


def softmax_of(definition: Definition) -> Softmax | None:
    """The softmax that a definition gives an output of, as far as the forms of its derivatives tell."""
    name = Name(definition.name)
    outputs = []
    for form in definition.closed_forms.values():
        match form.shown:
            case Product((own, Sum((Number("1"), Negative(again))))) if own == again == name:
                outputs.append(name.name)
            case Negative(Product((own, Name(other)))) if own == name:
                outputs.append(other)
            case _:
                return None
    match definition.expr:
        case Quotient(over, under) if outputs.count(name.name) == 1 and (len(outputs) > 1 or over == under):
            return Softmax(tuple(outputs), tuple(definition.closed_forms))
    return None


def _signs(lettered: Lettered, softmax: Softmax, alike: Sequence[Softmax]) -> _Signs:
    """The page's own signs with letters for numbers, where all outputs, or all inputs, have one in common."""
    i, j, *others = lettered.letters
    outputs, inputs = softmax
    rows, columns = varying(outputs), varying(inputs)
    common: Sequence[str] = ()
    if rows is not None and columns is not None and len(alike) > 1:
        along = ((without(each.outputs[0], rows), without(each.inputs[0], columns)) for each in alike)
        if all(left == right for left, right in along):
            common = others[: len(without(outputs[0], rows))]

    def own(common: Sequence[str]) -> tuple[Symbol | None, Symbol | None, Symbol | None]:
        row, column = (lettered.any_of(outputs, letter, common) for letter in (i, j))
        return row, column, lettered.any_of(inputs, j, common)

    if common and None in own(common):
        common = ()
    row, column, by = own(common)
    if row is None or column is None:
        row, column = (Symbol(lettered.free("out", "share"), letter) for letter in (i, j))
    return _Signs(row, column, by or Symbol(lettered.free("in", "score"), j), (i, j), common)


def _is_masked(lettered: Lettered, alike: Sequence[Softmax]) -> bool:
    """Whether arrays have entries beside the outputs of a softmax that are none of them."""
    rows = next((at for each in alike if (at := varying(each.outputs)) is not None), None)
    return rows is not None and any(
        not set(lettered.beside(each.outputs[0], rows)) <= set(each.outputs) for each in alike
    )


def _plain(sign: Symbol) -> str:
    """A plain name for a sign of the rule."""
    above = f"^{sign.superscript}" if sign.superscript else ""
    return f"{sign.base}{above}[{sign.subscript}]"
