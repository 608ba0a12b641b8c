"""Where the user writes: grows with the text, Enter sends it, and an empty one brings back what was asked before.

`/` offers commands and `@` files, as far as the screen gives it any. A large paste becomes a chip. Knows nothing
of the conversation, and carries no command out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text
from textual import on
from textual.content import Content
from textual.document._document import EditResult, Location
from textual.document._edit import Edit
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import OptionList, TextArea

from assistant.chat.attachments import names_in, without_names
from assistant.tui.commands import Command as Known
from assistant.tui.completing import command_of
from assistant.tui.keys import NEW_LINE_KEYS
from assistant.tui.widgets.asked import Asked
from assistant.tui.widgets.completion import Completion
from assistant.tui.widgets.offering import CompleteArgument, Offering
from assistant.tui.widgets.pasted import Draft, Pasted, harmless, is_large


class Composer(TextArea):
    """The text that is to be sent.

    Args:
        label: Who is asked.
        commands: What `/` does; none: a text that begins so is sent like any other.
        complete_argument: Gives what may follow a command, by its name and what was typed; called in a thread.
        folder: Where the files lie that `@` offers; None: it offers none.
    """

    DEFAULT_CSS = """
    Composer {
        height: auto;
        min-height: 1;
        max-height: 33.4vh;
        padding: 0;
        background: $background;
    }
    """

    class Sent(Message):
        """Enter was pressed; the text stays until `accept` is called.

        Attributes:
            text: The whole, with what was pasted.
            shown: What stood there, with chips for large pastes.
            typed: The part of it in which `@` names files: what was pasted or brought back from earlier names none.
        """

        def __init__(self, text: str, shown: str = "", typed: str | None = None) -> None:
            super().__init__()
            self.text = text
            self.shown = shown or text
            self.typed = self.shown if typed is None else typed

    class Command(Message):
        """A command was given; its text is gone from the composer, and Up brings it back.

        Attributes:
            name: As in `assistant.tui.commands`.
            argument: What followed it; may be empty, and may follow one that takes nothing.
        """

        def __init__(self, name: str, argument: str) -> None:
            super().__init__()
            self.name = name
            self.argument = argument

    class Unknown(Message):
        """There is no such command; the text stays.

        Attributes:
            word: What was written in place of one.
        """

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def __init__(
        self, label: str, commands: Sequence[Known] = (), complete_argument: CompleteArgument | None = None, folder: Path | None = None
    ) -> None:
        super().__init__(placeholder=Content(f"Ask {label} something"), compact=True, highlight_cursor_line=False)
        self._commands = tuple(commands)
        self._pasted = Pasted()
        self._named_elsewhere: set[str] = set()
        self._asked = Asked()
        self._sent = ""
        self._list = Completion()
        self._offering = Offering(self, self._list, self._commands, complete_argument, folder)

    async def on_mount(self) -> None:
        """Bring the list of completions along, beside the composer itself: inside it would scroll with the text."""
        if self.parent is not None and (self._commands or self._offering.offers_files):
            await self.parent.mount(self._list, before=self)  # type: ignore[attr-defined]

    # What the screen does with it.

    @property
    def whole_text(self) -> str:
        """The text with all that chips stand for."""
        return self._pasted.expanded(self.text)

    @property
    def draft(self) -> Draft:
        """What is being written."""
        return Draft(self.text, self.cursor_location)

    def take_up(self, draft: Draft) -> None:
        """Go on with a draft in place of what stands there."""
        self._asked.leave()
        self._fill(draft.shown)
        self.move_cursor(draft.cursor)

    def put(self, text: str) -> None:
        """Write a text from elsewhere in place of what stands there: one that was asked before, or that is to be changed."""
        self._asked.leave()
        self._fill(self._brought(text))

    def ask_for(self, what: str) -> None:
        """Say what is to be written, where nothing is."""
        self.placeholder = Content(what)

    def offer(self, commands: Sequence[Known]) -> None:
        """Know more commands than at first."""
        self._commands = tuple(commands)
        self._offering.offer(self._commands)

    def remember(self, asked: Sequence[str]) -> None:
        """Give it what was asked in earlier sessions, oldest first; Up goes through it after what was asked in this one."""
        self._asked.add_earlier(asked)
        self._named_elsewhere.update(*map(names_in, asked))

    def accept(self) -> None:
        """The text was sent: remember it, and make room for the next; what was written since stays."""
        sent, self._sent = self._sent or self.text, ""
        self._asked.add(sent)
        if self.text == sent:
            self.clear()
        elif self.text.startswith(sent):
            self._fill(self.text[len(sent) :])

    @property
    def is_completing(self) -> bool:
        """Whether a list is open that Esc, Tab, Enter, Up and Down belong to."""
        return self._list.is_open

    def close_completion(self) -> bool:
        """Close the list of completions.

        Returns:
            Whether there was one: then Esc has done its work.
        """
        return self._offering.dismiss()

    @property
    def selected_text(self) -> str:
        """What is selected, with all that chips stand for."""
        return self._pasted.expanded(super().selected_text)

    # What the user does.

    async def _on_key(self, event: Key) -> None:
        if self._takes(event.key):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def _takes(self, key: str) -> bool:
        """Do what a key does here; False: it is none of these."""
        if key in NEW_LINE_KEYS:
            self.insert("\n")
        elif key == "enter":
            if not self._offering.complete(by_enter=True):
                self._send()
        elif not self.is_completing:
            return False
        elif key == "tab":
            self._offering.complete()
        elif key == "escape":
            self.close_completion()
        elif key in ("up", "down"):
            self._list.move(-1 if key == "up" else 1)
        else:
            return False
        return True

    def _send(self) -> None:
        shown = self.text
        if not shown.strip():
            return
        if not self._commands or not shown.startswith("/"):
            self._post(shown)
        elif shown.startswith("//"):
            self._post(shown[1:])
        else:
            self._command(shown)

    def _post(self, shown: str) -> None:
        self._sent = self.text
        self.post_message(self.Sent(self._pasted.expanded(shown), shown, without_names(shown, self._named_elsewhere)))

    def _command(self, shown: str) -> None:
        word = shown.split(maxsplit=1)[0]
        if command := command_of(word, self._commands):
            self._sent = shown
            self.accept()
            self.post_message(self.Command(command.name, self._pasted.expanded(shown[len(word) :]).strip()))
        else:
            self.post_message(self.Unknown(word))

    async def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        await super()._on_paste(Paste(self._brought(event.text)))

    def action_paste(self) -> None:
        """Put in what was copied in this app."""
        if result := self._replace_via_keyboard(self._brought(self.app.clipboard), *self.selection):
            self.move_cursor(result.end_location)

    def action_cut(self) -> None:
        """Cut what is selected, else the line, with all that chips stand for."""
        super().action_cut()
        if (expanded := self._pasted.expanded(self.app.clipboard)) != self.app.clipboard:
            self.app.copy_to_clipboard(expanded)

    def action_cursor_up(self, select: bool = False) -> None:
        """Up: in an empty composer, what was asked before."""
        if select or self.text != self._asked.current or not self._recall(-1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down: towards what was asked last, then an empty composer."""
        if select or self.text != self._asked.current or not self._asked.is_looked_at or not self._recall(1):
            super().action_cursor_down(select)

    # Chips are put in, drawn and taken out as one.

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; a change that would leave half a chip takes all of it, and nothing is put into one."""
        start, end = sorted((edit.from_location, edit.to_location))
        if start == end:
            start = end = self._chip_at(start)[1]
        else:
            start, end = self._chip_at(start)[0], self._chip_at(end)[1]
        if (start, end) != (edit.top, edit.bottom):
            edit = dataclasses.replace(edit, from_location=start, to_location=end)
        result = super().edit(edit)
        self._offering.look()
        return result

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn, its chips set off."""
        line = super().get_line(line_index)
        for start, end in self._pasted.places(line.plain):
            line.stylize("bold italic", start, end)
        return line

    @on(TextArea.Changed)
    @on(TextArea.SelectionChanged)
    def _moved(self) -> None:
        self._offering.look()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._offering.complete()

    def _on_blur(self, event: object) -> None:
        super()._on_blur(event)  # type: ignore[arg-type]
        self.close_completion()

    def _chip_at(self, location: Location) -> tuple[Location, Location]:
        """Where the chip begins and ends that a place is within; twice the place itself if it is within none."""
        row, column = location
        for start, end in self._pasted.places(self.document[row]) if row < self.document.line_count else ():
            if start < column < end:
                return (row, start), (row, end)
        return location, location

    def _brought(self, text: str) -> str:
        """A text that was not typed here, as it is put in."""
        shown = self._as_shown(harmless(text))
        self._named_elsewhere |= names_in(shown)
        return shown

    def _as_shown(self, text: str) -> str:
        return self._pasted.chip(text) if is_large(text) else text

    def _recall(self, steps: int) -> bool:
        """Show what was asked so many steps later; nothing is lost, for what stands there is that already, or empty."""
        if not self._asked.move(steps):
            return False
        # A large text from an earlier session becomes a chip once, and is found as one from then on.
        self._asked.current = self._as_shown(harmless(self._asked.current))
        self._fill(self._asked.current)
        self._offering.dismiss()
        return True

    def _fill(self, shown: str) -> None:
        """Write a text in place of what stands there, in a way that Ctrl+Z takes back."""
        self.replace(shown, (0, 0), self.document.end, maintain_selection_offset=False)
        self.move_cursor(self.document.end)
