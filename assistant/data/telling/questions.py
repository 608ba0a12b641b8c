"""What kind of question it is, by the word that asks; for English, in which all others are `other`."""

from __future__ import annotations

import re

from assistant.data.telling.shown import shown

LOOKED_AT = 400
"""Characters of a question that tell its kind."""
WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W_]+)?")

ASKING = {
    **dict.fromkeys(("what", "what's", "whats"), "what"),
    **dict.fromkeys(("how", "how's"), "how"),
    "why": "why",
    **dict.fromkeys(("who", "who's", "whom", "whose"), "who"),
    **dict.fromkeys(("when", "when's"), "when"),
    **dict.fromkeys(("where", "where's"), "where"),
    "which": "which",
}
# Word lists as texts: they read better.
_YES_NO = "is are was were am do does did can could may might must shall should will would has have had isn't aren't don't doesn't didn't can't won't"
_REQUESTS = "tell describe explain list give name show define compare write summarize summarise translate classify find identify suggest"
YES_NO, REQUESTS = frozenset(_YES_NO.split()), frozenset(_REQUESTS.split())


def type_of(question: str) -> str:
    """The kind of a question: what, how, why, who, when, where, which, yes or no, request, statement or other.

    The first word decides; where it asks nothing ("In children, what ..."), the first that does.
    """
    words = [word.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for word in WORD.findall(question[:LOOKED_AT])]
    if not words:
        return "other"
    if words[0] == "please":
        words = words[1:] or words
    if words[0] in ASKING:
        return ASKING[words[0]]
    if words[0] in YES_NO:
        return "yes or no"
    if words[0] in REQUESTS:
        return "request"
    later = next((ASKING[word] for word in words if word in ASKING), None)
    if later and question[-LOOKED_AT:].rstrip().endswith("?"):
        return later
    return "other" if question[-LOOKED_AT:].rstrip().endswith("?") else "statement"


def opening_of(question: str) -> str:
    """The first three words of a question, in small letters: a template shows in them."""
    return shown(" ".join(WORD.findall(question[:LOOKED_AT])[:3]).lower(), 60)
