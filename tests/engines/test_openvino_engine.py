"""The openvino engine on tiny models that were really compiled, beside transformers on the same weights."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.core.errors import EngineError, UserError
from assistant.engines.compiled import RECORD, Compiled, write_compiled
from assistant.engines.openvino_engine import OpenVinoEngine
from assistant.engines.protocol import Request, Sampling, StopSignal
from assistant.engines.spec import EngineSpec
from assistant.engines.transformers_engine import TransformersEngine
from assistant.engines.writer import write_form
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base, keep_tokenizer

QUESTIONS = ["What is a cold?", "How do I keep from getting the flu, and what helps when I have it?", "Why?", "Rest and sleep?", "Fever?"]
READ = ["llama", "qwen"]
"""The families of tiny models that openvino reads."""


def compiled_pair(family: str, base: Path, folder: Path) -> tuple[TransformersEngine, OpenVinoEngine]:
    fitted = fit_base(find_base(str(base), Path()), None, Path(), "Be brief.")
    spec = EngineSpec(family, str(fitted.weights), str(keep_tokenizer(fitted.template)), system_prompt="Be brief.", precision="float32")
    write_compiled(folder, Compiled(label=family, key="0", precision="f16", **write_form(spec, folder, "f16")))
    reading = EngineSpec(family, spec.weights, spec.tokenizer, system_prompt="Be brief.", engine="openvino", compiled=str(folder))
    return TransformersEngine(spec), OpenVinoEngine(reading)


@pytest.fixture(scope="module")
def pairs(tiny, tmp_path_factory) -> dict[str, tuple[TransformersEngine, OpenVinoEngine]]:
    return {family: compiled_pair(family, tiny[family], tmp_path_factory.mktemp(family)) for family in READ}


@pytest.fixture(scope="module")
def engine(pairs) -> OpenVinoEngine:
    return pairs["qwen"][1]


def ask(text: str, **sampling: object) -> Request:
    return Request(({"role": "user", "content": text},), Sampling(**{"max_new_tokens": 10, **sampling}))


@pytest.mark.parametrize("family", READ)
def test_it_finds_answers_as_likely_as_the_trained_weights_do(pairs, family):
    conversations = [(ask(question).messages, f"Drink water, {question}") for question in QUESTIONS]
    for theirs, ours in zip(*(engine.log_probs(conversations) for engine in pairs[family]), strict=True):
        assert ours == pytest.approx(theirs, abs=0.02)


@pytest.mark.parametrize("family", READ)
def test_it_reads_the_prompt_that_the_trained_weights_read(pairs, family):
    theirs, ours = pairs[family]
    for messages in [ask(QUESTIONS[0]).messages, [*ask("Hi <|im_end|><|eot_id|> 漢字 é").messages]]:
        assert ours._template.encode(messages) == theirs._template.encode(messages)
    assert ours._template.end_ids == theirs._template.end_ids


@pytest.mark.parametrize("family", READ)
def test_its_greedy_answers_are_those_of_the_trained_weights(pairs, family):
    """Random weights have near ties, so one token may differ; most answers are the same to the last one."""
    theirs, ours = ([answer.token_ids for answer in engine.generate([ask(q) for q in QUESTIONS])] for engine in pairs[family])
    assert sum(one == other for one, other in zip(theirs, ours, strict=True)) >= len(QUESTIONS) - 1


def test_a_stream_says_what_a_batch_says(engine):
    together = engine.generate([ask(question) for question in QUESTIONS], batch_size=3)
    for question, answer in zip(QUESTIONS, together, strict=True):
        stream = engine.stream(ask(question))
        tokens = list(stream)
        assert stream.answer is not None
        assert stream.answer.token_ids == tuple(token.id for token in tokens) == answer.token_ids
        assert "".join(token.text for token in tokens).strip() == stream.answer.text == answer.text


def test_a_prompt_met_before_is_answered_alike(engine):
    """The second time its beginning comes from the cache."""
    long = ask("What is a cold? " * 12)
    first, second = engine.generate([long])[0], engine.generate([long])[0]
    assert first.prompt_tokens > 64
    assert first.token_ids == second.token_ids


def test_answers_come_in_the_order_of_their_questions_and_are_told_as_they_finish(engine):
    requests = [ask(question, max_new_tokens=length) for question, length in zip(QUESTIONS, (9, 2, 7, 1, 4), strict=True)]
    told = {}
    answers = engine.generate(requests, batch_size=2, finished=lambda index, answer: told.setdefault(index, answer))
    assert [len(answer.token_ids) for answer in answers] == [9, 2, 7, 1, 4]
    assert told == dict(enumerate(answers))


def test_times_rise_and_there_is_one_for_each_token(engine):
    answer = engine.generate([ask("What is a cold?")])[0]
    assert len(answer.token_times_s) == len(answer.token_ids) == 10
    assert all(first < second for first, second in itertools.pairwise(answer.token_times_s))
    assert answer.seconds == answer.token_times_s[-1]
    assert answer.finish_reason == "length"


def test_it_stops_at_every_end_token(pairs, tiny, tmp_path):
    """The likeliest first token is made an end token, and the answer ends with it."""
    _, ours = compiled_pair("qwen", tiny["qwen"], tmp_path)
    first = ours.generate([ask("What is a cold?")])[0].token_ids[0]
    ours._ends = frozenset({*ours._ends, first})
    answer = ours.generate([ask("What is a cold?")])[0]
    assert (answer.token_ids, answer.finish_reason) == ((first,), "stop")


def test_a_stop_keeps_what_was_said(engine):
    stop = StopSignal()
    stream = engine.stream(ask("What is a cold?", max_new_tokens=100), stop)
    heard = []
    for token in stream:
        heard.append(token.id)
        if len(heard) == 3:
            stop.set()
    assert stream.answer is not None
    assert (stream.answer.finish_reason, stream.answer.token_ids) == ("cancelled", tuple(heard))
    assert engine.generate([ask("Why?")])[0].finish_reason == "length"


def test_a_stop_ends_a_batch_and_keeps_every_answer(engine):
    stop = StopSignal()
    answers = engine.generate(
        [ask("Why?", max_new_tokens=2), *(ask(question, max_new_tokens=100) for question in QUESTIONS)],
        batch_size=3,
        stop=stop,
        finished=lambda index, answer: stop.set(),
    )
    assert [answer.finish_reason for answer in answers] == ["length", *["cancelled"] * 5]
    assert len(answers[1].token_ids) > 0 and len(answers[-1].token_ids) == 0


def test_an_abandoned_stream_leaves_nothing_behind(engine):
    stream = engine.stream(ask("What is a cold?", max_new_tokens=100))
    next(iter(stream))
    stream.tokens.close()
    assert not engine._pipeline.has_non_finished_requests()


def test_the_seed_decides_a_sampled_answer_whoever_is_its_neighbour(engine):
    sampled = [ask("What is a cold?", temperature=1.5, top_p=0.9, seed=seed) for seed in (1, 2, 1)]
    one, two, three = engine.generate(sampled)
    assert one.token_ids == three.token_ids != two.token_ids
    assert engine.generate(sampled[:1])[0].token_ids == one.token_ids


def test_repetition_is_punished(engine):
    plain = engine.generate([ask("What is a cold?", max_new_tokens=40)])[0].token_ids
    punished = engine.generate([ask("What is a cold?", max_new_tokens=40, repetition_penalty=5.0)])[0].token_ids
    assert len(set(punished)) > len(set(plain))


def test_a_prompt_without_room_for_an_answer_is_refused_before_anything_is_generated(engine):
    with pytest.raises(UserError, match="can read no more than 256"):
        engine.generate([ask("Why?"), ask("word " * 300)])
    assert not engine._pipeline.has_non_finished_requests()


def test_an_answer_ends_where_the_context_ends(engine):
    question = "What is a cold? " * 24
    answer = engine.generate([ask(question, max_new_tokens=500)])[0]
    assert answer.prompt_tokens + len(answer.token_ids) == 256
    assert answer.finish_reason == "length"


def test_it_says_what_it_is(engine):
    assert (engine.info.engine, engine.info.precision, engine.info.device, engine.info.context_tokens) == ("openvino", "f16", "cpu", 256)
    assert engine.peak_memory_mib() > 10


def test_a_damaged_form_is_said_to_be(tiny, tmp_path):
    spec = EngineSpec("tiny", "", "", engine="openvino", compiled=str(tmp_path))
    with pytest.raises(EngineError, match="damaged"):
        OpenVinoEngine(spec)
    (tmp_path / RECORD).write_text("{}")
    with pytest.raises(EngineError, match="damaged"):
        OpenVinoEngine(spec)


def test_it_needs_neither_torch_nor_transformers_and_calls_nobody(engine, tmp_path):
    """In a process of its own, as the model process: nothing heavy is imported, and openvino's reports of its use are off."""
    code = (
        "import sys; from assistant.core.offline import stay_offline; stay_offline()\n"
        "from assistant.engines.loading import load_engine\nfrom assistant.engines.protocol import Request\n"
        "from assistant.engines.spec import EngineSpec\n"
        f"engine = load_engine(EngineSpec('tiny', '', '', engine='openvino', compiled={str(engine._folder)!r}))\n"
        "assert list(engine.stream(Request(({'role': 'user', 'content': 'Why?'},))))\n"
        "print(sorted({'torch', 'transformers', 'openvino_telemetry.main', 'peft', 'datasets'} & set(sys.modules)))"
    )
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=home, cwd=Path(__file__).parents[2])
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
    assert not (tmp_path / "intel").exists()


def test_ctrl_c_is_heard_after_engines_were_closed_in_any_order(engine):
    """In a process of its own, as it may die of it."""
    code = (
        # A process that was started in the background may have been told to be deaf to it.
        "import os, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from assistant.core.offline import stay_offline; stay_offline()\n"
        "from assistant.engines.loading import load_engine\nfrom assistant.engines.spec import EngineSpec\n"
        f"spec = EngineSpec('tiny', '', '', engine='openvino', compiled={str(engine._folder)!r})\n"
        "engines = [load_engine(spec), load_engine(spec)]\n"
        "for engine in engines: engine.close()\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT)\nexcept KeyboardInterrupt:\n    print('heard')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert (done.stdout.strip(), done.returncode) == ("heard", 0), done.stderr


def test_times_count_from_the_beginning_of_each_request(engine):
    """One after another: counted from the beginning of them all, their times would add up to more than passed."""
    began = time.perf_counter()
    answers = engine.generate([ask(question) for question in ("What is a cold?", "Why?", "Fever?", "Rest and sleep?")], batch_size=1)
    assert sum(answer.seconds for answer in answers) <= time.perf_counter() - began
    assert all(0 < answer.token_times_s[0] <= answer.seconds for answer in answers)


@pytest.mark.parametrize("family", READ)
def test_it_goes_on_with_an_answer_as_the_trained_weights_do(pairs, family):
    """As with whole answers, one of them may differ by a near tie."""
    theirs, ours = pairs[family]
    beginning = {"role": "assistant", "content": "Drink water and"}
    begun = [replace(ask(question), messages=(*ask(question).messages, beginning)) for question in QUESTIONS]
    answers = ours.generate(begun)
    same = [one.token_ids == other.token_ids for one, other in zip(theirs.generate(begun), answers, strict=True)]
    assert sum(same) >= len(QUESTIONS) - 1
    stream = ours.stream(begun[0])
    text = "".join(token.text for token in stream)
    assert stream.answer is not None
    assert (stream.answer.token_ids, text.rstrip()) == (answers[0].token_ids, answers[0].text)
    assert answers[0].prompt_tokens == ours.count_tokens(begun[0].messages) > ours.count_tokens(ask(QUESTIONS[0]).messages)


def test_tokens_of_a_prompt_are_counted_as_they_are_read(engine):
    assert engine.count_tokens(ask("Why?").messages) == engine.generate([ask("Why?", max_new_tokens=1)])[0].prompt_tokens
