"""What rounding erased or hollowed out: told where it happens, and collected at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

from derive.calculus.solution import Worked
from derive.calculus.steps import Step
from derive.calculus.values import Value
from derive.catalogue.roles import NET_INPUT
from derive.document.blocks import Block, Content, Heading, Note, Paragraph, Table
from derive.document.sections.forward import is_saturated
from derive.document.words.phrasing import SENTENCES, capital, count, counted, listed, live, say, sentence, step_link
from derive.document.words.precision import full_precision
from derive.expression.tree import Name, Number
from derive.model.references import derivative_name
from derive.numbers.rounding import RoundingPolicy

#: The most decimals that a file may ask for.
_MOST_DECIMALS = 50

#: A page of more quantities than this does not keep places for what might be damaged with other numbers.
MOST_LIVE = 1000


class Losses:
    """Tells what rounding took.

    Args:
        solution: the worked network.
    """

    def __init__(self, solution: Worked) -> None:
        self.solution = solution
        self.number_of = solution.step_numbers

    def notes(self, step: Step) -> Iterator[Note]:
        """The remarks behind a step whose value rounding may damage."""
        value = self.solution.values[step.target]
        about = step.target, *self._slope(step)
        erased: Content = ()
        hollow: Content = ()
        vanished: Content = ()
        full = full_precision(value, self.solution.policy)
        if value.exact.vanished and value.loss is not None:
            vanished = sentence(SENTENCES["vanished"], because=self._because(step))
        elif value.loss == "erased":
            because, remedy = self._because(step), self._remedy(value)
            erased = sentence(SENTENCES["erased"], full=full, zero=Number("0"), because=because, remedy=remedy)
        elif value.loss == "hollow":
            left = self.solution.policy.kept_digits(value.shown)
            hollow = sentence(
                SENTENCES["hollow"],
                left=count(left, "significant digit"),
                are="is" if left == 1 else "are",
                full=full,
                remedy=self._remedy(value),
            )
        yield Note("This value is not 0.", say(live("vanished", *about, content=vanished)))
        yield Note("Rounding has erased this value.", say(live("erased", *about, content=erased)))
        yield Note("Rounding has hollowed this value out.", say(live("hollow", *about, content=hollow)))

    def _slope(self, step: Step) -> tuple[str, ...]:
        """The slope of the neuron whose net input a step is about, and what the neuron is called."""
        model = self.solution.model
        if step.rule == "activation" or not model.is_a(step.variable, NET_INPUT):
            return ()
        output, *others = model.graph.users[step.variable]
        if others:  # a softmax
            return ()
        return derivative_name(output, step.variable), model.quantities[output].label

    def _loss(self, name: str) -> str | None:
        return self.solution.values[name].loss

    def _because(self, step: Step) -> Content:
        inherited = [name for name in step.uses if name in self.number_of and self._loss(name) == "erased"]
        if inherited:
            links = [say(step_link(self.number_of[name])) for name in inherited]
            return sentence(SENTENCES["inherited"], steps=listed(links))
        match self._slope(step):
            case (slope, label) if is_saturated(self.solution.values[slope].exact.value):
                return sentence(SENTENCES["flat"], neuron=label, slope=Name(slope))
            case _:
                return say(".")

    def _remedy(self, value: Value) -> Content:
        if self.solution.policy.decimals is None:
            return ()
        digits = _worth_keeping(value, self.solution.policy)
        decimals = digits - 1 - value.exact.value.adjusted()
        if decimals <= self.solution.policy.decimals:  # a large value, which numbers carried on took away
            return ()
        if decimals > _MOST_DECIMALS:
            return say(SENTENCES["significant"])
        return sentence(SENTENCES["more decimals"], decimals=capital(counted(decimals)), digits=counted(digits))

    def summary_note(self, steps: Sequence[Step], where: str = "table") -> Note:
        """The remark behind a table of steps, or behind the entries of a matrix."""
        lost = [step.target for step in steps if self._loss(step.target)]
        values, policy = self.solution.values, self.solution.policy
        parts = [say(Name(name), " is ", full_precision(values[name], policy)) for name in lost[:8]]
        more = "" if len(lost) <= 8 else f" (and {len(lost) - 8} more)"
        remark = sentence(SENTENCES["damaged"], values=listed(parts), more=more) if lost else ()
        about = tuple(step.target for step in steps) if len(steps) <= MOST_LIVE else ()
        return Note(f"Rounding has damaged values in this {where}.", say(live("damaged", *about, content=remark)))

    def blocks(self) -> Iterator[Block]:
        """The collection at the end of the page."""
        values, policy = self.solution.values, self.solution.policy
        aliases = self._aliases()
        names = [name for name in values if name not in aliases]
        lost = [name for name in names if values[name].loss is not None]
        worst = self._worst_carried()
        title = say("What rounding did") if lost or worst else ()
        yield Heading(1, say(live("rounding title", content=title)), "rounding")
        yield Paragraph(say(live("rounding", content=self._summary([(name, values[name]) for name in lost]))))
        listed_names = lost[:_MANY]
        rows = [
            self._row(name, there=name in listed_names) for name in (names if len(names) <= MOST_LIVE else listed_names)
        ]
        if rows:
            yield Table(
                (say("quantity"), say("printed"), say("at full precision"), say("what happened"), say("where")),
                "lrrll",
                tuple(rows),
            )
        more = sentence(SENTENCES["more lost"], count=str(len(lost) - _MANY)) if len(lost) > _MANY else ()
        yield Paragraph(say(live("more lost", content=more)))
        remark: Content = ()
        if worst is not None:
            name, value = worst
            remark = sentence(
                SENTENCES["worst"],
                quantity=Name(name),
                printed=Number(value.shown),
                full=full_precision(value, policy),
            )
        yield Paragraph(say(live("worst", content=remark)))

    def _row(self, name: str, *, there: bool) -> tuple[Content, ...]:
        """A damaged value in the table; or the place that it would have there."""
        value = self.solution.values[name]
        number = self.number_of.get(name)
        cells = (
            say(Number(value.shown)),
            full_precision(value, self.solution.policy),
            say("erased" if value.loss == "erased" else "hollowed out"),
            say("–" if number is None else step_link(number)),
        )
        columns = (
            say(live("lost", name, str(column), content=cell if there else ())) for column, cell in enumerate(cells)
        )
        return say(Name(name)), *columns

    def _aliases(self) -> frozenset[str]:
        """What the page tells by another name, or not at all."""
        training = self.solution.training
        aside = frozenset() if training is None else training.aside
        return aside | {alias for step in self.solution.steps for alias in step.equals}

    def _summary(self, lost: Sequence[tuple[str, Value]]) -> Content:
        if not lost:
            return ()
        policy = self.solution.policy
        erased = sum(value.loss == "erased" for _, value in lost)
        hollow = len(lost) - erased
        damage: list[Content] = []
        if erased:
            are = "is" if erased == 1 else "are"
            damage.append(sentence(SENTENCES["erased values"], values=count(erased, "value"), are=are))
        if hollow:
            damage.append(sentence(SENTENCES["hollow values"], values=count(hollow, "value")))
        remedy: Content = ()
        within_reach = [value for _, value in lost if not value.exact.vanished]
        places = [(_worth_keeping(value, policy), value.exact.value.adjusted()) for value in within_reach]
        if (
            policy.decimals is not None
            and places
            and all(digits - 1 - size > policy.decimals for digits, size in places)
        ):
            decimals = max(digits - 1 - size for digits, size in places)
            fewest = min(decimals + 1 + size for _, size in places)
            which, those = ("it", "it") if len(within_reach) == 1 else ("each of them", "them")
            if len(within_reach) < len(lost):
                which, those = "each that can be written", "those that can be written"
            remedy = (
                sentence(SENTENCES["decimals for all"], decimals=counted(decimals), which=which, digits=counted(fewest))
                if decimals <= _MOST_DECIMALS
                else sentence(SENTENCES["significant for all"], those=those)
            )
        kept = (
            f"{policy.decimals} decimals" if policy.decimals is not None else f"{policy.significant} significant digits"
        )
        return sentence(SENTENCES["rounding"], kept=kept, damage=listed(damage), remedy=remedy)

    def _worst_carried(self) -> tuple[str, Value] | None:
        """The gradient that carried rounding moved furthest, if it shows in the printed digits."""
        if not self.solution.policy.each_step:
            return None
        worst: tuple[str, Value] | None = None
        furthest = Decimal(0)
        for step in self.solution.steps:
            value = self.solution.values[step.target]
            if value.loss is not None or not value.exact.value:
                continue
            exact = value.exact.value
            off = _FAR.divide(_FAR.subtract(Decimal(value.shown), exact), exact).copy_abs()
            if off > furthest and Decimal(value.shown) != self.solution.policy.rounded(value.exact.value):
                worst, furthest = (step.target, value), off
        return worst


#: A printed number may be as many powers of ten away from the true one as can be written.
_FAR = Context(prec=50, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])

#: How many damaged values are listed at the end of a page.
_MANY = 40


def _worth_keeping(value: Value, policy: RoundingPolicy) -> int:
    """How many significant digits of a damaged value would be worth having: two, or one more than are left."""
    left = policy.kept_digits(value.shown) if value.loss == "hollow" else 0
    return max(2, left + 1)
