"""n-grams counted by sorting are the ones that sacreBLEU counts."""

from __future__ import annotations

import random

import numpy as np
import pytest

from evalsuite.metrics import bleu, chrf, ngrams
from evalsuite.metrics.metric import Metric
from evalsuite.metrics.ngrams import matches
from evalsuite.prediction import Prediction
from tests.evalsuite.world import prediction

CHANCE = random.Random(11)
ALPHABETS = {
    "two letters": "ab",
    "words": "the cat sat. ,",
    "white space and signs": "a\u3000\u2028\t\x00é ",
    # Six of these do not fit into one number side by side.
    "many characters": "".join(chr(CHANCE.randint(0x4E00, 0x9FFF)) for _ in range(3000)),
    "beyond the first plane": "".join(chr(0x1F300 + number) for number in range(600)) + " ",
}


def some(alphabet: str, count: int = 60) -> list[Prediction]:
    """More answers than are counted at a time, with one to four references, some texts empty."""
    chance = random.Random(5)

    def text() -> str:
        return "".join(chance.choices(alphabet, k=chance.choice([0, 1, 5, 60])))

    return [prediction(text(), *(text() for _ in range(chance.randint(1, 4))), name=str(number)) for number in range(count)]


def by_sacrebleu(library: object, predictions: list[Prediction]) -> np.ndarray:
    streams = [[each.references[at] if at < len(each.references) else None for each in predictions] for at in range(4)]
    return np.asarray(library._extract_corpus_statistics([each.text for each in predictions], streams))  # type: ignore[attr-defined]


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS.keys())
@pytest.mark.parametrize(("metric", "module"), [(bleu.BLEU, bleu), (chrf.CHRF, chrf)], ids=["bleu", "chrf"])
def test_statistics_are_sacrebleus_own(metric: Metric, module: object, alphabet: str) -> None:
    predictions = some(alphabet)
    expected = by_sacrebleu(module._library(), predictions)  # type: ignore[attr-defined]
    assert np.array_equal(metric.statistics(predictions), expected)
    assert expected.any()


def test_an_ngram_matches_as_often_as_the_reference_that_has_it_most() -> None:
    answer, first, second = np.asarray([1, 1, 1, 2]), np.asarray([1, 1, 3]), np.asarray([1, 2, 2])
    # 1: three said, two in the first. 2: one said, two in the second. Pairs: (1, 1) once, (1, 2) once.
    assert matches([answer], [[first, second]], 2).tolist() == [[3, 2]]


def test_the_size_of_batches_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    predictions = some("abc ")
    whole = chrf.CHRF.statistics(predictions)
    monkeypatch.setattr(ngrams, "BATCH", 7)
    assert np.array_equal(chrf.CHRF.statistics(predictions), whole)


def test_nothing_matches_where_there_is_nothing() -> None:
    nothing = np.asarray([], dtype=np.int64)
    assert matches([nothing], [[nothing]], 3).tolist() == [[0, 0, 0]]
    assert matches([], [], 3).shape == (0, 3)
