"""Commands on one turn: the chosen one while reading, else the last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.chat.rated import Verdict
from assistant.chat.turn import Turn

if TYPE_CHECKING:
    from assistant.tui.doing.panels import Handler
    from assistant.tui.screens.chat import ChatScreen


class TurnCommands:
    """What can be done with a turn.

    Args:
        chat: The chat's screen.
    """

    def __init__(self, chat: ChatScreen) -> None:
        self._chat = chat
        self._copied: tuple[str, int] = ("", 0)
        self.handlers: dict[str, Handler] = {
            "stop": self._stop,
            "again": self._again,
            "go_on": self._go_on,
            "edit": self._edit,
            "copy_code": self._copy_code,
            "copy": self._copy,
            "variant_before": self._variant_before,
            "variant_after": self._variant_after,
            "read": self._read,
            "good": self._good,
            "bad": self._bad,
            "unrate": self._unrate,
        }

    @property
    def _turn(self) -> Turn | None:
        """The chosen turn, as it is by now; else the last answer."""
        chosen = self._chat.transcript.chosen
        conversation = self._chat.talk.conversation
        return conversation.turns.get(chosen.turn.id) if chosen else conversation.last_answer

    def _answer(self) -> Turn | None:
        """The answer that is meant; why there is none is said."""
        turn = self._turn
        if turn is None:
            self._chat.say("there is no answer yet")
            return None
        if turn.role == "user":
            after = [later for later in self._chat.talk.conversation.path if later.parent == turn.id]
            turn = after[0] if after else None
        if turn is None:
            self._chat.say("this question has no answer")
        return turn

    def _is_busy(self) -> bool:
        if self._chat.talk.is_answering:
            self._chat.say("still answering (Esc stops)")
        return self._chat.talk.is_answering

    async def _stop(self, _: str) -> None:
        """Esc: the innermost thing that is going on."""
        chat = self._chat
        if chat.composer.close_completion():
            return
        if chat.talk.is_answering:
            chat.talk.stop()
            await chat.draw_now()
        elif chat.editing.question:
            chat.editing.leave()
            chat.show_hint()
        elif chat.transcript.has_focus:
            chat.composer.focus()

    async def _again(self, _: str) -> None:
        talk = self._chat.talk
        if self._is_busy():
            return
        turn = self._turn
        path = talk.conversation.path
        unanswered = turn if turn and turn.role == "user" and not talk.conversation.answers_to(turn) else None
        if unanswered or (path and path[-1].role == "user" and self._chat.transcript.chosen is None):
            talk.answer(unanswered or path[-1])
        elif answer := self._answer():
            if otherwise := talk.answer_again(answer):
                self._chat.say(otherwise)
        else:
            return
        await self._chat.show_turns(follow=True)
        self._chat.watch_answer()

    async def _go_on(self, _: str) -> None:
        answer = self._answer()
        if answer is None or self._is_busy():
            return
        if why := self._chat.talk.why_not_go_on(answer):
            self._chat.say(why)
            return
        self._chat.talk.go_on(answer)
        await self._chat.show_turns(follow=True)
        self._chat.watch_answer()

    async def _edit(self, _: str) -> None:
        """Take a question into the composer; Enter asks it in a branch of its own."""
        turn = self._turn
        if turn and turn.role == "assistant":
            turn = self._chat.talk.conversation.question_of(turn)
        if turn is None:
            self._chat.say("there is no question yet")
            return
        self._chat.editing.begin(turn)
        self._chat.show_hint()

    async def _copy(self, _: str) -> None:
        turn = self._turn
        if turn:
            self._chat.copy(turn.text, "question copied" if turn.role == "user" else "answer copied")
        else:
            self._chat.say("there is nothing to copy yet")

    async def _copy_code(self, number: str) -> None:
        """The last block of code; the same key again copies the one before."""
        from assistant.tui.code_in_text import code_blocks

        turn = self._turn
        blocks = code_blocks(turn.text) if turn else []
        if turn is None or not blocks:
            self._chat.say("there is no block of code in this answer")
            return
        before = self._copied[1] if self._copied[0] == turn.id else 0
        place = int(number) - 1 if number.isdigit() and 0 < int(number) <= len(blocks) else (len(blocks) - 1 - before) % len(blocks)
        self._copied = (turn.id, before + 1)
        lines = blocks[place].code.count("\n") + 1
        which = f"block {place + 1} of {len(blocks)}, " if len(blocks) > 1 else ""
        self._chat.copy(blocks[place].code, f"code copied: {which}{lines} line{'s' if lines > 1 else ''}")

    async def _variant_before(self, _: str) -> None:
        await self._show_variant(-1)

    async def _variant_after(self, _: str) -> None:
        await self._show_variant(1)

    async def _show_variant(self, step: int) -> None:
        turn = self._turn
        if turn is None or self._is_busy():
            return
        variants = self._chat.talk.conversation.variants(turn)
        place = variants.index(turn) + step
        if not 0 <= place < len(variants):
            self._chat.say("there is only this one; Ctrl+G has it answered again" if len(variants) == 1 else "there is none further on")
            return
        self._chat.talk.show(variants[place])
        await self._chat.show_turns()
        self._chat.show_status()
        if self._chat.transcript.has_focus:
            await self._chat.transcript.bring(variants[place].id)

    async def _read(self, _: str) -> None:
        self._chat.transcript.focus()

    async def _good(self, _: str) -> None:
        await self._rate("good")

    async def _bad(self, _: str) -> None:
        await self._rate("bad")

    async def _unrate(self, _: str) -> None:
        if answer := self._answer():
            self._chat.do_aside(self._chat.ratings.take_back(answer))

    async def _rate(self, verdict: Verdict) -> None:
        """Note it at once; a reason is asked for where it is bad, and at the second time."""
        answer = self._answer()
        if answer is None:
            return
        if answer.state == "unfinished" and self._chat.talk.is_answering:
            self._chat.say("wait until the answer has ended, or stop it (Esc)")
            return
        self._chat.do_aside(self._chat.ratings.rate(answer, verdict))
