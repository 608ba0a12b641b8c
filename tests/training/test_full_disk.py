"""A disk that fills up in the middle of a training: two lines, and the last version as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core.home import Home
from assistant.registry.versions import versions_of
from assistant.training.run import train
from tests.conftest import write_recipe


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def free_bytes(folder: Path) -> int:
    import shutil

    return shutil.disk_usage(folder).free


@pytest.mark.parametrize("left", [40_000, 300_000])
def test_a_full_disk_leaves_the_last_version_as_it_was(tiny, tmp_path, small_disk, left):
    home = Home(small_disk / "home")
    first, _ = train(write_recipe(tmp_path / "recipe", tiny["qwen"]), home)
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    (small_disk / "filler").write_bytes(b"0" * (free_bytes(small_disk) - left))
    other = write_recipe(tmp_path / "recipe", tiny["qwen"], training={"max_steps": 2, "batch_size": 4, "evaluations": 1, "max_length": 128})
    command = [sys.executable, "-m", "assistant", "train", str(other.path), "--home", str(home.root)]
    failed = subprocess.run(command, capture_output=True, text=True)
    assert failed.returncode == 2, failed.stderr
    assert "no space left on the disk" in failed.stderr and "Free some space" in failed.stderr
    assert [version.number for version in versions_of("tiny", home)] == [1]
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before
    assert [path.name for path in (home.assistants / "tiny").iterdir()] == ["1"]

    (small_disk / "filler").unlink()
    assert train(other, home, resume=True)[0].number == 2
