"""What the data workshop buys on MedQuAD: the same training on the same rows, as found and then step by step through the workshop.

    python -m tests.bench.workshop --medquad medquad.jsonl [--train 400] [--home DIR]

One share of the topics is set aside first; nothing of them is ever trained on. From the rows of all others, four ways:

- as found: rows dealt to train and test one by one, nothing mended;
- cleaned: the same with the cleaning rules;
- and told apart: near-duplicates dropped as well;
- and grouped: rows of one topic, and what is nearly the same, are never parted.

Each way trains on as many rows for as many steps, and is asked twice: its own test, which is what its owner would believe, and the
topics that were set aside, with clean answers, which is how it will be. It is the second column that counts, and the distance
between the two is how far an owner is misled.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from assistant.core.home import Home
from assistant.core.recipe import Recipe
from assistant.core.recipe_data import CleaningRule
from assistant.core.recipe_file import RecipeFile
from assistant.data.prepare import prepare

SET_ASIDE = 0.15
WORDS = {"min": 8, "max": 60}
METRICS = ["f1", "rougeL", "bleu"]
TRAINING = {"method": "lora", "epochs": 1, "learning_rate": 5e-4, "batch_size": 8, "max_length": 256, "evaluations": 1}
NOTHING = {"clean": {"without": list(get_args(CleaningRule))}, "duplicates": {"near": "ignore"}}
WAYS: dict[str, dict[str, Any]] = {
    "as found": {**NOTHING},
    "cleaned": {"duplicates": {"near": "ignore"}},
    "and told apart": {"duplicates": {"near": "drop"}},
    "and grouped": {"duplicates": {"near": "drop"}, "group": "topic"},
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """What one way came to.

    Attributes:
        name: The way.
        rows: Rows that were trained on.
        believed: Figures on its own test.
        true: Figures on the topics that were set aside.
    """

    name: str
    rows: int
    believed: dict[str, Any]
    true: dict[str, Any]


def main() -> int:
    """Measure, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--medquad", type=Path, required=True)
    arguments.add_argument("--train", type=int, default=400)
    arguments.add_argument("--test", type=int, default=100)
    arguments.add_argument("--home", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.home or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        print(table_of(measure(given.medquad, folder, given.train, given.test)))
    return 0


def measure(medquad: Path, folder: Path, train: int, test: int) -> list[Way]:
    """Go all ways over the same rows."""
    rows = [json.loads(line) for line in medquad.read_text(encoding="utf-8").splitlines()]
    aside = [row for row in rows if _share(row["topic"]) < SET_ASIDE]
    others = [row for row in rows if _share(row["topic"]) >= SET_ASIDE]
    truth = _clean_test(aside, folder, test)
    return [_go(number, name, settings, others, truth, folder, train, test) for number, (name, settings) in enumerate(WAYS.items())]


def _share(topic: str) -> float:
    return int.from_bytes(hashlib.sha256(f"aside:{topic}".encode()).digest()[:4], "big") / 2**32


def _clean_test(rows: Sequence[Row], folder: Path, most: int) -> Path:
    """The questions that every way is asked in the end, cleaned, one of each topic first."""
    made = _prepared("truth", rows, {"group": "topic", "split": {"train": 100, "validation": 0, "test": 0}, "limit": {"train": most}}, folder)
    return _written(folder / "truth-asked.jsonl", [example.to_json() for example in made.splits["train"]])


def _go(number: int, name: str, settings: dict[str, Any], rows: Sequence[Row], truth: Path, folder: Path, train: int, test: int) -> Way:
    shuffled = random.Random(0).sample(list(rows), len(rows))
    limits = {"limit": {"train": train, "test": test}, "split": {"train": 80, "validation": 0, "test": 20}}
    if name == "as found":
        # Dealt by hand: the project itself would keep equal questions together and drop equal rows.
        usable = [row for row in shuffled if WORDS["min"] <= len(row["answer"].split()) <= WORDS["max"]]
        cut = len(usable) * 4 // 5
        learned, own = usable[:cut][:train], usable[cut:][:test]
    else:
        made = _prepared(f"way{number}-data", shuffled, {**settings, **limits}, folder)
        learned, own = ([example.to_json() for example in made.splits[split]] for split in ("train", "test"))
    recipe = folder / f"way{number}.yaml"
    data = {
        **NOTHING,
        "files": [str(_written(folder / f"way{number}-train.jsonl", learned))],
        "split": {"train": 1, "validation": 0, "test": 0},
        "check": {"personal_data": "ignore", "toxic": "ignore", "language": "ignore"},
    }
    content = {
        "name": f"way{number}",
        "data": data,
        "training": TRAINING,
        "generation": {"max_new_tokens": 128},
        "evaluation": {"probes": [], "metrics": METRICS, "latency_requests": 0},
    }
    recipe.write_text(json.dumps(content), encoding="utf-8")
    home = str(folder / "home")
    started = time.monotonic()
    _run("assistant", "train", str(recipe), "--home", home)
    own_file = _written(folder / f"way{number}-own.jsonl", own)
    believed, true = (_figures(f"way{number}", asked, home) for asked in (own_file, truth))
    print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return Way(name, len(learned), believed, true)


def _prepared(name: str, rows: Sequence[Row], settings: dict[str, Any], folder: Path) -> Any:
    source = _written(folder / f"{name}.jsonl", rows)
    check = {"personal_data": "ignore", "toxic": "ignore", "language": "ignore"}
    data = {"files": [str(source)], "tags": ["type"], "answer_words": WORDS, "check": check, **settings}
    return prepare(RecipeFile(Recipe.model_validate({"name": name, "data": data}), folder / "recipe.yaml"), Home(folder / "home"))


def _written(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _figures(name: str, asked: Path, home: str) -> dict[str, Any]:
    card = json.loads(_run("evalsuite", "run", name, "--data", str(asked), "--no-base", "--json", "--home", home))
    return {metric: card["figures"][metric] for metric in METRICS}


def _run(module: str, *words: str) -> str:
    return subprocess.run([sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True, check=True).stdout


def table_of(ways: Sequence[Way]) -> str:
    """The table in Markdown."""
    lines = [
        "| way | rows | F1 on its own test | F1 on topics set aside | ROUGE-L on its own test | on topics set aside |",
        "|---|---|---|---|---|---|",
    ]
    for way in ways:
        cells = [_cell(figures[metric]) for metric in ("f1", "rougeL") for figures in (way.believed, way.true)]
        lines.append(f"| {way.name} | {way.rows} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figure: dict[str, Any]) -> str:
    low, high = figure["ci95"]
    return f"{figure['value']:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    sys.exit(main())
