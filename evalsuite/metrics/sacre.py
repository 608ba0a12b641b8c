"""What BLEU and chrF share: sacreBLEU's signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evalsuite.prediction import Prediction


def signature(library: Any, predictions: Sequence[Prediction]) -> str:
    """SacreBLEU's signature for these numbers of references; it writes `var` where they differ.

    Args:
        library: A `sacrebleu.metrics.BLEU` or `CHRF`.
        predictions: What it would score.
    """
    counts = {len(prediction.references) for prediction in predictions}
    library.num_refs = counts.pop() if len(counts) == 1 else -1
    return str(library.get_signature())
