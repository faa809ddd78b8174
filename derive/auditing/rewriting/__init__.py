"""Models of equations as somebody wrote them who made a mistake: what every quantity would be worked out by."""
