"""What a chat is given by whoever starts it. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.chat.conversation import Conversation
from assistant.chat.partner import Partner, Roster
from assistant.chat.store import ChatStore
from assistant.core.home import Home


@dataclass(frozen=True)
class Desk:
    """Everything a chat works with.

    Attributes:
        partner: Who answers at first.
        roster: Who else there is.
        store: Where conversations are kept.
        home: The workspace.
        conversation: The one to go on with; None for a new one.
        theme: The colours, by name; empty for the usual ones.
        keys: Keys that were changed, by the name of their command.
    """

    partner: Partner
    roster: Roster
    store: ChatStore
    home: Home
    conversation: Conversation | None = None
    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
