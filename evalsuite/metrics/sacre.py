"""What BLEU and chrF share: taking sacreBLEU's own statistics of each answer, and its signature.

`_extract_corpus_statistics` is what sacreBLEU's public scores and significance tests are built on; the
public calls give its sum only. A test holds the figures against `corpus_score`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array


def extract(library: Any, predictions: Sequence[Prediction]) -> Array:
    """The statistics of each answer, `(answers, k)`.

    Args:
        library: A `sacrebleu.metrics.BLEU` or `CHRF`.
        predictions: Their numbers of references may differ.
    """
    import numpy as np

    width = max(len(prediction.references) for prediction in predictions)
    # sacreBLEU takes one list a reference position; None stands where an answer has fewer.
    streams = [[_at(prediction.references, position) for prediction in predictions] for position in range(width)]
    rows = library._extract_corpus_statistics([prediction.text for prediction in predictions], streams)
    return np.asarray(rows, dtype=np.float64)


def signature(library: Any, predictions: Sequence[Prediction]) -> str:
    """SacreBLEU's signature for these numbers of references; it writes `var` where they differ."""
    counts = {len(prediction.references) for prediction in predictions}
    library.num_refs = counts.pop() if len(counts) == 1 else -1
    return str(library.get_signature())


def _at(references: Sequence[str], position: int) -> str | None:
    return references[position] if position < len(references) else None
