"""What a page tells of the way as a whole: chains from end to end, the rules behind the steps, one expression."""
