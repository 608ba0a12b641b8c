"""Figures of the load pass, and where the knee is."""

from __future__ import annotations

import json

import pytest

from evalsuite.load import TimedLevel, in_flight, knee, level_of, load_of, row_of
from evalsuite.metrics.latency import Probe


def level(users: int, throughput: float, seconds: float = 10.0, tokens: int | None = 10, **more: object) -> TimedLevel:
    """A level at which `users` are always under way: by Little's law each answer takes users / throughput seconds."""
    took = users / throughput
    times = tuple(took * number / 10 for number in range(1, 11))
    return TimedLevel(users, (Probe(times, took, tokens),) * round(throughput * seconds), seconds, 0, **more)  # type: ignore[arg-type]


SATURATING = [level(1, 2.0), level(2, 3.6), level(4, 6.0), level(8, 7.0), level(16, 7.2)]
"""Power is throughput squared by users: 4, 6.5, 9, 6.1, 3.2."""


def test_figures_of_a_level_by_hand() -> None:
    """Four users, six answers a second of ten tokens: each takes 2/3 s, its tokens 1/15 s apart."""
    four = load_of(SATURATING).levels[2]
    value = {name: figure.value for name, figure in four.figures.items()}
    assert (four.level, four.requests, four.seconds) == (4, 60, 10.0)
    assert value["requests_per_s"] == pytest.approx(6) and value["tokens_per_s"] == pytest.approx(60)
    assert [value[f"e2e_ms_{which}"] for which in ("p50", "p95", "mean")] == pytest.approx([2000 / 3] * 3)
    assert [value[name] for name in ("ttft_ms_p50", "itl_ms_p99", "tpot_ms_p50")] == pytest.approx([200 / 3] * 3)
    assert value["in_flight"] == pytest.approx(4)
    assert value["speedup"] == pytest.approx(3) and value["slowdown"] == pytest.approx(4 / 3)
    assert four.figures["e2e_ms_p99"].reason == "p99 needs 100 samples, and there are 60"
    assert "not independent" in str(four.figures["e2e_ms_p50"].reason) and four.figures["e2e_ms_p50"].ci95 is None
    assert four.note is None


def test_the_knee_has_the_greatest_power() -> None:
    assert knee(SATURATING).level == 4
    load = load_of(SATURATING)
    powers = [each.figures["power"].value or 0 for each in load.levels]
    assert powers == pytest.approx([100 * power for power in (4.0, 6.48, 9.0, 6.125, 3.24)]), "in tokens, ten to an answer"
    assert (load.knee, load.knee_reason) == (4, None)


def test_long_answers_are_not_mistaken_for_a_slow_level() -> None:
    """Twice the tokens at half the requests a second is the same load; by requests its power would be a quarter."""
    longer = TimedLevel(4, tuple(Probe(tuple(number / 15 for number in range(1, 21)), 4 / 3, 20) for _ in range(30)), 10.0, 0)
    assert load_of([longer]).levels[0].figures["power"].value == pytest.approx(900)
    assert knee([*SATURATING[:2], longer, *SATURATING[3:]]).level == 4


@pytest.mark.parametrize(
    ("levels", "reason"),
    [
        (SATURATING[:2], "at least 3 levels"),
        (SATURATING[:3], "still grows at 4 users"),
        (SATURATING[2:], "falls from 4 users on"),
        ([], "at least 3 levels of different load, and 0"),
    ],
)
def test_a_knee_that_cannot_be_told_is_null_with_its_reason(levels: list[TimedLevel], reason: str) -> None:
    found = knee(levels)
    assert found.level is None and reason in str(found.reason)


def test_one_user_may_be_the_knee() -> None:
    assert knee([level(1, 5.0), level(2, 5.1), level(4, 5.1)]).level == 1


def test_levels_that_the_engine_does_not_reach_are_no_further_load() -> None:
    """A server that takes 4 at once is as loaded by 8 and by 16 users as by 4."""
    capped = [TimedLevel(users, SATURATING[2].probes, 10.0, 0) for users in (8, 16)]
    assert knee([*SATURATING[:3], *capped]).reason == knee(SATURATING[:3]).reason
    assert "about 4.0 of 16 requests were under way" in str(load_of([*SATURATING[:3], *capped]).levels[-1].note)


def test_tokens_that_nobody_counted_leave_requests() -> None:
    load = load_of([level(users, throughput, tokens=None) for users, throughput in ((1, 2.0), (2, 3.6), (4, 6.0), (8, 7.0))])
    last = load.levels[-1].figures
    assert last["tokens_per_s"].value is None and last["tokens_per_s"].reason
    assert last["speedup"].value == pytest.approx(3.5)
    assert load.knee == 4 and "count answers" in load.note


def test_without_level_one_there_is_nothing_to_compare_with() -> None:
    figures = load_of(SATURATING[1:]).levels[0].figures
    assert figures["speedup"].value is None and figures["slowdown"].reason == "level 1 was not measured"
    assert figures["power"].value is not None


def test_a_level_without_an_answer_has_no_figure_and_says_why() -> None:
    load = load_of([SATURATING[0], TimedLevel(2, (), 0.0, 0, "limit")])
    assert all(figure.value is None and figure.reason for figure in load.levels[1].figures.values())
    assert "too long" in str(load.levels[1].note)


def test_repeated_prompts_are_told() -> None:
    assert "30 of the 80 requests" in load_of([level(1, 8.0), TimedLevel(2, (), 1.0, 30)]).note


def test_a_level_comes_back_from_its_row_to_a_tenth_of_a_millisecond() -> None:
    timed = TimedLevel(2, (Probe((0.123456, 0.15, 0.1871), 0.19, 3), Probe((), 0.5, 0), Probe((0.2,), 0.4, None)), 3.21987, 1, "limit")
    back = level_of(json.loads(json.dumps(row_of(timed))))
    assert (back.level, back.repeated, back.ended) == (2, 1, "limit")
    assert back.seconds == pytest.approx(timed.seconds, abs=1e-4)
    for mine, theirs in zip(back.probes, timed.probes, strict=True):
        assert mine.tokens == theirs.tokens
        assert mine.token_times_s == pytest.approx(theirs.token_times_s, abs=1e-4)


def test_many_tokens_do_not_add_up_their_rounding() -> None:
    times = tuple(number * 0.01234567 for number in range(1, 2001))
    (probe,) = level_of(row_of(TimedLevel(1, (Probe(times, times[-1], 2000),), 25.0, 0))).probes
    assert probe.token_times_s[-1] == pytest.approx(times[-1], abs=1e-4)


def test_in_flight_is_littles_law() -> None:
    assert in_flight(level(4, 6.0)) == pytest.approx(4)
