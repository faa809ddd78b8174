"""Jinja, set up for one language: where templates lie, and what they may use."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, TemplateRuntimeError
from jinja2.bccache import Bucket

from derive.document import blocks
from derive.errors import UsageError
from derive.files import write_files
from derive.render.language import Language, Safe

#: The kinds of blocks that a page consists of: in templates, ``block is heading``.
KINDS = {kind.__name__.lower(): kind for kind in blocks.Block.__args__}


class PageEnvironment(Environment):
    """A Jinja environment in which everything that is not finished text is escaped for one language."""

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """Joins what a template, macro or block wrote: it is finished, since each part was when it was written."""
        return Safe("".join(parts))


@cache
def template_root() -> Path:
    """The folder of templates: inside the installed package, or beside it in the project's own folder."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_templates"
    return inside if inside.is_dir() else package.parent / "templates"


def equip(environment: Environment, language: Language) -> None:
    """Give an environment what templates use to write a page in a language."""
    environment.finalize = language.finalize
    environment.filters.update(language.filters(), unknown=_unknown)
    environment.tests.update({name: _test(kind) for name, kind in KINDS.items()})


def page_environment(language: Language) -> Environment:
    """The environment of our own templates."""
    environment = PageEnvironment(
        loader=FileSystemLoader(template_root()), bytecode_cache=_COMPILED, auto_reload=False, **SETTINGS
    )
    equip(environment, language)
    return environment


#: How templates are read: a line with a tag only leaves no line on the page, and a missing value is an error.
SETTINGS: dict[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}


class _CompiledTemplates(BytecodeCache):
    """Keeps compiled templates beside their sources, as Python keeps modules, and in the memory of the process.

    An environment belongs to one page, templates to all. Where nothing can be written beside them, each process
    compiles them anew.
    """

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template's code, if it is that of this very source."""
        if bucket.key not in self.code:
            with suppress(OSError):
                self.code[bucket.key] = _place(bucket).read_bytes()
        with suppress(Exception):  # whatever a file is that has been damaged, its template is compiled anew
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        self.code[bucket.key] = bucket.bytecode_to_string()
        if not sys.dont_write_bytecode:
            with suppress(UsageError):
                write_files({_place(bucket): self.code[bucket.key]})


def _place(bucket: Bucket) -> Path:
    return template_root() / "__pycache__" / f"{bucket.key}.{sys.implementation.cache_tag}.pyc"


_COMPILED = _CompiledTemplates()


def _test(kind: type) -> Any:
    return lambda block: isinstance(block, kind)


def _unknown(block: object) -> NoReturn:
    """A block that the base template does not know: an error, never silence."""
    raise TemplateRuntimeError(f"no template for a block of the kind {type(block).__name__}")
