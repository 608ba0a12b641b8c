"""Second stage, its work: the statistics of every answer by every metric.

Text metrics are pure Python and take a millisecond or two an answer, so that many answers are shared
out to the machine's cores. Knows no file.
"""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from assistant.api import describe_machine, progress
from evalsuite.metrics.external import External, ExternalScores, Script
from evalsuite.metrics.metric import Metric
from evalsuite.metrics.registry import TEXT
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

PART = 250
"""Answers scored at a time: less than a second of work, so that progress shows and an interruption is heard."""
SHARE_FROM = 1500
"""With fewer answers, starting another process takes longer than it saves."""

Statistics = dict[str, "Array"]


def statistics_of(predictions: Sequence[Prediction], metrics: Sequence[Metric]) -> Statistics:
    """The statistics of each answer by each metric: `(answers, k)`."""
    import numpy as np

    text = tuple(metric.name for metric in metrics if metric.name in TEXT)
    parts = [tuple(predictions[start : start + PART]) for start in range(0, len(predictions), PART)]
    found: Statistics = {}
    if text:
        with progress(f"scoring {len(predictions)} answers", len(predictions)) as advance:
            by_part = _text_statistics(parts, text, advance)
        found = {name: np.concatenate([part[name] for part in by_part]) for name in text}
    for metric in metrics:
        # A classifier holds a model: it reads all answers here, in one process.
        if metric.name not in TEXT:
            found[metric.name] = metric.statistics(predictions)
    return {metric.name: found[metric.name] for metric in metrics}


def _text_statistics(parts: Sequence[Sequence[Prediction]], names: tuple[str, ...], advance: Callable[[float, str], None]) -> list[Statistics]:
    workers = min(int(describe_machine()["cores"]), len(parts))
    found: list[Statistics] = []

    def collect(statistics: Statistics) -> None:
        found.append(statistics)
        advance(sum(map(len, parts[: len(found)])), "")

    if workers < 2 or sum(map(len, parts)) < SHARE_FROM:
        for part in parts:
            collect(_part(part, names))
        return found
    # spawn: a fork of a process with running threads may hang.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        with _deaf_to_interruptions():
            scored = pool.map(_part, parts, [names] * len(parts))
        for statistics in scored:
            collect(statistics)
    return found


@contextmanager
def _deaf_to_interruptions() -> Iterator[None]:
    """Processes started meanwhile do not hear Ctrl+C: this one does, and ends them without each of them complaining."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _part(predictions: Sequence[Prediction], names: tuple[str, ...]) -> Statistics:
    return {name: TEXT[name].statistics(predictions) for name in names}


EXTERNAL_RESAMPLES = 200
"""A script is asked anew for each of these, so there are fewer than of this project's own metrics."""


@dataclass(frozen=True)
class Whole:
    """What a script of the `evaluate` library said whose figure is no mean of the answers'.

    Attributes:
        value: Over all answers.
        items: Of each answer alone.
        ci95: From resamples; None with fewer than two groups.
    """

    value: float
    items: tuple[float, ...]
    ci95: tuple[float, float] | None


def ask_script(external: External, predictions: Sequence[Prediction], seed: int) -> ExternalScores | Whole:
    """What a script says; resampled here where its figure is no mean."""
    script = Script(external)
    said = script.scores(predictions)
    groups = [prediction.group for prediction in predictions]
    if said.is_mean:
        return said
    if len(set(groups)) < 2:
        return Whole(said.value, tuple(said.items), None)
    return Whole(said.value, tuple(said.items), _script_interval(script, predictions, groups, seed))


def _script_interval(script: Script, predictions: Sequence[Prediction], groups: Sequence[str], seed: int) -> tuple[float, float] | None:
    import numpy as np

    from evalsuite.stats.bootstrap import draws, percentile_interval

    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    places = [numbers[group] for group in groups]
    values = [value for chunk in draws(len(numbers), EXTERNAL_RESAMPLES, seed) for value in script.resampled(predictions, chunk[:, places])]
    return percentile_interval(np.asarray(values)) if all(map(math.isfinite, values)) else None
