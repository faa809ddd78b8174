"""Derivatives by PyTorch's automatic differentiation."""
