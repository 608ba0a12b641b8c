"""The chat: what was said, what is being said, and where the user writes.

Holds the one conversation and the one answer on its way, and brings them together with the widgets. What
an engine is, and how it is opened, is the matter of `assistant.tui.opening`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.screen import Screen
from textual.widgets import Static
from textual.widgets._tooltip import Tooltip

from assistant.chat.linear import Conversation, Turn
from assistant.core.plain import one_line, plain
from assistant.engines.protocol import Sampling
from assistant.tui.answering import Answering
from assistant.tui.opening import Opening
from assistant.tui.pace import DRAW_EVERY_S, draw_every_s
from assistant.tui.screens.help import HelpScreen
from assistant.tui.situation import status_of
from assistant.tui.widgets.composer import Composer
from assistant.tui.widgets.heading import Heading, Welcome
from assistant.tui.widgets.message import Reply
from assistant.tui.widgets.status import StatusLine
from assistant.tui.widgets.transcript import Transcript
from assistant.tui.widgets.trouble import Trouble

if TYPE_CHECKING:
    from textual.widgets import Markdown

NOTE_S = 5.0
"""A note to the user goes away after this."""

COMMANDS = {"/new": "new", "/help": "help", "/quit": "app.quit"}


class ChatScreen(Screen[None]):
    """One conversation with one assistant.

    Args:
        opening: The engine on its way; started once the screen has been drawn.
        label: What the assistant is called: `health@1`.
        notice: What users must know before they rely on it.
        description: One sentence about it.
        sampling: How its answers are written.
        conversation: What was said before.
    """

    # Above the composer's own keys, for that is where the focus is.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", priority=True, id="chat.stop"),
        Binding("ctrl+n", "new", "New conversation", priority=True, id="chat.new"),
        Binding("ctrl+c", "interrupt", "Stop, copy or clear", priority=True, id="chat.interrupt"),
        Binding("ctrl+r", "retry", "Load again", priority=True, id="chat.retry"),
        Binding("f1", "help", "Help", priority=True, id="chat.help"),
        Binding("pageup", "read_back", "Back", priority=True, id="chat.read_back"),
        Binding("pagedown", "read_on", "Forth", priority=True, id="chat.read_on"),
        Binding("ctrl+end", "follow", "To the end", priority=True, id="chat.follow"),
    ]

    def __init__(self, opening: Opening, label: str, notice: str, description: str, sampling: Sampling, conversation: Conversation) -> None:
        super().__init__()
        self.conversation = conversation
        self._opening = opening
        self._label = one_line(label)
        self._sampling = sampling
        self._answering: Answering | None = None
        self._reply: Reply | None = None
        self._drawn_at = 0.0
        self._wants_new = False
        self._note = ""
        self._note_until = 0.0
        self._header = Heading(self._label, one_line(notice))
        self._transcript = Transcript(self._label, Welcome(self._label, one_line(notice), one_line(description)))
        self._below = Static("↓ new text below: Ctrl+End", id="below", markup=False)
        self._trouble = Trouble()
        self._composer = Composer(self._label)
        self._status = StatusLine()

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self._transcript
        yield self._below
        yield self._trouble
        with Vertical(id="frame") as frame:
            frame.border_subtitle = "Enter sends · Ctrl+J new line · Esc stops · F1 help"
            yield self._composer
        yield self._status

    async def on_mount(self) -> None:
        """Draw first; what takes long begins after that."""
        # A tooltip reads the text of a table's cell as markup, and that text is the model's.
        await self.query(Tooltip).remove()
        self._below.display = False
        self._composer.focus()
        self._ticker = self.set_interval(DRAW_EVERY_S, self._tick)
        if self.conversation.turns:
            await self._transcript.show(self.conversation.turns)
        self._show_status()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """What the first paint did not wait for: the engine, and what draws answers."""
        self._opening.start()
        from assistant.tui.widgets import answer_text  # noqa: F401

    @property
    def is_answering(self) -> bool:
        """Whether an answer is on its way."""
        return self._answering is not None

    @property
    def transcript(self) -> Transcript:
        """The turns on the screen."""
        return self._transcript

    @property
    def composer(self) -> Composer:
        """Where the user writes."""
        return self._composer

    @property
    def status(self) -> StatusLine:
        """The line at the bottom."""
        return self._status

    # What the user does.

    @on(Composer.Sent)
    async def _sent(self, event: Composer.Sent) -> None:
        text = event.text.strip()
        word = text.split()[0] if text else ""
        if event.text.startswith("/"):
            await self._command(word)
        elif text and self._opening.info is None:
            self.say("the model is not loaded; your text is kept")
        elif text and self._answering:
            self.say("still answering; your text is kept (Esc stops)")
        elif text:
            self._composer.accept()
            await self._ask(text)

    async def action_new(self) -> None:
        """Begin a new conversation; an answer on its way is stopped first."""
        if self._answering:
            self._wants_new = True
            self._answering.stop()
            return
        self._wants_new = False
        self.conversation = Conversation()
        await self._transcript.show(())
        self.say("new conversation")

    def action_stop(self) -> None:
        """Stop the answer; what was said is kept."""
        if self._answering:
            self._answering.stop()
            self._show_status()

    def action_interrupt(self) -> None:
        """Ctrl+C: copy what is selected, else stop, else clear the text; never quit."""
        if selected := (self._composer.selected_text or self.get_selected_text()):
            self.app.copy_to_clipboard(selected)
            self.clear_selection()
            self._composer.move_cursor(self._composer.cursor_location)
            self.say("copied")
        elif self._answering:
            self.action_stop()
        elif self._composer.text:
            self._composer.clear()
        else:
            self.say("Ctrl+Q quits")

    def action_retry(self) -> None:
        """Load the model again after it failed."""
        if self._opening.error:
            self._trouble.display = False
            self._opening.start()
            self._ticker.resume()
            self._show_status()

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen())

    async def action_read_back(self) -> None:
        """Read back."""
        await self._transcript.page_up()

    def action_read_on(self) -> None:
        """Read on."""
        self._transcript.scroll_page_down(animate=False)

    @on(Click, "#below")
    def action_follow(self) -> None:
        """To the end, following what is being said."""
        self._transcript.follow()

    @on(Transcript.Moved)
    def _moved(self) -> None:
        self._below.display = self._transcript.has_unseen

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Hand the address over and open nothing: it is the model's word, and only the user knows whether to trust it."""
        event.stop()
        self.app.copy_to_clipboard(plain(event.href))
        self.say(f"address copied: {event.href}")

    def say(self, note: str) -> None:
        """A word to the user that goes away by itself."""
        self._note, self._note_until = note, time.monotonic() + NOTE_S
        self.set_timer(NOTE_S, self._show_status)
        self._show_status()

    def quiet(self) -> None:
        """Take the note back."""
        self._note = ""
        self._show_status()

    async def _command(self, word: str) -> None:
        if word not in COMMANDS:
            self.say(f"no command {word}: /new, /help, /quit; a space before it sends it as text")
            return
        self._composer.accept()
        await self.run_action(COMMANDS[word])

    # What the engine does.

    async def _ask(self, text: str) -> None:
        self.conversation = self.conversation.asked(text)
        self._answering = Answering(self._opening.engine, self.conversation.request(self._sampling))
        self._answering.start()
        self._reply = await self._transcript.ask(self.conversation.turns[-1])
        self._ticker.resume()
        self._show_status()

    async def _tick(self) -> None:
        """Draw what came since the last time; rest when nothing is going on."""
        if self._answering and self._reply:
            await self._draw(self._answering, self._reply)
        elif self._opening.error:
            self._trouble.show(*self._opening.error)
        if self._answering is None and (self._opening.info or self._opening.error):
            self._ticker.pause()
        self._show_status()

    async def _draw(self, answering: Answering, reply: Reply) -> None:
        if answering.ended:
            await self._end(answering, reply)
        elif time.monotonic() - self._drawn_at >= draw_every_s(answering.text) and (piece := answering.take()):
            self._drawn_at = time.monotonic()
            await reply.write(piece)
            self.call_after_refresh(self._transcript.text_came)

    async def _end(self, answering: Answering, reply: Reply) -> None:
        """Keep the answer, or what there is of it."""
        self._answering = self._reply = None
        if answering.answer:
            self.conversation = self.conversation.answered(answering.answer)
        else:
            self.conversation = self.conversation.failed(answering.text, "\n".join(answering.error or ()).strip())
        await reply.end(self.conversation.turns[-1])
        self.call_after_refresh(self._transcript.text_came)
        if self._wants_new:
            await self.action_new()

    # What the user sees.

    def _show_status(self) -> None:
        note = self._note if time.monotonic() < self._note_until else ""
        self._status.status = status_of(self._label, self._opening, self._answering, self._last_answer(), note)

    def _last_answer(self) -> Turn | None:
        return next((turn for turn in reversed(self.conversation.turns) if turn.role == "assistant"), None)
