"""Where the lines of the plain chat come from: a terminal with readline where there is one, or a pipe of lines.

A line that ends in a backslash goes on in the next one. Knows nothing of what is done with a line.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from assistant.core.errors import UserError

GOES_ON = "\\"
MORE = "goes on: "
"""What is asked after a line that goes on."""
END_OF_PASTE = "."
"""The line that ends several lines after /paste."""

NOT_TEXT = ("what was written is no text in UTF-8", "Write it in UTF-8: `iconv -f CP1252 -t UTF-8` converts Windows-1252 and Latin-1.")


@dataclass(frozen=True)
class Written:
    """What the user wrote.

    Attributes:
        text: All of it.
        typed: The part in which files can be named: what was pasted names none.
    """

    text: str
    typed: str


class CommandInstead(Exception):  # noqa: N818 (nothing went wrong)
    """A command was written where something else was asked: what asked is left as it was, and the command is done.

    Attributes:
        written: The line.
    """

    def __init__(self, written: Written) -> None:
        super().__init__(written.text)
        self.written = written


class Lines(Protocol):
    """Gives one line after another."""

    @property
    def is_terminal(self) -> bool:
        """Whether somebody sits there who is to be asked, and whose Ctrl+C means the answer and not the program."""
        ...

    @property
    def shows_beginning(self) -> bool:
        """Whether `begin` can be shown to be changed."""
        ...

    def line(self, prompt: str, begin: str = "") -> str:
        """The next line; several where they were pasted as one.

        Args:
            prompt: What stands before it where it is written.
            begin: What stands there to be changed.

        Raises:
            EOFError: There is none any more.
            KeyboardInterrupt: Whoever writes took it back.
        """
        ...

    def remember(self, text: str) -> None:
        """Offer a text when the user looks back for what was written before."""
        ...


def written(lines: Lines, prompt: str, begin: str = "") -> Written:
    """What the user writes, over as many lines as it goes on.

    Raises:
        EOFError: There is nothing any more.
        UserError: It is no text.
    """
    parts = [_checked(lines.line(prompt, begin))]
    while parts[-1].endswith(GOES_ON):
        parts[-1] = parts[-1][: -len(GOES_ON)]
        try:
            parts.append(_checked(lines.line(MORE)))
        except EOFError:
            break
    # Enter ends what is typed: a piece of several lines was pasted.
    return Written("\n".join(parts), "\n".join(part for part in parts if "\n" not in part))


def pasted(lines: Lines) -> Written:
    """Several lines up to one that is a full stop alone; nothing in them is a command or names a file."""
    found: list[str] = []
    while True:
        try:
            line = _checked(lines.line(""))
        except EOFError:
            break
        if line == END_OF_PASTE:
            break
        found.append(line)
    return Written("\n".join(found), "")


def _checked(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UserError(*NOT_TEXT) from None
    return text


class PipedLines:
    """Lines of a pipe or a file.

    Args:
        stream: Where they come from.
    """

    is_terminal = False
    shows_beginning = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def line(self, prompt: str, begin: str = "") -> str:
        """The next line; nobody is there who would read the prompt."""
        try:
            line = self._stream.readline()
        except UnicodeDecodeError:
            raise UserError(*NOT_TEXT) from None
        if not line:
            raise EOFError
        return line.removesuffix("\n").removesuffix("\r")

    def remember(self, text: str) -> None:
        """Nobody looks back."""


class TerminalLines:
    """Lines that are written in this terminal.

    Args:
        words: The `/` words that Tab completes.
        asked: What was asked before, oldest first.
    """

    is_terminal = True

    def __init__(self, words: Sequence[str], asked: Sequence[str]) -> None:
        self._words = words
        self._readline = None
        # What redraws a line is of no use to a terminal that cannot move its cursor.
        if os.environ.get("TERM", "dumb") != "dumb":
            try:
                import readline
            except ImportError:
                return
            self._readline = readline
            self._prepare()
            for text in asked:
                readline.add_history(text)

    @property
    def shows_beginning(self) -> bool:
        """Whether a text can be put there to be changed."""
        return self._readline is not None

    @property
    def takes_pastes(self) -> bool:
        """Whether several lines that are pasted arrive as one question."""
        return self._readline is not None and "libedit" not in (self._readline.__doc__ or "")

    def line(self, prompt: str, begin: str = "") -> str:
        """The next line, edited with the keys of readline where it is there."""
        if self._readline and begin:
            self._readline.set_startup_hook(lambda: self._put(begin))
        try:
            return input(prompt)
        except UnicodeDecodeError:
            raise UserError(*NOT_TEXT) from None
        finally:
            if self._readline and begin:
                self._readline.set_startup_hook(None)

    def remember(self, text: str) -> None:
        """Offer it with the arrow keys."""
        if self._readline and text.strip():
            self._readline.add_history(text)

    def _put(self, text: str) -> None:
        assert self._readline
        self._readline.insert_text(text)

    def _prepare(self) -> None:
        readline = self._readline
        assert readline
        # Votes and reasons are no questions: what is worth looking back for is remembered one by one.
        readline.set_auto_history(False)
        readline.set_completer(self._complete)
        readline.set_completer_delims(" \t\n")
        if self.takes_pastes:
            readline.parse_and_bind("set enable-bracketed-paste on")
            # A pasted text would be shown in reverse video until the next key.
            readline.parse_and_bind("set enable-active-region off")
            readline.parse_and_bind("tab: complete")
        else:
            readline.parse_and_bind("bind ^I rl_complete")

    def _complete(self, typed: str, number: int) -> str | None:
        """The choice of that number for what is being written: a `/` word, or a file after @."""
        assert self._readline
        if typed.startswith("@"):
            found = [f"@{path}" for path in _paths(typed[1:])]
        elif typed.startswith("/") and self._readline.get_begidx() == 0:
            found = [word for word in self._words if word.startswith(typed)]
        else:
            found = []
        return found[number] if number < len(found) else None


def _paths(typed: str) -> list[str]:
    """The files and folders that a path may become, those that are folders with a stroke at their end."""
    folder, stroke, name = typed.rpartition("/")
    try:
        lying = sorted(Path(f"{folder}{stroke}" or ".").expanduser().iterdir())
    except OSError:
        return []
    return [f"{folder}{stroke}{path.name}{'/' if path.is_dir() else ''}" for path in lying if path.name.startswith(name)]
