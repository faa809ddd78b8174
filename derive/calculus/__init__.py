"""What follows from the model: steps, numbers under a rounding policy, updates."""
