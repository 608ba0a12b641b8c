"""What a card's page is made of, before any Markdown or HTML: texts, tables, bars, histograms, checks, steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.data.telling.data_card import Check, Step
from assistant.data.telling.parts import Spread


@dataclass(frozen=True)
class Text:
    """A sentence or two.

    Attributes:
        text: It.
        tone: missing for what was not measured.
    """

    text: str
    tone: Literal["", "missing"] = ""
    kind: str = "text"


@dataclass(frozen=True)
class Stack:
    """A bar of parts beside each other, drawn in a cell; its figures stand in the cells beside it.

    Attributes:
        shares: Of the whole width, 0 to 1.
    """

    shares: tuple[float, ...]


Cell = str | Stack


@dataclass(frozen=True)
class Table:
    """Figures in rows.

    Attributes:
        title: What they are; its heading, and what a screen reader calls it.
        columns: Headings; that of a column of bars is empty.
        rows: The first cell of a row is its heading.
        numbers: Places of the columns that hold numbers.
        keys: What the parts of the bars are, where they have several.
        note: Beneath it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    keys: tuple[str, ...] = ()
    note: str = ""
    kind: str = "table"

    def is_drawn(self, column: int) -> bool:
        """Whether a column holds bars."""
        return any(isinstance(row[column], Stack) for row in self.rows)

    def is_wide(self) -> bool:
        """Whether a phone shows it only with the cells of a row beneath each other: many columns, or several of texts."""
        texts = len(self.columns) - len(self.numbers) - sum(map(self.is_drawn, range(len(self.columns))))
        return len(self.columns) > 4 or texts > 2


@dataclass(frozen=True)
class Histogram:
    """How lengths lie.

    Attributes:
        title: Of what.
        unit: words or tokens.
        spread: The figures.
    """

    title: str
    unit: str
    spread: Spread
    kind: str = "histogram"

    def told(self) -> str:
        """The quantiles in words."""
        each = self.spread
        return f"median {each.median:,}, 95th percentile {each.p95:,}, {each.low:,} to {each.high:,} {self.unit}"

    def bars(self) -> tuple[tuple[float, float, float, str], ...]:
        """Left end, width and height of each bar in percent, and what it counts."""
        highest = max((each.count for each in self.spread.bins), default=0) or 1
        width = 100 / len(self.spread.bins)
        return tuple(
            (round(place * width, 3), round(width, 3), round(100 * each.count / highest, 2), f"{label}: {each.count:,}")
            for place, (each, label) in enumerate(zip(self.spread.bins, self.labels(), strict=True))
        )

    def labels(self) -> tuple[str, ...]:
        """What each bar spans."""
        return tuple(f"{each.low:,}" if each.low == each.high else f"{each.low:,} to {each.high:,}" for each in self.spread.bins)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Where labels stand beneath the bars, in percent, and what they say."""
        count = len(self.spread.bins)
        every = max(1, -(-count // 6))
        return tuple((round(100 * place / count, 3), f"{self.spread.bins[place].low:,}") for place in range(0, count, every))


@dataclass(frozen=True)
class Facts:
    """Names and what they are."""

    rows: tuple[tuple[str, str], ...]
    title: str = ""
    kind: str = "facts"


@dataclass(frozen=True)
class Tiles:
    """Large figures: name, figure, remark."""

    rows: tuple[tuple[str, str, str], ...]
    kind: str = "tiles"


@dataclass(frozen=True)
class Checklist:
    """The checklist."""

    checks: tuple[Check, ...]
    kind: str = "checklist"


@dataclass(frozen=True)
class Steps:
    """What to do next."""

    steps: tuple[Step, ...]
    kind: str = "steps"


@dataclass(frozen=True)
class Pair:
    """Two blocks that stand beside each other where there is room."""

    blocks: tuple[Block, ...]
    kind: str = "pair"


Block = Text | Table | Histogram | Facts | Tiles | Checklist | Steps | Pair


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own.

    Attributes:
        anchor: What links lead to.
        title: The heading.
        blocks: What stands in it.
    """

    anchor: str
    title: str
    blocks: Sequence[Block]
