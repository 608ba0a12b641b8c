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

ROUNDS = 2
"""So many answers of each user, on average, pass before the load counts as steady."""
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

    The steady state of a level begins when twice as many requests have ended as there are users: the first ones begin all at once,
    and users need another round to fall out of step (without it, throughput comes out some 5% too low; with it, less than 1%).
    It ends with the last answer before the level does, at which whatever is under way is dropped: the load never falls off while it
    is measured. Counted are the requests that ended in it. A level goes on until its steady state has lasted `seconds` and holds
    `FEWEST` requests, at most `TOO_LONG` times `seconds`.

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
        laid_out = min(MOST + 2 * level, (ROUNDS + 1) * level + max(2 * FEWEST, math.ceil(SPARE * seconds * level * pace)))
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
        ended: Why it ended.
    """

    level: int
    seconds: float
    laid_out: int
    ends: list[tuple[float, int, Probe]] = field(default_factory=list)
    ended: str = "questions"
    began: float = field(default_factory=time.perf_counter)

    def hear(self, index: int, answer: Answer) -> None:
        """Take in an answer; one that was cut off at the end is none."""
        if answer.finish_reason == "cancelled":
            return
        self.ends.append((time.perf_counter() - self.began, index, Probe(answer.token_times_s, answer.seconds, answer.completion_tokens)))

    @property
    def settling(self) -> int:
        """How many answers end before the steady state begins, the last of them at its beginning."""
        return ROUNDS * self.level

    def end_of_time(self) -> str | None:
        """Why it is to end now; None while it goes on."""
        passed = time.perf_counter() - self.began
        if len(self.ends) >= self.settling + FEWEST and passed - self.ends[self.settling - 1][0] >= self.seconds:
            return "time"
        return "limit" if passed >= TOO_LONG * self.seconds else None

    def share(self) -> float:
        """How far it is, for those who wait: less than 1, since only its end is the end."""
        passed = time.perf_counter() - self.began
        by_time = min(passed / self.seconds, len(self.ends) / (self.settling + FEWEST))
        return min(0.99, max(by_time, passed / (TOO_LONG * self.seconds)))

    def timed(self, repeated: Sequence[bool]) -> TimedLevel:
        """What was measured while the load was steady.

        Args:
            repeated: Of each request, whether its prompt was read before.
        """
        # Once as many are left as users, no other request begins.
        last = min(len(self.ends), self.laid_out - self.level)
        if last <= self.settling:
            return TimedLevel(self.level, (), 0.0, 0, self.ended)
        counted = self.ends[self.settling : last]
        return TimedLevel(
            self.level,
            tuple(probe for _, _, probe in counted),
            counted[-1][0] - self.ends[self.settling - 1][0],
            sum(repeated[index] for _, index, _ in counted),
            self.ended,
        )


def _heard(engine: Engine, asked: Sequence[Request], level: int, seconds: float) -> _Hearing:
    """One level, from its beginning to its end."""
    users = "user" if level == 1 else "users"
    stop = StopSignal()
    hearing = _Hearing(level, seconds, len(asked))
    with progress(f"{engine.info.model}: load, {level} {users} at once", 1.0) as advance, _watched(hearing, stop):

        def finished(index: int, answer: Answer) -> None:
            hearing.hear(index, answer)
            advance(hearing.share(), f"{len(hearing.ends)} answers")

        width = level if _answers_in_batches(engine) else len(asked)
        for start in range(0, len(asked), width):
            if not stop.is_set():
                engine.generate(
                    asked[start : start + width],
                    level,
                    stop,
                    lambda index, answer, start=start: finished(start + index, answer),  # type: ignore[misc]
                )
        advance(1.0, f"{len(hearing.ends)} answers")
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
