"""Cuts an answer that grows into what is spoken as a whole: sentences, and lines of code, lists and tables.

Whatever reads the terminal aloud speaks each piece as it arrives; half a word or half a sentence is of no use to it. The pieces
together are the text, letter by letter. Knows no screen and no model.
"""

from __future__ import annotations

import re

LONGEST = 300
"""Characters that are waited for at most: what has no sentences is cut between words."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# A line that begins like this is one thing: an item of a list, a row, a heading, a quotation, code.
_ONE_LINE = re.compile(r"\s*(?:[-*+\u2022](?:\s|$)|\d{1,3}[.)](?:\s|$)|#{1,6}(?:\s|$)|\||>)|\t| {4}| {0,3}(?:`{3}|~{3})")
_SENTENCE_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]*_]*\s+|[\u3002\uff01\uff1f]+")


def begins_line(text: str) -> bool:
    """Whether a text begins with what means something at the beginning of a line alone: a list's sign, a fence, a row."""
    return bool(_ONE_LINE.match(text))


class Phrases:
    """What of a growing text is ready to be spoken."""

    def __init__(self) -> None:
        self._waiting = ""
        self._spoken = ""
        self._fence = ""

    def add(self, text: str) -> str:
        """What can be spoken now that more was said; empty while a sentence is under way.

        Args:
            text: What was said since the last time.
        """
        *lines, self._waiting = (self._waiting + text).split("\n")
        ready = ""
        for line in lines:
            self._see(self._spoken + line)
            self._spoken = ""
            ready += line + "\n"
        end = self._end_of_phrase()
        phrase, self._waiting = self._waiting[:end], self._waiting[end:]
        self._spoken += phrase
        return ready + phrase

    def rest(self) -> str:
        """What is left once nothing more will be said."""
        rest, self._waiting = self._waiting, ""
        return rest

    def _see(self, line: str) -> None:
        """Know whether a block of code begins or ends with a whole line."""
        found = _FENCE.match(line)
        if found and not self._fence:
            self._fence = found[1]
        elif found and found[1].startswith(self._fence) and not line[found.end() :].strip():
            self._fence = ""

    def _end_of_phrase(self) -> int:
        """Up to where the line that is being said can be spoken."""
        if self._fence:
            return 0
        ends = [] if begins_line(self._spoken + self._waiting) else [found.end() for found in _SENTENCE_END.finditer(self._waiting)]
        if ends:
            return ends[-1]
        return self._waiting.rfind(" ") + 1 if len(self._waiting) > LONGEST else 0
