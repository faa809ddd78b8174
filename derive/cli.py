"""The command line: the only place that reads arguments, prints, and exits."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from derive import __version__
from derive.console.commands import Bars, Commands, Failures, TakesClaims, settings
from derive.errors import ReaderGoneError, UsageError
from derive.spec.starters import kinds, text_of
from derive.stopping import undone
from derive.streams import show, show_bytes, show_path, silence, tell

if TYPE_CHECKING:
    from derive.api import Network, Solution
    from derive.render.environment import OwnTemplate
    from derive.render.formats import Format

#: Where results go that no place was named for.
_OUTPUT = Path("output")

#: As a shell tells of a program that the signal SIGPIPE has ended.
_READER_GONE = 141

_FORMATS = "markdown, latex, html, pdf, notebook, python, json."
_NUMBERS = ("round", "decimals", "significant", "ties")
_DOCUMENT = ("detail", "view", "author", "date", "language", "flavour", "paper", "engine", "fragment")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Worked backpropagation examples: derived symbolically, proved numerically, typeset.

    \b
    derive render examples/blog-2-3-1.toml --to pdf
    """


@cli.command()
@click.argument("file")
@click.option("--to", "formats", metavar="FORMAT[,FORMAT…]", help=f"{_FORMATS} Left out: as the suffix of PATH says.")
@click.option("-o", "place", metavar="PATH", help="A file, a folder, or - for standard output. Left out: output/.")
@click.option(
    "--flavour",
    metavar="NAME",
    help="Which reader of Markdown the page is for: github (if left out), jekyll, hugo, images, …",
)
@click.option(
    "--fragment/--no-fragment",
    default=None,
    help="LaTeX and HTML: only the body, for a document or a blog of your own.",
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="The paper of a PDF or LaTeX page.")
@click.option(
    "--engine", type=click.Choice(["typst", "latex"]), help="What typesets a PDF; typst needs nothing installed."
)
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A Jinja template of your own.",
)
@click.option(
    "--claims",
    "papers",
    multiple=True,
    metavar="CLAIMS",
    help="What somebody printed, judged on the page; [published] if left out.",
)
@settings
def render(
    file: str, formats: str | None, place: str | None, template: Path | None, papers: Sequence[str], **flags: Any
) -> None:
    """Write the worked solution of a network file, with an audit of what is claimed of it.

    \b
    derive render examples/blog-2-3-1.toml --to markdown,pdf
    derive render net.toml -o page.pdf
    derive render net.toml --to latex -o - --decimals 6
    """
    from derive.files import refuse_inputs, refuse_inputs_of_output
    from derive.papers import one_paper, tell_unread
    from derive.render.environment import own_template

    rows = _wanted(formats, place)
    if flags["fragment"] and not any(row.has_fragments for row in rows):
        names = " and ".join(row.name for row in rows)
        raise UsageError(f"--fragment: {names} {'has' if len(rows) == 1 else 'have'} no fragments")
    claims = one_paper(papers)
    given = (("network file", file), ("file of claims", claims), ("template", template))
    inputs = [(what, path) for what, path in given if path is not None]
    refuse_inputs_of_output(inputs)
    targets: Mapping[Path, Format] = {}
    if place != "-":
        targets = _targets(_stem(file), rows, place)
        refuse_inputs(targets, inputs)  # at once, and not after all the work
    own = None if template is None else own_template(template)
    solution = _solve(_load(file, flags))
    if claims is not None:
        solution = solution.with_claims(claims)
    unread = bool(solution.claims.claims) and tell_unread(solution.claims, solution.audit())
    if place == "-":
        _to_standard_output(solution, rows[0], own, _stem(file))
        sys.exit(2 if unread else 0)
    failures = Failures()
    for target, row in targets.items():
        try:
            paths, notices = solution.write(target, row.name, template=own)
        except ReaderGoneError:
            raise
        except Exception as error:
            failures.tell(error)
            continue
        for notice in notices:
            tell(f"derive: {notice}")
        for path in paths:
            show_path(path)
    if failures.code or unread:
        sys.exit(failures.code or 2)


def _wanted(formats: str | None, place: str | None) -> Sequence[Format]:
    """The formats that are asked for, by name or by the suffix of the place."""
    from derive.outputs import format_named, format_of

    if place == "":
        raise UsageError("-o: no path is given")
    if formats is None:
        if place is None or place == "-" or _is_folder(place):
            raise UsageError("--to: no format is named, and there is no file whose suffix would say it (-o page.pdf)")
        return [format_of(Path(place))]
    names = [name.strip() for name in formats.split(",")]
    if not all(names):
        raise UsageError(f"--to {formats}: a format's name is empty")
    rows = list({row.name: row for row in map(format_named, names)}.values())
    if place == "-" and (len(rows) > 1 or not rows[0].is_text):
        raise UsageError("-o -: standard output takes one text format")
    return rows


def _is_folder(place: str) -> bool:
    return place.endswith(("/", os.sep)) or os.path.isdir(place)


def _stem(file: str) -> str:
    return "solution" if file == "-" else Path(file).stem or "solution"


def _targets(stem: str, rows: Sequence[Format], place: str | None) -> Mapping[Path, Format]:
    """Where each format goes."""
    from derive.outputs import file_in, refuse_name

    if place is not None and len(rows) == 1 and not _is_folder(place):
        refuse_name(Path(place), rows[0])
        return {Path(place): rows[0]}
    folder = _OUTPUT if place is None else Path(place)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file; expected a folder for {' and '.join(row.name for row in rows)}")
    targets = {file_in(folder, stem, row): row for row in rows}
    for target in targets:
        if target.stem != stem:
            tell(f"derive: scripts import the module {stem}, so that of the page is called {target.name}")
    return targets


def _to_standard_output(solution: Solution, row: Format, template: OwnTemplate | None, stem: str) -> None:
    from derive.outputs import printable_stem
    from derive.solution import alone

    rendered = solution.rendered(row.name, template=template, stem=printable_stem(stem))
    show_bytes(rendered.content)
    for notice in (*rendered.notices, *alone(rendered)):
        tell(f"derive: {notice}")


@cli.command()
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
    reports = _solve(_load(file, flags)).check()
    for report in reports:
        show("\n".join(table(report)) + "\n")
    if all(report.holds for report in reports):
        show("All derivatives hold.")
        return
    show("Not all derivatives hold.")
    sys.exit(1)


@cli.command(cls=TakesClaims)
@click.argument("file", required=False, metavar="FILE")
@click.option(
    "--claims",
    multiple=True,
    metavar="CLAIMS…",
    help="What was printed or handed in, files or a folder: .toml, .csv, .md, .json, .txt. Left out: [published].",
)
@click.option(
    "--claims-format",
    "form",
    type=click.Choice(["toml", "csv", "markdown", "json"]),
    help="How the claims are written, where no suffix says it: standard input is TOML if this is left out.",
)
@click.option("--json", "as_json", is_flag=True, help="The findings as data.")
@settings
def audit(file: str | None, claims: Sequence[str], form: str | None, as_json: bool, **flags: Any) -> None:
    """Hold what somebody printed against the truth, and name the mistakes.

    Exit status 0 when nothing is wrong, 1 when something is, 2 when something cannot be read.

    \b
    derive audit examples/blog-2-3-1-published.toml
    derive audit examples/blog-2-3-1.toml --claims examples/claims/*.toml
    """
    from derive.auditing import data, several
    from derive.console import audit as terminal
    from derive.files import refuse_inputs_of_output
    from derive.papers import judged
    from derive.spec.claim_files import files_of

    if file is None:
        if len(claims) < 2:
            raise click.UsageError("Missing argument 'FILE'.")
        *claims, file = claims
    if claims.count("-") + (file == "-") > 1:
        raise UsageError("-: standard input is read once")
    papers = [path for name in claims for path in files_of(name) or [name]]
    refuse_inputs_of_output([("network file", file), *(("file of claims", path) for path in papers)])
    network = _load(file, flags)
    if not claims and not network.published.claims:
        raise UsageError(f"{file}: nothing to audit: there is no table [published]; --claims CLAIMS names a file")
    solution = _solve(network)
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


@cli.command()
@click.argument("name")
@click.option("--layers", metavar="N,N,…", help="A dense network: inputs, then neurons per layer: 2,3,1.")
@click.option("--activation", metavar="NAME[,NAME…]", help="The activation of all layers, or that of each; sigmoid.")
@click.option("--seed", type=int, metavar="N", help="Another seed gives a network other numbers; 0.")
@click.option("--model", "kind", metavar="KIND", help=f"A model of equations: {', '.join(kinds())}.")
def new(name: str, layers: str | None, activation: str | None, seed: int | None, kind: str | None) -> None:
    """Write a network file to start from, and beside it the schema that its first line names to editors.

    \b
    derive new exercise --layers 2,3,1 --activation tanh --seed 7
    derive new exercise --layers 2,3,1 --activation relu,sigmoid
    derive new exercise --model lstm
    """
    from derive.files import write_files
    from derive.spec.schema import schema_text
    from derive.spec.starter import SCHEMA_FILE

    text = _network_text(layers, activation or "sigmoid", seed or 0) if kind is None else text_of(kind)
    for option, value in (("--layers", layers), ("--activation", activation), ("--seed", seed)):
        if kind is not None and value is not None:
            raise UsageError(f"{option}: belongs to a dense network; with --model {kind} the file has its numbers")
    if not name or name.endswith(("/", os.sep)):
        raise UsageError("NAME: no name is given for the file")
    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if os.path.lexists(path):
        raise UsageError(f"{path}: exists already, and is not overwritten")
    contents, beside = {path: text.encode()}, path.with_name(SCHEMA_FILE)
    if not os.path.lexists(beside):
        contents[beside] = schema_text().encode()
    write_files(contents)
    show_path(path)


def _network_text(layers: str | None, activation: str, seed: int) -> str:
    """The file to start from of a dense network."""
    from derive.catalogue.activations import ACTIVATIONS
    from derive.errors import nearest
    from derive.spec.starter import MAX_WEIGHTS, starter

    if layers is None:
        raise UsageError("expected --layers, such as --layers 2,3,1, or --model KIND")
    activations = [word.strip() for word in activation.split(",")]
    for unknown in (word for word in activations if word not in ACTIVATIONS):
        hint = nearest(unknown, ACTIVATIONS)
        known = ", ".join(ACTIVATIONS)
        raise UsageError(f'--activation "{unknown}": expected one of {known}' + (f" ({hint})" if hint else ""))
    try:
        sizes = [int(size) for size in layers.split(",")]
    except ValueError:
        sizes = []
    if len(sizes) < 2 or min(sizes) < 1:
        raise UsageError(f'--layers "{layers}": expected at least two numbers from 1 on, such as 2,3,1')
    if sum(a * b for a, b in pairwise(sizes)) > MAX_WEIGHTS:
        raise UsageError(f"--layers {layers}: expected at most {MAX_WEIGHTS} weights")
    if len(activations) not in (1, len(sizes) - 1):
        raise UsageError(
            f"--activation {activation}: {len(activations)} activations for {len(sizes) - 1} layers; expected one of "
            "all or one of each"
        )
    article = "An" if str(sizes[0])[0] == "8" or sizes[0] in (11, 18) else "A"  # as the first number is said
    return starter(f"{article} {'-'.join(map(str, sizes))} network, worked out", sizes, activations, seed)


@cli.command()
def schema() -> None:
    """Print the JSON Schema of the network file, for editors.

    \b
    derive schema > derive.schema.json
    """
    from derive.spec.schema import schema_text

    show(schema_text().rstrip("\n"))


def _load(file: str, flags: Mapping[str, Any]) -> Network:
    from derive.api import load

    if flags.get("decimals") is not None and flags.get("significant") is not None:
        raise UsageError("--decimals and --significant: only one of both can hold")
    return load(
        file,
        {
            "numbers": {key: flags[key] for key in _NUMBERS if flags.get(key) is not None},
            "document": {key: flags[key] for key in _DOCUMENT if flags.get(key) is not None},
        },
    )


def _solve(network: Network) -> Solution:
    from derive.api import solve

    if sys.stderr is None or not sys.stderr.isatty():
        return solve(network)
    bars = Bars()
    click.get_current_context().with_resource(undone(bars.close))  # a bar hides the cursor
    return solve(network, bars)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every error becomes a sentence and an exit code."""
    # A command makes little cyclic garbage, and looking for it among SymPy's objects takes a quarter of the time.
    gc.disable()
    try:
        _run(arguments)
    finally:
        gc.freeze()


def _run(arguments: Sequence[str] | None) -> NoReturn:
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="derive", standalone_mode=False)
    except (KeyboardInterrupt, click.exceptions.Abort):
        tell("derive: stopped")
        sys.exit(130)
    except ReaderGoneError:
        sys.exit(_READER_GONE)
    except Exception as error:
        silence(sys.stdout)
        failures = Failures()
        failures.tell(error)
        sys.exit(failures.code)
    sys.exit(0)
