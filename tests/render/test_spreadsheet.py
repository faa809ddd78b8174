"""The workbook: worked out again by LibreOffice, and by a small reader, after its numbers are changed."""

from __future__ import annotations

import ast
import io
import itertools
import math
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
import torch

import derive
from derive.calculus.solution import Worked, solve_again
from derive.errors import ToolError
from derive.expression.functions import ALL_FUNCTIONS
from derive.expression.parse import parse
from derive.expression.tree import Call, Name, Sum
from derive.model.graph import Graph
from derive.render.spreadsheet.cell_formulas import LONGEST, MOST_ARGUMENTS, CellPrinter, fitted
from tests.publish.tools import program, run

EXAMPLES = Path(__file__).parents[2] / "examples"
READ = ("blog-2-3-1", "softmax-3-samples-adam", "lstm-2-steps")
#: Cases, masks, a maximum, several updates, a learning rule with states.
COMPUTED = (*READ, "rectifier-2-4-1", "attention-head", "conv-pool-dense", "mazur-2-2-2", "word2vec")

_FUNCTIONS: dict[str, Callable[..., float]] = {
    "EXP": math.exp,
    "LN": math.log,
    "SQRT": math.sqrt,
    "TANH": math.tanh,
    "ATANH": math.atanh,
    "ERF": math.erf,
    "ERFC": math.erfc,
    "ABS": abs,
    "SIGN": lambda x: math.copysign(1, x) if x else 0,
    "MAX": max,
    "MIN": min,
    "PI": lambda: math.pi,
}


class Reader:
    """Works out the cells of a workbook, by what stands in them alone."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.known: dict[tuple[str, str], float] = {}

    def value(self, sheet: str, cell: str) -> float:
        key = sheet, cell
        if key not in self.known:
            held = self.book[sheet][cell].value
            text = held[1:].replace("^", "**").replace("<>", "!=") if isinstance(held, str) else None
            if text is not None:
                text = re.sub(r"(?<![<>=!])=(?!=)", "==", text)
                text = re.sub(r"(\w+)!([A-Z]\d+)", r"\1.\2", text)
            self.known[key] = held if text is None else self._worked_out(ast.parse(text, mode="eval").body, sheet)
        return self.known[key]

    def _worked_out(self, node: ast.expr, sheet: str) -> Any:
        def of(part: ast.expr) -> Any:
            return self._worked_out(part, sheet)

        match node:
            case ast.Constant(value):
                return value
            case ast.Name(cell):
                return self.value(sheet, cell)
            case ast.Attribute(ast.Name(other), cell):
                return self.value(other, cell)
            case ast.UnaryOp(ast.USub(), operand):
                return -of(operand)
            case ast.Call(ast.Name("IF"), [test, then, other]):
                return of(then) if of(test) else of(other)
            case ast.Call(ast.Name(function), arguments):
                return _FUNCTIONS[function](*map(of, arguments))
            case ast.BinOp(left, operator, right):
                a, b = of(left), of(right)
                match operator:
                    case ast.Add():
                        return a + b
                    case ast.Sub():
                        return a - b
                    case ast.Mult():
                        return a * b
                    case ast.Div():
                        return a / b
                    case ast.Pow():
                        return a**b
            case ast.Compare(left, [operator], [right]):
                a, b = of(left), of(right)
                return {"Gt": a > b, "GtE": a >= b, "Lt": a < b, "LtE": a <= b, "Eq": a == b, "NotEq": a != b}[
                    type(operator).__name__
                ]
        raise AssertionError(ast.dump(node))


def changed(name: str) -> tuple[bytes, Worked]:
    """The workbook of an example with other given numbers, and what is true for those."""
    solution = derive.solve(EXAMPLES / f"{name}.toml")
    content = solution.render("xlsx")
    assert isinstance(content, bytes)
    book, chance = openpyxl.load_workbook(io.BytesIO(content)), random.Random(name)  # noqa: S311
    model = solution.worked.model
    given = dict(model.graph.given)
    for named, _, value in book["Given"].iter_rows(min_row=1, max_col=3):
        if given.get(named.value):
            held = given[named.value]
            given[named.value] = other = held * Decimal(f"0.9{chance.randrange(1000):03}")
            value.value = float(other)
    other_graph = Graph(given, tuple(model.graph.definitions.values()), model.graph.results)
    again = solve_again(solution.worked, solution.network.file, msgspec.structs.replace(model, graph=other_graph))
    changed_book = io.BytesIO()
    book.save(changed_book)
    return changed_book.getvalue(), again


def compared(book: Any, value: Callable[[str, str], Any], truth: Worked) -> int:
    """How many quantities of a workbook are what they should be; one that is not is an error."""
    count = 0
    for sheet in book.worksheets[1:]:
        for _, name, _, cell in sheet.iter_rows(min_row=2, max_col=4):
            if name.value in truth.values:
                expected = float(truth.values[name.value].exact.value)
                found = value(sheet.title, cell.coordinate)
                assert found == pytest.approx(expected, rel=1e-12, abs=1e-12), (sheet.title, name.value)
                count += 1
    return count


@pytest.mark.parametrize("name", READ)
def test_everything_follows_from_the_given_numbers(name: str) -> None:
    content, truth = changed(name)
    book = openpyxl.load_workbook(io.BytesIO(content))
    before = derive.solve(EXAMPLES / f"{name}.toml").worked.values
    moved = [name for name in truth.values if truth.values[name].exact != before[name].exact]
    assert len(moved) > len(truth.values) / 2
    assert compared(book, Reader(book).value, truth) >= len(truth.values) - len(truth.model.graph.given) - 30


def test_libreoffice_works_it_out(tmp_path: Path) -> None:
    office = program("soffice")
    truths = {}
    for name in COMPUTED:
        content, truths[name] = changed(name)
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    files = [tmp_path / f"{name}.xlsx" for name in COMPUTED]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run(office, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "done", *files, cwd=tmp_path)
    for name, truth in truths.items():
        book = openpyxl.load_workbook(tmp_path / "done" / f"{name}.xlsx", data_only=True)
        assert compared(book, lambda sheet, cell, book=book: book[sheet][cell].value, truth) > 25, name


def by_adam(given: Mapping[str, float], step: Callable[[], Any], parameters: list[Any]) -> Iterator[Any]:
    """The cost before each update and behind the last, with the gradients there; the updates are PyTorch's own."""
    betas = given["beta1"], given["beta2"]
    optimizer = torch.optim.Adam(parameters, lr=given["eta"], betas=betas, eps=given["eps"])
    while True:
        optimizer.zero_grad()
        cost = step()
        cost.backward()
        yield cost
        optimizer.step()


def tensor(given: Mapping[str, float], name: str, *shape: int) -> Any:
    """An array by the names of its entries, ``W[1,1]``."""
    places = itertools.product(*(range(1, size + 1) for size in shape))
    values = [given[f"{name}[{','.join(map(str, place))}]"] for place in places]
    return torch.tensor(values, dtype=torch.double).reshape(shape)


def softmax(given: Mapping[str, float]) -> tuple[str, Callable[[], Any], Mapping[str, Any], int]:
    inputs, labels = tensor(given, "X", 3, 2), torch.tensor([2, 0, 1])
    weights, biases = tensor(given, "W", 3, 2).requires_grad_(), tensor(given, "b", 3).requires_grad_()

    def cost() -> Any:
        loss = torch.nn.functional.cross_entropy(inputs @ weights.T + biases, labels)
        return loss + given["lambda"] / 2 * (weights**2).sum()

    return "C", cost, {"W": weights, "b": biases}, 2


def lstm(given: Mapping[str, float]) -> tuple[str, Callable[[], Any], Mapping[str, Any], int]:
    held = {name: tensor(given, name, 4).requires_grad_() for name in "WUb"}

    def cost() -> Any:
        state = memory = torch.zeros(1, dtype=torch.double)
        total: Any = 0
        for inputs, target in zip(tensor(given, "x", 2), tensor(given, "target", 2), strict=True):
            i, f, g, o = held["W"] * inputs + held["U"] * state + held["b"]
            memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
            state = torch.sigmoid(o) * torch.tanh(memory)
            total = total + ((state - target) ** 2 / 2).sum()
        return total

    return "E", cost, held, 1


@pytest.mark.parametrize(("name", "model"), [("softmax-3-samples-adam", softmax), ("lstm-adam", lstm)])
def test_the_updates_are_those_of_pytorch(name: str, model: Callable[..., Any], tmp_path: Path) -> None:
    """Other given numbers, worked out by LibreOffice: cost, gradients and parameters before and after each update."""
    content, _ = changed(name)
    (tmp_path / f"{name}.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program("soffice"), profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "done"]
    run(*command, tmp_path / f"{name}.xlsx", cwd=tmp_path)
    book = openpyxl.load_workbook(tmp_path / "done" / f"{name}.xlsx", data_only=True)
    given = {row[0]: row[2] for row in book["Given"].iter_rows(values_only=True)}
    found = {row[1]: row[3] for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    result, cost, parameters, updates = model(given)
    for count, value in zip(range(updates + 1), by_adam(given, cost, [*parameters.values()]), strict=False):
        after = "" if not count else "+" if count == 1 else f"+{count}"
        assert found[f"{result}{after}"] == pytest.approx(value.item(), rel=1e-12)
        for letter, array in parameters.items():
            for place in itertools.product(*(range(size) for size in array.shape)):
                entry = f"{letter}[{','.join(str(index + 1) for index in place)}]"
                slope = found[f"d{result}/d{entry}{after}"]
                assert slope == pytest.approx(array.grad[place].item(), rel=1e-11, abs=1e-14)
                if count:
                    assert found[f"{entry}{after}"] == pytest.approx(array[place].item(), rel=1e-12, abs=1e-12)


def test_a_number_that_only_chooses_is_not_said_to_be_followed() -> None:
    content = derive.solve(EXAMPLES / "softmax-3-samples-adam.toml").rendered("xlsx").content
    rows = {row[0].value: row for row in openpyxl.load_workbook(io.BytesIO(content))["Given"].iter_rows(min_row=5)}
    yellow = {name for name, row in rows.items() if row[2].fill.fgColor.rgb == "00FFF7D6"}
    assert rows.keys() - yellow == {"label[1]", "label[2]", "label[3]"}
    assert all("changes nothing" in rows[name][1].value for name in rows.keys() - yellow)


def test_a_sheet_is_read_on_paper_too() -> None:
    content = derive.solve(EXAMPLES / "softmax-3-samples-adam.toml").rendered("xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets[1:]:
        assert sheet.print_title_rows == "$1:$1"  # each page has the heads
        assert all(cell.alignment.wrap_text for cell in sheet["C"][1:])  # no formula is cut off


def test_programs_that_work_nothing_out_find_the_values() -> None:
    solution = derive.solve(EXAMPLES / "mazur-2-2-2.toml")
    book = openpyxl.load_workbook(io.BytesIO(solution.rendered("xlsx").content), data_only=True)
    held = {row[1]: row[3] for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    # Mazur, "A Step by Step Backpropagation Example"
    assert held["E_total"] == pytest.approx(0.298371109, abs=5e-10)
    assert held["dE_total/dw5"] == pytest.approx(0.082167041, abs=5e-10)
    assert held["w5+"] == pytest.approx(0.35891648, abs=5e-9)


def test_no_text_of_the_file_becomes_a_formula() -> None:
    title = '=HYPERLINK("http://x.example";"y")'
    layer = {"activation": "sigmoid", "weights": [[Decimal("0.10")]]}
    network = {"layers": [layer], "inputs": [1], "targets": [1], "cost": "half_squared_error"}
    content = derive.solve(derive.loads({"title": title, "network": network})).rendered("xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book["Given"]["A1"].value == title
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert {(cell.column_letter, cell.parent.title == "Given") for cell in formulas} == {("D", False)}
    assert book["Given"]["A1"].quotePrefix
    weight = next(row[2] for row in book["Given"].iter_rows() if row[0].value == "w0")
    assert (weight.value, weight.number_format) == (0.1, "0.00")  # as the author wrote it
    assert set(book.defined_names) == {"y", "Cost"}  # x0, w0, z0 and O0 are addresses of cells


def test_the_same_file_gives_the_same_bytes() -> None:
    once, again = (derive.solve(EXAMPLES / "blog-2-3-1.toml").render("xlsx") for _ in range(2))
    assert once == again


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("-x**2", "=-(C1^2)"),
        ("(-x)**2", "=(-(C1))^2"),
        ("2**(3**x)", "=2^(3^C1)"),
        ("log(x)/(2*x)", "=LN(C1)/(2*C1)"),
        ("x - (2 - x)", "=C1-(2-C1)"),
        ("max(x, 0, 1.5)", "=MAX(C1,0,1.5)"),
        ("1e-5*pi", "=1E-5*PI()"),
    ],
)
def test_a_cell_means_what_the_formula_means(formula: str, text: str) -> None:
    assert "=" + CellPrinter({"x": "C1"}).show(parse(formula, {"x"})) == text


@pytest.mark.parametrize("function", ALL_FUNCTIONS)
def test_every_function_has_a_cell(function: str) -> None:
    call = Call(function, (Name("x"),) * ALL_FUNCTIONS[function].arity)
    text = CellPrinter({"x": "C1"}).show(call)
    names = re.findall(r"[A-Z]+(?=\()", text)
    assert names
    assert "C1" in text
    # What LibreOffice and Excel call them, by OASIS OpenDocument 1.2, part 2, chapter 6.
    assert set(names) <= set("EXP LN SQRT TANH SINH COSH SIN COS ATAN ATANH ERF ERFC ABS SIGN MAX MIN".split())


@pytest.mark.parametrize("whole", [Sum, lambda parts: Call("max", parts)])
def test_what_is_too_long_for_a_cell_stands_in_several(whole: Callable[[tuple[Name, ...]], Any]) -> None:
    names = tuple(f"x{number}" for number in range(1, 3001))
    cells = {name: f"Given!C{name[1:]}" for name in names}
    parts: dict[str, Any] = {}

    def aside(expr: Any) -> Name:
        name = f"part {len(parts)}"
        parts[name], cells[name] = expr, f"Forward!D{len(parts)}"
        return Name(name)

    printer = CellPrinter(cells)
    last = printer.show(fitted(whole(tuple(map(Name, names))), printer, aside))
    texts = [*map(printer.show, parts.values()), last]
    assert max(map(len, texts)) <= LONGEST
    assert max(text.count(",") for text in texts) < MOST_ARGUMENTS
    assert re.findall(r"Given!C(\d+)", " ".join(texts)) == [name[1:] for name in names]
    assert re.findall(r"Forward!D(\d+)", " ".join(texts)) == [str(number) for number in range(len(parts))]


def test_a_missing_writer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ToolError, match="xlsx: what writes workbooks is not installed; pip install openpyxl"):
        derive.solve(EXAMPLES / "blog-2-3-1.toml").render("xlsx")
