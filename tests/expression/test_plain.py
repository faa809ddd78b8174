"""Plain text: which brackets stand where, and that the text means what the tree means."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.expression.plain import plain
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Group,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    names,
    negative_of,
    product_of,
    rebuild,
    substitute,
    sum_of,
    walk,
)
from tests.expression.reading import Computed, call, worth

a, b, c = Name("a"), Name("b"), Name("c")
half, minus_half = Number("0.5"), Number("-0.5")
slope = Name("dCost/dz3")
positive = Condition(a, ">", Number("0"))
by_cases = Cases(((a, positive),), b)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Number("0.10"), "0.10"),
        (minus_half, "-0.5"),
        (slope, "dCost/dz3"),
        # sums
        (Sum((a, b, c)), "a + b + c"),
        (Sum((a, Negative(b))), "a - b"),
        (Sum((Negative(a), b)), "-a + b"),
        (Sum((minus_half, minus_half)), "-0.5 + (-0.5)"),
        (Sum((a, Negative(minus_half))), "a - (-0.5)"),
        (Sum((a, Negative(Negative(b)))), "a - (-b)"),
        (Sum((a, Sum((b, c)))), "a + (b + c)"),
        (Sum((a, Negative(Sum((b, c))))), "a - (b + c)"),
        (Sum((a, Negative(Product((b, c))))), "a - b * c"),
        (Sum((a, Negative(Quotient(b, c)))), "a - b / c"),
        (Sum((Group(Product((a, b))), Group(Product((minus_half, c))), Name("d"))), "(a * b) + ((-0.5) * c) + d"),
        (Sum((a, by_cases)), "a + (a if a > 0 else b)"),
        # products
        (Product((a, b, c)), "a * b * c"),
        (Product((Number("9"), Number("-0.05"))), "9 * (-0.05)"),
        (Product((minus_half, a)), "(-0.5) * a"),
        (Product((Negative(a), b)), "(-a) * b"),
        (Product((a, Sum((b, c)))), "a * (b + c)"),
        (Product((a, Product((b, c)))), "a * (b * c)"),
        (Product((Number("2"), by_cases)), "2 * (a if a > 0 else b)"),
        (Product((slope, a)), "dCost/dz3 * a"),
        (Product((a, Power(b, Number("2")))), "a * b**2"),
        (Negative(Product((a, b))), "-a * b"),
        (Negative(Sum((a, b))), "-(a + b)"),
        (Negative(minus_half), "-(-0.5)"),
        (Negative(by_cases), "-(a if a > 0 else b)"),
        # quotients
        (Quotient(a, b), "a / b"),
        (Quotient(Sum((a, b)), c), "(a + b) / c"),
        (Quotient(Product((a, b)), c), "a * b / c"),
        (Quotient(a, Product((b, c))), "a / (b * c)"),
        (Quotient(a, Sum((b, c))), "a / (b + c)"),
        (Quotient(a, Quotient(b, c)), "a / (b / c)"),
        (Quotient(Quotient(a, b), c), "a / b / c"),
        (Quotient(minus_half, Number("2")), "(-0.5) / 2"),
        (Quotient(a, minus_half), "a / (-0.5)"),
        (Quotient(a, slope), "a / (dCost/dz3)"),
        (Quotient(a, Power(b, Number("2"))), "a / b**2"),
        (Negative(Quotient(a, b)), "-a / b"),
        # powers
        (Power(a, Number("2")), "a**2"),
        (Power(half, Number("2")), "0.5**2"),
        (Power(minus_half, Number("2")), "(-0.5)**2"),
        (Power(Number("1e-5"), Number("2")), "(1e-5)**2"),
        (Power(Negative(a), Number("2")), "(-a)**2"),
        (Power(Sum((a, b)), Number("2")), "(a + b)**2"),
        (Power(Product((a, b)), Number("2")), "(a * b)**2"),
        (Power(Quotient(a, b), Number("2")), "(a / b)**2"),
        (Power(Power(a, Number("2")), Number("3")), "(a**2)**3"),
        (Power(slope, Number("2")), "(dCost/dz3)**2"),
        (Power(Call("exp", (a,)), Number("2")), "exp(a)**2"),
        (Power(a, Number("-2")), "a**(-2)"),
        (Power(a, Negative(b)), "a**(-b)"),
        (Power(a, Quotient(Number("1"), Number("2"))), "a**(1 / 2)"),
        (Power(a, Power(b, c)), "a**(b**c)"),
        (Negative(Power(a, Number("2"))), "-a**2"),
        # functions, groups, cases
        (Call("exp", (Negative(a),)), "exp(-a)"),
        (Call("exp", (Negative(minus_half),)), "exp(-(-0.5))"),
        (Call("max", (Number("0"), Sum((a, b)))), "max(0, a + b)"),
        (Call("pi", ()), "pi"),
        (Group(Product((a, b))), "(a * b)"),
        (by_cases, "a if a > 0 else b"),
        (Cases(((Negative(a), positive),), Sum((a, b))), "(-a) if a > 0 else (a + b)"),
        (Cases(((a, positive), (b, Condition(a, "<", c))), Number("0")), "a if a > 0 else b if a < c else 0"),
        (Cases(((by_cases, positive),), b), "(a if a > 0 else b) if a > 0 else b"),
        (Cases(((a, Condition(Sum((a, b)), "<=", Number("-1"))),), b), "a if a + b <= -1 else b"),
    ],
)
def test_brackets(tree: Expr, text: str) -> None:
    assert plain(tree) == text


# Any tree, also those that no formula is read to: its text has its value.

VALUES: dict[str, Computed] = {
    "a": Fraction(-3, 2),
    "b": Fraction(7, 5),
    "c": Fraction(5),
    "dCost/dz3": Fraction(-1, 4),
}

leaves = st.one_of(
    st.sampled_from([a, b, c, slope]),
    st.sampled_from(["0", "2", "0.10", "-0.5", "-3", "1e-3", "-2.5e-2"]).map(Number),
)


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    # Cases stand only where they are bracketed: see test_parse.py for those that are not.
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        inner.map(Negative),
        inner.map(Group),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, st.integers(0, 3).map(lambda n: Number(str(n)))),
        inner.map(lambda tree: Call("abs", (tree,))),
        st.builds(lambda x, y, z: Negative(Cases(((x, Condition(a, "<", y)),), z)), inner, st.just(b), inner),
    )


trees = st.recursive(leaves, _grown, max_leaves=8)


def value(tree: Expr) -> Computed:
    """The value of a tree, node by node."""
    match tree:
        case Number(text):
            return Fraction(text)
        case Name(name):
            return VALUES[name]
        case Sum(terms):
            return sum((value(term) for term in terms), Fraction(0))
        case Negative(operand) | Group(operand):
            return -value(operand) if isinstance(tree, Negative) else value(operand)
        case Product(factors):
            result: Computed = Fraction(1)
            for factor in factors:
                result *= value(factor)
            return result
        case Quotient(over, under):
            return value(over) / value(under)
        case Power(base, exponent):
            return value(base) ** int(value(exponent))
        case Call(name, arguments):
            return call(name, [value(argument) for argument in arguments])
        case Cases(((first, test),), otherwise):
            return value(first) if value(test.left) < value(test.right) else value(otherwise)
        case _:
            raise AssertionError(tree)


@settings(max_examples=300)
@given(trees)
def test_the_text_has_the_value_of_the_tree(tree: Expr) -> None:
    try:
        expected = value(tree)
    except ZeroDivisionError:
        return
    assert worth(plain(tree), VALUES) == expected


@settings(max_examples=200)
@given(trees)
def test_no_operator_is_followed_by_a_naked_minus(tree: Expr) -> None:
    text = plain(tree).replace("e-", "e")  # 2.5e-2 is one number
    assert not any(f"{operator} -" in text or f"{operator}-" in text for operator in "+-*/")


# Working on trees.


def test_substitution_replaces_names_and_nothing_else() -> None:
    tree = Sum((Product((a, b)), Cases(((a, Condition(b, "<", c)),), Call("exp", (Power(a, Number("2")),)))))
    replaced = substitute(tree, {"a": Number("-1"), "b": slope})
    assert plain(replaced) == "(-1) * dCost/dz3 + ((-1) if dCost/dz3 < c else exp((-1)**2))"
    assert substitute(tree, {}) == tree


def test_walk_and_names_meet_everything_in_order() -> None:
    tree = Sum((Group(Product((b, a))), Quotient(c, Power(a, Name("d"))), by_cases))
    assert names(tree) == ("b", "a", "c", "d")
    assert [type(node).__name__ for node in walk(tree)][:4] == ["Sum", "Group", "Product", "Name"]
    assert children(by_cases) == (a, a, Number("0"), b)


@given(trees)
def test_rebuilding_with_the_same_operands_gives_the_same(tree: Expr) -> None:
    assert rebuild(tree, lambda child: child) == tree


def test_idle_forms_are_left_out() -> None:
    assert sum_of(()) == Number("0")
    assert sum_of((a,)) == a
    assert sum_of((a, b)) == Sum((a, b))
    assert product_of(()) == Number("1")
    assert product_of((Number("1"), a)) == a
    assert product_of((Number("1"), Number("1"))) == Number("1")
    assert product_of((a, Number("1"), b)) == Product((a, b))
    assert negative_of(Negative(a)) == a
    assert negative_of(a) == Negative(a)
