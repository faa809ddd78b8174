"""The formats, the two lengths of a page, and two runs of the program say the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import derive
from derive.document.blocks import Figure
from derive.errors import UsageError
from derive.outputs import all_formats, ending
from tests import gallery
from tests.pages.networks import network
from tests.pages.reading import Reader, Tree, formulas

ROOT = Path(__file__).parents[2]
EXAMPLES = [path for path in gallery.EXAMPLES if path.stem not in gallery.LARGE]
LANGUAGES = ("markdown", "latex")
SEEDS = range(0, 40, 4)

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


@cache
def solved(path: Path, detail: str | None = None) -> derive.Solution:
    return derive.solve(derive.load(path, {"document": {"detail": detail}} if detail else None))


@cache
def page_of(path: Path, detail: str, language: str = "markdown") -> str:
    return str(solved(path, detail).render(language))


def written(folder: Path, text: str) -> derive.Solution:
    path = folder / "net.toml"
    path.write_text(text)
    return derive.solve(derive.load(path))


def pdf_text(folder: Path, content: bytes) -> str:
    path = folder / "page.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


# The same input gives the same bytes


def test_the_same_bytes_from_two_processes(tmp_path: Path) -> None:
    """Another hash seed, folder, time zone, language and time of day change nothing."""
    pages = []
    for seed, zone, language in (("0", "UTC", "C"), ("4711", "Asia/Tokyo", "C.UTF-8")):
        folder = tmp_path / f"run {seed}"
        folder.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        source = ROOT / "examples/mazur-2-2-2.toml"
        command = [sys.executable, "-m", "derive", "render", source, "--to", ",".join(all_formats()), "-o", "."]
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        pages.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert pages[0].keys() == pages[1].keys()
    suffixes = {"".join(path.suffixes) for path in map(Path, pages[0])}
    assert suffixes == {ending(row) for row in all_formats().values()} | {".svg"}
    assert [name for name in pages[0] if pages[0][name] != pages[1][name]] == []


def test_the_same_bytes_from_one_process() -> None:
    for path in EXAMPLES[:2]:
        once, again = derive.solve(derive.load(path)), derive.solve(derive.load(path))
        for name in ("markdown", "latex", "json"):
            assert once.render(name) == again.render(name) == once.render(name)


# Brief and full agree


def steps_of(page: str) -> dict[int, str]:
    """The sections of the steps of a page in Markdown."""
    pieces = re.split(r"^#+ Step (\d+)\. ", page, flags=re.MULTILINE)
    sections = {}
    for number, body in zip(pieces[1::2], pieces[2::2], strict=True):
        sections[int(number)] = re.split(r"^(?:<a id=|#+ |\| )", body, maxsplit=1, flags=re.MULTILINE)[0]
    return sections


def worked_lines(section: str) -> list[list[tuple[str, Tree | None, str]]]:
    return [Reader(formula.text).chain() for formula in formulas(section, "markdown") if formula.display]


#: The heads of tables of steps, and where the derivative, its rule, the numbers put in and the value stand.
HEADS = {
    ("derivative", "rule", "numbers put in", "value", "from"): (0, 1, 2, 3),
    ("derivative", "rule", "numbers put in", "value"): (0, 1, 2, 3),
    ("derivative", "numbers put in", "value", "from"): (0, None, 1, 2),
    ("weight", "numbers put in", "gradient"): (0, None, 1, 2),
}


def rows_of(page: str) -> Iterator[tuple[int, list[str | None]]]:
    """The rows of the tables of steps: the number of the step, and the TeX of derivative, rule, numbers and value."""
    places: tuple[int | None, ...] = ()
    for line in page.split("\n"):
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if cells[0] == "step":
            places = HEADS[tuple("rule" if head == "how it comes about" else head for head in cells[1:])]
            own = cells[1] != "derivative"
        elif not line.startswith("|"):
            places = ()
        elif places and cells[0].isdigit():
            tex = [cell.removeprefix("$`").removesuffix("`$") for cell in cells[1:]]
            name, *others = (None if place is None else tex[place] for place in places)
            yield int(cells[0]), [None if own else name, *others]


#: One has more formulas than GitHub sets, so that its tables are in HTML; one has quotients of negative numbers, whose
#: sign stands before the quotient where it is written in a line.
UNLIKE = ("conv-pool-dense", "attention-head")


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.stem not in UNLIKE], ids=lambda path: path.stem)
def test_brief_and_full_agree(path: Path) -> None:
    full, brief = page_of(path, "full"), page_of(path, "brief")
    sections, short = steps_of(full), steps_of(brief)
    count = len(solved(path, "full").steps)
    assert sorted(sections) == list(range(1, count + 1))
    rows = dict(rows_of(brief))
    assert sorted([*rows, *short]) == list(range(1, count + 1))
    for number, section in short.items():
        # Of steps over arrays that are alike, a brief page tells once how an entry comes about.
        lines = worked_lines(section)
        assert lines == worked_lines(sections[number])[: len(lines)] != [], number
    for number, (name, formula, numbers, value) in rows.items():
        *_, chain = worked_lines(sections[number])  # before it may stand what is told of a matrix of derivatives
        trees = [tree for _, tree, _ in chain]
        assert name is None or Reader(name).chain()[0][1] == trees[0], number
        # The rule of a long sum is told by the step that is told in full, and of many weights once.
        told = formula is None or re.fullmatch(r"as in \[step \d+\]\(#step-\d+\)", formula)
        assert told or Reader(formula).sum() in trees, (number, formula)
        assert Reader(numbers).sum() in trees, (number, numbers)
        sign, *printed = Reader(value).chain()[-1]
        assert printed == [*chain[-1][1:]], (number, value)
        # It is equal to the numbers put in where nothing behind them is rounded.
        behind = [each for each, *_ in chain[trees.index(Reader(numbers).sum()) + 1 :]]
        assert sign == ("≈" if "≈" in behind else "="), (number, value)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_brief_and_full_have_the_same_data(path: Path) -> None:
    assert solved(path, "full").render("json") == solved(path, "brief").render("json")


def said(page: str) -> dict[str, str]:
    """The number that a page gives each quantity."""
    numbers = {}
    for formula in formulas(page, "markdown"):
        chain = Reader(formula.text).chain()
        last = chain[-1][1]
        assert last is not None
        if len(chain) > 1 and last[0] in ("number", "negative") and (last[0] == "number" or last[1][0] == "number"):
            numbers |= {tree[1]: chain[-1][2] for _, tree, _ in chain[:-1] if tree and tree[0] == "name"}
    return numbers


@pytest.mark.parametrize("seed", SEEDS)
def test_brief_and_full_give_the_same_numbers(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(network(seed)[0])
    full, brief = (said(str(solved(path, detail).render("markdown"))) for detail in ("full", "brief"))
    assert len(brief) > 3
    assert {name: full.get(name, number) for name, number in brief.items()} == brief


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_flavours_of_markdown_differ_in_their_marks_alone(path: Path) -> None:
    github, jupyter = (str(solved(path).render("markdown", flavour=name)) for name in ("github", "jupyter"))
    # A long derivation is several formulas where GitHub does not typeset it as one.
    whole = re.sub(r"\n\\end{aligned}\n```\n\n```math\n\\begin{aligned}\n(?=\s*&)", lambda _: " \\\\\n", github)
    displayed = re.compile(r"(?ms)^(?:```math|\$\$)\n(.*?)\n(?:```|\$\$)$")
    assert displayed.findall(whole) == displayed.findall(jupyter) != []
    if "<sub>" in github:  # where GitHub typesets no more, formulas within lines are HTML
        return
    inline = re.compile(r"\$`?([^$`]+)`?\$")
    words, same = (inline.sub(r"$\1$", displayed.sub("", page)).replace("*", "") for page in (whole, jupyter))
    assert words == same


# Links land

#: Per language, what a link looks like and what it leads to.
LINKS = {
    "markdown": (r"\]\(#([^)]*)\)", r'<a id="([^"]*)"></a>'),
    "latex": (r"\\(?:hyperref|autoref|ref)\s*[\[{]([^\]}]*)[\]}]", r"\\label\{([^}]*)\}"),
}


def links_land(page: str, language: str) -> None:
    link, anchor = LINKS[language]
    links, anchors = re.findall(link, page), Counter(re.findall(anchor, page))
    assert links
    assert [name for name, count in anchors.items() if count > 1] == []
    assert [name for name in links if name not in anchors] == []


@pytest.mark.parametrize("detail", ["full", "brief"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_links_land(path: Path, detail: str) -> None:
    for language in LANGUAGES:
        links_land(page_of(path, detail, language), language)


@pytest.mark.parametrize("seed", SEEDS)
def test_links_of_random_networks_land(seed: int, tmp_path: Path) -> None:
    solution = written(tmp_path, network(seed)[0])
    for language in LANGUAGES:
        links_land(str(solution.render(language)), language)


def test_links_are_the_same_in_both_languages() -> None:
    for path in EXAMPLES:
        pages = [re.findall(LINKS[language][0], page_of(path, "full", language)) for language in LANGUAGES]
        assert len(pages[0]) > 2  # a page of arrays has few steps
        assert pages[0] == pages[1]


# Text stays text

TITLES = (
    r"<script>alert(1)</script> & <b>bold</b> &amp; <!-- x -->",
    r"{{ 7*7 }} {% raw %} {# x #} {{{{ x }}}}",
    r"$x$ $$y$$ \(z\) \[w\] $`v`$ `code` ``more``",
    r"\input{/etc/passwd} \write18{ls} ^^M % rest # ~ ^ _under_",
    r"#import '@preview/x:1.0.0': * #eval('1') @label <label> *strong* = head",
    r"[link](javascript:alert(1)) ![x](y) | a | b | > q - i 1. n",
)

HOSTILE = """
title = {title}
[document]
author = {title}
[network]
inputs = [1]
targets = [1]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.5]]
"""


class _Heading(HTMLParser):
    """The text of the first heading, and every element of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.elements, self._inside, self._done = "", Counter[str](), False, False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements[tag] += 1
        self._inside |= tag == "h1" and not self._done

    def handle_endtag(self, tag: str) -> None:
        if tag == "h1":
            self._inside, self._done = False, True

    def handle_data(self, data: str) -> None:
        self.text += data if self._inside else ""


@pytest.fixture(params=TITLES)
def hostile(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, derive.Solution]:
    """A title that is code in one language or another, and a network that bears it."""
    return request.param, written(tmp_path, HOSTILE.format(title=json.dumps(request.param)))


def test_a_title_stays_text_in_markdown(hostile: tuple[str, derive.Solution]) -> None:
    title, solution = hostile
    page = str(solution.render("markdown"))
    reader = _Heading()
    reader.feed(MarkdownIt("commonmark").render(page))
    assert reader.text == title
    assert reader.elements["script"] == reader.elements["b"] == reader.elements["h1"] - 1 == 0
    assert reader.elements["img"] == sum(isinstance(block, Figure) for block in solution.document.blocks) > 1
    # Liquid, Hugo and Jinja read a page before Markdown does; GitHub reads dollars first.
    assert re.search(r"\{[{%#]", re.sub(r"(?s)```math.*?```|\$`.*?`\$", "", page)) is None
    assert "$" not in re.sub(r"<span>\$</span>", "", page.splitlines()[0])


#: How LaTeX is told of characters that mean something to it.
ESCAPES = {
    r"\textbackslash{}": "\\",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\textasciigrave{}": "`",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textquotedbl{}": '"',
    r"\textquotesingle{}": "'",
}


def plain(tex: str) -> str:
    """What LaTeX prints; every other command is left, and so found."""
    # Two hyphens, which would become a dash, are kept apart.
    tex = tex.replace(r"\texorpdfstring{\kern0pt}{{}}", "")
    pieces = re.split(r"(\\text[a-z]+\{\}|\\[#$%&_{}]|\{[^{}\\]\}|\{\})", tex)
    return "".join(
        ESCAPES.get(piece, piece[1] if piece[:1] == "\\" or (piece[:1] == "{" and piece[1:2] != "}") else "")
        if index % 2
        else piece
        for index, piece in enumerate(pieces)
    )


def test_a_title_stays_text_in_latex(hostile: tuple[str, derive.Solution]) -> None:
    title, solution = hostile
    page = str(solution.render("latex"))
    (head,) = re.findall(r"\{\\LARGE\\bfseries\\leftskip=.*\\rightskip=\\leftskip (.*)\\par\}", page)
    assert plain(head) == title
    assert (
        re.search(r"\\[A-Za-z]+(?!\{\})", re.sub(r"\\text[a-z]+\{\}|\\texorpdfstring\{\\kern0pt\}", "", head)) is None
    )
    assert re.search(r"(?<!\\)[$%&#_~^]", head) is None


def test_a_title_stays_text_in_json(hostile: tuple[str, derive.Solution]) -> None:
    title, solution = hostile
    assert json.loads(solution.render("json"))["title"] == title


@needs_pdftotext
def test_a_title_stays_text_in_pdf(hostile: tuple[str, derive.Solution], tmp_path: Path) -> None:
    title, solution = hostile
    content = solution.render("pdf")
    assert isinstance(content, bytes)
    text = pdf_text(tmp_path, content).partition("The question")[0]
    plainly = text.translate({ord("‘"): "'", ord("’"): "'"})  # typographic ones are set
    assert "".join(plainly.split()).startswith("".join(title.split()))


# The blog's numbers

#: Step, quantity, what else it is, 4 decimals carried on, full precision: from the table of facts.
BLOG = (
    (1, "dCost/dO3", "", "-0.2755", "-0.27553732"),
    (2, "dO3/dz3", "", "0.2291", "0.22913053"),
    (3, "dCost/dz3", "dCost/db3", "-0.0631", "-0.06313401"),
    (4, "dCost/dw6", "", "-0.0597", "-0.05974645"),
    (5, "dCost/dw7", "", "-0.0631", "-0.06312350"),
    (6, "dCost/dw8", "", "-0.0339", "-0.03393010"),
    (7, "dCost/dO0", "", "-0.0568", "-0.05682061"),
    (8, "dO0/dz0", "", "0.0508", "0.05077762"),
    (9, "dCost/dz0", "dCost/db0", "-0.0029", "-0.00288522"),
    (10, "dCost/dw0", "", "-0.0058", "-0.00577043"),
    (11, "dCost/dw1", "", "-0.0261", "-0.02596694"),
    (12, "dCost/dO1", "", "0.0316", "0.03156701"),
    (13, "dO1/dz1", "", "0.0002", "0.00016653"),
    (14, "dCost/dz1", "dCost/db1", "0.0000", "0.00000526"),
    (15, "dCost/dw2", "", "0.0000", "0.00001051"),
    (16, "dCost/dw3", "", "0.0000", "0.00004731"),
    (17, "dCost/dO2", "", "-0.0050", "-0.00505072"),
    (18, "dO2/dz2", "", "0.2486", "0.24859901"),
    (19, "dCost/dz2", "dCost/db2", "-0.0012", "-0.00125560"),
    (20, "dCost/dw4", "", "-0.0024", "-0.00251121"),
    (21, "dCost/dw5", "", "-0.0108", "-0.01130044"),
)
FORWARD = {
    "z0": ("2.87", "2.87"),
    "O0": ("0.9463", "0.94634335"),
    "z1": ("8.7", "8.7"),
    "O1": ("0.9998", "0.99983344"),
    "z2": ("0.15", "0.15"),
    "O2": ("0.5374", "0.53742985"),
    "z3": ("0.5948", "0.59478668"),
    "O3": ("0.6445", "0.64446268"),
    "Cost": ("0.0380", "0.03796041"),
}
BLOG_FILE = ROOT / "examples/blog-2-3-1.toml"


def rounded(exact: str, pattern: str) -> str:
    return str(Decimal(exact).quantize(Decimal(pattern)))


def test_the_data_has_the_numbers_of_the_blog() -> None:
    solution = solved(BLOG_FILE)
    for name, (shown, exact) in FORWARD.items():
        value = solution.values[name]
        assert (value.shown, Decimal(rounded(value.exact, exact))) == (shown, Decimal(exact)), name
    for step, (number, target, equals, shown, exact) in zip(solution.steps, BLOG, strict=True):
        assert (step.number, step.target, step.equals) == (number, target, (equals,) if equals else ())
        assert (step.shown, rounded(step.exact, exact)) == (shown, exact), target
        for name in filter(None, (target, equals)):
            assert solution.values[name].shown == shown


def _key(name: str) -> str:
    """The TeX of a plain name of the blog, as the reader knows it."""
    return re.sub(r"(?<=[a-zO])(\d)", r"_\1", name.replace("Cost", r"\mathit{Cost}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_the_numbers_of_the_blog(language: str) -> None:
    page = str(solved(BLOG_FILE).render(language))
    ends = {}
    for formula in filter(lambda formula: formula.display, formulas(page, language)):
        chain = Reader(formula.text).chain()
        left = chain[0][1]
        assert left is not None
        end = chain[-1][2].replace(" ", "")
        if "sigmoid" not in end:  # the cost as one expression ends in no number
            ends[left[1]] = end
    for name, (shown, _) in FORWARD.items():
        assert ends[_key(name)] == shown, name
    for _, target, equals, shown, _ in BLOG:
        assert ends[_key(target)] == shown, target
        if equals:
            assert re.search(rf"{re.escape(_key(equals))}\s*(?:=|\\approx)\s*{re.escape(shown)}", page), equals


@needs_pdftotext
def test_the_pdf_has_the_numbers_of_the_blog(tmp_path: Path) -> None:
    content = solved(BLOG_FILE).render("pdf")
    assert isinstance(content, bytes)
    pieces = re.split(r"^[\f ]*Step (\d+)\. ", pdf_text(tmp_path, content), flags=re.MULTILINE)
    sections = dict(zip(map(int, pieces[1::2]), pieces[2::2], strict=True))
    assert sorted(sections) == list(range(1, 22))
    for number, _, _, shown, _ in BLOG:
        numbers = re.findall(r"[−-]?\d+\.\d+", sections[number].replace("− ", "−"))
        assert shown in [found.replace("−", "-") for found in numbers], number


# The JSON is the contract's

CONTRACT = """
title = "A 2-3-1 sigmoid network"

[document]             # all optional: detail = "full" | "brief", author, date, language (a tag for readers and tools)
author = "…"

[network]
inputs  = [2, 9]                       # several samples: [[2, 9], [1, 4]]
targets = [0.92]
cost    = "half_squared_error"

[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]]   # row j: the weights into neuron j
biases  = [0.5, 0.5, 0.5]              # one number: one bias shared by the layer; left out: none

[[network.layers]]
activation = "sigmoid"
weights = [[0.9, -0.5, 0.08]]
biases  = [0.2]

[notation]             # left out: preset = "flat"
preset = "flat"
cost = "Cost"

[numbers]              # left out: round = "end", significant = 4, ties = "even"
round = "each-step"
decimals = 4
ties = "even"

[update]
learning_rate = 0.5
steps = 1
frozen = []

[published]
"z0" = "2.87"
"dCost/dw6" = "-0.0597"
"dCost/db1" = "dCost/dO1"
"""

STEP_1 = {
    "number": 1,
    "target": "dCost/dO3",
    "equals": [],
    "rule": "cost",
    "symbolic": "O3 - y",
    "factors": [],
    "substituted": "0.6445 - 0.92",
    "shown": "-0.2755",
    "exact": "-0.275537322946594",
    "uses": ["O3", "y"],
}
STEP_7 = {
    "number": 7,
    "target": "dCost/dO0",
    "equals": [],
    "rule": "chain",
    "symbolic": "dCost/dz3 * w6",
    "factors": [["dCost/dz3", "w6"]],
    "substituted": "(-0.0631) * 0.9",
    "shown": "-0.0568",
    "exact": "-0.0568206127820635",
    "uses": ["dCost/dz3", "w6"],
}


def test_the_json_of_the_contract(tmp_path: Path) -> None:
    data = json.loads(written(tmp_path, CONTRACT).render("json"))
    assert list(data) == ["format", "title", "values", "steps"]
    assert data["format"] == "derive.solution/1"
    assert data["title"] == "A 2-3-1 sigmoid network"
    assert data["steps"][0] == STEP_1
    assert data["steps"][6] == STEP_7
    assert [list(step) for step in data["steps"]] == [list(STEP_1)] * 21
    assert data["values"]["z0"] == {"shown": "2.87", "exact": "2.87"}
    assert data["values"]["dCost/dw6"] == {"shown": "-0.0597", "exact": "-0.0597464543724245"}
    names = set(data["values"])
    assert {"x0", "x1", "y", *(f"w{i}" for i in range(9)), *(f"b{i}" for i in range(4))} <= names
    assert {*FORWARD, *(f"dO{i}/dz{i}" for i in range(4)), *(f"dCost/dw{i}" for i in range(9))} <= names
    assert {*(f"dCost/db{i}" for i in range(4)), "Cost+", *(f"w{i}+" for i in range(9))} <= names


#: Plain ASCII that ``float`` and ``Decimal`` read.
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_numbers_of_the_json_can_be_read(seed: int, tmp_path: Path) -> None:
    solution = written(tmp_path, network(seed)[0])
    data = json.loads(solution.render("json"))
    for name, value in [*data["values"].items(), *((step["target"], step) for step in data["steps"])]:
        for text in (value["shown"], value["exact"]):
            assert NUMBER.fullmatch(text), name
            assert text.isascii()
            assert not (Decimal(text) == 0 and "-" in text.partition("e")[0]), name
            assert float(text) == float(Decimal(text))
        known, digits = solution.worked.values[name].exact.value, Decimal(value["exact"]).as_tuple().digits
        assert len(digits) >= 15 or Fraction(value["exact"]) == Fraction(known), name
        assert abs(Fraction(value["exact"]) - Fraction(known)) <= abs(Fraction(known)) / 10**14, name
    for step in data["steps"]:
        assert {"shown": step["shown"], "exact": step["exact"]} == data["values"][step["target"]]
        assert {step["target"], *step["equals"], *step["uses"]} <= set(data["values"])
        assert step["rule"] in ("cost", "activation", "chain")
        assert bool(step["factors"]) == (step["rule"] == "chain")
    assert [step["number"] for step in data["steps"]] == list(range(1, len(data["steps"]) + 1))


def test_python_sees_what_the_json_says() -> None:
    solution = solved(BLOG_FILE)
    data = json.loads(solution.render("json"))
    assert {name: {"shown": v.shown, "exact": v.exact} for name, v in solution.values.items()} == data["values"]
    assert [step.symbolic for step in solution.steps] == [step["symbolic"] for step in data["steps"]]
    shown = solution._repr_markdown_()
    assert shown.startswith("# Backpropagation by hand")
    assert type(shown) is str  # what a notebook's front end is sent


def test_what_is_no_network_is_told() -> None:
    with pytest.raises(UsageError, match=r"what derive.load gives, and no int"):
        derive.solve(5)  # type: ignore[arg-type]
