"""One assistant, trained from the embedded base by the public command, for every test of the whole loop."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.core.home import Home
from assistant.models.bases import find_base
from assistant.models.sentences import load_encoder

ROOT = Path(__file__).parents[2]

SMALL = {
    "data.limit.train": 64,
    "data.limit.validation": 8,
    "data.limit.test": 8,
    "training.epochs": 2,
    "training.learning_rate": 1e-3,
    "training.evaluations": 2,
    "generation.max_new_tokens": 96,
    "evaluation.latency_requests": 3,
    "evaluation.probes": "[typos, over_refusal, fluency]",
    "evaluation.probe_examples": 4,
    "evaluation.load": "[1, 2]",
    "evaluation.load_seconds": 1,
    "gates": '[{"metric": "f1", "at_least": 0.01}, {"metric": "toxicity", "at_most": 0.9}]',
}


@dataclass(frozen=True)
class Loop:
    """A home with one trained version, and how to run commands on it without a network."""

    home: Home
    network_log: Path
    trained: subprocess.CompletedProcess[str]

    def run(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own, with every connection beyond loopback refused."""
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{Path(__file__).parent / 'no_network'}",
            "ASSISTANT_TEST_NETWORK_LOG": str(self.network_log),
            "ASSISTANT_HOME": str(self.home.root),
        }
        command = [sys.executable, "-m", module, *words]
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=900)


def train_words(**other: object) -> list[str]:
    """The words of the small training over the bundled recipe."""
    return ["train", "datasets/health", *(word for key, value in {**SMALL, **other}.items() for word in ("--set", f"{key}={value}"))]


@pytest.fixture(scope="session")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    find_base("smollm2-135m", ROOT)
    load_encoder()
    folder = tmp_path_factory.mktemp("loop")
    untrained = Loop(Home(folder / "home"), folder / "network.log", subprocess.CompletedProcess([], 0))
    return Loop(untrained.home, untrained.network_log, untrained.run("assistant", *train_words()))
