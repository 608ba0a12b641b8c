"""Classifiers that say how toxic a text is, from 0 to 1."""
