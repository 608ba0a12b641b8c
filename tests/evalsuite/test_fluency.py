"""Perplexity, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalsuite.figures import figures_of
from evalsuite.probes.fluency import perplexity_rows
from evalsuite.probes.probe import Measure
from evalsuite.record.figure import Figure

HALF, EIGHTH = math.log(1 / 2), math.log(1 / 8)


def figure(measure: Measure) -> Figure:
    return figures_of([measure.metric], {"perplexity": measure.statistics}, measure.groups, 400, 0).figures["perplexity"]


def test_perplexity_is_the_geometric_mean_over_tokens_not_over_answers() -> None:
    measure = perplexity_rows([[HALF, HALF, HALF], [EIGHTH]], ["a", "b"], ["a", "b"], "base")
    # (2 * 2 * 2 * 8) ** (1/4) = 64 ** (1/4)
    assert measure.metric.value(measure.statistics) == pytest.approx(64**0.25)
    assert measure.metric.item_scores(measure.statistics) == pytest.approx([2, 8])
    assert "base" in measure.metric.signature([]) and measure.reason is None


def test_an_answer_that_was_not_weighed_is_left_out() -> None:
    measure = perplexity_rows([[HALF], []], ["a", "b"], ["a", "b"], "base")
    assert measure.statistics.tolist() == [[HALF, 1], [0, 0]]
    assert measure.metric.value(measure.statistics) == pytest.approx(2)


def test_the_interval_is_over_whole_groups() -> None:
    several = figure(perplexity_rows([[HALF], [HALF], [EIGHTH], [EIGHTH]], list("abcd"), ["x", "x", "y", "y"], "base"))
    joined = figure(perplexity_rows([[HALF, HALF], [EIGHTH, EIGHTH]], list("ab"), ["x", "y"], "base"))
    assert several.value == joined.value == pytest.approx(4)
    assert several.ci95 == joined.ci95


def test_the_interval_holds_no_perplexity_below_1() -> None:
    ends = figure(perplexity_rows([[HALF], [EIGHTH]], list("ab"), ["x", "y"], "base")).ci95
    # Two groups say so little that Student's t alone would reach to -36.
    assert ends is not None and ends[0] == 1 and ends[1] > 8


def test_nothing_weighed_has_a_reason() -> None:
    assert perplexity_rows([[], []], ["a", "b"], ["a", "b"], "base").reason == "no answer was weighed"
    assert perplexity_rows([], [], [], "base").statistics.shape == (0, 2)


@pytest.mark.parametrize("value", [0.1, -math.inf, math.nan])
def test_what_is_no_log_probability_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="answer 'a'"):
        perplexity_rows([np.array([value])], ["a"], ["a"], "base")
