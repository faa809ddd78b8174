"""Exact decimals: reals, correctly rounded functions, arithmetic, rounding, and the same as a program would."""
