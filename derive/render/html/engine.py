"""The calculating engine of a page that lives: plain scripts, read in this order, which the page holds as one."""

from __future__ import annotations

from derive.render.environment import template_root

#: The files of the engine, each of which uses only those before it.
PARTS = (
    "decimal",
    "functions",
    "tree",
    "real",
    "arithmetic",
    "rounding",
    "values",
    "working",
    "training",
    "kinks",
    "solution",
    "proof",
)


def engine_source() -> str:
    """The engine as one script, which defines ``solve`` and exports nothing."""
    folder = template_root() / "html" / "engine"
    return "\n".join((folder / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)
