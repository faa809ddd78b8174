"""The command line: the only place that reads arguments, prints, and exits."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from derive import __version__
from derive.console.commands import Commands, Failures, OnDemand
from derive.errors import ReaderGoneError
from derive.streams import silence, tell

#: As a shell tells of a program that the signal SIGPIPE has ended.
_READER_GONE = 141


#: The commands in the order of use, and the module that each is loaded from.
_COMMANDS = {
    "render": "derive.cli.rendering",
    "check": "derive.cli.judging",
    "audit": "derive.cli.judging",
    "variants": "derive.cli.varying",
    "grade": "derive.cli.grading",
    "new": "derive.cli.starting",
    "watch": "derive.cli.watching",
    "schema": "derive.cli.starting",
}


@click.group(
    cls=Commands,
    commands=OnDemand(_COMMANDS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Worked backpropagation examples: derived symbolically, proved numerically, typeset.

    \b
    derive render examples/blog-2-3-1.toml --to pdf
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every error becomes a sentence and an exit code.

    Args:
        arguments: in place of the process's own, from a program that goes on afterwards.
    """
    if arguments is not None:
        _run(arguments)
    # A command makes little cyclic garbage, and looking for it among SymPy's objects takes a quarter of the time.
    gc.disable()
    try:
        _run(None)
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
