"""The activations and costs that a file can name: one row each, with formula, derivative, domain and source."""
