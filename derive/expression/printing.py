"""The part of printing that all notations share: which brackets are needed.

A printer is a small class with one method per node. This base decides on brackets once, by the rules of a hand
calculation: negative numbers are bracketed after an operator and as factors, a term with a minus sign becomes a
subtraction, and sums are bracketed inside products.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from derive.expression.tree import (
    Call,
    Cases,
    Closed,
    Entrywise,
    Expr,
    Further,
    Group,
    Name,
    Negative,
    Number,
    Opened,
    Power,
    Product,
    Quotient,
    Sum,
    rebuild,
)


class Printer(ABC):
    """Turns a tree into text. Subclasses say how each node looks; this class says what needs brackets."""

    #: What stands between the terms of a sum.
    gap = " "
    #: What stands between the factors of a product.
    dot = " * "

    def show(self, expr: Expr) -> str:
        """The text of a whole expression."""
        match expr:
            case Number():
                return self.number(expr)
            case Name(name):
                return self.name(name)
            case Sum(terms):
                return self.sum(terms)
            case Negative(operand):
                return self.negated(self.term(operand))
            case Product(factors):
                return self.product(factors)
            case Quotient(numerator, denominator):
                return self.quotient(numerator, denominator)
            case Power(base, exponent):
                return self.power(base, exponent)
            case Call(function, arguments):
                return self.call(function, arguments)
            case Group(body):
                return self.bracketed(body)
            case Cases():
                return self.cases(expr)
            case Opened(factors, terms, entrywise, function):
                bracket = self.bracketed(Sum(terms))
                parts = (*factors, rebuild(function, lambda _: Sum(terms)) if function else Sum(terms))
                whole = self.show(Entrywise("times", parts)) if entrywise else self.product(parts)
                return whole.replace(bracket, self.half_open(self.sum(terms)), 1)
            case Closed(terms, None):
                return self.half_closed(self.joined(terms))
            case Closed(terms, exponent) if exponent is not None:
                return self.lifted(self.half_closed(self.joined(terms)), exponent)
            case Further(factors):
                return self.multiplied(self.product(factors))
            case _:
                return self.of_arrays(expr)

    def of_arrays(self, expr: Expr) -> str:
        """A node of a formula of arrays, where the notation has any."""
        raise AssertionError(f"no printing method for {type(expr).__name__}")

    def negated(self, operand: str) -> str:
        """An operand behind a minus sign."""
        return f"-{operand}"

    def sum(self, terms: tuple[Expr, ...]) -> str:
        """Terms joined by + and −; a negative number after an operator is bracketed."""
        return " ".join([self.first_term(terms[0]), *map(self.joined_term, terms[1:])])

    def joined(self, terms: tuple[Expr, ...]) -> str:
        """Terms that go on a sum, each with its sign."""
        signed = (Closed, Further)
        return self.gap.join(self.show(term) if isinstance(term, signed) else self.joined_term(term) for term in terms)

    def half_open(self, body: str) -> str:
        """What stands in a bracket that is closed on a line below."""
        return f"({body}"

    def half_closed(self, body: str) -> str:
        """What stands in a bracket that was opened on a line above."""
        return f"{body})"

    def lifted(self, closed: str, exponent: Expr) -> str:
        """What ends with a bracket, raised to a power."""
        return f"{closed}**{self.factor(exponent)}"

    def multiplied(self, body: str) -> str:
        """What goes on a product, behind its sign."""
        return f"{self.dot.strip()}{self.gap}{body}"

    def first_term(self, term: Expr) -> str:
        """The first operand of + or −."""
        return self.bracketed(term) if isinstance(term, Cases) else self.show(term)

    def joined_term(self, term: Expr) -> str:
        """A term behind the first, with its sign: ``+ b``, ``- O``, ``+ (-0.5)``."""
        if isinstance(term, Negative):
            return f"- {self.term(term.operand)}"
        return f"+ {self.term(term)}"

    def term(self, term: Expr) -> str:
        """An operand of + or − that does not stand first."""
        if isinstance(term, Sum | Negative | Cases) or (isinstance(term, Number) and term.negative):
            return self.bracketed(term)
        return self.show(term)

    def factor(self, factor: Expr) -> str:
        """An operand of ·."""
        if isinstance(factor, Sum | Negative | Cases | Product) or (isinstance(factor, Number) and factor.negative):
            return self.bracketed(factor)
        return self.show(factor)

    @abstractmethod
    def number(self, number: Number) -> str:
        """A number."""

    @abstractmethod
    def name(self, name: str) -> str:
        """A quantity."""

    @abstractmethod
    def product(self, factors: tuple[Expr, ...]) -> str:
        """Factors joined by a dot."""

    @abstractmethod
    def quotient(self, numerator: Expr, denominator: Expr) -> str:
        """A fraction."""

    @abstractmethod
    def power(self, base: Expr, exponent: Expr) -> str:
        """A power."""

    @abstractmethod
    def call(self, function: str, arguments: tuple[Expr, ...]) -> str:
        """A function of its arguments."""

    @abstractmethod
    def bracketed(self, body: Expr) -> str:
        """An expression in brackets."""

    @abstractmethod
    def cases(self, cases: Cases) -> str:
        """A definition by cases."""
