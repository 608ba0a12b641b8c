"""What people use so many examples for: rules of thumb, and stated as such."""

from __future__ import annotations

TIERS = (
    (0, "too few", "a handful: use them as solved examples in a prompt"),
    (100, "simple", "enough for a simple, narrow task or a style"),
    (500, "between", "between a simple task and a good assistant"),
    (1_000, "good", "enough for a good assistant of one domain"),
    (10_000, "production", "what production assistants are trained on"),
)
"""From how many training examples on, the tier's name, and what it means."""


def tier_of(examples: int) -> str:
    """The tier of so many training examples."""
    return next(name for least, name, _ in reversed(TIERS) if examples >= least)
