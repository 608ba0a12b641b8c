"""What the recipe warns of, looked for in an answer once it has ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.chat.turn import Turn

if TYPE_CHECKING:
    from assistant.tui.screens.chat import ChatScreen


class Warnings:
    """Looks through answers, and has shown what was found.

    Args:
        chat: The chat's screen.
    """

    def __init__(self, chat: ChatScreen) -> None:
        self._chat = chat

    def look_through(self, turn: Turn) -> None:
        """Look through an answer, in a thread: a classifier may have to be loaded."""
        if self._chat.talk.partner.warn and turn.text.strip():
            self._chat.run_worker(lambda: self._look(turn), thread=True)

    def _look(self, turn: Turn) -> None:
        from assistant.chat.warnings import warnings_of

        chat = self._chat
        question = chat.talk.conversation.turns[turn.parent or ""].text
        warnings = warnings_of(turn.text, question, chat.talk.partner.warn, chat.plugins.checks)
        if warnings != turn.warnings:
            chat.app.call_from_thread(lambda: chat.run_worker(self._show(turn.id, warnings)))

    async def _show(self, name: str, warnings: tuple[str, ...]) -> None:
        """Show what was found, and keep it with the answer; one that is gone on with is looked through again at its end."""
        turn = self._chat.talk.conversation.turns.get(name)
        if turn and turn.state != "unfinished":
            self._chat.talk.note(replace(turn, warnings=warnings))
            await self._chat.show_turns()
