"""Does something once every key that was pressed before it has been: what is written in a burst is whole when it is saved.

A key that belongs to the screen is done at once, while those that were pressed before it may still wait in the field that has the focus,
or on their way from there up to the app, which does the keys of all widgets. Knows nothing of what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.dom import DOMNode
from textual.screen import Screen


def after_keys(screen: Screen[Any], do: Callable[[], object]) -> None:
    """Do something after the keys that wait; not at all where the screen is gone by then.

    Args:
        screen: Where the keys were pressed.
        do: What is to be done; what it returns is of no use.
    """

    def follow(way: Sequence[DOMNode]) -> None:
        if way:
            way[0].call_later(follow, way[1:])
        elif screen.is_active:
            do()

    # A key goes through the queue of each widget from the one with the focus up to the app; what follows it on the same way comes after it.
    follow((screen.focused or screen).ancestors_with_self)
