"""Two published examples as network files, without settings: a test puts those behind that it is about."""

#: "Beginning Deep Learning - Understanding Back Propagation", securitynik, 2021.
BLOG = """
[network]
inputs = [2, 9]
targets = [0.92]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.23], [0.5, 0.8], [0.05, -0.05]]
biases = [0.5, 0.5, 0.5]
[[network.layers]]
activation = "sigmoid"
weights = [[0.9, -0.5, 0.08]]
biases = [0.2]
"""

#: "A Step by Step Backpropagation Example", Matt Mazur, 2015: two biases, each shared by a layer.
MAZUR = """
[network]
inputs = [0.05, 0.10]
targets = [0.01, 0.99]
cost = "half_squared_error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.20], [0.25, 0.30]]
biases = 0.35
[[network.layers]]
activation = "sigmoid"
weights = [[0.40, 0.45], [0.50, 0.55]]
biases = 0.60
"""

#: The same with the names of its author.
NAMED_MAZUR = f"""{MAZUR}[notation]
neurons = [["h1", "h2"], ["o1", "o2"]]
first_index = 1
cost = "E_total"
"""
