"""Passages of documents, each long enough for a question and an answer that it bears out; and whether it does."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.core.errors import DataError
from assistant.core.files import open_plain
from assistant.data.enlarging.wording import numbers_of, words_of

LEAST_WORDS, MOST_WORDS = 60, 200
"""Words of a passage: of less there is little to ask, and more a small model does not read well."""
LARGEST_PARAGRAPH = 1 << 20
"""Characters of one paragraph that are read; what comes after them is not looked at."""
SUPPORTED = 0.8
"""Share of the answer's content words that must stand in the passage."""
ABOUT = 0.5
"""The same share for the question."""
LEAST_SAID = 2
"""Content words of the answer that the question has not."""
RUN = 4
"""Words in a row that stand in an answer once."""

_MARKUP = re.compile(r"^(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
_STARS = re.compile(r"[*_`]{1,3}(?=\w)|(?<=[\w.,:;!?)])[*_`]{1,3}")
_SMALL = (
    "a an the and or but if of to in on for with at by from as is are was were be been being it its this that these those there they them their he "
    "she his her you your we our i my me do does did has have had can could may might will would should must not no so than then also when which "
    "who what where how why all any some such more most very about into over up out only other because while during after before between"
)
_FUNCTION_WORDS = frozenset(_SMALL.split())


@dataclass(frozen=True)
class Passage:
    """Some paragraphs of a document.

    Attributes:
        place: The document's name and the passage's number in it, from 1: `guide.md#3`.
        document: The document's name.
        text: Its words, without markup.
    """

    place: str
    document: str
    text: str


def passages_of(path: Path, name: str | None = None) -> Iterator[Passage]:
    """The passages of a text or Markdown file, in their order.

    Short paragraphs are joined with those after them, under one heading or not; a long one is parted at its sentences.
    What is left at the end and too short is no passage.

    Args:
        path: In UTF-8.
        name: What it is called; its own name if None.

    Raises:
        DataError: It cannot be read as text.
    """
    name = name or path.name
    number = 0
    waiting: list[str] = []
    for paragraph in _paragraphs(path, name):
        for sentence_or_more in _parted(paragraph):
            words = sentence_or_more.split()
            if waiting and len(waiting) + len(words) > MOST_WORDS:
                if len(waiting) >= LEAST_WORDS:
                    number += 1
                    yield Passage(f"{name}#{number}", name, " ".join(waiting))
                waiting = []
            waiting += words
            if len(waiting) >= LEAST_WORDS and sentence_or_more.endswith((".", "!", "?")) and len(waiting) >= MOST_WORDS // 2:
                number += 1
                yield Passage(f"{name}#{number}", name, " ".join(waiting))
                waiting = []
    if len(waiting) >= LEAST_WORDS:
        yield Passage(f"{name}#{number + 1}", name, " ".join(waiting))


def unsupported(question: str, answer: str, passage: str) -> str | None:
    """Why a question and its answer are not borne out by a passage; None if they are.

    Every number of the answer must stand there, four of five of its content words in whichever form, and half of the
    question's; and the answer must say something that the question does not. What a small model adds of its own is
    mostly seen by that. It is no proof that the passage says what the answer says.
    """
    if numbers_of(answer) - numbers_of(passage):
        return "a number that the passage has not"
    there = {_stem(word) for word in words_of(passage)}
    asked, said = _content(question), _content(answer)
    if not said or sum(word in there for word in said) < SUPPORTED * len(said):
        return "words that the passage has not"
    if sum(word in there for word in asked) < ABOUT * len(asked):
        return "a question about something else"
    if len(set(said) - set(asked)) < LEAST_SAID:
        return "an answer that says nothing"
    words = words_of(answer)
    runs = [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
    if len(set(runs)) < len(runs):
        return "an answer that repeats itself"
    return None


def _content(text: str) -> list[str]:
    return [_stem(word) for word in words_of(text) if word not in _FUNCTION_WORDS]


def _paragraphs(path: Path, name: str) -> Iterator[str]:
    """Paragraphs without their markup; code, tables and front matter are none."""
    lines: list[str] = []
    size = 0
    fenced = False
    try:
        with io.TextIOWrapper(open_plain(path), encoding="utf-8-sig") as file:
            for line in iter(lambda: file.readline(LARGEST_PARAGRAPH), ""):
                text = line.strip()
                if text.startswith(("```", "~~~")):
                    fenced = not fenced
                    continue
                if not text and lines:
                    yield " ".join(lines)
                    lines, size = [], 0
                if text and not fenced and not text.startswith(("|", "<", "---", "===", "#")) and size < LARGEST_PARAGRAPH:
                    lines.append(_STARS.sub("", _LINK.sub(r"\1", _MARKUP.sub("", text))))
                    size += len(text)
    except OSError as error:
        raise DataError(f"cannot read the document {name}: {error.strerror}", "Correct data.augment.documents in the recipe.") from None
    except UnicodeDecodeError:
        todo = "Give plain text or Markdown in UTF-8: `iconv -f CP1252 -t UTF-8` converts Windows-1252 and Latin-1."
        raise DataError(f"the document {name} is no UTF-8 text", todo) from None
    if lines:
        yield " ".join(lines)


def _parted(paragraph: str) -> Sequence[str]:
    """A paragraph, or its sentences where it is longer than a passage; a sentence that is longer still is cut at words."""
    if len(paragraph.split()) <= MOST_WORDS:
        return [paragraph]
    pieces = []
    for sentence in re.split(r"(?<=[.!?])\s", paragraph):
        words = sentence.split()
        pieces += [" ".join(words[start : start + MOST_WORDS]) for start in range(0, len(words), MOST_WORDS)]
    return pieces


def _stem(word: str) -> str:
    """A word without its commonest endings, so that a plural or a past form counts as the same."""
    word = word.removesuffix("'s").removesuffix("\u2019s")
    for ending in ("ies", "ing", "es", "ed", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
