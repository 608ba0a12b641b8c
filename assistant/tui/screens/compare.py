"""Two assistants side by side: the same question to both, blind and in random order until the user voted.

Neither name nor speed is told before the vote. One answers after the other, so that neither takes the processor
from the other; which one begins is drawn anew each time. Both answers are kept as variants of one question.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from assistant.chat.attachments import with_files
from assistant.chat.feedback import FeedbackBook
from assistant.chat.partner import Partner
from assistant.chat.turn import Turn
from assistant.core.errors import UserError
from assistant.core.plain import one_line, plain
from assistant.tui.duel import Choice, Duel
from assistant.tui.pace import DRAW_EVERY_S
from assistant.tui.talk import Talk
from assistant.tui.widgets.composer import Composer

VOTES: dict[str, Choice] = {"1": "left", "2": "right", "3": "tie", "4": "neither"}
ASK = "Enter asks both · Esc back to the chat"
WAIT = "both answer in turn, in an order that is not told · Esc stops"
VOTE = "which is better?   1 left · 2 right · 3 both alike · 4 neither   ·   Esc leaves without a vote"
VOTE_LATER = "which is better? Tab leaves what you write, and then 1 left · 2 right · 3 both alike · 4 neither"
VOTED = "Enter asks the next · Esc back to the chat"


class Side(Vertical):
    """One answer."""

    def __init__(self, name: str) -> None:
        super().__init__(classes="side")
        from assistant.tui.widgets.answer_text import AnswerText

        self._heading = Static(name, classes="speaker", markup=False)
        self._body = AnswerText()
        self._note = Static("", classes="note", markup=False)

    def compose(self) -> ComposeResult:
        """Name, text, note."""
        yield self._heading
        with VerticalScroll(can_focus=False):
            yield self._body
            yield self._note

    async def write(self, piece: str) -> None:
        """Add what was just said."""
        await self._body.write(piece)

    async def show(self, name: str, text: str, note: str = "") -> None:
        """Show a whole text."""
        self._heading.update(plain(name))
        self._note.update(plain(note))
        await self._body.settle(text)


class CompareScreen(Screen[None]):
    """The same question to two.

    Args:
        talk: The conversation, with whoever answers in it.
        other: The one beside.
        book: Where votes go.
        look_through: Told each answer with what its recipe warns of.
    """

    CSS_PATH = None
    DEFAULT_CSS = """
    CompareScreen { layout: vertical; background: $background; }
    CompareScreen #sides { height: 1fr; }
    CompareScreen .side { width: 1fr; height: 1fr; padding: 0 1; border: round $primary 40%; }
    CompareScreen .side VerticalScroll { height: 1fr; }
    CompareScreen .side.-chosen { border: heavy $success; }
    CompareScreen.-narrow #sides { layout: vertical; }
    CompareScreen #asked { height: auto; max-height: 6; padding: 0 2; color: $text-accent; }
    CompareScreen #ballot { height: auto; padding: 0 2; text-style: bold; color: $text-accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", priority=True),
        Binding("tab", "to_ballot", "Vote", priority=True, show=False),
        *(Binding(key, f"vote('{choice}')", choice, show=False) for key, choice in VOTES.items()),
    ]

    def __init__(self, talk: Talk, other: Partner, book: FeedbackBook, look_through: Callable[[Turn, Sequence[str]], None]) -> None:
        super().__init__()
        self._look_through = look_through
        self._duel = Duel(talk, other, book, swapped=secrets.choice((False, True)))
        self._asked = Static("", id="asked", markup=False)
        self._left, self._right = Side("left"), Side("right")
        self._ballot = Static("", id="ballot", markup=False)
        self._composer = Composer("both", folder=Path.cwd())
        self._notice = talk.partner.notice
        self._told = ""
        self._before = len(talk.conversation.path)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        before = f" · both read the {self._before} turns before" if self._before else ""
        yield Static(f"side by side, blind{before}  {one_line(self._notice)}", id="header", markup=False)
        yield self._asked
        with Horizontal(id="sides"):
            yield self._left
            yield self._right
        yield self._ballot
        with Vertical(id="frame"):
            yield self._composer

    def on_mount(self) -> None:
        """Load the one beside."""
        self._composer.focus()
        self._duel.start()
        self._ticker = self.set_interval(DRAW_EVERY_S, self._tick)
        self._show_ballot()

    def on_unmount(self) -> None:
        """Give the other's memory back."""
        self._duel.close()

    @on(Composer.Sent)
    async def _sent(self, event: Composer.Sent) -> None:
        if not event.text.strip() or self._duel.is_open:
            return
        try:
            attached = await asyncio.to_thread(with_files, event.text, Path.cwd(), event.typed)
        except UserError as error:
            self._told = f"{error.what}. {error.todo}"
            return
        self._told = ""
        self._composer.accept()
        self._asked.update(plain(event.shown.strip()))
        for side, name in ((self._left, "left"), (self._right, "right")):
            side.remove_class("-chosen")
            await side.show(name, "", "…")
        self._duel.swapped = secrets.choice((False, True))
        self._duel.ask(attached.text.strip(), first=secrets.randbelow(2))
        self._show_ballot()

    async def action_vote(self, choice: Choice) -> None:
        """Vote, and see who was who."""
        if not self._duel.awaits_vote:
            return
        try:
            await asyncio.to_thread(self._duel.keep_vote, choice)
        except UserError as error:
            self._told = f"{error.what}. {error.todo}"
            return
        self._told = ""
        self._duel.decide(choice)
        for side, seat in ((self._left, "left"), (self._right, "right")):
            turn = self._duel.turn_at(seat)
            side.set_class(choice == seat, "-chosen")
            await side.show(self._duel.label_at(seat) + ("  ✓ better" if choice == seat else ""), turn.text, _note(turn))
        self._composer.focus()
        self._show_ballot()

    def action_to_ballot(self) -> None:
        """From the line that is being written to the ballot, and back."""
        if self._composer.has_focus:
            self.set_focus(None)
        else:
            self._composer.focus()

    def action_leave(self) -> None:
        """Esc: stop what is being said, then leave."""
        if self._duel.is_answering:
            self._duel.stop()
        else:
            self._duel.leave()
            self.dismiss()

    async def _tick(self) -> None:
        duel = self._duel
        if (seat := duel.seat) and duel.answering:
            piece = duel.answering.take()
            if piece:
                await self._side(seat).write(piece)
        for seat, turn in duel.poll():
            # What went wrong may say who it was.
            note = "this answer broke off" if turn.state == "failed" else "" if turn.text.strip() else "nothing was said"
            await self._side(seat).show(seat, turn.text, note)
            self._look_through(turn, duel.partner_of(seat).warn)
            # Whoever is writing meanwhile goes on, and does not vote by a digit of a sentence.
            if duel.awaits_vote and not self._composer.text:
                self.set_focus(None)
        self._show_ballot()

    def _side(self, seat: str) -> Side:
        return self._left if seat == "left" else self._right

    def _show_ballot(self) -> None:
        duel = self._duel
        if self._told:
            text = f"✗ {self._told}"
        elif duel.error:
            text = "✗ " + " ".join(duel.error)
        elif duel.is_loading:
            text = f"loading the other model {duel.loading_s:.1f} s: {duel.told}"
        elif duel.is_answering:
            text = WAIT
        elif duel.awaits_vote:
            text = VOTE if not self._composer.has_focus else VOTE_LATER
        else:
            text = VOTED if duel.has_voted else ASK
        self._ballot.update(plain(text))


def _note(turn: Turn) -> str:
    found = [f"⚠ {warning}" for warning in turn.warnings]
    figures = turn.figures
    if figures is None:
        return "\n".join([turn.error, *found])
    speed = "" if figures.tokens_per_s is None else f"{figures.tokens_per_s:.0f} tokens/s"
    first = "" if figures.first_token_s is None else f"first token {figures.first_token_s:.2f} s"
    measured = " · ".join(part for part in (speed, first, "stopped" if turn.state == "stopped" else "") if part)
    return "\n".join([measured, *found])
