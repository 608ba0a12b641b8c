"""Two assistants asked the same in the plain chat, one after the other, and a vote before their names are told."""

from __future__ import annotations

import secrets
import time
from typing import get_args

from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.duel import Choice, Duel
from assistant.tui.plain.assistants import chosen_partner
from assistant.tui.plain.lines import written
from assistant.tui.plain.session import LOOK_EVERY_S, Session
from assistant.tui.plain.turns import Handler
from assistant.tui.plain.words import ending_of

QUESTION = "Question for both, nothing goes back: "
BALLOT = "Which is better: 1 first, 2 second, 3 both alike, 4 neither? Nothing leaves without a vote: "
CHOICES: tuple[Choice, ...] = get_args(Choice)


def compare(session: Session, name: str) -> None:
    """Ask two the same until nothing more is asked."""
    listed = chosen_partner(session, name, without=session.talk.partner.label)
    if listed is None:
        return
    duel = Duel(session.talk, session.desk.roster.partner(listed), session.book, swapped=False)
    duel.start()
    try:
        _wait(session, duel)
        session.page.note("Both get the same question, in an order drawn anew each time. Who is who is told after the vote.")
        while question := written(session.lines, QUESTION).text.strip():
            _ask(session, duel, question)
    finally:
        # In this order: the conversation's own assistant is asked again before the other's engine goes.
        duel.leave()
        duel.close()
    session.page.note(f"Back to the conversation with {session.speaker}.")


def _wait(session: Session, duel: Duel) -> None:
    """Wait until both are loaded.

    Raises:
        UserError: One of them cannot be.
        KeyboardInterrupt: The user does not want to wait.
    """
    if duel.is_loading:
        session.page.note("Loading the other model.")
        while duel.is_loading and not duel.error and not session.interruption.is_set:
            time.sleep(LOOK_EVERY_S)
        if duel.error:
            raise UserError(*duel.error)
        if duel.is_loading:
            raise KeyboardInterrupt
        session.page.note("Ready.")


def _ask(session: Session, duel: Duel, question: str) -> None:
    begins = secrets.choice((0, 1))
    # Whoever answers first is called the first, and both are as likely to be.
    duel.swapped = bool(begins)
    duel.ask(question, first=begins)
    for name in ("First", "Second"):
        turn = session.hear(name, lambda: duel.poll())
        # What failed may say who it was.
        if turn.state == "failed":
            session.page.note(f"{name}: this answer broke off.")
        elif ending := ending_of(turn):
            session.page.note(f"{name}: {one_line(ending)}")
    if not duel.awaits_vote:
        return
    place = session.choose(BALLOT, len(CHOICES))
    if place is None:
        session.page.note("No vote.")
        return
    duel.keep_vote(CHOICES[place])
    duel.decide(CHOICES[place])
    for seat in ("left", "right"):
        session.tell_ending(session.look_through(duel.turn_at(seat), duel.partner_of(seat).warn))
    session.page.note(one_line(f"Noted. The first was {duel.label_at('left')}, the second {duel.label_at('right')}."))


HANDLERS: dict[str, Handler] = {"compare": compare}
