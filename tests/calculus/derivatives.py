"""The derivatives that SymPy has shown equal to the written form, once and for all: ``derivatives.json``.

::

    python -m tests.calculus.derivatives            # says which shapes are written or proved otherwise now
    python -m tests.calculus.derivatives --write    # after a change that was meant

A network of the catalogue, and formulas that are written most, need no SymPy when they are worked out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from derive.calculus.by_sympy import SympyDerivative
from derive.calculus.differentiate import differentiate
from derive.calculus.local import placeholders, shown, terms_by_name
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.expression.functions import FUNCTIONS
from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.tree import Expr, Name, Negative, substitute

TABLE = Path(__file__).parents[2] / "derive" / "calculus" / "derivatives.json"

#: Terms of weighted sums, products and quotients, and what people write as a cost or an activation of their own.
SHAPES = (
    "a",
    "a*b",
    "a*b*c",
    "a/b",
    "a/(b*c)",
    "1/a",
    "a**2",
    "a**3",
    "a**2/2",
    "a*b**2",
    "a/2*b**2",
    "1/2*a**2",
    "1/2*a*b**2",
    "(a - b)**2",
    "(a - b)**2/2",
    "1/2*(a - b)**2",
    "0.5*(a - b)**2",
    "a*(b - c)**2",
    "(a*b - c)**2",
    "(a*b + c - d)**2",
    "abs(a - b)",
    "a*log(b)",
    "(1 - a)*log(1 - b)",
    "a/(1 + abs(a))",
    "exp(-a**2)",
    "exp(-a)",
    "log(1 + a**2)",
    "sqrt(1 + a**2)",
    "a*tanh(log(1 + exp(a)))",
    "a*exp(b)",
    "a*tanh(b)",
)
_NAMES = ("a", "b", "c", "d")
_LETTERS = ("z", "O", "y", "n")


def formulas() -> Iterator[Expr]:
    """The formulas whose terms are in the table."""
    for text in SHAPES:
        yield parse(text, _NAMES)
    for name, function in FUNCTIONS.items():
        if function.arity == 1:
            for inner in ("a", "a*b", "a + b"):
                yield parse(f"{name}({inner})", _NAMES)
    yield parse("max(0, a)", _NAMES)
    yield parse("max(a, b)", _NAMES)
    for row in (*ACTIVATIONS.values(), *COSTS.values()):
        parameters = {name: parse(value, ()) for name, value in row.parameters.items()}
        yield substitute(parse(row.formula, (*_LETTERS, *parameters)), parameters)


def shapes() -> Iterator[tuple[Expr, str]]:
    """The shapes of their terms, with either sign, and the placeholders that they are differentiated by."""
    for formula in formulas():
        for argument, terms in terms_by_name(formula).items():
            for term, _ in terms:
                held = placeholders(term)
                shape = substitute(term, {name: Name(other) for name, other in held.items()})
                yield shape, held[argument]
                yield Negative(shape), held[argument]


def made() -> dict[str, dict[str, str]]:
    """The table, made by asking SymPy."""
    table: dict[str, dict[str, str]] = {}
    for shape, argument in shapes():
        written = differentiate(shape, argument)
        if SympyDerivative(shape, argument).equals(written) and shown(shape, argument) == written:
            table.setdefault(plain(shape), {})[argument] = plain(written)
    return dict(sorted(table.items()))


def main() -> int:
    """Compares, or writes anew; 1 if anything is different."""
    parser = argparse.ArgumentParser(prog="python -m tests.calculus.derivatives", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table")
    now = made()
    if parser.parse_args().write:
        TABLE.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        return 0
    kept = json.loads(TABLE.read_text(encoding="utf-8"))
    different = [shape for shape in {**now, **kept} if now.get(shape) != kept.get(shape)]
    print("\n".join(different) or "All derivatives are as SymPy has them.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
