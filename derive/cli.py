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
from derive.console import Bars, Commands, TakesClaims, settings
from derive.errors import DeriveError, InputError, UsageError

if TYPE_CHECKING:
    from derive.api import Network, Solution
    from derive.render.formats import Rendered

#: Where results go that no place was named for.
_OUTPUT = Path("output")

_FORMATS = "markdown, latex, html, pdf, notebook, python, json."
_NUMBERS = ("round", "decimals", "significant", "ties")
_DOCUMENT = ("detail", "author", "date", "language", "flavour", "paper", "engine", "fragment")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Worked backpropagation examples: derived symbolically, proved numerically, typeset.

    \b
    derive render examples/blog-2-3-1.toml --to pdf
    """


@cli.command()
@click.argument("file")
@click.option("--to", "formats", required=True, metavar="FORMAT[,FORMAT…]", help=_FORMATS)
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
@click.option("--template", type=click.Path(path_type=Path), metavar="FILE", help="A Jinja template of your own.")
@click.option("--claims", metavar="CLAIMS", help="What somebody printed, judged on the page; [published] if left out.")
@settings
def render(file: str, formats: str, place: str | None, template: Path | None, claims: str | None, **flags: Any) -> None:
    """Write the worked solution of a network file, with an audit of what is claimed of it.

    \b
    derive render examples/blog-2-3-1.toml --to markdown,pdf
    derive render net.toml --to latex -o - --decimals 6
    """
    from derive.api import format_named

    rows = {name: format_named(name) for name in _wanted(formats)}
    if flags["fragment"] and not any(row.has_fragments for row in rows.values()):
        raise UsageError(f"--fragment: {' and '.join(rows)} {'has' if len(rows) == 1 else 'have'} no fragments")
    options: dict[str, Any] = {"template": template}
    if place == "-" and (len(rows) > 1 or not all(row.is_text for row in rows.values())):
        raise UsageError("-o -: standard output takes one text format")
    network = _load(file, flags)
    solution = _solve(network)
    if claims is not None:
        solution = solution.with_claims(claims)
    if place == "-":
        _to_standard_output(solution, next(iter(rows)), {**options, "stem": _stem(file)})
        return
    stem = _stem(file)
    contents: dict[Path, bytes] = {}
    for name, target in _targets(stem, {name: row.suffix for name, row in rows.items()}, place).items():
        rendered = solution.rendered(name, stem=target.stem, **options)
        contents[target] = rendered.content
        _say_notices(rendered)
        contents |= {target.parent / beside: content for beside, content in rendered.companions.items()}
    for source, what in ((file, "network file"), (claims, "file of claims")):
        if source not in (None, "-") and any(target.exists() and target.samefile(source) for target in contents):
            raise UsageError(f"{source}: the {what} itself is not overwritten; -o names another place")
    from derive.files import write_files

    write_files(contents)
    for target in contents:
        click.echo(str(target))


def _wanted(formats: str) -> Sequence[str]:
    names = [name.strip() for name in formats.split(",")]
    if not all(names):
        raise UsageError(f"--to {formats}: a format's name is empty")
    return list(dict.fromkeys(names))


def _stem(file: str) -> str:
    return "solution" if file == "-" else Path(file).stem or "solution"


def _targets(stem: str, suffixes: Mapping[str, str], place: str | None) -> dict[str, Path]:
    """Where each format goes."""
    if place == "":
        raise UsageError("-o: no path is given")
    if place is None:
        folder = _OUTPUT
    elif len(suffixes) > 1 or place.endswith(("/", os.sep)) or Path(place).is_dir():
        folder = Path(place)
    else:
        return {name: Path(place) for name in suffixes}
    return {name: folder / f"{stem}{suffix}" for name, suffix in suffixes.items()}


def _say_notices(rendered: Rendered) -> None:
    for notice in rendered.notices:
        click.echo(f"derive: {notice}", err=True)


def _to_standard_output(solution: Solution, name: str, options: Mapping[str, Any]) -> None:
    rendered = solution.rendered(name, **options)
    sys.stdout.buffer.write(rendered.content)
    sys.stdout.flush()
    _say_notices(rendered)
    if rendered.companions:
        names = list(rendered.companions)
        files = ", ".join(names if len(names) <= 8 else [*names[:3], f"and {len(names) - 3} more files"])
        click.echo(f"{files}: left out, as standard output takes the page alone; -o PATH writes both", err=True)


@cli.command()
@click.argument("file")
@settings
def check(file: str, **flags: Any) -> None:
    """Prove every derivative against independent ones.

    Exit status 0 when all hold, 1 when one does not.

    \b
    derive check examples/blog-2-3-1.toml
    """
    from derive.proof.terminal import table

    reports = _solve(_load(file, flags)).check()
    for report in reports:
        click.echo("\n".join(table(report)) + "\n")
    if all(report.holds for report in reports):
        click.echo("All derivatives hold.")
        return
    click.echo("Not all derivatives hold.")
    sys.exit(1)


@cli.command(cls=TakesClaims)
@click.argument("file", required=False, metavar="FILE")
@click.option(
    "--claims",
    multiple=True,
    metavar="CLAIMS…",
    help="What was printed or handed in, one file or several: .toml, .csv, .md, .json. Left out: [published] of FILE.",
)
@click.option("--json", "as_json", is_flag=True, help="The findings as data.")
@settings
def audit(file: str | None, claims: Sequence[str], as_json: bool, **flags: Any) -> None:
    """Hold what somebody printed against the truth, and name the mistakes.

    Exit status 0 when nothing is wrong, 1 when something is.

    \b
    derive audit examples/blog-2-3-1-published.toml
    derive audit examples/blog-2-3-1.toml --claims examples/claims/*.toml
    """
    from derive.proof.audit import data, several, terminal

    if file is None:
        if len(claims) < 2:
            raise click.UsageError("Missing argument 'FILE'.")
        *claims, file = claims
    network = _load(file, flags)
    if not claims and not network.published.claims:
        raise UsageError(f"{file}: nothing to audit: there is no table [published]; --claims CLAIMS names a file")
    solution = _solve(network)
    found: list[several.Paper] = []
    refused: list[InputError] = []
    for name in claims or [network.published.name]:
        try:
            found.append(several.Paper(name, solution.audit(name if claims else None)))
        except InputError as error:
            refused.append(error)
    if len(refused) == 1 and not found:
        raise refused[0]
    for refusal in refused:  # of a pile of papers, one that cannot be read does not stop the others
        _complain(refusal)
    numbers = {name: step.number for step in solution.worked.steps for name in (step.target, *step.equals)}
    if len(claims) > 1:
        steps = several.steps_wrong(found, numbers, solution.auditor.quantities.order)
        lines = [several.to_json(found, steps)] if as_json else terminal.overview(found, steps)
    else:
        lines = [data.to_json(found[0].audit)] if as_json else terminal.report(found[0].audit, numbers)
    click.echo("\n".join(lines).rstrip("\n"))
    if refused:
        sys.exit(2)
    if any(paper.audit.wrong for paper in found):
        sys.exit(1)


@cli.command()
@click.argument("name")
@click.option("--layers", required=True, metavar="N,N,…", help="Inputs, then neurons per layer: 2,3,1.")
@click.option("--activation", default="sigmoid", metavar="NAME", help="The activation of all layers.")
@click.option("--seed", type=int, default=0, metavar="N", help="Another seed gives other numbers.")
def new(name: str, layers: str, activation: str, seed: int) -> None:
    """Write a network file to start from.

    \b
    derive new exercise --layers 2,3,1 --activation tanh --seed 7
    """
    from derive.catalogue.activations import ACTIVATIONS
    from derive.errors import nearest
    from derive.files import write_files
    from derive.spec.starter import MAX_WEIGHTS, starter

    if activation not in ACTIVATIONS:
        hint = nearest(activation, ACTIVATIONS)
        known = ", ".join(ACTIVATIONS)
        raise UsageError(f'--activation "{activation}": expected one of {known}' + (f" ({hint})" if hint else ""))
    try:
        sizes = [int(size) for size in layers.split(",")]
    except ValueError:
        sizes = []
    if len(sizes) < 2 or min(sizes) < 1:
        raise UsageError(f'--layers "{layers}": expected at least two numbers from 1 on, such as 2,3,1')
    if sum(a * b for a, b in pairwise(sizes)) > MAX_WEIGHTS:
        raise UsageError(f"--layers {layers}: expected at most {MAX_WEIGHTS} weights")
    if not name:
        raise UsageError("name: no name is given for the file")
    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if path.exists():
        raise UsageError(f"{path}: exists already, and is not overwritten")
    title = f"A {'-'.join(map(str, sizes))} network, worked out"
    write_files({path: starter(title, sizes, activation, seed).encode()})
    click.echo(str(path))


@cli.command()
def schema() -> None:
    """Print the JSON Schema of the network file, for editors.

    \b
    derive schema > derive.schema.json
    """
    import json

    from derive.spec.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


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

    if not sys.stderr.isatty():
        return solve(network)
    bars = Bars()
    click.get_current_context().call_on_close(bars.close)
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
    except DeriveError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show(sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo("derive: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone: point it elsewhere, so that Python's own flush at the end stays quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        click.echo(f"derive: {(error.strerror or 'the operating system refused').lower()}", err=True)
        sys.exit(2)
    except MemoryError:
        click.echo("derive: not enough memory for this network", err=True)
        sys.exit(3)
    except Exception as error:
        if os.environ.get("DERIVE_TRACEBACK"):
            raise
        click.echo(f"derive: an error of its own ({type(error).__name__}); DERIVE_TRACEBACK=1 shows where", err=True)
        sys.exit(3)
    sys.exit(0)


def _complain(error: DeriveError) -> None:
    prefix = "" if isinstance(error, InputError) else "derive: "
    click.echo(f"{prefix}{error}", err=True)
