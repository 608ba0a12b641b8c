"""Metrics with options: how they are written, and that each says what the library says that it is named after."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import Gate, UserError
from evalsuite.metrics.registry import FAMILIES, TEXT, check_gates, check_names, choose, split_names
from evalsuite.prediction import Prediction
from evalsuite.scores import Order, read_scores, score, write_scores
from tests.evalsuite.test_metrics import some_predictions, value
from tests.evalsuite.world import prediction


def refused(name: str) -> str:
    with pytest.raises(UserError) as caught:
        check_names([name], Path())
    return f"{caught.value.what} {caught.value.todo}"


def test_a_comma_between_parentheses_parts_no_names() -> None:
    assert split_names("f1, bleu(order=2, smooth=none),mine.py,") == ("f1", "bleu(order=2, smooth=none)", "mine.py")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bleu(ordre=2)", "no option 'ordre'"),
        ("bleu(order=0)", "a whole number from 1 to 9"),
        ("bleu(order=two)", "a whole number from 1 to 9"),
        ("bleu(smooth=exponential)", "exp or none or floor or add-k"),
        ("bleu(order=2,order=3)", "twice"),
        ("bleu(order=2,part=p3)", "p3 needs order=3 or more"),
        ("bleu(smooth_value=1)", "smooth=floor or smooth=add-k"),
        ("rougeL(coco,stemmer)", "goes with no stemmer"),
        ("rouge1(coco)", "no option 'coco'"),
        ("rouge1(stemmer=yes)", "true or false"),
        ("repetition(order=3)", "it has no options"),
        ("blue(order=2)", "Did you mean bleu?"),
        ("bleu(order=2", "quotes"),
    ],
)
def test_what_is_written_wrongly_is_told_with_what_is_allowed(name: str, said: str) -> None:
    assert said in refused(name)


def test_the_figure_is_called_as_it_was_asked_for() -> None:
    name = "bleu(order=2,lowercase)"
    metrics, _ = choose([name, "bleu"], Path(), lambda: pytest.fail("no classifier is needed"))
    assert [metric.name for metric in metrics] == [name, "bleu"]
    assert metrics[0].title == "BLEU (order 2, lowercase)"
    assert metrics[0].signature(some_predictions()) != metrics[1].signature(some_predictions())


def test_without_options_parentheses_say_nothing() -> None:
    assert TEXT["bleu()"].statistics == TEXT["bleu"].statistics


@pytest.mark.parametrize(
    "name", [f"{name}({key})" for name, family in FAMILIES.items() for key, option in family.options.items() if option.default is False]
)
def test_every_switch_can_stand_alone(name: str) -> None:
    assert TEXT[name].signature(some_predictions()) != TEXT[name.partition("(")[0]].signature(some_predictions())


def test_a_gate_may_name_a_metric_with_options_as_the_metrics_do() -> None:
    check_gates([Gate(metric="bleu(order=2)", at_least=1)], ["bleu(order=2)"])
    with pytest.raises(UserError, match="written otherwise") as caught:
        check_gates([Gate(metric="bleu(smooth=none,order=2)", at_least=1)], ["bleu(order=2,smooth=none)"])
    assert "bleu(order=2,smooth=none)" in caught.value.todo
    with pytest.raises(UserError, match="no option"):
        check_gates([Gate(metric="bleu(ordre=2)", at_least=1)], ["bleu"])


def test_scores_with_options_are_read_back_from_their_files(tmp_path: Path) -> None:
    predictions = some_predictions(20)
    names = ["bleu(order=2,smooth=none)", "chrf(word_order=2)", "rouge1(stemmer)", "length_ratio"]
    wanted = Order([TEXT[name] for name in names], [], None, 0)
    scores = score(predictions, wanted)
    write_scores(tmp_path, scores, predictions, "key")
    again = read_scores(tmp_path, predictions, "key")
    assert again is not None
    for before, after in zip(scores.metrics, again.metrics, strict=True):
        assert after.value(again.statistics[after.name]) == before.value(scores.statistics[before.name])
    assert again.cards["length_ratio"].aggregation == "geometric mean over answers"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("bleu(tokenize=intl,lowercase)", {"tokenize": "intl", "lowercase": True}),
        ("bleu(smooth=floor)", {"smooth_method": "floor"}),
        ("bleu(smooth=floor,smooth_value=1)", {"smooth_method": "floor", "smooth_value": 1}),
        (
            "bleu(tokenize=none,smooth=add-k,smooth_value=1,order=2)",
            {"tokenize": "none", "smooth_method": "add-k", "smooth_value": 1, "max_ngram_order": 2},
        ),
    ],
)
def test_bleu_with_options_is_sacrebleus(name: str, settings: dict[str, object]) -> None:
    from sacrebleu.metrics.bleu import BLEU

    predictions = some_predictions()
    assert value(TEXT[name], *predictions) == pytest.approx(BLEU(force=True, **settings).corpus_score(*streams(predictions)).score, abs=1e-9)


def test_chrf_with_options_is_sacrebleus() -> None:
    from sacrebleu.metrics.chrf import CHRF

    predictions = some_predictions()
    expected = CHRF(word_order=2, lowercase=True).corpus_score(*streams(predictions)).score
    assert value(TEXT["chrf(word_order=2,lowercase)"], *predictions) == pytest.approx(expected, abs=1e-9)


def test_rouge_with_a_stemmer_takes_forms_of_a_word_for_one() -> None:
    assert value(TEXT["rouge1(stemmer=true)"], prediction("walking", "walked")) == 1.0
    assert value(TEXT["rouge1(stemmer=false)"], prediction("walking", "walked")) == 0.0


def test_rouge_reads_other_alphabets_where_it_is_told_to() -> None:
    answer = prediction("Πιες νερό", "νερό!")
    assert value(TEXT["rouge1"], answer) == 0.0
    assert value(TEXT["rouge1(tokenize=unicode)"], answer) == pytest.approx(2 / 3)


def test_raw_matching_sees_case_and_marks() -> None:
    answer = prediction("Paris", "paris.")
    assert (value(TEXT["exact_match"], answer), value(TEXT["exact_match(raw)"], answer), value(TEXT["f1(raw)"], answer)) == (1, 0, 0)


def test_squad_1_1_gives_nothing_where_both_sides_are_empty() -> None:
    assert (value(TEXT["f1"], prediction("", "the")), value(TEXT["f1(squad=1.1)"], prediction("", "the"))) == (1, 0)


def streams(predictions: list[Prediction]) -> tuple[list[str], list[list[str | None]]]:
    return [each.text for each in predictions], [
        [each.references[at] if at < len(each.references) else None for each in predictions] for at in range(3)
    ]
