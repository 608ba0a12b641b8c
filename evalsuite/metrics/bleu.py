"""BLEU (Papineni et al. 2002) by sacreBLEU: corpus level, 13a tokens, exponential smoothing, 0 to 100.

A single answer is scored with effective order, since short answers have no 4-grams to match.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from evalsuite.metrics import sacre
from evalsuite.metrics.metric import CORPUS, Metric, Worked, signed
from evalsuite.metrics.ngrams import LONG, WORDS, matches, numbering
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

ORDERS = 4
VERSION = 1


@cache
def _library() -> Any:
    from sacrebleu.metrics.bleu import BLEU as SACRE_BLEU

    return SACRE_BLEU(tokenize="13a", smooth_method="exp", force=True)


def _tokens(word: str) -> list[str]:
    tokens: list[str] = _library().tokenizer(word).split()
    return tokens


@lru_cache(maxsize=WORDS)
def _remembered(word: str) -> list[str]:
    return _tokens(word)


def _tokenized(text: str) -> Iterator[str]:
    """The tokens of a text: those of its words, each asked once of sacreBLEU's 13a.

    It strips the end of a text, and puts spaces around every space before it looks at what stands beside a
    character, so that nothing is seen across a space. That is true of no other white space.
    """
    text = text.rstrip()
    words = text.split(" ")
    return iter(_tokens(text)) if len(text) > LONG * len(words) else chain.from_iterable(map(_remembered, words))


def _statistics(predictions: Sequence[Prediction]) -> Array:
    """Length, closest reference length, matched n-grams and n-grams of orders 1 to 4: `(answers, 10)`.

    Tokens, closest lengths and the score of the sums are sacreBLEU's own; only n-grams are counted by a
    faster way to the same numbers.
    """
    import numpy as np

    numbers = numbering()
    answers = [numbers(_tokenized(prediction.text)) for prediction in predictions]
    references = [[numbers(_tokenized(reference)) for reference in prediction.references] for prediction in predictions]
    said = np.asarray([len(answer) for answer in answers])
    closest = [_library()._get_closest_ref_len(len(answer), list(map(len, given))) for answer, given in zip(answers, references, strict=True)]
    counted = np.maximum(said[:, None] - np.arange(ORDERS), 0)
    return np.column_stack([said, closest, matches(answers, references, ORDERS), counted]).astype(np.float64)


def _total(sums: Array) -> float:
    return float(_library()._compute_score_from_stats([int(count) for count in sums]).score)


def combine(sums: Array, effective_order: bool = False) -> Array:
    """SacreBLEU's `compute_bleu`, for many sums at once: `(..., 10)` to `(...)`.

    Args:
        sums: Summed statistics.
        effective_order: Average over the orders that the answer is long enough for, not over all four.
    """
    import numpy as np

    said, wanted = sums[..., 0], sums[..., 1]
    matched, counted = sums[..., 2 : 2 + ORDERS], sums[..., 2 + ORDERS :]
    exists = counted > 0
    # Exponential smoothing: the k-th order without a match counts as 1 / 2^k matches.
    smoothing = 2.0 ** np.cumsum((matched == 0) & exists, axis=-1)
    precision = np.where(matched > 0, matched, 1 / smoothing) / np.where(exists, counted, 1)
    # Where an order does not exist, sacreBLEU's log is -9999999999: the score is 0 unless the order is left out.
    logs = np.where(exists, np.log(precision), 0.0 if effective_order else -np.inf)
    orders = np.maximum(exists.sum(axis=-1), 1) if effective_order else ORDERS
    brevity = np.where(said < wanted, 1 - wanted / np.maximum(said, 1), 0.0)
    score = 100 * np.exp(brevity + logs.sum(axis=-1) / orders)
    value: Array = np.where(matched.any(axis=-1), score, 0.0)
    return value


BLEU = Metric(
    name="bleu",
    title="BLEU",
    unit="of 100",
    high=100.0,
    meaning="How many runs of one to four words the answers share with their references.",
    # 1-grams 4/4, 2-grams 3/3, 3-grams 2/2, 4-grams 1/1; one word short of five: exp(1 - 5/4).
    example=Worked("wash your hands often", ("wash your hands often !",), 77.88007830714052),
    version=VERSION,
    aggregation=CORPUS,
    signature=lambda predictions: signed(VERSION, sacre.signature(_library(), predictions)),
    statistics=_statistics,
    combine=combine,
    per_item=partial(combine, effective_order=True),
    total=_total,
    perfect=100.0,
)
