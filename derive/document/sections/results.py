"""What comes of it: the table of all gradients, and the proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from derive.calculus.chains import MOST_PATHS, Chains
from derive.calculus.solution import Worked
from derive.calculus.values import Value
from derive.catalogue.roles import COST, NET_INPUT
from derive.document.blocks import Block, Content, Heading, Link, Paragraph, Table
from derive.document.equations import Equations
from derive.document.tables import MOST_ROWS, table
from derive.document.words.phrasing import SENTENCES, live, say, sentence, shown
from derive.document.words.precision import full_precision, small
from derive.document.words.reasons import goal
from derive.expression.tree import Expr, Name, Number
from derive.model.references import derivative_name
from derive.numbers.rounding import scientific
from derive.proof.report import Comparison, Report

#: The digits of a derivative in the table of proofs.
_PROVED = 12
#: The widest product in the table of gradients, in the size of its letters.
_LONGEST_PRODUCT = 34.0


def gradients(solution: Worked, *, brief: bool) -> Iterator[Block]:
    """The table of all gradients; one for each result. A brief page does not tell what is multiplied for each."""
    model, results = solution.model, solution.model.graph.results
    if not results or not model.wanted:
        return
    cost = goal(model) if len(results) == 1 else "what is differentiated"
    yield Heading(1, say("All gradients" if model.learnt else "All derivatives"), "gradients")
    if model.learnt:
        yield Paragraph(
            sentence(
                "A positive gradient means that {cost} grows with the parameter, so that the parameter has to be "
                "lowered; a negative one, that it has to be raised. The larger the gradient, the more a small change "
                "does.",
                cost=cost,
            )
        )
    else:
        yield Paragraph(
            sentence(
                "Where the derivative is positive, {cost} grows with the number; where it is negative, {cost} falls. "
                "The larger it is, the more a small change does.",
                cost=cost,
            )
        )
    for result in results:
        if len(results) > 1:
            yield Paragraph(say("Of ", Name(result), ":"))
        yield from _gradients_of(solution, result, brief=brief)


def _gradients_of(solution: Worked, result: str, *, brief: bool) -> Iterator[Block]:
    model = solution.model
    values = [(parameter, solution.gradient(parameter, result)) for parameter in model.wanted]
    with_full = _worth_a_column(solution, values)
    products = {} if brief else _whole_products(solution, result)

    def row(item: tuple[str, Value]) -> tuple[Content, ...]:
        name, value = item
        gradient = derivative_name(result, name)
        full = full_precision(value, solution.policy) if with_full else ()
        return (
            say(Name(name)),
            say(shown(name, solution.values[name])),
            say(shown(gradient, value)),
            say(live("full", gradient, content=full)),
            say(live("direction", gradient, content=_direction(value))),
            *((say(products[name]),) if products else ()),
        )

    full = say(live("full title", content="at full precision" if with_full else ()))
    lower: str | Content = "to lower the cost" if model.is_a(result, COST) else say("to lower ", Name(result))
    number = "parameter" if model.learnt else "quantity"
    heads: tuple[Content, ...] = (say(number), say("value"), say("gradient"), full, say(lower))
    if products:
        heads += (say("as a product of slopes"),)
    yield from table(heads, "lrrrll"[: len(heads)], values, row, number)


def _whole_products(solution: Worked, result: str) -> dict[str, Expr]:
    """The derivative by each number as a product of all slopes on the way, each as far as it fits its row.

    One that does not fit begins with the derivatives by the net inputs of a layer. Nothing where one has none such.
    """
    model = solution.model
    if solution.view != "scalar" or model.samples > 1 or len(model.wanted) > MOST_ROWS:
        return {}
    chains, width = Chains(model, result), Equations(model.symbols).on_a_line
    layers: dict[int, set[str]] = {}  # of net inputs, by how far they are from the result
    for name, depth in chains.depths.items():
        if model.is_a(name, NET_INPUT):
            layers.setdefault(depth, set()).add(name)
    found = {}
    for name in model.wanted:
        if name not in chains.depths:
            return {}
        begins = [layers[depth] for depth in sorted(layers) if depth < chains.depths[name]]
        if chains.counts[name] <= MOST_PATHS:
            begins.insert(0, set())
        fitting = (chains.worked_out(name, each) for each in begins)
        product = next((each for each in fitting if width(each) <= _LONGEST_PRODUCT), None)
        if product is None:
            return {}
        found[name] = product
    return found


def _worth_a_column(solution: Worked, values: Sequence[tuple[str, Value]]) -> bool:
    """Whether full precision says more than what is printed: it does not where that is exact in every row."""
    if not solution.policy.each_step:
        return any(value.loss for _, value in values)
    return any(not value.exact.exact or Decimal(value.shown) != value.exact.value for _, value in values)


def _direction(value: Value) -> str:
    if not value.exact.sign:
        return SENTENCES["no effect"]
    word = SENTENCES["lower" if value.exact.sign > 0 else "raise"]
    return SENTENCES["direction lost"].format(word=word) if value.loss == "erased" else word


def proof(solution: Worked, report: Report) -> Iterator[Block]:
    """The derivatives held against numeric ones, in a sentence; what it is about stands in :func:`comparisons`."""
    if not report.rows:  # nothing is differentiated
        return
    cost = goal(solution.model)
    moved = "parameter" if solution.model.learnt else "number"
    yield Heading(1, say("Is it true?"), "proof")
    yield Paragraph(
        sentence(
            f"Each derivative above is held against one that knows nothing of the chain rule: the {moved} is moved up "
            "and down a little, the whole forward pass is made again with many digits, and {change} is divided by the "
            f"{moved}'s (central differences, refined by Richardson's extrapolation). {{note}}{{outcome}}{{worst}} All "
            "numbers stand in {place}.",
            change="the cost's change" if isinstance(cost, str) else say("the change of ", cost),
            note=report.note + " " if report.note else "",
            outcome=live("proof", content=_outcome(report)),
            worst=live("worst difference", content=_worst(solution, report)),
            place=Link("check", "the last table"),
        )
    )


def comparisons(solution: Worked, report: Report) -> Iterator[Block]:
    """The table behind the proof, for the end of a page."""
    if not report.rows:
        return
    # Powers of ten are for pages with significant digits; one with decimals counts the digits that agree.
    powers = solution.policy.significant is not None
    measure = "relative difference" if powers else "digits that agree"

    def compared(row: Comparison) -> tuple[Content, ...]:
        parts = {
            "derived": _digits(row.derived, powers=powers),
            "numeric": _digits(row.independent, powers=powers) if row.judged else say("–"),
            "difference": _difference(row) if powers else _agreement(row),
        }
        return (say(Name(row.name)), *(say(live(kind, row.name, content=part)) for kind, part in parts.items()))

    yield Heading(1, say("The check, derivative by derivative"), "check")
    head = (say("derivative"), say("derived"), say("numeric"), say(measure))
    for block in table(head, "lrrr", report.rows, compared, "derivative"):
        yield replace(block, folded="Derived and numeric, side by side") if isinstance(block, Table) else block


def _worst(solution: Worked, report: Report) -> Content:
    """How far apart the two are at most; nothing where they cannot be judged, or do not agree."""
    differences = [row.difference for row in report.rows if row.judged and row.difference is not None]
    if not differences or not report.holds:
        return ()
    worst = max(differences)
    if not worst:
        return say(SENTENCES["no difference"])
    if solution.policy.significant is not None:
        number = Number(scientific(Decimal(f"{worst:.0e}")))
        return sentence(SENTENCES["worst relative"], difference=number)
    return sentence(SENTENCES["worst digits"], digits=_digits_agreeing(worst))


def _outcome(report: Report) -> str:
    """What the comparisons come to."""
    judged = sum(row.judged for row in report.rows)
    some = "judged agree" if judged else "none judged"
    key = "not all agree" if not report.holds else "all agree" if judged == len(report.rows) else some
    return SENTENCES[key].format(judged=f"{judged:,}", total=f"{len(report.rows):,}")


def _digits(value: Decimal | None, *, powers: bool) -> Content:
    if not value:
        return say(Number("0"))
    rounded = Decimal(f"{value:.{_PROVED - 1}e}").normalize()  # zeros behind it say nothing
    if powers and -5 <= rounded.adjusted() < _PROVED:
        return say(Number(format(rounded, "f")))
    return small(rounded, powers=powers)


def _difference(row: Comparison) -> Content:
    """The relative difference, to one digit."""
    if not row.judged or row.difference is None:
        return say(SENTENCES["at a kink" if row.kink else "not judged"])
    if not row.difference:
        return say(Number("0"))
    return say(Number(scientific(Decimal(f"{row.difference:.0e}"))))


def _agreement(row: Comparison) -> Content:
    """How many significant digits of both numbers agree."""
    if not row.judged or row.difference is None:
        return say(SENTENCES["at a kink" if row.kink else "not judged"])
    if not row.difference:
        return say(SENTENCES["all digits"])
    return say(_digits_agreeing(row.difference))


def _digits_agreeing(difference: Decimal) -> str:
    """How many significant digits of two numbers agree whose relative difference this is."""
    return str(max(0, -difference.adjusted() - 1))
