"""Where points, bars and labels of the charts of speed stand."""

from __future__ import annotations

import pytest

from evalsuite.load import TimedLevel, load_of
from evalsuite.metrics.latency import Probe
from evalsuite.record.machine import LatencyHistogram, Load
from evalsuite.report.curves import Segment, duration, latency_distribution, load_curve
from tests.evalsuite.test_load import SATURATING

HERE = LatencyHistogram(edges_ms=(100.0, 316.2, 1000.0), counts=(3, 1))
THERE = LatencyHistogram(edges_ms=(1000.0, 3162.0, 10000.0), counts=(2, 2))


def test_bars_stand_where_their_times_are_on_a_logarithmic_axis() -> None:
    chart = latency_distribution(HERE, THERE)
    assert chart is not None
    assert [(each.left, each.width) for each in chart.bins] == [(0, 25), (25, 25)]
    assert [each.left for each in chart.base_bins] == [50, 75]
    assert chart.bins[0].label == "100 ms to 316 ms: 3 of the requests"


def test_both_sides_are_drawn_by_their_shares() -> None:
    chart = latency_distribution(HERE, THERE)
    assert chart is not None
    assert [each.height for each in chart.bins] == pytest.approx([100, 33.33])
    assert [each.height for each in chart.base_bins] == pytest.approx([66.67, 66.67])


def test_labels_are_round_and_not_too_many() -> None:
    chart = latency_distribution(HERE)
    assert chart is not None
    assert [text for _, text in chart.ticks] == ["100 ms", "200 ms", "500 ms", "1 s"]
    assert chart.ticks[0][0] == 0 and chart.ticks[-1][0] == 100
    wide = latency_distribution(LatencyHistogram(edges_ms=(1.0, 100.0, 10000.0), counts=(1, 1)))
    assert wide is not None and [text for _, text in wide.ticks] == ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]


def test_nothing_timed_is_no_chart() -> None:
    assert latency_distribution(None) is None
    assert latency_distribution(None, HERE) is not None
    assert load_curve(None) is None
    assert load_curve(load_of([TimedLevel(1, (), 0.0, 0)])) is None


def test_a_level_is_a_point_of_throughput_and_time() -> None:
    """2, 3.6, 6, 7, 7.2 requests a second on an axis up to 7.2 x 1.08."""
    curve = load_curve(load_of(SATURATING))
    assert curve is not None
    assert [point.x for point in curve.points] == pytest.approx([100 * pace / 7.776 for pace in (2, 3.6, 6, 7, 7.2)], abs=0.01)
    assert curve.points[-1].p50 == pytest.approx(100 / 1.08, abs=0.01)
    assert [point.level for point in curve.points if point.is_knee] == [4]
    assert curve.points[0].label == "1 user: 2 requests/s, median 500 ms, p95 500 ms"


def test_lines_join_neighbours_that_are_there() -> None:
    """The first level has too few requests for a 95th percentile."""
    few = TimedLevel(1, (Probe((0.5,), 0.5, 1),) * 5, 2.5, 0)
    curve = load_curve(load_of([few, *SATURATING[1:3]]))
    assert curve is not None
    first, second, third = curve.points
    assert first.p95 is None and second.p95 is not None and third.p95 is not None
    assert len(curve.p50_line) == 2
    assert curve.p95_line == (Segment(second.x, second.p95, third.x, third.p95),)


def test_axes_begin_at_nothing_and_are_labelled_at_round_values() -> None:
    curve = load_curve(load_of(SATURATING))
    assert curve is not None
    assert [text for _, text in curve.x_ticks] == ["0", "2", "4", "6"]
    assert [text for _, text in curve.y_ticks] == ["0", "1", "2"]
    assert curve.x_ticks[0][0] == 0 and all(0 <= at <= 100 for at, _ in (*curve.x_ticks, *curve.y_ticks))


def test_a_load_read_from_a_record_is_drawn_alike() -> None:
    load = load_of(SATURATING)
    assert load_curve(Load.model_validate_json(load.model_dump_json())) == load_curve(load)


@pytest.mark.parametrize(
    ("ms", "text"), [(35.52, "35.5 ms"), (999.0, "999 ms"), (999.9, "1 s"), (1_234_567.0, "1,235 s"), (1258.0, "1.26 s"), (0.5, "0.5 ms")]
)
def test_times_are_written_as_people_read_them(ms: float, text: str) -> None:
    assert duration(ms) == text
