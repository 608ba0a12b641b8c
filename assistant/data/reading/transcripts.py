"""Conversations from plain transcripts: chats and calls of customer services, a speaker before each turn.

A conversation ends at a separator: a line of `---`, `===`, `***`, `___` or `###`, or a title such as `Conversation 12` or `Ticket #4711`.
Empty lines part nothing: they stand inside of turns as well. Each `Q:` begins a conversation of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.columns import recognize
from assistant.data.reading.notices import own_text
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile, NoRowsError
from assistant.data.reading.speakers import Said, is_nobody, known_role, roles_of, said_in
from assistant.data.reading.text_lines import refuse_unclean, text_of_file

LONGEST_LINE = 2**20
"""Characters of a line that is read; a longer one is no turn of a conversation."""

LARGEST = 2**22
"""Characters of a conversation: it is held whole."""

MOST_LINES = 20_000
"""Lines of a conversation."""

LONGEST_TITLE = 200
"""Characters in which a title or a separator shows."""

SEPARATOR = re.compile(r"[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,}|#{3,}|(?:[-*][ \t]){2,40}[-*])[ \t]*")
TITLE = re.compile(
    r"[ \t]*(?:[-=*#]{1,40}[ \t]{0,3})?\[?(?:conversation|chat|dialog|dialogue|ticket|case|session|transcript|call|thread)(?:[ \t]id)?"
    r"(?:[ \t]{0,3}(?:#|no\.?|number|:)[ \t]{0,3}|[ \t]{1,3})\#?([\w.-]{0,39}[0-9][\w.-]{0,39})[ \t]{0,3}\]?:?[ \t]{0,3}(?:[-=*#]{1,40})?[ \t]*",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"[ \t]*(?:(id|conversation id|chat id|ticket(?: id)?|case(?: id)?)|(started(?: at)?|chat started|start time|date|opened|created))"
    r"[ \t]{0,3}:[ \t]*(\S[^\n]{0,99})",
    re.IGNORECASE,
)
TOO_LONG, TOO_MANY = "conversation too long", "more than two speakers"
PAIRS = ("q", "question")


@dataclass
class Conversation:
    """The lines of one conversation as they come.

    Attributes:
        line: Its first line.
        about: Its `id` and when it `started`, where that is written.
        said: Its lines, those that nobody says among them.
        size: Characters of all of them.
        speaks: Whether a line of it has a speaker.
    """

    line: int = 0
    about: Row = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    size: int = 0
    speaks: bool = False

    def add(self, said: Said) -> None:
        """Add a line; before the first turn it can tell the id or the time, and an empty one tells nothing."""
        if not self.speaks and (about := ABOUT.fullmatch(said.raw[:LONGEST_TITLE].rstrip())):
            self.about["id" if about[1] else "started"] = about[3].strip()
        elif self.said or said.raw.strip():
            self.said.append(said)
            self.line = self.line or said.line
            self.size += len(said.raw)
            self.speaks = self.speaks or bool(said.name)


def transcript_rows(file: DataFile) -> Rows:
    """The conversations of a transcript as `messages`, one a row, with `id` and `started` where they are written.

    Speakers become roles and their names go: `Customer`, `Agent` and their like say it themselves; of other names the first to
    speak asks. Turns of one role that follow each other are one turn.

    Raises:
        DataError: It is no text, a table, or nobody speaks in it.
    """
    found = False
    _refuse_table(file)
    for conversation in _conversations(file):
        entry = conversation if isinstance(conversation, Problem) else _row(conversation, file)
        if entry:
            found = found or not isinstance(entry, Problem) or entry.kind in (TOO_LONG, TOO_MANY)
            yield entry
    if not found:
        todo = "A transcript has a speaker before each turn, `Customer: ...` or `[10:32] Anna: ...`; name other texts in data.augment.documents."
        todo += " Give a table with tabs the ending .tsv."
        raise NoRowsError(f"{file.name} has no turns of speakers", todo)


def _refuse_table(file: DataFile) -> None:
    """See that it is no table, as Excel saves one by the name of "Unicode text".

    Raises:
        NoRowsError: Its first line names a question and an answer, parted by tabs.
    """
    names = [name.strip(' "') for name in next((line for _, line in _lines(file) if line.strip()), "").split("\t")]
    if len(names) > 1 and recognize(names):
        shown = ", ".join(names[:5])[:LONGEST_TITLE]
        raise NoRowsError(f"{file.name} is a table, with the columns {shown}, and no transcript", "Give it the ending .tsv.")


def _conversations(file: DataFile) -> Iterator[Conversation | Problem]:
    now, is_lost = Conversation(), False
    for number, line in _lines(file):
        title = _separates(line)
        said = said_in(line, number)
        if title is not None or (said.name.lower() in PAIRS and now.speaks):
            if now.said:
                yield now
                now = Conversation()
            is_lost = False
            if title:
                now.about["id"], now.line = title, number
        if title is None and not is_lost:
            now.add(said)
        if now.size > LARGEST or len(now.said) > MOST_LINES:
            detail = f"more than {LARGEST >> 20} MiB or {MOST_LINES:,} lines without a separator; what follows up to the next one is lost as well"
            yield Problem(TOO_LONG, file.name, now.line, detail)
            now, is_lost = Conversation(), True
    if now.said:
        yield now


def _separates(line: str) -> str | None:
    """The number in a line that opens a conversation, "" for a line that only parts two; None for any other."""
    if title := TITLE.fullmatch(line) if len(line) < LONGEST_TITLE else None:
        return title[1]
    return "" if SEPARATOR.fullmatch(line[:LONGEST_TITLE].rstrip()) else None


def _lines(file: DataFile) -> Iterator[tuple[int, str]]:
    """The lines of a text, none held that is too long.

    Raises:
        DataError: It is none.
    """
    with text_of_file(file, newline="\n") as text:
        number = 0
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            refuse_unclean(file, line, number)
            if len(line) > LONGEST_LINE:
                todo = "A transcript has a turn a line; for one long text write JSONL."
                raise DataError(f"{file.name}:{number}: the line has more than {LONGEST_LINE:,} characters", todo)
            # The old Mac's line ends.
            yield number, line.rstrip("\r\n").replace("\r", " ")


def _row(conversation: Conversation, file: DataFile) -> tuple[int, Row] | Problem | None:
    spoken = _speakers_only(conversation.said)
    lines = _without_notices(spoken)

    def problem(kind: str, detail: str) -> Problem:
        return Problem(kind, file.name, conversation.line, detail, {"text": "\n".join(said.raw for said in conversation.said)})

    names = [said.name for said in lines if said.name]
    if not any(said.name for said in spoken):
        return problem("text without a speaker", "nobody says it") if any(said.text for said in lines) else None
    roles = roles_of(names)
    if roles is None:
        speakers = len({name for name in names if known_role(name) is None})
        return problem(TOO_MANY, f"{speakers} of them with names that tell no role; rename those who answer to `Agent`")
    messages = _turns(lines, roles)
    if {message["role"] for message in messages} != {"user", "assistant"}:
        return problem("only one speaks", "nobody answers, or nobody asks")
    when = next((said.when for said in lines if said.when), "")
    about: Row = {**({"started": when} if when else {}), **conversation.about}
    return conversation.line, {"messages": messages, **about}


def _speakers_only(lines: list[Said]) -> list[Said]:
    """The lines, with those that only look as if somebody spoke (`Note: ...`) going on with the turn before.

    Where speakers have times, a name without one is none. Where both sides are known, a word before a colon is no third one.
    """
    speaking = [said for said in lines if said.name]
    has_times = bool(speaking) and sum(bool(said.when) for said in speaking) * 2 > len(speaking)
    both_known = {"user", "assistant"} <= {known_role(said.name) for said in speaking}

    def is_speaker(said: Said) -> bool:
        if not said.name or said.when:
            return bool(said.name)
        if has_times:
            return False
        return known_role(said.name) is not None or not (both_known or is_nobody(said.name))

    def as_text(said: Said) -> Said:
        # A time alone tells what happened, where those who speak have times as well.
        return Said(said.line, said.raw.strip(), "", said.when if has_times and not said.name else "", said.raw)

    return [said if is_speaker(said) else as_text(said) for said in lines]


def _without_notices(lines: list[Said]) -> list[Said]:
    """The lines as they were written, without what the messenger put there; one with nothing else in it has no speaker to count."""
    kept: list[Said] = []
    parts: list[list[Said]] = []
    for said in lines:
        if said.name or said.when or not parts:
            parts.append([])
        parts[-1].append(said)
    for part in parts:
        own = [replace(said, text=own_text(said.text, bool(said.when))) for said in part]
        # What was written below a picture is in the lines after it; a name alone in its line speaks in those as well.
        if own == part or any(said.text for said in own):
            kept += own
    return kept


def _turns(lines: list[Said], roles: dict[str, Any]) -> list[dict[str, str]]:
    turns: list[tuple[str, list[str]]] = []
    role = ""
    for said in lines:
        if said.name:
            role = roles[said.name]
        elif said.when or not role:
            # What happened (`10:32 Anna joined`), and what stands before the first turn, is said by nobody.
            continue
        if role == "system":
            continue
        if turns and turns[-1][0] == role:
            turns[-1][1].append(said.text)
        else:
            turns.append((role, [said.text]))
    texts = [(role, "\n".join(texts).strip()) for role, texts in turns]
    messages: list[dict[str, str]] = []
    for role, text in texts:
        if not text:
            continue
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += f"\n{text}"
        else:
            messages.append({"role": role, "content": text})
    return messages
