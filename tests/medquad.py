"""The measure of the whole loop on real data: 400 MedQuAD answers to train on, questions about unseen topics to test.

    python tests/medquad.py medquad.jsonl [--home DIR]

The file has one object a line with question, answer, topic and type. Fails unless the trained version has at
least 1.8 times the token F1 and 2 times the ROUGE-L of the bare base, with intervals that do not overlap.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

GOALS = {"f1": 1.8, "rougeL": 2.0}
RECIPE = {
    "name": "medquad",
    "description": "Short MedQuAD answers.",
    "data": {
        "group": "topic",
        "tags": ["type"],
        "answer_words": {"min": 8, "max": 60},
        "limit": {"train": 400, "validation": 40},
    },
    "training": {"method": "lora", "epochs": 2, "learning_rate": 5e-4, "batch_size": 8, "max_length": 256, "evaluations": 4},
    "generation": {"max_new_tokens": 128},
    "evaluation": {"probes": [], "metrics": ["exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "toxicity"]},
}


def main() -> int:
    """Train, evaluate, judge."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--home", type=Path, default=Path("workspace"))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "recipe.yaml"
        recipe.write_text(json.dumps({**RECIPE, "data": {**RECIPE["data"], "files": [str(given.file.resolve())]}}))
        run("assistant", "train", str(recipe), "--resume", "--home", str(given.home))
        card = json.loads(run("evalsuite", "run", "medquad", "--json", "--home", str(given.home)))
    return judge(card)


def run(module: str, *words: str) -> str:
    """Run one of the commands, its progress on the screen, and return what it prints."""
    return subprocess.run([sys.executable, "-m", module, *words], stdout=subprocess.PIPE, text=True, check=True).stdout


def judge(card: dict) -> int:
    """Print base against version, and whether the goals are met."""
    met = True
    for metric, goal in GOALS.items():
        base, version = card["base_figures"][metric], card["figures"][metric]
        ratio = version["value"] / base["value"]
        apart = version["ci95"][0] > base["ci95"][1]
        met = met and ratio >= goal and apart
        print(
            f"{metric:8} base {base['value']:.3f} {interval(base)}  medquad@1 {version['value']:.3f} {interval(version)}  "
            f"{ratio:.2f} times (goal {goal}), intervals {'apart' if apart else 'overlap'}, n = {version['n']}"
        )
    return 0 if met else 1


def interval(score: dict) -> str:
    """The 95% interval of a score."""
    return f"[{score['ci95'][0]:.3f}, {score['ci95'][1]:.3f}]"


if __name__ == "__main__":
    sys.exit(main())
