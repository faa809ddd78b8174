"""The forward pass and the cost, in the order of the outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from derive.calculus.solution import Worked
from derive.catalogue.activations import ACTIVATIONS, LAYER_FUNCTIONS
from derive.catalogue.roles import BIAS, COST, COST_PART, NET_INPUT, OUTPUT, SAMPLE_COST
from derive.document.blocks import Block, Content, Heading, Paragraph
from derive.document.equations import Equations, is_long_sum
from derive.document.figures.arrays.array_figures import ArrayFigures
from derive.document.sections.many_times import by_quantity, definitions_of, others, recurrences, repeated
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.tables import table
from derive.document.words.cases import case_remark
from derive.document.words.headings import heading_of
from derive.document.words.phrasing import SENTENCES, capital, counted, known, listed, live, say, sentence, shown
from derive.expression.tree import Name, Number
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.references import derivative_name

#: An output that follows its net input more slowly than this is called saturated.
_SATURATED = Decimal("0.01")

#: What an activation levels off at, far down and far up.
_LIMITS = {"sigmoid": ("0", "1"), "tanh": ("-1", "1")}


_BRIEF = "This page is brief: of each layer the first neuron is worked out, with one weight; the others are in tables."
_BRIEF_ENTRIES = (
    "This page is brief: of each array the first entry is worked out in full, and of equations that are alike, as "
    "those of several times, the first; the others, which follow the same rules, stand in tables."
)
#: What leads to one entry of an array: in a few words where another came about in the same way before.
ONE_ENTRY: Final = ("One entry:", "One entry, number by number:")
#: So many arrays that come about as others are told as wholes.
_FEW_ARRAYS = 6
_OTHERS = ("The other in the same way:", "The others in the same way:")
_ENTRIES = (say("quantity"), say("how it comes about"), say("value"))


class Forward:
    """Writes the forward pass.

    Args:
        solution: the worked model.
        equations: sets the derivations.
        lines: sets those of arrays; None where each entry is told by itself.
        brief: whether of sections that stand side by side only the first is written in full.
    """

    def __init__(
        self, solution: Worked, equations: Equations, lines: MatrixLines | None = None, *, brief: bool
    ) -> None:
        self.solution = solution
        self.equations = equations
        self.lines = lines
        self.brief = brief
        self.model = solution.model
        self.definitions = solution.model.graph.definitions
        #: On a brief page the parts that are like one before but for numbers in names, such as the times of a recurrent
        #: network. They are told in tables, without headings of their own within.
        self.repeated = repeated(solution.model) if brief and lines is None else frozenset[str]()
        #: What goes over many values of an index, of which only the first is told.
        self.long = {section.key for section in recurrences(solution.model)} if brief else set()
        over = self.model.recurrence
        self.starts = over.starts(self.model.graph) if over else frozenset[str]()
        self.figures = ArrayFigures(solution)
        #: What has been said once already: the activations, and the roles.
        self.explained: set[str] = set()

    def blocks(self) -> Iterator[Block]:
        """The forward pass."""
        yield Heading(1, say("Forward pass"), "forward")
        yield Paragraph(say(self._introduction()))
        if self.lines is not None:
            yield Paragraph(self.lines.legend())
        elif self.brief:
            yield Paragraph(say(_BRIEF if self.model.is_dense else _BRIEF_ENTRIES))
        parts = forward_parts(self.model)
        several = len(parts) > 1
        headed = False
        for part in self._begun(parts):
            if isinstance(part, Paragraph):
                yield part
                continue
            if isinstance(part, Section) and part.sections and part.sections == self.model.sample_sections:
                yield from self._samples(part)
                continue
            if isinstance(part, Section) and several and (part.title or headed):
                title = heading_of(part) if part.title else self._untitled(part)
                yield Heading(2, title, f"forward-{part.key}")
                yield from _said_by_author(part)
            titled = isinstance(part, Section) and part.title
            yield from self._part(part, 3 if titled or self.model.is_dense else 2)
            # What comes behind sections with headings of their own is none of the last of them.
            headed = isinstance(part, Section) and any(
                inner.title for section in part.all for inner in section.sections
            )

    def _untitled(self, part: Section) -> Content:
        """The heading of a part of which the author says nothing, behind parts with headings of their own."""
        names = [*part.definitions]
        return say("From there to ", Name(names[-1])) if names[-1] in self.model.graph.results else say("What follows")

    def _introduction(self) -> str:
        if self.lines is not None and self.model.is_dense:
            return (
                "From the inputs to the output, layer by layer: first the net inputs, then what the activation "
                "function makes of them."
            )
        if self.model.samples > 1:
            return (
                "The network is worked out for each sample by itself, with the same weights: from the inputs to the "
                "output, neuron by neuron, first the net input, then what the activation function makes of it. The "
                "number in square brackets says which sample a quantity belongs to."
            )
        if self.model.is_dense:
            return "Neuron by neuron: first the net input, then what the activation function makes of it."
        return "From what is given on, line by line: the numbers are put into each formula, and it is worked out."

    def _part(self, part: Section | str, level: int = 3) -> Iterator[Block]:
        """A part, with headings of a level for what has a title within it."""
        if isinstance(part, str):
            yield from self._definition(part)
        elif part.key in self.repeated:
            yield Paragraph(say("In the same way:"))
            yield from table(_ENTRIES, "llr", list(part.definitions), self._entry, "entry")
        elif part.sections and not part.backwards:
            yield from self._side_by_side(part, level)
        elif part.abreast and self.lines is not None:
            yield from self._array(part, self.lines)
        elif part.abreast and self.brief and len(part.parts) > 1:
            first, *rest = part.definitions
            yield from self._definition(first)
            yield Paragraph(say(_OTHERS[len(rest) > 1]))
            yield from table(_ENTRIES, "llr", rest, self._entry, "entry")
        elif part.key in self.long:
            yield from self._each(part.parts[:1], level)
            yield Heading(level, others(part.sections[1:]), f"forward-{part.key}-others")
            told, likewise = (by_quantity(definitions_of(parts)) for parts in (part.parts[:1], part.parts[1:]))
            for quantity, entries in likewise.items():
                yield Paragraph(say("As ", Name(told[quantity][0]), ":"))
                yield from table(_ENTRIES, "llr", entries, self._entry, "entry")
        else:
            yield from self._each(part.parts, level)
        if isinstance(part, Section) and part.abreast:
            yield from self.figures.of(next(part.definitions))

    def _each(self, parts: Sequence[Section | str], level: int) -> Iterator[Block]:
        """Parts one after the other, under headings of a level for what has a title."""
        for inner in self._begun(parts):
            if isinstance(inner, Paragraph):
                yield inner
                continue
            if isinstance(inner, Section) and inner.title:
                yield Heading(level, heading_of(inner), f"forward-{inner.key}")
                yield from _said_by_author(inner)
            yield from self._part(inner, level)

    def _begun(self, parts: Sequence[Section | str]) -> Iterator[Section | str | Paragraph]:
        """Parts one by one; the numbers that a recurrence starts with are told in a sentence."""
        for are_starts, group in groupby(parts, self._is_start):
            if are_starts:
                names = [part for part in group if isinstance(part, str)]
                values = self.solution.values
                yield Paragraph(say("It starts with ", listed([say(known(name, values[name])) for name in names]), "."))
            else:
                yield from group

    def _is_start(self, part: Section | str) -> bool:
        """Whether a recurrence starts with a part, which is a number and of which the author says nothing."""
        return isinstance(part, str) and part in self.starts and not self.model.quantities[part].note

    def _array(self, part: Section, lines: MatrixLines) -> Iterator[Block]:
        """The entries of one array, in matrices; and how the first comes about, where both are wanted."""
        first = next(part.definitions)
        lead = self._sentence(first)
        if lead:
            yield Paragraph(lead)
        yield from lines.definition(lines.array_of[first])
        yield from self._along_rows(first)
        array = lines.array_of[first]
        is_first = lines.is_first(self.model.formulas.get(array))
        if self.solution.view == "both" and (is_first or not self.brief):
            values = self.solution.values
            example = next((name for name in part.definitions if values[name].exact.value not in (0, 1)), first)
            yield Paragraph(say(ONE_ENTRY[is_first]))
            yield self.derivation(example, one_line=not is_first)
            yield from self.case(example)

    def _samples(self, part: Section) -> Iterator[Block]:
        """The network at each of its samples; on a brief page at the first, with the others in tables."""
        shown = part.sections[:1] if self.brief else part.sections
        for sample in shown:
            for layer in sample.sections:
                if not is_cost(self.model, layer):
                    yield Heading(2, heading_of(layer), f"forward-{layer.key}")
                    yield from self._part(layer)
        rest = part.sections[len(shown) :]
        if not rest:
            return
        yield Heading(2, say("The other samples"), f"forward-{part.key}")
        head = (say("neuron"), say("net input"), say("output"))
        for sample in rest:
            yield Paragraph(say(f"{capital(sample.title)} in the same way:"))
            yield from table(head, "lll", self._neurons(sample), self._neuron_row, "neuron")

    def _neurons(self, section: Section) -> Sequence[tuple[str, str]]:
        """The net input and the output of each neuron in a section."""
        found = tuple(section.definitions)
        net_inputs, outputs = ([name for name in found if self.model.is_a(name, role)] for role in (NET_INPUT, OUTPUT))
        return tuple(zip(net_inputs, outputs, strict=True))

    def _side_by_side(self, part: Section, level: int) -> Iterator[Block]:
        shown = part.sections[:1] if self.brief else part.sections
        for section in shown:
            if section.title:
                yield Heading(level, heading_of(section), section.key)
                yield from _said_by_author(section)
            yield from self._part(section, level)
        rest = part.sections[len(shown) :]
        if rest and not self.model.is_dense:
            entries = [name for section in rest for name in section.definitions]
            yield Paragraph(say(_OTHERS[len(entries) > 1]))
            yield from self._likewise(entries)
        elif rest:
            others = "neuron" if len(rest) == 1 else counted(len(rest)) + " neurons"
            yield Paragraph(say(f"The other {others} of this layer in the same way:"))
            whole = len(tuple(part.definitions)) == len(part.sections)
            head = (say("neuron"), say("net input"), *(() if whole else (say("output"),)))
            yield from table(head, "ll" if whole else "lll", rest, self._row, "neuron")

    def _likewise(self, entries: Sequence[str]) -> Iterator[Block]:
        """What comes about as others before it: a few arrays as wholes, everything else in a table."""
        arrays = {} if self.lines is None else self.lines.array_of
        told = dict.fromkeys(arrays.get(name, "") for name in entries)
        if self.lines is None or "" in told or len(told) > _FEW_ARRAYS:
            yield from table(_ENTRIES, "llr", entries, self._entry, "entry")
            return
        for array in told:
            yield from self.lines.definition(array)

    def _entry(self, name: str) -> tuple[Content, ...]:
        value = shown(name, self.solution.values[name])
        return say(Name(name)), say(self.definitions[name].expr), say(value)

    def _definition(self, name: str) -> Iterator[Block]:
        role = self.model.quantities[name].role
        says = {NET_INPUT: self._net_input_sentence, OUTPUT: self._activation_sentence}.get(role, self._sentence)
        lead = says(name)
        if lead:
            yield Paragraph(lead)
        if self.lines is not None and self.lines.told(name):
            yield from self.lines.definition(name)
            yield from self._along_rows(name)
            if self.solution.view == "matrix":
                return
            yield Paragraph(say("Number by number:"))
        yield self.derivation(name, one_line=role == OUTPUT and len(self.definitions[name].own_steps) == 1)
        yield from self._along_rows(name)
        if role == NET_INPUT:
            return
        yield from self.case(name)
        yield from self._saturated(name)

    def _sentence(self, name: str) -> Content:
        note = "" if name in self.model.later_entries else self.model.quantities[name].note
        if not note:
            return ()
        # A colon leads to the formula, unless the note has one of its own, or ends as a sentence does.
        return say(f"{capital(note)}{'' if note[-1] in '.:!?' else '.' if ': ' in note else ':'}")

    def _along_rows(self, name: str) -> Iterator[Block]:
        """Which way a vector goes that meets a square matrix, at the first member of an equation."""
        definition = self.definitions[name]
        told = f"rows of {definition.source}"
        if not definition.along_rows or told in self.explained:
            return
        self.explained.add(told)
        first, second, *rest = definition.along_rows
        more = ", and so on" if rest else ""
        yield Paragraph(
            say(
                "Here a vector meets a square matrix. It goes along each row: ",
                first,
                " belongs to the first column and ",
                second,
                f" to the second{more}.",
            )
        )

    def _net_input_sentence(self, name: str) -> Content:
        first = NET_INPUT.key not in self.explained
        self.explained.add(NET_INPUT.key)
        if not first:
            return say("Net input:")
        biased = any(self.model.is_a(argument, BIAS) for argument in self.model.graph.arguments[name])
        ending = ", plus its bias:" if biased else ":"
        return say(f"The net input is the weighted sum of what the neuron receives{ending}")

    def _activation_sentence(self, name: str) -> Content:
        activation = self.definitions[name].applies
        if activation in LAYER_FUNCTIONS:
            return self._layer_function_sentence(name)
        row = ACTIVATIONS.get(activation)
        title = "the activation function" if row is None else row.title
        known = activation in self.explained
        self.explained.add(activation)
        if row is None or known:
            return say(f"Output, by {title}:")
        if activation == "identity":
            return say("The activation function is the identity, so that the neuron passes its net input on unchanged:")
        return say(f"The activation function is {title}: the neuron {row.phrase}.")

    def _layer_function_sentence(self, name: str) -> Content:
        row = LAYER_FUNCTIONS[self.definitions[name].applies]
        if row.name in self.explained:
            return ()
        self.explained.add(row.name)
        return say(
            f"The activation function of the layer is {row.title}, which {row.phrase}: each is the exponential of its "
            "own net input, divided by the sum of the exponentials of all."
        )

    def _saturated(self, name: str) -> Iterator[Block]:
        definition = self.definitions[name]
        if definition.applies not in _LIMITS:
            return
        for argument in definition.own_steps:
            slope = derivative_name(name, argument)
            saturated = is_saturated(self.solution.values[slope].exact.value)
            low, high = _LIMITS[definition.applies]
            negative = self.solution.values[argument].exact.value < 0
            remark = sentence(SENTENCES["saturated"], z=Name(argument), limit=Number(low if negative else high))
            yield Paragraph(say(live("saturated", argument, slope, low, high, content=remark if saturated else ())))

    def case(self, name: str) -> Iterator[Block]:
        """Which case of a formula holds, where it is by cases."""
        remark = case_remark(self.solution, name, self.definitions[name].expr)
        if remark:
            yield Paragraph(remark)

    def derivation(self, name: str, *, one_line: bool = False) -> Block:
        """The lines of a definition."""
        working, formula = self.solution.forward(name), self.definitions[name].expr
        if self.brief and not self.model.is_dense and is_long_sum(formula):
            return self.equations.long_sum(Name(name), (formula,), self.solution.values[name])
        if one_line:
            return self.equations.one_line(Name(name), (formula,), working)
        return self.equations.derivation(Name(name), (formula,), working)

    def _row(self, section: Section) -> tuple[Content, ...]:
        return self._neuron_row(tuple(section.definitions))

    def _neuron_row(self, names: tuple[str, ...]) -> tuple[Content, ...]:
        values = self.solution.values
        label = self.model.quantities[names[0]].label
        return (say(label), *(say(known(name, values[name])) for name in names))


def forward_parts(model: Model) -> Sequence[Section | str]:
    """What the forward pass goes through: all parts of the model in which something is worked out, but for the cost."""
    return [
        part
        for part in model.outline.parts
        if isinstance(part, str) or (any(part.definitions) and not is_cost(model, part))
    ]


def is_cost(model: Model, section: Section) -> bool:
    """Whether a section is about the cost, which has a part of the page to itself."""
    names = tuple(section.definitions)
    return bool(names) and all(model.is_a(name, COST, COST_PART, SAMPLE_COST) for name in names)


def is_saturated(slope: Decimal) -> bool:
    """Whether an output hardly follows its net input any more."""
    return abs(slope) < _SATURATED


def _said_by_author(section: Section) -> Iterator[Block]:
    """What the author says below a heading, as a paragraph."""
    if section.says:
        yield Paragraph(say(capital(section.says)))
