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

from assistant.api import UserError, describe_machine, progress
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
LONGEST_REASON = 200
"""Characters of why a metric failed."""


@dataclass(frozen=True)
class Measured:
    """What metrics say of answers.

    Attributes:
        statistics: Of each answer by each metric, `(answers, k)`; all zeros where a metric failed.
        failures: By metric, the places of the answers that it failed on, and why.
    """

    statistics: dict[str, Array]
    failures: dict[str, dict[int, str]]


def measure(predictions: Sequence[Prediction], metrics: Sequence[Metric]) -> Measured:
    """The statistics of each answer by each metric.

    Raises:
        UserError: A metric fails on every answer.
    """
    import numpy as np

    text = tuple(metric.name for metric in metrics if metric.name in TEXT)
    parts = [tuple(predictions[start : start + PART]) for start in range(0, len(predictions), PART)]
    by_part: list[Measured] = []
    with progress(f"scoring {len(predictions)} answers", len(predictions)) as advance, _text_statistics(parts, text) as coming:
        # A classifier holds a model: it reads all answers here, in one process, while others score their parts.
        found = _measured(predictions, [metric for metric in metrics if metric.name not in TEXT])
        for measured in coming:
            by_part.append(measured)
            advance(sum(map(len, parts[: len(by_part)])), "")
    statistics, failures = dict(found.statistics), dict(found.failures)
    for name in text:
        failed = {PART * number + place: why for number, part in enumerate(by_part) for place, why in part.failures.get(name, {}).items()}
        if failed:
            failures[name] = failed
        # A part in which the metric failed throughout does not know how many columns there are.
        width = max(part.statistics[name].shape[1] for part in by_part)
        statistics[name] = np.concatenate([_widened(part.statistics[name], width) for part in by_part])
    for name, failed in failures.items():
        if len(failed) == len(predictions):
            raise UserError(f"the metric {name} fails on every answer: {failed[0]}", "Leave it out of evaluation.metrics, or mend it.")
    return Measured({metric.name: statistics[metric.name] for metric in metrics}, failures)


def _widened(table: Array, width: int) -> Array:
    import numpy as np

    return table if table.shape[1] == width else np.zeros((len(table), width))


@contextmanager
def _text_statistics(parts: Sequence[Sequence[Prediction]], names: tuple[str, ...]) -> Iterator[Iterator[Measured]]:
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


def _part(predictions: Sequence[Prediction], names: tuple[str, ...]) -> Measured:
    return _measured(predictions, [TEXT[name] for name in names])


def _measured(predictions: Sequence[Prediction], metrics: Sequence[Metric]) -> Measured:
    statistics: dict[str, Array] = {}
    failures: dict[str, dict[int, str]] = {}
    for metric in metrics:
        try:
            statistics[metric.name] = metric.statistics(predictions)
        except UserError:
            raise
        except Exception:
            statistics[metric.name], failures[metric.name] = _one_by_one(metric, predictions)
    return Measured(statistics, failures)


def _one_by_one(metric: Metric, predictions: Sequence[Prediction]) -> tuple[Array, dict[int, str]]:
    """The statistics of each answer that a metric can read, and why it fails on the others: one answer must not cost the figure."""
    import numpy as np

    rows: dict[int, Array] = {}
    failures: dict[int, str] = {}
    for place, prediction in enumerate(predictions):
        try:
            rows[place] = metric.statistics([prediction])[0]
        except Exception as error:
            failures[place] = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
    width = max((len(row) for row in rows.values()), default=2)
    return np.stack([rows.get(place, np.zeros(width)) for place in range(len(predictions))]), failures


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
