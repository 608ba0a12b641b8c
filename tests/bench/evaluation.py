"""96 held-out questions, whole process against whole process: `python -m tests.bench.evaluation [--medquad FILE]`.

`evalsuite run` beside lm-evaluation-harness with its transformers backend, the untrained base behind both: the same
prompts, greedy, at most 96 new tokens, answers scored by one metric. A script, not a test.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.core.files import read_json, write_jsonl
from assistant.engines.spec import EngineSpec
from tests.bench import peers
from tests.bench.material import BASE, HOME, Material, base_spec, make_material
from tests.bench.report import BUILD, Goal, NotMeasuredError, Part, Ran, Table, markdown_of, median_and_best, one_of, ratio, run_process

FOLDER = BUILD / "evaluation"
OURS, FP32, BF16 = "evalsuite run, openvino int8", "lm-eval hf, float32", "lm-eval hf, bfloat16"
TASK = "bench_questions"


@dataclass(frozen=True)
class Options:
    """How much is measured.

    Attributes:
        medquad: The questions; None for datasets/health.
        rounds: How often each is run.
        questions: How many are asked.
        tokens: Most new tokens of an answer.
    """

    medquad: Path | None = None
    rounds: int = 3
    questions: int = 96
    tokens: int = 96


def measure(options: Options) -> Part:
    """Run all three in turns."""
    spec = base_spec()
    # Half of the groups are held out, so that there are questions enough also of the small bundled file.
    data = {"split": {"train": 50, "validation": 0, "test": 50}, "limit": {"test": options.questions}}
    settings = {"latency_requests": 0, "metrics": ["f1"], "probes": [], "batch_size": 32}
    generation = {"max_new_tokens": options.tokens}
    material = make_material(options.medquad, "bench-evaluation", data=data, evaluation=settings, generation=generation, engine={"name": "openvino"})
    asked = len(material.prepared.splits["test"])
    runs: dict[str, list[Ran]] = {OURS: [], FP32: [], BF16: []}
    missing: dict[str, str] = {}
    evaluators: dict[str, Callable[[], Ran]] = {
        OURS: lambda: run_ours(material),
        FP32: lambda: run_theirs(material, spec, options, "float32"),
        BF16: lambda: run_theirs(material, spec, options, "bfloat16"),
    }
    try:
        # What openvino reads is compiled once for a base, and not by each evaluation.
        run_ours(material)
    except NotMeasuredError as reason:
        missing[OURS] = str(reason)
    for _ in range(options.rounds):
        for name, evaluate in evaluators.items():
            if name not in missing:
                try:
                    runs[name].append(evaluate())
                except NotMeasuredError as reason:
                    missing[name] = str(reason)
    # As speeds, so that more is better everywhere.
    speeds = {name: [asked / ran.seconds for ran in done] for name, done in runs.items()}
    goals = (
        Goal(f"{asked} questions, whole process, beside lm-eval hf fp32", **one_of(speeds, missing, OURS, FP32), at_least=4),
        Goal(f"{asked} questions, whole process, beside lm-eval hf bf16", **one_of(speeds, missing, OURS, BF16), at_least=2),
    )
    rows = []
    for name, done in runs.items():
        if not done:
            rows.append((name, *[None] * 4))
            continue
        times = [ran.seconds for ran in done]
        beside = ratio(speeds[OURS], speeds[name]) if speeds[OURS] and name != OURS else "-"
        rows.append((name, *median_and_best(times, min), max(ran.peak_mib for ran in done), beside))
    notes = (
        f"{asked} questions of {material.source}; at most {options.tokens} new tokens; {options.rounds} rounds in turns",
        "seconds from the start of the process to its end; the peak is that of its largest process",
        "each scores by one metric: ours token F1 with 10,000 resamples, theirs exact match; ours writes its scorecard as well",
        "batches: ours 32 under way at any time, theirs 16",
        *(f"{name} was not measured: {reason}" for name, reason in missing.items()),
    )
    columns = ("evaluation", "s, median", "best", "peak MiB", "ours is so many times as fast")
    return Part("Evaluation", (Table(f"{asked} held-out questions", columns, tuple(rows), notes),), goals)


def run_ours(material: Material) -> Ran:
    """The whole command, every stage anew."""
    command = [sys.executable, "-m", "evalsuite", "run", BASE, "--recipe", material.recipe, "--no-base", "--again", "--home", HOME.root]
    return run_process(command, FOLDER / "ours.log")


def run_theirs(material: Material, spec: EngineSpec, options: Options, precision: str) -> Ran:
    """The harness on the same questions, by a task of its own.

    Raises:
        NotMeasuredError: It cannot be installed, failed, or answered another number of questions.
    """
    program = peers.program("lm-eval")
    write_task(material, spec, options)
    model = f"pretrained={spec.weights},tokenizer={spec.tokenizer},dtype={precision}"
    output = FOLDER / f"results-{precision}"
    settings = {"model": "hf", "model_args": model, "tasks": TASK, "include_path": FOLDER, "batch_size": 16, "device": "cpu", "output_path": output}
    words = [str(word) for key, value in settings.items() for word in (f"--{key}", value)]
    ran = run_process([program, "-m", "lm_eval", "run", *words, "--apply_chat_template"], FOLDER / f"lm-eval-{precision}.log", peers.environment())
    newest = max(output.rglob("results_*.json"), key=lambda path: path.stat().st_mtime)
    answered = read_json(newest)["n-samples"][TASK]["effective"]
    if answered != len(material.prepared.splits["test"]):
        raise NotMeasuredError(f"lm-eval answered {answered} questions of {len(material.prepared.splits['test'])}")
    return ran


def write_task(material: Material, spec: EngineSpec, options: Options) -> None:
    """The questions and the task, as the harness reads them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = FOLDER / "questions.jsonl"
    write_jsonl(rows, ({"question": one.question, "answer": one.answers[0]} for one in material.prepared.splits["test"]))
    task = {
        "task": TASK,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(rows)}},
        "test_split": "test",
        "output_type": "generate_until",
        "description": spec.system_prompt,
        "doc_to_text": "{{question}}",
        "doc_to_target": "{{answer}}",
        # Nothing but the model's own end of its turn ends an answer, as with us.
        "generation_kwargs": {"until": ["<|im_end|>"], "max_gen_toks": options.tokens, "do_sample": False, "temperature": 0.0},
        "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
    }
    (FOLDER / f"{TASK}.yaml").write_text(json.dumps(task), encoding="utf-8")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--medquad", type=Path, help="JSONL with question, answer, topic and type; datasets/health where there is none")
    parser.add_argument("--rounds", type=int, default=Options.rounds)
    parser.add_argument("--questions", type=int, default=Options.questions)
    parser.add_argument("--tokens", type=int, default=Options.tokens)
    print(markdown_of([measure(Options(**vars(parser.parse_args())))]))


if __name__ == "__main__":
    main()
