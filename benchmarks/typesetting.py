"""(d) Typesetting formulas with their numbers, against handcalcs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Result, say, seconds, timed

if TYPE_CHECKING:
    from derive.api import Solution
    from derive.document.blocks import Document

_BLOG = ROOT / "examples" / "blog-2-3-1.toml"
_AIM = 30.0


def typesetting(*, quick: bool) -> Iterator[Result]:
    """Compare the forward formulas and the steps of the blog's network, each set in symbols, in numbers and as a value.

    Both sides are handed the values: only the rendering is timed. handcalcs gets all formulas as one cell, without
    IPython.
    """
    say("(d) rendering against handcalcs …")
    try:
        from handcalcs.handcalcs import LatexRenderer
    except ImportError:
        missing = "no handcalcs on this machine: pip install handcalcs"
        yield Result("d", "handcalcs : derive's equations, per formula", None, _AIM, True, missing)
        return
    import derive
    from derive.document.page import write
    from derive.render.formats import render

    solution = derive.solve(derive.load(_BLOG))
    cell = _cell(solution)
    values = _run(solution, cell)
    count = len(cell.splitlines())

    def theirs() -> str:
        return LatexRenderer(cell, values, {"override": "", "precision": 4, "sci_not": None}).render()

    def equations() -> str:
        return render(_formulas(solution), "markdown").content.decode()

    def whole() -> str:
        return render(write(solution.worked, solution.differences), "markdown").content.decode()

    works = {"handcalcs": theirs, "equations": equations, "page": whole}
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(4 if quick else 26):
        for name, work in works.items():
            duration = timed(work)
            if turn:
                times[name].append(duration)
    medians = {name: median(found) / count for name, found in times.items()}
    for name, what in (("equations", "derive's equations"), ("page", "derive's whole page, words and figure too")):
        yield Result(
            "d",
            f"handcalcs : {what}, per formula",
            medians["handcalcs"] / medians[name],
            _AIM if name == "equations" else None,
            True,
            f"{seconds(medians['handcalcs'])} : {seconds(medians[name])} for each of {count}; "
            f"of minimums {min(times['handcalcs']) / min(times[name]):.1f}",
        )


def _formulas(solution: Solution) -> Document:
    """A page of nothing but the same formulas, their numbers and values, worked out from the solution."""
    from derive.document.blocks import Document
    from derive.document.equations import Equations
    from derive.expression.tree import Name

    worked, model = solution.worked, solution.network.model
    equations = Equations(model.symbols)
    forward = (
        equations.derivation(Name(name), (definition.expr,), worked.forward(name))
        for name, definition in model.graph.definitions.items()
    )
    backward = (equations.derivation(Name(step.target), (step.result,), worked.working(step)) for step in worked.steps)
    return Document("Formulas", "", "", "", (*forward, *backward), model.symbols)


def _cell(solution: Solution) -> str:
    """The forward formulas and the steps as assignments in Python."""
    from derive.expression.plain import plain

    graph = solution.network.model.graph
    formulas = {name: plain(definition.expr) for name, definition in graph.definitions.items()}
    formulas |= {step.target: step.symbolic for step in solution.steps}
    return "".join(f"{_identifier(name)} = {_identifier(formula)}\n" for name, formula in formulas.items())


def _identifier(formula: str) -> str:
    """A formula with names that Python can read: ``dCost/dw6`` is ``dCost_dw6``."""
    return re.sub(r"\b(d\w+)/(d\w+)", r"\1_\2", formula)


def _run(solution: Solution, cell: str) -> dict[str, object]:
    """The values of all that the cell names."""
    import math

    values: dict[str, object] = {name: float(value) for name, value in solution.network.model.graph.given.items()}
    values["exp"] = math.exp
    exec(cell, values)  # noqa: S102 - formulas of our own
    del values["__builtins__"]
    return values
