"""Probes: further questions beside the test's own, and what is read from their answers."""
