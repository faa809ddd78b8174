"""Worked backpropagation examples from a network file."""
