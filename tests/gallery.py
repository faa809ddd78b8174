"""Writes the gallery again: ``python -m tests.gallery``.

It is the same as ``derive render examples/X.toml --to markdown,latex,pdf,json`` for each example.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "output"
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))

#: The formats of the gallery, and how their files end.
FORMATS = {"markdown": ".md", "latex": ".tex", "pdf": ".pdf", "json": ".json"}

COMMAND = "python -m tests.gallery"


def main() -> None:
    import derive

    for example in EXAMPLES:
        solution = derive.solve(derive.load(example))
        for suffix in FORMATS.values():
            for path in solution.save(OUTPUT / f"{example.stem}{suffix}"):
                print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
