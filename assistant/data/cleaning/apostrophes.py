"""Apostrophes that were stripped: `dont`, `Parkinsons disease`; only where no other reading is left."""

# ruff: noqa: RUF001
from __future__ import annotations

import re

from assistant.data.cleaning.shield import shielded_in, touches
from assistant.data.cleaning.text import Text
from assistant.data.cleaning.words import words_of

Suggestion = tuple[int, int, str]
"""Where it begins, where it ends, and what should stand there."""

CONTRACTIONS = {
    word.replace("'", ""): word
    for word in sorted(
        words_of(
            """aren't couldn't didn't doesn't don't hadn't hasn't haven't isn't mustn't needn't shouldn't wasn't weren't wouldn't can't won't ain't
            they're you're they've we've you've i've i'm that's there's what's here's who's she's he's it'll you'll they'll that'll you'd they'd
            could've should've would've"""
        )
    )
}
"""Without those that are words of their own: its, lets, well, were, ill, id, hell, shell, wed, shed."""
OWNERS = {word.replace("'", ""): word for word in sorted(words_of("children's women's child's woman's today's body's someone's everyone's anyone's"))}
NAMES = sorted(
    words_of(
        """Addison Alexander Alport Alzheimer Asperger Baker Barrett Batten Bell Burkitt Canavan Cooley Crohn Cushing Down Dupuytren Ewing
        Friedreich Gaucher Gehrig Goodpasture Hansen Hashimoto Hirschsprung Hodgkin Hunter Huntington Hurler Kaposi Kawasaki Krabbe Leigh Meckel
        Meniere Ménière Paget Parkinson Peyronie Pick Pompe Raynaud Refsum Sjogren Sjögren Still Tourette Turner Wegener Whipple Wilson"""
    )
)
"""Names that end without an s of their own: not Graves, Williams, Chagas."""
AILMENTS = (
    "disease|diseases|syndrome|lymphoma|sarcoma|palsy|esophagus|chorea|contracture|phenomenon|diverticulum|cyst|ataxia|thyroiditis|dementia|anemia|"
    "encephalopathy"
)
STRIPPED_NAME = re.compile(rf"\b(?:non-)?({'|'.join(NAMES)})s(?= (?:{AILMENTS})\b)")
ALWAYS = re.compile(r"\b(Parkinson|Alzheimer|Crohn|Huntington|Tourette|Asperger)s\b(?![-'’])")
WORD = re.compile(r"(?<![\w'’@#./-])[A-Za-z]{2,9}(?![\w'’@/-]|\.\w)")
_LETTERS = re.compile(r"[a-z]+")
_STRIPPED = CONTRACTIONS.keys() | OWNERS.keys()
OWN_WORD = re.compile(r"\b(?:his|her|their|its|is|was|as|the|a|with|my|our) $", re.IGNORECASE)


def stripped_apostrophes(text: str) -> list[Suggestion]:
    """Where apostrophes were stripped for certain; outside of code and addresses, in order.

    Args:
        text: Any text.

    Returns:
        Start, end and what should stand there, one for each place.
    """
    found: dict[int, Suggestion] = {}
    for pattern in (STRIPPED_NAME, ALWAYS):
        for match in pattern.finditer(text):
            start = match.start(1)
            found[start] = (start, match.end(), f"{match[1]}'s")
    # Most texts have none of these words, which is seen sooner than where each word stands.
    if not _STRIPPED.isdisjoint(_LETTERS.findall(text.lower())):
        for match in WORD.finditer(text):
            mended = _contraction(match)
            if mended:
                found[match.start()] = (*match.span(), mended)
    if not found:
        return []
    spans = shielded_in(text)
    return [found[start] for start in sorted(found) if not touches(spans, start, found[start][1])]


def apostrophes(text: Text) -> str:
    """Put stripped apostrophes back."""
    pieces: list[str] = []
    at = 0
    for start, end, mended in stripped_apostrophes(text.text):
        pieces += [text.text[at:start], mended]
        at = end
    return "".join([*pieces, text.text[at:]]) if pieces else text.text


def _contraction(found: re.Match[str]) -> str:
    word = found[0]
    lower = word.lower()
    mended = CONTRACTIONS.get(lower) or OWNERS.get(lower) or ""
    if not mended or word not in (lower, lower.capitalize()):
        return ""
    if lower in ("im", "ive", "wont", "cant", "shes", "hes"):
        # `IM` and `Im` may be abbreviations or names; `wont` and `cant` are words, if rare ones.
        if lower in ("im", "ive") and not (word[0] == "I" and re.match(r" [a-z]", found.string[found.end() : found.end() + 2])):
            return ""
        if OWN_WORD.search(found.string[max(0, found.start() - 8) : found.start()]):
            return ""
    return mended.capitalize() if word[0].isupper() else mended
