"""One plain chat under way: the conversation, the lines that are written, the page they are answered on.

Waits for models and answers, and says what is to be known of them. The commands are in the `plain_*` files beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.chat.attachments import with_files
from assistant.chat.conversation import Conversation
from assistant.chat.feedback import FeedbackBook
from assistant.chat.turn import Turn
from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.desk import Desk
from assistant.tui.opening import Opening
from assistant.tui.plain.interrupt import InterruptibleLines, Interruption
from assistant.tui.plain.lines import CommandInstead, Lines, Written
from assistant.tui.plain.page import Page, Spoken
from assistant.tui.plain.words import ending_of, forgotten
from assistant.tui.talk import Talk

LOOK_EVERY_S = 0.03
NEWS_EVERY_S = 10.0
"""Somebody who waits is told so now and then, and not so often that it is a burden."""

SHOWN_CHARACTERS = 2_000
"""A question of more is said again in part: it may hold a whole file."""


class Session:
    """A plain chat.

    Args:
        desk: What it works with.
        lines: What the user writes.
        page: What the user reads.

    Attributes:
        lines: What the user writes; Ctrl+C takes back the line.
        interruption: Ctrl+C at other times.
        talk: The conversation.
        book: What the user says of answers.
        places: The conversations that were listed last, each with the turn that was found in it.
    """

    def __init__(self, desk: Desk, lines: Lines, page: Page) -> None:
        self.desk, self.page = desk, page
        self.interruption = Interruption()
        self.lines: Lines = InterruptibleLines(lines, self.interruption)
        self.talk = Talk(desk.store, desk.partner, desk.conversation)
        self.book = FeedbackBook(desk.store.database)
        self.places: list[tuple[str, str | None]] = []
        self._left_out = 0
        self._trouble: tuple[str, str] | None = None

    @property
    def conversation(self) -> Conversation:
        """As it is now."""
        return self.talk.conversation

    @property
    def speaker(self) -> str:
        """Who answers."""
        return one_line(self.talk.partner.label)

    def last_answer(self) -> Turn:
        """The answer that was heard last.

        Raises:
            UserError: There is none yet.
        """
        answer = self.conversation.last_answer
        if answer is None:
            raise UserError("there is no answer yet", "Ask something first")
        return answer

    # What is waited for.

    def wait_for_model(self, opening: Opening) -> bool:
        """Wait until a model is loaded, and say so; Ctrl+C ends the waiting, and loading goes on.

        Args:
            opening: The model.

        Returns:
            Whether it is there.
        """
        if opening.info is None and opening.error is None:
            self.page.note("Loading the model.")
            told, next_news = "", time.monotonic() + NEWS_EVERY_S
            while opening.info is None and opening.error is None and not self.interruption.is_set:
                time.sleep(LOOK_EVERY_S)
                if time.monotonic() >= next_news:
                    next_news = time.monotonic() + NEWS_EVERY_S
                    told, before = opening.told, told
                    self.page.note(told if told and told != before else f"Still loading after {opening.elapsed_s:.0f} seconds.")
        return opening.info is not None

    def start(self) -> None:
        """Load the model and wait for it; who is in a hurry may write meanwhile.

        Raises:
            UserError: It cannot be loaded, and nobody sits there who could take another.
        """
        self.talk.start()
        self.await_partner()

    def await_partner(self) -> None:
        """Wait for the model of whoever answers; who is in a hurry may write meanwhile.

        Raises:
            UserError: It cannot be loaded, and nobody sits there who could take another.
        """
        opening = self.talk.opening
        is_there = self.wait_for_model(opening)
        if opening.error and not self.lines.is_terminal:
            raise UserError(*opening.error)
        if opening.error:
            what, todo = opening.error
            self.page.problem(f"The model could not be loaded: {what}. {todo}")
            self.page.note("/load tries again, /switch goes on with another.")
        elif is_there:
            self.page.note("Ready.")
        else:
            self.interruption.take()
            self.page.note("It goes on loading; write your question meanwhile.")

    def hear(self, speaker: str = "", poll: Callable[[], object] | None = None) -> Turn:
        """Write the answer that is on its way, until it has ended; Ctrl+C stops it.

        Args:
            speaker: What stands before it; empty for the assistant's name.
            poll: Sees how far it is, where something else than the conversation has it said.
        """
        talk, name, poll = self.talk, self.talk.saying, poll or self.talk.poll
        assert name is not None
        spoken = Spoken(self.page, speaker or self.speaker)
        if talk.waits_for_engine:
            self.wait_for_model(talk.opening)
        answering, next_news = talk.answering, time.monotonic() + NEWS_EVERY_S
        while talk.saying == name:
            if self.interruption.take():
                talk.stop()
            answering = talk.answering or answering
            poll()
            if answering:
                spoken.add(answering.take())
                if not spoken.has_begun and time.monotonic() >= next_news:
                    next_news = time.monotonic() + NEWS_EVERY_S
                    self.page.note(answering.told or f"Still waiting for the first words after {answering.elapsed_s:.0f} seconds.")
            if talk.saying == name:
                time.sleep(LOOK_EVERY_S)
        spoken.end()
        return self.conversation.turns[name]

    def hear_and_tell(self) -> Turn:
        """Write the answer that is on its way, and a line below it if something is to be known."""
        turn = self.look_through(self.hear(), self.talk.partner.warn)
        self.tell_ending(turn)
        return turn

    def tell_ending(self, turn: Turn) -> None:
        """Say how an answer ended where that was not by itself, and what else is to be known."""
        if turn.state == "failed":
            self.page.problem(ending_of(turn))
        elif ending := ending_of(turn):
            self.page.note(one_line(ending))
        if turn.figures and turn.figures.left_out > self._left_out:
            self.page.note(forgotten(turn.figures))
        self._left_out = turn.figures.left_out if turn.figures else 0
        self._tell_trouble()

    def close(self) -> None:
        """Keep everything, and give the model's memory back; says so where it cannot be kept."""
        self.talk.close()
        self._tell_trouble()

    def _tell_trouble(self) -> None:
        if self.talk.trouble and self.talk.trouble != self._trouble:
            what, todo = self.talk.trouble
            self.page.problem(f"What is said cannot be kept: {what}. {todo}")
        self._trouble = self.talk.trouble

    # What the user does.

    def ask(self, text: str, instead: Turn | None = None) -> None:
        """Ask a question, and hear the answer."""
        self.talk.ask(text, instead)
        self.hear_and_tell()

    def ask_written(self, written: Written, instead: Turn | None = None) -> None:
        """Ask what was written, with the files that it names.

        Raises:
            UserError: A file cannot be read; nothing was asked.
        """
        attached = with_files(written.text, Path.cwd(), written.typed)
        if attached.files:
            self.page.note(f"With {', '.join(one_line(file.name) for file in attached.files)}.")
        self.ask(attached.text.strip(), instead)

    def choose(self, prompt: str, count: int, names: Sequence[str] = ()) -> int | None:
        """Which of so many the user takes, counted from 0; None for none of them.

        Args:
            prompt: What is asked.
            count: How many there are.
            names: What they are called, where a name is an answer too.

        Raises:
            CommandInstead: A command was written.
        """
        called = {name.casefold(): place for place, name in reversed([*enumerate(names)])}
        while written := self.lines.line(prompt).strip():
            if written.startswith("/"):
                raise CommandInstead(Written(written, written))
            if written.isdecimal() and 1 <= int(written) <= count:
                return int(written) - 1
            if (place := called.get(written.casefold())) is not None:
                return place
            is_none, one = ("and no name of the list", "a number or a name") if names else ("", "one of these numbers")
            self.page.problem(f"{one_line(written)} is none of 1 to {count}{' ' + is_none if is_none else ''}. Write {one}, or nothing to leave it")
            if not self.lines.is_terminal:
                return None
        return None

    def recall(self, turns: Sequence[Turn]) -> None:
        """Say again what was said before."""
        for turn in turns:
            name = "You" if turn.role == "user" else one_line(turn.speaker.label) if turn.speaker else "Assistant"
            spoken = Spoken(self.page, name)
            most = SHOWN_CHARACTERS if turn.role == "user" else len(turn.text)
            spoken.add(turn.text[:most])
            spoken.end()
            if len(turn.text) > most:
                self.page.note(f"The question has {len(turn.text) - most:,} more characters, which the assistant reads as well.")
            if turn.role == "assistant" and (ending := ending_of(turn)):
                self.page.note(one_line(ending))

    def look_through(self, turn: Turn, warn: Sequence[str]) -> Turn:
        """The answer with what was found in it that its recipe warns of, kept with it."""
        if not warn or not turn.text.strip():
            return turn
        found: list[tuple[str, ...]] = []
        # A check may load a classifier: in a thread of its own, Ctrl+C need not wait for it.
        looking = threading.Thread(target=lambda: found.append(self._warnings(turn, warn)), name="look-through", daemon=True)
        looking.start()
        while looking.is_alive() and not self.interruption.take():
            looking.join(LOOK_EVERY_S)
        if not found:
            self.page.problem("The answer was not looked through for what the recipe warns of")
            return turn
        if found[0]:
            turn = replace(turn, warnings=found[0])
            self.talk.note(turn)
        return turn

    def _warnings(self, turn: Turn, warn: Sequence[str]) -> tuple[str, ...]:
        from assistant.chat.warnings import warnings_of
        from assistant.tui.plugins import load_plugins

        question = self.conversation.question_of(turn)
        return warnings_of(turn.text, question.text if question else "", warn, load_plugins().checks)
