"""The lines of the matrix view: a formula of arrays, its numbers in matrices, and what they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from msgspec.structs import replace

from derive.calculus.matrices.lookup import Lookup
from derive.calculus.matrices.matrix_steps import MatrixStep
from derive.calculus.matrices.matrix_working import MatrixWorking, values_alone, work_out
from derive.calculus.solution import Worked
from derive.catalogue.roles import COST_PART
from derive.document.array_lines import ArrayLines
from derive.document.blocks import Block, Content, Equation, Item, Paragraph, Row
from derive.document.equations import LINE, Equations, ends, is_long_sum
from derive.document.matrices import MOST, Layout, matrix_of, symbolic
from derive.document.words.phrasing import apart, counted, say
from derive.expression.tree import (
    ONE,
    Applied,
    Entrywise,
    Expr,
    Matrix,
    Name,
    Number,
    Stacked,
    Transposed,
    names,
    substitute,
    walk,
)
from derive.model.arrays.grids import ExprArray, Shape
from derive.model.references import derivative_name, entry_name, read

#: The fewest that are shown where a line is too long.
_FEWEST = 3
#: About what a digit takes, how many digits a sign, a point and the gap take, a power of ten, and the signs of a line.
_DIGIT, _POINT, _POWER, _SIGNS = 0.5, 3, 4, 6
#: What lines that are broken may be wider than others are: paper has so much room, which is no line in a page's column.
_MARGIN = 7.0
#: Of an array of more dimensions than two, so many of its matrices are printed.
_FEW_PARTS = 4

#: How much more room formulas of entries are given: cases in brackets are wider than their signs.
_ROOMY = 1.2


class MatrixLines:
    """Sets the derivations of arrays.

    Args:
        solution: the worked model.
        equations: sets derivations of numbers, and knows how wide they are.
    """

    def __init__(self, solution: Worked, equations: Equations) -> None:
        self.solution, self.equations = solution, equations
        self.lookup = Lookup(solution.model)
        self.expander = self.lookup.expander()
        self.symbolic = Layout(self.expander, symbolic)
        #: The formulas of which an entry has been worked out at length, with 1 for each name.
        self._kinds: set[Expr | None] = set()
        self.array_of = {entry: array.name for array in solution.model.arrays.values() for entry in array.entries}

    def legend(self, steps: Sequence[MatrixStep] | None = None) -> Content:
        """What the signs of arrays mean that the page uses, or that some steps do; the equations alone, of no steps."""
        model = self.solution.model
        shown = [] if steps else [formula for name, formula in model.formulas.items() if name in model.arrays]
        if steps is None:
            steps = [step for step in self.solution.shown_steps if isinstance(step, MatrixStep)]
        shown += [step.formula for step in steps]
        nodes = [node for formula in shown for node in walk(self.symbolic.show(formula))]
        signs: list[Content] = []
        if any(isinstance(node, Transposed) for node in nodes):
            signs.append(say("ᵀ turns a matrix over, and makes a row of a vector"))
        if any(isinstance(node, Entrywise) and node.operation == "times" for node in nodes):
            signs.append(say("⊙ multiplies entry by entry"))
        if any(isinstance(node, Entrywise) and node.operation == "over" for node in nodes):
            signs.append(say("⊘ divides entry by entry"))
        if any(isinstance(node, Applied) and node.function == "ones" for node in nodes):
            signs.append(say("a bold 1 is a vector of ones"))
        masks = (node for node in nodes if isinstance(node, Applied) and node.function == "causal")
        signs += [say("the mask ", mask, " leaves out of each row what is right of the diagonal") for mask in masks][:1]
        words = "Arrays are told as wholes, each with its size below it; a vector is a column."
        return say(words, *((" Here ", *apart(signs), ".") if signs else ()))

    def told(self, name: str) -> bool:
        """Whether the formula of a number names arrays, so that it has a form in matrices."""
        formula = self.solution.model.formulas.get(name)
        return formula is not None and any(self.lookup.entries(each).shape for each in names(formula))

    def gives_cost(self) -> bool:
        """Whether the cost's formula over arrays gives it: not where parts are rounded that have no name in it."""
        model = self.solution.model
        return not (self.solution.policy.each_step and (model.sample_costs or model.of(COST_PART)))

    def is_first(self, formula: Expr | None) -> bool:
        """Whether a formula is the first of its kind on the page: no other has the same operations in the same order.

        How one entry comes about is told at length of the first alone.
        """
        kind = None if formula is None else substitute(formula, dict.fromkeys(names(formula), ONE))
        known = kind in self._kinds
        self._kinds.add(kind)
        return formula is None or not known

    def definition(self, name: str) -> Iterator[Block]:
        """How the entries of an array, or a number, are worked out."""
        grid = self.lookup.entries(name)
        formula = self.solution.model.formulas.get(name)
        yield from self._blocks(name, grid, formula)

    def given(self, name: str) -> Iterator[Block]:
        """The entries of an array that is given."""
        yield from self._blocks(name, self.lookup.entries(name), None)

    def step(self, step: MatrixStep, *, compact: bool = False) -> Iterator[Block]:
        """How a derivative by an array is worked out; ``compact`` on one line where there is room."""
        grid = self.lookup.entries(step.target)
        blocks = tuple(self._blocks(step.target, grid, step.formula))
        if any(isinstance(block, Equation) and block.arrays and not block.arrays.symbols for block in blocks):
            what, gives = (
                ("formulas of the entries are", "they give") if step.by_entries else ("formula is", "it gives")
            )
            yield Paragraph(say(f"The {what} too long to stand here; this is what {gives}:"))
        for block in blocks:
            yield self._on_one_line(block) if compact and isinstance(block, Equation) else block

    def _on_one_line(self, equation: Equation) -> Equation:
        """An equation of arrays with its lines beside each other, if they are short.

        How long a number may become counts, not how long it is: a page that lives has others.
        """
        assert equation.arrays is not None
        lines, policy = equation.arrays, self.solution.policy
        shown = [each for each in (lines.numbers, lines.values) if each is not None]
        columns = sum(len(node.rows[0]) for each in shown for node in walk(each) if isinstance(node, Matrix))
        number = _DIGIT * (policy.digits + _POINT + (_POWER if policy.significant is not None else 0))
        symbols = self.equations.width(equation.left) + sum(map(self.equations.width, lines.symbols))
        if symbols + columns * number + _SIGNS > LINE:
            return equation
        items = tuple(item for row in equation.rows for item in row.items)
        return replace(equation, rows=(Row(items),), compact=True)

    def _blocks(self, name: str, grid: ExprArray, formula: Expr | None) -> Iterator[Block]:
        if len(grid.shape) < 3:
            yield self._equation(name, grid, formula)
            return
        items = formula.items if isinstance(formula, Stacked) else (None,) * grid.shape[0]
        for place, item in enumerate(items[:_FEW_PARTS]):
            yield from self._blocks(self._part(name, place), grid.at((place,)), item)
        if len(items) > _FEW_PARTS:
            yield Paragraph(say(f"and so on: {counted(len(items))} in all."))

    def _part(self, name: str, place: int) -> str:
        ref = read(name)
        index = place + self.solution.model.first_index
        if not ref.by:
            return entry_name(name, index)
        of = entry_name(ref.of, index) if self.lookup.entries(ref.of).shape else ref.of  # entry by entry
        return derivative_name(of, entry_name(ref.by, index))

    def _equation(self, name: str, grid: ExprArray, formula: Expr | None) -> Equation:
        """The lines, with so much of each matrix as the page has room for."""
        values, entries = self.solution.values, [cell.name for cell in grid.cells if isinstance(cell, Name)]
        cells = () if formula is None else self.expander.expand(formula).cells
        results = [values[entry] for entry in entries]
        working = work_out(cells, results, values, self.solution.policy) if cells else values_alone(results)
        left = self.symbolic.show(Name(name))
        symbols = () if formula is None else (ends(self.symbolic.show(formula)),)
        room = LINE - self.equations.width(left)

        def fits(expr: Expr) -> bool:
            return self.equations.width(expr) <= room

        def rows_of(item: Item, more: float = 0.0) -> tuple[Row, ...] | None:
            """A line, broken before its terms where it is too long; None where even then it is."""
            rows = self.equations.display(left, [[item]]).rows
            return rows if all(self.equations.width_of(row.items) <= room + more for row in rows) else None

        kept = tuple(expr for expr in symbols if rows_of(("=", expr)) is not None)
        if symbols and not kept and isinstance(formula, Stacked):  # formulas of entries: as many as there is room for
            formulas = ExprArray(grid.shape, cells)
            parts = (matrix_of(formulas, most) for most in range(MOST, _FEWEST - 1, -1))
            kept = tuple(islice((part for part in parts if _ROOMY * self.equations.width(part) <= room), 1))

        sizes = range(MOST, _FEWEST - 1, -1)
        # The values have a line of their own: as many as there is room for there.
        wholes = (matrix_of(grid, most) for most in sizes)
        whole = next((each for each in wholes if rows_of(("=", self._filled(each, {})))), matrix_of(grid, _FEWEST))

        def lines_of(most: int, *, put_in: bool) -> ArrayLines:
            numbers = self._numbers(formula, most) if put_in else None
            return ArrayLines(name, left, kept, numbers, whole, cells, tuple(entries))

        def rows_of_all(lines: ArrayLines, *, broken: bool, more: float) -> tuple[Row, ...] | None:
            """All lines; None where one is too long, or would have to be broken that may not be."""
            found = [(item, rows_of(item, more)) for item in self._items(lines, working)]
            if any(rows is None or (len(rows) > 1 and not broken and item[1] not in kept) for item, rows in found):
                return None
            return tuple(chain.from_iterable(rows or () for _, rows in found))

        # Of the numbers put in as much as there is room for on a line, else on several, none of them wider than paper.
        for broken, more in ((False, 0.0), (True, 0.0), (True, _MARGIN)):
            for most in sizes:
                lines = lines_of(most, put_in=True)
                rows = rows_of_all(lines, broken=broken, more=more)
                if rows is not None:
                    return Equation(left, rows, about=name, arrays=lines)
        lines = lines_of(_FEWEST, put_in=False)
        rows = tuple(chain.from_iterable(rows_of(item) or (Row((item,)),) for item in self._items(lines, working)))
        return Equation(left, rows, about=name, arrays=lines)

    def _numbers(self, formula: Expr | None, most: int) -> Expr | None:
        """The line of the numbers put in, with the names of entries in their places."""

        def leaf(name: str, shape: Shape, as_row: bool) -> Expr:
            del shape
            return matrix_of(self.lookup.entries(name), most, as_row=as_row)

        if formula is None or is_long_sum(formula) or not names(formula):
            return None
        if any(len(self.lookup.entries(n).shape) > 2 for n in names(formula)):
            return None  # the numbers of more dimensions stand in no matrix
        return Layout(self.expander, leaf).show(formula)

    def _items(self, lines: ArrayLines, working: MatrixWorking) -> Iterator[Item]:
        yield from (("=", expr) for expr in lines.symbols)
        values = self._filled(lines.values, {})
        if lines.numbers is None or working.written is None:
            yield working.at_once, values
            return
        numbers = self._filled(lines.numbers, working.written)
        yield working.put_in, numbers
        if numbers != values:
            yield working.result, values

    def _filled(self, expr: Expr, written: Mapping[str, Number]) -> Expr:
        """A line with numbers in it: those that are chosen, and of all others the printed ones."""
        values = self.solution.values
        return substitute(expr, {name: written.get(name) or Number(values[name].shown) for name in names(expr)})
