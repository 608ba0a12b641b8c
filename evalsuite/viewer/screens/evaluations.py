"""The evaluations of a workspace, in whatever app this screen is pushed: one is chosen, and its items or its scorecard are read.

Importing this waits for nothing that measures: what reads records is imported by the thread that reads them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from assistant.api import Home, UserError, one_line
from evalsuite.viewer.evaluation_lines import about, cells, columns, is_meant
from evalsuite.viewer.evaluations import Found, Summary, evaluations_in, summaries_of
from evalsuite.viewer.palette import ScreenCommands
from evalsuite.viewer.screens.looks import EVALUATIONS
from evalsuite.viewer.widgets.item_table import ItemTable

if TYPE_CHECKING:
    from evalsuite.viewer.shelf import Shelf
    from evalsuite.viewer.wording import Part

AT_ONCE = 40
"""Records that are read before what they say is drawn: a screenful."""
NARROW = 72
"""Below so many columns the time of day is left out."""


class EvaluationsScreen(Screen[None]):
    """A list of evaluations, the newest first.

    Args:
        home: The workspace.
        assistant: Whom the user talks with, `health@1`; the list can be narrowed to it.
    """

    DEFAULT_CSS = EVALUATIONS
    COMMANDS: ClassVar[Any] = {ScreenCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Items"),
        Binding("d", "brief", "Scorecard"),
        Binding("slash", "search", "Search", priority=True),
        Binding("escape", "back", "Back"),
        Binding("a", "own", "Only this assistant"),
        Binding("r", "reload", "Look again", show=False),
        Binding("q", "leave", "Back", show=False),
    ]

    def __init__(self, home: Home, assistant: str | None = None) -> None:
        super().__init__()
        self._home = home
        self._assistant = assistant.partition("@")[0] if assistant else None
        self._only_own = False
        self._all: list[Found] | None = None
        self._summaries: dict[Found, Summary] = {}
        self._rows: list[Found] = []
        self._table = ItemTable()
        self._header = Static("", id="evaluations-header", markup=False)
        self._search = Input(placeholder="search in names, sources and verdicts", id="evaluations-search", compact=True)
        self._about = Static("", id="evaluations-about", markup=False)
        self._said = Static("", id="evaluations-said", markup=False)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._header
        yield self._search
        yield self._table
        yield self._about
        yield self._said
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show what there is, then what it says."""
        self._search.display = self._said.display = False
        self.set_focus(self._table)
        self._arrange()
        self._read_all()

    @property
    def table(self) -> ItemTable:
        """The evaluations in view."""
        return self._table

    @property
    def chosen(self) -> Found | None:
        """The evaluation under the cursor; None where none is shown."""
        return self._rows[self._table.cursor] if self._table.cursor < len(self._rows) else None

    @property
    def is_read(self) -> bool:
        """Whether every record has been read."""
        return self._all is not None and all(found in self._summaries for found in self._all)

    # Reading.

    @work(exclusive=True, group="list")
    async def _read_all(self) -> None:
        """Read which there are, then what each says, as many at a time as fill a screen."""
        try:
            self._all = await asyncio.to_thread(evaluations_in, self._home)
        except OSError as error:
            self._all = []
            self._say(f"{self._home.evals} cannot be read: {error.strerror}")
        found = self._all
        self._summaries = {}
        self._arrange()
        for start in range(0, len(found), AT_ONCE):
            some = found[start : start + AT_ONCE]
            self._summaries.update(zip(some, await asyncio.to_thread(summaries_of, some), strict=True))
            self._arrange()
        # A copied workspace has records that are all equally new: what they say themselves decides.
        self._all = sorted(found, key=lambda each: (self._summaries[each].date, each.run), reverse=True)
        self._arrange()

    @work(exclusive=True, group="open")
    async def _open(self, found: Found) -> None:
        """Read the items, then show them."""
        self._say(f"reading {found.run} ...")
        try:
            shelf = await asyncio.to_thread(_shelf_of, found, self._home)
        except UserError as error:
            self._say(f"{error.what}. {error.todo}")
            return
        from evalsuite.viewer.screens.browse import BrowseScreen

        self._say("")
        if self.is_current:
            self.app.push_screen(BrowseScreen(shelf))

    @work(exclusive=True, group="open")
    async def _brief(self, found: Found) -> None:
        """Read the scorecard, then show it."""
        self._say(f"reading {found.run} ...")
        try:
            parts = await asyncio.to_thread(_brief_of, found)
        except UserError as error:
            self._say(f"{error.what}. {error.todo}")
            return
        from evalsuite.viewer.screens.brief import BriefScreen

        self._say("")
        if self.is_current:
            self.app.push_screen(BriefScreen(parts))

    # What is shown.

    def _arrange(self) -> None:
        """Show what is to be shown, with the cursor on the evaluation that it was on."""
        keep, at_top = self.chosen, self._table.cursor == 0
        words = self._search.value.casefold().split()
        self._rows = [found for found in self._all or () if self._is_wanted(found, words)]
        place = 0 if at_top or keep not in self._rows else self._rows.index(keep)
        is_narrow = self.size.width < NARROW

        def row(place: int) -> list[str]:
            found = self._rows[place]
            return cells(found, self._summaries.get(found), is_narrow)

        self._table.show(columns(is_narrow), len(self._rows), row, place)
        self._header.update(self._heading())
        self._tell()

    def _is_wanted(self, found: Found, words: list[str]) -> bool:
        summary = self._summaries.get(found)
        if self._only_own and (summary is None or summary.label.partition("@")[0] != self._assistant):
            return False
        return is_meant(found, summary, words)

    def _heading(self) -> str:
        if self._all is None:
            return "Evaluations: looking ..."
        of = f" of {len(self._all)}" if len(self._rows) < len(self._all) else ""
        own = f", only those of {self._assistant}" if self._only_own else ""
        reading = "" if self.is_read else f", {len(self._summaries)} read"
        return one_line(f"Evaluations in {self._home.evals}: {len(self._rows)}{of}{own}{reading}")

    @on(ItemTable.Chosen)
    def _tell(self) -> None:
        """Say of the chosen one what its row has no room for."""
        found = self.chosen
        if found is None:
            self._about.update(self._why_empty())
            return
        self._about.update(about(found, self._summaries.get(found)))

    def _why_empty(self) -> str:
        if self._all is None:
            return ""
        if self._all:
            return "none is like this: Esc shows all"
        return one_line(f"There is no evaluation in {self._home.evals} yet: `evalsuite run {self._assistant or 'NAME'}` makes one.")

    def _say(self, words: str) -> None:
        self._said.update(one_line(words))
        self._said.display = bool(words)

    def on_resize(self, event: Resize) -> None:
        """Leave out, or show again, what needs room."""
        self._arrange()

    # What can be done.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the line of the search, a slash is a slash; only who talks with an assistant can narrow the list to it."""
        if action == "own":
            return self._assistant is not None
        return not (action == "search" and self.focused is self._search)

    def action_open(self) -> None:
        """Read the items of the chosen evaluation."""
        if self.chosen:
            self._open(self.chosen)

    def action_brief(self) -> None:
        """Read verdict, gates, doubts and figures of the chosen evaluation."""
        if self.chosen:
            self._brief(self.chosen)

    def on_click(self, event: Click) -> None:
        """Open what is clicked twice."""
        if event.chain == 2 and event.widget is self._table:
            self.action_open()

    def action_own(self) -> None:
        """Show only this assistant's evaluations, or all again."""
        self._only_own = not self._only_own
        self._arrange()

    def action_reload(self) -> None:
        """Look again which there are."""
        self._say("")
        self._read_all()

    def action_search(self) -> None:
        """Search while it is written."""
        self._search.display = True
        self.set_focus(self._search)

    @on(Input.Changed, "#evaluations-search")
    def _searched(self) -> None:
        self._arrange()

    @on(Input.Submitted, "#evaluations-search")
    def _search_done(self) -> None:
        self._search.display = bool(self._search.value.strip())
        self.set_focus(self._table)

    def action_back(self) -> None:
        """Show all again; where all are shown, leave."""
        if not (self._search.display or self._only_own):
            self.action_leave()
            return
        self._search.display = self._only_own = False
        self._search.value = ""
        self.set_focus(self._table)
        self._arrange()

    def action_leave(self) -> None:
        """Leave for the screen below."""
        self.dismiss(None)

    def palette(self) -> Iterable[SystemCommand]:
        """What the palette offers over this screen."""
        yield SystemCommand("Read the items", "The questions and answers of the chosen evaluation", self.action_open)
        yield SystemCommand("Read the scorecard", "Verdict, gates, doubts and figures of the chosen evaluation", self.action_brief)
        yield SystemCommand("Look again", "Look which evaluations there are now", self.action_reload)
        yield SystemCommand("Leave the evaluations", "Back to where they were opened", self.action_leave)


def _shelf_of(found: Found, home: Home) -> Shelf:
    """The items of an evaluation, the worst first; imports what reads and draws them, so that the screen need not wait for it."""
    import evalsuite.viewer.screens.browse  # noqa: F401
    from evalsuite.viewer.journal import Journal
    from evalsuite.viewer.opening import open_collection
    from evalsuite.viewer.ordering import parse_order
    from evalsuite.viewer.shelf import Shelf

    evaluation, collection = open_collection(str(found.folder), None, home)
    return Shelf(collection, Journal(evaluation.folder), (), parse_order(None, collection))


def _brief_of(found: Found) -> list[Part]:
    import evalsuite.viewer.screens.brief  # noqa: F401
    from evalsuite.evaluation import Evaluation, read_scorecard
    from evalsuite.viewer.brief import brief_of

    return brief_of(read_scorecard(Evaluation(found.folder)))
