"""The engines that typeset a PDF, each shut off from the network, from other files and from the machine's fonts.

The same source gives the same bytes: no time, no path and no random number gets into a file.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final

import msgspec

from derive.errors import ToolError
from derive.files import temporary_folder
from derive.stopping import undone, unstopped


class Typeset(msgspec.Struct, frozen=True):
    """A PDF, and what its reader should be told about it."""

    content: bytes
    notices: tuple[str, ...] = ()


# Typst

#: The standard that the PDF keeps to: structure, language and words for everything that is seen.
_STANDARD: Final = "ua-1"
_AGAINST_IT = "PDF/UA-1 error: "

#: How Typst says that none of its fonts has a sign.
_NO_SIGN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)

#: The most signs that are replaced, since each costs a run; a page with more is written in a script without fonts.
_MOST_REPLACED = 100


def typst(source: str, *, trusted: bool = True) -> Typeset:
    """Typeset a page with the Typst that comes with the package, in a few hundredths of a second.

    A sign that none of the built-in fonts has is replaced by its number, as in ``[U+4E2D]``. A page that cannot keep to
    PDF/UA-1, since its title is empty or a template leaves out what a formula says in words, is typeset nevertheless.

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

    replaced: dict[str, str | int | None] = {}
    notices: list[str] = []
    with temporary_folder() as folder, nullcontext() if trusted else _offline():
        while True:
            compiler = engine.Compiler(
                source.encode(),
                root=folder,
                ignore_system_fonts=True,
                package_path=folder,
                package_cache_path=folder,
            )
            try:
                content = compiler.compile(format="pdf", pdf_standards=[] if notices else [_STANDARD], timestamp=0)
            except engine.TypstError as error:
                missing = _NO_SIGN.search(error.message)
                if missing and len(replaced) < _MOST_REPLACED:
                    replaced |= {sign: _number_of(sign) for sign in missing[1]}
                    source = source.translate(str.maketrans(replaced))
                elif not notices and error.message.startswith(_AGAINST_IT):
                    notices.append(f"the PDF does not keep to PDF/UA-1: {error.message.removeprefix(_AGAINST_IT)}")
                else:
                    hints = "".join(f"; {hint}" for hint in error.hints)
                    raise ToolError(f"Typst cannot typeset the page: {error.message}{hints}") from error
            else:
                break
    assert isinstance(content, bytes)
    return Typeset(content, (*map(_notice, replaced), *notices))


def _number_of(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


def _notice(sign: str) -> str:
    return f'no font of the PDF has "{sign}": {_number_of(sign)} stands for it'


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

#: The longest that a typesetter may take, in seconds.
_LIMIT = 120

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

#: A sign that Latin Modern does not have, as the page's source writes it.
_REPLACED = re.compile(r"\\character\{(.)\}\{")


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
    return Typeset(content, tuple(map(_notice, dict.fromkeys(_REPLACED.findall(source)))))


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
