"""Random models over arrays: formulas of every shape put together from operations that give it."""

from __future__ import annotations

import random
from itertools import count

#: A number, a vector or a matrix.
Shape = tuple[int, ...]

_ENTRYWISE = ("tanh({a})", "sigmoid({a})", "exp({a}/4)", "relu({a})", "leaky_relu({a}, slope=0.2)", "sqrt({a}**2 + 1)")
_ENTRYWISE += ("softplus({a})", "abs({a})", "{a}**2", "-{a}", "sin({a})", "silu({a})", "{a} if {a} > 0 else 0.3*{a}")
_PAIRS = (
    "{a} + {b}",
    "{a} - {b}",
    "{a}*{b}",
    "{a}/({b}**2 + 1)",
    "max({a}, {b})",
    "{a} + 2*{b}",
    "{a} if {b} > 0 else {b}",
)
_COSTS = ("half_squared_error({a}, {b})", "sum({a}*{b})", "mean(({a} - {b})**2)", "huber({a}, {b}, delta=0.5)")
_COSTS += ("binary_cross_entropy_with_logits({a}, sigmoid({b}))", "sum(abs({a} - {b}))", "squared_error({a}, {b})")


class Writer:
    """Writes a model.

    Args:
        chance: draws.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.known: dict[Shape, list[str]] = {}
        self.given: list[str] = []
        self.parameters: list[str] = []
        self.equations: list[str] = []
        self.names = (f"{letter}{number or ''}" for number in count() for letter in "ABDFGHJKMPQRSTUVWXYZ")

    def text(self, lines: int) -> str:
        """A whole file."""
        for _ in range(lines):
            self.equation(self.shape())
        arrays = [shape for shape in self.known if shape]
        total = " + ".join(self.cost(self.chance.choice(arrays)) for _ in range(2))
        tables = "\n".join(["[given]", *self.given, "[parameters]", *self.parameters])
        equations = "\n".join([*self.equations, f"C = {total}"])
        return f"title = 'Arrays'\n{tables}\n[model]\nequations = '''\n{equations}\n'''\n"

    def shape(self) -> Shape:
        """Small, and often the same."""
        return self.chance.choice([(2,), (3,), (2, 3), (3, 2), (2, 2), (3, 3), (1, 3), (3, 1)])

    def equation(self, shape: Shape) -> str:
        formula = self.formula(shape)
        name = next(self.names)
        self.equations.append(f"{name} = {formula}")
        self.known.setdefault(shape, []).append(name)
        return name

    def operand(self, shape: Shape) -> str:
        """Something known of a shape, or something new."""
        known = self.known.setdefault(shape, [])
        if known and self.chance.random() < 0.8:
            return self.chance.choice(known[-3:])
        name = next(self.names)
        table = self.given if self.chance.random() < 0.3 else self.parameters
        table.append(f"{name} = {self.numbers(shape)}")
        known.append(name)
        return name

    def numbers(self, shape: Shape) -> str:
        if not shape:
            return f"{self.chance.choice((-1, 1)) * self.chance.randint(1, 19) / 10}"
        return f"[{', '.join(self.numbers(shape[1:]) for _ in range(shape[0]))}]"

    def formula(self, shape: Shape) -> str:
        ways = [self.entrywise, self.pair, self.spread, self.product, self.product, self.other]
        return self.chance.choice(ways)(shape)

    def entrywise(self, shape: Shape) -> str:
        return self.chance.choice(_ENTRYWISE).format(a=self.operand(shape))

    def pair(self, shape: Shape) -> str:
        return self.chance.choice(_PAIRS).format(a=self.operand(shape), b=self.operand(shape))

    def spread(self, shape: Shape) -> str:
        """With something smaller beside it."""
        smaller = [(), (shape[1],), (shape[0], 1), (1, shape[1])] if len(shape) == 2 else [()]
        pair = self.operand(shape), self.operand(self.chance.choice(smaller))
        return self.chance.choice(("{} + {}", "{}*{}", "{} - {}", "{}/({}**2 + 1)")).format(*pair)

    def product(self, shape: Shape) -> str:
        inner = self.chance.randint(1, 3)
        if len(shape) == 2:
            left, right = (shape[0], inner), (inner, shape[1])
            a, b = self.operand(left), self.operand(right)
            turned = self.operand(right[::-1])
            return self.chance.choice((f"{a} @ {b}", f"{a} @ {turned}.T", f"({a} @ {b})*0.5 + {self.operand(shape)}"))
        matrix, turned = self.operand((*shape, inner)), self.operand((inner, *shape))
        v = self.operand((inner,))
        return self.chance.choice((f"{matrix} @ {v}", f"{v} @ {turned}", f"{turned}.T @ {v} + {self.operand(shape)}"))

    def other(self, shape: Shape) -> str:
        a = self.operand(shape)
        if len(shape) == 2:
            rows, columns = self.operand(shape[:1]), self.operand(shape[1:])
            turned = self.operand(shape[::-1])
            axis = self.chance.randint(0, 1)
            folded = f"{a} - {self.chance.choice(('sum', 'mean'))}({a}, axis={axis}, keepdims=True)"
            return self.chance.choice(
                (
                    f"softmax({a}, axis={axis})",
                    f"outer({rows}, {columns})",
                    f"{turned}.T",
                    folded,
                    f"log_softmax({a}, axis=1)",
                )
            )
        lines, rows = self.operand((2, *shape)), self.operand((*shape, 2))
        return self.chance.choice(
            (f"softmax({a})", f"sum({lines}, axis=0)", f"mean({rows}, axis=1)", f"log_softmax({a})", f"{lines}[2]")
        )

    def cost(self, shape: Shape) -> str:
        return self.chance.choice(_COSTS).format(a=self.chance.choice(self.known[shape]), b=self.operand(shape))


def random_arrays(seed: int) -> str:
    """A model over arrays."""
    chance = random.Random(seed)  # noqa: S311 (numbers for tests)
    return Writer(chance).text(chance.randint(2, 5))
