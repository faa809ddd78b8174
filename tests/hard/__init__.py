"""Valid network files that are hard to work out, to print and to judge, and what has to hold of each."""
