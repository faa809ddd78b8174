"""Arrays of expressions: which shapes go together, and what operations and functions of them give, entry by entry."""
