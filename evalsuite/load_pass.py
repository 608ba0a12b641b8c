"""The load pass: one level after another, so many requests under way at a time, timed while the load is steady.

What an engine does with `batch_size` requests is its own matter. openvino, transformers on a graphics card and a server take
up a request as soon as another has ended, and count its times from then on; transformers on a CPU answers batches, whose
requests all begin together and whose times count from there, so that users wait for the longest answer beside their own.
Knows no figure and no file.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.api import Answer, Engine, Request, StopSignal, UserError, progress
from evalsuite.load import TimedLevel
from evalsuite.metrics.latency import ENOUGH, Probe

FEWEST = ENOUGH[95]
"""A level goes on until so many requests are answered in its steady state, if it need not take too long for that."""
TOO_LONG = 6
"""A level ends after so many times its seconds, whatever was answered until then."""
SPARE = 4
"""So many times the questions that the fastest pace so far would use up are laid out: an answer may be shorter than those before."""
MOST = 2000
"""Questions laid out for a level at most; who answers more in its time has said enough."""
POLL_S = 0.02
"""How often it is looked whether a level is over."""


def load_pass(
    engine: Engine, requests: Sequence[Request], levels: Sequence[int], seconds: float, seed: int = 0, asked_before: Iterable[Request] = ()
) -> list[TimedLevel]:
    """Keep so many requests under way, level by level.

    The steady state of a level begins when the requests that began it, all at once, are answered, and ends with the last
    answer before its end, at which whatever is under way is dropped: the load never falls off while it is measured. Counted are the
    requests that ended in it and were not among the first. A level goes on until its steady state has lasted `seconds` and
    holds `FEWEST` requests, at most `TOO_LONG` times `seconds`.

    Questions come in one shuffled order, over and over, and each level goes on where the one before ended: a question
    comes again only after all others. How many of a level's prompts the engine had read before is counted.

    Args:
        engine: Loaded; one request warms it up.
        requests: What is asked.
        levels: Users at once; each is done once, from few to many.
        seconds: How long the load is steady at least.
        seed: Of the order.
        asked_before: What the engine was asked already, by an earlier pass: it may remember these prompts.

    Raises:
        UserError: There is nothing to ask, or a level asks for no user.
        EngineError: The model failed.
    """
    if not requests or any(level < 1 for level in levels):
        raise UserError("the load pass needs questions, and a user or more at each level", "Look at evaluation.load in the recipe.")
    if not levels:
        return []
    questions = _Questions(requests, seed, asked_before)
    warm = engine.generate(questions.take(1), 1)[0]
    questions.go_on(1)
    pace = 1 / max(warm.seconds, 1e-4)
    found = []
    for level in sorted(set(levels)):
        laid_out = min(MOST + 2 * level, 3 * level + max(2 * FEWEST, math.ceil(SPARE * seconds * level * pace)))
        hearing = _heard(engine, questions.take(laid_out), level, seconds)
        timed = hearing.timed(questions.repeated(laid_out))
        # What was under way at the end was read as well.
        questions.go_on(min(laid_out, len(hearing.ends) + level))
        pace = max(pace, len(timed.probes) / timed.seconds / level if timed.seconds > 0 else 0.0)
        found.append(timed)
    return found


class _Questions:
    """Questions in one shuffled order, over and over, and which prompts were read.

    Args:
        requests: What is asked.
        seed: Of the order.
        asked_before: What was asked already.
    """

    def __init__(self, requests: Sequence[Request], seed: int, asked_before: Iterable[Request]) -> None:
        self._order = list(requests)
        random.Random(seed).shuffle(self._order)
        self._at = 0
        self._read = {_prompt(request) for request in asked_before}

    def take(self, count: int) -> list[Request]:
        """The next ones, without going on."""
        return [self._order[(self._at + number) % len(self._order)] for number in range(count)]

    def repeated(self, count: int) -> list[bool]:
        """Which of the next ones were read before, by an earlier one of them too."""
        read, told = set(self._read), []
        for request in self.take(count):
            told.append(_prompt(request) in read)
            read.add(_prompt(request))
        return told

    def go_on(self, count: int) -> None:
        """So many of the next ones were asked."""
        self._read.update(map(_prompt, self.take(count)))
        self._at += count


def _prompt(request: Request) -> str:
    return repr(request.messages)


@dataclass
class _Hearing:
    """One level while it goes on.

    Attributes:
        level: Requests under way.
        seconds: How long its steady state must last.
        laid_out: Questions there are.
        ends: Of each answer when it was heard since the beginning, which request it is of, and what it took.
        opening: How many of them began the level.
        steady_at: How many were heard when the steady state began; None before.
        ended: Why it ended.
    """

    level: int
    seconds: float
    laid_out: int
    ends: list[tuple[float, int, Probe]] = field(default_factory=list)
    opening: int = 0
    steady_at: int | None = None
    ended: str = "questions"
    began: float = field(default_factory=time.perf_counter)

    def hear(self, index: int, answer: Answer) -> None:
        """Take in an answer; one that was cut off at the end is none."""
        if answer.finish_reason == "cancelled":
            return
        self.ends.append((time.perf_counter() - self.began, index, Probe(answer.token_times_s, answer.seconds, answer.completion_tokens)))
        self.opening += self._opened(len(self.ends) - 1)
        # An engine that takes fewer at once never answers so many that began together.
        if self.steady_at is None and (self.opening == self.level or len(self.ends) >= 2 * self.level):
            self.steady_at = len(self.ends)

    def end_of_time(self) -> str | None:
        """Why it is to end now; None while it goes on."""
        passed = time.perf_counter() - self.began
        if self.steady_at is not None and len(self.ends) - self.steady_at >= FEWEST and passed - self.ends[self.steady_at - 1][0] >= self.seconds:
            return "time"
        return "limit" if passed >= TOO_LONG * self.seconds else None

    def timed(self, repeated: Sequence[bool]) -> TimedLevel:
        """What was measured while the load was steady.

        Args:
            repeated: Of each request, whether its prompt was read before.
        """
        # Once as many are left as users, no other request begins.
        last = min(len(self.ends), self.laid_out - self.level)
        first = self.steady_at
        if first is None or first >= last:
            return TimedLevel(self.level, (), 0.0, 0, self.ended)
        counted = [self.ends[place] for place in range(first, last) if not self._opened(place)]
        return TimedLevel(
            self.level,
            tuple(probe for _, _, probe in counted),
            self.ends[last - 1][0] - self.ends[first - 1][0],
            sum(repeated[index] for _, index, _ in counted),
            self.ended,
        )

    def _opened(self, place: int) -> bool:
        """Whether a request was among those that began the level: no other begins before an answer has ended."""
        heard_s, _, probe = self.ends[place]
        first_s, _, first = self.ends[0]
        # Between the beginning of the first and its end: what is heard through a pipe is heard a little later.
        return heard_s - probe.seconds < first_s - first.seconds / 2


def _heard(engine: Engine, asked: Sequence[Request], level: int, seconds: float) -> _Hearing:
    """One level, from its beginning to its end."""
    users = "user" if level == 1 else "users"
    stop = StopSignal()
    hearing = _Hearing(level, seconds, len(asked))
    with progress(f"{engine.info.model}: load, {level} {users} at once", seconds) as advance, _watched(hearing, stop):

        def finished(index: int, answer: Answer) -> None:
            hearing.hear(index, answer)
            advance(min(0.99 * seconds, time.perf_counter() - hearing.began), f"{len(hearing.ends)} answers")

        width = level if _answers_in_batches(engine) else len(asked)
        for start in range(0, len(asked), width):
            if not stop.is_set():
                engine.generate(
                    asked[start : start + width],
                    level,
                    stop,
                    lambda index, answer, start=start: finished(start + index, answer),  # type: ignore[misc]
                )
        advance(seconds, f"{len(hearing.ends)} answers")
    return hearing


def _answers_in_batches(engine: Engine) -> bool:
    """Whether it would put those with the longest prompts first if it were given many at once, and never come to the others."""
    return engine.info.engine == "transformers" and not engine.info.device.startswith("cuda")


@contextmanager
def _watched(hearing: _Hearing, stop: StopSignal) -> Iterator[None]:
    """Give the signal when the level is over, also while no answer comes."""
    left = threading.Event()

    def watch() -> None:
        while not left.wait(POLL_S):
            reason = hearing.end_of_time()
            if reason:
                hearing.ended = reason
                stop.set()
                return

    watcher = threading.Thread(target=watch, name="load", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        left.set()
        watcher.join()
