"""ROUGE (Lin 2004) by rouge-score: 1, 2, L and Lsum, F-measure, no stemmer, the best over references.

Tokens and measures are rouge-score's own; only n-grams and common subsequences are counted by a faster
way to the same numbers. Tokens are runs of a-z and 0-9 after lowercasing, so text in other alphabets
scores 0. Lsum takes a text's lines as its sentences, as rouge-score does: where neither side has more
than one line it equals L.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from evalsuite.metrics.lcs import lcs_length, summary_hits
from evalsuite.metrics.metric import Metric, Worked, mean, scored, signed
from evalsuite.metrics.ngrams import LONG, WORDS, matches, numbering
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

VERSION = 1
ORDERS = 2
"""Words of the longest n-gram: ROUGE-2's."""
TEXTS = 1_024
"""Texts whose tokens are remembered from one metric to the next: those that are scored at a time."""


def _tokens(word: str) -> list[str]:
    # What rouge-score's DefaultTokenizer asks; the module of that one imports nltk for a stemmer, which takes a second.
    from rouge_score.tokenize import tokenize

    tokens: list[str] = tokenize(word, None)
    return tokens


@lru_cache(maxsize=WORDS)
def _remembered(word: str) -> list[str]:
    return _tokens(word)


@lru_cache(maxsize=TEXTS)
def _tokenized(text: str) -> list[str]:
    """The tokens of a text. No token reaches across white space, so that they are those of its words."""
    words = text.split()
    return _tokens(text) if len(text) > LONG * len(words) else list(chain.from_iterable(map(_remembered, words)))


def _best(f_measures: Sequence[float], predictions: Sequence[Prediction]) -> Array:
    """The statistics of the highest F-measure of each answer, from one for each of its references, in order."""
    following = iter(f_measures)
    return scored([max(next(following) for _ in prediction.references) for prediction in predictions])


def _f_measure(shared: int, said: int, wanted: int) -> float:
    """The F-measure of so many shared units among those said and those wanted."""
    from rouge_score.scoring import fmeasure

    return float(fmeasure(shared / max(said, 1), shared / max(wanted, 1)))


Pairs = tuple[tuple[str, str], ...]
"""Every answer with each of its references."""


def _pairs(predictions: Sequence[Prediction]) -> Pairs:
    return tuple((prediction.text, reference) for prediction in predictions for reference in prediction.references)


@lru_cache(maxsize=1)
def _shared(pairs: Pairs) -> list[list[int]]:
    """How many 1-grams and how many 2-grams each pair shares; asked by two metrics in a row."""
    numbers = numbering()
    of_text = {text: numbers(_tokenized(text)) for text in {text for pair in pairs for text in pair}}
    shared = matches([of_text[answer] for answer, _ in pairs], [[of_text[reference]] for _, reference in pairs], ORDERS)
    counts: list[list[int]] = shared.T.tolist()
    return counts


def _ngram_statistics(order: int, predictions: Sequence[Prediction]) -> Array:
    pairs = _pairs(predictions)
    # A text has as many n-grams as there are places for one to begin.
    said, wanted = ([max(len(_tokenized(pair[side])) - order + 1, 0) for pair in pairs] for side in (0, 1))
    return _best(list(map(_f_measure, _shared(pairs)[order - 1], said, wanted)), predictions)


def _subsequence_statistics(measure: Callable[[str, str], float], predictions: Sequence[Prediction]) -> Array:
    return _best([measure(answer, reference) for answer, reference in _pairs(predictions)], predictions)


@lru_cache(maxsize=TEXTS)
def _l_measure(answer: str, reference: str) -> float:
    said, wanted = _tokenized(answer), _tokenized(reference)
    return _f_measure(lcs_length(said, wanted), len(said), len(wanted))


def _lsum_measure(answer: str, reference: str) -> float:
    # With one line on each side the union of subsequences is the one subsequence of L, which is known by then.
    if "\n" not in answer and "\n" not in reference:
        return _l_measure(answer, reference)
    said, wanted = ([_tokenized(line) for line in text.split("\n") if line] for text in (answer, reference))
    return _f_measure(summary_hits(wanted, said), sum(map(len, said)), sum(map(len, wanted)))


def _signature(kind: str) -> str:
    from importlib.metadata import version

    sentences = ("sents:lines",) if kind == "rougeLsum" else ()
    return signed(VERSION, kind, "measure:f", "stem:no", "tok:a-z0-9", *sentences, "refs:best", f"version:{version('rouge-score')}")


def _declare(kind: str, title: str, meaning: str, statistics: Callable[[Sequence[Prediction]], Array], example: Worked) -> Metric:
    return Metric(
        name=kind,
        title=title,
        meaning=meaning,
        example=example,
        signature=lambda predictions: _signature(kind),
        statistics=statistics,
        combine=mean,
        version=VERSION,
        perfect=1.0,
    )


ROUGE1 = _declare(
    "rouge1",
    "ROUGE-1",
    "How many single words an answer shares with its nearest reference.",
    partial(_ngram_statistics, 1),
    Worked("hello goodbye", ("goodbye",), 2 / 3),
)
ROUGE2 = _declare(
    "rouge2",
    "ROUGE-2",
    "How many pairs of neighbouring words an answer shares with its nearest reference.",
    partial(_ngram_statistics, 2),
    Worked("testing one", ("testing one two",), 2 / 3),
)
ROUGE_L = _declare(
    "rougeL",
    "ROUGE-L",
    "How long a run of words both hold in the same order, gaps allowed.",
    partial(_subsequence_statistics, _l_measure),
    Worked("testing two", ("testing one two",), 0.8),
)
ROUGE_LSUM = _declare(
    "rougeLsum",
    "ROUGE-Lsum",
    "As ROUGE-L, each line of the reference by itself.",
    partial(_subsequence_statistics, _lsum_measure),
    # Lines in another order: each reference line is found whole, so every word counts. ROUGE-L would say 0.5.
    Worked("c d\na b", ("a b\nc d",), 1.0),
)
