"""When something was, in as few words as tell it apart. Knows no screen."""

from __future__ import annotations

from datetime import datetime, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not the system's: the app speaks one language."""


def when(seconds: float, now: float) -> str:
    """`today 14:32`, `yesterday`, `3 Mar`, or `3 Mar 2025` where that was another year; `unknown` where no calendar has it.

    Args:
        seconds: Since 1970.
        now: Likewise.
    """
    today = datetime.fromtimestamp(now)
    try:
        then = datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return "unknown"
    if then.date() == today.date():
        return f"today {then:%H:%M}"
    if then.date() == today.date() - timedelta(days=1):
        return "yesterday"
    day = f"{then.day} {MONTHS[then.month - 1]}"
    return day if then.year == today.year else f"{day} {then.year}"
