"""chrF in other ways than the usual one, among them chrF++ (`word_order=2`), by sacreBLEU itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from evalsuite.metrics import sacre
from evalsuite.metrics.chrf import CHRF, VERSION
from evalsuite.metrics.metric import Metric, signed
from evalsuite.metrics.options import Family, Option
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

OPTIONS = {
    "char_order": Option(6, "characters of the longest n-gram", low=1, high=12),
    "word_order": Option(0, "words of the longest word n-gram; 2 is chrF++", high=4),
    "beta": Option(2, "how many times as much recall weighs as precision", low=1, high=9),
    "lowercase": Option(False, "capitals are taken for small letters"),
    "whitespace": Option(False, "white space counts as characters"),
}


def chrf_with(**values: Any) -> Metric:
    """ChrF with these options, all of them given; its name is still the usual one's."""
    settings = tuple(sorted(values.items()))
    return Metric(
        name=CHRF.name,
        title=f"chrF{values['beta']}{'+' * values['word_order'] if values['word_order'] <= 2 else ''}",
        unit=CHRF.unit,
        high=CHRF.high,
        meaning=CHRF.meaning,
        version=VERSION,
        aggregation=CHRF.aggregation,
        example=CHRF.example,
        signature=lambda predictions: signed(VERSION, sacre.signature(_library(settings), predictions), f"beta:{values['beta']}"),
        statistics=partial(_statistics, settings),
        combine=partial(_scores, settings),
        perfect=CHRF.perfect,
    )


FAMILY = Family(CHRF, OPTIONS, chrf_with)

Settings = tuple[tuple[str, Any], ...]


@cache
def _library(settings: Settings) -> Any:
    from sacrebleu.metrics.chrf import CHRF as SACRE_CHRF

    return SACRE_CHRF(**dict(settings))


def _statistics(settings: Settings, predictions: Sequence[Prediction]) -> Array:
    """N-grams of the answer, of its best reference, and of both, for each order: `(answers, 3 * orders)`."""
    import numpy as np

    library = _library(settings)
    rows = [
        library._compute_segment_statistics(
            library._preprocess_segment(each.text), library._extract_reference_info([library._preprocess_segment(one) for one in each.references])
        )
        for each in predictions
    ]
    return np.asarray(rows, dtype=np.float64)


def _scores(settings: Settings, sums: Array) -> Array:
    import numpy as np

    library = _library(settings)
    scores = [library._compute_f_score([int(count) for count in row]) for row in sums.reshape(-1, sums.shape[-1])]
    return np.asarray(scores).reshape(sums.shape[:-1])
