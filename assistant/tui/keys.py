"""Keys for a new line, as terminals really send them.

Many send Shift+Enter as Enter, and before the newer key protocols Alt+Enter was Escape and Enter, which
Textual (8.2.8) reads as Enter alone: the text would be sent half written.
"""

from __future__ import annotations

from typing import Any, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import Keys

NEW_LINE_KEYS = frozenset({"ctrl+j", "alt+enter", "shift+enter", "ctrl+enter", "shift+\r", "\r"})
"""The last two are what Textual makes of Shift+Enter and Alt+Enter in xterm's own notation (modifyOtherKeys)."""


def understand_alt_enter() -> None:
    """Read Escape and Enter, sent as one, as a new line; safe to call twice."""
    table = cast("dict[str, Any]", ANSI_SEQUENCES_KEYS)
    table["\x1b\r"] = table["\x1b\n"] = (Keys.ControlJ,)
