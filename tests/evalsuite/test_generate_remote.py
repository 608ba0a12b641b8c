"""Answers from a server, taken down: what it counted is recorded, and what it did not is null with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.api import Example, Sampling, read_jsonl
from assistant.core.recipe_engine import Remote
from assistant.engines.remote_engine import RemoteEngine
from evalsuite.asking import Voice
from evalsuite.evaluation import Evaluation
from evalsuite.generate import Plan, generate
from evalsuite.record.figure import Figure
from evalsuite.timings import read_timings, speed_figures
from tests.engines.scripted_server import ScriptedServer, says

EXAMPLES = [Example(f"q{number}", f"Why {number}?", ("Rest.",), f"g{number}") for number in range(4)]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    served = ScriptedServer()
    yield served
    served.close()


def measured(server: ScriptedServer, folder: Path) -> tuple[list[dict[str, object]], dict[str, Figure]]:
    engine = RemoteEngine(Remote(url=server.url, model="m"), "base")
    evaluation = Evaluation(folder)
    try:
        generate(evaluation, Voice(lambda: engine), EXAMPLES, Plan(Sampling(max_new_tokens=20), 2, 3), {})
    finally:
        engine.close()
    return list(read_jsonl(evaluation.predictions)), speed_figures(read_timings(evaluation).timings)


def test_what_the_server_counts_is_recorded(server: ScriptedServer, tmp_path: Path) -> None:
    server.play(says("Rest", " well", ".", counted=(9, 4)))
    rows, speed = measured(server, tmp_path)
    assert {(row["prediction"], row["prompt_tokens"], row["completion_tokens"]) for row in rows} == {("Rest well.", 9, 4)}
    assert speed["tokens_per_s"].value == pytest.approx(4 * (speed["requests_per_s"].value or 0))
    assert speed["itl_ms_p50"].n == 6 and speed["tpot_ms_p50"].n == 3
    assert speed["peak_memory_mib"].value is None


def test_pieces_of_several_tokens_give_no_gaps_between_tokens(server: ScriptedServer, tmp_path: Path) -> None:
    server.play(says("Rest well", ".", counted=(9, 8)))
    _, speed = measured(server, tmp_path)
    assert speed["itl_ms_p50"].value is None and "not tokens" in str(speed["itl_ms_p50"].reason)
    assert speed["tpot_ms_p50"].value is not None and speed["ttft_ms_p50"].value is not None


def test_what_the_server_does_not_count_is_null(server: ScriptedServer, tmp_path: Path) -> None:
    server.play(says("Rest", " well.", counted=None))
    rows, speed = measured(server, tmp_path)
    assert {(row["prompt_tokens"], row["completion_tokens"]) for row in rows} == {(None, None)}
    for name in ("tokens_per_s", "itl_ms_p50", "tpot_ms_p50"):
        assert speed[name].value is None and speed[name].reason
    assert speed["requests_per_s"].value and speed["e2e_ms_p50"].value
