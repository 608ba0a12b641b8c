"""Flip rates by hand, and what their rows become."""

from __future__ import annotations

import pytest

from evalsuite.figures import figures_of
from evalsuite.metrics.flips import TOO_FEW, flip_rate, flips
from evalsuite.metrics.metric import applies

IDS = ["a", "b", "c", "d"]
TEXTS = [["x", "x", "x"], ["x", "y", "x"], ["x", "y", "z"], ["x"]]
RIGHT = [[True] * 3, [True, False, True], [False] * 3, [True]]


def test_pairs_that_differ_by_hand() -> None:
    """None of 3 pairs; 2 of 3; 3 of 3; and one answer alone has no pair."""
    assert flips(TEXTS).tolist() == [[0, 1], [pytest.approx(2 / 3), 1], [1, 1], [0, 0]]


def test_texts_and_correctness_flip_each_for_itself() -> None:
    measures = {each.metric.name: each for each in flip_rate(IDS, IDS, TEXTS, RIGHT)}
    values = {name: figures_of([each.metric], {name: each.statistics}, IDS, 200, 0).figures[name] for name, each in measures.items()}
    assert {name: figure.value for name, figure in values.items()} == pytest.approx(
        {"text_changed": 2 / 3, "text_flip_rate": 5 / 9, "right_changed": 1 / 3, "right_flip_rate": 2 / 9}
    )
    assert {figure.n for figure in values.values()} == {3}
    assert values["text_changed"].interval_method == "Wilson" and "bootstrap" in str(values["text_flip_rate"].interval_method)


def test_those_that_flip_most_are_shown_first() -> None:
    text, _, right, _ = flip_rate(IDS, IDS, TEXTS, RIGHT)
    assert [(each.id, each.said, each.remark) for each in text.shown] == [
        ("c", "x | y | z", "3 texts in 3 repeats"),
        ("b", "x | y", "2 texts in 3 repeats"),
    ]
    assert [each.remark for each in right.shown] == ["2 of 3 repeats are right"]


def test_without_repeats_there_is_a_reason() -> None:
    for measure in flip_rate(["a"], ["a"], [["x"]]):
        assert measure.reason == TOO_FEW and not applies(measure.statistics).any()


def test_more_repeats_do_not_raise_the_flip_rate_of_a_coin() -> None:
    from random import Random

    toss = Random(0)
    few, many = ([[toss.random() < 0.5 for _ in range(repeats)] for _ in range(4000)] for repeats in (2, 6))
    assert flips(few)[:, 0].mean() == pytest.approx(0.5, abs=0.03) and flips(many)[:, 0].mean() == pytest.approx(0.5, abs=0.03)


def test_tables_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="same examples"):
        flip_rate(["a"], ["a"], [["x", "y"]], [[True]])
