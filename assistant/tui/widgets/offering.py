"""Brings together what is being written, what can complete it, and the list that shows it.

Commands are there at once. Files and arguments come from the disk, in a thread; an answer to what was typed
before is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.widget import Widget
from textual.widgets import TextArea

from assistant.chat.file_list import FileList, lying_in, scanned
from assistant.tui.commands import Command
from assistant.tui.completing import Choice, Wanted, command_choices, file_choice, wanted_at
from assistant.tui.widgets.completion import MOST_CHOICES, Completion

CompleteArgument = Callable[[str, str], list[str]]
"""Name of a command, and what was typed after it: what may stand there."""


class Offering:
    """Completion of one field.

    Args:
        field: Where one writes.
        shown: The list.
        commands: What `/` does.
        complete_argument: Gives what may follow a command; called in a thread.
        folder: Where the files lie that `@` offers; None: it offers none.
    """

    def __init__(
        self, field: TextArea, shown: Completion, commands: Sequence[Command], complete_argument: CompleteArgument | None, folder: Path | None
    ) -> None:
        self._field = field
        self._list = shown
        self._commands = commands
        self._complete_argument = complete_argument
        self._folder = folder
        self._wanted: Wanted | None = None
        self._offered: Wanted | None = None
        self._dismissed: tuple[int, str] | None = None
        self._scan: asyncio.Task[FileList] | None = None

    def offer(self, commands: Sequence[Command]) -> None:
        """Know more commands than at first."""
        self._commands = commands

    @property
    def offers_files(self) -> bool:
        """Whether `@` offers any."""
        return self._folder is not None

    def look(self) -> None:
        """See what is being written, and offer what completes it."""
        if not self._list.is_attached:
            return
        before = self._before()
        wanted = None
        if before != self._dismissed and self._field.selection.is_empty:
            self._dismissed = None
            wanted = wanted_at(before[1], self._field.document.line_count == 1, self._commands, self.offers_files)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted is None or wanted.kind == "command":
            self._scan = None
            self._field.workers.cancel_group(self._field, "completion")
            self._offer(command_choices(wanted.typed, self._commands) if wanted else [])
        else:
            if self._offered and (self._offered.kind, self._offered.start) != (wanted.kind, wanted.start):
                self._offer([])
            self._field.run_worker(self._fetch(wanted), group="completion", exclusive=True, exit_on_error=False)

    def complete(self, by_enter: bool = False) -> bool:
        """Put the chosen text in.

        Args:
            by_enter: Then a text that is complete already is left alone, for Enter sends it.

        Returns:
            Whether there was anything to put in.
        """
        choice, wanted = self._list.chosen, self._wanted
        if choice is None or wanted is None or not self._list.is_open:
            return False
        if wanted != self._offered:
            # The list still shows what fitted before the last key.
            return False
        row, before = self._before()
        written = before[wanted.start :].lower()
        if by_enter and not self._list.was_moved and written.rstrip() in (choice.text.rstrip().lower(), *self._exact(written)):
            self.dismiss()
            return False
        self._field.replace(choice.text, (row, wanted.start), (row, len(before)), maintain_selection_offset=False)
        if not choice.goes_on:
            self.dismiss()
        return True

    def dismiss(self) -> bool:
        """Close the list until something else is written; returns whether it was open."""
        was_open = self._list.is_open
        self._dismissed = self._before()
        self._wanted = None
        if was_open:
            self._offer([])
        return was_open

    async def _fetch(self, wanted: Wanted) -> None:
        if wanted.kind == "file":
            choices, note = await self._files(wanted.typed)
        else:
            choices, note = await asyncio.to_thread(self._arguments, wanted), ""
        if wanted == self._wanted:
            self._offer(choices, note)

    def _arguments(self, wanted: Wanted) -> list[Choice]:
        if self._complete_argument is None or wanted.command is None:
            return []
        return [Choice(text, text) for text in self._complete_argument(wanted.command.name, wanted.typed)]

    async def _files(self, typed: str) -> tuple[list[Choice], str]:
        assert self._folder is not None
        inside, slash, last = typed.rpartition("/")
        if slash or typed.startswith("~"):
            files = await asyncio.to_thread(lying_in, self._folder / _home(inside + slash))
        else:
            if self._scan is None:
                self._scan = asyncio.create_task(asyncio.to_thread(scanned, self._folder))
            # One scan serves a whole word, though each key asks anew.
            files = await asyncio.shield(self._scan)
        paths = await asyncio.to_thread(files.fitting, last, MOST_CHOICES)
        note = "" if files.complete else f"only the first {len(files.paths):,} files: name a folder"
        return [file_choice(inside + slash + path) for path in paths], note

    def _offer(self, choices: Sequence[Choice], note: str = "") -> None:
        self._offered = self._wanted
        self._list.offer(choices, note)
        parent = self._field.parent
        if choices and isinstance(parent, Widget):
            self._list.place(parent.region.y, self._field.region.y - parent.region.y)

    def _exact(self, written: str) -> list[str]:
        """What was written, if it is a command by another of its words."""
        return [written.rstrip()] if any(written.rstrip() in command.slash for command in self._commands) else []

    def _before(self) -> tuple[int, str]:
        """The row of the cursor, and what stands before it there."""
        row, column = self._field.cursor_location
        return row, self._field.document.get_line(row)[:column]


def _home(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
