"""What cleaning changed, word by word, for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from assistant.core.plain import one_line, plain
from assistant.data.example import Example

PIECE = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
COMPARED = 4_000
"""Pieces of either side that are compared one by one; beyond, comparing takes time that grows with the square."""
CONTEXT = 40
"""Characters shown around a change."""
SHOWN = 400
"""Characters shown of one removed or added piece."""
RED, GREEN, BOLD, RESET = "\x1b[31;9m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
SEEN: dict[int, str] = {**dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "�"), 0xA0: "⍽", 0x0A: "⏎", 0x0D: "␍"}
"""How characters are shown that differ and cannot be seen."""


@dataclass(frozen=True)
class Segment:
    """A piece of a comparison.

    Attributes:
        kind: Whether it stands on both sides, or was removed, or added.
        text: As it stands there.
    """

    kind: Literal["same", "removed", "added"]
    text: str


def changes_of(before: str, after: str) -> tuple[Segment, ...]:
    """What must be removed and added to get from one text to the other, word by word.

    The same and removed segments together are `before`; the same and added ones are `after`.
    """
    old, new = PIECE.findall(before), PIECE.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    segments = [Segment("same", "".join(old[:start]))]
    if max(len(middle_old), len(middle_new)) > COMPARED:
        segments += [Segment("removed", "".join(middle_old)), Segment("added", "".join(middle_new))]
    else:
        segments += _compared(middle_old, middle_new)
    segments.append(Segment("same", "".join(old[len(old) - end :])))
    return tuple(segment for segment in segments if segment.text)


def diff_lines(before: Example, after: Example, rules: Iterable[str], colour: bool) -> Iterator[str]:
    """The changes of one example, as lines for a terminal; long texts show only the places that changed.

    Args:
        before: The example as it was read.
        after: The same after cleaning.
        rules: The rules that changed it.
        colour: Whether the terminal shows colours; without, `[-removed-]{+added+}`.
    """
    title = f"{one_line(str(before.place)) + ' ' if before.place else ''}{one_line(before.id)} ({', '.join(rules)})"
    yield f"{BOLD}{title}{RESET}" if colour else title
    for name, old, new in _texts(before, after):
        if old != new:
            yield f"  {name}: {_rendered(changes_of(old, new), colour)}"


def _texts(before: Example, after: Example) -> Iterator[tuple[str, str, str]]:
    for old, new in zip(before.history, after.history, strict=True):
        yield f"history, {old['role']}", old["content"], new["content"]
    yield "question", before.question, after.question
    names = ("answer" if len(before.answers) == 1 else f"answer {number}" for number in range(1, len(before.answers) + 1))
    yield from zip(names, before.answers, (new for _, new in _paired(before.answers, after.answers)), strict=False)


def _paired(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Answers side by side; one that cleaning has emptied, or made the same as another, is missing at the end."""
    yield from zip_longest(before, after, fillvalue="")


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _compared(old: list[str], new: list[str]) -> Iterator[Segment]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if kind == "equal":
            yield Segment("same", "".join(old[a:b]))
            continue
        if b > a:
            yield Segment("removed", "".join(old[a:b]))
        if d > c:
            yield Segment("added", "".join(new[c:d]))


def _rendered(segments: Sequence[Segment], colour: bool) -> str:
    pieces: list[str] = []
    for number, segment in enumerate(segments):
        if segment.kind == "same":
            pieces.append(_context(segment.text, number == 0, number == len(segments) - 1))
            continue
        text = plain(_short(segment.text).translate(SEEN))
        if colour:
            pieces.append(f"{RED if segment.kind == 'removed' else GREEN}{text}{RESET}")
        else:
            pieces.append(f"[-{text}-]" if segment.kind == "removed" else f"{{+{text}+}}")
    return "".join(pieces)


def _context(text: str, is_first: bool, is_last: bool) -> str:
    if len(text) > (CONTEXT if is_first or is_last else 2 * CONTEXT) + 10:
        head = "" if is_first else text[:CONTEXT]
        tail = "" if is_last else text[-CONTEXT:]
        text = f"{head} … {tail}"
    return plain(text.replace("\n", "⏎"))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} … {text[-SHOWN // 2 :]}"
