"""What models do that nobody asked for, and what disks do: each is handled, counted and shown."""

from __future__ import annotations

import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.api import EngineError, Home, Request, Target, read_jsonl
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.interrupted_run import evaluate
from tests.evalsuite.world import World, scripted

ROOT = Path(__file__).parents[2]
ODD = {
    0: "",
    1: "rest and water " * 3_400,
    2: "\u0627\u0644\u0631\u0627\u062d\u0629 \u0648\u0627\u0644\u0645\u0627\u0621",
    3: "\U0001f468\u200d\u2695\ufe0f\U0001f4a7 rest \U0001f1e9\U0001f1ea",
    4: "\x1b[31mred\x1b[0m \x00 <script>alert(1)</script>",
    5: "   \n\t ",
}


def odd(request: Request) -> str:
    number = int(request.messages[-1]["content"].rstrip("?").split()[-1])
    return ODD[number % len(ODD)]


def test_odd_answers_are_scored_counted_and_shown(world: World) -> None:
    options = Options(with_base=False, overrides=("generation.max_new_tokens=20000", "evaluation.metrics=[f1,bleu,chrf,rougeL,empty,repetition]"))
    evaluation, card = run("health", world.home, options, lambda target, home: scripted(lambda: ScriptedEngine(odd, model=target.label)))
    n = card.examples.n
    assert card.answers.empty > 0 and any(f"{card.answers.empty} of {n} answers are empty" in warning for warning in card.warnings)
    assert card.figures["empty"].value == card.answers.empty / n
    assert card.answers.words[-1] == 10_200
    page = evaluation.html.read_text(encoding="utf-8")
    assert "<script>" not in page and "\x1b" not in page and "\x00" not in page
    assert card.figures["f1"].n == n


def test_an_engine_that_died_and_a_question_that_kills_it_stand_on_the_card(world: World) -> None:
    options = Options(with_base=False, overrides=("evaluation.metrics=[f1]", "evaluation.latency_requests=0"))
    before, _ = run("health", world.home, options, world.choose)
    deadly = read_jsonl(before.predictions)[2]["question"]

    class Allergic(ScriptedEngine):
        def generate(self, requests, *more, **named):  # type: ignore[no-untyped-def]
            if any(request.messages[-1]["content"] == deadly for request in requests):
                raise EngineError("the model process ended")
            return super().generate(requests, *more, **named)

    def choose(target: Target, home: Home) -> Chosen:
        return scripted(lambda: Allergic(lambda request: "It passes.", model=target.label))

    evaluation, card = run("health", world.home, replace(options, again=True), choose)
    (row,) = [row for row in read_jsonl(evaluation.predictions) if row["question"] == deadly]
    assert row["prediction"] == "" and row["finish_reason"] == "failed"
    assert list(card.unanswered) == [row["id"]]
    assert card.engine_deaths >= 2
    assert any("got no answer, and count as empty ones" in warning and "the model process ended" in warning for warning in card.warnings)
    assert any("The engine failed" in warning for warning in card.warnings)


def test_a_full_disk_is_two_lines_and_keeps_what_was_answered(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))

    command = [sys.executable, "-B", "-m", "tests.evalsuite.interrupted_run", str(tmp_path)]
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=small_files, timeout=120)
    assert failed.returncode != 0
    assert "the largest allowed file size is reached" in failed.stderr and "Free some space" in failed.stderr
    (journal,) = world.home.evals.rglob("journal.jsonl")
    kept = journal.read_text(encoding="utf-8").count('"place"')
    assert kept > 0
    evaluate(tmp_path)
    assert "going on at question" in capsys.readouterr().err
