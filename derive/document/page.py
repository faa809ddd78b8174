"""The whole page: which parts, in which order."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator

from derive.auditing.data import Audit
from derive.calculus.solution import Worked
from derive.document.blocks import Block, Document, Equation, Figure
from derive.document.equations import Equations
from derive.document.figure_numbers import with_figure_numbers
from derive.document.figures.circuit_figure import computation_graph
from derive.document.live import LiveData, live_data
from derive.document.sections.backward import Backward
from derive.document.sections.costs import Costs
from derive.document.sections.forward import Forward
from derive.document.sections.losses import Losses
from derive.document.sections.matrix_lines import MatrixLines
from derive.document.sections.results import comparisons, gradients, proof
from derive.document.sections.setting import setting
from derive.document.sections.whole.collected_rules import CollectedRules
from derive.document.sections.whole.goal import Goal
from derive.document.sections.whole.one_expression import one_expression
from derive.document.settled import settled_page
from derive.document.words.headings import index_symbols
from derive.progress import Watch, unwatched
from derive.proof.report import Report

#: Where the file does not say, a network with more steps than this is written briefly.
FULL_STEPS = 30
#: Of the given numbers of a network with more steps only the first and last are printed.
GIVEN_STEPS = 150
#: A page of more steps than this does not live: it would take a browser more than a second or two to work it out again.
LIVE_STEPS = 300


def write(
    solution: Worked, report: Report | None = None, audit: Audit | None = None, watch: Watch = unwatched
) -> Document:
    """The page of a solution, with the numbers of its file; see :func:`write_live`."""
    return settled_page(write_live(solution, report, audit, watch))


def write_live(
    solution: Worked, report: Report | None = None, audit: Audit | None = None, watch: Watch = unwatched
) -> Document:
    """The page of a solution, with all that could stand on it with other numbers.

    Args:
        solution: the worked network.
        report: its derivatives held against numeric ones; None leaves that part out.
        audit: what was found in what somebody printed for it; None leaves that part out.
        watch: asked for the progress of the steps.
    """
    solution = solution.in_view
    settings, brief = solution.file.document, is_brief(solution)
    equations = Equations(solution.model.symbols)
    lines = None if solution.view == "scalar" else MatrixLines(solution, equations)
    backward = Backward(solution, equations, lines, brief=brief, progress=watch("writing"))
    rules = CollectedRules(solution, brief=brief)
    blocks = with_figure_numbers(_blocks(solution, report, audit, backward, rules))
    return Document(
        title=solution.title,
        author=settings.author,
        date=settings.date,
        language=settings.language,
        blocks=blocks,
        # What is told with letters for numbers has signs of its own, known once it is told, and so have indices.
        symbols=ChainMap({**backward.jacobian.symbols, **index_symbols(solution.model)}, rules.symbols),  # type: ignore[arg-type] # only read
        cost=solution.model.graph.result,
    )


def live_of(document: Document, solution: Worked) -> LiveData | None:
    """What its page needs to work a solution out again in a browser; None where that would take too long."""
    if len(solution.steps) > LIVE_STEPS:
        return None
    wires = tuple(wire for block in document.blocks if isinstance(block, Figure) for wire in block.wires)
    if solution.model.recurrence is not None:
        from derive.document.figures.unrolled.through_time import ThroughTime

        wires += ThroughTime(solution.in_view).live()
    arrays = (block.arrays for block in document.blocks if isinstance(block, Equation))
    return live_data(solution, wires, [lines for lines in arrays if lines is not None])


def _through_time(solution: Worked) -> Iterator[Block]:
    """What a recurrence adds at each of its steps; loaded where there is one."""
    if solution.model.recurrence is not None:
        from derive.document.figures.unrolled.through_time import ThroughTime

        yield from ThroughTime(solution).blocks()


def is_brief(solution: Worked) -> bool:
    """Whether only the first neuron of each layer is written in full."""
    chosen = solution.file.document.detail
    return chosen == "brief" or (chosen is None and len(solution.shown_steps) > FULL_STEPS)


def _blocks(
    solution: Worked, report: Report | None, audit: Audit | None, backward: Backward, rules: CollectedRules
) -> Iterator[Block]:
    equations = backward.equations
    forward = Forward(solution, equations, backward.lines, brief=backward.brief)
    worked = (
        *forward.blocks(),
        *Costs(forward).blocks(),
        *Goal(solution, equations, brief=backward.brief).blocks(),
        *backward.blocks(),
        *_through_time(solution),
        *rules.blocks(),
        # The picture tells the steps once more: a brief page of a network, which has other figures, leaves it out.
        *(() if backward.brief and solution.model.is_dense else computation_graph(solution)),
        *gradients(solution, brief=backward.brief),
        *_updates(solution, equations, brief=backward.brief),
        *(() if backward.brief else one_expression(solution)),
    )
    yield from setting(
        solution, brief=backward.brief and backward.lines is None, elided=len(solution.shown_steps) > GIVEN_STEPS
    )
    if audit is None:
        yield from worked
    else:  # where a step stands is known by now
        from derive.document.sections.audit import AuditSection  # few pages judge anybody's numbers

        section = AuditSection(solution, audit, backward.place)
        yield from section.blocks()
        yield from section.beside(worked)
    if report is not None:
        yield from proof(solution, report)
    yield from Losses(solution).blocks()
    if report is not None:
        yield from comparisons(solution, report)


def _updates(solution: Worked, equations: Equations, *, brief: bool) -> Iterator[Block]:
    """What the updates do, where there are any: most pages do without."""
    if solution.training is not None:
        from derive.document.sections.updates import Updates

        yield from Updates(solution, equations, brief=brief).blocks()
