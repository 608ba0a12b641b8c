"""Figures of speed from recorded times."""

from __future__ import annotations

import pytest

from evalsuite.metrics.speed import SPEED, Probe, Speed, Timings, gaps_ms, percentile

NAMES = {f"{kind}_ms_p{percent}" for kind in ("ttft", "itl", "tpot", "e2e") for percent in (50, 95, 99)}


def test_every_figure_has_its_name() -> None:
    assert set(SPEED) == NAMES | {"requests_per_s", "tokens_per_s", "peak_memory_mib"}


@pytest.mark.parametrize("speed", SPEED.values(), ids=SPEED.keys())
def test_worked_example(speed: Speed) -> None:
    timings, value = speed.example
    assert speed.read(timings).value == pytest.approx(value)


def test_the_way_to_the_first_token_is_no_gap() -> None:
    assert gaps_ms([Probe((5.0, 5.01, 5.04), 6.0, 3), Probe((1.0,), 1.0, 1), Probe((), 0.5, 0)]) == pytest.approx([10, 30])


def test_a_percentile_needs_enough_samples() -> None:
    assert percentile([3.0], 50).value == 3
    assert percentile([1.0] * 19, 95).reason == "p95 needs 20 samples, and there are 19"
    assert percentile(list(range(20)), 95).value == pytest.approx(18.05)
    assert percentile([1.0] * 99, 99).value is None
    assert percentile([], 50).value is None


def test_what_was_not_timed_is_null_with_its_reason() -> None:
    nothing = Timings((), 0, 0, 0.0, None)
    for speed in SPEED.values():
        reading = speed.read(nothing)
        assert reading.value is None
        assert reading.reason


def test_answers_without_a_token_have_no_first_one() -> None:
    timings = Timings((Probe((), 0.5, 0), Probe((0.2,), 0.3, 1)), 2, 1, 1.0, None)
    assert SPEED["ttft_ms_p50"].read(timings).n == 1
    assert SPEED["tpot_ms_p50"].read(timings).value is None
    assert SPEED["e2e_ms_p50"].read(timings).n == 2


def test_pieces_of_text_are_not_called_tokens() -> None:
    """A server sends text in pieces that may hold several tokens, and need not count them."""
    counted = Timings((Probe((0.1, 0.3), 0.5, 9),), 1, 9, 1.0, None)
    assert SPEED["itl_ms_p50"].read(counted).value is None
    assert "not tokens" in str(SPEED["itl_ms_p50"].read(counted).reason)
    assert SPEED["tpot_ms_p50"].read(counted).value == pytest.approx(1000 * 0.4 / 8)
    uncounted = Timings((Probe((0.1, 0.3), 0.5, None),), 1, None, 1.0, None)
    for name in ("itl_ms_p50", "tpot_ms_p50", "tokens_per_s"):
        reading = SPEED[name].read(uncounted)
        assert reading.value is None and reading.reason
    assert SPEED["ttft_ms_p50"].read(uncounted).value == pytest.approx(100)
    assert SPEED["requests_per_s"].read(uncounted).value == 1


def test_the_end_token_that_has_no_text_leaves_the_gaps_those_of_tokens() -> None:
    timings = Timings((Probe((0.1, 0.2), 0.3, 3),), 1, 3, 1.0, None)
    assert SPEED["itl_ms_p50"].read(timings).value == pytest.approx(100)
