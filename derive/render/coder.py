"""From the statements of a program to Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from derive.document.program import Check, Compute, Function, Given, Printed, Program, Remark, Statement, Train
from derive.expression.plain import plain
from derive.expression.tree import Expr, Sum
from derive.render import code_helpers
from derive.render.code_helpers import Helper
from derive.render.code_printer import DECIMAL, MATH, NUMPY, CodePrinter, Names
from derive.render.language import clean

#: Signs that a reader does not see, or that turn the order of those that he sees: they are written by their number.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)

#: Longer lines are broken.
_WIDTH = 100

#: Words of the program's own, which no quantity is called by.
_OWN = (
    "np Decimal Context MIN_EMIN MAX_EMAX ROUND_HALF_EVEN ROUND_HALF_UP SHORT setcontext localcontext isclose rounded "
    "check equals rounds_to costs update z"
).split()


class Coder:
    """Writes Python.

    Args:
        program: what is to be written.
        numpy: whether NumPy's functions are used.
    """

    def __init__(self, program: Program, *, numpy: bool) -> None:
        self.program = program
        self.numbers = program.numbers
        self.dialect = DECIMAL if self.numbers.digits is not None else NUMPY if numpy else MATH
        functions = [function.name for function in program.functions]
        self.names = Names([*_OWN, *code_helpers.FUNCTIONS, *functions])
        self.printer = CodePrinter(self.names, self.dialect)

    # The beginning

    def setup(self) -> str:
        """Imports, helpers and functions."""
        helpers = list(self._helpers())
        parts = ["\n".join(self._imports(helpers))]
        if self.numbers.digits is not None:
            context = f"setcontext(Context(prec={self.numbers.digits}, Emin=MIN_EMIN, Emax=MAX_EMAX))"
            parts[0] += f"\n\n{context}  # so many digits are carried from line to line"
        parts += [helper.text for helper in helpers]
        parts += map(self._function, self.program.functions)
        return "\n\n\n".join(parts)

    def _imports(self, helpers: Iterable[Helper]) -> Iterator[str]:
        wanted: dict[str, set[str]] = {}
        for module, name in (pair for helper in helpers for pair in helper.imports):
            wanted.setdefault(module, set()).add(name)
        if self.numbers.digits is not None:
            wanted.setdefault("decimal", set()).update("Context Decimal MAX_EMAX MIN_EMIN setcontext".split())
        else:
            called = {self.dialect.calls[name] for name in self.program.calls}
            wanted.setdefault("math", set()).update(called - {"abs", "max", "min", "sign"} - _dotted(called))
        for module, found in sorted(wanted.items()):
            if found:
                yield f"from {module} import {', '.join(sorted(found, key=_as_isort))}"
        if self.dialect is NUMPY:
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

    def _printed(self) -> Iterator[Printed]:
        for statement in (statement for part in self.program.parts.values() for statement in part):
            match statement:
                case Compute(printed=printed) | Check(printed=printed) if printed is not None:
                    yield printed
                case Train(costs=costs):
                    yield from (Printed(printed.text, exact=False) for _, printed in costs)

    def _function(self, function: Function) -> str:
        printer = CodePrinter(lambda name: name, self.dialect)
        return f'def {function.name}(z):\n    """{function.says}"""\n    return {printer.code(function.formula)}'

    # Statements

    def code(self, statements: Sequence[Statement]) -> str:
        """Statements, one behind the other."""
        return "\n".join(line for statement in statements for line in self._statement(statement))

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
            case Check(name, label, printed):
                yield self._compared(label, self.names(name), printed)
            case Train():
                yield from self._train(statement)

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
        before, after = ("rounded(", ")") if self.numbers.rounding is not None else ("", "")
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
        yield f"    {self.printer.show(first)}"
        yield from (f"    {self.printer.joined_term(term)}" for term in others)
        yield ")"

    def _comparison(self, printed: Printed) -> str:
        return "check" if self.numbers.rounding is not None else "equals" if printed.exact else "rounds_to"

    def _compared(self, label: str, variable: str, printed: Printed) -> str:
        return f'{self._comparison(printed)}({string(label)}, {variable}, "{printed.text}")'

    def _train(self, train: Train) -> Iterator[str]:
        costs = ", ".join(f'{done}: "{printed.text}"' for done, printed in train.costs)
        yield "# The cost on the page, after so many updates."
        yield f"costs = {{{costs}}}"
        yield ""
        yield f"for update in range(1, {train.steps + 1}):"
        sections: Mapping[str, Sequence[Compute]] = {
            "The gradients of the parameters reached.": train.backward,
            "Every parameter moves against its gradient.": train.moves,
            "The forward pass with the new parameters.": train.forward,
        }
        for title, lines in sections.items():
            yield f"    # {title}"
            for line in lines:
                yield from (f"    {part}" for part in self._assigned(line))
        yield "    if update in costs:"
        comparison = self._comparison(Printed("", exact=False))
        label = "{update}"
        yield f'        {comparison}(f"{train.cost}+{label}", {self.names(train.cost)}, costs[update])'
        yield ""


def _dotted(names: Iterable[str]) -> set[str]:
    return {name for name in names if "." in name}


def _as_isort(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as Python's formatters sort them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def comment(text: str) -> str:
    """Words that stay within the line of a comment, and are read in the order in which they stand."""
    return _UNSEEN.sub(_numbered, clean(text))


def string(text: str) -> str:
    """A string of Python's that holds words."""
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_UNSEEN.sub(_numbered, escaped)}"'


def _numbered(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
