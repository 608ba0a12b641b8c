"""What Markdown and HTML documents have in common: their text, bounded, and which headings are questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from assistant.core.errors import DataError
from assistant.data.reading.columns import ANSWERS, CONVERSATIONS, IDS, INPUTS, QUESTIONS
from assistant.data.reading.rows import Row
from assistant.data.reading.source import DataFile, NoRowsError
from assistant.data.reading.text_lines import SAVE_ANEW, how_to_convert, what_to_do_with_zeros

LONGEST_QUESTION = 1000
"""Characters up to which a heading can be a question; above, it is a paragraph that somebody wrote as a heading."""

PATH = " / "
"""What parts the headings of a section."""

TAKEN = frozenset({*QUESTIONS, *ANSWERS, *INPUTS, *CONVERSATIONS, *IDS, "section"})
"""Names of columns that mean something for a row; what a document says of itself gets another name."""

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

LABEL = re.compile(r"(?:q|question|frage)(?:[ ]?#?[0-9]{1,4})?(?:[:.)]|[ ][-\u2013])[ \t]*", re.IGNORECASE)
NUMBER = re.compile(r"#?(?:[0-9]{1,4}\.){0,5}[0-9]{1,4}[.):]?[ \t]+|[a-z][.)][ \t]+", re.IGNORECASE)

SUBJECT = r"(?:i|you|we|they|he|she|it|there|this|that|these|those|my|your|our|their|the|an?|someone|anyone|people)"
OPENING = re.compile(
    r"(?:how|what|what's|why|when|where|who|whom|whose|which)\b|"
    r"(?:can|could|may|might|must|shall|should|do|does|did|is|are|was|were|will|would|has|have|had|am|isn't|aren't|don't|doesn't|can't)"
    rf"[ ]{SUBJECT}\b",
    re.IGNORECASE,
)
QUESTION_END = re.compile(r"[?\uff1f\u061f\u037e][)\]\"'\u201d\u2019*_ ]{0,4}$")


def asks(heading: str) -> bool:
    """Whether a heading is a question: it ends in a question mark, opens with a question word, or is written `Q: ...`."""
    if len(heading) > LONGEST_QUESTION:
        return False
    text = without_number(heading.strip())
    if label := LABEL.match(text):
        return bool(text[label.end() :].strip())
    return ends_as_question(text) or bool(OPENING.match(text) and len(text.split()) > 1)


def ends_as_question(text: str) -> bool:
    """Whether a text ends in a question mark, whatever quotes and brackets close after it."""
    return bool(QUESTION_END.search(text[-8:].rstrip()))


def question_of(heading: str) -> str:
    """The question of a heading, without its number and its `Q:`, on one line."""
    text = without_number(heading.strip())
    label = LABEL.match(text)
    return " ".join((text[label.end() :] if label else text).split())


def without_number(text: str) -> str:
    """A heading without the number that it opens with, where words are left: `3.2 Refunds` is `Refunds`."""
    number = NUMBER.match(text)
    # `2 or 3 doses?` is no numbered heading.
    if not number or not re.search(r"[.):#]", number.group()):
        return text
    return text[number.end() :] or text


def whole_text(file: DataFile, most_bytes: int, declared: Callable[[bytes], str | None] = lambda start: None) -> str:
    """The text of a document, as its byte order mark, itself or UTF-8 say.

    Args:
        file: The document.
        most_bytes: A larger one is refused: it is held whole.
        declared: Gives the encoding that the document names in its first bytes, if it does.

    Raises:
        DataError: It is empty, too large, binary, or in another encoding.
        OSError: It cannot be read.
    """
    with file.open() as opened:
        content = opened.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise DataError(
            f"{file.name} has more than {most_bytes >> 20} MiB", "A document is held whole: part it into several, or export its rows as JSONL."
        )
    mark, encoding = next(((mark, name) for mark, name in MARKS if content.startswith(mark)), (b"", None))
    try:
        encoding = encoding or declared(content[:4096]) or "utf-8"
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, len(mark) + error.start) + 1
        # A mark, or the document itself, says what it is: then no other encoding is meant.
        todo = how_to_convert(content[len(mark) :].split(b"\n")[line - 1], file) if encoding == "utf-8" else SAVE_ANEW
        raise DataError(f"{file.name}:{line}: not {encoding}: byte 0x{content[len(mark) + error.start]:02x}", todo) from None
    except (LookupError, ValueError) as error:
        raise DataError(f"{file.name}: {str(error)[:80]}", "Convert it to UTF-8, and correct what it says of itself.") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(f"{file.name} is binary: it has a zero byte in line {line}", what_to_do_with_zeros(content[:4096], file))
    if not text.strip():
        raise DataError(f"{file.name} is empty", "Put questions as headings into it, each with its answer below.")
    return text


def name_of(file: DataFile) -> str:
    """What a document without a title is called: its file's name without the ending."""
    return PurePath(file.name).name.split(".")[0] or file.name


def own_column(name: str) -> str:
    """The column for what a document says of itself: never one that would be taken for a question, an answer or an id."""
    name = " ".join(name.split())
    return f"document_{name}" if name.lower() in TAKEN else name


def row_of(question: str, answer: str, section: str, about: Row) -> Row:
    """One row of a document.

    Args:
        question: What a heading asks.
        answer: What stands below it.
        section: The headings around it, from the outermost on.
        about: What the document says of itself, its title among it.
    """
    return {"question": question, "answer": answer, "section": section, **about}


def no_questions(file: DataFile, how: str) -> NoRowsError:
    """The error for a document without a single question.

    Args:
        file: The document.
        how: How a question is written in its format.
    """
    todo = f"{how} For a text without questions name it in data.augment.documents and ask for the method `grounded`."
    return NoRowsError(f"{file.name} has no questions with answers below them", todo)
