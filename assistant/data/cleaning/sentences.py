"""Sentences, their marks, and the white space between them."""

# ruff: noqa: RUF001
from __future__ import annotations

import re

from assistant.data.cleaning.shield import LIST_ITEM, code_in, is_prose, overlapping, replaced
from assistant.data.cleaning.text import Text
from assistant.data.cleaning.words import DOMAIN_ENDINGS, FRENCH, OPENERS

MAYBE_GLUED = re.compile(r"[.?!][A-Z]")
GLUED = re.compile(
    r"(?<![\w.@/\\'’-])(?P<before>(?:[\w-]{0,40}-)?[a-z]{3,40}[)\]\"”]{0,2}|\([^()\s]{1,40}\)|[\w-]{1,40}\)(?<=[a-z]\)))"
    r"(?P<stop>[.?!]{1,2})(?P<next>[A-Z][A-Za-z'’-]{0,40})(?P<after>.?)"
)


def glued(text: Text) -> str:
    """Put a space between sentences that have none: `tissues.The cells`."""
    return replaced(GLUED, _parted, text.text) if MAYBE_GLUED.search(text.text) else text.text


def _parted(found: re.Match[str]) -> str:
    following = found["next"]
    word, after = following.lower(), found["after"]
    if word in DOMAIN_ENDINGS or (len(following) > 1 and not following[1:].replace("-", "").replace("'", "").replace("’", "").islower()):
        return found[0]
    if after and not (after.isspace() or after in ",:;-"):
        return found[0]
    surely = word in OPENERS and after.isspace()
    if not surely and (len(following) < 3 or not after or not is_prose(found.string)):
        return found[0]
    return f"{found['before']}{found['stop']} {following}{after}"


REPEATED = re.compile(r"(?<=[\w)\"”'’%.])\s?\?(?:[ \t\xa0]+\?)+(?=\s|$)")
DOUBLED_AT_END = re.compile(r"(?<=[\w)\"”'’%])\?\?(?=\s*$)")
SPACED = re.compile(r"(?<=[\w)\"”'’%\]])[ \t\xa0]+\?(?=\s*$|[ \t\xa0]*\n|\s+[A-Z\"“(]|[)\"”])")


def question_marks(text: Text) -> str:
    """One question mark, and no space before it."""
    now = text.text
    if " ?" not in now and "??" not in now and "\xa0?" not in now and "\t?" not in now:
        return now
    now = replaced(REPEATED, "?", now)
    if text.part == "question":
        now = replaced(DOUBLED_AT_END, "?", now)
    if SPACED.search(now) and is_prose(now) and not _is_french(now):
        now = replaced(SPACED, "?", now)
    return now


BEFORE_COMMA = re.compile(r"(?<=[^\W\d_])[ \xa0]+,(?=[ \t\xa0]+[^\W\d_]|\s*\n|$)|(?<=[)\"”\]%\d])[ \xa0]+,(?=[ \t\xa0]+[^\W\d_])")
BEFORE_COLON = re.compile(r"(?<=[^\W\d_])[ \xa0]+(?P<sign>[:;])(?=[ \t\xa0]+[^\W\d_(]|[ \t\xa0]*\n|$)")
BEFORE_BANG = re.compile(r"(?<=[^\W\d_])[ \xa0]+!(?=\s*$|[ \t\xa0]*\n|[ \t\xa0]+[A-Z])")
COMMAS = re.compile(r"(?<=[^\W\d_)])[ \xa0]?,(?:[ \xa0]?,)+(?=[ \t\xa0]+[^\W\d_]|$)")
MAYBE_MARKS = (" ,", " :", " ;", " !", "\xa0,", "\xa0:", "\xa0;", "\xa0!", ",,", "..")
STOPS = re.compile(r"(?<=[a-z)][a-z)])\.\.(?=\s+[A-Z]|\s*$|[A-Z][a-z])")


def punctuation(text: Text) -> str:
    """No space before a comma, colon, semicolon or exclamation mark; no comma or stop twice."""
    now = text.text
    if not any(sign in now for sign in MAYBE_MARKS) or not is_prose(now):
        return now
    now = replaced(STOPS, ".", replaced(COMMAS, ",", now))
    now = replaced(BEFORE_COMMA, ",", now)
    if _is_french(now):
        return now
    return replaced(BEFORE_BANG, "!", replaced(BEFORE_COLON, lambda found: found["sign"], now))


def _is_french(text: str) -> bool:
    return len(FRENCH & set(text[:2000].lower().split())) >= 2


NEEDS_SPACING = ("  ", "\xa0", " \n", "\t\n", "\n ", "\n\n\n")
INDENTS = ("  ", "\t")
RUN = re.compile(r"[ \xa0]{2,}|\xa0")


def spaces(text: Text) -> str:
    """No white space at the ends, none doubled; indentation of code and lists, and tables, stay."""
    now = text.text
    if not any(sign in now for sign in NEEDS_SPACING) and now == now.strip():
        return now
    code = code_in(now)
    lines: list[str] = []
    at, is_listed = 0, False
    for line in now.split("\n"):
        end = at + len(line)
        if within := overlapping(code, at, max(end, at + 1)):
            # A blank within a fence belongs to the code; a line with `code` in it is treated piece by piece.
            is_whole = within[0][0] <= at and end <= within[0][1]
            lines.append(line.rstrip() if is_whole else _spaced_around(line, [(start - at, stop - at) for start, stop in within], is_listed))
        elif tidy := _spaced(line, is_listed):
            lines.append(tidy)
        elif not lines or lines[-1]:
            lines.append("")
        is_listed = bool(LIST_ITEM.match(line)) or (is_listed and (not line.strip() or line.startswith(INDENTS)))
        at = end + 1
    return "\n".join(lines).strip("\n").rstrip()


def _spaced(line: str, is_listed: bool) -> str:
    line = line.replace("\xa0", " ").rstrip()
    if line.count("|") > 1 or line.count("\t") > 1:
        return line.strip(" ")
    item = LIST_ITEM.match(line)
    if item:
        indent, mark = item[0][: len(item[0]) - len(item[0].lstrip())], item[0].strip()
        return f"{indent}{mark} {RUN.sub(' ', line[item.end() :]).lstrip()}"
    bare = line.lstrip()
    # What is indented below an item belongs to it.
    indent = line[: len(line) - len(bare)] if is_listed and line.startswith(INDENTS) else ""
    return indent + RUN.sub(" ", bare)


def _spaced_around(line: str, code: list[tuple[int, int]], is_listed: bool) -> str:
    indent = line[: len(line) - len(line.lstrip())] if LIST_ITEM.match(line) or code[0][0] <= 0 or (is_listed and line.startswith(INDENTS)) else ""
    pieces: list[str] = []
    at = len(line) - len(line.lstrip()) if code[0][0] > 0 else 0
    for start, stop in code:
        pieces += [RUN.sub(" ", line[at : max(start, at)]), line[max(start, at) : max(stop, 0)]]
        at = max(stop, at)
    pieces.append(RUN.sub(" ", line[at:]))
    return ((indent if code[0][0] > 0 else "") + "".join(pieces)).rstrip()
