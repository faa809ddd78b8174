"""Derivatives by SymPy, for all values of the quantities."""
