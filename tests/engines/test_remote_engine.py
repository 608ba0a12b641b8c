"""The remote engine against a server that does what it is told: what is heard, how it stops, and many at once.

What is sent is in `test_remote_request.py`, what fails in `test_remote_failure.py`; `test_remote_server.py` asks a real one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from assistant.chat.settings import Settings
from assistant.chat.turn import Turn
from assistant.core.errors import EngineError, UserError
from assistant.engines.protocol import Answer, Sampling, StopSignal
from assistant.engines.wire import answer_from_json, answer_to_json
from assistant.tui.answering import Answering
from tests.conftest import ROOT
from tests.engines.remote import Open, Serve, answer_of, ask
from tests.engines.scripted_server import PATIENCE_S, Handler, falls_silent, refuses, says

pytestmark = pytest.mark.usefixtures("short_pauses")

# What is heard


def test_a_stream_tells_pieces_with_their_times_and_the_servers_count(serve: Serve, engine_for: Open) -> None:
    stream = engine_for(serve(says(" \n", " Drink", " water", ".\n", counted=(9, 5)))).stream(ask())
    tokens = list(stream)
    assert [token.text for token in tokens] == ["Drink", " water", ".\n"]
    assert {token.id for token in tokens} == {None}
    answer = stream.answer
    assert answer is not None
    assert (answer.text, answer.finish_reason, answer.prompt_tokens, answer.completion_tokens) == ("Drink water.", "stop", 9, 5)
    assert answer.token_ids is None
    # Four pieces and the end token, which has no text; the role that came first is no piece.
    assert len(answer.token_times_s) == 4 and answer.is_timed_by_token
    assert list(answer.token_times_s) == sorted(answer.token_times_s) and answer.seconds >= answer.token_times_s[-1] > 0
    assert answer_from_json(json.loads(json.dumps(answer_to_json(answer)))) == answer


def test_a_server_that_does_not_count_leaves_the_count_open(serve: Serve, engine_for: Open) -> None:
    answer = answer_of(engine_for(serve(says("Drink", " water.", counted=None))))
    assert answer.text == "Drink water."
    assert answer.completion_tokens is None and answer.prompt_tokens is None
    assert not answer.is_timed_by_token and answer.tokens_per_s is None


def test_pieces_of_several_tokens_are_not_timed_as_tokens(serve: Serve, engine_for: Open) -> None:
    answer = answer_of(engine_for(serve(says("Drink water", " and rest.", counted=(9, 12)))))
    assert answer.completion_tokens == 12
    assert not answer.is_timed_by_token and answer.tokens_per_s is None and answer.first_token_s is not None


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_cannot_be_asked_to_count_is_asked_without(status: int, serve: Serve, engine_for: Open) -> None:
    server = serve(refuses(status, {"detail": "unknown field: stream_options"}), says("Rest.", counted=None))
    engine = engine_for(server)
    assert [answer_of(engine).completion_tokens for _ in range(2)] == [None, None]
    assert ["stream_options" in received.body for received in server.received] == [True, False, False]


def test_an_answer_that_was_cut_says_so(serve: Serve, engine_for: Open) -> None:
    assert answer_of(engine_for(serve(says("Drink", reason="length")))).finish_reason == "length"


@pytest.mark.parametrize("reason", ["content_filter", "tool_calls", "abort"])
def test_an_answer_that_the_server_ended_is_none(reason: str, serve: Serve, engine_for: Open) -> None:
    with pytest.raises(EngineError, match=reason):
        answer_of(engine_for(serve(says("Drink", reason=reason))))


def test_halves_of_characters_do_not_get_through(serve: Serve, engine_for: Open) -> None:
    answer = answer_of(engine_for(serve(says("fine \ud83d bad"))))
    assert answer.text.encode().decode() == "fine \ufffd bad"


def test_the_screen_calls_no_piece_a_token(serve: Serve, engine_for: Open) -> None:
    answering = Answering(engine_for(serve(says("a", " b", " c", counted=None))), [Turn("q", None, "user", "Why?")], Settings(), Sampling())
    answering._run()
    assert answering.answer is not None and answering.text == "a b c"
    assert answering.fitted is not None and answering.fitted.tokens is None
    assert answering.first_token_s is not None and answering.tokens_per_s is None


# Stopping


def test_a_stop_hangs_up_at_once_also_while_nothing_arrives(serve: Serve, engine_for: Open) -> None:
    server = serve(falls_silent("Drink", " water"))
    stop = StopSignal()
    # Nothing but the stop can end this within the test's patience.
    stream = engine_for(server, timeout_s=600).stream(ask(), stop)
    threading.Timer(0.3, stop.set).start()
    assert "".join(token.text for token in stream) == "Drink water"
    assert stream.answer is not None and stream.answer.finish_reason == "cancelled"
    assert stream.answer.text == "Drink water" and stream.answer.completion_tokens is None
    assert server.hung_up.wait(PATIENCE_S)


def test_a_stream_that_is_dropped_hangs_up(serve: Serve, engine_for: Open) -> None:
    server = serve(falls_silent("Drink", " water"))
    for token in engine_for(server, timeout_s=600).stream(ask()):
        assert token.text == "Drink"
        break
    assert server.hung_up.wait(PATIENCE_S)


def test_a_stop_before_the_beginning_asks_nothing(serve: Serve, engine_for: Open) -> None:
    stop = StopSignal()
    stop.set()
    answers = engine_for(serve(says("Rest."))).generate([ask(), ask()], stop=stop)
    assert [answer.finish_reason for answer in answers] == ["cancelled", "cancelled"]


def test_a_stop_ends_a_pause_between_attempts(serve: Serve, engine_for: Open) -> None:
    stop = StopSignal()
    threading.Timer(0.3, stop.set).start()
    stream = engine_for(serve(refuses(503, retry_after="100"))).stream(ask(), stop)
    assert list(stream) == []
    assert stream.answer is not None and stream.answer.finish_reason == "cancelled"


def test_closing_ends_what_is_being_said(serve: Serve, engine_for: Open) -> None:
    server = serve(falls_silent("Drink"))
    engine = engine_for(server, timeout_s=600)
    with pytest.raises(EngineError, match="was closed"):
        for _ in engine.stream(ask()):
            engine.close()
    engine.close()
    assert server.hung_up.wait(PATIENCE_S)
    with pytest.raises(EngineError, match="was closed"):
        answer_of(engine)


# Many at once


def test_answers_come_in_order_whatever_their_pace(serve: Serve, engine_for: Open) -> None:
    last_came = threading.Event()

    def at_its_pace(handler: Handler) -> None:
        if handler.question == "0":
            last_came.wait(PATIENCE_S)
        says(f"re: {handler.question}")(handler)

    server = serve(at_its_pace)
    order: list[int] = []

    def finished(index: int, answer: Answer) -> None:
        order.append(index)
        if index == 5:
            last_came.set()

    answers = engine_for(server).generate([ask(str(number)) for number in range(6)], 3, finished=finished)
    assert [answer.text for answer in answers] == [f"re: {number}" for number in range(6)]
    assert sorted(order) == list(range(6)) and order[-1] == 0


@pytest.mark.parametrize(("concurrency", "batch_size", "width"), [(3, 16, 3), (16, 2, 2)])
def test_no_more_are_under_way_than_both_bounds_allow(concurrency: int, batch_size: int, width: int, serve: Serve, engine_for: Open) -> None:
    together = threading.Barrier(width)

    def waits_for_the_others(handler: Handler) -> None:
        # Fails, unless so many really are under way together.
        together.wait(PATIENCE_S)
        # Room for one too many to come while these are still here.
        time.sleep(0.3)
        says("Rest.")(handler)

    server = serve(waits_for_the_others)
    answers = engine_for(server, concurrency=concurrency).generate([ask()] * (3 * width), batch_size)
    assert [answer.text for answer in answers] == ["Rest."] * (3 * width)
    assert server.most_at_once == width


def test_one_that_fails_is_named_and_ends_the_others(serve: Serve, engine_for: Open) -> None:
    def script(handler: Handler) -> None:
        if handler.question == "bad one":
            refuses(500)(handler)
        else:
            falls_silent("Drink")(handler)

    server = serve(script)
    with pytest.raises(EngineError, match=r"request 3 of 4 \('bad one'\): .*500"):
        engine_for(server, timeout_s=600, retries=1).generate([ask("a"), ask("b"), ask("bad one"), ask("c")])
    assert server.hung_up.wait(PATIENCE_S)


def test_what_one_is_refused_for_is_named_too(serve: Serve, engine_for: Open) -> None:
    server = serve(refuses(400, {"message": "maximum context length is 512 tokens"}))
    with pytest.raises(UserError, match=r"request 1 of 1 \('long'\): .*maximum context length"):
        engine_for(server).generate([ask("long")])


def test_a_stop_keeps_what_was_answered(serve: Serve, engine_for: Open) -> None:
    server = serve(says("Rest."), says("Drink."), falls_silent("Sleep"))
    stop = StopSignal()
    answered: list[int] = []

    def finished(index: int, answer: Answer) -> None:
        answered.append(index)
        if len(answered) == 2:
            stop.set()

    answers = engine_for(server, timeout_s=600).generate([ask()] * 5, 1, stop, finished)
    assert [answer.text for answer in answers] == ["Rest.", "Drink.", "", "", ""]
    assert [answer.finish_reason for answer in answers] == ["stop", "stop", "cancelled", "cancelled", "cancelled"]


def test_threads_may_ask_at_once(serve: Serve, engine_for: Open) -> None:
    """What one of them stops does not touch the others."""
    engine = engine_for(serve(lambda handler: says(f"re: {handler.question}")(handler)))
    said: dict[int, list[str]] = {}

    def ask_some(place: int) -> None:
        said[place] = [answer.text for answer in engine.generate([ask(f"{place}.{number}") for number in range(5)], 2)]

    threads = [threading.Thread(target=ask_some, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == {place: [f"re: {place}.{number}" for number in range(5)] for place in range(4)}


def test_nothing_asked_is_nothing_answered(engine_for: Open) -> None:
    assert engine_for("http://127.0.0.1:1/v1").generate([]) == []


# What it is


def test_it_says_what_it_is(serve: Serve, engine_for: Open) -> None:
    server = serve(says("Rest."))
    engine = engine_for(server)
    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert (engine.info.engine, engine.info.model, engine.info.precision) == ("remote", "health@1", "as served")
    assert engine.info.device == f"some-model at {host}"
    assert engine.peak_memory_mib() is None


def test_it_needs_no_model_library(serve: Serve) -> None:
    server = serve(says("Rest."))
    code = (
        "import sys\n"
        "from assistant.core.recipe_engine import Remote\n"
        "from assistant.engines.protocol import Request\n"
        "from assistant.engines.remote_engine import RemoteEngine\n"
        "assert 'openai' not in sys.modules\n"
        f"engine = RemoteEngine(Remote(url={server.url!r}, model='m'), 'x')\n"
        "print(engine.generate([Request(({'role': 'user', 'content': 'Why?'},))])[0].text)\n"
        "print([name for name in ('torch', 'transformers', 'tokenizers', 'numpy') if name in sys.modules])\n"
    )
    # The engine is not closed: a program that forgot to must end all the same.
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "Rest.\n[]\n"), done.stderr


def test_a_failure_leaves_no_thread_behind(serve: Serve, engine_for: Open) -> None:
    engine = engine_for(serve(refuses(400)))
    with suppress(UserError):
        answer_of(engine)
    engine.close()
    assert not engine._thread.is_alive()


def test_times_count_from_the_beginning_of_each_request(serve: Serve, engine_for: Open) -> None:
    """One after another: counted from the beginning of them all, their times would add up to more than passed."""
    engine = engine_for(serve(says("Drink", " water", ".")))
    began = time.perf_counter()
    answers = engine.generate([ask(question) for question in ("What is a cold?", "Why?", "Fever?", "Rest and sleep?")], batch_size=1)
    assert sum(answer.seconds for answer in answers) <= time.perf_counter() - began
    assert all(0 < answer.token_times_s[0] <= answer.seconds for answer in answers)
