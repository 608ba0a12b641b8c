"""Commands of the plain chat by which the user judges answers: good, bad, why, and what would have been right."""

from __future__ import annotations

from assistant.chat.rated import REASONS, Entry, Verdict
from assistant.tui.plain.lines import written
from assistant.tui.plain.session import Session
from assistant.tui.plain.turns import Handler

RIGHT = "What would have been right? Nothing leaves it open: "


def good(session: Session, why: str) -> None:
    """The last answer is good."""
    _rate(session, "good", why)
    session.page.note("Noted: a good answer." if why else "Noted: a good answer. /good REASON says why.")


def bad(session: Session, why: str) -> None:
    """The last answer is bad; noted before anything more is asked."""
    _rate(session, "bad", why)
    session.page.note("Noted: a bad answer." if why else "Noted: a bad answer. /bad REASON says why.")
    right = written(session.lines, RIGHT).text.strip()
    if right:
        _rate(session, "bad", "", right)
        session.page.note("Noted what would have been right. `assistant feedback` decides what becomes of it.")


def unrate(session: Session, _: str) -> None:
    """Unsay it."""
    taken = session.book.take_back(session.last_answer().id)
    session.page.note("Taken back." if taken else "Nothing was said of this answer.")


def reasons_in(verdict: Verdict, text: str) -> tuple[tuple[str, ...] | None, str | None]:
    """A reason as the book keeps it: names of `REASONS`, parted by commas, else the user's own words.

    Args:
        verdict: What it is the reason for.
        text: What was written.

    Returns:
        The names and the words; None for what was not said, which leaves what was said before.
    """
    names = tuple(part.strip().casefold() for part in text.split(",") if part.strip())
    if not names:
        return None, None
    return (names, None) if all(name in REASONS[verdict] for name in names) else (None, text)


def _rate(session: Session, verdict: Verdict, why: str, correction: str | None = None) -> Entry:
    reasons, comment = reasons_in(verdict, why)
    notice = session.talk.partner.notice
    answer = session.last_answer()
    return session.book.rate(session.conversation, answer, verdict, reasons=reasons, comment=comment, correction=correction, notice=notice)


HANDLERS: dict[str, Handler] = {"good": good, "bad": bad, "unrate": unrate}
