"""The engines that typeset a PDF, each shut off from the network, from other files and from the machine's fonts.

The same source gives the same bytes: no time, no path and no random number gets into a file.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from derive.errors import ToolError
from derive.files import temporary_folder
from derive.stopping import undone, unstopped

if TYPE_CHECKING:
    from typst import Compiler


class Typeset(msgspec.Struct, frozen=True):
    """A PDF, and what its reader should be told about it.

    Attributes:
        content: the file.
        notices: sentences.
        missing: signs of the source that no font has: boxes stand for them.
    """

    content: bytes
    notices: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


# Typst

#: The standard that the PDF keeps to: structure, language and words for everything that is seen.
_STANDARD: Final = "ua-1"
_AGAINST_IT = "PDF/UA-1 error: "

#: How Typst says that none of its fonts has a sign, and how it writes a sign that is hard to see.
_NO_SIGN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_NUMBERED = re.compile(r"\\u\{([0-9a-f]+)\}")

#: The most signs that are looked for one by one, in some milliseconds each: a page with more is in another script.
_MOST_MISSING = 500


def typst(source: str, *, trusted: bool = True) -> Typeset:
    """Typeset a page with the Typst that comes with the package, in a few hundredths of a second.

    A page that cannot keep to PDF/UA-1, since its title is empty, no font has one of its signs or a template leaves out
    what a formula says in words, is typeset nevertheless.

    Args:
        source: the page.
        trusted: whether it was made by our own templates, which fetch nothing.

    Raises:
        ToolError: Typst cannot be loaded, or it refuses the source.
    """
    try:
        import typst as engine
    except ImportError as error:
        raise ToolError(f"the typesetter Typst cannot be loaded ({error}); pip install typst") from error

    def compiled(text: str, standard: Literal["ua-1"] | None) -> bytes:
        compiler = _kept() if trusted else _compiler(folder)
        content = compiler.compile(text.encode(), root=folder, format="pdf", pdf_standards=standard, timestamp=0)
        assert isinstance(content, bytes)
        return content

    with temporary_folder() as folder, nullcontext() if trusted else _offline():
        try:
            try:
                return Typeset(compiled(source, _STANDARD))
            except engine.TypstError as error:
                if not error.message.startswith(_AGAINST_IT):
                    raise
                missing: tuple[str, ...] = ()
                if _NO_SIGN.search(error.message):
                    missing = tuple(_missing(source, error.message, lambda text: compiled(text, _STANDARD)))
                notice = f"the PDF does not keep to PDF/UA-1: {error.message.removeprefix(_AGAINST_IT)}"
                return Typeset(compiled(source, None), (notice,), missing)
        except engine.TypstError as error:
            hints = "".join(f"; {hint}" for hint in error.hints)
            raise ToolError(f"Typst cannot typeset the page: {error.message}{hints}") from error


def _compiler(folder: Path) -> Compiler:
    """What compiles pages that find nothing outside an empty folder."""
    import typst as engine

    return engine.Compiler(b"", root=folder, ignore_system_fonts=True, package_path=folder, package_cache_path=folder)


#: A compiler does one page at a time, so that each thread keeps its own.
_KEPT = threading.local()


def _kept() -> Compiler:
    """A compiler that goes from page to page, and does not lay out again what is as on an earlier one."""
    if not hasattr(_KEPT, "compiler"):
        with temporary_folder() as folder:
            _KEPT.compiler = _compiler(folder)
    compiler: Compiler = _KEPT.compiler
    return compiler


def _missing(source: str, message: str, compiled: Callable[[str], object]) -> Iterator[str]:
    """The signs of a source that no font has, beginning with those that a message of Typst's names.

    Of small pages that show them all, one after the other names the next.
    """
    import typst as engine

    left = {sign for sign in source if not sign.isascii()}
    for _ in range(_MOST_MISSING):
        named = [sign for sign in _named(message, source) if sign in left]
        if not named:
            return
        yield from named
        left.difference_update(named)
        shown = "".join(f"#box[\\u{{{ord(sign):x}}}] " for sign in sorted(left))
        try:
            compiled(f'#set document(title: "signs")\n#set text(font: "New Computer Modern")\n{shown}')
        except engine.TypstError as error:
            message = error.message
        else:
            return


def _named(message: str, source: str) -> str:
    """The signs that a message of Typst's names; of a letter that is there, but not with its marks, these."""
    found = _NO_SIGN.search(message)
    if not found:
        return ""
    signs = _NUMBERED.sub(lambda number: chr(int(number[1], 16)), found[1])
    if not signs.isascii():
        return signs
    # The letter may stand in the source by its number.
    letter = rf"(?:{re.escape(signs[-1:])}|\\u\{{{ord(signs[-1:] or ' '):x}\}})"
    marked = re.findall(f"{letter}([^\x00-\x7f]+)", source)
    return "".join(sign for run in marked for sign in run if unicodedata.category(sign).startswith("M"))


@contextmanager
def _offline() -> Iterator[None]:
    """Send every request to a place where nobody answers: a template could ask Typst to fetch a package."""
    nowhere = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"
    )
    before = {name: os.environ.get(name) for name in (*nowhere, "NO_PROXY", "no_proxy")}
    try:
        for name in before:
            os.environ.pop(name, None)
        os.environ.update(nowhere)
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


# LaTeX

#: The longest that a typesetter may take, in seconds: one that hangs is stopped, and none on a busy machine.
_LIMIT = 600

#: Said to pdfTeX before the page, so that neither its name, the time nor the folder gets into the file.
_REPRODUCIBLE = r"\pdftrailerid{}\pdfinfoomitdate=1\pdfsuppressptexinfo=-1"

_TEX_OPTIONS = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "-jobname=page")


class _Tool(msgspec.Struct, frozen=True):
    """A way to run TeX.

    Attributes:
        programs: what has to be installed; the first is started.
        arguments: what it is started with.
        runs: how often, until links and tables have settled.
    """

    programs: tuple[str, ...]
    arguments: tuple[str, ...]
    runs: int


#: In the order in which they are tried. LuaTeX is not among them: its Lua can open any file.
_TOOLS = (
    # -norc: a latexmkrc is a Perl program.
    _Tool(
        ("latexmk", "pdflatex"),
        (
            "-norc",
            "-pdf",
            *(f"-latexoption={option}" for option in _TEX_OPTIONS[:3]),
            "-usepretex=" + _REPRODUCIBLE,
            "page.tex",
        ),
        1,
    ),
    _Tool(("pdflatex",), (*_TEX_OPTIONS, _REPRODUCIBLE + r"\input{page.tex}"), 3),
    _Tool(("tectonic",), ("-X", "compile", "--untrusted", "--only-cached", "--keep-logs", "page.tex"), 1),
)

#: The start of TeX's own words about a fault, and where in the source it is.
_FAULT = re.compile(r"^! ([^\n]+)(?:.*?^l\.(\d+) )?", re.MULTILINE | re.DOTALL)


def latex(source: str, *, trusted: bool = True) -> Typeset:
    """Typeset a page with the TeX that is installed: latexmk, else pdfTeX, else Tectonic.

    TeX runs in an empty folder, without a shell, and can open no file above or beside it.

    Args:
        source: the page.
        trusted: whether it was made by our own templates; it makes no difference here.

    Raises:
        ToolError: no TeX is installed, it takes too long, or it refuses the source.
    """
    tool = next((tool for tool in _TOOLS if all(map(shutil.which, tool.programs))), None)
    if tool is None:
        looked_for = ", ".join(tool.programs[0] for tool in _TOOLS)
        raise ToolError(
            f"no TeX is installed (looked for {looked_for}); the default engine, --engine typst, needs none"
        )
    with temporary_folder() as folder:
        folder.joinpath("page.tex").write_text(source, encoding="utf-8")
        for _ in range(tool.runs):
            _run_tex(tool, folder)
        content = folder.joinpath("page.pdf").read_bytes()
    return Typeset(content)


def _run_tex(tool: _Tool, folder: Path) -> None:
    program = tool.programs[0]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TEXINPUTS", "TEXMFOUTPUT"))},
        "openin_any": "p",
        "openout_any": "p",
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "1000",
    }
    process: subprocess.Popen[bytes] | None = None
    with undone(lambda: None if process is None else _end(process)):
        with unstopped():  # what has started can be ended
            process = subprocess.Popen(  # noqa: S603 (no shell, and no word of the user's among the arguments)
                [shutil.which(program) or program, *tool.arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            output, _ = process.communicate(timeout=_LIMIT)
        except subprocess.TimeoutExpired:
            _end(process)
            process.communicate()
            raise ToolError(f"{program} took longer than {_LIMIT} seconds, and was stopped") from None
    if process.returncode or not folder.joinpath("page.pdf").exists():
        raise ToolError(f"{program} cannot typeset the page: {_first_fault(folder, output)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a program that still runs and, where the system has groups of processes, what it has started."""
    if process.returncode is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    if process.stdout is not None:
        with suppress(OSError, ValueError):  # it ends when the last of them has gone, who writes no more files then
            while os.read(process.stdout.fileno(), 2**16):
                pass
    with suppress(ChildProcessError):
        os.waitpid(process.pid, 0)  # and not process.wait(), in which a stop may have come


def _first_fault(folder: Path, output: bytes) -> str:
    """What TeX says of the first fault, from its log, or else the last thing that the program said."""
    log = folder / "page.log"
    said = output.decode("utf-8", "replace")
    fault = _FAULT.search(log.read_text("utf-8", "replace") if log.exists() else said)
    if fault:
        return fault[1].rstrip(".") + (f" (line {fault[2]} of the page's source)" if fault[2] else "")
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "no reason is given")
