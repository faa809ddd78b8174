"""Building sentences: words and formulas side by side, numbers as words, lists with "and"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from string import Formatter

from derive.calculus.values import Value
from derive.document.blocks import Code, Content, Emphasis, Inline, Link, Live, Math, Sign, Strong, Text
from derive.expression.tree import Expr, Name, Number

#: What is said of numbers, with room for these. The script of a page fills the same sentences.
SENTENCES = {
    "case": "Here {tests}, so the {which} case holds.",
    "test": "{left} is {relation} {right}",
    "second test": "{relation} {right}",
    "saturated": "The net input {z} lies far out, where the activation function is almost flat: the output is "
    "close to {limit} and would hardly change with the net input. The neuron is saturated, and the "
    "backward pass will find small derivatives here.",
    "slope": "It is {sign}: the cost {changes} when the output rises.",
    "kink": "{where}{rounded} {what} has a kink: just below, its slope {below}, just above {above}. This page takes "
    "{taken}, as is usual. What follows from it is right on {sides}.",
    "tie": " Of what is tied, a number counts first, then what stands first.",
    "by argument": " as a function of ",
    "one side": "one side of the kink only",
    "neither side": "neither side of the kink",
    "jump": "{where}{rounded} {what} jumps: just below, its value {low}, at the point it is {here}, just above "
    "{high}. This page takes the slope {taken} that the formula gives, as is usual; it says nothing of the jump.",
    "rises": "rises without bound",
    "falls": "falls without bound",
    "too small": "closer to 0 than any number that can be written",
    "vanished": "It is closer to 0 than any number that can be written{because}",
    "erased": "At full precision it is {full}, not {zero}{because}{remedy}",
    "hollow": "Only {left} of it {are} left; at full precision it is {full}. What is computed from it is no "
    "better.{remedy}",
    "inherited": ": it inherits the zero of {steps}.",
    "flat": ": neuron {neuron} is saturated, so that its slope {slope} is tiny.",
    "more decimals": " {decimals} decimals would keep {digits} significant digits of it.",
    "significant": " Significant digits instead of decimals would keep it.",
    "damaged": "At full precision {values}{more}.",
    "rounding": "Rounding to {kept} {damage}.{remedy}",
    "erased values": "turned {values} into 0 that {are} not 0",
    "hollow values": "left {values} with hardly a digit",
    "decimals for all": " With {decimals} decimals {which} would keep at least {digits} significant digits.",
    "significant for all": " Significant digits instead of decimals would keep {those}.",
    "more lost": "and {count} more.",
    "worst": "Also where nothing was erased, carrying rounded numbers adds up: {quantity} is printed as {printed} and "
    "is {full} at full precision.",
    "fallen": "{what} has fallen.",
    "same": "{what} has not changed.",
    "grown": "{what} has grown: the learning rate is too large for the slope here.",
    "by rounding": "{what} has {printed} by rounding alone: at full precision it has {full}.",
    "has fallen": "fallen",
    "has same": "not changed",
    "has grown": "grown",
    "raise": "raise",
    "lower": "lower",
    "no effect": "has no effect here",
    "direction lost": "{word} (erased)",
    "short labels": "Longer numbers are rounded to four significant digits here.",
    "all agree": "All agree.",
    "judged agree": "All that could be judged agree: {judged} of {total}.",
    "none judged": "None of them could be judged.",
    "not all agree": "Not all agree: this page must not be trusted.",
    "worst digits": " The worst of them agrees in {digits} significant digits.",
    "worst relative": " The largest relative difference is {difference}.",
    "no difference": " There is no difference at all.",
    "at a kink": "at a kink: not judged",
    "not judged": "not judged",
    "all digits": "all",
    "proving": "Being worked out …",
    "other numbers": "This part is about the numbers of the file, not about those that you have put in.",
    "curve": "The cost over the updates. {trend} {axes}The lines only guide the eye from one value to the next.",
    "both logarithmic": "Both axes are logarithmic; the cost before the first update stands apart at the left. ",
    "updates logarithmic": "The axis of the updates is logarithmic; the cost before the first update stands apart at "
    "the left. ",
    "cost logarithmic": "The axis of the cost is logarithmic. ",
    "curve stays": "It stays at {first}.",
    "curve falls": "It falls from {first} to {last}.",
    "curve grows": "It grows from {first} to {last}.",
    "curve returns": "It goes up and down, and ends where it began, at {last}.",
    "curve turns": "It {way} from {first} to {last}, but not all the way: in between it also {other}.",
    "curve drawn": "A plot of the cost, called {cost}, over {updates} updates. {trend}{between}",
    "curve between": " In between it is {values}.",
    "curve point": "{value} after {updates}",
    "picture forward": "The numbers of the forward pass.",
    "picture back": "Coloured: the derivatives found by now.",
    "picture graph": "Below the numbers stand the derivatives that are found by now.",
    "chain": "With the numbers of this page that is {line}.",
    "nudge": "A nudge shows it: raise {v} by {by}, and {goal} {moves} from {before} to {after}, by about {expected}. "
    "{rest}",
    "nudge up": "rises",
    "nudge down": "falls",
    "straight": "That is all of it: in this direction {goal} is a straight line here.",
    "bend": "What the slope does not tell is the bend of {goal}.",
    "bend as square": "What the slope does not tell is the bend of {goal}: a nudge a tenth as large leaves only a "
    "hundredth of it.",
    "shares": "Of {target} {parts}.",
    "first share": "the path through {outputs} carries {share}",
    "share": "that through {outputs} {share}",
    "small share": "less than 1\u202f%",
}

#: How the two sides of a comparison are related.
RELATIONS = {
    ">": "greater than",
    ">=": "at least",
    "<": "less than",
    "<=": "at most",
    "==": "equal to",
    "!=": "different from",
}

#: The same for a comparison that does not hold.
OPPOSITES = {
    ">": "at most",
    ">=": "less than",
    "<": "at least",
    "<=": "greater than",
    "==": "different from",
    "!=": "equal to",
}

ORDER = ("first", "second", "third", "fourth", "fifth")

WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def say(*parts: str | Expr | Inline | Content) -> Content:
    """A sentence of words, formulas and inline pieces, in the order given."""
    content: list[Inline] = []
    for part in parts:
        match part:
            case str():
                if part:
                    content.append(Text(part))
            case Expr():
                content.append(Math((("", part),)))
            case tuple():
                content.extend(part)
            case _:
                content.append(part)
    return tuple(content)


def sentence(template: str, **pieces: str | Expr | Inline | Content) -> Content:
    """A sentence with formulas and other pieces where their names stand in braces: ``"The bias {b} is …"``."""
    content: list[Inline] = []
    for words, field, _, _ in Formatter().parse(template):
        content.extend(say(words, "" if field is None else pieces[field]))
    return tuple(content)


def apart(clauses: Sequence[Content]) -> Content:
    """Clauses that say something each, with semicolons between them: in each may stand an "and"."""
    joined: list[Inline] = []
    for place, clause in enumerate(clauses):
        joined.extend(say("; " if place else "", *clause))
    return tuple(joined)


def equal(left: Expr, *rest: tuple[Sign, Expr]) -> Math:
    """A formula within a line: ``left = right``."""
    return Math((("", left), *rest))


def value_sign(value: Value) -> Sign:
    """How a quantity and its printed value are related: exactly, where the printed value is what is carried."""
    return "=" if value.carried.exact and Decimal(value.shown) == value.carried.value else "≈"


def live(kind: str, *about: str, content: str | Expr | Inline | Content = ()) -> Live:
    """A part of a line that follows the numbers; see :class:`derive.document.blocks.Live`."""
    return Live(kind, about, settled(say(content)))


def known(name: str, value: Value) -> Live:
    """A quantity with its value, within a line."""
    return live("value", name, content=equal(Name(name), (value_sign(value), Number(value.shown))))


def shown(name: str, value: Value) -> Live:
    """The printed value of a quantity, alone."""
    return live("number", name, content=Number(value.shown))


def short_labels(figure: str, rounded: bool) -> Live:
    """The last sentence of a figure's caption, where numbers are too long for its labels."""
    return live("short labels", figure, content=f" {SENTENCES['short labels']}" if rounded else ())


def settled(content: Content) -> tuple[Text | Math | Link | Strong | Emphasis | Code, ...]:
    """The pieces of a line as they are with the numbers of the file."""
    return tuple(piece for part in content for piece in (part.content if isinstance(part, Live) else (part,)))


def count(how_many: int, one: str, several: str = "") -> str:
    """A number with its noun: ``one input``, ``three neurons``, ``784 inputs``."""
    return f"{counted(how_many)} {one if how_many == 1 else several or one + 's'}"


def counted(how_many: int) -> str:
    """A number as a word where that is usual."""
    return WORDS[how_many] if how_many < len(WORDS) else f"{how_many:,}"


def spoken(text: str) -> str:
    """A number in plain text as it is read out."""
    mantissa, _, exponent = text.replace("-", "−").partition("e")
    return f"{mantissa} times 10 to the power {exponent}" if exponent else mantissa


def place_for(about: str) -> str:
    """Stands in words for the number of a label."""
    return f"\0{about}\0"


def said(words: str) -> tuple[str, ...]:
    """Words and, at every second place, what a number in between is about."""
    return tuple(words.split("\0"))


def listed(parts: Sequence[Content | str | Expr], last: str = "and") -> Content:
    """A list within a sentence: ``a``, ``a and b``, ``a, b and c``."""
    content: list[Inline] = []
    for index, part in enumerate(parts):
        if index:
            content.append(Text(f" {last} " if index == len(parts) - 1 else ", "))
        content.extend(say(part))
    return tuple(content)


def comma_separated(parts: Iterable[Inline]) -> Content:
    """Pieces with commas between them."""
    content: list[Inline] = []
    for part in parts:
        if content:
            content.append(Text(", "))
        content.append(part)
    return tuple(content)


def layer_name(index: int, layers: int) -> str:
    """What a layer is called in words: ``hidden layer 2``, ``output layer``."""
    if index == layers - 1:
        return "output layer"
    return "hidden layer" if layers == 2 else f"hidden layer {index + 1}"


def the(layer: str) -> str:
    """A layer within a sentence: ``hidden layer 2``, ``the output layer``, ``the output layer, sample 1``."""
    return layer if layer.partition(",")[0][-1].isdigit() else f"the {layer}"


def capital(text: str) -> str:
    """The text as a sentence begins: with a capital, a number below a hundred as a word.

    A formula at its beginning (``t = 1``) stays as it is.
    """
    number, space, rest = text.partition(" ")
    if number.isdecimal() and 20 <= int(number) < 100 and space:
        tens, ones = divmod(int(number), 10)
        text = f"{_TENS[tens - 2]}{f'-{WORDS[ones]}' if ones else ''} {rest}"
    elif number.isdecimal() and len(WORDS) <= int(number) < 20 and space:
        text = f"{_TEENS[int(number) - len(WORDS)]} {rest}"
    return text if text[1:3] == " =" else text[:1].upper() + text[1:]


def step_link(number: int) -> Link:
    """A reference to a step."""
    return Link(step_anchor(number), f"step {number}")


def step_anchor(number: int) -> str:
    """The anchor of a step."""
    return f"step-{number}"
