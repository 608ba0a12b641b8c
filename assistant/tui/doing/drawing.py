"""An answer on its way to the transcript: piece by piece while it is said, and once more as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.chat.turn import Turn
from assistant.tui.pace import Pace

if TYPE_CHECKING:
    from assistant.tui.screens.chat import ChatScreen


class Drawing:
    """Draws what is being said.

    Args:
        chat: The chat's screen.
    """

    def __init__(self, chat: ChatScreen) -> None:
        self._chat = chat
        self._pace = Pace()

    def begin(self) -> None:
        """Another answer is on its way."""
        self._pace = Pace()

    async def go_on(self) -> Turn | None:
        """Draw what came since the last time.

        Returns:
            The turn, once it has ended and stands there as a whole.
        """
        talk = self._chat.talk
        watched = talk.saying
        talk.poll()
        if watched is None or talk.saying == watched:
            await self._draw()
            return None
        await self._chat.show_turns()
        self._chat.call_after_refresh(self._chat.transcript.text_came)
        return talk.conversation.turns[watched]

    async def _draw(self) -> None:
        answering, saying = self._chat.talk.answering, self._chat.talk.saying
        reply = self._chat.transcript.reply_of(saying) if saying else None
        if answering and reply and self._pace.is_due(answering.text) and (piece := answering.take()):
            self._pace.begin()
            await reply.write(piece)
            self._chat.call_after_refresh(self._drawn)

    def _drawn(self) -> None:
        self._pace.end()
        self._chat.transcript.text_came()
