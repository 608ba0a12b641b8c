"""Progress on stderr: a live bar in a terminal, a line now and then in a log."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from assistant.core.plain import plain

LINE_EVERY_S = float(os.environ.get("ASSISTANT_PROGRESS_EVERY_S", "10"))
"""Seconds between two lines where stderr is not a terminal."""

TELL_EVERY_S = 0.2
"""The same for a listener."""

Advance = Callable[[float, str], None]
"""Told how far a step is (0 to `total`), and a few words on how it goes."""


_listener: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


@contextmanager
def telling(listener: Callable[[str], None]) -> Iterator[None]:
    """Hand every line to a listener instead of writing it, in this thread and as long as the block lasts.

    For a screen that fills the terminal, which a line on stderr would tear. Another thread is told nothing of it, also
    one that is started inside: two that listen at once never hear one another's lines.

    Args:
        listener: Told each line; called in the thread that does the work.
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def say(text: str) -> None:
    """One line for the person who waits; never a result."""
    if listener := _listener.get():
        listener(text)
    else:
        # Names of files stand in it.
        print(plain(text), file=sys.stderr, flush=True)


def hint(text: str) -> None:
    """One line for a listener alone: too small a matter for a line on stderr."""
    if listener := _listener.get():
        listener(text)


@contextmanager
def progress(title: str, total: float) -> Iterator[Advance]:
    """Show how far one long step is.

    Args:
        title: What is being done.
        total: What `done` will have reached at the end, in any unit.

    Yields:
        A function to call with the amount done and a note (loss, tokens a second).
    """
    if sys.stderr.isatty() and not _listener.get():
        with _bar(title, total) as advance:
            yield advance
    else:
        yield _lines(title, total, TELL_EVERY_S if _listener.get() else LINE_EVERY_S)


@contextmanager
def _bar(title: str, total: float) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(title, total=max(total, 1e-9), note="")

        def advance(done: float, note: str = "") -> None:
            bars.update(task, completed=done, note=note)

        yield advance


def _lines(title: str, total: float, every_s: float) -> Advance:
    started = time.monotonic()
    last = started
    say(f"{title} ...")

    def advance(done: float, note: str = "") -> None:
        nonlocal last
        now = time.monotonic()
        finished = done >= total
        if now - last < every_s and not finished:
            return
        last = now
        spent = now - started
        left = f", about {spent / done * (total - done):.0f} s left" if 0 < done < total else ""
        say(f"{title}: {100 * done / max(total, 1e-9):.0f}%, {spent:.0f} s{left}{'; ' + note if note else ''}")

    return advance
