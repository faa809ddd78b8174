"""From the statements of a program to Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Context, Decimal

import msgspec

from derive.document.program.statements import (
    NUMBER_OF_UPDATE,
    Check,
    Compute,
    Given,
    GivenArray,
    Operate,
    PrintedValue,
    Program,
    ProgramFunction,
    Remark,
    Statement,
    Take,
    Train,
    TrainArrays,
)
from derive.expression.functions import CONSTANTS, FUNCTIONS
from derive.expression.plain import plain
from derive.expression.tree import Expr, Sum
from derive.render.code import array_code, code_helpers
from derive.render.code.code_helpers import Helper
from derive.render.code.code_printer import DECIMAL, MATH, NUMPY, CodePrinter, Variables
from derive.render.code.words_in_code import comment, string

#: What numbers are that are too large to be written.
_BOUNDLESS = "getcontext().traps[Overflow] = False  # what is too large to be written is infinite, as on the page"
_TAKEN = "Beyond what this program can work out: the value is the page's."

#: Longer lines are broken.
_WIDTH = 100

#: Words of the program's own, which no quantity is called by.
_OWN = (
    "np Decimal Context MIN_EMIN MAX_EMAX ROUND_HALF_EVEN ROUND_HALF_UP SHORT setcontext localcontext isclose rounded "
    "Overflow getcontext check check_all equals rounds_to vanishes rounded_all each vector matrix costs update z"
).split()


class Coder:
    """Writes Python.

    Args:
        program: what is to be written.
        numpy: whether NumPy's functions are used, and the gradients found once more by whole layers.
    """

    def __init__(self, program: Program, *, numpy: bool) -> None:
        self.program = program
        self.numbers = program.numbers
        self.rounds = program.numbers.rounding is not None
        self.dialect = DECIMAL if self.numbers.digits is not None else NUMPY if numpy else MATH
        self.parts = {**program.parts}
        self.functions = program.functions
        if numpy and program.whole_layers is not None:
            place = program.whole_layers.place
            self.parts[place] = (*self.parts.get(place, ()), *program.whole_layers.statements)
            self.functions = (*self.functions, *program.whole_layers.functions)
        self.with_arrays = any(isinstance(line, GivenArray) for line in self._statements())
        functions = [function.name for function in self.functions]
        own = [line.variable for line in self._statements() if isinstance(line, GivenArray | Operate)]
        self.names = Variables([*_OWN, *code_helpers.FUNCTIONS, *functions, *own])
        self.names.known[NUMBER_OF_UPDATE] = "update"  # the variable of the loop
        self.printer = CodePrinter(self.names, self.dialect)
        in_arrays = msgspec.structs.replace(self.dialect, calls={**self.dialect.calls, "sqrt": "np.sqrt"})
        variables = {NUMBER_OF_UPDATE: "update"}
        self.arrays = CodePrinter(lambda name: variables.get(name, name), in_arrays)

    # The beginning

    def setup(self) -> str:
        """Imports, helpers and functions."""
        helpers = list(self._helpers())
        parts = ["\n".join(self._imports(helpers))]
        if self.numbers.digits is not None:
            settings = f"prec={self.numbers.digits}, Emin=MIN_EMIN, Emax=MAX_EMAX"
            parts[0] += f"\n\nsetcontext(Context({settings}))  # so many digits are carried from line to line"
            if self.numbers.boundless:
                parts[0] += f"\n{_BOUNDLESS}"
        parts += [helper.text for helper in helpers]
        parts += map(self._function, self.functions)
        return "\n\n\n".join(parts)

    def _imports(self, helpers: Iterable[Helper]) -> Iterator[str]:
        wanted: dict[str, set[str]] = {}
        for module, name in (pair for helper in helpers for pair in helper.imports):
            wanted.setdefault(module, set()).add(name)
        if self.numbers.digits is not None:
            wanted.setdefault("decimal", set()).update("Context Decimal MAX_EMAX MIN_EMIN setcontext".split())
            if self.numbers.boundless:
                wanted["decimal"].update(("Overflow", "getcontext"))
        else:
            in_math = [name for name in self.program.calls if name in CONSTANTS or FUNCTIONS[name].math]
            called = {self.dialect.calls[name] for name in in_math}
            wanted.setdefault("math", set()).update(called - _dotted(called))
        for module, found in sorted(wanted.items()):
            if found:
                yield f"from {module} import {', '.join(sorted(found, key=_as_isort))}"
        if self.dialect is NUMPY or self.with_arrays:
            yield from ["", "import numpy as np"] if any(wanted.values()) else ["import numpy as np"]

    def _helpers(self) -> Iterator[Helper]:
        if self.numbers.rounding is not None:
            yield code_helpers.rounded(self.numbers.rounding)
        used = {self._comparison(printed) for printed in self._printed()}
        for name, helper in code_helpers.comparisons(self.numbers).items():
            if name in used:
                yield helper
        if self.dialect is DECIMAL:
            wanted = set(self.program.calls)
            for name, helper in reversed(list(code_helpers.FUNCTIONS.items())):
                if name in wanted:
                    wanted.update(helper.needs)
            yield from (helper for name, helper in code_helpers.FUNCTIONS.items() if name in wanted)
        elif "sign" in self.program.calls and self.dialect is MATH:
            yield code_helpers.SIGN
        if self.with_arrays:
            yield from array_code.helpers(self.numbers, gathered=self.program.whole_layers is not None)

    def _statements(self) -> Iterator[Statement]:
        return (statement for part in self.parts.values() for statement in part)

    def _printed(self) -> Iterator[PrintedValue]:
        for statement in self._statements():
            match statement:
                case Compute(printed=printed) | Check(printed=printed) if printed is not None:
                    yield printed
                case Train(costs=costs) | TrainArrays(costs=costs):
                    yield from (PrintedValue(printed.text, exact=False) for _, printed in costs)

    def _function(self, function: ProgramFunction) -> str:
        value = CodePrinter(lambda name: name, self.dialect).code(function.formula)
        head = f"def {function.name}({', '.join(function.arguments)}):"
        return f'{head}\n    """{function.says}"""\n    return {value}'

    # Statements

    def code(self, statements: Sequence[Statement]) -> str:
        """Statements, one behind the other."""
        return "\n".join(line for statement in statements for line in self._statement(statement))

    def printed(self, statements: Sequence[Statement]) -> str:
        """What the code of statements prints."""
        return "".join(f"{line}\n" for statement in statements for line in self._told(statement))

    def _told(self, statement: Statement) -> Iterator[str]:
        match statement:
            case Compute(name, _, printed, equals=equals) if printed is not None:
                yield self._line(" = ".join([name, *equals]), name, printed)
            case Take(name, text, equals):
                value = float(text) if self.numbers.digits is None else Context(capitals=1).to_sci_string(Decimal(text))
                yield f"{' = '.join([name, *equals])} = {value} as on the page"
            case Check(label=label, printed=printed):
                yield self._line(label, label, printed)
            case Train(cost=label, costs=costs) | TrainArrays(label=label, costs=costs):
                for done, printed in costs:
                    counted = f"{label}+{done}"
                    yield self._line(counted, counted, PrintedValue(printed.text, exact=False))
            case Operate() if statement.printed:
                yield array_code.told(statement)
            case _:
                pass

    def _line(self, label: str, name: str, printed: PrintedValue) -> str:
        match self._comparison(printed):
            case "vanishes":
                return f"{label} = {code_helpers.VANISHED}, rounded {printed.text}"
            case "rounds_to":
                return f"{label} = {self.program.found[name]}, rounded {printed.text}"
            case _:
                return f"{label} = {printed.text}"

    def _statement(self, statement: Statement) -> Iterator[str]:
        match statement:
            case Given(title, values):
                yield f"# {comment(title)}"
                yield from (f"{self.names(name)} = {self.dialect.literal(text)}" for name, text in values)
            case Remark(text):
                yield from ("", f"# {comment(text)}")
            case Compute(name, _, printed, _, chain, equals):
                if chain is not None:
                    yield from self._comment(name, chain)
                yield from self._assigned(statement)
                if printed is not None:
                    yield self._compared(" = ".join([name, *equals]), self.names(name), printed)
            case Take(name, text, equals):
                yield f"# {_TAKEN}"
                yield f"{self.names(name)} = {self.dialect.literal(text)}"
                yield from (f"{self.names(other)} = {self.names(name)}" for other in equals)
                yield f'print({string(" = ".join([name, *equals]))}, "=", {self.names(name)}, "as on the page")'
            case Check(name, label, printed):
                yield self._compared(label, self.names(name), printed)
            case Train(steps, cost=cost, costs=costs):
                yield from self._train(steps, list(self._updates(statement)), cost, self.names(cost), costs)
            case TrainArrays(steps, body, cost, label, costs):
                yield from self._train(
                    steps, [code for line in body for code in self._in_loop(line)], label, cost, costs
                )
            case GivenArray():
                yield self._array(statement)
            case Operate():
                yield from array_code.operation(statement, rounded=self.rounds, code=self.arrays.code)
                yield from array_code.comparison(statement, marked=not self.rounds)

    def _array(self, array: GivenArray) -> str:
        """An array of the variables that there are already, or of numbers."""
        if self.program.whole_layers is not None:
            return array_code.gathered(array, [[self.names(name) for name in row] for row in array.names])
        if array.kind == "number":
            return f"{array.variable} = {self.dialect.literal(array.rows[0][0])}"
        return array_code.written(array)

    def _updates(self, train: Train) -> Iterator[str]:
        yield f"# {array_code.BACKWARD}"
        yield from self._lines(train.backward)
        if train.batches:
            yield "# The gradients of the samples that this update takes."
        for number, batch in enumerate(train.batches):
            yield f"{'elif' if number else 'if'} (update - 1) % {len(train.batches)} == {number}:"
            yield from (f"    {line}" for line in self._lines(batch))
        for title, lines in ((train.rule, train.moves), (array_code.FORWARD, train.forward)):
            yield f"# {title}"
            yield from self._lines(lines)

    def _lines(self, lines: Sequence[Compute]) -> Iterator[str]:
        for line in lines:
            yield from self._assigned(line)

    def _in_loop(self, line: Remark | Operate) -> Iterator[str]:
        if isinstance(line, Remark):
            yield f"# {line.text}"
        else:
            yield from array_code.operation(line, rounded=self.rounds, code=self.arrays.code)

    def _comment(self, name: str, chain: Expr) -> Iterator[str]:
        """The chain rule, broken before a path where it is long."""
        terms = [plain(term) for term in chain.terms] if isinstance(chain, Sum) else [plain(chain)]
        line = f"# {name} = {terms[0]}"
        for term in terms[1:]:
            if len(line) + len(term) + 3 > _WIDTH:
                yield line
                line = f"#     + {term}"
            else:
                line += f" + {term}"
        yield line

    def _assigned(self, line: Compute) -> Iterator[str]:
        yield from self._worked(line)
        yield from (f"{self.names(name)} = {self.names(line.name)}" for name in line.equals)

    def _worked(self, line: Compute) -> Iterator[str]:
        variable = self.names(line.name)
        before, after = ("rounded(", ")") if self.rounds else ("", "")
        if line.applies is not None:
            function, argument = line.applies
            yield f"{variable} = {before}{function}({self.names(argument)}){after}"
            return
        formula = self.printer.prepared(line.formula)
        whole = f"{variable} = {before}{self.printer.show(formula)}{after}"
        if len(whole) <= _WIDTH or not isinstance(formula, Sum):
            yield whole
            return
        first, *others = formula.terms
        yield f"{variable} = {before or '('}"
        yield f"    {self.printer.first_term(first)}"
        yield from (f"    {self.printer.joined_term(term)}" for term in others)
        yield ")"

    def _comparison(self, printed: PrintedValue) -> str:
        if self.rounds:
            return "check"
        return "vanishes" if printed.vanished else "equals" if printed.exact else "rounds_to"

    def _compared(self, label: str, variable: str, printed: PrintedValue) -> str:
        return f'{self._comparison(printed)}({string(label)}, {variable}, "{printed.text}")'

    def _train(
        self, steps: int, body: Sequence[str], label: str, variable: str, costs: Sequence[tuple[int, PrintedValue]]
    ) -> Iterator[str]:
        """Updates, one after another; the cost is compared where the page has it."""
        known = ", ".join(f'{done}: "{printed.text}"' for done, printed in costs)
        comparison = self._comparison(PrintedValue("", exact=False))
        yield "# The cost on the page, after so many updates."
        yield f"costs = {{{known}}}"
        yield ""
        yield f"for update in range(1, {steps + 1}):"
        yield from (f"    {line}" for line in body)
        yield "    if update in costs:"
        yield f'        {comparison}(f"{label}+{{update}}", {variable}, costs[update])'
        yield ""


def _dotted(names: Iterable[str]) -> set[str]:
    return {name for name in names if "." in name}


def _as_isort(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as Python's formatters sort them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name
