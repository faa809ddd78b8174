"""Reading formulas: what is read, what is refused and with which words, and that nothing else can happen."""

from __future__ import annotations

import string
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import FormulaError
from derive.expression.literals import GIVEN
from derive.expression.parse import parse
from derive.expression.plain import plain
from derive.expression.tree import (
    Call,
    Cases,
    Condition,
    Expr,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    names,
    walk,
)
from tests.expression.reading import worth

a, b, c = Name("a"), Name("b"), Name("c")
ONE, TWO = Number("1"), Number("2")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", a),
        ("  a  ", a),
        ("((a))", a),
        ("+a", a),
        ("-a", Negative(a)),
        ("-(-a)", a),
        ("- - a", a),
        ("-0.10", Negative(Number("0.10"))),
        ("1e-5", Number("1e-5")),
        (".5", Number(".5")),
        ("a+b+c", Sum((a, b, c))),
        ("a - b + c", Sum((a, Negative(b), c))),
        ("a - (b + c)", Sum((a, Negative(Sum((b, c)))))),
        ("(a + b) + c", Sum((a, b, c))),
        ("a + (b + c)", Sum((a, Sum((b, c))))),
        ("a - -b", Sum((a, Negative(Negative(b))))),
        ("b*a", Product((b, a))),
        ("a*b*c", Product((a, b, c))),
        ("a*(b*c)", Product((a, Product((b, c))))),
        ("-a*b", Negative(Product((a, b)))),
        ("(-a)*b", Negative(Product((a, b)))),
        ("a*-b", Product((a, Negative(b)))),
        ("a/b", Quotient(a, b)),
        ("-a/b", Negative(Quotient(a, b))),
        ("a/b/c", Quotient(Quotient(a, b), c)),
        ("a*b/c", Quotient(Product((a, b)), c)),
        ("a/b*c", Product((Quotient(a, b), c))),
        ("1/2*(a - b)**2", Product((Quotient(ONE, TWO), Power(Sum((a, Negative(b))), TWO)))),
        ("a**2", Power(a, TWO)),
        ("-a**2", Negative(Power(a, TWO))),
        ("(-a)**2", Power(Negative(a), TWO)),
        ("a**-2", Power(a, Negative(TWO))),
        ("a**(1/2)", Power(a, Quotient(ONE, TWO))),
        ("a**b", Power(a, b)),
        ("2**a**b", Power(TWO, Power(a, b))),
        ("(a**2)**2", Power(Power(a, TWO), TWO)),
        ("exp(-a)", Call("exp", (Negative(a),))),
        ("ln(a)", Call("log", (a,))),
        ("arctan(a) + sgn(b)", Sum((Call("atan", (a,)), Call("sign", (b,))))),
        ("max(a, 0)", Call("max", (a, Number("0")))),
        ("pi*a", Product((Call("pi", ()), a))),
        ("a if a > 0 else b", Cases(((a, Condition(a, ">", Number("0"))),), b)),
        (
            "a if a > 0 else b if a < 0 else c",
            Cases(((a, Condition(a, ">", Number("0"))), (b, Condition(a, "<", Number("0")))), c),
        ),
        ("a if a != b else 1", Cases(((a, Condition(a, "!=", b)),), ONE)),
        ("a if a == b else 1", Cases(((a, Condition(a, "==", b)),), ONE)),
        ("a if a >= b else 1", Cases(((a, Condition(a, ">=", b)),), ONE)),
        ("a if a <= b else 1", Cases(((a, Condition(a, "<=", b)),), ONE)),
    ],
)
def test_what_is_read(text: str, tree: Expr) -> None:
    assert parse(text, ("a", "b", "c")) == tree


def test_a_line_end_behind_a_formula_is_no_part_of_it() -> None:
    assert parse("z\r\n", ("z",)) == Name("z")


def test_a_long_sum_is_not_deep() -> None:
    tree = parse(" + ".join(["z"] * 250), ("z",))
    assert isinstance(tree, Sum)
    assert len(tree.terms) == 250


def test_many_brackets_are_no_depth() -> None:
    assert parse("(" * 60 + "z" + ")" * 60, ("z",)) == Name("z")


def test_names_come_in_the_order_of_first_appearance() -> None:
    assert names(parse("b*a + b - c", ("a", "b", "c"))) == ("b", "a", "c")


FORM = (
    "a formula of numbers, names, + - * / ** and the functions exp, log, sqrt, abs, sign, tanh, sinh, cosh, sin, cos, "
    "atan, erf, max, min"
)
FUNCTIONS = "one of exp, log, sqrt, abs, sign, tanh, sinh, cosh, sin, cos, atan, erf, max, min"
LIMITS = "at most 50 digits and an exponent between -100 and 100"
ONLY_Z = "the names z only"


@pytest.mark.parametrize(
    ("text", "found", "expected", "hint"),
    [
        # empty, too long, no formula at all
        ("", "an empty formula", FORM, ""),
        ("   ", "an empty formula", FORM, ""),
        ("z" + " " * 1000, "a formula of 1001 characters", "at most 1000", ""),
        ("z +", '"z +", which cannot be read', FORM, ""),
        ("z z", '"z z", which cannot be read', FORM, ""),
        ("(z", '"(z", which cannot be read', FORM, ""),
        ("z)", '"z)", which cannot be read', FORM, ""),
        ("01*z", '"01*z", which cannot be read', FORM, ""),
        ("z\n+ 1", "a formula over several lines", "one line", ""),
        ("import os", '"import os", which cannot be read', FORM, ""),
        ("z = 1", '"z = 1", which cannot be read', FORM, ""),
        ("z; z", '"z; z", which cannot be read', FORM, ""),
        ("z\u00b2", 'the character "\u00b2"', FORM, ""),
        ("\u03c3(z)", 'the character "\u03c3"', FORM, ""),
        ("z \u2212 1", 'the character "\u2212"', FORM, ""),
        ("\uff5a", 'the character "\uff5a"', FORM, ""),
        # what Python has and a formula has not
        ("z.real", "an attribute (a dot after a name)", FORM, ""),
        ("z[0]", "an index (square brackets)", FORM, ""),
        ("lambda: z", "a lambda", FORM, ""),
        ("z and z", "and/or", FORM, ""),
        ("not z", '"not z"', FORM, ""),
        ("~z", '"~z"', FORM, ""),
        ("[z]", "a list", FORM, ""),
        ("z, z", "a comma outside a function", FORM, ""),
        ("{z: z}", "a dictionary", FORM, ""),
        ("{z}", "a set", FORM, ""),
        ("[z for z in z]", "a comprehension", FORM, ""),
        ("(z for z in z)", "a comprehension", FORM, ""),
        ("f'{z}'", "a string", FORM, ""),
        ("(z := 1)", "an assignment", FORM, ""),
        ("*z", '"*z", which cannot be read', FORM, ""),
        ("await z", "await", FORM, ""),
        ("(yield)", "yield", FORM, ""),
        ("z % 2", '"z % 2"', FORM, ""),
        ("z // 2", '"z // 2"', FORM, ""),
        ("z @ z", '"z @ z"', FORM, ""),
        ("z << 2", '"z << 2"', FORM, ""),
        ("z ^ 2", '"^"', "a power written **", "write ** for a power"),
        ("z ^", '"z ^", which cannot be read', FORM, "write ** for a power"),
        ("z > 0", "a comparison by itself", "it as a condition: z if z > 0 else 0", ""),
        # names
        ("x", 'the name "x"', ONLY_Z, ""),
        ("Z", 'the name "Z"', ONLY_Z, 'did you mean "z"?'),
        ("e**z", 'the name "e"', "e to a power written exp(…)", ""),
        ("exp", 'the function "exp" without brackets', "exp(…)", ""),
        ("ln + 1", 'the function "ln" without brackets', "ln(…)", ""),
        ("__import__", 'the name "__import__"', ONLY_Z, ""),
        # functions
        ("sigmoid(z)", 'the function "sigmoid"', FUNCTIONS, ""),
        ("tan(z)", 'the function "tan"', FUNCTIONS, 'did you mean "tanh"?'),
        ("erfc(z)", 'the function "erfc"', FUNCTIONS, 'did you mean "erf"?'),
        ("log1p(z)", 'the function "log1p"', FUNCTIONS, 'did you mean "log"?'),
        ("z(1)", 'the function "z"', FUNCTIONS, ""),
        ("pi(z)", 'the function "pi"', FUNCTIONS, ""),
        ("exec(z)", 'the function "exec"', FUNCTIONS, ""),
        ('__import__("os")', 'the function "__import__"', FUNCTIONS, ""),
        ('__import__("os").system("ls")', "a call of something that is not a function's name", FORM, ""),
        ("exp(z)(z)", "a call of something that is not a function's name", FORM, ""),
        ("exp()", "exp(…) with 0 arguments", "1 argument", ""),
        ("exp(z, z)", "exp(…) with 2 arguments", "1 argument", ""),
        ("max(z)", "max(…) with 1 argument", "2 or more arguments", ""),
        ("z # comment", 'a comment ("#")', FORM, ""),
        ("z#", 'a comment ("#")', FORM, ""),
        ("exp(x=z)", "exp(…) with a named or starred argument", "plain arguments", ""),
        ("exp(*z)", "exp(…) with a named or starred argument", "plain arguments", ""),
        ("exp(**z)", "exp(…) with a named or starred argument", "plain arguments", ""),
        # conditions
        ("z if z else 0", "a condition that is not one comparison", "a condition such as z > 0", ""),
        ("z if 0 < z < 1 else 0", "a condition that is not one comparison", "a condition such as z > 0", ""),
        ("z if z > 0 and z < 1 else 0", "a condition that is not one comparison", "a condition such as z > 0", ""),
        ("z if z in z else 0", "a condition that is not one comparison", "a condition such as z > 0", ""),
        ("z if z is z else 0", "a condition that is not one comparison", "a condition such as z > 0", ""),
        # numbers
        ("True", '"True"', "a plain decimal number", ""),
        ("None", '"None"', "a plain decimal number", ""),
        ("...", '"..."', "a plain decimal number", ""),
        ("'z'", "\"'z'\"", "a plain decimal number", ""),
        ("1_000", '"1_000"', "a plain decimal number", ""),
        ("0x10", '"0x10"', "a plain decimal number", ""),
        ("2j*z", '"2j"', "a plain decimal number", ""),
        ("1" * 51, "a number of 51 digits", LIMITS, ""),
        ("0." + "1" * 51, "a number of 51 digits", LIMITS, ""),
        ("1e101", "a number with the exponent 101", LIMITS, ""),
        ("1e-101", "a number with the exponent -101", LIMITS, ""),
        ("1e999999999", "a number with the exponent 999999999", LIMITS, ""),
        ("infinity", 'the name "infinity"', ONLY_Z, ""),
        ("nan*z", 'the name "nan"', ONLY_Z, ""),
        # powers
        ("z**101", "a power of 101", "constant powers of at most 100", ""),
        ("z**-101", "a power of 101", "constant powers of at most 100", ""),
        ("(z**20)**6", "a power of 120", "constant powers of at most 100", ""),
        ("((z**100)**0.5)**2", "a power of 200", "constant powers of at most 100", ""),
        ("(exp(z)**50 + 1)**3", "a power of 150", "constant powers of at most 100", ""),
        ("9**9**9", "a power of 3.8742e+08", "constant powers of at most 100", ""),
        ("z**(50 + 51)", "a power of 101", "constant powers of at most 100", ""),
        ("z**exp(5)", "a power of 148.413", "constant powers of at most 100", ""),
        ("z**exp(exp(9))", "a power of too large a number", "constant powers of at most 100", ""),
        ("z**(1e100**99)", "a power of too large a number", "constant powers of at most 100", ""),
        ("z**(2**0.5*(z**20)**6)", "a power of 120", "constant powers of at most 100", ""),
        # depth
        ("-" * 41 + "z", "brackets or operators nested more than 40 deep", "a flatter formula", ""),
        ("exp(" * 41 + "z" + ")" * 41, "brackets or operators nested more than 40 deep", "a flatter formula", ""),
        ("z" + "/2" * 41, "brackets or operators nested more than 40 deep", "a flatter formula", ""),
    ],
)
def test_what_is_refused(text: str, found: str, expected: str, hint: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text, ("z",))
    error = caught.value
    assert (error.found, error.expected, error.hint) == (found, expected, hint)
    assert str(error) == f"formula: {found}; expected {expected}" + (f" ({hint})" if hint else "")


@pytest.mark.parametrize(
    "text", ["(" * 500 + "z" + ")" * 500, "-" * 999 + "z", "(" * 999, "[" * 999, "z" + "**z" * 300]
)
def test_deep_nonsense_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text, ("z",))


def test_the_messages_name_all_variables() -> None:
    with pytest.raises(FormulaError, match=r'the name "x"; expected the names O and y only'):
        parse("x", ("y", "O"))


def test_only_the_catalogue_may_use_internal_functions() -> None:
    assert parse("erfc(z)", ("z",), internal=True) == Call("erfc", (Name("z"),))
    with pytest.raises(FormulaError):
        parse("erfc(z)", ("z",))


def test_a_limit_is_a_limit_and_not_one_less() -> None:
    assert names(parse("z" + " " * (GIVEN.formula - 1), ("z",))) == ("z",)
    parse("z**100 + 1e100 + 1e-100 + " + "1" * 50, ("z",))
    parse("(z**10)**10", ("z",))
    parse("z" + "/2" * 40, ("z",))
    parse("-" * 40 + "z", ("z",))


# Properties.

#: Formulas as people might write them, as text: random brackets, spaces and operators.
atoms = st.one_of(st.sampled_from(["a", "b", "c", "0.5", "2", "0.10", "1e-3"]), st.integers(0, 99).map(str))

relations = st.sampled_from([">", ">=", "<", "<=", "==", "!="])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("{}{}{}".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("({})".format, inner),
        st.builds("-{}".format, inner),
        st.builds("({})**{}".format, inner, st.integers(0, 3)),
        st.builds("abs({})".format, inner),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("({} if {} {} {} else {})".format, inner, inner, relations, inner, inner),
    )


formulas = st.recursive(atoms, _grown, max_leaves=8)
VALUES = {"a": Fraction(-3, 2), "b": Fraction(7, 5), "c": Fraction(5)}


def value_of(text: str) -> Fraction | None:
    """The value of a formula to Python, with fractions; None where it has none."""
    try:
        return worth(text, VALUES)
    except ZeroDivisionError:
        return None


def has_cases_inside(tree: Expr) -> bool:
    """Whether a definition by cases stands where it is printed without brackets: see the test below."""
    for node in walk(tree):
        if isinstance(node, Sum) and isinstance(node.terms[0], Cases):
            return True
        if isinstance(node, Cases) and any(
            isinstance(side, Cases) for _, test in node.branches for side in (test.left, test.right)
        ):
            return True
    return False


@settings(max_examples=300)
@given(formulas)
def test_a_tree_means_what_its_text_means(text: str) -> None:
    """The tree's plain text has the value of the text it was read from, worked out by Python, not by us."""
    tree = parse(text, VALUES)
    if not has_cases_inside(tree):
        assert value_of(plain(tree)) == value_of(text)


@settings(max_examples=300)
@given(formulas)
def test_plain_text_is_read_again(text: str) -> None:
    once = plain(parse(text, VALUES))
    tree = parse(text, VALUES)
    if has_cases_inside(tree):
        return
    again = parse(once, VALUES)
    assert plain(again) == once
    # a·(b/c) is printed a * b / c, which is (a·b)/c: the same number, another tree.
    if "/" not in text:
        assert again == tree


@pytest.mark.parametrize(
    "text",
    [
        "(a if a > 0 else b) + c",
        "(a if a > 0 else b) - c",
        "1 if (a if a > 0 else b) > 0 else 2",
        "1 if 0 < (a if a > 0 else b) else 2",
    ],
)
def test_cases_are_bracketed_inside(text: str) -> None:
    tree = parse(text, VALUES)
    assert value_of(plain(tree)) == value_of(text)
    assert parse(plain(tree), VALUES) == tree


alphabet = st.text(alphabet=string.printable + "zzzz()**+-/.,<>= \u00e9\u03b1\x00", max_size=60)
PIECES = "z exp max ( ) + - * ** / , if else > 0 1e9 lambda : [ ] { } . = ' not and in for async yield pi e \\ # _ ^"
words = st.lists(st.sampled_from(PIECES.split()), max_size=30).map(" ".join)


@settings(max_examples=500)
@given(st.one_of(alphabet, words, words.map(lambda text: text.replace(" ", ""))))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        parse(text, ("z",))
    except FormulaError as error:
        assert error.found
        assert error.expected
