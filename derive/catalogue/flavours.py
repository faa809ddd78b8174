"""Flavours of Markdown: one row for each program that reads it. The differences are data; the template is one."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Flavour(msgspec.Struct, frozen=True):
    """Where one reader of Markdown differs from the others.

    Attributes:
        name: what it is called on the command line and in a file.
        inline: what stands before and after a formula within a line.
        display: the lines before and after a displayed formula.
        dollar: a dollar sign that does not begin a formula.
        beside: characters, apart from letters and digits, that a formula within a line may not touch.
    """

    name: str
    inline: tuple[str, str]
    display: tuple[str, str]
    dollar: str
    beside: str


_ROWS = (
    # docs.github.com, "Writing mathematical expressions": the forms with backticks keep GitHub from reading TeX as
    # Markdown, and a dollar sign in words is put into an element of its own.
    Flavour("github", ("$`", "`$"), ("```math", "```"), "<span>$</span>", "-_$\\"),
    # jupyter.org, "Markdown Cells": TeX between dollar signs, handed to MathJax before Markdown is read.
    Flavour("jupyter", ("$", "$"), ("$$", "$$"), "<span>$</span>", "$\\"),
)

FLAVOURS: Mapping[str, Flavour] = {row.name: row for row in _ROWS}
