"""An app with nothing but a composer, for tests of it: what it posts is kept, and keys of the screen come first, as in the chat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from assistant.tui.commands import COMMANDS
from assistant.tui.widgets.completion import Completion
from assistant.tui.widgets.composer import Composer


class Writing(App[None]):
    """One composer."""

    CSS = "#above { height: 1fr; } #frame { height: auto; border: round $primary; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", priority=True), Binding("tab", "read", priority=True)]

    def __init__(self, folder: Path | None = None, complete_argument: Callable[[str, str], list[str]] | None = None, slash: bool = True) -> None:
        super().__init__()
        self.composer = Composer("health@1", COMMANDS if slash else (), complete_argument, folder)
        self.sent: list[Composer.Sent] = []
        self.commands: list[tuple[str, str]] = []
        self.unknown: list[str] = []
        self.stops = 0

    def compose(self) -> ComposeResult:
        yield Static("", id="above")
        with Vertical(id="frame"):
            yield self.composer
        yield Static("status")

    def on_mount(self) -> None:
        self.composer.focus()

    @property
    def completion(self) -> Completion:
        return self.query_one(Completion)

    @property
    def offered(self) -> list[str]:
        return [choice.shown for choice in self.completion.choices]

    def write(self, text: str) -> None:
        """Write as if by the keyboard, but at once."""
        self.composer.insert(text)

    def action_stop(self) -> None:
        if not self.composer.close_completion():
            self.stops += 1

    def action_read(self) -> None:
        raise SkipAction  # As the chat does while something is being completed.

    @on(Composer.Sent)
    def _sent(self, event: Composer.Sent) -> None:
        self.sent.append(event)

    @on(Composer.Command)
    def _command(self, event: Composer.Command) -> None:
        self.commands.append((event.name, event.argument))

    @on(Composer.Unknown)
    def _unknown(self, event: Composer.Unknown) -> None:
        self.unknown.append(event.word)
