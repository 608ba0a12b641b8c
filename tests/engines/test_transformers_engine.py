"""The transformers engine on a real tiny model: batches, streams, times, stops, limits."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from assistant.core.errors import UserError
from assistant.engines.protocol import Request, Sampling, StopSignal
from assistant.engines.spec import EngineSpec
from assistant.engines.transformers_engine import TransformersEngine
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base, keep_tokenizer


@pytest.fixture(scope="module")
def engine(tiny) -> TransformersEngine:
    fitted = fit_base(find_base(str(tiny["qwen"]), Path()), None, Path(), "Be brief.")
    tokenizer = str(keep_tokenizer(fitted.template))
    return TransformersEngine(EngineSpec("tiny", str(fitted.weights), tokenizer, system_prompt="Be brief.", precision="float32"))


def ask(text: str, **sampling: object) -> Request:
    return Request(({"role": "user", "content": text},), Sampling(**{"max_new_tokens": 10, **sampling}))


QUESTIONS = ["What is a cold?", "How do I keep from getting the flu, and what helps when I have it?", "Why?", "Rest and sleep?", "Fever?"]


def test_a_batch_says_what_each_would_say_alone(engine):
    alone = [engine.generate([ask(question)])[0].token_ids for question in QUESTIONS]
    together = engine.generate([ask(question) for question in QUESTIONS], batch_size=3)
    assert [answer.token_ids for answer in together] == alone


def test_a_stream_says_what_a_batch_says(engine):
    for question in QUESTIONS:
        stream = engine.stream(ask(question))
        tokens = list(stream)
        assert stream.answer is not None
        assert stream.answer.token_ids == tuple(token.id for token in tokens) == engine.generate([ask(question)])[0].token_ids
        assert "".join(token.text for token in tokens).strip() == stream.answer.text


def test_greedy_is_what_the_model_finds_likeliest(engine):
    answer = engine.generate([ask("What is a cold?", max_new_tokens=4)])[0]
    ids = engine._template.encode(ask("What is a cold?").messages)
    for token in answer.token_ids:
        with torch.inference_mode():
            assert int(engine._model(torch.tensor([ids])).logits[0, -1].argmax()) == token
        ids.append(token)


def test_times_rise_and_there_is_one_for_each_token(engine):
    answer = engine.generate([ask("What is a cold?")])[0]
    assert len(answer.token_times_s) == len(answer.token_ids)
    assert all(first < second for first, second in itertools.pairwise(answer.token_times_s))
    assert answer.first_token_s == answer.token_times_s[0] > 0
    assert answer.seconds >= answer.token_times_s[-1]


def test_an_answer_that_is_cut_says_length(engine):
    answer = engine.generate([ask("What is a cold?", max_new_tokens=3)])[0]
    assert answer.finish_reason == "length" and len(answer.token_ids) == 3


def test_an_answer_ends_at_its_end_token_and_without_it_in_the_text(engine, monkeypatch):
    third = engine.generate([ask("Why?")])[0].token_ids[2]
    monkeypatch.setitem(engine._template.__dict__, "end_ids", (third,))
    answers = engine.generate([ask("Why?"), ask("What is a cold?")])
    assert answers[0].finish_reason == "stop"
    assert answers[0].token_ids[-1] == third and third not in answers[0].token_ids[:-1]


def test_a_stop_keeps_what_was_said(engine):
    stop = StopSignal()
    stream = engine.stream(ask("What is a cold?", max_new_tokens=200), stop)
    heard = []
    for token in stream:
        heard.append(token.id)
        if len(heard) == 3:
            stop.set()
    assert stream.answer is not None and stream.answer.finish_reason == "cancelled"
    assert 3 <= len(stream.answer.token_ids) < 100
    assert stream.answer.token_ids[:3] == tuple(heard[:3])


def test_a_stop_in_a_batch_leaves_the_rest_unanswered(engine):
    stop = StopSignal()
    answers = engine.generate([ask(question) for question in QUESTIONS], 1, stop, lambda index, answer: stop.set())
    assert sum(bool(answer.token_ids) for answer in answers) == 1
    assert {answer.finish_reason for answer in answers if not answer.token_ids} == {"cancelled"}


def test_a_stop_is_obeyed_before_the_next_layer_also_while_a_prompt_is_read(engine):
    stop = StopSignal()
    first, second = engine._model.model.layers
    passed: list[str] = []
    hooks = [
        first.register_forward_pre_hook(lambda layer, inputs: stop.set()),
        second.register_forward_hook(lambda layer, inputs, outputs: passed.append("second")),
    ]
    stream = engine.stream(ask("What is a cold?", max_new_tokens=50), stop)
    heard = list(stream)
    for hook in hooks:
        hook.remove()
    assert stream.answer is not None
    assert (heard, passed, stream.answer.finish_reason, stream.answer.token_ids) == ([], [], "cancelled", ())
    assert len(engine.generate([ask("Why?")])[0].token_ids) == 10


def test_a_reader_who_walks_away_ends_the_generation(engine):
    stream = engine.stream(ask("What is a cold?", max_new_tokens=200))
    next(iter(stream))
    stream.tokens.close()
    assert engine.generate([ask("Why?")])[0].token_ids


def test_sampling_repeats_by_its_seed_and_whatever_its_neighbours(engine):
    wild = {"temperature": 1.5, "seed": 7}
    alone = engine.generate([ask("Why?", **wild)])[0].token_ids
    beside = engine.generate([ask(QUESTIONS[0], **wild), ask("Why?", **wild)], batch_size=8)[1].token_ids
    other = engine.generate([ask("Why?", temperature=1.5, seed=8)])[0].token_ids
    assert alone == beside != other


def test_a_conversation_that_fills_the_context_is_an_error_of_two_lines(engine):
    with pytest.raises(UserError, match="can read no more than 256"):
        engine.generate([ask("water " * 300)])


def test_an_answer_never_runs_over_the_context(engine):
    question = "water " * 90
    answer = engine.generate([ask(question, max_new_tokens=10_000)])[0]
    assert answer.prompt_tokens + len(answer.token_ids) <= 256


def test_info_names_what_a_scorecard_wants(engine):
    assert (engine.info.engine, engine.info.precision, engine.info.device, engine.info.context_tokens) == ("transformers", "float32", "cpu", 256)


def test_continuous_batching_says_what_batches_say(engine, monkeypatch):
    """It is for GPUs, and runs on a CPU as well, slowly."""
    requests = [ask(question, max_new_tokens=length) for question, length in zip(QUESTIONS, (6, 3, 8, 1, 5), strict=True)]
    expected = engine.generate(requests, batch_size=2)
    monkeypatch.setattr(engine, "_continuous", True)
    told = {}
    answers = engine.generate(requests, batch_size=2, finished=lambda index, answer: told.setdefault(index, answer))
    assert [answer.token_ids for answer in answers] == [answer.token_ids for answer in expected]
    assert told == dict(enumerate(answers))
    for answer in answers:
        assert len(answer.token_times_s) == len(answer.token_ids)
        assert all(first <= second for first, second in itertools.pairwise((0.0, *answer.token_times_s)))
    # What it did to the model is undone.
    monkeypatch.setattr(engine, "_continuous", False)
    assert [answer.token_ids for answer in engine.generate(requests, batch_size=2)] == [answer.token_ids for answer in expected]


def test_continuous_batching_obeys_a_stop(engine, monkeypatch):
    monkeypatch.setattr(engine, "_continuous", True)
    stop = StopSignal()
    requests = [ask("Why?", max_new_tokens=2), ask("Fever?", max_new_tokens=200)]
    answers = engine.generate(requests, stop=stop, finished=lambda index, answer: stop.set())
    assert [answer.finish_reason for answer in answers] == ["length", "cancelled"]


def test_times_count_from_the_beginning_of_each_request(engine):
    """One after another: counted from the beginning of them all, their times would add up to more than passed."""
    began = time.perf_counter()
    answers = engine.generate([ask(question) for question in ("What is a cold?", "Why?", "Fever?", "Rest and sleep?")], batch_size=1)
    assert sum(answer.seconds for answer in answers) <= time.perf_counter() - began
    assert all(0 < answer.token_times_s[0] <= answer.seconds for answer in answers)


def rest_of(request: Request, said: str, max_new_tokens: int) -> Request:
    return Request((*request.messages, {"role": "assistant", "content": said}), replace(request.sampling, max_new_tokens=max_new_tokens))


def test_tokens_of_a_prompt_are_counted_as_they_are_read(engine):
    assert engine.count_tokens(ask("Why?").messages) == engine.generate([ask("Why?", max_new_tokens=1)])[0].prompt_tokens


def test_a_stream_of_a_rest_says_what_a_batch_says(engine):
    request = rest_of(ask("Why?"), "Drink water", 8)
    stream = engine.stream(request)
    tokens = list(stream)
    assert stream.answer is not None
    together = engine.generate([ask("Fever?"), request])[1]
    assert stream.answer.token_ids == together.token_ids == tuple(token.id for token in tokens)
    assert "".join(token.text for token in tokens).rstrip() == stream.answer.text == together.text


def test_the_base_goes_on_as_if_it_had_never_been_cut(tmp_path):
    """Greedily, with the embedded base: what was said and its rest have the tokens of the whole answer."""
    fitted = fit_base(find_base("smollm2-135m", Path()), None, Path(), "Be brief.")
    spec = EngineSpec("base", str(fitted.weights), str(keep_tokenizer(fitted.template)), system_prompt="Be brief.", precision="float32")
    base = TransformersEngine(spec)
    request = ask("What helps a fever?", max_new_tokens=18)
    whole = base.generate([request])[0]
    compared = 0
    for cut in (4, 8, 12):
        said = base._template.decode(whole.token_ids[:cut]).strip()
        rest = rest_of(request, said, 18 - cut)
        if tuple(base._template.encode_begun(rest.messages)) != whole.token_ids[:cut]:
            continue  # The words were cut where they are split into other tokens.
        answer = base.generate([rest])[0]
        assert answer.token_ids == whole.token_ids[cut:]
        assert said + answer.text == whole.text
        compared += 1
    assert compared >= 2
