"""The rows of the list of conversations: which there are for the words that are looked for, and how each is drawn.

Knows no widget and no disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.content import Content

from assistant.chat.store import Summary
from assistant.core.plain import UNKNOWN, one_line
from assistant.tui.screens.when import when

WIDE = 76
"""From so many cells on, a row also tells who answers; below it, what matters more needs the room."""

NARROW = 46
"""Below so many cells, only the title and the day are left."""

BETWEEN = 2
"""Cells between columns."""


class Found(Protocol):
    """A place where the words stand."""

    @property
    def conversation(self) -> str:
        """The conversation's name."""
        ...

    @property
    def title(self) -> str:
        """What the conversation is called."""
        ...

    @property
    def turn(self) -> str | None:
        """The turn; nothing where the words stand in the title."""
        ...

    @property
    def role(self) -> str:
        """Who said it: `user` or `assistant`."""
        ...

    @property
    def when(self) -> float:
        """When, in seconds since 1970."""
        ...

    @property
    def snippet(self) -> str:
        """What stands around the words."""
        ...

    @property
    def spans(self) -> Sequence[tuple[int, int]]:
        """Where in the snippet the words begin and end."""
        ...


@dataclass(frozen=True)
class Row:
    """A conversation, or a place in one.

    Attributes:
        conversation: Its name.
        summary: What the list knows of it; None where it was found and is not in the list.
        found: The place; None for the conversation itself.
    """

    conversation: str
    summary: Summary | None = None
    found: Found | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        """What tells it from other rows."""
        return self.conversation, self.found.turn if self.found else None

    @property
    def title(self) -> str:
        """What the conversation is called."""
        return named(self.summary.title if self.summary else self.found.title if self.found else "")


def named(title: str) -> str:
    """A title on one line; one that says nothing is said to."""
    return one_line(title) or "(no title)"


def rows_of(summaries: Sequence[Summary], titles: Sequence[str], words: str, found: Iterable[Found]) -> list[Row]:
    """The rows for words; all conversations where there are none.

    Args:
        summaries: All conversations, in the order of the list.
        titles: What each is searched by, in lower case.
        words: What is looked for; a title has to hold all of them.
        found: Places where they stand, best first.

    Returns:
        The conversations that are called so, then those in which it was said, each with the places below it.
    """
    wanted = words.casefold().replace('"', " ").split()
    if not wanted:
        return [Row(summary.id, summary) for summary in summaries]
    known = {summary.id: summary for summary in summaries}
    places: dict[str, list[Found]] = {
        summary.id: [] for summary, title in zip(summaries, titles, strict=True) if all(word in title for word in wanted)
    }
    first: dict[str, Found] = {}
    for place in found:
        first.setdefault(place.conversation, place)
        places.setdefault(place.conversation, []).extend([place] if place.turn else [])
    rows: list[Row] = []
    for name, inside in places.items():
        summary = known.get(name)
        # One that the list does not have is drawn from what was found of it; without a turn it opens where it was left.
        rows.append(Row(name, summary, None if summary else _title_of(first[name])))
        rows += [Row(name, summary, place) for place in inside]
    return rows


@dataclass(frozen=True)
class _TitleFound:
    conversation: str
    title: str
    when: float
    turn: str | None = None
    role: str = ""
    snippet: str = ""
    spans: tuple[tuple[int, int], ...] = ()


def _title_of(place: Found) -> Found:
    return _TitleFound(place.conversation, place.title, place.when)


def drawn(row: Row, width: int, now: float, current: str, changed: Mapping[str, str]) -> Content:
    """A row of so many cells.

    Args:
        row: What is drawn.
        width: In cells.
        now: In seconds since 1970.
        current: The conversation that is open.
        changed: Titles that were given in this screen, by conversation.
    """
    if row.found and row.found.turn:
        return _place(row.found, width)
    summary = row.summary
    title = named(changed.get(row.conversation, row.title))
    pinned = Content.styled("★ ", "$text-accent") if summary and summary.pinned else Content("")
    left = pinned + Content(title)
    changed_at = summary.changed if summary else row.found.when if row.found else now
    right = f"{when(changed_at, now):>11}"
    if summary and width >= NARROW:
        right = f"{_count(summary.turns):>9}{' ' * BETWEEN}{right}"
        if width >= WIDE:
            # As far as the cells of this many characters allow; an assistant's name is short and narrow.
            right = f"{one_line(summary.assistant)[:18]:<18}{right}"
    room = width - len(right) - BETWEEN
    mark = Content.styled("  open" if row.conversation == current else "", "$text-muted")
    left = left.truncate(max(1, room - mark.cell_length), ellipsis=True) + mark
    return left + Content(" " * max(0, room - left.cell_length + BETWEEN)) + Content.styled(right, "$text-muted")


def _place(found: Found, width: int) -> Content:
    """What was said there, the words marked."""
    who = "you" if found.role == "user" else "answer"
    # One character for one, so that the places of the words stay right.
    text = "".join(" " if letter in "\r\t\n" else shown if len(shown := one_line(letter) or " ") == 1 else UNKNOWN for letter in found.snippet)
    said = Content(text)
    for begin, end in found.spans:
        said = said.stylize("bold underline $text-accent", begin, end)
    return Content.styled(f"    {who}: ", "$text-muted") + said


def _count(turns: int) -> str:
    return "1 turn" if turns == 1 else f"{turns:,} turns"
