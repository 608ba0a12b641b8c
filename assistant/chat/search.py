"""Finding what was ever said: in titles and in all turns, those of branches too.

Every word must be there, in whatever case and also within longer words; "words in quotation marks" stand together.
Nothing that is typed is an operator. Words are looked up in an index of all triples of characters, which knows no
language; shorter ones, as many languages have them, by the triples that begin with them. Knows no screen.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.chat.column_text import MARK, kept
from assistant.chat.database import Database
from assistant.core.plain import one_line

POOL = 400
"""The newest turns that hold the words; the best are chosen among them, so that a common word takes no longer than a rare one."""

LOOKED_UP = 64
"""Triples, and words, that SQLite is asked for at most; the rest of a long search is compared with the texts found."""

LONGEST_LIKE = 1000
"""Characters of a word that SQLite is asked for; it refuses very long ones."""

READ_FIRST = 10_000
"""The newest turns that are read for a word shorter than a triple: one that is frequent is found there, and a rare one has
few triples."""

ENDINGS = 800
"""Triples that begin with a short word, beyond which all texts are read."""

BEFORE, SHOWN = 32, 160
"""Characters of a snippet before the first word, and in all."""

_WANTED = re.compile(r'["\u201c\u201d\u201e]([^"\u201c\u201d\u201e]*)["\u201c\u201d\u201e]?|([^\s"\u201c\u201d\u201e]+)')


@dataclass(frozen=True)
class Hit:
    """A place where the words stand.

    Attributes:
        conversation: Its name.
        title: What it is called.
        turn: The turn; None where the words stand in the title.
        role: Who said it: `user` or `assistant`; `title` where it is the title.
        when: In seconds since 1970: of the turn, or of the conversation's last change.
        snippet: The place, on one line, as it may stand on a screen (`plain`).
        spans: Where in the snippet the words stand, as starts and ends, in order.
    """

    conversation: str
    title: str
    turn: str | None
    role: str
    when: float
    snippet: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Wanted:
    """What is looked for.

    Attributes:
        words: Words and phrases as they were typed.
    """

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Wanted:
        """What is typed into a search field, each word once."""
        found = (" ".join((phrase or word).split()) for phrase, word in _WANTED.findall(text))
        return cls(tuple(dict.fromkeys(filter(None, found))))

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Each word; the words of a phrase have any white space between them."""
        return tuple(re.compile(r"\s+".join(map(re.escape, word.split())), re.IGNORECASE) for word in self.words)

    @cached_property
    def whole(self) -> tuple[re.Pattern[str], ...]:
        """The first words, as whole words."""
        return tuple(re.compile(rf"(?<!\w)(?:{pattern.pattern})(?!\w)", re.IGNORECASE) for pattern in self.patterns[:LOOKED_UP])

    @property
    def triples(self) -> list[str]:
        """All triples of characters that a text must have."""
        triples = (part[at : at + 3] for part in map(kept, self.parts) for at in range(len(part) - 2))
        return list(itertools.islice(dict.fromkeys(triples), LOOKED_UP))

    @property
    def parts(self) -> list[str]:
        """All words, those of phrases by themselves."""
        return list(dict.fromkeys(part for word in self.words for part in word.split()))


def search(database: Database, text: str, limit: int = 50) -> list[Hit]:
    """The places where all words stand: titles first, then turns that have most of them as whole words, then the newest.

    Args:
        database: Where the conversations are; deleted ones are left out.
        text: What is typed into a search field.
        limit: How many places.

    Returns:
        None at all where nothing is looked for.

    Raises:
        DataError: The file is damaged.
        UserError: Another program keeps it to itself.
    """
    wanted = Wanted.of(text)
    if not wanted.words:
        return []
    patterns = wanted.patterns
    with database.reading() as connection:
        titles = [_title_hit(row, patterns[:LOOKED_UP]) for row in _titles(connection, wanted) if _holds(row["title"], patterns)]
        rows = itertools.islice((row for row in _turns(connection, wanted) if _holds(row["text"], patterns)), max(POOL, limit))
        best = sorted(rows, key=lambda row: (sum(1 for pattern in wanted.whole if pattern.search(row["text"])), row["created"]), reverse=True)
    # Titles alone must not hide that the words were said.
    titles = titles[: max(limit // 2, limit - len(best))]
    return [*titles, *(_turn_hit(row, patterns[:LOOKED_UP]) for row in best[: limit - len(titles)])]


def _titles(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[sqlite3.Row]:
    holds, values = _reading("title", wanted.parts)
    yield from connection.execute(f"SELECT id, title, changed FROM conversations WHERE deleted IS NULL AND {holds} ORDER BY changed DESC", values)


def _turns(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[sqlite3.Row]:
    """Turns that may hold the words, the newest first."""
    holds, values = _reading("turns.text", wanted.parts)

    def turns(source: str, condition: str, *more: Any, place: str = "number") -> Iterator[sqlite3.Row]:
        # CROSS JOIN keeps the order, or SQLite would begin with the conversations and sort all that they hold; for the
        # same reason it is the index itself whose order is asked for.
        yield from connection.execute(
            f"SELECT turns.id, turns.conversation, turns.role, turns.text, turns.created, title FROM {source} CROSS JOIN conversations "
            f"ON conversations.id = turns.conversation WHERE deleted IS NULL AND {condition} AND {holds} ORDER BY {place} DESC",
            (*more, *values),
        )

    until = sys.maxsize
    match = " AND ".join(map(_quoted, wanted.triples))
    if match:
        # What is unfinished is not indexed.
        yield from turns("turns", "state = 'unfinished'")
    else:
        newest = connection.execute("SELECT max(number) FROM turns").fetchone()[0] or 0
        until = newest - READ_FIRST
        yield from turns("turns", "number > ?", until)
        match = _endings(connection, wanted.parts)
        yield from turns("turns", "state = 'unfinished' AND number <= ?" if match else "number <= ?", until)
    if match:
        condition = "turns_text MATCH CAST(? AS TEXT) AND turns_text.rowid <= ?"
        yield from turns("turns_text CROSS JOIN turns ON number = turns_text.rowid", condition, match.encode(), until, place="turns_text.rowid")


def _endings(connection: sqlite3.Connection, words: list[str]) -> str:
    """The condition that some triple begins with each of the short words; empty where they are too many to ask for."""
    groups: list[str] = []
    for word in (kept(word).lower() for word in words):
        # As bytes: what is in the index is text as columns keep it already.
        terms = connection.execute(
            "SELECT CAST(term AS BLOB) AS term FROM turns_terms WHERE term >= CAST(? AS TEXT) AND term < CAST(? AS TEXT) LIMIT ?",
            (word.encode(), (word + 2 * MARK).encode(), ENDINGS + 1),
        ).fetchall()
        if len(terms) <= ENDINGS:
            groups.append("(" + (" OR ".join(_quoted(row["term"].decode()) for row in terms) or '""') + ")")
    return " AND ".join(groups)


def _quoted(triple: str) -> str:
    return '"' + triple.replace('"', '""') + '"'


def _reading(column: str, words: list[str]) -> tuple[str, list[str]]:
    """The condition that a column holds words, as far as SQLite can tell: its LIKE knows the two cases of ASCII only."""
    values: list[str] = []
    conditions: list[str] = ["1"]
    for word in words[:LOOKED_UP]:
        if len(word) > (LONGEST_LIKE if word.isascii() else 2):
            continue
        ways = [*itertools.product(*({letter} if letter.isascii() else {letter, letter.lower(), letter.upper()} for letter in word))]
        conditions.append("(" + " OR ".join([f"{column} LIKE ? ESCAPE '\\'"] * len(ways)) + ")")
        values += ["%" + re.sub(r"([%_\\])", r"\\\1", "".join(way)) + "%" for way in ways]
    return " AND ".join(conditions), values


def _holds(text: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    return all(pattern.search(text) for pattern in patterns)


def _title_hit(row: sqlite3.Row, patterns: tuple[re.Pattern[str], ...]) -> Hit:
    title = one_line(row["title"])
    return Hit(row["id"], row["title"], None, "title", row["changed"], title, _spans(title, patterns))


def _turn_hit(row: sqlite3.Row, patterns: tuple[re.Pattern[str], ...]) -> Hit:
    snippet = _snippet(row["text"], patterns)
    return Hit(row["conversation"], row["title"], row["id"], row["role"], row["created"], snippet, _spans(snippet, patterns))


def _snippet(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    """The text around the place where most of the words stand close together."""
    places = sorted(found.start() for pattern in patterns for found in itertools.islice(pattern.finditer(text), 20))
    first = max(places, key=lambda at: (sum(at <= other < at + SHOWN - BEFORE for other in places), -at), default=0)
    begin = 0 if first <= BEFORE else first - BEFORE
    end = min(len(text), begin + SHOWN)
    if begin and (space := re.search(r"\s", text[begin:first])):
        begin += space.end()
    if (
        end < len(text)
        and (spaces := [*re.finditer(r"\s", text[first + 1 : end])])
        and not any(at >= first + 1 + spaces[-1].start() for at in places)
    ):
        end = first + 1 + spaces[-1].start()
    return ("\u2026" if begin else "") + one_line(text[begin:end]) + ("\u2026" if end < len(text) else "")


def _spans(text: str, patterns: tuple[re.Pattern[str], ...]) -> tuple[tuple[int, int], ...]:
    """Where the words stand, overlapping ones as one."""
    spans: list[Any] = []
    for begin, end in sorted(found.span() for pattern in patterns for found in pattern.finditer(text)):
        if spans and begin < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((begin, end))
    return tuple(spans)
