"""Events as a training writes them, for tests that watch one."""

from __future__ import annotations

import fcntl
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.core.home import Home
from assistant.training.events import EventLog, events_file, lock_file


def told(
    home: Home, name: str = "health", steps: int = 50, upto: int = 34, end: str | None = None, every: int = 10, samples: bool = True
) -> EventLog:
    """A training that has come so far."""
    log = EventLog(events_file(home, name))
    log.start(pid=os.getpid(), recipe=f"recipes/{name}.yaml", overrides=["training.epochs=1"], method="lora", log=None)
    log.write("phase", phase="data")
    log.begin(resumed_at=0, steps=steps, seconds=0.0, points=[])
    log.write("phase", phase="loading")
    log.write("phase", phase="training")
    for step in range(upto + 1):
        if step:
            loss = 2.4 + 1.3 * math.exp(-step / 9) + 0.08 * math.sin(step * 2.1)
            log.write("point", step=step, loss=loss, learning_rate=1e-3, seconds=2.5 * step, tokens_per_s=301.0, memory_mib=2257.0)
        if step % every == 0:
            if step:
                log.write("point", step=step, validation_loss=2.6 + 1.1 * math.exp(-step / 12), seconds=2.5 * step)
            for number, question in enumerate(("What is a cold?", "What helps against [bold]fever[/bold]?") if samples else ()):
                answer = "A cold is" + " a mild infection" * (step // every) + "."
                log.write("sample", step=step, number=number, question=question, reference="A mild infection of the nose.", answer=answer)
    if end == "version":
        log.write("version", version=f"{name}@1", is_new=True)
    if end:
        log.write("end", outcome=end, **({"error": ["the loss is nan", "Lower training.learning_rate."]} if end == "failed" else {}))
    return log


@contextmanager
def under_way(home: Home, name: str = "health") -> Iterator[None]:
    """Hold the lock of a training, as its process does."""
    path = lock_file(home, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
