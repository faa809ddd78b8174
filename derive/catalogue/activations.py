"""Activation functions: one row each.

A new activation is a new row. Its ``derivative`` is what the page prints; the tests prove it equal to SymPy's own
derivative of ``formula``, and compare both with PyTorch.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Activation(msgspec.Struct, frozen=True):
    """An activation function of one neuron.

    Attributes:
        name: what a file calls it.
        title: what a sentence calls it.
        formula: its value, in the net input ``z`` and its parameters.
        derivative: its derivative in the form that is shown, in ``z``, the output ``O`` and its parameters.
        phrase: what it does, as the end of the sentence "The neuron …".
        source: where the function was introduced or is defined.
        parameters: its parameters with their defaults, as written.
        worked: the derivative as the rules of differentiation give it, before it is brought into the form that is
            shown; None where there is nothing between.
        stable_formula: an equal formula that loses no digits far from 0, where ``formula`` would.
        stable_derivative: the same for the derivative, in ``z`` alone.
    """

    name: str
    title: str
    formula: str
    derivative: str
    phrase: str
    source: str
    parameters: Mapping[str, str] = {}
    worked: str | None = None
    stable_formula: str | None = None
    stable_derivative: str | None = None


_ROWS = (
    Activation(
        name="identity",
        title="the identity",
        formula="z",
        derivative="1",
        phrase="passes its net input on unchanged",
        source="the linear unit; Bishop, Pattern Recognition and Machine Learning (2006), section 5.1",
    ),
    Activation(
        name="sigmoid",
        title="the sigmoid",
        formula="1/(1 + exp(-z))",
        derivative="O*(1 - O)",
        worked="exp(-z)/(1 + exp(-z))**2",
        phrase="squeezes its net input into the interval from\u00a00 to\u00a01",
        source="the logistic function; Rumelhart, Hinton, Williams, Nature 323 (1986)",
        stable_derivative="exp(-abs(z))/(1 + exp(-abs(z)))**2",
    ),
    Activation(
        name="tanh",
        title="the hyperbolic tangent",
        formula="tanh(z)",
        derivative="1 - O**2",
        worked="1 - tanh(z)**2",
        phrase="squeezes its net input into the interval from\u00a0−1 to\u00a01",
        source="LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.4",
        stable_derivative="4*exp(-2*abs(z))/(1 + exp(-2*abs(z)))**2",
    ),
    Activation(
        name="relu",
        title="the rectifier (ReLU)",
        formula="max(0, z)",
        derivative="1 if z > 0 else 0",
        phrase="passes a positive net input on and stops a negative one",
        source="Nair, Hinton, Rectified linear units improve restricted Boltzmann machines (2010)",
    ),
    Activation(
        name="leaky_relu",
        title="the leaky rectifier",
        formula="z if z > 0 else slope*z",
        derivative="1 if z > 0 else slope",
        phrase="passes a positive net input on and lets a small part of a negative one through",
        source="Maas, Hannun, Ng, Rectifier nonlinearities improve neural network acoustic models (2013)",
        parameters={"slope": "0.01"},
    ),
    Activation(
        name="elu",
        title="the exponential linear unit (ELU)",
        formula="z if z > 0 else alpha*(exp(z) - 1)",
        derivative="1 if z > 0 else O + alpha",
        worked="1 if z > 0 else alpha*exp(z)",
        phrase="passes a positive net input on and lets a negative one level off",
        source="Clevert, Unterthiner, Hochreiter, Exponential linear units (2015), equation 15",
        parameters={"alpha": "1"},
        stable_derivative="1 if z > 0 else alpha*exp(z)",
    ),
    Activation(
        name="softplus",
        title="softplus",
        formula="log(1 + exp(z))",
        derivative="1/(1 + exp(-z))",
        worked="exp(z)/(1 + exp(z))",
        phrase="is a smooth form of the rectifier",
        source="Dugas, Bengio, Bélisle, Nadeau, Garcia, Incorporating second-order functional knowledge (2000)",
        stable_formula="max(0, z) + log1p(exp(-abs(z)))",
    ),
    Activation(
        name="silu",
        title="the sigmoid linear unit (SiLU)",
        formula="z/(1 + exp(-z))",
        derivative="O + (1 - O)/(1 + exp(-z))",
        worked="1/(1 + exp(-z)) + z*exp(-z)/(1 + exp(-z))**2",
        phrase="weights its net input with the sigmoid of that net input",
        source="Elfwing, Uchibe, Doya, Sigmoid-weighted linear units (2017), equations 3 and 5",
    ),
    Activation(
        name="gelu",
        title="the Gaussian error linear unit (GELU)",
        formula="z/2*(1 + erf(z/sqrt(2)))",
        derivative="1/2*(1 + erf(z/sqrt(2))) + z/sqrt(2*pi)*exp(-z**2/2)",
        phrase="weights its net input with the share of a normal distribution that lies below it",
        source="Hendrycks, Gimpel, Gaussian error linear units (2016), section 2 (the exact form)",
        stable_formula="z/2*erfc(-z/sqrt(2))",
        stable_derivative="1/2*erfc(-z/sqrt(2)) + z/sqrt(2*pi)*exp(-z**2/2)",
    ),
    Activation(
        name="gelu_tanh",
        title="the tanh approximation of the Gaussian error linear unit (GELU)",
        formula="z/2*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z**3)))",
        derivative="1/2*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z**3)))"
        " + z*(1 + 0.134145*z**2)/(sqrt(2*pi)*cosh(sqrt(2/pi)*(z + 0.044715*z**3))**2)",
        phrase="weights its net input with nearly the share of a normal distribution that lies below it",
        source="Hendrycks, Gimpel, Gaussian error linear units (2016), section 2 (the approximation);"
        " PyTorch's gelu(approximate='tanh')",
        # 1 + tanh(u) is 2/(1 + exp(-2*u)), which is not lost where tanh(u) is nearly -1.
        stable_formula="z/(1 + exp(-2*sqrt(2/pi)*(z + 0.044715*z**3)))",
        stable_derivative="1/(1 + exp(-2*sqrt(2/pi)*(z + 0.044715*z**3)))"
        " + 2*z*sqrt(2/pi)*(1 + 0.134145*z**2)*exp(-2*sqrt(2/pi)*abs(z + 0.044715*z**3))"
        "/(1 + exp(-2*sqrt(2/pi)*abs(z + 0.044715*z**3)))**2",
    ),
)

ACTIVATIONS: Mapping[str, Activation] = {row.name: row for row in _ROWS}


class LayerFunction(msgspec.Struct, frozen=True):
    """An activation function of a whole layer, in which every output depends on every net input.

    Attributes:
        name: what a file calls it.
        title: what a sentence calls it.
        phrase: what it does, as the end of the sentence "The layer …".
        source: where it was introduced.
        parameters: it has none.
    """

    name: str
    title: str
    phrase: str
    source: str
    parameters: Mapping[str, str] = {}


SOFTMAX = LayerFunction(
    name="softmax",
    title="softmax",
    phrase="turns its net inputs into positive shares that sum to 1",
    source="Bridle, Probabilistic interpretation of feedforward classification network outputs (1990)",
)

#: The activation functions that the last layer may have beside those of one neuron.
LAYER_FUNCTIONS: Mapping[str, LayerFunction] = {SOFTMAX.name: SOFTMAX}
