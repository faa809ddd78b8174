"""The command line: the only place that reads arguments, prints, and exits."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from derive import __version__
from derive.cli.grading import grade
from derive.cli.judging import audit, check
from derive.cli.rendering import render
from derive.cli.starting import new, schema
from derive.cli.varying import variants
from derive.cli.watching import watch
from derive.console.commands import Commands, Failures
from derive.errors import ReaderGoneError
from derive.streams import silence, tell

#: As a shell tells of a program that the signal SIGPIPE has ended.
_READER_GONE = 141


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Worked backpropagation examples: derived symbolically, proved numerically, typeset.

    \b
    derive render examples/blog-2-3-1.toml --to pdf
    """


for _command in (render, check, audit, variants, grade, new, watch, schema):
    cli.add_command(_command)


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
