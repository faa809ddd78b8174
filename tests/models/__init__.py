"""Models of equations with values that were worked out elsewhere."""
