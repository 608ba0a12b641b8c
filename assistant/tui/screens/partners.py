"""Whom to go on with: the versions and bases there are, by what is written of them. Knows no conversation and loads no model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from assistant.chat.partner import Listed, Roster
from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.screens.panel import Line, Panel, keys_line, told
from assistant.tui.widgets.row_list import RowList

KEYS = "type to filter · ↑↓ · Enter {verb} · Esc closes"


class PartnersScreen(Panel[Listed | None]):
    """Ends with whom was chosen; None for nobody.

    Args:
        roster: Everybody there is.
        current: The label of whoever answers now.
        words: What to filter by at first.
        title: What somebody is chosen for.
        verb: What Enter does, as the line of keys says it.
        without: The label of somebody who is not offered; empty to offer everybody.
    """

    DEFAULT_CSS = """
    PartnersScreen RowList { margin-top: 1; }
    PartnersScreen #about { height: auto; max-height: 6; margin-top: 1; padding: 0 1; border-left: outer $primary; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(
        self, roster: Roster, current: str, words: str = "", *, title: str = "Assistants", verb: str = "goes on with it", without: str = ""
    ) -> None:
        super().__init__()
        self._roster, self._current, self._words = roster, current, words
        self._title, self._verb, self._without = one_line(title), one_line(verb), without
        self._filter = Line(placeholder="Filter by name, method, base or date", id="filter")
        self._list = RowList()
        self._about = Static("", id="about", markup=False)
        self._everybody: list[Listed] | None = None
        self._shown: list[Listed] = []
        self._notes: dict[Listed, Content] = {}
        self._is_reading = False

    def compose(self) -> ComposeResult:
        """The field, the list, what is known of the chosen one, and the keys."""
        with Vertical(classes="panel") as panel:
            # Neither is markup, whoever wrote it.
            panel.border_title = Content(self._title)
            yield self._filter
            yield self._list
            yield self._about
            yield told()
            yield keys_line(KEYS.format(verb=self._verb))

    def on_mount(self) -> None:
        """Draw first, then ask the disk."""
        self._filter.value = one_line(self._words)
        self._filter.focus()
        self.tell("reading …")
        self.run_worker(self._load())

    @property
    def shown(self) -> Sequence[Listed]:
        """Whom the list holds."""
        return self._shown

    @property
    def chosen(self) -> Listed | None:
        """Who is chosen; None where there is nobody."""
        return self._shown[self._list.cursor] if self._shown else None

    async def _load(self) -> None:
        try:
            everybody = await asyncio.to_thread(self._roster.listed)
        except UserError as error:
            self.tell_error(error)
            return
        self._everybody = [one for one in everybody if one.label != self._without]
        self._show()
        if not self._wanted:
            self._list.cursor = next((place for place, one in enumerate(self._shown) if one.label == self._current), 0)

    @on(Input.Changed, "#filter")
    def _show(self) -> None:
        if self._everybody is None:
            return
        wanted = self._wanted
        found = [one for one in self._everybody if all(word in _searched(one) for word in wanted)]
        # Whoever is called so comes before those of whom it is only said, as of all that were made from a base: the cursor goes to the first.
        self._shown = sorted(found, key=lambda one: not all(word in one.label.casefold() for word in wanted))
        self._list.show(len(self._shown), self._drawn)
        self.tell("" if self._shown else self._nobody())

    @property
    def _wanted(self) -> list[str]:
        return self._filter.value.casefold().split()

    def _nobody(self) -> str:
        if self._wanted:
            return "Nobody is called so."
        return f"There is {'nobody else' if self._without else 'no assistant yet'}: `assistant train RECIPE` makes one."

    def _drawn(self, place: int, width: int) -> Content:
        one = self._shown[place]
        name = Content(one_line(one.label)).truncate(max(8, width // 3), ellipsis=True)
        # A base belongs to the version above it, whose prompt it is given; sorted by what was typed, it may stand elsewhere.
        row = Content("  " if one.kind == "base" and not self._wanted else "") + name
        row += Content(" " * max(2, width // 3 + 3 - row.cell_length)) + Content.styled(one_line(one.about), "$text-muted")
        if one.label != self._current:
            return row
        now = Content.styled("  answers now", "bold $text-success")
        return row.truncate(max(1, width - now.cell_length), ellipsis=True) + now

    # What is known of the chosen one is read in a thread, one at a time, and then of whoever is chosen by then.

    @on(RowList.Moved)
    def _describe(self) -> None:
        chosen = self.chosen
        self._about.display = chosen is not None
        if chosen is None:
            return
        self._about.update(self._notes.get(chosen, Content(f"{one_line(chosen.label)}: {one_line(chosen.about)}")))
        if chosen not in self._notes and not self._is_reading:
            self._is_reading = True
            self.run_worker(self._read())

    async def _read(self) -> None:
        while (one := self.chosen) is not None and one not in self._notes:
            try:
                partner = await asyncio.to_thread(self._roster.partner, one)
                notice = Content.styled(one_line(partner.notice), "$text-warning")
                lines = [Content(one_line(partner.description)), notice, Content.styled(one_line(one.about), "$text-muted")]
            except UserError as error:
                lines = [Content.styled(f"✗ {one_line(error.what)}", "$text-error"), Content(one_line(error.todo))]
            self._notes[one] = Content("\n").join([line for line in lines if line.plain])
            if self.chosen == one:
                self._about.update(self._notes[one])
        self._is_reading = False

    # What the user does.

    def action_move(self, by: int) -> None:
        """Choose somebody further up or down."""
        self._list.action_move(by)

    def action_page(self, by: int) -> None:
        """Choose somebody a page further up or down."""
        self._list.action_page(by)

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def _take(self) -> None:
        if self.chosen:
            self.dismiss(self.chosen)


def _searched(one: Listed) -> str:
    return f"{one.label} {one.about} {one.kind}".casefold()
