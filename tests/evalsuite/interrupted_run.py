"""A process that evaluates a version with a slow scripted engine, for tests that break it off.

`python -m tests.evalsuite.interrupted_run FOLDER` evaluates; with moments behind it (`0.1 0.4`) it evaluates once for each of
them in a child of its own, which is killed so many seconds later, and prints their exit codes as JSON. The children are forked when
all libraries are loaded, so that a moment is one of the work.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from importlib import import_module
from pathlib import Path

from assistant.api import Home, Target
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import base_answer, scripted, trained_answer

SECONDS_PER_TOKEN = 0.0005
LIBRARIES = ("scipy.stats", "sacrebleu", "rouge_score.rouge_scorer", "profanity_check")
"""What an evaluation loads besides."""


def choose(target: Target, home: Home) -> Chosen:
    answer = trained_answer if target.kind == "version" else base_answer
    return scripted(lambda: ScriptedEngine(answer, model=target.label, seconds_per_token=SECONDS_PER_TOKEN))


def evaluate(folder: Path) -> None:
    run("health", Home(folder / "workspace"), Options(overrides=("evaluation.batch_size=2",)), choose)


def killed(folder: Path, after_s: float) -> int | None:
    """The exit code of a child that evaluates, and that is killed if it has not ended by then."""
    child = multiprocessing.get_context("fork").Process(target=evaluate, args=(folder,))
    child.start()
    child.join(after_s)
    child.kill()
    child.join()
    return child.exitcode


if __name__ == "__main__":
    folder, moments = Path(sys.argv[1]), [float(text) for text in sys.argv[2:]]
    if moments:
        for name in LIBRARIES:
            import_module(name)
        print(json.dumps([killed(folder, after_s) for after_s in moments]))
    else:
        evaluate(folder)
