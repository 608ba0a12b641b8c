"""What the plain chat writes: lines and pieces of lines, of which nothing is ever taken back or drawn anew.

Everything passes `plain`, so that no text of a model or a file can steer the terminal. Knows no conversation.
"""

from __future__ import annotations

from typing import TextIO

from assistant.core.errors import AssistantError, UserError
from assistant.core.plain import one_line, plain
from assistant.tui.plain.phrases import Phrases, begins_line


class Page:
    """Where everything is written.

    Args:
        out: For answers, and for what commands tell.
        notes: For what is said beside them; the same stream in a terminal.

    Attributes:
        problems: How much could not be done so far.
    """

    def __init__(self, out: TextIO, notes: TextIO) -> None:
        self._out, self._notes = out, notes
        self.problems = 0

    def say(self, text: str) -> None:
        """A line, or several."""
        self.write(f"{text}\n")

    def note(self, text: str) -> None:
        """A line that is no answer: what is being waited for, what is to be known."""
        _write(self._notes, f"{text}\n")

    def problem(self, error: AssistantError | str) -> None:
        """Say on one line what could not be done, and what to do."""
        self.problems += 1
        self.note(one_line(f"Not done: {error.what}. {error.todo}" if isinstance(error, UserError) else str(error)))

    def write(self, text: str) -> None:
        """A piece of a line, at once."""
        _write(self._out, text)


class Spoken:
    """An answer on its way to the page, phrase by phrase.

    Args:
        page: Where it goes.
        speaker: Who gives it.

    Attributes:
        has_begun: Whether anything was written.
    """

    def __init__(self, page: Page, speaker: str) -> None:
        self._page, self._speaker = page, speaker
        self._phrases = Phrases()
        self._ends_line = True
        self.has_begun = False

    def add(self, text: str) -> None:
        """Write what is ready of it."""
        self._write(self._phrases.add(plain(text)))

    def end(self) -> None:
        """Write the rest, and end its line."""
        self._write(self._phrases.rest())
        if not self._ends_line:
            self._page.write("\n")

    def _write(self, phrase: str) -> None:
        if not self.has_begun:
            phrase = phrase.lstrip("\n") if phrase.strip() else ""
        if not phrase:
            return
        if not self.has_begun:
            self.has_begun = True
            # What begins a line in Markdown means something only there.
            phrase = f"{self._speaker}:\n{phrase}" if begins_line(phrase) else f"{self._speaker}: {phrase.lstrip()}"
        self._ends_line = phrase.endswith("\n")
        self._page.write(phrase)


def _write(stream: TextIO, text: str) -> None:
    text = plain(text)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    # A terminal that is told to be ASCII is to get a question mark, and no end of the chat.
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
