"""HTML to text, where it is certainly HTML; entities."""

from __future__ import annotations

import html as html_names
import re

from assistant.data.cleaning.blocks import INLINE, NAMES, Writer
from assistant.data.cleaning.shield import code_in, replaced, touches
from assistant.data.cleaning.text import Text

ANY_NAME = "|".join(sorted(NAMES, key=lambda name: (-len(name), name)))
TAG = re.compile(rf"<(?P<close>/?)(?P<name>{ANY_NAME})(?P<rest>(?:[\s/](?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?)>", re.IGNORECASE)
"""At most two tries are under way at any character, as a bare `<` ends one; so it is linear."""

VOID = frozenset({"br", "hr", "img", "wbr", "input", "meta", "link"})
OPEN_ENDED = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody"})
UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "svg"})
MENTION = re.compile(r"\s+(?:and|or|to)\s+|\s*(?:\.\.\.|…|,|/)?\s*")
SPEAKS_OF = re.compile(r"\b(?:the|a|an|use|using|with|add|and|or|like|by|insert|type|put|of)[ (\"']+$", re.IGNORECASE)
NAMED_AS_TAG = re.compile(r"\s*(?:HTML )?(?:tags?|elements?)\b", re.IGNORECASE)

ENTITY = re.compile(r"&(?:amp;){0,8}(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
ESCAPED_TAG = re.compile(rf"&(?:amp;)*lt;(/?(?:{ANY_NAME})\s?/?)&(?:amp;)*gt;", re.IGNORECASE)


def html(text: Text) -> str:
    """Tags become what they stand for in plain text and Markdown."""
    now = text.text
    if "<" not in now or ">" not in now:
        return now
    now = _without_comments(now)
    tags = _certain(now)
    if not tags:
        return now
    writer = Writer(has_blocks=any(_name(tag) not in INLINE for tag in tags))
    at, hidden = 0, ""
    for tag in tags:
        name, closes = _name(tag), bool(tag["close"])
        if not hidden:
            writer.text(now[at : tag.start()], _decoded)
        at = tag.end()
        if hidden:
            hidden = "" if closes and name == hidden else hidden
        elif name in UNSEEN:
            hidden = "" if closes else name
        elif closes:
            writer.close(name)
        else:
            writer.open(name, tag["rest"])
    if not hidden:
        writer.text(now[at:], _decoded)
    return writer.whole()


def entities(text: Text) -> str:
    """`&amp;` and its like become what they stand for, also where they were escaped twice; not inside code."""
    if "&" not in text.text:
        return text.text
    return replaced(ENTITY, _entity, text.text, code_in)


def _entity(found: re.Match[str]) -> str:
    text = found.string
    if text[found.start() - 1 : found.start()] in ("'", '"') and text[found.end() : found.end() + 1] == text[found.start() - 1]:
        # Alone between quotation marks it is spoken of: replace(/</g, '&lt;').
        return found[0]
    if found[1] == "nbsp":
        return " "
    return html_names.unescape(f"&{found[1]};")


def _decoded(text: str, is_code: bool) -> str:
    if "&" not in text:
        return text
    if is_code:
        return html_names.unescape(text)
    # What was escaped is spoken about; bare, it would be taken for a tag itself.
    return ENTITY.sub(_entity, ESCAPED_TAG.sub(r"`<\1>`", text))


def _name(tag: re.Match[str]) -> str:
    return tag["name"].lower()


def _without_comments(text: str) -> str:
    """The text without comments and declarations of HTML; what is never closed stays."""
    kept: list[str] = []
    at = 0
    spans = code_in(text) if "<!--" in text else ()
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        inside = touches(spans, start, start + 4)
        kept.append(text[at : start + 4 if inside else start])
        at = start + 4 if inside else end + 3
    return "".join([*kept, text[at:]]) if kept else text


def _certain(text: str) -> list[re.Match[str]]:
    """The tags that are no talk about tags: those with their other half, and those that need none."""
    spans = code_in(text)
    found = [tag for tag in TAG.finditer(text) if not touches(spans, *tag.span())]
    if not found:
        return []
    sure: set[int] = set()
    opened: dict[str, list[int]] = {}
    for number, tag in enumerate(found):
        name = _name(tag)
        if name in VOID:
            continue
        if not tag["close"]:
            opened.setdefault(name, []).append(number)
        elif opened.get(name):
            start = opened[name].pop()
            if name in ("p", "a", "td", "li") or not _is_talk(text, found[start].end(), tag.start()):
                sure |= {start, number}
    has_blocks = any(_name(found[number]) not in INLINE for number in sure)
    left = {number for numbers in opened.values() for number in numbers if _name(found[number]) in OPEN_ENDED}
    is_page = has_blocks or len(left) > 1
    if is_page:
        sure |= left
    sure |= {number for number, tag in enumerate(found) if _name(tag) in VOID and (is_page or not _is_mentioned(text, tag))}
    return [found[number] for number in sorted(sure)]


def _is_talk(text: str, start: int, end: int) -> bool:
    """Whether what stands between two tags only joins them: `<b> and </b>`."""
    return end - start < 20 and bool(MENTION.fullmatch(text, start, end))


def _is_mentioned(text: str, tag: re.Match[str]) -> bool:
    """Whether a sentence speaks of this tag: `the <br> tag`, `use <br> for it`."""
    if _name(tag) == "img":
        return "src" not in tag["rest"].lower()
    if NAMED_AS_TAG.match(text, tag.end()):
        return True
    before, after = text[max(0, tag.start() - 1) : tag.start()], text[tag.end() : tag.end() + 2]
    stands_alone = before in (" ", "(", '"', "'") and (not after or after[0] in " .,;:)\"'")
    return stands_alone and bool(
        re.search(r"\b(?:the|a|an|use|using|with|add|and|or|like|by|insert|type|put|of)[ (\"']+$", text[: tag.start()][-20:], re.I)
    )
