"""Random networks and policies for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.calculus.oracle import ACTIVATIONS, COSTS, Dense, Net, Policy

policies = st.builds(
    lambda each, digits, up: Policy(each, *digits, up),
    st.booleans(),
    st.one_of(
        st.tuples(st.integers(0, 12), st.none()),
        st.tuples(st.none(), st.integers(1, 15)),
    ),
    st.booleans(),
)

#: Numbers of a textbook example, some with idle zeros.
calm = st.one_of(
    st.sampled_from(["0.1", "0.10", "-0.5", "2", "0.15", "-0.05", "0.8", "1", "-1", "0.0", "0.001", "0.00004", "1e-7"]),
    st.integers(-150, 150).map(lambda n: f"{n / 100:.2f}"),
    st.integers(-19999, 19999).map(lambda n: f"{n / 10000:.4f}"),
).map(lambda text: text if float(text) else text.lstrip("-"))

#: Numbers that saturate neurons: with these a sigmoid is within 1e-300 of 1, and its error is that small.
wild = st.one_of(calm, st.sampled_from(["9", "12", "-20", "-7", "3.5", "-0.3333333"]))

_PARAMETERS = {
    "leaky_relu": st.sampled_from([None, "0.2", "0.01", "-0.5", "1"]),
    "elu": st.sampled_from([None, "2", "0.5", "1.25"]),
}

_NOTATIONS = ('preset = "flat"', 'preset = "layered"', "first_index = 1", 'cost = "E_total"\nderivative = "partial"')


#: Costs of outputs and targets between 0 and 1.
ENTROPIES = ("binary_cross_entropy", "cross_entropy")


@st.composite
def nets(draw: st.DrawFn, numbers: st.SearchStrategy[str], widest: int = 3) -> Net:
    """A network of one to three layers."""
    cost = draw(st.sampled_from(sorted(COSTS)))
    depth = draw(st.integers(1, 3))
    size = draw(st.integers(1, 3))
    inputs = draw(st.lists(numbers, min_size=size, max_size=size))
    layers = []
    for number in range(depth):
        width = draw(st.integers(1, widest))
        activation = draw(st.sampled_from(sorted(ACTIVATIONS)))
        if cost in ENTROPIES and number == depth - 1:
            activation = "sigmoid"
            # the cross-entropy of classes has an output for each
            width = max(width, 2) if cost == "cross_entropy" else width
        weights = draw(st.lists(st.lists(numbers, min_size=size, max_size=size), min_size=width, max_size=width))
        biases = draw(st.one_of(st.none(), numbers, st.lists(numbers, min_size=width, max_size=width)))
        parameter = draw(_PARAMETERS[activation]) if activation in _PARAMETERS else None
        layers.append(Dense(activation, parameter, weights, biases))
        size = width
    unit = cost in ENTROPIES
    target = st.sampled_from(["0", "1", "0.3", "0.92", "0.5"]) if unit else numbers
    targets = draw(st.lists(target, min_size=size, max_size=size))
    delta = draw(st.sampled_from([None, "0.5", "2.5"])) if cost == "huber" else None
    notation = "[notation]\n" + draw(st.sampled_from(_NOTATIONS))
    return Net(inputs, targets, cost, delta, layers, notation)
