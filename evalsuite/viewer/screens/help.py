"""What the keys do and what the marks mean, over the browser."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from evalsuite.viewer.screens.looks import dialog

KEYS = (
    ("n, p, Down, Up", "next and previous item (also j, k, PageDown, ...)"),
    ("Space, b", "read the item on and back"),
    ("Tab", "between the table and the item"),
    ("r", "send to review, or take back"),
    ("t", "send to the training data, or take back"),
    ("", "(its whole group leaves the test set)"),
    ("x", "send to the regression set, or take back"),
    ("e", "correct the reference answer"),
    ("/", "search in ids, questions, references, answers"),
    ("f", "filter, or take a filter back"),
    ("Esc", "show all items again; inside the chat, then back"),
    ("s", "sort; by the same again: the other way round"),
    ("d", "differences from other side, reference, none"),
    ("c", "copy the id"),
    ("Ctrl+P", "themes and all commands"),
    ("q", "leave the browser"),
)
MARKS = (
    ("R T X E", "sent to review, training, regression; corrected"),
    ("{+words+}", "the answer alone has them"),
    ("[-words-]", "the text it is compared with alone has them"),
    ("\N{EN DASH}", "the metric does not apply, or there is no score"),
)


class BrowseHelpScreen(ModalScreen[None]):
    """Keys and marks."""

    DEFAULT_CSS = dialog("BrowseHelpScreen")

    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,f1,q,enter", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """Two tables."""
        width = max(len(keys) for keys, _ in (*KEYS, *MARKS))
        with VerticalScroll(classes="browse-dialog"):
            yield Static("\n".join(f"{keys:<{width}}  {what}" for keys, what in KEYS), markup=False)
            yield Static("\n".join(f"{mark:<{width}}  {what}" for mark, what in MARKS), classes="browse-apart", markup=False)
            yield Static("Esc closes this", classes="browse-hint", markup=False)
