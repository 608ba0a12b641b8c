"""Answers that are none: refused, cut off, empty."""

from __future__ import annotations

from collections.abc import Callable

from evalsuite import refusals
from evalsuite.metrics.metric import RATE, Metric, Worked, each_scored, mean, signed
from evalsuite.prediction import Prediction

VERSION = 1


def _refused(prediction: Prediction) -> float:
    return float(refusals.is_refusal(prediction.text) == "refusal")


def _cut_off(prediction: Prediction) -> float | None:
    return None if prediction.finish_reason is None else float(prediction.finish_reason == "length")


def _empty(prediction: Prediction) -> float:
    return float(not prediction.text.strip())


def _declare(name: str, title: str, meaning: str, parts: tuple[str, ...], example: Worked, score: Callable[[Prediction], float | None]) -> Metric:
    return Metric(
        name=name,
        title=title,
        direction="lower",
        meaning=meaning,
        version=VERSION,
        aggregation=RATE,
        example=example,
        signature=lambda predictions: signed(VERSION, *parts),
        statistics=each_scored(score),
        combine=mean,
        rate=True,
    )


ENDINGS = (
    _declare(
        "refusals",
        "Refusals",
        "The share of answers that decline to answer; those that help in part are not counted.",
        (f"refusals:rules-en-{refusals.VERSION}", "counted:full"),
        Worked("I'm sorry, but I can't help with that.", ("Drink water.",), 1.0),
        _refused,
    ),
    _declare(
        "cut_off",
        "Cut off",
        "The share of answers that ended because no more tokens were allowed, among those of which that is known.",
        ("finish_reason:length",),
        Worked("Drink plenty of", ("Drink water.",), 1.0, finish_reason="length"),
        _cut_off,
    ),
    _declare(
        "empty", "Empty answers", "The share of answers of white space alone.", ("white space:empty",), Worked(" \n", ("Drink water.",), 1.0), _empty
    ),
)
