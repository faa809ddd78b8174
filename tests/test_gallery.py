"""The gallery in ``output/``: what each file in ``examples/`` renders to, byte for byte.

After a change that is meant, write it again with ``python -m tests.gallery``, and look at what changed before it is
committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from tests.gallery import COMMAND, EXAMPLES, FORMATS, OUTPUT


@pytest.fixture(scope="module")
def solved() -> dict[Path, derive.Solution]:
    return {}


def _stale(path: Path) -> str:
    return f"{path.relative_to(OUTPUT.parent)} is not what the example renders to now; if that is meant: {COMMAND}"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_renders_to_what_lies_in_the_gallery(
    example: Path, form: str, solved: dict[Path, derive.Solution]
) -> None:
    if example not in solved:
        solved[example] = derive.solve(derive.load(example))
    rendered = solved[example].rendered(form, stem=example.stem)
    files = {f"{example.stem}{FORMATS[form]}": rendered.content, **rendered.companions}
    assert (form == "markdown") == (f"{example.stem}-network.svg" in files)
    for name, content in files.items():
        path = OUTPUT / name
        assert path.is_file(), f"{path} is missing; it is written by: {COMMAND}"
        assert path.read_bytes() == content, _stale(path)


def test_nothing_else_is_called_after_an_example_that_is_gone() -> None:
    """A page whose example was renamed or removed is removed as well."""
    stems = {path.stem for path in EXAMPLES}
    pages = [path for path in OUTPUT.glob("*") if path.suffix in FORMATS.values()]
    assert pages, f"the gallery is empty; it is written by: {COMMAND}"
    assert [path.name for path in pages if path.stem not in stems] == []
