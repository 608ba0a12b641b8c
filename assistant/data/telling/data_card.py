"""The data card: its parts, the checklist and what to do next, as card.json holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from assistant.data.telling.parts import Diversity, Leakage, Made, Personal, Quality, Quantity, Repetition, TagBalance, Tokens, Topics

SCHEMA = 2
"""Version of card.json."""

State = Literal["passed", "failed", "not measured"]


@dataclass(frozen=True)
class Origin:
    """Where the rows come from.

    Attributes:
        license: As the recipe names it; empty where it does not.
        files: Name, SHA-256 and how its columns were understood.
        sources: Queries and data sets of a hub, without passwords.
        fingerprint: SHA-256 over the prepared splits.
    """

    license: str
    files: tuple[tuple[str, str, str], ...]
    sources: tuple[tuple[str, str], ...]
    fingerprint: str


@dataclass(frozen=True)
class Check:
    """One point of the checklist.

    Attributes:
        name: What should be so.
        state: Whether it is.
        figure: What was measured, in words; the reason where nothing was.
        bound: What was asked for.
        why: Why it matters.
        value: The figure; None where it was not measured.
    """

    name: str
    state: State
    figure: str
    bound: str
    why: str
    value: float | None


@dataclass(frozen=True)
class Step:
    """What to do next: what, why by the figures, and the command or the lines of a recipe that do it."""

    what: str
    why: str
    command: str


@dataclass(frozen=True)
class Card:
    """All that a data card tells; `not_measured` gives the reason for each part that is None."""

    name: str
    description: str
    notice: str
    origin: Origin
    quantity: Quantity
    quality: Quality
    diversity: Diversity
    topics: Topics | None
    balance: tuple[TagBalance, ...]
    tokens: Tokens | None
    repetition: Repetition
    personal: Personal | None
    leakage: Leakage | None
    made: Made
    checklist: tuple[Check, ...] = ()
    steps: tuple[Step, ...] = ()
    not_measured: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The card as card.json holds it, shares to six digits."""
        rounded: dict[str, Any] = _rounded(asdict(self))
        return {"schema": SCHEMA, **rounded}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return round(value, 6) if isinstance(value, float) else value
