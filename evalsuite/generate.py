"""First stage: questions in, `predictions.jsonl` and `timings.jsonl` out.

Latency is measured first, one request at a time: an engine that remembers prompts would otherwise have
met each of them in the batches. Knows no metric.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.api import (
    Engine,
    EngineError,
    Example,
    QuestionError,
    Request,
    Sampling,
    describe_machine,
    fingerprint_of_value,
    package_versions,
    progress,
    request_of,
    write_jsonl,
)
from evalsuite.asking import Pass, Voice, ask_all
from evalsuite.evaluation import Evaluation, seal, write_about
from evalsuite.journal import Journal, Said
from evalsuite.metrics.speed import Probe
from evalsuite.prediction import Prediction
from evalsuite.timings import energy_row, meter_of

INTERRUPTED = "the answers were given by several processes, one after another, and each knows only its own"


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


def generate(evaluation: Evaluation, voice: Voice, examples: Sequence[Example], plan: Plan, inputs: dict[str, Any]) -> None:
    """Ask every question and write what was answered, and how fast.

    What an earlier process has answered of the same is taken up from its journal. `predictions.jsonl` comes
    last: where it is, the stage is finished; and answers of an earlier time stay whole until then.
    """
    write_about(evaluation, inputs)
    engine = voice.engine
    requests = [request_of(example, plan.sampling) for example in examples]
    title = engine.info.model
    with Journal(evaluation.journal, fingerprint_of_value(inputs)) as journal:
        if "about" not in journal.notes:
            journal.note("about", _about(engine))
        if "alone" not in journal.notes:
            count = min(plan.latency_requests, len(requests))
            if count:
                # The last question warms up: the first ones must meet a model that has not seen them.
                _ask(engine, requests[-1])
            journal.note("alone", _probe(engine, examples[:count], requests[:count], f"{title}: latency, one question at a time"))
        kept = len(journal.block_seconds)
        with meter_of(engine) as meter:
            asked = ask_all(voice, requests, plan.batch_size, journal, f"{title}: answering {len(requests)} questions")
        energy = {"kind": "energy", "reason": INTERRUPTED} if kept else energy_row(meter.energy)
        write_jsonl(evaluation.timings, [*_timings(journal, examples, asked, engine), energy])
        write_jsonl(evaluation.predictions, (_prediction(example, said).to_json() for example, said in zip(examples, asked.said, strict=True)))
        seal(evaluation)
        journal.remove()


def _timings(journal: Journal, examples: Sequence[Example], asked: Pass, engine: Engine) -> list[dict[str, Any]]:
    return [
        {"kind": "about", **journal.notes["about"]},
        *({"kind": "alone", **row} for row in journal.notes["alone"]),
        *({"kind": "batched", "id": example.id, "seconds": said.seconds} for example, said in zip(examples, asked.said, strict=True)),
        {
            "kind": "batches",
            "requests": len(asked.said),
            "tokens": _sum_if_all(said.completion_tokens for said in asked.said),
            "prompt_tokens": _sum_if_all(said.prompt_tokens for said in asked.said),
            "seconds": asked.seconds or 0.0,
            "deaths": asked.deaths,
        },
        {"kind": "memory", "peak_mib": engine.peak_memory_mib(), "device_mib": engine.peak_device_memory_mib()},
    ]


def _probe(engine: Engine, examples: Sequence[Example], requests: Sequence[Request], title: str) -> list[dict[str, Any]]:
    """Ask these questions one at a time, after one to warm up; what cannot be asked has no time."""
    if not requests:
        return []
    rows = []
    with progress(title, len(requests)) as advance:
        for number, (example, request) in enumerate(zip(examples, requests, strict=True)):
            if (probe := _ask(engine, request)) is not None:
                rows.append(_probe_row(example, probe))
            advance(number + 1, "")
    return rows


def _ask(engine: Engine, request: Request) -> Probe | None:
    """One answer by itself; None where the question cannot be asked. An engine that fails is asked once more."""
    for last in (False, True):
        stream = engine.stream(request)
        try:
            for _ in stream:
                pass
        except QuestionError:
            return None
        except EngineError:
            if last:
                raise
            continue
        assert stream.answer is not None, "a stream has its answer when it ends"
        return Probe(stream.answer.token_times_s, stream.answer.seconds, stream.answer.completion_tokens)
    raise AssertionError("one of the two turns returns or raises")


def _probe_row(example: Example, probe: Probe) -> dict[str, Any]:
    return {"id": example.id, "token_times_s": probe.token_times_s, "seconds": probe.seconds, "tokens": probe.tokens}


def _sum_if_all(counts: Iterable[int | None]) -> int | None:
    """The sum; None if one of them is not known."""
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


def _about(engine: Engine) -> dict[str, Any]:
    info = engine.info
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": info.engine,
        "precision": info.precision,
        "device": info.device,
        "machine": describe_machine(),
        "packages": package_versions(),
    }


def _prediction(example: Example, said: Said) -> Prediction:
    return Prediction(
        id=example.id,
        text=said.text,
        references=example.answers,
        group=example.group,
        question=example.question,
        tags=example.tags,
        prompt_tokens=said.prompt_tokens,
        completion_tokens=said.completion_tokens,
        finish_reason=said.finish_reason,
        error=said.error,
    )
