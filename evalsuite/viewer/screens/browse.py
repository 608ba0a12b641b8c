"""The browser: the table of items, the chosen one, and the keys that decide what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from assistant.api import UserError, one_line, plain
from evalsuite.viewer.conditions import parse_condition
from evalsuite.viewer.items import Item
from evalsuite.viewer.palette import ScreenCommands
from evalsuite.viewer.rows import heading_of, rows_of
from evalsuite.viewer.rules import hindrance, what_leaves
from evalsuite.viewer.screens.choice import BrowseChoiceScreen
from evalsuite.viewer.screens.correct import CorrectReferenceScreen
from evalsuite.viewer.screens.help import BrowseHelpScreen
from evalsuite.viewer.screens.looks import BREAKPOINTS, BROWSE
from evalsuite.viewer.shelf import Shelf
from evalsuite.viewer.widgets.item_pane import ItemPane
from evalsuite.viewer.widgets.item_table import ItemTable
from evalsuite.viewer.wording import parts_of

WORDS = {"review": "review", "training": "the training data", "regression": "the regression set"}


class BrowseScreen(Screen[None]):
    """One evaluation: an app of its own, or pushed over a screen of another app's.

    Args:
        shelf: Its items.
    """

    DEFAULT_CSS = BROWSE
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    COMMANDS: ClassVar[Any] = {ScreenCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "send('review')", "Review"),
        Binding("t", "send('training')", "Train"),
        Binding("x", "send('regression')", "Regression"),
        Binding("e", "correct", "Correct"),
        # Before the table's own keys: what is written after it must find the line, however fast it comes.
        Binding("slash", "search", "Search", priority=True),
        Binding("f", "filter", "Filter"),
        Binding("s", "sort", "Sort"),
        Binding("d", "compare", "Diff", show=False),
        Binding("c", "copy", "Copy id", show=False),
        Binding("question_mark,f1", "help", "Help", key_display="?"),
        Binding("q", "leave", "Leave"),
        Binding("escape", "back", "All items", show=False),
        Binding("n", "move(1)", "Next", show=False),
        Binding("p", "move(-1)", "Previous", show=False),
        Binding("space", "read(1)", "Read on", show=False),
        Binding("b", "read(-1)", "Read back", show=False),
    ]

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._against = "other" if shelf.collection.other else "reference"
        self._table = ItemTable()
        self._pane = ItemPane()
        self._summary = Static("", id="browse-summary", markup=False)
        self._search = Input(placeholder="search in ids, questions, references and answers", id="browse-search", compact=True)
        self._said = Static("", id="browse-said", markup=False)
        self._said_of: Item | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Static(heading_of(self._shelf.collection), id="browse-header", markup=False)
        yield self._summary
        yield self._search
        with Container(id="browse-body"):
            yield self._table
            yield self._pane
        yield self._said
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show all that the shelf holds."""
        self._search.display = self._said.display = False
        self.set_focus(self._table)
        self._show_items(None)

    @property
    def table(self) -> ItemTable:
        """The items in view."""
        return self._table

    @property
    def pane(self) -> ItemPane:
        """The chosen item."""
        return self._pane

    @property
    def shelf(self) -> Shelf:
        """What is shown."""
        return self._shelf

    @property
    def summary(self) -> str:
        """The line that says what is shown."""
        return str(self._summary.content)

    @property
    def said(self) -> str:
        """The last word to the user."""
        return str(self._said.content)

    @property
    def item(self) -> Item | None:
        """The chosen item; None where nothing is shown."""
        return self._shelf.items[self._table.cursor] if self._table.cursor < len(self._shelf.items) else None

    # What is shown.

    def _show_items(self, keep: Item | None) -> None:
        """Fill the table anew, with the cursor on an item if it is still there."""
        columns, row = rows_of(self._shelf)
        self._table.show(columns, len(self._shelf.items), row, self._shelf.place_of(keep))
        self._summary.update(one_line(self._shelf.summary))

    @on(ItemTable.Chosen)
    def _show_item(self, event: ItemTable.Chosen | None = None) -> None:
        item = self.item
        if item is None:
            self._pane.show([])
            self._say("no item fulfils the filter: Esc shows all")
            return
        # News of a move may come after a word on the item that was moved to.
        if item is not self._said_of:
            self._say("")
        parts = parts_of(item, self._shelf.journal.of(item.id), self._shelf.collection, self._against)
        self._pane.show(parts, from_top=event is not None)

    def _say(self, words: str) -> None:
        self._said_of = self.item
        self._said.update(plain(words))
        self._said.display = bool(words)

    # What becomes of an item.

    def action_send(self, action: str) -> None:
        """Send the item somewhere, or take it back."""
        item, collection, journal = self.item, self._shelf.collection, self._shelf.journal
        if item is None:
            return
        if reason := hindrance(action, item, collection, journal):
            self._say(f"not sent to {WORDS[action]}: {reason}")
            return
        if self._decided(lambda: journal.toggle(item.id, action)):
            is_sent = action in journal.of(item.id).marks
            words = f"{item.id} is {'sent to' if is_sent else 'taken back from'} {WORDS[action]}"
            leaving = what_leaves(collection, journal) if action == "training" else ""
            self._say(f"{words}. {'A test question that is trained on measures nothing: ' if is_sent else ''}{leaving}" if leaving else words)

    def action_correct(self) -> None:
        """Correct the reference."""
        item, journal = self.item, self._shelf.journal
        if item is None:
            return
        before = journal.of(item.id).answer

        def keep(text: str | None) -> None:
            if text is None:
                return
            answer = text if text and text != plain(item.asked.references[0]) else None
            if answer != before and self._decided(lambda: journal.correct(item.id, answer)):
                self._say(f"the reference of {item.id} is {'as it was' if answer is None else 'corrected; exported rows carry it, scores stay'}")

        self.app.push_screen(CorrectReferenceScreen(item.asked.question, item.asked.references[0] if before is None else before), keep)

    def _decided(self, decide: Callable[[], object]) -> bool:
        try:
            decide()
        except UserError as error:
            self._say(f"{error.what}. {error.todo}")
            return False
        self._table.refresh()
        self._show_item()
        return True

    # What is looked at.

    def action_move(self, by: int) -> None:
        """Choose another item."""
        self._table.action_move(by)

    def action_read(self, by: int) -> None:
        """Read the item on, or back."""
        scroll = self._pane.scroll_page_down if by > 0 else self._pane.scroll_page_up
        scroll(animate=False)

    def action_compare(self) -> None:
        """Mark differences from something else."""
        ways = (["other"] if self._shelf.collection.other else []) + ["reference", "nothing"]
        self._against = ways[(ways.index(self._against) + 1) % len(ways)]
        self._show_item()
        self._say(
            {"other": "differences from the other side", "reference": "differences from the reference", "nothing": "no differences"}[self._against]
        )

    def action_copy(self) -> None:
        """Copy the item's id."""
        if self.item:
            self.app.copy_to_clipboard(self.item.id)
            self._say(f"copied: {self.item.id}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the line of the search, a slash is a slash."""
        return not (action == "search" and self.focused is self._search)

    def action_search(self) -> None:
        """Search while it is written."""
        self._search.display = True
        # Not focus(), which waits for its turn: letters that come before it would be commands.
        self.set_focus(self._search)

    @on(Input.Changed, "#browse-search")
    def _searched(self, event: Input.Changed) -> None:
        self._rearrange(lambda: self._shelf.search(event.value.strip()))

    @on(Input.Submitted, "#browse-search")
    def _search_done(self) -> None:
        self._search.display = bool(self._search.value.strip())
        self.set_focus(self._table)

    def action_clear(self) -> None:
        """Show all items again."""
        self._search.display = False
        self.set_focus(self._table)
        with self.prevent(Input.Changed):
            self._search.value = ""
        self._rearrange(self._shelf.clear)

    def action_back(self) -> None:
        """Show all items again; where all are shown, leave for the screen below."""
        if self._shelf.conditions or self._search.display or self._is_lowest:
            self.action_clear()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave the browser: for the screen below, or the app where there is none."""
        if self._is_lowest:
            self.app.exit()
        else:
            self.dismiss(None)

    @property
    def _is_lowest(self) -> bool:
        return self.app.screen_stack[0] is self

    def palette(self) -> Iterable[SystemCommand]:
        """What the palette offers over this screen."""
        yield SystemCommand("Filter items", "Show only some of the items", self.action_filter)
        yield SystemCommand("Sort items", "Sort by another metric", self.action_sort)
        yield SystemCommand("All items", "Take every filter back", self.action_clear)
        yield SystemCommand("Keys of the browser", "What the keys do, what the marks mean", self.action_help)
        yield SystemCommand("Leave the browser", "Back to where it was opened", self.action_leave)

    def action_filter(self) -> None:
        """Take a filter in or out."""
        collection = self._shelf.collection

        def take(text: str | None) -> None:
            if text is not None:
                self._rearrange(lambda: self._shelf.toggle_condition(text))

        hint = "or write: kind=what, f1<0.3, f1=0.2..0.5, text=words"
        self.app.push_screen(
            BrowseChoiceScreen("Filter", self._shelf.filter_choices(), 0, hint, lambda text: parse_condition(text, collection)), take
        )

    @on(ItemTable.HeadingClicked)
    def action_sort(self) -> None:
        """Sort by something else."""
        choices, place = self._shelf.order_choices()

        def take(text: str | None) -> None:
            if text is not None:
                self._rearrange(lambda: self._shelf.sort_by(text), from_top=True)

        self.app.push_screen(BrowseChoiceScreen("Sort; the same one again turns the order round", choices, place), take)

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(BrowseHelpScreen())

    def _rearrange(self, change: Callable[[], None], from_top: bool = False) -> None:
        """Change what is shown; the cursor stays on its item where that is still there."""
        keep = None if from_top else self.item
        change()
        self._show_items(keep)
