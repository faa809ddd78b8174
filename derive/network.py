"""A network that has been read, and what is told where it cannot be worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from derive.errors import Fault, InputError, Path
from derive.kept import kept
from derive.spec.paper import ClaimsFile
from derive.spec.phrases import counted, listed, quoted
from derive.spec.reading.source import Source
from derive.spec.settings import NetworkFile

if TYPE_CHECKING:
    from derive.calculus.values import QuantityError
    from derive.files import Input
    from derive.model.graph import Definition
    from derive.model.model import Model
    from derive.numbers.rounding import RoundingPolicy


class Network:
    """A network file that has been read and found right.

    Attributes:
        file: what stands in it.
        model: the graph of its definitions.
        source: its text, for messages.
        inputs: the file, which no page may replace.
    """

    def __init__(self, file: NetworkFile, model: Model, source: Source, inputs: tuple[Input, ...] = ()) -> None:
        self.file = file
        self.model = model
        self.source = source
        self.inputs = inputs

    def __repr__(self) -> str:
        shape = counted(len(self.model.graph.definitions), "equation")
        if self.model.is_dense:
            inputs, *sizes = self.model.network.sizes
            neurons = "neuron" if sizes == [1] else "neurons"
            shape = f"{counted(inputs, 'input')}, then {listed(list(map(str, sizes)), 'and')} {neurons}"
        return f"<Network {quoted(self.file.title)}: {shape}>"

    @kept
    def published(self) -> ClaimsFile:
        """The claims of the table ``[published]``, with their lines."""
        table = self.file.published
        if not table:  # as in most files, and what reads claims takes a while to load
            return ClaimsFile(self.source.name, (), ("published",))
        from derive.spec.arrays import unfolded
        from derive.spec.claim_files import published_claims
        from derive.spec.claims import Claim

        lines = self.source.find_lines(("published", name) for name in table)
        claims = (
            Claim(name, str(text), lines.get(("published", name)), place)
            for name, value in table.items()
            for place, text in unfolded(value)
        )
        return published_claims(self.source.name, claims)


def no_value(network: Network, error: QuantityError) -> InputError:
    """What to tell where a quantity has no value: which key of the file it comes from, and what would mend it."""
    from derive.catalogue.costs import COSTS
    from derive.catalogue.roles import COST, COST_PART
    from derive.expression.plain import plain
    from derive.model.references import split_updates
    from derive.numbers.rounding import RoundingPolicy

    model = network.model
    name, updates = split_updates(error.name)
    definition = model.graph.definitions.get(name)
    formula = f" = {plain(definition.expr)}" if definition else ""
    found = f"{error.name}{formula} cannot be worked out: {error.what}"
    expected, hint = error.expected, ""
    source = model.graph.definitions[_from(model, name)]
    if model.is_a(source.name, COST, COST_PART):
        row = COSTS.get(source.applies)
        if row is not None and row.output_domain is not None:
            low, high = row.output_domain
            below = f" and below {high}" if high.is_finite() else ""
            expected = f"outputs above {low}{below} for {row.name}"
    if updates:
        hint = "met during the updates: a smaller learning rate may keep it away"
    if error.rounded:
        hint = _of_rounding(error, RoundingPolicy.of(network.file.numbers))
    faults = [Fault(source.source, found, expected, hint)]
    if not error.rounded and not updates:
        others = values_missing(model.graph.given, list(model.graph.definitions.values()))
        faults += [fault for fault in others if fault.path != source.source]
    return network.source.locate(InputError(network.source.name, faults))


def values_missing(given: Mapping[str, Decimal], definitions: Sequence[Definition]) -> list[Fault]:
    """What has no value though all that it is worked out from has one: of each line of the file the first.

    Args:
        given: the numbers to begin with.
        definitions: what is worked out from these, in order.
    """
    from derive.calculus.values import Formula, without_value
    from derive.expression.plain import plain
    from derive.numbers.real import Real

    by_name = {each.name: each for each in definitions}
    numbers = {name: Real(value, exact=True) for name, value in given.items()}
    found: dict[Path, Fault] = {}
    for error in without_value(numbers, [Formula(each.name, each.expr, each.stable) for each in definitions]):
        definition = by_name[error.name]
        text = f"{error.name} = {plain(definition.expr)} cannot be worked out: {error.what}"
        found.setdefault(definition.source, Fault(definition.source, text, error.expected))
    return list(found.values())


def _of_rounding(error: QuantityError, policy: RoundingPolicy) -> str:
    """What is told of a value that does not exist because what it is worked out from was rounded."""
    from derive.calculus.values import exact_text

    blunted = error.blunted
    if blunted is None:
        return 'met because results are rounded at each step: more digits, or round = "end", may keep it away'
    exact, carried = exact_text(blunted.exact), policy.text(blunted.carried)
    kind = "decimals" if policy.significant is None else "significant"
    ways = ['round = "end"']
    if not blunted.carried:
        ways.insert(0, "significant in place of decimals")
    if blunted.digits is not None:
        ways.insert(0, f"{kind} = {blunted.digits}")
    met = f"met because results are rounded at each step: {blunted.name} is {exact}, and carried on as {carried}"
    return f"{met}; {listed(ways)} may keep it away"


def _from(model: Model, name: str) -> str:
    """The definition that a quantity comes from: of a derivative that of its variable, or what uses it at the end."""
    from derive.catalogue.roles import COST_PART
    from derive.model.references import read

    graph = model.graph
    ref = read(name)
    of, by = ref.of, ref.by
    if not by:
        return name if name in graph.definitions else graph.result
    units = {graph.result, *model.of(COST_PART)}
    if of in graph.definitions and of not in units:
        return of
    if by not in graph.definitions:
        return graph.result
    direct = [user for user in graph.users[by] if user in units]
    if direct:
        return direct[0]
    (applied,) = [user for user in graph.users[by] if by in graph.definitions[user].own_steps] or [by]
    return applied
