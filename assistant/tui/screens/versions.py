"""All versions in one table: when and how each was made, how well it learned, and its scores where there are any.

Reads manifests in a thread; knows nothing of evaluations but the figures that it is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.training.progressing import Point
from assistant.tui.screens.version_rows import Chosen, Row, Score, cells_of, columns_of, names_of, read_card, read_curve, read_rows, sorted_rows
from assistant.tui.widgets.loss_curve import LossCurve

Scores = Callable[[Home], Mapping[str, Mapping[str, Score]]]
"""Gives the main figures of each version by its label: `{"health@1": {"f1": 0.41, "gates": "passed"}}`."""


class VersionsScreen(Screen[Chosen | None]):
    """Ends with the version that was chosen and what is to be done with it; None if there is none.

    Args:
        home: The workspace.
        scores: The figures of evaluations; None where nothing knows any.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("t", "train", "Train again"),
        Binding("d", "details", "Details"),
        Binding("s", "sort", "Sort by the next column"),
        Binding("o", "turn", "Turn the order"),
    ]

    DEFAULT_CSS = """
    VersionsScreen { layout: vertical; background: $background; }
    VersionsScreen #headline { height: 1; padding: 0 1; background: $panel; color: $foreground; text-style: bold; }
    VersionsScreen DataTable { height: 1fr; background: $background; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    VersionsScreen #note { height: auto; max-height: 3; padding: 0 1; color: $text-warning; }
    VersionsScreen #keys { height: 1; padding: 0 1; background: $panel; color: $text-muted; }
    """

    def __init__(self, home: Home, scores: Scores | None = None) -> None:
        super().__init__()
        self._home = home
        self._scores_of = scores
        self._rows: list[Row] = []
        self._figures: list[str] = []
        self._key = "version"
        self._turned = False

    def compose(self) -> ComposeResult:
        """A table, and the keys."""
        yield Static("versions", id="headline", markup=False)
        yield DataTable[Content](cursor_type="row", zebra_stripes=True)
        yield Static("reading the versions ...", id="note", markup=False)
        yield Static("Enter chat · t train again · d details · s sort · o turn · Esc close", id="keys", markup=False)

    def on_mount(self) -> None:
        """Read the versions beside the screen."""
        self.query_one(DataTable).focus()
        self.run_worker(self._read())

    @property
    def labels(self) -> list[str]:
        """The versions in the order of the table."""
        return [row.label for row in self._rows]

    async def _read(self) -> None:
        """First what the versions say themselves, then the scores, which may take longer."""
        self._rows = await asyncio.to_thread(read_rows, self._home)
        self._fill()
        self._say("" if self._rows else "No versions yet: /training begins one, or `assistant train RECIPE`.")
        if self._scores_of is None or not self._rows:
            return
        try:
            scores = await asyncio.to_thread(self._scores_of, self._home)
        except Exception as error:
            # What a package brings along may fail in any way; the versions are still there.
            self._say(f"the scores cannot be shown: {type(error).__name__}: {error}")
            return
        self._rows = [row.with_scores(scores.get(row.label, {})) for row in self._rows]
        self._figures = names_of(scores)
        self._fill()

    def _fill(self) -> None:
        """Draw the table anew; the cursor stays on its version."""
        table = self.query_one(DataTable)
        chosen = self._chosen.label if self._chosen else None
        self._rows = sorted_rows(self._rows, self._key, self._turned)
        table.clear(columns=True)
        for column in columns_of(self._rows, self._figures):
            arrow = ("▼" if self._turned else "▲") if column.title == self._key else ""
            table.add_column(Text(one_line(column.title) + arrow), width=column.width, key=column.title)
        table.add_rows([Content(cell) for cell in cells_of(row, self._figures)] for row in self._rows)
        if chosen in self.labels:
            table.move_cursor(row=self.labels.index(chosen))
        self.query_one("#headline", Static).update(f"versions · {len(self._rows)} · by {one_line(self._key)}")

    @property
    def _chosen(self) -> Row | None:
        table = self.query_one(DataTable)
        return self._rows[table.cursor_row] if self._rows and table.row_count and 0 <= table.cursor_row < len(self._rows) else None

    @on(DataTable.RowSelected)
    def _entered(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if row := self._chosen:
            if row.problem:
                self._say(row.problem)
            else:
                self.dismiss(Chosen(row.label, "chat"))

    @on(DataTable.HeaderSelected)
    def _heading(self, event: DataTable.HeaderSelected) -> None:
        event.stop()
        self._sort_by(str(event.column_key.value))

    def action_train(self) -> None:
        """Train it again: whoever opened this screen is handed its recipe."""
        if row := self._chosen:
            if row.recipe is None:
                self._say(f"the recipe of {row.label} is no longer where it was: {row.recipe_folder or 'unknown'}")
            else:
                self.dismiss(Chosen(row.label, "train", row.recipe))

    async def action_details(self) -> None:
        """The model card, and the curve of its training."""
        if row := self._chosen:
            card = await asyncio.to_thread(read_card, row, self._home)
            points = await asyncio.to_thread(read_curve, row)
            self.app.push_screen(VersionScreen(row.label, card, points))

    def action_sort(self) -> None:
        """By the next column."""
        titles = [column.title for column in columns_of(self._rows, self._figures)]
        self._sort_by(titles[(titles.index(self._key) + 1) % len(titles)])

    def action_turn(self) -> None:
        """The same order from the other end."""
        self._sort_by(self._key)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    def _sort_by(self, key: str) -> None:
        self._turned = not self._turned if key == self._key else False
        self._key = key
        self._fill()

    def _say(self, note: str) -> None:
        line = self.query_one("#note", Static)
        line.update(one_line(note))
        line.display = bool(note)


class VersionScreen(Screen[None]):
    """One version: how it learned, and its model card.

    Args:
        label: `health@1`.
        card: Markdown.
        points: Of its training curve; empty where that is not kept.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,d", "dismiss", "Close")]

    DEFAULT_CSS = """
    VersionScreen { layout: vertical; background: $background; }
    VersionScreen #headline { height: 1; padding: 0 1; background: $panel; color: $foreground; text-style: bold; }
    VersionScreen VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    VersionScreen LossCurve { height: 14; margin: 1 0; }
    VersionScreen #keys { height: 1; padding: 0 1; background: $panel; color: $text-muted; }
    """

    def __init__(self, label: str, card: str, points: tuple[Point, ...]) -> None:
        super().__init__()
        self._label = label
        self._card = card
        self._points = points

    def compose(self) -> ComposeResult:
        """Curve and card, to be scrolled."""
        from assistant.tui.widgets.answer_text import AnswerText

        yield Static(one_line(self._label), id="headline", markup=False)
        with VerticalScroll():
            if self._points:
                curve = LossCurve()
                curve.points = self._points
                yield curve
            yield AnswerText(self._card)
        yield Static("↑ ↓ read · Esc close", id="keys", markup=False)

    def on_mount(self) -> None:
        """Keys scroll at once."""
        self.query_one(VerticalScroll).focus()
