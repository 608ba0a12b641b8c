"""The book of feedback: what was said of answers and what was decided about it, in the file of the conversations.

Every call is whole when it returns, may be repeated without harm, and may come from any thread and any program.
Knows no screen, and nothing of what is made of it later.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.feedback_filter import Filter
from assistant.chat.feedback_table import entry_from, put_entry, put_vote, vote_from
from assistant.chat.rated import (
    REASONS,
    STATES,
    Choice,
    Entry,
    Judgement,
    State,
    Verdict,
    Vote,
    entry_of,
    vote_of,
)
from assistant.chat.turn import Turn
from assistant.core.errors import TargetError, UserError
from assistant.core.plain import plain

AT_ONCE = 500
"""Names in one question to the database, which takes no more than some thousands."""


class FeedbackBook:
    """All judgements of a workspace.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def rate(
        self,
        conversation: Conversation,
        turn: Turn,
        verdict: Verdict,
        *,
        reasons: Sequence[str] | None = None,
        comment: str | None = None,
        correction: str | None = None,
        notice: str = "",
    ) -> Entry:
        """Say that an answer is good or bad. There is one entry for an answer: what was said before is changed.

        What is None stays as it was said before; reasons stay as far as the verdict has them. What changes anything is
        open again, whatever was decided about it before.

        Args:
            conversation: Where the answer stands.
            turn: The answer.
            verdict: Good or bad.
            reasons: Why, of `REASONS`.
            comment: Why, in one's own words.
            correction: What would have been right; empty takes it back.
            notice: What users were told before they relied on the assistant.

        Raises:
            UserError: It is no answer, or there is no such reason.
        """
        _check_reasons(verdict, reasons or ())
        new = entry_of(conversation, turn, verdict, notice)
        with self.database.change() as connection:
            row = connection.execute("SELECT * FROM feedback WHERE turn = ?", (turn.id,)).fetchone()
            old = entry_from(row) if row else None
            base = old or new
            kept = [reason for reason in base.reasons if reason in REASONS[verdict]]
            entry = replace(
                base,
                verdict=verdict,
                asked=new.asked,
                said=new.said,
                reasons=tuple(reason for reason in REASONS[verdict] if reason in (kept if reasons is None else reasons)),
                comment=base.comment if comment is None else plain(comment).strip(),
                correction=base.correction if correction is None else plain(correction).strip() or None,
            )
            if old and _same(entry, old):
                return old
            entry = replace(entry, changed=time.time() if old else entry.changed, state="open", reviewed=None)
            put_entry(connection, entry)
        return entry

    def take_back(self, turn: str) -> Entry | None:
        """Unsay what was said of an answer, by the turn's name.

        Returns:
            What was said; `put_back` says it again. None if nothing was.
        """
        with self.database.change() as connection:
            row = connection.execute("SELECT * FROM feedback WHERE turn = ?", (turn,)).fetchone()
            connection.execute("DELETE FROM feedback WHERE turn = ?", (turn,))
        return entry_from(row) if row else None

    def vote(self, conversation: Conversation, left: Turn, right: Turn, choice: Choice, notice: str = "") -> Vote:
        """Say which of two answers is better. There is one vote on two answers: another choice replaces it.

        Args:
            conversation: Where they stand.
            left: The one that stood on the left.
            right: The other.
            choice: Which one.
            notice: What users were told before they relied on the assistants.

        Raises:
            UserError: They are not two answers to one question.
        """
        new = vote_of(conversation, left, right, choice, notice)
        with self.database.change() as connection:
            both = (left.id, right.id)
            row = connection.execute("SELECT * FROM votes WHERE left_turn IN (?, ?) AND right_turn IN (?, ?)", (*both, *both)).fetchone()
            old = vote_from(row) if row else None
            if old:
                new = replace(new, id=old.id, created=old.created, note=old.note)
                if _same_vote(new, old):
                    return old
            put_vote(connection, new)
        return new

    def of(self, turns: Iterable[str]) -> dict[str, Entry]:
        """What was said of answers, by the names of their turns; those of which nothing was are not among them."""
        names, found = list(turns), {}
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            for row in self.database.rows(f"SELECT * FROM feedback WHERE turn IN ({', '.join('?' * len(some))})", some):
                found[row["turn"]] = entry_from(row)
        return found

    def listed(self, wanted: Filter | None = None) -> list[Judgement]:
        """Judgements, the newest first."""
        wanted = wanted or Filter()
        found: list[Judgement] = []
        where = " AND ".join(["created >= ?", *(["state = ?"] if wanted.state else [])])
        values = [wanted.since or 0.0, *([wanted.state] if wanted.state else [])]
        if wanted.kind != "vote":
            found += map(entry_from, self.database.rows(f"SELECT * FROM feedback WHERE {where}", values))
        if wanted.kind != "rating" and wanted.verdict is None:
            found += map(vote_from, self.database.rows(f"SELECT * FROM votes WHERE {where}", values))
        return sorted(filter(wanted.takes, found), key=lambda judgement: judgement.id, reverse=True)

    def counts(self) -> dict[State, int]:
        """How many judgements there are of each state."""
        rows = self.database.rows("SELECT state, count(*) AS many FROM (SELECT state FROM feedback UNION ALL SELECT state FROM votes) GROUP BY state")
        many = {row["state"]: row["many"] for row in rows}
        return {state: many.get(state, 0) for state in STATES}

    def find(self, text: str) -> Judgement:
        """The judgement of a name, of which the beginning or the end is enough.

        Raises:
            TargetError: There is none, or there are several.
        """
        name = text.removeprefix("feedback-")
        rows = self.database.rows(
            "SELECT id FROM (SELECT id FROM feedback UNION ALL SELECT id FROM votes) WHERE substr(id, 1, ?) = ? OR substr(id, -?) = ?",
            (len(name), name) * 2,
        )
        if not name or not rows:
            raise TargetError(f"there is no feedback {text}", "`assistant feedback list` shows what there is.")
        if len(rows) > 1 and name not in {row["id"] for row in rows}:
            raise TargetError(
                f"{text} names {len(rows)} pieces of feedback", "Write more of its name; `assistant feedback list --json` has it whole."
            )
        return self._get(name if len(rows) > 1 else rows[0]["id"])

    def accept(self, names: Iterable[str], note: str | None = None) -> None:
        """Let judgements be exported.

        Args:
            names: Their whole names.
            note: Why, for those who come later; None leaves what stands there.

        Raises:
            TargetError: One is not there; then nothing is decided about the others either.
        """
        self._decide(names, "accepted", note)

    def reject(self, names: Iterable[str], note: str | None = None) -> None:
        """Keep judgements from being exported; see `accept`."""
        self._decide(names, "rejected", note)

    def reopen(self, names: Iterable[str], note: str | None = None) -> None:
        """Leave judgements undecided again; see `accept`."""
        self._decide(names, "open", note)

    def correct(self, name: str, text: str) -> Entry:
        """Say what would have been right; whoever does that reviews, so what was decided stays.

        Args:
            name: The entry's whole name.
            text: The answer that is right; empty takes the correction back.

        Raises:
            TargetError: It is not there.
            UserError: It is a vote.
        """
        with self.database.change() as connection:
            row = connection.execute("SELECT * FROM feedback WHERE id = ?", (name,)).fetchone()
            if row is None and isinstance(self._get(name), Vote):
                raise UserError("a vote has no answer to correct", "Rate one of its answers in the chat, and correct that.")
            old = entry_from(row)
            entry = replace(old, correction=plain(text).strip() or None)
            if entry.correction != old.correction:
                entry = replace(entry, changed=time.time())
                put_entry(connection, entry)
        return entry

    def put_back(self, judgement: Judgement) -> None:
        """Have a judgement as it was, whatever was done to it since."""
        with self.database.change() as connection:
            if isinstance(judgement, Entry):
                put_entry(connection, judgement)
            else:
                put_vote(connection, judgement)

    def _decide(self, names: Iterable[str], state: State, note: str | None) -> None:
        reviewed = None if state == "open" else time.time()
        with self.database.change() as connection:
            for name in names:
                changed = 0
                for table in ("feedback", "votes"):
                    changed += connection.execute(
                        f"UPDATE {table} SET reviewed = CASE WHEN state = :state THEN reviewed ELSE :reviewed END, state = :state, "
                        "note = coalesce(:note, note) WHERE id = :name",
                        {"state": state, "reviewed": reviewed, "note": None if note is None else plain(note), "name": name},
                    ).rowcount
                if not changed:
                    raise TargetError(f"there is no feedback {name}", "`assistant feedback list` shows what there is.")

    def _get(self, name: str) -> Judgement:
        if rows := self.database.rows("SELECT * FROM feedback WHERE id = ?", (name,)):
            return entry_from(rows[0])
        if rows := self.database.rows("SELECT * FROM votes WHERE id = ?", (name,)):
            return vote_from(rows[0])
        raise TargetError(f"there is no feedback {name}", "`assistant feedback list` shows what there is.")


def _check_reasons(verdict: Verdict, reasons: Sequence[str]) -> None:
    for reason in reasons:
        if reason not in REASONS[verdict]:
            raise UserError(f"there is no reason {reason!r} for a {verdict} answer", f"There are {', '.join(REASONS[verdict])}.")


def _same(one: Entry, other: Entry) -> bool:
    """Whether two entries say the same of the same; the settings of a conversation may have changed since."""
    asked = (one.asked.messages, one.asked.question) == (other.asked.messages, other.asked.question)
    return asked and replace(one, asked=other.asked, changed=other.changed) == other


def _same_vote(one: Vote, other: Vote) -> bool:
    """Whether two votes say the same of the same, whichever stood on the left."""
    if one.preferred or other.preferred:
        return one.preferred == other.preferred
    return one.choice == other.choice and one.left in (other.left, other.right) and one.right in (other.left, other.right)
