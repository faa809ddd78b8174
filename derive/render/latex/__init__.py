"""LaTeX, and drawings in TikZ."""
