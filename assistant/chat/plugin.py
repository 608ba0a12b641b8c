"""What a package beside `assistant` can bring to the chat: rooms, queues to review, scores of versions, checks of answers.

Such a package names a `Plugin` under the entry point group `assistant.app`; `assistant` never imports it by name. Making a
`Plugin` must be cheap: what it needs is imported by its functions when they are called. Knows no widget; who finds and
loads plugins is `assistant.tui.plugins`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.core.home import Home

Scores = Mapping[str, Mapping[str, float | str]]
"""By a version's label, its main figures by their titles, and under `verdict` what its gates say: `fit`, `not fit`, `none`."""
Check = Callable[[str, float | None], str | None]
"""What is wrong with an answer, in a few plain words, or None. It is called in a thread, with the bound that the recipe gives or
None for the check's own, and may take long at the first time; a UserError says why it cannot be had."""


@dataclass(frozen=True)
class Place:
    """Somewhere that one can go from the chat.

    Attributes:
        name: Told apart from all others by it, also as a command: lower-case letters and `_`.
        title: What the palette and the help call it.
        about: One sentence.
        slash: What opens it when written into an empty line.
        open: Opens it for a workspace, and for the label of the assistant that is talked with or None.
    """

    name: str
    title: str
    about: str
    slash: tuple[str, ...]
    open: Callable[[Home, str | None], Any]


class Room(Place):
    """A screen: `open` gives one of Textual's, which the app pushes.

    It brings its CSS and its palette commands with itself and leaves by Esc. `open` is called on the event loop, so it returns at once.
    """


class Queue(Place):
    """Things that wait for a person's decision: rows of data, answers, whatever is accepted, rejected or corrected.

    `open` gives what the chat's own review screen takes, so that every queue has the same keys; it is called in a thread.
    """


@dataclass(frozen=True)
class Plugin:
    """All that one package brings.

    Attributes:
        name: The package's.
        rooms: Screens.
        queues: Things to decide.
        scores: The scores of the versions in a workspace; called in a thread. None where it measures nothing.
        checks: Checks of answers, by the name that a recipe's `chat.warn` has for them.
    """

    name: str
    rooms: tuple[Room, ...] = ()
    queues: tuple[Queue, ...] = ()
    scores: Callable[[Home], Scores] | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)
