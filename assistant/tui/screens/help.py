"""All that can be done, with its keys and words, drawn from the one list of commands; typing looks for something in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from assistant.tui.commands import COMMANDS, Command
from assistant.tui.hanging import hanging
from assistant.tui.key_names import key_names
from assistant.tui.screens.panel import Line, Panel, keys_line

KEYS = "type to look for something · ↑↓ PageUp PageDown scroll · Esc closes"

FIRST_STEPS = (
    "Write a question below and press Enter; Ctrl+J begins a new line. Esc stops an answer, and nothing that was said is lost.",
    "Type / to see every command, or press Ctrl+P. Type @ to put a file into a question.",
    "Tab goes up into the conversation: there single letters copy, change and rate what was said; Esc goes back to writing.",
    "Everything is kept by itself. The conversations you had are in the list of conversations, where all that was ever said can be searched.",
)

TITLE_CELLS = 22


@dataclass(frozen=True)
class Entry:
    """Something that can be done.

    Attributes:
        title: What it is called.
        about: What it does.
        keys: The keys that do it, as people read them.
        slash: The words that do it.
    """

    title: str
    about: str
    keys: str = ""
    slash: str = ""

    @property
    def words(self) -> str:
        """What it is looked for by."""
        return f"{self.title} {self.about} {self.keys} {self.slash}"


WRITING = (
    Entry("Send", "Ask what is written", "Enter"),
    Entry("New line", "Go on writing below", "Ctrl+J, Alt+Enter, Shift+Enter"),
    Entry("Asked before", "In an empty line: bring back what was asked before", "↑, ↓"),
    Entry("Read back and forth", "Move through the conversation while you write", "PageUp, PageDown"),
    Entry("To the end", "Go to the newest text, and follow it", "Ctrl+End"),
    Entry("Copy or clear", "Copy what is selected, else stop the answer, else clear the text; never quits", "Ctrl+C"),
    Entry("Palette", "All commands by their names", "Ctrl+P"),
)

STATUS_LINE = (
    Entry("Engine and precision", "What computes the answers, and in which numbers: coarser ones are faster and need less memory"),
    Entry("tokens/s", "How fast the last answer was written, or the one that is being written is: tokens a second"),
    Entry("first token", "How long it took from the question to the first piece of the answer, in seconds"),
    Entry(
        "used/limit tokens",
        "Prompt and answer together, of the last answer, and how many the assistant can read: 310/2048. "
        "A token is about three quarters of a word; the prompt holds the conversation up to the question",
    ),
    Entry("turns left out", "How many of the oldest turns the prompt had no room for; the assistant did not read them"),
    Entry(
        "How the answer ended",
        "ended: by itself; cut: at its limit of tokens, so that it may go on; stopped: by you; failed: what went wrong stands in the answer",
    ),
    Entry("—", "Was not measured, or is not known yet. What does not fit into the line is left out"),
)
"""The figures at the bottom of the chat, from left to right."""


def entry_of(command: Command, keys: Sequence[str]) -> Entry:
    """A command as the help shows it.

    Args:
        command: The command.
        keys: The keys it is on.
    """
    shown = [key_names(keys)] if keys else []
    if command.reading:
        shown.append(f"{key_names(command.reading)} in a message")
    return Entry(command.title, command.about, ", ".join(shown), ", ".join(command.slash) + (f" {command.takes}" if command.takes else ""))


def groups_of(keys: Mapping[str, Sequence[str]], further: Sequence[Command] = ()) -> dict[str, list[Entry]]:
    """All lines of the help by their groups, in the order of the list of commands.

    Args:
        keys: Keys that commands are on otherwise than usual, by name.
        further: Commands that plugins bring.
    """
    groups: dict[str, list[Entry]] = {"writing": list(WRITING)}
    for command in (*COMMANDS, *further):
        groups.setdefault(command.group, []).append(entry_of(command, keys.get(command.name, command.keys)))
    groups.setdefault("the status line", []).extend(STATUS_LINE)
    return groups


def matching(groups: Mapping[str, Sequence[Entry]], words: str) -> dict[str, list[Entry]]:
    """The lines that hold all words, by groups; a group whose name holds them is there as a whole."""
    wanted = words.casefold().split()
    found = {
        group: [entry for entry in entries if all(word in f"{group} {entry.words}".casefold() for word in wanted)]
        for group, entries in groups.items()
    }
    return {group: entries for group, entries in found.items() if entries}


class HelpScreen(Panel[None]):
    """What can be done.

    Args:
        keys: Keys that commands are on otherwise than usual, by name.
        further: Commands that plugins bring.
    """

    DEFAULT_CSS = """
    HelpScreen VerticalScroll { height: 1fr; margin-top: 1; scrollbar-size-vertical: 1; }
    HelpScreen .entries { height: auto; padding-right: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,ctrl+c", "leave", show=False, priority=True),
        Binding("up", "scroll_by(-1)", show=False),
        Binding("down", "scroll_by(1)", show=False),
        Binding("pageup", "scroll_by(-10)", show=False),
        Binding("pagedown", "scroll_by(10)", show=False),
        Binding("enter", "leave", show=False),
    ]

    def __init__(self, keys: Mapping[str, Sequence[str]] | None = None, further: Sequence[Command] = ()) -> None:
        super().__init__()
        self._groups = groups_of(keys or {}, further)
        self._words = ""

    def compose(self) -> ComposeResult:
        """The field, the commands, and the keys."""
        with Vertical(classes="panel", id="help") as panel:
            panel.border_title = "Help"
            yield Line(placeholder="What would you like to do?", id="look")
            with VerticalScroll(can_focus=False):
                yield Static("", classes="entries")
            yield keys_line(KEYS)

    def on_mount(self) -> None:
        """Begin where one types."""
        self.query_one("#look", Line).focus()
        self._show()

    def on_resize(self) -> None:
        """The columns depend on the width."""
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def _look(self, event: Input.Changed) -> None:
        self._words = event.value
        self._show()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    @on(Input.Submitted)
    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_scroll_by(self, lines: int) -> None:
        """Read on or back."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    @property
    def text(self) -> str:
        """What the help says at the moment."""
        shown = self.query_one(".entries", Static).content
        return shown.plain if isinstance(shown, Content) else str(shown)

    def _show(self) -> None:
        found = matching(self._groups, self._words)
        width = max(20, self.query_one(VerticalScroll).scrollable_content_region.width - 1)
        lines: list[Content] = []
        if not self._words.strip():
            lines += [heading("first steps"), *(hanging(Content(step), 2, width) for step in FIRST_STEPS), Content("")]
        for group, inside in found.items():
            lines += [heading(group), *(drawn(entry, width) for entry in inside), Content("")]
        self.query_one(".entries", Static).update(Content("\n").join(lines) if lines else Content("Nothing does that. Look for another word."))


def heading(group: str) -> Content:
    """The name of a group."""
    return Content.styled(group.capitalize(), "bold $text-primary")


def drawn(entry: Entry, width: int) -> Content:
    """Two lines: what it is called and what does it; what it does."""
    ways = [Content.styled(entry.keys, "bold $text-accent"), Content.styled(entry.slash, "bold $text-success")]
    by = Content(" · ").join([way for way in ways if way.plain])
    title = Content.styled(f"{entry.title:<{TITLE_CELLS}}", "bold")
    first = title + by if TITLE_CELLS + by.cell_length + 2 <= width else Content.styled(entry.title, "bold") + Content("\n") + by
    return Content("\n").join([hanging(first, 2, width), hanging(Content.styled(entry.about, "$text-muted"), 4, width)])
