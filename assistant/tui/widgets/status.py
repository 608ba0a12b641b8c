"""The line at the bottom: what is going on, and the figures of the last answer.

A figure that was not measured is a dash. Where the line is short, what matters least is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from assistant.core.plain import one_line
from assistant.engines.protocol import EngineInfo

DASH = "—"
BETWEEN = " · "


@dataclass(frozen=True)
class Status:
    """What the line says.

    Attributes:
        label: Which assistant answers.
        info: Its engine; None until it is loaded.
        activity: What is going on; empty when nothing is.
        note: A word to the user that goes away by itself; shown in place of the activity.
        trouble: Whether the activity is something that went wrong.
        tokens_per_s: Of the last answer, or of the one that is being said.
        first_token_s: Likewise.
        used_tokens: Prompt and answer together, of the last answer.
        ended: How the last answer ended: stop, length, stopped or failed.
        left_out: Turns that its prompt had no room for.
    """

    label: str
    info: EngineInfo | None = None
    activity: str = ""
    note: str = ""
    trouble: bool = False
    tokens_per_s: float | None = None
    first_token_s: float | None = None
    used_tokens: int | None = None
    ended: str = ""
    left_out: int = 0


@dataclass(frozen=True)
class Part:
    """One piece of the line; the highest `rank` is left out first."""

    text: str
    rank: int
    style: str = ""


class StatusLine(Widget):
    """One row."""

    status: reactive[Status] = reactive(Status(""))

    def render(self) -> Content:
        """The line, as much of it as there is room for."""
        parts = fitting(parts_of(self.status), self.content_size.width)
        return Content(BETWEEN).join([Content.styled(part.text, part.style) for part in parts])


def parts_of(status: Status) -> list[Part]:
    """The pieces of the line, in order."""
    parts = [Part(one_line(status.label), 6, "bold")]
    if status.info:
        precision = "" if status.info.precision in ("", "none") else f" {status.info.precision}"
        parts.append(Part(one_line(status.info.engine + precision), 5))
    if status.note:
        parts.append(Part(one_line(status.note), 0, "bold $text-warning"))
    elif status.activity:
        parts.append(Part(one_line(status.activity), 0, "bold $text-error" if status.trouble else "$text-accent"))
    if status.info:
        parts += _figures(status, status.info)
    return parts


def fitting(parts: list[Part], width: int) -> list[Part]:
    """The pieces that fit into `width` cells; at least one."""
    kept = list(parts)
    while len(kept) > 1 and cell_len(BETWEEN.join(part.text for part in kept)) > width:
        kept.remove(max(kept, key=lambda part: part.rank))
    return kept


def as_many_as_fit(texts: Sequence[str], width: int) -> list[str]:
    """The first texts, as many as stand beside each other in `width` cells; at least one."""
    count = len(texts)
    while count > 1 and cell_len(BETWEEN.join(texts[:count])) > width:
        count -= 1
    return list(texts[:count])


def _figures(status: Status, info: EngineInfo) -> list[Part]:
    speed = DASH if status.tokens_per_s is None else f"{status.tokens_per_s:.0f}" if status.tokens_per_s >= 10 else f"{status.tokens_per_s:.1f}"
    first = DASH if status.first_token_s is None else f"{status.first_token_s:.2f} s"
    used = DASH if status.used_tokens is None else str(status.used_tokens)
    bound = "" if info.context_tokens is None else f"/{info.context_tokens}"
    parts = [Part(f"{speed} tokens/s", 2), Part(f"first token {first}", 3), Part(f"{used}{bound} tokens", 4)]
    if status.left_out:
        parts.append(Part(f"{status.left_out} turns left out", 1, "$text-warning"))
    return [*parts, Part(status.ended, 1)] if status.ended else parts
