"""Small networks that no example shows: many updates, brief pages, kinks, formulas, powers of ten."""

from __future__ import annotations

from pathlib import Path

import derive

#: Weights enough for more steps than a page writes in full.
MANY = [[(3 * row + 7 * column) % 11 - 5 for column in range(20)] for row in range(9)]

#: What the optimizers update below.
_UPDATED = """
[network]
inputs = [1, -2]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.4, -0.3], [0.2, 0.1]]
biases = [0.1, 0.3]
[[network.layers]]
activation = "sigmoid"
weights = [[0.7, -0.2]]
"""

NETWORKS = {
    "many steps": f"""
[network]
inputs = {[column / 10 for column in range(20)]}
targets = {[row / 10 for row in range(9)]}
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = {MANY}
[numbers]
round = "each-step"
decimals = 3
""",
    "several updates": """
[network]
inputs = [1, 2]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.4, -0.3], [0.2, 0.1]]
biases = 0.1
[[network.layers]]
activation = "identity"
weights = [[0.7, -0.2]]
[update]
learning_rate = 0.2
steps = 7
frozen = ["w0"]
""",
    "brief": """
[document]
detail = "brief"
[network]
inputs = [1, 2]
targets = [0.5, 1]
cost = "mean_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.4, -0.3], [0.2, 0.1], [5, 6]]
biases = [0.1, 0.2, 0.3]
[[network.layers]]
activation = "softplus"
weights = [[0.7, -0.2, 0.1], [0.3, 0.6, -0.5]]
[numbers]
round = "each-step"
decimals = 3
ties = "up"
""",
    "at a kink": """
[network]
inputs = [1, 2]
targets = [0.5]
cost = "absolute_error"
[[network.layers]]
activation = "relu"
weights = [[2, -1], [0.5, 0.25]]
[[network.layers]]
activation = "max(z, 2*z - 1)"
weights = [[0.5, 1]]
[numbers]
round = "each-step"
decimals = 4
""",
    "powers of ten": """
[network]
inputs = [0.001, 20]
targets = [3000]
cost = "huber"
delta = 2
[[network.layers]]
activation = "z/(1 + exp(-z))"
weights = [[0.4, 0.003]]
biases = [0.00001]
[[network.layers]]
activation = "leaky_relu"
weights = [[1000]]
[numbers]
significant = 3
[update]
learning_rate = 0.001
steps = 1
""",
    "states": """
[network]
inputs = [1, 2]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "tanh"
weights = [[0.4, -0.3], [0.2, 0.1]]
biases = [0.1, 0.3]
[[network.layers]]
activation = "identity"
weights = [[0.7, -0.2]]
[update]
optimizer = "adam"
learning_rate = 0.2
steps = 4
frozen = ["w4"]
""",
    "a state and weight decay": """
[network]
inputs = [1, 2]
targets = [0.5]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.4, -0.3]]
biases = [0.1]
[numbers]
round = "each-step"
decimals = 5
[update]
optimizer = "nesterov"
learning_rate = 0.2
weight_decay = 0.1
""",
    "a product longer than a line": """
[parameters]
a = 1.23456
b = -0.98765
c = 1.11223
d = 0.87654
e = 1.34567
f = -1.09876
g = 0.99887
h = 1.23321
[model]
equations = "E = a*b*c*d*e*f*g*h"
[numbers]
significant = 6
""",
    **{
        f"{optimizer} {numbers}": f'{_UPDATED}[numbers]\n{numbers}\n[update]\noptimizer = "{optimizer}"\n{update}\n'
        for optimizer, numbers, update in (
            ("momentum", "significant = 5", "learning_rate = 0.5\nsteps = 4"),
            ("adagrad", "decimals = 6", "learning_rate = 0.1\nsteps = 3\nweight_decay = 0.2"),
            ("rmsprop", 'round = "each-step"\nsignificant = 6', "learning_rate = 0.05\nsteps = 3"),
            ("adamw", "decimals = 8", "learning_rate = 0.1\nsteps = 2\nweight_decay = 0.3"),
        )
    },
}


def network(name: str, folder: Path) -> derive.Network:
    """One of these, from a file."""
    path = folder / "network.toml"
    path.write_text(NETWORKS[name], encoding="utf-8")
    return derive.load(path)
