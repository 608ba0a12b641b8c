"""The whole benchmark: `python -m tests.bench [generation evaluation training data scoring startup] [--medquad FILE] [--quick]`.

Prints one Markdown report and keeps it in build/bench/, with the same as JSON. Each part is a module that can be run
alone, with more to choose from. A part that cannot run says why, and shows no figure.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from tests.bench import data, evaluation, generation, scoring, startup, training
from tests.bench.report import BUILD, Goal, Part, Table, markdown_of, surroundings


def measure_data(medquad: Path | None, quick: bool) -> Part:
    """Rows read, cleaned, deduplicated and split; one, ten and a hundred times as many."""
    measured = []
    for rows in (100, 1_000, 10_000) if quick else (1_000, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            measured.append(data.measure(rows, Path(folder)))
    last = measured[-1]
    rows = tuple((f"{one.rows:,}", one.seconds, 1000 * one.seconds / one.rows, one.peak_mib) for one in measured)
    table = Table("Growth with the rows (JSONL)", ("rows", "s", "s per 1,000 rows", "peak MiB"), rows)
    return Part("Data", (table,), (Goal(f"{last.rows:,} rows prepared", last.seconds, at_most=60, unit=" s"),))


def measure_scoring(medquad: Path | None, quick: bool) -> Part:
    """Predictions scored with all text metrics and resampled; one, ten and a hundred times as many."""
    measured = []
    for items in (10, 100, 1_000) if quick else (100, 1_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            measured.append(scoring.measure(items, Path(folder)))
    last = measured[-1]
    rows = tuple((f"{one.items:,}", one.seconds, one.ms_per_item, one.peak_mib) for one in measured)
    what = f"{last.items:,} predictions scored"
    goals = (Goal(what, last.seconds, at_most=20, unit=" s"), Goal(f"{what}, memory", last.peak_mib, at_most=1024, unit=" MiB"))
    return Part("Scoring", (Table("Growth with the predictions", ("predictions", "s", "ms per prediction", "peak MiB"), rows),), goals)


def measure_startup(medquad: Path | None, quick: bool) -> Part:
    """What a user waits for before anything is to be seen."""
    measured = startup.measure(starts=2 if quick else startup.STARTS)
    rows = tuple((one.program, len(one.seconds), statistics.median(one.seconds), min(one.seconds)) for one in measured)
    goals = tuple(
        Goal(one.program, statistics.median(one.seconds), at_most=0.7 if one.program.startswith("first paint") else 0.25, unit=" s")
        for one in measured
        if one.program.startswith("first paint") or one.program in ("assistant --help", "evalsuite --help")
    )
    return Part("Starting", (Table("Programs", ("program", "starts", "s, median", "best"), rows),), goals)


def measure_generation(medquad: Path | None, quick: bool) -> Part:
    """Text beside transformers and llama.cpp."""
    few = {"rounds": 1, "prompts": 1, "tokens": 8} if quick else {}
    return generation.measure(generation.Options(medquad, **few))


def measure_evaluation(medquad: Path | None, quick: bool) -> Part:
    """An evaluation beside lm-evaluation-harness."""
    few = {"rounds": 1, "questions": 4, "tokens": 8} if quick else {}
    return evaluation.measure(evaluation.Options(medquad, **few))


def measure_training(medquad: Path | None, quick: bool) -> Part:
    """Training beside TRL's command and the padded Trainer."""
    few = {"rounds": 1, "steps": 1} if quick else {}
    return training.measure(training.Options(medquad, **few))


PARTS: dict[str, Callable[[Path | None, bool], Part]] = {
    "generation": measure_generation,
    "evaluation": measure_evaluation,
    "training": measure_training,
    "data": measure_data,
    "scoring": measure_scoring,
    "startup": measure_startup,
}


def main() -> None:
    """Run the parts that were named, one after another, and write the report after each: the next may take an hour."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all unless told otherwise")
    parser.add_argument("--medquad", type=Path, help="JSONL with question, answer, topic and type; datasets/health where there is none")
    parser.add_argument("--quick", action="store_true", help="see that everything runs: figures of so few requests and steps mean nothing")
    options = parser.parse_args()
    if unknown := [name for name in options.parts if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; the parts are {', '.join(PARTS)}")
    if options.medquad and not options.medquad.is_file():
        parser.error(f"there is no file {options.medquad}")
    before = {**surroundings(), **({"quick": "so few requests and steps that no figure means anything"} if options.quick else {})}
    parts: list[Part] = []
    report = ""
    for name in options.parts or PARTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            part = PARTS[name](options.medquad, options.quick)
            parts.append(unjudged(part) if options.quick else part)
        except Exception as error:
            # One part that breaks must not take the figures of the others with it.
            traceback.print_exc()
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            parts.append(Part(name.capitalize(), goals=(Goal(name, None, reason=reason),)))
        report = write_report(before, parts)
    print(report)


def unjudged(part: Part) -> Part:
    """A part whose goals are not judged: so few requests and steps say nothing of them."""
    return replace(part, goals=tuple(replace(goal, figure=None, reason=goal.reason or "--quick judges nothing") for goal in part.goals))


def write_report(before: dict[str, object], parts: list[Part]) -> str:
    """Write build/bench/report.md and report.json; returns the Markdown."""
    facts = {**before, "load_average_at_the_end": [round(load, 2) for load in os.getloadavg()]}
    report = "\n".join(["# Benchmark", "", *(f"- {name}: {value}" for name, value in facts.items()), "", markdown_of(parts)])
    goals = [{**asdict(goal), "verdict": goal.verdict} for part in parts for goal in part.goals]
    content = {
        "schema": 1,
        "measured_on": facts,
        "goals": goals,
        "parts": [{"title": part.title, "tables": list(map(asdict, part.tables))} for part in parts],
    }
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "report.md").write_text(report, encoding="utf-8")
    (BUILD / "report.json").write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return report


if __name__ == "__main__":
    main()
