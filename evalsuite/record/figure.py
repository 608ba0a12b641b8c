"""A value with its n and its interval, and what it is: what every part of a scorecard is made of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """What every part of a scorecard has in common: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


class Figure(Part):
    """A value with its n and its interval."""

    value: float | None
    """Null where it was not measured."""
    ci95: tuple[float, float] | None
    """The 95% interval; null where there is none."""
    n: int
    """Answers it is over; of a time, how many times."""
    interval_method: str | None = None
    """How the interval was made."""
    reason: str | None = None
    """Why the value or the interval is null."""


class MetricCard(Part):
    """What a figure is, for people."""

    title: str
    """As people read it."""
    unit: str
    """Of the value; empty for a share of 1."""
    low: float
    """The lowest value it can take."""
    high: float | None
    """The highest value it can take; null if there is no such bound."""
    direction: Literal["higher", "lower", "unknown"]
    """Which way is better."""
    meaning: str
    """One sentence."""
    signature: str
    """What must be known to get the same figure again."""
    rate: bool = False
    """Each answer counts as 0 or 1."""
    version: int = 1
    """Of how it is measured; goes up when its figures change."""
    aggregation: str = "mean over answers"
    """How the answers' values become one, in words."""

    def tone(self, difference: Figure | None) -> Literal["better", "worse", "unclear"]:
        """Better or worse where the interval of the difference leaves out 0; else unclear."""
        if difference is None or difference.ci95 is None or self.direction == "unknown":
            return "unclear"
        low, high = difference.ci95
        if low <= 0 <= high:
            return "unclear"
        return "better" if (low > 0) == (self.direction == "higher") else "worse"
