"""A short title for a conversation, from its first question. Knows no model: the words are the user's own."""

# Words of many languages: letters that look like Latin ones are meant.

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.core.plain import one_line

WIDEST = 60
"""Cells of a terminal that a title takes at most; a Chinese character takes two."""

SHORTEST = 12
"""Cells below which a sentence that ends in a full stop is no title yet: it may be `Dr.` or `No.`."""

LOOKED_AT = 600
"""Characters of a question, without its code, that a title is looked for in. What people paste may be as long as a book."""

NESTED = 4
"""Signs of emphasis within one another that are taken away."""

# Each of these looks at most a bounded number of characters ahead from any place, so that no text makes it slow.
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LEADING = re.compile(r"^(?:\s*+(?:#{1,6}\s+|>\s?|[-*+\u2022]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+|\|)\s*+)+")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^)\n]{0,300}\)")
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}|~~|`{1,3})(?=\S)(.{1,200}?)(?<=\S)(?:\1(?!\w)|\1$)")
_END = re.compile(r"(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u00bb)]*+(?=\s)|[\u3002\uff01\uff1f]++|[\u061f\u06d4\u0964](?=\s)")

_GREETINGS = "|".join(
    (
        r"(?:good|guten?|bon|bom|boa|buen[oa]s?|god|goede?n?)\s+"
        r"(?:morning|afternoon|evening|day|morgen|tag|abend|dia|tarde|noite|días|tardes|noches|middag|dag)",
        r"hi|hello|hey|hiya|greetings|dear|hallo|moin|servus|grüß\s+(?:gott|dich)|bonjour|salut|bonsoir|coucou|hola|ciao|buongiorno|buonasera",
        r"olá|oi|hej|hei|hoi|cześć|dzień\s+dobry|ahoj|dobrý\s+den|merhaba|selam|xin\s+chào|halo",
        r"привет|здравствуй(?:те)?|добрый\s+день|привіт|γεια|مرحبا|السلام عليكم|שלום|नमस्ते",
        r"你好|您好|こんにちは|おはよう(?:ございます)?|안녕하세요",
    )
)
_GREETING = re.compile(
    rf"^(?:{_GREETINGS})(?:(?:\s+(?:there|all|everyone|everybody|again|assistant|zusammen))?\s*(?:[,.!:;~\u2013\u2014\uff0c\u3002\uff01\u3001\u060c]+\s*|\s*$)"
    r"|\s+(?:there|all|everyone|everybody|again|assistant|zusammen)\s+|(?<=[\u3040-\u9fff])(?=\S)|\n+)",
    re.IGNORECASE,
)


def title_of(question: str) -> str:
    """What a conversation is called that begins with a question: its first sentence, or its first line.

    Greetings, the signs of Markdown and blocks of code are left out, unless nothing else was said.

    Args:
        question: The first question.

    Returns:
        At most 60 cells on one line, as it may stand on a screen; empty only for an empty question.
    """
    for text in (_beginning(_outside_code(question)), _beginning(_without_fences(question)), question.lstrip()[:LOOKED_AT]):
        lines = [line for line in map(_bare, text.splitlines()) if _says_something(line)]
        said = _without_greeting("\n".join(lines))
        if sentence := _first_sentence(said):
            return _short(sentence)
    return _short(one_line(question.lstrip()[:LOOKED_AT])) or ("\u2026" if question else "")


def _beginning(lines: Iterable[str]) -> str:
    """The first characters of what is no white space."""
    found, length = [], 0
    for line in lines:
        if length >= LOOKED_AT:
            break
        if line := line.strip(" \t\r")[:LOOKED_AT]:
            found.append(line)
            length += len(line) + 1
    return "\n".join(found)[:LOOKED_AT]


def _outside_code(text: str) -> Iterator[str]:
    """The lines that stand in no block of code."""
    return (line for line, is_code in _without_marks(text) if not is_code)


def _without_fences(text: str) -> Iterator[str]:
    """The lines without those that begin and end a block of code."""
    return (line for line, _ in _without_marks(text))


def _without_marks(text: str) -> Iterator[tuple[str, bool]]:
    """Each line but the marks of code, and whether it is code."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" \t\r`~"):
            fence = ""
        else:
            yield line, bool(fence)


def _bare(line: str) -> str:
    """A line without the signs of Markdown."""
    line = _LINK.sub(r"\1", _LEADING.sub("", line, count=1))
    for _ in range(NESTED):
        line = _EMPHASIS.sub(r"\2", line)
    return one_line(line)


def _says_something(line: str) -> bool:
    return any(character.isalnum() or ord(character) > 0x2BFF for character in line)


def _without_greeting(text: str) -> str:
    rest = text
    while (shorter := _GREETING.sub("", rest, count=1).lstrip(" \n,.!")) != rest:
        rest = shorter
    return rest if _says_something(rest) else text


def _first_sentence(text: str) -> str:
    from rich.cells import cell_len

    line = text.split("\n", 1)[0].strip()
    for end in _END.finditer(line + " "):
        sentence = line[: end.end()].strip()
        if "." not in end[0] or cell_len(sentence) >= SHORTEST:
            line = sentence
            break
    # A full stop at the end of a title says nothing; a question mark does.
    return line.rstrip(".\u3002:;,\u2026 ") or line


def _short(line: str) -> str:
    """The line, cut at a word, and never within what is drawn as one character."""
    from rich.cells import cell_len, split_graphemes

    if cell_len(line) <= WIDEST:
        return line
    width, end = 0, 0
    for _, after, cells in split_graphemes(line)[0]:
        if width + cells > WIDEST - 1:
            break
        width, end = width + cells, after
    space = line.rfind(" ", 0, end + 1)
    return line[: space if space > end // 2 else end].rstrip(" ,;:.-\u2013\u2014") + "\u2026"
