"""Every metric against its worked example, hand-worked values, and the library it stands on."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics import bleu, chrf, rouge
from evalsuite.metrics.bleu import BLEU
from evalsuite.metrics.chrf import CHRF
from evalsuite.metrics.exact_match import EXACT_MATCH
from evalsuite.metrics.f1 import F1, token_f1
from evalsuite.metrics.lcs import lcs_length, lcs_places
from evalsuite.metrics.metric import CORPUS, Metric, mean, scored
from evalsuite.metrics.registry import TEXT
from evalsuite.metrics.squad import normalize
from evalsuite.metrics.toxicity import toxicity_metrics
from evalsuite.prediction import Prediction
from evalsuite.toxicity.profanity import profanity_check
from tests.evalsuite.world import prediction

OVERLAPS = ("exact_match", "f1", "precision", "recall", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum")
"""Metrics that compare the words of any answer with those of any reference."""


def value(metric: Metric, *predictions: Prediction) -> float:
    return metric.value(metric.statistics(predictions))


def some_predictions(count: int = 60) -> list[Prediction]:
    """Short and long answers, empty ones, one to three references, over few words so that n-grams repeat."""
    chance = random.Random(7)
    words = ["the", "cat", "sat", "on", "mat.", "Dog,", "ran", "3.5", "über"]

    def text(most: int) -> str:
        return " ".join(chance.choice(words) for _ in range(chance.randint(0, most)))

    return [prediction(text(14), *(text(14) for _ in range(chance.randint(1, 3))), name=str(number)) for number in range(count)]


@pytest.mark.parametrize("metric", TEXT.values(), ids=TEXT.keys())
def test_worked_example(metric: Metric) -> None:
    assert value(metric, metric.example.as_prediction()) == pytest.approx(metric.example.value, abs=1e-9)


@pytest.mark.parametrize("metric", [metric for metric in TEXT.values() if metric.perfect is not None], ids=lambda metric: metric.name)
def test_a_reference_as_prediction_scores_what_is_declared_perfect(metric: Metric) -> None:
    text = "Rest, and drink 2 litres of Vichy water."
    assert value(metric, prediction(text, "Something else entirely.", text)) == pytest.approx(metric.perfect)


@pytest.mark.parametrize("name", OVERLAPS)
def test_an_empty_answer_scores_nothing_and_is_never_nan(name: str) -> None:
    expected = 0.5 if name in {"exact_match", "f1", "precision", "recall"} else 0.0
    assert value(TEXT[name], prediction("", "water"), prediction("", "")) == pytest.approx(expected)


@pytest.mark.parametrize("metric", TEXT.values(), ids=TEXT.keys())
def test_scores_stay_in_the_declared_range(metric: Metric) -> None:
    statistics = metric.statistics(some_predictions())
    scores = metric.item_scores(statistics)
    assert np.isfinite(statistics).all()
    if metric.aggregation != CORPUS:
        assert np.array_equal(np.isnan(scores), ~statistics.any(axis=1)), "it applies where there are statistics, and nowhere else"
    scores = scores[~np.isnan(scores)]
    assert (scores >= metric.low).all()
    assert (scores <= (np.inf if metric.high is None else metric.high + 1e-9)).all()


@pytest.mark.parametrize("metric", TEXT.values(), ids=TEXT.keys())
def test_a_metric_names_its_version_in_its_signature(metric: Metric) -> None:
    assert metric.signature([prediction("a", "b")]).endswith(f"|v:{metric.version}")
    assert metric.aggregation


def test_a_mean_leaves_out_what_it_does_not_apply_to() -> None:
    statistics = scored([1.0, None, 0.0, None])
    assert statistics.tolist() == [[1, 1], [0, 0], [0, 1], [0, 0]]
    assert mean(statistics.sum(axis=0)) == 0.5
    assert np.isnan(mean(scored([None]).sum(axis=0)))


def test_normalization_follows_squad_and_keeps_curly_quotes() -> None:
    assert normalize("`Needs\tA_LOT of the 'normalization'.\"\u2018") == "needs alot of normalization\u2018"
    assert normalize("3.5") == "35"
    assert normalize("The theatre an a") == "theatre"


def test_a_repeated_word_counts_once_for_each_time_both_have_it() -> None:
    assert token_f1("heart heart heart heart", "heart") == pytest.approx(2 * 1 / 5)


@pytest.mark.parametrize(("answer", "reference", "score"), [("the", "a", 1.0), ("the", "water", 0.0), ("water", "!", 0.0)])
def test_an_empty_side_scores_one_only_when_both_are_empty(answer: str, reference: str, score: float) -> None:
    assert token_f1(answer, reference) == score
    assert value(EXACT_MATCH, prediction(answer, reference)) == score


def test_the_best_reference_counts() -> None:
    assert value(F1, prediction("drink water", "sleep", "drink water")) == 1.0


def test_bleu_and_chrf_are_sacrebleus_own_corpus_scores() -> None:
    import sacrebleu

    predictions = some_predictions()
    texts = [each.text for each in predictions]
    streams = [[each.references[at] if at < len(each.references) else None for each in predictions] for at in range(3)]
    assert value(BLEU, *predictions) == pytest.approx(sacrebleu.corpus_bleu(texts, streams).score, abs=1e-9)
    assert value(CHRF, *predictions) == pytest.approx(sacrebleu.corpus_chrf(texts, streams).score, abs=1e-9)


def test_single_answers_score_as_sacrebleu_scores_a_sentence() -> None:
    from sacrebleu.metrics.bleu import BLEU as SACRE_BLEU
    from sacrebleu.metrics.chrf import CHRF as SACRE_CHRF

    predictions = some_predictions()
    for metric, library in ((BLEU, SACRE_BLEU(effective_order=True)), (CHRF, SACRE_CHRF())):
        expected = [library.sentence_score(each.text, list(each.references)).score for each in predictions]
        assert metric.item_scores(metric.statistics(predictions)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", [BLEU, CHRF], ids=["bleu", "chrf"])
def test_resampled_sums_are_combined_as_sacrebleu_combines_them(metric: Metric) -> None:
    statistics = metric.statistics(some_predictions())
    generator = np.random.default_rng(3)
    # Small resamples: some have no 4-gram, or no match at all.
    sums = np.stack([statistics[generator.integers(0, len(statistics), size)].sum(axis=0) for size in (1, 1, 1, 2, 2, 3, 5, 20)])
    library = (bleu if metric is BLEU else chrf)._library()
    expected = [library._compute_score_from_stats([int(count) for count in row]).score for row in sums]
    assert metric.combine(sums) == pytest.approx(expected, abs=1e-9)


def test_ragged_references_are_in_the_signature() -> None:
    assert BLEU.signature([prediction("a", "b"), prediction("a", "b")]).startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert CHRF.signature([prediction("a", "b"), prediction("a", "b", "c")]).startswith("nrefs:var|case:mixed|eff:yes|nc:6|nw:0|space:no")


@pytest.mark.parametrize("name", ["rouge1", "rouge2", "rougeL", "rougeLsum"])
def test_rouge_is_rouge_scores_own_over_lines_and_references(name: str) -> None:
    from rouge_score.rouge_scorer import RougeScorer

    chance = random.Random(5)
    predictions = []
    for each in some_predictions():
        references = (reference.replace(" ", "\n", chance.randint(0, 4)) for reference in each.references)
        predictions.append(prediction(each.text.replace(" ", "\n", chance.randint(0, 4)), *references, name=each.id))
    library = RougeScorer([name])
    expected = [library.score_multi(list(each.references), each.text)[name].fmeasure for each in predictions]
    assert len(set(expected)) > 20
    # The very same numbers, not nearly the same: nothing of what is counted may differ.
    assert TEXT[name].item_scores(TEXT[name].statistics(predictions)).tolist() == expected


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_common_subsequences_are_those_that_rouge_score_reads_out_of_its_table(first: list[str], second: list[str]) -> None:
    from rouge_score.rouge_scorer import lcs_ind

    expected = lcs_ind(second, first)
    assert lcs_length(first, second) == len(expected)
    assert lcs_places(first, second)[::-1] == expected


MARKS = ["a", "B", "7", ".", ",", "-", "-\n", "&", "&quot;", "&amp;", "lt;", "<skip", "ped>", "'", "é", "İ", "Σ"]
GAPS = [" ", "  ", "\t", "\n", "\u3000", "\u2028", "\x1c", "\x00"]


@given(st.lists(st.sampled_from(MARKS + GAPS)).map("".join))
def test_the_tokens_of_a_text_are_those_of_its_words(text: str) -> None:
    from rouge_score.tokenizers import DefaultTokenizer

    assert list(bleu._tokenized(text)) == bleu._library()._preprocess_segment(text).split()
    assert rouge._tokenized(text) == DefaultTokenizer(use_stemmer=False).tokenize(text)


def test_rouge_has_no_stemmer() -> None:
    assert value(TEXT["rouge1"], prediction("walking", "walked")) == 0.0


def test_toxicity_reads_each_text_once_and_gives_mean_and_rate() -> None:
    classifier = profanity_check()
    read: list[str] = []

    def counting(texts: list[str]) -> list[float]:
        read.extend(texts)
        return classifier.score(texts)

    average, rate = toxicity_metrics(type(classifier)(classifier.name, classifier.signature, classifier.blind_to, counting))
    predictions = [prediction(average.example.prediction, "x"), prediction("Drink water.", "x"), prediction("Drink water.", "x")]
    assert value(average, predictions[0]) == pytest.approx(average.example.value, abs=1e-6)
    assert value(rate, *predictions) == pytest.approx(1 / 3)
    assert value(average, *predictions) == pytest.approx((1 + 2 * classifier.score(["Drink water."])[0]) / 3, abs=1e-6)
    assert sorted(read) == ["Drink water.", "you are a stupid idiot"]


def test_a_metric_says_what_it_is() -> None:
    for name, metric in TEXT.items():
        assert metric.name == name
        assert metric.meaning.endswith(".")
        assert metric.signature([prediction("a", "b")])


def test_help_and_names_need_no_heavy_library() -> None:
    import subprocess
    import sys

    check = (
        "import sys, evalsuite.cli, evalsuite.metrics.registry, evalsuite.gates;"
        "print([name for name in ('numpy', 'torch', 'sacrebleu', 'rouge_score', 'evaluate', 'datasets', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"
