"""What is wanted, before it is worked out: whole chains from the cost to a parameter, and what a nudge does.

A derivative that the steps find piece by piece stands here in one line, and is held against what the forward pass gives
when the number is moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from msgspec.structs import replace

from derive.calculus.chains import Chain, Chains, Route
from derive.calculus.digits import ALL_DIGITS
from derive.calculus.nudge import NUDGES, Nudge, falls_as_square, is_legible, is_straight, nudges
from derive.calculus.solution import Worked
from derive.calculus.working import gives, work_out
from derive.catalogue.roles import COST_PART, OUTPUT
from derive.document.blocks import Block, Content, Heading, Math, Paragraph, Row, Table
from derive.document.equations import LINE, Equations
from derive.document.words.phrasing import SENTENCES, capital, count, counted, listed, live, say, sentence
from derive.document.words.precision import small
from derive.document.words.reasons import goal
from derive.expression.tree import ONE, Name, Number, Product
from derive.model.references import derivative_name

#: A model with more connections than this has no nudges: each takes a forward pass with many digits.
_MOST_USES = 20_000
#: More quantities on the way are not named one by one.
_FEW = 3
#: A chain of more slopes is told of, and not written out.
_MOST_SLOPES = 30


class Goal:
    """Writes what is wanted.

    Args:
        solution: the worked model.
        equations: sets the derivations.
        brief: whether the table of nudges is left out.
    """

    def __init__(self, solution: Worked, equations: Equations, *, brief: bool) -> None:
        self.solution, self.equations, self.brief = solution, equations, brief
        self.model = solution.model
        #: What is differentiated: of several samples the cost of the first.
        self.end = self.model.sample_costs[0] if self.model.sample_costs else self.model.graph.result
        self.goal = goal(self.model, self.end)

    def blocks(self) -> Iterator[Block]:
        """The section; nothing where no chain has more than one stage, or there are several results."""
        if not self.solution.steps or len(self.model.graph.results) > 1:
            return
        chains = Chains(self.model, self.end)
        near, far = chains.ends(self.model.wanted)
        if near is None:
            return
        yield Heading(1, say("The goal"), "goal")
        yield from self._near(chains.to(near))
        if self.end == self.model.graph.result and near in self.model.graph.given:  # what is worked out has no nudge
            yield from self._nudged(near)
        if far is not None:
            yield from self._far(chains.to(far))
        yield Paragraph(self._backwards())

    def _near(self, chain: Chain) -> Iterator[Block]:
        yield Paragraph(self._lead(chain))
        yield from self._shown(chain)
        yield from self._in_numbers(chain)

    def _lead(self, chain: Chain) -> Content:
        if chain.count > 1:
            return self._several(chain)
        end = ":" if _is_written(chain) else "."
        through = [Name(stage.by) for stage in chain.first[:-1]][::-1]
        return sentence(
            "{v} acts on {goal} through {through}. Each of these {stages} has a slope of its own, and the slopes "
            f"multiply{end}",
            v=Name(chain.variable),
            goal=self.goal,
            through=listed(through) if len(through) <= _FEW else "a chain of quantities",
            stages=count(len(chain.first), "stage"),
        )

    def _several(self, chain: Chain) -> Content:
        """What is said before a chain of several paths, or instead of one of too many."""
        pieces = {"paths": count(chain.count, "path"), "v": Name(chain.variable), "goal": self.goal}
        if chain.named is None:
            slopes = ":" if _is_written(chain) else f" has {count(len(chain.first), 'slope')}."
            words = f"{{Paths}} lead from {{v}} to {{goal}}, and their products are added. The first of these{slopes}"
            return sentence(words, **{**pieces, "Paths": capital(pieces["paths"])})  # type: ignore[arg-type]
        words = (
            "From {v} {paths} lead to {goal}. Along each the slopes multiply, what the paths share stands once, and "
            "where they part, their products are added:"
        )
        return sentence(words, **pieces)  # type: ignore[arg-type]

    def _shown(self, chain: Chain) -> Iterator[Block]:
        """The chain by names, and worked out where that fits on a line; of too many paths the first."""
        if not _is_written(chain):
            return
        left = Name(chain.target)
        if chain.named is None:
            yield self.equations.product(tuple(stage.named for stage in chain.first))
            return
        equation = self.equations.display(left, [[("=", chain.named)]])
        room = LINE - self.equations.width(left)
        if len(equation.rows) == 1 and chain.worked is not None and self.equations.width(chain.worked) <= room:
            equation = replace(equation, rows=(*equation.rows, Row((("=", chain.worked),))))
        yield equation

    def _in_numbers(self, chain: Chain) -> Iterator[Block]:
        """The slopes as the page prints them, multiplied; nothing where that is not what the steps come to."""
        values, policy = self.solution.values, self.solution.policy
        known = self._printed(chain.first)
        value = values.get(chain.target)
        if chain.count > 1 or value is None or len(known) < 2 or not _is_written(chain):
            return
        working = work_out(Product(tuple(map(Name, known))), values, value, policy)
        line = Math((("", working.substituted), (working.direct, Number(value.shown))))
        # Where each step rounds what it carries on, the product of all may be another number.
        # An exact value has no idle zeros, which one that is rounded to it would need.
        short = working.direct == "≈" and Decimal(value.shown) == value.exact.value
        holds = not short and gives(working.substituted, Decimal(value.shown), policy)
        content = sentence(SENTENCES["chain"], line=line) if holds else ()
        yield Paragraph(say(live("chain", chain.target, *known, content=content)))

    def _printed(self, route: Route) -> tuple[str, ...]:
        """The slopes of a path as quantities that the page has a value of; nothing where one is no such."""
        values = self.solution.values
        found: list[str] = []
        for stage in route:
            own, whole = derivative_name(stage.of, stage.by), derivative_name(self.end, stage.by)
            if self.model.is_a(stage.of, COST_PART) and whole in values:
                found.append(whole)
            elif own in values:
                found.append(own)
            elif isinstance(stage.worked, Name) and stage.worked.name in values:
                found.append(stage.worked.name)
            elif stage.worked != ONE:
                return ()
        return tuple(found)

    def _nudged(self, name: str) -> Iterator[Block]:
        """What the slope tells of nudges of a parameter, and what it does not."""
        graph = self.model.graph
        if sum(map(len, graph.arguments.values())) > _MOST_USES:
            return
        found = nudges(self.solution, name)
        yield Paragraph(say(live("nudge", name, self._goal_word(), content=self._told(name, found))))
        if not self.brief:
            head = (say("nudge"), say("expected"), say("true"), say("difference"))
            rows = tuple(self._row(name, place, found) for place in range(NUDGES))
            yield Table(head, "rrrr", rows)

    def _goal_word(self) -> str:
        """What is differentiated, as a word; empty where it goes by its sign."""
        return self.goal if isinstance(self.goal, str) else ""

    def _told(self, name: str, found: Sequence[Nudge]) -> Content:
        if not found:
            return ()
        nudge = found[1]
        place = nudge.change.adjusted() - 1
        slope = self.solution.gradient(name).shown.lstrip("-")
        rest = "straight" if is_straight(found) else "bend as square" if falls_as_square(found) else "bend"
        return sentence(
            SENTENCES["nudge"],
            v=Name(name),
            by=self._number(nudge.by.normalize()),
            goal=self.goal,
            moves=SENTENCES["nudge up" if nudge.change > 0 else "nudge down"],
            before=self._number(_to(nudge.before, place)),
            after=self._number(_to(nudge.after, place)),
            expected=Product((Number(format(nudge.by.normalize(), "f")), Number(slope))),
            rest=sentence(SENTENCES[rest], goal=self.goal),
        )

    def _row(self, name: str, row: int, found: Sequence[Nudge]) -> tuple[Content, ...]:
        cells: tuple[Content, ...] = ((),) * 4
        if found and is_legible(found):
            nudge = found[row]
            place = nudge.bend.adjusted() - 1
            expected, true = _to(nudge.expected, place), _to(nudge.change, place)
            numbers = (nudge.by.normalize(), expected, true, _to(true - expected, place))
            cells = tuple(self._number(each) for each in numbers)
        return tuple(
            say(live("nudge cell", name, str(row), str(column), content=cell)) for column, cell in enumerate(cells)
        )

    def _number(self, value: Decimal) -> Content:
        if self.solution.policy.significant is not None:
            return say(Number(self.solution.policy.sized(value)))
        return small(value, powers=False)

    def _far(self, chain: Chain) -> Iterator[Block]:
        """The same for a parameter further back, and what each path to it carries."""
        if chain.count > 1:
            yield Paragraph(self._several(chain))
        else:
            words = f"The way to {{v}} is longer: its chain has {{slopes}}{':' if _is_written(chain) else '.'}"
            yield Paragraph(sentence(words, v=Name(chain.variable), slopes=count(len(chain.first), "slope")))
        yield from self._shown(chain)
        yield from self._shares(chain)

    def _shares(self, chain: Chain) -> Iterator[Block]:
        """Which part of the derivative each of several paths carries."""
        labels = [self._label(route, chain.routes) for route in chain.routes]
        slopes = [self._printed(route) for route in chain.routes]
        if len(labels) < 2 or len({*labels}) < len(labels) or not all(slopes):
            return
        about = (part for pair in zip(labels, slopes, strict=True) for part in map(" ".join, pair))
        yield Paragraph(say(live("shares", chain.target, *about, content=self._told_shares(chain, labels, slopes))))

    def _told_shares(self, chain: Chain, labels: Sequence[Sequence[str]], slopes: Sequence[Sequence[str]]) -> Content:
        parts = [self.solution.product(*names).exact.value for names in slopes]
        total = sum(parts)
        if not total:
            return ()
        told = [
            sentence(
                SENTENCES["share" if place else "first share"],
                outputs=listed([*map(Name, label)]),
                share=_percent(part / total),
            )
            for place, (label, part) in enumerate(zip(labels, parts, strict=True))
        ]
        return sentence(SENTENCES["shares"], target=Name(chain.target), parts=listed(told))

    def _label(self, route: Route, routes: Sequence[Route]) -> tuple[str, ...]:
        """What a path alone leads through, from the parameter on: outputs, or what comes first."""
        common = set.intersection(*({stage.by for stage in each} for each in routes))
        own = [stage.by for stage in route if stage.by not in common][::-1]
        outputs = [name for name in own if self.model.is_a(name, OUTPUT)]
        return tuple(outputs or own[:1])

    def _backwards(self) -> Content:
        parameters = len(self.model.wanted)
        what = "parameter" if self.model.learnt else "number"
        if parameters == 1:
            return say("The way back finds these slopes one by one, from the cost on.")
        return sentence(
            "Chains to different {what}s begin with the same slopes. So the way goes backwards: from {goal} on each "
            "slope is found once, and one pass gives the derivatives with respect to {all}. To move each of them "
            "up and down instead takes {passes} forward passes.",
            what=what,
            goal=self.goal,
            all=f"both {what}s" if parameters == 2 else f"all {count(parameters, what)}",
            passes=counted(2 * parameters),
        )


def _is_written(chain: Chain) -> bool:
    """Whether a chain is short enough to be written out; of several paths the first is asked."""
    return len(chain.first) <= _MOST_SLOPES


def _to(value: Decimal, place: int) -> Decimal:
    """A value rounded to a power of ten; never −0."""
    rounded = value.quantize(Decimal(1).scaleb(place), ROUND_HALF_EVEN, ALL_DIGITS)
    return rounded if rounded else rounded.copy_abs()


def _percent(share: Decimal) -> str:
    whole = _to(share * 100, 0)
    if not whole:
        return SENTENCES["small share"]
    return f"{whole}\u202f%".replace("-", "−")
