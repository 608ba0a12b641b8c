"""Commands of the plain chat on conversations: begin, list by number, open, search, rename, export."""

from __future__ import annotations

import time
from pathlib import Path

from assistant.chat.conversation import Conversation
from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.plain.session import Session
from assistant.tui.plain.turns import Handler
from assistant.tui.screens.when import when

LISTED = 20
"""Lines of a list at most: it is listened to from its beginning."""


def new(session: Session, _: str) -> None:
    """A conversation with the settings of this one."""
    session.talk.open(Conversation(assistant=session.talk.partner.label, settings=session.conversation.settings))
    session.page.note("A new conversation. The one before is in /chats.")


def chats(session: Session, words: str) -> None:
    """The conversations by number."""
    session.talk.settle()
    found = session.desk.store.listed(LISTED + 1, name=words)
    if not found:
        session.page.say(
            "No title holds these words; /search WORDS looks in everything that was said." if words else "There are no conversations yet."
        )
        return
    session.places = [(summary.id, None) for summary in found[:LISTED]]
    for number, summary in enumerate(found[:LISTED], 1):
        here = ", this one" if summary.id == session.conversation.id else ""
        session.page.say(one_line(f"{number}: {summary.title or 'untitled'}, {summary.assistant}, {when(summary.changed, time.time())}{here}"))
    further = "There are more; /chats WORDS narrows the list. " if len(found) > LISTED else ""
    session.page.note(f"{further}/open N goes on with one.")


def search(session: Session, words: str) -> None:
    """Places where the words were said, by number."""
    from assistant.chat.search import search as find

    if not words:
        raise UserError("it is not said what to look for", "/search WORDS looks in everything that was ever said")
    session.talk.settle()
    hits = find(session.desk.store.database, words, LISTED)
    if not hits:
        session.page.say("Nothing found.")
        return
    session.places = [(hit.conversation, hit.turn) for hit in hits]
    for number, hit in enumerate(hits, 1):
        said = f": {'you' if hit.role == 'user' else 'the assistant'} said: {hit.snippet}" if hit.turn else ""
        session.page.say(one_line(f"{number}: {hit.title or 'untitled'}, {when(hit.when, time.time())}{said}"))
    session.page.note("/open N goes there.")


def open_(session: Session, number: str) -> None:
    """Go on with a conversation of the last list."""
    if not number:
        chats(session, "")
        return
    if not session.places:
        raise UserError("nothing was listed yet", "/chats or /search lists conversations by number")
    if not (number.isdecimal() and 1 <= int(number) <= len(session.places)):
        raise UserError(f"{number} is none of 1 to {len(session.places)}", "/chats lists conversations by number")
    name, turn = session.places[int(number) - 1]
    session.talk.settle()
    session.talk.open(session.desk.store.take_up(name), turn)
    tell_where(session)


def tell_where(session: Session) -> None:
    """Say which conversation goes on, and how it ended last."""
    conversation = session.conversation
    count = len(conversation.path)
    session.page.note(one_line(f"Going on with: {conversation.title or 'untitled'}, {count} turns. /read says all of it again."))
    session.recall(conversation.path[-2:])


def rename(session: Session, title: str) -> None:
    """Call it otherwise."""
    if not title:
        raise UserError("it is not said how to call it", "/rename TITLE calls this conversation otherwise")
    session.talk.rename(one_line(title))
    session.page.note("Renamed.")


def export(session: Session, name: str) -> None:
    """Write it to a file."""
    from assistant.chat.exchange.exporting import export as write

    if not session.conversation.turns:
        raise UserError("nothing was said yet", "Ask something first")
    if not name:
        raise UserError("no file is named", "/export FILE writes to a file that ends in .md, .html or .jsonl")
    file, partner = Path(name).expanduser(), session.talk.partner
    write(session.conversation, file, lambda label: partner.notice if label == partner.label else "")
    session.page.note(f"Written: {file}")


HANDLERS: dict[str, Handler] = {
    "new": new,
    "chats": chats,
    "search": search,
    "open": open_,
    "rename": rename,
    "export": export,
}
