"""Whom one can talk with: versions and bases, and what a screen wants to know of them before they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.engines.protocol import Engine, Sampling

Tell = Callable[[str], None]
"""Told what is being done, in a few words, while someone waits."""


@dataclass(frozen=True)
class Partner:
    """A version or a base, not loaded yet.

    Attributes:
        label: `health@1`, or the base's name.
        open: Opens the engine; may take long, may fail; tells what it does.
        notice: What users must know before they rely on it.
        description: One sentence about it.
        sampling: How its answers are written.
        system_prompt: What it is told before every conversation.
        fingerprint: Of weights, adapter, template and system prompt.
        warn: What is to be looked for in its answers: `personal_data`, `toxicity`.
    """

    label: str
    open: Callable[[Tell], Engine]
    notice: str = ""
    description: str = ""
    sampling: Sampling = Sampling()
    system_prompt: str = ""
    fingerprint: str = ""
    warn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """One line of the list of partners.

    Attributes:
        label: `health@1`, or the base's name.
        kind: A finished training, or the model that a version was trained from, with that version's prompt.
        about: When and how it was made, in a few words.
        of: For a base, the version whose prompt it is given.
    """

    label: str
    kind: Literal["version", "base"]
    about: str = ""
    of: str = ""


class Roster(Protocol):
    """Everybody there is to talk with."""

    def listed(self) -> list[Listed]:
        """All of them, by assistant, the newest version first; each base once for each assistant."""
        ...

    def partner(self, listed: Listed) -> Partner:
        """One of them.

        Raises:
            UserError: It is gone, or cannot be read.
        """
        ...
