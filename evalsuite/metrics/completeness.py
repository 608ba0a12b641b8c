"""Completeness: how much of what its nearest reference says an answer says too, by content words and numbers.

A content word is one that is not in the stop list below. It is stemmed lightly, so that `walks`, `walked` and
`walking` are one: a final `'s` goes, then `ies` becomes `y`, or one of `ing`, `ed`, `es`, `s`, `ly` goes where three
letters are left, and of a doubled last letter one. That is cruder than Porter's stemmer, and the same on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache

from evalsuite.metrics.metric import Metric, Worked, each_scored, mean, signed
from evalsuite.metrics.numeric import READING
from evalsuite.metrics.quantities import WORDS, quantities
from evalsuite.prediction import Prediction

VERSION = 1
_STOP_WORDS = """
a about above after again all also although am an and another any are aren't as at be because been before being below between both but by can
can't cannot could did do does doesn't doing don't down during each either else ever every few for from further get gets give given had has have
having he her here hers him his how however i if in instead into is isn't it it's its just let like made make makes many may me might more most
much must my neither no nor not now of off often on once one only or other others our out over own per rather really same shall she should since
so some such than that that's the their them then there there's therefore these they this those though through thus to too under until up upon us
use used using usually very was wasn't we were what when where whether which while who whom whose why will with within without won't would yes
yet you your yours
"""
STOP = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_ENDINGS = ("ing", "ed", "es", "s", "ly")
LEFT = 3
"""Letters of a stem, at the least."""


def stem(word: str) -> str:
    """A word in small letters without its ending, by the rule above."""
    word = re.sub(r"['\u2019]s?$", "", word.replace("\u2019", "'").lower())
    if word.endswith("ies") and len(word) > LEFT + 1:
        return word[:-3] + "y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEFT and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > LEFT and word[-1] == word[-2] else word


@lru_cache(maxsize=4096)
def content_of(text: str) -> frozenset[Hashable]:
    """The content words of a text, stemmed, and its numbers and dates."""
    # A number in words is counted among the numbers.
    found = (word.replace("\u2019", "'").lower() for word in _WORD.findall(text))
    words = {stem(word) for word in found if word not in STOP and word not in WORDS}
    return frozenset(words) | {each.key for each in quantities(text)}


def _completeness(prediction: Prediction) -> float | None:
    said = content_of(prediction.text)
    given = [wanted for wanted in map(content_of, prediction.references) if wanted]
    if not given:
        return None
    nearest = max(given, key=lambda wanted: len(said & wanted) / (len(said) + len(wanted)))
    return len(said & nearest) / len(nearest)


COMPLETENESS = Metric(
    name="completeness",
    title="Completeness",
    meaning="How many of its nearest reference's content words and numbers an answer holds.",
    version=VERSION,
    aggregation="mean over answers that it applies to",
    # Of rest, drink, water, 3 days: all but the water.
    example=Worked("Resting helps; drinks too, for 3 days.", ("You should rest and drink water for three days.",), 4 / 5),
    signature=lambda predictions: signed(VERSION, "words:content-en", "stem:light-en", READING, "overlap:set", "refs:nearest by F1"),
    statistics=each_scored(_completeness),
    combine=mean,
    perfect=1.0,
)
