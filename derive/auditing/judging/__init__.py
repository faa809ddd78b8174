"""Judging claims that are formulas, and lines of numbers such as ``2*0.5 + 9*0.8 + 0.5``."""
