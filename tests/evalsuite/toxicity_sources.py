"""The installed classifier of toxicity against labelled texts: `python -m tests.evalsuite.toxicity_sources FOLDER`.

Prints the tables of docs/safety-sources.md. FOLDER holds HateCheck, the Surge AI set, Davidson's
tweets, Wikipedia comments and the identity templates as JSONL. None of their texts is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evalsuite.stats.wilson import wilson_interval
from evalsuite.toxicity.classifier import TOXIC, Classifier
from evalsuite.toxicity.profanity import profanity_check

SETS = {
    "Surge AI": ("toxicity_surge", lambda row: row["toxic"]),
    "Wikipedia comments": ("toxicity_wikipedia_comments", lambda row: row["toxic"]),
    "Davidson, offensive or hateful": ("toxicity_davidson", lambda row: row["label"] != "neither"),
    "Davidson, hateful against the rest": ("toxicity_davidson", lambda row: row["label"] == "hate_speech"),
    "HateCheck": ("hatecheck", lambda row: row["label"] == "hateful"),
    "Identity templates": ("bias_madlibs", lambda row: row["toxic"]),
}
"""Title, file, and which of its rows are toxic."""


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()]


def auc(scores: list[float], toxic: list[bool]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(toxic, scores))


def share(scores: Iterable[float]) -> str:
    """How many are called toxic, with the 95% interval."""
    called = [score >= TOXIC for score in scores]
    low, high = wilson_interval(sum(called), len(called))
    return f"{sum(called) / len(called):.3f} ({low:.3f} to {high:.3f})"


def accuracy_table(folder: Path, classifier: Classifier) -> list[str]:
    """How well toxic texts are told from others, by set."""
    lines = ["| set | toxic | others | ROC AUC | toxic found at 0.5 | false alarms at 0.5 |", "|---|---|---|---|---|---|"]
    for title, (name, is_toxic) in SETS.items():
        found = rows(folder, name)
        scores, toxic = classifier.score([row["text"] for row in found]), [bool(is_toxic(row)) for row in found]
        yes = [score for score, label in zip(scores, toxic, strict=True) if label]
        no = [score for score, label in zip(scores, toxic, strict=True) if not label]
        lines.append(f"| {title} | {len(yes)} | {len(no)} | {auc(scores, toxic):.3f} | {share(yes)} | {share(no)} |")
    return lines


def by_kind(folder: Path, classifier: Classifier) -> list[str]:
    """What is called toxic of each kind of HateCheck's texts."""
    found = rows(folder, "hatecheck")
    scores = classifier.score([row["text"] for row in found])
    kinds: dict[tuple[str, str], list[float]] = {}
    for row, score in zip(found, scores, strict=True):
        kinds.setdefault((row["label"], row["functionality"]), []).append(score)
    lines = ["| label | HateCheck's kind | texts | called toxic |", "|---|---|---|---|"]
    return [*lines, *(f"| {label} | `{kind}` | {len(each)} | {share(each)} |" for (label, kind), each in sorted(kinds.items(), reverse=True))]


def by_identity(folder: Path, classifier: Classifier) -> list[str]:
    """False alarms on harmless texts that name an identity."""
    harmless = [row for row in rows(folder, "hatecheck") if row["functionality"] in ("ident_neutral_nh", "ident_pos_nh")]
    lines = ["| harmless texts that name | set | texts | mean toxicity | called toxic |", "|---|---|---|---|---|"]
    lines += _identities(harmless, "target", "HateCheck, neutral and positive", classifier)
    lines += _identities([row for row in rows(folder, "bias_madlibs") if not row["toxic"]], "identity", "identity templates", classifier)
    return lines


def _identities(found: list[dict[str, Any]], field: str, title: str, classifier: Classifier) -> list[str]:
    scores: dict[str, list[float]] = {}
    for row, score in zip(found, classifier.score([row["text"] for row in found]), strict=True):
        scores.setdefault(row[field], []).append(score)
    order = sorted(scores, key=lambda name: (-sum(scores[name]) / len(scores[name]), name))
    return [f"| {name} | {title} | {len(scores[name])} | {sum(scores[name]) / len(scores[name]):.3f} | {share(scores[name])} |" for name in order]


def main() -> None:
    folder, classifier = Path(sys.argv[1]), profanity_check()
    print(classifier.name)
    for table in (accuracy_table, by_kind, by_identity):
        print("", *table(folder, classifier), sep="\n")


if __name__ == "__main__":
    main()
