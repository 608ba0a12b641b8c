"""Figures of speed from recorded times."""

from __future__ import annotations

import pytest

from evalsuite.metrics.latency import Probe, gaps_ms, percentile
from evalsuite.metrics.speed import SHOWN, SPEED, Speed, Timings

NAMES = {f"{kind}_ms_p{percent}" for kind in ("ttft", "itl", "tpot", "e2e") for percent in (50, 95, 99)}


def test_every_figure_has_its_name() -> None:
    shown = NAMES | {"requests_per_s", "tokens_per_s", "peak_memory_mib"}
    assert set(SPEED) == shown | {"peak_device_memory_mib", "energy_j_per_answer", "energy_wh_per_1000_answers"}
    assert shown == SHOWN


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


def probes(count: int) -> tuple[Probe, ...]:
    """Requests of three tokens each: first tokens after 1, 2, ... ms, gaps of 10 and of 20 ms."""
    return tuple(Probe((first / 1000, first / 1000 + 0.01, first / 1000 + 0.03), first / 1000 + 0.03, 3) for first in range(1, count + 1))


def test_a_median_of_requests_has_its_interval_by_order_statistics() -> None:
    reading = SPEED["ttft_ms_p50"].read(Timings(probes(24), 0, None, 0.0, None))
    assert reading.value == pytest.approx(12.5)
    assert reading.ci95 == pytest.approx((7, 18))
    assert reading.interval_method == "order statistics" and reading.reason is None


def test_an_interval_needs_more_requests_than_its_percentile() -> None:
    reading = SPEED["e2e_ms_p95"].read(Timings(probes(24), 0, None, 0.0, None))
    assert reading.value is not None and reading.ci95 is None
    assert reading.reason == "a 95% interval of p95 needs 72 requests, and there are 24"
    assert SPEED["e2e_ms_p95"].read(Timings(probes(72), 0, None, 0.0, None)).ci95


def test_gaps_of_one_answer_are_no_independent_samples() -> None:
    """Twenty gaps of ten requests: whole requests are resampled, and nine are too few."""
    reading = SPEED["itl_ms_p50"].read(Timings(probes(10), 0, None, 0.0, None))
    assert reading.interval_method == "percentile bootstrap over 10 requests" and reading.ci95
    assert "there are 9" in str(SPEED["itl_ms_p50"].read(Timings(probes(9), 0, None, 0.0, None)).reason)


def test_what_is_measured_once_has_no_interval_and_says_why() -> None:
    timings = Timings(probes(3), 10, 300, 5.0, 512.0, energy_j=90.0)
    for name in ("requests_per_s", "tokens_per_s", "peak_memory_mib", "energy_j_per_answer"):
        reading = SPEED[name].read(timings)
        assert reading.value and reading.ci95 is None and "once" in str(reading.reason)


def test_a_machine_that_tells_no_energy_is_quoted() -> None:
    timings = Timings((), 10, 300, 5.0, None, energy_reason="this machine tells no energy: it is made of paper")
    assert SPEED["energy_wh_per_1000_answers"].read(timings).reason == "this machine tells no energy: it is made of paper"
