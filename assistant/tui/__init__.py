"""The terminal app: a chat, and the screens of everything that is made and examined."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.core.home import Home
    from assistant.tui.desk import Desk


def chat_with(name: str | None, home: Home, go_on: bool = False, plain: bool = False) -> None:
    """Chat with an assistant in this terminal until the user leaves.

    Args:
        name: An assistant or a version of it: `health`, `health@2`; None for the one that was talked with last.
        home: Where it is kept.
        go_on: Open the conversation that was held last.
        plain: Line by line, without a screen.

    Raises:
        UserError: There is no such assistant, or this is no terminal.
    """
    from assistant.core.preferences import read_preferences
    from assistant.tui.commands import USUAL_KEYS

    if plain or read_preferences(home, USUAL_KEYS).screen_reader:
        from assistant.tui.plain.chat import run_plain_chat

        run_plain_chat(desk_of(name, home, go_on))
        return
    from assistant.tui.app import ChatApp, run_chat

    run_chat(ChatApp(desk_of(name, home, go_on)))


def desk_of(name: str | None, home: Home, go_on: bool = False) -> Desk:
    """What a chat with an assistant works with.

    Raises:
        UserError: There is no such assistant, or its conversations cannot be read.
    """
    from assistant.chat.roster import HomeRoster, find_partner
    from assistant.chat.store import open_store
    from assistant.core.preferences import read_preferences
    from assistant.tui.commands import USUAL_KEYS
    from assistant.tui.desk import Desk

    preferences = read_preferences(home, USUAL_KEYS)
    store = open_store(home)
    latest = store.latest() if go_on or name is None else None
    conversation = store.take_up(latest.id) if go_on and latest else None
    partner = find_partner(name or _usual(home, latest.assistant if latest else ""), home)
    return Desk(partner, HomeRoster(home), store, home, conversation, preferences.theme, preferences.keys)


def _usual(home: Home, last: str) -> str:
    """Whom to talk with where nobody is named.

    Raises:
        TargetError: There is nobody.
    """
    from assistant.core.errors import TargetError
    from assistant.registry.versions import all_versions

    versions = all_versions(home)
    if not versions:
        raise TargetError(f"there is no assistant in {home.root} yet", "`assistant train RECIPE` makes one, or name another place with --home.")
    if last in (version.label for version in versions):
        return last
    newest = max(versions, key=lambda version: version.manifest.created)
    return newest.name
