"""Documents made by hand, with every kind of block, for the tests of rendering."""

from __future__ import annotations

from collections.abc import Mapping

from derive.document.blocks import (
    Blank,
    Block,
    Cell,
    Content,
    Document,
    Emphasis,
    Equation,
    Figure,
    Form,
    Grid,
    Heading,
    Item,
    Items,
    Link,
    Math,
    Note,
    Paragraph,
    Row,
    Sign,
    Strong,
    Table,
    Text,
)
from derive.document.figures.drawing import Circle, Drawing, Label, Line
from derive.expression.tree import (
    ONE,
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
)
from derive.model.symbols import AnySymbol, DerivativeSymbol, Symbol


def n(text: str) -> Number:
    return Number(text)


def q(name: str) -> Name:
    return Name(name)


def times(*factors: Expr) -> Product:
    return Product(factors)


def plus(*terms: Expr) -> Sum:
    return Sum(terms)


def over(numerator: Expr, denominator: Expr) -> Quotient:
    return Quotient(numerator, denominator)


def math(*items: Expr | tuple[Sign, Expr]) -> Math:
    """``math(z, ("≈", n("0.5")))``: the first item has no sign."""
    return Math(tuple(item if isinstance(item, tuple) else ("", item) for item in items))


def row(*items: Item, continued: bool = False) -> Row:
    return Row(items, continued)


def text(*pieces: str | Math | Link | Strong | Emphasis) -> Content:
    return tuple(Text(piece) if isinstance(piece, str) else piece for piece in pieces)


def number(value: str) -> Content:
    return (math(n(value)),)


SIGMOID_0 = over(ONE, plus(ONE, Call("exp", (Negative(q("z0")),))))
STEP = Cases(((ONE, Condition(q("z0"), ">", n("0"))),), n("0"))


def flat_symbols() -> dict[str, AnySymbol]:
    """The symbols of a 2-3-1 network under the preset ``flat``."""
    symbols: dict[str, AnySymbol] = {"Cost": Symbol("Cost"), "y": Symbol("y"), "eta": Symbol("eta"), "z": Symbol("z")}
    for letter, count in {"x": 2, "w": 12, "b": 4, "z": 4, "O": 4}.items():
        for index in range(count):
            symbols[f"{letter}{index}"] = Symbol(letter, str(index))
    for name in list(symbols):
        symbol = symbols[name]
        assert isinstance(symbol, Symbol)
        symbols[f"{name}+"] = Symbol(symbol.base, symbol.subscript, symbol.superscript, 1)
        symbols[f"{name}+10000"] = Symbol(symbol.base, symbol.subscript, symbol.superscript, 10000)
        symbols[f"dCost/d{name}"] = DerivativeSymbol(Symbol("Cost"), symbol, partial=False)
    for index in range(4):
        symbols[f"dO{index}/dz{index}"] = DerivativeSymbol(
            Symbol("O", str(index)), Symbol("z", str(index)), partial=False
        )
    symbols["dz3/db3"] = DerivativeSymbol(Symbol("z", "3"), Symbol("b", "3"), partial=False)
    return symbols


def layered_symbols() -> dict[str, AnySymbol]:
    """Some symbols under the preset ``layered``, and of named neurons."""
    weight, wide = Symbol("w", "11", "(1)"), Symbol("w", "3,12", "(2)")
    cost = Symbol("C")
    return {
        "C": cost,
        "w1_11": weight,
        "w1_11+": Symbol("w", "11", "(1)", 1),
        "w2_3_12": wide,
        "a1_1": Symbol("a", "1", "(1)"),
        "b1": Symbol("b", "", "(1)"),
        "dC/dw1_11": DerivativeSymbol(cost, weight, partial=True),
        "dC/dw2_3_12": DerivativeSymbol(cost, wide, partial=True),
        "net_h1": Symbol("net", "h1"),
        "E_total": Symbol("E", "total"),
        "E_o1": Symbol("E", "o1"),
        "target_o1": Symbol("target", "o1"),
        "mu": Symbol("mu"),
        "net_in": Symbol("net", "in put,3"),
        "dE_total/dnet_h1": DerivativeSymbol(Symbol("E", "total"), Symbol("net", "h1"), partial=True),
    }


def drawing() -> Drawing:
    """A small picture with every kind of shape and label."""
    return Drawing(
        260,
        110,
        (
            Line(46, 55, 114, 55, "edge", arrow=True),
            Line(146, 55, 214, 55, "edge", arrow=True),
            Circle(30, 55, 16, "input"),
            Circle(130, 55, 16, "neuron"),
            Circle(230, 55, 16, "output"),
            Label(30, 55, q("x0"), 10),
            Label(130, 55, q("z0"), 10),
            Label(230, 55, q("O0"), 10),
            Label(80, 55, (q("w0"), "=", n("-0.5")), 7, backed=True),
            Label(130, 90, "a neuron & its 100% <net input>", 8),
        ),
    )


def every_block() -> tuple[Block, ...]:
    """Every kind of block, with the pieces that are hard to set."""
    dcost = q("dCost/dz3")
    products = [Group(times(q(f"O{i % 3}"), q(f"w{i}"))) for i in range(12)]
    numbers = [Group(times(n("0.9463"), n("-0.5" if i % 2 else "0.08"))) for i in range(12)]
    return (
        Heading(1, text("The network")),
        Paragraph(
            text(
                "A network with two inputs. Its cost is ",
                math(q("Cost")),
                ", and ",
                Strong("every"),
                " line is ",
                Emphasis("true as printed"),
                ".",
            )
        ),
        Figure(
            "network",
            drawing(),
            text("The network, with weight ", math(q("w0"), ("=", n("-0.5"))), " on its edge."),
            "A network. One input leads to one neuron.",
        ),
        Heading(2, text("Neuron 0"), "neuron-0"),
        Paragraph(text("The net input is the weighted sum of what the neuron receives, plus its bias:")),
        Equation(
            q("z0"),
            (
                row(("=", plus(Group(times(q("x0"), q("w0"))), Group(times(q("x1"), q("w1"))), q("b0")))),
                row(("=", plus(Group(times(n("2"), n("0.15"))), Group(times(n("9"), n("0.23"))), n("0.5")))),
                row(("=", plus(n("0.3"), n("2.07"), n("0.5")))),
                row(("=", n("2.87"))),
            ),
        ),
        Paragraph(text("and the sigmoid turns it into the neuron's output:")),
        Equation(
            q("O0"),
            (
                row(
                    ("=", SIGMOID_0),
                    ("=", over(ONE, plus(ONE, Call("exp", (n("-2.87"),))))),
                    ("≈", n("0.9463")),
                ),
            ),
        ),
        Paragraph(text("A long sum is continued on the next lines:")),
        Equation(
            q("z3"),
            (
                row(("=", plus(*products[:5]))),
                row(("", plus(*products[5:10])), continued=True),
                row(("", plus(*products[10:], q("b3"))), continued=True),
                row(("=", plus(*numbers[:5]))),
                row(("", plus(*numbers[5:10])), continued=True),
                row(
                    ("", plus(Negative(n("0.4999")), n("0.2"))),
                    ("=", n("0.594762")),
                    ("≈", n("0.5948")),
                    continued=True,
                ),
            ),
        ),
        Heading(2, text("Step 3. How the cost changes with the net input ", math(q("z3"))), "step-3"),
        Paragraph(
            text(
                "The cost depends on ",
                math(q("z3")),
                " only through the output ",
                math(q("O3")),
                ", so the slopes of the two stages multiply:",
            )
        ),
        Equation(
            dcost,
            (
                row(("=", times(q("dCost/dO3"), q("dO3/dz3")))),
                row(("=", times(n("-0.2755"), n("0.2291")))),
                row(("=", n("-0.06311705")), ("≈", n("-0.0631"))),
            ),
        ),
        Paragraph(
            text(
                "with the slope of the output from ",
                Link("step-3", "step 3"),
                ". The bias enters with slope 1 (",
                math(q("dz3/db3"), ("=", ONE)),
                "), so this is also ",
                math(q("dCost/db3"), ("=", n("-0.0631"))),
                ".",
            )
        ),
        Note(
            "Rounding has erased this value",
            text(
                "At full precision it is ",
                math(n("0.00000526")),
                ", which is ",
                math(n("5.26e-6")),
                ". Neuron 1 is saturated (",
                math(q("O1")),
                " is almost 1).",
            ),
        ),
        Heading(2, text("All gradients"), "all"),
        Table(
            (text("parameter"), text("value"), text("gradient"), text("to lower the cost")),
            "lrrl",
            (
                (text(math(q("w6"))), number("0.9"), number("-0.0597"), text("raise")),
                (text(math(q("w2"))), number("0.5"), number("0.0000"), text("lower (erased by rounding)")),
                (text(math(q("w3"))), number("1e6"), number("-1.2e-5"), text("a|b")),
            ),
            text("The gradients of ", math(q("Cost")), "."),
        ),
        Items(
            (
                text("one item with ", math(q("w6+"), ("=", plus(q("w6"), Negative(times(q("eta"), q("dCost/dw6"))))))),
                text("[another]"),
            )
        ),
        Heading(3, text("Other functions"), "other"),
        Equation(
            q("O0"),
            (
                row(("=", Call("max", (n("0"), q("z0"))))),
                row(("=", STEP)),
                row(("←", Call("abs", (Negative(q("z0")),)))),
            ),
        ),
        Equation(
            q("Cost"),
            (
                row(("=", times(over(ONE, n("2")), Power(plus(q("y"), Negative(q("O3"))), n("2"))))),
                row(
                    ("=", times(over(ONE, n("2")), Power(plus(n("0.92"), Negative(n("0.6445"))), n("2")))),
                    ("≈", n("0.0380")),
                ),
            ),
        ),
        Paragraph(text("Within a line: ", math(SIGMOID_0), ", ", math(STEP), ", ", math(times(dcost, q("w6"))), ".")),
        Form((("Name", ""), ("Points", "3"))),
        Blank(
            number=1,
            name="z0",
            left=(("", q("z0")),),
            lead=text("Add it up."),
            formula=Equation(q("z0"), (row(("=", times(q("x0"), q("w0")))),)),
            lines=2,
            points="3",
            choices=(text("one rule"), text("another")),
            hint=text("Mind the bias."),
        ),
        Grid(((Cell(), Cell(text("5"), framed=True)), (None, Cell((), 2, ("O0",), framed=True))), text("Arrays.")),
    )


def page(
    blocks: tuple[Block, ...] | None = None,
    title: str = "A 2-3-1 sigmoid network",
    author: str = "Ada Lovelace",
    date: str = "2024-05-01",
    symbols: Mapping[str, AnySymbol] | None = None,
) -> Document:
    """A page with every kind of block, unless others are given."""
    return Document(title, author, date, "en", every_block() if blocks is None else blocks, symbols or flat_symbols())


def table(rows: int) -> Table:
    """A table of gradients with so many rows."""
    row = (text(math(q("w6"))), number("0.9"), number("-0.0597"), number("-5.97e-2"), text("raise"))
    return Table(
        (text("parameter"), text("value"), text("gradient"), text("again"), text("way")), "lrrrl", (row,) * rows
    )
