"""The parts of a page, in its order."""
