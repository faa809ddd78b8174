"""The plan of the house: who may import whom, how long a module may be, what is never called, what costs nothing."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "derive"

#: What each room may import beside itself: a room, or a part of one.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "progress": (),
    "stopping": (),
    "kept": (),
    "expression": ("errors",),
    "catalogue": (),
    "spec": ("errors", "expression", "catalogue"),
    "numbers": ("expression", "spec.settings"),
    "model": ("spec.settings", "spec.layers", "catalogue", "expression", "errors"),
    "calculus": (
        "model",
        "numbers",
        "catalogue.roles",
        "catalogue.optimizers",
        "expression",
        "errors",
        "spec.settings",
        "progress",
    ),
    "proof": (
        "model",
        "calculus",
        "numbers.replay",
        "catalogue.roles",
        "expression",
        "spec.settings",
        "spec.layers",
        "progress",
    ),
    "auditing": (
        "model",
        "calculus",
        "numbers",
        "expression",
        "catalogue",
        "spec.claims",
        "spec.arrays",
        "spec.phrases",
        "errors",
    ),
    "document": (
        "model",
        "calculus",
        "numbers",
        "catalogue",
        "expression",
        "proof.report",
        "auditing.data",
        "auditing.reading",
        "auditing.reckoning",
        "spec.claims",
        "spec.phrases",
        "errors",
        "progress",
    ),
    "course": (
        "auditing",
        "calculus",
        "catalogue",
        "document",
        "expression",
        "model",
        "numbers",
        "spec.exercise",
        "spec.settings",
        "spec.phrases",
        "spec.reading",
        "spec.claims.heads",
        "errors",
    ),
    "render": ("document", "catalogue.flavours", "expression", "model.symbols", "errors", "files", "stopping"),
    "files": ("errors", "stopping"),
    "parallel": ("errors", "stopping"),
    "serving": ("errors",),
    "streams": ("errors", "spec.phrases"),
    "console": ("errors", "progress", "streams", "proof.report", "auditing.data", "auditing.several"),
}
#: These see everything: they put the rooms together.
OPEN = ("__init__", "__main__", "api", "assignment", "cli", "network", "outputs", "papers", "solution")

#: Never called or imported: they run code.
FORBIDDEN = frozenset({"eval", "exec", "sympify", "parse_expr", "compile", "__import__"})

#: The longest that a module may be, in lines.
LONGEST = 400

#: How many modules a folder may hold.
MOST_MODULES = 20

#: What belongs to one way of writing: others work over arrays, sections and roles, and read it in few places.
LAYERED = frozenset({"layers", "layer", "neurons", "neuron", "net_input", "net_inputs"})
MOST_LAYERED = 20

#: Too heavy to be loaded before they are needed.
HEAVY = ("sympy", "jinja2", "typst", "mpmath", "torch", "tomllib", "derive.api", "derive.render")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The first part of a module's name below the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def known() -> frozenset[str]:
    return frozenset(map(name_of, modules()))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The modules of the package that a module imports, anywhere in it, and on which line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = _absolute(path, node)
            whole = [f"{start}.{alias.name}" for alias in node.names]
            names = [name if name in known() else start for name in whole]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "derive":
                yield name, node.lineno


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = name_of(path).split(".") if path.stem == "__init__" else name_of(path).split(".")[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])


def forbidden_imports(path: Path) -> Iterator[str]:
    here = room(path)
    for name, line in imported(path):
        below = name.removeprefix("derive").lstrip(".")
        if not below or below.split(".")[0] == here:
            continue
        if not any(below == allowed or below.startswith(f"{allowed}.") for allowed in MAY_IMPORT[here]):
            yield f"{path.relative_to(ROOT)}:{line}: {here} may not import {name}"


def test_arrows_run_one_way() -> None:
    wrong = [complaint for path in modules() if room(path) not in OPEN for complaint in forbidden_imports(path)]
    assert wrong == []


def test_the_table_of_rooms_is_whole_and_has_no_circle() -> None:
    """Every room has a row, and following the rows never leads back."""
    rooms = {room(path) for path in modules()} - set(OPEN)
    assert rooms <= set(MAY_IMPORT)

    def reach(start: str, seen: tuple[str, ...] = ()) -> None:
        assert start not in seen, seen
        for allowed in MAY_IMPORT[start]:
            reach(allowed.split(".")[0], (*seen, start))

    for start in MAY_IMPORT:
        reach(start)


def test_the_table_allows_nothing_that_nobody_needs() -> None:
    """A permission without a user is a hole: it is to be taken out of the table."""
    used = {(room(path), name.removeprefix("derive.")) for path in modules() for name, _ in imported(path)}
    idle = [
        f"{here} → {allowed}"
        for here, row in MAY_IMPORT.items()
        for allowed in row
        if not any(who == here and (name == allowed or name.startswith(f"{allowed}.")) for who, name in used)
    ]
    assert idle == []


def test_no_modules_import_one_another() -> None:
    """Wherever an import stands and whatever it is for: a circle raises an error that names its modules."""
    TopologicalSorter({name_of(path): {name for name, _ in imported(path)} for path in modules()}).prepare()


def test_no_room_is_crowded() -> None:
    """No folder holds more modules than a reader can look over, and no name is borne by many of them."""
    folders = Counter(path.parent for path in modules())
    assert [folder for folder, count in folders.items() if count > MOST_MODULES] == []
    names = Counter(path.stem for path in modules() if path.stem != "__init__" and path.parent.name != "writings")
    assert [name for name, count in names.items() if count > 2] == []


def named_here(path: Path) -> Iterator[str]:
    """The classes of a module, and its names for types; what begins with an underscore is its own affair."""
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not _is_variable(node.value):
            yield node.targets[0].id


def _is_variable(value: ast.expr) -> bool:
    """Whether it is made by ``TypeVar``: such a name means nothing outside its functions."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "TypeVar"


def test_a_name_has_one_meaning() -> None:
    """No class and no type is called as another one: a reader who has met a name knows what it is."""
    names = Counter(name for path in modules() for name in named_here(path) if name[0].isupper() and not name.isupper())
    assert [name for name, count in names.items() if count > 1] == []


def test_what_docstrings_point_at_is_there() -> None:
    pointed = {
        (path.relative_to(ROOT), match)
        for path in modules()
        for match in re.findall(r":(?:class|func|mod|data|meth|attr):`~?(derive\.[\w.]+)`", path.read_text())
    }
    assert [(path, name) for path, name in sorted(pointed) if resolved(name) is None] == []


def resolved(name: str) -> object | None:
    """What stands under a dotted name."""
    with suppress(ImportError, AttributeError):
        return pkgutil.resolve_name(name)
    return None


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_runs_code(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            names = [node.id]
        elif isinstance(node, ast.Attribute):
            # `re.compile` and `Reader.exec` are other things; `builtins.eval` and `sympy.sympify` are not
            names = [node.attr] if node.attr not in ("compile", "exec") else []
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name.split(".")[-1] for alias in node.names]
        else:
            continue
        assert FORBIDDEN.isdisjoint(names), f"{path}:{node.lineno}: {names}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def layered(path: Path) -> Iterator[str]:
    """Where a module reads layers, neurons or net inputs as attributes."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in LAYERED:
            yield f"{path}:{node.lineno}: {node.attr}"


def test_layers_and_neurons_are_read_in_few_places() -> None:
    elsewhere = (
        path for path in modules() if room(path) != "spec" and PACKAGE / "model" / "writings" not in path.parents
    )
    found = [place for path in elsewhere for place in layered(path)]
    assert len(found) <= MOST_LAYERED, found


def test_the_command_line_starts_light() -> None:
    code = f"import sys, derive.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"


#: What a command does without, by what stands behind ``derive``.
_WITHOUT = {
    "--help": ("derive.serving", "http", *HEAVY),
    "new NEW --layers 2,3,1": ("derive.auditing", "derive.document", "derive.render", "jinja2", "mpmath", "sympy"),
    "schema": ("derive.cli.watching", "derive.cli.grading", "derive.serving", *HEAVY),
    "render NET --to json -o OUT": (
        *("jinja2", "mpmath", "sympy", "markdown_it", "derive.papers", "derive.spec.claims.readers"),
        *("derive.render.environment", "derive.render.html.html", "derive.render.code.python", "derive.document.page"),
        *("derive.model.writings.equations.writing", "derive.calculus.by_sympy"),
    ),
    "render NET --to markdown -o OUT": (
        *("sympy", "markdown_it", "typst", "derive.papers", "derive.spec.claims.readers", "derive.auditing.reading"),
        *("derive.render.html.html", "derive.render.latex.latex", "derive.render.typst.pdf", "derive.render.slides"),
        *("derive.render.code.python", "derive.document.program", "derive.model.writings.equations.writing"),
        *("derive.cli.banking", "derive.cli.booklets", "derive.spec.claims", "derive.spec.reading.toml_faults"),
        *("derive.document.figures.operation_figure", "derive.document.figures.unrolled"),
    ),
}


@pytest.mark.parametrize("line", _WITHOUT)
def test_a_command_imports_what_it_uses(line: str, tmp_path: Path) -> None:
    places = {"NET": str(ROOT / "examples" / "blog-2-3-1.toml"), "OUT": f"{tmp_path}/", "NEW": str(tmp_path / "net")}
    arguments = [places.get(word, word) for word in line.split()]
    code = (
        f"import sys\nfrom derive.cli import main\ntry:\n    main({arguments!r})\nexcept SystemExit as end:\n"
        f"    assert not end.code\nprint([name for name in {_WITHOUT[line]!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_registries_have_no_duplicate_names() -> None:
    """A second row of a name would silently replace the first."""
    from derive.catalogue import activations, costs
    from derive.outputs import all_formats, ending

    for module, registry in ((activations, activations.ACTIVATIONS), (costs, costs.COSTS)):
        rows = [row.name for row in module._ROWS]
        assert len(set(rows)) == len(rows)
        assert list(registry) == rows
    endings = [ending(row) for row in all_formats().values()]
    assert len(set(endings)) == len(endings)


# The tests must be able to fail.

SOURCES = (
    ("render/x.py", "from derive.calculus.solution import Solution", "render may not import derive.calculus.solution"),
    ("render/x.py", "from derive import calculus", "render may not import derive.calculus"),
    (
        "render/x.py",
        "def f():\n    import derive.spec.reading.reader",
        "render may not import derive.spec.reading.reader",
    ),
    ("calculus/x.py", "from ..document import blocks", "calculus may not import derive.document.blocks"),
    (
        "document/x.py",
        "from derive.proof.numeric.differences import differences",
        "document may not import derive.proof",
    ),
)


@pytest.mark.parametrize(("name", "source", "said"), SOURCES)
def test_a_forbidden_import_is_seen(name: str, source: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.tree", lambda _: ast.parse(source))
    (complaint,) = forbidden_imports(PACKAGE / name)
    assert said in complaint


def test_a_circle_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    back = ast.parse("if TYPE_CHECKING:\n    from derive.document.page import write")
    trees = {path: tree(path) for path in modules()}
    monkeypatch.setattr(f"{__name__}.tree", lambda path: back if path.name == "blocks.py" else trees[path])
    with pytest.raises(CycleError):
        test_no_modules_import_one_another()
