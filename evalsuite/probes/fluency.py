"""Perplexity: how surprising answers are to a model that did not write them, as a proxy for fluency.

Answers are known only after a target was asked, so this is no probe of its own: whoever has the answers has
their tokens weighed, and makes the figure here. Knows no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Metric
from evalsuite.probes.figure import figure
from evalsuite.probes.probe import Measure

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array


def perplexity_rows(log_probs: Sequence[Sequence[float]], ids: Sequence[str], groups: Sequence[str], model: str) -> Measure:
    """The perplexity of answers under a model: the geometric mean of 1/p over all of their tokens.

    Args:
        log_probs: Natural logarithms of the probabilities of each answer's tokens, the end token among them;
            without any, the answer was not weighed and is left out.
        ids: Of the answers.
        groups: Of the answers; whole groups are resampled.
        model: Whose probabilities these are, and all that must be known to get them again.

    Raises:
        ValueError: A logarithm is no number, or above 0.
    """
    import numpy as np

    statistics = np.zeros((len(ids), 2))
    for place, each in enumerate(log_probs):
        values = np.asarray(each, dtype=np.float64)
        if not np.isfinite(values).all() or (values > 0).any():
            raise ValueError(f"answer {ids[place]!r} has a token whose probability is none")
        statistics[place] = values.sum(), len(values)
    reason = None if statistics[:, 1].any() else "no answer was weighed"
    return Measure(metric=_perplexity(model), ids=ids, groups=groups, statistics=statistics, reason=reason)


def _perplexity(model: str) -> Metric:
    return figure(
        "perplexity",
        "Perplexity under the base",
        "How many words a token's surprise equals on average for a model that did not write the answers: a proxy for fluency. "
        "An answer that repeats itself is hardly surprising either.",
        f"model:{model}|mean:geometric-over-tokens|end-token:yes",
        low=1.0,
        high=None,
        # Low is fluent, and lowest where words are repeated without end.
        direction="unknown",
        combine=_from_sums,
    )


def _from_sums(sums: Array) -> Array:
    """exp(-sum/count) from (sum of log probabilities, tokens), `(..., 2)` to `(...)`."""
    import numpy as np

    return np.exp(-sums[..., 0] / sums[..., 1])
