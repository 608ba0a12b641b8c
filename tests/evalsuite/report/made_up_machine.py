"""Made-up times: latencies, load, energy, cost."""

from __future__ import annotations

import random
from itertools import pairwise

from assistant.api import Gate
from evalsuite.record.figure import Figure
from evalsuite.record.machine import LatencyHistogram, Load, LoadLevel, Machine
from tests.evalsuite.report.made_up import made_figure, made_gate


def made_machine(draw: random.Random) -> Machine:
    speed: dict[str, Figure] = {}
    medians = {"ttft": 84.0, "itl": 21.0, "tpot": 21.6, "e2e": 1640.0}
    for key, value in medians.items():
        for percent, times in ((50, 1.0), (95, 1.9), (99, 2.6)):
            speed[f"{key}_ms_p{percent}"] = (
                made_figure(None, n=60, reason="p99 needs 100 samples")
                if percent == 99 and key != "itl"
                else made_figure(value * times, 0.1 * value, n=60)
            )
    once = "it is measured once in a run, which does not tell how much it varies"
    for name, value in (
        ("requests_per_s", 3.4),
        ("tokens_per_s", 211.0),
        ("peak_memory_mib", 612.0),
        ("energy_j_per_answer", 18.2),
        ("energy_wh_per_1000_answers", 5.06),
    ):
        speed[name] = Figure(value=value, ci95=None, n=240, reason=once)
    speed["peak_device_memory_mib"] = made_figure(None, n=0, reason="the engine uses no graphics card, or does not know")
    speed["cost_per_1000_answers"] = Figure(value=0.041, ci95=None, n=240, reason=once)
    speed["cost_per_million_completion_tokens"] = Figure(value=0.66, ci95=None, n=240, reason=once)
    base_speed = {
        name: figure.model_copy(update={"value": None if figure.value is None else figure.value * 1.2, "ci95": None})
        for name, figure in speed.items()
    }
    passed = made_gate(Gate(metric="ttft_ms_p95", at_most=500), True, 159.6, 500)
    return Machine(
        date="2026-11-21T09:12:44+00:00",
        device="cpu",
        machine={"processor": "AMD EPYC 7B13", "cores": 2, "memory_gib": 15.6},
        packages={"openvino": "2026.4.0"},
        speed=speed,
        base_speed=base_speed,
        energy_source="RAPL, package domain: the whole machine",
        latency={"ttft": _histogram(draw, 84), "e2e": _histogram(draw, 1640)},
        base_latency={"ttft": _histogram(draw, 98), "e2e": _histogram(draw, 2900)},
        load=_load(1.0),
        gates=(passed,),
        verdict="not fit",
    )


def _histogram(draw: random.Random, around: float) -> LatencyHistogram:
    edges = tuple(round(10 * 10 ** (at / 20), 4) for at in range(81))
    values = [around * draw.lognormvariate(0, 0.3) for _ in range(60)]
    return LatencyHistogram(edges_ms=edges, counts=tuple(sum(low <= value < high for value in values) for low, high in pairwise(edges)))


def _load(times: float) -> Load:
    levels = []
    for level, pace, median in ((1, 0.61, 1640), (2, 1.12, 1790), (4, 2.0, 1990), (8, 2.9, 2740), (16, 3.3, 4830)):
        figures = {
            "requests_per_s": pace * times,
            "tokens_per_s": 62 * pace * times,
            "ttft_ms_p50": 84.0 + 20 * level,
            "ttft_ms_p95": 160.0 + 60 * level,
            "e2e_ms_p50": median / times,
            "e2e_ms_p95": 1.7 * median / times,
            "in_flight": level * 0.98,
            "speedup": pace / 0.61,
            "slowdown": median / 1640,
            "power": pace / 0.61 / (median / 1640),
        }
        levels.append(
            LoadLevel(
                level=level,
                requests=30 * level,
                seconds=30.0,
                repeated=0,
                figures={name: made_figure(value, n=30 * level) for name, value in figures.items()},
            )
        )
    return Load(levels=tuple(levels), knee=8, knee_reason=None, note="A closed loop: every user asks again as soon as they are answered.")
