"""The computation graph over arrays: a box for each, with its formula, its size and its numbers where there is room."""
