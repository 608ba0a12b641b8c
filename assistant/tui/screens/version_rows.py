"""What the table of versions shows of each: read from manifests, put in order, written into cells.

Knows no widget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.core.errors import AssistantError, UserError
from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.training.progressing import Point

if TYPE_CHECKING:
    from assistant.registry.versions import Version

DASH = "—"

Score = float | bool | str | None
"""A figure of an evaluation, a verdict (`True` or words), or None for what was not measured."""


@dataclass(frozen=True)
class Chosen:
    """What is to be done with a version.

    Attributes:
        label: `health@1`.
        action: Talk with it, or train it again.
        recipe: For a training, the recipe it was made by.
    """

    label: str
    action: Literal["chat", "train"]
    recipe: Path | None = None


@dataclass(frozen=True)
class Row:
    """One version.

    Attributes:
        name: The assistant.
        number: Its version.
        folder: Where it is.
        created: When, in UTC: `2026-11-22 23:01`.
        method: lora, qlora or full.
        base: What it was trained from.
        validation_loss: At the step that was kept; None where nothing was validated.
        minutes: Spent training.
        recipe: The recipe it was made by; None where that is gone.
        recipe_folder: Where it was.
        scores: Figures of its newest evaluation, by name.
        problem: Why nothing else is known; empty unless its manifest cannot be read.
    """

    name: str
    number: int
    folder: Path
    created: str = ""
    method: str = ""
    base: str = ""
    validation_loss: float | None = None
    minutes: float | None = None
    recipe: Path | None = None
    recipe_folder: str = ""
    scores: Mapping[str, Score] | None = None
    problem: str = ""

    @property
    def label(self) -> str:
        """How people name it."""
        return f"{self.name}@{self.number}"

    def with_scores(self, scores: Mapping[str, Score]) -> Row:
        """The same with figures."""
        return replace(self, scores=scores)


@dataclass(frozen=True)
class Column:
    """A column that every version has.

    Attributes:
        title: Its heading, and the name of its order.
        width: In cells.
    """

    title: str
    width: int


FIRST = (Column("version", 12), Column("loss", 7))
LAST = (Column("made", 16), Column("minutes", 8), Column("method", 7), Column("base", 16))
"""What is known of every version; the scores stand between, where they are seen in a narrow terminal too."""

OWN = {column.title for column in (*FIRST, *LAST)}


def columns_of(rows: Sequence[Row], figures: Sequence[str]) -> list[Column]:
    """The columns of a table, wide enough for what stands in them."""
    version = max([FIRST[0].width, *(len(row.label) for row in rows)])
    return [Column("version", version), *FIRST[1:], *(Column(name, max(8, len(name) + 1)) for name in figures), *LAST]


def read_rows(home: Home) -> list[Row]:
    """Every version, also one whose manifest cannot be read: it says so."""
    from assistant.registry.versions import all_versions

    return [_row(version) for version in all_versions(home)]


def _row(version: Version) -> Row:
    from assistant.core.recipe_file import DEFAULT_FILE

    try:
        facts = version.manifest
    except UserError as error:
        return Row(version.name, version.number, version.folder, problem=f"{error.what}. {error.todo}")
    recipe = Path(facts.recipe_folder) / DEFAULT_FILE
    return Row(
        name=version.name,
        number=version.number,
        folder=version.folder,
        created=facts.created[:16].replace("T", " "),
        method=facts.training.method,
        base=facts.base.name,
        validation_loss=facts.training.validation_loss,
        minutes=facts.training.seconds / 60,
        recipe=recipe if recipe.is_file() else None,
        recipe_folder=facts.recipe_folder,
    )


def names_of(scores: Mapping[str, Mapping[str, Score]]) -> list[str]:
    """The figures there are, each once, in the order in which they come."""
    return list(dict.fromkeys(name for figures in scores.values() for name in figures))


def cells_of(row: Row, figures: Sequence[str]) -> list[str]:
    """The cells of a version; a dash for what is not known."""
    loss = DASH if row.validation_loss is None else f"{row.validation_loss:.3f}"
    minutes = DASH if row.minutes is None else f"{row.minutes:.1f}"
    made = "cannot be read" if row.problem else row.created
    last = [made, minutes, row.method or DASH, Path(row.base).name or row.base or DASH]
    return [one_line(cell) for cell in (row.label, loss, *(_said((row.scores or {}).get(name)) for name in figures), *last)]


def sorted_rows(rows: Sequence[Row], key: str, turned: bool) -> list[Row]:
    """Versions by a column, those of which it is not known last, whichever way round.

    Versions and times begin with the newest, scores with the highest, all else with the lowest.
    """
    known = [row for row in rows if _value(row, key) is not None]
    unknown = [row for row in rows if _value(row, key) is None]
    if key == "version":
        # By assistant, and of each the newest first.
        return sorted(sorted(rows, key=lambda row: row.number, reverse=not turned), key=lambda row: row.name, reverse=turned)
    from_above = key == "made" or key not in OWN
    return [*sorted(known, key=lambda row: _order(_value(row, key)), reverse=turned != from_above), *unknown]


def read_card(row: Row, home: Home) -> str:
    """The model card of a version, without what stands in front of it for hubs, and what it learned from feedback."""
    from assistant.chat.outcomes import told_of_version
    from assistant.registry.versions import Version

    try:
        text = (row.folder / "README.md").read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"{row.problem or 'Its model card cannot be read'}: {error.strerror}"
    card = text.split("---\n", 2)[2].lstrip() if text.startswith("---\n") and text.count("---\n") > 1 else text
    try:
        told = told_of_version(Version(row.name, row.number, row.folder), home)
    except AssistantError as error:
        told = f"what it learned from feedback cannot be told: {' '.join(str(error).split())}"
    return f"{card.rstrip()}\n\n{told[:1].upper()}{told[1:]}\n" if told else card


def read_curve(row: Row) -> tuple[Point, ...]:
    """The training curve of a version; empty if there is none that can be read."""
    from assistant.core.files import read_json

    try:
        points = read_json(row.folder / "curve.json")["points"]
        return tuple(Point(point["step"], point.get("loss"), point.get("validation_loss"), point.get("learning_rate")) for point in points)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def _value(row: Row, key: str) -> Score:
    own: dict[str, Score] = {"made": row.created or None, "method": row.method or None, "base": row.base or None}
    own |= {"version": row.label, "loss": row.validation_loss, "minutes": row.minutes}
    return own[key] if key in own else (row.scores or {}).get(key)


def _order(value: Score) -> tuple[int, float, str]:
    """Numbers before words."""
    return (1, 0.0, value) if isinstance(value, str) else (0, float(value or 0), "")


def _said(score: Score) -> str:
    if score is None:
        return DASH
    if isinstance(score, bool):
        return "passed" if score else "failed"
    return f"{score:.3f}" if isinstance(score, float) else str(score)
