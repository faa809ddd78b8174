"""The result as one expression of all that is given, and one derivative of it: whether the chain rule was needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derive.calculus.chains import Chains
from derive.calculus.solution import Worked
from derive.document.blocks import Block, Code, Heading, Paragraph
from derive.document.equations import LINE, Equations
from derive.document.words.phrasing import counted, equal, say, sentence
from derive.expression.tree import Applied, Cases, Expr, Group, Name, Number, names, rebuild, walk
from derive.model.graph import Definition

#: A result of more quantities than this, each counted as often as it stands, is not written out; nor is a derivative.
_LONGEST, _LONGEST_DERIVATIVE = 30, 90
#: Functions that go by their names, which are shorter than their formulas.
_NAMED = frozenset({"sigmoid"})

_WORDS = "Put into each other, the formulas of the forward pass are one expression:"
_BY = "It can be differentiated as it stands, by {v}:"
_PYTHON = "From Python, {result} and {derivative} are these expressions in SymPy."
_AGAIN = (
    "That is the same derivative, but the formula of {name} stands {times} times in it, and others repeat it "
    "again; the way back works each out once. "
)


def one_expression(solution: Worked) -> Iterator[Block]:
    """The section; nothing where the expressions would be too long to be read."""
    model = solution.model
    if len(model.graph.results) != 1 or model.sample_costs or not solution.steps or solution.view == "matrix":
        return
    result = model.graph.result
    chains = Chains(model, result)
    near, _ = chains.ends(model.wanted)
    chain = None if near is None else chains.to(near)
    if chain is None or chain.worked is None or any(isinstance(stage.worked, Cases) for stage in chain.first):
        return
    written = _written_out(model.graph.definitions)
    if result not in written or _is_by_cases(written[result]):
        return
    whole, derivative = written[result], _filled(chain.worked, written)
    if _length(derivative) > _LONGEST_DERIVATIVE:
        return
    used = [name for name in names(chain.worked) if name in model.graph.definitions]
    longest = max(used, key=lambda name: _length(written[name]), default="")
    times = sum(node == Name(longest) for node in walk(chain.worked))
    again = sentence(_AGAIN, name=Name(longest), times=counted(times)) if times > 1 else ()
    yield Heading(1, say("In one expression"), "one-expression")
    yield Paragraph(say(_WORDS))
    yield _told(solution, result, whole)
    yield Paragraph(sentence(_BY, v=Name(chain.variable)))
    yield _told(solution, chain.target, derivative)
    typed = (Code(f'solution.sympy("{name}")') for name in (result, chain.target))
    yield Paragraph(say(again, sentence(_PYTHON, **dict(zip(("result", "derivative"), typed, strict=True)))))


def _told(solution: Worked, name: str, expr: Expr) -> Block:
    """An expression, on lines of its own where it can be broken into such as fit, else as a paragraph that breaks."""
    equations = Equations(solution.model.symbols)
    room = LINE - equations.width(Name(name))
    for equation in (equations.display(Name(name), [[("=", expr)]]), equations.nested(Name(name), expr)):
        if all(equations.width_of(row.items) <= room for row in equation.rows):
            return equation
    return Paragraph(say(equal(Name(name), ("=", expr))))


def _written_out(definitions: Mapping[str, Definition]) -> Mapping[str, Expr]:
    """Each quantity over what is given; those that become too long for a page are left out."""
    written: dict[str, Expr] = {}
    for name, definition in definitions.items():
        if any(used in definitions and used not in written for used in names(definition.expr)):
            continue
        expr = definition.expr
        if definition.applies in _NAMED and len(definition.closed_forms) == 1:
            expr = Applied(definition.applies, (Name(next(iter(definition.closed_forms))),))
        filled = _filled(expr, written)
        if _length(filled) <= _LONGEST:
            written[name] = filled
    return written


def _filled(expr: Expr, written: Mapping[str, Expr]) -> Expr:
    """A formula with what its names stand for, without brackets that a writer sets for the eye."""
    match expr:
        case Name(name):
            return written.get(name, expr)
        case Number():
            return expr
        case Group(body):
            return _filled(body, written)
        case _:
            return rebuild(expr, lambda child: _filled(child, written))


def _length(expr: Expr) -> int:
    return sum(isinstance(node, Name) for node in walk(expr))


def _is_by_cases(expr: Expr) -> bool:
    return any(isinstance(node, Cases) for node in walk(expr))
