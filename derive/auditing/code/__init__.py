"""Code that works a network out, read and never run: what each of its lines means, and whether that is so."""
