"""Words that have lost their apostrophe. A stand-in: the cleaning rules bring a better one under the same name."""

from __future__ import annotations

import re

_NAMES = "Alzheimer|Parkinson|Crohn|Cushing|Huntington|Hodgkin|Down|Addison|Graves|Hirschsprung|Wilson|Barrett|Bell|Tourette|Sjogren|Raynaud|Still|Paget|Peyronie"
_OWNED = "disease|syndrome|lymphoma|palsy|esophagus|phenomenon|sarcoma"
_OWNER = "person|patient|child|body|woman|man|baby|mother|father|doctor|parent"
_PATTERN = re.compile(
    rf"\b(?P<name>{_NAMES})s(?= (?:{_OWNED})\b)"
    rf"|\b(?P<owner>{_OWNER})s(?= (?:blood|body|brain|risk|life|immune|health|heart|ability|symptoms|eyes?|skin|genes?|age|weight|diet|chances?)\b)"
    r"|\b(?P<verb>do|does|did|is|are|was|were|have|has|had|could|should|would)nt\b"
)


def stripped_apostrophes(text: str) -> list[tuple[int, int, str]]:
    """Where a word has lost its apostrophe.

    Returns:
        Beginning, end and what should stand there, in order.
    """
    found = []
    for match in _PATTERN.finditer(text):
        suggestion = f"{match['verb']}n't" if match["verb"] else f"{match[0][:-1]}'s"
        found.append((match.start(), match.end(), suggestion))
    return found
