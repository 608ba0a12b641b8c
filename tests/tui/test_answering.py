"""An answer on its way: what the screen sees of it, above all when it is stopped; and an engine that is being opened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.chat.settings import Settings
from assistant.chat.turn import Turn
from assistant.core.errors import EngineError, UserError
from assistant.core.progress import say
from assistant.engines import child
from assistant.engines.child import ChildEngine
from assistant.engines.protocol import Engine, Request, Sampling, StopSignal, Stream, Token
from assistant.engines.scripted import ScriptedEngine
from assistant.engines.spec import EngineSpec
from assistant.tui.answering import Answering
from assistant.tui.opening import Opening

WORKER = Path(__file__).parents[1] / "engines" / "scripted_worker.py"
WAIT_S = 15.0
OWN = Sampling(max_new_tokens=10_000)


def until(predicate: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not predicate():
        assert time.monotonic() - began < WAIT_S, "did not come true"
        time.sleep(0.005)


def question(text: str) -> list[Turn]:
    return [Turn("q", None, "user", text)]


def begun(text: str, beginning: str) -> list[Turn]:
    return [*question(text), Turn("a", "q", "assistant", beginning, "stopped")]


def answering(engine: Engine, path: list[Turn], before: Answering | None = None, settings: Settings = Settings()) -> Answering:
    one = Answering(engine, path, settings, OWN, before)
    one.start()
    return one


def saying(text: str, **options: float) -> ScriptedEngine:
    return ScriptedEngine(lambda request: text, **options)  # type: ignore[arg-type]


class Gated(ScriptedEngine):
    """Says a word each time it is let, and hears no stop."""

    def __init__(self, text: str) -> None:
        super().__init__(lambda request: text)
        self.gate = threading.Semaphore(0)
        self.asked: list[Request] = []

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        self.asked.append(request)
        stream = super().stream(request)
        stream.tokens = self._when_let(stream.tokens)
        return stream

    def _when_let(self, tokens: Iterator[Token]) -> Iterator[Token]:
        for token in tokens:
            self.gate.acquire()
            yield token


@pytest.fixture
def start_child(tmp_path: Path) -> Iterator[Callable[[], ChildEngine]]:
    engines: list[ChildEngine] = []

    def start() -> ChildEngine:
        engines.append(ChildEngine(EngineSpec("health@1", "", ""), tmp_path / "engine.log", (str(WORKER),)))
        engines[-1].ready()
        return engines[-1]

    yield start
    for engine in engines:
        engine.close()


def test_an_answer_is_heard_to_its_end():
    one = answering(saying("Drink water and rest."), question("Why?"))
    until(lambda: one.ended)
    assert one.answer is not None
    assert (one.text, one.answer.text, one.answer.finish_reason, one.error) == ("Drink water and rest.", "Drink water and rest.", "stop", None)
    assert (one.take(), one.take()) == ("Drink water and rest.", "")
    assert one.first_token_s is not None


def test_phases_come_one_after_another():
    engine = Gated("one two")
    first = answering(engine, question("a"))
    second = answering(engine, question("b"), before=first)
    until(lambda: first.phase == "reading")
    assert second.phase == "waiting"
    engine.gate.release()
    until(lambda: first.phase == "answering")
    assert (first.take(), first.ended) == ("one", False)
    engine.gate.release(10)
    until(lambda: second.ended)


def test_an_answer_that_is_stopped_has_ended_in_that_moment_with_every_word_that_was_heard():
    engine = Gated("one two three four")
    one = answering(engine, question("a"))
    engine.gate.release(2)
    until(lambda: one.text == "one two")
    one.take()
    one.stop()
    assert one.ended and one.answer is not None
    assert (one.answer.text, one.answer.finish_reason, one.answer.token_ids) == ("one two", "cancelled", (1, 2))
    assert one.answer.completion_tokens == 2 and one.answer.prompt_tokens == 1
    assert len(one.answer.token_times_s) == 2 and one.answer.seconds > 0
    engine.gate.release(10)
    until(lambda: one.is_drained)
    assert (one.text, one.take(), one.answer.text) == ("one two", "", "one two"), "what the engine says afterwards is not heard"


def test_words_that_were_heard_and_not_drawn_yet_can_be_taken_after_a_stop():
    engine = Gated("one two three")
    one = answering(engine, question("a"))
    engine.gate.release(2)
    until(lambda: one.text == "one two")
    one.stop()
    assert one.take() == "one two"
    engine.gate.release(10)


def test_the_next_answer_is_asked_for_when_the_engine_is_done_with_the_one_before():
    engine = Gated("one two")
    first = answering(engine, question("a"))
    until(lambda: len(engine.asked) == 1)
    first.stop()
    second = answering(engine, question("b"), before=first)
    third = answering(engine, question("c"), before=second)
    second.stop()
    engine.gate.release(50)
    until(lambda: third.ended)
    assert [request.messages[-1]["content"] for request in engine.asked] == ["a", "c"], "one that was stopped while it waited is never asked"
    assert third.answer is not None and third.answer.text == "one two"


def test_one_that_was_never_started_holds_up_nobody():
    engine = saying("one")
    never = Answering(engine, question("a"), Settings(), OWN)
    one = answering(engine, question("b"), before=never)
    until(lambda: one.ended)
    assert one.text == "one"


def test_a_stop_after_the_end_changes_nothing():
    one = answering(saying("one"), question("a"))
    until(lambda: one.ended)
    one.stop()
    assert one.answer is not None and one.answer.finish_reason == "stop"
    assert one.elapsed_s == one.elapsed_s, "its time stands still"


def test_a_process_that_is_stuck_in_reading_is_stopped_at_once_and_replaced(start_child, monkeypatch):
    monkeypatch.setattr(child, "OBEY_STOP_S", 0.3)
    engine = start_child()
    stuck = answering(engine, question("be stuck"))
    until(lambda: stuck.phase == "reading")
    stuck.stop()
    assert stuck.ended and stuck.answer is not None
    assert (stuck.answer.text, stuck.answer.finish_reason, stuck.is_drained) == ("", "cancelled", False)
    after = answering(engine, question("count"), before=stuck, settings=Settings(max_new_tokens=3))
    assert after.phase == "waiting"
    until(lambda: after.ended)
    assert after.answer is not None and after.answer.text == "one two three"
    assert stuck.error is None


def test_stopping_a_deaf_process_in_mid_answer_keeps_what_was_heard(start_child, monkeypatch):
    monkeypatch.setattr(child, "OBEY_STOP_S", 0.2)
    one = answering(start_child(), question("be deaf"))
    until(lambda: "three" in one.text)
    one.stop()
    assert one.answer is not None and one.answer.text == one.text.rstrip()
    assert one.answer.completion_tokens == len(one.answer.text.split())
    until(lambda: one.is_drained)
    assert one.error is None


def test_an_answer_that_is_continued_is_heard_as_its_new_part():
    one = answering(saying("Drink water and rest."), begun("Why?", "Drink water"))
    until(lambda: one.ended)
    assert one.answer is not None
    assert (one.text, one.answer.text) == (" and rest.", " and rest.")


def test_what_has_no_room_is_told():
    engine = saying("one")
    path = [Turn("1", None, "user", "old " * 50), Turn("2", "1", "assistant", "old " * 50), Turn("3", "2", "user", "new")]
    one = answering(engine, path, settings=Settings(context_tokens=40))
    until(lambda: one.ended)
    assert (one.left_out, one.fitted.tokens if one.fitted else None) == (2, 1)


def test_an_engine_that_fails_leaves_what_it_said():
    one = answering(saying("one two three", fail_at=2), question("a"))
    until(lambda: one.ended)
    assert (one.text, one.answer) == ("one two", None)
    assert one.error == ("the scripted engine was told to fail here", "")


def test_a_restarted_process_tells_the_one_who_waits_for_it(start_child):
    engine = start_child()
    engine._process.kill()
    engine._process.wait()
    told: list[str] = []

    class Listening(Answering):
        def _tell(self, line: str) -> None:
            told.append(line)

    one = Listening(engine, question("count"), Settings(max_new_tokens=1), OWN)
    one.start()
    until(lambda: one.ended)
    assert "loading health@1: the weights" in told


def opened(open_engine: Callable[[Callable[[str], None]], Engine]) -> Opening:
    opening = Opening(open_engine)
    opening.start()
    return opening


def test_what_an_engine_does_while_it_is_opened_is_told_in_one_line():
    gate = threading.Event()

    def open_engine(tell: Callable[[str], None]) -> Engine:
        tell("compiling:\n 33%\x1b[2J")
        gate.wait()
        return saying("one")

    opening = opened(open_engine)
    until(lambda: opening.told != "")
    assert opening.told == "compiling: 33%␛[2J"
    assert opening.info is None and opening.elapsed_s > 0
    gate.set()
    until(lambda: opening.info is not None)
    assert (opening.told, opening.error) == ("", None)
    took_s = opening.elapsed_s
    assert opening.elapsed_s == took_s
    opening.close()


def test_what_is_said_for_the_person_who_waits_reaches_the_screen_and_not_stderr(capfd):
    gate = threading.Event()

    def open_engine(tell: Callable[[str], None]) -> Engine:
        say("health@1: openvino, int8")
        gate.wait()
        return saying("one")

    opening = opened(open_engine)
    until(lambda: opening.told == "health@1: openvino, int8")
    gate.set()
    until(lambda: opening.info is not None)
    assert capfd.readouterr().err == ""


def test_the_stages_of_a_model_process_are_told(tmp_path):
    opening = opened(lambda tell: ChildEngine(EngineSpec("slow", "", ""), tmp_path / "engine.log", (str(WORKER),)))
    until(lambda: opening.told == "loading slow: the weights")
    opening.close()
    until(lambda: opening.error is not None)


def test_an_engine_that_cannot_be_opened_is_told_in_two_lines_and_can_be_tried_again():
    attempts: list[int] = []

    def open_engine(tell: Callable[[str], None]) -> Engine:
        attempts.append(1)
        if len(attempts) == 1:
            raise UserError("the template changed", "Train it again.")
        return saying("one")

    opening = opened(open_engine)
    until(lambda: opening.error is not None)
    assert opening.error == ("the template changed", "Train it again.")
    opening.start()
    until(lambda: opening.info is not None)
    assert opening.error is None


def test_an_engine_that_arrives_after_the_end_is_closed():
    gate = threading.Event()
    engine = saying("one")

    def open_engine(tell: Callable[[str], None]) -> Engine:
        gate.wait()
        return engine

    opening = opened(open_engine)
    opening.close()
    gate.set()
    until(lambda: engine.closed)
    assert opening.info is None


def test_a_failure_that_is_a_bug_says_so():
    def open_engine(tell: Callable[[str], None]) -> Engine:
        raise ValueError("what?")

    opening = opened(open_engine)
    until(lambda: opening.error is not None)
    assert opening.error is not None and opening.error[0] == "ValueError: what?"


def test_an_engine_error_is_one_line():
    def open_engine(tell: Callable[[str], None]) -> Engine:
        raise EngineError("the model process ended")

    opening = opened(open_engine)
    until(lambda: opening.error is not None)
    assert opening.error == ("the model process ended", "")
