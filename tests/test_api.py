"""From Python: what is read and worked out, how it shows itself, what is completed, what is told of a mistake."""

from __future__ import annotations

import rlcompleter
import tomllib
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import derive
from derive import errors

BLOG = Path(__file__).parents[1] / "examples/blog-2-3-1.toml"

NET: dict[str, object] = {
    "network": {
        "inputs": [2],
        "targets": [1],
        "cost": "half_squared_error",
        "layers": [{"activation": "identity", "weights": [[0.1]], "biases": [0.2]}],
    }
}


@pytest.fixture(scope="module")
def solution() -> derive.Solution:
    return derive.solve(BLOG)


# Reading


def test_a_path_a_text_and_a_dict_are_the_same_network() -> None:
    text = BLOG.read_text()
    pages = {
        derive.solve(network).render("json")
        for network in (
            BLOG,
            str(BLOG),
            derive.load(BLOG),
            derive.loads(text),
            derive.loads(tomllib.loads(text)),
            derive.loads(tomllib.loads(text, parse_float=Decimal)),
        )
    }
    assert len(pages) == 1


def test_floats_have_the_digits_that_python_prints() -> None:
    """0.1 as a float is 0.1000000000000000055…; the exact value here is 2*0.1 + 0.2 = 0.4."""
    for number in (0.1, np.float64(0.1), Decimal("0.1")):
        layer = {"activation": "identity", "weights": [[number]], "biases": (0.2,)}
        network = {**NET["network"], "layers": [layer]}  # type: ignore[dict-item]
        values = derive.solve(derive.loads({"network": network})).values
        assert (values["z0"].exact, values["Cost"].exact) == ("0.4", "0.18")


def test_a_setting_may_be_a_float() -> None:
    """w+ = 0.1 - 0.25·(0.4 - 1)·2 = 0.4"""
    rate = {"update": {"learning_rate": np.float64(0.25)}}
    assert derive.solve(derive.loads(NET, rate)).values["w0+"].exact == "0.4"


def test_settings_win_over_a_dict_and_a_text() -> None:
    for network in (NET, BLOG.read_text()):
        solution = derive.solve(derive.loads(network, {"numbers": {"decimals": 2, "round": "end"}}))
        assert solution.network.file.numbers.decimals == 2


def test_a_notebook_without_files_can_audit() -> None:
    network = derive.loads({**NET, "published": {"z0": "0.4", "Cost": 0.19}})
    verdicts = [claim.verdict for claim in derive.audit(network).claims]
    assert verdicts == ["agrees", "wrong"]  # ½(1 − 0.4)² = 0.18
    assert derive.audit(BLOG, {"z0": 2.87}).wrong == 0


# Mistakes

MISTAKES: dict[str, tuple[Callable[[], object], type[errors.DeriveError], str]] = {
    "load a number": (lambda: derive.load(5), errors.UsageError, "derive.load takes a path, and no int"),  # type: ignore[arg-type]
    "load nothing": (lambda: derive.load(None), errors.UsageError, "no NoneType"),  # type: ignore[arg-type]
    "load a dict": (lambda: derive.load({}), errors.UsageError, "derive.loads takes text or a dict"),  # type: ignore[arg-type]
    "load no file": (lambda: derive.load("nothing.toml"), errors.InputError, "nothing.toml: no such file"),
    "load a text": (lambda: derive.load("a = 1\nb = 2"), errors.InputError, "no such file"),
    "loads a number": (lambda: derive.loads(5), errors.UsageError, "takes text or a dict, and no int"),  # type: ignore[arg-type]
    "loads nothing": (lambda: derive.loads(""), errors.InputError, "<text>: an empty file"),
    "loads no TOML": (lambda: derive.loads("a = 1\nb ="), errors.InputError, "<text>:2: "),
    "loads half a sign": (lambda: derive.loads("a = '\ud800'"), errors.InputError, "<text>:1: "),
    "loads an empty dict": (lambda: derive.loads({}), errors.InputError, "<data>: network: missing"),
    "loads objects": (
        lambda: derive.loads({"network": {"inputs": np.array([1.0]), "targets": {1, 2}}}),
        errors.InputError,
        "<data>: network.inputs: an object of the type ndarray; expected a number, a text, a list or a dict\n"
        "<data>: network.targets: an object of the type set",
    ),
    "loads a key": (lambda: derive.loads({"network": {3: 4}}), errors.InputError, "network: a key of the type int"),
    "loads a circle": (lambda: derive.loads(_circle()), errors.InputError, "nested more than 50 deep"),
    "loads nan": (lambda: derive.loads(_with(inputs=[float("nan")])), errors.InputError, "inputs[0]: the value nan"),
    "loads a misspelling": (lambda: derive.loads(_with(costs="")), errors.InputError, 'did you mean "cost"?'),
    "solve a dict": (lambda: derive.solve({}), errors.UsageError, "derive.solve takes a path"),  # type: ignore[arg-type]
    "solve no file": (lambda: derive.solve("nothing.toml"), errors.InputError, "nothing.toml: no such file"),
    "audit a number": (lambda: derive.audit(3), errors.UsageError, "no int"),  # type: ignore[arg-type]
    "settings of a number": (lambda: derive.load(BLOG, 5), errors.UsageError, "settings are tables"),  # type: ignore[arg-type]
    "settings that are none": (lambda: derive.loads(NET, {"numbers": 5}), errors.UsageError, "settings are tables"),  # type: ignore[dict-item]
    "a setting that is none": (
        lambda: derive.loads(NET, {"numbers": {"decimal": 5}}),
        errors.InputError,
        'numbers.decimal: unknown key; expected one of round, decimals, significant, ties (did you mean "decimals"?)',
    ),
    "a setting of an object": (
        lambda: derive.loads(NET, {"numbers": {"decimals": object()}}),
        errors.InputError,
        "<settings>: numbers.decimals: an object of the type object",
    ),
    "claims of a number": (lambda: _solved().audit(5), errors.UsageError, "and no int"),  # type: ignore[arg-type]
    "claims of bytes": (lambda: derive.audit(_solved(), b"a.csv"), errors.UsageError, "and no bytes"),
    "claims of a solution": (lambda: _solved().with_claims(_solved()), errors.UsageError, "and no Solution"),  # type: ignore[arg-type]
    "papers of a number": (lambda: _solved().papers(5), errors.UsageError, "from a path, and no int"),  # type: ignore[arg-type]
    "papers of no form": (lambda: _solved().papers("a.csv", "cvs"), errors.UsageError, 'did you mean "csv"?'),
    "template of a number": (lambda: _solved().render("tex", template=5), errors.UsageError, "and no int"),
    "no format": (lambda: _solved().render("markdwon"), errors.UsageError, 'did you mean "markdown"?'),
    "no word": (lambda: _solved().render(5), errors.UsageError, "int"),  # type: ignore[arg-type]
    "no option": (lambda: _solved().render("tex", flavor="x"), errors.UsageError, 'no option is called "flavor"'),
    "no paper": (lambda: _solved().render("tex", paper="a5"), errors.UsageError, "'a5' - at `paper`"),
    "no template": (lambda: _solved().render("tex", template="nothing.jinja"), errors.InputError, "nothing.jinja"),
    "no path": (lambda: _solved().save(5), errors.UsageError, "no int"),  # type: ignore[arg-type]
    "no suffix": (lambda: _solved().save("page"), errors.UsageError, "page: it has no suffix"),
    "a module": (lambda: _solved().save("math.py"), errors.UsageError, "math.py: scripts import the module math"),
}


def test_names_are_judged_beside_other_faults() -> None:
    """Whatever else is wrong with a network, all faults are told in one run while its quantities can be counted."""
    text = BLOG.read_text().replace('"sigmoid"', '"sigmod"').replace("[0.5, 0.8]", "[0.5]")
    with pytest.raises(derive.InputError) as caught:
        derive.loads(
            f"{text}\n[notation.rename]\nnope = 'a'\nw6 = 'x0'\nw7 = 'x0'\n[update]\nlearning_rate = 1\nfrozen = ['q']"
        )
    keys = [fault.path for fault in caught.value.faults]
    assert [key[-1] for key in keys] == ["activation", 1, "activation", "nope", "w6", "w7", 0]
    assert [fault.line for fault in caught.value.faults] == sorted(fault.line or 0 for fault in caught.value.faults)


def _circle() -> dict[str, object]:
    table: dict[str, object] = {}
    table["network"] = table
    return table


def _with(**settings: object) -> dict[str, object]:
    return {"network": {**NET["network"], **settings}}  # type: ignore[dict-item]


def _solved() -> derive.Solution:
    return derive.solve(derive.loads(NET))


@pytest.mark.parametrize(("call", "error", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(
    call: Callable[[], object],
    error: type[errors.DeriveError],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(derive.DeriveError) as caught:
        call()
    assert type(caught.value) is error
    assert said in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_formats_by_their_short_names(solution: derive.Solution) -> None:
    for name, short in (("markdown", "md"), ("latex", "tex"), ("notebook", "ipynb"), ("python", "py")):
        assert solution.render(short) == solution.render(name)


# How things show themselves


def test_representations(solution: derive.Solution) -> None:
    assert repr(derive.load(BLOG)).startswith('<Network "Backpropagation by hand')
    assert repr(derive.load(BLOG)).endswith(": 2 inputs, then 3 and 1 neurons>")
    assert repr(derive.loads(NET)).endswith(": 1 input, then 1 neuron>")
    assert repr(solution).endswith(": Cost 0.0380, 21 steps>")
    assert repr(solution.steps[6]) == "<Step 7: dCost/dO0 = dCost/dz3 * w6 ≈ -0.0568>"
    assert repr(_solved().steps[0]) == "<Step 1: dCost/dO0 = O0 - y = -0.6>"
    assert repr(solution.values["z0"]) == "<Value 2.87>"
    assert repr(solution.values["dCost/dw6"]) == "<Value -0.0597 (-0.0597464543724245)>"
    audit = solution.audit({"O3": "0.6445", "dCost/dO3": "0.2755", "nothing": "1"})
    right, wrong, _ = audit.claims
    assert repr(right) == "<Claim O3 = 0.6445: agrees>"
    assert repr(wrong) == "<Claim dCost/dO3 = 0.2755: wrong, it is -0.2755 [sign]>"
    assert repr(audit) == "<Audit of 3 claims: 1 agrees, 1 wrong, 1 unknown>"


def test_what_is_printed_of_a_claim_is_harmless() -> None:
    from derive.auditing.data import Judged

    claim = Judged("x\x1b[2J", "1\u202e", "", "", "unknown", ())
    assert repr(claim) == "<Claim x\\u001b[2J = 1\\u202e: unknown>"


class _Cells(HTMLParser):
    """The rows of a table, and what else is marked up."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows:
            self.rows[-1][-1] += data


def test_an_audit_shows_itself_in_a_notebook(solution: derive.Solution) -> None:
    audit = solution.audit({"O3": "0.6445", "dC/dO3": "0.2755", "<script>$x$": "1"})
    page = _Cells(audit._repr_html_())
    head, right, wrong, unknown = page.rows
    assert head == ["quantity", "printed", "it is", "verdict", "why"]
    assert right[:4] == ["O3", "0.6445", "0.6445", "agrees"]
    assert wrong[:4] == ["dC/dO3", "0.2755", "-0.2755", "wrong"]
    assert "sign" in wrong[4]
    assert unknown[0] == "<script>$x$"
    assert page.tags == {"div", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong"}


# Completion


def test_the_package_lists_what_it_has() -> None:
    assert {"load", "loads", "solve", "audit", "Network", "Solution", "DeriveError"} <= set(dir(derive))
    assert set(derive.__all__) <= set(dir(derive))
    for name in dir(derive):
        assert getattr(derive, name) is not None
    told = {
        name
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, derive.DeriveError)
    }
    assert told <= set(derive.__all__)
    space: dict[str, object] = {}
    exec("from derive import *", space)  # noqa: S102
    assert set(derive.__all__) <= set(space)


def test_python_completes_without_working_anything_out() -> None:
    solution = derive.solve(BLOG)
    before = set(vars(solution))
    offered = rlcompleter.Completer({"solution": solution}).attr_matches("solution.")
    assert {"solution.steps", "solution.values", "solution.document"} <= set(offered)
    assert set(vars(solution)) == before
    assert solution.steps is solution.steps


@pytest.fixture(scope="module")
def completed() -> Callable[[str], set[str]]:
    """What IPython offers behind a beginning."""
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns |= {"derive": derive, "solution": derive.solve(BLOG), "audit": derive.audit(BLOG, {"O3": "0.64"})}

    def complete(text: str) -> set[str]:
        with provisionalcompleter():
            return {found.text.rpartition(".")[2] for found in shell.Completer.completions(text, len(text))}

    return complete


def test_ipython_completes(completed: Callable[[str], set[str]]) -> None:
    assert {"load", "loads", "solve", "audit", "InputError"} <= completed("derive.")
    assert completed("derive.lo") == {"load", "loads"}
    assert {"steps", "values", "render", "save", "check", "audit", "title"} <= completed("solution.")
    assert {"symbolic", "shown", "exact"} <= completed("solution.steps[0].")
    assert {"claims", "wrong", "first_wrong"} <= completed("audit.")


@pytest.mark.parametrize("stem", ["blog-2-3-1", "blog-2-3-1-published", "mazur-2-2-2"])
def test_the_way_from_a_file_to_a_page_is_the_one_told(stem: str) -> None:
    """The lines at the top of :mod:`derive.api` are run as they stand."""
    from derive import api
    from derive.auditing.judge import Auditor
    from derive.calculus.solution import solve
    from derive.document.page import write_live
    from derive.document.settled import settled_page
    from derive.model.writings import write
    from derive.proof.numeric.differences import differences
    from derive.render.formats import Options, render
    from derive.spec.reading.reader import check, read_source

    path = Path(__file__).parents[1] / "examples" / f"{stem}.toml"
    whole = derive.solve(path)
    lines = [line.strip() for line in (api.__doc__ or "").splitlines() if line.startswith("    ")]
    names = {each.__name__: each for each in (read_source, check, write, solve, differences, Auditor, settled_page)}
    names |= {"write_live": write_live, "render": render, "path": path, "options": Options(stem=stem)}
    names["published"] = whole.claims.claims
    exec("\n".join(lines), names)  # noqa: S102 - our own lines
    assert names["content"] == str(whole.render("markdown", stem=stem)).encode()
