"""Markdown in each of its flavours."""
