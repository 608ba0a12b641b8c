"""Answers survive the process that asked, and end as the same bytes."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.api import Answer, EngineError, QuestionError, Request, UserError, read_json
from assistant.engines.scripted import ScriptedEngine
from evalsuite.asking import BATCHES_IN_A_BLOCK, MOST_DEATHS, Voice, ask_all
from evalsuite.journal import Journal, Said
from tests.evalsuite.interrupted_run import evaluate
from tests.evalsuite.world import World

ROOT = Path(__file__).parents[2]
KILLS = 10
MOMENTS_S = (0.05, 0.6)
"""An evaluation that is left alone takes about a second: kills meet the first answers, the last ones, and what comes behind them."""
SAID = Said("rest", "stop", 3, 1, 0.5)


def requests(count: int) -> list[Request]:
    return [Request(({"role": "user", "content": f"why {number}"},)) for number in range(count)]


def echo(request: Request) -> str:
    return f"because {request.messages[-1]['content']}"


def voice(engine: ScriptedEngine) -> Voice:
    return Voice(lambda: engine)


def test_what_was_added_is_there_for_the_next_process(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl", "key") as journal:
        journal.add(3, SAID)
        journal.end_block(0, 1.5)
        journal.note("about", {"engine": "x"})
    with Journal(tmp_path / "journal.jsonl", "key") as journal:
        assert journal.said == {3: SAID}
        assert journal.seconds == 1.5
        assert journal.notes == {"about": {"engine": "x"}}


def test_a_journal_of_other_inputs_is_begun_anew(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl", "key") as journal:
        journal.add(0, SAID)
    with Journal(tmp_path / "journal.jsonl", "other adapter") as journal:
        assert journal.said == {}
    with Journal(tmp_path / "journal.jsonl", "key") as journal:
        assert journal.said == {}


@pytest.mark.parametrize("rest", [b'{"place": 1, "te', b"\xff\xfe\n", b"[]\n", b"\x00" * 40])
def test_a_line_that_was_cut_off_is_dropped_and_what_follows_is_whole(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path, "key") as journal:
        journal.add(0, SAID)
    with path.open("ab") as file:
        file.write(rest)
    with Journal(path, "key") as journal:
        assert journal.said == {0: SAID}
        journal.add(1, SAID)
    assert [json.loads(line).get("place") for line in path.read_text().splitlines()] == [None, 0, 1]


def test_two_at_the_same_work_do_not_write_into_one_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path, "key") as first:
        first.add(0, SAID)
        with Journal(path, "key") as second:
            assert second.said == {}
            second.add(1, SAID)
        first.add(2, SAID)
    with Journal(path, "key") as journal:
        assert set(journal.said) == {0, 2}
    assert [each.name for each in tmp_path.iterdir()] == ["journal.jsonl"]


def test_finished_blocks_are_not_asked_again_and_a_block_that_was_cut_off_is_asked_whole(tmp_path: Path) -> None:
    asked: list[str] = []

    class Dying(ScriptedEngine):
        def generate(self, requests, *more, **named):  # type: ignore[no-untyped-def]
            asked.extend(request.messages[-1]["content"] for request in requests)
            if len(asked) == 3 * BATCHES_IN_A_BLOCK and not self.closed:
                # As if the process were killed when all but one of the second block's answers are there.
                super().generate(requests[:-1], *more, **named)
                raise KeyboardInterrupt
            return super().generate(requests, *more, **named)

    engine = Dying(echo)
    engine.closed = False
    with Journal(tmp_path / "j", "key") as journal:
        ask_all(voice(engine), requests(4), 1, journal, "")
    with pytest.raises(KeyboardInterrupt), Journal(tmp_path / "k", "key") as journal:
        ask_all(voice(engine), requests(12), 1, journal, "")
    asked.clear()
    engine.closed = True
    with Journal(tmp_path / "k", "key") as journal:
        done = ask_all(voice(engine), requests(12), 1, journal, "")
    assert asked == [f"why {number}" for number in range(BATCHES_IN_A_BLOCK, 12)]
    assert [said.text for said in done.said] == [f"because why {number}" for number in range(12)]


def test_a_question_that_cannot_be_asked_is_told_and_the_others_are_answered(tmp_path: Path) -> None:
    class Short(ScriptedEngine):
        def generate(self, requests, *more, **named):  # type: ignore[no-untyped-def]
            if any(request.messages[-1]["content"] == "why 2" for request in requests):
                raise QuestionError("the conversation has 9000 tokens", "Shorten it.")
            return super().generate(requests, *more, **named)

    with Journal(tmp_path / "j", "key") as journal:
        done = ask_all(voice(Short(echo)), requests(6), 4, journal, "")
    assert done.failed == [2]
    assert done.said[2] == Said("", "failed", None, None, 0.0, "the conversation has 9000 tokens")
    assert done.said[5].text == "because why 5"


def test_an_engine_that_dies_once_is_asked_again(tmp_path: Path) -> None:
    class Mortal(ScriptedEngine):
        deaths = 0

        def generate(self, requests, *more, **named) -> list[Answer]:  # type: ignore[no-untyped-def]
            if not self.deaths:
                self.deaths += 1
                raise EngineError("the model process ended")
            return super().generate(requests, *more, **named)

    with Journal(tmp_path / "j", "key") as journal:
        done = ask_all(voice(Mortal(echo)), requests(3), 2, journal, "")
    assert done.deaths == 1 and not done.failed
    assert [said.text for said in done.said] == [echo(request) for request in requests(3)]


def test_an_engine_that_is_killed_by_one_question_answers_the_others(tmp_path: Path) -> None:
    class Allergic(ScriptedEngine):
        def generate(self, requests, *more, **named) -> list[Answer]:  # type: ignore[no-untyped-def]
            if any(request.messages[-1]["content"] == "why 1" for request in requests):
                raise EngineError("the model process ended")
            return super().generate(requests, *more, **named)

    with Journal(tmp_path / "j", "key") as journal:
        done = ask_all(voice(Allergic(echo)), requests(4), 4, journal, "")
    assert done.failed == [1] and "the model process ended" in str(done.said[1].error)
    assert done.deaths == 3


def test_an_engine_that_fails_on_everything_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(EngineError), Journal(tmp_path / "j", "key") as journal:
        ask_all(voice(ScriptedEngine(echo, fail_at=0)), requests(20), 4, journal, "")
    with Journal(tmp_path / "j", "key") as journal:
        assert sum(said.error is not None for said in journal.said.values()) < MOST_DEATHS


def test_a_server_that_is_not_there_is_no_failure_of_each_question(tmp_path: Path) -> None:
    class Absent(ScriptedEngine):
        def generate(self, *more, **named) -> list[Answer]:  # type: ignore[no-untyped-def]
            raise UserError("nothing listens at http://127.0.0.1:1", "Start it.")

    with pytest.raises(UserError, match="nothing listens"), Journal(tmp_path / "j", "key") as journal:
        ask_all(voice(Absent(echo)), requests(2), 4, journal, "")


def kill(folder: Path, moments_s: Sequence[float]) -> list[int]:
    """The exit codes of evaluations that are killed so many seconds after they began."""
    command = [sys.executable, "-m", "tests.evalsuite.interrupted_run", str(folder), *map(str, moments_s)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    codes: list[int] = json.loads(done.stdout)
    return codes


def bytes_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted((folder / "workspace" / "evals").rglob("*")):
        name = str(path.relative_to(folder))
        if path.name == "scorecard.json":
            found[name] = {key: value for key, value in read_json(path).items() if key not in ("measured_on", "commands")}
        elif path.name in ("run.json", "predictions.jsonl", "scores.jsonl", "scores.json"):
            found[name] = path.read_bytes()
    return found


def test_a_run_that_is_killed_ten_times_ends_with_the_same_bytes_as_one_left_alone(world: World, tmp_path: Path) -> None:
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    for folder in (calm, killed):
        folder.mkdir()
        shutil.copytree(world.home.root, folder / "workspace")
    evaluate(calm)
    chance = random.Random(7)
    codes = kill(killed, [chance.uniform(*MOMENTS_S) for _ in range(KILLS)])
    assert set(codes) <= {-signal.SIGKILL, 0}
    assert codes.count(-signal.SIGKILL) >= KILLS // 2, "the moments must be such that kills meet work"
    evaluate(killed)
    assert bytes_of(killed) == bytes_of(calm)
    assert not list(killed.rglob("journal.jsonl"))
