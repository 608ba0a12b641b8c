"""Keys as people read them: `Ctrl+G` for `ctrl+g`, `Esc` for `escape`. Knows no command."""

from __future__ import annotations

from collections.abc import Iterable

NAMES = {
    "escape": "Esc",
    "pageup": "PageUp",
    "pagedown": "PageDown",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}


def key_name(key: str) -> str:
    """One key.

    Args:
        key: As Textual names it: `ctrl+g`.
    """
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    named = NAMES.get(last, last.upper() if modifiers and len(last) == 1 else last.capitalize() if len(last) > 1 else last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), named])


def key_names(keys: Iterable[str]) -> str:
    """Several keys that do the same."""
    return ", ".join(key_name(key) for key in keys)
