"""What question and answer have of each other: labels, the answer within the question, the question within the answer."""

# ruff: noqa: RUF001
from __future__ import annotations

import itertools
import re

from assistant.data.cleaning.text import Text
from assistant.data.cleaning.words import FUNCTION_WORDS, OPENERS, QUESTION_WORDS, SINGULAR_S

QUESTION_LABEL = re.compile(
    r"\s*(?:Q(?P<short>[ ]?\d{0,4})\s?(?P<sign>[.:)]|[-–—](?=\s))|(?i:question)(?:\s?\#?\d{1,4})?\s?(?:[.:)]|[-–—](?=\s)))(?P<gap>\s*)(?=\S)"
)
ANSWER_LABEL = re.compile(
    r"\s*(?:A(?P<short>[ ]?\d{0,4})\s?(?P<sign>[.:)]|[-–—](?=\s))|(?:(?i:answer)|Ans)(?:\s?\#?\d{1,4})?\s?(?:[.:)]|[-–—](?=\s)))(?P<gap>\s*)(?=\S)"
)
ANOTHER_CHOICE = re.compile(r"(?<!\w)B[.:)]\s")
INITIAL = re.compile(r"[A-Z]\.(?:\s|[A-Z]|$)")
"""A name's: `A. A. Milne` is no answer with a label."""
FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’]\w+)?")

ANSWER_WITHIN = re.compile(r"\n[ \t]*(?:A(?:ns(?:wer)?)?|ANSWER)[ \t]?[:.][ \t\xa0]*\S")
WORD = re.compile(r"\w+")
LABEL_LEFT = re.compile(r"(?<=[?.!\s])(?:A(?:ns(?:wer)?)?|ANSWER)[ ]?[:.]\s*$")
SHORTEST = 40
"""Letters of a question that may have an answer in it, on one line."""
LOOKS = 5
"""Words of an answer, at least, that is looked for in a question."""
TRIES = 20
"""Places in a question that are tried; more of them begin by the same word only in a text that is none."""
AT_LEAST = 8
"""Words that both have in common at least."""

TEMPLATE = re.compile(r"\b(?P<verb>is|are) ?\((?P<other>are|is)\)(?= )", re.IGNORECASE)
HEAD_ENDS = re.compile(r"\s[-–—(]|\s(?:in|of|with|and|or|for|from|by|to|at|during|due|associated|caused|related)\s|[,;:?(]", re.IGNORECASE)
PLURAL = re.compile(r"(?:[^\Wsuioa'’]|oma|ia|oo)s$|ies$|(?:[csz]h|x|ss|us)es$")


def has_label(text: str, part: str) -> bool:
    """Whether a text may begin with the label of its part; for the other one, which is in doubt without it."""
    return bool((QUESTION_LABEL if part == "question" else ANSWER_LABEL).match(text))


def labels(text: Text) -> str:
    """Take away `Q.`, `Question 3:`, `A:`, `Answer -` at the start; never an initial or an article."""
    now = text.text
    found = (QUESTION_LABEL if text.part == "question" else ANSWER_LABEL).match(now)
    if not found:
        return now
    rest = now[found.end() :]
    sign, short = found["sign"], found["short"]
    if ANOTHER_CHOICE.search(rest) or (sign == "." and INITIAL.match(rest)):
        return now
    if sign is None:
        return rest
    if not found["gap"] and (sign != ":" or not rest[0].isalpha()):
        return now
    if (short or "").strip() and not (text.labelled or (text.part == "question" and rest.rstrip().endswith("?"))):
        return now
    first = FIRST_WORD.match(rest)
    opens = first is not None and first[0].lower() in OPENERS | QUESTION_WORDS and first[0][0].isupper()
    if sign == ":" or opens or text.labelled:
        return rest if not (sign == "." and rest[0].islower()) else now
    return rest if text.part == "question" and rest.rstrip().endswith("?") and sign == "." and not rest[0].islower() else now


def swallowed_answer(text: Text) -> str:
    """Cut a question where its own answer follows in it; the answer stands beside it, so nothing is lost."""
    now = text.text
    if text.part != "question" or not text.beside or (len(now) < SHORTEST and "\n" not in now):
        return now
    wanted = [word.casefold() for word in WORD.findall(text.beside)]
    labelled = ANSWER_WITHIN.search(now)
    if labelled and now[: labelled.start()].rstrip().endswith("?"):
        tail = [word.casefold() for word in WORD.findall(now, labelled.end() - 1)]
        if tail and tail == wanted[: len(tail)]:
            return now[: labelled.start()].rstrip()
    return _without_answer(now, wanted)


def _without_answer(question: str, wanted: list[str]) -> str:
    """The question up to where the answer begins that goes on to its end, if what is left is a question.

    A text to work on, which may well stand in the answer too, is parted from its instruction by a blank line, and stays.
    """
    words = [(found[0].casefold(), found.start()) for found in WORD.finditer(question)]
    if len(wanted) < LOOKS or len(words) <= LOOKS:
        return question
    starts = (at for at in range(max(1, len(words) - len(wanted)), len(words) - LOOKS + 1) if words[at][0] == wanted[0])
    for at in itertools.islice(starts, TRIES):
        tail = [word for word, _ in words[at:]]
        head = LABEL_LEFT.sub("", question[: words[at][1]])
        is_asked = head.rstrip(" \t\n\"'(").endswith("?") and "\n\n" not in head[len(head.rstrip()) :]
        if is_asked and len(tail) >= min(AT_LEAST, len(wanted)) and tail == wanted[: len(tail)]:
            return head.rstrip()
    return question


def template(text: Text) -> str:
    """`What is (are) X` gets the form that X wants, and `is` where that is not sure."""
    now = text.text
    if text.part != "question" or "(" not in now:
        return now
    found = TEMPLATE.search(now)
    if not found or found["verb"].lower() == found["other"].lower() or "`" in now:
        return now
    verb = "are" if _is_plural(now[found.end() :]) else "is"
    return now[: found.start()] + (verb.capitalize() if found["verb"][0].isupper() else verb) + now[found.end() :]


def _is_plural(topic: str) -> bool:
    end = HEAD_ENDS.search(topic)
    if end and end[0].strip() in ("-", "–", "—"):
        return False
    words = FIRST_WORD.findall(topic[: end.start()] if end else topic)
    if not words:
        return False
    head: str = words[-1]
    return not head.isupper() and head.lower() not in SINGULAR_S and bool(PLURAL.search(head.lower()))


OPENING_QUESTION = re.compile(r"\s*([A-Z][^?\n]{3,300})\?(?=\s)")
STEM = 5
"""Letters by which words are taken for the same: treated, treatments."""
MORE = frozenset({"signs", "sympt", "avail", "cause", "treat", "disea", "condi"})
"""Stems that the repetition may have beyond the question; any other one asks for less than was asked: how itching is treated in it."""
ABBREVIATION = re.compile(r"\([^()]{1,20}\)")


def echo(text: Text) -> str:
    """Take the question away that an answer opens with, if it is the one that was asked and anything is left."""
    if text.part != "answer" or not text.beside:
        return text.text
    found = OPENING_QUESTION.match(text.text)
    if not found:
        return text.text
    rest = text.text[found.end() :].lstrip()
    said = found[1].split()
    if not WORD.search(rest) or said[0].lower() not in QUESTION_WORDS:
        return text.text
    asked = _stems(text.beside[:1000])
    repeated = _stems(found[1])
    if not asked or not asked <= repeated or not _stems(ABBREVIATION.sub("", found[1])) - asked <= MORE:
        return text.text
    return rest


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in WORD.findall(text.casefold()) if word not in FUNCTION_WORDS}
