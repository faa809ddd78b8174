"""Optimizers: one row each, with PyTorch's formulas and defaults.

An update goes through the ``rules`` of a row for each parameter by itself. A rule is a name and its formula over

=============  ===================================================================================
``w``          the parameter, before the update on the right, after it on the left of the last rule
``g``          the gradient by that parameter, at the parameters from before the update
``eta``        the learning rate
``k``          the number of the update, 1, 2 …
a constant     of the row, as ``beta1``
a state        as ``m``: what an earlier rule of this update gives, else what the last update left; 0 before the first
=============  ===================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec


class Constant(msgspec.Struct, frozen=True):
    """A number that an optimizer works with, which a file may set.

    Attributes:
        phrase: what it is, for a row of a table.
        greek: the letter that it is typeset as, with what stands below it, as PyTorch's pages have it.
        below: what it must stay below, if anything. None is negative.
    """

    phrase: str
    greek: tuple[str, str]
    below: Decimal | None = None


_ONE = Decimal(1)

#: The constants by their names, in the order in which they are told; the learning rate is one of every row.
CONSTANTS: Mapping[str, Constant] = {
    "eta": Constant("learning rate", ("eta", "")),
    "momentum": Constant("momentum", ("mu", "")),
    "alpha": Constant("share of the last average that is kept", ("alpha", "")),
    "beta1": Constant("share of the last average of the gradients that is kept", ("beta", "1"), _ONE),
    "beta2": Constant("share of the last average of their squares that is kept", ("beta", "2"), _ONE),
    "eps": Constant("what keeps the divisor from 0", ("epsilon", "")),
    "weight_decay": Constant("weight decay", ("lambda", "")),
}

#: What can be told of a parameter beside its value: the gradient of an update, states, and states set right; each with
#: the head of its column.
STATES: Mapping[str, str] = {
    "g": "gradient",
    "m": "state m",
    "v": "state v",
    "m_hat": "m, corrected",
    "v_hat": "v, corrected",
}


class Optimizer(msgspec.Struct, frozen=True):
    """A way of updating parameters.

    Attributes:
        name: what a file calls it.
        title: what a page calls it.
        rules: names and formulas, in order; the last is that of the parameter.
        constants: those of the row beside ``eta`` and ``weight_decay``, with their defaults as written.
        says: what it does, in sentences.
        source: where it is defined.
        weight_decay: the default.
        decayed: what a weight decay that is not 0 changes: the name, and what stands in its place on the right.
    """

    name: str
    title: str
    rules: tuple[tuple[str, str], ...]
    says: str
    source: str
    constants: Mapping[str, str] = {}
    weight_decay: str = "0"
    decayed: tuple[str, str] = ("g", "g + weight_decay*w")

    @property
    def states(self) -> tuple[str, ...]:
        """What is worked out for each parameter beside its own new value."""
        return tuple(name for name, _ in self.rules[:-1])


_SQUARES = {"eps": "1e-8"}
_ADAM = {"beta1": "0.9", "beta2": "0.999", "eps": "1e-8"}
_ADAM_RULES = (
    ("m", "beta1*m + (1 - beta1)*g"),
    ("v", "beta2*v + (1 - beta2)*g**2"),
    ("m_hat", "m/(1 - beta1**k)"),
    ("v_hat", "v/(1 - beta2**k)"),
    ("w", "w - eta*m_hat/(sqrt(v_hat) + eps)"),
)

_ROWS = (
    Optimizer(
        name="sgd",
        title="Gradient descent",
        rules=(("w", "w - eta*g"),),
        says="It moves every parameter against its gradient.",
        source="PyTorch, torch.optim.SGD",
    ),
    Optimizer(
        name="momentum",
        title="Gradient descent with momentum",
        rules=(("m", "momentum*m + g"), ("w", "w - eta*m")),
        constants={"momentum": "0.9"},
        says="It moves every parameter against the sum of all its gradients so far, of which older ones count less "
        "and less.",
        source="PyTorch, torch.optim.SGD with momentum, dampening 0",
    ),
    Optimizer(
        name="nesterov",
        title="Gradient descent with Nesterov's momentum",
        rules=(("m", "momentum*m + g"), ("w", "w - eta*(g + momentum*m)")),
        constants={"momentum": "0.9"},
        says="It sums the gradients so far as momentum does, and goes one step of the sum further ahead: the newest "
        "gradient counts once more.",
        source="PyTorch, torch.optim.SGD with nesterov=True",
    ),
    Optimizer(
        name="adagrad",
        title="Adagrad",
        rules=(("v", "v + g**2"), ("w", "w - eta*g/(sqrt(v) + eps)")),
        constants={"eps": "1e-10"},
        says="It divides each step by the root of the sum of all squared gradients so far, so that a parameter with "
        "large gradients moves no further than one with small ones, and steps become shorter.",
        source="PyTorch, torch.optim.Adagrad",
    ),
    Optimizer(
        name="rmsprop",
        title="RMSprop",
        rules=(("v", "alpha*v + (1 - alpha)*g**2"), ("w", "w - eta*g/(sqrt(v) + eps)")),
        constants={"alpha": "0.99", **_SQUARES},
        says="It divides each step by the root of an average of the squared gradients, in which older ones count less "
        "and less, so that a parameter with large gradients moves no further than one with small ones.",
        source="PyTorch, torch.optim.RMSprop: eps stands outside the root",
    ),
    Optimizer(
        name="adam",
        title="Adam",
        rules=_ADAM_RULES,
        constants=_ADAM,
        says="It averages the gradients and their squares, of which older ones count less and less, and divides one "
        "average by the root of the other.",
        source="Kingma, Ba, Adam (2015), algorithm 1; PyTorch, torch.optim.Adam",
    ),
    Optimizer(
        name="adamw",
        title="AdamW",
        rules=_ADAM_RULES,
        constants=_ADAM,
        says="It averages the gradients and their squares, of which older ones count less and less, and divides one "
        "average by the root of the other.",
        source="Loshchilov, Hutter, Decoupled Weight Decay Regularization (2019); PyTorch, torch.optim.AdamW",
        weight_decay="0.01",
        decayed=("w", "(1 - eta*weight_decay)*w"),
    ),
)

OPTIMIZERS: Mapping[str, Optimizer] = {row.name: row for row in _ROWS}
