"""What Python code uses, and how a file becomes a page: ``solve(load(path)).render("markdown")``.

Step by step, in the order of the rooms; each name can be read by itself::

    source = read_source(path)  # the text, with its lines
    file = check(source).file  # typed structs
    model = write(file).model  # a way of writing: the sheet of definitions, with roles and an outline
    worked = solve(file, model)  # the steps back through the outline, and every value twice
    report = differences(worked)  # the same derivatives, by somebody who knows no chain rule
    found = Auditor(worked).audit(published) if published else None  # somebody's numbers, judged
    page = settled_page(write_live(worked, report, found))  # headings, prose and formulas as plain data
    content = render(page, "markdown", options).content  # bytes

The core can be read in one sitting: :mod:`derive.expression.tree`, :mod:`derive.model.graph`,
:mod:`derive.model.outline`, :mod:`derive.model.sheet`, :mod:`derive.calculus.steps`,
:mod:`derive.calculus.differentiate`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from derive.errors import Fault, InputError, UsageError
from derive.network import Network, no_value, values_missing
from derive.progress import Watch, unwatched
from derive.solution import Solution
from derive.spec.reading.reader import Overrides, Source, check, data_source, read_source, text_source

if TYPE_CHECKING:
    from derive.auditing.data import Audit
    from derive.files import Input
    from derive.spec.claim_files import GivenClaims

__all__ = ["Network", "Solution", "audit", "load", "loads", "solve"]


def load(path: str | os.PathLike[str], overrides: Overrides | None = None) -> Network:
    """Read a network file.

    Args:
        path: the file; ``-`` is standard input.
        overrides: settings that win over the file's: ``{"numbers": {"decimals": 6}}``.

    Raises:
        InputError: something is wrong with it; holds all of its faults.
        UsageError: it is no path, or the settings are no tables.
    """
    if not isinstance(path, str | os.PathLike):
        raise UsageError(f"derive.load takes a path, and no {type(path).__name__}; derive.loads takes text or a dict")
    return _network(read_source(path), overrides, inputs=(("network file", path),))


def loads(network: str | Mapping[str, object], overrides: Overrides | None = None) -> Network:
    """Read a network from the text of a network file, or from what stands in one, as a dict.

    Args:
        network: TOML; or its tables, with numbers, texts and lists. A ``float`` counts with the digits that Python
            prints it with, a ``Decimal`` with its own.
        overrides: settings that win: ``{"numbers": {"decimals": 6}}``.

    Raises:
        InputError: something is wrong with it; holds all faults.
        UsageError: it is neither, or the settings are no tables.
    """
    if isinstance(network, str):
        return _network(text_source(network), overrides)
    if isinstance(network, Mapping):
        return _network(data_source(network), overrides)
    raise UsageError(f"derive.loads takes text or a dict, and no {type(network).__name__}")


def _network(source: Source, overrides: Overrides | None, inputs: tuple[Input, ...] = ()) -> Network:
    """From text to the graph of definitions: read, checked, named, built."""
    from derive.model.writings import write
    from derive.model.writings.written import WrittenModel

    checked = check(source, {} if overrides is None else overrides)
    written = WrittenModel(None, ())
    found: list[Fault] = []
    if checked.skeleton is not None:
        tables = [fault.path for fault in checked.faults if fault.path[:1] in (("given",), ("parameters",), ("index",))]
        lost = frozenset(str(path[1]) for path in tables if len(path) > 1)
        written = write(checked.skeleton, start=source.equations_line, lost=lost, whole=not checked.faults)
        found += written.faults
        if checked.faults or found:
            told = {fault.path for fault in found}
            missing = values_missing(written.given, written.definitions)
            found += [fault for fault in missing if fault.path not in told]
    faults = sorted([*checked.faults, *source.placed(found)], key=lambda fault: fault.line or 0)
    if checked.file is None or written.model is None or faults:
        raise InputError(source.name, faults)
    return Network(checked.file, written.model, source, inputs)


def solve(network: Network | str | os.PathLike[str], watch: Watch = unwatched) -> Solution:
    """Work a network out.

    Args:
        network: from :func:`load` or :func:`loads`; or the path of a network file.
        watch: asked for the progress of each long stage, of this and of what is done with the solution.

    Raises:
        InputError: something is wrong with the file, as an exercise that asks for what there is not, or a quantity has
            no value, as the logarithm of a negative number.
        UsageError: it is no network.
    """
    from derive.calculus import solution as calculus
    from derive.calculus.values import QuantityError

    if isinstance(network, str | os.PathLike):
        network = load(network)
    if not isinstance(network, Network):
        raise UsageError(f"derive.solve takes a path or what derive.load gives, and no {type(network).__name__}")
    try:
        worked = calculus.solve(network.file, network.model, watch)
    except QuantityError as error:
        raise no_value(network, error) from None
    if network.file.exercise is not None:
        from derive.course.asked import faults

        if found := list(faults(worked)):
            raise InputError(network.source.name, network.source.placed(found))
    return Solution(network, worked, watch=watch)


def audit(network: Network | Solution | str | os.PathLike[str], claims: GivenClaims | None = None) -> Audit:
    """Hold numbers and formulas that somebody printed against the truth.

    Args:
        network: as for :func:`solve`; or its solution, which is then not worked out again, however many papers there
            are.
        claims: by the name of the quantity, what was printed; the same in pairs; or the path of a file of claims
            (``.toml .csv .md .json .txt``). Left out: the table ``[published]`` of the network file.

    Raises:
        InputError: something is wrong with the claims; holds all faults.
        UsageError: they are nothing of these.
    """
    solution = network if isinstance(network, Solution) else solve(network)
    return solution.audit(claims)
