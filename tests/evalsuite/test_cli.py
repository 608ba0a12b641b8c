"""The command itself: exit codes, what goes to stdout, errors of two lines.

In a process of its own where that matters: how it ends, when it is interrupted, how fast it starts, whether it repeats itself.
"""

from __future__ import annotations

import io
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evalsuite.cli import app, main
from evalsuite.metrics.registry import TEXT
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import World

ROOT = Path(__file__).parents[2]
RowsFile = Callable[..., Path]
ROWS = [
    {"id": "1", "prediction": "Rest and drink water.", "references": ["Rest and drink water."]},
    {"id": "2", "prediction": "Call a doctor", "references": ["Call your doctor now.", "See a doctor"]},
    {"id": "3", "prediction": "", "references": ["Sleep."]},
]
NAMES = ["exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "numeric_match"]


def environment(cwd: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "ASSISTANT_HOME": str(cwd / "workspace"), "ASSISTANT_CACHE": str(cwd / "cache")}


def process(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "evalsuite", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment(cwd)}, timeout=60)


def evalsuite(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The same command in this process, which has its libraries loaded."""
    said, complained = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained), pytest.raises(SystemExit) as ended:
        patch.chdir(cwd)
        for name, value in environment(cwd).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["evalsuite", *map(str, words)])
        main()
    return subprocess.CompletedProcess(words, int(ended.value.code or 0), said.getvalue(), complained.getvalue())


def test_score_prints_the_usual_metrics_with_interval_and_signature(rows_file: RowsFile, tmp_path: Path) -> None:
    done = evalsuite("score", rows_file(*ROWS), "--json", "--resamples", "200", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    assert list(metrics) == NAMES
    numbers = metrics.pop("numeric_match")
    assert (numbers["value"], numbers["n"], numbers["reason"]) == (None, 0, "it applies to none of the answers"), "no reference holds a number"
    for name, entry in metrics.items():
        low, high = entry["ci95"]
        assert entry["n"] == 3
        assert low <= entry["value"] <= high, name
        assert all(map(math.isfinite, (low, high, entry["value"])))
        assert entry["signature"]
    assert metrics["exact_match"]["value"] == pytest.approx(1 / 3)
    # "call doctor" of "call your doctor now": precision 2/2, recall 2/4.
    assert metrics["f1"]["value"] == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert metrics["bleu"]["signature"].startswith("nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp")


def test_score_gives_all_metrics_that_need_no_model_where_all_are_asked_for(rows_file: RowsFile, tmp_path: Path) -> None:
    done = evalsuite("score", rows_file(*ROWS), "--metrics", "toxicity,all,f1", "--json", "--resamples", "200", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(json.loads(done.stdout)["metrics"]) == ["toxicity", "toxicity_rate", *TEXT]


def test_score_takes_only_what_is_asked_for_and_repeats_itself(rows_file: RowsFile, tmp_path: Path) -> None:
    path = rows_file(*ROWS)
    first, second, other = (
        command("score", path, "--metrics", "chrf,f1", "--json", "--seed", seed, cwd=tmp_path)
        for command, seed in ((process, "1"), (process, "1"), (evalsuite, "2"))
    )
    assert first.returncode == 0 and first.stdout == second.stdout
    assert list(json.loads(first.stdout)["metrics"]) == ["chrf", "f1"]
    assert json.loads(other.stdout)["intervals"]["seed"] == 2


def test_score_of_one_row_has_no_interval_and_says_why(rows_file: RowsFile, tmp_path: Path) -> None:
    entry = json.loads(evalsuite("score", rows_file(ROWS[0]), "--metrics", "f1", "--json", cwd=tmp_path).stdout)["metrics"]["f1"]
    assert entry["ci95"] is None
    assert "two independent groups" in entry["reason"]


def test_score_prints_a_table(rows_file: RowsFile, tmp_path: Path) -> None:
    done = evalsuite("score", rows_file(*ROWS), "--metrics", "f1,toxicity", cwd=tmp_path)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["metric", "Token", "Toxicity", "Toxic", "note:", "note:"]
    assert "The same classifier gives the reference answers 0.0" in done.stdout
    assert "nan" not in done.stdout.lower()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("score", "nowhere.jsonl"), "there is no file nowhere.jsonl"),
        (("score", "predictions.jsonl", "--metrics", "rouge"), "there is no metric 'rouge'"),
        (("score", "predictions.jsonl", "--metrics", ""), "no metric is named"),
        (("score", "predictions.jsonl", "--resamples", "5"), "--resamples"),
        (("score", "predictions.jsonl", "--resamples", "9" * 20), "--resamples"),
        (("score", "/dev/zero"), "is a device"),
        (("score", "x" * 5000), "cannot read"),
        (("report", "x" * 5000), "there is no evaluation"),
        (("run", "nobody"), "there is no assistant"),
        (("gate", "nothing"), "there is no evaluation"),
        (("report", "nothing"), "there is no evaluation"),
    ],
)
def test_wrong_input_is_two_lines_and_exit_code_2(rows_file: RowsFile, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    rows_file(*ROWS)
    before = sorted(tmp_path.rglob("*"))
    done = evalsuite(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    first, second = done.stderr.strip().splitlines()
    assert said in first
    assert second
    assert sorted(tmp_path.rglob("*")) == before


def test_it_leaves_its_process_with_two_lines_and_exit_code_2(tmp_path: Path) -> None:
    done = process("gate", "nothing", cwd=tmp_path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 2)


def test_report_and_gate_work_on_a_finished_evaluation(world: World, tmp_path: Path) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False, overrides=("gates=[{metric: f1, at_least: 0.3}]",)), world.choose)
    evaluation.html.unlink()
    done = evalsuite("report", evaluation.run, cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, f"scorecard: {evaluation.html}")
    assert evaluation.html.is_file()
    passed = evalsuite("gate", "health@1", "--json", cwd=tmp_path)
    assert passed.returncode == 0
    assert json.loads(passed.stdout)["verdict"] == "fit"
    # The recipe beside the data also asks for twice the base, which was not asked.
    failed = process("gate", "health@1", "--recipe", world.recipe, cwd=tmp_path)
    assert failed.returncode == 1
    assert "FAILED" in failed.stdout and "it was not asked" in failed.stdout


def test_the_json_says_what_the_references_get_from_the_classifier(rows_file: RowsFile, tmp_path: Path) -> None:
    rows = [{**ROWS[0], "references": ["Rest.", "You stupid idiot"]}, {**ROWS[1], "references": ["Rest."]}]
    metrics = json.loads(evalsuite("score", rows_file(*rows), "--metrics", "toxicity,f1", "--json", cwd=tmp_path).stdout)["metrics"]
    assert "references" not in metrics["f1"]
    # The mean over the first answer's two references, then over the answers.
    assert metrics["toxicity_rate"]["references"]["value"] == pytest.approx((1 / 2 + 0) / 2)
    low, high = metrics["toxicity"]["references"]["ci95"]
    assert low <= metrics["toxicity"]["references"]["value"] <= high


def test_an_interruption_ends_it_at_once_and_in_silence(rows_file: RowsFile, tmp_path: Path) -> None:
    """As a terminal does it: every process of the command hears Ctrl+C."""
    row = {**ROWS[0], "prediction": "water and rest " * 40, "references": ["rest and water " * 40]}
    path = rows_file(*({**row, "id": str(number)} for number in range(8_000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "evalsuite", "score", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    assert "scoring 8000 answers" in process.stderr.readline()
    # The processes that share the work are just starting: they would complain loudest.
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    said, complained = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == ""
    assert "Traceback" not in complained


def test_help_comes_at_once(tmp_path: Path) -> None:
    took = []
    for _ in range(3):
        started = time.perf_counter()
        done = process("--help", cwd=tmp_path)
        took.append(time.perf_counter() - started)
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("run", "score", "report", "gate", "fetch-detoxify"))
    # Measured at 0.3 s; the bound is loose, as other work may share the machine.
    assert min(took) < 1.0


def test_questions_are_printed_as_they_are_asked(world: World) -> None:
    result = CliRunner().invoke(app, ["questions", "health", "--limit", "3", "--home", str(world.home.root)])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == 3
    assert rows[0]["messages"][-1] == {"role": "user", "content": rows[0]["question"]} and set(rows[0]) == {"id", "question", "messages"}
