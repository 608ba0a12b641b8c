"""What the user says of answers: noted at once, with a reason and what would have been right where there is one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assistant.chat.feedback import FeedbackBook
from assistant.chat.rated import Entry, Verdict
from assistant.chat.turn import Turn
from assistant.core.errors import UserError

if TYPE_CHECKING:
    from assistant.tui.screens.chat import ChatScreen


SIGNS = {"good": "▲", "bad": "▼"}


class Ratings:
    """The user's verdicts on the answers of the conversation.

    Args:
        chat: The chat's screen.

    Attributes:
        book: Where they are kept.
    """

    def __init__(self, chat: ChatScreen) -> None:
        self._chat = chat
        self._said: dict[str, Entry] = {}
        self.book = FeedbackBook(chat.desk.store.database)

    def said_of(self, turn: Turn) -> str:
        """What was said of a turn, in a few words; empty for nothing."""
        entry = self._said.get(turn.id)
        if entry is None:
            return ""
        why = [", ".join(entry.reasons), "with a comment" if entry.comment else "", "corrected" if entry.correction else ""]
        further = "; ".join(part for part in why if part)
        return f"{SIGNS[entry.verdict]} you said: {entry.verdict}{f' ({further})' if further else ''}"

    async def load(self) -> None:
        """Take what was said of the answers of this conversation before, or elsewhere."""
        names = [turn.id for turn in self._chat.talk.conversation.turns.values() if turn.role == "assistant"]
        self._said = await asyncio.to_thread(self.book.of, names)

    async def rate(self, answer: Turn, verdict: Verdict) -> None:
        """Note a verdict; ask for the reason where it is bad, and where the same is said again."""
        before = self._said.get(answer.id)
        again = before is not None and before.verdict == verdict
        if not again and not await self._note(answer, verdict):
            return
        if verdict == "good" and not again:
            self._chat.say("noted: a good answer; the same key again says why")
            return
        from assistant.tui.screens.feedback import FeedbackScreen

        draft = await self._chat.app.push_screen_wait(FeedbackScreen(answer.text, self._said.get(answer.id), verdict))
        if draft is None:
            self._chat.say(f"as it was: {self.said_of(answer)}" if again else f"noted: a {verdict} answer, without a reason")
        elif await self._note(answer, draft.verdict, reasons=draft.reasons, comment=draft.comment, correction=draft.correction):
            self._chat.say(f"noted: a {draft.verdict} answer; /review or `assistant feedback` decides what becomes of it")

    async def take_back(self, answer: Turn) -> None:
        """Unsay what was said of an answer."""
        if await asyncio.to_thread(self.book.take_back, answer.id):
            self._said.pop(answer.id, None)
            await self._chat.show_turns()
            self._chat.say("taken back")
        else:
            self._chat.say("nothing was said of this answer")

    async def _note(self, answer: Turn, verdict: Verdict, **why: object) -> bool:
        talk = self._chat.talk
        try:
            entry = await asyncio.to_thread(
                lambda: self.book.rate(talk.conversation, answer, verdict, notice=talk.partner.notice, **why)  # type: ignore[arg-type]
            )
        except UserError as error:
            self._chat.say(f"{error.what}. {error.todo}")
            return False
        self._said[answer.id] = entry
        await self._chat.show_turns()
        return True
