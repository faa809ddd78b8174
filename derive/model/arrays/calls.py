"""What a formula may call, and with which arguments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.costs import COSTS
from derive.errors import FormulaError
from derive.expression.functions import ALIASES, FUNCTIONS
from derive.expression.tree import Expr
from derive.model.arrays.grids import ExprArray


class Signature(msgspec.Struct, frozen=True):
    """How a function is called.

    Attributes:
        least, most: how many arguments it takes without a name.
        keywords: the arguments with a name.
    """

    least: int
    most: int
    keywords: tuple[str, ...] = ()


#: Reductions, which also go over an index.
REDUCTIONS: Final = ("sum", "mean", "prod", "max", "min")
#: Sums: a formula within them needs no name of its own.
SUMS: Final = ("sum", "mean")
#: Functions whose argument is always a quantity, so that its derivative can be told.
WHOLE: Final = ("softmax", "log_softmax", "logsumexp", "norm", "conv", "max_pool", "avg_pool")
#: Costs that are written out here, whether or not the catalogue has them for the outputs of a layer.
OWN_COSTS: Final = ("cross_entropy", "softmax_cross_entropy", "binary_cross_entropy_with_logits")
#: More arguments than any line has.
MANY: Final = 1_000

SIGNATURES: Final[dict[str, Signature]] = {
    **{name: Signature(row.arity, row.arity) for name, row in FUNCTIONS.items()},
    **{name: Signature(1, 1, tuple(row.parameters)) for name, row in ACTIVATIONS.items()},
    **{name: Signature(1, MANY, ("axis", "keepdims")) for name in (*REDUCTIONS, "norm")},
    "norm": Signature(1, 1, ("axis", "keepdims")),
    "softmax": Signature(1, 1, ("axis", "mask")),
    "log_softmax": Signature(1, 1, ("axis", "mask")),
    "logsumexp": Signature(1, 1, ("axis",)),
    "causal": Signature(1, 1),
    **{name: Signature(2, 2, tuple(row.parameters)) for name, row in COSTS.items()},
    **{name: Signature(2, 2, ("axis",) if name == "softmax_cross_entropy" else ()) for name in OWN_COSTS},
    "zeros": Signature(1, 2),
    "ones": Signature(1, 2),
    "eye": Signature(1, 1),
    "one_hot": Signature(2, 2),
    "outer": Signature(2, 2),
    "diag": Signature(1, 1),
    "flatten": Signature(1, 1),
    "reshape": Signature(2, 3),
    "pad": Signature(2, 2),
    "concat": Signature(2, MANY, ("axis",)),
    "conv": Signature(2, 2, ("stride", "padding")),
    "max_pool": Signature(2, 2, ("stride",)),
    "avg_pool": Signature(2, 2, ("stride",)),
}

#: Every name that means a function, in any spelling.
CALLABLE: Final = frozenset((*SIGNATURES, *ALIASES))


def is_activation(name: str) -> bool:
    """Whether a function is an activation of the catalogue, which goes entry by entry."""
    return name in ACTIVATIONS


def is_cost(name: str) -> bool:
    """Whether a function is a cost of the catalogue, of outputs and targets."""
    return name in COSTS


def meant(name: str) -> str:
    """A function's own name, where it is called by another spelling."""
    return ALIASES.get(name, name)


class Called(msgspec.Struct):
    """A call of a function.

    Attributes:
        name: the function.
        grids: its arguments.
        whole: those that are whole numbers, by what they say.
        options: the arguments with a name.
        stable: whether forms that lose no digits are wanted.
        first: what counting begins with.
        has_stable: whether there is such a form; noted when it is written out.
    """

    name: str
    grids: tuple[ExprArray, ...]
    whole: Mapping[str, int]
    options: Mapping[str, object]
    stable: bool = False
    first: int = 1
    has_stable: bool = False

    def option(self, name: str, default: int | None = None) -> int | None:
        """A whole number with a name."""
        value = self.options.get(name, default)
        return value if isinstance(value, int) else None

    def size(self, name: str, default: int | None = None, least: int = 1) -> int:
        """A whole number that says how large something is.

        Raises:
            FormulaError: it is less than it may be.
        """
        value = self.whole[name] if name in self.whole else self.option(name, default)
        assert value is not None
        if value < least:
            raise FormulaError(f"{self.name}(…) with {name} = {value}", f"{least} or more")
        return value

    @property
    def parameters(self) -> dict[str, Decimal | Expr | None]:
        """The parameters of a function of the catalogue."""
        return {key: value for key, value in self.options.items() if isinstance(value, Expr)}


def whole_arguments(name: str, count: int) -> tuple[tuple[int, str], ...]:
    """The arguments of a function that are whole numbers, by their place."""
    if name in ("zeros", "ones"):
        return tuple((at, ("rows", "columns")[at]) for at in range(count))
    if name == "reshape":
        return tuple((at, ("rows", "columns")[at - 1]) for at in range(1, count))
    return _WHOLE.get(name, ())


_WHOLE: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "eye": ((0, "n"),),
    "causal": ((0, "n"),),
    "one_hot": ((0, "class"), (1, "n")),
    "pad": ((1, "n"),),
    "max_pool": ((1, "n"),),
    "avg_pool": ((1, "n"),),
}
