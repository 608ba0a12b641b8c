"""What holds when a server fails the remote engine, and what is said of it."""

from __future__ import annotations

import random
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assistant.core.errors import EngineError, UserError
from assistant.core.recipe_engine import Remote
from assistant.engines import remote_failure
from assistant.engines.remote_failure import Explainer, Failed
from tests.engines.remote import Open, Serve, answer_of, ask
from tests.engines.scripted_server import PATIENCE_S, Handler, breaks_off, refuses, says

pytestmark = pytest.mark.usefixtures("short_pauses")


def test_an_answer_that_breaks_off_is_not_passed_off_as_whole(serve: Serve, engine_for: Open) -> None:
    server = serve(breaks_off("Drink", " water"))
    heard = []
    with pytest.raises(EngineError, match="broke off in the middle of its answer"):
        for token in engine_for(server).stream(ask()):
            heard.append(token.text)
    assert heard == ["Drink", " water"]
    # What was shown cannot be said anew.
    assert len(server.received) == 1


def test_an_answer_that_nobody_saw_begins_anew(serve: Serve, engine_for: Open) -> None:
    server = serve(breaks_off("Drink", " water"), says("Rest."))
    assert [answer.text for answer in engine_for(server).generate([ask()])] == ["Rest."]
    assert len(server.received) == 2


def test_a_connection_that_resets_in_mid_answer_is_an_error(serve: Serve, engine_for: Open) -> None:
    def promises_more(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", "100000")
        handler.end_headers()
        handler.piece("Drink")

    with pytest.raises(EngineError, match="in the middle of its answer"):
        answer_of(engine_for(serve(promises_more)))


def test_a_whole_answer_stays_one_if_only_the_count_is_lost(serve: Serve, engine_for: Open) -> None:
    def forgets_to_count(handler: Handler) -> None:
        handler.begin()
        handler.piece("Rest.")
        handler.ends()
        handler.wait_until_gone()

    answer = answer_of(engine_for(serve(forgets_to_count), timeout_s=0.3))
    assert (answer.text, answer.finish_reason, answer.completion_tokens) == ("Rest.", "stop", None)


def test_an_error_in_the_stream_is_told_in_the_servers_words(serve: Serve, engine_for: Open) -> None:
    def runs_out(handler: Handler) -> None:
        handler.begin()
        handler.piece("Drink")
        handler.event(error={"message": "out of\x1b[31m memory", "code": 500})

    with pytest.raises(EngineError, match=r"out of\[31m memory"):
        answer_of(engine_for(serve(runs_out)))


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(status: int, serve: Serve, engine_for: Open) -> None:
    server = serve(refuses(status), refuses(status, retry_after="0"), says("Rest."))
    assert answer_of(engine_for(server)).text == "Rest."
    assert len(server.received) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 405, 413, 422])
def test_what_is_refused_is_not_tried_again(status: int, serve: Serve, engine_for: Open) -> None:
    server = serve(refuses(status))
    with pytest.raises(UserError) as refused:
        answer_of(engine_for(server))
    assert str(status) in refused.value.what and refused.value.todo
    assert len(server.received) == 1


def test_retries_come_to_an_end(serve: Serve, engine_for: Open) -> None:
    server = serve(refuses(500, {"error": {"message": "CUDA out of memory"}}))
    with pytest.raises(EngineError, match="500: CUDA out of memory"):
        answer_of(engine_for(server, retries=2))
    assert len(server.received) == 3


def test_a_server_that_asks_for_too_much_patience_is_not_waited_for(serve: Serve, engine_for: Open) -> None:
    server = serve(refuses(429, retry_after="3600"))
    with pytest.raises(EngineError, match="asks to wait 3600 s"):
        answer_of(engine_for(server))
    assert len(server.received) == 1


def test_pauses_grow_spread_and_are_never_shorter_than_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    chance = random.Random(0)
    own = [[Failed(EngineError("x")).pause_s(attempt, chance) for _ in range(200)] for attempt in range(9)]
    for attempt, pauses in enumerate(own):
        expected = min(0.5 * 2**attempt, 30)
        assert 0.75 * expected <= min(pauses) < max(pauses) <= 1.25 * expected
    asked = [Failed(EngineError("x"), 7.0).pause_s(0, chance) for _ in range(200)]
    assert min(asked) >= 7 and max(asked) <= 7.2


@pytest.mark.parametrize(("header", "wait_s"), [("2", 2), ("0.5", 0.5), ("-1", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("soon", None), ("", None)])
def test_retry_after_is_a_number_or_a_date(header: str, wait_s: float | None) -> None:
    assert remote_failure._wait_s(header) == wait_s


def test_retry_after_as_a_date_to_come() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert 3000 < (remote_failure._wait_s(soon) or 0) <= 3600


def test_an_unknown_model_is_told_with_those_that_there_are_the_nearest_first(serve: Serve, engine_for: Open) -> None:
    server = serve(refuses(404))
    server.models = ["llama-70b", "another", "some-model-v2"]
    with pytest.raises(UserError, match=r"no model 'some-model'\n.*: some-model-v2, "):
        answer_of(engine_for(server))


def test_a_wrong_path_is_told_as_one(serve: Serve, engine_for: Open) -> None:
    with pytest.raises(UserError, match=r"no chat endpoint(.|\n)*/v1"):
        answer_of(engine_for(serve(refuses(404, "<h1>Not Found</h1>")).url.replace("/v1", "/v2")))


def test_a_server_that_is_not_there(engine_for: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UserError, match=r"cannot be reached(.|\n)*Is it running\?"):
        answer_of(engine_for(f"http://127.0.0.1:{port}/v1", retries=1))


@pytest.mark.parametrize("sign", [None, ": ping"])
def test_a_server_that_says_nothing_is_given_up(sign: str | None, serve: Serve, engine_for: Open) -> None:
    """A sign of life that is no event, over and over, is no answer either."""

    def waits(handler: Handler) -> None:
        handler.begin()
        if sign is None:
            handler.wait_until_gone()
        while not handler.server.owner.hung_up.wait(0.02):
            handler.raw(sign or "")

    with pytest.raises(EngineError, match=r"said nothing for 0\.3 s"):
        answer_of(engine_for(serve(waits), timeout_s=0.3, retries=0))


def test_a_redirect_is_told_and_not_followed(serve: Serve, engine_for: Open) -> None:
    other = serve(says("I read it."))
    with pytest.raises(UserError, match=r"sends on to http://127"):
        answer_of(engine_for(serve(refuses(307, "", location=f"{other.url}/chat/completions"))))
    assert other.received == []


@pytest.mark.parametrize("text", ["x", "", "x" * 10_000])
def test_a_server_that_never_ends_is_cut_off(text: str, serve: Serve, engine_for: Open) -> None:
    def never_ends(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.piece(text)

    server = serve(never_ends)
    with pytest.raises(EngineError, match="beyond the 20 tokens"):
        answer_of(engine_for(server), ask(max_new_tokens=20))
    assert server.hung_up.wait(PATIENCE_S)


@pytest.mark.parametrize(
    "line",
    ["data: {nope", "data: 5", 'data: {"choices": [7]}', 'data: {"choices": [{"delta": {"content": 5}}]}', 'data: {"choices": [{"text": ["x"]}]}'],
)
def test_junk_is_told_as_junk(line: str, serve: Serve, engine_for: Open) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.raw(line)
        handler.wait_until_gone()

    with pytest.raises(EngineError, match="not the OpenAI protocol"):
        answer_of(engine_for(serve(script)))


@pytest.mark.parametrize(
    ("body", "kind"), [("<h1>Welcome</h1>", "text/html"), ({"choices": [{"message": {"content": "Rest."}}]}, "application/json")]
)
def test_another_kind_of_page_is_not_taken_for_an_answer(body: object, kind: str, serve: Serve, engine_for: Open) -> None:
    server = serve(lambda handler: handler.reply(200, body, kind))
    with pytest.raises(UserError, match=kind):
        answer_of(engine_for(server))


def test_words_of_a_server_are_one_short_line() -> None:
    shown = Explainer(Remote(url="http://localhost/v1", model="m"), "sk-x").said({"detail": [{"msg": "a\nb\x07" + "c" * 1000 + "sk-x"}]})
    assert "\n" not in shown and "\x07" not in shown and len(shown) <= remote_failure.SHOWN + 4
