"""Where a queue is decided about, item by item: the list, the chosen item, and the keys. Knows the queue by its methods alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.chat.rated import STATES, State
from assistant.chat.review import ReviewItem, ReviewQueue, RewordableQueue
from assistant.core.errors import UserError
from assistant.core.plain import one_line, plain
from assistant.tui.screens.correction import CorrectionScreen
from assistant.tui.screens.review_parts import drawn_parts

MARKS = {"open": "·", "accepted": "✓", "rejected": "✗"}
REWORD_KEYS = "a accept  x reject  e answer  E question  u undo  f filter  Tab, ↑↓ scroll  Esc close"
KEYS = "a accept  x reject  e correct  u undo  f filter  Tab, ↑↓ scroll  Esc close"
TITLE_CHARACTERS = 200
LONGEST_LINE = 100_000
"""Characters of a line that can be edited: the whole line is wrapped anew at every key, which takes a tenth of a second, and seconds at a million."""
STATE_AFTER: dict[State | None, State | None] = {"open": "accepted", "accepted": "rejected", "rejected": None, None: "open"}

Result = TypeVar("Result")


class ReviewScreen(Screen[None]):
    """One queue.

    Args:
        queue: What is decided about.
    """

    DEFAULT_CSS = """
    ReviewScreen {
        background: $background;
    }
    ReviewScreen #summary {
        height: 1;
        padding: 0 1;
        background: $panel;
    }
    ReviewScreen #body {
        height: 1fr;
        layout: horizontal;
    }
    ReviewScreen OptionList, ReviewScreen OptionList:focus {
        width: 2fr;
        height: 100%;
        border: none;
        padding: 0 1 0 0;
        background: $background;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
    }
    ReviewScreen #item {
        width: 3fr;
        height: 100%;
        padding: 0 1;
        border-left: solid $foreground 20%;
        scrollbar-size-vertical: 1;
    }
    ReviewScreen #item:focus {
        border-left: outer $accent;
    }
    ReviewScreen.-stacked #body {
        layout: vertical;
    }
    ReviewScreen.-stacked OptionList, ReviewScreen.-stacked OptionList:focus {
        width: 100%;
        height: 2fr;
    }
    ReviewScreen.-stacked #item {
        width: 100%;
        height: 3fr;
        border-left: none;
        border-top: solid $foreground 20%;
    }
    ReviewScreen.-stacked #item:focus {
        border-left: none;
        border-top: solid $accent;
    }
    ReviewScreen #told {
        height: auto;
        max-height: 3;
        padding: 0 1;
        color: $text-accent;
        display: none;
    }
    ReviewScreen #keys {
        height: auto;
        max-height: 2;
        padding: 0 1;
        color: $text-muted;
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-beside")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "decide('accept')", "Accept"),
        Binding("x", "decide('reject')", "Reject"),
        Binding("e", "correct", "Correct"),
        Binding("E,shift+e", "reword", "Reword", show=False),
        Binding("u", "undo", "Undo"),
        Binding("f", "filter", "Filter"),
        Binding("j", "move(1)", "Next", show=False),
        Binding("k", "move(-1)", "Previous", show=False),
        Binding("space", "read(1)", "Read on", show=False, priority=True),
        Binding("b", "read(-1)", "Read back", show=False),
        Binding("escape,q", "dismiss", "Close"),
    ]

    def __init__(self, queue: ReviewQueue) -> None:
        super().__init__()
        self._queue = queue
        self._items: dict[str, ReviewItem] = {}
        self._shown: list[str] = []
        self._filter: State | None = "open"
        self._list = OptionList(markup=False)
        self._text = Static("", markup=False)
        self._pane = VerticalScroll(self._text, id="item", can_focus=True)
        self._summary = Static("", id="summary", markup=False)
        self._told = Static("", id="told", markup=False)
        self._one_at_a_time = asyncio.Lock()

    @property
    def item(self) -> ReviewItem | None:
        """The chosen item; None where nothing is shown."""
        place = self._list.highlighted
        return self._items[self._shown[place]] if place is not None and place < len(self._shown) else None

    @property
    def shown(self) -> list[ReviewItem]:
        """The items in the list."""
        return [self._items[name] for name in self._shown]

    @property
    def told(self) -> str:
        """The last word to the user."""
        return str(self._told.content)

    @property
    def text(self) -> str:
        """What of the chosen item stands on the screen."""
        content = self._text.content
        return content.plain if isinstance(content, Content) else str(content)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._summary
        with Container(id="body"):
            yield self._list
            yield self._pane
        yield self._told
        yield Static(REWORD_KEYS if isinstance(self._queue, RewordableQueue) else KEYS, id="keys", markup=False)

    async def on_mount(self) -> None:
        """Read the queue."""
        self._summary.update(f"reading {one_line(self._queue.title)} ...")
        self.set_focus(self._list)
        self.run_worker(self._load(), exit_on_error=True)

    async def _load(self) -> None:
        items = await self._asked(self._queue.items)
        self._items = {item.id: item for item in items or ()}
        self._fill(None)

    # What is decided.

    async def action_decide(self, how: str) -> None:
        """Accept or reject the chosen item."""
        if item := self.item:
            decide = {"accept": self._queue.accept, "reject": self._queue.reject}[how]
            await self._change(lambda: decide(item.id), item, f"{how}ed: {item.title}; u takes it back")

    def action_correct(self) -> None:
        """Correct the chosen item."""
        item = self.item
        if item is None:
            return
        if item.correction is None:
            self._tell("there is nothing to correct in it")
            return

        about = f"Edit the answer to: {item.wording}" if item.wording is not None else "Edit the answer"
        self._edit(item, item.correction, self._queue.correct, "answer", about, "corrected")

    def action_reword(self) -> None:
        """Change the question of the chosen item."""
        item, queue = self.item, self._queue
        if item is None or not isinstance(queue, RewordableQueue):
            return
        if item.wording is None:
            self._tell("its question cannot be changed")
            return
        self._edit(item, item.wording, queue.reword, "question", "Edit the question", "reworded")

    def _edit(self, item: ReviewItem, text: str, change: Callable[[str, str], None], which: str, title: str, done: str) -> None:
        longest = max(map(len, plain(text).splitlines()), default=0)
        if longest > LONGEST_LINE:
            where = f"mend it in {item.place}" if item.place else "mend it where it is from"
            self._tell(f"the {which} has a line of {longest:,} characters, too long to edit here: {where}; a and x decide about it as it is")
            return

        async def keep(now: str) -> None:
            if now != plain(text).strip():
                await self._do(lambda: change(item.id, now), item, f"{done}: {item.title}; u takes it back")

        self.app.push_screen(CorrectionScreen(title, text, f"the {which} as it was", keep))

    async def action_undo(self) -> None:
        """Take back what was done last."""
        try:
            name = await self._in_turn(self._queue.undo)
            if name is None:
                self._tell("there is nothing to take back")
                return
            item = await self._in_turn(lambda: self._queue.item(name))
        except UserError as error:
            self._tell(f"{error.what}. {error.todo}")
            return
        self._items[name] = item
        self._fill(name)
        self._tell(f"as before: {item.title}")

    async def _change(self, change: Callable[[], None], item: ReviewItem, words: str) -> None:
        try:
            await self._do(change, item, words)
        except UserError as error:
            self._tell(f"{error.what}. {error.todo}")

    async def _do(self, change: Callable[[], None], item: ReviewItem, words: str) -> None:
        """Change an item and show it as it is then.

        Raises:
            UserError: It could not be changed.
        """
        await self._in_turn(change)
        now = await self._in_turn(lambda: self._queue.item(item.id))
        self._items[item.id] = now
        if item.id in self._shown:
            place = self._shown.index(item.id)
            if self._filter in (None, now.state):
                self._list.replace_option_prompt_at_index(place, self._line(now))
                self._show_item()
            else:
                self._shown.pop(place)
                self._list.remove_option_at_index(place)
                self._list.highlighted = min(place, len(self._shown) - 1) if self._shown else None
                self._show_item()
        self._summarize()
        self._tell(words)

    async def _asked(self, ask: Callable[[], Result]) -> Result | None:
        try:
            return await self._in_turn(ask)
        except UserError as error:
            self._tell(f"{error.what}. {error.todo}")
            return None

    async def _in_turn(self, ask: Callable[[], Result]) -> Result:
        """Ask the queue in a thread, for the disk may be slow; one thing after another."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(ask)

    # What is looked at.

    def action_filter(self) -> None:
        """Show those of the next state."""
        chosen = self.item
        self._filter = STATE_AFTER[self._filter]
        self._fill(chosen.id if chosen else None)

    def action_move(self, by: int) -> None:
        """Choose another item."""
        if by > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    def action_read(self, by: int) -> None:
        """Read the item on, or back."""
        scroll = self._pane.scroll_page_down if by > 0 else self._pane.scroll_page_up
        scroll(animate=False)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._show_item()

    def _fill(self, keep: str | None) -> None:
        """List what the filter leaves, with the cursor on an item if it is still there."""
        self._shown = [name for name, item in self._items.items() if self._filter in (None, item.state)]
        self._list.clear_options()
        self._list.add_options([Option(self._line(self._items[name])) for name in self._shown])
        if self._shown:
            self._list.highlighted = self._shown.index(keep) if keep in self._shown else 0
        self._summarize()
        self._show_item()

    def _show_item(self) -> None:
        item = self.item
        if item is None:
            shown = f"{self._filter} " if self._filter else ""
            self._text.update(f"No {shown}{one_line(self._queue.title)}." + (" f shows the others." if self._items else ""))
            return
        self._text.update(drawn_parts(item.parts))
        self._pane.scroll_home(animate=False)

    def _summarize(self) -> None:
        counts = Counter(item.state for item in self._items.values())
        states = "   ".join(f"{MARKS[state]} {counts[state]} {state}" for state in STATES)
        shown = f"showing {self._filter or 'all'}"
        self._summary.update(Content.assemble((one_line(self._queue.title), "bold"), f"   {states}   {shown}"))

    def _tell(self, words: str) -> None:
        self._told.update(one_line(words))
        self._told.display = bool(words)

    def _line(self, item: ReviewItem) -> Content:
        return Content(f"{MARKS[item.state]} {one_line(item.title[:TITLE_CHARACTERS])}")
