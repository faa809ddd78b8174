"""The program that works a page out again, as plain data."""
