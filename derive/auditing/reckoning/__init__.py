"""The calculation, and the same with other numbers, formulas, digits or ways of rounding."""
