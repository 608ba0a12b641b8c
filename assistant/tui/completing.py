"""What can be completed where the cursor stands, and by what: `/` commands and what follows them, and `@` files.

Pure functions; the file lists and arguments themselves come from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.chat.matching import closeness
from assistant.tui.commands import Command
from assistant.tui.key_names import key_name

_FILE = re.compile(r"""(?:^|[\s(\[{<'"])@("[^"\n]*|[^\s"@]*)$""")
_LONGEST = 1_000
"""Characters before the cursor in which a file's name is looked for."""


@dataclass(frozen=True)
class Wanted:
    """What is being written.

    Attributes:
        kind: What it is.
        typed: What there is of it, without sign and quotes.
        start: The column where it begins, sign included.
        command: Whose argument it is.
    """

    kind: Literal["command", "argument", "file"]
    typed: str
    start: int
    command: Command | None = None


@dataclass(frozen=True)
class Choice:
    """One thing that is offered.

    Attributes:
        text: What is put in from `Wanted.start` to the cursor.
        shown: How it is listed.
        about: What it is, in a few words.
        key: The key that does the same.
        goes_on: Whether more can be completed after it.
    """

    text: str
    shown: str
    about: str = ""
    key: str = ""
    goes_on: bool = False


def wanted_at(before: str, is_only_line: bool, commands: Sequence[Command], files: bool) -> Wanted | None:
    """What is being written at the end of `before`, the part of the cursor's line that stands before the cursor."""
    if is_only_line and before.startswith("/") and not before.startswith("//"):
        word, space, argument = before.partition(" ")
        if not space:
            return Wanted("command", word[1:], 0) if commands else None
        command = command_of(word, commands)
        return Wanted("argument", argument.lstrip(), len(before) - len(argument.lstrip()), command) if command and command.takes else None
    if files and (match := _FILE.search(before[-_LONGEST:])):
        return Wanted("file", match[1].removeprefix('"'), len(before) - len(match[1]) - 1)
    return None


def command_of(word: str, commands: Sequence[Command]) -> Command | None:
    """The command that a slash word stands for."""
    return next((command for command in commands if word.lower() in command.slash), None)


def command_choices(typed: str, commands: Sequence[Command]) -> list[Choice]:
    """The commands one of whose slash words fits, best first, else as they are listed."""
    ranked: list[tuple[int, int, Choice]] = []
    for place, command in enumerate(commands):
        fits = [(near, order, word) for order, word in enumerate(command.slash) if (near := closeness(typed, word[1:])) is not None]
        if fits:
            near, _, word = min(fits)
            shown = f"{word} {command.takes}" if command.takes else word
            text = f"{word} " if command.takes else word
            ranked.append((near, place, Choice(text, shown, command.title, key_name(command.keys[0]) if command.keys else "", bool(command.takes))))
    return [choice for *_, choice in sorted(ranked, key=lambda item: item[:2])]


def file_choice(path: str) -> Choice:
    """A path as it is put in: in quotes where it holds a space, those left open while it is a folder."""
    if path.endswith("/"):
        return Choice(f'@"{path}' if " " in path else f"@{path}", path, goes_on=True)
    return Choice(f'@"{path}" ' if " " in path else f"@{path} ", path)
