"""Where somebody says why an answer is good or bad, and what would have been right. Knows no book to keep it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.chat.rated import REASONS, Entry, Verdict
from assistant.core.plain import plain
from assistant.tui.screens.after_keys import after_keys
from assistant.tui.widgets.plain_area import PlainArea

KEYS = "1-9 reasons   Tab next field   Ctrl+S save   Esc leave"
CORRECTION = "What would have been right (F8 empties it; left as it is: no correction)"
NOT_SAVED = "Not saved.   Ctrl+S save   Esc again leaves without it"


@dataclass(frozen=True)
class Draft:
    """What was said, to be handed to `FeedbackBook.rate` as it is.

    Attributes:
        verdict: Good or bad.
        reasons: Why, of `REASONS`.
        comment: Why, in the user's own words.
        correction: What would have been right; empty where nobody said.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    comment: str
    correction: str


class ReasonList(OptionList):
    """Reasons that are chosen or not, by their digits.

    Args:
        verdict: What they are reasons for.
        chosen: Those that are chosen at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Choose", show=False),
        *(Binding(str(digit), f"choose({digit - 1})", show=False) for digit in range(1, 10)),
    ]
    DEFAULT_CSS = """
    ReasonList, ReasonList:focus {
        border: none;
        padding: 0;
        background: $surface;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 0;
    }
    """

    def __init__(self, verdict: Verdict, chosen: tuple[str, ...] = ()) -> None:
        self._reasons = tuple(REASONS[verdict].items())
        self._chosen = {reason for reason in chosen if reason in REASONS[verdict]}
        super().__init__(*(Option(self._shown(place)) for place in range(len(self._reasons))), markup=False)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The reasons that are chosen, in their own order."""
        return tuple(reason for reason, _ in self._reasons if reason in self._chosen)

    def action_choose(self, place: int) -> None:
        """Choose a reason, or no longer."""
        if place >= len(self._reasons):
            return
        self._chosen ^= {self._reasons[place][0]}
        self.replace_option_prompt_at_index(place, self._shown(place))
        self.highlighted = place

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, space or a click."""
        event.stop()
        self.action_choose(event.option_index)

    def _shown(self, place: int) -> Content:
        reason, about = self._reasons[place]
        mark = "x" if reason in self._chosen else " "
        return Content.assemble(f"{place + 1} [{mark}] ", (f"{reason:<10}", "bold" if mark == "x" else ""), (f" {about}", "$text-muted"))


class FeedbackScreen(ModalScreen[Draft | None]):
    """Ends with what was said; None if nothing was.

    Args:
        answer: The answer.
        entry: What was said of it before; None if nothing was.
        verdict: Good or bad.
    """

    DEFAULT_CSS = """
    FeedbackScreen {
        align: center middle;
    }
    FeedbackScreen > Vertical {
        width: 84;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        border: round $primary;
        border-title-color: $text-primary;
        background: $surface;
        padding: 0 1;
    }
    FeedbackScreen VerticalScroll {
        height: auto;
        max-height: 1fr;
        scrollbar-size-vertical: 1;
    }
    FeedbackScreen .label {
        color: $text-accent;
        text-style: bold;
    }
    FeedbackScreen #comment {
        min-height: 2;
        max-height: 5;
    }
    FeedbackScreen #correction {
        max-height: 12;
    }
    FeedbackScreen .keys {
        height: 1;
        color: $text-muted;
    }
    FeedbackScreen .keys.-warning {
        color: $text-warning;
        text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("f8", "empty", "Empty the correction", priority=True),
        Binding("escape", "leave", "Leave", priority=True),
    ]

    def __init__(self, answer: str, entry: Entry | None = None, verdict: Verdict = "bad") -> None:
        super().__init__()
        self._verdict = verdict
        self._answer = plain(answer)
        corrected = entry.correction if entry else None
        self._asks_correction = verdict == "bad" or corrected is not None
        self._reasons = ReasonList(verdict, entry.reasons if entry else ())
        self._comment = PlainArea(entry.comment if entry else "", id="comment")
        self._correction = PlainArea(self._answer if corrected is None else corrected, id="correction")
        self._before = self._draft()
        self._warned = False

    def compose(self) -> ComposeResult:
        """Reasons, a comment, what would have been right, and the keys."""
        with Vertical() as dialog:
            dialog.border_title = f"Why is this answer {self._verdict}?"
            with VerticalScroll(can_focus=False):
                yield self._reasons
                yield Static("In your own words", classes="label", markup=False)
                yield self._comment
                if self._asks_correction:
                    yield Static(CORRECTION, classes="label", markup=False)
                    yield self._correction
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Begin at the reasons."""
        self._reasons.highlighted = 0
        # Whoever pressed Tab already is not brought back.
        if self.focused is None:
            self.set_focus(self._reasons)

    def action_save(self) -> None:
        """Hand over what was said, to its last key."""
        after_keys(self, lambda: self.dismiss(self._draft()))

    def action_empty(self) -> None:
        """Empty the correction, to write one from the beginning; Ctrl+Z there brings it back."""
        if self._asks_correction:
            after_keys(self, self._empty)

    def action_leave(self) -> None:
        """Leave; what was written is lost only at the second time."""
        after_keys(self, self._leave)

    def _empty(self) -> None:
        self._correction.clear()
        self.set_focus(self._correction)

    def may_leave(self) -> bool:
        """Whether nothing that was said would be lost, or the user was told so; tells it if not."""
        if self._warned or self._draft() == self._before:
            return True
        self._warned = True
        keys = self.query_one(".keys", Static)
        keys.update(NOT_SAVED)
        keys.add_class("-warning")
        return False

    def _leave(self) -> None:
        if self.may_leave():
            self.dismiss(None)

    def _draft(self) -> Draft:
        correction = self._correction.text.strip() if self._asks_correction else ""
        is_changed = correction != self._answer.strip()
        return Draft(self._verdict, self._reasons.chosen, self._comment.text.strip(), correction if is_changed else "")
