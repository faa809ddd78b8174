"""What a page shows of a solution: the question, a worksheet, its key."""
