"""How different the rows are: distinct n-grams, kinds of questions, lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from assistant.data.splitting.split import SPLITS
from assistant.data.telling.lengths import spread_of
from assistant.data.telling.parts import Count, Distinct, Diversity
from assistant.data.telling.questions import WORD
from assistant.data.telling.shown import shown
from assistant.data.telling.walk import Walked

WORDS = 10_000
"""Words over which distinct-n is taken: with more, any text repeats itself more."""
OPENINGS = 8


def diversity_of(walked: Walked) -> Diversity:
    """Figures of what people wrote."""
    rows = [row for name in SPLITS for row in walked.samples[name].rows()]
    n = walked.types.total()
    return Diversity(
        n=n,
        distinct=(distinct("questions", (row.question for row in rows)), distinct("answers", (row.answer for row in rows))),
        types=tuple(Count(name, count, count / n) for name, count in sorted(walked.types.items(), key=lambda item: (-item[1], item[0]))),
        openings=tuple(Count(shown(name) or "(no words)", count, count / n) for name, count in walked.openings.most_common(OPENINGS)),
        question_words=spread_of(walked.question_words),
        answer_words=spread_of(walked.answer_words),
    )


def distinct(what: str, texts: Iterable[str], most: int = WORDS) -> Distinct:
    """Distinct-1, -2 and -3 over the first `most` words; no n-gram reaches from one text into another."""
    seen: dict[int, set[tuple[str, ...]]] = {1: set(), 2: set(), 3: set()}
    totals: Counter[int] = Counter()
    left = most
    for text in texts:
        words = list(islice(_words(text), left))
        left -= len(words)
        for size, met in seen.items():
            grams = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
            met.update(grams)
            totals[size] += len(grams)
        if not left:
            break
    ratio = {size: len(met) / totals[size] if totals[size] else None for size, met in seen.items()}
    return Distinct(what, most - left, ratio[1], ratio[2], ratio[3])


def _words(text: str) -> Iterator[str]:
    return (found[0].lower() for found in WORD.finditer(text))
