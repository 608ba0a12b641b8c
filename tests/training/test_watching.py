"""A training as it is seen from outside, by its events, its lock and its process."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.training.events import EventLog, events_file, is_watched, watched_file
from assistant.training.progressing import Point
from assistant.training.watching import TrainingWatch, log_file, running, start, unfinished
from tests.conftest import write_recipe
from tests.training.telling import told, under_way


def test_whoever_comes_late_sees_the_curve_from_the_beginning(home: Home) -> None:
    told(home, upto=34)
    with under_way(home):
        state = TrainingWatch(home, "health").read()
    assert (state.step, state.steps, state.phase, state.alive, state.outcome) == (34, 50, "training", True, None)
    assert [point.step for point in state.points if point.loss is not None] == list(range(1, 35))
    assert [point.step for point in state.points if point.validation_loss is not None] == [10, 20, 30]
    assert state.best and state.best.step == 30
    assert (state.tokens_per_s, state.memory_mib, state.seconds) == (301.0, 2257.0, 85.0)
    assert state.recipe == Path("recipes/health.yaml") and state.overrides == ("training.epochs=1",)
    assert [(sample.step, sample.number) for sample in state.samples][-2:] == [(30, 0), (30, 1)]


def test_only_what_came_since_is_read_again_and_half_a_line_waits_for_its_end(home: Home) -> None:
    log = told(home, upto=3)
    watch = TrainingWatch(home, "health")
    with under_way(home):
        assert watch.read().step == 3
        log.write("point", step=4, loss=2.0, seconds=10.0)
        with events_file(home, "health").open("a") as file:
            file.write('{"event": "point", "time": 1, "st')
        assert watch.read().points[-1] == Point(4, 2.0)
        with events_file(home, "health").open("a") as file:
            file.write('ep": 5, "loss": 1.5, "seconds": 12}\n')
        assert watch.read().points[-1] == Point(5, 1.5)


def test_a_line_that_a_full_disk_cut_off_is_passed_over(home: Home) -> None:
    log = told(home, upto=3)
    with events_file(home, "health").open("a") as file:
        file.write('{"event": "po\n')
    log.write("point", step=4, loss=2.0, seconds=10.0)
    assert TrainingWatch(home, "health").read().step == 4


def test_a_training_that_begins_anew_takes_the_place_of_the_one_before(home: Home) -> None:
    told(home, upto=34, end="version")
    watch = TrainingWatch(home, "health")
    assert (watch.read().outcome, watch.read().version) == ("version", "health@1")
    time.sleep(0.002)  # times are written in milliseconds
    told(home, upto=40, steps=60)
    with under_way(home):
        state = watch.read()
    assert (state.outcome, state.version, state.step, state.steps, len(state.samples)) == (None, None, 40, 60, 10)
    assert sum(point.step == 5 for point in state.points) == 1


def test_a_training_that_goes_on_keeps_its_curve_up_to_the_checkpoint(home: Home) -> None:
    log = told(home, upto=34, end="interrupted")
    kept = [{"step": step, "loss": 3.0, "learning_rate": 1e-3, "seconds": 2.0 * step} for step in range(1, 31)]
    log.start(pid=1, recipe="recipes/health.yaml", overrides=[], method="lora", log=None)
    log.begin(resumed_at=30, steps=50, seconds=60.0, points=kept)
    log.write("point", step=31, loss=2.0, seconds=64.0)
    with under_way(home):
        state = TrainingWatch(home, "health").read()
    assert [point.step for point in state.points] == list(range(1, 32))
    assert state.resumed_at == 30 and max(sample.step for sample in state.samples) == 30
    assert state.left_s == pytest.approx(4.0 * 19, abs=5), "by the steps of this part alone"


def test_how_long_it_takes_is_not_told_before_a_step_was_taken(home: Home) -> None:
    told(home, upto=0)
    with under_way(home):
        assert TrainingWatch(home, "health").read().left_s is None


@pytest.mark.parametrize(
    ("end", "error"), [("version", None), ("interrupted", None), ("failed", ("the loss is nan", "Lower training.learning_rate."))]
)
def test_how_it_ended(home: Home, end: str, error: tuple[str, str] | None) -> None:
    told(home, end=end)
    state = TrainingWatch(home, "health").read()
    assert (state.alive, state.outcome, state.error) == (False, end, error)


def test_a_process_that_is_gone_without_a_word_is_told_as_that(home: Home) -> None:
    told(home)
    state = TrainingWatch(home, "health").read()
    assert state.outcome == "died" and state.error and "without a word" in state.error[0]


def test_nothing_is_known_where_nothing_was_trained(home: Home) -> None:
    state = TrainingWatch(home, "health").read()
    assert (state.alive, state.outcome, state.points) == (False, None, ())
    assert running(home) == unfinished(home) == []


def test_what_runs_and_what_can_go_on(home: Home) -> None:
    told(home, "health")
    told(home, "other", end="interrupted")
    (home.runs / "other" / "checkpoint-20").mkdir(parents=True)
    (home.runs / "other" / "checkpoint-20" / "complete.json").write_text("{}")
    (home.runs / "other" / "checkpoint-30").mkdir()
    with under_way(home):
        assert running(home) == ["health"]
        assert unfinished(home) == ["other"]
        assert TrainingWatch(home, "other").read().resumable == 20


def test_a_look_lasts_half_a_minute_and_only_a_living_training_is_looked_at(home: Home) -> None:
    import os

    told(home)
    TrainingWatch(home, "health").read()
    assert not is_watched(home, "health")
    with under_way(home):
        TrainingWatch(home, "health").read()
    assert is_watched(home, "health")
    old = time.time() - 31
    os.utime(watched_file(home, "health"), (old, old))
    assert not is_watched(home, "health")


def test_what_is_not_running_cannot_be_stopped(home: Home) -> None:
    told(home)
    with pytest.raises(UserError, match="is not being trained"):
        TrainingWatch(home, "health").stop()


def test_what_is_being_trained_is_not_begun_twice(home: Home, tmp_path: Path) -> None:
    file = write_recipe(tmp_path / "recipe", "nowhere")
    with under_way(home, "tiny"), pytest.raises(UserError, match="is being trained already"):
        start(file.path, home)
    assert not log_file(home, "tiny").exists()


def test_a_recipe_that_is_none_is_told_before_anything_is_started(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no recipe"):
        start(tmp_path / "recipe.yaml", home)


def test_a_process_that_ended_before_it_told_anything_is_told_by_its_own_last_words(home: Home) -> None:
    told(home, upto=34, end="version")
    log = log_file(home, "health")
    log.parent.mkdir(parents=True)
    log.write_text("error: no space left on the disk\nFree some space.\n")
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(2)"])
    process.wait()
    state = TrainingWatch(home, "health", process).read()
    assert (state.outcome, state.error) == ("failed", ("no space left on the disk", "Free some space."))
    assert state.points == (), "those are of an earlier training"


def test_a_disk_that_takes_no_event_does_not_end_the_training(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events").mkdir()
    log = EventLog(tmp_path / "events")
    log.write("phase", phase="data")
    log.write("phase", phase="loading")
    assert capsys.readouterr().err.count("cannot be watched") == 1


def test_half_a_character_in_the_data_can_be_told(home: Home) -> None:
    log = told(home, upto=1)
    log.write("sample", step=1, number=0, question="\ud800?", reference="x", answer="\udc00")
    assert TrainingWatch(home, "health").read().samples[-1].question == "\ud800?"


def test_watching_waits_for_no_heavy_library() -> None:
    late = ["torch", "transformers", "pydantic", "yaml", "numpy", "psutil"]
    check = f"import sys, assistant.training.watching; print([name for name in {late!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
