"""A gate, judged."""

from __future__ import annotations

from assistant.api import Gate
from evalsuite.record.figure import Part


class Judgement(Part):
    """A gate and whether it is met."""

    gate: Gate
    """The condition, as in the recipe."""
    passed: bool
    """Whether it is met."""
    value: float | None
    """The figure that was judged: the value, or the unfavourable end of its interval; of `no_worse`, how much worse that end is."""
    bound: float | None
    """What it had to reach or not to exceed; null where that needs a base or a previous release that was not measured."""
    sentence: str
    """The same in words."""
    vacuous: bool = False
    """Passed only because there is nothing to judge yet: no previous release was measured."""
