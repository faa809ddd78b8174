"""The gallery in ``output/``: what each file in ``examples/`` renders to, byte for byte.

After a change that is meant, write it again with ``python -m tests.gallery``, and look at what changed before it is
committed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derive
from tests.gallery import BRIEFLY, COMMAND, EXAMPLES, FORMATS, OUTPUT, ROOT, files_of, formats_of, index


@pytest.fixture(scope="module")
def solved() -> dict[Path, derive.Solution]:
    return {example: derive.solve(derive.load(example)) for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_renders_to_what_lies_in_the_gallery(example: Path, solved: dict[Path, derive.Solution]) -> None:
    files = dict(files_of(example, solved[example]))
    assert {f"{example.stem}{suffix}" for suffix in formats_of(example).values()} < set(files)
    figure = "circuit" if solved[example].network.file.network is None else "network"
    assert f"{example.stem}-{figure}.svg" in files
    for name, content in files.items():
        path = OUTPUT / name
        assert path.is_file(), f"{path} is missing; it is written by: {COMMAND}"
        same = path.read_bytes() == content
        assert same, f"output/{name} is not what the example renders to now; if that is meant: {COMMAND}"


def test_the_gallery_page_shows_every_example(solved: dict[Path, derive.Solution]) -> None:
    written = (OUTPUT / "index.html").read_text(encoding="utf-8")
    assert written == index(solved, {path.name: path.read_bytes() for path in OUTPUT.iterdir() if path.is_file()})
    targets = re.findall(r'(?:href|src)="([^"]+)"', written)
    assert len(targets) > sum(len(formats_of(example)) + 2 for example in EXAMPLES)
    assert [target for target in targets if not (OUTPUT / target).exists()] == []


def test_the_pictures_of_the_readme_are_there() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown
    assert [picture for picture in shown if not (ROOT / picture).is_file()] == []


def test_most_examples_are_there_in_every_format() -> None:
    assert {path.stem for path in EXAMPLES} > BRIEFLY
    whole = [example for example in EXAMPLES if formats_of(example) == FORMATS]
    assert len(whole) == len(EXAMPLES) - len(BRIEFLY) > len(BRIEFLY)


def test_nothing_else_lies_in_the_gallery() -> None:
    """A page whose example was renamed or removed is removed as well."""
    stems = tuple(path.stem for path in EXAMPLES)
    assert [
        path.name for path in OUTPUT.iterdir() if path.name != "index.html" and not path.name.startswith(stems)
    ] == []
