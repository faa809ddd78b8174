"""What is worked out in a solution, as numbered places for results, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from derive.calculus.solution import Worked
from derive.calculus.steps import Step, symbolic_lines
from derive.catalogue.roles import NET_INPUT, OUTPUT
from derive.course.asked import asked
from derive.course.parts.rules import Rule, rule_of_definition, rule_of_step
from derive.document.blocks import Content
from derive.document.sections.forward import is_cost
from derive.document.words.headings import heading_of
from derive.document.words.phrasing import say
from derive.expression.tree import Expr, Number
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.references import updated_name

#: The parts of a page that places stand in.
Chapter = Literal["forward", "backward", "update", "also"]


class Place(msgspec.Struct, frozen=True):
    """A numbered place for a result.

    Attributes:
        number: counted through the page.
        names: the plain names of what is asked: one number, first the name that it is worked out under.
        formulas: how it comes about in symbols, line by line; none where that is no single formula.
        rule: what is done there.
        chapter: the part of the page.
        section: the heading below it; nothing where there is none.
        points: what a right result is worth; 0 where it carries none.
        step: the step of the backward pass that finds it, if one does.
        label: the neuron that it belongs to, if it is that of one.
    """

    number: int
    names: tuple[str, ...]
    formulas: tuple[Expr, ...]
    rule: Rule
    chapter: Chapter
    section: Content = ()
    points: Decimal = Decimal(0)
    step: Step | None = None
    label: str = ""

    @property
    def name(self) -> str:
        """The plain name that it is worked out under."""
        return self.names[0]


def places(solution: Worked) -> tuple[Place, ...]:
    """All places of a solution, with what they are worth.

    Where the file asks for what has no place of its own, such as a derivative that the steps only use, places for that
    stand at the end.
    """
    worth = asked(solution)
    found = [*_forward(solution), *_backward(solution), *_updates(solution)]
    known = {name for place in found for name in place.names}
    formulas = {formula.name: formula.expr for formula in solution.formulas}
    found += (
        Place(0, (name,), (formulas[name],) if name in formulas else (), Rule("local"), "also")
        for name in worth
        if name not in known
    )
    return tuple(
        msgspec.structs.replace(
            place, number=number, points=sum((worth.get(name, Decimal(0)) for name in place.names), Decimal(0))
        )
        for number, place in enumerate(found, start=1)
    )


def given(solution: Worked) -> frozenset[str]:
    """What nobody has to work out: the author's numbers, and quantities that an equation sets to a number."""
    graph = solution.model.graph
    constant = (each.name for each in graph.definitions.values() if isinstance(each.expr, Number))
    return frozenset((*graph.given, *constant))


def _forward(solution: Worked) -> Iterator[Place]:
    model = solution.model
    sections = dict(_titles(model, model.outline))
    for definition in model.graph.definitions.values():
        if isinstance(definition.expr, Number):
            continue
        yield Place(
            0,
            (definition.name,),
            (definition.expr,),
            rule_of_definition(model, definition),
            "forward",
            sections[definition.name],
            label=_label(model, definition.name),
        )


def _backward(solution: Worked) -> Iterator[Place]:
    model = solution.model
    sections = dict(_keys(model, model.outline))
    several = len(model.graph.results) > 1
    for step in solution.steps:
        section = say(f"The derivatives of {step.goal}") if several else sections[step.section]
        yield Place(
            0,
            (step.target, *step.equals),
            symbolic_lines(step),
            rule_of_step(model, step),
            "backward",
            section or say("The parameters"),
            step=step,
        )


def _updates(solution: Worked) -> Iterator[Place]:
    training = solution.training
    if training is None or not training.moved:
        return
    if training.steps == 1:
        for formula in training.formulas:
            yield Place(0, (formula.name,), (formula.expr,), Rule("update"), "update", say("The new parameters"))
        for formula in training.forward:
            if isinstance(formula.expr, Number):
                continue
            yield Place(0, (formula.name,), (formula.expr,), Rule("again"), "update", say("Forward once more"))
        return
    for name in (*training.moved, solution.model.graph.result):
        yield Place(0, (updated_name(name, training.steps),), (), Rule("updates"), "update")


def _titles(model: Model, section: Section, title: Content = ()) -> Iterator[tuple[str, Content]]:
    """For each definition the heading that it stands under."""
    title = _title(model, section, title)
    for part in section.parts:
        if isinstance(part, str):
            yield part, title
        else:
            yield from _titles(model, part, title)


def _keys(model: Model, section: Section, title: Content = ()) -> Iterator[tuple[str, Content]]:
    """For each section, by its key, the heading that its steps stand under."""
    title = _title(model, section, title)
    yield section.key, title
    for inner in section.sections:
        yield from _keys(model, inner, title)


def _title(model: Model, section: Section, outer: Content) -> Content:
    """The heading of a section; a neuron has none of its own."""
    neuron = model.is_dense and outer and not section.sections and not is_cost(model, section)
    return heading_of(section) if section.title and not neuron else outer


def _label(model: Model, name: str) -> str:
    return model.quantities[name].label if model.is_a(name, NET_INPUT, OUTPUT) else ""


def by_name(found: tuple[Place, ...]) -> Mapping[str, Place]:
    """The place of each quantity."""
    return {name: place for place in found for name in place.names}
