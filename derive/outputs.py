"""What a solution can be written as, by the names and suffixes that people use, and how its files are called."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from derive.catalogue.flavours import is_day
from derive.errors import UsageError, nearest
from derive.spec.phrases import listed, quoted, unsafe_character

if TYPE_CHECKING:
    from derive.render.formats import Format


#: How long a date is.
_DAY = len("2024-05-01")


def all_formats() -> Mapping[str, Format]:
    """Every format by name, in the order that they are listed in."""
    from derive.render.formats import FORMATS  # whoever asks for none waits for none

    return FORMATS


def format_named(name: str, among: Sequence[str] | None = None) -> Format:
    """The format of a name, which may be that of its suffix: ``md`` is ``markdown``.

    Args:
        name: what the user typed.
        among: the formats that may be chosen here; left out: all.

    Raises:
        UsageError: there is none, or it is not among those.
    """
    if not isinstance(name, str):
        raise UsageError(f"a format is called by a word, and not by a thing of the type {type(name).__name__}")
    formats = all_formats()
    found = formats.get(name) or _by_suffix().get(f".{name}")
    choice = formats if among is None else among
    if found is None:
        hint = nearest(name, choice)
        raise UsageError(
            f"no format is called {quoted(name)}; there are {listed(choice, 'and')}" + (f" ({hint})" if hint else "")
        )
    if found.name not in choice:
        raise UsageError(f"--to {found.name}: expected {listed(choice, 'or')} here")
    return found


def format_of(path: Path) -> Format:
    """The format that the suffix of a file says.

    Raises:
        UsageError: it says none, or that of a bank of questions, which is asked for by name.
    """
    found = _by_suffix().get(path.suffix.lower())
    if found is not None:
        return found
    if not path.suffix:
        suffix = "it has no suffix"
    elif others := _with_suffix(path):
        named = listed((f"--to {row.name}" for row in others), "or")
        raise UsageError(
            f"{path}: the suffix {quoted(path.suffix)} alone chooses no format; expected {named} beside it"
        )
    else:
        suffix = f"the suffix {quoted(path.suffix)} is of no format"
    raise UsageError(f"{path}: {suffix}; the formats have {listed(_by_suffix(), 'and')}")


def refuse_name(path: Path, row: Format) -> None:
    """Make sure that a file is not called like one of another format, nor a script like a module.

    Raises:
        UsageError: it is.
    """
    others = _with_suffix(path)
    if others and row not in others:
        fitting = path.with_suffix(row.suffix)
        usual = [other.name for other in others if not other.by_name]
        says = listed(usual or [other.name for other in others])
        raise UsageError(f"{path}: the suffix {path.suffix} says {says}, not {row.name}; expected {fitting}")
    if hides_module(path):
        raise UsageError(
            f"{path}: scripts import the module {path.stem}, and would take this file for it; another name is needed"
        )


def file_in(folder: Path, stem: str, row: Format) -> Path:
    """The file of a format in a folder; a script that would be called like a module gets a name that is none."""
    path = folder / f"{stem}{ending(row)}"
    return path.with_stem(f"{stem}-script") if hides_module(path) else path


def ending(row: Format) -> str:
    """What the files of a format are called behind their stem: its suffix, after its name where an earlier has that."""
    before = takewhile(lambda other: other is not row, all_formats().values())
    return f".{row.name}{row.suffix}" if any(other.suffix == row.suffix for other in before) else row.suffix


class FiguresPlace(NamedTuple):
    """Where the figures of a page go.

    Attributes:
        folder: the folder.
        address: what stands before and after the name of a file where the page shows it.
    """

    folder: Path
    address: tuple[str, str] = ("", "")


def figures_place(page: Path, row: Format, flavour: str, chosen: str | os.PathLike[str] | None) -> FiguresPlace:
    """Where the figures of a page go: beside it, unless another folder is chosen or the site takes none from there.

    Jekyll copies nothing out of ``_posts``: from there they go to ``assets``, and the page asks for them from the root
    of the site. Hugo serves what lies in ``static`` from its root.

    Raises:
        UsageError: a folder is chosen for a format whose figures are within the page.
    """
    if chosen is not None and not row.has_figures:
        raise UsageError(f"--figures: the figures of {row.name} stand in the page itself")
    site = next((folder.parent for folder in page.absolute().parents if folder.name == "_posts"), None)
    jekyll = flavour == "jekyll" and row.has_figures and site is not None
    if chosen is None and not jekyll:
        return FiguresPlace(page.parent)
    folder = Path(chosen) if chosen is not None else Path(os.path.relpath(site or "")) / "assets"
    inside = folder.absolute()
    if jekyll and site is not None and inside.is_relative_to(site):
        return FiguresPlace(folder, (f'{{{{ "/{_address(inside.relative_to(site))}', '" | relative_url }}'))
    roots = [parent for parent in (inside, *inside.parents) if parent.name == "static"] if flavour == "hugo" else []
    if roots:
        return FiguresPlace(folder, (f"/{_address(inside.relative_to(roots[-1]))}", ""))
    return FiguresPlace(folder, (_address(Path(os.path.relpath(inside, page.absolute().parent))), ""))


def _address(folder: Path) -> str:
    """A folder before the name of a file, as it stands in an address."""
    return "" if folder == Path() else f"{quote(folder.as_posix())}/"


def dated(page: Path, day: str) -> Path:
    """How Jekyll wants the file of a post to be called: ``2024-05-01-net.md``.

    Args:
        page: the file as it would be called.
        day: the date of the page; anything but one that a calendar knows changes nothing.
    """
    return page.with_name(f"{day}-{page.name}") if is_day(day) and not is_post(page) else page


def is_post(page: Path) -> bool:
    """Whether a file is called as Jekyll wants a post to be."""
    return len(page.stem) > _DAY and page.stem[_DAY] == "-" and is_day(page.stem[:_DAY])


def hides_module(path: Path) -> bool:
    """Whether Python would import a file instead of the module that scripts need."""
    if path.suffix != ".py":
        return False
    from derive.render.code.python import IMPORTED

    return path.stem.lstrip("_") in IMPORTED


def printable_stem(stem: str) -> str:
    """What a file is called, in signs that can stand on a page: the page names the files beside it."""
    return "".join("_" if unsafe_character(sign) else sign for sign in stem) or "page"


def _by_suffix() -> dict[str, Format]:
    """The formats that a suffix chooses."""
    return {row.suffix: row for row in all_formats().values() if not row.by_name}


def _with_suffix(path: Path) -> list[Format]:
    """The formats whose files end like one, which may be several: a Canvas quiz is a zip file as well."""
    return [row for row in all_formats().values() if row.suffix == path.suffix.lower()]
