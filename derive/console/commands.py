"""What the commands are made of: their order, flags that many of them take, how they fail, the bar of a long run."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from derive.errors import DeriveError, InputError
from derive.progress import Progress
from derive.streams import tell

#: A run that takes no longer than this, in seconds, shows nothing; and between two looks at a bar lies this part of it.
_PATIENCE = 1
_FRAME = 0.1


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
        click.option(
            "--view",
            type=click.Choice(["scalar", "matrix", "both"]),
            help="A step for each number, or for each array, in matrices; both: also how one entry comes about. "
            "Left out: scalar for one sample of a network and for numbers alone, else both.",
        ),
        click.option("--author", metavar="TEXT", help="The author's name."),
        click.option("--date", metavar="TEXT", help="The date, as it is to be printed."),
        click.option("--language", metavar="TAG", help="A language tag for readers and tools."),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


class OnDemand(Mapping[str, click.Command]):
    """Commands, each of which is loaded when it is called or listed: none waits for what another needs.

    Args:
        modules: by the name of a command, the module that has it under this name.
    """

    def __init__(self, modules: Mapping[str, str]) -> None:
        self.modules = modules

    def __getitem__(self, name: str) -> click.Command:
        command = getattr(import_module(self.modules[name]), name)
        assert isinstance(command, click.Command)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self.modules)

    def __len__(self) -> int:
        return len(self.modules)


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


class Failures:
    """What went wrong, each told once in a sentence, and the exit code that follows from all of it."""

    def __init__(self) -> None:
        self.code = 0
        self.told: set[str] = set()

    def tell(self, error: Exception) -> None:
        """Tell what went wrong, if it has not been told yet."""
        sentence, code = _sentence(error)
        self.code = max(self.code, code)
        if sentence not in self.told:
            self.told.add(sentence)
            tell(sentence)


def _sentence(error: Exception) -> tuple[str, int]:
    """What is told of an error, and the exit code."""
    match error:
        case InputError():  # begins with the file
            return str(error), error.exit_code
        case DeriveError():
            return f"derive: {error}", error.exit_code
        case click.ClickException():
            said = io.StringIO()
            error.show(said)
            return said.getvalue().rstrip("\n"), 2
        case OSError():
            where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
            return f"derive: {where}{(error.strerror or 'the operating system refused').lower()}", 2
        case MemoryError():
            return "derive: not enough memory for this network", 3
        case _ if os.environ.get("DERIVE_TRACEBACK"):
            raise error
        case _:
            return f"derive: an error of its own ({type(error).__name__}); DERIVE_TRACEBACK=1 shows where", 3


class Bars:
    """Shows how far each stage of a long run is, and what time is left; nothing when piped or when it is quick."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.stage: _Bar | None = None

    def __call__(self, stage: str) -> Progress:
        """The bar of the next stage."""
        self.close()
        self.stage = _Bar(stage, self.start)
        return self.stage

    def close(self) -> None:
        """Leave the line of the last bar."""
        if self.stage is not None:
            self.stage.close()


class _Bar:
    """The bar of one stage.

    Args:
        what: what the stage is called.
        start: when the run began.
    """

    def __init__(self, what: str, start: float) -> None:
        self.what = what
        self.next_look = start + _PATIENCE
        self.closed = not sys.stderr.isatty()
        self.bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self.closed:
            return
        if done < total:
            now = time.monotonic()
            if now < self.next_look:
                return
            self.next_look = now + _FRAME
        if self.bar is None:
            if done >= total:
                return
            self.bar = click.progressbar(length=total, label=self.what, file=sys.stderr, show_pos=True)
            self.bar.__enter__()
        self.bar.update(max(0, done - self.bar.pos))
        if done >= total:
            self.close()

    def close(self) -> None:
        self.closed = True
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            self.bar = None
