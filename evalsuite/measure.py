"""Second stage, its work: the statistics of every answer by every metric.

Text metrics take half a millisecond an answer, so that many answers are shared out to the machine's
cores. Knows no file.
"""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator, Sequence
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
"""Answers scored at a time: some tenths of a second of work, so that progress shows and an interruption is heard."""
SHARE_FROM = 4000
"""With fewer answers, starting another process takes longer than it saves."""

Statistics = dict[str, "Array"]


def statistics_of(predictions: Sequence[Prediction], metrics: Sequence[Metric]) -> Statistics:
    """The statistics of each answer by each metric: `(answers, k)`."""
    import numpy as np

    text = tuple(metric.name for metric in metrics if metric.name in TEXT)
    parts = [tuple(predictions[start : start + PART]) for start in range(0, len(predictions), PART)]
    by_part: list[Statistics] = []
    with progress(f"scoring {len(predictions)} answers", len(predictions)) as advance, _text_statistics(parts, text) as coming:
        # A classifier holds a model: it reads all answers here, in one process, while others score their parts.
        found = {metric.name: metric.statistics(predictions) for metric in metrics if metric.name not in TEXT}
        for statistics in coming:
            by_part.append(statistics)
            advance(sum(map(len, parts[: len(by_part)])), "")
    found.update((name, np.concatenate([part[name] for part in by_part])) for name in text)
    return {metric.name: found[metric.name] for metric in metrics}


@contextmanager
def _text_statistics(parts: Sequence[Sequence[Prediction]], names: tuple[str, ...]) -> Iterator[Iterator[Statistics]]:
    """The statistics of each part, in order; where there are many answers, other processes have begun with them already."""
    workers = min(int(describe_machine()["cores"]), len(parts))
    if workers < 2 or not names or sum(map(len, parts)) < SHARE_FROM:
        yield (_part(part, names) for part in parts)
        return
    # spawn: a fork of a process with running threads may hang.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        with _deaf_to_interruptions():
            scored = pool.map(_part, parts, [names] * len(parts))
        yield scored
    finally:
        pool.shutdown(cancel_futures=True)


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
