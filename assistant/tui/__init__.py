"""Screens and widgets of the terminal app."""
