"""Text from our engine beside transformers and llama.cpp: `python -m tests.bench.generation [--medquad FILE]`.

Every engine is a process of its own with the same greedy requests, asked in turns: while one speaks, the others wait
and take no processor. openvino and llama.cpp read the same GGUF; beside `int8`, which is none, stands llama.cpp
with the same weights in a GGUF of as many bits. A script, not a test.
"""

from __future__ import annotations

import argparse
import itertools
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.core.messages import Message
from assistant.engines.spec import EngineSpec
from assistant.models.light_tokenizer import LightTokenizer
from assistant.models.template import PromptTemplate
from tests.bench.material import HOME, SYSTEM_PROMPT, base_spec, compiled_form, make_material
from tests.bench.report import ROOT, Goal, NotMeasuredError, Part, Table, markdown_of, median_and_best, one_of, ratio, run_process
from tests.bench.speakers import LOGS, Conversation, Speaker, open_all

OURS, LLAMA, FP32, BF16 = "openvino int8", "llama.cpp q8_0", "transformers float32", "transformers bfloat16"
ENGINES = (OURS, "openvino f16", "openvino q8_0", "openvino q4_0", "llama.cpp f16", LLAMA, "llama.cpp q4_0", FP32, BF16)
UNCACHED = f"{OURS} uncached"
AT_ONCE = 32
PROMPT_TOKENS = 200


@dataclass(frozen=True)
class Options:
    """How much is measured.

    Attributes:
        medquad: Where the questions are from; None for datasets/health.
        rounds: How often every engine has its turn.
        prompts: Questions of a turn of one stream.
        tokens: Most new tokens of an answer.
        engines: Those measured.
    """

    medquad: Path | None = None
    rounds: int = 5
    prompts: int = 4
    tokens: int = 96
    engines: tuple[str, ...] = ENGINES


def measure(options: Options) -> Part:
    """One stream, many at once, time to the first token, the first answer from a cold start."""
    spec = base_spec()
    material = make_material(options.medquad, "bench-questions")
    examples = [example for split in material.prepared.splits.values() for example in split]
    # They are to run on: an engine that stops early is measured on few tokens.
    questions = [f"{example.question} Explain it at length, with every detail that you know." for example in examples]
    parts = (one_stream(spec, questions, options), at_once(spec, questions, options), first_token(spec, questions, options), first_answer(options))
    note = f"questions: {material.source}; greedy, at most {options.tokens} new tokens; goals are judged by medians"
    tables = tuple(Table(one.title, one.columns, one.rows, (*one.notes, note)) for one, _ in parts)
    return Part("Generation", tables, tuple(goal for _, goals in parts for goal in goals))


def one_stream(spec: EngineSpec, questions: Sequence[str], options: Options) -> tuple[Table, tuple[Goal, ...]]:
    """Tokens a second of one answer after its first token."""

    def turn(speaker: Speaker, number: int) -> float:
        asked = questions[number * options.prompts :][: options.prompts]
        said = [speaker.alone(user(question), options.tokens) for question in asked]
        return sum(one.tokens - 1 for one in said) / sum(one.decoding_s for one in said)

    rates, missing, notes = in_turns(spec, options.engines, turn, options.rounds)
    goals = (
        Goal("one stream, tokens/s, beside transformers fp32", **one_of(rates, missing, OURS, FP32), at_least=5),
        Goal("one stream, tokens/s, beside llama.cpp with the same weights in 8 bits", **one_of(rates, missing, OURS, LLAMA), at_least=0.8),
    )
    return rate_table("One stream", rates, missing, notes), goals


def at_once(spec: EngineSpec, questions: Sequence[str], options: Options) -> tuple[Table, tuple[Goal, ...]]:
    """Tokens a second of 32 answers together."""

    def turn(speaker: Speaker, number: int) -> float:
        # Another beginning each time: nobody is to find an answer's prompt in its cache.
        start = number * AT_ONCE % max(1, len(questions) - AT_ONCE)
        return speaker.together([user(question) for question in questions[start:][:AT_ONCE]], options.tokens)

    rates, missing, notes = in_turns(spec, options.engines, turn, options.rounds, slots=AT_ONCE)
    what = f"{AT_ONCE} at once, tokens/s"
    goals = (
        Goal(f"{what}, beside transformers fp32", **one_of(rates, missing, OURS, FP32), at_least=4),
        Goal(f"{what}, beside llama.cpp with the same weights in 8 bits", **one_of(rates, missing, OURS, LLAMA), at_least=2.5),
    )
    return rate_table(f"{AT_ONCE} at once", rates, missing, ("prompts are read within the time", *notes)), goals


def first_token(spec: EngineSpec, questions: Sequence[str], options: Options) -> tuple[Table, tuple[Goal, ...]]:
    """Milliseconds to the first token of a prompt of about 200 tokens, its beginning new or met before."""
    names = [name for name in (OURS, UNCACHED, LLAMA, FP32, BF16) if name.removesuffix(" uncached") in options.engines]
    encode = PromptTemplate(LightTokenizer(compiled_form(spec, "int8")), SYSTEM_PROMPT).encode
    speakers, missing = open_all(spec, names)
    figures: dict[tuple[str, bool], list[float]] = {(name, shared): [] for name in speakers for shared in (False, True)}
    lengths: list[int] = []
    try:
        # One after the other: openvino's cache grows with what is under way alone, so that a prompt that begins
        # otherwise takes the place of those met before. An assistant's conversations all begin with its system prompt.
        for shared, number in itertools.product((False, True), range(-1, options.rounds)):
            for name, speaker in speakers.items():
                # What differs stands at the very beginning of a new one, at the end of one that was met.
                beginning = SYSTEM_PROMPT if shared else f"Conversation {number} of {name}. {SYSTEM_PROMPT}"
                conversation = long_prompt(beginning, questions, number, encode)
                lengths.append(len(encode(conversation)))
                wake(speaker)
                said = speaker.alone(conversation, 2)
                if number >= 0:
                    figures[name, shared].append(1000 * said.first_s)
    finally:
        close_all(speakers)
    rows = []
    for name in names:
        measured = [
            value for shared in (False, True) for value in (median_and_best(figures[name, shared], min) if name in speakers else (None, None))
        ]
        rows.append((name, *measured))
    ours = (
        {"figure": median_and_best(figures[OURS, False])[0]} if OURS in speakers else {"figure": None, "reason": missing.get(OURS, "it was not run")}
    )
    columns = ("engine", "new beginning, ms, median", "best", "shared system prompt, ms, median", "best")
    notes = [f"{min(lengths)} to {max(lengths)} tokens", *(f"{name} was not measured: {reason}" for name, reason in missing.items())]
    goal = Goal(f"first token of {PROMPT_TOKENS} tokens, nothing cached", **ours, at_most=100, unit=" ms")
    return Table(f"First token of a prompt of about {PROMPT_TOKENS} tokens", columns, tuple(rows), tuple(notes)), (goal,)


def first_answer(options: Options) -> tuple[Table, tuple[Goal, ...]]:
    """Seconds from the start of `assistant ask` to the first character that it shows; what openvino reads is compiled already."""
    material = make_material(
        options.medquad, "bench-first", training={"max_steps": 1, "evaluations": 1}, data={"limit": {"train": 40, "validation": 8}}
    )
    goal = {"what": "first answer from a cold start", "at_most": 5, "unit": " s"}
    try:
        run_process([sys.executable, "-m", "assistant", "train", material.recipe, "--home", HOME.root], LOGS / "first.log")
        # The first start reads from the disk what later ones find in memory.
        times = [seconds_to_first_character() for _ in range(options.rounds + 1)][1:]
    except NotMeasuredError as reason:
        return Table("First answer", ("command",), (), (str(reason),)), (Goal(**goal, figure=None, reason=str(reason)),)
    median, best = median_and_best(times, min)
    row = (("assistant ask, to the first character on a terminal", len(times), median, best),)
    return Table("First answer from a cold start", ("command", "starts", "s, median", "best"), row), (Goal(**goal, figure=median),)


def seconds_to_first_character() -> float:
    """Start `assistant ask` on a terminal of its own.

    Raises:
        NotMeasuredError: It said nothing.
    """
    ours, theirs = pty.openpty()
    began = time.perf_counter()
    command = [sys.executable, "-m", "assistant", "ask", "bench-first", "What is asthma?", "--home", str(HOME.root)]
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, cwd=ROOT)
    os.close(theirs)
    try:
        said = os.read(ours, 1)
    except OSError:
        # How Linux says that the other end was closed.
        said = b""
    seconds = time.perf_counter() - began
    while said and process.poll() is None:
        try:
            os.read(ours, 4096)
        except OSError:
            break
    _, errors = process.communicate()
    os.close(ours)
    if not said:
        raise NotMeasuredError(errors.decode(errors="replace").strip() or "assistant ask said nothing")
    return seconds


def in_turns(
    spec: EngineSpec, names: Sequence[str], turn: Callable[[Speaker, int], float], rounds: int, slots: int = 1
) -> tuple[dict[str, list[float]], dict[str, str], tuple[str, ...]]:
    """A B A B ...: every engine has its turn in every round; the first round warms up and is not counted.

    Returns:
        Figures by engine, why others have none, and what they say about themselves.
    """
    speakers, missing = open_all(spec, names, slots)
    figures: dict[str, list[float]] = {name: [] for name in speakers}
    try:
        for number in range(rounds + 1):
            for name, speaker in speakers.items():
                wake(speaker)
                figure = turn(speaker, number)
                if number:
                    figures[name].append(figure)
        return figures, missing, tuple(sorted({speaker.about for speaker in speakers.values() if speaker.about.startswith("llama")}))
    finally:
        close_all(speakers)


def wake(speaker: Speaker) -> None:
    """A short answer that is not counted: what waited for its turn has lost its place in caches and memory."""
    speaker.alone(user("Good morning."), 8)


def close_all(speakers: dict[str, Speaker]) -> None:
    """End their processes."""
    for speaker in speakers.values():
        speaker.close()


def rate_table(title: str, rates: dict[str, list[float]], missing: dict[str, str], notes: Sequence[str]) -> Table:
    """Tokens a second of each engine, and its ratio to transformers in fp32 and to llama.cpp in as many bits."""
    rows = []
    for name, values in rates.items():
        same = name.replace("openvino", "llama.cpp").replace("int8", "q8_0")
        beside = [ratio(values, rates[other]) if other in rates and other != name else None for other in (FP32, same)]
        rows.append((name, *median_and_best(values), *beside))
    rows += [(name, *[None] * 4) for name in missing]
    columns = ("engine", "tokens/s, median", "best", "beside transformers fp32", "beside llama.cpp")
    return Table(title, columns, tuple(rows), (*notes, *(f"{name} was not measured: {reason}" for name, reason in missing.items())))


def user(text: str) -> Conversation:
    """A conversation of one question."""
    return (Message(role="user", content=text),)


def long_prompt(beginning: str, questions: Sequence[str], number: int, encode: Callable[[Conversation], list[int]]) -> Conversation:
    """A system prompt that is filled up with questions until about 200 tokens are reached, and a question at the end."""
    question = questions[(number + 40) % len(questions)]
    told = beginning
    for more in questions:
        conversation = (Message(role="system", content=told), *user(question))
        if len(encode(conversation)) >= PROMPT_TOKENS - 10:
            break
        told += f" {more}"
    return conversation


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--medquad", type=Path, help="JSONL with question, answer, topic and type; datasets/health where there is none")
    parser.add_argument("--rounds", type=int, default=Options.rounds)
    parser.add_argument("--prompts", type=int, default=Options.prompts)
    parser.add_argument("--tokens", type=int, default=Options.tokens)
    parser.add_argument("--engines", type=lambda text: tuple(text.split(",")), default=ENGINES, help="comma-separated: " + ", ".join(ENGINES))
    print(markdown_of([measure(Options(**vars(parser.parse_args())))]))


if __name__ == "__main__":
    main()
