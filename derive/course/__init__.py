"""What a class gets of a network: what is asked and what it is worth, variants, marks."""
