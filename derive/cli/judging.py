"""``derive check`` and ``derive audit``: derivatives proved, and what others printed held against them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from derive.cli.loading import load, solved
from derive.console.commands import TakesClaims, settings
from derive.errors import Fault, FormulaError, InputError, UsageError
from derive.streams import show, show_path, tell


@click.command()
@click.argument("file")
@settings
def check(file: str, **flags: Any) -> None:
    """Prove every derivative against independent ones.

    Exit status 0 when all hold, 1 when one does not.

    \b
    derive check examples/blog-2-3-1.toml
    """
    from derive.console.proof import table
    from derive.files import refuse_inputs_of_output

    refuse_inputs_of_output([("network file", file)])
    reports = solved(load(file, flags)).check()
    for report in reports:
        show("\n".join(table(report)) + "\n")
    if all(report.holds for report in reports):
        show("All derivatives hold.")
        return
    show("Not all derivatives hold.")
    sys.exit(1)


@click.command(cls=TakesClaims)
@click.argument("file", required=False, metavar="FILE")
@click.option(
    "--claims",
    multiple=True,
    metavar="CLAIMS…",
    help=(
        "What was printed or handed in, files or a folder: .toml, .csv, .md, .json, .txt, .py, .ipynb. "
        "Left out: [published]."
    ),
)
@click.option(
    "--claims-format",
    "form",
    type=click.Choice(["toml", "csv", "markdown", "json"]),
    help="How the claims are written, where no suffix says it: standard input is TOML if this is left out.",
)
@click.option(
    "--infer",
    "proposed",
    metavar="NETWORK",
    help="Instead: write the network file that the code of CLAIMS works out, for you to confirm.",
)
@click.option("--json", "as_json", is_flag=True, help="The findings as data.")
@settings
def audit(
    file: str | None, claims: Sequence[str], form: str | None, proposed: str | None, as_json: bool, **flags: Any
) -> None:
    """Hold what somebody printed against the truth, and name the mistakes.

    Exit status 0 when nothing is wrong, 1 when something is, 2 when something cannot be read.

    \b
    derive audit examples/blog-2-3-1-published.toml
    derive audit examples/blog-2-3-1.toml --claims examples/claims/*.toml
    derive audit --claims post.py --infer net.toml
    """
    from derive.auditing import data, several
    from derive.console import audit as terminal
    from derive.files import refuse_inputs_of_output
    from derive.papers import judged
    from derive.spec.claim_files import files_of

    if proposed is not None:
        _propose(proposed, claims, file)
        return
    if file is None:
        if len(claims) < 2:
            raise click.UsageError("Missing argument 'FILE'.")
        *claims, file = claims
    if claims.count("-") + (file == "-") > 1:
        raise UsageError("-: standard input is read once")
    papers = [path for name in claims for path in files_of(name) or [name]]
    refuse_inputs_of_output([("network file", file), *(("file of claims", path) for path in papers)])
    network = load(file, flags)
    if not claims and not network.published.claims:
        raise UsageError(f"{file}: nothing to audit: there is no table [published]; --claims CLAIMS names a file")
    solution = solved(network)
    pile = judged(solution, claims, form)
    found = pile.papers
    numbers = solution.worked.step_numbers
    if pile.many:
        steps = several.steps_wrong(found, numbers, solution.auditor.quantities.order)
        lines = [several.to_json(found, steps)] if as_json else terminal.overview(found, steps)
    else:
        lines = [data.to_json(found[0].audit)] if as_json else terminal.report(found[0].audit, numbers)
    show("\n".join(lines).rstrip("\n"))
    if pile.refused or pile.unread:
        sys.exit(2)
    if any(paper.audit.wrong for paper in found):
        sys.exit(1)


def _propose(place: str, claims: Sequence[str], file: str | None) -> None:
    """Write the network file that a script works out."""
    from derive.auditing.code.inferring import infer
    from derive.files import write_files
    from derive.spec.claim_files import read_claims

    if file is not None or len(claims) != 1:
        raise UsageError("--infer: takes one file of code with --claims, and no network file")
    path = Path(place)
    if os.path.lexists(path):
        raise UsageError(f"{path}: exists already, and is not overwritten")
    paper = read_claims(claims[0])
    if not paper.code:
        raise UsageError(f"{paper.name}: no code of Python; expected a script, a notebook, or a page with some in it")
    try:
        text = infer(paper.code)
    except FormulaError as error:
        raise InputError(paper.name, [Fault((), error.found, error.expected, error.hint)]) from None
    write_files({path: text.encode()}, [("file of claims", claims[0])])
    show_path(path)
    tell(f"derive: proposed from {paper.name}; confirm it, then: derive audit {path} --claims {paper.name}")
