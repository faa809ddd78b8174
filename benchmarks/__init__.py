"""What `derive` costs in time, as ratios taken in one run: ``python -m benchmarks``."""
