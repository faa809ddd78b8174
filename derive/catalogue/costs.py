"""Cost functions: one row each.

The cost of a network is the sum, over its outputs, of the ``formula`` of one output. ``n`` is the number of outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec


class Cost(msgspec.Struct, frozen=True):
    """A cost function, as the part of it that belongs to one output.

    Attributes:
        name: what a file calls it.
        formula: the part of one output, in the target ``y``, the output ``O``, the number of outputs ``n`` and its
            parameters.
        derivative: the derivative of that part with respect to ``O``, in the form that is shown.
        title: what a sentence calls it.
        phrase: what it measures, as the end of the sentence "The cost is …".
        source: where it is defined.
        parameters: its parameters with their defaults, as written.
        worked: the derivative as the rules of differentiation give it, before it is brought into the form that is
            shown; None where there is nothing between.
        output_domain: the open interval that an output must lie in, if it is bounded.
        target_domain: the closed interval that a target must lie in, if it is bounded.
    """

    name: str
    formula: str
    derivative: str
    title: str
    phrase: str
    source: str
    parameters: Mapping[str, str] = {}
    worked: str | None = None
    output_domain: tuple[Decimal, Decimal] | None = None
    target_domain: tuple[Decimal, Decimal] | None = None


#: The cost that goes with a softmax.
CROSS_ENTROPY: Final = "cross_entropy"

_UNIT = (Decimal(0), Decimal(1))

_ROWS = (
    Cost(
        name="squared_error",
        formula="(y - O)**2",
        derivative="2*(O - y)",
        worked="2*(y - O)*(-1)",
        title="the squared error",
        phrase="the square of what the output misses the target by",
        source="Bishop, Pattern Recognition and Machine Learning (2006), section 1.1 (without its factor ½)",
    ),
    Cost(
        name="half_squared_error",
        formula="1/2*(y - O)**2",
        derivative="O - y",
        worked="1/2*2*(y - O)*(-1)",
        title="half the squared error",
        phrase="half the square of what the output misses the target by; the ½ cancels the 2 of the derivative",
        source="Rumelhart, Hinton, Williams, Nature 323 (1986), equation 3",
    ),
    Cost(
        name="mean_squared_error",
        formula="1/n*(y - O)**2",
        derivative="2/n*(O - y)",
        worked="1/n*2*(y - O)*(-1)",
        title="the mean squared error",
        phrase="the mean, over the outputs, of the square of what an output misses its target by",
        source="PyTorch, torch.nn.MSELoss",
    ),
    Cost(
        name="absolute_error",
        formula="abs(y - O)",
        derivative="1 if O > y else -1 if O < y else 0",
        title="the absolute error",
        phrase="the distance between output and target",
        source="PyTorch, torch.nn.L1Loss with reduction='sum'",
    ),
    Cost(
        name="huber",
        formula="1/2*(y - O)**2 if abs(y - O) <= delta else delta*(abs(y - O) - 1/2*delta)",
        derivative="O - y if abs(y - O) <= delta else delta if O > y else -delta",
        title="the Huber loss",
        phrase="half the squared error near the target, and a straight line further away",
        source="Huber, Robust estimation of a location parameter (1964)",
        parameters={"delta": "1"},
    ),
    Cost(
        name="binary_cross_entropy",
        formula="-(y*log(O) + (1 - y)*log(1 - O))",
        derivative="(O - y)/(O*(1 - O))",
        worked="-y/O + (1 - y)/(1 - O)",
        title="the binary cross-entropy",
        phrase="the cross-entropy between target and output, with natural logarithms",
        source="Bishop, Pattern Recognition and Machine Learning (2006), equation 4.90",
        output_domain=_UNIT,
        target_domain=_UNIT,
    ),
    Cost(
        name=CROSS_ENTROPY,
        formula="-(y*log(O))",
        derivative="-y/O",
        title="the cross-entropy",
        phrase="the cross-entropy between targets and outputs, with natural logarithms",
        source="Bishop, Pattern Recognition and Machine Learning (2006), equation 4.108",
        output_domain=(Decimal(0), Decimal("Infinity")),
        target_domain=_UNIT,
    ),
)

COSTS: Mapping[str, Cost] = {row.name: row for row in _ROWS}
