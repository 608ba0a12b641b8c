"""Screens and widgets of the terminal app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.core.home import Home
    from assistant.tui.app import ChatApp


def chat_with(name: str, home: Home) -> None:
    """Chat with an assistant in this terminal until the user leaves.

    Args:
        name: An assistant or a version of it: `health`, `health@2`.
        home: Where it is kept.

    Raises:
        UserError: There is no such assistant, or this is no terminal.
    """
    from assistant.tui.app import run_chat

    run_chat(chat_app(name, home))


def chat_app(name: str, home: Home) -> ChatApp:
    """The app for an assistant, not running yet.

    Raises:
        UserError: There is no such assistant.
    """
    from assistant.engines.opening import choose_engine
    from assistant.engines.specifying import sampling_of
    from assistant.registry.target import find_target
    from assistant.tui.app import ChatApp

    target = find_target(name, home)
    recipe = target.recipe
    # Before the screen is drawn: it says which engine and why, and may have to compile, with progress, on this terminal.
    chosen = choose_engine(target, home)
    return ChatApp(chosen.open, target.label, recipe.notice, recipe.description, sampling_of(recipe))
