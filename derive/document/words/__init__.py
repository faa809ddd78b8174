"""Building sentences: words, formulas and numbers side by side."""
