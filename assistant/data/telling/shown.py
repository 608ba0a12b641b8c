"""Text that came from data as it may stand on a card: one line of bounded length in which nothing steers anything."""

from __future__ import annotations

from assistant.core.plain import UNKNOWN, one_line

LONGEST = 200
"""Characters shown of a text."""

# What `plain` lets through because words of right-to-left languages need it has no use in a table of figures.
_STEERING = dict.fromkeys((0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069), UNKNOWN)
_STEERING |= dict.fromkeys((0x200B, 0x2060, 0xFEFF), "")


def shown(text: str, longest: int = LONGEST) -> str:
    """A text for a card: one line without commands to terminals and writing direction, cut where it is too long."""
    # Cut before anything else is done: a word may have a million characters.
    line = one_line(text[: 4 * longest]).translate(_STEERING)
    return line if len(line) <= longest and len(text) <= 4 * longest else line[: longest - 1].rstrip() + "…"
