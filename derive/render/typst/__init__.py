"""Typst, and the engines that make a PDF."""
