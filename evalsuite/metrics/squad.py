"""The normalization of SQuAD v2.0, which exact match and token F1 share.

Source: the official evaluation script of Rajpurkar, Jia and Liang (2018). It turns "3.5" into "35":
agreement of numbers is another metric's matter.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache

ARTICLES = re.compile(r"\b(a|an|the)\b")
DROP_PUNCTUATION = str.maketrans("", "", string.punctuation)


@lru_cache(maxsize=4_096)
def normalize(text: str) -> str:
    """Lowercase, drop ASCII punctuation, drop a/an/the, collapse white space; in this order."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(DROP_PUNCTUATION)).split())
