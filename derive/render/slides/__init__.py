"""Slides: the page again, one idea after the other, in three languages."""
