"""The command line: the only place that reads arguments, prints, and exits."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from derive import __version__
from derive.errors import DeriveError, InputError, UsageError

if TYPE_CHECKING:
    from derive.api import Network, Solution
    from derive.proof.report import Report
    from derive.render.formats import Rendered

#: Where results go that no place was named for.
_OUTPUT = Path("output")

_FORMATS = "markdown, latex, html, pdf, notebook, python, json."
_NUMBERS = ("round", "decimals", "significant", "ties")
_DOCUMENT = ("detail", "author", "date", "language", "flavour", "paper", "engine", "fragment")


def settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags that win over ``[numbers]`` and ``[document]`` of the file."""
    flags = (
        click.option(
            "--round",
            type=click.Choice(["end", "each-step"]),
            help="What is carried on: full precision, or each result as it is printed.",
        ),
        click.option("--decimals", type=int, metavar="N", help="Digits after the decimal point (0 to 50)."),
        click.option("--significant", type=int, metavar="N", help="Significant digits (1 to 50)."),
        click.option("--ties", type=click.Choice(["even", "up"]), help="Where a tie is rounded to."),
        click.option(
            "--detail", type=click.Choice(["full", "brief"]), help="Every neuron in full, or the first of each layer."
        ),
        click.option("--author", metavar="TEXT", help="The author's name."),
        click.option("--date", metavar="TEXT", help="The date, as it is to be printed."),
        click.option("--language", metavar="TAG", help="A language tag for readers and tools."),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


class _Group(click.Group):
    """Lists commands in the order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
@click.option("--flavour", metavar="NAME", help="Which reader of Markdown the page is for; github if left out.")
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
@settings
def render(file: str, formats: str, place: str | None, template: Path | None, **flags: Any) -> None:
    """Write the worked solution of a network file.

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
    if file != "-" and any(target.exists() and target.samefile(file) for target in contents):
        raise UsageError(f"{file}: the network file itself is not overwritten; -o names another place")
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
        files = ", ".join(rendered.companions)
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
    reports = _solve(_load(file, flags)).check()
    for report in reports:
        click.echo("\n".join(_report(report)) + "\n")
    if all(report.holds for report in reports):
        click.echo("All derivatives hold.")
        return
    click.echo("Not all derivatives hold.")
    sys.exit(1)


@cli.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="The findings as data.")
@settings
def audit(file: str, as_json: bool, **flags: Any) -> None:
    """Hold what somebody printed against the truth, and name the mistakes.

    The claims stand in the table [published] of the file. Exit status 0 when none is wrong, 1 when one is.

    \b
    derive audit examples/blog-2-3-1-published.toml
    """
    from derive.proof.audit.data import to_json
    from derive.proof.audit.terminal import report

    found = _solve(_load(file, flags)).audit()
    click.echo(to_json(found).rstrip("\n") if as_json else "\n".join(report(found)))
    if found.wrong:
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

    progress = _Progress("updates")
    try:
        return solve(network, progress)
    finally:
        progress.close()


class _Progress:
    """Shows how far a long run is, to a person who is watching; nothing when piped or when it is quick.

    Args:
        what: what is counted.
    """

    def __init__(self, what: str) -> None:
        import time

        self.what = what
        self.clock = time.monotonic
        self.start = self.clock()
        self.bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self.bar is None:
            if self.clock() - self.start < 1 or not sys.stderr.isatty():
                return
            self.bar = click.progressbar(length=total, label=self.what, file=sys.stderr, show_pos=True)
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)


_METHODS = {
    "differences": "Central differences of the whole forward pass, in high precision",
    "symbolic": "SymPy's derivative, proved equal symbolically",
    "autograd": "PyTorch's automatic differentiation, in double precision",
}


def _report(report: Report) -> Sequence[str]:
    """A report as a table of plain text."""
    lines = [_METHODS.get(report.method, report.method)]
    numeric = any(row.derived is not None for row in report.rows)
    rows = [("derivative", "derived", "independent", "difference", "")] if numeric else []
    for row in report.rows:
        word = "DOES NOT HOLD" if row.verdict == "differs" else str(row.verdict)
        if numeric:
            derived, independent = _short(row.derived, 12), _short(row.independent, 12)
            rows.append((row.name, derived, independent, _short(row.difference, 2), word))
        else:
            rows.append((row.name, "", "", "", word))
    widths = [max(len(row[column]) for row in rows) for column in range(5)] if rows else []
    for name, derived, independent, difference, word in rows:
        cells = (
            name.ljust(widths[0]),
            derived.rjust(widths[1]),
            independent.rjust(widths[2]),
            difference.rjust(widths[3]),
        )
        lines.append(("  " + "  ".join(cell for cell in cells if cell.strip() or numeric) + "  " + word).rstrip())
    judged = [row for row in report.rows if row.judged]
    held = sum(row.holds for row in judged)
    summary = f"{held} of {len(judged)} hold"
    if len(report.rows) < report.total:
        summary += f" ({len(report.rows)} of {report.total} derivatives looked at)"
    if len(judged) < len(report.rows):
        summary += f"; {len(report.rows) - len(judged)} not judged"
    if report.worst is not None:
        summary += f"; worst relative difference {_short(report.worst, 2)}"
    lines.append(f"  {summary}. {report.note}".rstrip())
    return lines


def _short(number: Any, digits: int) -> str:
    if number is None:
        return ""
    return "0" if not number else f"{number:.{digits}g}".lower()


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
