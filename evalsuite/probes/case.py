"""The probe `case`: the same questions all in small letters, and all in capitals."""

from __future__ import annotations

from evalsuite.probes.variants import variant_probe


def small(text: str, name: str) -> str:
    """The text in small letters."""
    return text.lower()


def capitals(text: str, name: str) -> str:
    """The text in capitals."""
    return text.upper()


CASE = variant_probe(
    "case",
    "Small letters and capitals",
    "Whether answers depend on capitals: each question is asked in small letters, and in capitals.",
    {"lower": small, "upper": capitals},
)
