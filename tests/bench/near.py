"""How long it takes to find near-duplicates among many rows, in what memory, and whether all are found.

`python -m tests.bench.near --folder FOLDER [--rows 100000] [--sample 3000] [--sources medquad]`: FOLDER holds medquad, banking77,
bitext_intents and clinc150 as `NAME.dev.jsonl`. Rows are theirs, over and over, each time with other small edits. Recall and precision are of
pairs, against the true similarity of all pairs of a sample.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from assistant.core.recipe_data import Duplicates, Split
from assistant.data.example import Example
from assistant.data.scratch import scratch
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.same.near import LEAST_WORDS, Edges, Near
from assistant.data.splitting.text import character_shingles, read, word_shingles

SOURCES = ("medquad", "banking77", "bitext_intents", "clinc150")
FILLERS = ("please", "exactly", "really", "now", "today", "in short")
ABOVE = 0.8


def rows(folder: Path, count: int, sources: Sequence[str] = SOURCES, most: int | None = None) -> list[Example]:
    """So many rows; the first ones, `most` of them at most, are as they are, the others are those again, edited."""
    chance = random.Random(0)
    originals = [pair for name in sources for pair in _pairs(folder / f"{name}.dev.jsonl")]
    chance.shuffle(originals)
    originals = originals[:most]
    endless = (pair for turn in range(count) for pair in ((edited(q, chance), edited(a, chance)) if turn else (q, a) for q, a in originals))
    return [Example(str(number), q, (a,), f"g{number}") for number, (q, a) in enumerate(islice(endless, count))]


def edited(text: str, chance: random.Random) -> str:
    """A text with words left out, repeated in other letters, or put in: from nothing to one word in six."""
    words = text.split()
    for _ in range(round(chance.choice((0, 0.02, 0.05, 0.1, 0.17)) * len(words)) + chance.randrange(2)):
        place = chance.randrange(len(words) + 1)
        if chance.random() < 0.5 or place == len(words):
            words.insert(place, chance.choice(FILLERS))
        elif len(words) > 1:
            del words[place]
    return " ".join(words)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            question, answer = row.get("question") or row.get("text"), row.get("answer") or row.get("intent")
            if question and answer:
                yield question, answer


def quality(examples: Sequence[Example]) -> dict[str, tuple[int, float, float]]:
    """Of questions and of answers: true pairs, recall, precision."""
    near = Near(enumerate(examples), ABOVE)
    texts = [read(example, example.answers[0]) for example in examples]
    asked = [{text.asked: None for text in texts}, [[word_shingles(t.question), character_shingles(t.question)] for t in texts]]
    answered = [[word_shingles(text.answer)] if len(text.answer) >= LEAST_WORDS else [frozenset()] for text in texts]
    return {
        "questions": _compared(near.near_questions(), asked[1], near.questions.tolist()),
        "answers": _compared(near.near_answers(), answered, near.answers.tolist()),
    }


def _compared(found: Edges, sets: Sequence[Sequence[frozenset]], first_of: Sequence[int]) -> tuple[int, float, float]:  # type: ignore[type-arg]
    places = [place for place, first in enumerate(first_of) if place == first]
    true = {
        (one, other)
        for at, other in enumerate(places)
        for one in places[:at]
        if any(mine and len(mine & theirs) >= ABOVE * len(mine | theirs) for mine, theirs in zip(sets[one], sets[other], strict=True))
    }
    pairs = set(zip(found.one.tolist(), found.other.tolist(), strict=True))
    return len(true), len(true & pairs) / max(len(true), 1), len(true & pairs) / max(len(pairs), 1)


def measure(folder: Path, count: int, sources: Sequence[str]) -> None:
    """Fill a pool and find what is the same in it; print seconds, and what the process has come to hold."""
    examples = rows(folder, count, sources)
    with scratch() as database:
        pool = Pool(database, Split())
        started = time.perf_counter()
        for example in examples:
            pool.add(example)
        added = time.perf_counter() - started
        del examples
        gc.collect()
        # From here on the kernel counts the most memory anew.
        Path("/proc/self/clear_refs").write_text("5")
        before = _mib("VmRSS")
        started, cpu = time.perf_counter(), time.process_time()
        told = sum(1 for _ in pool.same(Duplicates()))
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        print(f"| {count:,} | {pool.count():,} | {added:.1f} | {seconds:.1f} | {cpu:.1f} | {before:.0f} | {_mib('VmHWM'):.0f} | {told:,} |")
        print(f"<!-- {pool.found['near']}; groups {pool.groups()} -->")


def _mib(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def main() -> None:
    """Print a Markdown table of seconds and memory, and one of recall and precision."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.near", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000])
    parser.add_argument("--sources", nargs="*", default=SOURCES)
    parser.add_argument("--sample", type=int, default=3_000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return measure(options.folder, options.one, options.sources)
    print("| rows | different | s to add | s to find | CPU s | MiB before | MiB at most | told |\n|---|---|---|---|---|---|---|---|", flush=True)
    for count in options.rows:
        # In a process of its own, whose memory is nobody else's.
        again = ["--folder", str(options.folder), "--one", str(count), "--sources", *options.sources]
        subprocess.run([sys.executable, "-m", "tests.bench.near", *again], check=True)
    if options.sample:
        # Of each original some edits, so that there are pairs of every similarity.
        sample = rows(options.folder, options.sample, options.sources, options.sample // 6)
        print(f"\n| {len(sample):,} rows | true pairs | recall | precision |\n|---|---|---|---|")
        for what, (true, recall, precision) in quality(sample).items():
            print(f"| {what} | {true:,} | {recall:.4f} | {precision:.4f} |")
    return None


if __name__ == "__main__":
    main()
