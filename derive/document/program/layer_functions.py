"""The functions of single numbers that a program with whole layers applies to each element."""

from __future__ import annotations

from collections.abc import Mapping

from derive.calculus.solution import Worked
from derive.calculus.steps import Step
from derive.catalogue.activations import ACTIVATIONS
from derive.document.program.scalars import OWN
from derive.document.program.statements import ProgramFunction
from derive.document.words.phrasing import capital
from derive.expression.functions import FUNCTIONS
from derive.expression.tree import Expr, Name, substitute
from derive.model.references import derivative_name


def layer_functions(solution: Worked) -> Mapping[str, ProgramFunction] | None:
    """The functions of each layer and of the cost; None where the neurons of a layer differ in theirs."""
    network, definitions = solution.model.network, solution.model.graph.definitions
    steps = {step.target: step for step in solution.steps}
    namer = _Namer()
    for number, stage in enumerate(network.stages, start=1):
        row = ACTIVATIONS.get(stage.function)
        pairs = list(zip(stage.sums.entries, stage.outputs.entries, strict=True))
        outputs = {substitute(definitions[output].expr, {z: Name("z")}) for z, output in pairs}
        slopes = {
            substitute(steps[derivative_name(output, z)].result, {z: Name("z"), output: Name("O")})
            for z, output in pairs
        }
        base = OWN if row is None else row.name
        says = "The activation function of this network." if row is None else f"{capital(row.phrase)}."
        if not (
            namer.give(stage.outputs.name, base, outputs, says, ("z",))
            and namer.give(f"slopes_{number}", f"{base}_slope", slopes, "Its derivative.", ("z", "O"))
        ):
            return None
    parts = network.parts.entries or (network.cost,)
    ends = list(zip(parts, network.targets.entries, network.outputs, strict=True))
    errors = {substitute(definitions[part].expr, {y: Name("y"), output: Name("O")}) for part, y, output in ends}
    slopes = {_error_slope(steps, network.cost, y, output) for _, y, output in ends}
    if not (
        namer.give("error", "error", errors, "The cost of one output.", ("y", "O"))
        and namer.give("error slope", "error_slope", slopes, "Its derivative with respect to the output.", ("y", "O"))
    ):
        return None
    return namer.found


def _error_slope(steps: Mapping[str, Step], cost: str, target: str, output: str) -> Expr:
    return substitute(steps[derivative_name(cost, output)].result, {target: Name("y"), output: Name("O")})


class _Namer:
    """Gives out functions, one for each formula."""

    def __init__(self) -> None:
        self.found: dict[str, ProgramFunction] = {}

    def give(self, use: str, base: str, formulas: set[Expr], says: str, arguments: tuple[str, ...]) -> bool:
        """Notes the function for a use; whether there is one formula only."""
        if len(formulas) != 1:
            return False
        (formula,) = formulas
        base = f"{base}_activation" if base in FUNCTIONS else base
        known = [function for function in self.found.values() if _root(function.name) == base]
        same = next((function for function in known if function.formula == formula), None)
        count = len(set(known))
        name = base if not count else f"{base}_{count + 1}"
        self.found[use] = same or ProgramFunction(name, formula, says, arguments)
        return True


def _root(name: str) -> str:
    head, _, tail = name.rpartition("_")
    return head if tail.isdigit() else name
