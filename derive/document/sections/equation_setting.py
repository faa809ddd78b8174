"""The beginning of a page about a model of equations: the equations, what is asked of them, and what is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.calculus.solution import Worked
from derive.catalogue.roles import GIVEN, LEARNING_RATE, PARAMETER, UPDATE_CONSTANT
from derive.document.blocks import Block, Content, Inline, Paragraph, Table, Text
from derive.document.equations import Equations, ends
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.words.phrasing import (
    capital,
    comma_separated,
    count,
    counted,
    equal,
    known,
    listed,
    live,
    say,
    sentence,
)
from derive.expression.tree import Expr, Name, Number, names, substitute
from derive.model.model import Model
from derive.model.references import array_of, taken_apart

#: Of more equations than this only so many of the first and of the last are shown before the forward pass, which shows
#: them all.
_MANY, _FIRST, _LAST = 24, 12, 4

#: Equations that are like one before but for indices are left out if there are as many.
_ALIKE = 3

#: More numbers than this are not named one by one in a sentence; of more in a row, only the ends are shown.
_FEW, _LONG_ROW = 6, 12
_KEPT = (4, 2)


def question(solution: Worked, *, brief: bool) -> Iterator[Block]:
    """What is worked out, and what is asked of it."""
    model, values = solution.model, solution.values
    yield from stated(solution)
    yield Paragraph(_asked(solution, [say(known(name, values[name])) for name in model.wanted], brief=brief))


def stated(solution: Worked, *, whole: bool = False) -> Iterator[Block]:
    """The equations.

    Args:
        solution: the worked model.
        whole: whether all of many are shown, and not the first and the last alone: where no forward pass follows.
    """
    model = solution.model
    equations = list(_equations(solution))
    shown, alike = (equations, 0) if whole else _kinds(equations)
    result = listed([Name(name) for name in model.graph.results or (model.graph.result,)])
    given, parameters = model.of(GIVEN), model.of(PARAMETER)
    sources = [count(len(names), *words) for names, words in ((given, _GIVEN), (parameters, _PARAMETERS)) if names]
    makes = "makes" if len(equations) == 1 else "make"
    yield Paragraph(
        say(capital(count(len(equations), "equation")), f" {makes} ", result, " from ", listed(sources), ":")
    )
    display = Equations(model.symbols)
    first, last = (_FIRST, _LAST) if len(shown) > _MANY and not whole else (len(shown), 0)
    left_out = len(shown) - first - last
    for place, (left, right) in enumerate(shown):
        if place == first:
            yield Paragraph(say(f"then {counted(left_out)} more, which stand in the forward pass, and in the end"))
        if place < first or place >= len(shown) - last:
            yield display.display(left, [[("=", right if whole else ends(right))]])
    if alike:
        yield Paragraph(
            say(f"The other {counted(alike)} are the same with other indices, and stand in the forward pass.")
        )


def _kinds(equations: Sequence[tuple[Expr, Expr]]) -> tuple[Sequence[tuple[Expr, Expr]], int]:
    """The equations without those that are like one before but for indices, and how many these are.

    Where there are few of these, all equations are shown.
    """
    firsts: dict[tuple[Expr, Expr], tuple[Expr, Expr]] = {}
    for left, right in equations:
        kind = (_without_numbers(left), _without_numbers(right))
        firsts.setdefault(kind, (left, right))
    alike = len(equations) - len(firsts)
    return ([*firsts.values()], alike) if alike >= _ALIKE else (equations, 0)


def _without_numbers(expr: Expr) -> Expr:
    """The same for all members of its families."""
    bases = {name: taken_apart(name) for name in names(expr)}
    return substitute(expr, {name: Name(f"{base}{'#' * len(indices)}") for name, (base, indices) in bases.items()})


def _equations(solution: Worked) -> Iterator[tuple[Expr, Expr]]:
    """Both sides of each equation: of arrays as they are written, where the page tells these."""
    model = solution.model
    if solution.view == "scalar":
        yield from ((Name(each.name), each.expr) for each in model.graph.definitions.values())
        return
    lines = MatrixLines(solution, Equations(model.symbols))
    for name, expr in model.graph.definitions.items():
        array = lines.array_of.get(name, name)
        if array not in model.formulas:
            yield Name(name), expr.expr
        elif array == name or model.arrays[array].entries[0] == name:
            yield lines.symbolic.show(Name(array)), lines.symbolic.show(model.formulas[array])


_GIVEN, _PARAMETERS = ("given number", "given numbers"), ("parameter", "parameters")


def _asked(solution: Worked, wanted: Sequence[Content], *, brief: bool) -> Content:
    model = solution.model
    result = listed([Name(name) for name in model.graph.results or (model.graph.result,)])
    plural = len(model.graph.results) > 1
    if not wanted or not model.graph.results:
        return sentence("How large is {result}? It is worked out here, line by line.", result=result)
    are, it, its = ("are", "do they", "their") if plural else ("is", "does it", "its")
    found = "found here" if brief else "worked out here, step by step"
    several = len(wanted) > _FEW
    if all(model.is_a(name, PARAMETER) for name in model.wanted):
        which = "its one parameter" if len(wanted) == 1 else f"each of its {count(len(wanted), 'parameter')}"
        return sentence(
            "How large {are} {result}, and how must {which}{named} be changed so that {this} smaller? The derivative "
            "of {result} with respect to a parameter says in which direction, and how strongly. All of them are "
            f"{found}.",
            result=result,
            are=are,
            this="they become" if plural else "it becomes",
            which=which,
            named="" if several else say(", ", listed(wanted), ","),
        )
    return sentence(
        "How large {are} {result}, and how fast {it} change with {named}? All of {its} derivatives are "
        f"{found}.",
        are=are,
        it=it,
        its=its,
        result=result,
        named=_entries_of(model) if several else listed(wanted),
    )


def _entries_of(model: Model) -> Content:
    """The many numbers that it is differentiated by, with the arrays that hold them, where these are few."""
    arrays = dict.fromkeys(array_of(name) for name in model.wanted)
    held = (
        say(" in ", listed(list(map(Name, arrays))))
        if len(arrays) <= _FEW and arrays.keys() <= model.symbols.keys()
        else ()
    )
    return say(f"each of the {counted(len(model.wanted))} numbers", *held)


def given(solution: Worked, *, elided: bool) -> Iterator[Block]:
    """The numbers that are given; of many only the first and last where they are ``elided``."""
    model, values = solution.model, solution.values

    def pair(name: str) -> Inline:
        return live("given", name, content=equal(Name(name), ("=", Number(values[name].shown))))

    def row(title: str, names: Sequence[str]) -> tuple[Content, Content]:
        if not elided or len(names) <= _LONG_ROW:
            return say(title), comma_separated(map(pair, names))
        first, last = _KEPT
        shown = [*map(pair, names[:first]), Text("…"), *map(pair, names[-last:])]
        return say(f"{title} ({len(names)})"), comma_separated(shown)

    roles = (
        (GIVEN, "given"),
        (PARAMETER, "parameters"),
        (LEARNING_RATE, "learning rate"),
        (UPDATE_CONSTANT, UPDATE_CONSTANT.plural),
    )
    within = frozenset[str]()
    if solution.view != "scalar":
        lines = MatrixLines(solution, Equations(model.symbols))
        for role, title in roles:
            arrays = [name for name, array in model.arrays.items() if array.role is role]
            if arrays:
                yield Paragraph(say(f"{capital(title)}:"))
                yield from (block for name in arrays for block in lines.given(name))
        within = frozenset(lines.array_of)
    numbers = ((title, [name for name in model.of(role) if name not in within]) for role, title in roles)
    rows = [row(title, names) for title, names in numbers if names]
    if rows:
        yield Table((say("quantities"), say("values")), "ll", tuple(rows))
