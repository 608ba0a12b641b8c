"""What the remote engine sends, to whom, and with which key."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from assistant.core.errors import EngineError, QuestionError, UserError
from assistant.core.recipe_engine import Remote
from assistant.engines.protocol import Request
from assistant.engines.remote_engine import RemoteEngine
from assistant.models.template import PromptTemplate
from tests.engines.remote import Open, Serve, answer_of, ask
from tests.engines.scripted_server import refuses, says

pytestmark = pytest.mark.usefixtures("short_pauses")

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


BEGUN = Request(({"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Drink water"}))


def test_completions_continues_an_answer_from_its_very_words(serve: Serve, engine_for: Open, template: PromptTemplate) -> None:
    server = serve(says(" and", " rest. "))
    answer = answer_of(engine_for(server, "Be brief.", template, endpoint="completions"), BEGUN)
    assert server.received[0].body["prompt"] == template.render(BEGUN.messages[:1]) + "Drink water"
    assert answer.text == " and rest."


def test_chat_refuses_to_continue_an_answer_which_a_server_might_take_for_a_turn_that_is_over(serve: Serve, engine_for: Open) -> None:
    server = serve(says(" and rest."))
    with pytest.raises(QuestionError, match="not known to continue an answer"):
        answer_of(engine_for(server), BEGUN)
    assert server.received == []


def test_nobody_can_count_the_tokens_of_a_server(serve: Serve, engine_for: Open) -> None:
    assert engine_for(serve()).count_tokens(BEGUN.messages) is None


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
