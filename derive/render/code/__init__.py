"""Python: scripts and notebooks."""
