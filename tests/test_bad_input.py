"""What a user can give wrongly, by the public command: two lines, exit code 2, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GOOD_ROW = '{"question": "What is a cold?", "answer": "A mild infection of the nose and throat."}\n'
GOOD = "name: demo\ndata: {files: [data.jsonl], duplicates: {near: ignore}}\n"
ROWS = "".join(f'{{"question": "What is number {n}?", "answer": "It is the number {n}, and it follows the one before."}}\n' for n in range(60))

CASES = {
    "recipe that is not YAML": ("name: [demo\n", ROWS, "not YAML"),
    "recipe that is missing": (None, ROWS, "there is no recipe"),
    "recipe with an unknown key": (GOOD + "trainning: {epochs: 1}\n", ROWS, "Did you mean `training`?"),
    "base that is unknown": (GOOD + "base: smollm3-135m\n", ROWS, "unknown base `smollm3-135m`"),
    "data file that is missing": ("name: demo\ndata: {files: [other.jsonl]}\n", ROWS, "there is no data file"),
    "data file that is empty": (GOOD, "", "is empty"),
    "data file that is binary": (GOOD, b"\x00\x01\x02" * 50, "is binary"),
    "data file that is not UTF-8": (GOOD, GOOD_ROW.replace("cold", "caf\u00e9").encode("latin-1"), "not UTF-8"),
    "data file without answers": (GOOD, '{"text": "What is a cold?", "intent": "cold"}\n', "no question and answer among the columns"),
    "data file whose answers are empty": (GOOD, '{"question": "What is a cold?", "answer": " "}\n', "nothing usable"),
    "max_length that leaves no row whole": (GOOD + "training: {max_length: 8}\n", ROWS, "leaves no row whole"),
    "template that does not exist": (GOOD + "template: chatlm\n", ROWS, "there is no template"),
}


def train(recipe: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "assistant", "train", str(recipe), "--home", str(home), *words], capture_output=True, text=True)


@pytest.mark.parametrize("case", CASES)
def test_two_lines_exit_code_2_and_nothing_half_written(tmp_path, case):
    recipe, data, told = CASES[case]
    if recipe is not None:
        (tmp_path / "recipe.yaml").write_text(recipe)
    (tmp_path / "data.jsonl").write_bytes(data if isinstance(data, bytes) else data.encode())
    home = tmp_path / "home"
    done = train(tmp_path / "recipe.yaml", home)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2, done.stderr
    assert done.stdout == ""
    assert not (home / "assistants").exists()
    # Whoever watches is told why it ended; of the training itself there is nothing.
    assert {path.name for path in (home / "runs").glob("*")} <= {"demo.lock", "demo.events.jsonl"}
    assert not [path for path in tmp_path.rglob("*") if "unfinished" in path.name]


def test_an_override_that_is_no_key_names_the_nearest(tmp_path):
    (tmp_path / "recipe.yaml").write_text(GOOD)
    done = train(tmp_path / "recipe.yaml", tmp_path / "home", "--set", "training.epoch=1")
    assert done.returncode == 2 and "Did you mean `training.epochs`?" in done.stderr
