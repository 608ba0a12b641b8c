"""What `assistant doctor` says is what is there."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core import doctor
from assistant.core.doctor import examine

ROOT = Path(__file__).parents[2]


def states() -> dict[str, str]:
    return {finding.about: finding.state for finding in examine()}


def test_it_tells_the_allocator_and_the_engine() -> None:
    found = states()
    assert "openvino" in found["answers"]
    assert "told to keep" in found["allocator"] or "preloaded" in found["allocator"]


def test_what_is_missing_comes_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "has_bf16", lambda: False)
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor, "can_keep_memory", lambda: False)
    monkeypatch.setattr(doctor, "preloaded_allocator", lambda: None)
    advice = {finding.about for finding in examine() if finding.advice}
    assert advice == {"bfloat16", "answers", "allocator"}


def test_a_gpu_is_seen_and_can_be_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "sees_gpu", lambda: True)
    assert "transformers" in states()["answers"]
    monkeypatch.undo()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert states()["GPU"] == "none in sight"


def test_a_preloaded_allocator_is_found() -> None:
    library = next(iter(Path("/usr/lib").glob("*/libtcmalloc_minimal.so.4")), None)
    if library is None:
        pytest.skip("libtcmalloc-minimal4 is not installed")
    code = "from assistant.core.allocator import preloaded_allocator; print(preloaded_allocator())"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "LD_PRELOAD": str(library)}, capture_output=True, text=True)
    assert done.stdout.strip() == "tcmalloc"


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library has no malloc_trim")
def test_freed_memory_can_be_given_back() -> None:
    """In a process of its own: keeping grows it, giving back shrinks it."""
    code = (
        "import psutil\nfrom assistant.core.allocator import give_back_memory, keep_memory\nkeep_memory()\n"
        "held = [bytes(50_000) for _ in range(2_000)]\ndel held\nmine = psutil.Process().memory_info\n"
        "kept = mine().rss\ngive_back_memory()\nprint(kept - mine().rss)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert int(done.stdout) > 50_000_000, done.stderr


def test_the_command_prints_it(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "from assistant.cli import main; main()", "doctor", "--json"]
    done = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert {"machine", "memory", "allocator", "answers"} <= {finding["about"] for finding in json.loads(done.stdout)}
