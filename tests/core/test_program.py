"""How a command ends, through real processes: exit codes, two lines, the log of a bug."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys, time, typer
from assistant.core.errors import DataError
from assistant.core.program import run_program
app = typer.Typer(add_completion=False, no_args_is_help=True)

@app.callback()
def about(): "A program."

@app.command()
def well(count: int = 1): print("result\\n" * count, end="")

@app.command()
def gate():
    print("result")
    raise typer.Exit(1)

@app.command()
def wrong(): raise DataError("file.jsonl: is\\nempty", "Fill it.")

@app.command()
def bug(): raise KeyError("inner")

@app.command()
def wait():
    print("waiting", flush=True)
    time.sleep(60)

@app.command()
def settings():
    import os
    print(os.environ["HF_HUB_OFFLINE"])

run_program(app, "program")
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    script = tmp_path / "program.py"
    script.write_text(SCRIPT)
    return [sys.executable, str(script)]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}, "ASSISTANT_HOME": str(tmp_path / "home")}


def run(command: list[str], surroundings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command, *arguments], env=surroundings, capture_output=True, text=True, timeout=60)


def test_what_goes_well_ends_with_0(command: list[str], surroundings: dict[str, str]) -> None:
    done = run(command, surroundings, "well")
    assert (done.returncode, done.stdout, done.stderr) == (0, "result\n", "")


def test_a_gate_that_fails_ends_with_1_and_its_result(command: list[str], surroundings: dict[str, str]) -> None:
    done = run(command, surroundings, "gate")
    assert (done.returncode, done.stdout, done.stderr) == (1, "result\n", "")


def test_wrong_input_ends_with_2_and_two_lines(command: list[str], surroundings: dict[str, str]) -> None:
    done = run(command, surroundings, "wrong")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: file.jsonl: is empty\nFill it.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "error: No such command 'nonsense'."),
        (["well", "--nonsense"], "error: No such option: --nonsense"),
        (["well", "surplus"], "error: Got unexpected extra argument"),
        (["well", "--count", "many"], "error: Invalid value for '--count'"),
        (["well", "--count"], "error: "),
    ],
)
def test_wrong_usage_ends_with_2_and_two_lines(command: list[str], surroundings: dict[str, str], arguments: list[str], says: str) -> None:
    done = run(command, surroundings, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.splitlines()[1].endswith("--help` shows what it takes.")


def test_no_command_shows_the_help_and_ends_with_2(command: list[str], surroundings: dict[str, str]) -> None:
    done = run(command, surroundings)
    assert done.returncode == 2
    assert "Usage: program" in done.stdout + done.stderr
    assert "bug" not in done.stderr.lower().replace("bug  ", "")


def test_a_bug_ends_with_70_and_names_its_log(command: list[str], surroundings: dict[str, str], tmp_path: Path) -> None:
    done = run(command, surroundings, "bug")
    (log,) = (tmp_path / "home" / "logs").iterdir()
    assert done.returncode == 70
    assert done.stderr == f"error: program failed, and this is a bug: KeyError: 'inner'\nThe details are in {log}.\n"
    assert "Traceback" in log.read_text()
    assert log.read_text().splitlines()[0].endswith("program.py bug")


def test_a_bug_whose_log_cannot_be_written_shows_it(command: list[str], surroundings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in the way")
    done = run(command, surroundings, "bug")
    assert done.returncode == 70
    assert "Traceback" in done.stderr
    assert "could not be written to a log" in done.stderr


def test_ctrl_c_ends_with_130_and_without_a_traceback(command: list[str], surroundings: dict[str, str]) -> None:
    # Where the tests run in the background of a shell, SIGINT is ignored, and a child inherits that.
    listening = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen([*command, "wait"], env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **listening) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize(("count", "code"), [(1, 0), (100_000, 141)], ids=["all fits the buffer", "cut off on the way"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_bug_and_no_failed_gate(
    command: list[str], surroundings: dict[str, str], count: int, code: int, unbuffered: str
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**surroundings, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run([*command, "well", "--count", str(count)], env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writer)
    assert done.stderr == ""
    assert done.returncode == (141 if unbuffered else code)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_result_that_finds_no_room_is_not_taken_for_done(command: list[str], surroundings: dict[str, str], unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        environment = {**surroundings, "PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run([*command, "well"], env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "error: no space left on the disk"
    assert len(done.stderr.splitlines()) == 2


def test_commands_run_offline(command: list[str], surroundings: dict[str, str]) -> None:
    assert run(command, surroundings, "settings").stdout == "1\n"
