"""Compiled templates are kept beside their sources, and are never more than a saving."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import derive
from derive.render import environment

BLOG = Path(__file__).resolve().parents[2] / "examples" / "blog-2-3-1.toml"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the templates, as a new process finds them."""
    copy = tmp_path / "templates"
    shutil.copytree(environment.template_root(), copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(environment, "template_root", lambda: copy)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    anew(monkeypatch)
    return copy


def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps in its memory is gone."""
    monkeypatch.setattr(environment, "_COMPILED", environment._CompiledTemplates())


def page() -> str:
    return derive.solve(BLOG).render("markdown")


def kept(root: Path) -> list[Path]:
    return sorted(root.glob("__pycache__/*"))


def test_a_second_process_compiles_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = page()
    assert kept(root)
    anew(monkeypatch)
    monkeypatch.setattr(environment.PageEnvironment, "compile", None)  # would be called
    assert page() == first


def test_a_changed_template_is_compiled_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = page()
    template = root / "base.jinja"
    template.write_text(template.read_text(encoding="utf-8") + "The end.\n", encoding="utf-8")
    anew(monkeypatch)
    assert page() == f"{first}The end.\n"


@pytest.mark.parametrize("damage", [b"", b"j2", b"no code at all", b"\x80\x04", None])
def test_a_damaged_file_is_no_harm(root: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None) -> None:
    first = page()
    for path in kept(root):
        path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    anew(monkeypatch)
    assert page() == first


def test_where_nothing_can_be_written_nothing_is(root: Path) -> None:
    (root / "__pycache__").write_text("in the way", encoding="utf-8")
    assert page().startswith("# Backpropagation")


def test_as_little_is_written_as_python_writes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    page()
    assert not kept(root)
