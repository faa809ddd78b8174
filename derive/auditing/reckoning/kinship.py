"""How the quantities of a model are related, as far as people mix them up: read from roles, relations and the outline.

What a dense network calls a neuron is here a weighted sum and the function that is applied to it; a layer is the row of
quantities that have one role and stand side by side in a section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from derive.catalogue.activations import ACTIVATIONS, SOFTMAX
from derive.catalogue.roles import (
    BIAS,
    COST,
    COST_PART,
    GIVEN,
    INPUT,
    LEARNING_RATE,
    NET_INPUT,
    OUTPUT,
    PARAMETER,
    QUANTITY,
    SAMPLE_COST,
    TARGET,
    WEIGHT,
    Role,
)
from derive.expression.parse import parse
from derive.expression.simplify import tidy
from derive.expression.tree import (
    Call,
    Cases,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    names,
    substitute,
    walk,
)
from derive.model.model import Model
from derive.model.outline import Section
from derive.model.references import array_of

#: What is not taken for another of its kind: of a cost there is one, and its parts are told apart.
_SINGLE: Final[tuple[Role, ...]] = (COST, COST_PART, SAMPLE_COST, LEARNING_RATE)


def terms_of(expr: Expr) -> tuple[Expr, ...]:
    """The terms of a sum; anything else is one term."""
    return expr.terms if isinstance(expr, Sum) else (expr,)


def bare(term: Expr) -> Expr:
    """A term without brackets around it."""
    return term.body if isinstance(term, Group) else term


def instance(formula: str, net_input: str, output: str, parameters: Mapping[str, str] = {}) -> Expr | None:
    """A formula of the catalogue with the names of what a function is applied to, and gives.

    Args:
        formula: the formula, in ``z`` and ``O``.
        net_input: what the function is applied to.
        output: what it gives.
        parameters: the numbers of the function, by name.

    Returns:
        The formula; None where it needs what the file does not give.
    """
    values = {name: Number(text) for name, text in parameters.items()}
    expr = parse(formula, ("z", "O", "slope", "alpha"), internal=True)
    if not set(names(expr)) <= {"z", "O", *values}:
        return None
    return tidy(substitute(expr, {"z": Name(net_input), "O": Name(output), **values}))


class Kinship:
    """The relations of a model's quantities.

    Args:
        model: the model.
    """

    def __init__(self, model: Model) -> None:
        self.model, self.graph = model, model.graph
        #: The section that each quantity stands in, and the one around that.
        self._homes: dict[str, Section] = {}
        self._rows: dict[tuple[Role, str, str], list[str]] = {}
        self._keys: dict[str, tuple[Role, str, str]] = {}
        self._shared: set[str] = set()
        self._place(model.outline, model.outline)
        given = (name for name in self.graph.given if name not in self._keys)
        for name in given:
            self._join(name, model.outline)

    def _place(self, section: Section, around: Section) -> None:
        # Of a section with others in it the rows are its own; what is in a leaf has its like in the leaves beside it.
        home = section if section.sections else around
        for part in section.parts:
            if isinstance(part, Section):
                self._place(part, section)
            else:
                self._join(part, home)
        for name in section.owns:
            self._join(name, home)
            if section.sections:
                self._shared.add(name)

    def _join(self, name: str, home: Section) -> None:
        role = self.model.quantities[name].role
        self._homes[name] = home
        letter = self._letter(name) if role in (GIVEN, PARAMETER, QUANTITY) else ""
        key = self._keys[name] = (role, home.key, letter)
        self._rows.setdefault(key, []).append(name)

    def _letter(self, name: str) -> str:
        """What a quantity of equations has in common with its like: the array that it is of, or how it is used."""
        array = array_of(name)
        if array != name:
            return f"{array}[]"
        users = (self.graph.definitions[user].expr for user in self.graph.users[name])
        return "of a sum" if any(isinstance(expr, Sum) for expr in users) else "of a product"

    # Rows

    def row(self, name: str) -> tuple[str, ...]:
        """A quantity and those of its role that stand beside it, in the order of the calculation."""
        key = self._keys.get(name)
        return () if key is None else tuple(self._rows[key])

    def beside(self, name: str) -> list[str]:
        """The quantities that may be taken for one, as they stand beside it."""
        if name not in self._keys or self._keys[name][0] in _SINGLE:
            return []
        return [other for other in self.row(name) if other != name]

    def rows(self, *roles: Role) -> Iterator[tuple[str, ...]]:
        """All rows of some roles."""
        return (tuple(row) for key, row in self._rows.items() if key[0] in roles)

    def where(self, name: str) -> str:
        """The section that a row stands in, in words; "" where it is the whole model."""
        home = self._homes.get(name, self.model.outline)
        return "" if home is self.model.outline else home.key.replace("-", " ")

    # A function, and what it is applied to

    @cached_property
    def _applied(self) -> Mapping[str, str]:
        """By definition that applies a function to one quantity, that quantity."""
        found = ((name, self._argument(name)) for name in self.graph.definitions)
        return {name: argument for name, argument in found if argument}

    def _argument(self, name: str) -> str:
        definition = self.graph.definitions[name]
        if len(definition.own_steps) > 1:  # of all net inputs of a layer, its own
            label = self.model.quantities[name].label
            return next(each for each in definition.own_steps if self.model.quantities[each].label == label)
        if definition.own_steps:
            return definition.own_steps[0]
        arguments = self.graph.arguments[name]
        bends = any(isinstance(node, Call | Cases | Power | Quotient) for node in walk(definition.expr))
        return arguments[0] if len(arguments) == 1 and bends and self.model.is_a(name, QUANTITY) else ""

    def is_named(self, name: str) -> bool:
        """Whether the derivative of a function is a step of its own, named in the derivatives that use it."""
        return bool(self.graph.definitions[name].own_steps)

    def argument(self, name: str) -> str:
        """What a function is applied to, to give a quantity; "" where it is no function of one other."""
        return self._applied.get(name, "")

    @cached_property
    def _functions(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, argument in self._applied.items():
            found.setdefault(argument, []).append(name)
        return {argument: tuple(several) for argument, several in found.items()}

    def functions(self, name: str) -> tuple[str, ...]:
        """What functions make of a quantity."""
        return self._functions.get(name, ())

    def share(self, name: str) -> str:
        """The output of a softmax whose own number a quantity is; "" where it is that of none."""
        found = self.functions(name)
        if found and self.activation(found[0]) == SOFTMAX.name:
            return found[0]
        for user in self.graph.users.get(name, ()):
            expr = self.graph.definitions[user].expr
            if isinstance(expr, Quotient) and expr.numerator == Call("exp", (Name(name),)) in terms_of(
                expr.denominator
            ):
                return user
        return ""

    def likelihood(self, output: str) -> str:
        """Minus the logarithm of an output of the same softmax, where a class is the target; "" where there is none."""
        beside = set(self.graph.arguments.get(output, ()))
        for definition in self.graph.definitions.values():
            match definition.expr:
                case Negative(Call("log", (Name(other),))) if set(self.graph.arguments.get(other, ())) == beside:
                    return definition.name
        return ""

    def activation(self, name: str) -> str:
        """The row of the catalogue, or the formula, that gives a quantity; "" where none does."""
        if name not in self._kinds:
            self._kinds[name] = self._activation(name)
        return self._kinds[name]

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {}

    def _activation(self, name: str) -> str:
        argument = self.argument(name)
        definition = self.graph.definitions[name]
        if not argument or definition.applies:
            return definition.applies
        rows = (row for row in ACTIVATIONS.values() if not row.parameters and row.name != "identity")
        return next((row.name for row in rows if instance(row.formula, argument, name) == definition.expr), "")

    # A weighted sum

    def is_sum(self, name: str) -> bool:
        """Whether a definition is a sum or a product of quantities, to which no function is applied."""
        if self.model.is_a(name, NET_INPUT):
            return True
        definition = self.graph.definitions.get(name)
        if definition is None or not self.model.is_a(name, QUANTITY):
            return False
        return all(self._is_plain(term) for term in terms_of(definition.expr)) and len(names(definition.expr)) > 1

    @staticmethod
    def _is_plain(term: Expr) -> bool:
        term = bare(term)
        while isinstance(term, Negative):
            term = bare(term.operand)
        factors = term.factors if isinstance(term, Product) else (term,)
        return all(isinstance(bare(factor), Name) or not names(factor) for factor in factors)

    @cached_property
    def learnt(self) -> frozenset[str]:
        """The numbers that are learnt."""
        return frozenset(name for name, quantity in self.model.quantities.items() if quantity.role.sought)

    def is_weight(self, name: str) -> bool:
        """Whether a number is learnt, and multiplied with something."""
        quantity = self.model.quantities.get(name)
        if quantity is None or quantity.role == WEIGHT:
            return quantity is not None
        return quantity.role == PARAMETER and not self.is_bias(name)

    def is_bias(self, name: str) -> bool:
        """Whether a number is learnt, and added as it is wherever it is used."""
        quantity = self.model.quantities.get(name)
        if quantity is None or quantity.role == BIAS:
            return quantity is not None
        if quantity.role != PARAMETER:
            return False
        if name not in self._biases:
            users = [terms_of(self.graph.definitions[user].expr) for user in self.graph.users[name]]
            alone = [
                len(terms) > 1 and sum(name in names(term) for term in terms) == 1 and Name(name) in map(bare, terms)
                for terms in users
            ]
            self._biases[name] = bool(alone) and all(alone)
        return self._biases[name]

    @cached_property
    def _biases(self) -> dict[str, bool]:
        return {}

    def is_shared(self, name: str) -> bool:
        """Whether a number belongs to several parts of the model."""
        return name in self._shared

    def weights(self, name: str) -> tuple[str, ...]:
        """The weights of a sum, in order."""
        return tuple(other for other in self.graph.arguments.get(name, ()) if self.is_weight(other))

    def bias(self, name: str) -> str:
        """The bias of a sum; "" where it has none, or several."""
        found = [other for other in self.graph.arguments.get(name, ()) if self.is_bias(other)]
        return found[0] if len(found) == 1 else ""

    def sources(self, name: str) -> tuple[str, ...]:
        """What is weighted in a sum, in order."""
        return tuple(
            other
            for other in self.graph.arguments.get(name, ())
            if other not in self.learnt and other not in self.targets
        )

    @cached_property
    def sums(self) -> tuple[tuple[str, ...], ...]:
        """The weighted sums, row by row."""
        rows = (tuple(filter(self.is_sum, row)) for row in self.rows(NET_INPUT, QUANTITY))
        return tuple(row for row in rows if row)

    @cached_property
    def answers(self) -> tuple[tuple[str, ...], ...]:
        """The inputs, and the outputs row by row."""
        return self.model.of(INPUT), *self.rows(OUTPUT)

    # The cost

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The costs of the single outputs; of one output, the cost itself."""
        found = self.model.of(COST_PART) or self.model.sample_costs
        if found or not self.model.is_a(self.graph.result, QUANTITY):
            return found or (self.graph.result,)
        definition = self.graph.definitions[self.graph.result]
        terms = terms_of(definition.expr)
        several = tuple(term.name for term in map(bare, terms) if isinstance(term, Name))
        split = len(terms) > 1 and len(several) == len(terms) and all(map(self._compares, several))
        return several if split else (self.graph.result,)

    def _compares(self, name: str) -> bool:
        """Whether a quantity is made of one that is given and of one that is worked out, by more than a product."""
        arguments = self.graph.arguments.get(name, ())
        given = [other for other in arguments if self.model.is_a(other, GIVEN)]
        if len(arguments) != 2 or len(given) != 1 or arguments[0] == arguments[1]:
            return False
        return not self.is_sum(name)

    @cached_property
    def compared(self) -> Mapping[str, tuple[str, str]]:
        """By part of the cost, the target and the output that it compares."""
        targets = self.model.of(TARGET)
        if targets:
            arguments = (self.graph.arguments[part] for part in self.parts)
            outputs = [next(name for name in names if self.model.is_a(name, OUTPUT)) for names in arguments]
            return dict(zip(self.parts, zip(targets, outputs, strict=True), strict=True))
        found = {}
        for part in filter(self._compares, self.parts):
            one, other = self.graph.arguments[part]
            found[part] = (one, other) if self.model.is_a(one, GIVEN) else (other, one)
        return found

    @cached_property
    def targets(self) -> frozenset[str]:
        """What outputs are compared with."""
        return frozenset(target for target, _ in self.compared.values())

    @cached_property
    def part_of(self) -> Mapping[str, str]:
        """By output, the part of the cost that it is compared in."""
        return {output: part for part, (_, output) in self.compared.items()}

    def only_in(self, part: str) -> tuple[str, ...]:
        """Of what a part of the cost is worked out from, the last output and what nothing but it is made of."""
        if part not in self.compared:
            return ()
        output = self.compared[part][1]
        argument = self.argument(output)
        own = (name for name in self.graph.arguments.get(argument, ()) if self.graph.users[name] == (argument,))
        return (output, *((argument, *(name for name in own if name in self.learnt)) if argument else ()))

    @property
    def cost(self) -> str:
        """The row of the catalogue, or the formula, of the cost; "" where it is none."""
        return self.graph.definitions[self.parts[0]].applies
