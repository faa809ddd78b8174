"""Reading what somebody printed: the names in all the ways in which people count, and what a page settles."""
