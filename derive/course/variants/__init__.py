"""The same model with other numbers for each of a class: which numbers vary, how far, and what they must keep to."""
