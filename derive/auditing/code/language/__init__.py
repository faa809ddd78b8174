"""Reading a script's Python: what its statements and expressions give; nothing is run."""
