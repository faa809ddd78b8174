"""Arrays drawn as grids beside the equation that makes them: weights of attention, windows, rows that are looked up."""
