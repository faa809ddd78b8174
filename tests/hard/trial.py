"""Takes one network file through everything, and says what should not have happened."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import derive
from derive.catalogue.flavours import FLAVOURS
from derive.errors import DeriveError
from tests.hard.claims import papers
from tests.hard.networks import network
from tests.render.live import Ask, differences, request
from tests.render.running import tried

#: Powers of ten that the engine of the page can count.
_REACH = 4 * 10**15

#: The last line of a program that has found what the page says, and of one that could not compare all of it.
_AGREES = "Every value is the one on the page."

_DISPLAYED = re.compile(r"```math\n(?:\\begin\{aligned\}\n)?(.*?)(?:\n\\end\{aligned\})?\n```", re.DOTALL)
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?:\s*\\times 10\^\{?(-?\d+)\}?)?$")
_STEP = re.compile(r"^#+ Step (\d+)\. ", re.MULTILINE)


def of_seed(seed: int, folder: Path, ask: Ask | None = None) -> Iterator[str]:
    """What should not have happened to the network of a seed; every fourth becomes a PDF and pictures as well."""
    return complaints(network(seed), papers(seed), folder, pdf=seed % 4 == 0, ask=ask)


def complaints(
    text: str, claimed: Iterable[Mapping[str, str]], folder: Path, *, pdf: bool, ask: Ask | None = None
) -> Iterator[str]:
    """What should not have happened to a valid file: an error of its own, or formats that contradict each other.

    Args:
        text: the network file.
        claimed: what somebody printed, in several papers.
        folder: where it may be written.
        pdf: whether a PDF is made as well, and a page whose formulas are pictures: both are set by Typst.
        ask: what asks the engine of the living page, if it is to work the network out too.
    """
    path = folder / "net.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    made: dict[str, str] = {}

    def attempt(what: str, action: Callable[[], object]) -> Iterator[str]:
        """Nothing but a sentence with exit code 2 may come instead of a result."""
        try:
            made[what] = str(action())
        except DeriveError as error:
            if error.exit_code != 2 or not str(error).strip():
                yield f"{what}: {error}"
        except Exception:
            yield f"{what}: {traceback.format_exc()}"

    try:
        solution = derive.solve(derive.load(path))
    except DeriveError as error:
        if error.exit_code != 2:
            yield f"solve: {error}"
        return
    except Exception:
        yield f"solve: {traceback.format_exc()}"
        return
    for paper in claimed:
        yield from attempt(f"audit of {paper}", lambda paper=paper: solution.audit(paper))
    for name in ("json", "latex", "html", "notebook", "python", *(["pdf"] if pdf else [])):
        yield from attempt(name, lambda name=name: solution.render(name))
    for flavour in (flavour for flavour in FLAVOURS if pdf or flavour != "images"):
        yield from attempt(f"markdown {flavour}", lambda flavour=flavour: solution.render("markdown", flavour=flavour))
    yield from attempt("check", lambda: _proved(solution))
    if made.get("check"):
        yield f"check: {made['check']}"
    if "json" in made and "markdown github" in made:
        yield from _contradictions(json.loads(made["json"]), made["markdown github"])
    if "python" in made:
        yield from _run("python", made["python"])
    if "notebook" in made:
        cells = json.loads(made["notebook"])["cells"]
        code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        yield from _run("notebook", "\n".join(code))
    if ask is not None and "html" in made and solution.live is not None and _within_reach(solution):
        (answer,) = ask([request(solution.worked)])
        if answer.get("error", "").endswith("a number too large to be written."):
            return  # on the way to a value within reach
        yield from (f"engine: {difference}" for difference in differences(solution.worked, answer))


def _within_reach(solution: derive.Solution) -> bool:
    """Whether the engine of the page can hold all numbers; Python has some that are further from 1."""
    return all(abs(value.exact.value.adjusted()) < _REACH for value in solution.worked.values.values())


def _proved(solution: derive.Solution) -> str:
    """The proofs that do not hold."""
    return "; ".join(report.method for report in solution.check() if not report.holds)


def _run(what: str, code: str) -> Iterator[str]:
    lines, error = tried(code)
    if error:
        yield f"{what} stops: {error}"
    elif what == "python" and (not lines or lines[-1] != _AGREES):
        yield f"{what} ends with {lines[-1:]}"


def _contradictions(data: dict, page: str) -> Iterator[str]:
    """Where the last number of a step on the page is not the one in the data."""
    pieces = _STEP.split(page)
    sections = dict(zip(map(int, pieces[1::2]), pieces[2::2], strict=True))
    for step in data["steps"]:
        section = sections.get(step["number"], "").partition("\n#")[0]
        shown = _DISPLAYED.search(section)
        if shown is None:
            continue  # a row of a table on a brief page
        found = _NUMBER.search(shown[1])
        if found is None or Decimal(f"{found[1]}e{found[2] or 0}") != Decimal(step["shown"]):
            yield f"step {step['number']}: {shown[1][-60:]} on the page, {step['shown']} in the data"
    for name, value in data["values"].items():
        if not (Decimal(value["shown"]).is_finite() and Decimal(value["exact"]).is_finite()):
            yield f"{name} is {value}"
