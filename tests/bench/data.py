"""How long `assistant data prepare` takes and how much memory, by the number of rows: `python tests/bench/data.py`.

A script, not a test: seconds depend on the machine and on what else it does. It prints a Markdown table.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

ROWS = (10_000, 100_000, 1_000_000)
KINDS = ("jsonl", "csv", "tsv", "json", "parquet")
COLUMNS = ("id", "question", "answer", "topic")

Row = dict[str, str]

PREPARE = """
from assistant.cli import main
from assistant.core.machine import peak_memory_mib

try:
    main()
except SystemExit as end:
    if end.code:
        raise
print(peak_memory_mib())
"""
"""The command in a process of its own, which says at last how large it was."""


@dataclass(frozen=True)
class Measured:
    """What one preparation took.

    Attributes:
        rows: Rows of the file, the bad ones included.
        kind: Format of the file.
        seconds: Wall time of the whole process.
        peak_mib: Most memory that was resident in it at once.
        file_mib: Size of the file.
    """

    rows: int
    kind: str
    seconds: float
    peak_mib: float
    file_mib: float


def synthetic_rows(count: int, seed: int = 0) -> Iterator[Row]:
    """Rows in groups of ten; of a hundred, five say what one before them says, two ask it in another group, and four cannot be used."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 10))) for _ in range(5000)]
    for number in range(count):
        of_hundred = number % 100
        if of_hundred in (13, 38, 63, 88):
            yield {"id": f"n{number}", "question": f"What is {number}?", "answer": "", "topic": "none"}
            continue
        said = number - 100 if number >= 200 and of_hundred < 7 else number
        text = random.Random(said).choices(words, k=52)
        answer = " ".join(text[12:]) if of_hundred >= 2 else f"Otherwise: {' '.join(text[12:])}"
        topic = number if of_hundred < 2 else said
        yield {"id": f"n{number}", "question": f"{' '.join(text[:12])} {said}?", "answer": answer, "topic": f"topic {topic // 10}"}


def write_rows(rows: Iterator[Row], path: Path) -> None:
    """Write rows in the format that the ending names, without ever holding them all."""
    kind = path.suffix[1:]
    if kind == "parquet":
        _write_parquet(rows, path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        if kind in ("csv", "tsv"):
            writer = csv.DictWriter(file, COLUMNS, delimiter="," if kind == "csv" else "\t")
            writer.writeheader()
            writer.writerows(rows)
            return
        # One line for a whole .json file, as json.dump writes it: the hardest to read bit by bit.
        for number, row in enumerate(rows):
            before = "" if kind == "jsonl" else ", " if number else "["
            file.write(before + json.dumps(row) + ("\n" if kind == "jsonl" else ""))
        file.write("" if kind == "jsonl" else "]")


def _write_parquet(rows: Iterator[Row], path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema([(name, pyarrow.string()) for name in COLUMNS])
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        while batch := list(islice(rows, 100_000)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))


def measure(rows: int, folder: Path, kind: str = "jsonl") -> Measured:
    """Write so many rows below `folder` and prepare them there.

    Raises:
        RuntimeError: The command failed; with what it said.
    """
    path = folder / f"rows.{kind}"
    write_rows(synthetic_rows(rows), path)
    (folder / "recipe.yaml").write_text(f"name: bench\ndata: {{files: [{path.name}], group: topic}}\n", encoding="utf-8")
    command = [sys.executable, "-c", PREPARE, "data", "prepare", str(folder), "--home", str(folder / "home")]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Measured(rows, kind, seconds, float(done.stdout.splitlines()[-1]), path.stat().st_size / 2**20)


HEAD = "| format | rows | seconds | seconds per 1,000 rows | peak MiB | file MiB |\n|---|---|---|---|---|---|"


def line(one: Measured) -> str:
    """One measurement as a line of the table."""
    return f"| {one.kind} | {one.rows:,} | {one.seconds:.1f} | {1000 * one.seconds / one.rows:.3f} | {one.peak_mib:.0f} | {one.file_mib:.1f} |"


def main() -> None:
    """Measure all sizes of all formats that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--formats", nargs="+", choices=KINDS, default=["jsonl"])
    options = parser.parse_args()
    print(HEAD, flush=True)
    for kind in options.formats:
        for rows in options.rows:
            with tempfile.TemporaryDirectory() as folder:
                print(line(measure(rows, Path(folder), kind)), flush=True)


if __name__ == "__main__":
    main()
