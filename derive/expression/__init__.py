"""The ordered expression tree, its safe parser, and its way into SymPy and plain text."""
