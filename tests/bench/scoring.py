"""How long `evalsuite score` takes and how much memory, by the number of predictions: `python tests/bench/scoring.py`.

A script, not a test: seconds depend on the machine and on what else it does. It prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ITEMS = (100, 1_000, 10_000)
METRICS = ("exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "toxicity")
VOCABULARY = 20_000
LOOK_EVERY_S = 0.02


@dataclass(frozen=True)
class Measured:
    """What one run took.

    Attributes:
        items: Predictions in the file.
        seconds: Wall time of the whole process, its start included.
        peak_mib: Most memory that was resident at once in it and the processes it started, looked at every 20 ms.
    """

    items: int
    seconds: float
    peak_mib: float

    @property
    def ms_per_item(self) -> float:
        """Milliseconds for each prediction, the start's share included."""
        return 1000 * self.seconds / self.items


def synthetic_predictions(items: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Answers of 60 to 100 words that share some six words of ten with their reference, in groups of four.

    Words are as common as in a language: the second comes half as often as the first, and so on. One answer
    in five has several lines.
    """
    chance = random.Random(seed)
    words = ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 9))) for _ in range(VOCABULARY)]
    words = [word + "." if number % 11 == 5 else word + "," if number % 13 == 5 else word for number, word in enumerate(words)]
    frequencies = [1 / rank for rank in range(1, VOCABULARY + 1)]
    for number in range(items):
        reference = chance.choices(words, frequencies, k=chance.randint(60, 100))
        answer = [word if chance.random() < 0.6 else other for word, other in zip(reference, chance.choices(words, frequencies, k=100), strict=False)]
        between = "\n" if number % 5 == 0 else " "
        yield {
            "id": f"p{number}",
            "prediction": between.join(" ".join(answer[at : at + 16]) for at in range(0, len(answer), 16)),
            "references": [between.join(" ".join(reference[at : at + 16]) for at in range(0, len(reference), 16))],
            "group": f"group {number // 4}",
            "tags": {"kind": "abc"[number % 3]},
        }


def measure(items: int, folder: Path, resamples: int = 10_000) -> Measured:
    """Write so many predictions below `folder` and score them by every metric, in a process of its own.

    Raises:
        RuntimeError: The command failed; with what it said.
    """
    path = folder / "predictions.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in synthetic_predictions(items))
    command = ["score", str(path), "--metrics", ",".join(METRICS), "--resamples", str(resamples), "--json"]
    with (folder / "result.json").open("w") as result, (folder / "progress").open("w") as progress:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "evalsuite", *command], stdout=result, stderr=progress)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(LOOK_EVERY_S)
        seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError((folder / "progress").read_text(encoding="utf-8"))
    return Measured(items, seconds, peak / 2**20)


def _resident(pid: int) -> int:
    """Bytes that are resident in a process and those it started; what they share is counted in each."""
    total = 0
    try:
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        # It ended while it was looked at.
        pass
    return total


def table(measured: list[Measured]) -> str:
    """The figures as a Markdown table."""
    lines = ["| predictions | seconds | ms per prediction | peak MiB |", "|---|---|---|---|"]
    lines += [f"| {one.items:,} | {one.seconds:.1f} | {one.ms_per_item:.2f} | {one.peak_mib:.0f} |" for one in measured]
    return "\n".join(lines)


def main() -> None:
    """Measure all sizes that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=ITEMS)
    parser.add_argument("--resamples", type=int, default=10_000)
    options = parser.parse_args()
    measured = []
    for items in options.items:
        with tempfile.TemporaryDirectory() as folder:
            measured.append(measure(items, Path(folder), options.resamples))
    print(table(measured))


if __name__ == "__main__":
    main()
