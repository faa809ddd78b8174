"""Banks of questions, read back as Moodle, a player of QTI 3 and Canvas read them, by parsers that are not ours."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
import torch

from derive import Solution, loads, solve
from derive.errors import UsageError
from tests.course.test_leaks import numbers, secrets
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
FORMATS = ("moodle", "qti", "canvas")


def blog() -> dict[str, float]:
    """The gradients of the 2-3-1 network of the blog, by PyTorch."""
    weights = torch.tensor([0.15, 0.23, 0.5, 0.8, 0.05, -0.05, 0.9, -0.5, 0.08], dtype=torch.double, requires_grad=True)
    biases = torch.tensor([0.5, 0.5, 0.5, 0.2], dtype=torch.double, requires_grad=True)
    hidden = torch.sigmoid(weights[:6].reshape(3, 2) @ torch.tensor([2.0, 9.0], dtype=torch.double) + biases[:3])
    cost = (0.92 - torch.sigmoid(weights[6:] @ hidden + biases[3])) ** 2 / 2
    cost.backward()
    assert weights.grad is not None
    assert biases.grad is not None
    return {
        "Cost": cost.item(),
        **{f"dCost/dw{at}": value for at, value in enumerate(weights.grad.tolist())},
        **{f"dCost/dz{at}": value for at, value in enumerate(biases.grad.tolist())},  # those of the biases
    }


def softmax() -> dict[str, float]:
    """The gradients of the batch of three samples, by PyTorch."""
    weights = torch.tensor([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]], dtype=torch.double, requires_grad=True)
    biases = torch.tensor([0.0, 0.1, -0.1], dtype=torch.double, requires_grad=True)
    inputs = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [0.5, -1.5]], dtype=torch.double)
    cost = torch.nn.functional.cross_entropy(inputs @ weights.T + biases, torch.tensor([2, 0, 1]))
    cost = cost + 0.1 / 2 * (weights**2).sum()
    cost.backward()
    assert weights.grad is not None
    assert biases.grad is not None
    places = [(row, column) for row in range(3) for column in range(2)]
    return {
        "C": cost.item(),
        **{f"dC/dW[{row + 1},{column + 1}]": weights.grad[row, column].item() for row, column in places},
        **{f"dC/db[{at}]": value for at, value in enumerate(biases.grad.tolist(), start=1)},
    }


def lstm() -> dict[str, float]:
    """The gradients of the LSTM over two steps, by PyTorch's own cell."""
    cell = torch.nn.LSTMCell(2, 1, dtype=torch.double)
    gates = {"i": ([0.95, 0.8], 0.8, 0.65), "f": ([0.7, 0.45], 0.1, 0.15), "a": ([0.45, 0.25], 0.15, 0.2)}
    gates["o"] = ([0.6, 0.4], 0.25, 0.1)
    with torch.no_grad():
        for at, (weights, recurrent, bias) in enumerate(gates.values()):  # i, f, candidate, o, as PyTorch has them
            cell.weight_ih[at] = torch.tensor(weights, dtype=torch.double)
            cell.weight_hh[at, 0], cell.bias_ih[at], cell.bias_hh[at] = recurrent, bias, 0.0
    state, memory, cost = torch.zeros(1, 1, dtype=torch.double), torch.zeros(1, 1, dtype=torch.double), 0.0
    for inputs, label in (([1.0, 2.0], 0.5), ([0.5, 3.0], 1.25)):
        state, memory = cell(torch.tensor([inputs], dtype=torch.double), (state, memory))
        cost = cost + (state[0, 0] - label) ** 2 / 2
    cost.backward()
    found = {"E": cost.item()}
    for at, gate in enumerate(gates):
        found |= {f"dE/dW_{gate}[{column + 1}]": cell.weight_ih.grad[at, column].item() for column in range(2)}
        found |= {f"dE/dU_{gate}": cell.weight_hh.grad[at, 0].item(), f"dE/db_{gate}": cell.bias_ih.grad[at].item()}
    return found


TRUTH: Mapping[str, Callable[[], dict[str, float]]] = {
    "blog-2-3-1": blog,
    "softmax-3-samples-adam": softmax,
    "lstm-2-steps": lstm,
}


def parsed(text: str | bytes) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own


class Read(NamedTuple):
    """A question as a system reads it: its name, what a student is shown, and what is told of an answer."""

    name: str
    shown: str
    judge: Callable[[float], tuple[bool, str]]


def ranges(found: list[tuple[float, float, bool, str]], other: str) -> Callable[[float], tuple[bool, str]]:
    """The first range that an answer lies in says whether it is right, and what is told of it."""

    def judge(answer: float) -> tuple[bool, str]:
        for low, high, right, says in found:
            if low <= answer <= high:
                return right, says
        return False, other

    return judge


# Moodle


def moodle(content: bytes) -> Iterator[Read]:
    for question in parsed(content).findall("question[@type='numerical']"):
        found, other = [], ""
        for answer in question.findall("answer"):
            says = answer.findtext("feedback/text") or ""
            if (text := answer.findtext("text")) == "*":
                other = says
                continue
            value, off = float(text or ""), float(answer.findtext("tolerance") or "")
            # Moodle widens what is right by what a binary number can be off.
            slack = abs(value) * 1e-14
            found.append((value - off - slack, value + off + slack, answer.get("fraction") == "100", says))
        name = (question.findtext("name/text") or "").rpartition(": ")[2]
        yield Read(name, question.findtext("questiontext/text") or "", ranges(found, other))


#: A gap of a cloze question, and one of its answers, as ``question/type/multianswer/questiontype.php`` has them.
NUMBER = r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?"
ANSWER = rf"(=|%-?[0-9]+%)({NUMBER}):({NUMBER})#(.*?)(?<!\\)(?=[~}}]|$)"
GAP = rf"\{{([0-9]*):NUMERICAL:({ANSWER}(?:~{ANSWER})*)\}}"


def cloze(content: bytes) -> tuple[str, list[tuple[int, Callable[[float], tuple[bool, str]]]]]:
    """The text of the whole exercise without its gaps, and each gap with what it counts."""
    text = parsed(content).findtext("question[@type='cloze']/questiontext/text") or ""
    gaps = []
    for gap in re.finditer(GAP, text):
        found = [
            (float(value) - float(off) - 1e-13, float(value) + float(off) + 1e-13, fraction == "=", unescape(says))
            for fraction, value, off, says in re.findall(ANSWER, gap[2])
        ]
        gaps.append((int(gap[1]), ranges(found, "")))
    return re.sub(GAP, "", text), gaps


# QTI 3

QTI = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
PACKAGE = "{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1}"


def qti(content: bytes) -> Iterator[Read]:
    """The items in the order of the test, found by the manifest."""
    with ZipFile(BytesIO(content)) as package:
        manifest = parsed(package.read("imsmanifest.xml"))
        resources = {each.get("identifier"): each for each in manifest.iter(f"{PACKAGE}resource")}
        for resource in resources.values():
            assert resource.find(f"{PACKAGE}file[@href='{resource.get('href')}']") is not None
            assert {each.get("identifierref") for each in resource.iter(f"{PACKAGE}dependency")} <= resources.keys()
        named = {each.get("href") for each in resources.values()}
        assert named | {"imsmanifest.xml"} == set(package.namelist())
        (test,) = (each for each in resources.values() if each.get("type") == "imsqti_test_xmlv3p0")
        for ref in parsed(package.read(test.get("href") or "")).iter(f"{QTI}qti-assessment-item-ref"):
            assert resources[ref.get("identifier")].get("type") == "imsqti_item_xmlv3p0"
            yield item(parsed(package.read(ref.get("href") or "")))


def item(root: ElementTree.Element) -> Read:
    body = root.find(f"{QTI}qti-item-body")
    assert body is not None
    assert root.find(f"{QTI}qti-response-declaration[@base-type='float'][@identifier='RESPONSE']") is not None
    assert len(list(body.iter(f"{QTI}qti-text-entry-interaction"))) == 1
    told = {each.get("identifier"): "".join(each.itertext()) for each in root.findall(f"{QTI}qti-modal-feedback")}

    def judge(answer: float) -> tuple[bool, str]:
        """Response processing, as the specification has it."""
        (condition,) = root.findall(f"{QTI}qti-response-processing/{QTI}qti-response-condition")
        for branch in condition:
            if branch.tag == f"{QTI}qti-response-else" or all(compared(each, answer) for each in branch[0]):
                sets = {each.get("identifier"): each for each in branch.iter(f"{QTI}qti-set-outcome-value")}
                return "SCORE" in sets, told["".join(sets["FEEDBACK"].itertext())]
        raise AssertionError("no branch is taken")

    shown = ElementTree.tostring(body, encoding="unicode")
    return Read((root.get("title") or "").rpartition(": ")[2], shown, judge)


def compared(comparison: ElementTree.Element, answer: float) -> bool:
    variable, value = comparison
    assert (variable.tag, variable.get("identifier")) == (f"{QTI}qti-variable", "RESPONSE")
    assert (value.tag, value.get("base-type")) == (f"{QTI}qti-base-value", "float")
    bound = float(value.text or "")
    return {f"{QTI}qti-gte": answer >= bound, f"{QTI}qti-lte": answer <= bound}[comparison.tag]


# Canvas

CANVAS = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"

#: A numerical question as text2qti 0.8.0 writes it (``1.4 +- 0.1`` gives two more elements around the bounds).
AS_TEXT2QTI = """
item itemmetadata qtimetadata qtimetadatafield fieldlabel fieldentry qtimetadatafield fieldlabel fieldentry
qtimetadatafield fieldlabel fieldentry qtimetadatafield fieldlabel fieldentry presentation material mattext response_str
render_fib response_label resprocessing outcomes decvar respcondition conditionvar vargte varlte setvar respcondition
conditionvar other displayfeedback itemfeedback flow_mat material mattext
""".split()


def canvas(content: bytes) -> Iterator[tuple[Read, int]]:
    """The questions, and the power of ten that each is asked in."""
    with ZipFile(BytesIO(content)) as package:
        manifest = parsed(package.read("imsmanifest.xml"))
        files = [each.get("href") or "" for each in manifest.iter() if each.tag.endswith("}file")]
        assert {*files, "imsmanifest.xml"} == set(package.namelist())
        setting, *items = parsed(package.read(files[0])).iter(f"{CANVAS}item")
    assert "text_only_question" in "".join(setting.itertext())
    for each in items:
        assert [part.tag.removeprefix(CANVAS) for part in each.iter()] == AS_TEXT2QTI
        low, high = (float(each.findtext(f".//{CANVAS}{name}") or "") for name in ("vargte", "varlte"))
        shown = each.findtext(f"{CANVAS}presentation/{CANVAS}material/{CANVAS}mattext") or ""
        says = "".join((each.find(f"{CANVAS}itemfeedback") or each).itertext())
        power = re.search(r"in units of 10<sup>(−?)(\d+)</sup>", shown)
        scale = 0 if power is None else int(power[1].replace("−", "-") + power[2])
        yield Read(each.get("title") or "", shown, ranges([(low, high, True, "")], says)), scale


@pytest.fixture(scope="module", params=TRUTH)
def example(request: pytest.FixtureRequest) -> tuple[Solution, dict[str, float]]:
    return solve(EXAMPLES / f"{request.param}.toml"), TRUTH[request.param]()


Example = tuple[Solution, dict[str, float]]


def content(solution: Solution, name: str) -> bytes:
    return solution.rendered(name, stem="bank").content


def read(solution: Solution, name: str) -> list[Read]:
    reader = {"moodle": moodle, "qti": qti}[name]
    return list(reader(content(solution, name)))


def turns(solution: Solution, name: str) -> bool:
    """Whether a number is a derivative that is not rounded to 0."""
    return name[0] == "d" and float(solution.worked.values[name].shown) != 0


@pytest.mark.parametrize("name", ["moodle", "qti"])
def test_what_is_right_is_right_and_what_is_not_is_not(example: Example, name: str) -> None:
    solution, truth = example
    questions = read(solution, name)
    assert {each.name for each in questions} == truth.keys()
    for question in questions:
        answer = truth[question.name]
        shown = float(solution.worked.values[question.name].shown)
        assert question.judge(answer) == question.judge(shown) == (True, question.judge(shown)[1])
        assert "Right." in question.judge(answer)[1]
        assert not question.judge(answer + 0.5)[0]


@pytest.mark.parametrize("name", ["moodle", "qti"])
def test_a_turned_sign_is_told(example: Example, name: str) -> None:
    solution, truth = example
    questions = [each for each in read(solution, name) if turns(solution, each.name)]
    told = [question.judge(-truth[question.name]) for question in questions]
    assert len(told) > 5
    assert not any(right for right, _ in told)
    assert all("sign" in says and "turned" in says for _, says in told)


def test_the_whole_exercise_has_a_gap_for_each_number(example: Example) -> None:
    solution, truth = example
    text, gaps = cloze(content(solution, "moodle"))
    assert "NUMERICAL" not in text
    names = [each.name for each in moodle(content(solution, "moodle"))]
    for name, (weight, judge) in zip(names, gaps, strict=True):
        assert (weight, judge(truth[name])) == (1, (True, "Right."))
        if turns(solution, name):
            right, says = judge(-truth[name])
            assert (right, says[-10:]) == (False, "is turned.")


def test_canvas_takes_what_is_right(example: Example) -> None:
    solution, truth = example
    questions = list(canvas(content(solution, "canvas")))
    assert {each.name for each, _ in questions} == truth.keys()
    for question, power in questions:
        answer = truth[question.name] / 10.0**power
        assert question.judge(answer)[0]
        if turns(solution, question.name):
            right, says = question.judge(-answer)
            assert not right
            assert "is turned." in says


def test_no_answer_stands_in_what_a_student_is_shown(example: Example) -> None:
    solution, _ = example
    kept = secrets(solution)
    texts = [cloze(content(solution, "moodle"))[0]]
    texts += [each.shown for name in ("moodle", "qti") for each in read(solution, name)]
    texts += [each.shown for each, _ in canvas(content(solution, "canvas"))]
    for text in texts:
        assert {kept[each] for each in numbers(re.sub(r'(?:width|height)="\d+"', "", text)) & kept.keys()} == set()
    # A search that finds none does not fail to look: it finds them in the whole file.
    assert len(numbers(content(solution, "moodle").decode()) & kept.keys()) > 5


def test_the_figure_is_in_the_file() -> None:
    solution = solve(EXAMPLES / "blog-2-3-1.toml")
    questions = parsed(content(solution, "moodle")).findall("question")
    for question in questions:
        if question.get("type") != "category":
            (file,) = question.findall("questiontext/file")
            assert f"@@PLUGINFILE@@/{file.get('name')}" in (question.findtext("questiontext/text") or "")
            assert parsed(b64decode(file.text or "")).tag == "{http://www.w3.org/2000/svg}svg"
    with ZipFile(BytesIO(content(solution, "qti"))) as package:
        assert parsed(package.read("pictures/network.svg")).tag.endswith("}svg")
    assert all("../pictures/network.svg" in each.shown for each in read(solution, "qti"))
    with ZipFile(BytesIO(content(solution, "canvas"))) as package:
        assert package.read("pictures/network.png").startswith(b"\x89PNG")
        (quiz,) = (name for name in package.namelist() if name.endswith("bank.xml"))
        assert b"%24IMS-CC-FILEBASE%24/pictures/network.png" in package.read(quiz)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_model_gives_the_same_bytes(name: str) -> None:
    once, again = (content(solve(EXAMPLES / "blog-2-3-1.toml"), name) for _ in range(2))
    assert once == again
    if name != "moodle":
        with ZipFile(BytesIO(once)) as package:
            assert {each.date_time[0] for each in package.infolist()} == {1980}


SMALL = """
[given]
x = 0.0123
[parameters]
w = 0.0021
k = 7.0
[model]
equations = '''
y = w*x**2
C = y*k
'''
[numbers]
significant = 3
"""


def test_canvas_is_asked_for_nothing_that_it_turns_into_0() -> None:
    """dC/dk is w x², 3.17709e-7; dC/dw is 7 x², 0.00105903, which needs no other unit."""
    questions = {each.name: (each, power) for each, power in canvas(content(solve(loads(SMALL)), "canvas"))}
    question, power = questions["dC/dk"]
    assert power < -3
    assert question.judge(3.18e-7 / 10.0**power)[0]
    assert not question.judge(0)[0]
    for answer in (3.16e-7, 3.2e-7, -3.18e-7):
        assert not question.judge(answer / 10.0**power)[0]
    question, power = questions["dC/dw"]
    assert power == 0
    assert question.judge(0.00106)[0]
    for file in (content(solve(loads(SMALL)), "canvas"),):
        with ZipFile(BytesIO(file)) as package:
            text = b"".join(map(package.read, package.namelist())).decode()
    bounds = [Decimal(bound) for bound in re.findall(r"<var[gl]te[^>]*>([^<]+)<", text)]
    assert len(bounds) == 2 * len(questions)
    assert all(abs(bound) >= Decimal("0.0001") for bound in bounds)


def test_points_count_as_the_file_says() -> None:
    text = (EXAMPLES / "blog-2-3-1.toml").read_text()
    exercise = '[exercise]\nask = ["z0", "dCost/dw6"]\npoints = {"z0" = 0.5, "dCost/dw6" = 2}\n'
    solution = solve(loads(f"{text}\n{exercise}"))
    file = content(solution, "moodle")
    grades = [each.text for each in parsed(file).findall("question/defaultgrade")]
    assert list(map(float, filter(None, grades))) == [0.5, 2]
    assert [weight for weight, _ in cloze(file)[1]] == [5, 20]  # whole numbers


def test_variants_go_into_one_category() -> None:
    text = (EXAMPLES / "blog-2-3-1.toml").read_text()
    categories = []
    for name in ("01", "02"):
        titled = re.sub("^title = .*$", f'title = "Inputs / outputs ({name})"', text, flags=re.MULTILINE)
        file = solve(loads(titled)).rendered("moodle", stem=name).content
        root = parsed(file)
        categories.append([each.findtext("category/text") for each in root.findall("question[@type='category']")])
        assert f"({name})" in (root.findtext("question[@type='cloze']/name/text") or "")
    assert categories[0] == categories[1]
    assert categories[0][0] == "$course$/top/Inputs // outputs/The whole exercise"


@pytest.mark.parametrize("name", FORMATS)
def test_what_an_author_writes_stays_words(name: str) -> None:
    text = (EXAMPLES / "blog-2-3-1.toml").read_text()
    odd = "~#}{=]]> <b> & \\"
    titled = re.sub("^title = .*$", f"title = '{odd}'", text, flags=re.MULTILINE)
    solution = solve(loads(f"{titled}\n[exercise]\ninstructions = '{odd} {{1:NUMERICAL:=1:0#x}}'\n"))
    file = content(solution, name)
    if name == "moodle":
        assert parsed(file).findtext("question[@type='cloze']/name/text") == odd
        assert len(cloze(file)[1]) == len(list(moodle(file)))
        return
    assert len(list(qti(file) if name == "qti" else canvas(file))) == 14


def test_nothing_to_ask_is_told() -> None:
    text = (EXAMPLES / "blog-2-3-1.toml").read_text()
    solution = solve(loads(f'{text}\n[exercise]\nask = ["z0"]\npoints = {{"z0" = 0}}\n'))
    with pytest.raises(UsageError, match="nothing carries points"):
        solution.render("qti")


NET = str(EXAMPLES / "blog-2-3-1.toml")


def test_the_command_says_that_the_answers_are_in_it(derive: Derive) -> None:  # noqa: F811
    run = derive("render", NET, "--to", "moodle,qti,canvas")
    assert (run.code, run.out.split()) == (0, [f"output/blog-2-3-1{end}" for end in (".xml", ".zip", ".canvas.zip")])
    assert run.err.count("holds the answers") == 3
    run = derive("render", NET, "--to", "canvas", "-o", "quiz.zip")
    assert (run.code, run.out.split()) == (0, ["quiz.zip"])


WRONG = {
    "a part": (("--to", "moodle", "--part", "key"), "moodle shows no key"),
    "a suffix of two": (
        ("-o", "bank.zip"),
        'the suffix ".zip" alone chooses no format; expected --to qti or --to canvas',
    ),
    "another suffix": (("--to", "qti", "-o", "bank.pdf"), "the suffix .pdf says pdf, not qti"),
    "a suffix of a bank": (("--to", "pdf", "-o", "page.zip"), "the suffix .zip says qti or canvas, not pdf"),
    "standard output": (("--to", "qti", "-o", "-"), "standard output takes one text format"),
}


@pytest.mark.parametrize(("arguments", "says"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_told(derive: Derive, arguments: tuple[str, ...], says: str) -> None:  # noqa: F811
    run = derive("render", NET, *arguments)
    assert run.code == 2
    assert says in run.err
