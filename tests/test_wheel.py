"""The wheel: built, installed into an environment of its own, and used from another folder."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: What builds the wheel without the network.
BUILDERS = ("build", "hatchling")


def _lacking() -> list[str]:
    return [name for name in BUILDERS if importlib.util.find_spec(name) is None]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if _lacking():
        message = f"not installed: {', '.join(_lacking())}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment that holds the wheel; what it depends on is lent by this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin/python"
    (site,) = (folder / "lib").glob("python*/site-packages")
    # pip of this environment installs into the other one, which then needs none of its own.
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "-q", wheel]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    lent = sorted({str(Path(path).resolve()) for path in sys.path if path.endswith("site-packages")})
    (site / "lent.pth").write_text("\n".join(lent) + "\n")
    return python


def _run(python: Path, *arguments: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    run = subprocess.run([python, *arguments], capture_output=True, text=True, check=False, cwd=cwd, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_wheel_holds_the_package_and_its_templates(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in [*(ROOT / "derive").rglob("*.*"), *(ROOT / "templates").rglob("*.*")]:
        if path.suffix == ".pyc":
            continue
        name = path.relative_to(ROOT).as_posix().replace("templates/", "derive/_templates/", 1)
        assert name in names
    assert not [name for name in names if name.startswith(("tests/", "examples/", "output/", "templates/"))]
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert wheel.name.startswith("derive_by_hand-"), "the package index has another derive"


#: Releases that mended a flaw of what we depend on. Before 8.2 click left with 0 where no command is given.
MENDED = {
    "jinja2": (3, 1, 6),  # CVE-2025-27516: a way out of the sandbox
    "click": (8, 3, 3),  # CVE-2026-7246: a command in the name of a file to edit
    "mpmath": (1, 3),  # CVE-2021-29063: a number that takes forever to read
}


def test_no_floor_lies_below_a_release_that_mended_a_flaw(wheel: Path) -> None:
    (metadata,) = (name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".dist-info/METADATA"))
    lines = zipfile.ZipFile(wheel).read(metadata).decode().splitlines()
    needed = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]
    floors = dict(line.split(">=") for line in needed if "extra ==" not in line)
    for name, mended in MENDED.items():
        assert tuple(map(int, floors[name].split("."))) >= mended, name


def test_the_installed_package_renders_from_another_folder(installed: Path, tmp_path: Path) -> None:
    origin = _run(installed, "-c", "import derive; print(derive.__file__)", cwd=tmp_path).strip()
    assert Path(origin).is_relative_to(installed.parents[1]), "the package that was found is not the one installed"
    example = ROOT / "examples/blog-2-3-1.toml"
    program = installed.parent / "derive"
    _run(installed, program, "render", example, "--to", "markdown,pdf,latex", cwd=tmp_path)
    pages = {path.name: path.read_bytes() for path in (tmp_path / "output").iterdir()}
    gallery = ROOT / "output"
    files = [path for path in gallery.glob("blog-2-3-1*") if not path.name.startswith("blog-2-3-1-published")]
    expected = [path.name for path in files if path.suffix in (".svg", ".md", ".pdf", ".tex")]
    assert sorted(pages) == sorted(expected)
    assert pages["blog-2-3-1.pdf"].startswith(b"%PDF-")

    import derive

    here = derive.solve(derive.load(example))
    for name, form in (("blog-2-3-1.md", "markdown"), ("blog-2-3-1.tex", "latex")):
        assert pages[name].decode() == here.render(form, stem="blog-2-3-1")


#: A script as a user writes it. A line that mypy must refuse says with which code.
SCRIPT = """
from decimal import Decimal
from pathlib import Path

import derive
from derive import DeriveError, Network, Solution

network: Network = derive.load(Path("net.toml"), {"numbers": {"decimals": 6}})
same: Network = derive.loads({"network": {"inputs": [1, 2.5]}})
solution: Solution = derive.solve(network)
other: Solution = derive.solve("net.toml")

for step in solution.steps:
    number: int = step.number
    exact = Decimal(step.exact)
    step.number = 3  # misc
shown: float = solution.values["z0"].shown  # assignment
paths: list[Path] = solution.save("page.pdf", flavour="github")
audit = derive.audit(solution, {"O3": "0.6445"})
verdict: str = audit.claims[0].verdict
code: int = audit.claims[0].diagnosis[0].code  # assignment
holds: bool = all(report.holds for report in solution.check())
derive.load(5)  # arg-type
derive.solv(network)  # attr-defined
solution.renders("markdown")  # attr-defined
try:
    derive.loads("")
except derive.InputError as error:
    line: int | None = error.faults[0].line
except DeriveError as other_error:
    status: int = other_error.exit_code
"""


def test_types_reach_the_users_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    """By mypy's strict mode: every line that is wrong is refused, and no other."""
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", installed, "script.py"]
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MYPYPATH")}
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    found = {
        (int(line.split(":")[1]), line.rpartition("[")[2].rstrip("]"))
        for line in run.stdout.splitlines()
        if line.startswith("script.py:") and ": error:" in line
    }
    wrong = {
        (number, line.rpartition("# ")[2]) for number, line in enumerate(SCRIPT.splitlines(), start=1) if "  # " in line
    }
    assert found == wrong, run.stdout + run.stderr
