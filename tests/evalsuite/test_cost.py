"""What answering costs, worked out by hand."""

from __future__ import annotations

import pytest

from assistant.api import Price
from evalsuite.cost import COST, NO_PRICE, NOT_COUNTED, cost_cards, cost_figures
from evalsuite.metrics.speed import Timings

BATCHES = Timings((), requests=200, tokens=10_000, seconds=90.0, peak_memory_mib=None, prompt_tokens=40_000)
BY_HOUR = Price(currency="EUR", per_hour=2.0)
BY_TOKENS = Price(per_million_prompt_tokens=0.5, per_million_completion_tokens=2.0)


def test_by_the_hour_seconds_are_paid() -> None:
    """90 s of 2 EUR an hour are 0.05 EUR: of 200 answers, and of 10,000 tokens."""
    figures = cost_figures(BATCHES, BY_HOUR)
    assert figures["cost_per_1000_answers"].value == pytest.approx(0.25)
    assert figures["cost_per_million_completion_tokens"].value == pytest.approx(5.0)
    assert figures["cost_per_1000_answers"].n == 200


def test_by_tokens_prompts_are_paid_too() -> None:
    """40,000 tokens read cost 0.02 and 10,000 written 0.02."""
    figures = cost_figures(BATCHES, BY_TOKENS)
    assert figures["cost_per_1000_answers"].value == pytest.approx(0.2)
    assert figures["cost_per_million_completion_tokens"].value == pytest.approx(4.0)


def test_a_figure_that_nobody_can_know_says_why() -> None:
    uncounted = Timings((), requests=200, tokens=None, seconds=90.0, peak_memory_mib=None)
    assert {figure.reason for figure in cost_figures(BATCHES, None).values()} == {NO_PRICE}
    assert {figure.value for figure in cost_figures(uncounted, BY_TOKENS).values()} == {None}
    by_hour = cost_figures(uncounted, BY_HOUR)
    assert by_hour["cost_per_1000_answers"].value == pytest.approx(0.25)
    assert by_hour["cost_per_million_completion_tokens"].reason == NOT_COUNTED


def test_what_is_free_costs_nothing_and_is_measured_all_the_same() -> None:
    assert cost_figures(BATCHES, Price(per_hour=0.0))["cost_per_1000_answers"].value == 0.0


def test_nothing_answered_has_no_cost() -> None:
    nothing = Timings((), requests=0, tokens=0, seconds=0.0, peak_memory_mib=None)
    assert all(figure.value is None and figure.reason for figure in cost_figures(nothing, BY_HOUR).values())


def test_a_card_names_the_currency_and_the_price() -> None:
    assert set(cost_cards(None)) == set(COST)
    card = cost_cards(BY_HOUR)["cost_per_1000_answers"]
    assert card.unit == "EUR" and card.direction == "lower" and "2 EUR an hour" in card.signature
    assert "0.5 USD a million tokens read" in cost_cards(BY_TOKENS)["cost_per_1000_answers"].signature
