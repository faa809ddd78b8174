"""A template of a user's own: what it may do, and that it may do no more."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.errors import InputError
from derive.render import sandbox
from derive.render.environment import template_root
from derive.render.formats import FORMATS, Beside, Options, render
from derive.render.latex.latex import Latex
from derive.render.markdown.markdown import Markdown
from derive.render.own_template import OwnTemplate, own_template
from derive.render.sandbox import render_own
from tests.render.pages import page

Write = Callable[[str], OwnTemplate]


def written(own: OwnTemplate) -> str:
    document = page()
    return render_own(own, Markdown(document, "page"))


def refused(own: OwnTemplate) -> str:
    """The sentence that a template is refused with, without the folder it lies in."""
    with pytest.raises(InputError) as caught:
        written(own)
    return str(caught.value).replace(str(own.path), own.path.name)


def test_a_template_changes_one_block(template: Write) -> None:
    ours = render(page(), "markdown").content.decode()
    extends = '{% extends "markdown/page.md.jinja" %}\n'
    assert written(template(extends)) == ours
    assert written(template(extends + "{% block note %}{{ super() }}{% endblock %}")) == ours
    own = template(extends + "{% block bottom %}\nThe end of {{ document.title }}.\n{% endblock %}")
    assert written(own) == f"{ours}The end of A 2-3-1 sigmoid network.\n"


def test_a_template_of_its_own(template: Write) -> None:
    own = template("{{ document.title }}: {{ document.blocks|length }} blocks, {{ 2 + 3 }}\n")
    assert written(own) == f"A 2-3-1 sigmoid network: {len(page().blocks)} blocks, 5\n"


def test_words_are_escaped_for_the_format_at_hand(template: Write) -> None:
    own = template("{{ 'a_b & ' ~ document.title ~ '%' }}")
    document = page(title="50% #1")
    assert render_own(own, Latex(document, "page")) == r"a\_b \& 50\% \#1\%"


def test_the_worked_example_of_the_documentation(template: Write) -> None:
    readme = template_root().joinpath("README.md").read_text(encoding="utf-8")
    example = re.search(r"```jinja\n(.*?)```", readme, re.DOTALL)
    assert example is not None
    page_lines = render(page(), "markdown", Options(template=template(example[1]))).content.decode().splitlines()
    assert page_lines[0] == "# Solution: A 2-3-1 sigmoid network"
    assert "> [!NOTE]" in page_lines
    assert page_lines[-1] == "*19 lines of formulas.*"


def test_the_documentation_names_every_filter() -> None:
    readme = template_root().joinpath("README.md").read_text(encoding="utf-8")
    sources = {source for row in FORMATS.values() for source in row.sources.values()}
    assert sources
    for source in sources:
        filters = source.language(page(), Options(), Beside()).filters()
        assert [name for name in filters if f"`{name}`" not in readme] == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("a\n{% if %}", "own.jinja:2: Expected an expression, got 'end of statement block'"),
        ("a\n{{ x", "own.jinja:2: unexpected end of template, expected 'end of print statement'"),
        ("\n\n{{ titel }}", "own.jinja:3: 'titel' is undefined"),
        ("{{ document.titel }}", "own.jinja:1: 'derive.document.blocks.Document object' has no attribute 'titel'"),
        ("{{ document.title|nosuch }}", "own.jinja:1: No filter named 'nosuch'"),
        ("{{ document }}", "own.jinja:1: a template printed Document"),
        ('{% extends "markdown/pag.md.jinja" %}', 'own.jinja:1: no template is called "markdown/pag.md.jinja"'),
        ('{% extends "base.jinja" %}{% block top %}{% endblock %}', "own.jinja:1: Required block 'heading' not found"),
        ("{{ 1 / 0 }}", "own.jinja:1: division by zero"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "own.jinja:1: a macro or block calls itself without end"),
    ],
)
def test_faults_are_told_with_their_line(template: Write, source: str, sentence: str) -> None:
    assert refused(template(source)).startswith(sentence)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ document.__class__ }}",
        "{{ document.__struct_fields__ }}",
        "{{ document.blocks.__class__ }}",
        "{{ document.symbols.__getitem__ }}",
        "{{ document.symbols._symbols }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ self._TemplateReference__context }}",
        "{{ self.__init__.__globals__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ [document]|map(attribute='__class__')|first }}",
        "{{ (document.title|inline).__class__ }}",
        "{{ document.title.format(1) }}",
        "{{ '%s' % document }}",
        "{{ lipsum() }}",
        "{{ [1, 2]|random }}",
        "{{ range(10 ** 9) }}",
        "{{ range(999999999)|length }}",
        "{{ document.blocks.append(1) }}",
    ],
)
def test_nothing_but_the_page_can_be_seen(template: Write, source: str) -> None:
    assert refused(template(source)).startswith("own.jinja:1: ")


@pytest.mark.parametrize("name", ["/etc/passwd", "../pyproject.toml", "latex/../../pyproject.toml", "secret.txt"])
def test_no_file_can_be_read(template: Write, name: str) -> None:
    own = template(f'{{% include "{name}" %}}')
    own.path.with_name("secret.txt").write_text("secret", encoding="utf-8")
    assert refused(own) == f'own.jinja:1: no template is called "{name}"'


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "runs for more than"),
        ("{% set r = range(99999) %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}", "runs for more than"),
        (
            "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
            "runs for more than",
        ),
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}0123456789{% endfor %}{% endfor %}",
            "MB|runs",
        ),
        (
            "{% set n = namespace(x='0123456789') %}{% for a in range(50) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
            "MB|runs",
        ),
        (
            "{% set n = namespace(x='01') %}{% for a in range(50) %}"
            "{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
            "MB|runs",
        ),
        ("{{ 'x' * 999999999999 }}", r"\* is for numbers"),
        ("{{ 9 ** 9 ** 9 }}", r"\*\* is for numbers"),
        ("{{ 'x' + 'y' }}", r"\+ is for numbers in a template; texts are joined by ~"),
    ],
)
def test_time_and_room_are_limited(
    template: Write, source: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_LIMIT", 0.3)
    started = time.monotonic()
    assert re.search(sentence, refused(template(source)))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the template cannot be read: no such file or directory"),
        (b"\xff\xfe", "a template that is not UTF-8 text"),
        (b"x" * (2**20 + 1), "a template of more than 1,048,576 bytes; expected a shorter one"),
    ],
)
def test_a_file_that_is_no_template(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "own.jinja"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        own_template(path)
    assert str(caught.value) == f"{path}: {said}"


def test_an_endless_template_is_not_read_to_its_end() -> None:
    with pytest.raises(InputError, match="more than 1,048,576 bytes"):
        own_template(Path("/dev/zero"))
