"""What the commands share: a file read with the flags that win over it, and its solution."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from derive.console.commands import Bars
from derive.errors import UsageError
from derive.stopping import undone

if TYPE_CHECKING:
    from derive.api import Network, Solution

_NUMBERS = ("round", "decimals", "significant", "ties")
_DOCUMENT = ("detail", "view", "author", "date", "language", "flavour", "paper", "engine", "fragment")


def load(file: str, flags: Mapping[str, Any]) -> Network:
    """Read a network file, with the flags that win over ``[numbers]`` and ``[document]``."""
    from derive.api import load as load_file

    return load_file(file, overrides(flags))


def overrides(flags: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The flags that are set, by the table of the file that they win over.

    Raises:
        UsageError: two of them exclude each other.
    """
    if flags.get("decimals") is not None and flags.get("significant") is not None:
        raise UsageError("--decimals and --significant: only one of both can hold")
    tables = {"numbers": _NUMBERS, "document": _DOCUMENT}
    return {table: {key: flags[key] for key in keys if flags.get(key) is not None} for table, keys in tables.items()}


def solved(network: Network) -> Solution:
    """Work a network out; on a terminal, a long run shows how far it is."""
    from derive.api import solve

    if sys.stderr is None or not sys.stderr.isatty():
        return solve(network)
    bars = Bars()
    click.get_current_context().with_resource(undone(bars.close))  # a bar hides the cursor
    return solve(network, bars)
