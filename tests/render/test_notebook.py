"""The notebook: valid, self-contained, the same bytes each time, and it runs from top to bottom in a bare kernel."""

from __future__ import annotations

import ast
import json
import re
import warnings
from base64 import b64decode
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from msgspec.structs import replace

import derive
from derive.render.formats import Beside, render
from tests.pages.networks import network
from tests.publish.tools import HANGING
from tests.render.html.driving import DENSE, ROOT
from tests.render.running import lines_of, solution
from tests.render.test_python import BLOG, EXAMPLES, EXTREMES, FACTS, HOSTILE


def cells(text: str, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


def as_script(text: str) -> str:
    return "\n".join(cells(text, "code"))


def saved(text: str) -> list[str]:
    """The lines of all outputs that stand in a notebook."""
    outputs = (out for cell in json.loads(text)["cells"] for out in cell.get("outputs", ()))
    return [line.rstrip("\n") for out in outputs for line in out["text"]]


def run(text: str) -> None:
    """Run the cells, and make sure that what they print is what has been saved."""
    lines = lines_of(as_script(text))
    assert saved(text) == lines
    assert lines


@pytest.fixture(scope="module")
def blog() -> str:
    return str(derive.solve(derive.load(BLOG)).render("notebook"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_valid_nbformat(path: Path) -> None:
    text = str(derive.solve(derive.load(path)).render("notebook"))
    data = json.loads(text)
    assert (data["nbformat"], data["nbformat_minor"]) == (4, 5)
    nbformat.validate(data)  # with unique ids, or else it warns, which is an error here
    assert text.endswith("}\n")


@pytest.fixture(scope="module")
def executed() -> Iterator[Any]:
    """The blog's notebook after a run in a kernel of its own."""
    with warnings.catch_warnings():
        # Of the kernel's libraries, not of ours.
        warnings.simplefilter("ignore")
        import nbclient

        notebook = nbformat.reads(str(derive.solve(derive.load(BLOG)).render("notebook")), as_version=4)
        nbclient.NotebookClient(notebook, timeout=HANGING // 1000, kernel_name="python3").execute()
        yield notebook


def test_a_kernel_runs_it_from_top_to_bottom(executed: Any) -> None:
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    # So it was before it was run.
    told = json.loads(str(derive.solve(derive.load(BLOG)).render("notebook")))
    assert [cell["execution_count"] for cell in told["cells"] if cell["cell_type"] == "code"] == [
        cell.execution_count for cell in code
    ]
    # A kernel may send one line in two pieces.
    printed = [line.split() for cell in code for line in "".join(out.text for out in cell.outputs).splitlines()]
    steps = [line for line in printed if "=" in line]
    assert [word for line in steps for word in (line[0], line[-1])] == FACTS


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_cells_of_an_example_run_one_after_the_other(path: Path) -> None:
    run(str(derive.solve(derive.load(path)).render("notebook")))


@pytest.mark.parametrize("seed", range(1, 24, 2))
def test_random_networks_run_with_numpy(seed: int, tmp_path: Path) -> None:
    """The seeds in which full precision is carried, and so NumPy's functions are called."""
    text, _ = network(seed)
    run(str(solution(tmp_path, text).render("notebook")))


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_run_with_numpy(name: str, tmp_path: Path) -> None:
    run(str(solution(tmp_path, EXTREMES[name]).render("notebook")))


@pytest.mark.parametrize("stem", DENSE)
def test_the_gradients_are_found_once_more_by_whole_layers(stem: str) -> None:
    """In the notebook of a dense network of one sample, NumPy's arrays give every gradient: as many as parameters."""
    solved = derive.solve(derive.load(ROOT / "examples" / f"{stem}.toml"))
    lines = lines_of(as_script(str(solved.render("notebook"))))
    found = [line for line in lines if re.match(r"d\w+/d\((weights|biases) of ", line)]
    parameters = len(solved.network.model.wanted)
    counts = [re.search(r" \.\.\. \((\d+) as on the page\)$", line) for line in found]
    shown = [len(line.partition(": ")[2].split()) for line in found]
    assert sum(int(told[1]) if told else few for told, few in zip(counts, shown, strict=True)) == parameters


def test_full_precision_is_numpy_s() -> None:
    code = as_script(str(derive.solve(derive.load(BLOG.parent / "mazur-2-2-2.toml")).render("notebook")))
    assert "import numpy as np" in code
    assert "np.exp(-z)" in code


def test_the_helpers_are_one_cell_that_is_folded_away(blog: str) -> None:
    code = [cell for cell in json.loads(blog)["cells"] if cell["cell_type"] == "code"]
    defining = [cell for cell in code if re.search(r"^(def|import|from) ", "".join(cell["source"]), re.MULTILINE)]
    assert defining == code[:1]
    assert defining[0]["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    assert all(not cell["metadata"] for cell in code[1:])


def test_each_derivation_is_followed_by_its_code(blog: str) -> None:
    """Behind the formula of z0 stands the cell that computes z0, and so on for all 30 quantities."""
    data = json.loads(blog)["cells"]
    left = {"z0": r"z_0 &=", "O3": r"O_3 = ", "dCost/dw6": r"\frac{d\mathit{Cost}}{dw_6} &="}
    for name, formula in left.items():
        (place,) = (index for index, cell in enumerate(data) if f'check("{name}",' in "".join(cell["source"]))
        assert formula in "".join(data[place - 1]["source"])
        assert data[place - 1]["cell_type"] == "markdown"


def test_each_array_is_worked_out_behind_its_own_derivation() -> None:
    """A cell holds the entries of one array, and the words before it say what that array is."""
    cells = json.loads(derive.solve(ROOT / "examples" / "attention-head.toml").render("notebook"))["cells"]
    told: dict[str, str] = {}
    for before, cell in pairwise(cells):
        printed = "".join(line for output in cell.get("outputs", ()) for line in output["text"])
        arrays = {line.partition("[")[0] for line in printed.splitlines() if "[" in line}
        assert len(arrays) <= 1
        told |= dict.fromkeys(arrays, "".join(before["source"]))
    assert [*told][:6] == ["Q", "K", "V", "S", "A", "O"]  # the order of the blackboard
    assert "what each token looks for" in told["Q"]
    assert "what each token offers" in told["K"]
    assert r"\frac{\partial L}{\partial W_V}" in told["dL/dW_V"]


def test_a_long_cell_is_folded_away_and_scrolls() -> None:
    weights = [[round(0.01 * (row - column), 2) for column in range(8)] for row in range(8)]
    text = f"""
[given]
x = {[round(0.1 * row, 1) for row in range(8)]}
[parameters]
W = {weights}
[model]
equations = '''
y = W @ x
C = sum(y**2)
'''
"""
    cells = json.loads(derive.solve(derive.loads(text)).render("notebook"))["cells"]
    long = [cell for cell in cells if cell["cell_type"] == "code" and len(cell["source"]) > 60]
    assert any("dC_dW_8_8" in line for cell in long for line in cell["source"])
    for cell in long:
        assert cell["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"], "scrolled": True}


def test_the_words_are_those_of_the_markdown(blog: str) -> None:
    """The same lines as in Markdown for Jupyter, except the figure, which stands in the notebook itself."""
    page = str(derive.solve(derive.load(BLOG)).render("markdown", flavour="jupyter"))

    def lines(text: str) -> list[str]:
        return [line for line in text.splitlines() if line and not line.startswith(("![", "<img"))]

    assert lines("\n".join(cells(blog, "markdown"))) == lines(page)


def test_figures_stand_in_the_notebook(blog: str) -> None:
    page = "\n".join(cells(blog, "markdown"))
    images = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', page)
    assert len(images) == page.count("<img") >= 1
    assert all(b64decode(data).startswith(b'<svg xmlns="http://www.w3.org/2000/svg"') for data, _ in images)
    assert "two inputs" in images[0][1]
    assert derive.solve(derive.load(BLOG)).rendered("notebook").companions == {}


def test_ids_are_unique_and_the_same_each_time(blog: str) -> None:
    ids = [cell["id"] for cell in json.loads(blog)["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-zA-Z0-9-_]{1,64}", name) for name in ids)
    assert derive.solve(derive.load(BLOG)).render("notebook") == blog


@pytest.mark.parametrize("words", [*HOSTILE, "\x02\x03import os", "\x03", "$$ x $$ $y$ [a](b) <b>"])
def test_words_stay_words(words: str) -> None:
    solution = derive.solve(derive.load(BLOG))

    def with_words(said: str) -> str:
        document = replace(solution.document, title=said, author=said, date=said)
        return render(document, "notebook", beside=Beside(program=solution.program)).content.decode()

    harmless, hostile = with_words("harmless"), with_words(words)
    nbformat.validate(json.loads(hostile))
    assert cells(hostile, "code") == cells(harmless, "code")
    assert len(cells(hostile, "markdown")) == len(cells(harmless, "markdown"))
    assert cells(hostile, "markdown")[1:] == cells(harmless, "markdown")[1:]
    ast.parse(as_script(hostile))


def test_a_solution_shows_itself_in_the_output_of_a_cell() -> None:
    """A kernel is given the last expression of a cell; what comes back is the page in Markdown, with its figures."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nbclient

        code = f"import derive\nderive.solve(derive.load({str(BLOG)!r}))"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        folder = {"metadata": {"path": str(BLOG.parents[1])}}
        nbclient.NotebookClient(notebook, timeout=HANGING // 1000, kernel_name="python3", resources=folder).execute()
    (shown,) = notebook.cells[0].outputs
    page = shown.data["text/markdown"]
    assert page.startswith("# Backpropagation by hand: a 2-3-1 sigmoid network\n")
    assert "\n$$\n\\begin{aligned}\nz_0 &= (x_0 \\cdot w_0)" in page
    assert page.count('<img src="data:image/svg+xml;base64,') >= 1
    assert "](blog" not in page
    assert ".svg)" not in page


def test_title_and_author_are_in_the_metadata(tmp_path: Path) -> None:
    text = 'title = "A title"\n' + BLOG.read_text().partition("\n")[2].replace(
        "[network]", '[document]\nauthor = "A. B."\n[network]', 1
    )
    metadata = json.loads(str(solution(tmp_path, text).render("notebook")))["metadata"]
    assert metadata["title"] == "A title"
    assert metadata["authors"] == [{"name": "A. B."}]
    assert metadata["kernelspec"]["name"] == "python3"
