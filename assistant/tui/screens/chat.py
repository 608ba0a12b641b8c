"""The chat: what was said, what is being said, and where the user writes.

Holds one conversation (`Talk`) and brings it together with the widgets. What the commands do to a turn or by another
screen is in `assistant.tui.doing`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.screen import Screen
from textual.widgets import Static
from textual.widgets._tooltip import Tooltip

from assistant.chat.attachments import passed_over, with_files
from assistant.chat.turn import Turn
from assistant.core.errors import AssistantError, UserError
from assistant.core.plain import one_line, plain
from assistant.tui.bindings import BINDINGS
from assistant.tui.commands import COMMANDS, Command
from assistant.tui.desk import Desk
from assistant.tui.doing.drafting import Drafting
from assistant.tui.doing.drawing import Drawing
from assistant.tui.doing.editing import Editing
from assistant.tui.doing.panels import PanelCommands
from assistant.tui.doing.ratings import Ratings
from assistant.tui.doing.turns import TurnCommands
from assistant.tui.doing.warnings import Warnings
from assistant.tui.pace import DRAW_EVERY_S
from assistant.tui.plugins import Loaded, load_plugins
from assistant.tui.situation import status_of
from assistant.tui.talk import Talk
from assistant.tui.widgets.composer import Composer
from assistant.tui.widgets.heading import Heading, Welcome
from assistant.tui.widgets.message import Entry
from assistant.tui.widgets.status import BETWEEN, StatusLine, as_many_as_fit
from assistant.tui.widgets.transcript import Transcript
from assistant.tui.widgets.trouble import Trouble

if TYPE_CHECKING:
    from textual.widgets import Markdown

NOTE_S = 5.0
"""A note to the user goes away after this."""

STATUS_EVERY_S = 1.0
"""The status line is drawn so often also while nothing is said: a disk may fail after the answer has ended."""

WRITING = ("Enter sends", "F1 help", "Esc stops", "/ commands", "Tab reads", "Ctrl+J new line")
READING = ("↑↓ message", "Esc back", "c copy", "k code", "r again", "←→ variant", "+ - rate", "e edit", "o go on")
EDITING = ("Enter asks it as a branch", "Esc leaves the question as it was")
"""The keys that matter, what matters most first: as many are shown as there is room for."""


class ChatScreen(Screen[None]):
    """One conversation after another.

    Args:
        desk: What it works with.

    Attributes:
        talk: The conversation, and whoever answers in it.
        transcript: The turns on the screen.
        composer: Where the user writes.
        status: The line at the bottom.
        ratings: What the user says of answers.
        editing: A question that is being changed.
        plugins: What other packages bring; nothing until they are loaded.
    """

    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.talk = Talk(desk.store, desk.partner, desk.conversation)
        self.ratings = Ratings(self)
        self.warnings = Warnings(self)
        self._drawing = Drawing(self)
        self.plugins = Loaded()
        self._turn_commands = TurnCommands(self).handlers
        self._panels = PanelCommands(self)
        self._note = ""
        self._note_until = 0.0
        self._showing = asyncio.Lock()
        self._header = Heading()
        self._welcome = Welcome()
        self.transcript = Transcript(self._welcome)
        self._below = Static("↓ new text below: Ctrl+End", id="below", markup=False)
        self._trouble = Trouble()
        self.composer = Composer(one_line(desk.partner.label), COMMANDS, self._panels.complete, Path.cwd())
        self._frame = Vertical(self.composer, id="frame")
        self.status = StatusLine()
        self.editing = Editing(self.composer)
        self._drafting = Drafting(self.composer, desk.home)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self.transcript
        yield self._below
        yield self._trouble
        yield self._frame
        yield self.status

    async def on_mount(self) -> None:
        """Draw first; what takes long begins after that."""
        # A tooltip reads the text of a table's cell as markup, and that text is the model's.
        await self.query(Tooltip).remove()
        self._below.display = False
        self.composer.focus()
        self._ticker = self.set_interval(DRAW_EVERY_S, self.draw_now)
        self.show_partner()
        if self.talk.conversation.turns:
            await self._guarded(self.ratings.load())
            await self.show_turns(follow=True)
        self.set_interval(STATUS_EVERY_S, self.show_status)
        self.show_status()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """What the first paint did not wait for: the engine, what draws answers, and what was asked before."""
        self.talk.start()
        from assistant.tui.widgets import answer_text  # noqa: F401

        self.run_worker(self._fetch, thread=True)

    def _fetch(self) -> None:
        """What is nice to have and takes a while; in a thread."""
        asked, draft = self.desk.store.asked_before(), self._drafting.recovered()
        plugins = load_plugins()
        self.app.call_from_thread(self._have, asked, draft, plugins)

    def _have(self, asked: list[str], draft: str, plugins: Loaded) -> None:
        self.composer.remember(asked)
        self._drafting.begin(draft)
        self.plugins = plugins
        self.composer.offer(self.commands)
        if plugins.problems:
            self.say("; ".join(plugins.problems))

    def leave(self) -> None:
        """Keep everything, and give the model's memory back; safe to call twice."""
        if self.is_mounted:
            self._drafting.end()
        self.talk.close()

    @property
    def is_answering(self) -> bool:
        """Whether an answer is on its way."""
        return self.talk.is_answering

    # What the user does.

    @on(Composer.Sent)
    async def _sent(self, event: Composer.Sent) -> None:
        if not event.text.strip():
            return
        if self.talk.is_answering:
            self.say("still answering; your text is kept (Esc stops)")
            return
        try:
            attached = await asyncio.to_thread(with_files, event.text, Path.cwd(), event.typed)
        except UserError as error:
            self.say(f"{error.what}. {error.todo}")
            return
        self.composer.accept()
        if over := await asyncio.to_thread(passed_over, event.shown, event.typed, Path.cwd()):
            self.say(f"not put in, for it was not typed: {', '.join(over)}")
        instead = self.editing.leave()
        self.show_hint()
        await self.ask(attached.text.strip(), instead)

    @on(Composer.Command)
    async def _commanded(self, event: Composer.Command) -> None:
        await self.do(event.name, event.argument)

    @on(Composer.Unknown)
    def _unknown(self, event: Composer.Unknown) -> None:
        self.say(f"no command {event.word}: /help lists them; a space before it sends it as text")

    async def action_do(self, name: str) -> None:
        """Do a command by its name."""
        await self.do(name)

    async def do(self, name: str, argument: str = "") -> None:
        """Do a command.

        Args:
            name: Its name.
            argument: What was written after it.
        """
        if name in self._turn_commands:
            await self._guarded(self._turn_commands[name](argument))
        else:
            # Coming back to letters that are commands would surprise whoever goes on writing.
            self.composer.focus()
            # Another screen is waited for, which nothing here may stand still for.
            self.do_aside(self._panels.do(name, argument))

    def do_aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes a while, beside all else."""
        self.run_worker(self._guarded(work))

    async def _guarded(self, work: Awaitable[None]) -> None:
        """Do something; what cannot be done is said, and nothing else comes of it."""
        try:
            await work
        except AssistantError as error:
            self.say(" ".join(str(error).split()))

    @property
    def commands(self) -> Sequence[Command]:
        """Everything that can be done, what plugins bring included."""
        return (*COMMANDS, *self.plugins.commands)

    def action_interrupt(self) -> None:
        """Ctrl+C: copy what is selected, else stop, else clear the text; never quit."""
        if selected := (self.composer.selected_text or self.get_selected_text()):
            self.copy(selected)
            self.clear_selection()
            self.composer.move_cursor(self.composer.cursor_location)
        elif self.talk.is_answering:
            self.talk.stop()
        elif self.composer.text:
            self.composer.clear()
        else:
            self.say("Ctrl+Q quits")

    async def action_read_back(self) -> None:
        """Read back."""
        await self.transcript.page_up()

    def action_read_on(self) -> None:
        """Read on."""
        self.transcript.scroll_page_down(animate=False)

    @on(Click, "#below")
    def action_follow(self) -> None:
        """To the end, following what is being said."""
        self.transcript.follow()

    @on(Transcript.Moved)
    def _moved(self) -> None:
        self._below.display = self.transcript.has_unseen

    @on(Transcript.Chosen)
    def _chosen(self) -> None:
        self.show_hint()

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Hand the address over and open nothing: it is the model's word, and only the user knows whether to trust it."""
        event.stop()
        self.app.copy_to_clipboard(plain(event.href))
        self.say(f"address copied: {event.href}")

    def copy(self, text: str, what: str = "copied") -> None:
        """Put a text on the clipboard, and say so."""
        self.app.copy_to_clipboard(plain(text))
        self.say(what)

    def say(self, note: str) -> None:
        """A word to the user that goes away by itself."""
        self._note, self._note_until = note, time.monotonic() + NOTE_S
        self.set_timer(NOTE_S, self.show_status)
        self.show_status()

    # What the engine does.

    async def ask(self, text: str, instead: Turn | None = None) -> None:
        """Ask a question, and show it."""
        self.talk.ask(text, instead)
        await self.show_turns(follow=True)
        self.watch_answer()

    def watch_answer(self) -> None:
        """Draw an answer as it grows."""
        self._trouble.display = False
        self._drawing.begin()
        self._ticker.resume()
        self.show_status()

    def rest(self) -> None:
        """Draw no answer until `watch_answer`: another screen has the conversation."""
        self._ticker.pause()

    async def draw_now(self) -> None:
        """Draw what there is without waiting for the next tick."""
        talk = self.talk
        if talk.opening.error and not self._trouble.display:
            self._trouble.show(*talk.opening.error)
        if ended := await self._drawing.go_on():
            self.warnings.look_through(ended, talk.partner.warn)
        if not talk.is_answering and (talk.opening.info or talk.opening.error):
            self._ticker.pause()
        self.show_status()

    # What the user sees.

    async def show_turns(self, follow: bool = False) -> None:
        """Show the path that is being read, as it is now."""
        # A key and the ticker may both come here; what one is mounting the other must not.
        async with self._showing:
            conversation = self.talk.conversation
            last = conversation.last_answer
            left_out = last.figures.left_out if last and last.figures else 0
            await self.transcript.show([self._entry_of(turn) for turn in conversation.path], left_out, follow)
        self._header.show(self.talk.partner, conversation.title)

    def _entry_of(self, turn: Turn) -> Entry:
        variants = self.talk.conversation.variants(turn)
        return Entry(turn, (variants.index(turn) + 1, len(variants)), self.ratings.said_of(turn), turn.id == self.talk.saying)

    def show_partner(self) -> None:
        """Say everywhere who answers."""
        partner = self.talk.partner
        self._header.show(partner, self.talk.conversation.title)
        self._welcome.show(partner)
        self._trouble.display = False
        self.show_hint()

    def show_hint(self) -> None:
        """The keys that matter where the focus is."""
        reading = self.transcript.has_focus
        self._frame.border_title = "an earlier question" if self.editing.question else ""
        self.composer.ask_for("reading: letters are commands, Esc writes" if reading else f"Ask {one_line(self.talk.partner.label)} something")
        keys = READING if reading else EDITING if self.editing.question else WRITING
        self._frame.border_subtitle = BETWEEN.join(as_many_as_fit(keys, self.size.width - 8))

    def on_resize(self) -> None:
        """Show as many keys as there is room for."""
        self.show_hint()

    def show_status(self) -> None:
        """Say at the bottom what is going on."""
        note = self._note if time.monotonic() < self._note_until else ""
        self.status.status = status_of(self.talk, note)
