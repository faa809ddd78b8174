"""Whether it is true: independent derivatives, held against the solution."""
