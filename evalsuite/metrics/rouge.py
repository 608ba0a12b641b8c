"""ROUGE (Lin 2004) by rouge-score: 1, 2, L and Lsum, F-measure, no stemmer, the best over references.

Tokens and measures are rouge-score's own; only the length of L's common subsequence is counted by a
faster way to the same number. Tokens are runs of a-z and 0-9 after lowercasing, so text in other
alphabets scores 0. Lsum takes a text's lines as its sentences, as rouge-score does: where neither side
has more than one line it equals L.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from evalsuite.metrics.lcs import lcs_length
from evalsuite.metrics.metric import Metric, Worked, mean, scored
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array


class _Remembering:
    """rouge-score's own tokenizer, asked once for each text that several metrics read."""

    def __init__(self) -> None:
        with _without_scikit_learn():
            from rouge_score.tokenizers import DefaultTokenizer

        self.tokenize = lru_cache(maxsize=4_096)(DefaultTokenizer(use_stemmer=False).tokenize)


@contextmanager
def _without_scikit_learn() -> Iterator[None]:
    """Spare the second or two in which nltk, which rouge-score imports for its stemmer, would import scikit-learn.

    nltk takes it for not installed; nothing of rouge-score needs it, and other code finds it as before.
    """
    if "nltk" in sys.modules or "sklearn" in sys.modules:
        yield
        return
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["sklearn"]


@cache
def _tokenizer() -> _Remembering:
    return _Remembering()


@cache
def _scorer(kind: str) -> Any:
    tokenizer = _tokenizer()
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([kind], use_stemmer=False, tokenizer=tokenizer)


def rouge(kind: str, answer: str, references: Sequence[str]) -> float:
    """The highest F-measure over the references, 0 to 1."""
    best = 0.0
    for reference in references:
        # With one line on each side the union of subsequences is the one subsequence of L, which is known by then.
        same = kind == "rougeLsum" and "\n" not in answer and "\n" not in reference
        best = max(best, _f_measure("rougeL" if same else kind, answer, reference))
    return best


@lru_cache(maxsize=4_096)
def _f_measure(kind: str, answer: str, reference: str) -> float:
    if kind == "rougeL":
        return _l_measure(_tokenizer().tokenize(answer), _tokenizer().tokenize(reference))
    return float(_scorer(kind).score(reference, answer)[kind].fmeasure)


def _l_measure(said: Sequence[str], wanted: Sequence[str]) -> float:
    from rouge_score.scoring import fmeasure

    if not said or not wanted:
        return 0.0
    shared = lcs_length(said, wanted)
    return float(fmeasure(shared / len(said), shared / len(wanted)))


def _signature(kind: str) -> str:
    from importlib.metadata import version

    sentences = "|sents:lines" if kind == "rougeLsum" else ""
    return f"{kind}|measure:f|stem:no|tok:a-z0-9{sentences}|refs:best|version:{version('rouge-score')}"


def _declare(kind: str, title: str, meaning: str, example: Worked) -> Metric:
    def statistics(predictions: Sequence[Prediction]) -> Array:
        return scored([rouge(kind, prediction.text, prediction.references) for prediction in predictions])

    return Metric(
        name=kind,
        title=title,
        meaning=meaning,
        example=example,
        signature=lambda predictions: _signature(kind),
        statistics=statistics,
        combine=mean,
    )


ROUGE1 = _declare(
    "rouge1",
    "ROUGE-1",
    "How many single words an answer shares with its nearest reference.",
    Worked("hello goodbye", ("goodbye",), 2 / 3),
)
ROUGE2 = _declare(
    "rouge2",
    "ROUGE-2",
    "How many pairs of neighbouring words an answer shares with its nearest reference.",
    Worked("testing one", ("testing one two",), 2 / 3),
)
ROUGE_L = _declare(
    "rougeL",
    "ROUGE-L",
    "How long a run of words both hold in the same order, gaps allowed.",
    Worked("testing two", ("testing one two",), 0.8),
)
ROUGE_LSUM = _declare(
    "rougeLsum",
    "ROUGE-Lsum",
    "As ROUGE-L, each line of the reference by itself.",
    # Lines in another order: each reference line is found whole, so every word counts. ROUGE-L would say 0.5.
    Worked("c d\na b", ("a b\nc d",), 1.0),
)
