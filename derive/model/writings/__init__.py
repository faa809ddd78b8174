"""Ways of writing a model: each is a function from a file to the graph of its definitions."""
