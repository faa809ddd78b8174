"""Templates: every kind of block has one in every format, and what has none is an error."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from jinja2 import TemplateRuntimeError, UndefinedError

from derive.document.blocks import Document
from derive.render import environment
from derive.render.environment import KINDS, page_environment, template_root
from derive.render.formats import FORMATS
from derive.render.language import Language, Safe
from derive.render.markdown.markdown import Markdown
from tests.render.pages import page

TEMPLATES = sorted(
    {
        template
        for row in FORMATS.values()
        for source in row.sources.values()
        for template in (source.template, source.fragment)
        if template
    }
)


def language(document: Document) -> Language:
    return Markdown(document, "page")


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_kind_of_block_has_a_template(template: str) -> None:
    environment = page_environment(language(page()))
    filled: set[str] = set()
    name: str | None = template
    while name not in (None, "base.jinja"):
        source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]
        filled |= set(re.findall(r"{% block (\w+)", source))
        parent = re.search(r'{% extends "([^"]+)" %}', source)
        name = parent[1] if parent else None
    assert {"top", *KINDS} <= filled


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_documentation_names_every_template(template: str) -> None:
    assert f"`{template}`" in (template_root() / "README.md").read_text(encoding="utf-8")


def test_the_base_walks_every_kind_and_fills_none() -> None:
    source = (template_root() / "base.jinja").read_text(encoding="utf-8")
    walked = re.findall(r"{% block (\w+) scoped required %}{% endblock %}", source)
    assert walked == list(KINDS)


def test_the_sample_page_has_every_kind() -> None:
    assert {type(block) for block in page().blocks} == set(KINDS.values())


def test_a_block_without_a_template_is_an_error() -> None:
    document = page()
    bare = page_environment(language(document)).from_string('{% extends "base.jinja" %}{% block top %}{% endblock %}')
    with pytest.raises(TemplateRuntimeError, match="Required block 'heading' not found"):
        bare.render(document=document)


class Sidebar(msgspec.Struct, frozen=True):
    """A kind of block that no template knows."""


def test_an_unknown_kind_of_block_is_an_error() -> None:
    document = page((Sidebar(),))  # type: ignore[arg-type]
    template = page_environment(language(document)).get_template("markdown/page.md.jinja")
    with pytest.raises(TemplateRuntimeError, match="no template for a block of the kind Sidebar"):
        template.render(document=document)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'titel' is undefined"):
        page_environment(language(page())).from_string("{{ titel }}").render()


def test_only_words_and_numbers_are_printed() -> None:
    for value in (None, page(), ["x"]):
        with pytest.raises(TypeError, match="a template printed"):
            page_environment(language(page())).from_string("{{ value }}").render(value=value)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("{{ x }}", r"\*x\*"),
        ("*{{ x }}*", r"*\*x\**"),
        ("{{ safe }}", "*x*"),
        ("{{ 3 }}", "3"),
        ("{% set y %}*{{ x }}*{% endset %}{{ y }}", r"*\*x\**"),
        ("{% macro m(v) %}*{{ v }}*{% endmacro %}{{ m(x) }}", r"*\*x\**"),
        ("{{ [safe, x]|join }}", r"*x*\*x\*"),
        ("{{ x|upper }}", r"\*X\*"),
    ],
)
def test_words_are_escaped_once(source: str, written: str) -> None:
    environment = page_environment(language(page()))
    assert environment.from_string(source).render(x="*x*", safe=Safe("*x*")) == written


def test_templates_in_the_package_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "derive" / "render"
    package.mkdir(parents=True)
    monkeypatch.setattr(environment, "__file__", str(package / "environment.py"))
    template_root.cache_clear()
    assert template_root() == tmp_path / "templates"
    (tmp_path / "derive" / "_templates").mkdir()
    template_root.cache_clear()
    assert template_root() == tmp_path / "derive" / "_templates"
    template_root.cache_clear()
