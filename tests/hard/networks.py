"""Valid network files, from a seed: each is hard in some ways, and over some hundred all ways have come up."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from tests.hard.claims import published
from tests.hard.formulas import activation, cost
from tests.hard.words import quoted, words

#: Words that mean something in Python, in JavaScript or in mathematics, and signs at the edge of the rule.
_NAMES = (
    "constructor toString valueOf hasOwnProperty prototype length name arguments this null undefined NaN Infinity "
    "lambda class None True import print Decimal float np math self e i E I S N pi exp log d dz partial alpha "
    "theta epsilon phi Omega x y z O w b a Cost J L err h_1 a_b q1 X_ check rounded update learning_rate eta"
).split()
_POLICIES = (
    *(f"decimals = {n}" for n in (0, 1, 2, 3, 4, 5, 9, 15, 16, 17, 30, 50)),
    *(f"significant = {n}" for n in (1, 2, 3, 4, 6, 15, 17, 29, 50)),
)
_EXTREMES = ("1e100", "-1e100", "1e-100", "-1e-100", "1e50", "1.2e-07", "-9.99e99", "1e20", "-1e-20", "3e30")
_SATURATING = ("700", "-700", "40", "-40", "2000", "-2000", "1000", "-12", "9", "30.5", "100000")
_SIMPLE = ("0.5", "-0.5", "0.25", "1", "-1", "2", "0", "1.5", "0.125", "-0.05", "0.10", "3")


def _calm(chance: random.Random) -> str:
    return f"{chance.randint(-300, 300) / 100:.2f}"


def _simple(chance: random.Random) -> str:
    return chance.choice(_SIMPLE)


def _zero(chance: random.Random) -> str:
    return chance.choice(("0", "0.0", "0.000", "-0.0", "0e5", "1"))


def _long(chance: random.Random) -> str:
    digits = "".join(chance.choice("0123456789") for _ in range(chance.randint(20, 48)))
    return f"{chance.choice(('', '-'))}{chance.randint(0, 9)}.{digits}"


def _saturating(chance: random.Random) -> str:
    return chance.choice((*_SATURATING, *_SIMPLE))


def _tiny(chance: random.Random) -> str:
    return f"{chance.randint(-99, 99) / 10}e-{chance.randint(1, 99)}"


def _huge(chance: random.Random) -> str:
    return f"{chance.randint(-99, 99) / 10}e{chance.randint(1, 98)}"


def _extreme(chance: random.Random) -> str:
    return chance.choice((*_EXTREMES, *_SIMPLE, *_SIMPLE))


#: How the numbers of a network are chosen.
TEMPERS: tuple[Callable[[random.Random], str], ...] = (
    _calm,
    _calm,
    _simple,
    _simple,
    _zero,
    _long,
    _saturating,
    _tiny,
    _huge,
    _extreme,
)


def network(seed: int) -> str:
    """A network file."""
    chance = random.Random(seed)  # noqa: S311 (numbers for tests)
    temper = chance.choice(TEMPERS)
    odd = chance.choice(TEMPERS)

    def number() -> str:
        return odd(chance) if chance.random() < 0.12 else temper(chance)

    def row(length: int) -> str:
        return f"[{', '.join(number() for _ in range(length))}]"

    sizes = [chance.choice((1, 1, 2, 2, 3)) for _ in range(chance.choice((2, 2, 3, 3, 4)))]
    chosen = cost(chance)
    lines = [f"title = {quoted(words(chance))}"] if chance.random() < 0.7 else []
    lines += _document(chance)
    unit = chosen == "binary_cross_entropy"
    targets = (chance.choice(("0", "1", "0.3", "1e-50", "0.92")) if unit else number() for _ in range(sizes[-1]))
    lines += ["[network]", f"inputs = {row(sizes[0])}", f"targets = [{', '.join(targets)}]", f"cost = {quoted(chosen)}"]
    if chosen == "huber" and chance.random() < 0.5:
        lines.append(f"delta = {chance.choice(('0.5', '1e-30', '2', '1e30', '0.3333333333333333333333'))}")
    for depth, (before, width) in enumerate(pairwise(sizes)):
        function = activation(chance)
        if unit and depth == len(sizes) - 2 and chance.random() < 0.8:
            function = "sigmoid"
        lines += ["[[network.layers]]", f"activation = {quoted(function)}"]
        lines.append(f"weights = [{', '.join(row(before) for _ in range(width))}]")
        kind = chance.randrange(3)
        if kind:
            lines.append(f"biases = {row(width) if kind == 1 else number()}")
        if function == "leaky_relu" and chance.random() < 0.7:
            lines.append(f"slope = {chance.choice(('0.2', '0', '1', '-0.5', '1e-40', '0.01'))}")
        if function == "elu" and chance.random() < 0.7:
            lines.append(f"alpha = {chance.choice(('0.5', '0', '1', '-2', '1e-40', '1.6732632423543772'))}")
    lines += _notation(chance, sizes)
    if chance.random() < 0.8:
        lines += ["[numbers]", f"round = {chance.choice((_q('end'), _q('each-step')))}", chance.choice(_POLICIES)]
        lines.append(f"ties = {chance.choice((_q('even'), _q('up')))}")
    lines += _update(chance, lines)
    lines += published(chance)
    return "\n".join(lines) + "\n"


def _q(text: str) -> str:
    return f'"{text}"'


def _document(chance: random.Random) -> list[str]:
    lines = ["[document]"]
    if chance.random() < 0.5:
        lines.append(f"detail = {chance.choice((_q('full'), _q('brief')))}")
    lines += [f"{key} = {quoted(words(chance))}" for key in ("author", "date") if chance.random() < 0.5]
    if chance.random() < 0.2:
        lines.append(f"language = {chance.choice((_q('de'), _q('pt-BR'), _q('en-GB'), _q('zh-Hans-CN')))}")
    return lines


def _notation(chance: random.Random, sizes: list[int]) -> list[str]:
    lines = ["[notation]"]
    kind = chance.randrange(6)
    if kind == 1:
        lines.append('preset = "layered"')
    if kind == 2:
        made = iter(range(1, 100))
        last = len(sizes) - 1
        layers = (
            f"[{', '.join(_q(f'{_letter(depth, last)}{next(made)}') for _ in range(width))}]"
            for depth, width in enumerate(sizes[1:], start=1)
        )
        lines.append(f"neurons = [{', '.join(layers)}]")
    if kind == 3:
        letters = ("input", "weight", "bias", "net_input", "output", "target", "cost")
        lines += [f"{key} = {_q(chance.choice(_NAMES))}" for key in letters if chance.random() < 0.3]
    if chance.random() < 0.3:
        lines.append(f"first_index = {chance.randrange(2)}")
    if chance.random() < 0.3:
        lines.append(f"derivative = {chance.choice((_q('d'), _q('partial')))}")
    return lines


def _letter(depth: int, last: int) -> str:
    return "o" if depth == last else "h"


def _update(chance: random.Random, lines: list[str]) -> list[str]:
    if chance.random() < 0.5:
        return []
    rate = chance.choice(("0.5", "0.5", "0.1", "1", "0", "0.01", "1e20", "1e-30", "0.3333333333333333333333"))
    steps = chance.choice((1, 1, 1, 2, 3, 10))
    update = ["[update]", f"learning_rate = {rate}", f"steps = {steps}"]
    plain = not any(line.startswith(("weight =", "bias =", "first_index")) for line in lines)
    if plain and chance.random() < 0.3:
        layered = 'preset = "layered"' in lines
        update.append(f"frozen = [{_q('w1_11' if layered else 'w0')}]")
    return update
