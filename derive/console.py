"""What the commands are made of: their order, the flags that many of them take, the bar of a long run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click


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


class Commands(click.Group):
    """Lists commands in the order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, as they were added."""
        return list(self.commands)


class TakesClaims(click.Command):
    """Reads several paths behind one ``--claims``, as a shell expands ``*.toml``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write ``--claims`` before each path that stands behind it, for click to read."""
        spread: list[str] = []
        behind = False
        for arg in args:
            if arg.startswith("-") and arg != "-":
                behind = arg == "--claims"
                spread += [] if behind else [arg]
            else:
                spread += ["--claims", arg] if behind else [arg]
        if behind and args[-1] == "--claims":
            spread.append("--claims")
        return super().parse_args(ctx, spread)


class Progress:
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
        """Show that so much is done."""
        if self.bar is None:
            if self.clock() - self.start < 1 or not sys.stderr.isatty():
                return
            self.bar = click.progressbar(length=total, label=self.what, file=sys.stderr, show_pos=True)
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def close(self) -> None:
        """Leave the line, if anything was shown."""
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
