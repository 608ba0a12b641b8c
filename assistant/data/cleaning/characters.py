"""Characters: wrong encodings, what cannot be seen, what Unicode writes in several ways."""

# ruff: noqa: RUF002
from __future__ import annotations

import re
import unicodedata

from assistant.data.cleaning.shield import replaced
from assistant.data.cleaning.text import Text

LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
TERMINAL = re.compile(r"\x1b\[[0-?]{0,32}[ -/]{0,8}[@-~]")
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0001]"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\U000e0001-\U000e007f]")
MAYBE_WRONG = re.compile(r"[^\x00-\x7f]{2}|[\u00c2\u00c3\u00e2] |[\x80-\x9f\ud800-\udfff]")
"""Bytes of UTF-8 that were taken for letters come in twos and more."""
JOINERS = re.compile(r"(?:(?<=[\x00-\u024f\u2000-\u200a\u2010-\u206f])|^)[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\u024f]|$)")
MARKS = re.compile(r"[\u200e\u200f]")
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
TAGS = re.compile(r"[\U000e0020-\U000e007f]")
FLAG = "\U0001f3f4"

LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
SPACES = (*range(0x2000, 0x200B), 0x202F, 0x205F)
SAME: dict[int, str] = {**LIGATURES, **dict.fromkeys(SPACES, " "), 0x2010: "-", 0x2011: "-"}
WRITTEN_OTHERWISE = re.compile(r"[\u2000-\u200a\u2010\u2011\u202f\u205f\ufb00-\ufb06]")
MAY_BE_COMPOSED = re.compile(r"[^\x00-\u02ff\u2010-\u20cf\u2190-\u22ff]")
LONGEST_RUN = 30
"""Marks on one letter; Unicode's Stream-Safe Text Format (UAX 15) allows as many, and sorting more of them takes quadratic time."""


def encoding(text: Text) -> str:
    """Undo text that was decoded by the wrong table (mojibake), line by line and only where ftfy is sure."""
    if text.text.isascii() or not MAYBE_WRONG.search(text.text):
        return text.text
    from ftfy import fix_encoding
    from ftfy.badness import is_bad
    from ftfy.fixes import fix_c1_controls, fix_surrogates

    lines = text.text.split("\n")
    mended = [fix_encoding(line) if is_bad(line) else line for line in lines]
    whole: str = fix_c1_controls(fix_surrogates("\n".join(mended)))
    return whole


def controls(text: Text) -> str:
    """Take out what is not seen: controls, zero-width characters, soft hyphens, overrides of direction, halves of characters."""
    now = text.text
    if not CONTROL.search(now):
        return now
    now = UNSEEN.sub("", TERMINAL.sub("", LINE_ENDS.sub("\n", now)))
    # They join emoji and the letters of some scripts; between Latin letters they do nothing.
    now = JOINERS.sub("", now)
    if not RIGHT_TO_LEFT.search(now):
        now = MARKS.sub("", now)
    return now if FLAG in now else TAGS.sub("", now)


def unicode(text: Text) -> str:
    """One way of writing each letter, hyphen and space; what means something else (², ½, µ) stays."""
    now = text.text
    if now.isascii():
        return now
    if WRITTEN_OTHERWISE.search(now):
        now = now.translate(SAME)
    if MAY_BE_COMPOSED.search(now) and _is_stream_safe(now):
        now = unicodedata.normalize("NFC", now)
    return now


def _is_stream_safe(text: str) -> bool:
    run = 0
    for letter in text:
        run = run + 1 if letter > "\u02ff" and unicodedata.combining(letter) else 0
        if run > LONGEST_RUN:
            return False
    return True


CURLY = {0x2018: "'", 0x2019: "'", 0x201A: "'", 0x201B: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0x201F: '"'}
ANY_CURLY = re.compile(r"[\u2018-\u201f]+")


def quotes(text: Text) -> str:
    """Straight quotation marks instead of curly ones; primes (5′) and guillemets stay."""
    return replaced(ANY_CURLY, lambda found: found[0].translate(CURLY), text.text)
