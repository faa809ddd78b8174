"""Where factors cancel: a cross-entropy behind a sigmoid or a softmax, half the squared error behind the identity.

What is left is the output less its target, and that is why these belong together. It is found from the formulas of the
steps, so that it is told of equations too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from derive.calculus.steps import Step
from derive.calculus.written import added, negative, times
from derive.document.blocks import Content, Math
from derive.document.sections.jacobian import Softmax, softmax_of
from derive.document.words.phrasing import say, sentence
from derive.expression.tree import (
    ONE,
    ZERO,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Product,
    Sum,
    names,
    negative_of,
    product_of,
    sum_of,
)
from derive.model.model import Model
from derive.model.references import derivative_name

#: Of an array so many entries are told.
_ENTRIES = 4
#: A sum with more terms than this is not multiplied out.
_MOST = 8

_LEFT = (
    "Factors cancel: {product}. What is left says by how much the output misses its target, and that is why this cost "
    "is used with the sigmoid."
)
_LESS_ITS_OWN = ": the output less the 1 of its class"


class Cancelling:
    """Tells what steps come to in which factors cancel.

    Args:
        model: the model.
        steps: its steps.
    """

    def __init__(self, model: Model, steps: Sequence[Step]) -> None:
        self.model = model
        self.results = {step.target: step for step in steps}
        #: What has been said once in full.
        self.said: set[str] = set()

    def of_entries(self, steps: Sequence[Step]) -> Content:
        """What the entries of an array come to: the first, and where each is told by its class some more."""
        first, *others = steps[:_ENTRIES]
        told = self.of(first)
        more = [self.of(each, Name(each.target)) for each in others] if "class" in self.said else []
        return say(told, *(say(" ", each) for each in more if each)) if told else ()

    def of(self, step: Step, subject: str | Name = "This") -> Content:
        """What a step comes to; nothing where nothing cancels."""
        if step.rule != "chain" or step.contributions is not None or not step.paths:
            return ()
        definition = self.model.graph.definitions.get(step.paths[0].through)
        softmax = None if definition is None else softmax_of(definition)
        if softmax is not None:
            return self._of_softmax(step, softmax, subject) if step.variable in softmax.inputs else ()
        return self._of_one(step) if len(step.paths) == 1 else ()

    def _of_softmax(self, step: Step, softmax: Softmax, subject: str | Name) -> Content:
        """Σ −tᵢ/pᵢ · ∂pᵢ/∂zⱼ = pⱼ·Σt − tⱼ."""
        through = {path.through for path in step.paths}
        targets: dict[str, Expr] = {}
        for output in softmax.outputs:
            found = self.results.get(derivative_name(step.of, output))
            if output not in through or found is None:
                continue
            target = negative(times(found.result, Name(output)))
            if not {*names(target)}.isdisjoint(softmax.outputs):
                return ()
            targets[output] = target
        if len(targets) < len(through) or not through <= {*softmax.outputs}:
            return ()
        at = softmax.outputs[softmax.inputs.index(step.variable)]
        mine, own = Name(at), targets.get(at, ZERO)
        total = sum_of(tuple(targets.values()))
        left = sum_of(tuple(term for term in (product_of((mine, total)), negative_of(own)) if term != Negative(ZERO)))
        if len(targets) == 1:
            return self._of_class(next(iter(targets)), own, total, left, mine=mine, subject=subject)
        again = "softmax" in self.said
        self.said.add("softmax")
        full = (
            "The outputs in the denominators cancel, and {whole} is left. Where the targets add up to {one}, as those "
            "of a class do, this is {difference}: by how much the output misses its target."
        )
        return sentence(
            "Again this is {whole}, or {difference} where the targets add up to {one}." if again else full,
            whole=left,
            one=ONE,
            difference=Sum((mine, negative_of(own))),
        )

    def _of_class(self, output: str, own: Expr, total: Expr, left: Expr, *, mine: Name, subject: str | Name) -> Content:
        """The same where the cost is that of one output alone."""
        meaning = ""
        if total == ONE:
            meaning = ": the output itself, as its class is another" if own == ZERO else _LESS_ITS_OWN
        elif own == total:
            left = product_of((total, Sum((mine, negative_of(ONE)))))
            meaning = f"{_LESS_ITS_OWN}, times what comes back"
        if meaning in self.said:
            meaning = ""
        self.said.add(meaning)
        if "class" in self.said:
            return sentence("{subject} comes to {left}{meaning}.", subject=subject, left=left, meaning=meaning)
        self.said.add("class")
        return sentence(
            "The {output} of the softmax cancels against the denominator, and {left} is left{meaning}.",
            output=Name(output),
            left=left,
            meaning=meaning,
        )

    def _of_one(self, step: Step) -> Content:
        """The slope of the cost times that of one function, where the output less its target is left."""
        first, *rest = step.paths[0].factors
        before, outer = self._local(first)
        inner = list(map(self._worked, rest))
        if outer is None or None in inner:
            return ()
        slopes = [slope for slope in inner if slope is not None]
        output = Name(step.paths[0].through)
        left = _multiplied_out(outer, slopes)
        if left is None or not _is_off_target(left, output):
            return ()
        if "one" in self.said:
            return sentence("Again this is {left}.", left=product_of((*before, left)))
        self.said.add("one")
        if all(slope == ONE for slope in slopes):
            if before:
                return ()
            return sentence(
                "The function passes everything on with slope {one}, so this is {left} still: by how much the "
                "output misses its target.",
                one=ONE,
                left=left,
            )
        told = sentence(_LEFT, product=Math((("", Product(tuple(_flat((outer, *slopes))))), ("=", left))))
        return say(told, sentence(" So this is {whole}.", whole=product_of((*before, left)))) if before else told

    def _local(self, factor: Expr) -> tuple[tuple[Expr, ...], Expr | None]:
        """A factor as its formula; of a chain along one path, the derivative it begins with and what is left."""
        step = self.results.get(factor.name) if isinstance(factor, Name) else None
        if step is None or step.rule != "chain" or len(step.paths) != 1 or step.contributions is not None:
            return (), self._worked(factor)
        first, *rest = step.paths[0].factors
        known = isinstance(first, Name) and first.name in self.results
        return ((first,), product_of(tuple(rest))) if known and rest else ((), None)

    def _worked(self, factor: Expr) -> Expr | None:
        """A factor of the chain as its formula, where that is no chain itself."""
        if not isinstance(factor, Name) or factor.name not in self.results:
            return factor
        step = self.results[factor.name]
        return step.result if step.rule != "chain" else None


def _flat(factors: Sequence[Expr]) -> Iterator[Expr]:
    for factor in factors:
        yield from factor.factors if isinstance(factor, Product) else (factor,)


def _multiplied_out(outer: Expr, slopes: Sequence[Expr]) -> Expr | None:
    """The product, term by term, with what is above and below each fraction line cancelled; what is added first."""
    terms = [*_summands(outer)]
    if len(terms) > _MOST:
        return None
    whole = added(tuple(part for term in terms for part in _products(times(term, *slopes))))
    if not isinstance(whole, Sum):
        return whole
    return Sum(tuple(sorted(whole.terms, key=lambda term: isinstance(term, Negative))))


def _summands(expr: Expr) -> Iterator[Expr]:
    match expr:
        case Sum(terms):
            for term in terms:
                yield from _summands(term)
        case Group(body):
            yield from _summands(body)
        case Negative(operand):
            yield from map(negative, _summands(operand))
        case _:
            yield expr


def _products(expr: Expr) -> Iterator[Expr]:
    """The terms of an expression in which brackets are multiplied out."""
    for term in _summands(expr):
        bare = term.operand if isinstance(term, Negative) else term
        if isinstance(bare, Product) and len(bare.factors) <= _MOST:
            sign = (Negative(ONE),) if isinstance(term, Negative) else ()
            choices = product(*(tuple(_products(each)) for each in bare.factors))
            # In one order, so that what is the same is found to be.
            yield from (times(*sign, *sorted(_flat(chosen), key=_without_sign)) for chosen in choices)
        else:
            yield term


def _without_sign(expr: Expr) -> str:
    return repr(expr.operand if isinstance(expr, Negative) else expr)


def _is_off_target(left: Expr, output: Name) -> bool:
    """Whether an expression is an output less a number, or less another quantity."""
    match left:
        case Sum((Name() as first, Negative(Name() | Number()))):
            return first == output
        case _:
            return False
