"""First stage: questions in, `predictions.jsonl` and `timings.jsonl` out.

Latency is measured first, one request at a time: an engine that remembers prompts would otherwise have
met each of them in the batches. Knows no metric.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.api import Answer, Engine, Example, Request, Sampling, describe_machine, package_versions, progress, request_of, write_jsonl
from evalsuite.evaluation import Evaluation, write_about
from evalsuite.metrics.speed import Probe
from evalsuite.prediction import Prediction


@dataclass(frozen=True)
class Plan:
    """How questions are asked.

    Attributes:
        sampling: How tokens are chosen.
        batch_size: Questions answered at once.
        latency_requests: Questions asked one at a time; 0 for none.
    """

    sampling: Sampling
    batch_size: int
    latency_requests: int


def generate(evaluation: Evaluation, engine: Engine, examples: Sequence[Example], plan: Plan, inputs: dict[str, Any]) -> None:
    """Ask every question and write what was answered, and how fast.

    Nothing is written before all is answered but what the answers depend on, and `predictions.jsonl` comes
    last: where it is, the stage is finished; and answers of an earlier time stay whole until then.
    """
    write_about(evaluation, inputs)
    requests = [request_of(example, plan.sampling) for example in examples]
    title = engine.info.model
    probes = _probe(engine, requests, plan.latency_requests, f"{title}: latency, one question at a time")
    started = time.perf_counter()
    with progress(f"{title}: answering {len(requests)} questions", len(requests)) as advance:
        answers = engine.generate(requests, plan.batch_size, finished=_counting(advance))
    seconds = time.perf_counter() - started
    rows = [
        _about_row(engine),
        *(
            {"kind": "alone", "id": example.id, "token_times_s": probe.token_times_s, "seconds": probe.seconds, "tokens": probe.tokens}
            for example, probe in _pairs(examples, probes)
        ),
        *({"kind": "batched", "id": example.id, "seconds": answer.seconds} for example, answer in _pairs(examples, answers)),
        {"kind": "batches", "requests": len(answers), "tokens": _sum_if_all(answer.completion_tokens for answer in answers), "seconds": seconds},
        {"kind": "memory", "peak_mib": engine.peak_memory_mib()},
    ]
    write_jsonl(evaluation.timings, rows)
    write_jsonl(evaluation.predictions, (_prediction(example, answer).to_json() for example, answer in zip(examples, answers, strict=True)))


def _probe(engine: Engine, requests: Sequence[Request], count: int, title: str) -> list[Probe]:
    """Ask the first `count` questions one at a time, after one request to warm up."""
    asked = requests[:count]
    if not asked:
        return []
    with progress(title, len(asked)) as advance:
        # The last question warms up: the first ones must meet a model that has not seen them.
        _ask(engine, requests[-1])
        probes = []
        for request in asked:
            probes.append(_ask(engine, request))
            advance(len(probes), "")
    return probes


def _ask(engine: Engine, request: Request) -> Probe:
    stream = engine.stream(request)
    for _ in stream:
        pass
    assert stream.answer is not None, "a stream has its answer when it ends"
    return Probe(stream.answer.token_times_s, stream.answer.seconds, stream.answer.completion_tokens)


def _sum_if_all(counts: Iterable[int | None]) -> int | None:
    """The sum; None if one of them is not known."""
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


def _counting(advance: Callable[[float, str], None]) -> Callable[[int, Answer], None]:
    """Progress by answers, with the pace in its note; no pace where tokens are not counted."""
    started = time.perf_counter()
    counts: list[int | None] = []

    def finished(index: int, answer: Answer) -> None:
        counts.append(answer.completion_tokens)
        tokens = _sum_if_all(counts)
        advance(len(counts), "" if tokens is None else f"{tokens / max(time.perf_counter() - started, 1e-9):.0f} tokens/s")

    return finished


def _about_row(engine: Engine) -> dict[str, Any]:
    info = engine.info
    return {
        "kind": "about",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": info.engine,
        "precision": info.precision,
        "device": info.device,
        "machine": describe_machine(),
        "packages": package_versions(),
    }


def _pairs(examples: Sequence[Example], measured: Sequence[Any]) -> Any:
    """Each measurement with its example; the probes are of the first examples only."""
    return zip(examples, measured, strict=False)


def _prediction(example: Example, answer: Answer) -> Prediction:
    return Prediction(
        id=example.id,
        text=answer.text,
        references=example.answers,
        group=example.group,
        question=example.question,
        tags=example.tags,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        finish_reason=answer.finish_reason,
    )
