"""Formulas in each notation, and in words."""
