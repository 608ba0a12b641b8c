"""Who speaks in a line of a transcript, when, and in which role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Role = Literal["user", "assistant", "system"]

USERS = frozenset(
    {
        *("customer", "client", "user", "visitor", "caller", "patient", "guest", "buyer", "shopper", "member", "subscriber", "tenant", "student"),
        *("human", "person", "asker", "requester", "q", "question", "kunde", "kundin"),
    }
)
"""Words in a name that make its bearer the one who asks."""

ASSISTANTS = frozenset(
    {
        *("agent", "support", "representative", "rep", "assistant", "bot", "chatbot", "operator", "advisor", "adviser", "nurse", "doctor", "dr"),
        *("physician", "pharmacist", "therapist", "counselor", "counsellor", "service", "helpdesk", "desk", "technician", "specialist", "consultant"),
        *("expert", "staff", "clerk", "csr", "ai", "model", "gpt", "chatgpt", "llm", "a", "answer", "berater", "beraterin", "mitarbeiter"),
    }
)
"""Words in a name that make its bearer the one who answers; they win: a customer advisor advises."""

SYSTEMS = frozenset({"system", "info", "notification", "event"})
"""Names of those who tell what happens; their lines are no part of the conversation."""

NOBODY = frozenset(
    {
        *("note", "notes", "ps", "tip", "hint", "warning", "important", "example", "step", "steps", "http", "https", "ftp"),
        *("re", "fw", "fwd", "subject", "edit", "update", "error", "url", "link", "phone", "email", "address", "name", "total"),
        *("price", "order", "see", "option", "result"),
    }
)
"""Words before a colon that are no names, unless the line has a time."""

CLOCK = r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]{1,6})?)?(?:[ \u202f\u00a0]?[AaPp]\.?[Mm]\.?)?"
DAY = r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2}))"
WHEN = rf"(?:{DAY}(?:,?[ \u202fT]{{1,3}}{CLOCK}(?:Z|[ ]?[+-][0-9]{{2}}:?[0-9]{{2}}|[ ]UTC)?)?|{CLOCK})"
NAME = r"[^\W\d_](?:[^\S\n]?[^\s:>\[\](){}<\"|=,;!?/\\]){0,39}"

BEFORE = re.compile(rf"[\u200e\u200f]?(?:\[({WHEN})\]|\(({WHEN})\)|({WHEN}))[ \t]{{0,3}}(?:[-\u2013|][ \t]{{0,3}})?")
# Whom a messenger has no contact for stands there by number, or by the name that they gave themselves; both only behind a time.
BY_NUMBER = re.compile(r"[\u200e\u200f\u202a-\u202c]*(\+?[0-9][0-9()./\u00a0\u202f -]{6,28}[0-9])[\u202c\u200e]?[ \t]{0,3}:(?:[ \t]+|$)")
BY_OWN_NAME = re.compile(rf"[\u200e\u200f]?~[ \u00a0\u202f]?({NAME})[ \t]{{0,3}}:(?:[ \t]+|$)")
SAYS = re.compile(rf"[\u200e\u200f]?[*_]{{0,2}}({NAME})[ \t]{{0,3}}[*_]{{0,2}}(?:[\[(]({WHEN})[\])][ \t]{{0,3}})?(:|>)[*_]{{0,2}}(?:[ \t]+|$)")
IN_BRACKETS = re.compile(rf"[<\[]({NAME})[>\]][ \t]{{0,3}}:?(?:[ \t]+|$)")
BY_HINT = re.compile(rf"({NAME})[ \t]{{0,3}}[(\[]({NAME})[)\]][ \t]{{0,3}}:(?:[ \t]+|$)")
WORDS = re.compile(r"[^\W\d_]+")

LOOKED_AT = 200
"""Characters of a line in which a speaker can stand."""

MOST_WORDS = 5
"""Words of a speaker's name."""


@dataclass(frozen=True)
class Said:
    """One line of a transcript.

    Attributes:
        line: Its number.
        text: What is said, or the whole line where nobody says it.
        name: Who says it; empty for a line that goes on.
        when: When, as it is written there; empty where that is not.
        raw: The line as it stands.
    """

    line: int
    text: str
    name: str
    when: str
    raw: str


def said_in(line: str, number: int) -> Said:
    """What a line says, and who seems to say it; whether that is a speaker shows only in its conversation."""
    start = line[:LOOKED_AT].lstrip()
    offset = len(line[:LOOKED_AT]) - len(start)
    before = BEFORE.match(start)
    when = next((found for found in before.groups() if found), "") if before else ""
    at = before.end() if before else 0
    patterns = (BY_HINT, SAYS, IN_BRACKETS, BY_NUMBER, BY_OWN_NAME) if when else (BY_HINT, SAYS)
    speaker = next((found for pattern in patterns if (found := pattern.match(start, at))), None)
    if not speaker or len(speaker[1].split()) > MOST_WORDS:
        # A time without a name: `Anna joined`, or a text that opens with one.
        return Said(number, line.strip(), "", when, line)
    if speaker.re is BY_HINT:
        name = f"{speaker[1]} ({speaker[2]})"
    else:
        name, when = speaker[1], when or (speaker[2] if speaker.re is SAYS and speaker[2] else "")
    return Said(number, line[offset + speaker.end() :].strip(), " ".join(name.split()), when, line)


def known_role(name: str) -> Role | None:
    """The role that a speaker's name says, by its words; None for a name like any other."""
    words = {word.lower() for word in WORDS.findall(name)}
    # `A` alone answers; in `A. Smith` it is an initial.
    if len(words) > 1:
        words -= {"a", "q"}
    if words & ASSISTANTS:
        return "assistant"
    if words & USERS:
        return "user"
    return "system" if words and words <= SYSTEMS else None


def is_nobody(name: str) -> bool:
    """Whether what stands before a colon is no name of anybody: `Note`, or several words that are not all written as names are."""
    words = WORDS.findall(name)
    return not words or words[0].lower() in NOBODY or (len(words) > 1 and (words[0].islower() or words[-1].islower()))


def roles_of(names: Iterable[str]) -> dict[str, Role] | None:
    """The role of each speaker of a conversation; None where that cannot be told.

    What a name says counts first. Of names that say nothing the first to speak asks, the second answers; where one side is
    known, a single name that says nothing is the other.

    Args:
        names: The speakers, in the order in which they first speak.
    """
    roles: dict[str, Role] = {}
    unknown = []
    for name in dict.fromkeys(names):
        role = known_role(name)
        if role:
            roles[name] = role
        else:
            unknown.append(name)
    missing: list[Role] = [role for role in ("user", "assistant") if role not in roles.values()]
    if len(unknown) > len(missing):
        return None
    return roles | dict(zip(unknown, missing, strict=False))
