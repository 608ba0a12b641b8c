"""An engine in a process of its own: what holds when it stops, hangs, dies, fails or is closed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.core.errors import EngineError, UserError
from assistant.core.progress import telling
from assistant.engines import child
from assistant.engines.child import ChildEngine
from assistant.engines.protocol import Request, Sampling, StopSignal
from assistant.engines.spec import EngineSpec

WORKER = str(Path(__file__).with_name("scripted_worker.py"))

Open = Callable[..., ChildEngine]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Open]:
    """Open engines, and close them at the end."""
    engines: list[ChildEngine] = []

    def open_one(label: str = "health@1", command: tuple[str, ...] = (WORKER,)) -> ChildEngine:
        engines.append(ChildEngine(EngineSpec(label=label, weights="", tokenizer=""), tmp_path / "logs" / "engine.log", command))
        return engines[-1]

    yield open_one
    for engine in engines:
        engine.close()


def ask(question: str, max_new_tokens: int = 10_000) -> Request:
    return Request(({"role": "user", "content": question},), Sampling(max_new_tokens=max_new_tokens))


def pid_of(engine: ChildEngine) -> int:
    return engine._process.pid


def test_streams_what_the_model_says_with_its_times(start: Open) -> None:
    engine = start()
    stream = engine.stream(ask("count", max_new_tokens=5))
    texts = [token.text for token in stream]
    assert texts == ["one", " two", " three", " four", " five"]
    assert stream.answer is not None
    assert stream.answer.text == "one two three four five"
    assert stream.answer.finish_reason == "length"
    assert list(stream.answer.token_times_s) == sorted(stream.answer.token_times_s)
    assert stream.answer.first_token_s is not None
    assert engine.info.model == "health@1"


def test_what_the_model_process_prints_goes_to_the_log(start: Open, tmp_path: Path) -> None:
    engine = start()
    list(engine.stream(ask("count", max_new_tokens=2)))
    assert "what a library prints" in (tmp_path / "logs" / "engine.log").read_text()


def test_generates_many_in_order_and_tells_each(start: Open) -> None:
    told: list[int] = []
    answers = start().generate([ask("a", 2), ask("b", 3), ask("c", 1)], finished=lambda index, answer: told.append(index))
    assert [answer.text for answer in answers] == ["one two", "one two three", "one"]
    assert told == [0, 1, 2]


def test_a_stop_keeps_what_was_said(start: Open) -> None:
    engine, stop = start(), StopSignal()
    stream = engine.stream(ask("count"), stop)
    heard = 0
    for _ in stream:
        heard += 1
        if heard == 3:
            stop.set()
    assert stream.answer is not None
    assert stream.answer.finish_reason == "cancelled"
    assert stream.answer.text.startswith("one two three")
    assert heard < 300
    assert len(stream.answer.token_ids) == heard


def test_a_process_that_does_not_obey_a_stop_is_killed_and_what_it_said_is_kept(start: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "OBEY_STOP_S", 0.2)
    engine, stop = start(), StopSignal()
    engine.ready()
    before = pid_of(engine)
    stream = engine.stream(ask("be deaf"), stop)
    texts = []
    for token in stream:
        texts.append(token.text)
        stop.set()
    assert stream.answer is not None
    assert stream.answer.finish_reason == "cancelled"
    assert stream.answer.text == "".join(texts)
    assert len(list(engine.stream(ask("count", 2)))) == 2
    assert pid_of(engine) != before


def test_a_stop_is_heard_while_the_model_still_loads(start: Open) -> None:
    engine, stop = start("slow"), StopSignal()
    threading.Timer(0.1, stop.set).start()
    stream = engine.stream(ask("count"), stop)
    assert list(stream) == []
    assert stream.answer is not None
    assert stream.answer.finish_reason == "cancelled"


def test_an_error_of_the_model_ends_the_answer_and_not_the_engine(start: Open) -> None:
    engine = start()
    stream = engine.stream(ask("fail"))
    heard = []
    with pytest.raises(EngineError, match=r"RuntimeError: out of luck; its log is .*engine\.log"):
        for token in stream:
            heard.append(token.text)
    assert heard == ["one", " two", " three"]
    assert stream.answer is None
    assert len(list(engine.stream(ask("count", 4)))) == 4


def test_an_error_of_the_user_keeps_its_two_lines(start: Open) -> None:
    with pytest.raises(UserError) as raised:
        list(start().stream(ask("complain")))
    assert (raised.value.what, raised.value.todo) == ("the question is too long", "Ask a shorter one.")


def test_a_process_that_dies_says_so_and_the_next_request_starts_another(start: Open) -> None:
    engine = start()
    heard = []
    with pytest.raises(EngineError, match=r"the model process ended \(it was killed, most often for want of memory\); its log is"):
        for token in engine.stream(ask("die")):
            heard.append(token.text)
    assert heard == ["one", " two", " three"]
    assert len(list(engine.stream(ask("count", 4)))) == 4


def test_a_process_that_died_between_two_requests_is_replaced(start: Open) -> None:
    engine = start()
    engine.ready()
    engine._process.kill()
    engine._process.wait()
    assert len(list(engine.stream(ask("count", 4)))) == 4


def test_a_stream_nobody_listens_to_any_more_is_stopped_and_passed_over(start: Open) -> None:
    engine = start()
    for _ in engine.stream(ask("count")):
        break
    began = time.monotonic()
    stream = engine.stream(ask("count", 3))
    assert [token.text for token in stream] == ["one", " two", " three"]
    # The abandoned answer would have taken 5 s.
    assert time.monotonic() - began < 3


def test_a_model_that_cannot_be_loaded_says_why_however_late_one_asks(start: Open) -> None:
    engine = start("refuse")
    engine._process.wait()
    for _ in range(2):
        with pytest.raises(UserError, match="the template changed"):
            engine.ready()


def test_a_process_that_ends_while_it_loads_names_its_exit_code(start: Open) -> None:
    with pytest.raises(EngineError, match="exit code 3"):
        start("crash").ready()


def test_a_process_that_speaks_nonsense_is_ended(start: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "DIE_S", 0.1)
    engine = start(command=("-c", "import time; print('nonsense', flush=True); time.sleep(60)"))
    with pytest.raises(EngineError, match="stopped speaking and was ended"):
        engine.ready()
    assert engine._process.poll() is not None


def test_closing_while_it_generates_ends_the_process_and_the_stream(start: Open) -> None:
    engine = start()
    tokens = iter(engine.stream(ask("count")))
    next(tokens)
    closing = threading.Timer(0.1, engine.close)
    closing.start()
    with pytest.raises(EngineError, match="the engine was closed"):
        list(tokens)
    closing.join()
    with pytest.raises(ProcessLookupError):
        os.kill(pid_of(engine), 0)


def test_a_closed_engine_starts_nothing_again(start: Open) -> None:
    engine = start()
    engine.close()
    engine.close()
    with pytest.raises(EngineError, match="the engine was closed"):
        list(engine.stream(ask("count")))


def test_the_process_ends_with_its_parent(start: Open) -> None:
    engine = start()
    engine.ready()
    assert engine._process.stdin is not None
    engine._process.stdin.close()
    assert engine._process.wait(timeout=5) == 0


def test_tells_the_memory_of_the_model_process(start: Open) -> None:
    peak = start().peak_memory_mib()
    assert peak is not None
    assert 5 < peak < 500


def test_tells_the_memory_of_a_graphics_card_where_the_model_is_on_one(start: Open) -> None:
    assert start("health@1").peak_device_memory_mib() is None
    assert start("on a card").peak_device_memory_mib() == 512.0


def in_a_thread(engine: ChildEngine, request: Request, stop: StopSignal | None = None) -> tuple[threading.Thread, list[str]]:
    heard: list[str] = []
    thread = threading.Thread(target=lambda: heard.extend(token.text for token in engine.stream(request, stop)), daemon=True)
    thread.start()
    return thread, heard


class TestTwoThreads:
    """Two threads at one engine: one is answered after the other."""

    def test_the_second_is_answered_when_the_first_has_ended(self, start: Open) -> None:
        engine = start()
        first = iter(engine.stream(ask("count", 40)))
        heard = [next(first).text]
        thread, others = in_a_thread(engine, ask("count", 2))
        for token in first:
            assert others == []
            heard.append(token.text)
        thread.join(10)
        assert (len(heard), others) == (40, ["one", " two"])

    def test_the_second_is_answered_when_the_first_did_not_obey_its_stop_and_was_killed(self, start: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(child, "OBEY_STOP_S", 0.3)
        engine, stop = start(), StopSignal()
        engine.ready()
        before = pid_of(engine)
        stuck, nothing = in_a_thread(engine, ask("be stuck"), stop)
        while engine._unfinished is None:
            time.sleep(0.005)
        stop.set()
        assert [token.text for token in engine.stream(ask("count", 2))] == ["one", " two"]
        stuck.join(10)
        assert (nothing, pid_of(engine) != before) == ([], True)

    def test_who_waits_may_give_up(self, start: Open) -> None:
        engine, stop = start(), StopSignal()
        first = iter(engine.stream(ask("count")))
        next(first)
        thread, others = in_a_thread(engine, ask("count", 2), stop)
        stop.set()
        thread.join(10)
        assert (thread.is_alive(), others) == (False, [])
        assert next(first).text == " two", "the first goes on"

    def test_a_stream_that_was_dropped_holds_up_nobody(self, start: Open) -> None:
        engine = start()
        for _ in engine.stream(ask("count")):
            break
        thread, others = in_a_thread(engine, ask("count", 2))
        thread.join(10)
        assert others == ["one", " two"]

    def test_a_thread_that_ended_in_the_middle_holds_up_nobody(self, start: Open) -> None:
        engine = start()
        stream = engine.stream(ask("count"))
        thread = threading.Thread(target=lambda: next(iter(stream)))
        thread.start()
        thread.join()
        assert [token.text for token in engine.stream(ask("count", 2))] == ["one", " two"]
        assert list(stream) == [], "what was given up for another says nothing more"

    def test_tokens_are_counted_after_the_stream_under_way(self, start: Open) -> None:
        engine = start()
        first = iter(engine.stream(ask("count", 40)))
        next(first)
        counted: list[int | None] = []
        thread = threading.Thread(target=lambda: counted.append(engine.count_tokens(ask("how many words are these").messages)), daemon=True)
        thread.start()
        assert len(list(first)) == 39
        thread.join(10)
        assert counted == [5]

    def test_what_it_is_is_known_without_waiting(self, start: Open) -> None:
        engine = start()
        first = iter(engine.stream(ask("count")))
        next(first)
        known: list[str] = []
        thread = threading.Thread(target=lambda: known.extend([engine.info.model, engine.ready().model]), daemon=True)
        thread.start()
        thread.join(10)
        assert known == ["health@1"] * 2

    def test_closing_ends_those_who_wait_too(self, start: Open) -> None:
        engine = start()
        first = iter(engine.stream(ask("count")))
        next(first)
        failed: list[Exception] = []

        def wait() -> None:
            try:
                list(engine.stream(ask("count")))
            except EngineError as error:
                failed.append(error)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        engine.close()
        thread.join(10)
        assert [str(error) for error in failed] == ["the engine was closed"]


def test_an_answer_is_continued_by_what_comes_after_it(start: Open) -> None:
    request = ask("count", 2)
    begun = Request((*request.messages, {"role": "assistant", "content": "one two"}), request.sampling)
    stream = start().stream(begun)
    assert [token.text for token in stream] == [" three", " four"]
    assert stream.answer is not None and stream.answer.text == " three four"


def test_the_stages_of_loading_are_told_to_whoever_listens_and_to_nobody_else(start: Open, capfd: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    with telling(told.append):
        start().ready()
    start().ready()
    assert (told, capfd.readouterr().err) == (["loading health@1: the weights"], "")
