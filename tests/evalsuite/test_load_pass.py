"""The load pass: how many requests are under way, what is counted of a level, and when it ends."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.api import Answer, EngineError, Request, Sampling, StopSignal, UserError
from assistant.engines.protocol import Finished
from assistant.engines.scripted import ScriptedEngine
from evalsuite.load import in_flight
from evalsuite.load_pass import FEWEST, _Questions, load_pass


class ClosedLoop(ScriptedEngine):
    """Keeps `batch_size` requests under way, each in a thread of its own, as a server does.

    Attributes:
        most: The most requests that were ever under way.
        orders: How many requests it was given at a time.
    """

    def __init__(self, seconds_per_token: float = 0.002, room: int = 1000, info: str = "scripted") -> None:
        super().__init__(lambda request: "one two three", seconds_per_token=seconds_per_token)
        self.info = type(self.info)(engine=info, model="scripted", precision="none", device="cpu")
        self.room = room
        self.most = 0
        self.orders: list[int] = []
        self._under_way = 0
        self._lock = threading.Lock()

    def generate(
        self, requests: Sequence[Request], batch_size: int = 16, stop: StopSignal | None = None, finished: Finished | None = None
    ) -> list[Answer]:
        self.orders.append(len(requests))
        told: queue.Queue[tuple[int, Answer]] = queue.Queue()
        with ThreadPoolExecutor(min(batch_size, self.room)) as pool:
            coming = [pool.submit(self._one, index, request, stop, told) for index, request in enumerate(requests)]
            answers: dict[int, Answer] = {}
            for _ in coming:
                index, answer = told.get()
                answers[index] = answer
                if finished and answer.finish_reason != "cancelled":
                    finished(index, answer)
        return [answers[index] for index in range(len(requests))]

    def _one(self, index: int, request: Request, stop: StopSignal | None, told: queue.Queue[tuple[int, Answer]]) -> None:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        (answer,) = super().generate([request], 1, stop)
        with self._lock:
            self._under_way -= 1
        told.put((index, answer))


def ask(*questions: str) -> list[Request]:
    return [Request(({"role": "user", "content": question},), Sampling(max_new_tokens=20)) for question in questions]


MANY = ask(*map(str, range(500)))


def test_each_level_keeps_its_number_of_requests_under_way() -> None:
    engine = ClosedLoop()
    one, five = load_pass(engine, MANY, (5, 1, 5), seconds=0.2)
    assert (one.level, five.level) == (1, 5)
    assert engine.most == 5
    assert in_flight(one) < 2 < in_flight(five)
    assert len(five.probes) > len(one.probes) >= FEWEST
    assert all(probe.tokens == 4 and len(probe.token_times_s) == 4 for probe in five.probes)


def test_a_level_goes_on_until_enough_requests_are_answered() -> None:
    (level,) = load_pass(ClosedLoop(0.005), MANY, (2,), seconds=0.1)
    assert level.ended == "time"
    assert len(level.probes) >= FEWEST
    assert level.seconds >= 0.1


def test_a_level_that_takes_too_long_is_ended_with_what_there_is() -> None:
    (level,) = load_pass(ClosedLoop(0.01), MANY, (1,), seconds=0.05)
    assert level.ended == "limit"
    assert 0 < len(level.probes) < FEWEST


def test_a_level_is_ended_also_while_no_answer_comes() -> None:
    engine = ScriptedEngine(lambda request: "word " * 20, seconds_per_token=0.05)
    (level,) = load_pass(_after_one(engine), MANY, (4,), seconds=0.05)
    assert level.probes == () and level.seconds == 0 and level.ended == "limit"


def _after_one(engine: ScriptedEngine) -> ScriptedEngine:
    """The same engine, quick at the request that warms it up."""
    speak, asked = engine._answer, []

    def answer(request: Request) -> str:
        asked.append(request)
        return "short" if len(asked) == 1 else speak(request)

    engine._answer = answer
    return engine


def test_what_is_counted_is_after_the_first_rounds_and_before_the_end() -> None:
    engine = ClosedLoop(0.002)
    (level,) = load_pass(engine, MANY, (4,), seconds=0.2)
    laid_out = engine.orders[1]
    assert len(level.probes) <= laid_out - 4 - 2 * 4


def test_questions_that_run_out_end_a_level_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalsuite.load_pass.MOST", 30)
    (level,) = load_pass(ClosedLoop(0.0005), MANY, (2,), seconds=5)
    assert level.ended == "questions"
    assert len(level.probes) == 30 + 2 * 2 - 2 - 2 * 2, "all but those before the load was steady, and those when it fell off"


def test_an_engine_that_takes_fewer_at_once_is_seen_through() -> None:
    (level,) = load_pass(ClosedLoop(room=2), MANY, (8,), seconds=0.1)
    assert in_flight(level) < 4


def test_an_engine_that_answers_in_batches_gets_one_batch_at_a_time() -> None:
    """It would put long prompts first, and the level would never come to the others."""
    engine = ClosedLoop(info="transformers")
    load_pass(engine, MANY, (4,), seconds=0.05)
    assert set(engine.orders[1:]) == {4}


def test_a_question_comes_again_only_after_all_others_and_levels_go_on_where_the_last_one_ended() -> None:
    questions = _Questions(ask("a", "b", "c"), seed=0, asked_before=ask("b"))
    first = [request.messages[-1]["content"] for request in questions.take(6)]
    assert sorted(first[:3]) == ["a", "b", "c"] and first[3:] == first[:3]
    assert questions.repeated(4) == [name == "b" for name in first[:3]] + [True]
    questions.go_on(2)
    assert [request.messages[-1]["content"] for request in questions.take(2)] == first[2:4]
    assert questions.repeated(1) == [first[2] == "b"]


def test_the_order_is_shuffled_and_fixed() -> None:
    orders = [[request.messages[-1]["content"] for request in _Questions(MANY, seed, ()).take(500)] for seed in (0, 0, 1)]
    assert orders[0] == orders[1] != orders[2]
    assert orders[0] != [str(number) for number in range(500)]


def test_prompts_that_were_read_before_are_counted() -> None:
    fresh, known = (load_pass(ClosedLoop(), MANY, (1,), 0.05, asked_before=before)[0] for before in ((), MANY))
    assert fresh.repeated == 0
    assert known.repeated == len(known.probes) > 0


def test_there_must_be_something_to_ask_and_someone_who_asks() -> None:
    for requests, levels in (([], (1,)), (MANY, (0,))):
        with pytest.raises(UserError):
            load_pass(ClosedLoop(), requests, levels, 0.1)
    assert load_pass(ClosedLoop(), MANY, (), 0.1) == []


def test_an_engine_that_fails_is_heard() -> None:
    with pytest.raises(EngineError):
        load_pass(ScriptedEngine(lambda request: "one two", fail_at=1), MANY, (1,), 0.1)
