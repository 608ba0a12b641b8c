"""What is said about the machine that a figure was measured on."""

from __future__ import annotations

import json
import subprocess
import sys

from assistant.core import machine


def test_the_description_can_be_written_as_json_and_leaves_nothing_empty() -> None:
    said = machine.describe()
    assert json.loads(json.dumps(said)) == said
    assert all(value is not None and value != "" for value in said.values())
    assert said["cores"] >= 1
    assert said["memory_gib"] > 0


def test_the_peak_of_memory_is_in_mib_and_never_falls() -> None:
    code = (
        "from assistant.core.machine import peak_memory_mib as peak; before = peak(); held = b'x' * (40 * 2**20); with_it = peak(); del held;"
        "assert before + 35 < with_it < before + 60, (before, with_it); assert peak() > with_it - 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_peak_of_a_child_process_is_its_own_and_not_its_parents() -> None:
    held = b"x" * (200 * 2**20)
    code = "from assistant.core.machine import peak_memory_mib; print(peak_memory_mib())"
    peak = float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout)
    assert peak < len(held) / 2**20


def test_versions_are_read_without_importing_the_libraries() -> None:
    code = (
        "import sys; from assistant.core.machine import package_versions; found = package_versions();"
        "assert 'torch' in found and 'datasets' in found, found; assert 'torch' not in sys.modules and 'datasets' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
