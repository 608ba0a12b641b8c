"""A process that evaluates a version with a slow scripted engine, for tests that kill it: python -m tests.evalsuite.interrupted_run FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.api import Home, Target
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import base_answer, scripted, trained_answer

SECONDS_PER_TOKEN = 0.001


def choose(target: Target, home: Home) -> Chosen:
    answer = trained_answer if target.kind == "version" else base_answer
    return scripted(lambda: ScriptedEngine(answer, model=target.label, seconds_per_token=SECONDS_PER_TOKEN))


if __name__ == "__main__":
    run("health", Home(Path(sys.argv[1]) / "workspace"), Options(overrides=("evaluation.batch_size=2",)), choose)
