"""What an evaluation leaves when it is broken off, and what is done with files that are not as they were written."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.api import DataError, EngineError, Request, Target, read_json, write_json
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite import examination
from evalsuite import run as run_module
from evalsuite.evaluation import read_scorecard
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import World, reproducible, scripted, trained_answer

BROKEN = {"cut": b"{", "list": b"[]\n", "number": b"3\n", "bytes": b"\xff\n", "keys": b'{"id": "q"}\n', "deep": b"[" * 100_000}


def test_an_engine_that_fails_leaves_nothing_that_looks_finished(world: World) -> None:
    engines: list[ScriptedEngine] = []

    def failing(target: Target, home: Any) -> Chosen:
        engines.append(ScriptedEngine(lambda request: "one two", model=target.label, fail_at=1))
        return scripted(lambda: engines[-1])

    with pytest.raises(EngineError):
        run("health", world.home, Options(), failing)
    assert engines[0].closed
    assert {path.name for path in world.home.evals.rglob("*") if path.is_file()} == {"run.json", "journal.jsonl"}
    _, card = run("health", world.home, Options(), world.choose)
    assert card.measured_on.verdict == "fit"


class Interrupting(ScriptedEngine):
    """Ctrl+C while a model answers: at the call of this number."""

    def __init__(self, call: int) -> None:
        self.calls = 0

        def answer(request: Request) -> str:
            self.calls += 1
            if self.calls == call:
                raise KeyboardInterrupt
            return trained_answer(request)

        super().__init__(answer)


@pytest.mark.parametrize("call", [1, 3, 6], ids=["warm-up", "latency", "batches"])
def test_an_interruption_while_a_model_answers_leaves_nothing_that_looks_finished(world: World, call: int) -> None:
    engine = Interrupting(call)
    with pytest.raises(KeyboardInterrupt):
        run("health", world.home, Options(), lambda target, home: scripted(lambda: engine))
    assert engine.closed
    assert {path.name for path in world.home.evals.rglob("*") if path.is_file()} == {"run.json", "journal.jsonl"}
    run("health", world.home, Options(), world.choose)
    assert world.opened == ["health@1", "tiny-base"]


@pytest.mark.parametrize("stage", ["score", "write_scores", "aggregate", "write_reports"])
def test_an_interruption_after_the_answers_keeps_them(world: World, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(examination if stage in ("score", "write_scores") else run_module, stage, interrupt)
        with pytest.raises(KeyboardInterrupt):
            run("health", world.home, Options(with_base=False), world.choose)
    names = {path.name for path in world.home.evals.rglob("*") if path.is_file()}
    assert names >= {"run.json", "predictions.jsonl", "timings.jsonl"}
    assert not {name for name in names if name.startswith(("scorecard", "junit"))}
    run("health", world.home, Options(with_base=False), world.choose)
    assert world.opened == ["health@1"]


@pytest.mark.parametrize("file", ["predictions.jsonl", "timings.jsonl"])
def test_answers_that_are_not_as_they_were_written_are_named_and_kept(world: World, file: str) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    for content in BROKEN.values():
        (evaluation.folder / file).write_bytes(content)
        before = {path.name: path.read_bytes() for path in evaluation.folder.iterdir() if path.is_file()}
        with pytest.raises(DataError, match=file) as caught:
            run("health", world.home, Options(with_base=False), world.choose)
        assert "--again" in caught.value.todo
        assert {path.name: path.read_bytes() for path in evaluation.folder.iterdir() if path.is_file()} == before
    assert world.opened == ["health@1"]
    run("health", world.home, Options(with_base=False, again=True), world.choose)


def test_answers_of_which_some_are_gone_are_not_taken_for_all(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    lines = evaluation.predictions.read_text(encoding="utf-8").splitlines(keepends=True)
    evaluation.predictions.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(DataError, match="answers to other questions"):
        run("health", world.home, Options(with_base=False), world.choose)


@pytest.mark.parametrize("file", ["scores.json", "scores.jsonl", "run.json"])
def test_what_can_be_made_anew_is(world: World, file: str) -> None:
    options = Options(with_base=False, overrides=("evaluation.metrics=[f1,toxicity]",))
    evaluation, made = run("health", world.home, options, world.choose)
    path = evaluation.folder / file
    whole = path.read_bytes()
    for content in (*BROKEN.values(), None):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        _, again = run("health", world.home, options, world.choose)
        assert reproducible(again) == reproducible(made)
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"schema_version": 2}', "not a scorecard of this version"),
        ("[]", "not a scorecard of this version"),
        ('{"run": NaN}', "not a scorecard of this version"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
    ids=["version", "list", "nan", "cut", "deep"],
)
def test_another_scorecard_is_refused_and_kept(world: World, content: str, said: str) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    evaluation.scorecard.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_scorecard(evaluation)
    assert evaluation.scorecard.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("file", ["predictions.jsonl", "scorecard.json"])
def test_a_figure_changed_by_hand_is_noticed(world: World, file: str) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    path = evaluation.folder / file
    path.write_text(path.read_text(encoding="utf-8").replace("It passes.", "Topic 1 is a plain matter."), encoding="utf-8")
    with pytest.raises(DataError, match=f"{file} was changed since it was written"):
        if file == "scorecard.json":
            read_scorecard(evaluation)
        else:
            run("health", world.home, Options(with_base=False), world.choose)


def test_scores_changed_by_hand_are_made_anew(world: World) -> None:
    evaluation, card = run("health", world.home, Options(with_base=False), world.choose)
    path = evaluation.folder / "scores.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"f1": 0.', '"f1": 0.9'), encoding="utf-8")
    _, again = run("health", world.home, Options(with_base=False), world.choose)
    assert again.figures["f1"] == card.figures["f1"]


def test_a_scorecard_that_names_a_metric_it_does_not_hold_is_refused(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(), world.choose)
    card = read_json(evaluation.scorecard)
    for change in ({"order": [*card["order"], "other"]}, {"ranked_by": "other"}, {"base_figures": {}}, {"speed_metrics": {}}):
        write_json(evaluation.scorecard, {**card, **change})
        with pytest.raises(DataError, match="not a scorecard of this version"):
            read_scorecard(evaluation)
