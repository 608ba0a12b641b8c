"""What recipes warn of, looked for in an answer once it has ended, and kept with it wherever the user is by then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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

    def look_through(self, turn: Turn, warn: Sequence[str]) -> None:
        """Look through an answer of the conversation that is open; returns at once.

        Args:
            turn: The answer, which has ended.
            warn: What is looked for.
        """
        if warn and turn.text.strip():
            conversation = self._chat.talk.conversation
            question = conversation.question_of(turn)
            self._chat.do_aside(self._look(conversation.id, turn, question.text if question else "", warn))

    async def _look(self, conversation: str, turn: Turn, question: str, warn: Sequence[str]) -> None:
        from assistant.chat.warnings import warnings_of

        # A classifier may have to be loaded.
        warnings = await asyncio.to_thread(warnings_of, turn.text, question, warn, self._chat.plugins.checks)
        if warnings == turn.warnings:
            return
        talk = self._chat.talk
        if talk.conversation.id != conversation:
            await asyncio.to_thread(self._chat.desk.store.grow, conversation, replace(turn, warnings=warnings))
        elif (now := talk.conversation.turns[turn.id]).state != "unfinished":
            # One that is gone on with is looked through again at its end.
            talk.note(replace(now, warnings=warnings))
            await self._chat.show_turns()
