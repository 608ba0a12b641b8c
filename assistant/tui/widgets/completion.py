"""The list over the line where one writes: what can be put in there, best first.

Floats above whatever stands there, never has the focus, and knows nothing of what it lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.core.plain import plain
from assistant.tui.completing import Choice

MOST_ROWS = 8
MOST_CHOICES = 60
WIDEST_NAME = 40
KEYS = "↑↓ choose · Tab completes · Esc closes"


class Completion(OptionList, can_focus=False):
    """Choices, one of them chosen."""

    DEFAULT_CSS = """
    Completion {
        overlay: screen;
        display: none;
        width: 100%;
        max-width: 90;
        height: auto;
        padding: 0 1;
        border: round $primary 60%;
        border-subtitle-color: $text-muted;
        background: $surface;
        color: $foreground;
        scrollbar-size-vertical: 1;
    }
    Completion:focus { border: round $primary 60%; }
    Completion > .option-list--option-highlighted, Completion:focus > .option-list--option-highlighted {
        background: $primary 30%;
        color: $foreground;
        text-style: bold;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.choices: tuple[Choice, ...] = ()
        self.was_moved = False

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose from."""
        return bool(self.choices)

    @property
    def chosen(self) -> Choice | None:
        """The choice that is marked."""
        return None if self.highlighted is None or not self.choices else self.choices[self.highlighted]

    def offer(self, choices: Sequence[Choice], note: str = "") -> None:
        """Show choices, the first of them chosen; none: go away.

        Args:
            choices: Best first; of very many, the first.
            note: What must be known of the list: that it is not complete.
        """
        self.choices = tuple(choices[:MOST_CHOICES])
        self.was_moved = False
        self.display = self.is_open
        self.set_options(Option(line) for line in lines_of(self.choices))
        self.highlighted = 0 if self.is_open else None
        self.border_subtitle = Content(note or KEYS)

    def move(self, rows: int) -> None:
        """Choose the one that many rows below; from the last to the first, and back."""
        if self.highlighted is not None:
            self.was_moved = True
            self.highlighted = (self.highlighted + rows) % len(self.choices)

    def place(self, room: int, below: int) -> None:
        """Stand above the line where one writes.

        Args:
            room: Rows that are free above it.
            below: Rows between the line itself and where the list may end, as for a frame.
        """
        rows = max(1, min(len(self.choices), MOST_ROWS, room - 2))
        self.styles.max_height = rows + 2
        self.styles.offset = (0, -(rows + 2 + below))


def lines_of(choices: Sequence[Choice]) -> list[Content]:
    """The choices in columns: name, what it is, and the key that does the same."""
    names = _column([choice.shown for choice in choices], WIDEST_NAME)
    abouts = _column([choice.about for choice in choices], WIDEST_NAME)
    return [
        Content("  ").join([Content(name), Content.styled(about, "$text-muted"), Content.styled(choice.key, "bold")])
        if choice.about
        else Content(name.rstrip())
        for name, about, choice in zip(names, abouts, choices, strict=True)
    ]


def _column(texts: Sequence[str], widest: int) -> list[str]:
    """Texts on one line each, filled up to the same width; a wider one stays as it is."""
    shown = [plain(text).replace("\n", "␊") for text in texts]
    width = min(max(map(cell_len, shown), default=0), widest)
    return [text + " " * (width - cell_len(text)) for text in shown]
