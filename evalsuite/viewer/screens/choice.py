"""A choice from a list, with a line to write what the list does not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.api import UserError, one_line
from evalsuite.viewer.screens.looks import dialog

Check = Callable[[str], object]


class BrowseChoiceScreen(ModalScreen[str | None]):
    """Ends with what was chosen or written; None if nothing was.

    Args:
        title: What is chosen.
        options: Each answer with how it is shown.
        highlighted: The one under the cursor at first.
        placeholder: What can be written; empty where nothing can.
        check: Raises a UserError for what is written and cannot be taken.
    """

    DEFAULT_CSS = dialog("BrowseChoiceScreen")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close")]

    def __init__(
        self, title: str, options: Sequence[tuple[str, str]], highlighted: int = 0, placeholder: str = "", check: Check | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._options = options
        self._highlighted = highlighted
        self._placeholder = placeholder
        self._check = check

    def compose(self) -> ComposeResult:
        """The list, the line, and what is wrong with it."""
        with Vertical(classes="browse-dialog") as dialog:
            dialog.border_title = self._title
            yield OptionList(*(Option(Content(one_line(shown))) for _, shown in self._options), markup=False)
            if self._placeholder:
                yield Input(placeholder=self._placeholder, select_on_focus=False)
                yield Static("", classes="browse-trouble", markup=False)
            yield Static("Enter chooses, Esc closes" + (", Tab to write" if self._placeholder else ""), classes="browse-hint", markup=False)

    def on_mount(self) -> None:
        """Begin at the list."""
        choices = self.query_one(OptionList)
        if self._options:
            choices.highlighted = self._highlighted
        self.set_focus(choices)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._options[event.option_index][0])

    @on(Input.Submitted)
    def _written(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            self.dismiss(None)
            return
        try:
            if self._check:
                self._check(text)
        except UserError as error:
            self.query_one(".browse-trouble", Static).update(one_line(f"{error.what}. {error.todo}"))
            return
        self.dismiss(text)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
