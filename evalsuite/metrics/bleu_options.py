"""BLEU in other ways than the usual one: the conventions that published figures follow, each asked for by name.

Tokens and scores are sacreBLEU's own; only the length of the nearest reference is taken otherwise where
that is asked for. The usual BLEU is in `bleu.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from evalsuite.metrics import sacre
from evalsuite.metrics.bleu import BLEU, VERSION
from evalsuite.metrics.metric import Metric, signed
from evalsuite.metrics.ngrams import matches, numbering
from evalsuite.metrics.options import Family, Option, Value
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

HIGHEST = 9
"""The longest n-gram that can be asked for."""
OPTIONS = {
    "tokenize": Option("13a", "how texts are parted into words, as sacreBLEU calls it", ("13a", "none", "intl", "char", "zh")),
    "smooth": Option("exp", "what an order without a match counts", ("exp", "none", "floor", "add-k")),
    "smooth_value": Option(0.0, "of floor and add-k; 0 is sacreBLEU's own, 0.1 and 1"),
    "order": Option(4, "words of the longest n-gram", low=1, high=HIGHEST),
    "lowercase": Option(False, "capitals are taken for small letters"),
    "effective_order": Option(False, "orders that the answers are too short for are left out"),
    "length": Option("closest", "the reference whose length counts; the evaluate library takes the shortest", ("closest", "shortest")),
    "scale": Option("100", "the best value; the evaluate library and NLTK say 1", ("100", "1")),
    "part": Option(
        "score",
        "a part of the score in its place: the modified precision of one order, the brevity penalty, or answer length over reference length",
        ("score", "p1", "p2", "p3", "p4", "brevity", "ratio"),
    ),
}


def bleu_with(**values: Any) -> Metric:
    """BLEU with these options, all of them given; its name is still the usual one's."""
    # Plain values, since a cache needs them: metrics are made anew in every process.
    settings = tuple(sorted(values.items()))
    part, scale = values["part"], 1.0 if values["scale"] == "1" else 100.0
    combine: Callable[[Array], Array]
    high: float | None
    if part == "score":
        combine = partial(_scores, settings, values["effective_order"], scale)
        # A single answer is scored with effective order, as the usual BLEU is.
        alone, high, unit = partial(_scores, settings, True, scale), scale, BLEU.unit if scale > 1 else ""
    else:
        combine = alone = partial(_part, part, values["order"])
        high, unit = None if part == "ratio" else 1.0, ""
    return Metric(
        name=BLEU.name,
        title=BLEU.title,
        unit=unit,
        high=high,
        direction="unknown" if part in {"brevity", "ratio"} else "higher",
        meaning=BLEU.meaning if part == "score" else f"Of BLEU: {_PARTS.get(part, 'the share of n-grams of that order that a reference holds')}.",
        version=VERSION,
        aggregation=BLEU.aggregation,
        example=BLEU.example,
        signature=lambda predictions: signed(VERSION, _signature(settings, predictions)),
        statistics=partial(_statistics, settings),
        combine=combine,
        per_item=alone,
        perfect=None if part in {"brevity", "ratio"} else high,
    )


def check(values: Mapping[str, Value]) -> str | None:
    """What is wrong with options that do not go together."""
    part, order = str(values["part"]), int(values["order"])
    if part.startswith("p") and int(part[1:]) > order:
        return f"{part} needs order={part[1:]} or more"
    if values["smooth_value"] and values["smooth"] not in {"floor", "add-k"}:
        return "smooth_value goes with smooth=floor or smooth=add-k"
    return None


FAMILY = Family(BLEU, OPTIONS, bleu_with, check)

_PARTS = {
    "brevity": "what short answers are multiplied with; 1 where they are not shorter than their references",
    "ratio": "words of the answers over words of their references",
}
Settings = tuple[tuple[str, Any], ...]


@cache
def _library(settings: Settings, effective_order: bool) -> Any:
    from sacrebleu.metrics.bleu import BLEU as SACRE_BLEU

    values = dict(settings)
    return SACRE_BLEU(
        lowercase=values["lowercase"],
        force=True,
        tokenize=values["tokenize"],
        smooth_method=values["smooth"],
        smooth_value=values["smooth_value"] or None,
        max_ngram_order=values["order"],
        effective_order=effective_order,
    )


def _signature(settings: Settings, predictions: Sequence[Prediction]) -> str:
    values = dict(settings)
    usual = sacre.signature(_library(settings, values["effective_order"]), predictions)
    return f"{usual}|order:{values['order']}|length:{values['length']}|scale:{values['scale']}|part:{values['part']}"


def _statistics(settings: Settings, predictions: Sequence[Prediction]) -> Array:
    """Length, reference length, matched n-grams and n-grams of each order: `(answers, 2 + 2 * order)`."""
    import numpy as np

    values, numbers = dict(settings), numbering()
    library, orders = _library(settings, False), values["order"]

    def read(text: str) -> Any:
        return numbers(library._preprocess_segment(text).split())

    answers = [read(each.text) for each in predictions]
    references = [[read(reference) for reference in each.references] for each in predictions]
    lengths = [[len(each) for each in given] for given in references]
    if values["length"] == "shortest":
        wanted = list(map(min, lengths))
    else:
        wanted = [library._get_closest_ref_len(len(answer), given) for answer, given in zip(answers, lengths, strict=True)]
    said = np.asarray([len(answer) for answer in answers])
    counted = np.maximum(said[:, None] - np.arange(orders), 0)
    return np.column_stack([said, wanted, matches(answers, references, orders), counted]).astype(np.float64)


def _scores(settings: Settings, effective_order: bool, scale: float, sums: Array) -> Array:
    """SacreBLEU's score of each sum, `(..., k)` to `(...)`."""
    import numpy as np

    library = _library(settings, effective_order)
    rows = sums.reshape(-1, sums.shape[-1])
    scores = [library._compute_score_from_stats([int(count) for count in row]).score for row in rows]
    value: Array = np.asarray(scores).reshape(sums.shape[:-1]) * (scale / 100)
    return value


def _part(part: str, orders: int, sums: Array) -> Array:
    import numpy as np

    said, wanted = sums[..., 0], sums[..., 1]
    value: Array
    if part == "brevity":
        value = np.where(said < wanted, np.where(said > 0, np.exp(1 - wanted / np.maximum(said, 1)), 0.0), 1.0)
    elif part == "ratio":
        value = np.where(wanted > 0, said / np.maximum(wanted, 1), np.nan)
    else:
        order = int(part[1:])
        value = sums[..., 1 + order] / np.maximum(sums[..., 1 + orders + order], 1)
    return value
