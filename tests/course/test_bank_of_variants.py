"""One bank of the variants of a folder, read back by parsers that are not ours; what is right is told by PyTorch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import torch

from tests.course.test_banks import CANVAS, EXAMPLES, Read, cloze, moodle, parsed, qti, ranges
from tests.test_cli import Derive, derive  # noqa: F401 - the fixture

BLOG = (EXAMPLES / "blog-2-3-1.toml").read_text()
#: The target of each variant; all else is as in the post.
TARGETS = {"anna": 0.92, "ben": 0.55, "cleo": 0.1}


def truth(target: float) -> dict[str, float]:
    """The derivatives by the weights of the output, for another target."""
    hidden = torch.sigmoid(torch.tensor([2 * 0.15 + 9 * 0.23 + 0.5, 8.7, 0.15], dtype=torch.double))
    weights = torch.tensor([0.9, -0.5, 0.08], dtype=torch.double, requires_grad=True)
    ((target - torch.sigmoid(weights @ hidden + 0.2)) ** 2 / 2).backward()
    assert weights.grad is not None
    return {f"dCost/dw{at}": value for at, value in enumerate(weights.grad.tolist(), start=6)}


@pytest.fixture
def banks(derive: Derive) -> Path:  # noqa: F811
    """The folder of the banks of a folder of variants."""
    Path("class").mkdir()
    for name, target in TARGETS.items():
        text = re.sub(r"^targets = .*$", f"targets = [{target}]", BLOG, flags=re.MULTILINE)
        text = re.sub("^title = .*$", f'title = "The post ({name})"', text, flags=re.MULTILINE)
        Path("class", f"{name}.toml").write_text(f'{text}\n[exercise]\nask = ["dCost/dw6", "dCost/dw7", "dCost/dw8"]\n')
    run = derive("render", "class", "--to", "moodle,qti,canvas", "--collate", "-o", "banks")
    assert (run.code, run.out.split()) == (0, ["banks/class.xml", "banks/class.zip", "banks/class.canvas.zip"])
    assert "holds the answers" in run.err
    return Path("banks")


def judged_right(questions: list[Read]) -> None:
    """Each variant's questions are those of its target: right are its own numbers, and no other variant's."""
    assert len(questions) == 3 * len(TARGETS)
    rights = [truth(target) for target in TARGETS.values()]
    for at, question in enumerate(questions):
        for variant, right in enumerate(rights):
            assert question.judge(right[question.name])[0] == (variant == at // 3)


def test_moodle_draws_from_one_category(banks: Path) -> None:
    content = (banks / "class.xml").read_bytes()
    judged_right(list(moodle(content)))
    root = parsed(content)
    categories = {each.findtext("category/text") for each in root.findall("question[@type='category']")}
    assert categories == {f"$course$/top/The post/{name}" for name in ("The whole exercise", "Number by number")}
    assert len(root.findall("question[@type='cloze']")) == len(TARGETS)
    assert len(cloze(content)[1]) == 3  # those of the first


def test_the_test_of_qti_takes_one_variant(banks: Path) -> None:
    content = (banks / "class.zip").read_bytes()
    judged_right(list(qti(content)))
    with ZipFile(BytesIO(content)) as package:
        test = package.read("test.xml").decode()
        shown = [re.findall(r'src="\.\./([^"]+)"', package.read(name).decode()) for name in package.namelist()
                 if name.startswith("items/")]  # fmt: skip
        assert {picture for each in shown for picture in each} <= set(package.namelist())
    assert len({picture for each in shown for picture in each}) == len(TARGETS)
    assert re.search(r'<qti-selection select="1"/>\s*<qti-assessment-section', test)


def groups(content: bytes) -> Iterator[list[Read]]:
    """The groups of questions of a quiz for Canvas, of each of which one is drawn."""
    with ZipFile(BytesIO(content)) as package:
        root = parsed(package.read("bank/bank.xml"))
    (section,) = root.iter(f"{CANVAS}assessment")
    (whole,) = section.findall(f"{CANVAS}section")
    for group in whole:
        assert group.tag == f"{CANVAS}section"  # nothing stands outside
        assert group.findtext(f".//{CANVAS}selection_number") == "1"
        assert group.findtext(f".//{CANVAS}points_per_item") == "1"
        found = []
        for item in group.findall(f"{CANVAS}item"):
            low, high = (float(item.findtext(f".//{CANVAS}{name}") or "") for name in ("vargte", "varlte"))
            shown = item.findtext(f"{CANVAS}presentation/{CANVAS}material/{CANVAS}mattext") or ""
            found.append(Read(item.get("title") or "", shown, ranges([(low, high, True, "")], "")))
        yield found


def test_canvas_draws_each_number_with_what_is_given_for_it(banks: Path) -> None:
    found = list(groups((banks / "class.canvas.zip").read_bytes()))
    judged_right([group[variant] for variant in range(len(TARGETS)) for group in found])
    for group in found:
        for target, question in zip(TARGETS.values(), group, strict=True):
            assert f"= {target}" in question.shown


def test_variants_are_collated_as_they_are_drawn(derive: Derive) -> None:  # noqa: F811
    Path("net.toml").write_text(BLOG)
    run = derive("variants", "net.toml", "--count", "2", "--to", "moodle", "--collate", "-o", "class")
    assert run.code == 0
    assert run.out.split()[-1] == "class/all.xml"
    run = derive("render", "class", "--to", "moodle", "--collate", "-o", "again.xml")
    assert (run.code, run.out.split()) == (0, ["again.xml"])
    assert Path("again.xml").read_bytes() == Path("class/all.xml").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--to", "pdf"), "pdf holds one solution; moodle, qti and canvas hold variants together"),
        (("--to", "moodle", "--part", "key"), "--part"),
        (("--to", "moodle", "-o", "-"), "--collate: standard"),
        (("--to", "moodle"), "variants of one model"),
    ],
)
def test_what_is_no_bank_is_told(derive: Derive, arguments: tuple[str, ...], says: str) -> None:  # noqa: F811
    Path("class").mkdir()
    for name in ("blog-2-3-1", "mazur-2-2-2"):
        Path("class", f"{name}.toml").write_text((EXAMPLES / f"{name}.toml").read_text())
    run = derive("render", "class", "--collate", *arguments)
    assert run.code == 2
    assert says in run.err
    assert not Path("output").exists()
