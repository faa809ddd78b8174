"""Derivatives by differences of a plain forward pass."""
