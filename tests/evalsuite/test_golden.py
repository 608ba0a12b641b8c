"""Cases with published or independently worked figures, kept beside the project; skipped where they are absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evalsuite.metrics.registry import TEXT
from evalsuite.metrics.rouge import ROUGE1
from evalsuite.metrics.squad import normalize
from evalsuite.prediction import Prediction
from tests.evalsuite.world import prediction

FILE = Path(__file__).parents[2] / ".." / "shared" / "data" / "metric_golden.dev.jsonl"

OURS = {
    "golden/000": "corpus BLEU, 13a, exp",
    "golden/001": "corpus BLEU of empty answers",
    "golden/009": "sentence BLEU, exp, effective order",
    "golden/018": "sentence BLEU without overlap",
    "golden/034": "ROUGE-1",
    "golden/035": "ROUGE-2",
    "golden/036": "ROUGE-L",
    "golden/037": "ROUGE-L with a gap",
    "golden/038": "ROUGE-1 of an empty answer",
    "golden/040": "ROUGE-L of an empty answer",
    "golden/045": "ROUGE-1 without stemmer",
    "golden/046": "ROUGE-2 without stemmer",
    "golden/047": "ROUGE-L without stemmer",
    "golden/053": "mean ROUGE-1",
    "golden/055": "SQuAD, hit",
    "golden/056": "SQuAD, miss",
    "golden/059": "SQuAD, several references",
    "golden/063": "SQuAD normalization",
}
OTHERS = {
    "golden/004": "BLEU with n-grams up to 1",
    "golden/005": "BLEU with n-grams up to 2",
    "golden/010": "no smoothing",
    "golden/013": "add-k smoothing",
    "golden/019": "no smoothing",
    "golden/022": "BLEU of the evaluate library, 0 to 1",
    "golden/024": "NLTK's modified precision",
    "golden/028": "NLTK's brevity penalty",
    "golden/031": "coco-caption, ROUGE-L with beta 1.2",
    "golden/058": "exact match and F1 without normalization",
    "golden/066": "exact match without normalization",
    "golden/069": "exact match without normalization",
    "golden/071": "area under a curve",
}

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE.name} is not beside the project")


def cases() -> dict[str, dict[str, Any]]:
    rows = map(json.loads, FILE.read_text(encoding="utf-8").splitlines()) if FILE.is_file() else []
    return {row["id"]: row for row in rows}


def predictions_of(case: dict[str, Any]) -> list[Prediction]:
    pairs = zip(case["predictions"], case["references"], strict=True)
    return [prediction(text, *references, name=str(number)) for number, (text, references) in enumerate(pairs)]


def measured(case: dict[str, Any]) -> dict[str, float]:
    """Our figures under the names and on the scale of the case."""
    kind = case["metric"]
    if kind == "squad_normalize":
        return {"normalized": normalize(case["predictions"][0])}  # type: ignore[dict-item]
    predictions = predictions_of(case)
    if kind == "corpus_bleu":
        return {"bleu": TEXT["bleu"].value(TEXT["bleu"].statistics(predictions))}
    if kind == "sentence_bleu":
        return {"bleu": float(TEXT["bleu"].item_scores(TEXT["bleu"].statistics(predictions))[0])}
    if kind == "squad":
        return {short: 100 * TEXT[name].value(TEXT[name].statistics(predictions)) for short, name in (("em", "exact_match"), ("f1", "f1"))}
    if kind == "rouge1_mean":
        return {"rouge1": ROUGE1.value(ROUGE1.statistics(predictions))}
    return {"fmeasure": TEXT[kind].value(TEXT[kind].statistics(predictions))}


def test_every_case_is_spoken_for() -> None:
    assert set(cases()) == OURS.keys() | OTHERS.keys()
    assert not OURS.keys() & OTHERS.keys()


@pytest.mark.parametrize("name", OURS, ids=[f"{name} {title}" for name, title in OURS.items()])
def test_case(name: str) -> None:
    case = cases()[name]
    ours = measured(case)
    assert ours
    for key, figure in ours.items():
        expected = case["expected"][key]
        assert figure == (expected if isinstance(expected, str) else pytest.approx(expected, abs=case["tolerance"]))


@pytest.mark.parametrize(("name", "order"), [("golden/004", 1), ("golden/005", 2)])
def test_lower_orders_of_bleu_follow_from_the_same_statistics(name: str, order: int) -> None:
    case = cases()[name]
    sums = TEXT["bleu"].statistics(predictions_of(case)).sum(axis=0)
    precisions = sums[2 : 2 + order] / sums[6 : 6 + order]
    brevity = min(1.0, float(pow(2.718281828459045, 1 - sums[1] / sums[0])))
    assert 100 * brevity * float(precisions.prod()) ** (1 / order) == pytest.approx(case["expected"]["bleu"], abs=case["tolerance"])
