"""Cases with published or independently worked figures, kept beside the project; skipped where they are absent.

Every case is asked for by the name of a metric, with the options that its convention needs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalsuite.metrics.registry import TEXT
from evalsuite.metrics.squad import normalize
from evalsuite.prediction import Prediction
from tests.evalsuite.human_agreement import roc_auc
from tests.evalsuite.world import prediction

FILE = Path(__file__).parents[2] / ".." / "shared" / "data" / "metric_golden.dev.jsonl"

HF_BLEU = "smooth=none,length=shortest,scale=1"
COCO_BLEU = "tokenize=none,smooth=none,scale=1"
SQUAD = {"em": "exact_match", "f1": "f1"}
RAW = {"em": "exact_match(raw)", "f1": "f1(raw)"}


def rouge(kind: str) -> dict[str, str]:
    return {"fmeasure": kind, "precision": f"{kind}(part=precision)", "recall": f"{kind}(part=recall)"}


ASKED_FOR: dict[str, dict[str, str]] = {
    "golden/000": {"bleu": "bleu"},
    "golden/001": {"bleu": "bleu"},
    "golden/004": {"bleu": "bleu(order=1)"},
    "golden/005": {"bleu": "bleu(order=2)"},
    "golden/009": {"bleu": "bleu(effective_order=true)"},
    "golden/010": {"bleu": "bleu(smooth=none,effective_order=true)"},
    "golden/013": {"bleu": "bleu(smooth=add-k,smooth_value=1,effective_order=true)"},
    "golden/018": {"bleu": "bleu(effective_order=true)"},
    "golden/019": {"bleu": "bleu(smooth=none,effective_order=true)"},
    "golden/022": {
        "bleu": f"bleu({HF_BLEU})",
        "brevity_penalty": f"bleu({HF_BLEU},part=brevity)",
        "length_ratio": f"bleu({HF_BLEU},part=ratio)",
    },
    "golden/024": {"p1": "bleu(tokenize=none,part=p1)", "p2": "bleu(tokenize=none,part=p2)"},
    "golden/028": {"bp": "bleu(tokenize=none,part=brevity)"},
    "golden/031": {**{f"Bleu_{order}": f"bleu({COCO_BLEU},order={order})" for order in (1, 2, 3, 4)}, "ROUGE_L": "rougeL(coco)"},
    "golden/034": rouge("rouge1"),
    "golden/035": rouge("rouge2"),
    "golden/036": rouge("rougeL"),
    "golden/037": rouge("rougeL"),
    "golden/038": rouge("rouge1"),
    "golden/040": rouge("rougeL"),
    "golden/045": rouge("rouge1"),
    "golden/046": rouge("rouge2"),
    "golden/047": rouge("rougeL"),
    "golden/053": {"rouge1": "rouge1"},
    "golden/055": SQUAD,
    "golden/056": SQUAD,
    "golden/058": RAW,
    "golden/059": SQUAD,
    "golden/066": {"exact_match": "exact_match(raw)"},
    "golden/069": {"exact_match": "exact_match(raw)"},
}
NOT_ASKED_FOR = {
    "golden/063": "a text after normalization is no figure; the normalization itself is tested below",
    "golden/071": "areas under curves are of scores and labels, not of texts; the one that metrics are judged by is tested below",
}
PARTLY = {
    "golden/022": {"translation_length", "reference_length"},  # counts behind the ratio, tested below
    "golden/031": {"METEOR", "CIDEr"},  # METEOR needs WordNet, CIDEr weights that come from a collection of captions
    "golden/053": {"per_item"},  # tested below
}

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE.name} is not beside the project")


def cases() -> dict[str, dict[str, Any]]:
    rows = map(json.loads, FILE.read_text(encoding="utf-8").splitlines()) if FILE.is_file() else []
    return {row["id"]: row for row in rows}


def predictions_of(case: dict[str, Any]) -> list[Prediction]:
    pairs = zip(case["predictions"], case["references"], strict=True)
    return [prediction(text, *references, name=str(number)) for number, (text, references) in enumerate(pairs)]


def test_every_case_is_spoken_for() -> None:
    assert cases().keys() == ASKED_FOR.keys() | NOT_ASKED_FOR.keys()
    for name, case in cases().items():
        if name in ASKED_FOR:
            assert case["expected"].keys() == ASKED_FOR[name].keys() | PARTLY.get(name, set())


@pytest.mark.parametrize(("name", "key", "metric"), [(name, key, metric) for name, asked in ASKED_FOR.items() for key, metric in asked.items()])
def test_case(name: str, key: str, metric: str) -> None:
    case = cases()[name]
    # SQuAD's script and T5 say per cent.
    scale = 100 if "0-100" in case["convention"] and TEXT[metric].high == 1 else 1
    found = TEXT[metric].value(TEXT[metric].statistics(predictions_of(case)))
    assert scale * found == pytest.approx(case["expected"][key], abs=case["tolerance"])


def test_the_lengths_behind_the_ratio_of_the_evaluate_library() -> None:
    case = cases()["golden/022"]
    metric = TEXT[f"bleu({HF_BLEU})"]
    said, wanted = metric.statistics(predictions_of(case)).sum(axis=0)[:2]
    assert (said, wanted) == (case["expected"]["translation_length"], case["expected"]["reference_length"])


def test_single_answers_of_a_mean() -> None:
    case = cases()["golden/053"]
    metric = TEXT["rouge1"]
    assert metric.item_scores(metric.statistics(predictions_of(case))).tolist() == pytest.approx(case["expected"]["per_item"])


def test_normalization_is_squads() -> None:
    case = cases()["golden/063"]
    assert normalize(case["predictions"][0]) == case["expected"]["normalized"]


def test_the_area_under_the_curve_that_metrics_are_judged_by() -> None:
    case = cases()["golden/071"]
    assert roc_auc(np.asarray(case["predictions"]), np.asarray(case["references"]) == 1) == pytest.approx(case["expected"]["auc_roc"])
