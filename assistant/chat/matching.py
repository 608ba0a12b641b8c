"""How well something that was typed fits a name, for lists that offer names as one types.

Knows nothing of what is named.
"""

from __future__ import annotations

EXACT, BEGINS, HOLDS, SCATTERED = range(4)


def closeness(typed: str, name: str) -> int | None:
    """How well `typed` fits: the same, its beginning, a part of it, or its characters in their order; the lower the better.

    Case does not count. None: it does not fit.
    """
    typed, name = typed.casefold(), name.casefold()
    if typed == name:
        return EXACT
    if name.startswith(typed):
        return BEGINS
    if typed in name:
        return HOLDS
    return SCATTERED if _in_order(typed, name) else None


def _in_order(typed: str, name: str) -> bool:
    place = 0
    for character in typed:
        place = name.find(character, place) + 1
        if not place:
            return False
    return True
