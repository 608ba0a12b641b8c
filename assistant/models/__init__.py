"""Bases, and the one prompt template."""
