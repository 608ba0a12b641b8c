"""The remote engine against a server that does what it is told: what is sent, what is heard, and what holds when it fails.

`test_remote_server.py` asks a real one.
"""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.core.errors import EngineError, UserError
from assistant.core.recipe import Remote
from assistant.engines import remote_failure
from assistant.engines.protocol import Answer, Request, Sampling, StopSignal
from assistant.engines.remote_engine import RemoteEngine
from assistant.engines.remote_failure import Explainer, Failed
from assistant.engines.wire import answer_from_json, answer_to_json
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.models.template import PromptTemplate
from assistant.tui.answering import Answering
from tests.conftest import ROOT
from tests.engines.scripted_server import PATIENCE_S, Handler, Script, ScriptedServer, breaks_off, falls_silent, refuses, says

Serve = Callable[..., ScriptedServer]
Open = Callable[..., RemoteEngine]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_failure, "FIRST_PAUSE_S", 0.01)


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ScriptedServer] = []

    def one(*scripts: Script) -> ScriptedServer:
        servers.append(ScriptedServer(*scripts))
        return servers[-1]

    yield one
    for server in servers:
        server.close()


@pytest.fixture
def engine_for() -> Iterator[Open]:
    """Open engines, and close them at the end."""
    engines: list[RemoteEngine] = []

    def one(server: ScriptedServer | str, system_prompt: str = "", template: PromptTemplate | None = None, **settings: object) -> RemoteEngine:
        url = server if isinstance(server, str) else server.url
        engines.append(RemoteEngine(Remote(url=url, model="some-model", **settings), "health@1", system_prompt, template))
        return engines[-1]

    yield one
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def template(tiny: dict[str, Path]) -> PromptTemplate:
    return fit_base(find_base(str(tiny["qwen"]), Path()), None, Path(), "Be brief.").template


def ask(text: str = "What is a cold?", **sampling: object) -> Request:
    return Request(({"role": "user", "content": text},), Sampling(**sampling))


def answer_of(engine: RemoteEngine, request: Request | None = None) -> Answer:
    stream = engine.stream(request or ask())
    for _ in stream:
        pass
    assert stream.answer is not None
    return stream.answer


# What is sent


def test_a_greedy_request_says_what_counts_and_nothing_else(serve: Serve, engine_for: Open) -> None:
    server = serve(says("Rest."))
    answer_of(engine_for(server, "Be brief."), ask(max_new_tokens=7))
    [received] = server.received
    assert received.path == "/v1/chat/completions"
    assert received.body == {
        "model": "some-model",
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 7,
        "temperature": 0,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is a cold?"}],
    }


def test_sampling_is_told_whole(serve: Serve, engine_for: Open) -> None:
    server = serve(says("Rest."))
    answer_of(engine_for(server, limit_key="max_completion_tokens"), ask(temperature=0.7, seed=11))
    body = server.received[0].body
    assert (body["temperature"], body["top_p"], body["seed"], body["max_completion_tokens"]) == (0.7, 1.0, 11, 160)
    assert "max_tokens" not in body


def test_a_conversation_that_opens_with_a_system_turn_keeps_it(serve: Serve, engine_for: Open) -> None:
    server = serve(says("Rest."))
    own = ({"role": "system", "content": "Be long."}, {"role": "user", "content": "Why?"})
    answer_of(engine_for(server, "Be brief."), Request(own))
    assert server.received[0].body["messages"] == list(own)


def test_completions_sends_the_very_prompt_of_the_template(serve: Serve, engine_for: Open, template: PromptTemplate) -> None:
    server = serve(says("Rest."))
    answer = answer_of(engine_for(server, "Be brief.", template, endpoint="completions"))
    [received] = server.received
    assert answer.text == "Rest."
    assert received.path == "/v1/completions"
    assert received.body["prompt"] == template.render(ask().messages)
    assert received.body["stop"] == [template.tokenizer.decode([number]) for number in template.end_ids]
    assert "messages" not in received.body


def test_a_template_makes_special_tokens_in_a_question_harmless(serve: Serve, engine_for: Open, template: PromptTemplate) -> None:
    server = serve(says("Rest."))
    end = template.tokenizer.decode([template.end_ids[0]])
    answer_of(engine_for(server, "Be brief.", template), ask(f"Why?{end}"))
    assert end not in json.dumps(server.received[0].body, ensure_ascii=False)


def test_completions_without_a_template_is_refused() -> None:
    with pytest.raises(UserError, match="no prompt template"):
        RemoteEngine(Remote(url="http://localhost:1/v1", model="m", endpoint="completions"), "x")


def test_a_repetition_penalty_goes_only_where_the_recipe_says_it_is_known(serve: Serve, engine_for: Open) -> None:
    server = serve(says("Rest."))
    with pytest.raises(UserError, match="the OpenAI protocol has none"):
        answer_of(engine_for(server), ask(repetition_penalty=1.2))
    assert server.received == []
    answer_of(engine_for(server, penalty_key="repeat_penalty"), ask(repetition_penalty=1.2))
    answer_of(engine_for(server, penalty_key="repeat_penalty"), ask())
    assert [received.body["repeat_penalty"] for received in server.received] == [1.2, 1.0]


def test_headers_hold_the_key_and_tell_nothing_of_the_machine(serve: Serve, engine_for: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would send the platform, and what OPENAI_* variables hold, to any server."""
    for name, value in {
        "HEALTH_KEY": " sk-right \n",
        "OPENAI_API_KEY": "sk-wrong",
        "OPENAI_ADMIN_KEY": "sk-admin",
        "OPENAI_ORG_ID": "org-x",
        "OPENAI_PROJECT_ID": "proj-x",
        "OPENAI_CUSTOM_HEADERS": "X-Secret: hush\nAuthorization: Bearer other",
    }.items():
        monkeypatch.setenv(name, value)
    server = serve(says("Rest."))
    answer_of(engine_for(server, api_key_env="HEALTH_KEY"))
    answer_of(engine_for(server))
    with_key, without = (received.headers for received in server.received)
    assert with_key.pop("authorization") == "Bearer sk-right"
    for headers in (with_key, without):
        assert set(headers) <= {"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent"}
        assert headers["user-agent"].startswith("assistant-builder/")


def test_no_proxy_reads_what_goes_to_a_neighbour_in_the_clear(serve: Serve, engine_for: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(says("I read it."))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert answer_of(engine_for(serve(says("Rest.")))).text == "Rest."
    assert proxy.received == []


NEAR = [
    "http://localhost:8000/v1",
    "http://127.0.0.1/v1",
    "http://[::1]:8000/v1",
    "http://10.1.2.3:8000/v1",
    "http://192.168.0.9",
    "http://gpu-server:8000/v1",
]
FAR = [
    "http://api.example.com/v1",
    "http://8.8.8.8/v1",
    "http://134744072/v1",
    "http://0x08080808/v1",
    "http://[::ffff:8.8.8.8]/v1",
    "http://0.0.0.0/v1",
    "http://localhost.example.com/v1",
]
WRONG = ["https://user:secret@example.com/v1", "https://example.com/v1?key=secret", "https://", "https://example.com:port/v1", "ftp://localhost/v1"]


@pytest.mark.parametrize("url", [*NEAR, "https://api.example.com/v1"])
def test_plain_http_is_for_the_house_and_https_for_everywhere(url: str) -> None:
    assert Remote(url=url, model="m").url == url


@pytest.mark.parametrize("url", FAR)
def test_nothing_goes_out_in_the_clear(url: str) -> None:
    with pytest.raises(ValidationError, match="in the clear"):
        Remote(url=url, model="m")


@pytest.mark.parametrize("url", WRONG)
def test_a_url_is_a_place_and_no_more(url: str) -> None:
    with pytest.raises(ValidationError):
        Remote(url=url, model="m")


# The key


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_key_that_is_not_there_is_missed_before_anything_is_asked(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEALTH_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("HEALTH_KEY", value)
    with pytest.raises(UserError, match="HEALTH_KEY is not set"):
        RemoteEngine(Remote(url="http://localhost:1/v1", model="m", api_key_env="HEALTH_KEY"), "x")


@pytest.mark.parametrize("value", ["sk-a\nX-Evil: 1", "sk a", "schlüssel"])
def test_what_cannot_be_a_key_is_refused_unseen(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_KEY", value)
    with pytest.raises(UserError, match="cannot be a key") as refused:
        RemoteEngine(Remote(url="http://localhost:1/v1", model="m", api_key_env="HEALTH_KEY"), "x")
    assert value not in str(refused.value)


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_a_key_that_the_server_repeats_is_not_shown(status: int, serve: Serve, engine_for: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_KEY", "sk-hush-hush")
    server = serve(refuses(status, {"error": {"message": "bad key sk-hush-hush"}}))
    with pytest.raises((UserError, EngineError)) as refused:
        answer_of(engine_for(server, api_key_env="HEALTH_KEY", retries=0))
    assert "sk-hush-hush" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_refused_key_is_named_by_its_variable(serve: Serve, engine_for: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_KEY", "sk-x")
    server = serve(refuses(401))
    with pytest.raises(UserError, match="HEALTH_KEY"):
        answer_of(engine_for(server, api_key_env="HEALTH_KEY"))
    with pytest.raises(UserError, match=r"wants a key(.|\n)*api_key_env"):
        answer_of(engine_for(server))
    assert len(server.received) == 2


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
    answering = Answering(engine_for(serve(says("a", " b", " c", counted=None))), ask())
    answering._run()
    assert answering.answer is not None and answering.text == "a b c"
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


# Failing


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
        "from assistant.core.recipe import Remote\n"
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
