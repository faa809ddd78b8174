"""A template of the user's own, which may have come from anywhere: it sees the page, and nothing else.

It runs in Jinja's sandbox with three more fences. What it may look at and call is listed, not what it may not. It reads
no file but itself and our own templates. And since a sandbox limits neither time nor memory, every loop, macro and
piece of output is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from jinja2.visitor import NodeTransformer

from derive.errors import Fault, InputError
from derive.render.environment import SETTINGS, equip, template_root
from derive.render.language import Language, Safe
from derive.render.own_template import OwnTemplate

#: The longest that a template may run, in seconds.
_LIMIT: Final = 10.0
#: The most that it may write, in characters, on the page and on the way there.
_MOST: Final = 64 * 2**20

#: The name of the user's template among ours, which no file can have.
_OWN: Final = "<own>"

#: Jinja's filters that neither build long texts nor depend on chance.
_FILTERS: Final = frozenset(
    "abs count d default dictsort first float groupby int items last length list map max min reject rejectattr "
    "reverse round select selectattr sort sum unique".split()
)
#: Filters on words, which Jinja would apply to the text of anything at all.
_WORD_FILTERS: Final[Mapping[str, Callable[[str], str]]] = {
    "capitalize": str.capitalize,
    "lower": str.lower,
    "title": str.title,
    "trim": str.strip,
    "upper": str.upper,
}
#: What Jinja hands to a template, with attributes of its own.
_JINJA: Final = (LoopContext, TemplateReference, Macro, Namespace, Cycler, Joiner)

_MAPPING: Final = frozenset({"get", "items", "keys", "values"})


def render_own(own: OwnTemplate, language: Language) -> str:
    """A page by a template of the user's own.

    Args:
        own: the template.
        language: writes the document in the format at hand.

    Raises:
        InputError: the template has a fault, or asks for more than it may have.
    """
    path = own.path
    environment = _Sandbox(own.text, path, language)
    written: list[str] = []
    try:
        template = environment.get_template(_OWN)
        for part in template.generate(document=language.document, **language.variables()):
            environment.budget.spend(len(part))
            written.append(part)
    except TemplateSyntaxError as error:
        where = "" if error.filename == str(path) else f" (in {error.name})"
        raise _fault(path, f"{error.message}{where}", error.lineno) from error
    except _FAILURES as error:
        raise _fault(path, _sentence(error), _line_of(error, path)) from error
    return "".join(written)


#: What goes wrong when a template is used: its own mistakes, not ours.
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


class _Budget:
    """What is left to a template of time and room."""

    def __init__(self) -> None:
        self.deadline = time.monotonic() + _LIMIT
        self.left = _MOST

    def spend(self, characters: int) -> None:
        """Count what is written, and look at the clock."""
        self.left -= characters
        if self.left < 0:
            raise SecurityError(f"the template writes more than {_MOST >> 20} MB")
        if time.monotonic() > self.deadline:
            raise SecurityError(f"the template runs for more than {_LIMIT:g} seconds")

    def counted(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items of a loop, each with a look at the clock."""
        for item in items:
            self.spend(0)
            yield item


class _Sandbox(ImmutableSandboxedEnvironment):
    """An environment for one template of the user's own, and for ours beneath it."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def __init__(self, source: str, path: Path, language: Language) -> None:
        super().__init__(
            loader=ChoiceLoader(
                [
                    FunctionLoader(lambda name: (source, str(path), None) if name == _OWN else None),
                    FileSystemLoader(template_root()),
                ]
            ),
            **SETTINGS,
        )
        self.budget = _Budget()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters |= {name: _on_words(change) for name, change in _WORD_FILTERS.items()}
        self.filters |= {"counted": self.budget.counted}
        self.globals.pop("lipsum")
        equip(self, language)

    def concat(self, parts: Iterable[str]) -> str:
        """Joins what a macro or block wrote, which is finished text."""
        text = "".join(parts)
        self.budget.spend(len(text))
        return Safe(text)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may see an attribute: what the page's data tell of themselves, and what Jinja provides."""
        if attr.startswith("_"):
            return False
        if isinstance(obj, msgspec.Struct):
            return attr in obj.__struct_fields__ or isinstance(getattr(type(obj), attr, None), property)
        if isinstance(obj, Mapping):
            return attr in _MAPPING
        return isinstance(obj, _JINJA)

    def wrap_str_format(self, value: Any) -> None:
        """Texts have no ``format``, which can ask for a text of any width."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic, on numbers of ordinary size only: no text of a thousand million letters."""
        if not all(isinstance(side, int | float) and abs(side) < 2**53 for side in (left, right)) or operator == "**":
            raise SecurityError(f"{operator} is for numbers in a template; texts are joined by ~")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Counting().visit(tree)
        tree.set_environment(self)
        return tree


class _Counting(NodeTransformer):
    """Sends the items of every loop, and every joining of texts, through a filter that counts."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 (Jinja's name for it)
        """``for x in items`` becomes ``for x in items|counted``."""
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "counted", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802
        """``a ~ b`` becomes ``[a, b]|join``."""
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, "join", [], [], None, None, lineno=node.lineno)


def _on_words(change: Callable[[str], str]) -> Callable[[Any], str]:
    def changed(text: Any) -> str:
        if not isinstance(text, str):
            raise TypeError(f"words are expected, not {type(text).__name__}")
        return change(text)

    return changed


def _fault(path: Path, found: str, line: int | None = None, expected: str = "") -> InputError:
    return InputError(str(path), [Fault((), found, expected, line=line)])


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "a macro or block calls itself without end"
    if isinstance(error, TemplateNotFound):
        return f'no template is called "{error.name}"'
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    return str(message).removesuffix(".")


def _line_of(error: Exception, path: Path) -> int | None:
    """The line of the user's template that was at work, which Jinja puts into the traceback."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
