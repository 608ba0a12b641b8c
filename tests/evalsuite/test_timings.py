"""`timings.jsonl`, of today and of earlier days."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.api import DataError, Energy, write_jsonl
from assistant.engines.protocol import EngineInfo
from assistant.engines.scripted import ScriptedEngine
from evalsuite.evaluation import Evaluation
from evalsuite.load import TimedLevel, level_of, row_of
from evalsuite.metrics.latency import Probe
from evalsuite.metrics.speed import Timings
from evalsuite.timings import NO_LOAD, Timed, energy_row, latency_histograms, load_card, meter_of, read_timings, speed_figures

OLD: list[dict[str, Any]] = [
    {"kind": "about", "date": "2026-01-01", "engine": "openvino", "precision": "int8", "device": "cpu", "machine": {}, "packages": {}},
    {"kind": "alone", "id": "q1", "token_times_s": [0.1, 0.2], "seconds": 0.2},
    {"kind": "batches", "requests": 4, "tokens": 40, "seconds": 2.0},
    {"kind": "memory", "peak_mib": 100.0},
]


def read(folder: Path, rows: list[dict[str, Any]]) -> Timed:
    write_jsonl(Evaluation(folder).timings, rows)
    return read_timings(Evaluation(folder))


def test_a_record_of_earlier_days_is_read_and_says_what_it_lacks(tmp_path: Path) -> None:
    timed = read(tmp_path, OLD)
    assert timed.load == () and load_card(timed) == (None, NO_LOAD)
    figures = speed_figures(timed.timings)
    assert figures["tokens_per_s"].value == 20
    for name in ("energy_j_per_answer", "peak_device_memory_mib"):
        assert figures[name].value is None and figures[name].reason
    assert timed.timings.prompt_tokens is None


def test_all_that_is_recorded_is_read(tmp_path: Path) -> None:
    rows = [
        *OLD[:2],
        {**OLD[2], "prompt_tokens": 90},
        {**OLD[3], "device_mib": 50.0},
        energy_row(Energy(36.0, "package-0 by RAPL")),
    ]
    timed = read(tmp_path, rows)
    assert (timed.timings.prompt_tokens, timed.timings.peak_device_memory_mib) == (90, 50.0)
    assert (timed.timings.energy_j, timed.timings.energy_source, timed.timings.energy_reason) == (36.0, "package-0 by RAPL", None)
    assert speed_figures(timed.timings)["energy_wh_per_1000_answers"].value == pytest.approx(2.5)


def test_levels_of_the_load_pass_are_told_where_there_are_any(tmp_path: Path) -> None:
    level = TimedLevel(2, (Probe((0.1, 0.2), 0.2, 2),) * 3, 1.5, 1)
    assert level_of(row_of(level)) == level
    load, reason = load_card(replace(read(tmp_path, OLD), load=(level,)))
    assert load is not None and load.levels[0].requests == 3 and reason is None


def test_a_broken_row_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not as it was written"):
        read(tmp_path, [*OLD, {"kind": "alone", "id": "q"}])


def test_a_servers_energy_is_not_this_machines() -> None:
    engine = ScriptedEngine({})
    engine.info = EngineInfo("remote", "health", "as served", "somewhere")
    with meter_of(engine) as meter:
        pass
    assert meter.energy.joules is None and "server's" in str(meter.energy.reason)


def test_bins_are_the_same_in_every_record_and_hold_every_request() -> None:
    """Twenty bins to a factor of ten: 100, 112.2, 125.9, ... ms."""
    probes = tuple(Probe((first,), 10 * first, 1) for first in (0.1, 0.1121, 0.1123, 0.13, 0.2))
    found = latency_histograms(Timings(probes, 0, None, 0.0, None))
    ttft = found["ttft"]
    assert ttft.edges_ms[:4] == (100.0, 112.2, 125.9, 141.3)
    assert ttft.counts == (2, 1, 1, 0, 0, 0, 1)
    assert len(ttft.edges_ms) == len(ttft.counts) + 1 and ttft.edges_ms[-2] <= 200 < ttft.edges_ms[-1]
    assert found["e2e"].edges_ms[0] == 1000.0 and found["e2e"].counts == ttft.counts


def test_what_was_not_timed_has_no_histogram() -> None:
    assert latency_histograms(Timings((), 0, None, 0.0, None)) == {}
    assert set(latency_histograms(Timings((Probe((), 0.5, 0),), 0, None, 0.0, None))) == {"e2e"}
    assert latency_histograms(Timings((Probe((0.0,), 0.0, 1),), 0, None, 0.0, None))["e2e"].counts == (1,)
