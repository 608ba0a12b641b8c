"""Asks an engine many questions so that no answer is lost, and none depends on what happened on the way.

Questions are asked in blocks, each with all its questions at once: a processor's kernels add in another
order for another number of rows, so that an answer may depend on how many others are under way. A block
that was cut off is therefore asked again as a whole; finished blocks are kept. Where that would not help,
because a server decides what runs together, every answer is kept.

An engine that dies is asked again, and what no engine can answer is told as such, not left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from assistant.api import Answer, Engine, EngineError, QuestionError, Request, progress, say
from evalsuite.journal import Journal, Said

BATCHES_IN_A_BLOCK = 4
"""So many batches make a block: few enough that little is lost, enough that the end of a block, where fewer are under way, costs little."""
MOST_DEATHS = 3
"""An engine that fails so often one after another is broken."""


@dataclass(frozen=True)
class Pass:
    """All answers to many questions.

    Attributes:
        said: One for each question, in order.
        seconds: What the blocks took together; None where one of them was begun by a process that is gone, and ended by another.
        deaths: Times that the engine had to be asked again because it failed.
    """

    said: tuple[Said, ...]
    seconds: float | None
    deaths: int

    @property
    def failed(self) -> list[int]:
        """Places of questions that got no answer."""
        return [place for place, said in enumerate(self.said) if said.error is not None]


class Voice:
    """An engine that is opened when it is first asked, so that an evaluation whose answers are all there loads no model."""

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open = open_engine
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._engine is not None:
            self._engine.close()

    @property
    def engine(self) -> Engine:
        """The engine, opened."""
        if self._engine is None:
            self._engine = self._open()
        return self._engine


def ask_all(voice: Voice, requests: Sequence[Request], batch_size: int, journal: Journal, title: str) -> Pass:
    """Ask every question that the journal holds no answer to.

    Args:
        voice: What answers; not opened where nothing is to be asked.
        requests: The questions.
        batch_size: So many at once.
        journal: What is known already; every answer is added to it.
        title: For the progress.

    Raises:
        EngineError: The engine fails again and again; what was answered stays in the journal.
        UserError: What was asked cannot be answered by it at all.
    """
    size = batch_size * BATCHES_IN_A_BLOCK
    blocks = [range(start, min(start + size, len(requests))) for start in range(0, len(requests), size)]
    waiting = [block for block in blocks if block.start not in journal.block_seconds]
    remote = bool(waiting) and voice.engine.info.engine == "remote"
    if remote and any(place in journal.said for block in waiting for place in block):
        journal.note("partial", True)
    kept = 0 if not waiting else len(requests) - sum(map(len, waiting))
    if kept:
        say(f"{title}: going on at question {kept + 1}")
    if waiting:
        asking = _Asking(voice.engine, requests, batch_size, journal)
        with progress(title, len(requests)) as advance:
            asking.advance = _pace(advance, kept)
            for block in waiting:
                started = time.perf_counter()
                asking.block(block)
                journal.end_block(block.start, time.perf_counter() - started)
    partial = "partial" in journal.notes
    return Pass(
        tuple(journal.said[place] for place in range(len(requests))), None if partial else journal.seconds, int(journal.notes.get("deaths", 0))
    )


class _Asking:
    """One engine with the questions that it is being asked."""

    def __init__(self, engine: Engine, requests: Sequence[Request], batch_size: int, journal: Journal) -> None:
        self._engine = engine
        self._requests = requests
        self._batch_size = batch_size
        self._journal = journal
        self.advance: Callable[[Said], None] = lambda said: None

    def block(self, block: range) -> None:
        """Ask the questions of one block."""
        try:
            self._together(self._waiting(block))
        except QuestionError:
            self._one_by_one(block)
        except EngineError as error:
            self._mourn(error)
            try:
                self._together(self._waiting(block))
            except (QuestionError, EngineError) as second:
                if isinstance(second, EngineError):
                    self._mourn(second)
                self._one_by_one(block)

    def _waiting(self, block: range) -> list[int]:
        """Places of a block that are to be asked."""
        # What a server runs together is not ours to say: there every answer that came is as good as any other.
        if self._engine.info.engine != "remote":
            return list(block)
        return [place for place in block if place not in self._journal.said or self._journal.said[place].error is not None]

    def _together(self, places: Sequence[int]) -> None:
        def finished(index: int, answer: Answer) -> None:
            self._keep(places[index], _said(answer))

        if places:
            self._engine.generate([self._requests[place] for place in places], self._batch_size, finished=finished)

    def _one_by_one(self, block: range) -> None:
        """Find out which question it is that cannot be answered.

        A question that the engine fails on is only blamed once the engine has answered another one since: an
        engine that has gone for good would otherwise leave a trail of empty answers.
        """
        doubtful: list[tuple[int, EngineError]] = []
        places = self._waiting(block)
        for place in places:
            try:
                (answer,) = self._engine.generate([self._requests[place]], 1)
            except QuestionError as error:
                self._keep(place, _nothing(error.what))
                continue
            except EngineError as error:
                self._mourn(error)
                doubtful.append((place, error))
                if len(doubtful) >= MOST_DEATHS:
                    raise
                continue
            self._keep(place, _said(answer))
            self._blame(doubtful)
        if doubtful and not any(said.error is None for said in self._journal.said.values()):
            raise doubtful[0][1]
        self._blame(doubtful)

    def _blame(self, doubtful: list[tuple[int, EngineError]]) -> None:
        for place, error in doubtful:
            self._keep(place, _nothing(f"the engine failed on it: {error}"))
        doubtful.clear()

    def _mourn(self, error: EngineError) -> None:
        deaths = int(self._journal.notes.get("deaths", 0)) + 1
        say(f"{self._engine.info.model}: {error}; asking again")
        self._journal.note("deaths", deaths)

    def _keep(self, place: int, said: Said) -> None:
        self._journal.add(place, said)
        self.advance(said)


def _said(answer: Answer) -> Said:
    return Said(answer.text, answer.finish_reason, answer.prompt_tokens, answer.completion_tokens, answer.seconds)


def _nothing(error: str) -> Said:
    return Said("", "failed", None, None, 0.0, error)


def _pace(advance: Callable[[float, str], None], kept: int) -> Callable[[Said], None]:
    """Progress by answers, with the pace in its note; no pace where tokens are not counted."""
    started = time.perf_counter()
    heard: list[Said] = []

    def tell(said: Said) -> None:
        heard.append(said)
        counts = [each.completion_tokens for each in heard if each.completion_tokens is not None]
        note = f"{sum(counts) / max(time.perf_counter() - started, 1e-9):.0f} tokens/s" if len(counts) == len(heard) else ""
        advance(kept + len(heard), note)

    return tell
